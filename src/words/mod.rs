//! The rule book in words: what every bet wins and loses on, pays, and when it may be made (pure).
//!
//! Made from the catalogue's own rows and a table's rules, so that no second list of bets exists.
//! Screens and the command line both use it.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod bet;
mod house;
mod number;
mod score;
#[cfg(test)]
mod tests;
mod wins;

pub use bet::{BetWords, Paid, family, of, what_it_is, when};
pub use house::{
    HOUSE_RULES, HouseRule, LARGEST_BET, Number, Part, SMALLEST_BET, Setting, Value, differing,
};
pub use number::grouped;
pub use wins::rolls;
