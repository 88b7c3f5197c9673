//! The figures of a simulation: the keys of its JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::table_rules;
use crate::simulate::{Distribution, Plan, Tally};

/// The bars of the histogram, at most.
pub(super) const BARS_MAX: u64 = 18;

/// The quantiles that are told, in percent.
const QUANTILES: [u64; 9] = [1, 5, 10, 25, 50, 75, 90, 95, 99];

/// The result of a simulation. A result is of one trial, which is a hand, or a session with
/// `--session`: the chips at its end less the bankroll.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    /// The strategy's name.
    pub(super) strategy: &'static str,
    /// Hands that were asked for; if `stopped`, hands that were played and skipped till then.
    pub(super) hands: u64,
    /// Hands that a session with nothing left to bet did not play any more.
    pub(super) hands_skipped: u64,
    /// Rolls.
    pub(super) rolls: u64,
    /// What each trial began with, in chips.
    pub(super) bankroll: u64,
    /// A flat bet, in chips.
    pub(super) unit: u64,
    /// What the dice follow from.
    pub(super) seed: u64,
    /// Hands of a session; null if each hand has a bankroll of its own.
    pub(super) session: Option<u64>,
    /// The rules of the table that are not the usual ones, by name.
    pub(super) rules: Map<String, Value>,
    /// Results.
    pub(super) trials: u64,
    /// The mean result, in chips.
    pub(super) mean: f64,
    /// The standard deviation of the results, in chips.
    pub(super) deviation: f64,
    /// The standard error of the mean: deviation over the root of the number of trials.
    pub(super) error: f64,
    /// The smallest result, exactly.
    pub(super) min: i64,
    /// The largest result, exactly.
    pub(super) max: i64,
    /// By percent: the smallest result that so many in a hundred do not exceed. Exact up to 32,767
    /// chips either way, and beyond nearer to 0 by less than 1 part in 16,384.
    pub(super) quantiles: BTreeMap<u64, i64>,
    /// The share of trials at whose end less than a unit was left.
    pub(super) risk_of_ruin: f64,
    /// Chips that the house won in all.
    pub(super) house_take: i128,
    /// Chips on all bets that were decided, ties included.
    pub(super) staked: u128,
    /// `house_take` over `staked`.
    pub(super) house_edge: f64,
    /// Bets that were decided, ties included.
    pub(super) bets: u64,
    /// Bets that won.
    pub(super) bets_won: u64,
    /// Rolls of the longest hand.
    pub(super) longest_hand: u64,
    /// Rolls of a hand on average.
    pub(super) mean_rolls: f64,
    /// Whether it was interrupted.
    pub(super) stopped: bool,
    /// How many results lie where, to the same accuracy.
    pub(super) histogram: Vec<Bar>,
    /// Bankrolls on the way of the first trials; the results in them to the same accuracy.
    pub(super) fan: Vec<Band>,
}

/// Results from one chip to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bar {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) count: u64,
}

/// Quantiles of the chips owned at one moment, standing bets included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Band {
    /// Rolls of the hand so far, or hands of the session.
    pub(super) after: u64,
    pub(super) p5: i64,
    pub(super) p25: i64,
    pub(super) p50: i64,
    pub(super) p75: i64,
    pub(super) p95: i64,
}

