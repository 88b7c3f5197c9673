//! The loop of line mode: take a line, have `update` decide, tell what is new.
//!
//! A line is taken only when the one before has been answered: nothing is on its way, and dice that were
//! asked for have fallen. So the same script says the same at any speed.

use std::collections::VecDeque;
use std::io;

use futures::Stream;
use tokio::time::Instant;

use crate::gaming::{ClubKind, Intent, IntentId, Reply, StartView};
use crate::tui::link::{AppCommand, ScreenLink};
use crate::tui::message::{Effect, Msg, Signal};
use crate::tui::model::Model;
use crate::tui::overlay::{FirstRunStage, Overlay};
use crate::tui::run::{Ended, Sources, Woken, ask, now, publish, send};
use crate::tui::schedule::UiTime;
use crate::tui::update::update;

use super::input::Line;
use super::tell::{self, LineCursor};
use super::verb::{self, Said};
use super::{show, start};

/// Where lines are written.
pub trait Paper {
    /// Writes lines.
    ///
    /// # Errors
    /// What the system says.
    fn write(&mut self, lines: &[String]) -> io::Result<()>;

    /// Lets a terminal show what is typed, or hides it.
    ///
    /// # Errors
    /// What the terminal says.
    fn hide_typing(&mut self, hidden: bool) -> io::Result<()>;
}

/// What has to happen before the next line is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// The dice of this roll, asked for under this number.
    dice: Option<(IntentId, u64)>,
    /// What the application says to a command.
    command: Option<Command>,
}

/// A command of the application that the next line waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    /// It answers in words.
    Words,
    /// The start goes on.
    Start,
    /// The emergency shows.
    Emergency,
}

impl Waits {
    /// Notes what `update` wants done.
    fn want(&mut self, effect: &Effect) {
        match effect {
            Effect::Send(id, Intent::Roll { roll, .. }) => self.dice = Some((*id, *roll)),
            Effect::App(command) => {
                self.command = match command {
                    AppCommand::RestartService(_) | AppCommand::SaveReport(_) => {
                        Some(Command::Words)
                    }
                    AppCommand::Retry | AppCommand::Reset => Some(Command::Start),
                    AppCommand::EmergencyStop { .. } => Some(Command::Emergency),
                    AppCommand::Begin { .. }
                    | AppCommand::CancelMining
                    | AppCommand::Unlock(_)
                    | AppCommand::Save(_) => self.command,
                };
            }
            Effect::Send(..)
            | Effect::Copy(_)
            | Effect::Bell
            | Effect::Mouse(_)
            | Effect::Freeze
            | Effect::Draw
            | Effect::Repaint
            | Effect::GoToLines
            | Effect::Suspend
            | Effect::Quit => {}
        }
    }

    /// Notes what has come.
    fn heard(&mut self, msg: &Msg) {
        let is_over = |command: Command| match (command, msg) {
            // Words also say why the start or the emergency does not come.
            (_, Msg::NotTaken | Msg::Words(_)) => true,
            (Command::Start, Msg::Start(view)) => {
                matches!(view, StartView::Ready | StartView::Failed { .. })
            }
            (Command::Emergency, Msg::Lifecycle(view)) => view.emergency.is_some(),
            (Command::Words | Command::Start | Command::Emergency, _) => false,
        };
        if self.command.is_some_and(is_over) {
            self.command = None;
        }
        if let Msg::Reply(id, Reply::Rejected(_) | Reply::Lost) = msg
            && self.dice.is_some_and(|(asked, _)| asked == *id)
        {
            self.dice = None;
        }
    }

    /// Whether the next line can be taken.
    #[must_use]
    pub fn are_over(&self, model: &Model) -> bool {
        if self.command.is_some() {
            return false;
        }
        match model.overlay() {
            Some(Overlay::FirstRun(page)) => return page.stage == FirstRunStage::Choosing,
            Some(Overlay::Unlock(dialog)) => return !dialog.trying,
            Some(Overlay::Failed(_)) => return true,
            Some(_) | None => {}
        }
        start::is_there(model) && model.pending.is_empty() && !self.waits_for_dice(model)
    }

    fn waits_for_dice(&self, model: &Model) -> bool {
        let Some((table, _)) = model.seat() else {
            return false;
        };
        if !model.lifecycle.state.takes_commands() || table.waits.is_some() {
            return false;
        }
        let asked = self.dice.is_some_and(|(_, roll)| table.roll <= roll);
        model.is_locked() || (asked && dice_come(model))
    }
}

/// Whether dice that I asked for fall without anybody else's word. With other people they fall when all
/// are ready, which may take as long as people think: who does not shoot is told that he is ready.
#[must_use]
pub fn dice_come(model: &Model) -> bool {
    model.seat().is_some_and(|(table, seat)| {
        table.kind == ClubKind::Solo || table.table.shooter() == Some(seat)
    })
}

