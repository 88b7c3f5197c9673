//! The bounds of a table, and why no sum of chips can overflow.

/// The most players at one table: what a full casino table seats.
pub const SEATS_MAX: u8 = 16;

/// The largest `max_bet` a table may have, in chips.
pub const BET_MAX: u64 = 1_000_000_000;

/// The most that any winning bet may pay, to one. The rule book's dearest price is 1000:1 (replay);
/// fire and the bonus bets may be set up to this.
pub const PRICE_MAX: u32 = 10_000;

/// The least that a single number may pay, to one: a part of five on it, as in world, still wins.
pub const SINGLE_PRICE_MIN: u32 = 5;

/// The largest denominator a table may give a rate of commission.
pub const RATE_DENOMINATOR_MAX: u32 = 1_000;

/// The most odds behind a flat bet, as a multiple of it: 100x, laid at 1:2. They win at most 2:1.
pub const ODDS_MULTIPLE_MAX: u64 = 200;

/// The most bets one seat can have: every bet of the catalogue, and five kinds once per box number.
pub const BETS_PER_SEAT_MAX: u64 = 140 + 5 * 6;

/// No bet and its win come to more than this, in chips.
pub const BET_AND_WIN_MAX: u64 = BET_MAX * 10_001;

const _: () = assert!(SEATS_MAX == 16 && PRICE_MAX == 10_000);
const _: () = assert!(BET_MAX * ODDS_MULTIPLE_MAX * 3 <= BET_AND_WIN_MAX);
// All that sixteen seats can have at stake, and win in one roll, fits 64 bits a hundred times over.
const _: () = assert!(BET_AND_WIN_MAX * BETS_PER_SEAT_MAX * 16 < u64::MAX / 100);
