//! What is asked for in words instead of by keys: an action of the table of actions, and what it is
//! about. Keys say that by the focus, words name it.

use crate::craps::{BetKey, SeatNo};
use crate::gaming::Strategy;
use crate::ledger::Chips;

use super::action::Action;
use super::model::Medium;
use crate::club::GameId;

/// What an action is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing that it needs to be told.
    Nothing,
    /// This bet.
    Bet(BetKey),
    /// This table.
    Table(GameId),
    /// This service, by its name.
    Service(String),
    /// The bot on this seat.
    Bot(SeatNo),
    /// A bot that plays so.
    Strategy(Strategy),
}

/// A wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To do an action.
    Do(Action, About),
    /// To add chips to a bet.
    Bet {
        /// The bet.
        bet: BetKey,
        /// The chips to add.
        amount: Chips,
    },
    /// To take chips off a bet.
    Less {
        /// The bet.
        bet: BetKey,
        /// The chips to take off.
        by: Chips,
    },
    /// To call a bet on, or off.
    Call {
        /// The bet.
        bet: BetKey,
        /// Whether it shall work.
        works: bool,
    },
    /// To make the bet that the newest refusal offered.
    Offered,
    /// To give one rule of the table another value.
    Rule {
        /// The row of [`HOUSE_RULES`](crate::words::HOUSE_RULES).
        row: usize,
        /// The value in its own words or digits; none is that of the rule book.
        value: Option<String>,
    },
    /// To open another table.
    NewTable(NewTable),
    /// That later starts open in this medium.
    StartIn(Medium),
    /// To answer the dialog in front.
    Answer(String),
}

/// Another table, as far as words say what it is to be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTable {
    /// Its name.
    pub name: String,
    /// How many may sit.
    pub seats: Option<String>,
    /// How many must sit before the first roll.
    pub players: Option<String>,
    /// What each seat puts up, in chips.
    pub bond: Option<String>,
}
