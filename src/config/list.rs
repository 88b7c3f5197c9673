//! The one list of settings: names, forms and reasons. File, environment, documents and
//! `bitcraps config` are all made from it.

use std::time::Duration;

use super::choice::LogLevel;
use super::limits;
use super::settings::{
    ApplicationConfig, BotSettings, ClubSettings, ScreenSettings, ServiceSettings, TableSettings,
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
            keyring,
            proof_bits,
            node_id,
            debug,
            log_level,
            club,
            table,
            bot,
            screen,
            services,
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
                "The folder of the store; relative to the data directory.",
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
            .or("none; a locked key asks for it", "/home/you/passphrase"),
            setting(
                "keyring",
                "Lets the system's keyring hold the passphrase, so that it is not asked at each start.",
                Slot::Flag(keyring),
            ),
            setting(
                "proof_bits",
                "Leading zero bits an identity must carry; each one doubles the work of making it.",
                Slot::ProofBits(proof_bits, limits::PROOF_BITS),
            ),
        ];
        all.extend(log_settings(node_id, debug, log_level));
        all.extend(club.settings());
        all.extend(table.settings());
        all.extend(bot.settings());
        all.extend(screen.settings());
        all.extend(services.settings());
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
                "Seconds until a silent seat stands up, for the charter of a club founded here; never in solo.",
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
            line_mode,
            bell,
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
            setting(
                "screen.theme",
                "The set of colours; auto asks the terminal whether it is dark or light.",
                Slot::Choice(theme),
            ),
            setting(
                "screen.reduced_motion",
                "Dice appear at once, nothing moves.",
                Slot::Flag(reduced_motion),
            ),
            setting(
                "screen.line_mode",
                "Plain lines in place of the whole screen, for screen readers; --screen draws it once.",
                Slot::Flag(line_mode),
            ),
            setting(
                "screen.bell",
                "The bell rings unless you look: your dice, 5 s left for a waiting bet, your bet decided.",
                Slot::Flag(bell),
            ),
        ]
    }
}

impl ServiceSettings {
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Self {
            propose_timeout,
            start_deadline,
            stop_deadline,
            probe_interval,
            probe_timeout,
        } = self;
        vec![
            wait(
                "services.propose_timeout",
                "Milliseconds until a bet that is not decided shows as unknown.",
                propose_timeout,
            ),
            wait(
                "services.start_deadline",
                "Milliseconds that the start of one service may take.",
                start_deadline,
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
        ]
    }
}
