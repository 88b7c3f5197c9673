//! The rules of a table, a row each.

use super::{HouseRule, Number, Part, Setting, Value};
use crate::craps::limits::{BET_MAX, PRICE_MAX, SINGLE_PRICE_MIN};
use crate::craps::{
    Barred, BetSet, Family, OddsLimit, Ratio, ShooterLeaves, TableRules, VigRounding, VigTiming,
};
use crate::ledger::Chips;

/// A rule that is a number of chips.
macro_rules! chips {
    ($field:ident from $range:expr) => {
        (
            Setting::Number(Number {
                is_price: false,
                get: |rules| rules.$field.get(),
                set: |rules, value| rules.$field = Chips::new(value),
                range: $range,
            }),
            |to: &mut TableRules, from: &TableRules| to.$field = from.$field,
        )
    };
}

/// A rule that is a price, a whole number to one.
macro_rules! price {
    ($($field:ident).+ from $least:expr) => {
        (
            Setting::Number(Number {
                is_price: true,
                get: |rules| u64::from(rules.$($field).+),
                set: |rules, value| rules.$($field).+ = u32::try_from(value).unwrap_or(u32::MAX),
                range: |_| {
                    const LEAST: u32 = $least;
                    (u64::from(LEAST), u64::from(PRICE_MAX))
                },
            }),
            |to: &mut TableRules, from: &TableRules| to.$($field).+ = from.$($field).+,
        )
    };
}

/// A rule with a few values.
macro_rules! choice {
    ($field:ident, $other:literal: $($words:literal => $value:expr),+) => {
        (
            Setting::Choice {
                values: &[$(Value { words: $words, set: |rules| rules.$field = $value }),+],
                other: $other,
            },
            |to: &mut TableRules, from: &TableRules| to.$field = from.$field,
        )
    };
}

/// Whether bets of a family can be made.
macro_rules! offered {
    ($family:ident $($usual:literal)?) => {
        (
            Setting::Choice {
                values: &[
                    $(Value {
                        words: $usual,
                        set: |rules| {
                            let usual = TableRules::default().offered;
                            offer(rules, Family::$family, &usual);
                        },
                    },)?
                    Value {
                        words: "offered",
                        set: |rules| offer(rules, Family::$family, &BetSet::all()),
                    },
                    Value {
                        words: "not offered",
                        set: |rules| offer(rules, Family::$family, &BetSet::default()),
                    },
                ],
                other: "others offered",
            },
            |to: &mut TableRules, from: &TableRules| {
                offer(to, Family::$family, &from.offered);
            },
        )
    };
}

macro_rules! rules {
    ($($part:ident $name:literal $about:literal $setting:expr;)*) => {
        [$({
            const ROW: (Setting, fn(&mut TableRules, &TableRules)) = $setting;
            HouseRule {
                part: Part::$part,
                name: $name,
                about: $about,
                setting: ROW.0,
                copy: ROW.1,
            }
        }),*]
    };
}