/// Runs line mode until the player quits, a signal ends it, or nobody reads any more. What was said before
/// `told` is not said again; `started` is when the time of the model began.
///
/// # Errors
/// What the system says when lines can't be read or written.
pub async fn run<P: Paper, L>(
    model: &mut Model,
    link: &mut ScreenLink,
    paper: &mut P,
    lines: L,
    signals: impl Stream<Item = Signal> + Unpin,
    (told, started): (LineCursor, Instant),
) -> io::Result<Ended>
where
    L: Stream<Item = io::Result<Line>> + Unpin,
{
    let mut sources = Sources::new(link, lines, signals);
    let mut held = sources.input.take();
    let mut talk = Talk {
        model,
        paper,
        told,
        waits: Waits::default(),
        messages: VecDeque::new(),
        ended: None,
        hides: false,
    };
    loop {
        if talk.waits.are_over(talk.model) {
            sources.input = sources.input.take().or_else(|| held.take());
        } else {
            held = held.take().or_else(|| sources.input.take());
        }
        let wake = talk.model.due();
        let woken = sources.next(talk.model, started, wake).await;
        let at = now(started);
        match woken {
            Woken::Message(Msg::Signal(Signal::HangUp)) => return Ok(Ended::HungUp),
            Woken::Message(msg) => talk.take(msg, sources.link),
            Woken::Time => talk.messages.push_back(Msg::Timer),
            Woken::Input(typed) => {
                talk.look(sources.link);
                talk.decide(sources.link, at);
                let told = talk.line(&typed);
                talk.decide(sources.link, at);
                let news = talk.news();
                let nothing = told.is_empty() && news.is_empty();
                let answered = nothing && talk.waits.are_over(talk.model) && talk.ended.is_none();
                let done = (answered && !is_empty(&typed)).then(|| "done.".to_owned());
                talk.write(told.into_iter().chain(news).chain(done))?;
            }
            Woken::InputEnded => {
                sources.input = None;
                talk.messages.push_back(Msg::InputEnded);
            }
            Woken::InputFailed(error) => return Err(error),
        }
        talk.decide(sources.link, at);
        publish(talk.model, sources.link);
        let news = talk.news();
        talk.write(news)?;
        if let Some(ended) = talk.ended {
            return Ok(ended);
        }
    }
}

fn is_empty(line: &Line) -> bool {
    matches!(line, Line::Text(text) if text.trim().is_empty())
}

struct Talk<'a, P> {
    model: &'a mut Model,
    paper: &'a mut P,
    told: LineCursor,
    waits: Waits,
    messages: VecDeque<Msg>,
    ended: Option<Ended>,
    hides: bool,
}

impl<P: Paper> Talk<'_, P> {
    /// Takes a message. What is decided is in the views before its answer comes, so they are looked at
    /// first: an answer tells the chips after it.
    fn take(&mut self, msg: Msg, link: &mut ScreenLink) {
        if matches!(msg, Msg::Reply(..)) {
            self.look(link);
        }
        self.messages.push_back(msg);
    }

    /// Looks at everything that is there to be looked at, also what wakes nobody.
    fn look(&mut self, link: &mut ScreenLink) {
        let views = [
            Msg::Club(link.club.borrow_and_update().clone()),
            Msg::Table(link.table.borrow_and_update().clone()),
            Msg::Health(link.health.borrow_and_update().clone()),
            Msg::Log(link.log.borrow_and_update().clone()),
        ];
        self.messages.extend(views);
    }

    /// Takes a line; returns what it asked to be told.
    fn line(&mut self, line: &Line) -> Vec<String> {
        let Line::Text(text) = line else {
            let most = super::limits::LINE_BYTES_MAX;
            return vec![format!(
                "that line has more than {most} bytes or is no text, and was left out."
            )];
        };
        match verb::read(self.model, text) {
            Ok(Said::Wish(wish)) => {
                self.messages.push_back(Msg::Wish(wish));
                Vec::new()
            }
            Ok(Said::Show(what)) => show::lines(self.model, &what),
            Err(why) => vec![why.to_string()],
        }
    }

    /// Updates the model by all messages, those that its own effects cause included.
    fn decide(&mut self, link: &ScreenLink, at: UiTime) {
        while let Some(msg) = self.messages.pop_front() {
            self.waits.heard(&msg);
            for effect in update(self.model, msg, at) {
                self.waits.want(&effect);
                match effect {
                    Effect::Send(id, intent) => self.messages.extend(send(link, id, intent)),
                    Effect::App(command) => self.messages.extend(ask(link, command)),
                    Effect::Freeze => {
                        let at = link.clock.now();
                        self.messages.push_back(Msg::FrozenAt(at));
                    }
                    Effect::Quit => self.ended = Some(Ended::Quit),
                    // There is no picture, no clipboard, and no terminal of ours.
                    Effect::Copy(_)
                    | Effect::Bell
                    | Effect::Mouse(_)
                    | Effect::Draw
                    | Effect::Repaint
                    | Effect::GoToLines
                    | Effect::Suspend => {}
                }
            }
        }
    }

    /// Returns what is new.
    fn news(&mut self) -> Vec<String> {
        let (lines, told) = tell::lines(self.model, &self.told);
        self.told = told;
        lines
    }

    fn write(&mut self, lines: impl IntoIterator<Item = String>) -> io::Result<()> {
        // Before the question is read: who answers at once is not to be shown either.
        let hides = tell::asks_for_a_secret(self.model);
        if hides != self.hides {
            self.hides = hides;
            self.paper.hide_typing(hides)?;
        }
        let lines: Vec<String> = lines.into_iter().collect();
        let written = if lines.is_empty() {
            Ok(())
        } else {
            self.paper.write(&lines)
        };
        match written {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.ended = Some(Ended::Unread);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
