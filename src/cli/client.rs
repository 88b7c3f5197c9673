//! `bitcraps` without a command: the full screen client.

use super::context::Context;
use super::output::Stop;
use crate::error::{Error, Kind};

/// Opens the client.
pub(super) fn play(context: &Context, practice: bool) -> Result<(), Stop> {
    tracing::info!(practice, "opening {}", context.config.data_dir.display());
    Err(Error::new(
        Kind::Internal,
        "this build has no screens",
        "use `bitcraps --help` to see what it has",
    )
    .into())
}
