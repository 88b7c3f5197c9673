//! The one list of settings: names, forms and reasons. File, environment, documents and
//! `bitcraps config` are all made from it.

use std::time::Duration;

use super::choice::LogLevel;
use super::limits;
use super::settings::{
    ApplicationConfig, BotSettings, ClubSettings, ScreenSettings, ServiceSettings,
    SupervisorSettings, TableSettings,
};
use super::slot::Slot;

/// A setting as the layers, the screens and the documents see it.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    /// Name in the file, with its section.
    pub(super) key: &'static str,
    /// Variable in the environment.
    pub(super) variable: String,
    /// One line of why.
    pub(super) why: &'static str,
    /// What the default is called where it depends on the machine, with an example.
    pub(super) machine_default: Option<(&'static str, &'static str)>,
    /// Its place.
    pub(super) slot: Slot<'a>,
}

fn setting<'a>(key: &'static str, why: &'static str, slot: Slot<'a>) -> Setting<'a> {
    Setting {
        key,
        variable: format!("BITCRAPS_{}", key.replace('.', "_").to_ascii_uppercase()),
        why,
        machine_default: None,
        slot,
    }
}

impl Setting<'_> {
    fn or(mut self, words: &'static str, example: &'static str) -> Self {
        self.machine_default = Some((words, example));
        self
    }

    /// Returns the section in the file, empty for the top, and the name in it.
    pub(super) fn section_and_name(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }
}

fn wait<'a>(key: &'static str, why: &'static str, time: &'a mut Duration) -> Setting<'a> {
    setting(key, why, Slot::Millis(time, limits::WAIT_MILLIS))
}

fn times<'a>(key: &'static str, why: &'static str, count: &'a mut u16) -> Setting<'a> {
    setting(key, why, Slot::Count(count, limits::TIMES))
}

fn log_settings<'a>(
    node_id: &'a mut String,
    debug: &'a mut bool,
    log_level: &'a mut LogLevel,
) -> Vec<Setting<'a>> {
    vec![
        setting(
            "node_id",
            "Label of this node in logs and health, never its identity.",
            Slot::Text(node_id, limits::NODE_ID_COLUMNS_MAX),
        )
        .or("the host name", "laptop"),
        setting(
            "debug",
            "Raises the log level to debug, in the log file and pane.",
            Slot::Flag(debug),
        ),
        setting(
            "log_level",
            "How much the log says; it never goes to the screen itself.",
            Slot::Choice(log_level),
        ),
    ]
}

impl ApplicationConfig {
    /// Returns every setting with its place. Each struct is taken apart in full, so that a new
    /// field does not compile before it is listed.
    pub(super) fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            data_dir,
            db_path,
            name,
            passphrase_file,
            proof_bits,
            node_id,
            debug,
            log_level,
            club,
            table,
            bot,
            screen,
            services,
            supervisor,
            sources: _,
        } = self;
        let mut all = vec![
            setting(
                "data_dir",
                "Where keystore, store, logs and the control socket lie.",
                Slot::Path(data_dir),
            )
            .or(
                "the platform's data directory",
                "/home/you/.local/share/bitcraps",
            ),
            setting(
                "db_path",
                "Where the store lies; relative to the data directory.",
                Slot::Path(db_path),
            )
            .or("db in the data directory", "db"),
            setting(
                "name",
                "Your name at the tables.",
                Slot::OptionalText(name, limits::NAME_COLUMNS_MAX),
            )
            .or("asked at the first start", "ada"),
            setting(
                "passphrase_file",
                "A file whose first line opens the keystore.",
                Slot::OptionalPath(passphrase_file),
            )
            .or("none, so no encryption", "/home/you/passphrase"),
            setting(
                "proof_bits",
                "Leading zero bits an identity must carry; each one doubles the work of making it.",
                Slot::Count(proof_bits, limits::PROOF_BITS),
            ),
        ];
        all.extend(log_settings(node_id, debug, log_level));
        all.extend(club.settings());
        all.extend(table.settings());
        all.extend(bot.settings());
        all.extend(screen.settings());
        all.extend(services.settings());
        all.extend(supervisor.settings());
        all
    }
}

