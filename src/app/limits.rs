//! The limits of the application, each with its reason.

use std::time::Duration;

/// Time for an orderly stop: a locked roll ends in less, and a person still waits that long.
pub const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Time for one service to start; a slow device belongs into a task of its service.
pub const START_STEP_WITHIN: Duration = Duration::from_secs(10);

/// Time that tasks have to end after they were told the last time. An emergency waits so long for the
/// probes, then for all services together, then for what phase one left: half a second has room for it.
pub const FORCED_WITHIN: Duration = Duration::from_millis(150);

/// Time for an emergency's seals and wipes before the last writes go ahead without them.
pub const WIPE_WITHIN: Duration = Duration::from_millis(200);

/// Requests that may wait for the conductor: more than all keys and sockets ask at once.
pub const REQUESTS_QUEUED: usize = 16;
