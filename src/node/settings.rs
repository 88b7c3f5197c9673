//! From the settings to what each part is given. [`of`] takes them apart completely, so that a new
//! setting does not compile until it is some part's.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::AppSettings;
use crate::club;
use crate::config::{
    ApplicationConfig, BotSettings, ClubSettings, Odds, ScreenSettings, ServiceSettings,
    TableSettings,
};
use crate::craps::{OddsLimit, TableRules};
use crate::gaming::{GameSettings, Strategy};
use crate::identity::ProofBits;
use crate::logs::LogSettings;

/// The name of the first table of a new club.
pub const PRACTICE_TABLE: &str = "practice";

/// Who joins a table first: strategies that are fun to watch and differ from one another.
const FIRST_BOTS: [Strategy; 10] = [
    Strategy::PassOdds,
    Strategy::ThreePointMolly,
    Strategy::IronCross,
    Strategy::Dont,
    Strategy::Place68,
    Strategy::Field,
    Strategy::Come,
    Strategy::Hardways,
    Strategy::Random,
    Strategy::Pass,
];

/// The settings, by the part that each is for.
#[derive(Clone, Debug)]
pub struct PartSettings {
    /// Deadlines of the application.
    pub app: AppSettings,
    /// Who plays.
    pub player: PlayerSettings,
    /// Where everything of this node lies.
    pub data_dir: PathBuf,
    /// The file of the store.
    pub store_file: PathBuf,
    /// First settings of a club that this node founds.
    pub club: club::Settings,
    /// Where the logs of vote keys lie.
    pub votes: PathBuf,
    /// How long a proposed command waits for its answer.
    pub propose_timeout: Duration,
    /// Where proofs lie that are for other people.
    pub proofs: PathBuf,
    /// How the first table is set up and played; its seed is for each run to choose.
    pub game: GameSettings,
    /// Label of this node in health.
    pub label: String,
    /// What the screen may use.
    pub screen: ScreenSettings,
    /// What the log says, and where.
    pub log: LogSettings,
}

/// Who plays, and how the keys are opened.
#[derive(Clone, Debug)]
pub struct PlayerSettings {
    /// The name, if it is set rather than asked for.
    pub name: Option<String>,
    /// The file that holds the passphrase.
    pub passphrase_file: Option<PathBuf>,
    /// Whether the system's keyring holds the passphrase.
    pub keyring: bool,
    /// The work that the identity must carry.
    pub proof_bits: ProofBits,
}

/// Returns what each part is given; the first table gets the name `table`.
#[must_use]
pub fn of(config: &ApplicationConfig, table: &str) -> PartSettings {
    let ApplicationConfig {
        data_dir,
        // The folder of the store's file.
        db_path: _,
        name,
        passphrase_file,
        keyring,
        proof_bits,
        node_id,
        // Both make the level that holds.
        debug: _,
        log_level: _,
        club,
        table: first_table,
        bot,
        screen,
        services,
        sources: _,
    } = config;
    let (app, propose_timeout) = waits(services);
    PartSettings {
        app,
        player: PlayerSettings {
            name: name.clone(),
            passphrase_file: passphrase_file.clone(),
            keyring: *keyring,
            proof_bits: *proof_bits,
        },
        data_dir: data_dir.clone(),
        store_file: config.store_file(),
        club: solo_club(club),
        votes: config.vote_log_dir(),
        propose_timeout,
        proofs: config.proof_dir(),
        game: game(first_table, bot, table),
        label: node_id.clone(),
        screen: screen.clone(),
        log: LogSettings {
            directory: config.log_dir(),
            level: config.effective_log_level(),
            label: node_id.clone(),
        },
    }
}

fn waits(services: &ServiceSettings) -> (AppSettings, Duration) {
    let ServiceSettings {
        propose_timeout,
        start_deadline,
        stop_deadline,
        probe_interval,
        probe_timeout,
    } = services;
    let app = AppSettings {
        stop_within: *stop_deadline,
        start_step_within: *start_deadline,
        probe_every: *probe_interval,
        probe_timeout: *probe_timeout,
    };
    (app, *propose_timeout)
}

fn solo_club(settings: &ClubSettings) -> club::Settings {
    let ClubSettings {
        max_games,
        session_timeout,
    } = settings;
    club::Settings {
        max_games: u32::from(*max_games),
        session_timeout_seconds: u32::try_from(session_timeout.as_secs()).unwrap_or(u32::MAX),
        ..club::Settings::solo()
    }
}

fn game(settings: &TableSettings, bot: &BotSettings, table: &str) -> GameSettings {
    let TableSettings {
        min_bet,
        max_bet,
        side_bet_max,
        odds,
        seats,
        bots,
    } = settings;
    let BotSettings { pace } = bot;
    GameSettings {
        table_name: table.to_owned(),
        rules: TableRules {
            min_bet: *min_bet,
            max_bet: *max_bet,
            side_bet_max: *side_bet_max,
            odds: odds_limit(*odds),
            // Somebody who plays alone may roll with any bet (rule book, section 3).
            shooter_needs_line_bet: false,
            ..TableRules::default()
        },
        seats_max: u8::try_from(*seats).unwrap_or(u8::MAX),
        bots: FIRST_BOTS
            .into_iter()
            .cycle()
            .take(usize::from(*bots))
            .collect(),
        pace: *pace,
        seed: 0,
    }
}

const fn odds_limit(odds: Odds) -> OddsLimit {
    match odds {
        Odds::One => OddsLimit::One,
        Odds::Two => OddsLimit::Two,
        Odds::ThreeFourFive => OddsLimit::ThreeFourFive,
        Odds::Five => OddsLimit::Five,
        Odds::Ten => OddsLimit::Ten,
        Odds::Twenty => OddsLimit::Twenty,
        Odds::Hundred => OddsLimit::Hundred,
    }
}
