//! Chips on spots: lay, send, take off, take down, call on and off.

use crate::craps::{self, Action, BetKey, WorkingFlag};
use crate::gaming::{Intent, IntentId, TableView};
use crate::ledger::Chips;

use crate::tui::felt;
use crate::tui::legal::{self, Trial};
use crate::tui::limits::{LAID_REST, PENDING_MAX};
use crate::tui::model::{Model, Pane, Screen};
use crate::tui::note::{Note, Offer, Tried};
use crate::tui::overlay::Overlay;
use crate::tui::slip::{Cause, Laid, Waiting};
use crate::tui::when;
use crate::tui::why::Why;

use super::Context;
/// Lays a unit on the bet with this id of the rule book.
pub(crate) fn press_id(cx: &mut Context<'_>, id: &str) {
    if let Some(bet) = felt::bet(id) {
        press(cx, bet);
    }
}

/// Lays a unit on a bet and puts the focus there.
pub(crate) fn press(cx: &mut Context<'_>, bet: BetKey) {
    let unit = cx.model.press(bet);
    if cx.model.slip.laid.is_some_and(|laid| laid.bet != bet) {
        send_laid(cx);
    }
    if let Err(why) = when::betting(cx.model) {
        let earlier = cx
            .model
            .slip
            .drop_waiting(bet)
            .map_or(Chips::ZERO, |w| w.amount);
        let amount = earlier.checked_add(unit).unwrap_or(unit);
        wait(cx, bet, amount, why, Some(amount));
        return;
    }
    let Some(trial) = Trial::of(cx.model) else {
        cx.refuse(Tried::Bet { bet, amount: unit }, Why::NotSeated);
        return;
    };
    cx.model.slip.drop_waiting(bet);
    if let Err(refusal) = trial.may_place(bet) {
        focus_if_there(cx.model, bet);
        cx.refuse(Tried::Bet { bet, amount: unit }, legal::why(refusal));
        return;
    }
    let laid = cx.model.slip.laid.map_or(Chips::ZERO, |laid| laid.amount);
    let amount = laid.checked_add(unit).unwrap_or(laid);
    let fits = trial.has_room(bet, amount);
    let (amount, overflow) = match &fits {
        Ok(()) => (amount, None),
        Err(refusal) => (laid, Some(*refusal)),
    };
    if !amount.is_zero() {
        focus(cx.model, bet);
        cx.model.slip.laid = Some(Laid {
            bet,
            amount,
            send_at: cx.now + LAID_REST,
        });
        cx.draw();
    }
    if let Some(refusal) = overflow {
        overflowed(cx, &trial, (bet, unit), refusal);
    }
}

/// Says why a unit has no room on a bet. What has room waits for `Enter`; chips laid before stay.
fn overflowed(
    cx: &mut Context<'_>,
    trial: &Trial,
    (bet, unit): (BetKey, Chips),
    refusal: craps::Refusal,
) {
    let laid = cx.model.slip.laid.filter(|laid| laid.bet == bet);
    let actions = laid.map(|laid| Action::Place {
        bet,
        amount: laid.amount,
    });
    let rest = match trial.after(actions.as_slice()) {
        Ok(after) => after.nearest(bet, unit),
        Err(_) => None,
    };
    let why = legal::why(beyond_laid(refusal, laid));
    if let Some(offer) = rest {
        wait(cx, bet, unit, why, Some(offer));
    } else {
        focus_if_there(cx.model, bet);
        cx.refuse(Tried::Bet { bet, amount: unit }, why);
    }
}

/// Returns a refusal of all chips of a spot as one of the unit alone: those laid before have been paid.
fn beyond_laid(refusal: craps::Refusal, laid: Option<Laid>) -> craps::Refusal {
    match (refusal, laid) {
        (craps::Refusal::Insufficient { have, need }, Some(laid)) => craps::Refusal::Insufficient {
            have: have.checked_sub(laid.amount).unwrap_or(Chips::ZERO),
            need: need.checked_sub(laid.amount).unwrap_or(need),
        },
        (refusal, _) => refusal,
    }
}

/// Puts the focus on a bet that was refused, if it can be seen: never on another one instead.
fn focus_if_there(model: &mut Model, bet: BetKey) {
    let on_the_felt = model.screen == Screen::Table && felt::shows(model, bet);
    let in_the_list = matches!(model.overlay(), Some(Overlay::AllBets(_)))
        || (model.screen == Screen::Bets && model.pane == Pane::Offers);
    if on_the_felt || in_the_list || model.slip_rows().contains_key(&bet) {
        focus(model, bet);
    }
}

