//! The only loop of the screen: wait for something, decide, draw if it is due.
//!
//! Everything runs on one thread. Awake, the loop takes at most [`DRAIN_MAX`] messages before it
//! asks the scheduler, so that no storm starves drawing. Nothing wakes it while nothing happens.

mod sources;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::future::Future;
use std::io;

use crossterm::event::Event;
use futures::Stream;
use futures::future::poll_immediate;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use crate::gaming::{Intent, IntentId, Refusal, Reply};

use super::hits::{HitMap, MouseOwner};
use super::input;
use super::limits::DRAIN_MAX;
use super::link::{AppCommand, ScreenLink};
use super::message::{Effect, Msg, Signal};
use super::model::Model;
use super::schedule::{Scheduler, UiTime};
use super::update::update;

pub use sources::{Signals, signals};
pub(super) use sources::{Sources, Woken};

/// What the loop needs of a terminal.
pub trait Terminal {
    /// Where keys come from.
    type Input: Stream<Item = io::Result<Event>> + Unpin;

    /// Starts reading. There is never more than one reader.
    ///
    /// # Errors
    /// What the operating system says.
    fn input(&mut self) -> io::Result<Self::Input>;

    /// Draws the model, and returns what a click means.
    ///
    /// # Errors
    /// What the terminal says.
    fn draw(&mut self, model: &Model) -> io::Result<HitMap>;

    /// Hands the mouse over: to the game, which hears it from now on, or to the terminal.
    ///
    /// # Errors
    /// What the terminal says.
    fn mouse(&mut self, owner: MouseOwner) -> io::Result<()>;

    /// Gives words to the terminal's clipboard; a terminal without one ignores them.
    ///
    /// # Errors
    /// What the terminal says.
    fn copy(&mut self, words: &str) -> io::Result<()>;

    /// Rings the bell of the terminal.
    ///
    /// # Errors
    /// What the terminal says.
    fn bell(&mut self) -> io::Result<()>;

    /// Makes the next frame draw every cell.
    fn repaint(&mut self);

    /// Gives the terminal back, stops the program until it is continued, and takes the terminal
    /// again. No reader may exist. Returns the size in columns and rows.
    fn suspend(&mut self) -> impl Future<Output = io::Result<(u16, u16)>>;

    /// The terminal is gone: nothing may be written to it any more.
    fn hung_up(&mut self);
}

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The player quit, or a signal asked for it.
    Quit,
    /// The terminal is gone.
    HungUp,
    /// Nobody reads the lines that are written any more.
    Unread,
    /// The player goes on in lines.
    GoesOnInLines,
}

/// Runs the screen until the player quits or goes on in lines, a signal ends it, or the terminal is gone.
/// `started` is when the time of the model began.
///
/// # Errors
/// What the terminal says when it can't be read or written.
pub async fn run<T: Terminal>(
    model: &mut Model,
    link: &mut ScreenLink,
    terminal: &mut T,
    signals: impl Stream<Item = Signal> + Unpin,
    started: Instant,
) -> io::Result<Ended> {
    let mut sources = Sources::new(link, terminal.input()?, signals);
    let mut screen = Loop {
        model,
        terminal,
        scheduler: Scheduler::new(super::schedule::FRAME),
        messages: VecDeque::new(),
        ended: None,
        suspend: false,
    };
    screen.scheduler.want(UiTime(0));
    loop {
        let wake = [screen.scheduler.due(), screen.model.due()];
        let wake = wake.into_iter().flatten().min();
        let mut woken = Some(sources.next(screen.model, started, wake).await);
        let mut handled = 0;
        while let Some(one) = woken.take() {
            screen.take(one, &mut sources, now(started))?;
            handled += 1;
            if screen.ended.is_none() && !screen.suspend && handled < DRAIN_MAX {
                // Polled by this task's own waker: crossterm's reader wakes the first one it was
                // polled with, whichever is the newest.
                woken = poll_immediate(sources.next(screen.model, started, None)).await;
            }
        }
        publish(screen.model, sources.link);
        if let Some(ended) = screen.ended {
            return Ok(ended);
        }
        if std::mem::take(&mut screen.suspend) {
            sources.input = None;
            let (columns, rows) = screen.terminal.suspend().await?;
            sources.input = Some(screen.terminal.input()?);
            screen.messages.push_back(Msg::Resize(columns, rows));
            screen.decide(&mut sources, now(started))?;
        }
        screen.draw_if_due(now(started))?;
    }
}

