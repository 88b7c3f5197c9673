//! The lifecycle of the application: eight states, and the changes between them that are legal.
//!
//! Contract: the state, its sequence number, its reason and its time are one [`LifecycleView`],
//! changed in one step by [`ApplicationStateMachine::transition_to`]. Whoever loses a race is
//! refused and changes nothing. A reader never waits for a writer to finish, and a waiter
//! never misses a state, however quickly it was passed.
//!
//! The legal transitions (printed from [`TRANSITIONS`], and compared with it by a test):
//!
#![doc = include_str!("transitions.md")]
//!
//! An *emergency* is a mark beside the state: it is set once, keeps its first reason, and bars
//! every new run until [`ApplicationStateMachine::reset`].

mod application_state;
pub mod limits;
mod machine;
mod metrics;
mod transitions;
mod view;
mod wait;

#[cfg(test)]
mod tests;

pub use application_state::{ApplicationState, UnknownState};
pub use machine::ApplicationStateMachine;
pub use metrics::{TimeInState, TransitionMetrics};
pub use transitions::{
    LegalTransition, Occasion, Runs, StateSet, TRANSITIONS, reachable_from, transition_table,
};
pub use view::{
    Change, Emergency, History, Input, InvalidTransition, LifecycleView, Reason, Stamp, Transition,
};
pub use wait::{Reached, WaitError};
