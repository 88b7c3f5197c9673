//! What every bet does on every roll, and pays, against `bets.json`.

use serde_json::{Value, json};

use super::rows;
use crate::craps::bet::{PlacedBet, WorkingFlag};
use crate::craps::catalogue::{Ends, First, Notes, Rule};
use crate::craps::dice::{BoxNumber, Dice, Puck};
use crate::craps::key::{BetId, BetKey};
use crate::craps::notes::note;
use crate::craps::price::{Price, Ratio};
use crate::craps::resolve::{Verdict, judge};
use crate::craps::rules::TableRules;

/// Whether a rule like `{"totals": [7], "pairs": ["1-2"]}` is met.
fn hits(rule: &Value, dice: Dice) -> bool {
    let (small, large) = (dice.a().min(dice.b()), dice.a().max(dice.b()));
    let has = |list: &Value, item: Value| list.as_array().is_some_and(|list| list.contains(&item));
    has(&rule["totals"], json!(dice.total()))
        || has(&rule["pairs"], json!(format!("{small}-{large}")))
}

fn ratio(pays: &Value) -> Ratio {
    let part = |index: usize| u32::try_from(pays[index].as_u64().unwrap()).unwrap();
    Ratio::new(part(0), part(1)).reduced()
}

/// The verdict that prices like `{"wins": [..], "loses": .., "pushes": .., "otherwise": ..}` give.
fn verdict(payouts: &Value, dice: Dice) -> Verdict {
    let win = payouts["wins"]
        .as_array()
        .unwrap()
        .iter()
        .find(|prize| hits(prize, dice));
    match win {
        Some(prize) => Verdict::Wins(ratio(&prize["pays"])),
        None if hits(&payouts["loses"], dice) => Verdict::Loses,
        None if hits(&payouts["pushes"], dice) => Verdict::Pushes,
        None if payouts["otherwise"] == "lose" => Verdict::Loses,
        None => Verdict::Stays,
    }
}

fn judged(name: &str, number: Option<BoxNumber>, puck: Puck, dice: Dice) -> Verdict {
    let key = BetKey::new(BetId::find(name).unwrap(), number).unwrap();
    let bet = PlacedBet {
        working: WorkingFlag::On,
        ..PlacedBet::default()
    };
    let verdict = judge(&TableRules::default(), puck, key, &bet, dice);
    if let Verdict::Wins(price) = verdict {
        Verdict::Wins(price.reduced())
    } else {
        verdict
    }
}

fn pucks() -> impl Iterator<Item = Puck> {
    [Puck::Off].into_iter().chain(BoxNumber::ALL.map(Puck::On))
}

