//! What a machine is told and what it wants done.

use std::sync::Arc;
use std::time::Duration;

use super::HostWatch;
use crate::clock::UnixMillis;
use crate::club::{Block, ClubState, Command, CommandId, Evidence, Height, KeeperNo, Rekey};
use crate::consensus::{
    Certificate, ChainView, DecidedBlock, Decision, ForkProof, KeptProofs, LeftOut, LogRecord,
    Misconduct, Orderer, PaceTimeouts, StoredBlock, TimerToken,
};
use crate::ledger::MemberNo;
use crate::storage::{StoreError, Write};

/// The time at which something comes in: the one way by which a machine knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The wall clock, for the time of a block.
    pub unix: UnixMillis,
    /// Time since some fixed start, for everything that is measured.
    pub monotonic: Duration,
}

/// What a machine starts with.
#[derive(Debug)]
pub struct MachineParts {
    /// The state after the newest block.
    pub state: ClubState,
    /// The newest blocks, oldest first, without gaps and up to the state; none at height 0.
    pub newest: Vec<StoredBlock>,
    /// This node's number as a keeper and the engine that votes under it, if it is one.
    pub engine: Option<(KeeperNo, Box<dyn Orderer>)>,
    /// What the engine's log holds.
    pub log: KeptLog,
    /// How large this node's blocks may get.
    pub pace: PaceTimeouts,
}

/// What a start finds of the engine's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptLog {
    /// Its records, all of one height.
    Kept {
        /// The height.
        height: Height,
        /// The records, oldest first.
        records: Vec<LogRecord>,
    },
    /// It is gone or damaged, or comes from a copy: the vote key must never sign again. The words
    /// say why.
    Lost(String),
}

impl KeptLog {
    /// Returns the log of a keeper that has not voted since `height` was begun.
    #[must_use]
    pub const fn empty(height: Height) -> Self {
        let records = Vec::new();
        Self::Kept { height, records }
    }
}

/// What a machine is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// Somebody at this node wants these commands decided, in this order and best in one block.
    /// Each is answered by [`Output::Settle`].
    Propose(Vec<Command>),
    /// Bytes of another node whose link is up. The link has proven which member it is.
    Message {
        /// From whom.
        from: MemberNo,
        /// A [`crate::consensus::wire::Message`].
        bytes: Vec<u8>,
    },
    /// The link to another member's node came up.
    Linked {
        /// Whose.
        member: MemberNo,
    },
    /// The link to another member's node is gone.
    Unlinked {
        /// Whose.
        member: MemberNo,
    },
    /// A timer that is armed ran out; it is armed no more.
    Timer(Timer),
    /// The write of [`Output::Write`] has ended.
    Written(Result<(), StoreError>),
    /// [`Output::Log`], [`Output::ResetLog`] or [`Output::KeepSigned`] failed. Nothing that the same answer wanted sent
    /// was sent.
    LogFailed(String),
    /// A proof that an earlier run kept.
    TakeUp(Misconduct),
    /// So much is kept now of what proves that keepers broke the rules.
    ProofsKept(KeptProofs),
    /// The player says to go on with a host that left out openings.
    TrustHost,
    /// What an earlier run remembered of the host; see [`Output::RememberHost`].
    RecallHost(Box<HostWatch>),
    /// The node stops: nothing new is begun, and a block that is decided is written once more if
    /// its write waits for a better disk.
    Stop,
}

