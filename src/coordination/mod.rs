//! Services: where they are found, how healthy they are, and when one is restarted.
//!
//! Contract: [`ServiceRegistry`] is read without a lock and never hands out a service that was
//! taken down. [`ServiceHealthReport`] can always be made, whatever the services do. The
//! [`Supervisor`] and the [`Trend`] only decide; the application acts.

mod health;
mod heartbeat;
pub mod limits;
mod registry;
mod supervisor;
mod trend;

pub use health::{
    GAME_MANAGER, HealthStatus, HealthSummary, Importance, LEDGER, Probe, ServiceHealth,
    ServiceHealthReport, ServiceState, overall,
};
pub use heartbeat::Heartbeat;
pub use registry::{RegistryError, ServiceHandle, ServiceRegistry, StaleHandle, StartNumber};
pub use supervisor::{Observation, Supervisor, Verdict};
pub use trend::Trend;
