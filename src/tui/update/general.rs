//! Help, settings, health, log and leaving.

use crate::clock::UnixMillis;
use crate::config::{Color, LogLevel};

use crate::tui::caps::{ColourDepth, Motion};
use crate::tui::felt;
use crate::tui::field::TextField;
use crate::tui::keymap;
use crate::tui::limits::{PROOF_FRAME_ROWS, QUIT_TWICE};
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;
use crate::tui::model::{Frozen, Pane, Screen};
use crate::tui::note::Note;
use crate::tui::overlay::{
    AllBetsDialog, ConfirmDialog, ExplainDialog, HelpDialog, Overlay, Question, QuitChoice,
    RollDialog, STOP_WORD,
};
use crate::tui::text;
use crate::tui::view;

use super::{Context, forms, moves};

fn open(cx: &mut Context<'_>, overlay: Overlay) {
    cx.model.overlays.push(overlay);
    cx.draw();
}

pub(crate) fn help(cx: &mut Context<'_>) {
    open(cx, Overlay::Help(HelpDialog::default()));
}

/// Scrolls help; `false` at an end. Its rows are the live actions below it, at least.
pub(super) fn scroll_help(cx: &mut Context<'_>, forward: bool, by: usize) -> bool {
    let most = keymap::help_rows(cx.model).len().saturating_sub(1);
    let Some(Overlay::Help(dialog)) = cx.model.overlays.last_mut() else {
        return false;
    };
    let here = dialog.scroll.min(most);
    dialog.scroll = moves::moved(here, most, forward, by);
    here != dialog.scroll
}

pub(crate) fn go_box(cx: &mut Context<'_>) {
    open(cx, Overlay::GoBox);
}

pub(crate) fn all_bets(cx: &mut Context<'_>) {
    // From a family's cell the list opens at that family.
    let spot = cx.model.spot;
    let from_cell = cx.model.pane == Pane::Felt && !felt::has(spot);
    let dialog = AllBetsDialog {
        chosen: from_cell.then_some(spot),
        ..AllBetsDialog::default()
    };
    open(cx, Overlay::AllBets(dialog));
}

pub(crate) fn explain(cx: &mut Context<'_>) {
    if let Some(bet) = cx.model.bet_in_focus() {
        open(cx, Overlay::Explain(ExplainDialog::new(bet)));
    }
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
    open(cx, Overlay::Roll(RollDialog { roll, scroll: 0 }));
}

