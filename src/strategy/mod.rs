//! Strategies: what to bet in which situation, as rows of a small language (pure).
//!
//! A strategy is a list of [`Want`]s. A want names a situation, a bet and an amount; a bet that is
//! already up is left alone, and one that the table refuses is skipped. So no strategy can do what a
//! player can't: everything it does is an ordinary [`crate::craps::Action`] that the table has
//! accepted. Bots, simulations and the repeated slip all bet by it.
//!
//! The only randomness is the generator that [`Strategy::Random`] is handed. Nothing here allocates
//! while it plays, and bets are named when the program is compiled, so a want that names no bet does
//! not compile.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod player;
mod rows;
#[cfg(test)]
mod tests;
mod want;

pub use player::Player;
pub use rows::{Strategy, UnknownStrategy};
pub use want::{Amount, Pick, Want, When, repeated};
