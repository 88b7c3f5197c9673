//! What may be written on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::faults::Faults;
use super::number::whole;
use super::sim::SimOptions;
use super::simulate::SimulateOptions;
use crate::config::{Given, LogLevel, Theme};
use crate::craps::limits::SEATS_MAX;
use crate::strategy::Strategy;

/// Play craps at the terminal: at once, alone or with bots.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "bitcraps",
    version,
    after_help = "Examples:\n  bitcraps                 open the client\n  \
                  bitcraps --practice      go straight to the practice table\n\n\
                  Exit codes: 0 done, 1 the answer is no, 2 usage or configuration, 3 storage or\n\
                  keystore, 4 network or the running node, 70 a fault of the program, 130 interrupted\ntwice."
)]
pub struct Arguments {
    /// Open the practice table at once
    #[arg(long)]
    pub practice: bool,
    /// Play in plain lines: for screen readers, simple terminals and scripts
    #[arg(long)]
    pub line: bool,
    /// Draw the whole screen, also where line mode was chosen
    #[arg(long, conflicts_with = "line")]
    pub screen: bool,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What shall break in this run.
    #[command(flatten)]
    pub faults: Faults,
    /// What to do; the client opens without one.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options that go before or after the command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Options of every command")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that is there or not"
)]
pub struct Global {
    /// Where keystore, store, logs and the control socket lie
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Your name at the tables
    #[arg(long, global = true, value_name = "NAME")]
    pub name: Option<String>,
    /// A file whose first line opens the keystore
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// How much the log says
    #[arg(long, global = true, value_name = "LEVEL", value_parser = PossibleValuesParser::new(LogLevel::WORDS))]
    pub log_level: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Draw with ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Use no colours
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Move nothing on the screen
    #[arg(long, global = true)]
    pub reduced_motion: bool,
    /// The set of colours
    #[arg(long, global = true, value_name = "THEME", value_parser = PossibleValuesParser::new(Theme::WORDS))]
    pub theme: Option<String>,
}

