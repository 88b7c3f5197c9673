//! Bounds of a simulation, each with its reason.

use std::time::Duration;

use crate::consensus::limits::{ANSWER_GAP, BLOCKS_PER_ANSWER_MAX};

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

/// Messages of one virtual second on one link in one direction, blocks aside: a busy second of
/// bets, and the votes of some attempts with those that are sent again, which grow with the keepers.
/// Seen among four keepers: 91. The rest is room for faults that come together.
#[must_use]
pub fn messages_per_link_max(keepers: usize) -> u64 {
    let keepers = u64::try_from(keepers).unwrap_or(u64::MAX);
    keepers.saturating_mul(16).saturating_add(120)
}

/// Blocks of one virtual second on one link in one direction: whoever was away is given a whole
/// answer each time it may ask.
pub const BLOCKS_PER_LINK_MAX: u64 = 640;

const _: () = assert!(ANSWER_GAP.as_millis() == 100 && BLOCKS_PER_ANSWER_MAX == 64);

/// Bytes of one virtual second on one link in one direction.
pub const BYTES_PER_LINK_MAX: u64 = 500_000;
