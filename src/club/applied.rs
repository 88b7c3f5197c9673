//! What a block comes to: its effects, or why it or a command in it has no place in the chain.

use super::codec::CodecFault;
use super::event::ClubEvent;
use super::ids::{BlockId, ClubId, CommandId, Height, KeeperNo, StateRoot, TimeMs};
use super::refusal::Refusal;
use super::rekey::RekeyFault;
use super::state::ClubState;
use crate::ledger::MemberNo;

/// A block's effects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The state after it.
    pub state: ClubState,
    /// What became of each command, in order.
    pub outcomes: Vec<(CommandId, Result<(), Refusal>)>,
    /// What happened, in order.
    pub events: Vec<ClubEvent>,
}

/// Why a command can be in no block now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandFault {
    /// The member does not exist.
    #[error("{member} is no member")]
    UnknownMember {
        /// The number.
        member: MemberNo,
    },
    /// The number is used, or there is a gap before it.
    #[error("{member} sends command {found}, the next is {expected}")]
    Sequence {
        /// Whose command.
        member: MemberNo,
        /// The number it has.
        found: u64,
        /// The next number.
        expected: u64,
    },
    /// Its time is over; the number is free again.
    #[error("the command was good until {not_after}, the block is of {time}")]
    Expired {
        /// Until when it was good.
        not_after: TimeMs,
        /// The time of the block.
        time: TimeMs,
    },
    /// The signature is not the member's.
    #[error("the signature is not that of {member}")]
    Signature {
        /// Whose command it says it is.
        member: MemberNo,
    },
    /// The command or the block would be too large.
    #[error(transparent)]
    Size(#[from] CodecFault),
}

/// Why a block is not the next one of this chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// Too many commands or bytes, or other commands than those of the header.
    #[error(transparent)]
    Form(#[from] CodecFault),
    /// Another club's.
    #[error("the block is of club {found}")]
    Club {
        /// Whose.
        found: ClubId,
    },
    /// Not the next number.
    #[error("the block has height {found}, the next is {expected}")]
    Height {
        /// The number it has.
        found: Height,
        /// The next number.
        expected: Height,
    },
    /// It follows another block.
    #[error("the block follows {found}, the tip is {expected}")]
    Parent {
        /// What it follows.
        found: BlockId,
        /// The tip.
        expected: BlockId,
    },
    /// Time did not rise.
    #[error("the block is of {found}, its parent of {parent}")]
    Time {
        /// Its time.
        found: TimeMs,
        /// The parent's.
        parent: TimeMs,
    },
    /// Not a keeper's.
    #[error("keeper {found} proposed the block and is none")]
    Proposer {
        /// Who proposed it.
        found: KeeperNo,
    },
    /// The new vote keys in it don't hold.
    #[error(transparent)]
    Rekey(#[from] RekeyFault),
    /// A command can't be in this block.
    #[error("command {index}: {why}")]
    Command {
        /// Which, from 0.
        index: usize,
        /// Why.
        why: CommandFault,
    },
    /// The next keepers are others.
    #[error("the header names other keepers for the next block")]
    NextKeepers,
    /// The state after it is another one.
    #[error("the block says {found}, its commands give state {computed}")]
    StateRoot {
        /// What the header says.
        found: StateRoot,
        /// What the commands give.
        computed: StateRoot,
    },
}
