//! The families of bets without spots of their own on the felt, one cell for each: what I have on
//! them, or `--`.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::layout::Rect;

use super::spot;
use crate::craps::{BetId, BetKey, Family};
use crate::tui::felt;
use crate::tui::hits::Target;
use crate::tui::model::Model;
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint};

/// Families in the order of their cells, with their headings.
const CELLS: [(Family, &str); 10] = [
    (Family::Proposition, "PROPS"),
    (Family::Hop, "HOPS"),
    (Family::Big, "BIG"),
    (Family::Yes, "YES"),
    (Family::No, "NO"),
    (Family::Next, "NEXT"),
    (Family::Side, "SIDE"),
    (Family::Put, "PUT"),
    (Family::PlaceLose, "TO LOSE"),
    (Family::SideOneRoll, "ONE ROLL"),
];

/// Cells beside each other.
const BESIDE: u16 = 3;

/// Families of which the table offers a bet.
fn offered(model: &Model) -> Vec<(Family, &'static str)> {
    let Some(table) = model.table.as_deref() else {
        return Vec::new();
    };
    let bets = table.table.rules().offered.iter();
    let families: BTreeSet<Family> = bets.map(|bet| bet.info().family).collect();
    CELLS
        .into_iter()
        .filter(|(family, _)| families.contains(family))
        .collect()
}

/// Returns the bet that each cell stands for: the first one of mine, else the first there is.
pub(super) fn spots(model: &Model) -> Vec<BetKey> {
    let slip = model.slip_rows();
    let offered = offered(model);
    let spot = |family: Family| {
        let is_of_it = |bet: &BetKey| bet.info().family == family && !felt::has(*bet);
        let mine = slip.keys().copied().find(is_of_it);
        let table = model.table.as_deref()?;
        let offered = &table.table.rules().offered;
        let mut all = BetId::all().filter(|bet| offered.contains(*bet));
        mine.or_else(|| all.find_map(|bet| BetKey::new(bet, None).filter(is_of_it)))
    };
    offered
        .into_iter()
        .filter_map(|(family, _)| spot(family))
        .collect()
}

/// Returns how many rows the cells take.
pub(super) fn rows(model: &Model) -> u16 {
    let count = u16::try_from(offered(model).len()).unwrap_or(0);
    count.div_ceil(BESIDE)
}

/// Draws the cells from a row on.
pub(super) fn draw(
    model: &Model,
    slip: &BTreeMap<BetKey, SlipRow>,
    top: u16,
    paint: &mut Paint<'_>,
) {
    let step = paint.width() / BESIDE;
    let families = offered(model);
    let spots = spots(model);
    let count = u16::try_from(families.len()).unwrap_or(0);
    for (index, (family, heading)) in (0_u16..).zip(families) {
        let left = index % BESIDE * step;
        // The last cell has the rest of its row.
        let right = if index + 1 == count {
            paint.width()
        } else {
            left + step
        };
        let width = (right - left).saturating_sub(1);
        let area = Rect::new(left, top + index / BESIDE, width, 1);
        let bets: Vec<(&BetKey, &SlipRow)> = slip
            .iter()
            .filter(|(bet, _)| bet.info().family == family && !felt::has(**bet))
            .collect();
        let focus = Some(model.spot).filter(|spot| {
            spot.info().family == family && !felt::has(*spot) && spot::has_focus(model, *spot)
        });
        let line = match focus {
            Some(bet) => in_focus(heading, bet, slip.get(&bet)),
            None => cell(heading, &bets, area.width.saturating_sub(1)),
        };
        if let Some(bet) = spots.get(usize::from(index)) {
            paint.hit(area, Target::Cell(*bet));
        }
        paint.part(area).line(0, line);
    }
}

/// The bet that the cell in focus stands for.
fn in_focus(heading: &str, bet: BetKey, row: Option<&SlipRow>) -> Line {
    let (amount, _) = spot::amount_within(row, 9);
    let words = format!("{heading} {} {amount}", text::in_family(bet));
    Line::new().with(Role::Focus, words)
}

/// As many bets as fit, and how many more there are.
fn cell(heading: &str, bets: &[(&BetKey, &SlipRow)], columns: u16) -> Line {
    let mut line = Line::new().with(Role::Heading, heading);
    if bets.is_empty() {
        let (none, role) = spot::amount(None);
        return line.text(" ").with(role, none);
    }
    for (index, (bet, row)) in bets.iter().enumerate() {
        let (amount, role) = spot::amount_within(Some(row), 9);
        let one = Line::new()
            .text(format!(" {} ", text::in_family(**bet)))
            .with(role, amount);
        let rest = bets.len() - index;
        let tail = if rest > 1 { 4 } else { 0 };
        if index > 0 && line.width() + one.width() + tail > columns {
            return line.dim(format!(" &{rest}"));
        }
        line = line.then(one);
    }
    line
}
