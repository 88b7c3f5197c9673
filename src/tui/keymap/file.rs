//! The player's own keys: `keys.toml`, beside the configuration file.
//!
//! ```toml
//! bet.pass = ["p", "ctrl-p"]
//! ```
//!
//! An action that is named has these keys and no others. Nothing is ignored: an unknown name, what is no
//! key, and a key with two meanings in one place are told with their lines, all at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::check::lost_in_fields;
use super::{KeyClash, Keymap};
use crate::config;
use crate::error::{Explain, Kind};
use crate::shown::Shown;
use crate::tui::action::{Action, Place, UnknownAction};
use crate::tui::input::{BadChord, Chord};

/// The name of the file.
pub const KEYS_FILE_NAME: &str = "keys.toml";

/// The most keys of one action.
pub const KEYS_PER_ACTION_MAX: usize = 8;

/// Columns that are shown of what is no key.
const WRITTEN_COLUMNS_MAX: usize = 24;

/// Something in the file that can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    /// The file can't be read, or is not TOML.
    #[error(transparent)]
    File(#[from] config::Problem),
    /// A name that no action has.
    #[error("{at}: {unknown}")]
    Unknown {
        /// Where.
        at: At,
        /// The name.
        unknown: UnknownAction,
    },
    /// Something else than a list of keys.
    #[error(
        "{at}: {action} takes a list of 1 to {KEYS_PER_ACTION_MAX} keys, such as [\"p\", \"ctrl-p\"]"
    )]
    NoList {
        /// Where.
        at: At,
        /// The name of the action.
        action: &'static str,
    },
    /// What is no key.
    #[error("{at}: {action}: {written} is no key: {why}")]
    NoKey {
        /// Where.
        at: At,
        /// The name of the action.
        action: &'static str,
        /// What stands there.
        written: Shown,
        /// Why it is none.
        why: BadChord,
    },
    /// The action, or one of its keys, stands there twice.
    #[error("{at}: {what} stands there twice; once is enough")]
    Twice {
        /// Where the second is.
        at: At,
        /// The action or the key.
        what: String,
    },
    /// Where text is typed, the key would be a letter of it.
    #[error(
        "{at}: {action} has to work beside a field of text, which takes {chord} for itself; {remedy}"
    )]
    Typed {
        /// Where.
        at: At,
        /// The name of the action.
        action: &'static str,
        /// The key.
        chord: Chord,
        /// What would work.
        remedy: &'static str,
    },
    /// One key for two actions in one place.
    #[error(
        "{at}: {chord} means two things ({}): {first} and {second}; give one of them another key",
        clash.place.word(),
        chord = clash.chord
    )]
    Clash {
        /// Where the later of the two has it.
        at: At,
        /// The clash.
        clash: KeyClash,
        /// One action, and where it has the key.
        first: Owner,
        /// The other.
        second: Owner,
    },
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// An action and where its keys come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The name of the action.
    pub action: &'static str,
    /// The line of the file, `None` if the keys are those of the program.
    pub line: Option<usize>,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{} (line {line})", self.action),
            None => write!(f, "{} (its own key)", self.action),
        }
    }
}

/// Everything that is wrong with the keys, at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", in_lines(mistakes))]
pub struct KeysError {
    /// The mistakes, in the order of the file; never empty.
    pub mistakes: Vec<Mistake>,
}

fn in_lines(mistakes: &[Mistake]) -> String {
    let noun = if mistakes.len() == 1 {
        "mistake"
    } else {
        "mistakes"
    };
    let head = format!("{} {noun} in the keys", mistakes.len());
    mistakes
        .iter()
        .fold(head, |text, mistake| format!("{text}\n  {mistake}"))
}

impl Explain for KeysError {
    fn kind(&self) -> Kind {
        Kind::Usage
    }

    fn hint(&self) -> String {
        "correct the file, or move it away: `bitcraps keys` then lists every action with its name"
            .to_owned()
    }
}

