//! Simulated results against exact figures, a naive player, and themselves.

mod exact;
mod naive;

use proptest::prelude::*;

use super::limits::{FAN_STEPS, FAN_TRIALS_MAX, RESULT_EXACT_MAX};
use super::{Distribution, Plan, PlanError, SeededDice, Simulation, Tally};
use crate::craps::Dice;
use crate::ledger::Chips;
use crate::strategy::Strategy;

fn plan(strategy: Strategy, hands: u64) -> Plan {
    Plan {
        strategy,
        hands,
        bankroll: Chips::new(1_000_000),
        unit: Chips::new(10),
        seed: 7,
        session: None,
        rules: Plan::rules(),
    }
}

fn played(plan: &Plan) -> Tally {
    let mut simulation = Simulation::new(plan.clone()).unwrap();
    for chunk in 0..plan.chunks() {
        simulation.play_chunk(chunk);
    }
    simulation.into_tally()
}

#[test]
fn the_dice_are_uniform() {
    let mut dice = SeededDice::new(1, 0);
    let all: Vec<Dice> = Dice::all().collect();
    let mut counts = vec![0_u32; all.len()];
    let rolls = 360_000;
    for _ in 0..rolls {
        let roll = dice.roll();
        counts[all.iter().position(|other| *other == roll).unwrap()] += 1;
    }
    let expected = f64::from(rolls) / 36.0;
    let square = |count: &u32| (f64::from(*count) - expected).powi(2) / expected;
    let chi_square: f64 = counts.iter().map(square).sum();
    // 35 degrees of freedom: above 66.6 or below 14.0 with a chance of one in a thousand each.
    assert!((14.0..66.6).contains(&chi_square), "{chi_square}");
}

#[test]
fn a_seed_and_a_chunk_have_the_same_dice_for_ever_and_no_others_have_them() {
    let first = |seed, chunk| -> String {
        let mut dice = SeededDice::new(seed, chunk);
        (0..8).map(|_| dice.roll().to_string() + " ").collect()
    };
    insta::assert_snapshot!(first(1, 0), @"4-4 6-1 5-5 2-3 5-5 6-6 6-2 5-2");
    let all = [first(1, 0), first(1, 1), first(2, 0), first(0, 1)];
    for (place, one) in all.iter().enumerate() {
        assert!(!all[..place].contains(one), "{one}");
    }
    let mut dice = SeededDice::new(1, 0);
    let mut choices = dice.choices();
    let mut counts = [0_u32; 3];
    for _ in 0..3_000 {
        counts[usize::try_from(choices.below(3)).unwrap()] += 1;
    }
    assert!(
        counts.iter().all(|count| (850..1_150).contains(count)),
        "{counts:?}"
    );
    assert_eq!((choices.below(1), choices.below(0)), (0, 0));
    // Asking for choices has left the dice as they were.
    let rolled: String = (0..8).map(|_| dice.roll().to_string() + " ").collect();
    assert_eq!(rolled, first(1, 0));
}

#[test]
fn chunks_give_the_same_tally_in_any_order_and_split() {
    for strategy in [Strategy::ThreePointMolly, Strategy::Random] {
        let plan = plan(strategy, 2_100);
        let whole = played(&plan);
        let mut parts: Vec<Simulation> = (0..3)
            .map(|_| Simulation::new(plan.clone()).unwrap())
            .collect();
        for chunk in (0..plan.chunks()).rev() {
            parts[usize::try_from(chunk % 3).unwrap()].play_chunk(chunk);
        }
        let mut sum = Tally::default();
        for part in parts {
            sum.merge(&part.into_tally());
        }
        assert_eq!(sum, whole, "{strategy}");
        assert_eq!(whole.hands, 2_100);
    }
}

#[test]
fn the_fan_starts_at_nothing_and_ends_with_the_results() {
    let sessions = Plan {
        bankroll: Chips::new(500),
        session: Some(40),
        ..plan(Strategy::PassOdds, 4_000)
    };
    let tally = played(&sessions);
    let steps = &tally.fan.steps;
    assert_eq!(u64::try_from(steps.len()).unwrap(), FAN_STEPS + 1);
    assert!(steps.iter().all(|step| step.total() == 100));
    assert_eq!(steps[0].counts().collect::<Vec<_>>(), [(0, 100)]);
    assert_eq!(steps.last(), Some(&tally.results));
    assert_eq!(sessions.fan_step(), 2);

    let tally = played(&plan(Strategy::Pass, FAN_TRIALS_MAX + 100));
    assert!(
        tally
            .fan
            .steps
            .iter()
            .all(|step| step.total() == FAN_TRIALS_MAX)
    );
    // After one roll of a pass bet: 8 of 36 have won, 4 have lost, the rest wait.
    let after_one: Vec<(i64, u64)> = tally.fan.steps[1].counts().collect();
    assert_eq!(
        after_one.iter().map(|(net, _)| *net).collect::<Vec<_>>(),
        [-10, 0, 10]
    );
}

