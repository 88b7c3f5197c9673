//! What can be wrong with the settings, each with its place.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::clock::UnixMillis;
use crate::error::{Error, Kind};
use crate::logs::rfc3339;
use crate::storage::DataDirError;

/// Where a value came from. Ordered by layer: the greater one wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nobody set it.
    #[default]
    Default,
    /// The configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// A variable of the environment.
    Environment {
        /// Its name.
        variable: String,
    },
    /// An option of the command line.
    CommandLine {
        /// The option, with its dashes.
        option: &'static str,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment { variable } => write!(f, "{variable}"),
            Self::CommandLine { option } => f.write_str(option),
        }
    }
}

/// One thing that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A value without the wanted form.
    #[error("{source_of_value}: {name} = {value} is not {form}")]
    Value {
        /// Where it is written.
        source_of_value: Source,
        /// The setting.
        name: &'static str,
        /// What is written.
        value: String,
        /// What is wanted.
        form: String,
    },
    /// A name in the file that no setting has. The value is not shown: it may be a secret.
    #[error("{place}: unknown setting {name}{}", did_you_mean(*nearest))]
    UnknownSetting {
        /// Where it is written.
        place: Source,
        /// The name.
        name: String,
        /// The setting that is spelled most alike.
        nearest: Option<&'static str>,
    },
    /// A variable that no setting has. The value is not shown: it may be a secret.
    #[error("unknown variable {name}{}", did_you_mean(nearest.as_deref()))]
    UnknownVariable {
        /// The name.
        name: String,
        /// The variable that is spelled most alike.
        nearest: Option<String>,
    },
    /// The file is not TOML.
    #[error("{}:{line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What was wrong there.
        message: String,
    },
    /// The file cannot be read.
    #[error("{}: {cause}{}", path.display(), way_to_read(cause))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The file is larger than any configuration.
    #[error("{}: more than {bytes_max} bytes is no configuration file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most.
        bytes_max: u64,
    },
    /// Two values that cannot both hold.
    #[error("{first} and {second}: {rule}")]
    Contradiction {
        /// One of them, with its source.
        first: String,
        /// The other, with its source.
        second: String,
        /// What must hold.
        rule: &'static str,
    },
    /// Nothing says where data may lie.
    #[error("data_dir is not set, and this platform names no data directory (HOME is not set)")]
    NoDataDir,
    /// The data directory is somebody else's, or open to others.
    #[error("{0}")]
    DataDir(DataDirError),
    /// The data directory cannot be made or written.
    #[error(
        "{source_of_value}: data_dir = {path:?} cannot be {}",
        in_its_way(path, existing, cause)
    )]
    DataDirNotWritable {
        /// Where it is written.
        source_of_value: Source,
        /// The directory.
        path: PathBuf,
        /// It, or the nearest one above it that exists.
        existing: PathBuf,
        /// Why.
        cause: String,
    },
    /// The machine's clock cannot be right.
    #[error("the clock says {}, before this program was made", rfc3339(UnixMillis(*now_millis)))]
    Clock {
        /// What it says, in milliseconds since 1970.
        now_millis: u64,
    },
}

/// Says what would work where a file may not be read.
fn way_to_read(cause: &std::io::Error) -> &'static str {
    if cause.kind() == std::io::ErrorKind::PermissionDenied {
        "; you may not read there: choose a --data-dir and a --config of your own"
    } else {
        ""
    }
}

/// Says of a directory, or of what is above one that is yet to be made, why it can't be written.
fn in_its_way(path: &Path, existing: &Path, cause: &str) -> String {
    if path == existing {
        format!("written: {cause}")
    } else {
        format!("made: {}: {cause}", existing.display())
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(", did you mean {name}?"))
}

/// Everything that is wrong with the settings, at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", in_lines(problems, warnings))]
pub struct ConfigErrors {
    /// The problems, in the order of the layers; never empty.
    pub problems: Vec<Problem>,
    /// What means nothing beside them, as a misspelled variable.
    pub warnings: Vec<Problem>,
}

fn in_lines(problems: &[Problem], warnings: &[Problem]) -> String {
    let count = problems.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    let lines = problems.iter().map(|problem| format!("\n  {problem}"));
    let ignored = warnings
        .iter()
        .map(|warning| format!("\n  ignored: {warning}"));
    lines.chain(ignored).fold(
        format!("{count} {noun} in the configuration"),
        |text, line| text + &line,
    )
}

/// What to do about most mistakes.
const WRITTEN: &str =
    "correct what is wrong where it is written; `bitcraps config schema` names every setting";

/// What to do about a data directory that can't be used.
const OTHER_DATA_DIR: &str = "give yourself the rights to it, or choose another --data-dir";

impl Problem {
    /// Returns what a person can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Value { .. }
            | Self::UnknownSetting { .. }
            | Self::UnknownVariable { .. }
            | Self::Syntax { .. }
            | Self::Contradiction { .. } => WRITTEN,
            Self::Unreadable { .. } | Self::TooLarge { .. } => {
                "name a file of settings that you may read by --config"
            }
            Self::NoDataDir => "name one by --data-dir",
            Self::DataDir(error) => return error.hint(),
            Self::DataDirNotWritable { .. } => OTHER_DATA_DIR,
            Self::Clock { .. } => "set the clock of this machine",
        };
        hint.to_owned()
    }

    /// Whether the settings are right, and the data directory that they name can't be used.
    const fn is_of_data_dir(&self) -> bool {
        match self {
            Self::DataDir(_) | Self::DataDirNotWritable { .. } => true,
            Self::Value { .. }
            | Self::UnknownSetting { .. }
            | Self::UnknownVariable { .. }
            | Self::Syntax { .. }
            | Self::Unreadable { .. }
            | Self::TooLarge { .. }
            | Self::Contradiction { .. }
            | Self::NoDataDir
            | Self::Clock { .. } => false,
        }
    }
}

impl From<ConfigErrors> for Error {
    fn from(errors: ConfigErrors) -> Self {
        let mut hints: Vec<String> = errors.problems.iter().map(Problem::hint).collect();
        hints.sort_unstable();
        hints.dedup();
        let is_of_data_dir = errors.problems.iter().all(Problem::is_of_data_dir);
        let (kind, text) = if is_of_data_dir {
            let texts = errors.problems.iter().map(ToString::to_string);
            (Kind::Storage, texts.collect::<Vec<_>>().join("; "))
        } else {
            (Kind::Usage, errors.to_string())
        };
        let (first, others) = match hints.split_first() {
            Some((first, others)) => (first.as_str(), others),
            None => (WRITTEN, [].as_slice()),
        };
        let error = Self::new(kind, text, first);
        others
            .iter()
            .fold(error, |error, hint| error.and_hint(hint.as_str()))
    }
}
