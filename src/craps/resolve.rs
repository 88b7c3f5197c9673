//! What one roll does to one bet (rule book, sections 6 and 7).
//!
//! A verdict depends on the bet, the rules, the dice and a puck, and on nothing else: the puck comes
//! in with each bet, as it was before the roll.

use super::bet::{PlacedBet, WorkingFlag};
use super::catalogue::{BetInfo, Ends, First, HandLong, Prize, Rule, Side, VigBase, odds_price};
use super::dice::{BoxNumber, Dice, Puck};
use super::key::{BetId, BetKey};
use super::notes;
use super::price::{Price, Ratio, commission, minus};
use super::rules::TableRules;
use crate::ledger::Chips;

/// What a roll does to a bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Stays,
    /// It goes on, having collected this.
    Notes(u32),
    /// It wins at this price, commission not yet taken.
    Wins(Ratio),
    /// It loses.
    Loses,
    /// It is a tie: the stake comes back.
    Pushes,
    /// It was off while its flat bet was decided: the stake comes back.
    ComesBack,
    /// It moves to a number.
    Moves(BoxNumber),
}

/// Judges a bet against a roll; `puck` is where it was before the roll.
pub(super) fn judge(
    rules: &TableRules,
    puck: Puck,
    key: BetKey,
    bet: &PlacedBet,
    dice: Dice,
) -> Verdict {
    let is_on = || is_on(rules, puck, key, bet.working);
    match &key.info().rule {
        Rule::Line(side) => line(rules, *side, key, puck, dice),
        Rule::Odds { side } => match key.number().or(puck.point()) {
            Some(number) => odds(*side, number, dice, is_on()),
            None => Verdict::Stays,
        },
        Rule::OneRoll { prizes, pushes } => {
            if let Some(prize) = prizes.iter().find(|prize| prize.on.contains(dice)) {
                Verdict::Wins(prize.price.at(rules))
            } else if pushes.contains(dice) {
                Verdict::Pushes
            } else {
                Verdict::Loses
            }
        }
        Rule::Race {
            wins, loses, price, ..
        } => {
            let (wins, loses) = (wins.contains(dice), loses.contains(dice));
            if !(wins || loses) || !is_on() {
                Verdict::Stays
            } else if wins {
                Verdict::Wins(price.at(rules))
            } else {
                Verdict::Loses
            }
        }
        Rule::HandLong(long) => hand_long(rules, long, puck, bet.progress, dice),
        Rule::TwoRolls { seven, point } => two_rolls(rules, *seven, *point, bet.progress, dice),
    }
}

/// Whether a bet is on for the next roll (4.3).
pub(super) fn is_on(rules: &TableRules, puck: Puck, key: BetKey, working: WorkingFlag) -> bool {
    match working {
        WorkingFlag::On => true,
        WorkingFlag::Off => false,
        WorkingFlag::Default => puck != Puck::Off || rules.works_at_come_out(key.info()),
    }
}

/// Pass and don't pass go by the puck, come and don't come by their own number (7.1).
fn line(rules: &TableRules, side: Side, key: BetKey, puck: Puck, dice: Dice) -> Verdict {
    let goes_by_puck = matches!(key.bet(), BetId::PASS | BetId::DONT_PASS);
    let number = if goes_by_puck {
        puck.point()
    } else {
        key.number()
    };
    let total = dice.total();
    let light_wins = match (number, total) {
        (Some(number), total) if total == number.value() => true,
        (Some(_), 7) | (None, 2 | 3 | 12) => false,
        (Some(_), _) => return Verdict::Stays,
        (None, 7 | 11) => true,
        (None, _) => {
            return match BoxNumber::of(total) {
                Some(number) if !goes_by_puck => Verdict::Moves(number),
                Some(_) | None => Verdict::Stays,
            };
        }
    };
    match side {
        Side::Light if light_wins => Verdict::Wins(EVEN),
        Side::Dark if number.is_none() && total == rules.bar.total() => Verdict::Pushes,
        Side::Dark if !light_wins => Verdict::Wins(EVEN),
        Side::Light | Side::Dark => Verdict::Loses,
    }
}

const EVEN: Ratio = Ratio::new(1, 1);

/// Odds are decided with their flat bet; off, they come back then (7.2).
fn odds(side: Side, number: BoxNumber, dice: Dice, is_on: bool) -> Verdict {
    let light_wins = dice.total() == number.value();
    if !light_wins && dice.total() != 7 {
        Verdict::Stays
    } else if !is_on {
        Verdict::ComesBack
    } else if light_wins == (side == Side::Light) {
        Verdict::Wins(odds_price(side, number))
    } else {
        Verdict::Loses
    }
}

