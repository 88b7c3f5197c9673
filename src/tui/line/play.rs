//! From the shell prompt to lines, and back.

use std::io::{self, IsTerminal as _, Write as _};

use rustix::termios::{self, LocalModes, OptionalActions};
use tokio::time::Instant;

use crate::tui::caps::Caps;
use crate::tui::link::ScreenLink;
use crate::tui::model::Model;
use crate::tui::play::{PlayError, Start};
use crate::tui::run::{Ended, Signals};

use super::input::Lines;
use super::run::{Paper, run};
use super::tell::LineCursor;

/// Plays in lines on standard input and output, until the player quits, a signal ends it, or nobody
/// reads any more. Whatever takes long begins in `begin`.
///
/// # Errors
/// [`PlayError`]; the terminal is as before then.
pub fn play(
    start: Start,
    mut link: ScreenLink,
    signals: &mut Signals,
    begin: impl FnOnce(),
) -> Result<Ended, PlayError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let caps = Caps::of(&start.surroundings, &start.settings);
    let from = (LineCursor::default(), Instant::now());
    let mut model = start.model(&link, caps, super::WHOLE);
    begin();
    runtime.block_on(go_on(&mut model, &mut link, signals, from))
}

/// Goes on in lines with a model, whatever showed it before: its player has heard it up to the cursor, and
/// its time began then.
pub(in crate::tui) async fn go_on(
    model: &mut Model,
    link: &mut ScreenLink,
    signals: &mut Signals,
    from: (LineCursor, Instant),
) -> Result<Ended, PlayError> {
    super::prepare(model);
    let mut paper = Sheet::default();
    let lines = Lines::of_process()?;
    Ok(run(model, link, &mut paper, lines, signals, from).await?)
}

/// Standard output. What a terminal was told about typing is undone when it is dropped.
#[derive(Debug, Default)]
struct Sheet {
    hidden: bool,
}

impl Paper for Sheet {
    fn write(&mut self, lines: &[String]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for line in lines {
            writeln!(out, "{line}")?;
        }
        out.flush()
    }

    fn hide_typing(&mut self, hidden: bool) -> io::Result<()> {
        let input = io::stdin();
        if !input.is_terminal() || hidden == self.hidden {
            return Ok(());
        }
        let mut modes = termios::tcgetattr(&input)?;
        modes.local_modes.set(LocalModes::ECHO, !hidden);
        // The end of the line is seen in any case: without it the next words would follow at once.
        modes.local_modes.set(LocalModes::ECHONL, hidden);
        termios::tcsetattr(&input, OptionalActions::Now, &modes)?;
        self.hidden = hidden;
        Ok(())
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        if let Err(cause) = self.hide_typing(false) {
            tracing::warn!(%cause, "the terminal could not be put back");
        }
    }
}