/// Opens the proof of the chosen roll of the history, elsewhere of the newest one.
pub(crate) fn proof(cx: &mut Context<'_>) {
    let roll = if cx.model.screen == Screen::History {
        cx.model.chosen_roll().map(|record| record.roll)
    } else {
        newest_roll(cx)
    };
    if let Some(roll) = roll {
        open(cx, Overlay::Proof(RollDialog { roll, scroll: 0 }));
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

/// Lets the picture move again, or asks for the time at which it is frozen.
pub(crate) fn freeze(cx: &mut Context<'_>) {
    if cx.model.frozen.take().is_some() {
        cx.say(Note::Frozen(false));
    } else {
        cx.effect(Effect::Freeze);
    }
}

/// Freezes the picture at this time.
pub(super) fn frozen(cx: &mut Context<'_>, at: UnixMillis) {
    cx.model.frozen = Some(Frozen {
        at,
        lifecycle: cx.model.lifecycle.clone(),
        health: cx.model.health.clone(),
    });
    cx.say(Note::Frozen(true));
}

fn health_report(cx: &Context<'_>) -> String {
    text::health_report(cx.model.shown_lifecycle(), cx.model.shown_health())
}

/// Copies what health shows to the clipboard.
pub(crate) fn copy_health(cx: &mut Context<'_>) {
    let words = health_report(cx);
    cx.say(Note::Copied(words.chars().count()));
    cx.effect(Effect::Copy(words));
}

/// Has what health shows written to a file; the answer says where it is.
pub(crate) fn export_health(cx: &mut Context<'_>) {
    let words = health_report(cx);
    cx.effect(Effect::App(AppCommand::SaveReport(words)));
}

/// Restarts the chosen service; asks first if play can't go on meanwhile.
pub(crate) fn restart_service(cx: &mut Context<'_>) {
    let Some(service) = cx.model.chosen_service() else {
        return;
    };
    let name = service.name.clone();
    let others = cx.model.health.dependents(&name);
    if service.importance.is_mandatory() || !others.is_empty() {
        let question = Question::RestartService(name);
        open(
            cx,
            Overlay::Confirm(ConfirmDialog {
                question,
                yes: true,
            }),
        );
    } else {
        restart(cx, name);
    }
}

/// Restarts a service, without asking.
pub(super) fn restart(cx: &mut Context<'_>, name: String) {
    cx.effect(Effect::App(AppCommand::RestartService(name.clone())));
    cx.say(Note::Restarting(name));
}

pub(crate) fn ask_emergency_stop(cx: &mut Context<'_>) {
    let word = TextField::new("", STOP_WORD.len());
    open(cx, Overlay::EmergencyStop(word));
}

/// Shows one level more; after all of them, only errors again.
pub(crate) fn log_level(cx: &mut Context<'_>) {
    let levels = [
        LogLevel::Error,
        LogLevel::Warn,
        LogLevel::Info,
        LogLevel::Debug,
        LogLevel::Trace,
    ];
    let filter = &mut cx.model.log_filter;
    let here = levels.iter().position(|level| *level == filter.level);
    let next = here.map_or(0, |here| (here + 1) % levels.len());
    filter.level = levels.get(next).copied().unwrap_or(LogLevel::Info);
    cx.model.rows.log_up = 0;
    cx.draw();
}

pub(crate) fn log_search(cx: &mut Context<'_>) {
    open(cx, Overlay::LogSearch);
}

pub(crate) fn motion(cx: &mut Context<'_>) {
    let mut settings = cx.model.settings.clone();
    settings.reduced_motion = !settings.reduced_motion;
    forms::set(cx, settings.clone());
    cx.effect(Effect::App(AppCommand::Save(settings)));
    let motion = cx.model.caps.motion;
    if motion == Motion::Reduced
        && let Some(record) = cx.model.dice.record().cloned()
    {
        cx.model.dice = crate::tui::dice_show::DiceShow::Settled(record);
    }
    cx.say(Note::Motion(motion));
}

/// The next palette: truecolor, 16 colours, none.
pub(crate) fn theme(cx: &mut Context<'_>) {
    let mut settings = cx.model.settings.clone();
    settings.color = match cx.model.caps.colours {
        ColourDepth::True => Color::Sixteen,
        ColourDepth::Sixteen => Color::None,
        ColourDepth::Mono => Color::Truecolor,
    };
    forms::set(cx, settings.clone());
    cx.effect(Effect::App(AppCommand::Save(settings)));
    cx.say(Note::Colours(cx.model.caps.colours));
}

pub(crate) fn repaint(cx: &mut Context<'_>) {
    cx.effect(Effect::Repaint);
}

pub(crate) fn suspend(cx: &mut Context<'_>) {
    cx.effect(Effect::Suspend);
}

/// Quits; asks first if bets are at risk. What stopped has nothing left to ask about: bets stand.
pub(crate) fn quit(cx: &mut Context<'_>) {
    let stopped = matches!(cx.model.overlay(), Some(Overlay::Failed(_)));
    if cx.model.has_bets_at_risk() && !stopped {
        open(cx, Overlay::Quit(QuitChoice::default()));
    } else {
        cx.effect(Effect::Quit);
    }
}

/// Quits without asking if it is pressed twice; once is like `q`.
pub(crate) fn quit_now(cx: &mut Context<'_>) {
    let again = cx
        .model
        .ctrl_c_at
        .is_some_and(|earlier| cx.now.since(earlier) <= QUIT_TWICE);
    cx.model.ctrl_c_at = Some(cx.now);
    if again {
        cx.effect(Effect::Quit);
        return;
    }
    let asking = matches!(cx.model.overlay(), Some(Overlay::Quit(_)));
    if !asking {
        quit(cx);
    }
    cx.say(Note::PressAgainToQuit);
}
