//! Which panes a screen shows, and where (by width and height alone, and the screen in front).

use ratatui::layout::Rect;

use super::families;
use crate::tui::model::{Model, Pane, Screen, WIDE, WIDEST};

/// The smallest size with panes; below it a few lines stand alone.
pub const SMALLEST: (u16, u16) = (60, 16);

/// The least rows for a rail beside the screen.
const WIDE_ROWS: u16 = 30;

/// The least rows for three columns.
const WIDEST_ROWS: u16 = 50;

/// Columns of the rail.
const RAIL: u16 = 36;

/// Columns of the outer columns on the widest screens.
const OUTER: (u16, u16) = (40, 60);

/// Columns of the narrow side of a screen that has two sides.
const SIDE: u16 = 28;

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Clubs and tables.
    Lobby,
    /// What the chosen table is like.
    Details,
    /// Numbers, come and field.
    Felt,
    /// Line bets and propositions.
    Line,
    /// The slip beside the felt.
    Slip,
    /// Slip and dice in two rows without a frame.
    Strip,
    /// The whole slip with what the next roll does.
    BetSlip,
    /// Bets to add.
    Offers,
    /// Limits.
    Limits,
    /// The dice.
    Dice,
    /// Who sits at the table.
    Players,
    /// Health in a few rows.
    Summary,
    /// Every service.
    Services,
    /// Transitions of the lifecycle.
    Lifecycle,
    /// Past rolls.
    Rolls,
    /// How often each total came.
    Counts,
    /// Lines of the log.
    Log,
}

/// Returns what is left for panes between header and hints.
pub(super) fn body(whole: Rect) -> Rect {
    Rect::new(0, 2, whole.width, whole.height.saturating_sub(4))
}

/// Returns the panes of the screen in front and their areas, which fill `body` and never overlap.
#[must_use]
pub fn parts(model: &Model, body: Rect) -> Vec<(Part, Rect)> {
    let rows = body.height + 4;
    if body.width >= WIDEST && rows >= WIDEST_ROWS {
        return three_columns(model, body);
    }
    if body.width >= WIDE && rows >= WIDE_ROWS {
        let (main, rail) = split_right(body, RAIL);
        let mut parts = screen(model, main);
        parts.extend(rail_parts(model, rail));
        return parts;
    }
    screen(model, body)
}

fn three_columns(model: &Model, body: Rect) -> Vec<(Part, Rect)> {
    let (rest, right) = split_right(body, OUTER.1);
    let (left, main) = split_left(rest, OUTER.0);
    let (lobby, players) = split_rows(left, left.height / 2);
    let mut parts = vec![(Part::Lobby, lobby), (Part::Players, players)];
    // The lobby stands at the left already, so the middle keeps the table.
    let front = match model.screen {
        Screen::Lobby => Screen::Table,
        other @ (Screen::Table | Screen::Bets | Screen::Health | Screen::History | Screen::Log) => {
            other
        }
    };
    parts.extend(of_screen(model, front, main));
    let (dice, below) = split_rows(right, 9);
    parts.push((Part::Dice, dice));
    match model.screen {
        Screen::Health => parts.push((Part::Log, below)),
        Screen::Log => parts.push((Part::Services, below)),
        Screen::Lobby | Screen::Table | Screen::Bets | Screen::History => {
            let (services, log) = split_rows(below, below.height.min(26));
            parts.extend([(Part::Services, services), (Part::Log, log)]);
        }
    }
    parts
}

fn rail_parts(model: &Model, rail: Rect) -> Vec<(Part, Rect)> {
    let (dice, rest) = split_rows(rail, 9);
    let seats = model.table.as_ref().map_or(0, |table| table.seats.len());
    let wanted = u16::try_from(seats)
        .unwrap_or(u16::MAX)
        .saturating_add(5)
        .max(8);
    let (players, health) = split_rows(rest, wanted.min(rest.height.saturating_sub(8)));
    vec![
        (Part::Dice, dice),
        (Part::Players, players),
        (Part::Summary, health),
    ]
}

fn screen(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    of_screen(model, model.screen, area)
}