impl Report {
    pub(super) fn of(plan: &Plan, tally: &Tally, stopped: bool) -> Self {
        let trials = tally.results.total();
        let n = float(trials.max(1).into());
        let mean = float(tally.result_sum) / n;
        let squares = float(i128::try_from(tally.result_squares).unwrap_or(i128::MAX)) / n;
        let deviation = (squares - mean * mean).max(0.0).sqrt();
        let staked = float(i128::try_from(tally.staked).unwrap_or(i128::MAX));
        let quantile = |percent| tally.results.quantile(percent).unwrap_or(0);
        let (min, max) = tally.results.range().unwrap_or_default();
        Self {
            strategy: plan.strategy.name(),
            hands: tally.hands + tally.hands_skipped,
            hands_skipped: tally.hands_skipped,
            rolls: tally.rolls,
            bankroll: plan.bankroll.get(),
            unit: plan.unit.get(),
            seed: plan.seed,
            session: plan.session,
            rules: table_rules::differing(&plan.rules, &Plan::rules()),
            trials,
            mean,
            deviation,
            error: deviation / n.sqrt(),
            min,
            max,
            quantiles: QUANTILES.map(|percent| (percent, quantile(percent))).into(),
            risk_of_ruin: float(tally.ruined.into()) / n,
            house_take: -tally.result_sum,
            staked: tally.staked,
            house_edge: float(-tally.result_sum) / staked.max(1.0),
            bets: tally.bets,
            bets_won: tally.bets_won,
            longest_hand: tally.longest_hand,
            mean_rolls: float(tally.rolls.into()) / float(tally.hands.max(1).into()),
            stopped,
            histogram: histogram(&tally.results),
            fan: fan(plan, tally),
        }
    }
}

/// Sorts results into bars of one width: 1, 2 or 5 and some zeros, times what divides all results, so
/// that none is empty because no bet can come out there. The first and the last
/// bar also have what one in a hundred results exceed, and reach to the least and the largest result.
pub(super) fn histogram(results: &Distribution) -> Vec<Bar> {
    let quantile = |percent| results.quantile(percent).unwrap_or(0);
    let (low, high) = (quantile(1), quantile(99));
    let step = divisor(results);
    let width = width(high.abs_diff(low) / step.unsigned_abs()).saturating_mul(step);
    let start = |result: i64| result.div_euclid(width) * width;
    let mut bars: Vec<Bar> = Vec::new();
    let mut from = start(low);
    while from <= high {
        let to = from.saturating_add(width - 1);
        bars.push(Bar { from, to, count: 0 });
        from = from.saturating_add(width);
    }
    let last = bars.len().saturating_sub(1);
    for (result, count) in results.counts() {
        let place = bars.partition_point(|bar| bar.to < result).min(last);
        if let Some(bar) = bars.get_mut(place) {
            bar.count += count;
        }
    }
    let (smallest, largest) = results.range().unwrap_or_default();
    if let Some(first) = bars.first_mut() {
        first.from = first.from.min(smallest);
    }
    if let Some(last) = bars.last_mut() {
        last.to = last.to.max(largest);
    }
    bars
}

/// Returns the largest number that divides all results; 1 if they are nothing.
fn divisor(results: &Distribution) -> i64 {
    let common = results.counts().fold(0, |common, (result, _)| {
        let (mut a, mut b) = (common, result.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    });
    i64::try_from(common).unwrap_or(1).max(1)
}

/// Returns the narrowest of 1, 2, 5, 10, 20, 50 and so on that needs no more bars than there may be.
fn width(span: u64) -> i64 {
    let mut decade = 1_i64;
    loop {
        for width in [decade, decade * 2, decade * 5] {
            // One bar more, because a span may begin and end inside of one.
            if span / width.unsigned_abs() + 2 <= BARS_MAX || decade >= i64::MAX / 100 {
                return width;
            }
        }
        decade *= 10;
    }
}

fn fan(plan: &Plan, tally: &Tally) -> Vec<Band> {
    let bankroll = i64::try_from(plan.bankroll.get()).unwrap_or(i64::MAX);
    let step = plan.fan_step();
    let end = plan.session.unwrap_or(u64::MAX);
    (0..=end.div_ceil(step))
        .zip(&tally.fan.steps)
        .map(|(number, results)| {
            let owned = |percent| bankroll.saturating_add(results.quantile(percent).unwrap_or(0));
            Band {
                after: step.saturating_mul(number).min(end),
                p5: owned(5),
                p25: owned(25),
                p50: owned(50),
                p75: owned(75),
                p95: owned(95),
            }
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure that is shown needs no more than 53 bits"
)]
fn float(number: i128) -> f64 {
    number as f64
}