pub(super) fn now(started: Instant) -> UiTime {
    UiTime(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// Hands an intent to the runtime without waiting; returns the refusal if it takes none now.
pub(super) fn send(link: &ScreenLink, id: IntentId, intent: Intent) -> Option<Msg> {
    let refusal = match link.intents.try_send((id, intent)) {
        Ok(()) => return None,
        Err(TrySendError::Full(_)) => Refusal::QueueFull {
            limit: link.intents.max_capacity(),
        },
        Err(TrySendError::Closed(_)) => Refusal::NotRunning {
            service: "game manager",
            state: "stopped",
            why: String::new(),
        },
    };
    Some(Msg::Reply(id, Reply::Rejected(refusal)))
}

/// Hands a command to the application without waiting; returns what to say if it takes none now.
pub(super) fn ask(link: &ScreenLink, command: AppCommand) -> Option<Msg> {
    link.commands
        .try_send(command)
        .is_err()
        .then_some(Msg::NotTaken)
}

/// Publishes what a stop must not lose, at once: the next thing may be a power cut.
pub(super) fn publish(model: &Model, link: &ScreenLink) {
    link.kept.send_if_modified(|kept| {
        let is_news = *kept != model.kept;
        if is_news {
            kept.clone_from(&model.kept);
        }
        is_news
    });
}

struct Loop<'a, T> {
    model: &'a mut Model,
    terminal: &'a mut T,
    scheduler: Scheduler,
    messages: VecDeque<Msg>,
    ended: Option<Ended>,
    suspend: bool,
}

impl<T: Terminal> Loop<'_, T> {
    fn take<G>(
        &mut self,
        woken: Woken<Event>,
        sources: &mut Sources<'_, T::Input, G>,
        now: UiTime,
    ) -> io::Result<()> {
        match woken {
            Woken::Message(msg) => {
                if matches!(msg, Msg::Signal(Signal::HangUp)) {
                    self.terminal.hung_up();
                    self.ended = Some(Ended::HungUp);
                    return Ok(());
                }
                self.messages.push_back(msg);
            }
            Woken::Input(event) => self.messages.extend(input::message(&event)),
            Woken::Time => {
                if self.model.due().is_some_and(|due| due <= now) {
                    self.messages.push_back(Msg::Timer);
                }
            }
            Woken::InputEnded => {
                self.terminal.hung_up();
                self.ended = Some(Ended::HungUp);
            }
            Woken::InputFailed(error) => return Err(error),
        }
        self.decide(sources, now)
    }

    /// Updates the model by all messages, those that its own effects cause included.
    fn decide<G>(&mut self, sources: &mut Sources<'_, T::Input, G>, now: UiTime) -> io::Result<()> {
        while let Some(msg) = self.messages.pop_front() {
            for effect in update(self.model, msg, now) {
                self.carry_out(effect, sources.link, now)?;
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect, link: &ScreenLink, now: UiTime) -> io::Result<()> {
        match effect {
            Effect::Send(id, intent) => self.messages.extend(send(link, id, intent)),
            Effect::App(command) => self.messages.extend(ask(link, command)),
            Effect::Copy(words) => self.terminal.copy(&words)?,
            Effect::Bell => self.terminal.bell()?,
            Effect::Mouse(owner) => self.terminal.mouse(owner)?,
            Effect::Freeze => {
                let at = link.clock.now();
                self.messages.push_back(Msg::FrozenAt(at));
            }
            Effect::Draw => self.scheduler.want(now),
            Effect::Repaint => {
                self.terminal.repaint();
                self.scheduler.want(now);
            }
            Effect::GoToLines => self.ended = Some(Ended::GoesOnInLines),
            Effect::Suspend => self.suspend = true,
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
        Ok(())
    }

    fn draw_if_due(&mut self, now: UiTime) -> io::Result<()> {
        self.scheduler
            .set_shortest(self.model.caps.shortest_frame());
        if self.scheduler.due().is_some_and(|due| due <= now) {
            let hits = self.terminal.draw(self.model)?;
            update(self.model, Msg::Drawn(hits), now);
            self.scheduler.drawn(now);
        }
        Ok(())
    }
}
