//! Waiting for a state, without missing one.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    ApplicationState, LifecycleView,
    transitions::{Runs, reachable_from},
};

/// A state that a waiter waited for, and got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The state.
    pub state: ApplicationState,
    /// The number of the transition into it.
    pub sequence: u64,
}

/// Why a wait ended without its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The deadline passed.
    #[error("the time ran out while the application was {now}")]
    TimedOut {
        /// The state at the deadline.
        now: ApplicationState,
    },
    /// No wanted state can come any more, or the machine is gone.
    #[error("the application is {now}: the awaited state can't come any more")]
    Unreachable {
        /// The last state.
        now: ApplicationState,
    },
}

/// Waits until a wanted state is entered that was not left before `start`.
///
/// Each look at a view tells all transitions since `start` by their numbers, however many of the
/// views between were not seen. A wait belongs to one run: begun at rest it waits for the next
/// run too, but where a run ends that lacks the state, so does the wait.
pub(super) async fn until(
    mut views: watch::Receiver<Arc<LifecycleView>>,
    start: Arc<LifecycleView>,
    wanted: impl Fn(ApplicationState) -> bool,
) -> Result<Reached, WaitError> {
    loop {
        let view = Arc::clone(&views.borrow_and_update());
        if let Some(verdict) = judge(&start, &view, &wanted) {
            return verdict;
        }
        if views.changed().await.is_err() {
            return Err(WaitError::Unreachable { now: view.state });
        }
    }
}

fn judge(
    start: &LifecycleView,
    view: &LifecycleView,
    wanted: impl Fn(ApplicationState) -> bool,
) -> Option<Result<Reached, WaitError>> {
    let now = view.state;
    let unmoved = view.sequence == start.sequence;
    if unmoved && wanted(now) {
        let sequence = view.sequence;
        return Some(Ok(Reached {
            state: now,
            sequence,
        }));
    }
    let passed = ApplicationState::ALL
        .into_iter()
        .zip(view.last_entered)
        .filter(|(state, sequence)| *sequence > start.sequence && wanted(*state))
        .min_by_key(|(_, sequence)| *sequence);
    if let Some((state, sequence)) = passed {
        return Some(Ok(Reached { state, sequence }));
    }
    let runs = if unmoved && now == ApplicationState::Stopped {
        Runs::LaterToo
    } else {
        Runs::ThisOne
    };
    let hopeless = !reachable_from(now, runs).any(wanted);
    hopeless.then_some(Err(WaitError::Unreachable { now }))
}
