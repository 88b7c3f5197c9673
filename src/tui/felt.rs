//! The spots of the felt and how the arrows go from one to the next.

use crate::craps::{BetId, BetKey};

/// The rows of the felt: each spot's bet and its middle, in hundredths of the width. Up and down go
/// to the spot of the next row whose middle is nearest.
pub const FELT: [&[(&str, u8)]; 4] = [
    &[
        ("dont_come", 7),
        ("place_4", 21),
        ("place_5", 36),
        ("place_6", 50),
        ("place_8", 64),
        ("place_9", 79),
        ("place_10", 93),
    ],
    &[("come", 12), ("field", 50)],
    &[
        ("pass", 8),
        ("pass_odds", 26),
        ("any_seven", 52),
        ("yo", 70),
        ("any_craps", 86),
    ],
    &[
        ("dont_pass", 8),
        ("dont_pass_odds", 26),
        ("hard_4", 48),
        ("hard_6", 60),
        ("hard_8", 72),
        ("hard_10", 84),
    ],
];

/// A way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the row above.
    Up,
    /// To the row below.
    Down,
    /// To the spot on the left.
    Left,
    /// To the spot on the right.
    Right,
}

/// Returns the bet with an id of the rule book and no number.
#[must_use]
pub fn bet(id: &str) -> Option<BetKey> {
    BetKey::new(BetId::find(id)?, None)
}

/// Whether a bet has a spot of its own on the felt.
#[must_use]
pub fn has(bet: BetKey) -> bool {
    position(bet).is_some()
}

/// Returns the spot that lies next to one, `None` at the edge.
#[must_use]
pub fn next(from: BetKey, direction: Direction) -> Option<BetKey> {
    let (row, column) = position(from).or_else(|| near(from)).unwrap_or((0, 0));
    let to = match direction {
        Direction::Left => (row, column.checked_sub(1)?),
        Direction::Right => (row, column + 1),
        Direction::Up => nearest(row.checked_sub(1)?, row, column)?,
        Direction::Down => nearest(row + 1, row, column)?,
    };
    bet(FELT.get(to.0)?.get(to.1)?.0)
}

fn position(bet: BetKey) -> Option<(usize, usize)> {
    if bet.number().is_some() {
        return None;
    }
    let id = bet.bet().id();
    FELT.iter().enumerate().find_map(|(row, spots)| {
        let column = spots.iter().position(|(spot, _)| *spot == id)?;
        Some((row, column))
    })
}

/// The place spot of the number that a bet is about.
fn near(bet: BetKey) -> Option<(usize, usize)> {
    let number = bet.number().map(u8::from).or(bet.info().number)?;
    let place = format!("place_{number}");
    let column = FELT[0].iter().position(|(spot, _)| *spot == place)?;
    Some((0, column))
}

fn nearest(to: usize, row: usize, column: usize) -> Option<(usize, usize)> {
    let middle = FELT.get(row)?.get(column)?.1;
    let spots = FELT.get(to)?;
    (0..spots.len())
        .min_by_key(|index| spots.get(*index).map(|(_, other)| other.abs_diff(middle)))
        .map(|index| (to, index))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Direction, FELT, bet, next};

    #[test]
    fn every_spot_is_a_bet_and_arrows_reach_all_of_them() {
        let all: BTreeSet<_> = FELT
            .iter()
            .flat_map(|row| row.iter())
            .map(|(id, _)| bet(id).unwrap())
            .collect();
        let mut reached = BTreeSet::new();
        let mut open = vec![bet("pass").unwrap()];
        while let Some(spot) = open.pop() {
            if reached.insert(spot) {
                use Direction::{Down, Left, Right, Up};
                open.extend(
                    [Up, Down, Left, Right]
                        .into_iter()
                        .filter_map(|d| next(spot, d)),
                );
            }
        }
        assert_eq!(reached, all);
    }

    #[test]
    fn a_bet_without_a_spot_is_left_from_its_number() {
        let come_on_six = "come@6".parse().unwrap();
        assert_eq!(next(come_on_six, Direction::Left), bet("place_5"));
        assert_eq!(next(bet("buy_10").unwrap(), Direction::Right), None);
    }
}
