//! The beginning and the end of a run.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, future::join_all};
use tokio::time::Instant;

use super::Conductor;
use crate::{
    app::{
        EmergencyHook, Service, ServiceContext, StartError, StartProgress, StopReport,
        context::{Ending, call_hooks, flat},
        limits::{FORCED_WITHIN, WIPE_WITHIN},
        managed::{ManagedService, NotUp},
        order::in_order,
    },
    coordination::ServiceState,
    error::Kind,
    state::lifecycle::{ApplicationState, InvalidTransition, Reason},
};

/// The name under which the tasks of phase one are kept.
const PREPARATION: &str = "preparation";

impl Conductor {
    pub(super) async fn start(&mut self) -> Result<ApplicationState, StartError> {
        if self.shared.is_closing() {
            return Err(StartError::Cancelled);
        }
        let machine = Arc::clone(&self.shared.machine);
        let view = machine.view();
        if let Some(emergency) = &view.emergency {
            let reason = emergency.reason.clone();
            return Err(StartError::EmergencyStopped { reason });
        }
        if view.state == ApplicationState::Error {
            self.stop("clear away what failed").await;
        }
        self.refuse_while_tasks_are_left()?;
        let enter = || machine.transition_to(ApplicationState::Initializing, "start");
        self.run = self
            .shared
            .begin_run(enter)
            .map_err(|refused| self.barred(refused))?;
        self.go_on().await
    }

    pub(super) async fn reset(&mut self, reason: &str) -> Result<ApplicationState, StartError> {
        let machine = Arc::clone(&self.shared.machine);
        if self.is_up() {
            let state = machine.phase();
            if state != ApplicationState::Error {
                return Err(StartError::AlreadyStarted { state });
            }
            self.take_all_down().await;
        }
        self.refuse_while_tasks_are_left()?;
        let failed_run = machine.phase() == ApplicationState::Error;
        if failed_run && self.shared.is_closing() {
            return Err(StartError::Cancelled);
        }
        let run = self
            .shared
            .begin_run(|| machine.reset(reason))
            .map_err(|refused| self.barred(refused))?;
        if !failed_run {
            run.root.cancel();
            return Ok(machine.phase());
        }
        self.run = run;
        self.go_on().await
    }

    fn barred(&self, refused: InvalidTransition) -> StartError {
        match &self.shared.machine.view().emergency {
            Some(emergency) if refused.reset_first => StartError::EmergencyStopped {
                reason: emergency.reason.clone(),
            },
            _ => StartError::AlreadyStarted {
                state: refused.actual,
            },
        }
    }

    fn refuse_while_tasks_are_left(&mut self) -> Result<(), StartError> {
        self.stuck.retain(|(_, tasks)| !tasks.is_empty());
        let services: Vec<_> = self.stuck.iter().map(|(name, _)| *name).collect();
        if services.is_empty() {
            Ok(())
        } else {
            Err(StartError::TasksLeft { services })
        }
    }

    /// Does both phases; the lifecycle is Initializing.
    async fn go_on(&mut self) -> Result<ApplicationState, StartError> {
        let started = match self.prepare().await {
            Ok(()) => self.start_services().await,
            Err(error) => Err(error),
        };
        let ended = started.and_then(|()| self.arrive());
        if let Err(error) = &ended {
            self.give_up(error).await;
        }
        ended
    }

    async fn prepare(&mut self) -> Result<(), StartError> {
        self.shared.start.send_replace(StartProgress::Preparing);
        let context = self.context(PREPARATION);
        self.prepared = Some(context.clone());
        let preparing = AssertUnwindSafe(self.preparation.prepare(context)).catch_unwind();
        let prepared = tokio::select! {
            biased;
            () = self.run.starting.cancelled() => return Err(StartError::Cancelled),
            prepared = preparing => flat(prepared),
        };
        let services = prepared.map_err(|error| StartError::Preparation {
            error: Arc::new(error),
        })?;
        let now = self.wall();
        let managed = |service: Arc<dyn Service>| ManagedService::new(service, now);
        self.managed = in_order(services)?.into_iter().map(managed).collect();
        self.publish();
        Ok(())
    }

