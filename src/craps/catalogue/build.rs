//! How a row of each family is built, and the terms of each family (rule book, section 4.3).

use super::{
    AfterWin, BetInfo, ContractFrom, Ends, Family, First, HandLong, Lasts, Notes, Phases, Prize,
    Rule, Side, Terms, VigBase, Window, odds_price,
};
use crate::craps::dice::BoxNumber;
use crate::craps::price::{Part, Price, Ratio};
use crate::craps::roll_set::RollSet;

/// A bet that may be made, changed and switched at any time and comes back with its win.
pub(super) const FREE: Terms = Terms {
    place: Phases::Both,
    take_down: Phases::Both,
    window: Window::Any,
    contract: ContractFrom::Never,
    can_turn_off: true,
    on_at_come_out: true,
    after_win: AfterWin::Returned,
    lasts: Lasts::UntilDecided,
};
pub(super) const OFF_AT_COME_OUT: Terms = Terms {
    on_at_come_out: false,
    ..FREE
};
pub(super) const STAYS_UP: Terms = Terms {
    after_win: AfterWin::StaysUp,
    ..FREE
};
pub(super) const STAYS_UP_OFF_AT_COME_OUT: Terms = Terms {
    on_at_come_out: false,
    ..STAYS_UP
};
pub(super) const ONE_ROLL: Terms = Terms {
    can_turn_off: false,
    lasts: Lasts::OneRoll,
    ..FREE
};

pub(super) const PASS: Terms = Terms {
    place: Phases::ComeOut,
    take_down: Phases::ComeOut,
    contract: ContractFrom::PointEstablished,
    can_turn_off: false,
    ..FREE
};
pub(super) const DONT_PASS: Terms = Terms {
    place: Phases::ComeOut,
    can_turn_off: false,
    ..FREE
};
pub(super) const COME: Terms = Terms {
    place: Phases::Point,
    take_down: Phases::Point,
    contract: ContractFrom::MovedToNumber,
    can_turn_off: false,
    ..FREE
};
pub(super) const DONT_COME: Terms = Terms {
    place: Phases::Point,
    can_turn_off: false,
    ..FREE
};
pub(super) const PUT: Terms = Terms {
    place: Phases::Point,
    take_down: Phases::Never,
    contract: ContractFrom::Placed,
    can_turn_off: false,
    ..FREE
};
pub(super) const POINT_ODDS: Terms = Terms {
    place: Phases::Point,
    ..FREE
};

pub(super) const SIDE: Terms = Terms {
    place: Phases::ComeOut,
    take_down: Phases::ComeOut,
    contract: ContractFrom::FirstRoll,
    can_turn_off: false,
    ..FREE
};
pub(super) const HAND: Terms = Terms {
    window: Window::NewHand,
    lasts: Lasts::Hand,
    ..SIDE
};
pub(super) const UNTIL_SEVEN: Terms = Terms {
    window: Window::NewHandOrAfterSeven,
    lasts: Lasts::UntilSeven,
    ..SIDE
};
pub(super) const TWO_ROLLS: Terms = Terms {
    lasts: Lasts::TwoRolls,
    ..SIDE
};

pub(super) const MIDWAY_HARD: RollSet = RollSet::pair(3, 3).or(RollSet::pair(4, 4));
pub(super) const MIDWAY_EASY: RollSet = RollSet::totals(&[6, 7, 8]).without(MIDWAY_HARD);

pub(super) const fn row(
    id: &'static str,
    name: &'static str,
    family: Family,
    rule: Rule,
    terms: Terms,
) -> BetInfo {
    BetInfo {
        id,
        name,
        aliases: &[],
        family,
        number: None,
        rule,
        terms,
        stake_multiple: 1,
        exact_multiple: 1,
        offered: true,
        note: None,
    }
}

