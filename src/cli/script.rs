//! `bitcraps replay`: which file, and what its result means for the exit code.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::output::{Output, Stop};
use super::replay;
use crate::error::{Error, Kind};

/// Plays the lines of a file, or of standard input if it is `-`.
pub(super) fn run(file: &Path, check: bool, output: &mut Output) -> Result<(), Stop> {
    let input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(file).map_err(|error| cannot_read(file, &error))?;
        Box::new(BufReader::new(opened))
    };
    let summary = match replay::run(input, output.writer(), check) {
        Ok(summary) => summary,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(Stop::PipeClosed),
        Err(error) => return Err(cannot_read(file, &error).into()),
    };
    if summary.is_good() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Refused,
        format!(
            "of {} lines {} cannot be played and {} come out differently",
            summary.lines, summary.faults, summary.differences
        ),
        "each such line is printed with its number and the place in it",
    )
    .into())
}

fn cannot_read(file: &Path, cause: &io::Error) -> Error {
    let message = format!("{} cannot be read", file.display());
    Error::new(
        Kind::Usage,
        message,
        "name a file of JSON lines, or - for standard input",
    )
    .caused_by(cause)
}