#[test]
fn absurd_plans_are_refused_with_their_limit() {
    let good = plan(Strategy::Pass, 1);
    let refused = |plan: Plan| Simulation::new(plan).unwrap_err();
    let chips = Chips::new;
    assert_eq!(good.check(), Ok(()));
    assert_eq!(
        refused(Plan {
            hands: 0,
            ..good.clone()
        }),
        PlanError::Hands { hands: 0 }
    );
    assert_eq!(
        refused(Plan {
            hands: u64::MAX,
            ..good.clone()
        }),
        PlanError::Hands { hands: u64::MAX }
    );
    assert_eq!(
        refused(Plan {
            session: Some(0),
            ..good.clone()
        }),
        PlanError::Session { hands: 0 }
    );
    for unit in [0, 10_001, u64::MAX] {
        assert_eq!(
            refused(Plan {
                unit: chips(unit),
                ..good.clone()
            }),
            PlanError::Unit {
                unit: chips(unit),
                least: chips(1),
                most: chips(10_000)
            }
        );
    }
    assert_eq!(
        refused(Plan {
            bankroll: chips(9),
            ..good.clone()
        }),
        PlanError::BankrollBelowUnit {
            bankroll: chips(9),
            unit: chips(10)
        }
    );
    let bankroll = chips(u64::MAX);
    assert_eq!(
        refused(Plan {
            bankroll,
            ..good.clone()
        }),
        PlanError::Bankroll { bankroll }
    );
}

#[test]
fn results_keep_fifteen_bits_in_both_directions() {
    let mut counts = Distribution::default();
    for result in [0, 1, -32_767, 32_767, 32_769, -65_537, i64::MIN, i64::MAX] {
        counts.add(result);
    }
    let top = ((1_i64 << 15) - 1) << 48;
    assert_eq!(
        counts
            .counts()
            .map(|(result, _)| result)
            .collect::<Vec<_>>(),
        [i64::MIN, -65_536, -32_767, 0, 1, 32_767, 32_768, top]
    );
    assert_eq!(counts.range(), Some((i64::MIN, i64::MAX)));
    assert_eq!(Distribution::default().range(), None);
}

#[test]
fn the_least_and_the_largest_result_are_exact_and_no_quantile_is_outside_of_them() {
    let counted = |results: &[i64]| {
        let mut counts = Distribution::default();
        for result in results {
            counts.add(*result);
        }
        counts
    };
    let (mut low, high) = (counted(&[-98_765, 32_769]), counted(&[40_001, 123_457]));
    assert_eq!(counted(&[40_001, 123_457]).quantile(0), Some(40_001));
    assert_eq!(counted(&[-98_765, -40_001]).quantile(100), Some(-40_001));
    low.merge(&high);
    assert_eq!(low.range(), Some((-98_765, 123_457)));
    low.merge(&Distribution::default());
    assert_eq!(low.range(), Some((-98_765, 123_457)));
    let mut none = Distribution::default();
    none.merge(&high);
    assert_eq!(none, high);
}

proptest! {
    #[test]
    fn quantiles_are_those_of_the_sorted_results(
        mut results in prop::collection::vec(-30_000_i64..30_000, 1..200),
        percent in 0_u64..=100,
    ) {
        let mut counts = Distribution::default();
        for result in &results {
            counts.add(*result);
        }
        results.sort_unstable();
        let rank = (results.len() * usize::try_from(percent).unwrap()).div_ceil(100).max(1);
        prop_assert_eq!(counts.quantile(percent), Some(results[rank - 1]));
    }

    #[test]
    fn large_quantiles_are_too_near_to_zero_by_less_than_is_said(
        mut results in prop::collection::vec(any::<i64>(), 1..200),
        shift in 0_u32..60,
        percent in 0_u64..=100,
    ) {
        let mut counts = Distribution::default();
        for result in &mut results {
            *result >>= shift;
            counts.add(*result);
        }
        results.sort_unstable();
        prop_assert_eq!(counts.range(), Some((results[0], results[results.len() - 1])));
        let rank = (results.len() * usize::try_from(percent).unwrap()).div_ceil(100).max(1);
        let (told, exact) = (counts.quantile(percent).unwrap(), results[rank - 1]);
        let off = exact.abs_diff(told);
        prop_assert!(told.unsigned_abs() <= exact.unsigned_abs(), "{} {}", told, exact);
        prop_assert!(off == 0 || exact.unsigned_abs() > RESULT_EXACT_MAX, "{} {}", told, exact);
        prop_assert!(u128::from(off) * 16_384 <= exact.unsigned_abs().into(), "{} {}", told, exact);
    }
}
