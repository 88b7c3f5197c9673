//! What the rest of the program sees of the chain.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Certificate, OrderStep};
use crate::clock::UnixMillis;
use crate::club::{
    Block, BlockId, ClubEvent, ClubId, ClubState, CommandId, Evidence, Height, Keeper, KeeperNo,
    Refusal, StateRoot, TableNo, TimeMs,
};
use crate::dice::Slot;
use crate::ledger::MemberNo;
use crate::storage::StoreError;

/// Whether the chain takes commands.
#[derive(Clone, Debug)]
pub enum ChainCondition {
    /// It does.
    Working,
    /// The store fails. Nothing is taken; the write is tried again, and play goes on when it works.
    StoreFails(StoreError),
    /// It stopped for good: going on would be guessing. The words say why.
    Halted(String),
}

/// Whether this node votes on blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voting {
    /// It is no keeper: it follows what the keepers decide.
    Follows,
    /// It votes under this number.
    Votes(KeeperNo),
    /// Its vote key must not be used any more, so it only follows. It comes back under a new key
    /// and number. The words say why.
    Retired(String),
    /// It follows until it starts again. The words say why.
    Stopped(String),
}

/// One keeper as this node sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperSeen {
    /// Who.
    pub keeper: Keeper,
    /// Whether it is this node.
    pub is_self: bool,
    /// Whether its link to this node is up.
    pub is_linked: bool,
    /// Whether its signature is in the certificate of the newest block.
    pub signed_newest: bool,
    /// When it was heard last; `None` while it is not linked.
    pub heard: Option<UnixMillis>,
    /// The newest height that it speaks of; `None` while it is not linked.
    pub height: Option<Height>,
}

impl KeeperSeen {
    /// Whether this node can reach it, or is it.
    #[must_use]
    pub const fn is_reached(&self) -> bool {
        self.is_self || self.is_linked
    }
}

/// What a node keeps of what proves that keepers broke the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptProofs {
    /// How many proofs its store holds.
    pub kept: usize,
    /// How many more rows of its store can't be read. They are left as they are.
    pub unreadable: usize,
    /// The file that proves a fork to anybody, once it is written.
    pub file: Option<PathBuf>,
    /// Why something could not be kept or written.
    pub trouble: Option<String>,
}

/// Openings that the host of a hosted club left out of a roll though this node held them before the
/// close came. Their owners' bets missed the roll. It is no proof for others: who was late, and
/// whose link was slow, no signature tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The host.
    pub host: MemberNo,
    /// At which table.
    pub table: TableNo,
    /// Of which roll.
    pub roll: u64,
    /// Whose.
    pub slots: Vec<Slot>,
    /// In how many of the newest rolls the host did so, or in how many of those that one member
    /// sealed it left out that one: whichever is more.
    pub times: usize,
    /// How many rolls those are.
    pub rolls: usize,
}

/// How the host of a hosted club closed the newest rolls, as far as this node saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostConduct {
    /// How many of them left out an opening that this node held, or how many of those that one
    /// member sealed left out that member's: whichever is more.
    pub left_out: usize,
    /// How many rolls those are.
    pub rolls: usize,
    /// The last one that did.
    pub newest: Option<LeftOut>,
    /// Whether it was too often: this node seals no more until its player says go on.
    pub is_doubted: bool,
}

/// A consistent picture of the chain after one block; everything in it is durable on this node.
#[derive(Clone, Debug)]
pub struct ChainView {
    /// The club.
    pub club: ClubId,
    /// The height of the newest block; 0 is the charter.
    pub height: Height,
    /// The newest block; at height 0 the club's id.
    pub tip: BlockId,
    /// Its time.
    pub time: TimeMs,
    /// The state's root.
    pub root: StateRoot,
    /// The attempt of the engine at the next height, from 0.
    pub round: u32,
    /// What that attempt waits for.
    pub step: OrderStep,
    /// Whose turn it is to propose in that attempt; `None` while no height is under way.
    pub turn: Option<KeeperNo>,
    /// Who proposed the newest block.
    pub proposer: Option<KeeperNo>,
    /// The proof of the newest block.
    pub certificate: Option<Arc<Certificate>>,
    /// The keepers of the next block, by number.
    pub keepers: Vec<KeeperSeen>,
    /// How many keepers must agree on the next block.
    pub quorum: usize,
    /// How many of them may fail or lie.
    pub faults: usize,
    /// Whether this node votes.
    pub voting: Voting,
    /// How many blocks are missing here, by what the linked nodes say of themselves.
    pub behind: u64,
    /// How far the clock of the last other proposer was ahead of this node's, in milliseconds,
    /// with the time that its block took to come here.
    pub clock_offset: Option<i64>,
    /// Whether commands are taken.
    pub condition: ChainCondition,
    /// The valid openings of locked rolls that this node holds beside those of the state: by slot,
    /// what each says was seen.
    pub openings: BTreeMap<TableNo, BTreeMap<Slot, u16>>,
    /// What proves that keepers signed two things, as long as the club does not know it: a member
    /// of this node proposes it.
    pub accusations: Vec<Evidence>,
    /// What is kept of all that proves that keepers broke the rules.
    pub proofs: KeptProofs,
    /// How the host of a hosted club closed the newest rolls.
    pub host: HostConduct,
    /// The whole state.
    pub state: Arc<ClubState>,
}

impl ChainView {
    /// Returns the keepers that are reached and lack blocks, and how many, by what they say.
    pub fn lagging(&self) -> impl Iterator<Item = (KeeperNo, u64)> {
        let keepers = self.keepers.iter();
        keepers.filter_map(|keeper| {
            let lacks = lacks(self.height, keeper.height?);
            (lacks > 0).then_some((keeper.keeper.no, lacks))
        })
    }
}

/// Returns how many blocks a keeper lacks that has said to have `known`. A vote says that its keeper
/// has the block before, and nobody says by itself that it has the newest one: that one may be
/// missing, and is not counted.
pub(super) const fn lacks(newest: Height, known: Height) -> u64 {
    match newest.0.saturating_sub(known.0) {
        0 | 1 => 0,
        more => more,
    }
}

/// A decided and durable block with its effects.
#[derive(Clone, Debug)]
pub struct DecidedBlock {
    /// The block.
    pub block: Block,
    /// Its id.
    pub id: BlockId,
    /// Its proof.
    pub certificate: Certificate,
    /// What became of each command, in order.
    pub outcomes: Vec<(CommandId, Result<(), Refusal>)>,
    /// What happened, in order.
    pub events: Vec<ClubEvent>,
    /// The state after it.
    pub state: Arc<ClubState>,
}
