//! What a win pays, and the commission (rule book, section 5).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::catalogue::VigBase;
use super::house::VigRounding;
use super::rules::TableRules;
use crate::ledger::Chips;

/// A price "x to y": a winning stake S earns S·x/y on top of the stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ratio {
    /// Won ...
    pub x: u32,
    /// ... for so many staked; never 0 in valid rules.
    pub y: u32,
}

impl Ratio {
    /// Returns x to y.
    #[must_use]
    pub const fn new(x: u32, y: u32) -> Self {
        Self { x, y }
    }

    /// Whether this pays nothing: a push.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.x == 0
    }

    /// Returns the same ratio in lowest terms.
    #[must_use]
    pub fn reduced(self) -> Self {
        let (mut a, mut b) = (self.x, self.y);
        while let Some(rest) = a.checked_rem(b) {
            (a, b) = (b, rest);
        }
        let by = |n: u32| n.checked_div(a).unwrap_or(n);
        Self {
            x: by(self.x),
            y: by(self.y),
        }
    }

    /// Returns the win of a stake, rounded down to whole chips (5.1).
    #[must_use]
    pub fn of(self, stake: Chips) -> Chips {
        divided(
            product(stake, self.x),
            u128::from(self.y),
            VigRounding::Down,
        )
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{}", self.x, self.y))
    }
}

/// A part of a combined bet that wins while the rest of the stake loses (7.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// So many shares win ...
    pub wins: u32,
    /// ... of so many.
    pub of: u32,
}

impl Part {
    /// Returns what the whole stake earns if the part wins so much to one, in lowest terms.
    fn at(self, pays: u32) -> Ratio {
        let lost = self.of.saturating_sub(self.wins);
        let won = self.wins.saturating_mul(pays);
        Ratio::new(won.saturating_sub(lost), self.of).reduced()
    }
}

/// A price as the catalogue has it: fixed, or taken from the table's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// The same at every table.
    Fixed(Ratio),
    /// The field on 2.
    Field2,
    /// The field on 12.
    Field12,
    /// A hop on a pair of two different faces.
    HopEasy,
    /// A hop on a double.
    HopHard,
    /// 3 or 11, with a part of the stake.
    SingleEasy(Part),
    /// 2 or 12, with a part of the stake.
    SingleHard(Part),
    /// All/tall/small: small.
    AtsSmall,
    /// All/tall/small: tall.
    AtsTall,
    /// All/tall/small: all.
    AtsAll,
    /// Fire, four different points.
    Fire4,
    /// Fire, five different points.
    Fire5,
    /// Fire, six different points.
    Fire6,
    /// The fair price, less the commission on yes, no and next (5.3).
    FairLess(Ratio),
}

impl Price {
    /// Returns the price at a table.
    #[must_use]
    pub fn at(self, rules: &TableRules) -> Ratio {
        match self {
            Self::Fixed(ratio) => ratio,
            Self::Field2 => Ratio::new(rules.field_2, 1),
            Self::Field12 => Ratio::new(rules.field_12, 1),
            Self::HopEasy => Ratio::new(rules.hops.easy, 1),
            Self::HopHard => Ratio::new(rules.hops.hard, 1),
            Self::SingleEasy(part) => part.at(rules.singles.easy),
            Self::SingleHard(part) => part.at(rules.singles.hard),
            Self::AtsSmall => Ratio::new(rules.ats.small, 1),
            Self::AtsTall => Ratio::new(rules.ats.tall, 1),
            Self::AtsAll => Ratio::new(rules.ats.all, 1),
            Self::Fire4 => Ratio::new(rules.fire.four, 1),
            Self::Fire5 => Ratio::new(rules.fire.five, 1),
            Self::Fire6 => Ratio::new(rules.fire.six, 1),
            Self::FairLess(fair) => {
                let cut = rules.yes_no_next_commission;
                Ratio::new(
                    fair.x.saturating_mul(cut.y.saturating_sub(cut.x)),
                    fair.y.saturating_mul(cut.y),
                )
                .reduced()
            }
        }
    }
}

/// Returns the commission on a stake at a price (5.2): a twentieth of the stake (buy) or of the
/// unrounded win (lay), at least the table's smallest.
pub(super) fn commission(stake: Chips, price: Ratio, base: VigBase, rules: &TableRules) -> Chips {
    let rate = rules.vig_rate;
    let (above, below) = match base {
        VigBase::Stake => (product(stake, rate.x), u128::from(rate.y)),
        VigBase::Win => (
            product(stake, rate.x).saturating_mul(u128::from(price.x)),
            u128::from(rate.y).saturating_mul(u128::from(price.y)),
        ),
    };
    divided(above, below, rules.vig_rounding).max(rules.vig_min)
}

fn product(stake: Chips, factor: u32) -> u128 {
    u128::from(stake.get()).saturating_mul(u128::from(factor))
}

/// Divides and rounds to whole chips.
fn divided(above: u128, below: u128, rounding: VigRounding) -> Chips {
    let half = below.checked_div(2).unwrap_or(0);
    let lifted = match rounding {
        VigRounding::Down => above,
        VigRounding::Nearest => above.saturating_add(half),
        VigRounding::Up => above.saturating_add(below.saturating_sub(1)),
    };
    #[expect(
        clippy::expect_used,
        reason = "limits.rs: no bet can win as much as 64 bits hold"
    )]
    let chips = u64::try_from(lifted.checked_div(below).unwrap_or(0)).expect("a bounded win");
    Chips::new(chips)
}

/// Chips as a number that can be negative; `limits.rs` keeps bets far below its end.
pub(super) fn signed(chips: Chips) -> i64 {
    i64::try_from(chips.get()).unwrap_or(i64::MAX)
}

/// Adds chips of bounded bets.
#[expect(
    clippy::expect_used,
    reason = "limits.rs: all bets of a table together fit 64 bits"
)]
pub(super) fn plus(a: Chips, b: Chips) -> Chips {
    a.checked_add(b).expect("bounded bets")
}

/// Subtracts, down to nothing.
pub(super) fn minus(a: Chips, b: Chips) -> Chips {
    a.checked_sub(b).unwrap_or(Chips::ZERO)
}
