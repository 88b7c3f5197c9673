//! What the machine counts.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{ApplicationState, TRANSITIONS, limits::TIME_BUCKETS_MILLIS};

const STATES: usize = ApplicationState::ALL.len();
const BUCKETS: usize = TIME_BUCKETS_MILLIS.len() + 1;

/// How long one state was held, over all its ended stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeInState {
    /// Ended stays by length; the bounds are [`TIME_BUCKETS_MILLIS`], the last bucket has none.
    pub buckets: [u64; BUCKETS],
    /// All ended stays together.
    pub total: Duration,
}

/// What the machine counted, read at one moment.
#[derive(Clone, Debug)]
pub struct TransitionMetrics {
    /// Each legal transition with how often it was made.
    pub transitions: Vec<(ApplicationState, ApplicationState, u64)>,
    /// Each state with how long it was held.
    pub time_in_state: Vec<(ApplicationState, TimeInState)>,
}

/// The live counters; written only while the machine's write lock is held.
#[derive(Debug, Default)]
pub(super) struct Counters {
    made: [AtomicU64; TRANSITIONS.len()],
    stays: [[AtomicU64; BUCKETS]; STATES],
    micros: [AtomicU64; STATES],
}

impl Counters {
    pub(super) fn count(&self, from: ApplicationState, to: ApplicationState, stay: Duration) {
        for (row, made) in TRANSITIONS.iter().zip(&self.made) {
            if row.from == from && row.to == to {
                made.fetch_add(1, Ordering::Relaxed);
            }
        }
        let millis = u64::try_from(stay.as_millis()).unwrap_or(u64::MAX);
        let bucket = TIME_BUCKETS_MILLIS.partition_point(|bound| *bound < millis);
        if let Some(count) = self.stays.get(from.index()).and_then(|b| b.get(bucket)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(total) = self.micros.get(from.index()) {
            let micros = u64::try_from(stay.as_micros()).unwrap_or(u64::MAX);
            total.fetch_add(micros, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> TransitionMetrics {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        TransitionMetrics {
            transitions: TRANSITIONS
                .iter()
                .zip(&self.made)
                .map(|(row, made)| (row.from, row.to, get(made)))
                .collect(),
            time_in_state: ApplicationState::ALL
                .into_iter()
                .zip(self.stays.iter().zip(&self.micros))
                .map(|(state, (stays, micros))| {
                    let time = TimeInState {
                        buckets: stays.each_ref().map(get),
                        total: Duration::from_micros(get(micros)),
                    };
                    (state, time)
                })
                .collect(),
        }
    }
}
