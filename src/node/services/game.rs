//! The game manager as a service.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::consensus::Consensus;
use super::ledger::{Ledger, OpenLedger};
use super::storage::{OpenStore, Storage};
use super::{ServiceParts, keys_wiped};
use crate::app::{RunningService, Service, ServiceContext};
use crate::clock::Clock;
use crate::club::{ClubState, Height};
use crate::consensus::{DistributedStateManager, PastBet, PastError, past_bets, past_rolls};
use crate::coordination::{HealthStatus, Heartbeat, Importance, Probe};
use crate::error::Error;
use crate::gaming::limits::PLACED_BLOCKS;
use crate::gaming::{
    ConsensusGameManager, GameLinks, GameSettings, HISTORY_ROLLS_MAX, ManagerParts, SERVICE_NAME,
};
use crate::identity::{Identity, Signer as _};
use crate::node::Keys;

/// Plays: the player's intents, the bots, the secrets of the dice.
#[derive(Debug)]
pub(super) struct Game {
    settings: GameSettings,
    keys: Keys,
    links: GameLinks,
    clock: Arc<dyn Clock>,
}

impl Game {
    pub(super) const NAME: &str = SERVICE_NAME;

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            settings: parts.settings.game.clone(),
            keys: parts.keys.clone(),
            links: parts.game.clone(),
            clock: Arc::clone(&parts.clock),
        }
    }

    async fn open(&self, context: ServiceContext) -> Result<Box<dyn RunningService>, Error> {
        let storage = context.find::<OpenStore>(Storage::NAME)?;
        let club = context.find::<OpenLedger>(Ledger::NAME)?.club;
        let chain = context.find::<DistributedStateManager>(Consensus::NAME)?;
        let keystore = self.keys.get().ok_or_else(keys_wiped)?;
        let past = past_rolls(&storage.store, club, HISTORY_ROLLS_MAX).await?;
        let placed = last_bets(&storage, &chain.view().state, keystore.identity()).await?;
        // What bots choose need not be secret; it only should differ from day to day.
        let seed = self.clock.now().0;
        let (manager, run) = ConsensusGameManager::new(ManagerParts {
            chain: (*chain).clone(),
            store: storage.store.clone(),
            secrets: storage.secrets.clone(),
            player: keystore.identity().clone(),
            storage_key: keystore.storage_key().clone(),
            past,
            placed,
            links: self.links.clone(),
            clock: Arc::clone(&self.clock),
            settings: GameSettings {
                seed,
                ..self.settings.clone()
            },
        })?;
        let work = run(context.cancelled());
        context.spawn_loop(async move {
            work.await;
            Ok(())
        });
        context.publish(Arc::new(manager.clone()))?;
        Ok(Box::new(Running {
            heart: context.heartbeat(),
            manager,
            links: self.links.clone(),
        }))
    }
}

/// The player's bets of the last blocks before this start.
async fn last_bets(
    storage: &OpenStore,
    state: &ClubState,
    player: &Identity,
) -> Result<Vec<PastBet>, PastError> {
    let Some(me) = state.member_of(&player.public_key()) else {
        return Ok(Vec::new());
    };
    let after = Height(state.height().0.saturating_sub(PLACED_BLOCKS));
    past_bets(&storage.store, *state.club(), me, after).await
}

impl Service for Game {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn importance(&self) -> Importance {
        Importance::Mandatory
    }

    fn depends_on(&self) -> &'static [&'static str] {
        &[Consensus::NAME]
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
    pub(super) heart: Heartbeat,
    pub(super) manager: ConsensusGameManager,
    pub(super) links: GameLinks,
}

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(self.heart.ask(async {
            let said = match self.manager.works().await? {
                Ok(()) => {
                    let club = self.links.club.borrow().clone();
                    let tables = club.map_or(0, |club| club.tables.len());
                    let word = if tables == 1 { "table" } else { "tables" };
                    Probe::healthy(format!("{tables} {word} open"))
                }
                Err(trouble) => Probe::troubled(HealthStatus::Degraded, trouble),
            };
            Some(said)
        }))
    }
}
