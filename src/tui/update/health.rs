//! The health screen: a frozen picture, reports, and what is done to services.

use crate::clock::UnixMillis;
use crate::tui::field::TextField;
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;
use crate::tui::model::Frozen;
use crate::tui::note::Note;
use crate::tui::overlay::{ConfirmDialog, Overlay, Question, STOP_WORD};
use crate::tui::text;

use super::Context;

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
        cx.open(Overlay::Confirm(ConfirmDialog::new(question)));
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
    cx.open(Overlay::EmergencyStop(word));
}
