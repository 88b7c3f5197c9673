//! Scripted tables: fixed actions and dice for one player, and what must come out.
//!
//! One player, always the shooter, plays with a bankroll; the file format is that of
//! `bitcraps replay` and lives there. Nothing here reads or writes files.

use std::collections::BTreeMap;

use serde::Serialize;

use super::action::Action;
use super::dice::{BoxNumber, Dice};
use super::key::{BetKey, SeatNo};
use super::price::minus;
use super::refusal::Refusal;
use super::rules::{RulesError, TableRules};
use super::table::Table;
use crate::ledger::Chips;

/// Why a script can't be played to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptFault {
    /// No table can play by its rules.
    #[error("config: {0}")]
    Rules(#[from] RulesError),
    /// The bankroll grew past 64 bits.
    #[error("steps[{step}]: the bankroll does not fit 64 bits")]
    Bankroll {
        /// The step, from 0.
        step: usize,
    },
}

/// A scripted table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The rules it plays by.
    pub rules: TableRules,
    /// The balance before the first step, in chips.
    pub bankroll: Chips,
    /// What happens.
    pub steps: Vec<Step>,
}

/// Actions, then a roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The actions, in order, and whether each must be refused.
    pub actions: Vec<(Action, bool)>,
    /// The roll.
    pub dice: Dice,
    /// What must be there after it, if the script says.
    pub after: Option<After>,
}

/// What is there after a roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct After {
    /// The balance, in chips.
    pub bankroll: Chips,
    /// The point, if the puck is on.
    pub point: Option<BoxNumber>,
    /// The stakes on the table, in chips.
    pub bets: BTreeMap<BetKey, Chips>,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// For each action why it was refused, if it was.
    pub refusals: Vec<Option<Refusal>>,
    /// What is there after the roll.
    pub after: After,
}

/// Where a script and its result part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path in the script, as in `steps[2].after.bankroll`.
    pub path: String,
    /// What the script says.
    pub expected: String,
    /// What the table did.
    pub found: String,
}

impl Script {
    /// Plays the script; refused actions have no effect and do not end it.
    ///
    /// # Errors
    /// [`ScriptFault`] if its rules or its bankroll can't be.
    pub fn play(&self) -> Result<Vec<StepResult>, ScriptFault> {
        let seat = SeatNo::FIRST;
        let mut table = Table::new(self.rules.clone())?;
        let seated = table.sit(seat);
        debug_assert_eq!(seated, Ok(()), "a new table is empty");
        let mut balance = self.bankroll;
        let mut results = Vec::with_capacity(self.steps.len());
        for (index, step) in self.steps.iter().enumerate() {
            let gained = |balance: Chips, credit| {
                balance
                    .checked_add(credit)
                    .ok_or(ScriptFault::Bankroll { step: index })
            };
            let mut refusals = Vec::with_capacity(step.actions.len());
            for (action, _) in &step.actions {
                let outcome = table.act(seat, action, balance);
                if let Ok(flow) = outcome {
                    balance = gained(minus(balance, flow.paid), flow.returned)?;
                }
                refusals.push(outcome.err());
            }
            for settled in table.roll(step.dice).seats {
                balance = gained(balance, settled.credit)?;
            }
            let bets = table
                .bets(seat)
                .map(|(key, bet)| (key, bet.stake))
                .collect();
            let after = After {
                bankroll: balance,
                point: table.puck().point(),
                bets,
            };
            results.push(StepResult { refusals, after });
        }
        Ok(results)
    }

    /// Returns the first place where results are not what the script says.
    #[must_use]
    pub fn difference(&self, results: &[StepResult]) -> Option<Difference> {
        let mut steps = self.steps.iter().zip(results).enumerate();
        steps.find_map(|(index, (step, result))| step.difference(index, result))
    }
}

impl Step {
    fn difference(&self, index: usize, result: &StepResult) -> Option<Difference> {
        let actions = self.actions.iter().zip(&result.refusals).enumerate();
        for (place, ((_, must_be_refused), refusal)) in actions {
            if refusal.is_some() != *must_be_refused {
                let path = format!("steps[{index}].actions[{place}]");
                let found = match refusal {
                    None => "taken".to_owned(),
                    Some(refusal) => format!("refused: {refusal:?}"),
                };
                let expected = if *must_be_refused { "refused" } else { "taken" }.to_owned();
                return Some(Difference {
                    path,
                    expected,
                    found,
                });
            }
        }
        let (expected, found) = (self.after.as_ref()?, &result.after);
        let differs = |field: String, expected: String, found: String| {
            let path = format!("steps[{index}].after.{field}");
            (expected != found).then_some(Difference {
                path,
                expected,
                found,
            })
        };
        let point = |after: &After| after.point.map_or("off".to_owned(), |it| it.to_string());
        let stake = |after: &After, key| {
            after
                .bets
                .get(key)
                .map_or("nothing".to_owned(), Chips::to_string)
        };
        let bets = || {
            let mut keys = expected.bets.keys().chain(found.bets.keys());
            keys.find_map(|key| {
                differs(
                    format!("bets.{key}"),
                    stake(expected, key),
                    stake(found, key),
                )
            })
        };
        differs("point".to_owned(), point(expected), point(found))
            .or_else(bets)
            .or_else(|| {
                let bankrolls = (expected.bankroll.to_string(), found.bankroll.to_string());
                differs("bankroll".to_owned(), bankrolls.0, bankrolls.1)
            })
    }
}
