//! The catalogue against `tests/data/rules/bets.json`, its second witness: every member of every row.

mod prices;

use serde_json::{Value, json};

use crate::craps::catalogue::{
    AfterWin, BetInfo, ContractFrom, Family, First, Lasts, Notes, Phases, Rule, Side, VigBase,
    Window, catalogue,
};
use crate::craps::dice::BoxNumber;
use crate::craps::key::BetId;
use crate::craps::rules::TableRules;

fn rows() -> Vec<Value> {
    let book: Value =
        serde_json::from_str(include_str!("../../../tests/data/rules/bets.json")).unwrap();
    book["bets"].as_array().unwrap().clone()
}

fn phases(phases: Phases) -> Value {
    match phases {
        Phases::Never => json!([]),
        Phases::ComeOut => json!(["come_out"]),
        Phases::Point => json!(["point"]),
        Phases::Both => json!(["come_out", "point"]),
    }
}

/// What `bets.json` calls a family, and the names its members share.
fn group(family: Family) -> &'static str {
    match family {
        Family::Line => "line",
        Family::Odds => "odds",
        Family::Place => "place",
        Family::Buy => "buy",
        Family::Lay => "lay",
        Family::PlaceLose => "place_lose",
        Family::Put => "put",
        Family::Big => "big",
        Family::Hardway => "hardway",
        Family::Field => "field",
        Family::Proposition => "prop",
        Family::Hop => "hop",
        Family::Yes => "yes",
        Family::No => "no",
        Family::Next => "next",
        Family::Side => "side",
        Family::SideOneRoll => "side_one_roll",
    }
}

fn model(info: &BetInfo) -> &'static str {
    match info.rule {
        Rule::Line(Side::Light) => "line",
        Rule::Line(Side::Dark) => "line_dont",
        Rule::Odds { .. } => "odds",
        Rule::OneRoll { .. } => "one_roll",
        Rule::Race { .. } if info.family == Family::Hardway => "hard",
        Rule::Race { .. } => "race",
        Rule::TwoRolls {
            seven: First::Wins(_),
            ..
        } => "muggsy",
        Rule::TwoRolls { .. } => "sequence",
        Rule::HandLong(long) => match long.notes {
            Notes::Totals(_) => "collect",
            Notes::Repeats { .. } => "repeat",
            Notes::Doubles => "different_doubles",
            Notes::Pairs => "hot_roller",
            Notes::HardTwice => "twice_hard",
            Notes::DifferentPoints => "fire",
            Notes::Points { .. } => "points_count",
            Notes::PassWins { .. } => "ride_line",
            Notes::SamePoint => "replay",
            Notes::Rolls { .. } => "hand_length",
        },
    }
}

/// The row of `bets.json` that a row of the catalogue should have, prices and edges aside.
fn row(info: &BetInfo) -> Value {
    let terms = info.terms;
    let name = match info.id {
        "dont_pass" | "dont_come" => format!("{} (bar 12)", info.name),
        _ => info.name.to_owned(),
    };
    let mut row = json!({
        "id": info.id,
        "name": name,
        "group": group(info.family),
        "model": model(info),
        "number": info.number,
        "aliases": info.aliases,
        "default_enabled": info.offered,
        "duration": match terms.lasts {
            Lasts::OneRoll => "one",
            Lasts::TwoRolls => "two",
            Lasts::UntilDecided => "multi",
            Lasts::Hand => "hand",
            Lasts::UntilSeven => "until_seven",
        },
        "window": match terms.window {
            Window::Any => Value::Null,
            Window::NewHand => json!("new_hand"),
            Window::NewHandOrAfterSeven => json!("new_hand_or_after_seven"),
        },
        "place_phases": phases(terms.place),
        "increase_phases": phases(terms.place),
        "reduce_phases": phases(terms.take_down),
        "take_down_phases": phases(terms.take_down),
        "contract": terms.contract != ContractFrom::Never,
        "contract_from": match terms.contract {
            ContractFrom::Never => Value::Null,
            ContractFrom::PointEstablished => json!("point_established"),
            ContractFrom::MovedToNumber => json!("moved_to_number"),
            ContractFrom::Placed => json!("placed"),
            ContractFrom::FirstRoll => json!("first_roll"),
        },
        "can_turn_off": terms.can_turn_off,
        "working_on_come_out": terms.on_at_come_out,
        "after_win": match terms.after_win {
            AfterWin::Returned => "return",
            AfterWin::StaysUp => "stay",
        },
        "stake_multiple": info.stake_multiple,
        "exact_multiple": info.exact_multiple,
    });
    if let Some(note) = info.note {
        row["note"] = json!(note);
    }
    if let Rule::Race {
        vig: Some(base), ..
    } = info.rule
    {
        let base = match base {
            VigBase::Stake => "stake",
            VigBase::Win => "win",
        };
        row["vig"] = json!({ "rate": [1, 20], "base": base, "timing": "on_win" });
    }
    row
}

