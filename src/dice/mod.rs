//! Dice nobody chooses: secrets, seals, locks, openings and the dice they make (pure).
//!
//! Each contributor of a roll seals a secret before the bets close, the lock fixes bets and seals,
//! each opens, the close fixes which openings count, and [`dice_of`] maps the seed of all of them
//! to two dice, exactly uniformly. Who may seal and open, and when, is [`crate::club`]'s part.
//! This part knows hashes only.
//!
//! Every hash is a BLAKE3 key derivation under a context of its own ([`Name`]) over fixed-width,
//! little-endian parts; lists carry a `u32` count and are sorted by slot. The hashes are those of
//! the test vectors in `tests/vectors/dice.json`.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod hash;
mod map;
mod roll;
mod secret;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "statistics need floating point, and a test that overflows fails"
)]
mod tests;

pub use hash::{Hash32, Name};
pub(crate) use map::pair;
pub use map::{DiceStream, bytes_drawn, dice_of};
pub use roll::{
    Contributor, Lock, Slot, close_hash, first_link, link, lock_hash, roster_hash, seed, table_id,
};
pub use secret::{Binding, EpochSecret, SlotSecret, seal};
