//! What a bet wins and loses on, and what it pays.

use super::bet::Paid;
use super::score::{ended, scored};
use crate::craps::{
    BetId, BoxNumber, Dice, First, HandLong, Prize, Ratio, RollSet, Rule, Side, TableRules,
    odds_price,
};

/// More words than this are not listed: it is every other roll then.
const LISTED_MAX: usize = 6;

/// What decides a bet, in words.
pub(super) struct Decided {
    pub(super) wins: String,
    pub(super) loses: String,
    pub(super) pushes: Option<String>,
    pub(super) pays: Vec<Paid>,
}

pub(super) fn wins(bet: BetId, number: Option<BoxNumber>, rules: &TableRules) -> Decided {
    match bet.info().rule {
        Rule::Line(side) => line(side, bet, rules),
        Rule::Odds { side } => odds(side, number),
        Rule::OneRoll { prizes, pushes } => one_roll(prizes, pushes, rules),
        Rule::Race {
            wins, loses, price, ..
        } => Decided {
            wins: rolls(wins),
            loses: rolls(loses),
            pushes: None,
            pays: vec![paid(String::new(), price.at(rules))],
        },
        Rule::HandLong(long) => hand_long(&long, rules),
        Rule::TwoRolls { seven, point } => two_rolls(seven, point, rules),
    }
}

/// Returns rolls by their totals where all rolls of a total are meant, else by their pairs.
#[must_use]
pub fn rolls(set: RollSet) -> String {
    listed(set).join(", ")
}

fn listed(set: RollSet) -> Vec<String> {
    let whole = |total: u8| RollSet::total(total).iter().all(|dice| set.contains(dice));
    let totals = (2..=12).filter(|total| whole(*total));
    let mut words: Vec<String> = totals.map(|total| total.to_string()).collect();
    let rest = set.iter().filter(|dice| !whole(dice.total()));
    let mut pairs: Vec<(u8, u8)> = rest
        .map(|dice| (dice.a().min(dice.b()), dice.a().max(dice.b())))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    words.extend(pairs.iter().map(|(a, b)| format!("{a}-{b}")));
    words
}

fn paid(on: String, price: Ratio) -> Paid {
    let price = price.reduced();
    Paid { on, price }
}

fn line(side: Side, bet: BetId, rules: &TableRules) -> Decided {
    let goes_by_puck = matches!(bet, BetId::PASS | BetId::DONT_PASS);
    let (first, number) = if goes_by_puck {
        ("on the come-out", "the point")
    } else {
        ("on its first roll", "its number")
    };
    let barred = rules.bar.total();
    let dark: Vec<String> = [2_u8, 3, 12]
        .iter()
        .filter(|total| **total != barred)
        .map(ToString::to_string)
        .collect();
    let (wins, loses, pushes) = match side {
        Side::Light => (
            format!("7 and 11 {first}, then {number} before 7"),
            format!("2, 3 and 12 {first}, then 7 before {number}"),
            None,
        ),
        Side::Dark => (
            format!("{} {first}, then 7 before {number}", dark.join(" and ")),
            format!("7 and 11 {first}, then {number} before 7"),
            Some(format!("{barred} {first}")),
        ),
    };
    let pays = vec![paid(String::new(), Ratio::new(1, 1))];
    Decided {
        wins,
        loses,
        pushes,
        pays,
    }
}

fn odds(side: Side, number: Option<BoxNumber>) -> Decided {
    let on = number.map_or_else(|| "its number".to_owned(), |number| number.to_string());
    let (light, dark) = (format!("{on} before 7"), format!("7 before {on}"));
    let (wins, loses) = match side {
        Side::Light => (light, dark),
        Side::Dark => (dark, light),
    };
    let numbers = BoxNumber::ALL.into_iter();
    let asked = numbers.filter(|other| number.is_none_or(|number| number == *other));
    let price = |number: BoxNumber| paid(format!("on {number}"), odds_price(side, number));
    Decided {
        wins,
        loses,
        pushes: Some("its flat bet decided while it is off".to_owned()),
        pays: asked.map(price).collect(),
    }
}

fn one_roll(prizes: &[Prize], pushes: RollSet, rules: &TableRules) -> Decided {
    let all: RollSet = prizes.iter().fold(RollSet::NONE, |all, it| all.or(it.on));
    let mut rest = RollSet::NONE;
    for dice in Dice::all() {
        if !all.contains(dice) && !pushes.contains(dice) {
            rest.insert(dice);
        }
    }
    let others = listed(rest);
    let price = |prize: &Prize| paid(rolls(prize.on), prize.price.at(rules));
    Decided {
        wins: rolls(all),
        loses: if others.len() > LISTED_MAX {
            "every other roll".to_owned()
        } else {
            others.join(", ")
        },
        pushes: (!pushes.is_empty()).then(|| rolls(pushes)),
        pays: prizes.iter().map(price).collect(),
    }
}

fn hand_long(long: &HandLong, rules: &TableRules) -> Decided {
    let end = ended(long.ends);
    let tiers = || {
        long.tiers
            .iter()
            .map(|(score, price)| (*score, price.at(rules)))
    };
    let top = long.tiers.last().map(|(score, _)| *score);
    let least = tiers().find(|(_, price)| !price.is_zero());
    let push = tiers().find(|(_, price)| price.is_zero());
    let price = |(score, price): (u8, Ratio)| {
        let at_once = long.at_once && Some(score) == top;
        let when = if at_once { ", at once" } else { "" };
        paid(format!("{}{when}", scored(long.notes, score)), price)
    };
    Decided {
        wins: match least {
            Some((score, _)) if Some(score) == top => {
                format!("{} before {end}", scored(long.notes, score))
            }
            Some((score, _)) => format!("{} or better before {end}", scored(long.notes, score)),
            None => String::new(),
        },
        loses: format!("{end} before that"),
        pushes: push.map(|(score, _)| {
            let next = tiers().map(|(score, _)| score).find(|next| *next > score);
            let words = scored(long.notes, score);
            match next
                .and_then(|next| next.checked_sub(1))
                .filter(|below| *below > score)
            {
                Some(below) => format!("{words}, up to {below}"),
                None => words,
            }
        }),
        pays: tiers().map(price).collect(),
    }
}

fn two_rolls(seven: First, point: First, rules: &TableRules) -> Decided {
    let way = |first_roll: &str, first: First| match first {
        First::Loses => None,
        First::Wins(price) => Some(paid(first_roll.to_owned(), price.at(rules))),
        First::Then(Prize { on, price }) => {
            let second = if on == RollSet::BOX {
                "a box number".to_owned()
            } else {
                rolls(on)
            };
            let both = format!("{first_roll}, then {second} on the next roll");
            Some(paid(both, price.at(rules)))
        }
    };
    let ways = [
        way("7 on the come-out", seven),
        way("a box number on the come-out", point),
    ];
    let pays: Vec<Paid> = ways.into_iter().flatten().collect();
    let all: Vec<&str> = pays.iter().map(|paid| paid.on.as_str()).collect();
    Decided {
        wins: all.join("; or "),
        loses: "everything else".to_owned(),
        pushes: None,
        pays,
    }
}
