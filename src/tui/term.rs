//! The terminal itself: entering and leaving it, and one write for each frame.
//!
//! [`restore`] undoes every mode, once, whoever calls it first: the guard that leaves its scope, the
//! panic hook, or the path of a signal.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, Event,
    EventStream,
};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{cursor, execute, queue, style};
use futures::{Stream, StreamExt as _};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use rustix::process::Signal as Posix;
use rustix::termios::{self, OptionalActions, QueueSelector};
use tokio::signal::unix::{self, SignalKind};

use super::caps::Caps;
use super::hits::{HitMap, MouseOwner};
use super::model::Model;
use super::run::Terminal;

/// Draws a model and tells what a click in each part means. Pure: the same arguments give the same cells.
pub type View = fn(&Model, &Caps, Rect, &mut Buffer) -> HitMap;

/// What a player reads in the shell while the program is stopped.
const SUSPENDED: &str = "bitcraps is suspended: your bets stand; fg goes on";

/// Reports of buttons and wheel (1000), with coordinates in digits (1006). Written by us: crossterm's own
/// command asks for every motion as well (1003), which wakes the program for nothing.
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1006h";

/// Undoes [`MOUSE_ON`].
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1000l";

/// The control character that rings.
const BELL: &[u8] = b"\x07";

/// Whether the terminal is in our modes.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// How long a stopped process waits to be told that it goes on. A process group without a shell
/// that could continue it is never stopped at all, so this must end.
const CONTINUE_WAIT: Duration = Duration::from_millis(500);

/// The terminal, in our modes as long as this lives.
#[derive(Debug)]
pub struct EnteredTerminal<W: Write = io::Stdout> {
    painter: Painter<W>,
    view: View,
    mouse: MouseOwner,
}

impl EnteredTerminal {
    /// Enters the terminal: raw, the other screen, bracketed paste, focus reports, no cursor.
    ///
    /// Called only when nothing can end the program early any more.
    ///
    /// # Errors
    /// What the terminal says; its modes are as before then.
    pub fn enter(view: View) -> io::Result<Self> {
        // What colours are used is decided by our palettes alone.
        style::force_color_output(true);
        restore_on_panic();
        let screen = Self {
            painter: Painter::new(io::stdout()),
            view,
            mouse: MouseOwner::Game,
        };
        set_modes(screen.mouse)?;
        Ok(screen)
    }
}

/// Keys, and sizes as the terminal has them when they are asked for.
///
/// The reader below (crossterm 0.29) waits by an edge-triggered poll, and of a key and a new size
/// that come together it takes one and forgets the other. So the signal is heard here as well, and
/// `resize` makes the poll tell of keys again.
#[derive(Debug)]
pub struct Input {
    events: EventStream,
    resized: unix::Signal,
    /// The size last drawn, until it is clear that it did not change before signals were heard.
    drawn: Option<(u16, u16)>,
}

impl Stream for Input {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let drawn = self.drawn.take();
        if drawn.is_some_and(|drawn| terminal::size().is_ok_and(|size| size != drawn))
            || self.resized.poll_recv(context).is_ready()
        {
            return Poll::Ready(Some(resize()));
        }
        match ready!(self.events.poll_next_unpin(context)) {
            // The size may have changed again since this was seen.
            Some(Ok(Event::Resize(..))) => Poll::Ready(Some(resize())),
            event => Poll::Ready(event),
        }
    }
}

/// Returns the size, and wakes whoever waits for keys: to set the modes of a terminal does that, also
/// where they are as before (Linux, `n_tty_set_termios`).
fn resize() -> io::Result<Event> {
    let modes = termios::tcgetattr(io::stdin())?;
    termios::tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
    terminal::size().map(|(columns, rows)| Event::Resize(columns, rows))
}

impl<W: Write> Drop for EnteredTerminal<W> {
    fn drop(&mut self) {
        restore();
    }
}

impl Terminal for EnteredTerminal {
    type Input = Input;

    fn input(&mut self) -> io::Result<Input> {
        Ok(Input {
            events: EventStream::new(),
            resized: unix::signal(SignalKind::window_change())?,
            drawn: self.painter.size(),
        })
    }

    fn draw(&mut self, model: &Model) -> io::Result<HitMap> {
        let view = self.view;
        let (columns, rows) = model.size;
        let mut hits = HitMap::default();
        self.painter.frame(columns, rows, |area, buffer| {
            hits = view(model, &model.caps, area, buffer);
        })?;
        Ok(hits)
    }

