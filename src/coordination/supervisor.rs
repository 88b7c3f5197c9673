//! Which services are restarted, and when.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{
    HealthStatus,
    limits::{BAD_PROBES_BORNE, FAILURE_WINDOW, FAILURES_TO_OPEN, RESTART_PAUSE_FIRST},
};

/// What was seen of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// It could not start, or ended by itself.
    Failed,
    /// It answered a probe, or did not.
    Probed(HealthStatus),
    /// Somebody starts it by hand: its failures are forgiven.
    Forgiven,
}

/// What is to be done about a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Leave,
    /// Take it down if it is up, and start it at this monotonic time.
    RestartAt(Duration),
    /// Take it down and don't start it again: the circuit breaker is open.
    GiveUp {
        /// How often it failed within [`FAILURE_WINDOW`].
        failures: usize,
    },
}

/// Decides which services are restarted, and when.
///
/// The pause doubles with each failure of the last [`FAILURE_WINDOW`], and the circuit breaker
/// opens at the [`FAILURES_TO_OPEN`]th. Only [`Observation::Forgiven`] closes it again.
#[derive(Clone, Debug, Default)]
pub struct Supervisor {
    services: BTreeMap<&'static str, Record>,
}

#[derive(Clone, Debug, Default)]
struct Record {
    /// When it failed, oldest first; at most [`FAILURES_TO_OPEN`], all within the window.
    failures: VecDeque<Duration>,
    bad_probes: u32,
}

impl Supervisor {
    /// Takes an observation at the monotonic time `now` into account.
    pub fn observe(
        &mut self,
        service: &'static str,
        observation: Observation,
        now: Duration,
    ) -> Verdict {
        let record = self.services.entry(service).or_default();
        match observation {
            Observation::Forgiven => {
                *record = Record::default();
                Verdict::Leave
            }
            Observation::Failed => record.failed(now),
            Observation::Probed(HealthStatus::Healthy | HealthStatus::Degraded) => {
                record.bad_probes = 0;
                Verdict::Leave
            }
            Observation::Probed(HealthStatus::Critical | HealthStatus::Unavailable) => {
                record.bad_probes += 1;
                if record.bad_probes > BAD_PROBES_BORNE {
                    record.failed(now)
                } else {
                    Verdict::Leave
                }
            }
        }
    }
}

impl Record {
    fn failed(&mut self, now: Duration) -> Verdict {
        self.bad_probes = 0;
        let in_window = |at: &Duration| now.saturating_sub(*at) < FAILURE_WINDOW;
        self.failures.retain(in_window);
        if self.failures.len() + 1 >= FAILURES_TO_OPEN {
            let failures = self.failures.len() + 1;
            return Verdict::GiveUp { failures };
        }
        let pause = self
            .failures
            .iter()
            .fold(RESTART_PAUSE_FIRST, |pause, _| pause * 2);
        self.failures.push_back(now);
        Verdict::RestartAt(now + pause)
    }
}

#[cfg(test)]
mod tests {
    use super::{Observation::*, *};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_grow_and_the_fifth_failure_in_a_minute_opens_the_breaker() {
        let mut supervisor = Supervisor::default();
        for (second, pause) in [(10, 250), (20, 500), (30, 1_000), (40, 2_000)] {
            let now = SECOND * second;
            assert_eq!(
                supervisor.observe("mesh", Failed, now),
                Verdict::RestartAt(now + Duration::from_millis(pause))
            );
        }
        let other = supervisor.observe("ledger", Failed, SECOND * 41);
        assert_eq!(other, Verdict::RestartAt(SECOND * 41 + RESTART_PAUSE_FIRST));
        let last = supervisor.observe("mesh", Failed, SECOND * 69);
        assert_eq!(last, Verdict::GiveUp { failures: 5 });
        assert_eq!(
            supervisor.observe("mesh", Forgiven, SECOND * 69),
            Verdict::Leave
        );
        let again = supervisor.observe("mesh", Failed, SECOND * 70);
        assert_eq!(again, Verdict::RestartAt(SECOND * 70 + RESTART_PAUSE_FIRST));
    }

    #[test]
    fn failures_older_than_a_minute_are_forgotten() {
        let mut supervisor = Supervisor::default();
        for minute in 1..100 {
            let now = SECOND * 60 * minute;
            let verdict = supervisor.observe("mesh", Failed, now);
            assert_eq!(verdict, Verdict::RestartAt(now + RESTART_PAUSE_FIRST));
        }
    }

    #[test]
    fn more_than_five_bad_probes_in_a_row_are_a_failure() {
        use HealthStatus::{Critical, Degraded, Healthy, Unavailable};
        let mut supervisor = Supervisor::default();
        let mut probe = |status| supervisor.observe("mesh", Probed(status), SECOND);
        for interruption in [Healthy, Degraded, Unavailable] {
            for _ in 0..5 {
                assert_eq!(probe(Critical), Verdict::Leave);
            }
            let sixth = match interruption {
                Unavailable => Verdict::RestartAt(SECOND + RESTART_PAUSE_FIRST),
                Healthy | Degraded | Critical => Verdict::Leave,
            };
            assert_eq!(probe(interruption), sixth);
        }
        assert_eq!(probe(Critical), Verdict::Leave, "the count begins anew");
    }
}
