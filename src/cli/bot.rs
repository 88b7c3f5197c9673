//! `bitcraps bot`: a player without a screen.

use super::arguments::BotOptions;
use super::context::Context;
use super::output::{Output, Stop};
use crate::error::{Error, Kind};

/// Plays until the wanted number of rolls is done.
pub(super) fn run(
    _context: &Context,
    options: &BotOptions,
    _output: &mut Output,
) -> Result<(), Stop> {
    Err(Error::new(
        Kind::Internal,
        format!("this build cannot play {}", options.strategy),
        "use `bitcraps --help` to see what it has",
    )
    .into())
}