#[test]
fn one_roll_bets_and_races_pay_what_the_rule_book_says_on_every_roll() {
    let mut compared = 0;
    for row in rows() {
        if matches!(row["model"].as_str(), Some("one_roll" | "race" | "hard")) {
            for (puck, dice) in pucks().flat_map(|puck| Dice::all().map(move |dice| (puck, dice))) {
                let found = judged(row["id"].as_str().unwrap(), None, puck, dice);
                assert_eq!(
                    found,
                    verdict(&row["payouts"], dice),
                    "{} {puck:?} {dice}",
                    row["id"]
                );
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 107);
}

#[test]
fn flat_bets_and_odds_pay_what_the_rule_book_says_on_every_number_and_roll() {
    for row in rows()
        .iter()
        .filter(|row| matches!(row["model"].as_str(), Some("line" | "line_dont")))
    {
        let (id, come_out, point) = (
            row["id"].as_str().unwrap(),
            &row["payouts"]["come_out"],
            &row["payouts"]["point"],
        );
        let by_puck = id.ends_with("pass");
        for dice in Dice::all() {
            let expected = match BoxNumber::of(dice.total()) {
                Some(number) if !by_puck => Verdict::Moves(number),
                Some(_) | None => verdict(come_out, dice),
            };
            assert_eq!(judged(id, None, Puck::Off, dice), expected, "{id} {dice}");
            for number in BoxNumber::ALL {
                let is = |side: &str| match point[side].as_str() {
                    Some("point") => dice.total() == number.value(),
                    Some(_) | None => point[side] == json!(dice.total()),
                };
                let expected = match (is("win"), is("lose")) {
                    (true, _) => Verdict::Wins(ratio(&point["pays"])),
                    (false, true) => Verdict::Loses,
                    (false, false) => Verdict::Stays,
                };
                let found = if by_puck {
                    judged(id, None, Puck::On(number), dice)
                } else {
                    judged(id, Some(number), Puck::Off, dice)
                };
                assert_eq!(found, expected, "{id} on {number} {dice}");
            }
        }
    }
}

#[test]
fn odds_pay_what_the_rule_book_says_on_every_number() {
    for row in rows().iter().filter(|row| row["model"] == "odds") {
        let id = row["id"].as_str().unwrap();
        for number in BoxNumber::ALL {
            let pays = ratio(&row["payouts"]["by_number"][number.to_string()]["pays"]);
            let wins_on = if row["payouts"]["side"] == "light" {
                number.value()
            } else {
                7
            };
            let by_puck = id.contains("pass");
            let (on, puck) = if by_puck {
                (None, Puck::On(number))
            } else {
                (Some(number), Puck::Off)
            };
            for dice in Dice::all().filter(|dice| [7, number.value()].contains(&dice.total())) {
                let won = dice.total() == wins_on;
                let expected = if won {
                    Verdict::Wins(pays)
                } else {
                    Verdict::Loses
                };
                assert_eq!(
                    judged(id, on, puck, dice),
                    expected,
                    "{id} on {number} {dice}"
                );
            }
        }
    }
}

/// The prices of a hand-long bet by score, as `bets.json` would list them under the right name.
fn tiers(bet: &str) -> Vec<(u8, Ratio)> {
    let Rule::HandLong(long) = BetId::find(bet).unwrap().info().rule else {
        panic!("{bet}")
    };
    let rules = TableRules::default();
    long.tiers
        .iter()
        .map(|(score, price)| (*score, price.at(&rules)))
        .collect()
}

fn by_score(list: &Value) -> Vec<(u8, Ratio)> {
    let mut tiers: Vec<(u8, Ratio)> = list
        .as_object()
        .unwrap()
        .iter()
        .map(|(score, row)| (score.parse().unwrap(), ratio(&row["pays"])))
        .collect();
    tiers.sort_unstable_by_key(|(score, _)| *score);
    tiers
}

#[test]
fn hand_long_bets_pay_what_the_rule_book_says_for_every_score() {
    let mut compared = 0;
    for row in rows() {
        let (id, payouts) = (row["id"].as_str().unwrap(), &row["payouts"]);
        let Rule::HandLong(long) = BetId::find(id).unwrap().info().rule else {
            continue;
        };
        compared += 1;
        let one = |score: usize| vec![(u8::try_from(score).unwrap(), ratio(&payouts["pays"]))];
        let times = payouts["times"]
            .as_u64()
            .map(|times| usize::try_from(times).unwrap());
        let expected = match long.notes {
            Notes::Totals(totals) => {
                assert_eq!(payouts["collect"], json!(totals));
                one(totals.len())
            }
            Notes::Repeats {
                total,
                times: wanted,
            } => {
                assert_eq!(
                    (&payouts["number"], times),
                    (&json!(total), Some(wanted.into()))
                );
                one(wanted.into())
            }
            Notes::Doubles => by_score(&payouts["by_count"]),
            Notes::Pairs => by_score(&payouts["by_completed"]),
            Notes::HardTwice => one(1),
            Notes::DifferentPoints => by_score(&payouts["by_distinct_points"]),
            Notes::Points { top } => {
                assert_eq!(payouts["top"], json!(top));
                by_score(&payouts["by_points"])
            }
            Notes::PassWins { top } => {
                assert_eq!(payouts["top"], json!(top));
                by_score(&payouts["by_wins"])
            }
            Notes::Rolls { top } => {
                let rows = payouts["by_rolls"].as_array().unwrap();
                assert_eq!(rows.last().unwrap()["from"], json!(top));
                let from = |row: &Value| u8::try_from(row["from"].as_u64().unwrap()).unwrap();
                rows.iter()
                    .map(|row| (from(row), ratio(&row["pays"])))
                    .collect()
            }
            Notes::SamePoint => replay_tiers(payouts),
        };
        let reduced = |tiers: Vec<(u8, Ratio)>| -> Vec<(u8, Ratio)> {
            tiers
                .into_iter()
                .map(|(score, price)| (score, price.reduced()))
                .collect()
        };
        assert_eq!(reduced(tiers(id)), reduced(expected), "{id}");
        let ends = if row["duration"] == "hand" {
            Ends::SevenOut
        } else {
            Ends::Seven
        };
        assert_eq!(long.ends, ends, "{id}");
    }
    assert_eq!(compared, 21);
}

/// Makes the points of each event so often, and lists the prices by the score that gives.
fn replay_tiers(payouts: &Value) -> Vec<(u8, Ratio)> {
    let mut tiers = Vec::new();
    for event in payouts["events"].as_array().unwrap() {
        for point in event["points"].as_array().unwrap() {
            let number = BoxNumber::of(u8::try_from(point.as_u64().unwrap()).unwrap()).unwrap();
            let made = Dice::all()
                .find(|dice| dice.total() == number.value())
                .unwrap();
            let (mut progress, mut score) = (0, 0);
            for _ in 0..event["times"].as_u64().unwrap() {
                (progress, score) = note(Notes::SamePoint, progress, Puck::On(number), made);
            }
            tiers.push((score, ratio(&event["pays"])));
        }
    }
    tiers.sort_unstable_by_key(|(score, _)| *score);
    tiers.dedup();
    tiers
}

#[test]
fn a_box_number_of_hot_roller_is_complete_with_its_last_pair() {
    let row = rows()
        .into_iter()
        .find(|row| row["id"] == "hot_roller")
        .unwrap();
    for (_, pairs) in row["payouts"]["numbers"].as_object().unwrap() {
        let pairs = pairs.as_array().unwrap();
        let (mut progress, mut score) = (0, 0);
        for pair in pairs {
            assert_eq!(score, 0, "{pairs:?}");
            let faces: Vec<u8> = pair
                .as_str()
                .unwrap()
                .split('-')
                .map(|face| face.parse().unwrap())
                .collect();
            let dice = Dice::new(faces[1], faces[0]).unwrap();
            (progress, score) = note(Notes::Pairs, progress, Puck::Off, dice);
        }
        assert_eq!(score, 1, "{pairs:?}");
    }
}

#[test]
fn two_roll_bets_pay_what_the_rule_book_says() {
    let rows = rows();
    let payouts = |id: &str| &rows.iter().find(|row| row["id"] == id).unwrap()["payouts"];
    let price = |first: First| match first {
        First::Wins(Price::Fixed(price)) => price,
        First::Then(prize) => prize.price.at(&TableRules::default()),
        First::Wins(_) | First::Loses => panic!("{first:?}"),
    };
    for id in ["muggsy", "point_seven", "seven_point"] {
        let Rule::TwoRolls { seven, point } = BetId::find(id).unwrap().info().rule else {
            panic!("{id}")
        };
        let rules = payouts(id);
        match rules["sequence"][0].as_str() {
            None => {
                assert_eq!(price(seven), ratio(&rules["come_out_seven"]["pays"]));
                assert_eq!(price(point), ratio(&rules["point_then_seven"]["pays"]));
            }
            Some("seven") => {
                assert_eq!((price(seven), point), (ratio(&rules["pays"]), First::Loses));
            }
            Some(_) => {
                assert_eq!((seven, price(point)), (First::Loses, ratio(&rules["pays"])));
            }
        }
    }
}
