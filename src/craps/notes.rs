//! What hand-long bets collect (rule book, section 7.9).
//!
//! Progress is a small number: a set of bits or a count that stops at the highest price, so that
//! every bet has finitely many states.

use super::catalogue::Notes;
use super::dice::{BoxNumber, Dice, Puck};
use super::roll_set::wide;

/// The times a point has to be made for the highest price of replay.
const SAME_POINT_MAX: u32 = 4;

/// How far a hand-long bet has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// The score that its prices go by.
    pub score: u8,
    /// What it has, rising: totals rolled, points made, faces of doubles, or totals last rolled
    /// hard; where the same point counts, each as often as it was made. Empty for bets that only
    /// count.
    pub numbers: Vec<u8>,
}

/// Returns what a hand-long bet has collected.
pub(super) fn collected(notes: Notes, progress: u32) -> Collected {
    let numbers = match notes {
        Notes::Totals(_) | Notes::Doubles | Notes::HardTwice | Notes::DifferentPoints => (1..=12)
            .filter(|number| progress & bit(*number) != 0)
            .collect(),
        Notes::Pairs => {
            let complete = |number: &BoxNumber| is_complete(progress, pairs_of(number.value()));
            BoxNumber::ALL
                .iter()
                .filter(|it| complete(it))
                .map(|it| it.value())
                .collect()
        }
        Notes::SamePoint => BoxNumber::ALL
            .into_iter()
            .flat_map(|it| (0..times_made(progress, it)).map(move |_| it.value()))
            .collect(),
        Notes::Repeats { .. }
        | Notes::Points { .. }
        | Notes::PassWins { .. }
        | Notes::Rolls { .. } => Vec::new(),
    };
    Collected {
        score: score(notes, progress),
        numbers,
    }
}

/// Notes a roll; returns the new progress and its score. `puck` is where it was before the roll.
pub(super) fn note(notes: Notes, progress: u32, puck: Puck, dice: Dice) -> (u32, u8) {
    let total = dice.total();
    let with = |hit: bool, bits: u32| if hit { progress | bits } else { progress };
    let counted = |hit: bool, top: u8| progress.saturating_add(u32::from(hit)).min(u32::from(top));
    let made = puck.made(dice);
    let next = match notes {
        Notes::Totals(totals) => with(totals.contains(&total), bit(total)),
        Notes::Repeats {
            total: wanted,
            times,
        } => counted(total == wanted, times),
        Notes::Doubles => with(dice.is_hard(), bit(dice.a())),
        Notes::Pairs => with(BoxNumber::of(total).is_some(), pair_bit(dice)),
        Notes::HardTwice => return hard_twice(progress, dice),
        Notes::DifferentPoints => with(made.is_some(), bit(total)),
        Notes::Points { top } => counted(made.is_some(), top),
        Notes::PassWins { top } => {
            let natural = puck == Puck::Off && matches!(total, 7 | 11);
            counted(natural || made.is_some(), top)
        }
        Notes::SamePoint => same_point(progress, made),
        Notes::Rolls { top } => counted(true, top),
    };
    (next, score(notes, next))
}

fn score(notes: Notes, progress: u32) -> u8 {
    let count = match notes {
        Notes::Totals(_) | Notes::Doubles | Notes::DifferentPoints => progress.count_ones(),
        Notes::Repeats { .. }
        | Notes::Points { .. }
        | Notes::PassWins { .. }
        | Notes::Rolls { .. } => progress,
        Notes::Pairs => return complete_numbers(progress),
        Notes::SamePoint => return same_point_rank(progress),
        // The second hard roll decides the bet, so that one that is up has no score.
        Notes::HardTwice => 0,
    };
    u8::try_from(count).unwrap_or(u8::MAX)
}

const fn bit(place: u8) -> u32 {
    1_u32.wrapping_shl(wide(place))
}

/// A bit for each pair of faces without order: 1 to 21.
const fn pair_bit(dice: Dice) -> u32 {
    let (small, large) = if dice.a() < dice.b() {
        (dice.a(), dice.b())
    } else {
        (dice.b(), dice.a())
    };
    let smaller_pairs = match large {
        1 => 0,
        2 => 1,
        3 => 3,
        4 => 6,
        5 => 10,
        _ => 15,
    };
    bit(small.saturating_add(smaller_pairs))
}

/// The bits of all pairs of a total.
const fn pairs_of(total: u8) -> u32 {
    let (mut bits, mut a) = (0, 1);
    while a <= 6 {
        if let Some(dice) = Dice::new(a, total.saturating_sub(a)) {
            bits |= pair_bit(dice);
        }
        a = a.saturating_add(1);
    }
    bits
}

/// The bits of each box number.
const PAIRS: [u32; 6] = [
    pairs_of(4),
    pairs_of(5),
    pairs_of(6),
    pairs_of(8),
    pairs_of(9),
    pairs_of(10),
];

/// How many box numbers have had all their pairs.
fn complete_numbers(progress: u32) -> u8 {
    PAIRS.iter().fold(0, |count, pairs| {
        count.saturating_add(is_complete(progress, *pairs).into())
    })
}

fn is_complete(progress: u32, pairs: u32) -> bool {
    progress & pairs == pairs
}

/// A bit for each total whose last roll was hard.
fn hard_twice(progress: u32, dice: Dice) -> (u32, u8) {
    let total = dice.total();
    if !matches!(total, 4 | 6 | 8 | 10) {
        (progress, 0)
    } else if !dice.is_hard() {
        (progress & !bit(total), 0)
    } else {
        (progress | bit(total), u8::from(progress & bit(total) != 0))
    }
}

/// Three bits for each box number: how often it was made, up to four times.
fn same_point(progress: u32, made: Option<BoxNumber>) -> u32 {
    match made {
        Some(point) if times_made(progress, point) < SAME_POINT_MAX => {
            progress.saturating_add(1_u32.wrapping_shl(place_of(point)))
        }
        Some(_) | None => progress,
    }
}

fn place_of(number: BoxNumber) -> u32 {
    match number {
        BoxNumber::Four => 0,
        BoxNumber::Five => 3,
        BoxNumber::Six => 6,
        BoxNumber::Eight => 9,
        BoxNumber::Nine => 12,
        BoxNumber::Ten => 15,
    }
}

fn times_made(progress: u32, number: BoxNumber) -> u32 {
    progress.wrapping_shr(place_of(number)) & 7
}

/// The rank by price of the best that is there: 6/8, 5/9 or 4/10 three or four times.
fn same_point_rank(progress: u32) -> u8 {
    let rank = |number: BoxNumber| match (number, times_made(progress, number)) {
        (BoxNumber::Six | BoxNumber::Eight, 3) => 1,
        (BoxNumber::Five | BoxNumber::Nine, 3) => 2,
        (BoxNumber::Six | BoxNumber::Eight, SAME_POINT_MAX) => 3,
        (BoxNumber::Four | BoxNumber::Ten, 3) => 4,
        (BoxNumber::Five | BoxNumber::Nine, SAME_POINT_MAX) => 5,
        (BoxNumber::Four | BoxNumber::Ten, SAME_POINT_MAX) => 6,
        _ => 0,
    };
    BoxNumber::ALL.into_iter().map(rank).max().unwrap_or(0)
}