/// Every rule of a table, in the order of screens.
#[rustfmt::skip] // A row reads best with its sentence above its values.
pub static HOUSE_RULES: [HouseRule; 46] = rules![
    Limits "Smallest bet" "The least that a line, place, buy, lay, put, big or field bet can be."
        chips!(min_bet from |rules| (1, rules.max_bet.get()));
    Limits "Largest bet" "The most that any bet but odds can be."
        chips!(max_bet from |rules| (rules.min_bet.get(), BET_MAX));
    Limits "Largest side bet" "The most that a bet on a whole hand, such as fire or all/tall/small, can be."
        chips!(side_bet_max from |rules| (1, rules.max_bet.get()));
    Limits "Odds" "How many times a line or come bet may be put behind it as odds."
        choice!(odds, "": "1x" => OddsLimit::One, "2x" => OddsLimit::Two, "3-4-5x" => OddsLimit::ThreeFourFive,
            "5x" => OddsLimit::Five, "10x" => OddsLimit::Ten, "20x" => OddsLimit::Twenty, "100x" => OddsLimit::Hundred);

    Shooter "Shooter's line bet" "Whether a come-out is only rolled with a pass or don't pass bet of the shooter."
        choice!(shooter_needs_line_bet, "": "needed" => true, "not needed" => false);
    Shooter "Shooter leaves on a point" "The dice pass on to the next player, or everyone's bets wait for the shooter."
        choice!(shooter_leaves, "": "dice pass on" => ShooterLeaves::DicePassOn, "bets wait" => ShooterLeaves::BetsWait);
    Shooter "Pass after the point" "Whether a pass bet may be raised while a point is on; it can't come down then."
        choice!(raise_pass, "": "stays as it is" => false, "may be raised" => true);
    Shooter "One-roll bets that win" "Whether a one-roll bet that wins comes back, or stays up for the next roll."
        choice!(one_roll_winners_stay_up, "": "come back" => false, "stay up" => true);

    ComeOut "Hard ways on come-out" "Whether hard ways work on the come-out unless they are switched."
        choice!(hardways_working_on_come_out, "": "off" => false, "on" => true);
    ComeOut "Place, buy on come-out" "Whether place and buy bets work on the come-out unless they are switched."
        choice!(place_buy_working_on_come_out, "": "off" => false, "on" => true);
    ComeOut "Come odds on come-out" "Whether odds behind come and put bets work on the come-out unless they are switched."
        choice!(come_odds_working_on_come_out, "": "off" => false, "on" => true);

    Prices "Don'ts push on" "The total on which don't pass and don't come neither win nor lose."
        choice!(bar, "": "12" => Barred::Twelve, "2" => Barred::Two);
    Prices "Field on 2 pays" "What the field pays on 2."
        choice!(field_2, "": "2 to 1" => 2, "3 to 1" => 3);
    Prices "Field on 12 pays" "What the field pays on 12."
        choice!(field_12, "": "2 to 1" => 2, "3 to 1" => 3);
    Prices "3 and 11 pay" "What 3 and yo pay, and horn, world and the other bets that hold them."
        price!(singles.easy from SINGLE_PRICE_MIN);
    Prices "2 and 12 pay" "What aces and twelve pay, and horn, world and the other bets that hold them."
        price!(singles.hard from SINGLE_PRICE_MIN);
    Prices "Hop on two faces pays" "What a hop on two different faces pays."
        price!(hops.easy from 1);
    Prices "Hop on a pair pays" "What a hop on a pair pays."
        price!(hops.hard from 1);
    Prices "Small pays" "What small pays: 2, 3, 4, 5 and 6 before a seven."
        price!(ats.small from 1);
    Prices "Tall pays" "What tall pays: 8, 9, 10, 11 and 12 before a seven."
        price!(ats.tall from 1);
    Prices "All pays" "What all pays: every total but seven before a seven."
        price!(ats.all from 1);
    Prices "Fire on 4 points pays" "What fire pays when a shooter makes four different points."
        price!(fire.four from 1);
    Prices "Fire on 5 points pays" "What fire pays when a shooter makes five different points."
        price!(fire.five from 1);
    Prices "Fire on 6 points pays" "What fire pays when a shooter makes all six points."
        price!(fire.six from 1);

    Commission "Commission on buy, lay" "The part of a buy bet, or of a lay bet's win, that the house keeps."
        choice!(vig_rate, "another rate": "5%" => Ratio::new(1, 20), "4%" => Ratio::new(1, 25), "3%" => Ratio::new(3, 100),
            "2%" => Ratio::new(1, 50), "1%" => Ratio::new(1, 100), "nothing" => Ratio::new(0, 20));
    Commission "Commission is paid" "When the commission on buy and lay bets is paid: out of a win, or with the stake."
        choice!(vig_timing, "": "out of a win" => VigTiming::OnWin, "with the stake" => VigTiming::Upfront,
            "win on 4, 10 or stake" => VigTiming::OnWinOn4And10);
    Commission "Commission rounded" "How the commission is rounded to whole chips."
        choice!(vig_rounding, "": "down" => VigRounding::Down, "to the nearest" => VigRounding::Nearest, "up" => VigRounding::Up);
    Commission "Least commission" "The least commission on a buy or lay bet."
        chips!(vig_min from |_| (0, BET_MAX));
    Commission "Commission on yes, no" "The part of the fair win that yes, no and next keep back."
        choice!(yes_no_next_commission, "another rate": "2%" => Ratio::new(1, 50), "1%" => Ratio::new(1, 100),
            "nothing" => Ratio::new(0, 50), "5%" => Ratio::new(1, 20), "4%" => Ratio::new(1, 25), "3%" => Ratio::new(3, 100));

    Offered "Pass and come" "Pass, don't pass, come and don't come." offered!(Line);
    Offered "Odds behind them" "Odds behind pass, don't pass, come, don't come and put." offered!(Odds);
    Offered "Place" "A number before a seven, at a price below the true one." offered!(Place);
    Offered "Buy" "A number before a seven, at its true odds for a commission." offered!(Buy);
    Offered "Lay" "A seven before a number, at its true odds for a commission." offered!(Lay);
    Offered "Place to lose" "A seven before a number, at a price below the true one." offered!(PlaceLose);
    Offered "Put" "A pass bet made while a point is on." offered!(Put);
    Offered "Big 6 and 8" "6 or 8 before a seven, at even money." offered!(Big);
    Offered "Hard ways" "A pair before a seven and before its total the easy way." offered!(Hardway);
    Offered "Field" "2, 3, 4, 9, 10, 11 or 12 on the next roll." offered!(Field);
    Offered "Propositions" "Any seven, any craps, yo, horn and the other bets on the next roll." offered!(Proposition);
    Offered "Hops" "Two faces on the next roll." offered!(Hop);
    Offered "Yes" "A total before a seven, at its true odds for a commission." offered!(Yes);
    Offered "No" "A seven before a total, at its true odds for a commission." offered!(No);
    Offered "Next" "A total on the next roll, at its true odds for a commission." offered!(Next);
    Offered "Bets on the hand" "Fire, all/tall/small, repeaters and the other bets on a whole hand." offered!(Side "some offered");
    Offered "Side bets on one roll" "Lucky rolls and the other side bets on a few rolls." offered!(SideOneRoll);
];

/// Offers of a family what `from` has of it, and nothing else.
fn offer(rules: &mut TableRules, family: Family, from: &BetSet) {
    for bet in BetSet::all()
        .iter()
        .filter(|bet| bet.info().family == family)
    {
        if from.contains(bet) {
            rules.offered.insert(bet);
        } else {
            rules.offered.remove(bet);
        }
    }
}