    fn mouse(&mut self, owner: MouseOwner) -> io::Result<()> {
        self.mouse = owner;
        let mut out = io::stdout();
        let modes = match owner {
            MouseOwner::Game => MOUSE_ON,
            MouseOwner::Terminal => MOUSE_OFF,
        };
        out.write_all(modes.as_bytes())?;
        out.flush()
    }

    fn copy(&mut self, words: &str) -> io::Result<()> {
        // OSC 52: the only thing that reaches the clipboard of the terminal also through SSH.
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(words))
    }

    fn bell(&mut self) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(BELL)?;
        out.flush()
    }

    fn repaint(&mut self) {
        self.painter.forget();
    }

    async fn suspend(&mut self) -> io::Result<(u16, u16)> {
        let mut goes_on = unix::signal(SignalKind::from_raw(Posix::CONT.as_raw()))?;
        restore();
        let mut out = io::stdout();
        writeln!(out, "{SUSPENDED}")?;
        out.flush()?;
        rustix::process::kill_current_process_group(Posix::TSTP)?;
        // Without this the modes could be set again before the signal has stopped every thread.
        let continued = tokio::time::timeout(CONTINUE_WAIT, goes_on.recv()).await;
        tracing::debug!(continued = continued.is_ok(), "back at the screen");
        set_modes(self.mouse)?;
        termios::tcflush(io::stdin(), QueueSelector::IFlush)?;
        self.painter.forget();
        terminal::size()
    }

    fn hung_up(&mut self) {
        // Nothing more is written to a terminal that is gone.
        ENTERED.store(false, Ordering::SeqCst);
    }
}

fn set_modes(mouse: MouseOwner) -> io::Result<()> {
    ENTERED.store(true, Ordering::SeqCst);
    let entered = terminal::enable_raw_mode().and_then(|()| {
        let mut out = io::stdout();
        queue!(
            out,
            EnterAlternateScreen,
            EnableBracketedPaste,
            EnableFocusChange,
            cursor::Hide
        )?;
        if mouse == MouseOwner::Game {
            out.write_all(MOUSE_ON.as_bytes())?;
        }
        out.flush()
    });
    if entered.is_err() {
        restore();
    }
    entered
}

/// Puts the terminal back as it was. Only the first call after entering does anything.
pub fn restore() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let written = leave_modes(&mut out).and_then(|()| terminal::disable_raw_mode());
    if let Err(cause) = written {
        tracing::warn!(%cause, "the terminal could not be put back");
    }
}

fn leave_modes(out: &mut impl Write) -> io::Result<()> {
    out.write_all(MOUSE_OFF.as_bytes())?;
    queue!(
        out,
        EndSynchronizedUpdate,
        style::ResetColor,
        style::SetAttribute(style::Attribute::Reset),
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    )?;
    out.flush()
}

/// A panic on the screen's thread puts the terminal back before its words are printed. One in a
/// task of the runtime goes to the log alone while the screen is up, which lives on.
fn restore_on_panic() {
    static HOOKED: AtomicBool = AtomicBool::new(false);
    if HOOKED.swap(true, Ordering::SeqCst) {
        return;
    }
    let screen_thread = std::thread::current().id();
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tracing::error!(%panic, "panicked");
        let on_screen_thread = std::thread::current().id() == screen_thread;
        if on_screen_thread {
            restore();
        }
        if !ENTERED.load(Ordering::SeqCst) {
            print(panic);
        }
    }));
}

/// Orders cells so that those of one style follow each other, each style where it came first: a change of
/// colours takes four times the bytes of a move, and the frame is shown at once in any case.
fn by_style(cells: &mut [(u16, u16, &Cell)]) {
    let mut styles: Vec<(Color, Color, Modifier)> = Vec::new();
    cells.sort_by_cached_key(|(_, _, cell)| {
        let style = (cell.fg, cell.bg, cell.modifier);
        let known = styles.iter().position(|known| *known == style);
        known.unwrap_or_else(|| {
            styles.push(style);
            styles.len() - 1
        })
    });
}

/// Turns frames into bytes: each one write, only the cells that changed, nothing if none did.
#[derive(Debug)]
pub struct Painter<W: Write> {
    out: W,
    shown: Option<Buffer>,
    bytes: Vec<u8>,
}

