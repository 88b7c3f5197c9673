//! How often each total came, beside how often it does in fair dice. Counts say nothing of the next roll.

use crate::ledger::Chips;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, chart};

/// The totals of two dice.
const TOTALS: std::ops::RangeInclusive<u8> = 2..=12;

/// Columns of a bar with the blanks beside it.
const BAR: u16 = 3;

/// Rows inside the frame from which on totals are drawn as bars above each other.
const TALL: u16 = 6;

/// Draws the pane: bars where it is tall, else a table.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let Some(view) = model.table.as_deref() else {
        Frame::pane("Counts").draw(paint, whole);
        return;
    };
    let seen: Vec<u64> = TOTALS
        .map(|total| view.seen.get(usize::from(total)).copied().unwrap_or(0))
        .collect();
    let rolls = seen.iter().sum();
    if whole.height < TALL + 2 {
        table(paint, &seen, rolls);
    } else {
        bars(paint, &seen, rolls);
    }
}

/// The ways to roll each total out of 36, from 2 to 12 (rule book, section 1).
fn ways(total: u8) -> u64 {
    u64::from(crate::craps::RollSet::total(total).ways())
}

/// How often a total comes in so many rolls of fair dice, in tenths.
fn fair(rolls: u64, total: u8) -> u64 {
    (rolls * ways(total) * 10 + 18) / 36
}

fn of_rolls(rolls: u64) -> String {
    text::counted(rolls, "roll", "rolls")
}

fn table(paint: &mut Paint<'_>, seen: &[u64], rolls: u64) {
    let whole = paint.whole();
    let mut inside = Frame::pane("Counts").draw(paint, whole);
    let columns = [Column::numbers(4); 11];
    let with_tenths = |total| {
        let tenths = fair(rolls, total);
        format!("{}.{}", text::grouped(tenths / 10), tenths % 10)
    };
    let rows: [(&str, Role, Vec<String>); 3] = [
        (
            "total",
            Role::Heading,
            TOTALS.map(|total| total.to_string()).collect(),
        ),
        (
            "seen",
            Role::Text,
            seen.iter().copied().map(text::grouped).collect(),
        ),
        ("fair", Role::Dim, TOTALS.map(with_tenths).collect()),
    ];
    let step = if inside.width() >= 74 { 6 } else { 4 };
    for (row, (name, role, cells)) in (0_u16..).zip(rows) {
        inside.put(1, row, name, Role::Heading);
        for (index, (cell, _)) in (0_u16..).zip(cells.iter().zip(columns)) {
            inside.put_before(7 + (index + 1) * step, row, cell, role);
        }
    }
    let glyphs = inside.glyphs();
    let bars = chart::sparkline(seen, glyphs);
    let end = 7 + 11 * step;
    let line = Line::new().dim(format!(
        "of {}; the next roll owes nothing",
        of_rolls(rolls)
    ));
    inside.line(3, line);
    if inside.width() > end + 14 {
        inside.put(end + 2, 1, &bars, Role::Dim);
    }
}

fn bars(paint: &mut Paint<'_>, seen: &[u64], rolls: u64) {
    let whole = paint.whole();
    let mut inside = Frame::pane("Counts").draw(paint, whole);
    let lines = inside.height();
    let left = inside.width().saturating_sub(11 * BAR) / 2;
    let room = lines.saturating_sub(3);
    let fair: Vec<u64> = TOTALS.map(|total| fair(rolls, total)).collect();
    let tenths: Vec<u64> = seen.iter().map(|count| count.saturating_mul(10)).collect();
    // Few rolls make low bars: no count is taller than a row for each.
    let largest = tenths.iter().chain(&fair).copied().max().unwrap_or(0);
    let most = largest.max(u64::from(room) * 10);
    let area = ratatui::layout::Rect::new(left, 0, 11 * BAR, room);
    let mut chart = inside.part(area);
    chart::marks(&mut chart, &fair, most, BAR, Role::Dim);
    chart::bars(&mut chart, &tenths, most, BAR, Role::Text);
    let totals = TOTALS.map(|total| total.to_string());
    let below: [(Role, Vec<String>); 2] = [
        (Role::Text, seen.iter().copied().map(short).collect()),
        (Role::Heading, totals.collect()),
    ];
    for (row, (role, cells)) in (room..).zip(below) {
        for (index, cell) in (1_u16..).zip(cells) {
            inside.put_before(left + index * BAR, row, &cell, role);
        }
    }
    let mark = inside.glyphs().pane[0].repeat(2);
    let words = format!("{mark} fair; the next owes nothing");
    inside.line(lines.saturating_sub(1), Line::new().dim(words));
}

/// A count in two columns or, from a hundred on, in three.
fn short(count: u64) -> String {
    text::chips_within(Chips::new(count), BAR)
}
