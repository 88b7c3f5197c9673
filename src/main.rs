//! The `bitcraps` program.

use std::process::ExitCode;

use bitcraps::{cli, config};

fn main() -> ExitCode {
    cli::main(std::env::args_os(), config::Environment::of_process())
}
