//! The settings: their types and defaults. Their names and reasons are in `list.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::choice::{Color, LogLevel, Odds, Theme};
use super::environment::Environment;
use super::problem::Source;
use crate::identity::ProofBits;
use crate::ledger::Chips;

/// Every setting of the program, with the source of each.
///
/// There are no secrets in it: a passphrase lies in a file of its own, of which only the path is
/// kept here.
#[derive(Clone, Debug)]
pub struct ApplicationConfig {
    /// Where keystore, store, logs and the control socket lie; absolute.
    pub data_dir: PathBuf,
    /// The folder of the store; absolute.
    pub db_path: PathBuf,
    /// The player's name, if it is set here rather than asked for at the first start.
    pub name: Option<String>,
    /// The file that holds the passphrase of the keystore, one line end at its end left out.
    pub passphrase_file: Option<PathBuf>,
    /// Whether the system's keyring holds the passphrase between starts.
    pub keyring: bool,
    /// Leading zero bits of proof of work that this node's identity must carry.
    pub proof_bits: ProofBits,
    /// Label of this node in logs and health; never its identity.
    pub node_id: String,
    /// Whether the log level is `debug`, unless `log_level` says something else.
    pub debug: bool,
    /// How much the log says; [`ApplicationConfig::effective_log_level`] is what holds.
    pub log_level: LogLevel,
    /// Settings of a club that this node founds.
    pub club: ClubSettings,
    /// The practice table when it is made.
    pub table: TableSettings,
    /// Bots of this node.
    pub bot: BotSettings,
    /// What the screen may use.
    pub screen: ScreenSettings,
    /// Deadlines of the services.
    pub services: ServiceSettings,
    /// Where each value came from.
    pub sources: Sources,
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self {
            ascii: false,
            color: Color::Auto,
            theme: Theme::Auto,
            reduced_motion: false,
            line_mode: false,
            bell: false,
        }
    }
}

/// Where each setting's value came from; one that is not named has its default.
#[derive(Clone, Debug, Default)]
pub struct Sources(pub(super) BTreeMap<&'static str, Source>);

/// Settings that become the club's when this node founds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClubSettings {
    /// The most tables that may be open in the club.
    pub max_games: u16,
    /// How long a seat may be silent before it stands up.
    pub session_timeout: Duration,
}

/// How the practice table is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSettings {
    /// The smallest line bet.
    pub min_bet: Chips,
    /// The largest stake of one bet.
    pub max_bet: Chips,
    /// The largest stake of a side bet that lasts a hand.
    pub side_bet_max: Chips,
    /// The most odds.
    pub odds: Odds,
    /// Seats.
    pub seats: u16,
    /// Bots that sit there from the start; fewer than seats.
    pub bots: u16,
}

/// How bots of this node play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotSettings {
    /// The pause before each thing that a bot does.
    pub pace: Duration,
}

/// What the screen may use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings that have nothing to do with each other"
)]
pub struct ScreenSettings {
    /// Only ASCII, also where the terminal could do more.
    pub ascii: bool,
    /// Which colours.
    pub color: Color,
    /// Which set of colours.
    pub theme: Theme,
    /// No movement: dice appear at once.
    pub reduced_motion: bool,
    /// Lines of text in place of the whole screen.
    pub line_mode: bool,
    /// The terminal's bell rings while the player looks elsewhere.
    pub bell: bool,
}

/// Deadlines of the services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSettings {
    /// How long a proposed command is waited for before the answer is "unknown".
    pub propose_timeout: Duration,
    /// How long the start of one service may take.
    pub start_deadline: Duration,
    /// How long a stop may take.
    pub stop_deadline: Duration,
    /// How often all services are asked how they are.
    pub probe_interval: Duration,
    /// How long one service may take to answer.
    pub probe_timeout: Duration,
}

impl ApplicationConfig {
    /// Returns the defaults on this machine. The data directory is empty where the platform has
    /// none; loading the layers refuses that.
    #[must_use]
    pub fn defaults(environment: &Environment) -> Self {
        Self {
            data_dir: environment.platform_data_dir.clone().unwrap_or_default(),
            db_path: PathBuf::from("db"),
            name: None,
            passphrase_file: None,
            keyring: false,
            proof_bits: ProofBits::default(),
            node_id: environment.host_name.clone(),
            debug: false,
            log_level: LogLevel::Info,
            club: ClubSettings {
                max_games: 100,
                session_timeout: Duration::from_mins(5),
            },
            table: TableSettings {
                min_bet: Chips::new(1),
                max_bet: Chips::new(500),
                side_bet_max: Chips::new(25),
                odds: Odds::ThreeFourFive,
                seats: 8,
                bots: 2,
            },
            bot: BotSettings {
                pace: Duration::from_millis(700),
            },
            screen: ScreenSettings::default(),
            services: ServiceSettings {
                propose_timeout: Duration::from_secs(5),
                start_deadline: Duration::from_secs(30),
                stop_deadline: Duration::from_secs(5),
                probe_interval: Duration::from_secs(2),
                probe_timeout: Duration::from_millis(500),
            },
            sources: Sources::default(),
        }
    }

    /// Returns where a setting's value came from; the default for a name that is none.
    #[must_use]
    pub fn source(&self, key: &str) -> &Source {
        self.sources.0.get(key).unwrap_or(&Source::Default)
    }

    /// Returns how much the log says: `debug` raises it, unless `log_level` was set by the same
    /// layer or a later one.
    #[must_use]
    pub fn effective_log_level(&self) -> LogLevel {
        let level_is_newer = self.source("log_level") >= self.source("debug");
        let level_is_set = *self.source("log_level") != Source::Default;
        if self.debug && !(level_is_set && level_is_newer) {
            LogLevel::Debug
        } else {
            self.log_level
        }
    }

    /// Returns the file of the store.
    #[must_use]
    pub fn store_file(&self) -> PathBuf {
        self.db_path.join(crate::storage::Store::FILE_NAME)
    }

    /// Returns where the logs of vote keys lie: under the directory's lock, wherever the store is.
    #[must_use]
    pub fn vote_log_dir(&self) -> PathBuf {
        self.data_dir.join("votes")
    }

    /// Returns where proofs lie that keepers broke the rules, for whoever wants to check them.
    #[must_use]
    pub fn proof_dir(&self) -> PathBuf {
        self.data_dir.join("proofs")
    }

    /// Returns where the logs lie.
    #[must_use]
    pub fn log_dir(&self) -> PathBuf {
        self.data_dir.join("logs")
    }

    /// Makes the paths absolute, the store's within the data directory.
    pub(super) fn anchor(&mut self, here: &Path) {
        self.data_dir = here.join(&self.data_dir);
        self.db_path = self.data_dir.join(&self.db_path);
        if let Some(file) = &mut self.passphrase_file {
            *file = here.join(&file);
        }
    }
}
