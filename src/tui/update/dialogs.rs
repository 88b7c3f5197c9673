//! Dialogs with a few answers, and the main action of every screen.

use crate::gaming::Strategy;

use crate::tui::felt::Direction;
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;
use crate::tui::model::{Model, Pane, Screen};
use crate::tui::note::Note;
use crate::tui::offers::offers;
use crate::tui::overlay::{
    ConfirmDialog, FailedChoice, Failure, FirstRunField, Overlay, Question, QuitChoice,
};
use crate::tui::schedule::UiTime;
use crate::tui::slip::Cause;
use crate::tui::when;
use crate::tui::why::Why;

use super::{Context, amounts, bets, forms, health, moves, reading, slips, tables};

/// Opens a dialog that nobody asked for: it ignores keys for a moment.
pub(super) fn open_by_itself(cx: &mut Context<'_>, overlay: Overlay) {
    cx.model.overlays.push(overlay);
    cx.model.deaf_until = cx.now + crate::tui::limits::DEAF;
    cx.draw();
}

/// Closes the dialogs that `which` names.
pub(super) fn close(cx: &mut Context<'_>, which: impl Fn(&Overlay) -> bool) {
    let before = cx.model.overlays.len();
    cx.model.overlays.retain(|overlay| !which(overlay));
    if cx.model.overlays.len() != before {
        cx.model.deaf_until = UiTime(0);
        cx.draw();
    }
}

/// `Enter`.
pub(crate) fn main(cx: &mut Context<'_>) {
    let Some(overlay) = cx.model.overlays.last().cloned() else {
        return on_screen(cx);
    };
    match overlay {
        Overlay::Help(_)
        | Overlay::Explain(_)
        | Overlay::Roll(_)
        | Overlay::Proof(_)
        | Overlay::LogSearch
        | Overlay::Quit(QuitChoice::Stay) => close_front(cx),
        Overlay::Palette(dialog) => reading::run_from_palette(cx, &dialog),
        Overlay::GoBox | Overlay::NumberBox(_) => cx.refuse_input(Why::NotHere),
        Overlay::Quit(QuitChoice::LeaveSeat) => {
            close_front(cx);
            cx.say(Note::Leaving);
            tables::stand(cx, Cause::Quit);
        }
        Overlay::Quit(QuitChoice::Now) => cx.effect(Effect::Quit),
        Overlay::Confirm(dialog) => {
            close_front(cx);
            if dialog.yes {
                confirmed(cx, dialog.question);
            }
        }
        Overlay::PickBot(index) => {
            close_front(cx);
            tables::seat_bot(cx, index);
        }
        Overlay::SendAway(seat) => {
            close_front(cx);
            cx.open(Overlay::Confirm(ConfirmDialog::new(Question::RemoveBot(
                seat,
            ))));
        }
        Overlay::AllBets(dialog) => match cx.model.bet_in_focus() {
            Some(bet) if dialog.for_amount => {
                close_front(cx);
                amounts::ask_amount_on(cx, bet);
            }
            Some(_) => bets::main(cx),
            None => cx.refuse_input(Why::NothingChosen),
        },
        Overlay::Failed(dialog) => match (dialog.choice, dialog.failure) {
            (FailedChoice::Quit, _) => cx.effect(Effect::Quit),
            (FailedChoice::Retry, Failure::Start) => {
                close_front(cx);
                cx.effect(Effect::App(AppCommand::Retry));
            }
            (FailedChoice::Retry, Failure::Emergency) => {
                close_front(cx);
                cx.effect(Effect::App(AppCommand::Reset));
            }
        },
        Overlay::Amount(_)
        | Overlay::Rules(_)
        | Overlay::NewTable(_)
        | Overlay::EmergencyStop(_)
        | Overlay::FirstRun(_)
        | Overlay::Unlock(_) => forms::submit(cx),
    }
}

fn confirmed(cx: &mut Context<'_>, question: Question) {
    match question {
        Question::Clear => slips::clear(cx),
        Question::Repeat => slips::repeat_affordable(cx),
        Question::Leave => tables::stand(cx, Cause::Key),
        Question::RemoveBot(seat) => tables::send_away(cx, seat),
        Question::Approve(change) => tables::change_keepers(cx, change.change),
        Question::RestartService(name) => health::restart(cx, name),
    }
}

