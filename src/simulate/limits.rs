//! The bounds of a simulation.

use crate::ledger::Chips;

/// The most hands: some half a day on one core, and no sum comes near 128 bits.
pub const HANDS_MAX: u64 = 100_000_000_000;

/// The most hands of one session: it is played in one piece, a fraction of a second.
pub const SESSION_HANDS_MAX: u64 = 100_000;

/// The largest bankroll: with all that a hand can win it stays far below 63 bits.
pub const BANKROLL_MAX: Chips = Chips::new(1_000_000_000_000);

/// Hands of one chunk, about: milliseconds of work, so that progress is smooth and an interrupt is
/// heard at once, and the seeding of the dice costs nothing beside it.
pub const CHUNK_HANDS: u64 = 1_024;

/// The hands or sessions whose way is kept for the fan: enough for steady bands, too few to cost
/// time.
pub const FAN_TRIALS_MAX: u64 = 8_192;

/// The steps of the fan after its start: rolls of a hand, of which nine in ten end before, or parts
/// of a session.
pub const FAN_STEPS: u64 = 32;

/// The significant bits of a result that are kept. It bounds the number of different results.
pub const RESULT_BITS: u32 = 15;

/// The largest result, in chips, up to which all are counted exactly: one of [`RESULT_BITS`] bits.
pub const RESULT_EXACT_MAX: u64 = 32_767;

const _: () = assert!(RESULT_EXACT_MAX + 1 == 1 << RESULT_BITS);
