//! From the shell prompt to the screen, and back.

use std::io;

use super::caps::{Caps, NoScreen, Settings, Surroundings};
use super::keymap::{self, KeyClash};
use super::link::ScreenLink;
use super::model::{Beginning, Model};
use super::run::{Ended, run, signals};
use super::term::{Screen, View};

/// What a screen starts from.
#[derive(Clone, Debug)]
pub struct Start {
    /// The player's settings.
    pub settings: Settings,
    /// What flags and surroundings say.
    pub surroundings: Surroundings,
    /// A pleasant name, drawn for a first start.
    pub drawn_name: String,
}

/// Why there was no screen, or why it ended early.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// This terminal can't show one.
    #[error(transparent)]
    NoScreen(#[from] NoScreen),
    /// Two actions share a key.
    #[error(transparent)]
    Keys(#[from] KeyClash),
    /// The terminal can't be read or written.
    #[error("the terminal can't be used")]
    Terminal(#[from] io::Error),
}

/// A screen that has ended. The terminal is put back when it is dropped, so that the application
/// can be stopped in order before.
#[derive(Debug)]
pub struct Played {
    /// Why it ended.
    pub ended: Ended,
    /// The terminal.
    pub screen: Screen,
}

/// Shows the screen on this thread until the player quits, a signal ends it, or the terminal is
/// gone. The runtime that fills `link` has threads of its own.
///
/// # Errors
/// [`PlayError`]; the terminal is as before then.
pub fn play(start: Start, link: ScreenLink, view: View) -> Result<Played, PlayError> {
    keymap::check()?;
    let caps = Caps::decide(&start.surroundings, &start.settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut model = Model::new(Beginning {
        lifecycle: link.lifecycle.borrow().clone(),
        health: link.health.borrow().clone(),
        log: link.log.borrow().clone(),
        settings: start.settings,
        surroundings: start.surroundings,
        caps,
        drawn_name: start.drawn_name,
        size: crossterm::terminal::size()?,
    });
    let mut screen = Screen::enter(view)?;
    let ended = runtime.block_on(async {
        let signals = signals()?;
        run(&mut model, link, &mut screen, signals).await
    })?;
    Ok(Played { ended, screen })
}
