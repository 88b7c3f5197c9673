//! The state machine: the one owner of the application's state.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::{
    ApplicationState, Change, Emergency, Input, InvalidTransition, LifecycleView, Reached,
    TransitionMetrics, WaitError, metrics::Counters, view::Stamp, wait,
};
use crate::clock::Clock;

/// The one owner of the application's state.
///
/// Changes are made under the write lock of a `watch`; readers that must be fast use a copy of
/// the pointer ([`Self::read`]) or of the state alone ([`Self::phase`]), written under that lock.
pub struct ApplicationStateMachine {
    clock: Arc<dyn Clock>,
    truth: watch::Sender<Arc<LifecycleView>>,
    latest: ArcSwap<LifecycleView>,
    phase: AtomicU8,
    counters: Counters,
}

impl fmt::Debug for ApplicationStateMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ApplicationStateMachine")
            .field(&self.view())
            .finish()
    }
}

impl ApplicationStateMachine {
    /// Returns a machine in [`ApplicationState::Uninitialized`].
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let first = Arc::new(LifecycleView::first(stamp(clock.as_ref())));
        Self {
            clock,
            phase: AtomicU8::new(first.state.code()),
            latest: ArcSwap::new(Arc::clone(&first)),
            truth: watch::Sender::new(first),
            counters: Counters::default(),
        }
    }

    /// Returns the newest view.
    #[must_use]
    pub fn view(&self) -> Arc<LifecycleView> {
        self.latest.load_full()
    }

    /// Lets `look` read the newest view without counting a reference: the fastest whole read.
    pub fn read<R>(&self, look: impl FnOnce(&LifecycleView) -> R) -> R {
        look(&self.latest.load())
    }

    /// Returns the newest state alone: one atomic load.
    #[must_use]
    pub fn phase(&self) -> ApplicationState {
        let code = usize::from(self.phase.load(Ordering::Acquire));
        #[expect(
            clippy::indexing_slicing,
            reason = "only codes of states are ever stored"
        )]
        ApplicationState::ALL[code]
    }

    /// Returns a channel that always holds the newest view.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<LifecycleView>> {
        self.truth.subscribe()
    }

    /// Goes to `wanted` if that is legal from the state of this very moment.
    ///
    /// # Errors
    /// When it is not legal; then nothing is changed.
    pub fn transition_to(
        &self,
        wanted: ApplicationState,
        reason: &str,
    ) -> Result<Change, InvalidTransition> {
        self.apply(&Input::Transition(wanted), reason).0
    }

    /// Marks an emergency and leaves any state that does work for `Error`; at rest only the mark
    /// is made. Returns the mark; a second call returns the first one's.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the input sets the mark where it is missing"
    )]
    pub fn emergency_stop(&self, reason: &str) -> Emergency {
        let (_, after) = self.apply(&Input::Emergency, reason);
        after.emergency.clone().expect("an emergency is marked")
    }

    /// Takes the mark of an emergency away; from `Error` it goes on to `Initializing`.
    ///
    /// # Errors
    /// When there is neither an error nor an emergency to leave, or services still stop.
    pub fn reset(&self, reason: &str) -> Result<Change, InvalidTransition> {
        self.apply(&Input::Reset, reason).0
    }

    /// Waits until a state satisfies `wanted`, the present one or any entered after this call,
    /// even if it was left again at once.
    ///
    /// The waiting begins with the call, not with the first poll. Dropping the future loses
    /// nothing. Needs a tokio runtime with time.
    ///
    /// # Errors
    /// When `within` passes first, or when no wanted state can come any more in this run.
    pub fn wait_for<P>(
        &self,
        wanted: P,
        within: Duration,
    ) -> impl Future<Output = Result<Reached, WaitError>> + use<P>
    where
        P: Fn(ApplicationState) -> bool,
    {
        let views = self.truth.subscribe();
        let start = Arc::clone(&views.borrow());
        async move {
            let last = views.clone();
            let wait = tokio::time::timeout(within, wait::until(views, start, wanted));
            match wait.await {
                Ok(verdict) => verdict,
                Err(_elapsed) => Err(WaitError::TimedOut {
                    now: last.borrow().state,
                }),
            }
        }
    }

    /// Returns what was counted up to now.
    #[must_use]
    pub fn metrics(&self) -> TransitionMetrics {
        self.counters.read()
    }

    /// Applies `input` in one step; returns the answer and the view that held right after it.
    #[expect(
        clippy::expect_used,
        reason = "`send_if_modified` calls its closure once"
    )]
    fn apply(
        &self,
        input: &Input,
        reason: &str,
    ) -> (Result<Change, InvalidTransition>, Arc<LifecycleView>) {
        let mut answer = None;
        self.truth.send_if_modified(|current| {
            let now = stamp(self.clock.as_ref());
            let before = Arc::clone(current);
            let next = current.apply(input, reason, now);
            let modified = matches!(next, Ok(Some(_)));
            let result = next.map(|next| {
                if let Some(next) = next {
                    *current = Arc::new(next);
                    self.latest.store(Arc::clone(current));
                    self.phase.store(current.state.code(), Ordering::Release);
                }
                self.told(&before, current, now)
            });
            answer = Some((result, Arc::clone(current)));
            modified
        });
        let (result, after) = answer.expect("the closure ran");
        if let Ok(Change::Made { from, to, sequence }) = result {
            tracing::info!(%from, %to, sequence, reason, "lifecycle");
        }
        (result, after)
    }

    fn told(&self, before: &LifecycleView, after: &LifecycleView, now: Stamp) -> Change {
        let (from, sequence) = (before.state, before.sequence);
        if sequence == after.sequence {
            return Change::Unchanged {
                state: from,
                sequence,
            };
        }
        let stay = now.monotonic.saturating_sub(before.entered_at);
        self.counters.count(from, after.state, stay);
        Change::Made {
            from,
            to: after.state,
            sequence: after.sequence,
        }
    }
}

fn stamp(clock: &dyn Clock) -> Stamp {
    Stamp {
        wall: clock.now(),
        monotonic: clock.monotonic(),
    }
}
