//! Failures, restarts, and the requests about one service.

use std::{sync::Arc, time::Duration};

use super::Conductor;
use crate::{
    app::{
        ServiceRequestError, StopReport,
        limits::FORCED_WITHIN,
        managed::{ManagedService, NotUp},
    },
    coordination::{Observation, ServiceState, Verdict, limits::FAILURE_WINDOW},
    error::{Error, Kind},
};

impl Conductor {
    /// Starts the service at `index`, if all it depends on is up.
    pub(super) async fn start_managed(&mut self, index: usize) -> Result<(), NotUp> {
        let missing = self.missing_for(index);
        let Some(name) = self.managed.get(index).map(ManagedService::name) else {
            return Err(NotUp::Cancelled);
        };
        let context = self.context(name);
        let within = self.shared.settings.start_step_within;
        let given_up = self.run.starting.clone();
        let now = self.wall();
        if let Some(managed) = self.managed.get_mut(index) {
            managed.restart_at = None;
            if let Some(needs) = missing {
                managed.wait_for(needs, now);
                self.publish();
                return Err(NotUp::Waiting);
            }
            managed.enter(ServiceState::Starting, now);
        }
        self.publish();
        let Some(managed) = self.managed.get_mut(index) else {
            return Err(NotUp::Cancelled);
        };
        let started = managed.start(context, &given_up, within).await;
        let now = self.shared.clock.now();
        match &started {
            Ok(()) => managed.enter(ServiceState::Running, now),
            Err(NotUp::Cancelled | NotUp::Waiting) => managed.enter(ServiceState::Stopped, now),
            Err(NotUp::Failed(error)) => {
                managed.fail(&error.to_string(), error.hints().join("; "), now);
            }
        }
        self.publish();
        tracing::info!(service = name, up = started.is_ok(), "service started");
        started
    }