fn of_screen(model: &Model, front: Screen, area: Rect) -> Vec<(Part, Rect)> {
    match front {
        Screen::Lobby => lobby(area),
        Screen::Table => table(model, area),
        Screen::Bets => bets(model, area),
        Screen::Health => {
            // What has the arrows has most of the room.
            let below = match (area.height < 18, model.pane == Pane::Lifecycle) {
                (true, false) => 0,
                (true, true) => area.height,
                (false, false) => area.height / 3,
                (false, true) => area.height * 2 / 3,
            };
            let (services, lifecycle) = split_rows(area, area.height - below);
            some([(Part::Services, services), (Part::Lifecycle, lifecycle)])
        }
        Screen::History => {
            let below = if area.height < 14 { 0 } else { 6 };
            let (rolls, counts) = split_rows(area, area.height - below);
            some([(Part::Rolls, rolls), (Part::Counts, counts)])
        }
        Screen::Log => vec![(Part::Log, area)],
    }
}

fn lobby(area: Rect) -> Vec<(Part, Rect)> {
    if area.width < 76 {
        let (list, details) = split_rows(area, area.height.saturating_sub(6));
        return some([(Part::Lobby, list), (Part::Details, details)]);
    }
    let (list, side) = split_right(area, SIDE.max(area.width / 3));
    let (details, summary) = split_rows(side, side.height.saturating_sub(7));
    some([
        (Part::Lobby, list),
        (Part::Details, details),
        (Part::Summary, summary),
    ])
}

fn table(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    let rows = area.height;
    let felt = match rows {
        ..16 => 6,
        16..19 => 7,
        19..28 => 8,
        28.. => 11,
    };
    let line = match rows {
        ..16 => 4,
        16..28 => 5,
        28.. => 5 + families::rows(model),
    };
    let (felt, rest) = split_rows(area, felt);
    let (line, rest) = split_rows(rest, line);
    let mut parts = vec![(Part::Felt, felt), (Part::Line, line)];
    if rest.height < 4 {
        parts.push((Part::Strip, rest));
        return parts;
    }
    let beside = area.width < 84;
    let slip_rows = if rest.height < 16 {
        rest.height
    } else {
        (rest.height / 2).max(10)
    };
    let (slip, below) = split_rows(rest, slip_rows);
    if beside {
        let (slip, dice) = split_right(slip, 34.min(area.width / 2));
        parts.extend([(Part::Slip, slip), (Part::Dice, dice)]);
    } else {
        parts.push((Part::Slip, slip));
    }
    if below.height > 0 {
        let counts = if below.height < 14 { 0 } else { 6 };
        let (rolls, counts) = split_rows(below, below.height - counts);
        parts.extend(some([(Part::Rolls, rolls), (Part::Counts, counts)]));
    }
    parts
}

fn bets(model: &Model, area: Rect) -> Vec<(Part, Rect)> {
    if area.width < 76 {
        let part = if model.pane == Pane::Offers {
            Part::Offers
        } else {
            Part::BetSlip
        };
        return vec![(part, area)];
    }
    let (slip, side) = split_right(area, SIDE);
    let (offers, limits) = split_rows(side, side.height.saturating_sub(8));
    vec![
        (Part::BetSlip, slip),
        (Part::Offers, offers),
        (Part::Limits, limits),
    ]
}

fn some<const N: usize>(parts: [(Part, Rect); N]) -> Vec<(Part, Rect)> {
    parts
        .into_iter()
        .filter(|(_, area)| area.height > 0 && area.width > 0)
        .collect()
}

fn split_right(area: Rect, right: u16) -> (Rect, Rect) {
    split_left(area, area.width.saturating_sub(right))
}

fn split_left(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width);
    (
        Rect::new(area.x, area.y, left, area.height),
        Rect::new(area.x + left, area.y, area.width - left, area.height),
    )
}

fn split_rows(area: Rect, upper: u16) -> (Rect, Rect) {
    let upper = upper.min(area.height);
    (
        Rect::new(area.x, area.y, area.width, upper),
        Rect::new(area.x, area.y + upper, area.width, area.height - upper),
    )
}
