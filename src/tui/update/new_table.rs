//! Another table: the dialog that opens one, and what the club answers.

use crate::gaming::{Intent, IntentId};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::slip::Cause;
use crate::tui::table_dialog::{TableDialog, TableField};
use crate::tui::why::Why;

use super::{Context, dialogs, moves};

/// Asks what the table is to be like; its rules are those of the table in focus.
pub(crate) fn open(cx: &mut Context<'_>) {
    if let Some(club) = &cx.model.club {
        let dialog = TableDialog::new(club, cx.model.chosen_table());
        cx.model.overlays.push(Overlay::NewTable(Box::new(dialog)));
        cx.draw();
    }
}

/// Goes to the next or previous field; `false` at the end.
pub(super) fn go(dialog: &mut TableDialog, forward: bool) -> bool {
    let mut chosen = Some(dialog.field);
    let moved = moves::step(&TableField::ALL, &mut chosen, forward, 1);
    dialog.go_to(chosen.unwrap_or_default());
    moved
}

/// Asks the club for the table as it stands in the dialog.
pub(super) fn submit(cx: &mut Context<'_>, dialog: &TableDialog) {
    let wanted = match dialog.wanted() {
        Ok(_) if dialog.sent.is_some() => Err((dialog.field, Why::OnItsWay)),
        wanted => wanted,
    };
    let terms = match wanted {
        Ok(terms) => terms,
        Err((field, why)) => {
            if let Some(Overlay::NewTable(open)) = cx.model.overlays.last_mut() {
                open.go_to(field);
            }
            return cx.refuse_input(why);
        }
    };
    let sent = cx.send(Intent::CreateTable(Box::new(terms)), Cause::Key);
    if let Some(Overlay::NewTable(open)) = cx.model.overlays.last_mut() {
        open.sent = sent;
    }
}

/// The table is there: the dialog that asked for it closes.
pub(super) fn hold(cx: &mut Context<'_>, id: IntentId) {
    dialogs::close(
        cx,
        |overlay| matches!(overlay, Overlay::NewTable(open) if open.sent == Some(id)),
    );
}

/// The table was refused: what was typed stays.
pub(super) fn refused(model: &mut Model, id: IntentId) {
    for overlay in &mut model.overlays {
        if let Overlay::NewTable(open) = overlay
            && open.sent == Some(id)
        {
            open.sent = None;
        }
    }
}