/// What a machine wants done, in the order of its answer.
#[derive(Clone, Debug)]
pub enum Output {
    /// Append these records to the engine's log. They are durable before anything that follows in
    /// the same answer is done.
    Log(Vec<LogRecord>),
    /// Go on in the engine's log to this height; records of earlier ones are not needed any more.
    ResetLog(Height),
    /// Make this durable and say so by [`Input::Written`]. There is one at a time.
    Write(Box<Write>),
    /// Send these bytes to the nodes of these members, whose links are up. A message may be lost,
    /// doubled or late.
    Send {
        /// To whom.
        to: Vec<MemberNo>,
        /// A [`crate::consensus::wire::Message`].
        bytes: Arc<[u8]>,
    },
    /// Read stored blocks from this height upwards, at most
    /// [`BLOCKS_PER_ANSWER_MAX`](crate::consensus::limits::BLOCKS_PER_ANSWER_MAX), and send each
    /// to this member as a wire message.
    SendBlocks {
        /// To whom.
        to: MemberNo,
        /// The first height.
        from: Height,
    },
    /// Start a timer; if it runs already, start it anew.
    Arm {
        /// Which.
        timer: Timer,
        /// How long.
        after: Duration,
    },
    /// Stop a timer, if it runs.
    Disarm(Timer),
    /// This became of a command: answer everybody at this node who waits for it.
    Settle {
        /// The command.
        id: CommandId,
        /// What became of it.
        decision: Decision,
    },
    /// Keep these bytes in the place of those before: what the host of the club left out, see
    /// [`HostWatch::from_bytes`]. Nothing waits for it.
    RememberHost(Vec<u8>),
    /// Remember, in the place of those before, that this node stands by these new vote keys above the
    /// newest block: it signs no others there, in this run or in a later one. As with
    /// [`Log`](Self::Log), it is durable before anything that follows in the same answer is done.
    KeepSigned(Box<Rekey>),
    /// A block is decided and durable.
    Decided(Arc<DecidedBlock>),
    /// Show this from now on.
    View(Arc<ChainView>),
    /// Tell the operator.
    Alarm(Alarm),
    /// Think less of this peer: it broke a rule that no honest node breaks.
    Distrust {
        /// Who.
        member: MemberNo,
        /// Which rule.
        why: &'static str,
    },
}

/// A timer of a machine. One of each runs at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The engine's own.
    Engine(TimerToken),
    /// A failed write is tried again.
    Retry,
    /// Seals were gathered.
    Gather,
    /// A deadline of the state is due.
    Deadline,
    /// Waiting commands of this node are sent to the keepers again.
    Resend,
    /// Followers are told again of the newest block.
    Remind,
    /// A missing block is asked for, or asked for elsewhere.
    Want,
    /// What keepers say of new vote keys is said again.
    Offer,
}

/// What an operator must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A keeper signed two things for one place; told once for each keeper.
    Accused(Box<Evidence>),
    /// A keeper of a shared club asks for new vote keys above the block of this height, since too few can
    /// vote; told once for each keeper and block.
    KeysAsked {
        /// Who.
        keeper: KeeperNo,
        /// The height.
        height: Height,
    },
    /// This node's vote key must never sign again: whoever drives the machine keeps that for later
    /// starts. The words say why.
    Retired(String),
    /// This node votes no more until it starts again, since its log fails. The words say why.
    Unlogged(String),
    /// The engine panicked at this height. Whoever drives the machine gives it a fresh one with
    /// [`Machine::revive`](super::Machine::revive). The words say why.
    EngineBroke {
        /// The height.
        height: Height,
        /// Why.
        why: String,
    },
    /// The engine stopped at this height; others decide it. The words say why.
    EngineStopped {
        /// The height.
        height: Height,
        /// Why.
        why: String,
    },
    /// Two different blocks were decided for one height; the chain stopped on this node.
    Fork(Box<ForkProof>),
    /// The keepers decided a block that breaks the rules; the chain stopped on this node.
    WrongBlock {
        /// The block, to be kept as evidence.
        block: Box<Block>,
        /// Its proof.
        certificate: Certificate,
        /// What is wrong with it.
        why: String,
    },
    /// A block that was proposed breaks the club's rules, or made them panic; it gets no vote.
    VotedDown {
        /// Its height.
        height: Height,
        /// Who proposed it, as the block says.
        proposer: KeeperNo,
        /// What is wrong with it.
        why: String,
    },
    /// The host of the club closed a roll without openings that this node held.
    LeftOut(LeftOut),
    /// The chain stopped for good on this node. The words say why.
    Halted(String),
}
