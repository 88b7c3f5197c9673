//! Keys as the rest of the screen knows them: a chord is a key with its modifiers.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use unicode_width::UnicodeWidthStr as _;

use super::hits::{Button, Press};
use super::message::Msg;
use crate::shown::Shown;

/// A key without modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A character as it was typed, so upper case is with Shift.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
    /// A function key by its number. No action has one unless a player gives it one.
    Function(u8),
}

/// A key with its modifiers, as a player presses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Control was held.
    pub ctrl: bool,
}

impl Chord {
    /// Returns a key without Control.
    #[must_use]
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false }
    }

    /// Returns a character without Control.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(Key::Char(c))
    }

    /// Returns a character with Control.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self {
            key: Key::Char(c),
            ctrl: true,
        }
    }

    /// Returns the character a text field takes from this chord, `None` for any other key.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.ctrl && !c.is_control() => Some(c),
            Key::Char(_)
            | Key::Enter
            | Key::Esc
            | Key::Backspace
            | Key::Delete
            | Key::Tab
            | Key::BackTab
            | Key::Up
            | Key::Down
            | Key::Left
            | Key::Right
            | Key::PageUp
            | Key::PageDown
            | Key::Home
            | Key::End
            | Key::Function(_) => None,
        }
    }
}

/// Keys that are written by a name, in small letters, and what they are.
const NAMED: [(&str, Key); 18] = [
    ("space", Key::Char(' ')),
    ("enter", Key::Enter),
    ("esc", Key::Esc),
    ("backspace", Key::Backspace),
    ("del", Key::Delete),
    ("delete", Key::Delete),
    ("tab", Key::Tab),
    ("shift-tab", Key::BackTab),
    ("up", Key::Up),
    ("down", Key::Down),
    ("left", Key::Left),
    ("right", Key::Right),
    ("pgup", Key::PageUp),
    ("pageup", Key::PageUp),
    ("pgdn", Key::PageDown),
    ("pagedown", Key::PageDown),
    ("home", Key::Home),
    ("end", Key::End),
];

/// The function keys that terminals send.
const FUNCTION_KEYS: std::ops::RangeInclusive<u8> = 1..=12;

/// Why a text is no key, with what would be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadChord {
    /// No key has this name.
    #[error(
        "write a letter or sign as it is typed, ctrl- and a letter, or enter, esc, space, tab, shift-tab, \
         backspace, del, up, down, left, right, pgup, pgdn, home, end, f1 to f12"
    )]
    Unknown,
    /// A terminal sends another key's bytes.
    #[error("terminals send it as {0}, so write that or another letter")]
    SentAs(&'static str),
    /// Control goes with letters.
    #[error("ctrl- goes with one letter from a to z")]
    Control,
    /// Shift goes with Tab.
    #[error("write the letter or sign that Shift makes, as in \"P\"")]
    Shift,
    /// Alt is not heard.
    #[error("Alt is taken by too many terminals; write the key without it, or ctrl- and a letter")]
    Alt,
}

impl FromStr for Chord {
    type Err = BadChord;

    /// Reads a key as a player writes it: letters and signs are case-exact, names are not.
    fn from_str(text: &str) -> Result<Self, BadChord> {
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            // What is not drawn can't be shown as a key.
            let is_drawn = Shown::fits(text, 2) && text.width() > 0;
            return if is_drawn {
                Ok(Self::char(c))
            } else {
                Err(BadChord::Unknown)
            };
        }
        let name = text.to_ascii_lowercase();
        if let Some((_, key)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Ok(Self::plain(*key));
        }
        if let Some(letter) = name.strip_prefix("ctrl-") {
            return match letter.as_bytes() {
                [b'i'] => Err(BadChord::SentAs("tab")),
                [b'm'] => Err(BadChord::SentAs("enter")),
                [byte @ b'a'..=b'z'] => Ok(Self::ctrl(char::from(*byte))),
                _ => Err(BadChord::Control),
            };
        }
        if name.starts_with("shift-") {
            return Err(BadChord::Shift);
        }
        if name.starts_with("alt-") {
            return Err(BadChord::Alt);
        }
        let function = name
            .strip_prefix('f')
            .and_then(|number| number.parse().ok());
        match function.filter(|number| FUNCTION_KEYS.contains(number)) {
            Some(number) => Ok(Self::plain(Key::Function(number))),
            None => Err(BadChord::Unknown),
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.key {
            Key::Char(' ') => "Space",
            Key::Char(c) if self.ctrl => return write!(f, "Ctrl-{}", c.to_ascii_uppercase()),
            Key::Char(c) => return write!(f, "{c}"),
            Key::Enter => "Enter",
            Key::Esc => "Esc",
            Key::Backspace => "Backspace",
            Key::Delete => "Del",
            Key::Tab => "Tab",
            Key::BackTab => "Shift-Tab",
            Key::Up => "Up",
            Key::Down => "Down",
            Key::Left => "Left",
            Key::Right => "Right",
            Key::PageUp => "PgUp",
            Key::PageDown => "PgDn",
            Key::Home => "Home",
            Key::End => "End",
            Key::Function(number) => return f.pad(&format!("F{number}")),
        };
        f.pad(name)
    }
}

/// Returns the message in a terminal's event, `None` for what the screen has no use for.
#[must_use]
pub fn message(event: &Event) -> Option<Msg> {
    match event {
        Event::Key(key) => chord(key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text.clone())),
        Event::Resize(columns, rows) => Some(Msg::Resize(*columns, *rows)),
        Event::FocusGained => Some(Msg::Focus(true)),
        Event::FocusLost => Some(Msg::Focus(false)),
        Event::Mouse(mouse) => press(*mouse).map(Msg::Mouse),
    }
}

/// Only a button that goes down counts: a click is one unit, however long the button is held.
fn press(event: MouseEvent) -> Option<Press> {
    let button = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Button::Left,
        MouseEventKind::Down(MouseButton::Right) => Button::Right,
        MouseEventKind::ScrollUp => Button::WheelUp,
        MouseEventKind::ScrollDown => Button::WheelDown,
        MouseEventKind::Down(MouseButton::Middle)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => return None,
    };
    Some(Press {
        button,
        column: event.column,
        row: event.row,
    })
}

/// Only a press counts; a repeat counts for movement and for `+` and `-`, so that a held key never
/// lays more chips than were meant.
fn chord(event: &KeyEvent) -> Option<Chord> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "crossterm's keys that no action uses"
    )]
    let key = match event.code {
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::F(number) => Key::Function(number),
        _ => return None,
    };
    let repeats = matches!(
        key,
        Key::Up
            | Key::Down
            | Key::Left
            | Key::Right
            | Key::PageUp
            | Key::PageDown
            | Key::Backspace
            | Key::Char('+' | '-')
    );
    match event.kind {
        KeyEventKind::Press => {}
        KeyEventKind::Repeat if repeats => {}
        KeyEventKind::Repeat | KeyEventKind::Release => return None,
    }
    if event.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(Chord { key, ctrl })
}
