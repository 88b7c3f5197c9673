//! One setting's place: reads a raw value, knows the form it wants, shows what it holds.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::choice::Choice;
use crate::identity::ProofBits;
use crate::ledger::Chips;
use crate::shown::Shown;

/// A value as a layer gives it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    /// From the environment or the command line: text that may mean anything.
    Word(String),
    /// A TOML string.
    Text(String),
    /// A TOML integer.
    Whole(i64),
    /// A TOML boolean.
    Flag(bool),
    /// Anything that no setting takes, as written.
    Other(String),
}

impl Raw {
    /// Returns the value as a person wrote it, for a message.
    pub(super) fn quoted(&self) -> String {
        match self {
            Self::Word(text) | Self::Text(text) => format!("{text:?}"),
            Self::Whole(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Other(text) => text.clone(),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            Self::Whole(_) | Self::Flag(_) | Self::Other(_) => None,
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Word(text) => text.parse().ok(),
            Self::Whole(number) => u64::try_from(*number).ok(),
            Self::Text(_) | Self::Flag(_) | Self::Other(_) => None,
        }
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Word(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => None,
            },
            Self::Text(_) | Self::Whole(_) | Self::Other(_) => None,
        }
    }
}

/// Where a setting is kept, with what it accepts.
#[derive(Debug)]
pub(super) enum Slot<'a> {
    Flag(&'a mut bool),
    Count(&'a mut u16, RangeInclusive<u64>),
    ProofBits(&'a mut ProofBits, RangeInclusive<u64>),
    Chips(&'a mut Chips, RangeInclusive<u64>),
    Seconds(&'a mut Duration, RangeInclusive<u64>),
    Millis(&'a mut Duration, RangeInclusive<u64>),
    Path(&'a mut PathBuf),
    OptionalPath(&'a mut Option<PathBuf>),
    /// Text of at most so many columns.
    Text(&'a mut String, usize),
    /// Text of at most so many columns, or none.
    OptionalText(&'a mut Option<String>, usize),
    Choice(&'a mut dyn Choice),
}

impl Slot<'_> {
    /// Takes the value; `false`, and no change, if it has not the wanted form.
    pub(super) fn set(&mut self, raw: &Raw) -> bool {
        match self {
            Self::Flag(flag) => put(*flag, raw.flag()),
            Self::Count(count, range) => put(
                *count,
                within(raw, range).and_then(|number| u16::try_from(number).ok()),
            ),
            Self::ProofBits(bits, range) => put(
                *bits,
                within(raw, range)
                    .and_then(|number| u8::try_from(number).ok())
                    .and_then(ProofBits::new),
            ),
            Self::Chips(chips, range) => put(*chips, within(raw, range).map(Chips::new)),
            Self::Seconds(time, range) => put(*time, within(raw, range).map(Duration::from_secs)),
            Self::Millis(time, range) => put(*time, within(raw, range).map(Duration::from_millis)),
            Self::Path(path) => put(*path, a_path(raw)),
            Self::OptionalPath(path) => put(*path, a_path(raw).map(Some)),
            Self::Text(text, columns) => put(*text, a_text(raw, *columns)),
            Self::OptionalText(text, columns) => put(*text, a_text(raw, *columns).map(Some)),
            Self::Choice(choice) => raw.text().is_some_and(|word| choice.choose(word)),
        }
    }

    /// Returns what the setting wants, as "not …" can be put before it.
    pub(super) fn form(&self) -> String {
        match self {
            Self::Flag(_) => "true or false".to_owned(),
            Self::Count(_, range) | Self::ProofBits(_, range) => whole("number", range),
            Self::Chips(_, range) => whole("number of chips", range),
            Self::Seconds(_, range) => whole("number of seconds", range),
            Self::Millis(_, range) => whole("number of milliseconds", range),
            Self::Path(_) | Self::OptionalPath(_) => "a path (`~` is not expanded here)".to_owned(),
            Self::Text(_, columns) | Self::OptionalText(_, columns) => {
                format!("text of 1 to {columns} columns without control characters")
            }
            Self::Choice(choice) => format!("one of {}", choice.words().join(", ")),
        }
    }

    /// Returns what is held, as JSON; `null` for none.
    pub(super) fn json(&self) -> serde_json::Value {
        match self {
            Self::Flag(flag) => serde_json::Value::from(**flag),
            Self::Count(count, _) => serde_json::Value::from(**count),
            Self::ProofBits(bits, _) => serde_json::Value::from(bits.get()),
            Self::Chips(chips, _) => serde_json::Value::from(chips.get()),
            Self::Seconds(time, _) => serde_json::Value::from(time.as_secs()),
            Self::Millis(time, _) => {
                serde_json::Value::from(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
            }
            Self::Path(path) => serde_json::Value::from(path.display().to_string()),
            Self::OptionalPath(path) => {
                serde_json::Value::from(path.as_ref().map(|path| path.display().to_string()))
            }
            Self::Text(text, _) => serde_json::Value::from(text.as_str()),
            Self::OptionalText(text, _) => text
                .as_deref()
                .map_or(serde_json::Value::Null, serde_json::Value::from),
            Self::Choice(choice) => serde_json::Value::from(choice.word()),
        }
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *place = value;
            true
        }
        None => false,
    }
}

fn within(raw: &Raw, range: &RangeInclusive<u64>) -> Option<u64> {
    raw.number().filter(|number| range.contains(number))
}

fn a_path(raw: &Raw) -> Option<PathBuf> {
    // A folder that is really called `~` is far less likely than a shell's habit.
    raw.text()
        .filter(|text| !text.is_empty() && !text.starts_with('~') && !text.contains('\0'))
        .map(PathBuf::from)
}

fn a_text(raw: &Raw, columns: usize) -> Option<String> {
    raw.text()
        .filter(|text| Shown::fits(text, columns) && text.trim() == *text && text.width() > 0)
        .map(str::to_owned)
}

fn whole(what: &str, range: &RangeInclusive<u64>) -> String {
    format!("a whole {what} from {} to {}", range.start(), range.end())
}
