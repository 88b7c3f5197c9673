//! What to simulate.

use super::limits::{BANKROLL_MAX, CHUNK_HANDS, FAN_STEPS, HANDS_MAX, SESSION_HANDS_MAX};
use crate::craps::{RulesError, TableRules};
use crate::ledger::Chips;
use crate::strategy::Strategy;

/// A simulation: how many hands, of what, with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How the player bets.
    pub strategy: Strategy,
    /// Hands in all.
    pub hands: u64,
    /// What each hand, or each session, begins with, in chips.
    pub bankroll: Chips,
    /// The size of a flat bet, in chips.
    pub unit: Chips,
    /// What the dice follow from.
    pub seed: u64,
    /// Hands that are played with one bankroll; `None` if each has its own.
    pub session: Option<u64>,
    /// The rules of the table; [`Plan::rules`] unless told otherwise.
    pub rules: TableRules,
}

/// Why a plan can't be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Too few hands, or too many.
    #[error("{hands} hands cannot be played; 1 to {HANDS_MAX} can")]
    Hands {
        /// How many were asked for.
        hands: u64,
    },
    /// Too few hands in a session, or too many.
    #[error("a session cannot have {hands} hands; it can have 1 to {SESSION_HANDS_MAX}")]
    Session {
        /// How many were asked for.
        hands: u64,
    },
    /// No table can play by the rules.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The unit is no bet.
    #[error("a unit of {unit} cannot be bet; the table takes {least} to {most}")]
    Unit {
        /// What was asked for.
        unit: Chips,
        /// The table's smallest bet.
        least: Chips,
        /// The table's largest bet.
        most: Chips,
    },
    /// The bankroll does not pay the first bet.
    #[error("a bankroll of {bankroll} does not pay a unit of {unit}")]
    BankrollBelowUnit {
        /// What was asked for.
        bankroll: Chips,
        /// What a flat bet takes.
        unit: Chips,
    },
    /// The bankroll is absurd.
    #[error("a bankroll of {bankroll} is more than {BANKROLL_MAX}")]
    Bankroll {
        /// What was asked for.
        bankroll: Chips,
    },
}

impl Plan {
    /// Returns the usual rules of the table: the rule book's default table, at which somebody else shoots
    /// for a player without a line bet.
    #[must_use]
    pub fn rules() -> TableRules {
        TableRules {
            shooter_needs_line_bet: false,
            ..TableRules::default()
        }
    }

    /// Checks the plan.
    ///
    /// # Errors
    /// [`PlanError`], the first number that is out of its range.
    pub fn check(&self) -> Result<(), PlanError> {
        let Self {
            hands,
            bankroll,
            unit,
            ..
        } = *self;
        if !(1..=HANDS_MAX).contains(&hands) {
            return Err(PlanError::Hands { hands });
        }
        if let Some(hands) = self.session
            && !(1..=SESSION_HANDS_MAX).contains(&hands)
        {
            return Err(PlanError::Session { hands });
        }
        self.rules.validate()?;
        let (least, most) = (self.rules.min_bet, self.rules.max_bet);
        if !(least..=most).contains(&unit) {
            return Err(PlanError::Unit { unit, least, most });
        }
        if bankroll < unit {
            return Err(PlanError::BankrollBelowUnit { bankroll, unit });
        }
        if bankroll > BANKROLL_MAX {
            return Err(PlanError::Bankroll { bankroll });
        }
        Ok(())
    }

    /// Returns the hands of one trial: a hand alone, or a session. The last session may be shorter.
    #[must_use]
    pub fn hands_per_trial(&self) -> u64 {
        self.session.unwrap_or(1).max(1)
    }

    /// Returns how many trials there are; each begins with the full bankroll and has one result.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.hands.div_ceil(self.hands_per_trial())
    }

    /// Returns how many chunks there are.
    #[must_use]
    pub fn chunks(&self) -> u64 {
        self.trials().div_ceil(self.trials_per_chunk())
    }

    /// Returns how many trials a chunk has; the last one may have fewer.
    pub(super) fn trials_per_chunk(&self) -> u64 {
        CHUNK_HANDS.div_ceil(self.hands_per_trial())
    }

    /// Returns the hands of a trial, by its number from 0.
    pub(super) fn hands_of(&self, trial: u64) -> u64 {
        let before = trial.saturating_mul(self.hands_per_trial());
        self.hands
            .saturating_sub(before)
            .min(self.hands_per_trial())
    }

    /// Returns after how many rolls of a hand, or hands of a session, the fan has its next step.
    #[must_use]
    pub fn fan_step(&self) -> u64 {
        self.session.map_or(1, |hands| hands.div_ceil(FAN_STEPS))
    }
}
