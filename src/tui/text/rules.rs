//! The words of the game, and what each bet is about.

use crate::craps::{BetKey, ContractFrom, Family, Lasts, Phases, Window};

/// Words of the game, each with its meaning in a sentence.
pub const GLOSSARY: &[(&str, &str)] = &[
    (
        "come-out",
        "The roll without a point: 7 and 11 win the pass line, 2, 3 and 12 lose it.",
    ),
    (
        "point",
        "The number of the come-out, 4 5 6 8 9 or 10: pass wins if it comes before 7.",
    ),
    (
        "puck",
        "The marker of the point: OFF on the come-out, ON at the number.",
    ),
    (
        "hand",
        "All rolls up to and with the seven-out, after which the dice pass on.",
    ),
    (
        "shooter",
        "Who has the dice. They pass on after a seven-out.",
    ),
    (
        "odds",
        "A bet behind a line or come bet on its number, paid what the dice are worth.",
    ),
    (
        "working",
        "A bet that works is touched by the next roll; one that is off is not.",
    ),
    (
        "contract",
        "A bet that stays as it is until the dice decide it.",
    ),
    (
        "edge",
        "What a bet costs in the long run, in percent of the stake.",
    ),
    (
        "seal",
        "The hash of a dice secret, given before the bets close.",
    ),
    (
        "open",
        "The secret itself, shown after the bets closed; all of them make the dice.",
    ),
    ("lock", "The block that closes the bets of one roll."),
    (
        "keeper",
        "Who orders the blocks of a club; in a club of your own, your node.",
    ),
    (
        "height",
        "The number of a block. A confirmed bet stands in one.",
    ),
];

/// Returns what a bet is about, in a sentence or two.
#[must_use]
pub fn what_it_is(bet: BetKey) -> &'static str {
    let dont = bet.info().id.starts_with("dont");
    match (bet.info().family, dont) {
        (Family::Line, false) => {
            "With the dice: wins on 7 and 11 first, loses on 2, 3 and 12, then its number against 7."
        }
        (Family::Line, true) => {
            "Against the dice: loses on 7 and 11 first, then wins if 7 comes before its number."
        }
        (Family::Odds, false) => "More behind a flat bet: its number against 7, at the fair price.",
        (Family::Odds, true) => {
            "More behind a flat don't bet: 7 against its number, at the fair price."
        }
        (Family::Place | Family::Buy | Family::Big | Family::Put | Family::Yes, _) => {
            "Wins if its number comes before 7; other totals leave it."
        }
        (Family::Lay | Family::PlaceLose | Family::No, _) => {
            "Wins if 7 comes before its number; other totals leave it."
        }
        (Family::Hardway, _) => {
            "Wins if its number comes as a pair, before 7 and before it comes easy."
        }
        (Family::Field, _) => "One roll: 2, 3, 4, 9, 10, 11 and 12 win.",
        (Family::Proposition | Family::Hop | Family::Next | Family::SideOneRoll, _) => {
            "One roll: it wins on what it names and loses on the rest."
        }
        (Family::Side, _) => "It collects over a hand, or over the first rolls of one.",
    }
}

/// Returns when a bet may be made and what becomes of it, in words.
#[must_use]
pub fn when(bet: BetKey) -> String {
    let terms = bet.info().terms;
    let made = match (terms.place, terms.window) {
        (Phases::Never, _) => "Only the dice make it",
        (_, Window::NewHand) => "It is made before the first roll of a hand",
        (_, Window::NewHandOrAfterSeven) => {
            "It is made before the first roll of a hand or after a 7"
        }
        (Phases::ComeOut, Window::Any) => "It is made on the come-out",
        (Phases::Point, Window::Any) => "It is made while a point is on",
        (Phases::Both, Window::Any) => "It is made at any time",
    };
    let contract = match terms.contract {
        ContractFrom::Never if terms.lasts == Lasts::OneRoll => ", for one roll",
        ContractFrom::Never => " and may come down",
        ContractFrom::PointEstablished => " and is a contract once a point is on",
        ContractFrom::MovedToNumber => " and is a contract once it is on a number",
        ContractFrom::Placed => " and is a contract at once",
        ContractFrom::FirstRoll => " and is a contract from its first roll",
    };
    let off = if terms.on_at_come_out {
        ""
    } else {
        " It is off on the come-out."
    };
    format!("{made}{contract}.{off}")
}
