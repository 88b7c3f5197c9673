//! The newest lines of the log, filtered by level and words.

use crate::config::{Choice, LogLevel};
use crate::logs::LogLine;
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane};
use crate::tui::overlay::Overlay;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, table};

use super::{has_focus, rows};

/// Draws the pane; the newest line stands at the bottom.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let search = model.log_filter.search.text();
    let typing = matches!(model.overlays.last(), Some(Overlay::LogSearch));
    let mut note = Line::new().dim(format!(
        "{} and above, times in UTC",
        model.log_filter.level.word()
    ));
    if typing || !search.is_empty() {
        let cursor = if typing { "_" } else { "" };
        note = note
            .dim("  search: ")
            .with(Role::Focus, format!("{search}{cursor}"));
    }
    let footer = Line::new()
        .with(Role::Key, rows::key(Action::LogLevel))
        .dim(" level  ")
        .with(Role::Key, rows::key(Action::LogSearch))
        .dim(" search");
    let frame = Frame::pane("Log")
        .note(note)
        .footer(footer)
        .focused(has_focus(model, Pane::Lines));
    let mut inside = frame.draw(paint, whole);
    let lines: Vec<&LogLine> = model.log_lines().collect();
    if lines.is_empty() {
        inside.line(0, Line::new().dim("No line matches."));
        return;
    }
    let room = usize::from(inside.height());
    let up = model.rows.log_up.min(lines.len().saturating_sub(room));
    let end = lines.len() - up;
    let start = end.saturating_sub(room);
    let words = inside.width().saturating_sub(31);
    let columns = [
        Column::words(8),
        Column::words(5),
        Column::words(12),
        Column::words(words),
    ];
    for (row, line) in (0_u16..).zip(lines.iter().take(end).skip(start)) {
        let repeated = if line.count > 1 {
            format!(" (x{})", line.count)
        } else {
            String::new()
        };
        table::row(
            &mut inside,
            (1, row),
            &columns,
            &[
                (Role::Dim, &text::clock(line.last)),
                (level_role(line.level), line.level.word()),
                (Role::Heading, line.part.as_str()),
                (Role::Text, &format!("{}{repeated}", line.text)),
            ],
        );
    }
}

const fn level_role(level: LogLevel) -> Role {
    match level {
        LogLevel::Error => Role::Critical,
        LogLevel::Warn => Role::Warning,
        LogLevel::Info => Role::Text,
        LogLevel::Debug | LogLevel::Trace => Role::Dim,
    }
}
