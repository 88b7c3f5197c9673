//! The two rows at the bottom: what happened last, and which keys do something now.

use crate::tui::action::Action;
use crate::tui::hits::Target;
use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::note::Tone;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::hints::{self, Hint};
use crate::tui::widget::{Line, Paint, wrap};

/// Draws the last thing that happened. What is longer than a row takes the row above too.
pub(super) fn event(model: &Model, paint: &mut Paint<'_>) {
    let Some(note) = model.event_row.shown() else {
        return;
    };
    let role = match note.tone() {
        Tone::Plain => Role::Text,
        Tone::Win => Role::Win,
        Tone::Loss => Role::Loss,
        Tone::Refused => Role::Refused,
        Tone::Warning => Role::Warning,
    };
    let row = paint.height().saturating_sub(2);
    let words = text::event_row(model).unwrap_or_default();
    let mut lines = wrap(&words, paint.width().saturating_sub(2));
    // Only what a player has to act on may cover the row above.
    let most = if note.stays() { 2 } else { 1 };
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(crate::tui::widget::fit(
            &rest,
            paint.width().saturating_sub(2),
        ));
    }
    let first = row.saturating_sub(u16::from(lines.len() > 1));
    for (row, line) in (first..).zip(&lines) {
        let width = paint.width();
        paint.hit_row(row, Target::Nothing);
        paint
            .part(ratatui::layout::Rect::new(0, row, width, 1))
            .clear();
        paint.line_at(
            1,
            row,
            &crate::tui::widget::Line::new().with(role, line.as_str()),
        );
    }
}

/// Draws the keys that do something now, most important first.
pub(super) fn hints(model: &Model, paint: &mut Paint<'_>) {
    let hints: Vec<Hint> = keymap::hints(model)
        .into_iter()
        .map(|hint| Hint {
            key: key(model, hint.info.action),
            action: hint.info.action,
            words: text::hint(hint.info, model),
            live: !hint.dim,
        })
        .collect();
    let row = paint.height().saturating_sub(1);
    hints::draw(paint, row, &hints);
}

/// Returns the first key of an action as it is written.
pub(super) fn key(model: &Model, action: Action) -> String {
    model.keymap.first(action)
}

/// Returns keys and words for the lower edge of a pane or dialog.
pub(super) fn keys(model: &Model, pairs: &[(Action, &str)]) -> Line {
    let mut line = Line::new();
    for (index, (action, words)) in pairs.iter().enumerate() {
        let gap = if index > 0 { "  " } else { "" };
        let one = Line::new()
            .with(Role::Key, key(model, *action))
            .dim(format!(" {words}"))
            .target(Target::Action(*action));
        line = line.dim(gap).then(one);
    }
    line
}
