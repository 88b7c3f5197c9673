//! A bet in words.

use std::fmt;

use super::wins::{Decided, wins};
use crate::craps::{
    BetId, BetInfo, BoxNumber, ContractFrom, Family, Lasts, Phases, Ratio, TableRules, Window,
};

/// What a rule book says about a bet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BetWords {
    /// When it may be made or increased.
    pub made: &'static str,
    /// When it may be reduced or taken down.
    pub taken_down: &'static str,
    /// From when on it has to stay; `None` if never.
    pub contract: Option<&'static str>,
    /// When it works.
    pub works: &'static str,
    /// What wins.
    pub wins_on: String,
    /// What loses.
    pub loses_on: String,
    /// What brings the stake back.
    pub pushes_on: Option<String>,
    /// What it pays, lowest first.
    pub pays: Vec<Paid>,
    /// What becomes of the stake after a win, and of a commission.
    pub after_win: String,
}

/// A price and what pays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// What pays it; nothing if any win does.
    pub on: String,
    /// The price, in lowest terms; 0 is a push.
    pub price: Ratio,
}

impl fmt::Display for Paid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { on, price } = self;
        match (on.is_empty(), price.is_zero()) {
            (true, _) => write!(f, "a win pays {price}"),
            (false, true) => write!(f, "{on}: a push"),
            (false, false) => write!(f, "{on}: pays {price}"),
        }
    }
}

/// Returns a bet in words under a table's rules; odds that are on a number have only its price.
#[must_use]
pub fn of(bet: BetId, number: Option<BoxNumber>, rules: &TableRules) -> BetWords {
    let info = bet.info();
    let Decided {
        wins: wins_on,
        loses: loses_on,
        pushes: pushes_on,
        pays,
    } = wins(bet, number, rules);
    BetWords {
        made: made(bet, rules),
        taken_down: match info.terms.take_down {
            Phases::Never => "never",
            Phases::ComeOut => "on the come-out",
            Phases::Point => "while a point is on",
            Phases::Both => "at any time",
        },
        contract: contract(info),
        works: works(info, rules),
        wins_on,
        loses_on,
        pushes_on,
        pays,
        after_win: after_win(info, rules),
    }
}

/// Returns the name of a family of bets.
#[must_use]
pub const fn family(family: Family) -> &'static str {
    match family {
        Family::Line => "Line",
        Family::Odds => "Odds",
        Family::Place => "Place",
        Family::Buy => "Buy",
        Family::Lay => "Lay",
        Family::PlaceLose => "Place to lose",
        Family::Put => "Put",
        Family::Big => "Big 6 and 8",
        Family::Hardway => "Hard ways",
        Family::Field => "Field",
        Family::Proposition => "Propositions",
        Family::Hop => "Hops",
        Family::Yes => "Yes, before a 7",
        Family::No => "No, a 7 first",
        Family::Next => "Next roll",
        Family::Side => "Side bets",
        Family::SideOneRoll => "One-roll side bets",
    }
}

fn made(bet: BetId, rules: &TableRules) -> &'static str {
    let info = bet.info();
    if bet == BetId::PASS && rules.raise_pass {
        return "on the come-out, and raised while a point is on";
    }
    match (info.terms.place, info.terms.window) {
        (Phases::Never, _) => "never: only the dice make it",
        (_, Window::NewHand) => "before the first roll of a hand",
        (_, Window::NewHandOrAfterSeven) => {
            "before the first roll of a hand, or after a come-out 7"
        }
        (Phases::ComeOut, Window::Any) => "on the come-out",
        (Phases::Point, Window::Any) => "while a point is on",
        (Phases::Both, Window::Any) => "at any time",
    }
}

fn contract(info: &BetInfo) -> Option<&'static str> {
    match info.terms.contract {
        ContractFrom::Never => None,
        ContractFrom::PointEstablished => Some("once a point is on"),
        ContractFrom::MovedToNumber => Some("once it is on a number"),
        ContractFrom::Placed => Some("at once"),
        ContractFrom::FirstRoll => Some("from its first roll"),
    }
}

fn works(info: &BetInfo, rules: &TableRules) -> &'static str {
    let terms = info.terms;
    let has_come_out = terms.place != Phases::Point || info.family == Family::Put;
    match (terms.can_turn_off, rules.works_at_come_out(info)) {
        (false, _) if terms.lasts == Lasts::OneRoll => "on the next roll",
        (false, _) => "always",
        (true, true) if !has_come_out => "always, unless called off",
        (true, true) => "always, the come-out too, unless called off",
        (true, false) => "while a point is on, on the come-out if called on; may be called off",
    }
}

fn after_win(info: &BetInfo, rules: &TableRules) -> String {
    let stake = if rules.stays_up_after_win(info) {
        "stays up"
    } else {
        "comes back with the win"
    };
    let base = match info.family {
        Family::Buy => "stake",
        Family::Lay => "win",
        Family::Line
        | Family::Odds
        | Family::Place
        | Family::PlaceLose
        | Family::Put
        | Family::Big
        | Family::Hardway
        | Family::Field
        | Family::Proposition
        | Family::Hop
        | Family::Yes
        | Family::No
        | Family::Next
        | Family::Side
        | Family::SideOneRoll => return format!("the stake {stake}"),
    };
    let due = if rules.pays_vig_upfront(info) {
        "paid with the bet"
    } else {
        "taken from the win"
    };
    let (x, y) = (rules.vig_rate.x, rules.vig_rate.y);
    let least = rules.vig_min;
    format!("the stake {stake}; a commission of {x}/{y} of the {base}, at least {least}, is {due}")
}

/// Returns what a bet is about, in a sentence or two.
#[must_use]
pub fn what_it_is(bet: BetId) -> &'static str {
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
pub fn when(bet: BetId) -> String {
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
