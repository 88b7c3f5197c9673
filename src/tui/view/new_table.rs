//! The dialog that opens another table.

use super::dialogs::{boxed, field};
use super::rows;
use crate::tui::action::Action;
use crate::tui::hits::{Answer, Target};
use crate::tui::model::Model;
use crate::tui::table_dialog::{TableDialog, TableField};
use crate::tui::theme::Role;
use crate::tui::widget::Paint;

/// The column of the fields.
const FIELDS: u16 = 20;

/// Draws the dialog.
pub(super) fn draw(model: &Model, dialog: &TableDialog, paint: &mut Paint<'_>) {
    let footer = rows::keys(
        model,
        &[
            (Action::Main, "open it"),
            (Action::NextField, "next field"),
            (Action::Back, "close"),
        ],
    );
    let mut inside = boxed(paint, "Another table", (56, 8), footer);
    for (row, shown) in (0_u16..).zip(TableField::ALL) {
        let (label, columns, after) = match shown {
            TableField::Name => ("Name", 26, ""),
            TableField::Seats => ("Seats", 4, "1 to 16"),
            TableField::Players => ("First roll at", 4, "players seated"),
            TableField::Bond => ("Bond of a seat", 12, "chips to put up"),
        };
        inside.hit_row(row, Target::Answer(Answer::NewTable(shown)));
        let focused = dialog.field == shown;
        let role = if focused { Role::Focus } else { Role::Text };
        inside.put(1, row, label, role);
        let typed = field(dialog.text(shown), columns, focused);
        inside.line_at(FIELDS, row, &typed.text(" ").dim(after));
    }
    let rules = match &dialog.like {
        Some(like) => format!("It has the rules of {like}."),
        None => "It has the rules of the rule book.".to_owned(),
    };
    let words = format!(
        "{rules} At the table {} changes them, if the club is yours.",
        rows::key(model, Action::Rules)
    );
    inside.paragraph(5, &words, Role::Dim);
}
