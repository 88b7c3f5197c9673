//! What the rest of the program sees of the chain.

use std::sync::Arc;

use super::Certificate;
use crate::club::{
    Block, BlockId, ClubEvent, ClubId, ClubState, CommandId, Height, Keeper, KeeperNo, Refusal,
    StateRoot, TimeMs,
};
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
    /// Who proposed the newest block.
    pub proposer: Option<KeeperNo>,
    /// The proof of the newest block.
    pub certificate: Option<Arc<Certificate>>,
    /// The keepers of the next block.
    pub keepers: Vec<Keeper>,
    /// How many blocks this node knows to be missing here.
    pub behind: u64,
    /// Whether commands are taken.
    pub condition: ChainCondition,
    /// The whole state.
    pub state: Arc<ClubState>,
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
