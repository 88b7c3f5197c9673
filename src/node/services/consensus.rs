//! The chain as a service.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::ServiceParts;
use super::ledger::{Ledger, OpenLedger};
use super::storage::{OpenStore, Storage};
use crate::app::{RunningService, Service, ServiceContext};
use crate::clock::Clock;
use crate::consensus::{Chain, ChainCondition, DistributedStateManager};
use crate::coordination::{HealthStatus, Importance, Probe};
use crate::error::Error;
use crate::node::settings;

/// Orders the blocks of the player's club.
#[derive(Debug)]
pub(super) struct Consensus {
    clock: Arc<dyn Clock>,
    propose_timeout: Duration,
}

impl Consensus {
    pub(super) const NAME: &str = "consensus";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            clock: Arc::clone(&parts.clock),
            propose_timeout: settings::propose_timeout(&parts.config.services),
        }
    }

    async fn open(&self, context: ServiceContext) -> Result<Box<dyn RunningService>, Error> {
        let storage = context.find::<OpenStore>(Storage::NAME)?;
        let opened = context
            .find::<OpenLedger>(Ledger::NAME)?
            .opened(&storage)
            .await?;
        let clock = Arc::clone(&self.clock);
        let (manager, chain) =
            Chain::new(opened, storage.store.clone(), clock, self.propose_timeout);
        let cancel = context.cancelled();
        context.spawn_loop(async move {
            chain.run(cancel).await;
            Ok(())
        });
        context.publish(Arc::new(manager.clone()))?;
        Ok(Box::new(Running(manager)))
    }
}

impl Service for Consensus {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn importance(&self) -> Importance {
        Importance::Mandatory
    }

    fn depends_on(&self) -> &'static [&'static str] {
        &[Ledger::NAME]
    }

    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(self.open(context))
    }
}

#[derive(Debug)]
struct Running(DistributedStateManager);

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async {
            let view = self.0.view();
            let root: String = view.root.to_string().chars().take(8).collect();
            match &view.condition {
                ChainCondition::Working => {
                    Probe::healthy(format!("height {}, root {root}", view.height))
                }
                ChainCondition::StoreFails(error) => {
                    let remedy = format!("{}; it is tried again by itself", error.hint());
                    Probe::troubled(HealthStatus::Critical, error.to_string()).with_remedy(remedy)
                }
                ChainCondition::Halted(why) => {
                    Probe::troubled(HealthStatus::Unavailable, why.clone())
                        .with_remedy("keep a copy of the data directory, then put a backup back")
                }
            }
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}
