//! New vote keys for keepers whose logs are lost: where they may take effect, and the block that
//! holds them.

use super::{KeptLog, Machine, Now, Output};
use crate::club::{Block, BlockId, Height, Keeper, KeeperNo, MemberKind, Rekey, RekeyFault};
use crate::consensus::Orderer;
use crate::ledger::MemberNo;

/// New vote keys that the next block shall have in its header.
#[derive(Debug)]
pub(super) struct Rekeying {
    rekey: Rekey,
    /// Who decides that block.
    deciders: Vec<Keeper>,
}

impl Rekeying {
    pub(super) const fn word(&self) -> &Rekey {
        &self.rekey
    }
}

/// Where new vote keys may take effect, as far as this node knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RekeyPlace {
    /// The height of the newest block.
    pub height: Height,
    /// That block.
    pub parent: BlockId,
    /// The number that the first new key gets.
    pub number: KeeperNo,
    /// The people whose nodes have not said what they hold. If one of them holds a later block, the
    /// new keys prove a fork: ask them first.
    pub unheard: Vec<MemberNo>,
}

/// Why new vote keys can't take effect now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRekey {
    /// This node's key can vote.
    #[error("the vote key of keeper {number} can still vote")]
    CanVote {
        /// Under this number.
        number: KeeperNo,
    },
    /// Others hold blocks that this node lacks.
    #[error("{blocks} blocks are missing on this node")]
    Behind {
        /// How many.
        blocks: u64,
    },
    /// A block is on its way to the disk, or new keys are.
    #[error("a block is being written")]
    Busy,
    /// The chain stopped on this node.
    #[error("the chain stopped on this node")]
    Stopped,
    /// This node signed other new vote keys above the newest block.
    #[error("this node stands by other new vote keys after this block")]
    Signed,
    /// They don't hold.
    #[error(transparent)]
    Fault(#[from] RekeyFault),
    /// They give this node no key.
    #[error("they give no new vote key to keeper {number}")]
    NotNamed {
        /// The number that was to get one.
        number: KeeperNo,
    },
}

impl Machine {
    /// Returns who decides the next block.
    pub(super) fn deciders(&self) -> &[Keeper] {
        match &self.rekeying {
            Some(rekeying) => &rekeying.deciders,
            None => self.state.keepers(),
        }
    }

    /// Returns where the node of member `own` may take a new vote key, after it followed what other
    /// members hold.
    ///
    /// # Errors
    /// [`NoRekey`].
    pub fn rekey_place(&self, own: MemberNo) -> Result<RekeyPlace, NoRekey> {
        self.may_rekey()?;
        let is_heard = |member: MemberNo| {
            let peer = self.peers.find(member);
            peer.is_some_and(|peer| peer.heard.is_some())
        };
        let people = self.state.members().filter(|(member, known)| {
            known.kind == MemberKind::Person && *member != own && !is_heard(*member)
        });
        Ok(RekeyPlace {
            height: self.state.height(),
            parent: self.state.tip(),
            number: self.state.next_keeper_no(),
            unheard: people.map(|(member, _)| member).collect(),
        })
    }

    pub(super) fn may_rekey(&self) -> Result<(), NoRekey> {
        self.may_change_key()?;
        match self.behind() {
            0 => Ok(()),
            blocks => Err(NoRekey::Behind { blocks }),
        }
    }

    fn may_change_key(&self) -> Result<(), NoRekey> {
        if self.is_halted() || self.stopping {
            return Err(NoRekey::Stopped);
        }
        if self.landing.is_some() || self.rekeying.is_some() {
            return Err(NoRekey::Busy);
        }
        match self.post.number().filter(|_| self.can_vote()) {
            Some(number) if !self.quorum_is_lost() => Err(NoRekey::CanVote { number }),
            Some(_) | None => Ok(()),
        }
    }

    /// Gives this node a new vote key, which votes from the next block on under `number`; the old one
    /// signs no more. In a hosted club that block is made at once. The engine is a fresh one, and so
    /// is its log; its key is durable already.
    ///
    /// # Errors
    /// [`NoRekey`]; then nothing has changed.
    pub fn rekey(
        &mut self,
        now: Now,
        rekey: Rekey,
        number: KeeperNo,
        engine: Box<dyn Orderer>,
    ) -> Result<Vec<Output>, NoRekey> {
        self.may_rekey()?;
        let log = KeptLog::empty(self.state.height().next());
        self.rekey_from(now, rekey, number, (engine, log))
    }

    /// As [`rekey`](Self::rekey), with what the log of the new key holds: others may have heard it, and
    /// speak of the block that it stands in.
    ///
    /// # Errors
    /// [`NoRekey`]; then nothing has changed.
    pub fn rekey_from(
        &mut self,
        now: Now,
        rekey: Rekey,
        number: KeeperNo,
        (engine, log): (Box<dyn Orderer>, KeptLog),
    ) -> Result<Vec<Output>, NoRekey> {
        self.may_change_key()?;
        let deciders = self.state.deciders(Some(&rekey))?;
        let is_new = |keeper: &Keeper| keeper.no == number && self.state.keeper(number).is_none();
        if !deciders.iter().any(is_new) {
            return Err(NoRekey::NotNamed { number });
        }
        self.now = now;
        self.rekeying = Some(Rekeying { rekey, deciders });
        self.change_post(number, engine, log);
        self.say_offers(self.linked_keepers());
        self.go_on();
        Ok(self.end_step())
    }

    /// Whether the keepers that decide the next block are those that a block says decide it.
    pub(super) fn is_by_deciders(&self, block: &Block) -> bool {
        let named = self.state.deciders(block.header.rekey.as_deref());
        named.is_ok_and(|named| named == self.deciders())
    }

    /// A block is durable: either new vote keys are in it, or it took the place of the one that they were
    /// for, and this node has none.
    pub(super) fn end_rekeying(&mut self) {
        let Some(Rekeying { deciders, .. }) = self.rekeying.take() else {
            return;
        };
        let own = self.post.own;
        let own = deciders.iter().find(|keeper| Some(keeper.no) == own);
        if own.is_some_and(|own| self.state.keeper(own.no) != Some(own)) {
            self.post.drop_engine();
            self.post.own = None;
        }
    }
}
