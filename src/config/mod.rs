//! The settings: layered, each value with its source, every mistake reported at once.
//!
//! Layers, the later wins: defaults, `config.toml`, environment (`BITCRAPS_…`), command line. The
//! file is `--config FILE`; else `config.toml` in the data directory, when `--data-dir` or
//! `BITCRAPS_DATA_DIR` chose one (such a directory holds everything of its node); else
//! `config.toml` in the platform's configuration directory. A file that was not asked for may be
//! missing.
//!
//! The player's keys, `keys.toml`, lie beside it ([`Layers::beside`]); what may stand in them is the
//! screen's business.
//!
//! Nothing is repaired in silence: a bad value, an unknown key in the file or a contradiction stops
//! the program with the place, the value and the expected form. Only an unknown `BITCRAPS_…`
//! variable is a mere warning, since the environment belongs to more programs than this one.
//!
//! This part alone reads the environment ([`Environment`]).

mod choice;
mod environment;
mod file;
mod layers;
pub mod limits;
mod list;
mod problem;
mod schema;
mod settings;
mod show;
mod slot;
mod validate;

pub use choice::{Choice, Color, LogLevel, Odds, Theme};
pub use environment::Environment;
pub use file::{Entry, ListEntry, lists, read as read_file};
pub use layers::{FILE_NAME, Given, Layers, nearest};
pub use problem::{ConfigErrors, Problem, Source};
pub use schema::{example, schema_json};
pub use settings::{
    ApplicationConfig, BotSettings, ClubSettings, ScreenSettings, ServiceSettings, Sources,
    TableSettings,
};
pub use show::{Effective, effective};
pub use validate::clock_is_sane;

#[cfg(test)]
mod tests;