impl ClubSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            max_games,
            session_timeout,
        } = self;
        vec![
            setting(
                "max_games",
                "Tables that may be open in a club that this node founds.",
                Slot::Count(max_games, limits::GAMES),
            ),
            setting(
                "session_timeout",
                "Seconds until a silent seat stands up, in a club that this node founds.",
                Slot::Seconds(session_timeout, limits::SESSION_SECONDS),
            ),
        ]
    }
}

impl TableSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            min_bet,
            max_bet,
            side_bet_max,
            odds,
            seats,
            bots,
        } = self;
        vec![
            setting(
                "table.min_bet",
                "Smallest line bet at the practice table when it is made.",
                Slot::Chips(min_bet, limits::BET_CHIPS),
            ),
            setting(
                "table.max_bet",
                "Largest stake of one bet there; the treasury must be able to pay it.",
                Slot::Chips(max_bet, limits::BET_CHIPS),
            ),
            setting(
                "table.side_bet_max",
                "Largest stake of a bet that lasts a whole hand; those pay most.",
                Slot::Chips(side_bet_max, limits::BET_CHIPS),
            ),
            setting(
                "table.odds",
                "The most odds behind a line bet; odds have no house edge.",
                Slot::Choice(odds),
            ),
            setting(
                "table.seats",
                "Seats at the practice table.",
                Slot::Count(seats, limits::SEATS),
            ),
            setting(
                "table.bots",
                "Bots that sit at the practice table; fewer than seats.",
                Slot::Count(bots, limits::BOTS),
            ),
        ]
    }
}

impl BotSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self { pace } = self;
        vec![setting(
            "bot.pace",
            "Milliseconds before each thing a bot does; 0 is as fast as the table allows.",
            Slot::Millis(pace, limits::PACE_MILLIS),
        )]
    }
}

impl ScreenSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            ascii,
            color,
            theme,
            reduced_motion,
        } = self;
        vec![
            setting(
                "screen.ascii",
                "Only ASCII, for terminals that draw lines badly.",
                Slot::Flag(ascii),
            ),
            setting(
                "screen.color",
                "Colours to use; auto asks the terminal and respects NO_COLOR.",
                Slot::Choice(color),
            ),
            setting("screen.theme", "The set of colours.", Slot::Choice(theme)),
            setting(
                "screen.reduced_motion",
                "Dice appear at once, nothing moves.",
                Slot::Flag(reduced_motion),
            ),
        ]
    }
}

impl ServiceSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            propose_timeout,
            stop_deadline,
            probe_interval,
            probe_timeout,
            heartbeats_missed_max,
            reports_down,
            reports_up,
        } = self;
        vec![
            wait(
                "services.propose_timeout",
                "Milliseconds until a bet that is not decided shows as unknown.",
                propose_timeout,
            ),
            wait(
                "services.stop_deadline",
                "Milliseconds that a stop may take; a locked roll is finished within it.",
                stop_deadline,
            ),
            wait(
                "services.probe_interval",
                "Milliseconds between two looks at all services.",
                probe_interval,
            ),
            wait(
                "services.probe_timeout",
                "Milliseconds a service has to answer; shorter than the interval.",
                probe_timeout,
            ),
            times(
                "services.heartbeats_missed_max",
                "Beats a service may miss before it counts as unavailable.",
                heartbeats_missed_max,
            ),
            times(
                "services.reports_down",
                "Bad reports in a row before the program calls itself degraded.",
                reports_down,
            ),
            times(
                "services.reports_up",
                "Good reports in a row before it calls itself running again.",
                reports_up,
            ),
        ]
    }
}

impl SupervisorSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            restart_pause,
            restart_pause_max,
            breaker_failures,
            breaker_window,
        } = self;
        vec![
            wait(
                "supervisor.restart_pause",
                "Milliseconds before a failed service is restarted; doubles each time.",
                restart_pause,
            ),
            wait(
                "supervisor.restart_pause_max",
                "The longest such pause in milliseconds.",
                restart_pause_max,
            ),
            times(
                "supervisor.breaker_failures",
                "Failures within the window after which a service stays down.",
                breaker_failures,
            ),
            wait(
                "supervisor.breaker_window",
                "Milliseconds in which those failures are counted.",
                breaker_window,
            ),
        ]
    }
}
