//! What goes in and out of an application as values: deadlines, progress, what screens watch, how a stop went.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::limits;
use crate::{
    coordination::{
        ServiceHealthReport,
        limits::{PROBE_EVERY, PROBE_TIMEOUT},
    },
    error::Error,
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
    },
}

impl StartProgress {
    /// Returns that the start failed, with the hints of the error behind it.
    pub(super) fn failed(what: &impl fmt::Display, cause: Option<&Error>) -> Self {
        Self::Failed {
            what: what.to_string(),
            hints: cause.map_or_else(Vec::new, |cause| cause.hints().to_vec()),
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
