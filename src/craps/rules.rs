//! The rules of one table: limits, odds, and which variations it plays (rule book, section 9).

use serde::{Deserialize, Serialize};

use super::bet_set::BetSet;
use super::catalogue::{BetInfo, Family, Side, odds_price};
use super::dice::BoxNumber;
use super::key::BetId;
use super::limits::{BET_MAX, PRICE_MAX, RATE_DENOMINATOR_MAX};
use super::price::Ratio;
use crate::ledger::Chips;

/// How a table plays. The default is the rule book's default table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent choices of the house"
)]
pub struct TableRules {
    /// The smallest line, place, buy, lay, place-to-lose, put, big and field bet, in chips.
    pub min_bet: Chips,
    /// The largest stake of any bet but odds, in chips.
    pub max_bet: Chips,
    /// The largest stake of a hand-long side bet, in chips; `max_bet` holds as well.
    pub side_bet_max: Chips,
    /// How much may be put behind a flat bet.
    pub odds: OddsLimit,
    /// Whether shooting a come-out needs a pass or don't pass bet.
    pub shooter_needs_line_bet: bool,
    /// The bets that can be made here.
    pub offered: BetSet,
    /// What the field pays on 2, to one: 2 or 3.
    pub field_2: u32,
    /// What the field pays on 12, to one: 2 or 3.
    pub field_12: u32,
    /// On which total don't pass and don't come push.
    pub bar: Barred,
    /// The commission on buy and lay bets.
    pub vig_rate: Ratio,
    /// When it is paid.
    pub vig_timing: VigTiming,
    /// How it is rounded.
    pub vig_rounding: VigRounding,
    /// The least commission, in chips.
    pub vig_min: Chips,
    /// What all/tall/small pay.
    pub ats: AtsPayouts,
    /// What fire pays.
    pub fire: FirePayouts,
    /// What hops pay.
    pub hops: HopPayouts,
    /// The part of the fair win that yes, no and next keep back.
    pub yes_no_next_commission: Ratio,
    /// Whether hardways work on the come-out by default.
    pub hardways_working_on_come_out: bool,
    /// Whether place and buy bets work on the come-out by default.
    pub place_buy_working_on_come_out: bool,
    /// Whether odds on come and put work on the come-out by default.
    pub come_odds_working_on_come_out: bool,
}

impl Default for TableRules {
    fn default() -> Self {
        Self {
            min_bet: Chips::new(1),
            max_bet: Chips::new(10_000),
            side_bet_max: Chips::new(10_000),
            odds: OddsLimit::ThreeFourFive,
            shooter_needs_line_bet: true,
            offered: BetId::all().filter(|bet| bet.info().offered).collect(),
            field_2: 2,
            field_12: 2,
            bar: Barred::Twelve,
            vig_rate: Ratio::new(1, 20),
            vig_timing: VigTiming::OnWin,
            vig_rounding: VigRounding::Down,
            vig_min: Chips::new(1),
            ats: AtsPayouts {
                small: 30,
                tall: 30,
                all: 150,
            },
            fire: FirePayouts {
                four: 24,
                five: 249,
                six: 999,
            },
            hops: HopPayouts { easy: 15, hard: 30 },
            yes_no_next_commission: Ratio::new(1, 50),
            hardways_working_on_come_out: false,
            place_buy_working_on_come_out: false,
            come_odds_working_on_come_out: false,
        }
    }
}

impl TableRules {
    /// Checks that the rules make sense together and lie within the bounds of `limits.rs`.
    ///
    /// # Errors
    /// [`RulesError`], naming the first rule that doesn't hold.
    pub fn validate(&self) -> Result<(), RulesError> {
        let (min, max) = (self.min_bet, self.max_bet);
        if min.is_zero() || min > max || max.get() > BET_MAX {
            return Err(RulesError::Limits { min, max });
        }
        if self.side_bet_max.is_zero() || self.side_bet_max > max {
            return Err(RulesError::SideBetMax {
                side: self.side_bet_max,
                max,
            });
        }
        for (on, pays) in [(2, self.field_2), (12, self.field_12)] {
            if !matches!(pays, 2 | 3) {
                return Err(RulesError::Field { on, pays });
            }
        }
        for (name, rate) in [
            ("vig_rate", self.vig_rate),
            ("yes_no_next_commission", self.yes_no_next_commission),
        ] {
            if rate.x >= rate.y || rate.y > RATE_DENOMINATOR_MAX {
                return Err(RulesError::Rate { name, rate });
            }
        }
        if self.vig_min.get() > BET_MAX {
            return Err(RulesError::VigMin {
                vig_min: self.vig_min,
            });
        }
        self.validate_prices()
    }

