//! What becomes of a command.

use crate::club::{CommandFault, CommandId, Height, Refusal};

/// The answer to a proposed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is in the block of this height, durable, and has had its effect.
    Decided(Height),
    /// It has had no effect. Unless it [used up its number](Rejection::used_number), the number is
    /// still free.
    Rejected(Rejection),
    /// Nothing is known in time. It may still be decided: ask again with the same command, which is
    /// safe, or sign another one under the same number, and only one of the two can be decided.
    Unknown(CommandId),
}

/// Why a command had no effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The rules of the club or of the game refused it, in the block of this height.
    #[error("refused at height {height}: {why:?}")]
    Refused {
        /// The height.
        height: Height,
        /// Why.
        why: Refusal,
    },
    /// It was refused in the block of this height, before this node started; replaying the chain
    /// tells why.
    #[error("refused at height {height}")]
    RefusedBefore {
        /// The height.
        height: Height,
    },
    /// It could be in no block.
    #[error(transparent)]
    NotTaken(#[from] CommandFault),
    /// The member has as many commands waiting as there may be.
    #[error("{limit} commands of this member wait already")]
    TooManyWaiting {
        /// How many may wait.
        limit: usize,
    },
    /// Commands with an earlier end filled the waiting list, this one among them.
    #[error("too many commands wait")]
    Overrun,
    /// Nothing is taken at the moment; the words say why.
    #[error("no commands are taken: {why}")]
    Closed {
        /// Why.
        why: String,
    },
}

impl Rejection {
    /// Tells whether the command's number is used up, so that the next command takes the next one.
    #[must_use]
    pub const fn used_number(&self) -> bool {
        match self {
            Self::Refused { .. } | Self::RefusedBefore { .. } => true,
            Self::NotTaken(_)
            | Self::TooManyWaiting { .. }
            | Self::Overrun
            | Self::Closed { .. } => false,
        }
    }
}
