//! The words against what the table does.

use std::collections::BTreeSet;

use super::{family, of, rolls};
use crate::craps::{
    Action, BetId, BetKey, Dice, Outcome, Phases, Rule, SeatNo, Table, TableRules, WorkingFlag,
};
use crate::ledger::Chips;

/// The rolls that words such as `2, 12, 3-3` name.
fn read(words: &str) -> BTreeSet<Dice> {
    let named = |word: &str, dice: &Dice| match word.split_once('-') {
        None => dice.total().to_string() == word,
        Some((a, b)) => {
            let pair = [dice.a().to_string(), dice.b().to_string()];
            pair == [a, b] || pair == [b, a]
        }
    };
    Dice::all()
        .filter(|dice| words.split(", ").any(|word| named(word, dice)))
        .collect()
}

#[test]
fn what_wins_loses_and_pushes_on_one_roll_is_what_the_table_decides() {
    let rules = TableRules {
        offered: BetId::all().collect(),
        ..TableRules::default()
    };
    let mut checked = 0;
    for bet in BetId::all() {
        let info = bet.info();
        if !matches!(info.rule, Rule::OneRoll { .. } | Rule::Race { .. }) {
            continue;
        }
        let words = of(bet, None, &rules);
        let (wins, loses) = (read(&words.wins_on), read(&words.loses_on));
        let pushes = words.pushes_on.as_deref().map(read).unwrap_or_default();
        let rest_loses = words.loses_on == "every other roll";
        for dice in Dice::all() {
            let mut table = Table::new(rules.clone()).unwrap();
            table.sit(SeatNo::FIRST).unwrap();
            table.roll(Dice::new(2, 2).unwrap());
            assert!(matches!(info.terms.place, Phases::Both | Phases::Point));
            let key = BetKey::new(bet, None).unwrap();
            let amount = Chips::new(60);
            let place = Action::Place { bet: key, amount };
            table.act(SeatNo::FIRST, &place, amount).unwrap();
            let result = table.roll(dice);
            let outcome = result.seats[0].decisions.first().map(|it| it.outcome);
            let said = if wins.contains(&dice) {
                "wins"
            } else if pushes.contains(&dice) {
                "pushes"
            } else if loses.contains(&dice) || rest_loses {
                "loses"
            } else {
                "stays"
            };
            let did = match outcome {
                None => "stays",
                Some(Outcome::Win { .. }) => "wins",
                Some(Outcome::Push) => "pushes",
                Some(Outcome::Lose) => "loses",
                Some(Outcome::Return | Outcome::Moved { .. }) => "does something else",
            };
            assert_eq!(said, did, "{bet} on {dice}");
        }
        checked += 1;
    }
    assert_eq!(checked, 107);
}

#[test]
fn the_words_on_the_come_out_are_what_a_new_table_does() {
    for bet in BetId::all() {
        let works = of(bet, None, &TableRules::default()).works;
        let terms = bet.info().terms;
        assert_eq!(
            terms.can_turn_off,
            works.contains("called"),
            "{bet}: {works}"
        );
        let mut table = Table::new(TableRules {
            offered: BetId::all().collect(),
            ..TableRules::default()
        })
        .unwrap();
        table.sit(SeatNo::FIRST).unwrap();
        let Some(key) = BetKey::new(bet, None) else {
            continue;
        };
        let amount = Chips::new(60);
        let place = Action::Place { bet: key, amount };
        if table.act(SeatNo::FIRST, &place, amount).is_ok() {
            let is_off = works.contains("on the come-out if called on");
            assert_ne!(
                table.is_working(SeatNo::FIRST, key),
                is_off,
                "{bet}: {works}"
            );
            let how = WorkingFlag::Off;
            let off = Action::Working { bet: key, how };
            let can_be_called = table.act(SeatNo::FIRST, &off, amount).is_ok();
            assert_eq!(can_be_called, works.contains("called"), "{bet}: {works}");
        }
    }
}

#[test]
fn every_bet_is_told_in_full() {
    let mut text = Vec::new();
    for bet in BetId::all() {
        let words = of(bet, None, &TableRules::default());
        assert!(
            !words.wins_on.is_empty() && !words.loses_on.is_empty(),
            "{bet}"
        );
        assert!(!words.pays.is_empty(), "{bet}");
        let pays: Vec<String> = words.pays.iter().map(ToString::to_string).collect();
        let pushes = words.pushes_on.map(|on| format!(" | pushes {on}"));
        text.push(format!(
            "{bet} ({}): wins {} | loses {}{} | {}",
            family(bet.info().family),
            words.wins_on,
            words.loses_on,
            pushes.unwrap_or_default(),
            pays.join("; ")
        ));
    }
    // One of each kind that isn't read back above, and some that are.
    let shown = [
        "pass",
        "dont_pass",
        "come",
        "dont_come",
        "pass_odds",
        "dont_come_odds",
        "buy_4",
        "hard_6",
        "field",
        "world",
        "midway",
        "fire",
        "ats_all",
        "repeater_6",
        "hot_roller",
        "twice_hard",
        "ride_line",
        "muggsy",
        "replay",
        "different_doubles",
        "hot_shooter",
        "sharp_shooter",
        "point_seven",
        "seven_point",
    ];
    text.retain(|line| shown.iter().any(|id| line.starts_with(&format!("{id} "))));
    assert_eq!(text.len(), shown.len());
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn rolls_are_named_by_totals_and_by_pairs_where_not_all_of_a_total_are_meant() {
    for set in [&[2_u8, 3][..], &[7], &[4, 5, 6, 8, 9, 10]] {
        let totals: Vec<String> = set.iter().map(ToString::to_string).collect();
        assert_eq!(rolls(crate::craps::RollSet::totals(set)), totals.join(", "));
    }
    let easy_four = crate::craps::RollSet::pair(1, 3);
    assert_eq!(
        rolls(easy_four.or(crate::craps::RollSet::total(12))),
        "12, 1-3"
    );
}
