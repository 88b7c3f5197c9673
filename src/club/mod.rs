//! The club: one replicated state machine (pure).
//!
//! [`ClubState`] holds charter, members, chips, keepers and tables. It changes only by [`apply`],
//! which takes one [`Block`] of signed [`Command`]s and gives the next state, what became of each
//! command, and what happened for screens. [`build`] makes a block out of candidates. Equal states
//! and blocks give equal results with equal roots on every node: no clock, no randomness and no map
//! of random order is in here, time and keys come in as values.
//!
//! What it promises: a command is an intent and never sets a balance; one id has at most one
//! effect; a refused command changes nothing but its member's number; after every block treasury,
//! balances, stakes and bonds add up to the supply of the charter, and the treasury covers what the
//! standing bets may win. What it does not judge: who may propose when, certificates, and whether
//! a block's time is anywhere near the real one; that is [`crate::consensus`]'s part.
//!
//! The dice take two blocks a roll: the one with the shooter's [`Body::Roll`] locks bets and seals,
//! the one with the last [`Body::Open`] closes, pays, and brings the seals of the next roll.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod applied;
mod block;
mod charter;
mod closing;
mod codec;
mod command;
mod counting;
mod deadlines;
mod event;
mod fairness;
mod hash;
pub mod hex;
mod ids;
mod keeper_change;
mod keepers;
mod key_offer;
pub mod limits;
mod locking;
mod membership;
mod misconduct;
#[cfg(test)]
pub(crate) mod planted;
mod proof;
mod refusal;
mod rekey;
mod roll_record;
mod sealing;
mod seats;
mod shared;
mod state;
mod statement;
mod table;
mod times;
mod transition;
mod wagers;
mod withholding;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails"
)]
pub(crate) mod kit;
#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a test that overflows fails, and statistics need floating point"
)]
mod tests;

pub use applied::{Applied, BlockFault, CommandFault};
pub use block::{Block, Header, commands_root};
pub use charter::{Charter, CharterFault, Settings, SignedCharter, is_name, work_bits};
pub use codec::CodecFault;
pub use command::{Body, Command, MemberKind, NewSeal, TableTerms};
pub use event::ClubEvent;
pub use fairness::{HeldOpenings, UnfairClose};
pub use ids::{
    BlockId, ClubId, CommandId, GameId, Height, IdFault, KeeperNo, PublicKey, SignatureBytes,
    StateRoot, TableNo, TimeMs,
};
pub use keeper_change::{KeeperChange, KeeperRefusal, OpenChange, Readiness};
pub use keepers::vote_key_message;
pub use key_offer::KeyOffer;
pub use proof::{ProofFault, ProvenOpening, ProvenSecret, RollProof};
pub use refusal::Refusal;
pub use rekey::{NewKeys, Rekey, RekeyFault, rekey_message};
pub use roll_record::{CameDown, RollRecord, SeatCredit, Withheld};
pub use state::{ClubState, Keeper, Member, StateFault, keepers_hash};
pub use statement::{Evidence, Statement, StatementKind};
pub use table::{Betting, ClubTable, LockedRoll, Opening, Phase, RosterLine, Seat, Waiting};
pub use times::RollTimes;
#[cfg(test)]
pub(crate) use transition::build_without_limits;
pub use transition::{Built, apply, build, build_with, check_command};
pub use withholding::Withholdings;
