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
//! An excerpt begins at a state in the place of the charter. The keepers of its height certified
//! that state, and the headers that changed the keepers, from the founder on, show who they were;
//! what the commands before were, it does not show, and [`verify`] says where it begins. A third kind
//! of file is a charter with two blocks that the keepers of one height decided: the proof that they
//! broke their word.
//!
//! What none can show: that the contributors were different people, and that nothing followed after
//! the last block of the file.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod audit;
mod excerpt;
mod fault;
mod keeper_past;
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

pub use excerpt::{Beginning, Fork};
pub use fault::{Fault, Rule, Stopped};
pub use keeper_past::KeeperPast;
pub use record::VERSION;
pub use verify::{Verified, verify};
pub use write::Writer;
