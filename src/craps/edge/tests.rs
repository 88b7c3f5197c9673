//! The long-run figures against the engine's own verdicts, and against the rule book.

use std::borrow::Cow;
use std::str::FromStr as _;

use num_bigint::BigInt;
use num_rational::BigRational;
use serde_json::Value;

use super::{Edge, Figures, edge, edge_with_odds, exact, percent, table};
use crate::craps::catalogue::{Family, Side};
use crate::craps::key::BetId;
use crate::craps::{AtsPayouts, FirePayouts, OddsLimit, TableRules, VigTiming};

fn rule_book() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/rules/bets.json")).unwrap()
}

fn bet(id: &str) -> BetId {
    BetId::find(id).unwrap()
}

fn made(id: &str, rules: &TableRules) -> String {
    edge(bet(id), rules).per_bet_made.into_owned()
}

#[test]
fn every_figure_in_the_table_follows_from_the_verdicts() {
    let rules = TableRules::default();
    for bet in BetId::all().filter(|bet| bet.info().family != Family::Odds) {
        let computed: Edge = Figures::of(&exact::law(bet, &rules), bet, &rules).shown();
        assert_eq!(computed, table::EDGES[bet.index()], "{bet}");
    }
}

#[test]
fn every_figure_in_the_table_is_that_of_the_rule_book() {
    for (bet, row) in BetId::all().zip(rule_book()["bets"].as_array().unwrap()) {
        let edge = edge(bet, &TableRules::default());
        let shown = |figure: Option<Cow<'static, str>>| figure.map_or(Value::Null, Value::from);
        let figures = [
            ("per_bet_made", Some(edge.per_bet_made)),
            ("per_bet_resolved", Some(edge.per_bet_resolved)),
            ("per_roll", Some(edge.per_roll)),
            ("win_probability", edge.win_probability),
            ("push_probability", edge.push_probability),
            ("mean_rolls", edge.mean_rolls),
            ("percent", Some(edge.percent)),
        ];
        for (name, figure) in figures {
            assert_eq!(shown(figure), row["house_edge"][name], "{bet} {name}");
        }
    }
}

#[test]
fn other_prices_cost_what_the_rule_book_says() {
    let book = rule_book();
    let upfront = TableRules {
        vig_timing: VigTiming::Upfront,
        ..TableRules::default()
    };
    let triple_boxcars = TableRules {
        field_12: 3,
        ..TableRules::default()
    };
    let triple_aces = TableRules {
        field_2: 3,
        ..TableRules::default()
    };
    let ats = AtsPayouts {
        small: 34,
        tall: 34,
        all: 175,
    };
    let kinder = TableRules {
        ats,
        ..TableRules::default()
    };
    let mixed = TableRules {
        vig_timing: VigTiming::OnWinOn4And10,
        ..TableRules::default()
    };
    for (id, cost) in [
        ("buy_4", "1/60"),
        ("buy_5", "1/21"),
        ("lay_10", "1/60"),
        ("lay_8", "1/25"),
    ] {
        assert_eq!(made(id, &mixed), cost, "{id}");
    }
    let variants = [
        ("if_vig_upfront_per_unit_risked", upfront),
        ("if_12_pays_3", triple_boxcars),
        ("if_2_pays_3_and_12_pays_2", triple_aces),
        ("if_34_34_175", kinder),
    ];
    let mut compared = 0;
    for row in book["bets"].as_array().unwrap() {
        for (name, rules) in &variants {
            if let Some(expected) = row["house_edge"][name].as_str() {
                assert_eq!(
                    made(row["id"].as_str().unwrap(), rules),
                    expected,
                    "{row} {name}"
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 12 + 2 + 3);
}

#[test]
fn odds_dilute_the_flat_edge_as_the_rule_book_says() {
    let book = rule_book();
    for odds in OddsLimit::ALL {
        let rules = TableRules {
            odds,
            ..TableRules::default()
        };
        let expected = &book["combined_odds_edges"][odds.name()];
        if odds == OddsLimit::Five {
            // By hand: 2/3 of the decisions have a point, so that 1 + 5 * 2/3 are staked.
            assert_eq!(edge_with_odds(Side::Light, &rules), "7/2145");
            continue;
        }
        assert_eq!(
            edge_with_odds(Side::Light, &rules),
            expected["pass_or_come"]
        );
        assert_eq!(
            edge_with_odds(Side::Dark, &rules),
            expected["dont_pass_or_dont_come"]
        );
    }
}

/// The chances are printed in the rule book, 7.9, after Catlin and Ethier.
#[test]
fn fire_makes_four_five_and_six_points_as_often_as_printed_at_any_price() {
    let fire = FirePayouts {
        four: 10,
        five: 200,
        six: 2000,
    };
    let rules = TableRules {
        fire,
        ..TableRules::default()
    };
    let law = exact::law(bet("fire"), &rules);
    let chances: Vec<_> = law
        .wins
        .iter()
        .map(|(price, chance)| (*price, percent(chance)))
        .collect();
    let printed = [
        ((10, 1), "0.8798"),
        ((200, 1), "0.1640"),
        ((2000, 1), "0.0162"),
    ];
    assert_eq!(
        chances,
        printed.map(|(price, chance)| (price, chance.to_owned()))
    );
    let usual = BigRational::from_str(&made("fire", &TableRules::default())).unwrap();
    let dearer = BigRational::from_str(&made("fire", &rules)).unwrap();
    let less_paid =
        [24 - 10, 249 - 200, 999 - 2000].map(|less| BigRational::from(BigInt::from(less)));
    let lost = law
        .wins
        .values()
        .zip(less_paid)
        .map(|(chance, less)| chance * less);
    assert_eq!(dearer, lost.fold(usual, |sum, part| sum + part));
}

#[test]
fn percents_have_four_places_also_below_one_and_below_zero() {
    let shown = |text: &str| percent(&text.parse().unwrap());
    assert_eq!(shown("1/4785"), "0.0209");
    assert_eq!(shown("0"), "0.0000");
    assert_eq!(shown("-1/3"), "-33.3333");
}
