//! The bounds of the game manager.

use std::time::Duration;

/// Intents that may wait for the manager. A person makes a few a second; more means that the
/// manager hangs, and the player is told.
pub const REQUESTS_MAX: usize = 64;

/// Events that a screen may lag behind before it has to look at the views again.
pub const EVENTS_MAX: usize = 256;

/// Bots of one strategy in one club.
pub const BOTS_PER_STRATEGY_MAX: usize = 100;

/// Intents whose fate is remembered for whoever asks again: a screen asks again after seconds, and
/// has at most a queue full of them without an answer.
pub const REMEMBERED_INTENTS_MAX: usize = 2 * REQUESTS_MAX;

/// How often an opening is proposed while nothing is known of it: until its command has expired.
pub const OPENING_TRIES: usize = 4;

/// How long a stop waits for the block that withdraws this node's seals.
pub const WITHDRAWAL_WAIT: Duration = Duration::from_secs(1);

/// How long each member leaves it to the one before it to accuse a keeper: time for a block.
pub const ACCUSE_TURN: Duration = Duration::from_millis(500);

/// How many turns a member waits at most: then several may accuse at once, and the club takes one.
pub const ACCUSERS_MAX: u32 = 20;

/// Blocks before a start whose bets of mine a screen is told, which may have ended before it heard of
/// them: seconds of the fastest play, while a screen writes down what it does within one.
pub const PLACED_BLOCKS: u64 = 128;

/// How long the manager waits before it does again what the store or the chain did not take.
pub const RETRY_PAUSE: Duration = Duration::from_secs(1);
