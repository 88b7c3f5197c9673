//! Whole runs with scripted services, on tokio's paused clock.

mod emergency;
mod failures;
mod orders;
mod runs;
mod world;

use world::*;
