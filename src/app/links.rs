//! What goes in and out of an application as values: deadlines, progress, what screens watch, how a stop went.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{StartError, limits};
use crate::{
    coordination::{
        ServiceHealthReport,
        limits::{PROBE_EVERY, PROBE_TIMEOUT},
    },
    error::{Error, Explain as _, Kind},
    state::lifecycle::LifecycleView,
};

/// The deadlines of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppSettings {
    /// Time for an orderly stop.
    pub stop_within: Duration,
    /// Time for one service to start.
    pub start_step_within: Duration,
    /// Time between two health reports.
    pub probe_every: Duration,
    /// Time a service has for its answer to a probe.
    pub probe_timeout: Duration,
}

impl Default for AppSettings {
    fn default() -> Self {
        Self {
            stop_within: limits::STOP_WITHIN,
            start_step_within: limits::START_STEP_WITHIN,
            probe_every: PROBE_EVERY,
            probe_timeout: PROBE_TIMEOUT,
        }
    }
}

/// How far the start has come.
#[derive(Clone, Debug, Default)]
pub enum StartProgress {
    /// Nothing has begun.
    #[default]
    Idle,
    /// Phase one.
    Preparing,
    /// Phase two: this service is being started.
    Starting {
        /// Which.
        service: &'static str,
        /// Its place in the order, from 1.
        step: usize,
        /// How many there are.
        of: usize,
    },
    /// Everything mandatory runs.
    Ready,
    /// The start failed, or the run ended in an error.
    Failed {
        /// What, and why.
        what: String,
        /// What to do about it.
        hints: Vec<String>,
        /// Whose turn it is.
        kind: Kind,
    },
}

impl StartProgress {
    /// Returns that the start failed, with the hints of the error behind it.
    pub(super) fn failed(error: &StartError) -> Self {
        Self::Failed {
            what: error.to_string(),
            hints: match error.cause() {
                Some(cause) => cause.hints().to_vec(),
                None => vec![error.hint()],
            },
            kind: error.kind(),
        }
    }

    /// Returns the error to end with, if the start failed or the run ended in an error.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        match self {
            Self::Failed { what, hints, kind } => {
                let mut hints = hints.iter();
                let look = || "`bitcraps doctor` looks for the cause".to_owned();
                let first = hints.next().cloned().unwrap_or_else(look);
                let error = Error::new(*kind, what, first);
                Some(hints.fold(error, Error::and_hint))
            }
            Self::Idle | Self::Preparing | Self::Starting { .. } | Self::Ready => None,
        }
    }
}

/// What a screen watches. A frozen watcher holds nobody up, as long as it clones what it reads
/// and doesn't keep the borrowed value.
#[derive(Clone, Debug)]
pub struct AppLinks {
    /// The lifecycle.
    pub lifecycle: watch::Receiver<Arc<LifecycleView>>,
    /// The services; it changes only when there is news, not with each probe.
    pub health: watch::Receiver<Arc<ServiceHealthReport>>,
    /// How far the start has come.
    pub start: watch::Receiver<StartProgress>,
}

/// How a stop went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StopReport {
    /// Services that did not end in time, and whose tasks were dropped.
    pub forced: Vec<&'static str>,
    /// Services whose tasks still run, because they never come to an `await`.
    pub stuck: Vec<&'static str>,
}
