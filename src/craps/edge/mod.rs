//! What bets cost in the long run: the house edge, as exact fractions (rule book, section 7).
//!
//! The figures of the default table are data, so that a screen can show them at once; a test computes
//! each of them again from the engine's own verdicts. Other prices are computed when asked for.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "fractions of big integers can't overflow"
)]

mod exact;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, Zero as _};

use super::catalogue::{BetInfo, Family, HandLong, Rule, Side, VigBase, odds_price};
use super::dice::{BoxNumber, Puck};
use super::key::{BetId, BetKey};
use super::price::Ratio;
use super::resolve::{prices, vig_of};
use super::roll_set::RollSet;
use super::rules::TableRules;
use exact::Law;

/// The long-run figures of a bet. Fractions are written `7/495`, in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Expected loss per chip staked; a push counts as a decision worth nothing. With commission
    /// upfront, per chip of stake and commission.
    pub per_bet_made: Cow<'static, str>,
    /// The same with pushes left out.
    pub per_bet_resolved: Cow<'static, str>,
    /// The same per roll, the bet always on.
    pub per_roll: Cow<'static, str>,
    /// The chance that it wins; `None` for odds, where it depends on the number.
    pub win_probability: Option<Cow<'static, str>>,
    /// The chance that it is a tie.
    pub push_probability: Option<Cow<'static, str>>,
    /// Rolls until it is decided, on average.
    pub mean_rolls: Option<Cow<'static, str>>,
    /// `per_bet_made` in percent, to four places, as in `1.4141`.
    pub percent: Cow<'static, str>,
}

/// Returns the long-run figures of a bet under a table's rules.
///
/// Cheap for the rule book's default prices and all bets with one price; other prices of fire take
/// some milliseconds.
#[must_use]
pub fn edge(bet: BetId, rules: &TableRules) -> Edge {
    let Some(known) = table::EDGES.get(bet.index()) else {
        return odds();
    };
    let info = bet.info();
    if info.family == Family::Odds || has_usual_prices(bet, rules) {
        return known.clone();
    }
    let law = law_at_one_price(bet, rules, known);
    Figures::of(&law.unwrap_or_else(|| exact::law(bet, rules)), bet, rules).shown()
}

/// Returns the edge of a flat bet with the most odds always behind it, per chip of the average total
/// stake (7.2): of pass and come, or on the dark side of don't pass and don't come.
#[must_use]
pub fn edge_with_odds(side: Side, rules: &TableRules) -> String {
    let flat = match side {
        Side::Light => BetId::PASS,
        Side::Dark => BetId::DONT_PASS,
    };
    let edge = Figures::of(&exact::law(flat, rules), flat, rules).made;
    let odds = BoxNumber::ALL.into_iter().map(|number| {
        let ways = RollSet::total(number.value()).ways();
        let multiple = BigInt::from(rules.odds.multiple(number));
        let stake = match side {
            Side::Light => BigRational::from(multiple),
            Side::Dark => BigRational::from(multiple) / fraction(odds_price(side, number)),
        };
        stake * BigRational::new(ways.into(), 36.into())
    });
    let staked = odds.fold(BigRational::one(), |sum, stake| sum + stake);
    (edge / staked).to_string()
}

/// Whether the prices and the commission are those of the figures in the table.
fn has_usual_prices(bet: BetId, rules: &TableRules) -> bool {
    let usual = TableRules::default();
    let Some(key) = BetKey::new(bet, None) else {
        return false;
    };
    let of = |rules: &TableRules| -> Vec<Ratio> { prices(rules, Puck::Off, key).collect() };
    let is_upfront = |rules: &TableRules| rules.pays_vig_upfront(bet.info());
    let same_vig = rules.vig_rate == usual.vig_rate && is_upfront(rules) == is_upfront(&usual);
    of(rules) == of(&usual) && (same_vig || vig_of(bet.info()).is_none())
}

