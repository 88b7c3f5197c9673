//! Chips on spots: lay, send, take off, take down, call on and off.

use crate::craps::{self, Action, BetId, BetKey, BoxNumber, WorkingFlag};
use crate::gaming::{Intent, IntentId};
use crate::ledger::Chips;

use crate::tui::felt;
use crate::tui::legal::{self, Trial};
use crate::tui::limits::LAID_REST;
use crate::tui::model::{Model, Pane, Screen, UNITS};
use crate::tui::note::{Note, Offer, Tried};
use crate::tui::overlay::{AllBetsDialog, AmountDialog, NumberFor, Overlay};
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
    let unit = step(cx.model.unit, bet);
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

/// The unit as a multiple that the bet takes, and never more than the unit; the unit itself if it
/// holds no multiple, so that the rules can say what would be one.
fn step(unit: Chips, bet: BetKey) -> Chips {
    let multiple = u64::from(bet.info().stake_multiple.max(1));
    match unit.get() / multiple * multiple {
        0 => unit,
        whole => Chips::new(whole),
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
            send_actions(cx, vec![action], cause);
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
        let (bet, amount) = (waiting.bet, waiting.amount);
        let rule = trial.after(&[Action::Place { bet, amount }]).err();
        waiting.offer = trial.nearest(bet, amount);
        waiting.why = Why::Kept { rule };
    }
}

