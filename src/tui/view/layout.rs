//! Which panes a screen shows, and where (by width and height alone, and the screen in front).

use ratatui::layout::Rect;

use super::{families, health};
use crate::tui::model::{Model, Pane, Screen, WIDE, WIDE_ROWS, WIDEST};

/// The least rows for three columns.
const WIDEST_ROWS: u16 = 50;

/// Columns of the rail.
const RAIL: u16 = 36;

/// Rows of the dice.
const DICE: u16 = 9;

/// The least and the most rows of counts beside the screen.
const COUNTS_LEAST: u16 = 9;
const COUNTS_MOST: u16 = 22;

/// The least rows of the log below health.
const LOG_LEAST: u16 = 6;

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

impl Part {
    /// Returns the pane that gets the arrows here, `None` where there is nothing to go through.
    pub(super) const fn pane(self) -> Option<Pane> {
        match self {
            Self::Lobby => Some(Pane::Tables),
            Self::Felt | Self::Line => Some(Pane::Felt),
            Self::Slip | Self::Strip | Self::BetSlip => Some(Pane::Slip),
            Self::Offers => Some(Pane::Offers),
            Self::Services => Some(Pane::Services),
            Self::Lifecycle => Some(Pane::Lifecycle),
            Self::Rolls => Some(Pane::Rolls),
            Self::Log => Some(Pane::Lines),
            Self::Details
            | Self::Limits
            | Self::Dice
            | Self::Players
            | Self::Summary
            | Self::Counts => None,
        }
    }
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
        let rail = rail_parts(model, rail);
        let beside: Vec<Part> = rail.iter().map(|(part, _)| *part).collect();
        let mut parts = of_screen(model, model.screen, main, Beside(&beside));
        parts.extend(rail);
        return parts;
    }
    of_screen(model, model.screen, body, Beside(&[]))
}

/// The panes that stand beside the screen already, so that it needs none of its own.
#[derive(Clone, Copy, Debug)]
struct Beside<'p>(&'p [Part]);

impl Beside<'_> {
    fn has(self, part: Part) -> bool {
        self.0.contains(&part)
    }
}

fn three_columns(model: &Model, body: Rect) -> Vec<(Part, Rect)> {
    let (rest, right) = split_right(body, OUTER.1);
    let (left, main) = split_left(rest, OUTER.0);
    // Counts that are taller say no more; what is left then goes to the lobby.
    let players = players_rows(model);
    let (upper, counts) = split_rows(left, left.height.saturating_sub(COUNTS_MOST));
    let (lobby, players) = split_rows(upper, upper.height.saturating_sub(players));
    let mut parts = vec![
        (Part::Lobby, lobby),
        (Part::Players, players),
        (Part::Counts, counts),
    ];
    // The lobby stands at the left already, so the middle keeps the table.
    let front = match model.screen {
        Screen::Lobby => Screen::Table,
        other @ (Screen::Table | Screen::Bets | Screen::Health | Screen::History | Screen::Log) => {
            other
        }
    };
    let beside = Beside(&[Part::Dice, Part::Counts, Part::Summary, Part::Log]);
    parts.extend(of_screen(model, front, main, beside));
    let (dice, below) = split_rows(right, DICE);
    parts.push((Part::Dice, dice));
    match model.screen {
        Screen::Health => parts.push((Part::Log, below)),
        Screen::Log => parts.push((Part::Services, below)),
        Screen::Lobby | Screen::Table | Screen::Bets | Screen::History => {
            let rows = health::services_rows(model, below.width).min(below.height / 2);
            let (services, log) = split_rows(below, rows);
            parts.extend([(Part::Services, services), (Part::Log, log)]);
        }
    }
    parts
}

/// Dice, players, and below them health in a few rows and counts as far as there is room for both.
fn rail_parts(model: &Model, rail: Rect) -> Vec<(Part, Rect)> {
    let (dice, rest) = split_rows(rail, DICE);
    let players = players_rows(model).min(rest.height.saturating_sub(8));
    let (players, rest) = split_rows(rest, players);
    let mut parts = vec![(Part::Dice, dice), (Part::Players, players)];
    // Health has a screen of its own, which needs no summary beside it.
    let summary = if model.screen == Screen::Health {
        0
    } else {
        health::summary_rows(model, rail.width)
    };
    if summary + COUNTS_LEAST <= rest.height {
        let (health, counts) = split_rows(rest, summary);
        parts.extend(some([(Part::Summary, health), (Part::Counts, counts)]));
    } else {
        parts.push((Part::Summary, rest));
    }
    parts
}

