//! Chips and who holds them (pure).

#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod chips;

pub use chips::Chips;
