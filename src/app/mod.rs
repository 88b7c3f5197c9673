//! The two-phase application.
//!
//! Contract: [`BitCrapsApp`] is a handle that can be cloned and is there before, during and after
//! a start. `start` does phase one (the [`Preparation`]) and phase two (the services in dependency
//! order); if a mandatory service fails, what was started is taken down in reverse. `stop` takes
//! everything down in reverse within a deadline. What a person sees of it comes by
//! [`AppLinks`], which exist before anything was started.
//!
//! One task, the conductor, owns the services and does one request after the other; the supervisor
//! and the probes are part of its loop. A stop and an emergency don't wait for their turn:
//! they change the lifecycle at once, and cancel what the conductor is waiting for.

mod conductor;
mod context;
mod error;
pub mod limits;
mod links;
mod managed;
mod order;
mod service;
mod shared;

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use self::{
    conductor::{Conductor, Request},
    context::call_hooks,
    shared::Shared,
};
use crate::{
    clock::Clock,
    coordination::{ServiceHealthReport, ServiceRegistry, ServiceState},
    state::lifecycle::{
        ApplicationState, Emergency, LifecycleView, Reached, TransitionMetrics, WaitError,
    },
};

pub use context::ServiceContext;
pub use error::{Gone, ServiceRequestError, ServiceUnavailable, StartError};
pub use links::{AppLinks, AppSettings, StartProgress, StopReport};
pub use order::OrderError;
pub use service::{EmergencyHook, Preparation, RunningService, Service};

/// The application. Cloning gives another handle to the same one.
///
/// When the last handle is dropped, the services are stopped in order.
#[derive(Clone, Debug)]
pub struct BitCrapsApp {
    shared: Arc<Shared>,
    requests: mpsc::Sender<Request>,
}

/// A handle that doesn't keep the application running: for its own services.
#[derive(Clone, Debug)]
pub struct WeakApp {
    shared: Weak<Shared>,
    requests: mpsc::WeakSender<Request>,
}

impl WeakApp {
    /// Returns the handle, unless the application is gone.
    #[must_use]
    pub fn upgrade(&self) -> Option<BitCrapsApp> {
        Some(BitCrapsApp {
            shared: self.shared.upgrade()?,
            requests: self.requests.upgrade()?,
        })
    }
}

impl BitCrapsApp {
    /// Returns the handle of an application that has not been started.
    ///
    /// Call it inside the tokio runtime that shall run the services; the handle can be used in any.
    #[must_use]
    pub fn new(
        settings: AppSettings,
        preparation: Box<dyn Preparation>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (requests, queue) = mpsc::channel(limits::REQUESTS_QUEUED);
        let shared = Arc::new(Shared::new(settings, clock));
        let app = Self { shared, requests };
        let conductor =
            Conductor::new(app.downgrade(), Arc::clone(&app.shared), preparation, queue);
        app.shared.tasks.spawn(conductor.run());
        app
    }

    /// Returns a handle that doesn't keep the application running.
    #[must_use]
    pub fn downgrade(&self) -> WeakApp {
        WeakApp {
            shared: Arc::downgrade(&self.shared),
            requests: self.requests.downgrade(),
        }
    }

    /// Returns what a screen watches.
    #[must_use]
    pub fn links(&self) -> AppLinks {
        AppLinks {
            lifecycle: self.shared.machine.watch(),
            health: self.shared.health.subscribe(),
            start: self.shared.start.subscribe(),
        }
    }

    /// Returns the state alone: one atomic load.
    #[must_use]
    pub fn phase(&self) -> ApplicationState {
        self.shared.machine.phase()
    }

    /// Returns the newest view of the lifecycle.
    #[must_use]
    pub fn lifecycle(&self) -> Arc<LifecycleView> {
        self.shared.machine.view()
    }

    /// Returns what the lifecycle counted.
    #[must_use]
    pub fn metrics(&self) -> TransitionMetrics {
        self.shared.machine.metrics()
    }

    /// Waits for a state; see
    /// [`ApplicationStateMachine::wait_for`](crate::state::lifecycle::ApplicationStateMachine::wait_for).
    ///
    /// # Errors
    /// When `within` passes first, or when no wanted state can come any more in this run.
    pub fn wait_for<P>(
        &self,
        wanted: P,
        within: Duration,
    ) -> impl Future<Output = Result<Reached, WaitError>> + use<P>
    where
        P: Fn(ApplicationState) -> bool,
    {
        self.shared.machine.wait_for(wanted, within)
    }

    /// Returns the newest health report.
    #[must_use]
    pub fn health(&self) -> Arc<ServiceHealthReport> {
        self.shared.report.load_full()
    }

    /// Returns the registry of what the services published.
    #[must_use]
    pub fn registry(&self) -> &ServiceRegistry {
        &self.shared.registry
    }

