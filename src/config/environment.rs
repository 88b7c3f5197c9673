//! What the program reads from its environment, as a value.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The environment of the process; the only place where variables are read.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `BITCRAPS_…` variables and those that describe the terminal and the locale.
    variables: BTreeMap<String, OsString>,
    /// Where this platform keeps a program's data.
    pub platform_data_dir: Option<PathBuf>,
    /// Where this platform keeps a program's settings.
    pub platform_config_dir: Option<PathBuf>,
    /// The directory that relative paths start from.
    pub working_dir: PathBuf,
    /// The host name, harmless and never empty.
    pub host_name: String,
}

/// The variables that are read beside our own.
const OTHERS: [&str; 9] = [
    "NO_COLOR",
    "COLORTERM",
    "TERM",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "SSH_CONNECTION",
    "TMUX",
    "STY",
];

/// What our own variables begin with.
pub(super) const PREFIX: &str = "BITCRAPS_";

impl Environment {
    /// Returns the environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(PREFIX) || OTHERS.contains(&name.as_str()))
            .collect();
        let directories = directories::ProjectDirs::from("", "", "bitcraps");
        let uname = rustix::system::uname();
        let host = uname.nodename().to_string_lossy();
        let host = crate::shown::Shown::new(host.trim(), super::limits::NODE_ID_COLUMNS_MAX);
        Self {
            variables,
            platform_data_dir: directories.as_ref().map(|d| d.data_dir().to_owned()),
            platform_config_dir: directories.as_ref().map(|d| d.config_dir().to_owned()),
            // Without a working directory relative paths stay relative, and fail by name.
            working_dir: std::env::current_dir().unwrap_or_default(),
            host_name: match host.as_str() {
                "" => "node".to_owned(),
                name => name.to_owned(),
            },
        }
    }

    /// Returns the environment with one variable more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// Returns a variable that is set, not empty, and text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
    }

    /// Returns our own variables, in the order of their names.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &OsString)> {
        self.variables
            .iter()
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Whether colours are unwanted: `NO_COLOR` is set to anything (no-color.org).
    #[must_use]
    pub fn no_color(&self) -> bool {
        self.text("NO_COLOR").is_some()
    }

    /// Whether the locale is UTF-8: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set decides
    /// (POSIX, Base Definitions, section 8.2).
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| self.text(name))
            .is_some_and(|locale| {
                let locale = locale.to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            })
    }

    /// Whether this is a session over SSH, where fewer bytes count.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.text("SSH_CONNECTION").is_some()
    }
}
