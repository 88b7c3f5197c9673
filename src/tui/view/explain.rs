//! One bet in full: when, what it pays, what it costs, and what mine does next.

use ratatui::layout::Rect;

use super::dialogs::boxed;
use super::rows;
use super::{next_roll, spot};
use crate::craps::{BetKey, Quote};
use crate::gaming::TableView;
use crate::tui::action::Action;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint};
use crate::words;

/// Draws the box.
pub(super) fn draw(model: &Model, bet: BetKey, paint: &mut Paint<'_>) {
    let Some(table) = model.table.as_deref() else {
        return;
    };
    let Some(quote) = spot::quote(table, bet) else {
        return;
    };
    let rows = paint.height().saturating_sub(6).min(18);
    let columns = paint.width().saturating_sub(8).min(68);
    let mut inside = boxed(
        paint,
        &text::name(bet),
        (columns, rows),
        rows::keys(&[(Action::Back, "close")]),
    );
    let number = bet.number().or(table.table.puck().point());
    let book = words::of(bet.bet(), number, table.table.rules());
    let pushes = book.pushes_on.iter().map(|on| format!(" A push: {on}."));
    let pushes: String = pushes.collect();
    let decided = format!("Wins: {}. Loses: {}.{pushes}", book.wins_on, book.loses_on);
    let mut row = inside.paragraph(0, words::what_it_is(bet.bet()), Role::Text);
    row = inside.paragraph(row, &decided, Role::Text);
    for pays in &book.pays {
        row = inside.paragraph(
            row,
            &format!("{}.", text::capital(&pays.to_string())),
            Role::Text,
        );
    }
    row += 1;
    row = inside.paragraph(row, &text::costs(&quote), Role::Text);
    row = inside.paragraph(row, &words::when(bet.bet()), Role::Text);
    if let Some(note) = bet.info().note {
        row = inside.paragraph(row, note, Role::Dim);
    }
    // What is now is never pushed out by what always is.
    let below = now(table, bet, &quote);
    let count = u16::try_from(below.len()).unwrap_or(0);
    let start = (row + 1).min(inside.height().saturating_sub(count));
    for (row, line) in (start..).zip(below) {
        let width = inside.width();
        inside.part(Rect::new(0, row, width, 1)).clear();
        inside.line(row, line);
    }
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
