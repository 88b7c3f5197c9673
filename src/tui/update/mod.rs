//! All decisions of the screen: a model, a message and the time go in, effects come out.
//!
//! No clock, no channel, no terminal: what should happen is returned as [`Effect`]s. A key is never
//! silent: it does something that shows, or the event row says why not.

pub(super) mod amounts;
mod answers;
mod bell;
pub(super) mod bets;
pub(super) mod dialogs;
pub(super) mod forms;
pub(super) mod health;
pub(super) mod leaving;
pub(super) mod log;
pub(super) mod looks;
pub(super) mod mouse;
pub(super) mod moves;
pub(super) mod new_table;
pub(super) mod odds;
pub(super) mod reading;
pub(super) mod rules;
pub(super) mod slips;
pub(super) mod tables;
mod views;
mod wishes;

#[cfg(test)]
pub(in crate::tui) mod kit;
#[cfg(test)]
mod tests;

use crate::gaming::{Intent, IntentId};

use super::action::Action;
use super::input::Chord;
use super::limits::{ANSWER_WAIT, PENDING_MAX};
use super::message::{Effect, Msg, Signal};
use super::model::Model;
use super::note::{Note, Offer, Tried};
use super::overlay::Overlay;
use super::schedule::UiTime;
use super::slip::{Cause, Pending};
use super::why::Why;
use super::{kept, keymap};

/// What an action works on.
#[derive(Debug)]
pub struct Context<'a> {
    /// The model.
    pub model: &'a mut Model,
    /// The time.
    pub now: UiTime,
    effects: Vec<Effect>,
}

impl Context<'_> {
    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn draw(&mut self) {
        if !self.effects.contains(&Effect::Draw) {
            self.effect(Effect::Draw);
        }
    }

    fn open(&mut self, overlay: Overlay) {
        self.model.overlays.push(overlay);
        self.draw();
    }

    fn say(&mut self, note: Note) {
        self.model.event_row.say(note);
        self.draw();
    }

    /// Does an action if it makes sense now, and says why not if it doesn't.
    fn act(&mut self, action: Action) {
        match (action.info().when)(self.model) {
            Err(why) => self.refuse(Tried::Action(action), why),
            Ok(()) => (action.info().run)(self),
        }
    }

    fn refuse(&mut self, tried: Tried, why: Why) {
        self.say(Note::Refused {
            tried,
            why,
            offer: None,
        });
    }

    fn refuse_with(&mut self, tried: Tried, why: Why, offer: Option<Offer>) {
        self.say(Note::Refused { tried, why, offer });
    }

    /// Refuses what was typed or chosen in a dialog.
    fn refuse_input(&mut self, why: Why) {
        self.refuse(Tried::Input, why);
    }

    /// Sends an intent and remembers it until its answer; `None` if too many have none yet.
    fn send(&mut self, intent: Intent, cause: Cause) -> Option<IntentId> {
        if self.model.pending.len() >= PENDING_MAX {
            self.refuse(
                Tried::Intent(intent),
                Why::TooManyPending { limit: PENDING_MAX },
            );
            return None;
        }
        let id = self.model.next_intent;
        self.model.next_intent = IntentId(id.0.saturating_add(1));
        self.model.pending.insert(
            id,
            Pending {
                intent: intent.clone(),
                cause,
                batch: id,
                changes: Vec::new(),
                since: self.now,
                after: kept::seen_height(self.model),
                ask_at: self.now + ANSWER_WAIT,
                asked_again: 0,
            },
        );
        self.effect(Effect::Send(id, intent));
        self.draw();
        Some(id)
    }
}

/// Takes one message and returns what should happen.
pub fn update(model: &mut Model, msg: Msg, now: UiTime) -> Vec<Effect> {
    let mut context = Context {
        model,
        now,
        effects: Vec::new(),
    };
    let cx = &mut context;
    match msg {
        Msg::Key(chord) => key(cx, chord),
        Msg::Wish(wish) => wishes::take(cx, wish),
        Msg::InputEnded => wishes::input_ended(cx),
        Msg::Paste(text) => forms::paste(cx, &text),
        Msg::Mouse(press) => mouse::press(cx, press),
        Msg::Drawn(hits) => cx.model.hits = hits,
        Msg::Resize(columns, rows) => {
            cx.model.size = (columns, rows);
            // Even where the size is the old one again, the terminal may have cut off what it had.
            cx.effect(Effect::Repaint);
        }
        Msg::Focus(focused) => cx.model.focused = focused,
        Msg::Lifecycle(view) => views::lifecycle(cx, view),
        Msg::Health(view) => views::health(cx, view),
        Msg::Start(view) => views::start(cx, view),
        Msg::Club(view) => views::club(cx, view),
        Msg::Table(view) => views::table(cx, view),
        Msg::Log(view) => views::log(cx, view),
        Msg::Event(event) => views::event(cx, event),
        // The views hold the state, and they come by themselves.
        Msg::Lagged(_) => {}
        Msg::Reply(id, reply) => answers::reply(cx, id, reply),
        Msg::Words(words) => cx.say(Note::Words(words)),
        Msg::FrozenAt(at) => health::frozen(cx, at),
        Msg::NotTaken => cx.refuse_input(Why::ApplicationBusy),
        Msg::Timer => timer(cx),
        Msg::Signal(Signal::Terminate | Signal::Interrupt | Signal::HangUp) => {
            cx.effect(Effect::Quit);
        }
    }
    kept::keep(context.model);
    context.effects
}

fn key(cx: &mut Context<'_>, chord: Chord) {
    let action = keymap::action(cx.model, chord);
    let always = matches!(
        action,
        Some(Action::QuitNow | Action::Suspend | Action::Repaint)
    );
    if cx.now < cx.model.deaf_until && !always {
        return;
    }
    cx.model.event_row.key_pressed();
    cx.draw();
    if action != Some(Action::QuitNow) {
        cx.model.ctrl_c_at = None;
    }
    if !always && forms::typed(cx, chord) {
        return;
    }
    match action {
        None => cx.refuse_input(Why::NoSuchKey(chord)),
        Some(action) => cx.act(action),
    }
    bets::send_if_left(cx);
}

/// Does what is due: laid chips go out, intents without an answer are asked again, the dice move.
fn timer(cx: &mut Context<'_>) {
    if cx
        .model
        .slip
        .laid
        .is_some_and(|laid| laid.send_at <= cx.now)
    {
        bets::send_laid(cx);
    }
    answers::ask_again(cx);
    if cx.model.dice.advance(cx.now) {
        cx.draw();
    }
    let before = cx.model.countdown.shown();
    if cx.model.countdown.advance(cx.now) {
        bell::last_seconds(cx, before);
        if cx.model.shows_countdown() {
            cx.draw();
        }
    }
}
