//! The palette: all actions, filtered by what is typed; what can't be done now is dim, with the reason.

use ratatui::layout::Rect;

use super::dialogs::{boxed, field};
use super::rows;
use crate::tui::action::{Action, Place};
use crate::tui::hits::{Answer, Target};
use crate::tui::model::Model;
use crate::tui::note::Tried;
use crate::tui::overlay::PaletteDialog;
use crate::tui::palette::{self, PaletteRow};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint, fit, width, wrap};

/// Columns of the key and of the words.
const KEY: u16 = 9;
const WORDS: u16 = 28;

/// Rows that tell about the row in focus.
const ABOUT: u16 = 2;

/// Draws the dialog.
pub(super) fn draw(model: &Model, dialog: &PaletteDialog, paint: &mut Paint<'_>) {
    let lines = paint.height().saturating_sub(6).min(40);
    let columns = paint.width().saturating_sub(4).min(110);
    let footer = rows::keys(model, &[(Action::Main, "do it"), (Action::Back, "close")]);
    let mut inside = boxed(paint, "All actions", (columns, lines), footer);
    let search = Line::new()
        .dim("Type to find  ")
        .then(field(&dialog.search, 20, true));
    inside.line(0, search);
    let found = palette::rows(model, dialog.search.text());
    let live = found.iter().filter(|row| row.when.is_ok()).count();
    let counted = format!("{live} of {} now", found.len());
    inside.line_right(0, &Line::new().dim(counted));
    let Some(chosen) = palette::chosen(&found, dialog) else {
        inside.line(
            2,
            Line::new().dim("No action matches. Try bet, go, health."),
        );
        return;
    };
    let below = palette::below(model);
    let (whole, height) = (inside.width(), inside.height());
    let room = height.saturating_sub(ABOUT + 2);
    let mut list = inside.part(Rect::new(0, 1, whole, room));
    let at = found
        .iter()
        .position(|row| row.info.action == chosen.info.action)
        .unwrap_or(0);
    let first = super::first_row(at, found.len(), usize::from(room));
    for (line, row) in (0..room).zip(found.iter().skip(first)) {
        let selected = row.info.action == chosen.info.action;
        one(model, &below, row, selected, line, &mut list);
    }
    let says = about(&below, chosen);
    let about = if says == format!("{}.", chosen.info.name) {
        says
    } else {
        format!("{}: {says}", chosen.info.name)
    };
    let start = height.saturating_sub(ABOUT);
    let about = wrap(&about, whole.saturating_sub(2));
    for (line, words) in (start..height).zip(about) {
        inside.put(1, line, &words, Role::Dim);
    }
}

fn one(
    model: &Model,
    below: &Model,
    row: &PaletteRow,
    selected: bool,
    line: u16,
    paint: &mut Paint<'_>,
) {
    paint.hit_row(line, Target::Answer(Answer::Palette(row.info.action)));
    if selected {
        paint.select(line, 0, Role::Selection);
    }
    let role = |wanted: Role| match (selected, row.when.is_ok()) {
        (true, _) => Role::Selection,
        (false, true) => wanted,
        (false, false) => Role::Dim,
    };
    let mut key = rows::key(model, row.info.action);
    if row.info.places == [Place::GoBox] {
        // It is live in the small box alone, so the key that opens the box comes first.
        key = format!("{} {key}", rows::key(model, Action::Go));
    }
    let key = fit(&key, KEY);
    paint.put(2, line, &key, role(Role::Key));
    let words = 2 + KEY + 1;
    paint.put(words, line, row.info.text, role(Role::Text));
    let last = words + WORDS + 2;
    let room = paint.width().saturating_sub(last + 1);
    // Where a reason would be a few letters the name says more; the lowest rows have the whole of it.
    let says = match &row.when {
        Err(_) if room >= WORDS => why(below, row),
        Err(_) | Ok(()) => row.info.name.to_owned(),
    };
    if width(row.info.name) <= room {
        paint.put(last, line, &fit(&says, room), role(Role::Dim));
    }
}

/// Returns why an action can't be done now.
fn why(below: &Model, row: &PaletteRow) -> String {
    match &row.when {
        Ok(()) => String::new(),
        Err(why) => {
            let tried = Tried::Action(row.info.action);
            let words = text::refused(&tried, why, None, below);
            format!("{} {}", words.what, words.why)
        }
    }
}

/// Returns what the lowest rows say of the row in focus.
fn about(below: &Model, row: &PaletteRow) -> String {
    match &row.when {
        Ok(()) if row.info.asks => format!("{}; it asks first.", row.info.text),
        Ok(()) => format!("{}.", row.info.text),
        Err(why) => text::refused(&Tried::Action(row.info.action), why, None, below).to_string(),
    }
}
