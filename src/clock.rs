//! Time as something that is handed in, so that tests and simulations own it.

use std::time::Duration;

/// A point of wall-clock time in milliseconds since the Unix epoch.
///
/// For display and for the time of a block. Never for measuring how long something took: that is
/// [`Clock::monotonic`].
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct UnixMillis(pub u64);

/// Where the time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Returns the wall-clock time.
    fn now(&self) -> UnixMillis;

    /// Returns the time since some fixed start; it never goes back.
    fn monotonic(&self) -> Duration;
}

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

impl SystemClock {
    /// Returns a clock whose monotonic time starts now.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    pub fn new() -> Self {
        Self {
            started: std::time::Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    fn now(&self) -> UnixMillis {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A clock that stands still until it is told to go on: for tests and simulations.
#[derive(Debug, Default)]
pub struct ManualClock {
    millis: std::sync::atomic::AtomicU64,
}

impl ManualClock {
    /// Returns a clock at `start`; its monotonic time is counted from the epoch too.
    #[must_use]
    pub fn new(start: UnixMillis) -> Self {
        Self {
            millis: start.0.into(),
        }
    }

    /// Lets `time` pass, in whole milliseconds.
    pub fn advance(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.millis
            .fetch_add(millis, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.millis.load(std::sync::atomic::Ordering::Relaxed))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.now().0)
    }
}

/// The clock of a test's runtime: where its time is paused, this time is paused too.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct RuntimeClock {
    start: UnixMillis,
    started: tokio::time::Instant,
}

#[cfg(test)]
impl RuntimeClock {
    /// Returns a clock that is at `start` now.
    pub(crate) fn new(start: UnixMillis) -> Self {
        Self {
            start,
            started: tokio::time::Instant::now(),
        }
    }
}

#[cfg(test)]
impl Clock for RuntimeClock {
    fn now(&self) -> UnixMillis {
        let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        UnixMillis(self.start.0.saturating_add(millis))
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}
