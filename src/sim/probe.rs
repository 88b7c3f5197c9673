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
