//! The eight states.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where the application is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum ApplicationState {
    /// The handle exists; nothing was done yet.
    Uninitialized = 0,
    /// Phase one: the data directory, the identity and the keystore.
    Initializing = 1,
    /// Phase two: the services come up in dependency order.
    ServicesStarting = 2,
    /// All services do their work.
    Running = 3,
    /// It works, but something is wrong; the reason says what.
    Degraded = 4,
    /// The services go down in reverse order.
    Stopping = 5,
    /// Everything is down; a new start is possible.
    Stopped = 6,
    /// A start, a mandatory service or an emergency ended the work; the reason says which.
    Error = 7,
}

impl ApplicationState {
    /// All states, in the order of their codes.
    pub const ALL: [Self; 8] = [
        Self::Uninitialized,
        Self::Initializing,
        Self::ServicesStarting,
        Self::Running,
        Self::Degraded,
        Self::Stopping,
        Self::Stopped,
        Self::Error,
    ];

    /// Returns the byte that stands for this state, 0 to 7.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns the place of this state in [`Self::ALL`].
    pub(super) const fn index(self) -> usize {
        self as usize
    }

    /// Returns the state's name, as screens and files show it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uninitialized => "Uninitialized",
            Self::Initializing => "Initializing",
            Self::ServicesStarting => "ServicesStarting",
            Self::Running => "Running",
            Self::Degraded => "Degraded",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Error => "Error",
        }
    }

    /// Whether bets and commands are taken in this state.
    #[must_use]
    pub const fn takes_commands(self) -> bool {
        matches!(self, Self::Running | Self::Degraded)
    }
}

impl fmt::Display for ApplicationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A byte that stands for no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no application state: the states are 0 to 7")]
pub struct UnknownState(pub u8);

impl TryFrom<u8> for ApplicationState {
    type Error = UnknownState;

    fn try_from(byte: u8) -> Result<Self, UnknownState> {
        Self::ALL
            .get(usize::from(byte))
            .copied()
            .ok_or(UnknownState(byte))
    }
}
