//! Whether a loop still turns.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{HealthStatus, Probe, limits::HEARTBEATS_MISSED};
use crate::clock::Clock;

/// The sign of life of a loop: what it said last, the number of that word and its time are one
/// record.
///
/// A loop that waits for events beats by answering: each probe sends a question through the loop's
/// own queue, and the answer is the beat. So an idle loop has no timer, and one that is stuck in
/// its work, or can't come to its queue, falls silent.
#[derive(Debug)]
pub struct Heartbeat {
    clock: Arc<dyn Clock>,
    period: Duration,
    patience: Duration,
    last: Mutex<Beat>,
}

#[derive(Clone, Debug)]
struct Beat {
    said: Probe,
    sequence: u64,
    at: Duration,
}

impl Heartbeat {
    /// Returns a heart that is asked about every `period` and has just begun. A probe waits for
    /// `patience` before it looks at how long the silence lasts already.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, period: Duration, patience: Duration) -> Self {
        let first = Beat {
            said: Probe::default(),
            sequence: 0,
            at: clock.monotonic(),
        };
        Self {
            clock,
            period,
            patience,
            last: Mutex::new(first),
        }
    }

    /// Asks the loop how it does. `answer` comes through the loop; it is `None` when there is no
    /// loop any more.
    ///
    /// While a loop is busy, its last word holds; it is Unavailable after [`HEARTBEATS_MISSED`]
    /// periods without one.
    pub async fn ask(&self, answer: impl Future<Output = Option<Probe>>) -> Probe {
        match tokio::time::timeout(self.patience, answer).await {
            Ok(Some(said)) => {
                self.beat(said.clone());
                said
            }
            Ok(None) => Probe::troubled(HealthStatus::Unavailable, "its loop has ended"),
            Err(_busy) => self.last_word(),
        }
    }

    fn beat(&self, said: Probe) {
        let at = self.clock.monotonic();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let sequence = last.sequence + 1;
        *last = Beat { said, sequence, at };
    }

    fn last_word(&self) -> Probe {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = self.clock.monotonic().saturating_sub(last.at);
        if silent < self.period * HEARTBEATS_MISSED {
            return last.said.clone();
        }
        let trouble = format!(
            "no sign of life for {} s, the last was number {}",
            silent.as_secs(),
            last.sequence
        );
        drop(last);
        Probe::troubled(HealthStatus::Unavailable, trouble)
            .with_remedy("it is started again by itself if it stays so")
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test(start_paused = true)]
    async fn a_loop_silent_for_three_periods_is_unavailable_until_it_answers_again() {
        let clock = Arc::new(ManualClock::default());
        let (period, patience) = (Duration::from_secs(2), Duration::from_millis(250));
        let heart = Heartbeat::new(Arc::clone(&clock) as Arc<dyn Clock>, period, patience);
        let word = Probe::troubled(HealthStatus::Degraded, "a bot can't be heard");
        assert_eq!(heart.ask(ready(Some(word.clone()))).await, word);
        clock.advance(Duration::from_millis(5_999));
        assert_eq!(
            heart.ask(pending()).await,
            word,
            "it is busy, its word holds"
        );
        clock.advance(Duration::from_millis(1));
        let silent = heart.ask(pending()).await;
        assert_eq!(silent.status, HealthStatus::Unavailable);
        let trouble = "no sign of life for 6 s, the last was number 1";
        assert_eq!(silent.trouble.as_deref(), Some(trouble));
        assert!(silent.remedy.is_some());
        let well = Probe::healthy("fine");
        assert_eq!(heart.ask(ready(Some(well.clone()))).await, well);
        assert_eq!(heart.ask(pending()).await, well);
    }

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_has_ended_is_unavailable_at_once() {
        let clock = Arc::new(ManualClock::default());
        let second = Duration::from_secs(1);
        let heart = Heartbeat::new(clock, second, second);
        let gone = heart.ask(ready(None)).await;
        assert_eq!(
            gone,
            Probe::troubled(HealthStatus::Unavailable, "its loop has ended")
        );
    }
}
