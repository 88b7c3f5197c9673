//! Simulated results against exact figures, a naive player, and themselves.

use proptest::prelude::*;

use super::limits::{FAN_STEPS, FAN_TRIALS_MAX};
use super::{Distribution, Plan, PlanError, SeededDice, Simulation, Tally};
use crate::craps::{
    BetId, Decision, Dice, OddsLimit, Outcome, SeatNo, Side, Table, TableRules, edge,
    edge_with_odds,
};
use crate::ledger::Chips;
use crate::strategy::{Player, Strategy};

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

/// A fraction such as `7/495`.
fn number(fraction: &str) -> f64 {
    let (above, below) = fraction.split_once('/').unwrap_or((fraction, "1"));
    above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap()
}

/// The standard deviation of the results.
fn deviation(tally: &Tally) -> f64 {
    let n = tally.results.total() as f64;
    let mean = tally.result_sum as f64 / n;
    (tally.result_squares as f64 / n - mean * mean).sqrt()
}

/// Mean rolls of a hand, with a point and without: 1671/196 in all (craps.md 10), of which 495/196
/// are come-out rolls, one for each of the pass line's decisions.
const POINT_ROLLS: f64 = 6.0;
const COME_OUT_ROLLS: f64 = 495.0 / 196.0;

/// What a hand costs, in chips, from the engine's exact edges: bets decided in a hand times the edge
/// of each, or rolls that a bet is on for times its edge per roll. Units are 10, and 12 on 6 and 8.
fn cost_of_a_hand(strategy: Strategy, rules: &TableRules) -> Option<f64> {
    let edge = |id: &str| edge(BetId::find(id).unwrap(), rules);
    let made = |id: &str, times: f64| number(&edge(id).per_bet_made) * times;
    let on = |id: &str, rolls: f64| number(&edge(id).per_roll) * rolls;
    let sixes = 12.0 * (on("place_6", POINT_ROLLS) + on("place_8", POINT_ROLLS));
    let inside = 10.0 * (on("place_5", POINT_ROLLS) + on("place_9", POINT_ROLLS)) + sixes;
    let pass = 10.0 * made("pass", COME_OUT_ROLLS);
    let dont = 10.0 * made("dont_pass", COME_OUT_ROLLS);
    Some(match strategy {
        Strategy::Pass | Strategy::PassOdds => pass,
        Strategy::Dont | Strategy::DontOdds => dont,
        Strategy::Place68 => pass + sixes,
        Strategy::IronCross => {
            let field = on("field", POINT_ROLLS);
            pass + 10.0 * (field + on("place_5", POINT_ROLLS)) + sixes
        }
        Strategy::Field => 10.0 * on("field", POINT_ROLLS + COME_OUT_ROLLS),
        Strategy::Hardways => {
            let all = ["hard_4", "hard_6", "hard_8", "hard_10"];
            10.0 * all.map(|id| on(id, POINT_ROLLS)).iter().sum::<f64>()
        }
        Strategy::Inside => inside,
        Strategy::Across => {
            inside + 10.0 * (on("place_4", POINT_ROLLS) + on("place_10", POINT_ROLLS))
        }
        Strategy::Bonus => {
            // Made before the hand and again after each come-out 7.
            let times = 1.0 + COME_OUT_ROLLS / 6.0;
            let all = ["ats_small", "ats_tall", "ats_all"];
            pass + 10.0 * all.map(|id| made(id, times)).iter().sum::<f64>()
        }
        // How many come bets a hand has is counted, not known.
        Strategy::Come
        | Strategy::DontCome
        | Strategy::ComeOdds
        | Strategy::ThreePointMolly
        | Strategy::Random => return None,
    })
}

#[test]
fn the_mean_of_each_strategy_is_what_the_exact_edges_say_within_four_sigma() {
    for strategy in Strategy::ALL {
        costs_what_the_edges_say(&plan(strategy, 6_000));
    }
}

/// Plays a plan and compares its mean with the exact cost, if that is known; returns the cost.
fn costs_what_the_edges_say(plan: &Plan) -> Option<f64> {
    let cost = cost_of_a_hand(plan.strategy, &plan.rules)?;
    let tally = played(plan);
    let n = tally.results.total() as f64;
    let mean = tally.result_sum as f64 / n;
    let sigma = deviation(&tally) / n.sqrt();
    assert!(
        (mean + cost).abs() < 4.0 * sigma,
        "{}: {mean} a hand instead of {}, sigma {sigma}",
        plan.strategy,
        -cost
    );
    Some(cost)
}

