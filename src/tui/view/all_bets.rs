//! All bets of the rule book as a list to search, those that can be made now first.

use super::dialogs::{boxed, field};
use super::rows;
use super::{bets, spot};
use crate::tui::action::Action;
use crate::tui::model::Model;
use crate::tui::offers::offers;
use crate::tui::overlay::AllBetsDialog;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint};

/// Draws the dialog.
pub(super) fn draw(model: &Model, dialog: &AllBetsDialog, paint: &mut Paint<'_>) {
    let Some(table) = model.table.as_deref() else {
        return;
    };
    let found = offers(model, dialog.search.text());
    let rows = paint.height().saturating_sub(6).min(24);
    let columns = paint.width().saturating_sub(8).min(64);
    let footer = rows::keys(&[(Action::Main, "bet it"), (Action::Back, "close")]);
    let mut inside = boxed(paint, "All bets", (columns, rows), footer);
    let search = Line::new()
        .dim("Type to find  ")
        .then(field(&dialog.search, 20, true));
    inside.line(0, search);
    let count = text::counted(u64::try_from(found.len()).unwrap_or(0), "bet", "bets");
    inside.line_right(0, &Line::new().dim(count));
    if found.is_empty() {
        inside.line(
            2,
            Line::new().dim("No bet matches. Try 6, hop, hard, odds."),
        );
        return;
    }
    let chosen = dialog
        .chosen
        .filter(|bet| found.contains(bet))
        .or_else(|| found.first().copied());
    let at = found
        .iter()
        .position(|bet| Some(*bet) == chosen)
        .unwrap_or(0);
    let room = usize::from(inside.height().saturating_sub(3));
    let first = super::first_row(at, found.len(), room);
    for (row, bet) in (1_u16..).zip(found.iter().skip(first).take(room)) {
        bets::offer(
            &mut inside,
            row,
            *bet,
            spot::quote(table, *bet),
            Some(*bet) == chosen,
        );
    }
    let Some(quote) = chosen.and_then(|bet| spot::quote(table, bet)) else {
        return;
    };
    let last = inside.height().saturating_sub(1);
    let line = Line::new()
        .with(Role::Heading, format!("{}: ", text::name(quote.key)))
        .then(text::quoted(quote.key, &quote));
    inside.line(last, line);
}