impl Global {
    /// Returns the settings that these options give, for the topmost layer.
    #[must_use]
    pub fn given(&self) -> Vec<Given> {
        let Self {
            data_dir,
            config: _,
            name,
            passphrase_file,
            log_level,
            json: _,
            ascii,
            no_color,
            reduced_motion,
            theme,
        } = self;
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let flag = |set: bool, value: &str| set.then(|| value.to_owned());
        [
            ("data_dir", "--data-dir", path(data_dir)),
            ("name", "--name", name.clone()),
            (
                "passphrase_file",
                "--passphrase-file",
                path(passphrase_file),
            ),
            ("log_level", "--log-level", log_level.clone()),
            ("screen.ascii", "--ascii", flag(*ascii, "true")),
            ("screen.color", "--no-color", flag(*no_color, "none")),
            (
                "screen.reduced_motion",
                "--reduced-motion",
                flag(*reduced_motion, "true"),
            ),
            ("screen.theme", "--theme", theme.clone()),
        ]
        .into_iter()
        .filter_map(|(key, option, value)| value.map(|value| Given { key, option, value }))
        .collect()
    }
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Play without a screen, by a strategy
    #[command(
        after_help = "The bot is this node's player, with the player's chips. A new table has no other \
                      bots unless\n`table.bots` is set. It ends after N rolls, at a signal, or when its \
                      chips don't pay the next\nbet (exit code 1); it stands up, and contracts stay \
                      until they are decided.\n\n\
                      Example: bitcraps bot --host --strategy pass-odds --rolls 100 --json"
    )]
    Bot(BotOptions),
    /// Print the rolls this node saw, oldest first
    #[command(
        after_help = "Rolls that fall while it prints are not among them. With --json one object a roll; net and\n\
                      balance are your chips, and balance is null where you had no seat: the roll does not tell it.\n\n\
                      Example: bitcraps history --last 20 --json"
    )]
    History {
        /// Only rolls of this table
        #[arg(long, value_name = "TABLE")]
        table: Option<String>,
        /// Only the newest rolls
        #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
        last: Option<u64>,
    },
    /// Print your chips in each club
    #[command(after_help = "Example: bitcraps balance --json")]
    Balance,
    /// Put the game of a table into a file that anybody can check
    #[command(
        after_help = "The file holds the club's whole chain from its charter, with no secret that was not opened.\n\
                      With --from or --last it is an excerpt: it begins with a state that the keepers certified,\n\
                      and says so when it is checked.\n\n\
                      Example: bitcraps export game.bcgt"
    )]
    Export {
        /// The table, by id or name; needed if there are several
        #[arg(long, value_name = "TABLE")]
        table: Option<String>,
        /// Begin with the state after the block of this height
        #[arg(long, value_name = "HEIGHT", conflicts_with = "last", allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
        from: Option<u64>,
        /// Only the newest N rolls of the table
        #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
        last: Option<u64>,
        /// The new file
        file: PathBuf,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Check a game that was exported: every signature, bet, payout and roll
    #[command(
        after_help = "It needs nothing but the file: no network, no key, no data directory. Exit code 0 if\n\
                      everything holds, 1 at the first record that does not, which is named.\n\n\
                      Example: bitcraps verify game.bcgt --json"
    )]
    Verify {
        /// The file
        file: PathBuf,
    },
    /// Tell how the running node and its services are
    #[command(
        long_about = "Tell how the running node and its services are\n\nThe exit code is 0 if it \
                      is healthy or degraded, 1 if it is critical or unavailable, and 4 if no \
                      node runs.",
        after_help = "Example: bitcraps health --watch"
    )]
    Health {
        /// Go on with each change
        #[arg(long)]
        watch: bool,
    },
    /// Restart or stop a service of the running node
    #[command(after_help = "Example: bitcraps service restart storage")]
    Service {
        /// What to do.
        #[command(subcommand)]
        command: ServiceCommand,
    },
    /// Stop the running node at once: bets freeze, keys are wiped
    #[command(after_help = "Example: bitcraps emergency-stop --reason 'lost my laptop'")]
    EmergencyStop {
        /// Leave an emergency stop again
        #[arg(long, conflicts_with = "reason")]
        reset: bool,
        /// Why, for the record
        #[arg(long, default_value = "asked for on the command line")]
        reason: String,
    },
    /// Show or check the configuration
    #[command(after_help = "Example: bitcraps config show")]
    Config {
        /// What to do.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Show, make or back up the identity
    #[command(after_help = "Example: bitcraps identity show --json")]
    Identity {
        /// What to do.
        #[command(subcommand)]
        command: IdentityCommand,
    },
    /// Say what is wrong on this machine and what to do about it
    #[command(after_help = "Example: bitcraps doctor --json")]
    Doctor,
    /// Play scripted tables from JSON lines, without any disk or network
    #[command(after_help = "Example: bitcraps replay tables.jsonl --check")]
    Replay {
        /// The file; standard input if it is - or not given
        #[arg(default_value = "-")]
        file: PathBuf,
        /// Compare with what the lines expect and print only differences
        #[arg(long)]
        check: bool,
    },
    /// Play a whole club in virtual time, with faults, and check what must hold
    #[command(
        after_help = "Each named fault happens at least once. Equal options give equal runs, byte for byte.\n\n\
                      Example: bitcraps sim --keepers 4 --rolls 200 --faults crash,partition,loss=0.05 --seed 7\n\n\
                      Exits with 1 if an invariant broke, or the club did not agree again within 30 virtual\n\
                      seconds after the last fault; then it names the command that repeats the run."
    )]
    Sim(SimOptions),
    /// Play a strategy many times and tell what it costs
    #[command(
        after_help = "Example: bitcraps simulate --strategy pass-odds --hands 1000000 --seed 1\n\n\
                      With --json one object: strategy, hands, hands_skipped, rolls, bankroll, unit, seed,\n\
                      session, trials, mean, deviation, error, min, max, quantiles by percent,\n\
                      risk_of_ruin, house_take and staked in chips, house_edge, bets, bets_won,\n\
                      longest_hand, mean_rolls, stopped, histogram, fan. The result of a trial, a hand\n\
                      or a session, is its chips at the end less the bankroll.\n\n\
                      All figures are exact but the quantiles, histogram and fan beyond 32,767 chips either\n\
                      way: there a result is counted nearer to 0, by less than 1 part in 16,384."
    )]
    Simulate(SimulateOptions),
    /// Print the rule book: every bet, or one in full
    #[command(after_help = "Example: bitcraps bets place_6")]
    Bets {
        /// The bet, by its id
        id: Option<String>,
    },
    /// Print every action with its keys
    #[command(after_help = "Example: bitcraps keys --check")]
    Keys {
        /// Only find what is wrong in keys.toml: two meanings of a key, unknown names
        #[arg(long)]
        check: bool,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Example: bitcraps completions bash > ~/.local/share/bash-completion/completions/bitcraps"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example: bitcraps man > bitcraps.1")]
    Man,
}

