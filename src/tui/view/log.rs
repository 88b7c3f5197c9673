//! The newest lines of the log, filtered by level and words.

use crate::config::{Choice, LogLevel};
use crate::logs::LogLine;
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane, Screen};
use crate::tui::overlay::Overlay;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, table, wrap_whole};

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
    // Beside another screen its keys mean something else.
    let keys = [
        (Action::LogLevel, "level"),
        (Action::CopyLog, "copy"),
        (Action::LogSearch, "search"),
    ];
    let footer = if model.screen == Screen::Log {
        rows::keys(model, &keys)
    } else {
        Line::new()
    };
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
    let words = inside.width().saturating_sub(TEXT_COLUMN + 1);
    let columns = [
        Column::words(8),
        Column::words(5),
        Column::words(12),
        Column::words(words),
    ];
    let mut row = 0;
    for line in shown(&lines, model.rows.log_up, (words, inside.height())) {
        let mut texts = wrapped(line, words).into_iter();
        let first = texts.next().unwrap_or_default();
        table::row(
            &mut inside,
            (1, row),
            &columns,
            &[
                (Role::Dim, &text::clock(line.last)),
                (level_role(line.level), line.level.word()),
                (Role::Heading, line.part.as_str()),
                (Role::Text, &first),
            ],
        );
        row += 1;
        for text in texts {
            inside.put(TEXT_COLUMN, row, &text, Role::Text);
            row += 1;
        }
    }
}

/// Where the text of a line begins: after time, level and part, two columns apart.
const TEXT_COLUMN: u16 = 1 + 8 + 2 + 5 + 2 + 12 + 2;

/// The text of a line in rows of so many columns, all of it.
fn wrapped(line: &LogLine, columns: u16) -> Vec<String> {
    let repeated = if line.count > 1 {
        format!(" (x{})", line.count)
    } else {
        String::new()
    };
    wrap_whole(&format!("{}{repeated}", line.text), columns)
}

/// The lines that fit into so many rows: `up` lines are left out at the end, and where those above
/// leave room, what is left out comes after them.
fn shown<'l>(lines: &[&'l LogLine], up: usize, (columns, rows): (u16, u16)) -> Vec<&'l LogLine> {
    let end = lines.len() - up.min(lines.len().saturating_sub(1));
    let (above, below) = lines.split_at(end);
    let mut room = usize::from(rows);
    let mut fit = |line: &&&LogLine| {
        let height = wrapped(line, columns).len().max(1);
        let fits = height <= room;
        room = room.saturating_sub(height);
        if !fits {
            room = 0;
        }
        fits
    };
    let mut shown: Vec<&LogLine> = above.iter().rev().take_while(&mut fit).copied().collect();
    shown.reverse();
    if shown.len() == above.len() {
        shown.extend(below.iter().take_while(&mut fit));
    }
    if shown.is_empty() {
        // A line longer than the pane shows its beginning.
        shown.extend(above.last());
    }
    shown
}

const fn level_role(level: LogLevel) -> Role {
    match level {
        LogLevel::Error => Role::Critical,
        LogLevel::Warn => Role::Warning,
        LogLevel::Info => Role::Text,
        LogLevel::Debug | LogLevel::Trace => Role::Dim,
    }
}
