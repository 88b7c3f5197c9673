//! A game in one file, and the check that needs nothing but that file (pure).
//!
//! A transcript is a club's chain from its charter: `BCGT`, a version, and records, each with a
//! kind, a length and a payload; a hash runs over all of them and ends, with their count, in the
//! last record. [`Writer`] makes one record after the other. [`verify`] reads them in the same
//! way, so that a file of any length takes no more memory than its club's state.
//!
//! What [`verify`] promises: the charter founds the club; every block is certified by the keepers
//! of its height, follows the one before, and holds exactly the commands of its header, each signed
//! and numbered; their effects, computed anew, add up to the supply and give the state root and the
//! next keepers that the header names. And of every roll, looked at a second time from the commands
//! alone: the seals came before the lock, the openings after it, they fit, those that counted are
//! those of the rule, and lock, close, seed, dice and link follow from them.
//!
//! What it can't show: that the contributors were different people, and that nothing followed after
//! the last block of the file. An excerpt, which begins at a certified state, has its kind in the
//! format; it is refused, since only a whole game can be computed from its charter.

#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod audit;
mod fault;
pub mod limits;
mod record;
mod verify;
mod write;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails"
)]
mod tests;

pub use fault::{Fault, Rule, Stopped};
pub use record::VERSION;
pub use verify::{Verified, verify};
pub use write::Writer;