impl Keymap {
    /// Reads the player's file; without one the keys are those of the program.
    ///
    /// # Errors
    /// [`KeysError`] with every mistake.
    pub fn load(path: Option<&Path>) -> Result<Self, KeysError> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        match config::read_file(path) {
            Ok(None) => Ok(Self::default()),
            Ok(Some(text)) => Self::of_text(path, &text),
            Err(problem) => Err(KeysError {
                mistakes: vec![problem.into()],
            }),
        }
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// [`KeysError`] with every mistake.
    pub fn of_text(path: &Path, text: &str) -> Result<Self, KeysError> {
        let mut reading = Reading {
            path,
            keymap: Self::default(),
            lines: BTreeMap::new(),
            faulty: BTreeSet::new(),
            mistakes: Vec::new(),
        };
        let (entries, syntax) = config::lists(path, text);
        reading
            .mistakes
            .extend(syntax.into_iter().map(Mistake::File));
        for entry in entries {
            reading.entry(&entry.key, entry.line, entry.value);
        }
        reading.clashes();
        if reading.mistakes.is_empty() {
            Ok(reading.keymap)
        } else {
            Err(KeysError {
                mistakes: reading.mistakes,
            })
        }
    }
}

/// A file while it is read.
struct Reading<'p> {
    path: &'p Path,
    keymap: Keymap,
    /// The lines of the actions that are in the file.
    lines: BTreeMap<Action, usize>,
    /// The actions whose keys could not be taken. What they would clash with is not known.
    faulty: BTreeSet<Action>,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn at(&self, line: usize) -> At {
        At {
            path: self.path.to_owned(),
            line,
        }
    }

    fn entry(&mut self, name: &str, line: usize, written: Option<Vec<String>>) {
        let at = self.at(line);
        let action = match Action::named(name) {
            Ok(action) => action,
            Err(unknown) => return self.mistakes.push(Mistake::Unknown { at, unknown }),
        };
        match self.keys_of(action, line, written) {
            Ok(keys) => self.keymap.set(action, keys),
            Err(mistakes) => {
                self.faulty.insert(action);
                self.mistakes.extend(mistakes);
            }
        }
    }

    fn keys_of(
        &mut self,
        action: Action,
        line: usize,
        written: Option<Vec<String>>,
    ) -> Result<Vec<Chord>, Vec<Mistake>> {
        let at = self.at(line);
        let name = action.info().name;
        if self.lines.insert(action, line).is_some() {
            let what = name.to_owned();
            return Err(vec![Mistake::Twice { at, what }]);
        }
        let written = written.filter(|list| (1..=KEYS_PER_ACTION_MAX).contains(&list.len()));
        let Some(written) = written else {
            return Err(vec![Mistake::NoList { at, action: name }]);
        };
        let mut mistakes = Vec::new();
        let mut keys: Vec<Chord> = Vec::new();
        for text in written {
            match text.parse::<Chord>() {
                Ok(chord) if keys.contains(&chord) => mistakes.push(Mistake::Twice {
                    at: at.clone(),
                    what: chord.to_string(),
                }),
                Ok(chord) => keys.push(chord),
                Err(why) => mistakes.push(Mistake::NoKey {
                    at: at.clone(),
                    action: name,
                    written: Shown::new(&format!("{text:?}"), WRITTEN_COLUMNS_MAX),
                    why,
                }),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        if let Some(chord) = lost_in_fields(action.info(), &keys) {
            let remedy = if action.info().places.contains(&Place::Always) {
                "choose a key that types nothing, such as ctrl-x"
            } else {
                "add a key that types nothing, such as ctrl-x"
            };
            return Err(vec![Mistake::Typed {
                at,
                action: name,
                chord,
                remedy,
            }]);
        }
        Ok(keys)
    }

    fn clashes(&mut self) {
        for clash in self.keymap.clashes() {
            if self.faulty.contains(&clash.first) || self.faulty.contains(&clash.second) {
                continue;
            }
            let owner = |action: Action| Owner {
                action: action.info().name,
                line: self.lines.get(&action).copied(),
            };
            let (first, second) = (owner(clash.first), owner(clash.second));
            let line = first.line.max(second.line).unwrap_or(1);
            self.mistakes.push(Mistake::Clash {
                at: self.at(line),
                clash,
                first,
                second,
            });
        }
    }
}