/// Rows of the pane of players: each seat, a heading, and whom the roll waits for.
fn players_rows(model: &Model) -> u16 {
    let seats = model.table.as_ref().map_or(0, |table| table.seats.len());
    let seats = u16::try_from(seats).unwrap_or(u16::MAX);
    seats.saturating_add(5).max(8)
}

fn of_screen(model: &Model, front: Screen, area: Rect, beside: Beside<'_>) -> Vec<(Part, Rect)> {
    match front {
        Screen::Lobby => lobby(area, beside),
        Screen::Table => table(model, area, beside),
        Screen::Bets => bets(model, area),
        Screen::Health if beside.has(Part::Dice) && !beside.has(Part::Log) => {
            // What the services say whole, in steps, so that not every word moves what stands below it.
            let services = health::services_rows(model, area.width).next_multiple_of(4);
            let services = services.clamp(8, area.height / 2);
            let (services, below) = split_rows(area, services);
            let lifecycle = if model.pane == Pane::Lifecycle {
                below.height - LOG_LEAST
            } else {
                health::lifecycle_rows(model).clamp(6, below.height / 2)
            };
            let (lifecycle, log) = split_rows(below, lifecycle);
            some([
                (Part::Services, services),
                (Part::Lifecycle, lifecycle),
                (Part::Log, log),
            ])
        }
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
            let below = if area.height < 14 || beside.has(Part::Counts) {
                0
            } else {
                6
            };
            let (rolls, counts) = split_rows(area, area.height - below);
            some([(Part::Rolls, rolls), (Part::Counts, counts)])
        }
        Screen::Log => vec![(Part::Log, area)],
    }
}

fn lobby(area: Rect, beside: Beside<'_>) -> Vec<(Part, Rect)> {
    if area.width < 76 {
        let (list, details) = split_rows(area, area.height.saturating_sub(6));
        return some([(Part::Lobby, list), (Part::Details, details)]);
    }
    let (list, side) = split_right(area, SIDE.max(area.width / 3));
    let summary = if beside.has(Part::Summary) { 0 } else { 7 };
    let (details, summary) = split_rows(side, side.height.saturating_sub(summary));
    some([
        (Part::Lobby, list),
        (Part::Details, details),
        (Part::Summary, summary),
    ])
}

fn table(model: &Model, area: Rect, panes: Beside<'_>) -> Vec<(Part, Rect)> {
    let rows = area.height;
    let felt = match rows {
        ..16 => 6,
        16..19 => 7,
        19..28 => 8,
        // Counts beside the felt say how often each number came.
        28.. if panes.has(Part::Counts) => 10,
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
    let beside = area.width < 84 && !panes.has(Part::Dice);
    let slip_rows = if rest.height < 16 {
        rest.height
    } else {
        slip_rows(model).clamp(10, (rest.height / 2).max(10))
    };
    let (slip, below) = split_rows(rest, slip_rows);
    if beside {
        let (slip, dice) = split_right(slip, 34.min(area.width / 2));
        parts.extend([(Part::Slip, slip), (Part::Dice, dice)]);
    } else {
        parts.push((Part::Slip, slip));
    }
    if below.height > 0 {
        let counts = if below.height < 14 || panes.has(Part::Counts) {
            0
        } else {
            6
        };
        let (rolls, counts) = split_rows(below, below.height - counts);
        parts.extend(some([(Part::Rolls, rolls), (Part::Counts, counts)]));
    }
    parts
}

/// Rows that the slip wants: in steps of four, so that not every bet moves what stands below it.
fn slip_rows(model: &Model) -> u16 {
    let bets = u16::try_from(model.slip_rows().len()).unwrap_or(u16::MAX);
    bets.saturating_add(6).next_multiple_of(4).saturating_add(2)
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
