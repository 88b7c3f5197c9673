//! Everything that can wake the screen, in the order in which it is looked at.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::tui::link::ScreenLink;
use crate::tui::message::{Msg, Signal};
use crate::tui::model::Model;
use crate::tui::schedule::UiTime;

/// What woke the loop.
#[derive(Debug)]
pub(in crate::tui) enum Woken<E> {
    /// Something for the model.
    Message(Msg),
    /// Something that was typed.
    Input(E),
    /// A time has come.
    Time,
    /// Nothing more will be typed.
    InputEnded,
    /// What is typed can't be read.
    InputFailed(io::Error),
}

/// The sources.
pub(in crate::tui) struct Sources<'a, I, G> {
    /// The channels.
    pub(in crate::tui) link: &'a mut ScreenLink,
    /// What is typed; none while it is not to be read.
    pub(in crate::tui) input: Option<I>,
    signals: G,
    closed: Closed,
}

/// Channels whose other end is gone, which are asked no more.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one mark for each channel")]
struct Closed {
    signals: bool,
    lifecycle: bool,
    health: bool,
    start: bool,
    club: bool,
    table: bool,
    log: bool,
    events: bool,
    replies: bool,
    words: bool,
}

impl<'a, I, G> Sources<'a, I, G> {
    /// Returns the sources; what the watches hold by now is news.
    pub(in crate::tui) fn new(link: &'a mut ScreenLink, input: I, signals: G) -> Self {
        link.lifecycle.mark_changed();
        link.health.mark_changed();
        link.start.mark_changed();
        link.club.mark_changed();
        link.table.mark_changed();
        link.log.mark_changed();
        Self {
            link,
            input: Some(input),
            signals,
            closed: Closed::default(),
        }
    }
}

impl<I, G, E> Sources<'_, I, G>
where
    I: Stream<Item = io::Result<E>> + Unpin,
    G: Stream<Item = Signal> + Unpin,
{
    /// Waits for the next thing to do. Dropping the future loses nothing.
    pub(in crate::tui) async fn next(
        &mut self,
        model: &Model,
        started: Instant,
        wake: Option<UiTime>,
    ) -> Woken<E> {
        let (shows_health, shows_log) = (model.shows_health(), model.shows_log());
        let Self {
            link,
            input,
            signals,
            closed,
        } = self;
        loop {
            tokio::select! {
                biased;
                signal = signals.next(), if !closed.signals => match signal {
                    Some(signal) => return Woken::Message(Msg::Signal(signal)),
                    None => closed.signals = true,
                },
                event = next_event(input) => match event {
                    Some(Ok(event)) => return Woken::Input(event),
                    Some(Err(error)) => return Woken::InputFailed(error),
                    None => return Woken::InputEnded,
                },
                reply = link.replies.recv(), if !closed.replies => match reply {
                    Some((id, reply)) => return Woken::Message(Msg::Reply(id, reply)),
                    None => closed.replies = true,
                },
                words = link.words.recv(), if !closed.words => match words {
                    Some(words) => return Woken::Message(Msg::Words(words.into())),
                    None => closed.words = true,
                },
                view = changed(&mut link.lifecycle), if !closed.lifecycle => match view {
                    Some(view) => return Woken::Message(Msg::Lifecycle(view)),
                    None => closed.lifecycle = true,
                },
                view = changed(&mut link.start), if !closed.start => match view {
                    Some(view) => return Woken::Message(Msg::Start(view)),
                    None => closed.start = true,
                },
                view = changed(&mut link.club), if !closed.club => match view {
                    Some(view) => return Woken::Message(Msg::Club(view)),
                    None => closed.club = true,
                },
                view = changed(&mut link.table), if !closed.table => match view {
                    Some(view) => return Woken::Message(Msg::Table(view)),
                    None => closed.table = true,
                },
                view = changed(&mut link.health), if shows_health && !closed.health => match view {
                    Some(view) => return Woken::Message(Msg::Health(view)),
                    None => closed.health = true,
                },
                view = changed(&mut link.log), if shows_log && !closed.log => match view {
                    Some(view) => return Woken::Message(Msg::Log(view)),
                    None => closed.log = true,
                },
                event = link.events.recv(), if !closed.events => match event {
                    Ok(event) => return Woken::Message(Msg::Event(event)),
                    Err(RecvError::Lagged(missed)) => return Woken::Message(Msg::Lagged(missed)),
                    Err(RecvError::Closed) => closed.events = true,
                },
                () = until(started, wake) => return Woken::Time,
            }
        }
    }
}

/// Returns the newest value once it changed, `None` if it never will again.
async fn changed<T: Clone>(receiver: &mut watch::Receiver<T>) -> Option<T> {
    receiver.changed().await.ok()?;
    Some(receiver.borrow_and_update().clone())
}

async fn next_event<I: Stream + Unpin>(input: &mut Option<I>) -> Option<I::Item> {
    match input {
        Some(input) => input.next().await,
        None => std::future::pending().await,
    }
}

async fn until(started: Instant, wake: Option<UiTime>) {
    match wake {
        Some(at) => tokio::time::sleep_until(started + Duration::from_millis(at.0)).await,
        None => std::future::pending().await,
    }
}

/// The signals that end the program.
#[derive(Debug)]
pub struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    hang_up: unix::Signal,
}

/// Starts to listen for the signals that end the program.
///
/// # Errors
/// What the operating system says.
pub fn signals() -> io::Result<Signals> {
    Ok(Signals {
        terminate: unix::signal(SignalKind::terminate())?,
        interrupt: unix::signal(SignalKind::interrupt())?,
        hang_up: unix::signal(SignalKind::hangup())?,
    })
}

impl Stream for Signals {
    type Item = Signal;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Signal>> {
        if self.hang_up.poll_recv(context).is_ready() {
            Poll::Ready(Some(Signal::HangUp))
        } else if self.terminate.poll_recv(context).is_ready() {
            Poll::Ready(Some(Signal::Terminate))
        } else if self.interrupt.poll_recv(context).is_ready() {
            Poll::Ready(Some(Signal::Interrupt))
        } else {
            Poll::Pending
        }
    }
}
