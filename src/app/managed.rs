//! One service as the conductor has it: how it does, its running part, its starts and its next restart.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use super::{
    RunningService, Service, ServiceContext,
    context::{Ending, flat, internal},
};
use crate::{
    clock::UnixMillis,
    coordination::{HealthStatus, Probe, ServiceHealth, ServiceState},
    error::Error,
    shown::Shown,
};

/// One service in a run, whether it is up or not.
#[derive(Debug)]
pub(super) struct ManagedService {
    pub(super) service: Arc<dyn Service>,
    /// The running service; `None` before its start and after its end.
    pub(super) up: Option<Up>,
    /// Running stands for Degraded too: which of the two it is, the probe says.
    state: ServiceState,
    since: UnixMillis,
    probe: Probe,
    latency: Option<Duration>,
    pub(super) starts: u32,
    last_error: Option<Shown>,
    remedy: Option<Shown>,
    /// Whether it is to be started when it is down.
    pub(super) wanted: bool,
    /// When its restart is due, on the conductor's clock.
    pub(super) restart_at: Option<Duration>,
}

/// A started service and what belongs to its run.
#[derive(Debug)]
pub(super) struct Up {
    pub(super) running: Arc<dyn RunningService>,
    pub(super) context: ServiceContext,
}

/// Why a service did not come up.
pub(super) enum NotUp {
    /// The run is being ended.
    Cancelled,
    /// A service it depends on is not up.
    Waiting,
    /// It can't work.
    Failed(Arc<Error>),
}

impl ManagedService {
    pub(super) fn new(service: Arc<dyn Service>, now: UnixMillis) -> Self {
        Self {
            service,
            up: None,
            state: ServiceState::NotStarted,
            since: now,
            probe: Probe::default(),
            latency: None,
            starts: 0,
            last_error: None,
            remedy: None,
            wanted: true,
            restart_at: None,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.service.name()
    }

    pub(super) fn enter(&mut self, state: ServiceState, now: UnixMillis) {
        if self.state != state {
            self.since = now;
        }
        self.state = state;
        self.probe = Probe::default();
        self.latency = None;
        self.remedy = None;
    }

    pub(super) fn fail(&mut self, error: &str, remedy: String, now: UnixMillis) {
        let error = Shown::from(error);
        self.last_error = Some(error.clone());
        self.enter(ServiceState::Failed { error }, now);
        self.remedy = Some(remedy.into());
    }

    /// Enters that somebody stopped it, and nothing else.
    pub(super) fn put_down(&mut self, now: UnixMillis) {
        self.enter(ServiceState::Stopped, now);
        self.probe.detail = "stopped by request".into();
        let name = self.name();
        self.remedy = Some(format!("`bitcraps service restart {name}`").into());
    }

    /// Enters that a service this one depends on is not up.
    pub(super) fn wait_for(&mut self, needs: &str, now: UnixMillis) {
        // No error of its own: `last_error` keeps what it was.
        let error = format!("needs {needs}, which is not up").into();
        self.enter(ServiceState::Failed { error }, now);
        self.remedy = Some(format!("it starts by itself after {needs}").into());
    }

    /// Returns what to do about the failure that it is in, if it is in one.
    pub(super) fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    pub(super) fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }

    /// Takes the answer to a probe into account.
    pub(super) fn answered(&mut self, probe: Probe, latency: Option<Duration>, now: UnixMillis) {
        if self.probe.status != probe.status {
            self.since = now;
        }
        if probe.trouble.is_some() {
            self.last_error.clone_from(&probe.trouble);
        }
        self.probe = probe;
        self.latency = latency;
    }

    pub(super) fn state(&self) -> ServiceState {
        match (&self.state, self.probe.status) {
            (ServiceState::Running, HealthStatus::Healthy) => ServiceState::Running,
            (ServiceState::Running, status) => ServiceState::Degraded {
                reason: self
                    .probe
                    .trouble
                    .clone()
                    .unwrap_or_else(|| status.name().into()),
            },
            (other, _) => other.clone(),
        }
    }

    pub(super) fn health(&self) -> ServiceHealth {
        let state = self.state();
        ServiceHealth {
            name: self.name().to_owned(),
            importance: self.service.importance(),
            status: if state.is_up() {
                self.probe.status
            } else {
                HealthStatus::Unavailable
            },
            state,
            since: self.since,
            latency_micros: self
                .latency
                .and_then(|latency| u64::try_from(latency.as_micros()).ok()),
            last_error: self.last_error.clone(),
            restarts: self.starts.saturating_sub(1),
            detail: self.probe.detail.clone(),
            remedy: self.remedy.clone().or_else(|| self.probe.remedy.clone()),
            needs: self
                .service
                .depends_on()
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }

    /// Starts the service; what it left behind when it fails is ended.
    pub(super) async fn start(
        &mut self,
        context: ServiceContext,
        given_up: &CancellationToken,
        within: Duration,
    ) -> Result<(), NotUp> {
        self.starts += 1;
        let starting = AssertUnwindSafe(self.service.start(context.clone())).catch_unwind();
        let ended = tokio::select! {
            biased;
            () = given_up.cancelled() => None,
            ended = tokio::time::timeout(within, starting) => Some(ended),
        };
        let result = match ended {
            None => Err(NotUp::Cancelled),
            Some(Err(_elapsed)) => Err(NotUp::Failed(Arc::new(internal(format!(
                "it did not start within {} s",
                within.as_secs()
            ))))),
            Some(Ok(ended)) => flat(ended).map_err(|error| NotUp::Failed(Arc::new(error))),
        };
        match result {
            Ok(running) => {
                let running = Arc::from(running);
                self.up = Some(Up { running, context });
                Ok(())
            }
            Err(not_up) => {
                context.withdraw();
                context.end_by_force().await;
                Err(not_up)
            }
        }
    }
}

impl Up {
    /// Ends the service: in order within `grace`, by force after that or once `root` is cancelled.
    /// Returns its context too, so that what is stuck can be watched.
    pub(super) async fn end(
        self,
        grace: Duration,
        root: &CancellationToken,
    ) -> (Ending, ServiceContext) {
        let Self { running, context } = self;
        context.withdraw();
        let in_order = async {
            let goodbye = AssertUnwindSafe(running.stop()).catch_unwind().await;
            context.join().await;
            goodbye
        };
        let ended = tokio::select! {
            biased;
            () = root.cancelled() => None,
            ended = tokio::time::timeout(grace, in_order) => ended.ok(),
        };
        let ending = match ended {
            Some(Ok(())) => Ending::Joined,
            Some(Err(_panic)) => Ending::Forced,
            None => context.end_by_force().await,
        };
        (ending, context)
    }
}