    async fn start_services(&mut self) -> Result<(), StartError> {
        self.shared
            .machine
            .transition_to(ApplicationState::ServicesStarting, "phase one is done")
            .map_err(|_stopped| StartError::Cancelled)?;
        let of = self.managed.len();
        for index in 0..of {
            let Some(managed) = self.managed.get(index) else {
                break;
            };
            let (service, is_mandatory) =
                (managed.name(), managed.service.importance().is_mandatory());
            let step = index + 1;
            let progress = StartProgress::Starting { service, step, of };
            self.shared.start.send_replace(progress);
            match self.start_managed(index).await {
                Ok(()) | Err(NotUp::Waiting) => {}
                Err(NotUp::Cancelled) => return Err(StartError::Cancelled),
                Err(NotUp::Failed(error)) if is_mandatory => {
                    return Err(StartError::Service { service, error });
                }
                Err(NotUp::Failed(error)) => {
                    self.supervise_failure(index, &error).await;
                }
            }
        }
        Ok(())
    }

    /// Leaves `ServicesStarting` for `Running`, or for `Degraded` with what is missing.
    fn arrive(&mut self) -> Result<ApplicationState, StartError> {
        let report = self.shared.report.load_full();
        let missing: Vec<String> = report
            .services
            .iter()
            .filter(|row| !row.state.is_up())
            .map(|row| match &row.remedy {
                Some(remedy) => format!("{} {}; {remedy}", row.name, row.state),
                None => format!("{} {}", row.name, row.state),
            })
            .collect();
        let (state, reason) = if missing.is_empty() {
            (ApplicationState::Running, "all services are up".to_owned())
        } else {
            (ApplicationState::Degraded, missing.join(". "))
        };
        self.shared
            .machine
            .transition_to(state, &reason)
            .map_err(|_stopped| StartError::Cancelled)?;
        self.shared.start.send_replace(StartProgress::Ready);
        self.trend = <_>::default();
        self.begin_probing();
        Ok(state)
    }

    /// Rolls back a start that failed or was cancelled.
    async fn give_up(&mut self, error: &StartError) {
        let cancelled = matches!(error, StartError::Cancelled);
        if !cancelled {
            self.enter_error(&error.to_string());
            self.shared.start.send_replace(StartProgress::failed(error));
        }
        self.take_all_down().await;
        if cancelled && self.shared.machine.view().emergency.is_none() {
            self.shared.start.send_replace(StartProgress::Idle);
        }
    }

    /// Ends a run because a mandatory service is beyond help.
    pub(super) async fn fail_run(&mut self, cause: &str, hints: Vec<String>, kind: Kind) {
        self.enter_error(cause);
        let what = cause.to_owned();
        self.shared
            .start
            .send_replace(StartProgress::Failed { what, hints, kind });
        self.take_all_down().await;
    }

    fn enter_error(&self, cause: &str) {
        let machine = &self.shared.machine;
        if let Err(stopping) = machine.transition_to(ApplicationState::Error, cause) {
            tracing::debug!(%stopping, cause, "an error of a run that is over");
        }
    }

    pub(super) async fn stop(&mut self, reason: &str) -> StopReport {
        let machine = Arc::clone(&self.shared.machine);
        let leave = |state, reason: &str| {
            if let Err(elsewhere) = machine.transition_to(state, reason) {
                tracing::debug!(%elsewhere, "stop");
            }
        };
        leave(ApplicationState::Stopping, reason);
        self.run.starting.cancel();
        let report = self.take_all_down().await;
        if machine.view().emergency.is_none() {
            self.shared.start.send_replace(StartProgress::Idle);
        }
        if report.stuck.is_empty() {
            leave(ApplicationState::Stopped, reason);
        } else {
            let stuck = report.stuck.join(", ");
            leave(
                ApplicationState::Error,
                &format!("tasks that don't end: {stuck}"),
            );
        }
        report
    }

