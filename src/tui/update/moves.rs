//! Where the focus goes: spots, rows, panes, screens.

use crate::tui::felt::{self, Direction};
use crate::tui::limits::PAGE;
use crate::tui::model::{Model, Pane, Screen};
use crate::tui::why::Why;

use super::{Context, dialogs};

pub(crate) fn up(cx: &mut Context<'_>) {
    go(cx, Direction::Up, 1);
}

pub(crate) fn down(cx: &mut Context<'_>) {
    go(cx, Direction::Down, 1);
}

pub(crate) fn left(cx: &mut Context<'_>) {
    go(cx, Direction::Left, 1);
}

pub(crate) fn right(cx: &mut Context<'_>) {
    go(cx, Direction::Right, 1);
}

pub(crate) fn page_up(cx: &mut Context<'_>) {
    go(cx, Direction::Up, PAGE);
}

pub(crate) fn page_down(cx: &mut Context<'_>) {
    go(cx, Direction::Down, PAGE);
}

fn go(cx: &mut Context<'_>, direction: Direction, by: usize) {
    let moved = if cx.model.overlay().is_some() {
        dialogs::go(cx, direction, by)
    } else {
        in_pane(cx.model, direction, by)
    };
    if moved {
        cx.draw();
    } else {
        cx.refuse_input(Why::EndOfList);
    }
}

/// Moves within the pane in focus; `false` at its end.
pub(super) fn in_pane(model: &mut Model, direction: Direction, by: usize) -> bool {
    if model.pane == Pane::Felt {
        let next = felt::next(&felt::rows(model), model.spot, direction);
        model.spot = next.unwrap_or(model.spot);
        return next.is_some();
    }
    let forward = match direction {
        Direction::Up => false,
        Direction::Down => true,
        Direction::Left | Direction::Right => return false,
    };
    match model.pane {
        Pane::Felt => false,
        Pane::Tables => {
            let tables = model.club.as_ref().map_or(&[][..], |club| &club.tables);
            let games: Vec<_> = tables.iter().map(|table| table.game).collect();
            step(&games, &mut model.rows.table, forward, by)
        }
        Pane::Slip => {
            let bets: Vec<_> = model.slip_rows().into_keys().collect();
            step(&bets, &mut model.rows.slip, forward, by)
        }
        Pane::Offers => {
            let bets = crate::tui::offers::offers(model, "");
            step(&bets, &mut model.rows.offer, forward, by)
        }
        Pane::Services => {
            let services = model.services();
            let names: Vec<_> = services
                .iter()
                .map(|service| service.name.clone())
                .collect();
            step(&names, &mut model.rows.service, forward, by)
        }
        Pane::Lifecycle => {
            let history = &model.shown_lifecycle().history;
            let changes: Vec<_> = history.newest_first().map(|one| one.sequence).collect();
            step(&changes, &mut model.rows.transition, forward, by)
        }
        Pane::Rolls => {
            let history = model.table.as_ref().map_or(&[][..], |table| &table.history);
            let rolls: Vec<_> = history.iter().map(|record| record.roll).collect();
            step(&rolls, &mut model.rows.roll, forward, by)
        }
        Pane::Lines => scroll_log(model, forward, by),
    }
}

/// Returns the row `by` further on or back, from 0 to `most`.
pub(super) fn moved(from: usize, most: usize, forward: bool, by: usize) -> usize {
    if forward {
        from.saturating_add(by).min(most)
    } else {
        from.saturating_sub(by)
    }
}

/// Chooses the row `by` further on; `false` at the end of the list.
pub(super) fn step<T: Clone + PartialEq>(
    rows: &[T],
    chosen: &mut Option<T>,
    forward: bool,
    by: usize,
) -> bool {
    let Some(last) = rows.len().checked_sub(1) else {
        return false;
    };
    let here = chosen
        .as_ref()
        .and_then(|chosen| rows.iter().position(|row| row == chosen))
        .unwrap_or(0);
    let there = moved(here, last, forward, by);
    *chosen = rows.get(there).cloned();
    here != there
}

pub(super) fn scroll_log(model: &mut Model, forward: bool, by: usize) -> bool {
    let most = model.log_lines().count().saturating_sub(1);
    let here = model.rows.log_up.min(most);
    // The log counts its lines from the newest, which is the lowest.
    let there = moved(here, most, !forward, by);
    model.rows.log_up = there;
    here != there
}

pub(crate) fn next_pane(cx: &mut Context<'_>) {
    pane(cx, 1);
}

pub(crate) fn previous_pane(cx: &mut Context<'_>) {
    let panes = cx.model.screen.panes().len();
    pane(cx, panes.saturating_sub(1));
}

fn pane(cx: &mut Context<'_>, by: usize) {
    let panes = cx.model.screen.panes();
    let here = panes
        .iter()
        .position(|pane| *pane == cx.model.pane)
        .unwrap_or(0);
    match panes.get((here + by) % panes.len()) {
        Some(pane) if *pane != cx.model.pane => cx.model.pane = *pane,
        Some(_) | None => cx.refuse_input(Why::OnePane),
    }
    cx.draw();
}

/// Shows a screen; whatever dialog led there closes.
pub(super) fn show(cx: &mut Context<'_>, screen: Screen) {
    cx.model.overlays.clear();
    if cx.model.screen != screen {
        cx.model.remember_way_to(screen);
        cx.model.screen = screen;
        cx.model.event_row.go_to(screen);
        if let Some(first) = screen.panes().first() {
            cx.model.pane = *first;
        }
    }
    cx.draw();
}

pub(crate) fn go_lobby(cx: &mut Context<'_>) {
    show(cx, Screen::Lobby);
}

pub(crate) fn go_table(cx: &mut Context<'_>) {
    show(cx, Screen::Table);
}

pub(crate) fn go_bets(cx: &mut Context<'_>) {
    show(cx, Screen::Bets);
}

pub(crate) fn go_health(cx: &mut Context<'_>) {
    show(cx, Screen::Health);
}

pub(crate) fn go_history(cx: &mut Context<'_>) {
    show(cx, Screen::History);
}

pub(crate) fn go_log(cx: &mut Context<'_>) {
    show(cx, Screen::Log);
}
