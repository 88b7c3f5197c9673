//! Rules between settings, and what the machine must allow.

use std::path::Path;

use super::problem::{Problem, Source};
use super::settings::ApplicationConfig;
use crate::clock::UnixMillis;
use crate::storage::check_owner;

/// The start of 2026: no clock that is right says less.
const CLOCK_MIN: UnixMillis = UnixMillis(1_767_225_600_000);

/// Whether a clock can be right: it doesn't lie before this program was made.
#[must_use]
pub fn clock_is_sane(now: UnixMillis) -> bool {
    now >= CLOCK_MIN
}

impl ApplicationConfig {
    /// Returns every pair of settings that cannot both hold.
    pub(super) fn contradictions(&mut self) -> Vec<Problem> {
        let table = &self.table;
        let services = &self.services;
        let rules = [
            (
                table.min_bet > table.max_bet,
                ["table.min_bet", "table.max_bet"],
                "the smallest bet must not be more than the largest",
            ),
            (
                table.side_bet_max > table.max_bet,
                ["table.side_bet_max", "table.max_bet"],
                "the largest side bet must not be more than the largest bet",
            ),
            (
                table.bots >= table.seats,
                ["table.bots", "table.seats"],
                "bots must leave you a seat",
            ),
            (
                services.probe_timeout >= services.probe_interval,
                ["services.probe_timeout", "services.probe_interval"],
                "a probe must end before the next one begins",
            ),
            (
                self.debug
                    && self.log_level < super::LogLevel::Debug
                    && self.is_same_layer("debug", "log_level"),
                ["debug", "log_level"],
                "debug raises the log level to debug, so set only one of them",
            ),
        ];
        let broken: Vec<_> = rules.into_iter().filter(|(broken, ..)| *broken).collect();
        broken
            .into_iter()
            .map(|(_, [first, second], rule)| Problem::Contradiction {
                first: self.quoted(first),
                second: self.quoted(second),
                rule,
            })
            .collect()
    }

    /// Returns what on this machine stands in the way: a data directory that cannot be written, a
    /// clock that cannot be right. Makes nothing.
    #[must_use]
    pub fn check_machine(&self, now: UnixMillis) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.data_dir.is_dir()
            && let Err(error) = check_owner(&self.data_dir)
        {
            problems.push(Problem::DataDir(error));
        } else if let Err((path, cause)) = is_writable(&self.data_dir) {
            problems.push(Problem::DataDirNotWritable {
                source_of_value: self.source("data_dir").clone(),
                path: self.data_dir.clone(),
                existing: path.to_owned(),
                cause,
            });
        }
        if !clock_is_sane(now) {
            problems.push(Problem::Clock { now_millis: now.0 });
        }
        problems
    }

    fn is_same_layer(&self, first: &str, second: &str) -> bool {
        let (first, second) = (self.source(first), self.source(second));
        *first != Source::Default && std::mem::discriminant(first) == std::mem::discriminant(second)
    }

    fn quoted(&mut self, key: &str) -> String {
        let source = self.source(key).clone();
        let settings = self.settings();
        let value = settings
            .iter()
            .find(|setting| setting.key == key)
            .map_or(serde_json::Value::Null, |setting| setting.slot.json());
        format!("{key} = {value} ({source})")
    }
}

/// Whether a directory can be written, or made below the nearest one that exists; else that one
/// and why not.
fn is_writable(directory: &Path) -> Result<(), (&Path, String)> {
    use rustix::fs::Access;
    let existing = directory.ancestors().find(|path| path.exists());
    let Some(existing) = existing else {
        return Err((directory, "nothing above it exists".to_owned()));
    };
    if !existing.is_dir() {
        return Err((existing, "it is not a directory".to_owned()));
    }
    rustix::fs::access(existing, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| (existing, std::io::Error::from(error).to_string()))
}