impl<W: Write> Painter<W> {
    /// Returns a painter that knows nothing of what is on the screen.
    #[must_use]
    pub const fn new(out: W) -> Self {
        Self {
            out,
            shown: None,
            bytes: Vec::new(),
        }
    }

    /// Forgets what is on the screen: the next frame draws every cell.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Returns the columns and rows of what is on the screen, if that is known.
    fn size(&self) -> Option<(u16, u16)> {
        let shown = self.shown.as_ref()?;
        Some((shown.area.width, shown.area.height))
    }

    /// Returns where the bytes go.
    pub const fn out(&self) -> &W {
        &self.out
    }

    /// Draws one frame of this size.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn frame(
        &mut self,
        columns: u16,
        rows: u16,
        draw: impl FnOnce(Rect, &mut Buffer),
    ) -> io::Result<()> {
        let area = Rect::new(0, 0, columns, rows);
        let mut next = Buffer::empty(area);
        draw(area, &mut next);
        let shown = self.shown.take().filter(|shown| shown.area == area);
        let from_nothing = shown.is_none();
        let shown = shown.unwrap_or_else(|| Buffer::empty(area));
        let mut changed = shown.diff(&next);
        by_style(&mut changed);
        if !changed.is_empty() || from_nothing {
            self.bytes.clear();
            queue!(self.bytes, BeginSynchronizedUpdate)?;
            if from_nothing {
                queue!(self.bytes, Clear(ClearType::All))?;
            }
            CrosstermBackend::new(&mut self.bytes).draw(changed.into_iter())?;
            queue!(self.bytes, EndSynchronizedUpdate)?;
            self.out.write_all(&self.bytes)?;
            self.out.flush()?;
        }
        self.shown = Some(next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Modifier, Style};

    use super::{Painter, leave_modes};

    /// Counts writes, since one frame must be one.
    #[derive(Debug, Default)]
    struct Writes(Vec<Vec<u8>>);

    impl std::io::Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn nonzero(count: u16) -> std::num::NonZeroU16 {
        std::num::NonZeroU16::new(count).unwrap()
    }

    fn frame(painter: &mut Painter<Writes>, columns: u16, text: &str) {
        painter
            .frame(columns, 2, |area, buffer| {
                let bold = Style::new().add_modifier(Modifier::BOLD);
                buffer.set_stringn(area.x, area.y, text, 20, bold);
            })
            .unwrap();
    }

    #[test]
    fn a_frame_is_one_write_between_the_marks_and_an_equal_one_is_none() {
        let mut painter = Painter::new(Writes::default());
        frame(&mut painter, 20, "point 6");
        assert_eq!(painter.out().0.len(), 1);
        let first = String::from_utf8(painter.out().0[0].clone()).unwrap();
        assert!(first.starts_with("\u{1b}[?2026h\u{1b}[2J"), "{first:?}");
        assert!(first.ends_with("\u{1b}[?2026l"), "{first:?}");
        frame(&mut painter, 20, "point 6");
        assert_eq!(painter.out().0.len(), 1);
        frame(&mut painter, 20, "point 8");
        let changed = String::from_utf8(painter.out().0[1].clone()).unwrap();
        assert!(
            changed.contains('8') && !changed.contains("point"),
            "{changed:?}"
        );
        assert!(changed.len() < 64, "{} bytes: {changed:?}", changed.len());
    }

    #[test]
    fn after_a_resize_or_a_repaint_the_terminal_shows_exactly_the_frame() {
        let mut painter = Painter::new(Writes::default());
        let mut screen = vt100::Parser::new(nonzero(2), nonzero(20), 0);
        frame(&mut painter, 20, "a long first line");
        frame(&mut painter, 18, "short");
        painter.forget();
        frame(&mut painter, 18, "shorter");
        assert_eq!(painter.out().0.len(), 3);
        for bytes in &painter.out().0 {
            screen.process(bytes);
        }
        assert_eq!(screen.screen().contents().trim_end(), "shorter");
        assert!(screen.screen().cell(0, 0).unwrap().bold());
    }

    #[test]
    fn leaving_undoes_every_mode() {
        let mut bytes = Vec::new();
        leave_modes(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for undone in [
            "?2026l", "?1000l", "?1006l", "?1004l", "?2004l", "?1049l", "?25h",
        ] {
            assert!(
                text.contains(&format!("\u{1b}[{undone}")),
                "{undone} in {text:?}"
            );
        }
    }
}
