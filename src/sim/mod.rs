//! The simulation of a whole club: every node in one thread, in virtual time, with faults, and all
//! of it repeated by one seed.
//!
//! The nodes are the program's own: the [`Machine`](crate::consensus::machine::Machine) with its
//! engine, the [`Store`](crate::storage::Store) on a simulated disk, the dice's duties and the
//! strategies of the bots. Faults come from outside only: from the network, the disks, the clocks
//! and what keepers say. After each step a set of [`Invariant`]s is checked; at the end the faults
//! stop and the club must agree again within [`limits::CONVERGE_WITHIN`].

mod agenda;
mod config;
mod disk;
mod doing;
mod facts;
mod faults;
mod founding;
mod liar;
pub mod limits;
mod lives;
mod network;
mod node;
mod player;
mod probe;
mod random;
mod results;
mod stages;
mod tester;
#[cfg(test)]
mod tests;

pub use config::{ChaosConfig, ConfigFault, FaultKind, Faults};
pub use facts::{Invariant, Violation};
pub use results::ChaosTestResults;
pub use tester::StateChaosTester;

/// A simulation that could not be set up, which is a fault of the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulation could not be set up: {0}")]
pub struct BrokenSimulation(pub String);
