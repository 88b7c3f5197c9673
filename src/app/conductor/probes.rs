//! Health probes: all services are asked at once, and the report is made in time whoever answers.

use std::{collections::BTreeMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::{task::JoinError, time::Instant};

use super::Conductor;
use crate::coordination::{HealthStatus, Observation, Probe, Verdict};

/// The answer of one service.
pub(super) struct Answer {
    service: &'static str,
    /// Which start of the service was asked: an answer from before a restart counts for nothing.
    start: u32,
    probe: Probe,
    latency: Duration,
}

/// Asking all services once.
#[derive(Default)]
pub(super) struct Sweep {
    /// When it begins; once it is under way, when it ends.
    due: Duration,
    /// The answers that came; `None` between two sweeps.
    answers: Option<BTreeMap<&'static str, Answer>>,
}

impl Sweep {
    pub(super) const fn due(&self) -> Duration {
        self.due
    }
}

impl Conductor {
    pub(super) fn begin_probing(&mut self) {
        self.sweep = Sweep {
            due: self.now() + self.shared.settings.probe_every,
            answers: None,
        };
    }

    pub(super) async fn sweep_is_due(&mut self) {
        if self.sweep.answers.is_some() {
            self.end_sweep().await;
            return;
        }
        self.sweep = Sweep {
            due: self.now() + self.shared.settings.probe_timeout,
            answers: Some(BTreeMap::new()),
        };
        for managed in &self.managed {
            let Some(up) = &managed.up else {
                continue;
            };
            let (service, start) = (managed.name(), managed.starts);
            let running = Arc::clone(&up.running);
            self.probes.spawn(async move {
                let asked = Instant::now();
                let probe = AssertUnwindSafe(running.probe()).catch_unwind().await;
                Answer {
                    service,
                    start,
                    probe: probe.unwrap_or_else(|_panic| {
                        Probe::troubled(HealthStatus::Unavailable, "the probe panicked")
                    }),
                    latency: asked.elapsed(),
                }
            });
        }
        if self.probes.is_empty() {
            self.end_sweep().await;
        }
    }

    pub(super) async fn take_answer(&mut self, answer: Result<Answer, JoinError>) {
        match (answer, &mut self.sweep.answers) {
            (Ok(answer), Some(answers)) => {
                answers.insert(answer.service, answer);
                if self.probes.is_empty() {
                    self.end_sweep().await;
                }
            }
            (Ok(late), None) => tracing::debug!(late.service, "a late answer to a probe"),
            (Err(aborted), _) => tracing::debug!(%aborted, "a probe without an answer"),
        }
    }

    /// Makes the report of what came; who did not answer is Unavailable.
    async fn end_sweep(&mut self) {
        self.probes.abort_all();
        self.probes.detach_all();
        let mut answers = self.sweep.answers.take().unwrap_or_default();
        self.begin_probing();
        let (wall, now) = (self.wall(), self.now());
        let timeout = self.shared.settings.probe_timeout;
        let mut failed = Vec::new();
        for managed in self
            .managed
            .iter_mut()
            .filter(|managed| managed.up.is_some())
        {
            let answer = answers
                .remove(managed.name())
                .filter(|answer| answer.start == managed.starts);
            let (probe, latency) = answer.map_or_else(
                || {
                    let trouble = format!("no answer within {} ms", timeout.as_millis());
                    (Probe::troubled(HealthStatus::Unavailable, trouble), None)
                },
                |answer| (answer.probe, Some(answer.latency)),
            );
            let seen = Observation::Probed(probe.status);
            managed.answered(probe, latency, wall);
            let verdict = self.supervisor.observe(managed.name(), seen, now);
            if verdict != Verdict::Leave {
                failed.push((managed.name(), verdict));
            }
        }
        self.publish();
        self.follow_trend();
        for (service, verdict) in failed {
            self.act_on(service, verdict).await;
        }
    }

    fn follow_trend(&mut self) {
        let machine = &self.shared.machine;
        let report = self.shared.report.load_full();
        let Some(state) = self.trend.observe(machine.phase(), report.overall) else {
            return;
        };
        let troubled: Vec<String> = report
            .services
            .iter()
            .filter(|row| row.status != HealthStatus::Healthy)
            .map(|row| format!("{} {}", row.name, row.state))
            .collect();
        let reason = if troubled.is_empty() {
            "all services do well again".to_owned()
        } else {
            troubled.join(". ")
        };
        if let Err(stopping) = machine.transition_to(state, &reason) {
            tracing::debug!(%stopping, "a trend of a run that is over");
        }
    }
}
