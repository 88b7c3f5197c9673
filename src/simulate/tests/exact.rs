//! Simulated results against the exact figures of the engine and the rule book.

use super::{plan, played};
use crate::craps::{BetId, OddsLimit, Side, TableRules, edge, edge_with_odds};
use crate::simulate::{Plan, Tally};
use crate::strategy::Strategy;

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
