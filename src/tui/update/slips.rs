//! Changes of the whole slip: undo, redo, repeat, clear.

use crate::craps::{Action, BetKey};
use crate::ledger::Chips;

use crate::tui::legal::Trial;
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::overlay::{ConfirmDialog, Overlay, Question};
use crate::tui::slip::{Cause, Change, Way};
use crate::tui::why::Why;

use super::{Context, bets};

/// Takes laid chips back, or the newest change since the last roll.
pub(crate) fn undo(cx: &mut Context<'_>) {
    if cx.model.slip.laid.take().is_some() {
        cx.draw();
        return;
    }
    let (Some(change), Some(trial)) = (cx.model.slip.done.back().copied(), Trial::of(cx.model))
    else {
        return;
    };
    if bets::send_if_legal(cx, &trial, actions(change.turned(), &trial), Cause::Undo) {
        cx.model.slip.done.pop_back();
    }
}

/// Does again what was undone last.
pub(crate) fn redo(cx: &mut Context<'_>) {
    let (Some(change), Some(trial)) = (cx.model.slip.undone.last().copied(), Trial::of(cx.model))
    else {
        return;
    };
    if bets::send_if_legal(cx, &trial, actions(change, &trial), Cause::Redo) {
        cx.model.slip.undone.pop();
    }
}

/// Returns what makes a change: chips first, then what the bet is called.
fn actions(change: Change, trial: &Trial) -> Vec<Action> {
    let (bet, amount) = (change.bet, change.amount);
    let chips = match change.way {
        _ if amount.is_zero() => None,
        Way::Up => Some(Action::Place { bet, amount }),
        Way::Down if trial.stake(bet) <= amount => return vec![Action::TakeDown { bet }],
        Way::Down => Some(Action::Reduce { bet, by: amount }),
    };
    let how = change.called_after;
    let call = (how != trial.called(bet)).then_some(Action::Working { bet, how });
    chips.into_iter().chain(call).collect()
}

/// Makes the bets of the last slip that don't stand, as far as they are legal. Each goes out by
/// itself, so that one refusal doesn't hold back the others.
pub(crate) fn repeat(cx: &mut Context<'_>) {
    bets::send_laid(cx);
    let Some(trial) = Trial::of(cx.model) else {
        return;
    };
    let last = cx.model.slip.last.clone();
    let (actions, _) = trial.repeated(&last);
    let sent: Vec<(BetKey, Chips)> = actions.iter().filter_map(placed).collect();
    let is_sent = |bet: BetKey| sent.iter().any(|(other, _)| *other == bet);
    let left_out = last
        .iter()
        .filter(|(bet, amount)| trial.stake(*bet) < *amount && !is_sent(*bet))
        .map(|(bet, _)| *bet)
        .collect();
    if sent.is_empty() {
        return cx.refuse_input(Why::NothingToRepeat);
    }
    for action in actions {
        bets::send_actions(cx, vec![action], Cause::Repeat);
    }
    let height = None;
    cx.say(Note::Repeated {
        sent,
        left_out,
        height,
    });
}

fn placed(action: &Action) -> Option<(BetKey, Chips)> {
    match *action {
        Action::Place { bet, amount } => Some((bet, amount)),
        Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => None,
    }
}

/// Returns the bets that clearing takes down. Odds come before their flat bet, which would take
/// them along.
pub(crate) fn what_clears(model: &Model) -> Vec<(BetKey, Chips)> {
    let Some(mut trial) = Trial::of(model) else {
        return Vec::new();
    };
    let mut cleared = Vec::new();
    let mut standing = model.my_bets();
    standing.sort_by_key(|(bet, _)| bet.info().family != crate::craps::Family::Odds);
    for (bet, stake) in standing {
        if let Ok(after) = trial.after(&[Action::TakeDown { bet }]) {
            trial = after;
            cleared.push((bet, stake));
        }
    }
    cleared
}

/// Asks before every bet that may come down does; refused bets alone are dismissed at once.
pub(crate) fn ask_clear(cx: &mut Context<'_>) {
    if what_clears(cx.model).is_empty() && cx.model.slip.laid.is_none() {
        return dismiss(cx);
    }
    cx.model.overlays.push(Overlay::Confirm(ConfirmDialog {
        question: Question::Clear,
        yes: true,
    }));
    cx.draw();
}

/// Throws away the bets that were refused.
pub(super) fn dismiss(cx: &mut Context<'_>) {
    let waiting = std::mem::take(&mut cx.model.slip.waiting);
    cx.say(Note::Dismissed(waiting.len()));
}

/// Throws away what waits, and takes down every bet that may come down.
pub(super) fn clear(cx: &mut Context<'_>) {
    cx.model.slip.laid = None;
    cx.model.slip.waiting.clear();
    cx.draw();
    let actions: Vec<Action> = what_clears(cx.model)
        .into_iter()
        .map(|(bet, _)| Action::TakeDown { bet })
        .collect();
    if !actions.is_empty() {
        bets::send_actions(cx, actions, Cause::Key);
    }
}