    fn validate_prices(&self) -> Result<(), RulesError> {
        let prices = [
            ("ats", [self.ats.small, self.ats.tall, self.ats.all]),
            ("fire", [self.fire.four, self.fire.five, self.fire.six]),
            ("hops", [self.hops.easy, self.hops.hard, self.hops.hard]),
        ];
        for (name, pays) in prices {
            if let Some(pays) = pays
                .into_iter()
                .find(|pays| !(1..=PRICE_MAX).contains(pays))
            {
                return Err(RulesError::Price {
                    name,
                    pays,
                    most: PRICE_MAX,
                });
            }
        }
        Ok(())
    }

    /// Returns the least and the most that may be staked on a bet, in chips; odds have another
    /// limit besides (4.2).
    #[must_use]
    pub fn stake_limits(&self, info: &BetInfo) -> (Chips, Chips) {
        let least = if info.family.has_table_minimum() {
            self.min_bet
        } else {
            Chips::new(1)
        };
        let most = match info.family {
            Family::Odds => Chips::new(u64::MAX),
            Family::Side => self.side_bet_max,
            Family::Line
            | Family::Place
            | Family::Buy
            | Family::Lay
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
            | Family::SideOneRoll => self.max_bet,
        };
        (least, most)
    }

    /// Whether the commission on a bet, if it has one, is paid with its stake.
    #[must_use]
    pub fn pays_vig_upfront(&self, info: &BetInfo) -> bool {
        match self.vig_timing {
            VigTiming::OnWin => false,
            VigTiming::Upfront => true,
            VigTiming::OnWinOn4And10 => !matches!(info.number, Some(4 | 10)),
        }
    }

    /// Whether a bet works on the come-out by default at this table.
    #[must_use]
    pub fn works_at_come_out(&self, info: &BetInfo) -> bool {
        let by_table = match info.family {
            Family::Hardway => self.hardways_working_on_come_out,
            Family::Place | Family::Buy => self.place_buy_working_on_come_out,
            Family::Odds => self.come_odds_working_on_come_out,
            Family::Line
            | Family::Lay
            | Family::PlaceLose
            | Family::Put
            | Family::Big
            | Family::Field
            | Family::Proposition
            | Family::Hop
            | Family::Yes
            | Family::No
            | Family::Next
            | Family::Side
            | Family::SideOneRoll => false,
        };
        info.terms.on_at_come_out || by_table
    }

    /// These rules with the limits, odds and offers of others: what may change while bets stand.
    pub(super) fn with_limits_of(&self, other: &Self) -> Self {
        Self {
            min_bet: other.min_bet,
            max_bet: other.max_bet,
            side_bet_max: other.side_bet_max,
            odds: other.odds,
            shooter_needs_line_bet: other.shooter_needs_line_bet,
            offered: other.offered,
            ..self.clone()
        }
    }
}

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

/// Rules that no table can play by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// The limits.
    #[error("min_bet {min} and max_bet {max}: 1 <= min_bet <= max_bet <= {BET_MAX} must hold")]
    Limits {
        /// The smallest bet.
        min: Chips,
        /// The largest bet.
        max: Chips,
    },
    /// The limit of side bets.
    #[error("side_bet_max {side} is not between 1 and max_bet {max}")]
    SideBetMax {
        /// The largest side bet.
        side: Chips,
        /// The largest bet.
        max: Chips,
    },
    /// A field price.
    #[error("field_{on} pays {pays}; it can pay 2 or 3")]
    Field {
        /// The total.
        on: u8,
        /// What it pays.
        pays: u32,
    },
    /// A rate of commission.
    #[error(
        "{name} {rate} is not a rate below one with a denominator up to {RATE_DENOMINATOR_MAX}"
    )]
    Rate {
        /// Which rate.
        name: &'static str,
        /// Its value.
        rate: Ratio,
    },
    /// The least commission.
    #[error("vig_min {vig_min} is more than {BET_MAX}")]
    VigMin {
        /// The least commission.
        vig_min: Chips,
    },
    /// A price.
    #[error("{name} pays {pays}; it can pay 1 to {most}")]
    Price {
        /// Which bet.
        name: &'static str,
        /// What it pays.
        pays: u32,
        /// The most it may pay.
        most: u32,
    },
}
