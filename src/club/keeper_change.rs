//! Changes of the keepers as values: what may change, what it takes, and why it is refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ids::{Height, KeeperNo, PublicKey, TimeMs};
use crate::ledger::MemberNo;

/// A change of the keepers. A hosted club knows [`Grow`](Self::Grow) alone, a shared club all the
/// others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeeperChange {
    /// These members, 3 to 15, become keepers beside the founder.
    Grow {
        /// Who, each once.
        members: Vec<MemberNo>,
    },
    /// One more keeper.
    Add {
        /// Who.
        member: MemberNo,
    },
    /// One keeper less; four must be left.
    Remove {
        /// Which.
        keeper: KeeperNo,
    },
    /// One keeper for another, or for the same member under another vote key.
    Swap {
        /// Who goes.
        out: KeeperNo,
        /// Who comes.
        member: MemberNo,
    },
    /// The founder alone keeps the club again; takes the founder's approval too.
    Shrink,
}

/// A member has shown that its node follows and holds a vote key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// The key with which the node would vote.
    pub vote_key: PublicKey,
    /// The block that took it.
    pub height: Height,
    /// The time of that block.
    pub since: TimeMs,
}

/// A change that gathers approvals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChange {
    /// What would change.
    pub change: KeeperChange,
    /// The keeper that opened it; `None` if misconduct of a keeper did.
    pub by: Option<KeeperNo>,
    /// When it was opened; it is void a day later.
    pub opened: TimeMs,
    /// The keepers of now that approve.
    pub approvals: BTreeSet<KeeperNo>,
}

/// Why something about keepers is refused. Values only; the words are the screens' part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeeperRefusal {
    /// Only a keeper may do that.
    NotKeeper,
    /// A club of one keeper can only grow.
    NotShared,
    /// Only a club of one keeper grows; keepers are added one by one here.
    AlreadyShared {
        /// How many there are.
        keepers: usize,
    },
    /// A club has 1 or 4 to 16 keepers.
    KeeperCount {
        /// How many there are.
        have: usize,
        /// How many there would be.
        would_be: usize,
    },
    /// The founder keeps the club no more, so it can't go back to the founder alone.
    FounderIsNoKeeper,
    /// There is no such member.
    UnknownMember {
        /// The number.
        member: MemberNo,
    },
    /// There is no such keeper, or no longer.
    UnknownKeeper {
        /// The number.
        keeper: KeeperNo,
    },
    /// The member is a keeper already, or named twice.
    KeepsAlready {
        /// Who.
        member: MemberNo,
        /// Under this number.
        keeper: KeeperNo,
    },
    /// The member's node has not shown lately that it follows and could vote.
    NotReady {
        /// Who.
        member: MemberNo,
    },
    /// All numbers of keepers were given.
    KeeperNumbersUsedUp,
    /// The keeper has approved.
    AlreadyApproved {
        /// How many have.
        have: usize,
        /// How many it takes.
        need: usize,
    },
    /// The keeper has opened as many changes as it may.
    TooManyChanges {
        /// The most.
        limit: usize,
    },
    /// The vote key is none, or did not sign for this member of this club.
    VoteKeyProof,
    /// The vote key belongs to a keeper or to somebody else.
    VoteKeyTaken,
    /// The block is none of the newest.
    NotCaughtUp {
        /// The oldest that counts.
        oldest: Height,
        /// The newest.
        newest: Height,
    },
    /// The member's node has another state after that block: it must not vote.
    StateDiffers {
        /// Which block.
        height: Height,
    },
    /// The signed messages prove nothing.
    NoEvidence,
    /// The same was proven of this keeper before.
    AlreadyAccused {
        /// Of whom.
        keeper: KeeperNo,
    },
}
