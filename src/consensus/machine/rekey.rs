//! New vote keys for keepers whose logs are lost: where they may take effect, and the block that
//! holds them.

use super::{Machine, Now, Output};
use crate::club::{BlockId, Height, Keeper, KeeperNo, MemberKind, Rekey, RekeyFault};
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

    fn may_rekey(&self) -> Result<(), NoRekey> {
        if self.is_halted() || self.stopping {
            return Err(NoRekey::Stopped);
        }
        if self.landing.is_some() || self.rekeying.is_some() {
            return Err(NoRekey::Busy);
        }
        if let Some(number) = self.post.number().filter(|_| self.can_vote()) {
            return Err(NoRekey::CanVote { number });
        }
        match self.behind() {
            0 => Ok(()),
            blocks => Err(NoRekey::Behind { blocks }),
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
        let deciders = self.state.deciders(Some(&rekey))?;
        let is_new = |keeper: &Keeper| keeper.no == number && self.state.keeper(number).is_none();
        if !deciders.iter().any(is_new) {
            return Err(NoRekey::NotNamed { number });
        }
        self.now = now;
        self.rekeying = Some(Rekeying { rekey, deciders });
        self.change_post(number, engine);
        self.go_on();
        Ok(self.end_step())
    }
}
