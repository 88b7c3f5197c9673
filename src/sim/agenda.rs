//! What will happen, in the order of virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

/// Events by their time. Those of one time happen in the order in which they were put there.
#[derive(Debug)]
pub(super) struct Agenda<E> {
    events: BTreeMap<(Duration, u64), E>,
    next: u64,
}

impl<E> Agenda<E> {
    pub(super) const fn new() -> Self {
        Self {
            events: BTreeMap::new(),
            next: 0,
        }
    }

    pub(super) fn put(&mut self, at: Duration, event: E) {
        self.events.insert((at, self.next), event);
        self.next += 1;
    }

    pub(super) fn pop(&mut self) -> Option<(Duration, E)> {
        let ((at, _), event) = self.events.pop_first()?;
        Some((at, event))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
