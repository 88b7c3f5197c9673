//! Seats, bots, limits and the dice: what is asked of a table.

use crate::club::KeeperChange;
use crate::craps::SeatNo;
use crate::gaming::{ChangeView, Intent, Strategy, TableSummary};

use crate::tui::model::{Model, Screen};
use crate::tui::overlay::{ConfirmDialog, Overlay, Question};
use crate::tui::slip::Cause;
use crate::tui::why::Why;

use super::{Context, bets, moves};

/// Returns the table that keys of lobby and table are about.
pub(crate) fn wanted(model: &Model) -> Result<&TableSummary, Why> {
    let club = model.club.as_ref().ok_or(Why::NoTables)?;
    match (model.screen, model.game()) {
        (Screen::Table, Some(game)) => club
            .tables
            .iter()
            .find(|table| table.game == game)
            .ok_or(Why::NoTable),
        (Screen::Table, None) => Err(Why::NoTable),
        (Screen::Lobby | Screen::Bets | Screen::Health | Screen::History | Screen::Log, _) => {
            model.chosen_table().ok_or(Why::NoTables)
        }
    }
}

/// Returns the practice table: the first of the club, the one I sit at if there is one.
pub(crate) fn practice_table(model: &Model) -> Option<&TableSummary> {
    let tables = &model.club.as_ref()?.tables;
    let mine = tables.iter().find(|table| table.seated);
    mine.or_else(|| tables.first())
}

/// Sits down at the practice table and shows it.
pub(crate) fn practice(cx: &mut Context<'_>) {
    if let Some(table) = practice_table(cx.model).cloned() {
        sit_at(cx, &table);
    }
}

/// Sits down at the table in focus.
pub(crate) fn sit(cx: &mut Context<'_>) {
    if let Ok(table) = wanted(cx.model).cloned() {
        sit_at(cx, &table);
    }
}

/// Shows a table and takes a seat there, unless there is one already.
pub(super) fn sit_at(cx: &mut Context<'_>, table: &TableSummary) {
    moves::show(cx, Screen::Table);
    let sitting = cx
        .model
        .pending
        .values()
        .any(|pending| matches!(pending.intent, Intent::Sit { game } if game == table.game));
    if !table.seated && !sitting {
        cx.send(Intent::Sit { game: table.game }, Cause::Key);
    }
}

/// Leaves the seat; asks first if bets stand.
pub(crate) fn leave(cx: &mut Context<'_>) {
    if cx.model.has_bets_at_risk() {
        cx.model
            .overlays
            .push(Overlay::Confirm(ConfirmDialog::new(Question::Leave)));
        cx.draw();
    } else {
        stand(cx, Cause::Key);
    }
}

/// Stands up, without asking. Laid chips are not worth a bet that is left at once.
pub(super) fn stand(cx: &mut Context<'_>, cause: Cause) {
    cx.model.slip.laid = None;
    let seated = cx.model.club.as_ref().and_then(|club| {
        let mine = |table: &&TableSummary| table.seated;
        club.tables.iter().find(mine).map(|table| table.game)
    });
    match wanted(cx.model)
        .ok()
        .filter(|table| table.seated)
        .map(|table| table.game)
        .or(seated)
    {
        Some(game) => {
            cx.send(Intent::Stand { game }, cause);
        }
        None => cx.refuse_input(Why::NotSeated),
    }
}

/// Asks how the new bot plays.
pub(crate) fn add_bot(cx: &mut Context<'_>) {
    cx.model.overlays.push(Overlay::PickBot(0));
    cx.draw();
}

/// Seats a bot of the chosen strategy.
pub(super) fn seat_bot(cx: &mut Context<'_>, index: usize) {
    let Some(strategy) = Strategy::ALL.get(index).copied() else {
        return;
    };
    match wanted(cx.model).map(|table| table.game) {
        Ok(game) => {
            cx.send(Intent::AddBot { game, strategy }, Cause::Key);
        }
        Err(why) => cx.refuse_input(why),
    }
}

/// Makes a bot stand up: asks which one, or before the only one whether it shall leave its bets.
pub(crate) fn remove_bot(cx: &mut Context<'_>) {
    let bots = cx.model.bots();
    let Some((seat, has_bets)) = bots.first().map(|bot| (bot.seat, !bot.at_risk.is_zero())) else {
        return;
    };
    let overlay = if bots.len() > 1 {
        Overlay::SendAway(seat)
    } else if has_bets {
        Overlay::Confirm(ConfirmDialog::new(Question::RemoveBot(seat)))
    } else {
        return send_away(cx, seat);
    };
    cx.model.overlays.push(overlay);
    cx.draw();
}

/// Goes to the next or previous bot; `false` at the end of the list.
pub(super) fn step_bot(cx: &mut Context<'_>, forward: bool) -> bool {
    let seats: Vec<SeatNo> = cx.model.bots().iter().map(|bot| bot.seat).collect();
    let Some(Overlay::SendAway(seat)) = cx.model.overlays.last_mut() else {
        return false;
    };
    let mut chosen = Some(*seat);
    let moved = moves::step(&seats, &mut chosen, forward, 1);
    *seat = chosen.unwrap_or(*seat);
    moved
}

/// Makes the bot on a seat stand up, without asking.
pub(super) fn send_away(cx: &mut Context<'_>, seat: SeatNo) {
    if let Some(game) = cx.model.game() {
        cx.send(Intent::RemoveBot { game, seat }, Cause::Key);
    }
}

/// Goes on with a host that left out openings.
pub(crate) fn trust_host(cx: &mut Context<'_>) {
    cx.send(Intent::TrustHost, Cause::Key);
}

/// Returns the oldest change of keepers that lacks my approval.
pub(crate) fn asked_change(model: &Model) -> Option<&ChangeView> {
    let mut changes = model.club.iter().flat_map(|club| &club.changes);
    changes.find(|change| change.asks_you)
}

/// Asks whether a change of keepers is approved: it can't be taken back.
pub(crate) fn approve(cx: &mut Context<'_>) {
    let Some(change) = asked_change(cx.model).cloned() else {
        return;
    };
    cx.model
        .overlays
        .push(Overlay::Confirm(ConfirmDialog::new(Question::Approve(
            Box::new(change),
        ))));
    cx.draw();
}

/// Approves a change of keepers, without asking.
pub(super) fn change_keepers(cx: &mut Context<'_>, change: KeeperChange) {
    cx.send(Intent::ChangeKeepers(change), Cause::Key);
}

/// Draws the grant again.
pub(crate) fn new_chips(cx: &mut Context<'_>) {
    cx.send(Intent::NewChips, Cause::Key);
}

/// Throws the dice, or says that my bets are made. Laid chips go first.
pub(crate) fn roll(cx: &mut Context<'_>) {
    bets::send_laid(cx);
    if let Some((game, roll)) = cx
        .model
        .table
        .as_ref()
        .map(|table| (table.game, table.roll))
    {
        cx.send(Intent::Roll { game, roll }, Cause::Key);
    }
}

/// Gives the dice on.
pub(crate) fn pass_dice(cx: &mut Context<'_>) {
    bets::send_laid(cx);
    if let Some((game, roll)) = cx
        .model
        .table
        .as_ref()
        .map(|table| (table.game, table.roll))
    {
        cx.send(Intent::PassDice { game, roll }, Cause::Key);
    }
}
