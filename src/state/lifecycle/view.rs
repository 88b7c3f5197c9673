//! What is published of the lifecycle: the state with its reason and time, and the changes before it.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Serialize, Serializer};

use super::{
    ApplicationState,
    limits::{HISTORY_TRANSITIONS, REASON_BYTES},
    transitions::{Occasion, occasion},
};
use crate::clock::UnixMillis;
use crate::shown::Shown;

/// Why a state was entered, in words; cut to [`REASON_BYTES`].
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(Arc<str>);

impl Reason {
    /// Returns the words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Reason {
    fn from(words: &str) -> Self {
        let words = Shown::from(words);
        let end = words.floor_char_boundary(REASON_BYTES);
        Self(words.get(..end).unwrap_or_default().into())
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The mark that an emergency stop leaves; it bars every new run until it is reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Emergency {
    /// Why, as the first call said.
    pub reason: Reason,
    /// When.
    pub at: UnixMillis,
}

/// One change of state that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// The state before.
    pub from: ApplicationState,
    /// The state after.
    pub to: ApplicationState,
    /// The number of this transition; the first one of a machine is 1.
    pub sequence: u64,
    /// Why.
    pub reason: Reason,
    /// When.
    pub at: UnixMillis,
}

/// The last [`HISTORY_TRANSITIONS`] transitions.
///
/// An immutable list that shares its tail with the histories before it, so that adding one costs
/// the same however long it is. It is cut by generations: a full one becomes the previous one,
/// and the one before that is dropped.
#[derive(Clone, Default)]
pub struct History {
    newest: Option<Arc<Node>>,
    length: usize,
    previous: Option<Arc<Node>>,
}

struct Node {
    transition: Transition,
    older: Option<Arc<Node>>,
}

impl Node {
    fn chain(newest: Option<&Self>) -> impl Iterator<Item = &Self> {
        std::iter::successors(newest, |node| node.older.as_deref())
    }
}

impl History {
    fn with(&self, transition: Transition) -> Self {
        let full = self.length == HISTORY_TRANSITIONS;
        let (older, length, previous) = if full {
            (None, 0, &self.newest)
        } else {
            (self.newest.clone(), self.length, &self.previous)
        };
        Self {
            newest: Some(Arc::new(Node { transition, older })),
            length: length + 1,
            previous: previous.clone(),
        }
    }

    /// Returns the transitions, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Transition> {
        Node::chain(self.newest.as_deref())
            .chain(Node::chain(self.previous.as_deref()))
            .take(HISTORY_TRANSITIONS)
            .map(|node| &node.transition)
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.newest_first()).finish()
    }
}

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.newest_first())
    }
}

/// A time as both clocks show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Wall-clock time, for people.
    pub wall: UnixMillis,
    /// Monotonic time, for measuring.
    pub monotonic: Duration,
}

/// The whole state of the lifecycle at one moment, never changed after it was published.
#[derive(Clone, Debug, Serialize)]
pub struct LifecycleView {
    /// The state.
    pub state: ApplicationState,
    /// How many transitions led here; the number of the last one.
    pub sequence: u64,
    /// Why the state was entered.
    pub reason: Reason,
    /// When the state was entered.
    pub since: UnixMillis,
    /// The mark of an emergency stop, until it is reset.
    pub emergency: Option<Emergency>,
    /// What happened before, this state's own transition first.
    pub history: History,
    #[serde(skip)]
    pub(super) entered_at: Duration,
    /// For each state the number of the last transition into it.
    #[serde(skip)]
    pub(super) last_entered: [u64; ApplicationState::ALL.len()],
}

/// What can be asked of the lifecycle.
#[derive(Clone, Debug)]
pub enum Input {
    /// Go to this state.
    Transition(ApplicationState),
    /// Mark an emergency, and leave any state that does work for `Error`.
    Emergency,
    /// Take the mark away; from `Error` go on to `Initializing`.
    Reset,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The state changed.
    Made {
        /// The state before.
        from: ApplicationState,
        /// The state after.
        to: ApplicationState,
        /// The number of the transition.
        sequence: u64,
    },
    /// The state was already the wanted one.
    Unchanged {
        /// The state.
        state: ApplicationState,
        /// The number of the transition that led to it.
        sequence: u64,
    },
}

