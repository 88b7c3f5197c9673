//! Bounds of a simulation, each with its reason.

use std::time::Duration;

/// How long a healed club may take to agree again, in virtual time.
pub const CONVERGE_WITHIN: Duration = Duration::from_secs(30);

/// Virtual seconds that play with faults may take for each wanted roll, if nothing else is said:
/// a partition of half a minute stops everybody.
pub const SECONDS_PER_ROLL: u64 = 30;

/// The least virtual time for play with faults: each kind has its turn, and whoever may not sit for
/// ten minutes since it left a roll waiting is back.
pub const SECONDS_MIN: u64 = 3_600;

/// The longest virtual time that can be asked for: a day.
pub const SECONDS_MAX: u64 = 86_400;

/// The most rolls that can be asked for: about an hour of one processor.
pub const ROLLS_MAX: u64 = 100_000;

/// Events of one instant chain each other at most this often; more is a loop that never waits.
pub const EVENTS_AT_ONCE_MAX: u64 = 100_000;

/// Messages under way to one node, as the queue of a node's links has a limit. More are lost.
pub const INBOX_MAX: usize = 1_024;

/// The same while memory is short.
pub const INBOX_SQUEEZED: usize = 2;

/// Between two probes, in virtual time.
pub const PROBE_EVERY: Duration = Duration::from_secs(1);

/// Bad probes in a row that make a long outage.
pub const LONG_OUTAGE_PROBES: u64 = 10;

/// Violations that are told; a broken club breaks everything that follows.
pub const VIOLATIONS_MAX: usize = 16;

/// Messages of one virtual second for each link and direction, on average over all links. The
/// busiest seconds seen had 15 in a club of four keepers with every fault, and 122 in a hosted club
/// with crashes and a partition; whose messages those were was not looked into.
pub const MESSAGES_PER_LINK_MAX: u64 = 400;

/// The same for bytes; the busiest second seen had 32 thousand.
pub const BYTES_PER_LINK_MAX: u64 = 200_000;
