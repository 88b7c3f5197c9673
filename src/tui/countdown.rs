//! The seconds until betting ends.

use super::schedule::UiTime;
use crate::clock::UnixMillis;

/// Counts whole seconds down to a time of the chain. What is shown changes in `update` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// The time at the screen's own start: what blocks say is in time of day.
    started: UnixMillis,
    /// When betting ends, in the screen's time.
    end: Option<UiTime>,
    /// What is shown.
    shown: Option<u64>,
}

impl Countdown {
    /// Returns a countdown of a screen that started then, with nothing to count.
    #[must_use]
    pub const fn new(started: UnixMillis) -> Self {
        Self {
            started,
            end: None,
            shown: None,
        }
    }

    /// Counts to a time of the chain; nothing if that is `None`.
    pub fn until(&mut self, closes: Option<UnixMillis>, now: UiTime) {
        self.end = closes.map(|closes| UiTime(closes.0.saturating_sub(self.started.0)));
        self.shown = self.left(now);
    }

    /// Takes the time; whether another second is shown.
    pub fn advance(&mut self, now: UiTime) -> bool {
        let before = self.shown;
        self.shown = self.left(now);
        before != self.shown
    }

    /// Returns the seconds that are shown; 0 once the time has come and the block has not.
    #[must_use]
    pub const fn shown(&self) -> Option<u64> {
        self.shown
    }

    /// Returns when another second begins; `None` at the end.
    #[must_use]
    pub fn due(&self) -> Option<UiTime> {
        let (end, shown) = (self.end?, self.shown?);
        let later = shown.checked_sub(1)?;
        Some(UiTime(end.0.saturating_sub(later.saturating_mul(1_000))))
    }

    /// Seconds that have begun and are not over.
    fn left(&self, now: UiTime) -> Option<u64> {
        Some(self.end?.0.saturating_sub(now.0).div_ceil(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_is_asked_for_once_and_the_end_asks_for_nothing() {
        let mut countdown = Countdown::new(UnixMillis(1_000_000));
        assert_eq!((countdown.shown(), countdown.due()), (None, None));
        countdown.until(Some(UnixMillis(1_003_500)), UiTime(1_200));
        assert_eq!(countdown.shown(), Some(3));
        assert!(!countdown.advance(UiTime(1_400)), "the same second");
        let mut seen = Vec::new();
        while let Some(due) = countdown.due() {
            assert!(countdown.advance(due), "{due:?}");
            seen.push((due.0, countdown.shown()));
        }
        assert_eq!(seen, [(1_500, Some(2)), (2_500, Some(1)), (3_500, Some(0))]);
        assert!(!countdown.advance(UiTime(9_000)));
        countdown.until(None, UiTime(9_000));
        assert_eq!((countdown.shown(), countdown.due()), (None, None));
    }
}
