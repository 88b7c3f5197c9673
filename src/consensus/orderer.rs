//! The seam between the chain and the engine that orders its blocks.

use std::fmt;
use std::time::Duration;

use super::{Certificate, KeeperSet};
use crate::club::{Block, BlockId, Height, KeeperNo};

/// An engine that decides one block a height. It is a state machine: no method waits, sleeps,
/// reads a clock or touches a disk, and everything that it wants done comes back as [`Act`]s.
///
/// Whoever executes the acts does so in order, with one rule: all [`Act::Log`] of one answer are
/// durable before its first [`Act::Send`].
pub trait Orderer: Send + fmt::Debug {
    /// Starts a height. An empty `log` means a fresh one; otherwise the records of this height are
    /// replayed before anything is sent.
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act>;

    /// Takes one event.
    fn step(&mut self, event: OrderEvent) -> Vec<Act>;

    /// Returns where it stands.
    fn status(&self) -> OrderStatus;
}

/// One record of an engine's own write-ahead log; only the engine reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord(pub Vec<u8>);

/// A timer of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimerToken(pub u64);

/// Whether a proposed block is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be voted for.
    Valid,
    /// It gets no vote.
    Invalid,
}

/// What an engine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// A keeper's message came.
    Message {
        /// From whom.
        from: KeeperNo,
        /// The engine's own encoding.
        bytes: Vec<u8>,
    },
    /// This node's block, answering [`Act::NeedBlock`].
    Block {
        /// For which height.
        height: Height,
        /// For which attempt.
        round: u32,
        /// The block.
        block: Block,
    },
    /// The answer to [`Act::Judge`].
    Verdict {
        /// Which block.
        block: BlockId,
        /// The answer.
        verdict: Verdict,
    },
    /// A timer ran out.
    Timer(TimerToken),
    /// A block that others decided.
    Certified {
        /// The block.
        block: Block,
        /// Its proof, not checked yet.
        certificate: Certificate,
    },
}

/// What an engine wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Write this to the log of the height.
    Log(LogRecord),
    /// Send this to another keeper, or to all of them.
    Send {
        /// To whom; `None` is all.
        to: Option<KeeperNo>,
        /// The engine's own encoding.
        bytes: Vec<u8>,
    },
    /// Start a timer.
    Arm {
        /// Its name.
        token: TimerToken,
        /// How long.
        after: Duration,
    },
    /// Stop a timer.
    Disarm(TimerToken),
    /// Stop all timers.
    DisarmAll,
    /// Build a block and hand it in.
    NeedBlock {
        /// For which height.
        height: Height,
        /// For which attempt.
        round: u32,
        /// How long there is.
        within: Duration,
    },
    /// Judge somebody's block.
    Judge {
        /// The block.
        block: Block,
        /// Of which attempt.
        round: u32,
        /// Whether local rules (time, dice deadlines) apply too.
        fresh: bool,
    },
    /// The height is decided.
    Decided {
        /// The block.
        block: Block,
        /// The proof.
        certificate: Certificate,
    },
    /// Somebody signed two things for one place.
    Accuse(Evidence),
    /// The engine can't go on.
    Stop(StopReason),
}

/// Two signed messages of one keeper for one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The keeper.
    pub keeper: KeeperNo,
    /// The height.
    pub height: Height,
    /// One message, as it was sent.
    pub one: Vec<u8>,
    /// The other.
    pub other: Vec<u8>,
}

/// Why an engine stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// The keepers are not those that this engine serves.
    #[error("this engine orders for keeper {served} alone, the height has {found} keepers")]
    OtherKeepers {
        /// Whom it serves.
        served: KeeperNo,
        /// How many keepers the height has.
        found: usize,
    },
    /// Something came that has no place here.
    #[error("the engine was given {what} at height {height}")]
    OutOfPlace {
        /// What.
        what: &'static str,
        /// The height it stands at.
        height: Height,
    },
}

/// Where an engine stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderStatus {
    /// The height it works on; `None` while it is idle.
    pub height: Option<Height>,
    /// The attempt at that height.
    pub round: u32,
    /// Whether it replays its log.
    pub replaying: bool,
    /// Whether it stopped for good.
    pub stopped: bool,
}