fn on_screen(cx: &mut Context<'_>) {
    match cx.model.screen {
        Screen::Lobby => {
            if let Some(table) = cx.model.chosen_table().cloned() {
                tables::sit_at(cx, &table);
            }
        }
        Screen::Table | Screen::Bets => bets::main(cx),
        Screen::History => {
            if let Some(roll) = cx.model.chosen_roll().map(|record| record.roll) {
                reading::roll_details(cx, roll);
            }
        }
        Screen::Health | Screen::Log => cx.refuse_input(Why::NotHere),
    }
}

fn close_front(cx: &mut Context<'_>) {
    cx.model.overlays.pop();
    cx.draw();
}

/// `Esc`: closes what is in front, else goes back to the screen that this one was opened from. Lobby
/// and table were opened from nowhere: there it says so.
pub(crate) fn back(cx: &mut Context<'_>) {
    match cx.model.overlays.last() {
        Some(Overlay::FirstRun(_)) => forms::back_in_first_run(cx),
        Some(Overlay::Unlock(_) | Overlay::Failed(_)) => cx.refuse_input(Why::NothingToClose),
        Some(Overlay::LogSearch) => {
            cx.model.log_filter.search.clear();
            close_front(cx);
        }
        Some(
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::GoBox
            | Overlay::NumberBox(_)
            | Overlay::Quit(_)
            | Overlay::Confirm(_)
            | Overlay::PickBot(_)
            | Overlay::SendAway(_)
            | Overlay::Explain(_)
            | Overlay::Roll(_)
            | Overlay::Amount(_)
            | Overlay::Proof(_)
            | Overlay::Rules(_)
            | Overlay::NewTable(_)
            | Overlay::EmergencyStop(_),
        ) => close_front(cx),
        Some(Overlay::AllBets(_)) => leave_bet_pane(cx),
        None if shows_refused(cx.model) => slips::dismiss(cx),
        None if when::searched(cx.model) => {
            cx.model.log_filter.search.clear();
            cx.draw();
        }
        None if cx.model.screen == Screen::Table && cx.model.pane == Pane::Slip => {
            cx.model.pane = Pane::Felt;
            cx.draw();
        }
        None => match cx.model.opened_from.last() {
            Some(before) => moves::show(cx, *before),
            None => cx.refuse_input(Why::NothingToClose),
        },
    }
}

/// Whether a refused bet is on the screen, which `Esc` dismisses.
fn shows_refused(model: &Model) -> bool {
    matches!(model.screen, Screen::Table | Screen::Bets) && !model.slip.waiting.is_empty()
}

/// Closes the bet pane; the focus goes to the bet that was chosen there if any of it is in the slip.
fn leave_bet_pane(cx: &mut Context<'_>) {
    let chosen = match cx.model.overlay() {
        Some(Overlay::AllBets(dialog)) => dialog.chosen,
        Some(_) | None => None,
    };
    close_front(cx);
    if let Some(bet) = chosen.filter(|bet| cx.model.slip_rows().contains_key(bet)) {
        bets::focus(cx.model, bet);
    }
}

/// `y` in a question.
pub(crate) fn yes(cx: &mut Context<'_>) {
    match cx.model.overlays.last_mut() {
        Some(Overlay::Quit(choice)) => *choice = QuitChoice::Now,
        Some(Overlay::Confirm(dialog)) => dialog.yes = true,
        Some(_) | None => return,
    }
    main(cx);
}

/// `Space`: the next answer of a dialog or field.
pub(crate) fn choose(cx: &mut Context<'_>) {
    match cx.model.overlays.last_mut() {
        Some(Overlay::Quit(_) | Overlay::Confirm(_) | Overlay::Failed(_)) => {
            turn_answer(cx, true);
        }
        Some(Overlay::PickBot(index)) => *index = (*index + 1) % Strategy::ALL.len(),
        Some(Overlay::SendAway(seat)) => {
            let seat = *seat;
            if !tables::step_bot(cx, true) {
                let first = cx.model.bots().first().map_or(seat, |bot| bot.seat);
                cx.model.overlays.pop();
                cx.model.overlays.push(Overlay::SendAway(first));
            }
        }
        Some(_) | None => return forms::choose(cx, Direction::Right),
    }
    cx.draw();
}

