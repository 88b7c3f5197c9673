//! Help, completions and the manual page, all made from [`Arguments`].

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::arguments::Arguments;
use super::output::{Output, Stop};
use crate::error::{Error, Kind};

/// Shows what clap has to say: help and version on standard output, a mistake on standard error.
pub(super) fn usage(shown: &clap::Error) -> ExitCode {
    match shown.print() {
        _ if shown.use_stderr() => ExitCode::from(Kind::Usage.code()),
        Ok(()) => ExitCode::SUCCESS,
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(Kind::Storage.code()),
    }
}

/// Prints a completion script.
pub(super) fn completions(shell: Shell, output: &mut Output) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "bitcraps", &mut script);
    output.text(&String::from_utf8_lossy(&script))
}

/// Prints the manual page: the program, then each command.
pub(super) fn man(output: &mut Output) -> Result<(), Stop> {
    let mut page = Vec::new();
    let command = Arguments::command();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| {
        Error::new(
            Kind::Internal,
            "the manual page cannot be made",
            "report this, with your version of the program",
        )
        .caused_by(&error)
    })?;
    output.text(&String::from_utf8_lossy(&page))
}
