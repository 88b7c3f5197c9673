//! What a house chooses among (rule book, section 9): odds, prices, commissions.

use serde::{Deserialize, Serialize};

use super::catalogue::{Side, odds_price};
use super::dice::BoxNumber;
use super::price::Ratio;
use crate::ledger::Chips;

/// How many times the flat bet may be put behind it as odds (7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OddsLimit {
    /// Once.
    #[serde(rename = "1x")]
    One,
    /// Twice.
    #[serde(rename = "2x")]
    Two,
    /// 3 times on 4 and 10, 4 times on 5 and 9, 5 times on 6 and 8.
    #[serde(rename = "3-4-5x")]
    ThreeFourFive,
    /// 5 times.
    #[serde(rename = "5x")]
    Five,
    /// 10 times.
    #[serde(rename = "10x")]
    Ten,
    /// 20 times.
    #[serde(rename = "20x")]
    Twenty,
    /// 100 times.
    #[serde(rename = "100x")]
    Hundred,
}

impl OddsLimit {
    /// All seven, rising.
    pub const ALL: [Self; 7] = [
        Self::One,
        Self::Two,
        Self::ThreeFourFive,
        Self::Five,
        Self::Ten,
        Self::Twenty,
        Self::Hundred,
    ];

    /// Returns the multiple on a number.
    #[must_use]
    pub const fn multiple(self, number: BoxNumber) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::ThreeFourFive => match number {
                BoxNumber::Four | BoxNumber::Ten => 3,
                BoxNumber::Five | BoxNumber::Nine => 4,
                BoxNumber::Six | BoxNumber::Eight => 5,
            },
            Self::Five => 5,
            Self::Ten => 10,
            Self::Twenty => 20,
            Self::Hundred => 100,
        }
    }

    /// Returns its name, as in `3-4-5x`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::One => "1x",
            Self::Two => "2x",
            Self::ThreeFourFive => "3-4-5x",
            Self::Five => "5x",
            Self::Ten => "10x",
            Self::Twenty => "20x",
            Self::Hundred => "100x",
        }
    }

    /// Returns the most odds behind a flat stake on a number. Dark odds may be laid up to the stake
    /// whose win is the multiple of the flat bet.
    #[must_use]
    pub fn most(self, side: Side, number: BoxNumber, flat: Chips) -> Chips {
        let multiple = self.multiple(number);
        match side {
            Side::Light => Ratio::new(multiple, 1).of(flat),
            Side::Dark => {
                let price = odds_price(side, number);
                Ratio::new(multiple.saturating_mul(price.y), price.x).of(flat)
            }
        }
    }
}

/// The total on which the don't bets push instead of winning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barred {
    /// 12: nearly everywhere.
    Twelve,
    /// 2.
    Two,
}

impl Barred {
    /// Returns the total.
    #[must_use]
    pub const fn total(self) -> u8 {
        match self {
            Self::Twelve => 12,
            Self::Two => 2,
        }
    }
}

/// When the commission on buy and lay bets is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VigTiming {
    /// Out of the win.
    OnWin,
    /// With the stake.
    Upfront,
    /// Out of the win on 4 and 10, with the stake on the other numbers.
    #[serde(rename = "on_win_on_4_and_10")]
    OnWinOn4And10,
}

/// How the commission is rounded to whole chips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VigRounding {
    /// Down.
    Down,
    /// To the nearest, halves up.
    Nearest,
    /// Up.
    Up,
}

/// What all/tall/small pay, to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtsPayouts {
    /// 2 to 6.
    pub small: u32,
    /// 8 to 12.
    pub tall: u32,
    /// All ten.
    pub all: u32,
}

/// What fire pays, to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirePayouts {
    /// Four different points.
    pub four: u32,
    /// Five.
    pub five: u32,
    /// All six.
    pub six: u32,
}

/// What hops pay, to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HopPayouts {
    /// Two different faces.
    pub easy: u32,
    /// A double.
    pub hard: u32,
}

/// What the single numbers 2, 3, 11 and 12 pay, to one. The bets that combine them (craps and
/// eleven, horn, horn high, world) go by the same prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinglePayouts {
    /// 3 and 11.
    pub easy: u32,
    /// 2 and 12.
    pub hard: u32,
}

/// What happens when the shooter leaves while a point is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShooterLeaves {
    /// The next player rolls for the same point; all bets stand.
    DicePassOn,
    /// Nobody rolls, so that everyone's bets wait for him to come back
    /// ([`super::Table::waits_for`]).
    BetsWait,
}