/// The law of a collection with one price: the chance to win does not depend on the price.
fn law_at_one_price(bet: BetId, rules: &TableRules, known: &Edge) -> Option<Law> {
    let Rule::HandLong(HandLong {
        tiers: [(_, price)],
        ..
    }) = bet.info().rule
    else {
        return None;
    };
    let wins: BigRational = known.win_probability.as_ref()?.parse().ok()?;
    let Ratio { x, y } = price.at(rules);
    Some(Law {
        loses: BigRational::one() - &wins,
        wins: BTreeMap::from([((x, y), wins)]),
        pushes: BigRational::zero(),
        rolls: known.mean_rolls.as_ref()?.parse().ok()?,
    })
}

/// The figures as numbers.
struct Figures {
    made: BigRational,
    wins: BigRational,
    pushes: BigRational,
    rolls: BigRational,
}

impl Figures {
    fn of(law: &Law, bet: BetId, rules: &TableRules) -> Self {
        let (mut wins, mut loss) = (BigRational::zero(), law.loses.clone());
        for ((x, y), chance) in &law.wins {
            wins += chance;
            loss -= chance * net(Ratio::new(*x, *y), bet.info(), rules);
        }
        Self {
            made: loss,
            wins,
            pushes: law.pushes.clone(),
            rolls: law.rolls.clone(),
        }
    }

    fn shown(&self) -> Edge {
        let resolved = &self.made / (BigRational::one() - &self.pushes);
        let shown = |figure: &BigRational| Cow::Owned(figure.to_string());
        Edge {
            per_bet_made: shown(&self.made),
            per_bet_resolved: shown(&resolved),
            per_roll: shown(&(&self.made / &self.rolls)),
            win_probability: Some(shown(&self.wins)),
            push_probability: Some(shown(&self.pushes)),
            mean_rolls: Some(shown(&self.rolls)),
            percent: Cow::Owned(percent(&self.made)),
        }
    }
}

/// What a win is worth per chip risked, the commission unrounded and taken off.
fn net(price: Ratio, info: &BetInfo, rules: &TableRules) -> BigRational {
    let price = fraction(price);
    let vig = match vig_of(info) {
        None => return price,
        Some(VigBase::Stake) => fraction(rules.vig_rate),
        Some(VigBase::Win) => fraction(rules.vig_rate) * &price,
    };
    if rules.pays_vig_upfront(info) {
        (price - &vig) / (BigRational::one() + vig)
    } else {
        price - vig
    }
}

fn fraction(ratio: Ratio) -> BigRational {
    BigRational::new(ratio.x.into(), ratio.y.max(1).into())
}

/// Writes a fraction in percent with four places, halves away from zero.
fn percent(figure: &BigRational) -> String {
    let millionths = (figure * BigRational::from(BigInt::from(1_000_000)))
        .round()
        .to_integer();
    let sign = if millionths.is_negative() { "-" } else { "" };
    let digits = format!("{:0>5}", millionths.abs().to_string());
    let (whole, places) = digits.split_at(digits.len().saturating_sub(4));
    format!("{sign}{whole}.{places}")
}

const fn figures(
    per_bet_made: &'static str,
    per_bet_resolved: &'static str,
    per_roll: &'static str,
    win_probability: &'static str,
    push_probability: &'static str,
    mean_rolls: &'static str,
    percent: &'static str,
) -> Edge {
    Edge {
        per_bet_made: Cow::Borrowed(per_bet_made),
        per_bet_resolved: Cow::Borrowed(per_bet_resolved),
        per_roll: Cow::Borrowed(per_roll),
        win_probability: Some(Cow::Borrowed(win_probability)),
        push_probability: Some(Cow::Borrowed(push_probability)),
        mean_rolls: Some(Cow::Borrowed(mean_rolls)),
        percent: Cow::Borrowed(percent),
    }
}

/// Odds cost nothing.
const fn odds() -> Edge {
    const NOTHING: Cow<'static, str> = Cow::Borrowed("0");
    Edge {
        per_bet_made: NOTHING,
        per_bet_resolved: NOTHING,
        per_roll: NOTHING,
        win_probability: None,
        push_probability: None,
        mean_rolls: None,
        percent: Cow::Borrowed("0.0000"),
    }
}