/// Sends actions that the rules allow, and returns under which number.
pub(super) fn send_actions(
    cx: &mut Context<'_>,
    actions: Vec<Action>,
    cause: Cause,
) -> Option<IntentId> {
    let (Some(game), Some(trial)) = (cx.model.game(), Trial::of(cx.model)) else {
        cx.refuse_input(Why::NotSeated);
        return None;
    };
    let changes = trial.changes(&actions);
    let id = cx.send(Intent::Bets { game, actions }, cause)?;
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

/// Asks how many chips go on the bet in focus; without one, which bet it is first.
pub(crate) fn ask_amount(cx: &mut Context<'_>) {
    match (cx.model.bet_in_focus(), cx.model.overlay()) {
        (Some(bet), _) => ask_amount_on(cx, bet),
        (None, Some(_)) => cx.refuse_input(Why::NothingChosen),
        (None, None) => {
            let dialog = AllBetsDialog {
                for_amount: true,
                ..AllBetsDialog::default()
            };
            cx.model.overlays.push(Overlay::AllBets(dialog));
            cx.draw();
        }
    }
}

/// Asks how many chips go on a bet. The field opens also where none can go there now: digits typed
/// after a key that did nothing would be bets of their own.
pub(super) fn ask_amount_on(cx: &mut Context<'_>, bet: BetKey) {
    let dialog = AmountDialog::new(bet);
    cx.model.overlays.push(Overlay::Amount(dialog));
    cx.draw();
    let refusal = Trial::of(cx.model).and_then(|trial| trial.may_place(bet).err());
    if let Some(refusal) = refusal {
        let amount = Chips::ZERO;
        cx.refuse(Tried::Bet { bet, amount }, legal::why(refusal));
    }
}

/// Bets the typed chips. What can't be bet stays as it was typed, with the reason and the nearest that
/// can be; then `Enter` bets that.
pub(super) fn submit_amount(cx: &mut Context<'_>, dialog: &AmountDialog) {
    let typed = dialog.amount.text().parse().ok().map(Chips::new);
    let Some(typed) = typed.filter(|amount| !amount.is_zero()) else {
        return cx.refuse_input(Why::NotANumber);
    };
    let (bet, amount) = (dialog.bet, dialog.offer.unwrap_or(typed));
    let action = Action::Place { bet, amount };
    let refused = Trial::of(cx.model)
        .and_then(|trial| Some((trial.after(&[action]).err()?, trial.nearest(bet, amount))));
    let Some((refusal, nearest)) = refused.filter(|_| !cx.model.is_locked()) else {
        cx.model.overlays.pop();
        cx.model.slip.drop_waiting(bet);
        cx.draw();
        return place(cx, bet, amount, Cause::Key);
    };
    if let Some(Overlay::Amount(open)) = cx.model.overlays.last_mut() {
        open.offer = nearest;
    }
    let offer = nearest.map(|amount| Offer { bet, amount });
    cx.refuse_with(Tried::Bet { bet, amount }, legal::why(refusal), offer);
}

pub(crate) fn unit_up(cx: &mut Context<'_>) {
    if let Some(unit) = UNITS.iter().find(|unit| **unit > cx.model.unit) {
        set_unit(cx, *unit);
    }
}

pub(crate) fn unit_down(cx: &mut Context<'_>) {
    if let Some(unit) = UNITS.iter().rev().find(|unit| **unit < cx.model.unit) {
        set_unit(cx, *unit);
    }
}

fn set_unit(cx: &mut Context<'_>, unit: Chips) {
    cx.model.unit = unit;
    cx.say(Note::Unit(unit));
}

/// Takes one unit off the bet in focus: laid chips first, then a waiting bet, then its stake.
pub(crate) fn chip_off(cx: &mut Context<'_>) {
    let Some(bet) = cx.model.bet_in_focus() else {
        return;
    };
    let unit = step(cx.model.unit, bet);
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
    match (legal, cx.model.game()) {
        (Ok(()), _) => {
            send_actions(cx, actions, cause);
            true
        }
        (Err(why), Some(game)) => {
            cx.refuse(Tried::Intent(Intent::Bets { game, actions }), why);
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

/// Lays a unit of odds behind the bet in focus.
pub(crate) fn odds(cx: &mut Context<'_>) {
    if let Some(bet) = odds_in_focus(cx.model) {
        press(cx, bet);
    }
}

/// Returns the odds that go behind the bet in focus. On a number they are those of my come bet there,
/// on the come box those of the one come bet that has moved and has none; without a bet in focus that
/// takes odds they are those of my line bet.
pub(crate) fn odds_in_focus(model: &Model) -> Option<BetKey> {
    let trial = Trial::of(model)?;
    let stands = |bet: BetKey| !trial.stake(bet).is_zero();
    let focus = model.bet_in_focus()?;
    if let Some(odds) = odds_of(focus) {
        return Some(odds);
    }
    let number = focus
        .info()
        .number
        .and_then(BoxNumber::of)
        .filter(|_| !stands_alone(focus));
    let on_number = [BetId::COME, BetId::DONT_COME]
        .into_iter()
        .filter_map(|bet| BetKey::new(bet, Some(number?)))
        .find(|bet| stands(*bet));
    let moved = moved(&trial, focus);
    if moved.len() > 1 {
        return None;
    }
    let on_line = [BetId::PASS, BetId::DONT_PASS]
        .into_iter()
        .filter_map(|bet| BetKey::new(bet, None))
        .find(|bet| stands(*bet));
    let moved = moved.first().copied();
    on_number.or(moved).or(on_line).and_then(odds_of)
}

/// The bets that have moved to a number from the box in focus; if some of them have no odds, those.
fn moved(trial: &Trial, focus: BetKey) -> Vec<BetKey> {
    if ![BetId::COME, BetId::DONT_COME].contains(&focus.bet()) || focus.number().is_some() {
        return Vec::new();
    }
    let on = |number| BetKey::new(focus.bet(), Some(number));
    let moved = BoxNumber::ALL.into_iter().filter_map(on);
    let moved: Vec<BetKey> = moved.filter(|bet| !trial.stake(*bet).is_zero()).collect();
    let without = |bet: &BetKey| odds_of(*bet).is_some_and(|odds| trial.stake(odds).is_zero());
    let bare: Vec<BetKey> = moved.iter().copied().filter(without).collect();
    if bare.is_empty() { moved } else { bare }
}

/// A put bet takes odds of its own.
fn stands_alone(bet: BetKey) -> bool {
    bet.bet().id().starts_with("put_")
}

/// Returns the odds of a flat bet, or the bet itself if it is odds.
fn odds_of(bet: BetKey) -> Option<BetKey> {
    let (id, number) = (bet.bet(), bet.number());
    let odds = match id {
        BetId::PASS => BetId::PASS_ODDS,
        BetId::DONT_PASS => BetId::DONT_PASS_ODDS,
        BetId::COME => BetId::COME_ODDS,
        BetId::DONT_COME => BetId::DONT_COME_ODDS,
        _ if [
            BetId::PASS_ODDS,
            BetId::DONT_PASS_ODDS,
            BetId::COME_ODDS,
            BetId::DONT_COME_ODDS,
            BetId::PUT_ODDS,
        ]
        .contains(&id) =>
        {
            return Some(bet);
        }
        _ if stands_alone(bet) => {
            let number = bet.info().number.and_then(BoxNumber::of);
            return BetKey::new(BetId::PUT_ODDS, number);
        }
        _ => return None,
    };
    BetKey::new(odds, number)
}

/// Asks which number a buy, lay or hard way is for.
pub(crate) fn ask_number(cx: &mut Context<'_>, what: NumberFor) {
    cx.model.overlays.push(Overlay::NumberBox(what));
    cx.draw();
}

/// Lays a unit on the bet that the number box was for.
pub(crate) fn number(cx: &mut Context<'_>, number: BoxNumber) {
    let Some(Overlay::NumberBox(what)) = cx.model.overlays.last() else {
        return;
    };
    let what = *what;
    let bet = match what {
        NumberFor::Buy => felt::bet(&format!("buy_{number}")),
        NumberFor::Lay => felt::bet(&format!("lay_{number}")),
        NumberFor::HardWay => felt::bet(&format!("hard_{number}")),
    };
    match bet {
        Some(bet) => {
            cx.model.overlays.pop();
            press(cx, bet);
        }
        None => cx.refuse_input(Why::NoHardWay(number)),
    }
}
