//! Leaving the screen: for a while, or for good.

use crate::tui::limits::QUIT_TWICE;
use crate::tui::message::Effect;
use crate::tui::note::Note;
use crate::tui::overlay::{Overlay, QuitChoice};

use super::Context;

pub(crate) fn suspend(cx: &mut Context<'_>) {
    cx.effect(Effect::Suspend);
}

/// Quits; asks first if bets are at risk. What stopped has nothing left to ask about: bets stand.
pub(crate) fn quit(cx: &mut Context<'_>) {
    let stopped = matches!(cx.model.overlay(), Some(Overlay::Failed(_)));
    if cx.model.has_bets_at_risk() && !stopped {
        cx.open(Overlay::Quit(QuitChoice::default()));
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