    /// Takes down every service in reverse, and lets go of them. In order, each gets half of
    /// the time that is left, so that one that hangs leaves some for those below it; what is left
    /// when an emergency comes ends at once.
    pub(super) async fn take_all_down(&mut self) -> StopReport {
        let was_up = self.is_up();
        let hooks = self.shared.hooks.all();
        self.end_probes().await;
        let deadline = Instant::now() + self.shared.settings.stop_within;
        let root = self.run.root.clone();
        let grace = || deadline.saturating_duration_since(Instant::now()) / 2;
        let mut report = StopReport::default();
        for index in (0..self.managed.len()).rev() {
            if self.run.root.is_cancelled() {
                break;
            }
            self.take_down(index, grace(), &mut report).await;
        }
        self.end_the_rest_at_once(&mut report).await;
        if let Some(prepared) = self.prepared.take() {
            prepared.withdraw();
            let is_joined = tokio::select! {
                biased;
                joined = tokio::time::timeout(grace(), prepared.join()) => joined.is_ok(),
                () = root.cancelled() => false,
            };
            let ending = if is_joined {
                Ending::Joined
            } else {
                prepared.end_by_force().await
            };
            self.note(PREPARATION, ending, &prepared, &mut report);
        }
        self.publish();
        self.managed.clear();
        self.supervisor = <_>::default();
        if was_up && self.run.root.is_cancelled() {
            self.write_last(hooks).await;
        }
        self.run.root.cancel();
        report
    }

    async fn end_probes(&mut self) {
        self.probes.abort_all();
        let ended = async { while self.probes.join_next().await.is_some() {} };
        if tokio::time::timeout(FORCED_WITHIN, ended).await.is_err() {
            tracing::error!("a probe does not end");
            self.probes.detach_all();
        }
    }

    async fn end_the_rest_at_once(&mut self, report: &mut StopReport) {
        let (now, root) = (self.wall(), &self.run.root);
        let mut ending = Vec::new();
        for managed in self.managed.iter_mut().rev() {
            if let Some(up) = managed.up.take() {
                managed.enter(ServiceState::Stopped, now);
                let name = managed.name();
                ending.push(async move { (name, up.end(Duration::ZERO, root).await) });
            }
        }
        for (name, (ending, context)) in join_all(ending).await {
            self.note(name, ending, &context, report);
        }
    }

    /// Lets the hooks of an emergency write what they sealed.
    async fn write_last(&mut self, hooks: Vec<Arc<dyn EmergencyHook>>) {
        let wiped = self.run.wiped.cancelled();
        if tokio::time::timeout(WIPE_WITHIN, wiped).await.is_err() {
            tracing::error!("the wipes of an emergency take too long");
        }
        let writing = move || call_hooks(&hooks, |hook| hook.write());
        if let Err(panic) = self.shared.tasks.spawn_blocking(writing).await {
            tracing::error!(%panic, "the last writes of an emergency");
        }
        let view = self.shared.machine.view();
        let reason = view.emergency.as_ref().map(|emergency| &emergency.reason);
        let reason = reason.map_or("", Reason::as_str);
        let what = format!("stopped in an emergency: {reason}");
        let hints = vec!["reset it when the reason is gone".to_owned()];
        let kind = Kind::Refused;
        let progress = StartProgress::Failed { what, hints, kind };
        self.shared.start.send_replace(progress);
    }

    /// Takes one service down if it is up; its row says that it was stopped, if it did not fail.
    pub(super) async fn take_down(
        &mut self,
        index: usize,
        grace: Duration,
        report: &mut StopReport,
    ) {
        let (now, root) = (self.wall(), self.run.root.clone());
        let Some(managed) = self.managed.get_mut(index) else {
            return;
        };
        let name = managed.name();
        managed.restart_at = None;
        let Some(up) = managed.up.take() else {
            return;
        };
        managed.enter(ServiceState::Stopped, now);
        let (ending, context) = up.end(grace, &root).await;
        self.note(name, ending, &context, report);
        tracing::info!(service = name, ?ending, "service stopped");
    }

    fn note(
        &mut self,
        name: &'static str,
        ending: Ending,
        context: &ServiceContext,
        report: &mut StopReport,
    ) {
        match ending {
            Ending::Joined => {}
            Ending::Forced => report.forced.push(name),
            Ending::Stuck => {
                report.stuck.push(name);
                self.stuck.push((name, context.tasks.clone()));
            }
        }
    }
}