impl BetInfo {
    pub(super) const fn alias(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    pub(super) const fn about(self, total: u8) -> Self {
        Self {
            number: Some(total),
            ..self
        }
    }

    pub(super) const fn multiple(self, stake_multiple: u16) -> Self {
        Self {
            stake_multiple,
            ..self
        }
    }

    pub(super) const fn exact(self, exact_multiple: u16) -> Self {
        Self {
            exact_multiple,
            ..self
        }
    }

    pub(super) const fn optional(self) -> Self {
        Self {
            offered: false,
            ..self
        }
    }

    pub(super) const fn note(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    pub(super) const fn pushes(self, pushes: RollSet) -> Self {
        match self.rule {
            Rule::OneRoll { prizes, .. } => Self {
                rule: Rule::OneRoll { prizes, pushes },
                ..self
            },
            Rule::Line(_)
            | Rule::Odds { .. }
            | Rule::Race { .. }
            | Rule::HandLong(_)
            | Rule::TwoRolls { .. } => self,
        }
    }

    pub(super) const fn at_once(self) -> Self {
        match self.rule {
            Rule::HandLong(long) => Self {
                rule: Rule::HandLong(HandLong {
                    at_once: true,
                    ..long
                }),
                ..self
            },
            Rule::Line(_)
            | Rule::Odds { .. }
            | Rule::OneRoll { .. }
            | Rule::Race { .. }
            | Rule::TwoRolls { .. } => self,
        }
    }
}

pub(super) const fn fixed(x: u32, y: u32) -> Price {
    Price::Fixed(Ratio::new(x, y))
}

pub(super) const fn prize(totals: &'static [u8], x: u32, y: u32) -> Prize {
    priced(totals, fixed(x, y))
}

pub(super) const fn priced(totals: &'static [u8], price: Price) -> Prize {
    Prize {
        on: RollSet::totals(totals),
        price,
    }
}

pub(super) const fn line(
    id: &'static str,
    name: &'static str,
    side: Side,
    terms: Terms,
) -> BetInfo {
    row(id, name, Family::Line, Rule::Line(side), terms)
}

pub(super) const fn odds(
    id: &'static str,
    name: &'static str,
    side: Side,
    terms: Terms,
) -> BetInfo {
    row(id, name, Family::Odds, Rule::Odds { side }, terms)
}

/// A number against 7.
pub(super) const fn light(total: u8, price: Price, vig: Option<VigBase>) -> Rule {
    Rule::Race {
        wins: RollSet::total(total),
        loses: RollSet::SEVEN,
        price,
        vig,
    }
}

/// 7 against a number.
pub(super) const fn dark(total: u8, price: Price, vig: Option<VigBase>) -> Rule {
    Rule::Race {
        wins: RollSet::SEVEN,
        loses: RollSet::total(total),
        price,
        vig,
    }
}

/// The price that odds have on a number.
pub(super) const fn fair(side: Side, total: u8) -> Price {
    match BoxNumber::of(total) {
        Some(number) => Price::Fixed(odds_price(side, number)),
        None => fixed(0, 1),
    }
}

pub(super) const fn place(
    id: &'static str,
    name: &'static str,
    total: u8,
    x: u32,
    y: u32,
) -> BetInfo {
    let rule = light(total, fixed(x, y), None);
    row(id, name, Family::Place, rule, STAYS_UP_OFF_AT_COME_OUT).about(total)
}

pub(super) const fn buy(id: &'static str, name: &'static str, total: u8) -> BetInfo {
    let rule = light(total, fair(Side::Light, total), Some(VigBase::Stake));
    row(id, name, Family::Buy, rule, STAYS_UP_OFF_AT_COME_OUT).about(total)
}

pub(super) const fn lay(id: &'static str, name: &'static str, total: u8) -> BetInfo {
    let rule = dark(total, fair(Side::Dark, total), Some(VigBase::Win));
    row(id, name, Family::Lay, rule, FREE).about(total)
}

pub(super) const fn place_lose(
    id: &'static str,
    name: &'static str,
    total: u8,
    x: u32,
    y: u32,
) -> BetInfo {
    row(
        id,
        name,
        Family::PlaceLose,
        dark(total, fixed(x, y), None),
        FREE,
    )
    .about(total)
}

pub(super) const fn put(id: &'static str, name: &'static str, total: u8) -> BetInfo {
    row(id, name, Family::Put, light(total, fixed(1, 1), None), PUT)
        .about(total)
        .optional()
        .note(PUT_NOTE)
}

pub(super) const PUT_NOTE: &str = "Even-money bet on a number, no come-out of its own; only worth making \
    with odds. Always working.";

pub(super) const fn big(id: &'static str, name: &'static str, total: u8) -> BetInfo {
    row(
        id,
        name,
        Family::Big,
        light(total, fixed(1, 1), None),
        STAYS_UP,
    )
    .about(total)
}

pub(super) const fn hard(id: &'static str, name: &'static str, face: u8, x: u32) -> BetInfo {
    let total = face.saturating_add(face);
    let wins = RollSet::pair(face, face);
    let loses = RollSet::total(total).or(RollSet::SEVEN).without(wins);
    let rule = Rule::Race {
        wins,
        loses,
        price: fixed(x, 1),
        vig: None,
    };
    row(id, name, Family::Hardway, rule, STAYS_UP_OFF_AT_COME_OUT).about(total)
}

pub(super) const fn yes(id: &'static str, name: &'static str, total: u8) -> BetInfo {
    let price = Price::FairLess(Ratio::new(6, RollSet::total(total).ways()));
    row(
        id,
        name,
        Family::Yes,
        light(total, price, None),
        OFF_AT_COME_OUT,
    )
    .about(total)
}

pub(super) const fn no(id: &'static str, name: &'static str, total: u8) -> BetInfo {
    let price = Price::FairLess(Ratio::new(RollSet::total(total).ways(), 6));
    row(id, name, Family::No, dark(total, price, None), FREE).about(total)
}

pub(super) const fn one_roll(
    id: &'static str,
    name: &'static str,
    family: Family,
    prizes: &'static [Prize],
) -> BetInfo {
    row(
        id,
        name,
        family,
        Rule::OneRoll {
            prizes,
            pushes: RollSet::NONE,
        },
        ONE_ROLL,
    )
}

pub(super) const fn field(
    id: &'static str,
    name: &'static str,
    prizes: &'static [Prize],
) -> BetInfo {
    one_roll(id, name, Family::Field, prizes)
}

pub(super) const fn proposition(
    id: &'static str,
    name: &'static str,
    prizes: &'static [Prize],
) -> BetInfo {
    one_roll(id, name, Family::Proposition, prizes)
}

/// 2 or 12, with a part of the stake.
pub(super) const fn on_hard(totals: &'static [u8], wins: u32, of: u32) -> Prize {
    priced(totals, Price::SingleHard(Part { wins, of }))
}

/// 3 or 11, with a part of the stake.
pub(super) const fn on_easy(totals: &'static [u8], wins: u32, of: u32) -> Prize {
    priced(totals, Price::SingleEasy(Part { wins, of }))
}

pub(super) const fn side_one_roll(
    id: &'static str,
    name: &'static str,
    prizes: &'static [Prize],
) -> BetInfo {
    one_roll(id, name, Family::SideOneRoll, prizes)
}

pub(super) const fn hop(id: &'static str, name: &'static str, prizes: &'static [Prize]) -> BetInfo {
    one_roll(id, name, Family::Hop, prizes)
}

pub(super) const fn easy(a: u8, b: u8) -> Prize {
    Prize {
        on: RollSet::pair(a, b),
        price: Price::HopEasy,
    }
}

pub(super) const fn double(face: u8) -> Prize {
    Prize {
        on: RollSet::pair(face, face),
        price: Price::HopHard,
    }
}

pub(super) const fn next(
    id: &'static str,
    name: &'static str,
    total: u8,
    prizes: &'static [Prize],
) -> BetInfo {
    one_roll(id, name, Family::Next, prizes).about(total)
}

/// A total on the next roll, at the fair price less the table's commission.
pub(super) const fn on_next(total: u8) -> Prize {
    let ways = RollSet::total(total).ways();
    let fair = Ratio::new(36_u32.saturating_sub(ways), ways);
    Prize {
        on: RollSet::total(total),
        price: Price::FairLess(fair),
    }
}

pub(super) const fn hand(
    id: &'static str,
    name: &'static str,
    notes: Notes,
    tiers: &'static [(u8, Price)],
) -> BetInfo {
    let rule = Rule::HandLong(HandLong {
        notes,
        ends: Ends::SevenOut,
        tiers,
        at_once: false,
    });
    row(id, name, Family::Side, rule, HAND)
}

pub(super) const fn until_seven(
    id: &'static str,
    name: &'static str,
    notes: Notes,
    tiers: &'static [(u8, Price)],
) -> BetInfo {
    let rule = Rule::HandLong(HandLong {
        notes,
        ends: Ends::Seven,
        tiers,
        at_once: true,
    });
    row(id, name, Family::Side, rule, UNTIL_SEVEN)
}

pub(super) const fn repeater(
    id: &'static str,
    name: &'static str,
    total: u8,
    times: u8,
    tiers: &'static [(u8, Price)],
) -> BetInfo {
    until_seven(id, name, Notes::Repeats { total, times }, tiers).about(total)
}

pub(super) const fn two_rolls(
    id: &'static str,
    name: &'static str,
    seven: First,
    point: First,
) -> BetInfo {
    row(
        id,
        name,
        Family::Side,
        Rule::TwoRolls { seven, point },
        TWO_ROLLS,
    )
}

pub(super) const fn then(on: RollSet, x: u32) -> First {
    First::Then(Prize {
        on,
        price: fixed(x, 1),
    })
}
