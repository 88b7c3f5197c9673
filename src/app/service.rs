//! What the application runs, as traits: services, phase one, emergency hooks.

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;

use super::ServiceContext;
use crate::{
    coordination::{Importance, Probe},
    error::Error,
};

/// A part of the application that is started, probed and stopped.
///
/// The value is the recipe: it starts the same service again after a failure.
pub trait Service: Send + Sync + fmt::Debug {
    /// Returns the unique name, as people see it.
    fn name(&self) -> &'static str;

    /// Returns what the failure of this service means for the whole.
    fn importance(&self) -> Importance;

    /// Returns the names of the services that must be up before this one starts.
    fn depends_on(&self) -> &'static [&'static str];

    /// Starts the service. Whatever runs on is spawned on `context`; what others may use is
    /// published there. When the future is dropped, the start is given up.
    ///
    /// # Errors
    /// When the service can't work; the error's first hint is shown as the way out.
    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>>;
}

/// A service that was started. It is dropped after its stop.
pub trait RunningService: Send + Sync + fmt::Debug {
    /// Says how the service does. Must not wait for long work.
    fn probe(&self) -> BoxFuture<'_, Probe>;

    /// Ends the work in order: last writes, goodbyes. Its tasks are told to end right after; it is
    /// dropped half-way when the time is over. Most have nothing to end beside their tasks.
    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Phase one: whatever must be there before the services: directory, identity, keys.
///
/// It is done anew for each start, and gives the services of that run, in any order.
pub trait Preparation: Send + Sync + fmt::Debug {
    /// Prepares a run. Long work goes to [`ServiceContext::spawn_blocking`] and looks at
    /// [`ServiceContext::cancelled`].
    ///
    /// # Errors
    /// When no run is possible; the start ends with this error.
    fn prepare(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>>;
}

/// A run that needs no preparation.
impl Preparation for Vec<Arc<dyn Service>> {
    fn prepare(
        &self,
        _context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>> {
        Box::pin(async { Ok(self.clone()) })
    }
}

/// What a service does at once in an emergency, on the thread of whoever calls it: no waiting.
///
/// All `seal`s come before the first `wipe`, all `wipe`s before the first `write`.
pub trait EmergencyHook: Send + Sync {
    /// Signs and encrypts what is to be written, while there are keys.
    fn seal(&self) {}

    /// Overwrites the keys in memory.
    fn wipe(&self) {}

    /// Writes what was sealed. Called on a thread that may block.
    fn write(&self) {}
}
