//! The table of legal changes; `transitions.md` is made of it.

use super::ApplicationState::{
    self, Degraded, Error, Initializing, Running, ServicesStarting, Stopped, Stopping,
    Uninitialized,
};

/// What has to happen for a legal transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Whoever asks gets it.
    Asked,
    /// It begins another run: somebody starts the application again.
    NewRun,
    /// It begins another run, and only [`super::ApplicationStateMachine::reset`] does it.
    Reset,
}

/// One row of the table of legal transitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegalTransition {
    /// The state before.
    pub from: ApplicationState,
    /// The state after.
    pub to: ApplicationState,
    /// What has to happen for it.
    pub occasion: Occasion,
}

const fn legal(
    from: ApplicationState,
    to: ApplicationState,
    occasion: Occasion,
) -> LegalTransition {
    LegalTransition { from, to, occasion }
}

/// Every legal transition; whatever is not here is refused.
pub const TRANSITIONS: [LegalTransition; 20] = [
    legal(Uninitialized, Initializing, Occasion::Asked),
    legal(Uninitialized, Stopped, Occasion::Asked),
    legal(Initializing, ServicesStarting, Occasion::Asked),
    legal(Initializing, Stopping, Occasion::Asked),
    legal(Initializing, Error, Occasion::Asked),
    legal(ServicesStarting, Running, Occasion::Asked),
    legal(ServicesStarting, Degraded, Occasion::Asked),
    legal(ServicesStarting, Stopping, Occasion::Asked),
    legal(ServicesStarting, Error, Occasion::Asked),
    legal(Running, Degraded, Occasion::Asked),
    legal(Running, Stopping, Occasion::Asked),
    legal(Running, Error, Occasion::Asked),
    legal(Degraded, Running, Occasion::Asked),
    legal(Degraded, Stopping, Occasion::Asked),
    legal(Degraded, Error, Occasion::Asked),
    legal(Stopping, Stopped, Occasion::Asked),
    legal(Stopping, Error, Occasion::Asked),
    legal(Stopped, Initializing, Occasion::NewRun),
    legal(Error, Stopping, Occasion::Asked),
    legal(Error, Initializing, Occasion::Reset),
];

/// Returns what `from` to `to` takes, or `None` when it is not legal.
pub(super) fn occasion(from: ApplicationState, to: ApplicationState) -> Option<Occasion> {
    TRANSITIONS
        .iter()
        .find(|row| row.from == from && row.to == to)
        .map(|row| row.occasion)
}

/// A set of states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateSet(u8);

impl StateSet {
    /// Returns the set of one state.
    #[must_use]
    pub const fn of(state: ApplicationState) -> Self {
        Self(1 << state.code())
    }

    /// Returns the states of both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `state` is in the set.
    #[must_use]
    pub const fn contains(self, state: ApplicationState) -> bool {
        self.0 & Self::of(state).0 != 0
    }

    /// Whether any state of the set satisfies `wanted`.
    pub fn any(self, wanted: impl Fn(ApplicationState) -> bool) -> bool {
        ApplicationState::ALL
            .into_iter()
            .any(|state| self.contains(state) && wanted(state))
    }
}

/// How far ahead [`reachable_from`] looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Up to the end of the run that is under way.
    ThisOne,
    /// Also into the runs that somebody may still start.
    LaterToo,
}

/// Returns the states that can still come after `from`, and `from` itself, by the table.
#[must_use]
pub fn reachable_from(from: ApplicationState, runs: Runs) -> StateSet {
    let mut reached = StateSet::of(from);
    loop {
        let before = reached;
        for row in TRANSITIONS {
            let allowed = row.occasion == Occasion::Asked || runs == Runs::LaterToo;
            if allowed && reached.contains(row.from) {
                reached = reached.with(StateSet::of(row.to));
            }
        }
        if reached == before {
            return reached;
        }
    }
}

/// Prints the legal transitions as a table in Markdown.
#[must_use]
pub fn transition_table() -> String {
    let rows = ApplicationState::ALL.map(|from| {
        let targets: Vec<String> = TRANSITIONS
            .iter()
            .filter(|row| row.from == from)
            .map(|row| match row.occasion {
                Occasion::Asked => format!("`{}`", row.to),
                Occasion::NewRun => format!("`{}` (a new run)", row.to),
                Occasion::Reset => format!("`{}` (only through `reset`)", row.to),
            })
            .collect();
        format!("| `{from}` | {} |\n", targets.join(", "))
    });
    format!("| from | to |\n|---|---|\n{}", rows.concat())
}
