//! Past rolls of the table, and how often each total came. Counts say nothing of the next roll.

use super::{has_focus, slip};
use crate::gaming::{RollRecord, TableView};
use crate::tui::model::{Model, Pane};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, chart, table, wrap};

/// Draws the rolls, newest first, each with what it did to me.
pub(super) fn rolls(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let focused = has_focus(model, Pane::Rolls);
    let Some(view) = model.table.as_deref() else {
        Frame::pane("History")
            .draw(paint, whole)
            .line(0, "No table is open.");
        return;
    };
    let note = match view.shooter() {
        Some(seat) => format!(
            "hand of {}, {}",
            seat.name,
            text::counted(view.table.hand_rolls(), "roll", "rolls")
        ),
        None => text::counted(view.table.roll_count(), "roll", "rolls"),
    };
    let frame = Frame::pane("History")
        .note(Line::new().dim(note))
        .focused(focused);
    let mut inside = frame.draw(paint, whole);
    if view.history.is_empty() {
        inside.line(0, Line::new().dim("No roll yet."));
        return;
    }
    let columns = columns(inside.width());
    let headings = [
        "roll",
        "dice",
        "total",
        "what happened",
        "you",
        "opened",
        "shooter",
        "chips",
    ];
    let headings: Vec<_> = headings.iter().map(|word| (Role::Heading, *word)).collect();
    table::row(&mut inside, (2, 0), &columns, &headings);
    let chosen = model.rows.roll;
    let at = view
        .history
        .iter()
        .position(|roll| Some(roll.roll) == chosen)
        .unwrap_or(0);
    let detail = if focused {
        decisions(view, at, inside.width())
    } else {
        Vec::new()
    };
    let room = usize::from(inside.height().saturating_sub(1))
        .saturating_sub(detail.len())
        .max(1);
    let first = super::first_row(at, view.history.len(), room);
    let mut row = 1;
    for (index, roll) in view.history.iter().enumerate().skip(first).take(room) {
        let selected = focused && index == at;
        roll_row(&mut inside, row, &columns, roll, selected);
        row += 1;
        if selected {
            for line in &detail {
                inside.put(4, row, line, Role::Dim);
                row += 1;
            }
        }
    }
}

fn columns(width: u16) -> Vec<Column> {
    let wide = width >= 90;
    let words = width
        .saturating_sub(if wide { 62 } else { 43 })
        .clamp(12, 32);
    let mut columns = vec![
        Column::numbers(5),
        Column::words(4),
        Column::numbers(5),
        Column::words(words),
        Column::numbers(7),
        Column::words(6),
    ];
    if wide {
        columns.extend([Column::words(10), Column::numbers(8)]);
    }
    columns
}

fn roll_row(
    paint: &mut Paint<'_>,
    row: u16,
    columns: &[Column],
    record: &RollRecord,
    selected: bool,
) {
    if selected {
        paint.select(row, 1, Role::Selection);
    }
    let role = |wanted: Role| if selected { Role::Selection } else { wanted };
    let words = columns.get(3).map_or(0, |column| column.width);
    let what = if record.seven_out {
        Role::Loss
    } else {
        Role::Text
    };
    let net = if record.decisions.is_empty() {
        "-".to_owned()
    } else {
        text::signed(record.net)
    };
    let net_role = if record.decisions.is_empty() {
        Role::Dim
    } else {
        slip::tone(&net)
    };
    table::row(
        paint,
        (2, row),
        columns,
        &[
            (role(Role::Dim), &text::grouped(record.roll)),
            (role(Role::Dice), &record.dice.to_string()),
            (role(Role::Text), &record.dice.total().to_string()),
            (role(what), &text::happened_within(record, words)),
            (role(net_role), &net),
            (role(Role::Dim), &format!("{}/{}", record.opened, record.of)),
            (role(Role::Dim), record.shooter.as_str()),
            (role(Role::Dim), &text::chips(record.balance)),
        ],
    );
}

/// What became of my bets on one roll.
fn decisions(view: &TableView, at: usize, width: u16) -> Vec<String> {
    let Some(roll) = view.history.get(at) else {
        return Vec::new();
    };
    if roll.decisions.is_empty() {
        return Vec::new();
    }
    let words: Vec<String> = roll.decisions.iter().map(text::decision).collect();
    let mut lines = wrap(&format!("{}.", words.join("; ")), width.saturating_sub(6));
    lines.truncate(4);
    lines
}

/// The ways to roll each total out of 36, from 2 to 12 (rule book, section 1).
fn ways(total: u8) -> u64 {
    u64::from(crate::craps::RollSet::total(total).ways())
}

/// How often a total comes in so many rolls of fair dice, with one decimal.
fn fair(rolls: u64, total: u8) -> String {
    let tenths = (rolls * ways(total) * 10 + 18) / 36;
    format!("{}.{}", text::grouped(tenths / 10), tenths % 10)
}

/// Draws how often each total came beside how often it would in fair dice.
pub(super) fn counts(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let mut inside = Frame::pane("Counts").draw(paint, whole);
    let Some(view) = model.table.as_deref() else {
        return;
    };
    let rolls: u64 = view.seen.iter().sum();
    let seen = |total: u8| view.seen.get(usize::from(total)).copied().unwrap_or(0);
    let columns = [Column::numbers(4); 11];
    let rows: [(&str, Role, Vec<String>); 3] = [
        (
            "total",
            Role::Heading,
            (2..=12).map(|total: u8| total.to_string()).collect(),
        ),
        (
            "seen",
            Role::Text,
            (2..=12).map(|total| text::grouped(seen(total))).collect(),
        ),
        (
            "fair",
            Role::Dim,
            (2..=12).map(|total| fair(rolls, total)).collect(),
        ),
    ];
    let step = if inside.width() >= 74 { 6 } else { 4 };
    for (row, (name, role, cells)) in (0_u16..).zip(rows) {
        inside.put(1, row, name, Role::Heading);
        for (index, (cell, _)) in (0_u16..).zip(cells.iter().zip(columns)) {
            inside.put_before(7 + (index + 1) * step, row, cell, role);
        }
    }
    let counted: Vec<u64> = (2..=12).map(seen).collect();
    let glyphs = inside.glyphs();
    let bars = chart::sparkline(&counted, glyphs);
    let end = 7 + 11 * step;
    let line = Line::new().dim(format!(
        "of {}; the next roll owes nothing",
        text::counted(rolls, "roll", "rolls")
    ));
    inside.line(3, line);
    if inside.width() > end + 14 {
        inside.put(end + 2, 1, &bars, Role::Dim);
    }
}