/// Options of `bitcraps bot`.
#[derive(Args, Clone, Debug)]
pub struct BotOptions {
    /// Play in the bot's own club, at a table that is opened if need be
    #[arg(long)]
    pub host: bool,
    /// Seats that must be taken before the first roll
    #[arg(long, value_name = "N", default_value_t = 1, requires = "host", allow_negative_numbers = true, value_parser = whole::<u8>(1..=u64::from(SEATS_MAX)))]
    pub seats: u8,
    /// The table, by id or name; `first`, or none, is where you sit, or else `practice`
    #[arg(long, value_name = "TABLE")]
    pub table: Option<String>,
    /// How it bets
    #[arg(long, value_name = "STRATEGY", default_value = "pass", value_parser = strategy())]
    pub strategy: Strategy,
    /// End after so many rolls
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>(1..=u64::MAX))]
    pub rolls: Option<u64>,
    /// Seed of the strategy's choices; it never makes secrets
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
    pub seed: Option<u64>,
    /// Chips of one unit
    #[arg(long, value_name = "N", default_value_t = 10, allow_negative_numbers = true, value_parser = whole::<u64>(1..=u64::MAX))]
    pub unit: u64,
    /// As fast as the table allows, or with the pauses of `bot.pace`
    #[arg(long, value_name = "PACE", default_value = "fast")]
    pub pace: Pace,
}

/// How fast a bot plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    /// As fast as the table allows.
    Fast,
    /// With a pause before each thing it does.
    Human,
}

/// Reads a strategy by its name, and lists all in the help.
fn strategy() -> impl TypedValueParser<Value = Strategy> {
    PossibleValuesParser::new(Strategy::ALL.map(Strategy::name))
        .try_map(|name| name.parse::<Strategy>())
}

/// What may be done with a service.
#[derive(Clone, Debug, Subcommand)]
pub enum ServiceCommand {
    /// Restart a service, and with it those that need it
    #[command(after_help = "Example: bitcraps service restart game manager")]
    Restart {
        /// Its name; one of several words needs no quotes
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// Stop an optional service until it is restarted
    #[command(after_help = "Example: bitcraps service stop control")]
    Stop {
        /// Its name; one of several words needs no quotes
        #[arg(required = true)]
        name: Vec<String>,
    },
}

/// What may be done with the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print each setting and where it came from
    #[command(after_help = "Example: bitcraps config show --json")]
    Show,
    /// Print every mistake at once
    #[command(after_help = "Example: bitcraps config check --config new.toml")]
    Check,
    /// Print every setting with its default and its reason, as a file to copy from
    #[command(after_help = "Example: bitcraps config schema > config.toml")]
    Schema,
}

/// What may be done with the identity.
#[derive(Clone, Debug, Subcommand)]
pub enum IdentityCommand {
    /// Print public key, peer id and proof of work
    #[command(after_help = "Example: bitcraps identity show --json")]
    Show,
    /// Make one where there is none
    #[command(after_help = "Example: bitcraps identity new --passphrase-file secret.txt")]
    New,
    /// Copy the key file, as protected as it is, to a new file
    #[command(after_help = "Example: bitcraps identity backup /media/stick/identity.key")]
    Backup {
        /// The new file; it must not exist
        file: PathBuf,
    },
    /// Take the passphrase out of the system's keyring
    #[command(after_help = "Example: bitcraps identity forget")]
    Forget,
}
