//! The seam between the chain and the engine that orders its blocks.

use std::fmt;
use std::time::Duration;

use super::{Certificate, KeeperSet};
use crate::club::{Block, BlockId, Evidence, Height, KeeperNo};

/// An engine that decides one block a height. It is a state machine: no method waits, sleeps,
/// reads a clock or touches a disk, and everything that it wants done comes back as [`Act`]s.
///
/// Whoever executes the acts does so in order, with one rule: all [`Act::Log`] of one answer are
/// durable before its first [`Act::Send`].
///
/// An engine may panic where its own invariants break. Whoever calls it catches that, drops the
/// engine, and may start a new one once with the log of the height; a second panic at the same
/// height stops the club on this node.
pub trait Orderer: Send + fmt::Debug {
    /// Starts a height. An empty `log` means a fresh one; otherwise the records of this height are
    /// replayed before anything is sent. Messages for this height that came before are taken up.
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act>;

    /// Leaves a height behind that is decided, by whomever: from now on messages for the one after it
    /// are those that are kept.
    fn leave(&mut self, decided: Height);

    /// Takes one event.
    fn step(&mut self, event: OrderEvent) -> Vec<Act>;

    /// Returns what this keeper holds for its current height from attempt `round` on, oldest first:
    /// proposals, proofs of prevotes, and votes, each a message to send as it is. It answers a
    /// peer's *again* message, and a new link with the attempt of [`status`](Self::status). Empty
    /// while idle.
    fn held(&self, round: u32) -> Vec<Vec<u8>>;

    /// Returns the last that this keeper holds of what another one said by itself at its current height:
    /// its statements of the newest attempt in which it spoke, each a message to send as it is. A
    /// keeper that starts is sent its own: what its log lacks tells it that the log is not its newest.
    fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>>;

    /// Returns the height and the attempt that a message speaks of, `None` if it is no message of
    /// this engine.
    fn place_of(&self, bytes: &[u8]) -> Option<(Height, u32)>;

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
    /// A keeper's message came, for the current height or the one after it; others are dropped.
    Message {
        /// Over whose link; the message itself may be another keeper's, passed on.
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
    /// The answer to the oldest [`Act::Judge`] of this block that has none yet.
    Verdict {
        /// Which block.
        block: BlockId,
        /// The answer.
        verdict: Verdict,
    },
    /// A timer ran out.
    Timer(TimerToken),
    /// A block that others decided, for the current height.
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
        /// To whom; `None` is all others.
        to: Option<KeeperNo>,
        /// The height that it speaks of.
        height: Height,
        /// Whether it was sent before and nothing came of it: whoever has more for that height
        /// answers with it.
        again: bool,
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
    /// Judge somebody's block and answer with [`OrderEvent::Verdict`].
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
    /// The certificate of [`OrderEvent::Certified`] proves nothing: ask another peer.
    Refused {
        /// Of which height.
        height: Height,
    },
    /// The engine can't go on at this height.
    Stop(StopReason),
}

/// Why an engine stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// The keepers are not those that this engine serves.
    #[error("keeper {served} with this vote key is none of the {found} keepers of the height")]
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
    /// A record of the log is not one of this height and keeper.
    #[error("record {record} of the vote log is no record of height {height}")]
    Log {
        /// Which record, from 0.
        record: usize,
        /// The height that was started.
        height: Height,
    },
    /// Replaying the log led to another statement than the one that was signed. This node signs
    /// nothing more at this height; it goes on after it.
    #[error("the vote log of height {height} doesn't lead to what was signed")]
    Diverged {
        /// The height.
        height: Height,
    },
    /// A peer holds a statement under this vote key that this node doesn't know, alone or in a
    /// certificate: its log was lost or is a copy. The key must never sign again.
    #[error("a statement of this keeper at height {height} is not in its vote log")]
    KeyUsedElsewhere {
        /// The height.
        height: Height,
    },
    /// The keepers certified a block that this node finds invalid.
    #[error("the keepers certified block {block} at height {height}, which is invalid")]
    CertifiedInvalid {
        /// The height.
        height: Height,
        /// The block.
        block: BlockId,
    },
    /// The engine's own error.
    #[error("the engine failed at height {height}: {what}")]
    Engine {
        /// The height.
        height: Height,
        /// Its words.
        what: String,
    },
}

/// The step of an attempt (Tendermint).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderStep {
    /// Nothing is under way.
    #[default]
    Idle,
    /// The proposer's block is awaited.
    Propose,
    /// A quorum of prevotes is awaited.
    Prevote,
    /// A quorum of precommits is awaited.
    Precommit,
}

/// Where an engine stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderStatus {
    /// The height it works on; `None` while it is idle.
    pub height: Option<Height>,
    /// The attempt at that height.
    pub round: u32,
    /// The step of that attempt.
    pub step: OrderStep,
    /// Who proposes in that attempt.
    pub proposer: Option<KeeperNo>,
    /// Who has voted in that attempt, by rising number.
    pub voted: Vec<KeeperNo>,
    /// Whether it replays its log.
    pub replaying: bool,
    /// Whether it stopped for good.
    pub stopped: bool,
}
