//! Bounds of the settings, each with its reason.

use std::ops::RangeInclusive;

/// Bytes of a configuration file: a hundred times what all settings take.
pub const FILE_BYTES_MAX: u64 = 1 << 20;

/// Columns of a name; what fits into them is within the bytes that a club takes
/// ([`crate::club::limits::NAME_BYTES_MAX`]).
pub use crate::shown::NAME_COLUMNS_MAX;

/// Columns of the label of this node in logs and health: a host name (RFC 1035: 63 octets).
pub const NODE_ID_COLUMNS_MAX: usize = 63;

/// Chips of a table limit, from one to what no default supply can pay anyway.
pub const BET_CHIPS: RangeInclusive<u64> = 1..=1_000_000;

/// Open tables of a club.
pub const GAMES: RangeInclusive<u64> = 1..=10_000;

/// Seats at a table (rule book, section 1: at most 16).
pub const SEATS: RangeInclusive<u64> = 1..=16;

/// Bots at the practice table: a seat stays free for the player.
pub const BOTS: RangeInclusive<u64> = 0..=15;

/// Seconds until a silent seat stands up: long enough to answer the door, at most a day.
pub const SESSION_SECONDS: RangeInclusive<u64> = 10..=86_400;

/// Milliseconds between the steps of a bot; 0 is as fast as the table allows.
pub const PACE_MILLIS: RangeInclusive<u64> = 0..=60_000;

/// Milliseconds of waits inside the program, from what a busy machine can hold to ten minutes.
pub const WAIT_MILLIS: RangeInclusive<u64> = 10..=600_000;

/// Bits of proof of work (see [`crate::identity::limits::PROOF_BITS_MAX`]).
pub const PROOF_BITS: RangeInclusive<u64> = 0..=32;
