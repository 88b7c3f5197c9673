//! The settings, a row each.

use serde_json::{Value, json};

use super::at::{At, Fault};
use crate::craps::{
    AtsPayouts, Barred, BetSet, Family, FirePayouts, HopPayouts, OddsLimit, Ratio, ShooterLeaves,
    SinglePayouts, TableRules, VigRounding, VigTiming,
};

/// One choice of the house.
pub(super) struct Setting {
    /// Its name in scripts and on the command line.
    pub(super) name: &'static str,
    /// A value that it can have, as on the command line.
    like: &'static str,
    /// Changes it.
    pub(super) set: fn(&mut TableRules, &At<'_>) -> Result<(), Fault>,
    /// Tells it, in the form that `set` reads.
    pub(super) get: fn(&TableRules) -> Value,
}

impl Setting {
    /// Returns how it is given.
    pub(super) fn example(&self) -> String {
        format!("for example --rule '{}={}'", self.name, self.like)
    }
}

const TIMINGS: [(&str, VigTiming); 3] = [
    ("on_win", VigTiming::OnWin),
    ("upfront", VigTiming::Upfront),
    ("on_win_on_4_and_10", VigTiming::OnWinOn4And10),
];
const ROUNDINGS: [(&str, VigRounding); 3] = [
    ("down", VigRounding::Down),
    ("nearest", VigRounding::Nearest),
    ("up", VigRounding::Up),
];

const LEAVES: [(&str, ShooterLeaves); 2] = [
    ("dice_pass_on", ShooterLeaves::DicePassOn),
    ("bets_wait", ShooterLeaves::BetsWait),
];

macro_rules! settings {
    ($($name:literal like $like:literal: |$rules:ident, $at:ident| $set:expr, |$read:ident| $get:expr;)*) => {
        [$(Setting {
            name: $name,
            like: $like,
            set: |$rules, $at| { $set; Ok(()) },
            get: |$read| $get,
        }),*]
    };
}

/// All settings. `shooter_needs_line_bet` and `max_odds_counted_in_max` are known by name, but one
/// player alone always shoots, and odds never count.
#[rustfmt::skip] // A row a line reads best.
pub(super) static SETTINGS: [Setting; 26] = settings![
    "odds" like "10x": |rules, at| rules.odds = at.word(&OddsLimit::ALL.map(|it| (it.name(), it)))?,
        |rules| json!(rules.odds.name());
    "field_2" like "3": |rules, at| rules.field_2 = at.small()?, |rules| json!(rules.field_2);
    "field_12" like "3": |rules, at| rules.field_12 = at.small()?, |rules| json!(rules.field_12);
    "bar" like "2": |rules, at| rules.bar = barred(at)?, |rules| json!(rules.bar.total());
    "vig_rate" like "1/25": |rules, at| rules.vig_rate = at.ratio()?, |rules| ratio(rules.vig_rate);
    "vig_timing" like "upfront": |rules, at| rules.vig_timing = at.word(&TIMINGS)?,
        |rules| json!(rules.vig_timing);
    "vig_rounding" like "up": |rules, at| rules.vig_rounding = at.word(&ROUNDINGS)?,
        |rules| json!(rules.vig_rounding);
    "vig_min" like "1": |rules, at| rules.vig_min = at.chips()?, |rules| json!(rules.vig_min);
    "ats_payouts" like "{\"small\":34,\"tall\":34,\"all\":175}": |rules, at| rules.ats = ats(at)?,
        |rules| json!({ "small": rules.ats.small, "tall": rules.ats.tall, "all": rules.ats.all });
    "fire_payouts" like "{\"4\":10,\"5\":200,\"6\":2000}": |rules, at| rules.fire = fire(at)?,
        |rules| json!({ "4": rules.fire.four, "5": rules.fire.five, "6": rules.fire.six });
    "hop_payouts" like "{\"easy\":14,\"hard\":29}": |rules, at| rules.hops = hops(at)?,
        |rules| json!({ "easy": rules.hops.easy, "hard": rules.hops.hard });
    "single_payouts" like "{\"easy\":14,\"hard\":29}": |rules, at| rules.singles = singles(at)?,
        |rules| json!({ "easy": rules.singles.easy, "hard": rules.singles.hard });
    "yes_no_next_commission" like "1/100": |rules, at| rules.yes_no_next_commission = at.ratio()?,
        |rules| ratio(rules.yes_no_next_commission);
    "hardways_working_on_come_out" like "true": |rules, at| rules.hardways_working_on_come_out = at.flag()?,
        |rules| json!(rules.hardways_working_on_come_out);
    "place_buy_working_on_come_out" like "true": |rules, at| rules.place_buy_working_on_come_out = at.flag()?,
        |rules| json!(rules.place_buy_working_on_come_out);
    "come_odds_working_on_come_out" like "true": |rules, at| rules.come_odds_working_on_come_out = at.flag()?,
        |rules| json!(rules.come_odds_working_on_come_out);
    "raise_pass" like "true": |rules, at| rules.raise_pass = at.flag()?, |rules| json!(rules.raise_pass);
    "one_roll_winners_stay_up" like "true": |rules, at| rules.one_roll_winners_stay_up = at.flag()?,
        |rules| json!(rules.one_roll_winners_stay_up);
    "shooter_leaves" like "bets_wait": |rules, at| rules.shooter_leaves = at.word(&LEAVES)?,
        |rules| json!(rules.shooter_leaves);
    "place_lose" like "true": |rules, at| offer(rules, Family::PlaceLose, at.flag()?),
        |rules| offers(rules, Family::PlaceLose);
    "put" like "true": |rules, at| offer(rules, Family::Put, at.flag()?), |rules| offers(rules, Family::Put);
    "big" like "false": |rules, at| offer(rules, Family::Big, at.flag()?), |rules| offers(rules, Family::Big);
    "min_bet" like "5": |rules, at| rules.min_bet = at.chips()?, |rules| json!(rules.min_bet);
    "max_bet" like "500": |rules, at| { rules.max_bet = at.chips()?; rules.side_bet_max = rules.max_bet; },
        |rules| json!(rules.max_bet);
    "max_odds_counted_in_max" like "false": |_rules, at| only_false(at, "odds never count toward max_bet")?,
        |_rules| json!(false);
    "shooter_needs_line_bet" like "false": |_rules, at| only_false(at, "the one player here always shoots")?,
        |_rules| json!(false);
];

fn ratio(rate: Ratio) -> Value {
    json!([rate.x, rate.y])
}

fn barred(at: &At<'_>) -> Result<Barred, Fault> {
    match at.number()? {
        12 => Ok(Barred::Twelve),
        2 => Ok(Barred::Two),
        _ => Err(at.wanted("12 or 2")),
    }
}

fn ats(at: &At<'_>) -> Result<AtsPayouts, Fault> {
    at.object(&["small", "tall", "all"])?;
    let pays = |name| at.needed(name)?.small();
    Ok(AtsPayouts {
        small: pays("small")?,
        tall: pays("tall")?,
        all: pays("all")?,
    })
}

fn fire(at: &At<'_>) -> Result<FirePayouts, Fault> {
    at.object(&["4", "5", "6"])?;
    let pays = |name| at.needed(name)?.small();
    Ok(FirePayouts {
        four: pays("4")?,
        five: pays("5")?,
        six: pays("6")?,
    })
}

fn hops(at: &At<'_>) -> Result<HopPayouts, Fault> {
    at.object(&["easy", "hard"])?;
    let pays = |name| at.needed(name)?.small();
    Ok(HopPayouts {
        easy: pays("easy")?,
        hard: pays("hard")?,
    })
}

fn singles(at: &At<'_>) -> Result<SinglePayouts, Fault> {
    at.object(&["easy", "hard"])?;
    let pays = |name| at.needed(name)?.small();
    Ok(SinglePayouts {
        easy: pays("easy")?,
        hard: pays("hard")?,
    })
}

fn offer(rules: &mut TableRules, family: Family, is_offered: bool) {
    for bet in BetSet::all()
        .iter()
        .filter(|bet| bet.info().family == family)
    {
        if is_offered {
            rules.offered.insert(bet);
        } else {
            rules.offered.remove(bet);
        }
    }
}

fn offers(rules: &TableRules, family: Family) -> Value {
    let any = rules.offered.iter().any(|bet| bet.info().family == family);
    json!(any)
}

fn only_false(at: &At<'_>, why: &str) -> Result<(), Fault> {
    if at.flag()? {
        Err(at.fault(format!("can only be false: {why}")))
    } else {
        Ok(())
    }
}
