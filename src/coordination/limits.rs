//! The limits of the services, each with its reason.

use std::time::Duration;

/// Services that can be registered: three times what the full program has.
pub const SERVICES_MAX: usize = 64;

/// Time between two health reports: quicker than a person looks twice.
pub const PROBE_EVERY: Duration = Duration::from_secs(2);

/// Time a service has for its answer to a probe; one that is slower can't take a bet in time.
pub const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// Periods without a beat after which a heart is taken for stopped.
pub const HEARTBEATS_MISSED: u32 = 3;

/// Bad reports in a row that lead from Running to Degraded: one may be chance.
pub const REPORTS_DOWN: u32 = 2;

/// Good reports in a row that lead from Degraded to Running: slower up than down, so that the
/// state doesn't flap.
pub const REPORTS_UP: u32 = 3;

/// Bad probes in a row that are borne; one more, and the service is restarted.
pub const BAD_PROBES_BORNE: u32 = 5;

/// Failures within [`FAILURE_WINDOW`] that open the circuit breaker.
pub const FAILURES_TO_OPEN: usize = 5;

/// The time over which failures are counted.
pub const FAILURE_WINDOW: Duration = Duration::from_mins(1);

/// Pause before the first restart; each failure within the window doubles it.
pub const RESTART_PAUSE_FIRST: Duration = Duration::from_millis(250);
