//! The bet pane: all bets of the rule book by family as a list to search, where each can be made,
//! changed, taken down, switched and explained.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use super::dialogs::{boxed, field};
use super::offers::List;
use super::{rows, spot};
use crate::craps::BetId;
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
    let lines = paint.height().saturating_sub(6).min(40);
    let columns = paint.width().saturating_sub(4).min(90);
    let footer = footer(model, dialog);
    let title = if dialog.for_amount {
        "Which bet gets the chips"
    } else {
        "All bets"
    };
    let mut inside = boxed(paint, title, (columns, lines), footer);
    let search = Line::new()
        .dim("Type to find  ")
        .then(field(&dialog.search, 20, !dialog.listing));
    inside.line(0, search);
    // Odds have a row for each number; they are one bet of the rule book all the same.
    let bets: BTreeSet<BetId> = found.iter().map(|key| key.bet()).collect();
    let count = text::counted(u64::try_from(bets.len()).unwrap_or(0), "bet", "bets");
    inside.line_right(0, &Line::new().dim(count));
    if found.is_empty() {
        inside.line(
            2,
            Line::new().dim("No bet matches. Try 6, hop, hard, odds."),
        );
        return;
    }
    let chosen = dialog.focus(&found);
    let list = List {
        model,
        table,
        slip: model.slip_rows(),
        chosen,
        marked: true,
    };
    let (width, height) = (inside.width(), inside.height());
    let mut middle = inside.part(Rect::new(0, 1, width, height.saturating_sub(2)));
    list.draw(&mut middle, &found);
    let Some(quote) = chosen.and_then(|bet| spot::quote(table, bet)) else {
        return;
    };
    let lowest = inside.height().saturating_sub(1);
    let line = Line::new()
        .with(Role::Heading, format!("{}: ", text::name(quote.key)))
        .then(text::quoted(quote.key, &quote));
    inside.line(lowest, line);
}

fn footer(model: &Model, dialog: &AllBetsDialog) -> Line {
    let listing = [
        (Action::Main, "add a unit"),
        (Action::ChipOff, "less"),
        (Action::TakeDown, "take down"),
        (Action::Working, "on/off"),
        (Action::Explain, "explain"),
    ];
    let searching = [
        (Action::Main, "add a unit"),
        (Action::TakeDown, "take down"),
        (Action::NextField, "to the list"),
        (Action::Back, "close"),
    ];
    let choosing = [
        (Action::Main, "choose"),
        (Action::NextField, "to the list"),
        (Action::Back, "close"),
    ];
    if dialog.for_amount {
        rows::keys(model, &choosing)
    } else if dialog.listing {
        rows::keys(model, &listing)
    } else {
        rows::keys(model, &searching)
    }
}
