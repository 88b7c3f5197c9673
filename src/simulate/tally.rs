//! What a simulation counts: whole numbers that are added, so that the order does not matter.

use super::distribution::Distribution;
use super::limits::FAN_STEPS;
use crate::craps::{Decision, Outcome};

/// The counts of some trials. A trial is a hand, or a session of hands with one bankroll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Hands played.
    pub hands: u64,
    /// Hands of sessions that were not played any more, because nothing was left to bet.
    pub hands_skipped: u64,
    /// Rolls.
    pub rolls: u64,
    /// The rolls of the longest hand.
    pub longest_hand: u64,
    /// The results of all trials: chips at the end less the bankroll.
    pub results: Distribution,
    /// Their sum, in chips.
    pub result_sum: i128,
    /// The sum of their squares.
    pub result_squares: u128,
    /// Trials at whose end less than a unit was left.
    pub ruined: u64,
    /// The stakes of all bets that were decided, ties included, in chips.
    pub staked: u128,
    /// Bets that were decided, ties included.
    pub bets: u64,
    /// Bets that won.
    pub bets_won: u64,
    /// How the first trials went on their way.
    pub fan: Fan,
}

/// Results on the way: after the n-th step of a trial, at place n; a trial that is over keeps its
/// result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fan {
    /// The start, and the steps after it.
    pub steps: Vec<Distribution>,
}

impl Default for Fan {
    fn default() -> Self {
        let steps = (0..=FAN_STEPS).map(|_| Distribution::default()).collect();
        Self { steps }
    }
}

impl Fan {
    /// Adds the way of one trial: its result after each step, at least one of them.
    pub(super) fn add(&mut self, way: &[i64]) {
        let last = way.last().copied().unwrap_or(0);
        let rest = std::iter::repeat(last);
        for (step, result) in self.steps.iter_mut().zip(way.iter().copied().chain(rest)) {
            step.add(result);
        }
    }
}

impl Tally {
    /// Counts a bet if the dice decided it: not if they moved it, or it came back while it was off.
    pub(super) fn count_bet(&mut self, decision: &Decision) {
        match decision.outcome {
            Outcome::Moved { .. } | Outcome::Return => return,
            Outcome::Win { .. } => self.bets_won = self.bets_won.saturating_add(1),
            Outcome::Lose | Outcome::Push => {}
        }
        self.bets = self.bets.saturating_add(1);
        self.staked = self.staked.saturating_add(decision.stake.get().into());
    }

    /// Counts a hand.
    pub(super) fn count_hand(&mut self, rolls: u64) {
        self.hands = self.hands.saturating_add(1);
        self.rolls = self.rolls.saturating_add(rolls);
        self.longest_hand = self.longest_hand.max(rolls);
    }

    /// Counts the result of a trial.
    pub(super) fn count_result(&mut self, result: i64, is_ruined: bool) {
        let square = u128::from(result.unsigned_abs()).saturating_pow(2);
        self.results.add(result);
        self.result_sum = self.result_sum.saturating_add(result.into());
        self.result_squares = self.result_squares.saturating_add(square);
        self.ruined = self.ruined.saturating_add(is_ruined.into());
    }

    /// Adds all counts of another.
    pub fn merge(&mut self, other: &Self) {
        let Self {
            hands,
            hands_skipped,
            rolls,
            longest_hand,
            results,
            result_sum,
            result_squares,
            ruined,
            staked,
            bets,
            bets_won,
            fan,
        } = other;
        for (mine, more) in [
            (&mut self.hands, hands),
            (&mut self.hands_skipped, hands_skipped),
            (&mut self.rolls, rolls),
            (&mut self.ruined, ruined),
            (&mut self.bets, bets),
            (&mut self.bets_won, bets_won),
        ] {
            *mine = mine.saturating_add(*more);
        }
        self.longest_hand = self.longest_hand.max(*longest_hand);
        self.results.merge(results);
        self.result_sum = self.result_sum.saturating_add(*result_sum);
        self.result_squares = self.result_squares.saturating_add(*result_squares);
        self.staked = self.staked.saturating_add(*staked);
        for (mine, more) in self.fan.steps.iter_mut().zip(&fan.steps) {
            mine.merge(more);
        }
    }
}