#[test]
fn every_member_of_every_row_is_that_of_the_rule_book() {
    let rows = rows();
    assert_eq!(rows.len(), catalogue().len());
    for (info, mut expected) in catalogue().iter().zip(rows) {
        let members = expected.as_object_mut().unwrap();
        members.remove("payouts").unwrap();
        members.remove("house_edge").unwrap();
        assert_eq!(row(info), expected);
    }
}

#[test]
fn the_named_bets_are_at_their_places() {
    let named = [
        (BetId::PASS, "pass"),
        (BetId::DONT_PASS, "dont_pass"),
        (BetId::COME, "come"),
        (BetId::DONT_COME, "dont_come"),
        (BetId::PASS_ODDS, "pass_odds"),
        (BetId::DONT_PASS_ODDS, "dont_pass_odds"),
        (BetId::COME_ODDS, "come_odds"),
        (BetId::DONT_COME_ODDS, "dont_come_odds"),
        (BetId::PUT_ODDS, "put_odds"),
    ];
    for (bet, id) in named {
        assert_eq!(bet.id(), id);
    }
}

#[test]
fn the_default_rules_are_those_of_the_rule_book() {
    let book: Value =
        serde_json::from_str(include_str!("../../../tests/data/rules/bets.json")).unwrap();
    let defaults = &book["table_defaults"];
    let rules = TableRules::default();
    let found = json!({
        "odds": rules.odds.name(),
        "field_2": rules.field_2,
        "field_12": rules.field_12,
        "bar": rules.bar.total(),
        "vig_rate": [rules.vig_rate.x, rules.vig_rate.y],
        "vig_timing": rules.vig_timing,
        "vig_rounding": rules.vig_rounding,
        "vig_min": rules.vig_min,
        "ats_payouts": rules.ats,
        "fire_payouts": { "4": rules.fire.four, "5": rules.fire.five, "6": rules.fire.six },
        "hop_payouts": rules.hops,
        "yes_no_next_commission": [rules.yes_no_next_commission.x, rules.yes_no_next_commission.y],
        "hardways_working_on_come_out": rules.hardways_working_on_come_out,
        "place_buy_working_on_come_out": rules.place_buy_working_on_come_out,
        "come_odds_working_on_come_out": rules.come_odds_working_on_come_out,
        "min_bet": rules.min_bet,
        "max_bet": rules.max_bet,
        "shooter_needs_line_bet": rules.shooter_needs_line_bet,
        // What these tables never do, and what their offers say.
        "max_odds_counted_in_max": false,
        "place_lose": rules.offered.contains(BetId::find("place_lose_4").unwrap()),
        "put": rules.offered.contains(BetId::find("put_4").unwrap()),
    });
    for (name, value) in found.as_object().unwrap() {
        assert_eq!(value, &defaults[name], "{name}");
    }
    // 5x is among the variations of section 9, but not in `bets.json`.
    let five = crate::craps::OddsLimit::Five;
    assert_eq!(BoxNumber::ALL.map(|number| five.multiple(number)), [5; 6]);
    for limit in crate::craps::OddsLimit::ALL
        .into_iter()
        .filter(|limit| *limit != five)
    {
        for number in BoxNumber::ALL {
            let multiple = &defaults["odds_multiples"][limit.name()][number.to_string()];
            assert_eq!(&json!(limit.multiple(number)), multiple, "{}", limit.name());
        }
    }
    let left_out = defaults
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| found.get(name).is_none());
    let choices: Vec<_> = left_out
        .filter(|name| !name.ends_with("_choices"))
        .collect();
    assert_eq!(
        choices,
        ["lay_odds_limit", "odds_multiples"],
        "named elsewhere"
    );
}
