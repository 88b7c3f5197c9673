//! What a service is given for one run: a place for its tasks, a token, what it publishes, its emergency hook.

use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{EmergencyHook, WeakApp, limits::FORCED_WITHIN};
use crate::{
    clock::Clock,
    coordination::{Heartbeat, RegistryError, ServiceRegistry, StartNumber},
    error::{Error, Kind},
    state::lifecycle::ApplicationStateMachine,
};

/// What a service is given for one run; a restart gets a new one.
#[derive(Clone)]
pub struct ServiceContext {
    pub(super) name: &'static str,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) machine: Arc<ApplicationStateMachine>,
    pub(super) registry: Arc<ServiceRegistry>,
    pub(super) hooks: Arc<Hooks>,
    pub(super) app: WeakApp,
    pub(super) tasks: TaskTracker,
    pub(super) cancel: CancellationToken,
    pub(super) force: CancellationToken,
    pub(super) failure: Arc<Failure>,
    pub(super) probe_every: Duration,
    pub(super) probe_timeout: Duration,
}

impl fmt::Debug for ServiceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceContext")
            .field("name", &self.name)
            .field("tasks", &self.tasks.len())
            .field("failure", &self.failure.get())
            .finish_non_exhaustive()
    }
}

/// The first failure of a service's tasks.
#[derive(Debug)]
pub(super) struct Failure {
    first: OnceLock<Arc<Error>>,
    told: Arc<Notify>,
}

impl Failure {
    pub(super) fn new(told: Arc<Notify>) -> Self {
        let first = OnceLock::new();
        Self { first, told }
    }

    pub(super) fn get(&self) -> Option<Arc<Error>> {
        self.first.get().cloned()
    }

    fn tell(&self, error: Error) {
        if let Err(later) = self.first.set(Arc::new(error)) {
            tracing::warn!(error = %later, "a second failure of the same service");
        }
        self.told.notify_one();
    }
}

/// How the tasks of a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By themselves, in time.
    Joined,
    /// They were dropped.
    Forced,
    /// They still run: they don't come to an `await`.
    Stuck,
}

impl ServiceContext {
    /// Returns the clock.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Returns the heart of the service's loop, at the pace of the probes. It gives an answer
    /// before the time for a probe is over.
    #[must_use]
    pub fn heartbeat(&self) -> Heartbeat {
        Heartbeat::new(self.clock(), self.probe_every, self.probe_timeout / 2)
    }

    /// Returns the token that tells the service's tasks to end.
    #[must_use]
    pub fn cancelled(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Whether bets and commands may be taken now: the one gate, closed by a stop and by an
    /// emergency the moment they are called.
    #[must_use]
    pub fn takes_commands(&self) -> bool {
        self.machine.phase().takes_commands()
    }

    /// Returns a handle of the application that doesn't keep it running.
    #[must_use]
    pub fn app(&self) -> WeakApp {
        self.app.clone()
    }

    /// Lets others find `service` under this service's name, until it is stopped. The last step
    /// of a start: what is published is used.
    ///
    /// # Errors
    /// When it was published before, or the registry is full.
    pub fn publish<T: Send + Sync + 'static>(
        &self,
        service: Arc<T>,
    ) -> Result<StartNumber, RegistryError> {
        self.registry.register(self.name, service)
    }

    /// Returns what another service published. A service this one depends on is up when it starts,
    /// and stays up as long as this one.
    ///
    /// # Errors
    /// When there is no such service, or it is not a `T`.
    pub fn find<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
    ) -> Result<Arc<T>, RegistryError> {
        self.registry.get(name)
    }

    /// Sets what this service does in an emergency.
    pub fn on_emergency(&self, hook: Arc<dyn EmergencyHook>) {
        self.hooks.lock().insert(self.name, hook);
    }

    /// Spawns the loop of the service. Ending before it is cancelled is a failure of the service,
    /// as are an error and a panic.
    pub fn spawn_loop(&self, task: impl Future<Output = Result<(), Error>> + Send + 'static) {
        let (cancel, name) = (self.cancel.clone(), self.name);
        self.spawn(async move {
            task.await?;
            if cancel.is_cancelled() {
                return Ok(());
            }
            Err(internal(format!("the loop of {name} ended by itself")))
        });
    }

    /// Spawns a task that may end by itself. An error and a panic are failures of the service.
    pub fn spawn(&self, task: impl Future<Output = Result<(), Error>> + Send + 'static) {
        let (force, failure) = (self.force.clone(), Arc::clone(&self.failure));
        self.tasks.spawn(async move {
            let ended = tokio::select! {
                biased;
                () = force.cancelled() => return,
                ended = AssertUnwindSafe(task).catch_unwind() => ended,
            };
            if let Err(error) = flat(ended) {
                failure.tell(error);
            }
        });
    }

    /// Runs `work` on a thread that may block. It can't be forced: it must look at
    /// [`Self::cancelled`] from time to time. An error and a panic are failures of the service.
    pub fn spawn_blocking(&self, work: impl FnOnce() -> Result<(), Error> + Send + 'static) {
        let failure = Arc::clone(&self.failure);
        self.tasks.spawn_blocking(move || {
            if let Err(error) = flat(catch_unwind(AssertUnwindSafe(work))) {
                failure.tell(error);
            }
        });
    }

    /// Tells the tasks to end and waits for it.
    pub(super) async fn join(&self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Ends the tasks that did not end when they were told.
    pub(super) async fn end_by_force(&self) -> Ending {
        self.force.cancel();
        match tokio::time::timeout(FORCED_WITHIN, self.join()).await {
            Ok(()) => Ending::Forced,
            Err(_elapsed) => Ending::Stuck,
        }
    }

    /// Takes back what the service made known to others.
    pub(super) fn withdraw(&self) {
        if let Err(never_published) = self.registry.unregister(self.name) {
            tracing::debug!(%never_published, "nothing to withdraw");
        }
        self.hooks.lock().remove(self.name);
    }
}

/// The emergency hooks, one for each service at most.
#[derive(Default)]
pub(super) struct Hooks(Mutex<BTreeMap<&'static str, Arc<dyn EmergencyHook>>>);

impl Hooks {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, Arc<dyn EmergencyHook>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn all(&self) -> Vec<Arc<dyn EmergencyHook>> {
        self.lock().values().cloned().collect()
    }
}

/// Calls one step of every hook; a panic in one doesn't keep the others from theirs.
pub(super) fn call_hooks(hooks: &[Arc<dyn EmergencyHook>], step: fn(&dyn EmergencyHook)) {
    for hook in hooks {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| step(hook.as_ref()))) {
            let panic = panic_words(panic.as_ref());
            tracing::error!(panic, "an emergency hook panicked");
        }
    }
}

/// Returns the result of something that could panic, the panic as an error.
pub(super) fn flat<T>(ended: Result<Result<T, Error>, Box<dyn Any + Send>>) -> Result<T, Error> {
    ended.unwrap_or_else(|panic| {
        let words = panic_words(panic.as_ref());
        Err(internal(format!("it panicked: {words}")))
    })
}

fn panic_words(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(words), _) => words,
        (None, Some(words)) => words,
        (None, None) => "without a word",
    }
}

pub(super) fn internal(message: String) -> Error {
    Error::new(
        Kind::Internal,
        message,
        "look at the log; if it happens again, report it",
    )
}
