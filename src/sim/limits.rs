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

/// Attempts at one height that no stall outlasts: their patience grows, so that they take longer than
/// the longest partition.
pub(super) const ATTEMPTS_IN_A_STALL: u32 = 12;

/// Messages of one virtual second on one link in one direction beside the answers to a keeper that
/// is behind: a busy second of bets, seals and openings, and the votes of some heights.
const OWN_MESSAGES_MAX: u64 = 60;

/// Such answers in one second: a keeper that hears nobody says its words again each 0.6 s, the longest
/// pause among neighbours, and each time may get an answer.
const ANSWERS_IN_A_SECOND: u64 = 2;

/// Messages of one virtual second on one link in one direction, blocks aside. Most are answers: a
/// keeper that is at an early attempt of a height is sent what is held of all attempts from there
/// on, for each a proposal, two certificates and two votes of each keeper. Among four keepers 194
/// were seen, 184 of them in two answers for eight attempts, to a keeper that could be heard and heard
/// nobody (seed 2163).
#[must_use]
pub fn messages_per_link_max(keepers: usize) -> u64 {
    let keepers = u64::try_from(keepers).unwrap_or(u64::MAX);
    let attempt = keepers.saturating_mul(2).saturating_add(3);
    let answer = attempt.saturating_mul(ATTEMPTS_IN_A_STALL.into());
    let answers = answer.saturating_mul(ANSWERS_IN_A_SECOND);
    answers.saturating_add(OWN_MESSAGES_MAX)
}

/// Blocks of one virtual second on one link in one direction: whoever was away is given a whole
/// answer each time it may ask.
pub const BLOCKS_PER_LINK_MAX: u64 = 640;

const _: () = assert!(ANSWER_GAP.as_millis() == 100 && BLOCKS_PER_ANSWER_MAX == 64);

/// Bytes of one virtual second on one link in one direction.
pub const BYTES_PER_LINK_MAX: u64 = 500_000;