/// Puts the focus on a bet: in the bet pane if that is open, else on the felt if it has a spot there,
/// else in the slip.
pub(super) fn focus(model: &mut Model, bet: BetKey) {
    model.rows.slip = Some(bet);
    if let Some(Overlay::AllBets(dialog)) = model.overlays.last_mut() {
        dialog.chosen = Some(bet);
        return;
    }
    match model.screen {
        Screen::Table if felt::shows(model, bet) => {
            model.spot = bet;
            model.pane = Pane::Felt;
        }
        Screen::Table => model.pane = Pane::Slip,
        Screen::Bets => {
            model.rows.offer = Some(bet);
            if model.pane == Pane::Offers && !crate::tui::offers::is_offer(model, bet) {
                model.pane = Pane::Slip;
            }
        }
        Screen::Lobby | Screen::Health | Screen::History | Screen::Log => {}
    }
}

/// Sends the laid chips if the focus is no more on their spot.
pub(super) fn send_if_left(cx: &mut Context<'_>) {
    let left = cx.model.slip.laid.is_some_and(|laid| {
        let covered = cx
            .model
            .overlay()
            .is_some_and(|overlay| !matches!(overlay, Overlay::AllBets(_)));
        covered || cx.model.bet_in_focus() != Some(laid.bet)
    });
    if left {
        send_laid(cx);
    }
}

/// Sends the laid chips; what the rules refuse waits in the slip instead.
pub(super) fn send_laid(cx: &mut Context<'_>) {
    if let Some(laid) = cx.model.slip.laid.take() {
        place(cx, laid.bet, laid.amount, Cause::Key);
    }
}

/// Sends chips for a bet; what the rules refuse waits in the slip instead.
pub(super) fn place(cx: &mut Context<'_>, bet: BetKey, amount: Chips, cause: Cause) {
    if let Err(why) = when::betting(cx.model) {
        wait(cx, bet, amount, why, Some(amount));
        return;
    }
    let Some(trial) = Trial::of(cx.model) else {
        cx.refuse(Tried::Bet { bet, amount }, Why::NotSeated);
        return;
    };
    let action = Action::Place { bet, amount };
    match trial.after(&[action]) {
        Ok(_) => {
            if send_actions(cx, vec![action], cause).is_none() {
                let why = Why::TooManyPending { limit: PENDING_MAX };
                wait(cx, bet, amount, why, Some(amount));
            }
        }
        Err(refusal) => {
            let offer = trial.nearest(bet, amount);
            wait(cx, bet, amount, legal::why(refusal), offer);
        }
    }
}

/// Keeps a bet that was not taken in the slip, says why, and moves the focus to it.
pub(super) fn wait(
    cx: &mut Context<'_>,
    bet: BetKey,
    amount: Chips,
    why: Why,
    offer: Option<Chips>,
) {
    cx.model.slip.wait(Waiting {
        bet,
        amount,
        why: why.clone(),
        offer,
    });
    // In the bet pane the player may be at another bet by now, and stays there.
    if !matches!(cx.model.overlay(), Some(Overlay::AllBets(_))) {
        focus(cx.model, bet);
    }
    let offer = offer
        .filter(|_| cx.model.bet_in_focus() == Some(bet))
        .map(|amount| Offer { bet, amount });
    cx.refuse_with(Tried::Bet { bet, amount }, why, offer);
}

/// Checks the bets that were left unsent against what is legal now: a table may have gone on.
pub(super) fn check_kept(model: &mut Model) {
    if !model.slip.waiting.iter().any(Waiting::is_kept) {
        return;
    }
    let Some(trial) = Trial::of(model) else {
        return;
    };
    for waiting in &mut model.slip.waiting {
        if !waiting.is_kept() {
            continue;
        }
        let (bet, amount, left) = (waiting.bet, waiting.amount, waiting.left());
        let rule = trial.after(&[Action::Place { bet, amount }]).err();
        waiting.offer = trial.nearest(bet, amount);
        waiting.why = Why::Kept { rule, left };
    }
}

/// The slip that makes these actions before the roll that the player sees.
fn slip_for(table: &TableView, actions: Vec<Action>) -> Intent {
    Intent::Bets {
        game: table.game,
        roll: table.roll,
        actions,
    }
}

