//! Changes of the whole slip: undo, redo, repeat, clear.

use crate::craps::{Action, BetKey};
use crate::ledger::Chips;

use crate::tui::legal::{Repeat, Trial};
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::overlay::{ConfirmDialog, Overlay, Question};
use crate::tui::slip::{Cause, Change, Way};
use crate::tui::why::Why;

use super::{Context, bets};

/// Takes laid chips back, or all that the newest key since the last roll has changed.
pub(crate) fn undo(cx: &mut Context<'_>) {
    if cx.model.slip.laid.take().is_some() {
        cx.draw();
        return;
    }
    let Some(step) = cx.model.slip.done.back().cloned() else {
        return;
    };
    if send_step(cx, step.turned(), Cause::Undo) {
        cx.model.slip.done.pop_back();
    }
}

/// Does again what was undone last.
pub(crate) fn redo(cx: &mut Context<'_>) {
    let Some(step) = cx.model.slip.undone.last().cloned() else {
        return;
    };
    if send_step(cx, step.changes.into_iter(), Cause::Redo) {
        cx.model.slip.undone.pop();
    }
}

/// Sends what makes these changes, as far as it is legal; `false` if none of it is, and then why.
fn send_step(cx: &mut Context<'_>, changes: impl Iterator<Item = Change>, cause: Cause) -> bool {
    let Some(before) = Trial::of(cx.model) else {
        return false;
    };
    let (mut trial, mut legal, mut refused) = (before.clone(), Vec::new(), Vec::new());
    for change in changes {
        let actions = actions(change, &trial);
        match trial.after(&actions) {
            Ok(after) => {
                trial = after;
                legal.extend(actions);
            }
            Err(_) => refused.extend(actions),
        }
    }
    let actions = if legal.is_empty() { refused } else { legal };
    bets::send_if_legal(cx, &before, actions, cause)
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

/// What repeating the last slip comes to, `None` without a seat.
fn what_repeats(model: &Model) -> Option<Repeat> {
    Trial::of(model).map(|trial| trial.repeated(&model.slip.last))
}

/// Makes the bets of the last slip that don't stand, as far as they are legal; asks first if there
/// are chips for some of them alone.
pub(crate) fn repeat(cx: &mut Context<'_>) {
    bets::send_laid(cx);
    let Some(repeat) = what_repeats(cx.model) else {
        return;
    };
    match (repeat.actions.is_empty(), repeat.too_dear.is_empty()) {
        (_, true) => repeat_affordable(cx),
        (true, false) => cx.refuse_input(Why::RepeatTooDear {
            need: repeat.full_cost,
            have: repeat.balance,
        }),
        (false, false) => {
            cx.model
                .overlays
                .push(Overlay::Confirm(ConfirmDialog::new(Question::Repeat)));
            cx.draw();
        }
    }
}

/// Makes the bets of the last slip that don't stand, as far as they are legal and there are chips.
/// Each goes out by itself, so that one refusal doesn't hold back the others.
pub(super) fn repeat_affordable(cx: &mut Context<'_>) {
    let Some(repeat) = what_repeats(cx.model) else {
        return;
    };
    if !repeat.actions.iter().any(|action| placed(action).is_some()) {
        return cx.refuse_input(Why::NothingToRepeat);
    }
    let mut sent: Vec<(BetKey, Chips)> = Vec::new();
    let mut batch = None;
    for action in repeat.actions {
        let bet = placed(&action);
        // Why it was not sent is said, and holds for those after it too.
        let Some(id) = bets::send_actions(cx, vec![action], Cause::Repeat) else {
            break;
        };
        sent.extend(bet);
        let batch = *batch.get_or_insert(id);
        if let Some(pending) = cx.model.pending.get_mut(&id) {
            pending.batch = batch;
        }
    }
    cx.say(Note::Repeated {
        sent,
        left_out: repeat.not_legal,
        too_dear: repeat.too_dear,
        decided: false,
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
    cx.model
        .overlays
        .push(Overlay::Confirm(ConfirmDialog::new(Question::Clear)));
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