#[test]
fn other_rules_cost_what_their_own_exact_edges_say_and_not_what_the_usual_ones_do() {
    type Change = fn(&mut TableRules);
    let changes: [(Strategy, u64, Change); 3] = [
        (Strategy::Field, 20_000, |rules| {
            (rules.field_2, rules.field_12) = (3, 3);
        }),
        (Strategy::Bonus, 6_000, |rules| {
            (rules.ats.small, rules.ats.tall, rules.ats.all) = (60, 60, 300);
        }),
        (Strategy::Dont, 6_000, |rules| {
            rules.bar = crate::craps::Barred::Two;
        }),
    ];
    for (strategy, hands, change) in changes {
        let mut other = plan(strategy, hands);
        change(&mut other.rules);
        let (usual, cost) = (
            cost_of_a_hand(strategy, &Plan::rules()),
            costs_what_the_edges_say(&other),
        );
        // Barring 2 instead of 12 moves results, and costs the same.
        let same = strategy == Strategy::Dont;
        assert_eq!(usual == cost, same, "{strategy}");
        let rolls = |plan: &Plan| played(plan).result_sum;
        assert_ne!(rolls(&other), rolls(&plan(strategy, hands)), "{strategy}");
    }
    let mut tenfold = plan(Strategy::PassOdds, 6_000);
    tenfold.rules.odds = OddsLimit::Ten;
    let tally = played(&tenfold);
    let cost = number(&edge_with_odds(Side::Light, &tenfold.rules)) * tally.staked as f64;
    let sigma = 1.1 * deviation(&tally) * (tally.results.total() as f64).sqrt();
    assert!((-tally.result_sum as f64 - cost).abs() < 4.0 * sigma);
    assert!(tally.staked > 2 * played(&plan(Strategy::PassOdds, 6_000)).staked);
}

#[test]
fn the_house_takes_its_edge_of_all_stakes_within_four_sigma() {
    let rules = TableRules::default();
    let edge = |bet| edge(bet, &rules).per_bet_made.into_owned();
    for (strategy, edge) in [
        (Strategy::PassOdds, edge_with_odds(Side::Light, &rules)),
        (Strategy::DontOdds, edge_with_odds(Side::Dark, &rules)),
        (Strategy::Come, edge(BetId::COME)),
        (Strategy::DontCome, edge(BetId::DONT_COME)),
    ] {
        let tally = played(&plan(strategy, 6_000));
        let expected = number(&edge) * tally.staked as f64;
        let taken = -tally.result_sum as f64;
        // Slightly more than the deviation of the results alone: the stakes vary with them.
        let sigma = 1.1 * deviation(&tally) * (tally.results.total() as f64).sqrt();
        assert!(
            (taken - expected).abs() < 4.0 * sigma,
            "{strategy}: {taken} of {} instead of {expected}, sigma {sigma}",
            tally.staked
        );
    }
}

