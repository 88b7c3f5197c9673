//! What handles and conductor share: lifecycle, registry, report, and the tokens of the run.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{AppSettings, StartProgress, context::Hooks};
use crate::{
    clock::Clock,
    coordination::{ServiceHealthReport, ServiceRegistry},
    state::lifecycle::{ApplicationStateMachine, Change},
};

/// What the handles and the conductor share.
pub(super) struct Shared {
    pub(super) settings: AppSettings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) machine: Arc<ApplicationStateMachine>,
    pub(super) registry: Arc<ServiceRegistry>,
    pub(super) hooks: Arc<Hooks>,
    run: Mutex<Run>,
    /// The application will not be started again.
    closing: CancellationToken,
    pub(super) report: ArcSwap<ServiceHealthReport>,
    pub(super) health: watch::Sender<Arc<ServiceHealthReport>>,
    pub(super) start: watch::Sender<StartProgress>,
    pub(super) tasks: TaskTracker,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("machine", &self.machine)
            .field("registry", &self.registry)
            .finish_non_exhaustive()
    }
}

/// The tokens of one run. A run that has ended has a cancelled root.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// Ends everything at once.
    pub(super) root: CancellationToken,
    /// Gives up whatever is being started.
    pub(super) starting: CancellationToken,
    /// The keys were wiped.
    pub(super) wiped: CancellationToken,
}

impl Run {
    pub(super) fn new() -> Self {
        let root = CancellationToken::new();
        Self {
            starting: root.child_token(),
            root,
            wiped: CancellationToken::new(),
        }
    }
}

impl Shared {
    pub(super) fn new(settings: AppSettings, clock: Arc<dyn Clock>) -> Self {
        let ended = Run::new();
        ended.root.cancel();
        Self {
            settings,
            machine: Arc::new(ApplicationStateMachine::new(Arc::clone(&clock))),
            clock,
            registry: Arc::default(),
            hooks: Arc::default(),
            run: Mutex::new(ended),
            closing: CancellationToken::new(),
            report: ArcSwap::default(),
            health: watch::Sender::default(),
            start: watch::Sender::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Begins a run if the lifecycle agrees: both in one step, so that an emergency finds either
    /// no run or the tokens of this one.
    pub(super) fn begin_run<E>(&self, enter: impl FnOnce() -> Result<Change, E>) -> Result<Run, E> {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        enter()?;
        *run = Run::new();
        if self.is_closing() {
            run.starting.cancel();
        }
        Ok(run.clone())
    }

    /// Bars every later start, and gives up one under way or about to be.
    pub(super) fn close(&self) {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        self.closing.cancel();
        run.starting.cancel();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Cancels the run; returns its tokens to the first caller.
    pub(super) fn cancel_run(&self) -> Option<Run> {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !run.root.is_cancelled();
        run.root.cancel();
        first.then(|| run.clone())
    }

    pub(super) fn run(&self) -> Run {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        run.clone()
    }
}
