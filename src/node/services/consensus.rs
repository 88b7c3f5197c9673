//! The chain as a service.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;

use super::ServiceParts;
use super::ledger::{Ledger, OpenLedger};
use super::storage::{OpenStore, Storage};
use crate::app::{RunningService, Service, ServiceContext};
use crate::clock::Clock;
use crate::consensus::{
    Chain, ChainCondition, ChainView, ClubHealth, DistributedStateManager, Voting,
};
use crate::control::ForkFileWriter;
use crate::coordination::{HealthStatus, Heartbeat, Importance, Probe};
use crate::error::Error;

/// A clock this far off is worth a word: voters refuse less.
const CLOCK_OFFSET_MAX_MS: u64 = 60_000;

/// Orders the blocks of the player's club.
#[derive(Debug)]
pub(super) struct Consensus {
    clock: Arc<dyn Clock>,
    propose_timeout: Duration,
    /// Where it is told how the chain does.
    shown: watch::Sender<Option<Arc<ClubHealth>>>,
    /// Where proofs lie that are for other people.
    proofs: PathBuf,
}

impl Consensus {
    pub(super) const NAME: &str = "consensus";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            clock: Arc::clone(&parts.clock),
            propose_timeout: parts.settings.propose_timeout,
            shown: parts.game.chain.clone(),
            proofs: parts.settings.proofs.clone(),
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
        let files = ForkFileWriter::new(storage.store.clone(), self.proofs.clone());
        let chain = chain.proving(Arc::new(files));
        let cancel = context.cancelled();
        let shown = show(manager.watch(), self.shown.clone());
        context.spawn_loop(async move {
            tokio::join!(chain.run(cancel), shown);
            Ok(())
        });
        context.publish(Arc::new(manager.clone()))?;
        let heart = context.heartbeat();
        Ok(Box::new(Running { manager, heart }))
    }
}

/// Tells how the chain does, until it ends.
async fn show(
    mut views: watch::Receiver<Arc<ChainView>>,
    shown: watch::Sender<Option<Arc<ClubHealth>>>,
) {
    loop {
        let health = ClubHealth::from(&**views.borrow_and_update());
        shown.send_replace(Some(Arc::new(health)));
        if views.changed().await.is_err() {
            break;
        }
    }
    shown.send_replace(None);
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
pub(super) struct Running {
    pub(super) manager: DistributedStateManager,
    pub(super) heart: Heartbeat,
}

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(self.heart.ask(async {
            let turns = self.manager.answers().await;
            turns.then(|| condition(&self.manager.view()))
        }))
    }
}

/// Tells how the chain does.
fn condition(view: &ChainView) -> Probe {
    match &view.condition {
        ChainCondition::Working => working(view),
        ChainCondition::StoreFails(error) => {
            let remedy = format!("{}; it is tried again by itself", error.hint());
            Probe::troubled(HealthStatus::Critical, error.to_string()).with_remedy(remedy)
        }
        ChainCondition::Halted(why) => {
            let remedy = match &view.proofs.file {
                Some(path) => format!(
                    "show the others the proof in {}: `bitcraps verify` checks it",
                    path.display()
                ),
                None => "keep a copy of the data directory, then put a backup back".to_owned(),
            };
            Probe::troubled(HealthStatus::Unavailable, why.clone()).with_remedy(remedy)
        }
    }
}

/// Tells of a chain that takes commands: whether enough keepers are there to decide them.
fn working(view: &ChainView) -> Probe {
    let reached = view.keepers.iter().filter(|keeper| keeper.is_reached());
    let (reached, all, quorum) = (reached.count(), view.keepers.len(), view.quorum);
    if let Voting::Retired(why) = &view.voting {
        return Probe::troubled(HealthStatus::Degraded, format!("votes no more: {why}"))
            .with_remedy("let the club take this node in as a keeper under a new number");
    }
    if let Voting::Stopped(why) = &view.voting {
        return Probe::troubled(HealthStatus::Degraded, format!("votes no more: {why}"))
            .with_remedy("start the node again when its disk is well");
    }
    if reached < quorum {
        let cause = format!("{reached} of {all} keepers are reached, {quorum} must agree");
        return Probe::troubled(HealthStatus::Critical, cause)
            .with_remedy("play goes on by itself when enough of them are back");
    }
    let offset = view.clock_offset.unwrap_or(0).unsigned_abs();
    if offset >= CLOCK_OFFSET_MAX_MS {
        let cause = format!(
            "this clock differs from other keepers' by {} s",
            offset / 1_000
        );
        return Probe::troubled(HealthStatus::Degraded, cause)
            .with_remedy("set the clock of this machine");
    }
    let root: String = view.root.to_string().chars().take(8).collect();
    let mut detail = vec![
        format!("height {}", view.height),
        format!("root {root}"),
        format!("keepers {reached} of {all}"),
    ];
    if view.round > 0 {
        detail.push(format!("attempt {}", view.round.saturating_add(1)));
    }
    if view.behind > 0 {
        detail.push(format!("{} behind", view.behind));
    }
    Probe::healthy(detail.join(", "))
}
