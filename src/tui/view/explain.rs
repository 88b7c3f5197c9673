//! One bet in full: when, what it pays, what it costs, and what mine does next.

use super::dialogs::boxed;
use super::rows;
use super::{next_roll, spot};
use crate::craps::BetKey;
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
    row += 1;
    inside.line(
        row,
        Line::new().dim("now  ").then(text::quoted(bet, &quote)),
    );
    let Some(seat) = table.me else { return };
    let progress = table
        .table
        .bet(seat, bet)
        .and_then(|placed| text::progress(bet, placed));
    if let Some(progress) = progress {
        row += 1;
        let words = progress.in_full();
        inside.line(row, Line::new().dim("has  ").with(Role::Stake, words));
    }
    let outlook = table.table.outlook(seat);
    if let Some((net, rolls)) = next_roll::best_of(&outlook.rows, bet) {
        let words = format!("{net} on {rolls} with the next roll");
        inside.line(row + 1, Line::new().dim("mine ").with(Role::Win, words));
    }
}
