//! From the settings to what each part is given. Everything is taken apart completely, so that a new
//! setting does not compile until it has an effect.

use std::time::Duration;

use crate::app::AppSettings;
use crate::club;
use crate::config::{
    ApplicationConfig, BotSettings, ClubSettings, Odds, ServiceSettings, TableSettings,
};
use crate::craps::{OddsLimit, TableRules};
use crate::gaming::{GameSettings, Strategy};

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

/// Returns the application's deadlines.
#[must_use]
pub fn app(services: &ServiceSettings) -> AppSettings {
    let ServiceSettings {
        propose_timeout: _,
        start_deadline,
        stop_deadline,
        probe_interval,
        probe_timeout,
    } = services;
    AppSettings {
        stop_within: *stop_deadline,
        start_step_within: *start_deadline,
        probe_every: *probe_interval,
        probe_timeout: *probe_timeout,
    }
}

/// Returns how long a proposed command waits for its answer.
#[must_use]
pub const fn propose_timeout(services: &ServiceSettings) -> Duration {
    services.propose_timeout
}

/// Returns the first settings of a club that this node founds for itself.
#[must_use]
pub fn solo_club(settings: &ClubSettings) -> club::Settings {
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

/// Returns how the first table, of this name, is set up and played.
#[must_use]
pub fn game(config: &ApplicationConfig, table: &str, seed: u64) -> GameSettings {
    let TableSettings {
        min_bet,
        max_bet,
        side_bet_max,
        odds,
        seats,
        bots,
    } = &config.table;
    let BotSettings { pace } = &config.bot;
    let seats_max = u8::try_from(*seats).unwrap_or(u8::MAX);
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
        seats_max,
        bots: FIRST_BOTS
            .into_iter()
            .cycle()
            .take(usize::from(*bots))
            .collect(),
        pace: *pace,
        seed,
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