    /// Returns the first service that `index` depends on and that is not up.
    fn missing_for(&self, index: usize) -> Option<&'static str> {
        let needs = self.managed.get(index)?.service.depends_on();
        let is_up = |name: &&&'static str| {
            let managed = self.managed.iter().find(|managed| managed.name() == **name);
            managed.is_some_and(|managed| managed.up.is_some())
        };
        needs.iter().find(|name| !is_up(name)).copied()
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.managed
            .iter()
            .position(|managed| managed.name() == name)
    }

    /// Returns all services that depend on the one at `index`, by whatever way, last first.
    fn dependents(&self, index: usize) -> Vec<usize> {
        let mut names: Vec<&str> = self
            .managed
            .get(index)
            .map(ManagedService::name)
            .into_iter()
            .collect();
        let mut found = Vec::new();
        for (place, managed) in self.managed.iter().enumerate().skip(index + 1) {
            if managed
                .service
                .depends_on()
                .iter()
                .any(|need| names.contains(need))
            {
                names.push(managed.name());
                found.insert(0, place);
            }
        }
        found
    }

    /// Takes down a service and before it those that depend on it.
    async fn take_down_with_dependents(&mut self, index: usize, grace: Duration) {
        let now = self.wall();
        let share = self.shared.settings.stop_within / 2;
        let mut report = StopReport::default();
        let Some(name) = self.managed.get(index).map(ManagedService::name) else {
            return;
        };
        for dependent in self.dependents(index) {
            let is_up = self
                .managed
                .get(dependent)
                .is_some_and(|managed| managed.up.is_some());
            if !is_up {
                continue;
            }
            self.take_down(dependent, share, &mut report).await;
            if let Some(managed) = self.managed.get_mut(dependent) {
                managed.wait_for(name, now);
            }
        }
        self.take_down(index, grace, &mut report).await;
        self.publish();
    }

    pub(super) async fn collect_failures(&mut self) {
        let prepared = self.prepared.as_ref();
        if let Some(error) = prepared.and_then(|context| context.failure.get()) {
            self.fail_run(&error.to_string(), error.hints().to_vec(), error.kind())
                .await;
            return;
        }
        for index in 0..self.managed.len() {
            let up = self
                .managed
                .get(index)
                .and_then(|managed| managed.up.as_ref());
            if let Some(error) = up.and_then(|up| up.context.failure.get()) {
                self.take_down_with_dependents(index, FORCED_WITHIN).await;
                self.supervise_failure(index, &error).await;
            }
        }
    }

    /// Enters a failure into the service's row, and does what the supervisor says.
    pub(super) async fn supervise_failure(&mut self, index: usize, error: &Arc<Error>) {
        let (wall, now) = (self.wall(), self.now());
        let Some(managed) = self.managed.get_mut(index) else {
            return;
        };
        let name = managed.name();
        tracing::error!(service = name, %error, "a service failed");
        managed.fail(&error.to_string(), error.hints().join("; "), wall);
        self.publish();
        let verdict = self.supervisor.observe(name, Observation::Failed, now);
        self.act_on(name, verdict).await;
    }

    pub(super) async fn act_on(&mut self, service: &'static str, verdict: Verdict) {
        let Some(index) = self.index_of(service) else {
            return;
        };
        match verdict {
            Verdict::Leave => {}
            Verdict::RestartAt(at) => {
                let was_up = self
                    .managed
                    .get(index)
                    .is_some_and(|managed| managed.up.is_some());
                if was_up {
                    self.take_down_with_dependents(index, FORCED_WITHIN).await;
                    self.enter_failure_by_probe(index);
                }
                if let Some(managed) = self.managed.get_mut(index) {
                    managed.restart_at = Some(at);
                }
            }
            Verdict::GiveUp { failures } => {
                self.take_down_with_dependents(index, FORCED_WITHIN).await;
                self.give_service_up(index, failures).await;
            }
        }
    }

    fn enter_failure_by_probe(&mut self, index: usize) {
        let now = self.wall();
        if let Some(managed) = self.managed.get_mut(index) {
            let last = managed.last_error().unwrap_or("no answer");
            let error = format!("too many bad probes in a row, the last: {last}");
            managed.fail(&error, "it is started again by itself".to_owned(), now);
        }
        self.publish();
    }

    async fn give_service_up(&mut self, index: usize, failures: usize) {
        let now = self.wall();
        let Some(managed) = self.managed.get_mut(index) else {
            return;
        };
        let name = managed.name();
        let last = match managed.state() {
            ServiceState::Failed { error } => error.to_string(),
            other @ (ServiceState::NotStarted
            | ServiceState::Starting
            | ServiceState::Running
            | ServiceState::Degraded { .. }
            | ServiceState::Stopped) => other.to_string(),
        };
        let seconds = FAILURE_WINDOW.as_secs();
        let cause = format!("{name} failed {failures} times within {seconds} s: {last}");
        // What takes the cause away comes first. A command can't restart the service that hears commands.
        let first = managed.remedy().unwrap_or("take the cause away");
        let remedy =
            format!("{first}; then `bitcraps service restart {name}`, or start bitcraps again");
        managed.wanted = false;
        managed.fail(&cause, remedy, now);
        let is_mandatory = managed.service.importance().is_mandatory();
        self.publish();
        if is_mandatory {
            let hints = vec!["start again when the cause is gone".to_owned()];
            self.fail_run(&cause, hints, Kind::Refused).await;
        }
    }

    /// Starts, in order, every wanted service that is down, whose time has come, and whose
    /// dependencies are up.
    pub(super) async fn bring_up_what_is_down(&mut self) {
        for index in 0..self.managed.len() {
            let now = self.now();
            let Some(managed) = self.managed.get(index) else {
                return;
            };
            let waits = managed.restart_at.is_some_and(|at| at > now);
            if managed.up.is_some() || !managed.wanted || waits {
                continue;
            }
            match self.start_managed(index).await {
                Ok(()) | Err(NotUp::Waiting) => {}
                Err(NotUp::Cancelled) => return,
                Err(NotUp::Failed(error)) => {
                    Box::pin(self.supervise_failure(index, &error)).await;
                }
            }
        }
    }

    pub(super) async fn restart(&mut self, name: &str) -> Result<(), ServiceRequestError> {
        let index = self.known(name)?;
        let grace = self.shared.settings.stop_within / 2;
        self.take_down_with_dependents(index, grace).await;
        if let Some(managed) = self.managed.get_mut(index) {
            let name = managed.name();
            managed.wanted = true;
            managed.restart_at = None;
            self.supervisor
                .observe(name, Observation::Forgiven, self.began.elapsed());
        }
        self.bring_up_what_is_down().await;
        match self.managed.get(index) {
            Some(managed) if managed.up.is_some() => Ok(()),
            Some(managed) => Err(ServiceRequestError::NotUp {
                name: managed.name(),
                state: managed.state(),
            }),
            None => self.known(name).map(|_| ()),
        }
    }

    pub(super) async fn stop_service(&mut self, name: &str) -> Result<(), ServiceRequestError> {
        let index = self.known(name)?;
        let (now, grace) = (self.wall(), self.shared.settings.stop_within / 2);
        if let Some(managed) = self.managed.get_mut(index) {
            if managed.service.importance().is_mandatory() {
                return Err(ServiceRequestError::Mandatory {
                    name: managed.name(),
                });
            }
            managed.wanted = false;
        }
        self.take_down_with_dependents(index, grace).await;
        if let Some(managed) = self.managed.get_mut(index) {
            managed.put_down(now);
        }
        self.publish();
        Ok(())
    }

    fn known(&self, name: &str) -> Result<usize, ServiceRequestError> {
        if self.managed.is_empty() {
            let emergency = self.shared.machine.view().emergency.clone();
            let emergency = emergency.map(|emergency| emergency.reason.as_str().into());
            return Err(ServiceRequestError::NoneRuns { emergency });
        }
        self.index_of(name)
            .ok_or_else(|| ServiceRequestError::Unknown {
                name: name.to_owned(),
                known: self.managed.iter().map(ManagedService::name).collect(),
            })
    }
}
