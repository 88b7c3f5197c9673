//! The spots of the felt and how the arrows go from one to the next.

use crate::craps::{BetId, BetKey, BoxNumber};

use super::model::Model;
use super::view;

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

/// Spots beside each other, each with its middle in hundredths of the width.
pub type Row = Vec<(BetKey, u8)>;

/// Returns the rows of spots that are drawn: those of [`FELT`], what else stands under the numbers, and
/// where there is room the come, buy and lay bets in rows of their own and a cell for each further family, which stands for one bet.
#[must_use]
pub fn rows(model: &Model) -> Vec<Row> {
    let spots = |row: &[(&str, u8)]| -> Row {
        let keys = row.iter().map(|(id, middle)| (bet(id), *middle));
        keys.filter_map(|(bet, middle)| Some((bet?, middle)))
            .collect()
    };
    let [numbers, rest @ ..] = FELT;
    let middles = numbers.iter().skip(1).map(|(_, middle)| *middle);
    let shown = view::felt_shown(model);
    let under = |of: &dyn Fn(BoxNumber) -> Option<BetKey>| -> Row {
        let cells = BoxNumber::ALL.into_iter().zip(middles.clone());
        cells
            .filter_map(|(number, middle)| Some((of(number)?, middle)))
            .collect()
    };
    let mut rows = vec![spots(numbers)];
    if !shown.others.is_empty() {
        let others = shown.others.iter().copied();
        rows.push(others.zip(middles.clone()).collect());
    }
    if shown.come {
        rows.push(under(&|number| BetKey::new(BetId::COME, Some(number))));
    }
    if shown.buy {
        rows.push(under(&|number| bet(&format!("buy_{number}"))));
    }
    if shown.lay {
        rows.push(under(&|number| bet(&format!("lay_{number}"))));
    }
    rows.extend(rest.into_iter().map(spots));
    let cells = shown.families.chunks(3);
    rows.extend(cells.map(|cells| cells.iter().copied().zip([17, 50, 83]).collect::<Row>()));
    rows
}

/// Whether a bet has a spot of its own that is drawn.
#[must_use]
pub fn shows(model: &Model, bet: BetKey) -> bool {
    place_of(&rows(model), bet).is_some()
}

/// Returns the spot that lies next to one, `None` at the edge.
#[must_use]
pub fn next(rows: &[Row], from: BetKey, direction: Direction) -> Option<BetKey> {
    let found = place_of(rows, from).or_else(|| cell_like(rows, from));
    let (row, column) = found.or_else(|| near(from)).unwrap_or((0, 0));
    let to = match direction {
        Direction::Left => (row, column.checked_sub(1)?),
        Direction::Right => (row, column + 1),
        Direction::Up => nearest(rows, row.checked_sub(1)?, row, column)?,
        Direction::Down => nearest(rows, row + 1, row, column)?,
    };
    Some(rows.get(to.0)?.get(to.1)?.0)
}

fn place_of(rows: &[Row], bet: BetKey) -> Option<(usize, usize)> {
    rows.iter().enumerate().find_map(|(row, spots)| {
        let column = spots.iter().position(|(spot, _)| *spot == bet)?;
        Some((row, column))
    })
}

/// The cell of a bet's family, which stands for another bet by now.
fn cell_like(rows: &[Row], bet: BetKey) -> Option<(usize, usize)> {
    let family = bet.info().family;
    rows.iter().enumerate().find_map(|(row, spots)| {
        let like = |(spot, _): &(BetKey, u8)| !has(*spot) && spot.info().family == family;
        Some((row, spots.iter().position(like)?))
    })
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

fn nearest(rows: &[Row], to: usize, row: usize, column: usize) -> Option<(usize, usize)> {
    let middle = rows.get(row)?.get(column)?.1;
    let spots = rows.get(to)?;
    (0..spots.len())
        .min_by_key(|index| spots.get(*index).map(|(_, other)| other.abs_diff(middle)))
        .map(|index| (to, index))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BetId, BetKey, BoxNumber, Direction, FELT, bet, next, rows};
    use crate::craps::Family;
    use crate::tui::fixture::{self, ME, Script};

    /// The bets that arrows reach on a table of everything, and those of [`FELT`].
    fn reached(size: (u16, u16)) -> (BTreeSet<super::BetKey>, BTreeSet<super::BetKey>) {
        let script = Script::new("practice").offering_all().sit(ME, None, 1_000);
        let mut model = fixture::model(&script);
        fixture::show(&mut model, crate::tui::model::Screen::Table);
        model.size = size;
        let all = FELT.iter().flat_map(|row| row.iter());
        let all = all.map(|(id, _)| bet(id).unwrap()).collect();
        let rows = rows(&model);
        let mut reached = BTreeSet::new();
        let mut open = vec![bet("pass").unwrap()];
        while let Some(spot) = open.pop() {
            if reached.insert(spot) {
                use Direction::{Down, Left, Right, Up};
                let ways = [Up, Down, Left, Right].into_iter();
                open.extend(ways.filter_map(|way| next(&rows, spot, way)));
            }
        }
        (reached, all)
    }

    #[test]
    fn arrows_reach_every_spot_and_every_family_where_it_is_drawn() {
        let (small, all) = reached((80, 24));
        let others: BTreeSet<_> = small.difference(&all).copied().collect();
        let come = BoxNumber::ALL.map(|number| BetKey::new(BetId::COME, Some(number)).unwrap());
        assert!(small.is_superset(&all));
        assert_eq!(others, come.into_iter().collect());
        for size in [(120, 40), (200, 60)] {
            let (reached, all) = reached(size);
            assert!(reached.is_superset(&all));
            let families: BTreeSet<Family> = reached.iter().map(|bet| bet.info().family).collect();
            let every: BTreeSet<Family> = crate::craps::BetId::all()
                .map(|bet| bet.info().family)
                .collect();
            assert_eq!(families, every, "{size:?}");
        }
    }

    #[test]
    fn a_bet_without_a_spot_is_left_from_its_number() {
        let model = fixture::state("come-out").unwrap();
        let rows = rows(&model);
        let come_on_six = "come@6".parse().unwrap();
        assert_eq!(
            next(&rows, come_on_six, Direction::Left),
            "come@5".parse().ok()
        );
        let hard_six = bet("hard_6").unwrap();
        assert_eq!(next(&rows, hard_six, Direction::Right), bet("hard_8"));
        assert_eq!(next(&rows, bet("buy_10").unwrap(), Direction::Right), None);
    }
}
