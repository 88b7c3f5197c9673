//! What a press of the mouse does: what the key for the same thing does.

use super::{Context, bets, dialogs, forms, moves};
use crate::craps::BetKey;
use crate::tui::action::Action;
use crate::tui::felt::Direction;
use crate::tui::hits::{Answer, Button, MouseOwner, Press, Row, Target};
use crate::tui::limits::WHEEL_ROWS;
use crate::tui::message::Effect;
use crate::tui::model::{Pane, Screen};
use crate::tui::note::{Note, Tried};
use crate::tui::overlay::{FirstRunField, FirstRunStage, Overlay};
use crate::tui::when;

/// Takes a press; `m` has given the mouse to the terminal if it is not to be heard.
pub(super) fn press(cx: &mut Context<'_>, press: Press) {
    if cx.now < cx.model.deaf_until || cx.model.mouse == MouseOwner::Terminal {
        return;
    }
    let forward = match press.button {
        Button::WheelUp => false,
        Button::WheelDown => true,
        Button::Left | Button::Right => return click(cx, press),
    };
    wheel(cx, press, forward);
}

fn click(cx: &mut Context<'_>, press: Press) {
    let target = cx.model.hits.at(press.column, press.row).cloned();
    // What means nothing is like a click beside everything: nobody asked for anything.
    let Some(target) = target.filter(|target| *target != Target::Nothing) else {
        return;
    };
    cx.model.event_row.key_pressed();
    cx.model.ctrl_c_at = None;
    cx.draw();
    match (press.button, target) {
        (Button::Left, Target::Action(action)) => cx.act(action),
        (Button::Left, Target::Spot(bet)) => on(cx, bet),
        (Button::Right, Target::Spot(bet)) => off(cx, bet),
        (Button::Left, Target::Cell(bet)) => {
            cx.model.spot = bet;
            cx.model.pane = Pane::Felt;
            cx.act(Action::AllBets);
        }
        (Button::Left, Target::Row(row)) => choose_row(cx, row),
        (Button::Left, Target::Answer(answer)) => choose_answer(cx, answer),
        (_, Target::Pane(pane)) => focus(cx, pane),
        // There is nothing to take off, so it is like a click beside everything.
        (
            Button::Right | Button::WheelUp | Button::WheelDown,
            Target::Action(_) | Target::Cell(_) | Target::Row(_) | Target::Answer(_),
        )
        | (Button::WheelUp | Button::WheelDown, Target::Spot(_))
        | (_, Target::Nothing) => {}
    }
    bets::send_if_left(cx);
}

/// A unit on a bet.
fn on(cx: &mut Context<'_>, bet: BetKey) {
    if let Some(Overlay::AllBets(dialog)) = cx.model.overlays.last_mut()
        && dialog.for_amount
    {
        dialog.chosen = Some(bet);
        return dialogs::main(cx);
    }
    match when::seated(cx.model) {
        Ok(()) => bets::press(cx, bet),
        Err(why) => {
            let amount = cx.model.press(bet);
            cx.refuse(Tried::Bet { bet, amount }, why);
        }
    }
}

/// A unit off a bet.
fn off(cx: &mut Context<'_>, bet: BetKey) {
    bets::focus(cx.model, bet);
    cx.act(Action::ChipOff);
}

fn choose_row(cx: &mut Context<'_>, row: Row) {
    let (pane, has_more) = match row {
        Row::Table(game) => {
            cx.model.rows.table = Some(game);
            (Pane::Tables, cx.model.screen == Screen::Lobby)
        }
        Row::Service(name) => {
            cx.model.rows.service = Some(name);
            (Pane::Services, false)
        }
        Row::Transition(sequence) => {
            cx.model.rows.transition = Some(sequence);
            (Pane::Lifecycle, false)
        }
        Row::Roll(roll) => {
            cx.model.rows.roll = Some(roll);
            (Pane::Rolls, cx.model.screen == Screen::History)
        }
    };
    focus(cx, pane);
    if has_more {
        cx.act(Action::Main);
    }
}

