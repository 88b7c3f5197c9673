//! What is opened to be read: help, bets explained, past rolls and their proofs.

use crate::tui::action::Action;
use crate::tui::felt;
use crate::tui::limits::PROOF_FRAME_ROWS;
use crate::tui::message::Effect;
use crate::tui::model::{Pane, Screen};
use crate::tui::note::{Note, Tried};
use crate::tui::overlay::{
    AllBetsDialog, ExplainDialog, HelpDialog, Overlay, PaletteDialog, RollDialog,
};
use crate::tui::palette;
use crate::tui::text;
use crate::tui::view;
use crate::tui::why::Why;

use super::{Context, moves};

pub(crate) fn help(cx: &mut Context<'_>) {
    cx.open(Overlay::Help(HelpDialog::default()));
}

pub(crate) fn palette(cx: &mut Context<'_>) {
    cx.open(Overlay::Palette(PaletteDialog::default()));
}

/// Goes to another row of the palette; `false` at an end.
pub(super) fn step_palette(
    cx: &mut Context<'_>,
    mut dialog: PaletteDialog,
    forward: bool,
    by: usize,
) -> bool {
    let rows = palette::rows(cx.model, dialog.search.text());
    let actions: Vec<Action> = rows.iter().map(|row| row.info.action).collect();
    let moved = moves::step(&actions, &mut dialog.chosen, forward, by);
    cx.model.overlays.pop();
    cx.model.overlays.push(Overlay::Palette(dialog));
    moved
}

/// Does the chosen action, as its key would. What can't be done now says why, and the palette stays.
pub(super) fn run_from_palette(cx: &mut Context<'_>, dialog: &PaletteDialog) {
    let rows = palette::rows(cx.model, dialog.search.text());
    let Some(row) = palette::chosen(&rows, dialog) else {
        return cx.refuse_input(Why::NothingChosen);
    };
    if let Err(why) = &row.when {
        return cx.refuse(Tried::Action(row.info.action), why.clone());
    }
    cx.model.overlays.pop();
    cx.draw();
    (row.info.run)(cx);
}

/// Scrolls help; `false` at an end.
pub(super) fn scroll_help(cx: &mut Context<'_>, forward: bool, by: usize) -> bool {
    let most = match cx.model.overlay() {
        Some(Overlay::Help(dialog)) => view::help::scroll_most(cx.model, dialog),
        Some(_) | None => return false,
    };
    let Some(Overlay::Help(dialog)) = cx.model.overlays.last_mut() else {
        return false;
    };
    let here = dialog.scroll.min(most);
    dialog.scroll = moves::moved(here, most, forward, by);
    here != dialog.scroll
}

pub(crate) fn go_box(cx: &mut Context<'_>) {
    cx.open(Overlay::GoBox);
}

pub(crate) fn all_bets(cx: &mut Context<'_>) {
    // From a family's cell the list opens at that family.
    let spot = cx.model.spot;
    let from_cell = cx.model.pane == Pane::Felt && !felt::has(spot);
    let dialog = AllBetsDialog {
        chosen: from_cell.then_some(spot),
        ..AllBetsDialog::default()
    };
    cx.open(Overlay::AllBets(dialog));
}

pub(crate) fn explain(cx: &mut Context<'_>) {
    if let Some(bet) = cx.model.bet_in_focus() {
        cx.open(Overlay::Explain(ExplainDialog::new(bet)));
    }
}

/// Scrolls the explained bet; `false` at an end.
pub(super) fn scroll_explain(
    cx: &mut Context<'_>,
    dialog: ExplainDialog,
    forward: bool,
    by: usize,
) -> bool {
    let most = view::explain::scroll_most(cx.model, dialog.bet);
    let here = dialog.scroll.min(most);
    let scroll = moves::moved(here, most, forward, by);
    cx.model.overlays.pop();
    let dialog = ExplainDialog { scroll, ..dialog };
    cx.model.overlays.push(Overlay::Explain(dialog));
    here != scroll
}

pub(crate) fn last_roll(cx: &mut Context<'_>) {
    if let Some(roll) = newest_roll(cx) {
        roll_details(cx, roll);
    }
}

fn newest_roll(cx: &Context<'_>) -> Option<u64> {
    let newest = cx.model.table.as_ref()?.history.first()?;
    Some(newest.roll)
}

/// Opens one roll of the table's history.
pub(super) fn roll_details(cx: &mut Context<'_>, roll: u64) {
    cx.open(Overlay::Roll(RollDialog { roll, scroll: 0 }));
}

/// Scrolls the bets of the open roll; `false` at an end.
pub(super) fn scroll_roll(cx: &mut Context<'_>, forward: bool, by: usize) -> bool {
    let Some(Overlay::Roll(dialog)) = cx.model.overlay() else {
        return false;
    };
    let mut dialog = *dialog;
    let bets = cx
        .model
        .roll(dialog.roll)
        .map_or(0, |record| record.decisions.len());
    let here = dialog.scroll;
    dialog.scroll = moves::moved(here, bets.saturating_sub(1), forward, by);
    cx.model.overlays.pop();
    cx.model.overlays.push(Overlay::Roll(dialog));
    here != dialog.scroll
}

/// Opens the proof of the chosen roll of the history, elsewhere of the newest one.
pub(crate) fn proof(cx: &mut Context<'_>) {
    let roll = if cx.model.screen == Screen::History {
        cx.model.chosen_roll().map(|record| record.roll)
    } else {
        newest_roll(cx)
    };
    if let Some(roll) = roll {
        cx.open(Overlay::Proof(RollDialog { roll, scroll: 0 }));
    }
}

/// Scrolls the open proof; `false` at an end.
pub(super) fn scroll_proof(
    cx: &mut Context<'_>,
    dialog: RollDialog,
    forward: bool,
    by: usize,
) -> bool {
    let rows = usize::from(cx.model.size.1.saturating_sub(PROOF_FRAME_ROWS));
    let most = view::proof::lines(cx.model, dialog, cx.model.size.0)
        .len()
        .saturating_sub(rows.max(1));
    let here = dialog.scroll.min(most);
    let scroll = moves::moved(here, most, forward, by);
    cx.model.overlays.pop();
    let dialog = RollDialog { scroll, ..dialog };
    cx.model.overlays.push(Overlay::Proof(dialog));
    here != scroll
}

/// Copies the open proof to the clipboard.
pub(crate) fn copy_proof(cx: &mut Context<'_>) {
    let Some(Overlay::Proof(dialog)) = cx.model.overlay() else {
        return;
    };
    let kind = cx.model.table.as_ref().map(|table| table.kind);
    if let (Some(record), Some(kind)) = (cx.model.roll(dialog.roll), kind) {
        let words = text::proof_text(record, kind);
        cx.say(Note::Copied(words.chars().count()));
        cx.effect(Effect::Copy(words));
    }
}