/// Goes to the next or previous answer, after the last to the first; `false` if there is none.
pub(super) fn turn_answer(cx: &mut Context<'_>, forward: bool) -> bool {
    match cx.model.overlays.last_mut() {
        Some(Overlay::Quit(choice)) => *choice = forms::cycle(&QuitChoice::ALL, *choice, forward),
        Some(Overlay::Confirm(dialog)) => dialog.yes = !dialog.yes,
        Some(Overlay::Failed(dialog)) => {
            dialog.choice = forms::cycle(&FailedChoice::ALL, dialog.choice, forward);
        }
        Some(_) | None => return false,
    }
    true
}

/// Moves within the dialog in front; `false` at its end.
pub(super) fn go(cx: &mut Context<'_>, direction: Direction, by: usize) -> bool {
    let forward = matches!(direction, Direction::Down | Direction::Right);
    let vertical = matches!(direction, Direction::Up | Direction::Down);
    match cx.model.overlays.last().cloned() {
        Some(Overlay::AllBets(mut dialog)) if vertical => {
            let found = offers(cx.model, dialog.search.text());
            let moved = moves::step(&found, &mut dialog.chosen, forward, by);
            cx.model.overlays.pop();
            cx.model.overlays.push(Overlay::AllBets(dialog));
            moved
        }
        Some(Overlay::Palette(dialog)) if vertical => {
            reading::step_palette(cx, dialog, forward, by)
        }
        Some(Overlay::Roll(_)) if vertical => reading::scroll_roll(cx, forward, by),
        Some(Overlay::Explain(dialog)) if vertical => {
            reading::scroll_explain(cx, dialog, forward, by)
        }
        Some(Overlay::Proof(dialog)) if vertical => reading::scroll_proof(cx, dialog, forward, by),
        Some(Overlay::Help(_)) if vertical => reading::scroll_help(cx, forward, by),
        Some(Overlay::LogSearch) if vertical => moves::scroll_log(cx.model, forward, by),
        Some(
            Overlay::Amount(_)
            | Overlay::Rules(_)
            | Overlay::NewTable(_)
            | Overlay::FirstRun(_)
            | Overlay::EmergencyStop(_)
            | Overlay::Unlock(_),
        ) if vertical => forms::go(cx, forward, by),
        // From button to button; only `Enter` and `Space` press one.
        Some(Overlay::FirstRun(page))
            if matches!(page.field, FirstRunField::Play | FirstRunField::Cancel) =>
        {
            let before = page.field == FirstRunField::Cancel;
            forward != before && forms::go(cx, forward, 1)
        }
        Some(Overlay::Rules(_) | Overlay::FirstRun(_)) => {
            forms::choose(cx, direction);
            true
        }
        Some(_) => in_choice(cx, forward),
        None => false,
    }
}

fn in_choice(cx: &mut Context<'_>, forward: bool) -> bool {
    if let Some(Overlay::SendAway(_)) = cx.model.overlays.last() {
        return tables::step_bot(cx, forward);
    }
    match cx.model.overlays.last_mut() {
        Some(Overlay::Quit(choice)) => step(&QuitChoice::ALL, choice, forward),
        Some(Overlay::Failed(dialog)) => step(&FailedChoice::ALL, &mut dialog.choice, forward),
        Some(Overlay::Confirm(dialog)) => {
            // Keeping stands left of doing.
            let moved = dialog.yes != forward;
            dialog.yes = forward;
            moved
        }
        Some(Overlay::PickBot(index)) => {
            let all: Vec<usize> = (0..Strategy::ALL.len()).collect();
            step(&all, index, forward)
        }
        Some(_) | None => false,
    }
}

fn step<T: Copy + PartialEq>(all: &[T], now: &mut T, forward: bool) -> bool {
    let mut chosen = Some(*now);
    let moved = moves::step(all, &mut chosen, forward, 1);
    *now = chosen.unwrap_or(*now);
    moved
}
