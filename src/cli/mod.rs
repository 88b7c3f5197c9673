//! The command line: names, JSON keys and exit codes are a contract with scripts.
//!
//! Results go to standard output, with `--json` one object (or one a line) and nothing else;
//! notes and errors go to standard error. Nothing here touches the modes of the terminal.

mod arguments;
mod balance;
mod bets;
mod bot;
mod client;
mod context;
mod data;
mod doctor;
mod documents;
#[cfg(test)]
mod error_texts;
mod export;
mod faults;
mod health;
mod history;
mod identity;
mod keys;
mod number;
mod output;
mod process;
pub mod replay;
mod script;
mod settings;
mod sim;
mod simulate;
mod table_rules;
mod verify;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser as _;

pub use arguments::{Arguments, BotOptions, Global};
pub use context::Context;
pub use output::{Output, Stop};

use crate::config::Environment;
use crate::error::{Error, Kind};
use crate::tui::model::Medium;
use arguments::{Command, IdentityCommand, ServiceCommand};

/// Runs the program: parses `arguments` (the program's name first), does what they say, and returns
/// the exit code.
pub fn main<I>(arguments: I, environment: Environment) -> ExitCode
where
    I: IntoIterator<Item = OsString>,
{
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(shown) => return documents::usage(&shown),
    };
    let mut output = Output::of_process(arguments.global.json);
    let done = catch_unwind(AssertUnwindSafe(|| {
        process::prepare()?;
        run(arguments, environment, &mut output)
    }));
    match done.unwrap_or_else(|_panic| Err(broken().into())) {
        Ok(()) | Err(Stop::PipeClosed) => ExitCode::SUCCESS,
        Err(Stop::Failed(error)) => {
            output.note(&error.report());
            error.exit_code()
        }
    }
}

/// The words after a panic, which has told its own story already.
fn broken() -> Error {
    Error::new(
        Kind::Internal,
        "this is a fault of the program; what was confirmed is kept",
        "report it with the lines above and the command that you gave",
    )
}

fn run(arguments: Arguments, environment: Environment, output: &mut Output) -> Result<(), Stop> {
    let Arguments {
        global,
        practice,
        line,
        screen,
        faults,
        command,
    } = arguments;
    assert!(!faults.command_breaks(), "the command was asked to break");
    let context = || Context::load(&global, environment.clone());
    match command {
        None => {
            let wanted = line
                .then_some(Medium::Lines)
                .or_else(|| screen.then_some(Medium::Screen));
            client::play(&context()?.checked(output)?, practice, wanted, faults)
        }
        Some(Command::Bot(options)) => {
            bot::run(&context()?.checked(output)?, &options, faults, output)
        }
        Some(Command::History { table, last }) => {
            history::history(&context()?.noted(output), table.as_deref(), last, output)
        }
        Some(Command::Export {
            table,
            from,
            last,
            file,
            force,
        }) => {
            let wanted = export::Wanted { table, from, last };
            export::export(&context()?.noted(output), &wanted, &file, force, output)
        }
        Some(Command::Verify { file }) => verify::check(&file, output),
        Some(Command::Balance) => balance::balance(&context()?.noted(output), output),
        Some(Command::Health { watch }) => health::health(&context()?.noted(output), watch, output),
        Some(Command::Service { command }) => {
            let context = context()?.noted(output);
            match command {
                ServiceCommand::Restart { name } => {
                    health::restart(&context, name.join(" "), output)
                }
                ServiceCommand::Stop { name } => health::stop(&context, name.join(" "), output),
            }
        }
        Some(Command::EmergencyStop { reset, reason }) => {
            health::emergency_stop(&context()?.noted(output), reset, reason, output)
        }
        Some(Command::Config { command }) => settings::run(command, &global, environment, output),
        Some(Command::Identity { command }) => {
            let context = context()?.noted(output);
            match command {
                IdentityCommand::Show => identity::show(&context, output),
                IdentityCommand::New => identity::new(&context, output),
                IdentityCommand::Forget => identity::forget(&context, output),
                IdentityCommand::Backup { file } => identity::backup(&context, &file, output),
            }
        }
        Some(Command::Doctor) => doctor::run(&global, environment, output),
        Some(Command::Replay { file, check }) => script::run(&file, check, output),
        Some(Command::Sim(options)) => sim::run(&options, output),
        Some(Command::Simulate(options)) => {
            let is_ascii = global.ascii || !environment.is_utf8();
            simulate::run(&options, is_ascii, output)
        }
        Some(Command::Bets { id }) => bets::run(id.as_deref(), output),
        Some(Command::Keys { check }) => keys::run(&global, environment, check, output),
        Some(Command::Completions { shell }) => documents::completions(shell, output),
        Some(Command::Man) => documents::man(output),
    }
}
