//! From the shell prompt to the screen, and back.

use std::io;

use tokio::time::Instant;

use super::background;
use super::caps::{Caps, NoScreen, Surroundings};
use super::kept::Kept;
use super::keymap::Keymap;
use super::line;
use super::link::ScreenLink;
use super::message::Msg;
use super::model::{self, Beginning, Model};
use super::note::Note;
use super::run::{Ended, Signals, Terminal as _, run};
use super::schedule::UiTime;
use super::term::{EnteredTerminal, View};
use super::update::update;
use crate::config::ScreenSettings;
use crate::error::{Explain, Kind};

/// What a screen starts from.
#[derive(Clone, Debug)]
pub struct Start {
    /// The player's settings.
    pub settings: ScreenSettings,
    /// The player's keys.
    pub keymap: Keymap,
    /// What flags and surroundings say.
    pub surroundings: Surroundings,
    /// A pleasant name, drawn for a first start.
    pub drawn_name: String,
    /// Whether the name is given already, so that a first start asks nothing.
    pub has_name: bool,
    /// Whether to go straight to the practice table.
    pub practice: bool,
    /// What an earlier stop did not lose.
    pub kept: Kept,
    /// What has to be said first, if anything has.
    pub words: Option<String>,
    /// The time of the start.
    pub at: crate::clock::UnixMillis,
}

impl Start {
    /// Returns the model of the first frame, of so many columns and rows.
    pub(super) fn model(self, link: &ScreenLink, caps: Caps, size: (u16, u16)) -> Model {
        let mut model = Model::new(Beginning {
            lifecycle: link.lifecycle.borrow().clone(),
            health: link.health.borrow().clone(),
            log: link.log.borrow().clone(),
            settings: self.settings,
            keymap: self.keymap,
            surroundings: self.surroundings,
            caps,
            drawn_name: self.drawn_name,
            size,
            at: self.at,
        });
        model.has_name = self.has_name;
        model.kept = self.kept;
        if let Some(words) = self.words {
            model.event_row.say(Note::AtStart(words.into()));
        }
        if self.practice {
            model.screen = model::Screen::Table;
            // The lobby's pane is not on this screen, and the keys of bets need one that is.
            model.pane = model::Pane::Felt;
            model.wants_seat = true;
        }
        model
    }
}

/// Why there was no screen, or why it ended early.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The terminal can't be read or written.
    #[error("the terminal can't be used")]
    Terminal(#[from] io::Error),
}

/// Shows the screen on this thread until the player quits, a signal ends it, or the terminal is
/// gone; the terminal is as before then. Who chooses line mode goes on in lines at once: another view of the
/// same model. The runtime that fills `link` has threads of its own; whatever takes long begins in
/// `on_first_frame`, when the player sees something already. `signals` end it, also those that came
/// before its first frame.
///
/// # Errors
/// [`PlayError`]; the terminal is as before then.
pub fn play(
    start: Start,
    mut link: ScreenLink,
    view: View,
    signals: &mut Signals,
    on_first_frame: impl FnOnce(),
) -> Result<Ended, PlayError> {
    let caps = Caps::of(&start.surroundings, &start.settings);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let started = Instant::now();
    let mut model = start.model(&link, caps, crossterm::terminal::size()?);
    let mut terminal = EnteredTerminal::enter(view)?;
    let hits = terminal.draw(&model)?;
    update(&mut model, Msg::Drawn(hits), UiTime(0));
    on_first_frame();
    if background::is_worth_asking(&model.surroundings, &model.settings) {
        model.surroundings.background = background::ask();
        model.caps = Caps::of(&model.surroundings, &model.settings);
    }
    let screen = run(&mut model, &mut link, &mut terminal, &mut *signals, started);
    let ended = runtime.block_on(screen)?;
    drop(terminal);
    match ended {
        Ended::GoesOnInLines => {
            let seen = line::tell::LineCursor::after_the_screen(&model);
            runtime.block_on(line::play::go_on(
                &mut model,
                &mut link,
                signals,
                (seen, started),
            ))
        }
        Ended::Quit | Ended::HungUp | Ended::Unread => Ok(ended),
    }
}

impl Explain for NoScreen {
    fn kind(&self) -> Kind {
        Kind::Usage
    }

    fn hint(&self) -> String {
        "`bitcraps --line` plays in plain lines, also out of a pipe; `bitcraps bot --host` plays by itself"
            .to_owned()
    }
}

impl Explain for PlayError {
    fn kind(&self) -> Kind {
        match self {
            Self::Terminal(_) => Kind::Usage,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Terminal(_) => "start bitcraps in another terminal".to_owned(),
        }
    }
}
