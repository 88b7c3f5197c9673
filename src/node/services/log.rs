//! The log as a service: it was started with the process; here it says how it does.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::ServiceParts;
use crate::app::{RunningService, Service, ServiceContext};
use crate::coordination::{HealthStatus, Importance, Probe};
use crate::error::{Error, Explain as _};
use crate::logs::{LogError, Logs};

/// What became of the log of this process.
#[derive(Debug)]
pub struct LogState(pub Result<Logs, LogError>);

/// Tells how the log does.
#[derive(Debug)]
pub(super) struct Log(Arc<LogState>);

impl Log {
    pub(super) const NAME: &str = "log";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self(Arc::clone(&parts.log))
    }
}

impl Service for Log {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn importance(&self) -> Importance {
        Importance::Optional
    }

    fn depends_on(&self) -> &'static [&'static str] {
        &[]
    }

    fn start(
        &self,
        _context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(async {
            match &self.0.0 {
                Ok(_) => Ok(Box::new(Running(Arc::clone(&self.0))) as Box<dyn RunningService>),
                Err(error) => Err(Error::new(error.kind(), error.to_string(), error.hint())),
            }
        })
    }
}

#[derive(Debug)]
struct Running(Arc<LogState>);

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async {
            match self.0.0.as_ref().map_or(0, Logs::unwritten_lines) {
                0 => Probe::healthy("every line is in the file"),
                lines => {
                    let words = format!("the disk was too slow for {lines} lines; they are lost");
                    Probe::troubled(HealthStatus::Degraded, words)
                        .with_remedy("nothing: chips and rolls are written elsewhere")
                }
            }
        })
    }
}
