//! The layers, applied in order; the only way to an [`ApplicationConfig`].

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::environment::{Environment, PREFIX};
use super::file;
use super::problem::{ConfigErrors, Problem, Source};
use super::settings::ApplicationConfig;
use super::slot::Raw;
use crate::storage::check_owner;

/// The name of the configuration file.
pub const FILE_NAME: &str = "config.toml";

/// How unlike a name may be to be suggested, from 0 to 1 (Jaro-Winkler).
const ALIKE_MIN: f64 = 0.75;

/// A setting given on the command line.
#[derive(Clone, Debug)]
pub struct Given {
    /// The setting.
    pub key: &'static str,
    /// The option that gave it.
    pub option: &'static str,
    /// The value, as text.
    pub value: String,
}

/// Where the settings come from.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The file that was asked for; it must exist then.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: Environment,
    /// The command line.
    pub command_line: Vec<Given>,
}

impl Layers {
    /// Returns the settings, and warnings about variables that mean nothing.
    ///
    /// Reads the file, touches nothing else; [`ApplicationConfig::check_machine`] looks at the disk.
    ///
    /// # Errors
    /// [`ConfigErrors`] with every mistake of every layer, and the warnings.
    pub fn load(&self) -> Result<(ApplicationConfig, Vec<Problem>), ConfigErrors> {
        let mut config = ApplicationConfig::defaults(&self.environment);
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        config.take_file(self, &mut problems);
        config.take_environment(&self.environment, &mut problems, &mut warnings);
        for given in &self.command_line {
            let source = Source::CommandLine {
                option: given.option,
            };
            let value = Raw::Word(given.value.clone());
            config.take(|key, _| key == given.key, &value, source, &mut problems);
        }
        if config.data_dir.as_os_str().is_empty() {
            problems.push(Problem::NoDataDir);
        }
        config.anchor(&self.environment.working_dir);
        problems.extend(config.contradictions());
        if problems.is_empty() {
            Ok((config, warnings))
        } else {
            Err(ConfigErrors { problems, warnings })
        }
    }

    /// Returns the file that is read, and whether it must exist. The rule is the module's.
    #[must_use]
    pub fn file_path(&self) -> Option<(PathBuf, bool)> {
        let here = &self.environment.working_dir;
        if let Some(file) = &self.file {
            return Some((here.join(file), true));
        }
        match self.chosen_data_dir() {
            Some((directory, _)) => Some((directory.join(FILE_NAME), false)),
            None => self
                .environment
                .platform_config_dir
                .as_ref()
                .map(|directory| (directory.join(FILE_NAME), false)),
        }
    }

    /// Returns where a file lies that belongs beside the configuration file; `None` on a platform that
    /// names no directory for it.
    #[must_use]
    pub fn beside(&self, name: &str) -> Option<PathBuf> {
        self.file_path().map(|(path, _)| path.with_file_name(name))
    }

    /// Returns the data directory that option or variable chooses, and which of them.
    fn chosen_data_dir(&self) -> Option<(PathBuf, Source)> {
        const VARIABLE: &str = "BITCRAPS_DATA_DIR";
        let given = self.command_line.iter().find(|g| g.key == "data_dir");
        let (directory, source) = if let Some(Given { option, value, .. }) = given {
            (&**value, Source::CommandLine { option })
        } else {
            let variable = VARIABLE.to_owned();
            let value = self.environment.text(VARIABLE)?;
            (value, Source::Environment { variable })
        };
        Some((self.environment.working_dir.join(directory), source))
    }

    /// Says of a file that can't be read that its data directory is closed to this user, if it is.
    fn closed_data_dir(&self, file: &Path) -> Option<Problem> {
        let (path, source_of_value) = self.chosen_data_dir()?;
        if file.parent() != Some(&path) {
            return None;
        }
        let cause = access(&path, Access::EXEC_OK).err()?;
        Some(match check_owner(&path) {
            Err(error) => Problem::DataDir(error),
            Ok(()) => Problem::DataDirNotWritable {
                source_of_value,
                existing: path.clone(),
                path,
                cause: std::io::Error::from(cause).to_string(),
            },
        })
    }
}

impl ApplicationConfig {
    fn take_file(&mut self, layers: &Layers, problems: &mut Vec<Problem>) {
        let Some((path, must_exist)) = layers.file_path() else {
            return;
        };
        match file::read(&path) {
            Ok(Some(text)) => self.take_text(&path, &text, problems),
            Ok(None) if must_exist => problems.push(Problem::Unreadable {
                path,
                cause: std::io::Error::other("there is no such file"),
            }),
            Ok(None) => {}
            Err(problem) => problems.push(layers.closed_data_dir(&path).unwrap_or(problem)),
        }
    }

    pub(super) fn take_text(&mut self, path: &Path, text: &str, problems: &mut Vec<Problem>) {
        let (entries, syntax) = file::parse(path, text);
        problems.extend(syntax);
        for entry in entries {
            let source = Source::File {
                path: path.to_owned(),
                line: entry.line,
            };
            let place = source.clone();
            if !self.take(|key, _| key == entry.key, &entry.value, source, problems) {
                let names: Vec<&'static str> = self.settings().iter().map(|s| s.key).collect();
                problems.push(Problem::UnknownSetting {
                    place,
                    nearest: nearest(&entry.key, names),
                    name: entry.key,
                });
            }
        }
    }

    fn take_environment(
        &mut self,
        environment: &Environment,
        problems: &mut Vec<Problem>,
        warnings: &mut Vec<Problem>,
    ) {
        for (name, value) in environment.own() {
            let source = Source::Environment {
                variable: name.to_owned(),
            };
            let raw = match value.to_str() {
                Some(text) => Raw::Word(text.to_owned()),
                None => Raw::Other(value.display().to_string()),
            };
            if !self.take(|_, variable| variable == name, &raw, source, problems) {
                let names: Vec<String> = self.settings().into_iter().map(|s| s.variable).collect();
                warnings.push(Problem::UnknownVariable {
                    nearest: nearest(name, names),
                    name: name.to_owned(),
                });
            }
        }
    }

    /// Sets the setting that is meant, or notes that the value has not its form; `false` if none
    /// is meant.
    fn take(
        &mut self,
        is_meant: impl Fn(&str, &str) -> bool,
        value: &Raw,
        source: Source,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let mut settings = self.settings();
        let meant = settings
            .iter_mut()
            .find(|setting| is_meant(setting.key, &setting.variable));
        let Some(setting) = meant else {
            return false;
        };
        let name = setting.key;
        if setting.slot.set(value) {
            self.sources.0.insert(name, source);
        } else {
            problems.push(Problem::Value {
                source_of_value: source,
                name,
                value: value.quoted(),
                form: setting.slot.form(),
            });
        }
        true
    }
}

/// Returns the name that is spelled most alike, if any is alike at all.
#[must_use]
pub fn nearest<S: AsRef<str>>(name: &str, names: Vec<S>) -> Option<S> {
    // All our variables share their beginning, which would make any two of them alike.
    let wanted = name.strip_prefix(PREFIX).unwrap_or(name);
    let likeness = |candidate: &S| {
        let candidate = candidate.as_ref();
        strsim::jaro_winkler(wanted, candidate.strip_prefix(PREFIX).unwrap_or(candidate))
    };
    names
        .into_iter()
        .map(|candidate| (likeness(&candidate), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
