//! One bet in full: when, what it pays, what it costs, and what mine does next.

use super::dialogs::boxed;
use super::rows;
use super::{next_roll, spot};
use crate::craps::{BetKey, Quote};
use crate::gaming::TableView;
use crate::tui::action::Action;
use crate::tui::model::Model;
use crate::tui::overlay::ExplainDialog;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint, wrap};
use crate::words;

/// Draws the box. What is now stands below what always is, which scrolls where it has no room.
pub(super) fn draw(model: &Model, dialog: ExplainDialog, paint: &mut Paint<'_>) {
    let bet = dialog.bet;
    let Some((table, quote)) = quoted(model, bet) else {
        return;
    };
    let (columns, rows) = size((paint.width(), paint.height()));
    let (above, below) = (always(table, &quote, columns), now(table, bet, &quote));
    let room = room(rows, above.len(), below.len());
    let scrolls = room < above.len();
    let footer = if scrolls {
        rows::keys(model, &[(Action::Down, "scroll"), (Action::Back, "close")])
    } else {
        rows::keys(model, &[(Action::Back, "close")])
    };
    let mut inside = boxed(paint, &text::name(bet), (columns, rows), footer);
    let first = dialog.scroll.min(above.len().saturating_sub(room));
    let shown = above.iter().skip(first).take(room);
    for (row, (role, words)) in (0_u16..).zip(shown) {
        inside.put(1, row, words, *role);
    }
    let count = u16::try_from(below.len()).unwrap_or(0);
    let lowest = inside.height().saturating_sub(count);
    let end = u16::try_from(room).unwrap_or(u16::MAX);
    let start = (end + 1).min(lowest);
    if scrolls {
        let hidden = above.len().saturating_sub(first + room);
        let words = match (first, hidden) {
            (0, below) => format!("{below} more below"),
            (above, 0) => format!("{above} more above"),
            (above, below) => format!("{above} more above, {below} below"),
        };
        inside.line_right(start.saturating_sub(1), &Line::new().dim(words));
    }
    for (row, line) in (start..).zip(below) {
        inside.line(row, line);
    }
}

/// Returns how far the text of a bet scrolls at the model's size.
pub(in crate::tui) fn scroll_most(model: &Model, bet: BetKey) -> usize {
    let Some((table, quote)) = quoted(model, bet) else {
        return 0;
    };
    let (columns, rows) = size(model.size);
    let (above, below) = (always(table, &quote, columns), now(table, bet, &quote));
    above.len() - room(rows, above.len(), below.len())
}

fn quoted(model: &Model, bet: BetKey) -> Option<(&TableView, Quote)> {
    let table = model.table.as_deref()?;
    Some((table, spot::quote(table, bet)?))
}

/// The columns and rows inside the box on a screen of so many.
fn size((columns, rows): (u16, u16)) -> (u16, u16) {
    (
        columns.saturating_sub(8).min(68),
        rows.saturating_sub(4).min(20),
    )
}

/// How many rows of `above` fit over those below: all, or what is left beside a row that counts the rest.
fn room(rows: u16, above: usize, below: usize) -> usize {
    let rows = usize::from(rows);
    if above + below <= rows {
        above
    } else {
        rows.saturating_sub(below + 1)
    }
}

/// What the rule book says of a bet at this table, what it costs and when it can be made.
fn always(table: &TableView, quote: &Quote, columns: u16) -> Vec<(Role, String)> {
    let bet = quote.key;
    let number = bet.number().or(table.table.puck().point());
    let book = words::of(bet.bet(), number, table.table.rules());
    let pushes = book.pushes_on.iter().map(|on| format!(" A push: {on}."));
    let pushes: String = pushes.collect();
    let decided = format!("Wins: {}. Loses: {}.{pushes}", book.wins_on, book.loses_on);
    let pays = book.pays.iter();
    let pays = pays.map(|pays| format!("{}.", text::capital(&pays.to_string())));
    let mut paragraphs = vec![
        (Role::Text, words::what_it_is(bet.bet()).to_owned()),
        (Role::Text, decided),
    ];
    paragraphs.extend(pays.map(|words| (Role::Text, words)));
    paragraphs.push((Role::Text, String::new()));
    paragraphs.push((Role::Text, text::costs(quote)));
    paragraphs.push((Role::Text, words::when(bet.bet())));
    let note = bet.info().note;
    paragraphs.extend(note.map(|note| (Role::Dim, note.to_owned())));
    let mut lines = Vec::new();
    for (role, words) in paragraphs {
        if words.is_empty() {
            lines.push((role, words));
        } else {
            let wrapped = wrap(&words, columns.saturating_sub(2)).into_iter();
            lines.extend(wrapped.map(|line| (role, line)));
        }
    }
    lines
}

/// How much may be added, what mine has collected, and the best it can do next.
fn now(table: &TableView, bet: BetKey, quote: &Quote) -> Vec<Line> {
    let mut lines = vec![Line::new().dim("now  ").then(text::quoted(bet, quote))];
    let Some(seat) = table.me else { return lines };
    if let Some(words) = text::in_units(quote) {
        lines.push(Line::new().dim("tip  ").text(words));
    }
    let placed = table.table.bet(seat, bet);
    if let Some(progress) = placed.and_then(|placed| text::progress(bet, placed)) {
        let words = progress.in_full();
        lines.push(Line::new().dim("has  ").with(Role::Stake, words));
    }
    let outlook = table.table.outlook(seat);
    if let Some(best) = next_roll::best_of(&outlook.rows, bet, 40) {
        let words = format!("{best} with the next roll");
        lines.push(Line::new().dim("mine ").with(Role::Win, words));
    }
    lines
}
