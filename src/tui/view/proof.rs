//! The proof of one roll: seals, openings, the mix and the dice, computed again on the spot.

use super::dialogs::boxed;
use super::rows;
use crate::tui::action::Action;
use crate::tui::model::Model;
use crate::tui::overlay::RollDialog;
use crate::tui::text;
use crate::tui::widget::{Line, Paint};

/// The widest: a hash with its label.
const COLUMNS_MAX: u16 = 76;

/// Draws the box.
pub(super) fn draw(model: &Model, dialog: RollDialog, paint: &mut Paint<'_>) {
    let lines = lines(model, dialog, paint.width());
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let room = count
        .saturating_add(1)
        .min(paint.height().saturating_sub(6));
    let title = format!("Proof of roll {}", text::grouped(dialog.roll));
    let footer = rows::keys(
        model,
        &[
            (Action::Down, "scroll"),
            (Action::CopyProof, "copy"),
            (Action::Back, "close"),
        ],
    );
    let columns = columns(paint.width());
    let mut inside = boxed(paint, &title, (columns, room), footer);
    let room = usize::from(inside.height().saturating_sub(1)).max(1);
    let first = dialog.scroll.min(lines.len().saturating_sub(room));
    let below = lines.len().saturating_sub(first + room);
    for (row, line) in (0_u16..).zip(lines.into_iter().skip(first).take(room)) {
        inside.line(row, line);
    }
    let mut more = Vec::new();
    if first > 0 {
        more.push(format!("{first} above"));
    }
    if below > 0 {
        more.push(format!("{below} below"));
    }
    let lowest = inside.height().saturating_sub(1);
    inside.line_right(lowest, &Line::new().dim(more.join("  ")));
}

const fn columns(width: u16) -> u16 {
    let columns = width.saturating_sub(4);
    if columns < COLUMNS_MAX {
        columns
    } else {
        COLUMNS_MAX
    }
}

/// The lines of the open proof on a screen of so many columns.
pub(in crate::tui) fn lines(model: &Model, dialog: RollDialog, width: u16) -> Vec<Line> {
    let (Some(table), Some(record)) = (model.table.as_deref(), model.roll(dialog.roll)) else {
        return Vec::new();
    };
    text::proof_lines(
        &text::proof(record, table.kind),
        columns(width).saturating_sub(1),
    )
}
