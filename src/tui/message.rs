//! What reaches the screen, and what it wants done.

use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::coordination::ServiceHealthReport;
use crate::gaming::{ClubView, GameEvent, Intent, IntentId, Reply, StartView, TableView};
use crate::logs::LogView;
use crate::shown::Shown;
use crate::state::lifecycle::LifecycleView;

use super::hits::{HitMap, MouseOwner, Press};
use super::input::Chord;
use super::link::AppCommand;
use super::wish::Wish;

/// A signal of the operating system that ends the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// TERM.
    Terminate,
    /// INT, from outside: Ctrl-C arrives as a key.
    Interrupt,
    /// HUP: the terminal is gone.
    HangUp,
}

/// Something that reaches the screen.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key.
    Key(Chord),
    /// A wish in words instead of keys.
    Wish(Wish),
    /// Nothing more will be typed: the player has gone.
    InputEnded,
    /// Pasted text.
    Paste(String),
    /// A button of the mouse went down.
    Mouse(Press),
    /// A frame was drawn, and its parts mean this.
    Drawn(HitMap),
    /// The terminal's new size in columns and rows.
    Resize(u16, u16),
    /// Whether the terminal has the focus.
    Focus(bool),
    /// The lifecycle changed.
    Lifecycle(Arc<LifecycleView>),
    /// A service changed, or its numbers.
    Health(Arc<ServiceHealthReport>),
    /// The start went on.
    Start(StartView),
    /// The club changed.
    Club(Option<Arc<ClubView>>),
    /// The table changed.
    Table(Option<Arc<TableView>>),
    /// The log grew.
    Log(Arc<LogView>),
    /// Something happened at the table.
    Event(GameEvent),
    /// Events were missed; the views hold the state.
    Lagged(u64),
    /// The answer to an intent.
    Reply(IntentId, Reply),
    /// What the application says to a command.
    Words(Shown),
    /// The picture of health is frozen at this time.
    FrozenAt(UnixMillis),
    /// The application takes no command now.
    NotTaken,
    /// A time that [`super::model::Model::due`] named has come.
    Timer,
    /// The operating system ends the program.
    Signal(Signal),
}

/// What [`super::update::update`] wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send an intent; the answer comes under its number.
    Send(IntentId, Intent),
    /// Ask the application.
    App(AppCommand),
    /// Give words to the clipboard of the terminal.
    Copy(String),
    /// Ring the bell of the terminal.
    Bell,
    /// Hear the mouse, or leave it to the terminal.
    Mouse(MouseOwner),
    /// Tell the time, so that the picture of health can be frozen at it.
    Freeze,
    /// The picture changed.
    Draw,
    /// Draw every cell again.
    Repaint,
    /// Leave the screen, and go on in lines.
    GoToLines,
    /// Give the terminal back until `fg`.
    Suspend,
    /// Leave the screen and stop the application in order.
    Quit,
}
