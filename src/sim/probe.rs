//! Probes of the club, and the figures that follow from them.

use std::time::Duration;

use super::limits::{LONG_OUTAGE_PROBES, PROBE_EVERY};
use crate::club::Height;

/// What a probe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Probe {
    pub(super) at: Duration,
    /// The newest height that any node shows.
    pub(super) height: Height,
    /// Whether every node is up and close behind.
    pub(super) all_well: bool,
    /// Whether nobody waits for an answer.
    pub(super) is_answered: bool,
}

/// The figures of all probes. A probe is good if a block was decided since the one before it, or if
/// every node is well and nobody waits for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Probes {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// Probes that found every node well; that found some not; that found no decision; and that found
    /// none for long.
    pub(super) states: [u64; 4],
    pub(super) long_outages: u64,
    height: Height,
    /// Bad probes in a row.
    bad: u64,
    /// When a block was seen last.
    seen: Duration,
    /// How long each outage that is over took.
    recoveries: Vec<Duration>,
}

impl Probes {
    pub(super) fn new(height: Height) -> Self {
        Self {
            height,
            ..Self::default()
        }
    }

    #[expect(clippy::indexing_slicing, reason = "there are four states")]
    pub(super) fn take(&mut self, probe: Probe) {
        if probe.height > self.height || (probe.all_well && probe.is_answered) {
            self.height = probe.height;
            self.passed += 1;
            if self.bad > 0 {
                self.recoveries.push(probe.at.saturating_sub(self.seen));
            }
            self.bad = 0;
            self.seen = probe.at;
            self.states[usize::from(!probe.all_well)] += 1;
            return;
        }
        self.failed += 1;
        self.bad += 1;
        if self.bad == LONG_OUTAGE_PROBES + 1 {
            self.long_outages += 1;
        }
        self.states[if self.bad > LONG_OUTAGE_PROBES { 3 } else { 2 }] += 1;
    }

    /// Good probes of all probes, failed ones among them; 1 if there were none.
    #[expect(clippy::cast_precision_loss, reason = "a share for people to read")]
    pub(super) fn availability(&self) -> f64 {
        let all = self.passed + self.failed;
        if all == 0 {
            return 1.0;
        }
        self.passed as f64 / all as f64
    }

    /// The mean time from the last good probe before an outage to the first one after it.
    pub(super) fn recovery(&self) -> Option<Duration> {
        let count = u32::try_from(self.recoveries.len()).ok()?;
        let all: Duration = self.recoveries.iter().sum();
        all.checked_div(count)
    }

    /// The time of each state.
    pub(super) fn times(&self) -> [Duration; 4] {
        self.states.map(|count| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            PROBE_EVERY.saturating_mul(count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a probe each second: the height, and whether every node is well and answered.
    fn probed(samples: impl IntoIterator<Item = (u64, bool)>) -> Probes {
        let mut probes = Probes::new(Height(10));
        for (at, (height, well)) in (1..).zip(samples) {
            probes.take(Probe {
                at: Duration::from_secs(at),
                height: Height(height),
                all_well: well,
                is_answered: well,
            });
        }
        probes
    }

    #[test]
    fn failed_probes_count_in_the_denominator_of_availability() {
        // An idle club that is well, a decision while a node is away, then nothing for three probes.
        let stuck = [(11, false); 3];
        let probes = probed([(10, true), (11, false)].into_iter().chain(stuck));
        assert_eq!((probes.passed, probes.failed), (2, 3));
        assert!((probes.availability() - 0.4).abs() < f64::EPSILON);
        let seconds = [1, 1, 3, 0].map(Duration::from_secs);
        assert_eq!(probes.times(), seconds);
        // The outage is not over, so that nothing is known of its recovery.
        assert_eq!((probes.recovery(), probes.long_outages), (None, 0));
        assert!((probed([]).availability() - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn recovery_is_the_mean_from_the_last_good_probe_to_the_next() {
        // Good at 1 s; bad for two probes, good at 4 s: 3 s. Bad for four, good at 9 s: 5 s.
        let first = [(11, false), (11, false), (11, false), (12, false)];
        let second = [(12, false); 4];
        let samples = first.into_iter().chain(second).chain([(13, true)]);
        let probes = probed(samples);
        assert_eq!(probes.recovery(), Some(Duration::from_secs(4)));
        assert_eq!((probes.passed, probes.failed), (3, 6));
    }

    #[test]
    fn an_outage_is_long_after_ten_bad_probes_and_counted_once() {
        let outage = |bad: usize| {
            let bad = std::iter::repeat_n((10, false), bad);
            bad.chain([(10, true)])
        };
        assert_eq!(probed(outage(10)).long_outages, 0);
        let twice = probed(outage(11).chain(outage(14)));
        assert_eq!(twice.long_outages, 2);
        // Ten probes of each are no long outage yet.
        assert_eq!(twice.times().map(|time| time.as_secs()), [2, 0, 20, 5]);
    }
}
