//! Playing the chunks of a plan at one table.

use super::dice::SeededDice;
use super::limits::{FAN_STEPS, FAN_TRIALS_MAX};
use super::plan::{Plan, PlanError};
use super::tally::Tally;
use crate::craps::{Dice, RollResult, SeatNo, Table};
use crate::ledger::Chips;
use crate::strategy::Player;

/// A table with one player, and what was counted at it. Several of them share a plan by its chunks.
#[derive(Clone, Debug)]
pub struct Simulation {
    plan: Plan,
    table: Table,
    player: Player,
    roll: RollResult,
    tally: Tally,
    /// The results after each step of the trial that is being played, if it is one of the fan.
    way: Vec<i64>,
}

/// The two sources of chance of a chunk.
struct Chance {
    dice: SeededDice,
    choices: SeededDice,
}

impl Simulation {
    /// Returns a table for a plan.
    ///
    /// # Errors
    /// [`PlanError`] if the plan can't be played.
    ///
    /// # Panics
    /// Never: the rules are legal, and the first seat of a new table is free.
    #[expect(
        clippy::expect_used,
        reason = "the plan's rules are checked, and a new table is empty"
    )]
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        plan.check()?;
        let mut table = Table::new(plan.rules.clone()).expect("legal rules");
        let player = Player {
            seat: SeatNo::FIRST,
            purse: plan.bankroll,
            unit: plan.unit,
        };
        table.sit(player.seat).expect("a free seat");
        let dice = Dice::new(1, 1).expect("two faces");
        Ok(Self {
            plan,
            table,
            player,
            roll: RollResult::empty(dice),
            tally: Tally::default(),
            way: Vec::new(),
        })
    }

    /// Plays a chunk, by its number from 0; one that the plan does not have is empty.
    pub fn play_chunk(&mut self, chunk: u64) {
        let dice = SeededDice::new(self.plan.seed, chunk);
        let choices = dice.choices();
        let mut chance = Chance { dice, choices };
        let count = self.plan.trials_per_chunk();
        let first = chunk.saturating_mul(count);
        let end = first.saturating_add(count).min(self.plan.trials());
        for trial in first..end {
            self.play_trial(trial, &mut chance);
        }
    }

    /// Returns what was counted so far.
    #[must_use]
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Ends with what was counted.
    #[must_use]
    pub fn into_tally(self) -> Tally {
        self.tally
    }

    fn play_trial(&mut self, trial: u64, chance: &mut Chance) {
        let hands = self.plan.hands_of(trial);
        let is_in_fan = trial < FAN_TRIALS_MAX;
        self.player.purse = self.plan.bankroll;
        self.way.clear();
        self.way.push(0);
        let step = self.plan.fan_step();
        for hand in 1..=hands {
            self.play_hand(is_in_fan && self.plan.session.is_none(), chance);
            if is_in_fan && self.plan.session.is_some() && hand.is_multiple_of(step) {
                self.way.push(self.result());
            }
            if self.is_ruined() {
                let skipped = hands.saturating_sub(hand);
                self.tally.hands_skipped = self.tally.hands_skipped.saturating_add(skipped);
                break;
            }
        }
        let result = self.result();
        if is_in_fan {
            self.way.push(result);
            self.tally.fan.add(&self.way);
        }
        self.tally.count_result(result, self.is_ruined());
    }

    /// Plays up to the seven-out, which decides every bet; the table is then as at the start.
    fn play_hand(&mut self, is_in_fan: bool, chance: &mut Chance) {
        let Chance { dice, choices } = chance;
        let mut rolls = 0_u64;
        loop {
            let random = &mut |below| choices.below(below);
            let strategy = self.plan.strategy;
            strategy.play(&mut self.table, &mut self.player, random, |_| {});
            self.table.roll_into(dice.roll(), &mut self.roll);
            rolls = rolls.saturating_add(1);
            for seat in &self.roll.seats {
                self.player.purse = plus(self.player.purse, seat.credit);
                for decision in &seat.decisions {
                    self.tally.count_bet(decision);
                }
            }
            if is_in_fan && rolls <= FAN_STEPS {
                self.way.push(self.result());
            }
            if self.roll.seven_out {
                break;
            }
        }
        self.tally.count_hand(rolls);
    }

    /// What was won or lost since the start of the trial, in chips; standing bets count as owned.
    #[expect(clippy::expect_used, reason = "limits.rs: chips stay below 63 bits")]
    fn result(&self) -> i64 {
        let owned = plus(self.player.purse, self.table.at_risk(self.player.seat));
        let result = owned.get().checked_signed_diff(self.plan.bankroll.get());
        result.expect("a bounded result")
    }

    /// Whether nothing is left that could be bet: no strategy bets less than a unit.
    fn is_ruined(&self) -> bool {
        self.player.purse < self.plan.unit && self.table.at_risk(self.player.seat).is_zero()
    }
}

#[expect(clippy::expect_used, reason = "limits.rs: chips stay below 63 bits")]
fn plus(a: Chips, b: Chips) -> Chips {
    a.checked_add(b).expect("bounded chips")
}