/// Sends actions that the rules allow, and returns under which number; `None` if they were not sent,
/// and then why is said.
pub(super) fn send_actions(
    cx: &mut Context<'_>,
    actions: Vec<Action>,
    cause: Cause,
) -> Option<IntentId> {
    let (Some(table), Some(trial)) = (cx.model.table.clone(), Trial::of(cx.model)) else {
        cx.refuse_input(Why::NotSeated);
        return None;
    };
    let changes = trial.changes(&actions);
    let id = cx.send(slip_for(&table, actions), cause)?;
    if let Some(pending) = cx.model.pending.get_mut(&id) {
        pending.changes = changes;
    }
    Some(id)
}

/// The main action on a bet: what a refusal offered, else a unit.
pub(super) fn main(cx: &mut Context<'_>) {
    let Some(bet) = cx.model.bet_in_focus() else {
        cx.refuse_input(Why::NoSpot);
        return;
    };
    match cx
        .model
        .slip
        .waiting_on(bet)
        .and_then(|waiting| waiting.offer)
    {
        Some(amount) => {
            cx.model.slip.drop_waiting(bet);
            if cx.model.slip.laid.is_some_and(|laid| laid.bet == bet) {
                send_laid(cx);
            }
            place(cx, bet, amount, Cause::Key);
        }
        None => press(cx, bet),
    }
}

/// Takes one unit off the bet in focus: laid chips first, then a waiting bet, then its stake.
pub(crate) fn chip_off(cx: &mut Context<'_>) {
    let Some(bet) = cx.model.bet_in_focus() else {
        return;
    };
    let unit = cx.model.press(bet);
    if unlay(cx, bet, unit) {
        return;
    }
    let Some(trial) = Trial::of(cx.model) else {
        return;
    };
    let action = if trial.stake(bet) <= unit {
        Action::TakeDown { bet }
    } else {
        Action::Reduce { bet, by: unit }
    };
    send_if_legal(cx, &trial, vec![action], Cause::Key);
}

/// Takes laid chips or a waiting bet back; `false` if there is neither.
fn unlay(cx: &mut Context<'_>, bet: BetKey, by: Chips) -> bool {
    let slip = &mut cx.model.slip;
    if let Some(laid) = slip.laid.filter(|laid| laid.bet == bet) {
        slip.laid = laid
            .amount
            .checked_sub(by)
            .filter(|rest| !rest.is_zero())
            .map(|amount| Laid {
                amount,
                send_at: cx.now + LAID_REST,
                ..laid
            });
        cx.draw();
        return true;
    }
    let dropped = slip.drop_waiting(bet).is_some();
    // On a bet that stands the key is about the stake, and the refusal has been read.
    if dropped && cx.model.stake(bet).is_zero() {
        cx.say(Note::Dropped(bet));
        return true;
    }
    false
}

/// Takes the whole bet in focus down.
pub(crate) fn take_down(cx: &mut Context<'_>) {
    let Some(bet) = cx.model.bet_in_focus() else {
        return;
    };
    if unlay(cx, bet, Chips::new(u64::MAX)) {
        return;
    }
    if let Some(trial) = Trial::of(cx.model) {
        send_if_legal(cx, &trial, vec![Action::TakeDown { bet }], Cause::Key);
    }
}

/// Sends actions if the rules and the phase allow it, else says why not; `true` if it was sent.
pub(super) fn send_if_legal(
    cx: &mut Context<'_>,
    trial: &Trial,
    actions: Vec<Action>,
    cause: Cause,
) -> bool {
    let legal = when::betting(cx.model)
        .and_then(|()| trial.after(&actions).map(|_| ()).map_err(legal::why));
    match (legal, cx.model.table.clone()) {
        (Ok(()), _) => send_actions(cx, actions, cause).is_some(),
        (Err(why), Some(table)) => {
            cx.refuse(Tried::Intent(slip_for(&table, actions)), why);
            false
        }
        (Err(why), None) => {
            cx.refuse_input(why);
            false
        }
    }
}

/// Calls the bet in focus on if it is off, and off if it works.
pub(crate) fn working(cx: &mut Context<'_>) {
    send_laid(cx);
    let (Some(bet), Some(trial)) = (cx.model.bet_in_focus(), Trial::of(cx.model)) else {
        return;
    };
    let how = if trial.is_working(bet) {
        WorkingFlag::Off
    } else {
        WorkingFlag::On
    };
    cx.model.slip.drop_waiting(bet);
    send_if_legal(cx, &trial, vec![Action::Working { bet, how }], Cause::Key);
}
