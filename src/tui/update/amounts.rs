//! How much goes on a bet: the unit, typed amounts, and the number that a buy, lay or hard way is for.

use crate::craps::{Action, BetKey, BoxNumber};
use crate::ledger::Chips;
use crate::tui::felt;
use crate::tui::legal::{self, Trial};
use crate::tui::model::UNITS;
use crate::tui::note::{Note, Offer, Tried};
use crate::tui::overlay::{AllBetsDialog, AmountDialog, NumberFor, Overlay};
use crate::tui::slip::Cause;
use crate::tui::why::Why;

use super::Context;
use super::bets::{place, press};

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