/// A transition that is not legal from the state the machine was in; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application is {actual} and can't become {wanted} from there{}",
    if *.reset_first { ": it takes a reset first" } else { "" })]
pub struct InvalidTransition {
    /// The state at the moment of the request.
    pub actual: ApplicationState,
    /// The state asked for.
    pub wanted: ApplicationState,
    /// Whether a reset would allow it.
    pub reset_first: bool,
}

impl LifecycleView {
    /// Returns the first view of a machine.
    #[must_use]
    pub fn first(stamp: Stamp) -> Self {
        Self {
            state: ApplicationState::Uninitialized,
            sequence: 0,
            reason: "not started yet".into(),
            since: stamp.wall,
            emergency: None,
            history: History::default(),
            entered_at: stamp.monotonic,
            last_entered: [0; ApplicationState::ALL.len()],
        }
    }

    /// Returns the view after `input`, or `None` when it changes nothing.
    ///
    /// # Errors
    /// When the transition is not legal.
    pub fn apply(
        &self,
        input: &Input,
        reason: &str,
        stamp: Stamp,
    ) -> Result<Option<Self>, InvalidTransition> {
        match input {
            Input::Transition(wanted) => self.to(*wanted, reason, stamp),
            Input::Emergency => Ok(self.in_emergency(reason, stamp)),
            Input::Reset => self.reset(reason, stamp).map(Some),
        }
    }

    fn to(
        &self,
        wanted: ApplicationState,
        reason: &str,
        stamp: Stamp,
    ) -> Result<Option<Self>, InvalidTransition> {
        if wanted == self.state {
            return Ok(None);
        }
        let reset_first = match occasion(self.state, wanted) {
            None => false,
            Some(Occasion::Reset) => true,
            Some(Occasion::Asked | Occasion::NewRun)
                if wanted == ApplicationState::Initializing && self.emergency.is_some() =>
            {
                true
            }
            Some(Occasion::Asked | Occasion::NewRun) => {
                return Ok(Some(self.moved(wanted, reason, stamp)));
            }
        };
        Err(InvalidTransition {
            actual: self.state,
            wanted,
            reset_first,
        })
    }

    fn in_emergency(&self, reason: &str, stamp: Stamp) -> Option<Self> {
        if self.emergency.is_some() {
            return None;
        }
        let mut marked = match occasion(self.state, ApplicationState::Error) {
            Some(_) => self.moved(ApplicationState::Error, reason, stamp),
            None => self.clone(),
        };
        marked.emergency = Some(Emergency {
            reason: reason.into(),
            at: stamp.wall,
        });
        Some(marked)
    }

    fn reset(&self, reason: &str, stamp: Stamp) -> Result<Self, InvalidTransition> {
        let at_rest = matches!(
            self.state,
            ApplicationState::Uninitialized | ApplicationState::Stopped
        );
        let mut fresh = if self.state == ApplicationState::Error {
            self.moved(ApplicationState::Initializing, reason, stamp)
        } else if at_rest && self.emergency.is_some() {
            self.clone()
        } else {
            return Err(InvalidTransition {
                actual: self.state,
                wanted: ApplicationState::Initializing,
                reset_first: false,
            });
        };
        fresh.emergency = None;
        Ok(fresh)
    }

    fn moved(&self, to: ApplicationState, reason: &str, stamp: Stamp) -> Self {
        let sequence = self.sequence + 1;
        let reason = Reason::from(reason);
        let mut last_entered = self.last_entered;
        if let Some(last) = last_entered.get_mut(to.index()) {
            *last = sequence;
        }
        Self {
            state: to,
            sequence,
            reason: reason.clone(),
            since: stamp.wall,
            emergency: self.emergency.clone(),
            history: self.history.with(Transition {
                from: self.state,
                to,
                sequence,
                reason,
                at: stamp.wall,
            }),
            entered_at: stamp.monotonic,
            last_entered,
        }
    }
}
