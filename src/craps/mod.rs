//! The rules of craps (pure): what may be bet, when, and what every roll does to it.
//!
//! The contract: a [`Table`] changes only by [`Table::sit`], [`Table::stand`], [`Table::act`],
//! [`Table::pass_dice`], [`Table::change_rules`] and [`Table::roll`]. Each either takes effect as a
//! whole or returns a [`Refusal`] and changes nothing. Chips are whole numbers, no sum can overflow
//! (`limits.rs` shows why), and equal tables encode to equal bytes. The part knows seats, never
//! members: balances come in as arguments and go out as cash flows.
//!
//! A bet is a row of [`catalogue()`]; six kinds of [`Rule`] decide all of them.
//! Source of every rule and price: the rule book, `tests/data/rules/craps.md`; its section numbers are named where
//! they are followed.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod act;
mod action;
mod bet;
mod bet_set;
mod catalogue;
mod dice;
mod edge;
mod house;
mod key;
pub mod limits;
mod notes;
mod outlook;
mod price;
mod quote;
mod refusal;
mod resolve;
mod roll;
mod roll_set;
mod rules;
pub mod script;
mod seats;
mod table;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests;

pub use action::{Action, CashFlow};
pub use bet::{BetState, PlacedBet, WorkingFlag};
pub use bet_set::BetSet;
pub use catalogue::{
    AfterWin, BetInfo, ContractFrom, Ends, Family, First, HandLong, Lasts, Notes, Phases, Prize,
    Rule, Side, Terms, VigBase, Window, catalogue, odds_price,
};
pub use dice::{BoxNumber, Dice, Phase, Puck};
pub use edge::{Edge, edge, edge_with_odds};
pub use house::{
    AtsPayouts, Barred, FirePayouts, HopPayouts, OddsLimit, ShooterLeaves, SinglePayouts,
    VigRounding, VigTiming,
};
pub use key::{BetId, BetKey, BetKeyError, SeatNo};
pub use notes::Collected;
pub use outlook::{Outlook, OutlookRow};
pub use price::{Part, Price, Ratio};
pub use quote::{PaidOn, Quote, QuotedPrice};
pub use refusal::Refusal;
pub use roll::{Decision, Outcome, RollResult, SeatResult};
pub use roll_set::RollSet;
pub use rules::{RulesError, TableRules};
pub use seats::Stood;
pub use table::Table;
