//! Bounds of this part, each with its reason.

use std::time::Duration;

use crate::club::limits::BLOCK_BYTES_MAX;
pub use crate::club::limits::{KEEPERS_MAX, SHARED_KEEPERS_MIN};

/// Commands of one member that wait: more than a full table's slip, seal, roll and opening.
pub const WAITING_PER_MEMBER_MAX: usize = 32;

/// Bytes of all waiting commands: sixteen full blocks.
pub const WAITING_BYTES_MAX: usize = 1 << 20;

/// Requests that wait for the chain's loop. A full queue makes callers wait.
pub const REQUESTS_MAX: usize = 256;

/// Blocks that a slow listener may fall behind before it has to start again from the view.
pub const EVENTS_MAX: usize = 256;

/// Commands whose fate is remembered: at 256 a block at least sixteen blocks, hours of play alone.
pub const REMEMBERED_MAX: usize = 4_096;

/// Blocks that are looked through at the start for commands to remember.
pub const REMEMBERED_BLOCKS_MAX: u64 = 256;

/// Blocks that are read before they are replayed: 4 MiB at most.
pub const REPLAYED_AT_ONCE_MAX: u64 = 64;

/// How long the block of a new vote key is waited for, and in tests any decision. How long a node
/// waits for those of its commands is a setting.
pub const PROPOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The first pause before a failed write is tried again; each later one is twice as long.
pub const RETRY_FIRST: Duration = Duration::from_secs(1);

/// The longest pause before a failed write is tried again.
pub const RETRY_LAST: Duration = Duration::from_secs(30);

/// Blocks that one answer to a node that lacks some may hold: 4 MiB at most.
pub const BLOCKS_PER_ANSWER_MAX: usize = 64;

/// Messages that wait in either direction between the chain and its links: one answer, and a busy
/// moment of votes.
pub const LINK_QUEUE_MAX: usize = 256;

/// Bytes of one message of the engine: a proposal with a whole block, and its signed frame.
pub const ENGINE_BYTES_MAX: usize = BLOCK_BYTES_MAX + 1_024;

/// Bytes of one message between nodes: a whole block with the votes of 16 keepers, 1.1 kB, or an
/// engine's message.
pub const MESSAGE_BYTES_MAX: usize = BLOCK_BYTES_MAX + 2_048;

/// Bytes of a vote log, of one height however long it takes: at 3 kB an attempt of 16 keepers, days
/// of attempts that fail.
pub const VOTE_LOG_BYTES_MAX: u64 = 256 << 20;

/// Bytes of past heights that a vote log keeps before it starts anew: hundreds of heights, so that
/// starting anew costs nothing, and little to read at a start.
pub const VOTE_LOG_KEPT_BYTES_MAX: u64 = 1 << 20;

/// How long a chain waits for the vote log while an earlier run of it ends: one write of a slow
/// disk takes less.
pub const VOTE_LOG_FREE_WITHIN: Duration = Duration::from_secs(10);

/// Nodes whose links a machine keeps book of; more are not listened to. All members of a full club
/// at 16 members a node.
pub const PEERS_MAX: usize = 64;

/// Blocks that wait for the ones before them: one answer.
pub const AHEAD_MAX: u64 = 64;

/// Decided blocks whose headers are kept to compare with what others say: seconds of busy play. A
/// fork shows at the first block that doesn't fit.
pub const RECENT_MAX: usize = 64;

/// Blocks of one height whose effects are kept: one for each attempt of a bad minute.
pub const JUDGED_MAX: usize = 8;

/// Records of the engine that may wait for the log before something is sent.
pub const UNLOGGED_MAX: usize = 256;

/// Waiting commands of this node that are sent again at once.
pub const RESENT_MAX: usize = 64;

/// The pause before waiting commands of this node are sent to the keepers again.
pub const RESEND_AFTER: Duration = Duration::from_secs(1);

/// The shortest time between two answers to one peer.
pub const ANSWER_GAP: Duration = Duration::from_millis(100);

/// How long a node that lacks only the newest block waits for it before it asks; and the pause
/// between two questions. Longer than [`ANSWER_GAP`], so that no question goes unanswered.
pub const WANT_PAUSE: Duration = Duration::from_millis(120);

/// How long an asked peer has to send a block before another one is asked.
pub const WANT_TIMEOUT: Duration = Duration::from_secs(1);

/// How long seals are gathered before they wake the club, so that one block takes them all.
pub const SEALS_GATHER: Duration = Duration::from_millis(200);

/// How often one keeper may wake the others within [`WAKES_WITHIN`] without a command or a deadline.
pub const WAKES_MAX: usize = 6;

/// See [`WAKES_MAX`].
pub const WAKES_WITHIN: Duration = Duration::from_mins(1);

/// How far a fresh block's time may lie behind the voter's clock, at attempt 0.
pub const TIME_BEHIND_MAX: Duration = Duration::from_secs(30);

/// How far a fresh block's time may lie ahead of the voter's clock, at attempt 0.
pub const TIME_AHEAD_MAX: Duration = Duration::from_secs(10);

/// The bounds of time double with each attempt up to this one: then they are weeks.
pub const TIME_DOUBLINGS_MAX: u32 = 16;

/// True signatures that are remembered: those of a dozen attempts of 16 keepers with certificates.
pub const VERIFIED_MAX: usize = 4_096;

/// Messages that an engine holds for peers who lack them: sixteen of the largest proposals, or all
/// messages of a hundred attempts of 16 keepers.
pub const HELD_BYTES_MAX: usize = 1 << 20;

/// Statements of its own at one height that an engine remembers: a thousand attempts.
pub const SIGNED_MAX: usize = 4_096;

/// Proposals of one attempt that are let in: two prove that the proposer cheats.
pub const PROPOSALS_PER_ROUND_MAX: usize = 2;

/// Proposals that wait for a verdict: two for each attempt that may be ahead, and some of before.
pub const WAITING_MAX: usize = 32;

/// Proposals for the next height that are kept of one sender: each holds a whole block.
pub const AHEAD_PROPOSALS_MAX: usize = 2;

/// Votes for the next height that are kept of one sender: its own and those that it passes on.
pub const AHEAD_VOTES_MAX: usize = 64;

/// The first pause before a follower is told again of a block that it may have missed; each later
/// one is twice as long.
pub const REMIND_FIRST: Duration = Duration::from_millis(500);

/// The longest such pause: a follower that can't take the block is not asked for more.
pub const REMIND_LAST: Duration = Duration::from_secs(8);

/// The first pause before keepers of a club that decides nothing are told again of an offered vote key;
/// each later one is twice as long.
pub const OFFER_FIRST: Duration = Duration::from_secs(1);

/// The longest such pause: people wait for it.
pub const OFFER_LAST: Duration = Duration::from_secs(8);

/// Openings that wait for the block which locks their roll: two full tables of seats and keepers.
pub const EARLY_OPENINGS_MAX: usize = 64;

/// The newest rolls by which a host is judged.
pub const HOST_ROLLS: usize = 20;

/// In how many of them a host may leave out openings before this node seals no more.
pub const LEFT_OUT_MAX: usize = 3;