    /// Returns what a service published.
    ///
    /// # Errors
    /// When it is not there: with its state, the cause and the way out.
    pub fn service<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
    ) -> Result<Arc<T>, ServiceUnavailable> {
        self.shared.registry.get(name).map_err(|missing| {
            let report = self.health();
            let row = report.service(name);
            let state = row.map_or(ServiceState::NotStarted, |row| row.state.clone());
            let remedy = match &state {
                ServiceState::NotStarted => Some("start the application".to_owned()),
                ServiceState::Starting => Some("wait a moment".to_owned()),
                ServiceState::Running | ServiceState::Degraded { .. } => Some(missing.to_string()),
                ServiceState::Failed { .. } => {
                    row.and_then(|row| row.remedy.as_ref().map(ToString::to_string))
                }
                ServiceState::Stopped if self.lifecycle().emergency.is_some() => {
                    Some("`bitcraps emergency-stop --reset`".to_owned())
                }
                ServiceState::Stopped => Some(format!("`bitcraps service restart {name}`")),
            };
            ServiceUnavailable {
                name,
                state,
                remedy,
            }
        })
    }

    /// Starts the application: phase one, then the services in dependency order. From an ordinary
    /// `Error` it cleans up first.
    ///
    /// # Errors
    /// When it runs already, or could not be started; then nothing is left running.
    pub async fn start(&self) -> Result<ApplicationState, StartError> {
        match self.phase() {
            ApplicationState::Uninitialized
            | ApplicationState::Stopped
            | ApplicationState::Error => self.ask(Request::Start).await?,
            state @ (ApplicationState::Initializing
            | ApplicationState::ServicesStarting
            | ApplicationState::Running
            | ApplicationState::Degraded
            | ApplicationState::Stopping) => Err(StartError::AlreadyStarted { state }),
        }
    }

    /// Stops the application within the deadline of the settings. Commands are refused from the
    /// moment of the call, and a start under way is given up.
    ///
    /// # Errors
    /// When the application's own task is gone.
    pub async fn stop(&self, reason: &str) -> Result<StopReport, Gone> {
        match self
            .shared
            .machine
            .transition_to(ApplicationState::Stopping, reason)
        {
            Ok(_) => self.shared.run().starting.cancel(),
            Err(at_rest) => tracing::debug!(%at_rest, "nothing to give up"),
        }
        let reason = reason.to_owned();
        self.ask(|reply| Request::Stop { reason, reply }).await
    }

    /// As [`Self::stop`], for good: no start follows, not even one that was asked for before and has
    /// not begun.
    ///
    /// # Errors
    /// When the application's own task is gone.
    pub async fn close(&self, reason: &str) -> Result<StopReport, Gone> {
        self.shared.close();
        self.stop(reason).await
    }

    /// Stops everything at once: when it returns, commands are refused, every task is told to end
    /// and the keys are wiped. [`Self::settled`] waits for the rest. Idempotent; a later call
    /// returns the first one's mark.
    #[expect(
        clippy::must_use_candidate,
        reason = "the stop is what is wanted, the mark only tells of it"
    )]
    pub fn emergency_stop(&self, reason: &str) -> Emergency {
        let mark = self.shared.machine.emergency_stop(reason);
        let hooks = self.shared.hooks.all();
        if let Some(run) = self.shared.cancel_run() {
            call_hooks(&hooks, |hook| hook.seal());
            call_hooks(&hooks, |hook| hook.wipe());
            run.wiped.cancel();
        }
        mark
    }

    /// Waits until everything asked for before is done, an emergency stop included.
    ///
    /// # Errors
    /// When the application's own task is gone.
    pub async fn settled(&self) -> Result<(), Gone> {
        self.ask(Request::Settled).await
    }

    /// Leaves an error or an emergency stop; from `Error` the ordinary start follows.
    ///
    /// # Errors
    /// When there is nothing to reset, when tasks are left, or when the start fails.
    pub async fn reset(&self, reason: &str) -> Result<ApplicationState, StartError> {
        let reason = reason.to_owned();
        self.ask(|reply| Request::Reset { reason, reply }).await?
    }

    /// Restarts a service, and with it those that depend on it.
    ///
    /// # Errors
    /// When it is unknown, or does not come up.
    pub async fn restart_service(&self, name: &str) -> Result<(), ServiceRequestError> {
        let name = name.to_owned();
        self.ask(|reply| Request::Restart { name, reply }).await?
    }

    /// Stops an optional service, and with it those that depend on it, until it is restarted.
    ///
    /// # Errors
    /// When it is unknown or mandatory.
    pub async fn stop_service(&self, name: &str) -> Result<(), ServiceRequestError> {
        let name = name.to_owned();
        self.ask(|reply| Request::StopService { name, reply })
            .await?
    }

    async fn ask<R>(&self, request: impl FnOnce(oneshot::Sender<R>) -> Request) -> Result<R, Gone> {
        let (reply, answer) = oneshot::channel();
        let sent = self.requests.send(request(reply)).await;
        sent.map_err(|_closed| Gone)?;
        answer.await.map_err(|_dropped| Gone)
    }
}

const _: () = {
    const fn is_a_handle<T: Clone + Send + Sync + 'static>() {}
    is_a_handle::<BitCrapsApp>();
};
