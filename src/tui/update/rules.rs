//! The table's rules: rows, numbers, and what the club answers.

use crate::gaming::{Intent, IntentId};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::rules_dialog::RulesDialog;
use crate::tui::slip::Cause;
use crate::tui::why::Why;
use crate::words::HOUSE_RULES;

use super::{Context, dialogs, moves};
use crate::craps::{self, TableRules};
use crate::{club, gaming};

/// Opens the table's rules.
pub(crate) fn open(cx: &mut Context<'_>) {
    if let Some(table) = &cx.model.table {
        let dialog = RulesDialog::new(table.table.rules());
        cx.model.overlays.push(Overlay::Rules(Box::new(dialog)));
        cx.draw();
    }
}

/// Goes `by` rows on or back; `false` at the end of the list.
pub(super) fn go(dialog: &mut RulesDialog, forward: bool, by: usize) -> bool {
    let rows: Vec<usize> = (0..HOUSE_RULES.len()).collect();
    let mut chosen = Some(dialog.row);
    let moved = moves::step(&rows, &mut chosen, forward, by);
    dialog.go_to(chosen.unwrap_or_default());
    moved
}

/// Gives the row in focus the value that it has in the rule book.
pub(crate) fn as_in_the_book(cx: &mut Context<'_>) {
    let Some(Overlay::Rules(dialog)) = cx.model.overlays.last_mut() else {
        return;
    };
    let book = TableRules::default();
    let differs = dialog
        .rule()
        .is_some_and(|rule| rule.differs(&dialog.shown(), &book));
    if differs {
        dialog.set_as_in(&book);
        cx.draw();
    } else {
        cx.refuse_input(Why::AsInTheBook);
    }
}

/// Asks the club for the rules as they stand in the dialog. Where nothing was changed it just closes.
pub(super) fn submit(cx: &mut Context<'_>, dialog: &RulesDialog) {
    let wanted = match dialog.wanted() {
        Ok(_) if dialog.sent.is_some() => Err((dialog.row, Why::OnItsWay)),
        wanted => wanted,
    };
    let rules = match wanted {
        Ok(rules) => rules,
        Err((row, why)) => {
            if let Some(Overlay::Rules(open)) = cx.model.overlays.last_mut() {
                open.row = row;
            }
            return cx.refuse_input(why);
        }
    };
    if rules == dialog.before {
        return dialogs::close(cx, |overlay| matches!(overlay, Overlay::Rules(_)));
    }
    let Some(game) = cx.model.game() else {
        return cx.refuse_input(Why::NoTable);
    };
    let rules = Box::new(rules);
    let sent = cx.send(Intent::ChangeRules { game, rules }, Cause::Key);
    if let Some(Overlay::Rules(open)) = cx.model.overlays.last_mut() {
        open.sent = sent;
    }
}

/// New rules hold: the dialog that asked for them closes.
pub(super) fn hold(cx: &mut Context<'_>, id: IntentId) {
    dialogs::close(
        cx,
        |overlay| matches!(overlay, Overlay::Rules(open) if open.sent == Some(id)),
    );
}

/// New rules were refused: what was typed stays, with the focus on what a bet stands in the way of.
pub(super) fn refused(model: &mut Model, id: IntentId, refusal: &gaming::Refusal) {
    let bet_stands = matches!(
        refusal,
        gaming::Refusal::Club(club::Refusal::Game(craps::Refusal::BetStands { .. }))
    );
    let table = model.table.as_ref().map(|view| view.table.clone());
    for overlay in &mut model.overlays {
        let Overlay::Rules(open) = overlay else {
            continue;
        };
        if open.sent != Some(id) {
            continue;
        }
        open.sent = None;
        if let (true, Some(table)) = (bet_stands, &table) {
            let in_the_way = |row: &usize| open.refused_alone(*row, table).is_some();
            open.row = (0..HOUSE_RULES.len()).find(in_the_way).unwrap_or(open.row);
        }
    }
}
