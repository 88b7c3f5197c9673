//! Past rolls of the table, each with what it did to me.

use super::{has_focus, slip_rows};
use crate::gaming::{RollView, TableView};
use crate::tui::hits::{Row, Target};
use crate::tui::model::{Model, Pane};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, table, wrap};

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
    record: &RollView,
    selected: bool,
) {
    paint.hit_row(row, Target::Row(Row::Roll(record.roll)));
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
        slip_rows::tone(&net)
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
            (
                role(Role::Dim),
                &record.balance.map_or_else(String::new, text::chips),
            ),
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