#[test]
fn a_hand_has_8_5255_rolls_and_pass_wins_244_of_495() {
    let tally = played(&plan(Strategy::Pass, 20_000));
    let hands = tally.hands as f64;
    // The deviation of a hand's length is 6.78 rolls (Ethier and Hoppe, section 1).
    let mean = tally.rolls as f64 / hands;
    assert!(
        (mean - 1671.0 / 196.0).abs() < 4.0 * 6.78 / hands.sqrt(),
        "{mean}"
    );
    let bets = tally.bets as f64;
    let won = tally.bets_won as f64 / bets;
    assert!(
        (won - 244.0 / 495.0).abs() < 4.0 * 0.5 / bets.sqrt(),
        "{won}"
    );
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

/// Plays pass with full odds as a child would: no table, no bets, three numbers.
fn naive(plan: &Plan) -> Tally {
    let mut tally = Tally::default();
    let unit = plan.unit.get();
    for chunk in 0..plan.chunks() {
        let mut dice = SeededDice::new(plan.seed, chunk);
        let first = chunk * plan.trials_per_chunk();
        let end = plan.trials().min(first + plan.trials_per_chunk());
        for trial in first..end {
            let mut purse = plan.bankroll.get();
            let hands = plan.hands_of(trial);
            for hand in 1..=hands {
                let rolls = naive_hand(&mut dice, &mut purse, unit, &mut tally);
                tally.count_hand(rolls);
                if purse < unit {
                    tally.hands_skipped += hands - hand;
                    break;
                }
            }
            let result =
                i64::try_from(purse).unwrap() - i64::try_from(plan.bankroll.get()).unwrap();
            tally.count_result(result, purse < unit);
        }
    }
    tally
}

fn naive_hand(dice: &mut SeededDice, purse: &mut u64, unit: u64, tally: &mut Tally) -> u64 {
    let (mut point, mut line, mut odds, mut rolls) = (0, 0, 0, 0);
    loop {
        if point == 0 && *purse >= unit {
            line = unit;
            *purse -= line;
        }
        if point != 0 && line > 0 && odds == 0 {
            let times = [3, 4, 5, 0, 5, 4, 3][usize::from(point) - 4];
            odds = (line * times).min(*purse);
            *purse -= odds;
        }
        rolls += 1;
        let total = dice.roll().total();
        let (decided, wins) = match (point, total) {
            (0, 7 | 11) => (true, true),
            (0, 2 | 3 | 12) => (true, false),
            (0, _) => (false, false),
            (point, total) => (total == point || total == 7, total == point),
        };
        if decided {
            for stake in [line, odds].into_iter().filter(|stake| *stake > 0) {
                tally.bets += 1;
                tally.bets_won += u64::from(wins);
                tally.staked += u128::from(stake);
            }
            if wins {
                let odds_pay = match point {
                    4 | 10 => odds * 2,
                    5 | 9 => odds * 3 / 2,
                    _ => odds * 6 / 5,
                };
                *purse += line * 2 + odds + odds_pay;
            }
            (line, odds) = (0, 0);
        }
        let seven_out = point != 0 && total == 7;
        point = match (point, total) {
            (0, 4..=6 | 8..=10) => total,
            (point, total) if total != point && total != 7 && point != 0 => point,
            _ => 0,
        };
        if seven_out {
            return rolls;
        }
    }
}

#[test]
fn a_naive_player_with_the_same_dice_has_the_same_results_to_the_chip() {
    for (hands, bankroll, session) in [
        (3_000, 1_000, None),
        (3_000, 45, None),
        (4_010, 300, Some(40)),
    ] {
        let plan = Plan {
            bankroll: Chips::new(bankroll),
            session,
            ..plan(Strategy::PassOdds, hands)
        };
        let (fast, slow) = (played(&plan), naive(&plan));
        let fan = slow.fan.clone();
        assert_eq!(
            Tally {
                fan,
                ..fast.clone()
            },
            slow
        );
        assert_eq!(fast.hands + fast.hands_skipped, hands);
        let is_short = bankroll < 1_000;
        assert_eq!(fast.ruined > 0, is_short, "{bankroll}");
    }
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
}

/// What a decision won or cost, by its outcome alone.
fn net(decision: &Decision) -> i64 {
    match decision.outcome {
        Outcome::Win { pays } => pays.get().cast_signed(),
        Outcome::Lose => -(decision.stake.get() + decision.commission.get()).cast_signed(),
        Outcome::Push | Outcome::Return | Outcome::Moved { .. } => 0,
    }
}

#[test]
fn sixteen_bots_play_ten_thousand_rolls_and_no_chip_is_made_or_lost() {
    const PURSE: u64 = 1_000_000_000;
    let mut table = Table::new(TableRules::default()).unwrap();
    let mut bots: Vec<(Strategy, Player)> = Vec::new();
    for strategy in Strategy::ALL.into_iter().cycle().take(16) {
        let seat = table.free_seat().unwrap();
        table.sit(seat).unwrap();
        let (purse, unit) = (Chips::new(PURSE), Chips::new(10));
        bots.push((strategy, Player { seat, purse, unit }));
    }
    let mut dice = SeededDice::new(16, 0);
    let mut choices = dice.choices();
    let mut won = vec![0_i64; bots.len()];
    let mut shooters = std::collections::BTreeSet::<SeatNo>::new();
    for _ in 0..10_000 {
        for (strategy, bot) in &mut bots {
            let random = &mut |below| choices.below(below);
            strategy.play(&mut table, bot, random, |_| {});
        }
        let liable: Vec<u64> = bots
            .iter()
            .map(|(_, bot)| table.liability(bot.seat).get())
            .collect();
        let result = table.roll(dice.roll());
        shooters.extend(result.shooter_before);
        for (at, (_, bot)) in bots.iter_mut().enumerate() {
            let mut seats = result.seats.iter();
            let seat = seats.find(|result| result.seat == bot.seat).unwrap();
            let net: i64 = seat.decisions.iter().map(net).sum();
            assert!(
                net <= liable[at].cast_signed(),
                "more than was reserved: {seat:?}"
            );
            won[at] += net;
            bot.purse = bot.purse.checked_add(seat.credit).unwrap();
            let worth = bot.purse.get() + table.at_risk(bot.seat).get();
            assert_eq!(
                worth.cast_signed(),
                PURSE.cast_signed() + won[at],
                "{:?}",
                bot.seat
            );
        }
    }
    assert_eq!(shooters.len(), 16, "everybody shot");
}
