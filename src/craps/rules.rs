//! The rules of one table: limits, odds, and which variations it plays (rule book, section 9).

use serde::{Deserialize, Serialize};

use super::bet_set::BetSet;
use super::catalogue::{AfterWin, BetInfo, Family, Lasts};
use super::house::{
    AtsPayouts, Barred, FirePayouts, HopPayouts, OddsLimit, ShooterLeaves, SinglePayouts,
    VigRounding, VigTiming,
};
use super::limits::{BET_MAX, PRICE_MAX, RATE_DENOMINATOR_MAX, SINGLE_PRICE_MIN};
use super::price::Ratio;
use crate::ledger::Chips;

/// How a table plays. The default is the rule book's default table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "six independent choices of the house"
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
    /// What the single numbers 2, 3, 11 and 12 pay.
    pub singles: SinglePayouts,
    /// The part of the fair win that yes, no and next keep back.
    pub yes_no_next_commission: Ratio,
    /// Whether hardways work on the come-out by default.
    pub hardways_working_on_come_out: bool,
    /// Whether place and buy bets work on the come-out by default.
    pub place_buy_working_on_come_out: bool,
    /// Whether odds on come and put work on the come-out by default.
    pub come_odds_working_on_come_out: bool,
    /// Whether a pass bet may be raised once a point is on; it can't come down again then.
    pub raise_pass: bool,
    /// Whether a one-roll bet that wins stays up for the next roll.
    pub one_roll_winners_stay_up: bool,
    /// What happens when the shooter leaves while a point is on.
    pub shooter_leaves: ShooterLeaves,
}

impl Default for TableRules {
    fn default() -> Self {
        Self {
            min_bet: Chips::new(1),
            max_bet: Chips::new(10_000),
            side_bet_max: Chips::new(10_000),
            odds: OddsLimit::ThreeFourFive,
            shooter_needs_line_bet: true,
            offered: BetSet::USUAL,
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
            singles: SinglePayouts { easy: 15, hard: 30 },
            yes_no_next_commission: Ratio::new(1, 50),
            hardways_working_on_come_out: false,
            place_buy_working_on_come_out: false,
            come_odds_working_on_come_out: false,
            raise_pass: false,
            one_roll_winners_stay_up: false,
            shooter_leaves: ShooterLeaves::DicePassOn,
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
        let (hops, singles) = (self.hops, self.singles);
        let prices = [
            (
                "all, tall or small",
                1,
                [self.ats.small, self.ats.tall, self.ats.all],
            ),
            ("fire", 1, [self.fire.four, self.fire.five, self.fire.six]),
            ("a hop", 1, [hops.easy, hops.hard, hops.hard]),
            (
                "a single number",
                SINGLE_PRICE_MIN,
                [singles.easy, singles.hard, singles.hard],
            ),
        ];
        for (name, least, pays) in prices {
            let range = least..=PRICE_MAX;
            if let Some(pays) = pays.into_iter().find(|pays| !range.contains(pays)) {
                return Err(RulesError::Price {
                    name,
                    pays,
                    least,
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

    /// Whether a bet stays on the table after a win at this table.
    #[must_use]
    pub fn stays_up_after_win(&self, info: &BetInfo) -> bool {
        match info.terms.after_win {
            AfterWin::StaysUp => true,
            AfterWin::Returned => {
                self.one_roll_winners_stay_up && info.terms.lasts == Lasts::OneRoll
            }
        }
    }

    /// These rules with what others say about limits, odds, offers and the shooter: what may change
    /// while bets stand.
    pub(super) fn with_limits_of(&self, other: &Self) -> Self {
        Self {
            min_bet: other.min_bet,
            max_bet: other.max_bet,
            side_bet_max: other.side_bet_max,
            odds: other.odds,
            shooter_needs_line_bet: other.shooter_needs_line_bet,
            offered: other.offered,
            raise_pass: other.raise_pass,
            shooter_leaves: other.shooter_leaves,
            ..self.clone()
        }
    }
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
        "{name} {}/{} is not a rate below one with a denominator up to {RATE_DENOMINATOR_MAX}", .rate.x, .rate.y
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
    #[error("{name} pays {pays}; it can pay {least} to {most}")]
    Price {
        /// Which bet.
        name: &'static str,
        /// What it pays.
        pays: u32,
        /// The least it may pay.
        least: u32,
        /// The most it may pay.
        most: u32,
    },
}
