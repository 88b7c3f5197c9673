//! Strategies played on the real engine, many hands and fast (pure).
//!
//! A [`Plan`] is cut into chunks of hands. A chunk has dice of its own, which follow from the seed and
//! its number alone, and a [`Tally`] holds whole numbers that are added, so the same plan gives the
//! same result whoever plays which chunk in whatever order. Every bet goes through
//! [`crate::craps::Table::act`] and every roll through [`crate::craps::Table::roll_into`]: there is
//! no second set of rules.
//!
//! Sums, deviations, and the least and largest result are exact. Quantiles are exact up to 32,767 chips
//! and within 1/16,384 beyond ([`Distribution`]).

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod dice;
mod distribution;
pub mod limits;
mod plan;
mod play;
mod tally;
#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "statistics need floating point, and a test that overflows fails"
)]
mod tests;

pub use dice::SeededDice;
pub use distribution::Distribution;
pub use plan::{Plan, PlanError};
pub use play::Simulation;
pub use tally::{Fan, Tally};