/// Gives a pane the arrows, if it is one of the screen in front.
fn focus(cx: &mut Context<'_>, pane: Pane) {
    let is_here = cx.model.overlays.is_empty() && cx.model.screen.panes().contains(&pane);
    if is_here && cx.model.pane != pane {
        cx.model.pane = pane;
        cx.draw();
    }
}

fn choose_answer(cx: &mut Context<'_>, answer: Answer) {
    let done = match (answer, cx.model.overlays.last_mut()) {
        (Answer::Quit(choice), Some(Overlay::Quit(now))) => {
            *now = choice;
            true
        }
        (Answer::Yes(yes), Some(Overlay::Confirm(dialog))) => {
            dialog.yes = yes;
            true
        }
        (Answer::Failed(choice), Some(Overlay::Failed(dialog))) => {
            dialog.choice = choice;
            true
        }
        (Answer::Bot(index), Some(Overlay::PickBot(now))) => {
            *now = index;
            true
        }
        (Answer::SendAway(seat), Some(Overlay::SendAway(now))) => {
            *now = seat;
            true
        }
        (Answer::Palette(action), Some(Overlay::Palette(dialog))) => {
            dialog.chosen = Some(action);
            true
        }
        (Answer::FirstRun(field), Some(Overlay::FirstRun(page)))
            if page.stage == FirstRunStage::Choosing =>
        {
            page.field = field;
            return first_run(cx, field);
        }
        (Answer::NewTable(field), Some(Overlay::NewTable(dialog))) => {
            dialog.go_to(field);
            false
        }
        (Answer::Rule(row), Some(Overlay::Rules(dialog))) => {
            dialog.go_to(row);
            false
        }
        // The frame with the answer was of a dialog that has closed since.
        (_, Some(_) | None) => false,
    };
    if done {
        dialogs::main(cx);
    }
}

/// A click on a choice makes the next one, on a button presses it, in a field goes there.
fn first_run(cx: &mut Context<'_>, field: FirstRunField) {
    match field {
        FirstRunField::Name | FirstRunField::Passphrase | FirstRunField::Again => {}
        FirstRunField::Colours
        | FirstRunField::Symbols
        | FirstRunField::Motion
        | FirstRunField::ScreenReader
        | FirstRunField::Lock => forms::choose(cx, Direction::Right),
        FirstRunField::Play | FirstRunField::Cancel => dialogs::main(cx),
    }
}

/// Scrolls the dialog in front, else the list under the pointer. The end of it is no mistake.
fn wheel(cx: &mut Context<'_>, press: Press, forward: bool) {
    let direction = if forward {
        Direction::Down
    } else {
        Direction::Up
    };
    let moved = if cx.model.overlay().is_some() {
        dialogs::go(cx, direction, WHEEL_ROWS)
    } else {
        let pane = cx.model.hits.pane_at(press.column, press.row);
        let panes = cx.model.screen.panes();
        // The focus of the felt is a spot, and chips go there.
        let listed = pane.filter(|pane| *pane != Pane::Felt && panes.contains(pane));
        listed.is_some_and(|pane| {
            cx.model.pane = pane;
            moves::in_pane(cx.model, direction, WHEEL_ROWS)
        })
    };
    if moved {
        cx.draw();
    }
    bets::send_if_left(cx);
}

/// `m`: gives the mouse to the terminal, so that text can be selected, or takes it back.
pub(crate) fn switch(cx: &mut Context<'_>) {
    let mouse = match cx.model.mouse {
        MouseOwner::Game => MouseOwner::Terminal,
        MouseOwner::Terminal => MouseOwner::Game,
    };
    cx.model.mouse = mouse;
    cx.effect(Effect::Mouse(mouse));
    cx.say(Note::Mouse(mouse));
}
