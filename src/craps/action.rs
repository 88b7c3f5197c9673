//! What a player may do between rolls, and the chips that moves.

use serde::{Deserialize, Serialize};

use super::bet::WorkingFlag;
use super::key::BetKey;
use crate::ledger::Chips;

/// A change of one bet (rule book, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Makes a bet, or increases it.
    Place {
        /// The bet.
        bet: BetKey,
        /// How much more to stake, in chips.
        amount: Chips,
    },
    /// Takes a bet down.
    TakeDown {
        /// The bet.
        bet: BetKey,
    },
    /// Takes part of a bet down.
    Reduce {
        /// The bet.
        bet: BetKey,
        /// How much to take, in chips; less than the stake.
        by: Chips,
    },
    /// Calls a bet on or off.
    Working {
        /// The bet.
        bet: BetKey,
        /// How it works from now on.
        how: WorkingFlag,
    },
}

impl Action {
    /// Returns the bet it is about.
    #[must_use]
    pub const fn bet(&self) -> BetKey {
        match self {
            Self::Place { bet, .. }
            | Self::TakeDown { bet }
            | Self::Reduce { bet, .. }
            | Self::Working { bet, .. } => *bet,
        }
    }
}

/// Chips that actions moved between a seat's balance and its bets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashFlow {
    /// From the balance: stakes, and commission due with them.
    pub paid: Chips,
    /// Back to the balance: stakes and commission of bets that came down.
    pub returned: Chips,
}
