//! What hand-long bets collect (rule book, section 7.9).
//!
//! Progress is a small number: a set of bits or a count that stops at the highest price, so that
//! every bet has finitely many states.

use super::catalogue::Notes;
use super::dice::{BoxNumber, Dice, Puck};
use super::roll_set::wide;

/// The times a point has to be made for the highest price of replay.
const SAME_POINT_MAX: u32 = 4;

/// Notes a roll; returns the new progress and its score. `puck` is where it was before the roll.
pub(super) fn note(notes: Notes, progress: u32, puck: Puck, dice: Dice) -> (u32, u8) {
    let total = dice.total();
    match notes {
        Notes::Totals(totals) => {
            let hit = totals.contains(&total);
            counted_bits(if hit { progress | bit(total) } else { progress })
        }
        Notes::Repeats {
            total: wanted,
            times,
        } => counted(progress, total == wanted, times),
        Notes::Doubles => counted_bits(if dice.is_hard() {
            progress | bit(dice.a())
        } else {
            progress
        }),
        Notes::Pairs => {
            let hit = BoxNumber::of(total).is_some();
            let progress = if hit {
                progress | pair_bit(dice)
            } else {
                progress
            };
            (progress, complete_numbers(progress))
        }
        Notes::HardTwice => hard_twice(progress, dice),
        Notes::DifferentPoints => {
            let made = puck.made(dice).map_or(0, |point| bit(point.value()));
            counted_bits(progress | made)
        }
        Notes::Points { top } => counted(progress, puck.made(dice).is_some(), top),
        Notes::PassWins { top } => {
            let natural = puck == Puck::Off && matches!(total, 7 | 11);
            counted(progress, natural || puck.made(dice).is_some(), top)
        }
        Notes::SamePoint => same_point(progress, puck.made(dice)),
        Notes::Rolls { top } => counted(progress, true, top),
    }
}

const fn bit(place: u8) -> u32 {
    1_u32.wrapping_shl(wide(place))
}

fn score_of(count: u32) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

fn counted_bits(progress: u32) -> (u32, u8) {
    (progress, score_of(progress.count_ones()))
}

fn counted(progress: u32, hit: bool, top: u8) -> (u32, u8) {
    let count = progress.saturating_add(u32::from(hit)).min(u32::from(top));
    (count, score_of(count))
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
        count.saturating_add(u8::from(progress & pairs == *pairs))
    })
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

/// Three bits for each box number: how often it was made, up to four times. The score ranks what is
/// there by price: three or four times 6/8, 5/9 or 4/10.
fn same_point(progress: u32, made: Option<BoxNumber>) -> (u32, u8) {
    let place = |number: BoxNumber| match number {
        BoxNumber::Four => 0,
        BoxNumber::Five => 3,
        BoxNumber::Six => 6,
        BoxNumber::Eight => 9,
        BoxNumber::Nine => 12,
        BoxNumber::Ten => 15_u32,
    };
    let times = |progress: u32, number| progress.wrapping_shr(place(number)) & 7;
    let progress = match made {
        Some(point) if times(progress, point) < SAME_POINT_MAX => {
            progress.saturating_add(1_u32.wrapping_shl(place(point)))
        }
        Some(_) | None => progress,
    };
    let rank = |number: BoxNumber| match (number, times(progress, number)) {
        (BoxNumber::Six | BoxNumber::Eight, 3) => 1,
        (BoxNumber::Five | BoxNumber::Nine, 3) => 2,
        (BoxNumber::Six | BoxNumber::Eight, SAME_POINT_MAX) => 3,
        (BoxNumber::Four | BoxNumber::Ten, 3) => 4,
        (BoxNumber::Five | BoxNumber::Nine, SAME_POINT_MAX) => 5,
        (BoxNumber::Four | BoxNumber::Ten, SAME_POINT_MAX) => 6,
        _ => 0,
    };
    (
        progress,
        BoxNumber::ALL.into_iter().map(rank).max().unwrap_or(0),
    )
}