/// First notes the roll, then decides: the completing roll wins, the ending seven pays what there is
/// (step 8 of section 6).
fn hand_long(
    rules: &TableRules,
    long: &HandLong,
    puck: Puck,
    progress: u32,
    dice: Dice,
) -> Verdict {
    let (progress, score) = notes::note(long.notes, progress, puck, dice);
    let has_ended = match long.ends {
        Ends::Seven => dice.total() == 7,
        Ends::SevenOut => puck.is_seven_out(dice),
    };
    let is_complete = long.tiers.last().is_some_and(|(top, _)| score >= *top);
    if !(has_ended || long.at_once && is_complete) {
        return Verdict::Notes(progress);
    }
    let reached = long.tiers.iter().rev().find(|(least, _)| score >= *least);
    match reached.map(|(_, price)| price.at(rules)) {
        None => Verdict::Loses,
        Some(price) if price.is_zero() => Verdict::Pushes,
        Some(price) => Verdict::Wins(price),
    }
}

const AFTER_SEVEN: u32 = 1;
const AFTER_POINT: u32 = 2;

/// Progress says whether, and after what, the second roll is due.
fn two_rolls(rules: &TableRules, seven: First, point: First, progress: u32, dice: Dice) -> Verdict {
    let second = |first: First| match first {
        First::Then(prize) if prize.on.contains(dice) => Verdict::Wins(prize.price.at(rules)),
        First::Then(_) | First::Wins(_) | First::Loses => Verdict::Loses,
    };
    let first = |first: First, progress: u32| match first {
        First::Loses => Verdict::Loses,
        First::Wins(price) => Verdict::Wins(price.at(rules)),
        First::Then(_) => Verdict::Notes(progress),
    };
    match progress {
        AFTER_SEVEN => second(seven),
        AFTER_POINT => second(point),
        _ if dice.total() == 7 => first(seven, AFTER_SEVEN),
        _ if BoxNumber::of(dice.total()).is_some() => first(point, AFTER_POINT),
        _ => Verdict::Loses,
    }
}

/// Returns what a win pays after commission, and the commission taken from it (5.2).
pub(super) fn win_of(
    rules: &TableRules,
    info: &BetInfo,
    stake: Chips,
    price: Ratio,
    stays_up: bool,
) -> (Chips, Chips) {
    let gross = price.of(stake);
    // A winning bet that stays up pays the next commission out of its win.
    let due_now = stays_up || !rules.pays_vig_upfront(info);
    let vig = match vig_of(info) {
        Some(base) if due_now => commission(stake, price, base, rules).min(gross),
        Some(_) | None => Chips::ZERO,
    };
    (minus(gross, vig), vig)
}

/// The commission a bet has, if it has one.
pub(super) fn vig_of(info: &BetInfo) -> Option<VigBase> {
    match info.rule {
        Rule::Race { vig, .. } => vig,
        Rule::Line(_)
        | Rule::Odds { .. }
        | Rule::OneRoll { .. }
        | Rule::HandLong(_)
        | Rule::TwoRolls { .. } => None,
    }
}

/// Returns every price at which a bet can still win.
pub(super) fn prices(rules: &TableRules, puck: Puck, key: BetKey) -> impl Iterator<Item = Ratio> {
    const NO_PRIZES: &[Prize] = &[];
    const NO_TIERS: &[(u8, Price)] = &[];
    let (mut single, mut prizes, mut tiers) = ([None, None], NO_PRIZES, NO_TIERS);
    let of_first = |first: First| match first {
        First::Loses => None,
        First::Wins(price) | First::Then(Prize { price, .. }) => Some(price),
    };
    match &key.info().rule {
        Rule::Line(_) => single[0] = Some(Price::Fixed(EVEN)),
        Rule::Odds { side } => {
            let number = key.number().or(puck.point());
            single[0] = number.map(|number| Price::Fixed(odds_price(*side, number)));
        }
        Rule::OneRoll { prizes: all, .. } => prizes = all,
        Rule::Race { price, .. } => single[0] = Some(*price),
        Rule::HandLong(long) => tiers = long.tiers,
        Rule::TwoRolls { seven, point } => single = [of_first(*seven), of_first(*point)],
    }
    let prizes = prizes.iter().map(|prize| prize.price);
    let tiers = tiers.iter().map(|(_, price)| *price);
    single
        .into_iter()
        .flatten()
        .chain(prizes)
        .chain(tiers)
        .map(|price| price.at(rules))
}

/// Returns the most that the house can lose to a bet.
pub(super) fn most_win(rules: &TableRules, puck: Puck, key: BetKey, bet: &PlacedBet) -> Chips {
    let net = |price: Ratio| {
        let vig = vig_of(key.info()).map_or(Chips::ZERO, |base| {
            commission(bet.stake, price, base, rules)
        });
        minus(price.of(bet.stake), vig)
    };
    prices(rules, puck, key)
        .map(net)
        .max()
        .unwrap_or(Chips::ZERO)
}
