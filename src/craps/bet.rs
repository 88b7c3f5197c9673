//! A bet on the table.

use serde::{Deserialize, Serialize};

use super::catalogue::Rule;
use super::dice::Puck;
use super::key::BetId;
use super::notes::{Collected, collected};
use crate::ledger::Chips;

/// A bet that is up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedBet {
    /// The stake, in chips.
    pub stake: Chips,
    /// The commission paid with it that a take-down gives back; nothing unless it is paid upfront.
    pub commission: Chips,
    /// Whether the player called it on or off.
    pub working: WorkingFlag,
    /// Whether a side bet has seen a roll, which makes it a contract.
    pub has_rolled: bool,
    /// What a side bet has collected so far, as its rule notes it (`notes.rs`).
    pub progress: u32,
    /// The puck that the bet goes by while it is not where the table's is: the bet missed a roll
    /// ([`super::Table::roll_except`]).
    pub own_puck: Option<Puck>,
}

impl PlacedBet {
    /// Returns the puck that the bet goes by at a table whose puck is there.
    #[must_use]
    pub fn puck(&self, table: Puck) -> Puck {
        self.own_puck.unwrap_or(table)
    }

    /// Lets the bet go by a puck from now on; `table` is where the table's is.
    pub(super) fn go_by(&mut self, own: Puck, table: Puck) {
        self.own_puck = (own != table).then_some(own);
    }

    /// Returns the chips that are lost if the bet loses: the stake and what was paid with it.
    #[must_use]
    pub fn at_risk(&self) -> Chips {
        super::price::plus(self.stake, self.commission)
    }

    /// Returns what a hand-long side bet has collected so far; `None` for every other bet. `bet` is
    /// the one whose state this is.
    #[must_use]
    pub fn collected(&self, bet: BetId) -> Option<Collected> {
        match bet.info().rule {
            Rule::HandLong(long) => Some(collected(long.notes, self.progress)),
            Rule::Line(_)
            | Rule::Odds { .. }
            | Rule::OneRoll { .. }
            | Rule::Race { .. }
            | Rule::TwoRolls { .. } => None,
        }
    }
}

/// On or off, as a player calls it (4.3).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum WorkingFlag {
    /// Always on while a point is on; on the come-out as the bet's terms say.
    #[default]
    Default,
    /// On in both phases.
    On,
    /// Off in both phases.
    Off,
}

/// What a player may expect of a bet on the next roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetState {
    /// It is on, and may come down.
    Works,
    /// The next roll does not touch it.
    Off,
    /// It is on, and stays until it is decided.
    Contract,
    /// The next roll decides or moves it.
    NextRoll,
}
