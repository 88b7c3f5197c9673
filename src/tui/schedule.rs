//! When to draw: a pure scheduler, so that its promises are exact numbers in tests.
//!
//! A frame is drawn because something asked for one, never because time passed. A frame wanted too
//! soon after the last is moved to the end of the shortest interval and never dropped, so the
//! newest state is always shown in the end.

use std::ops::Add;

/// Milliseconds since the screen started. The only time the screen knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UiTime(pub u64);

/// A span of screen time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub u64);

impl Add<Span> for UiTime {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl UiTime {
    /// Returns the time from `earlier` to here, zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// The shortest time between two frames on a local terminal: about 30 a second.
pub const FRAME: Span = Span(33);

/// The shortest time between two frames over SSH or with reduced motion.
pub const SLOW_FRAME: Span = Span(100);

/// Decides when the next frame is drawn.
#[derive(Clone, Debug)]
pub struct Scheduler {
    shortest: Span,
    wanted: Option<UiTime>,
    last: Option<UiTime>,
}

impl Scheduler {
    /// Returns a scheduler that leaves at least `shortest` between two frames.
    #[must_use]
    pub const fn new(shortest: Span) -> Self {
        Self {
            shortest,
            wanted: None,
            last: None,
        }
    }

    /// Changes the shortest interval, from the next frame on.
    pub const fn set_shortest(&mut self, shortest: Span) {
        self.shortest = shortest;
    }

    /// Asks for a frame at `at` or later; the earliest of several wishes holds.
    pub fn want(&mut self, at: UiTime) {
        self.wanted = Some(self.wanted.map_or(at, |wanted| wanted.min(at)));
    }

    /// Returns when the next frame is to be drawn, `None` if nothing asked for one.
    #[must_use]
    pub fn due(&self) -> Option<UiTime> {
        let earliest = self.last.map(|last| last + self.shortest);
        self.wanted
            .map(|wanted| earliest.map_or(wanted, |earliest| wanted.max(earliest)))
    }

    /// Records that a frame was drawn, which fulfils every wish so far.
    pub const fn drawn(&mut self, at: UiTime) {
        self.wanted = None;
        self.last = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME, SLOW_FRAME, Scheduler, UiTime};

    /// Runs a scheduler over wishes (sorted times) and returns when it drew.
    fn frames(mut scheduler: Scheduler, wishes: &[u64], end: u64) -> Vec<u64> {
        let mut drawn = Vec::new();
        for time in 0..=end {
            for _ in wishes.iter().filter(|wish| **wish == time) {
                scheduler.want(UiTime(time));
            }
            if scheduler.due().is_some_and(|due| due <= UiTime(time)) {
                scheduler.drawn(UiTime(time));
                drawn.push(time);
            }
        }
        drawn
    }

    #[test]
    fn nothing_wanted_is_nothing_drawn() {
        assert_eq!(
            frames(Scheduler::new(FRAME), &[], 10_000),
            Vec::<u64>::new()
        );
    }

    #[test]
    fn the_first_frame_comes_at_once() {
        assert_eq!(frames(Scheduler::new(FRAME), &[5], 100), vec![5]);
    }

    #[test]
    fn a_thousand_wishes_in_one_interval_are_one_frame_at_its_end() {
        let mut wishes = vec![0];
        wishes.extend((0..1_000).map(|wish| 1 + wish % 32));
        wishes.sort_unstable();
        assert_eq!(frames(Scheduler::new(FRAME), &wishes, 1_000), vec![0, 33]);
    }

    #[test]
    fn a_constant_storm_is_drawn_at_the_interval_and_the_last_wish_is_kept() {
        let wishes: Vec<u64> = (0..=100).collect();
        assert_eq!(
            frames(Scheduler::new(FRAME), &wishes, 1_000),
            vec![0, 33, 66, 99, 132]
        );
        assert_eq!(
            frames(Scheduler::new(SLOW_FRAME), &wishes, 1_000),
            vec![0, 100]
        );
    }

    #[test]
    fn a_later_wish_never_delays_an_earlier_one() {
        let mut scheduler = Scheduler::new(FRAME);
        scheduler.want(UiTime(50));
        scheduler.want(UiTime(900));
        assert_eq!(scheduler.due(), Some(UiTime(50)));
        scheduler.want(UiTime(20));
        assert_eq!(scheduler.due(), Some(UiTime(20)));
    }
}
