//! The ledger as a service: which club is played, and that its chips add up.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;

use super::ServiceParts;
use super::consensus::Consensus;
use super::storage::{OpenStore, Storage};
use crate::app::{RunningService, Service, ServiceContext};
use crate::clock::Clock;
use crate::club::{Charter, ClubId, Settings, TimeMs};
use crate::consensus::{
    DistributedStateManager, OpenClubError, OpenedClub, Terms, VoteKeys, found_club, open_club,
};
use crate::coordination::{HealthStatus, Importance, Probe};
use crate::error::Error;
use crate::identity::Signer as _;
use crate::node::Keys;

/// The name of the club that every player has alone.
const SOLO_CLUB: &str = "solo";

/// Finds or founds the player's own club and checks it.
#[derive(Debug)]
pub(super) struct Ledger {
    keys: Keys,
    founder_name: String,
    settings: Settings,
    clock: Arc<dyn Clock>,
    /// Where vote logs lie.
    votes: PathBuf,
}

/// The club that is played.
#[derive(Debug)]
pub struct OpenLedger {
    /// The club.
    pub club: ClubId,
    /// The club as it was checked; the first who asks gets it.
    opened: Mutex<Option<OpenedClub>>,
    votes: VoteKeys,
    context: ServiceContext,
}

impl Ledger {
    pub(super) const NAME: &str = "ledger";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            keys: parts.keys.clone(),
            founder_name: parts.name.clone(),
            settings: parts.settings.club,
            clock: Arc::clone(&parts.clock),
            votes: parts.settings.votes.clone(),
        }
    }

    async fn open(&self, context: ServiceContext) -> Result<Box<dyn RunningService>, Error> {
        let storage = context.find::<OpenStore>(Storage::NAME)?;
        let votes = VoteKeys::new(storage.secrets.clone(), self.votes.clone());
        let opened = match self.mine(&storage, &votes).await? {
            Some(opened) => opened,
            None => self.found(&storage, &votes).await?,
        };
        if opened.was_replayed() {
            tracing::warn!("the stored state was damaged; it was computed again from all blocks");
        }
        let ledger = Arc::new(OpenLedger {
            club: *opened.state().club(),
            opened: Mutex::new(Some(opened)),
            votes,
            context: context.clone(),
        });
        context.publish(Arc::clone(&ledger))?;
        Ok(Box::new(Running(ledger)))
    }

    /// The club in the store that this identity founded.
    async fn mine(
        &self,
        storage: &OpenStore,
        votes: &VoteKeys,
    ) -> Result<Option<OpenedClub>, Error> {
        let keystore = self.keys.get().ok_or_else(super::keys_wiped)?;
        let me = keystore.identity().public_key();
        for club in storage.store.clubs().await? {
            let opened = open_club(&storage.store, votes, club).await?;
            if opened.state().charter().charter.founder == me {
                return Ok(Some(opened));
            }
            tracing::warn!(%club, "the store holds a club of another identity; it is left alone");
        }
        Ok(None)
    }

    async fn found(&self, storage: &OpenStore, votes: &VoteKeys) -> Result<OpenedClub, Error> {
        let keystore = self.keys.get().ok_or_else(super::keys_wiped)?;
        let terms = Terms {
            name: SOLO_CLUB.to_owned(),
            founder_name: self.founder_name.clone(),
            supply: Charter::DEFAULT_SUPPLY,
            grant: Charter::DEFAULT_GRANT,
            settings: self.settings,
            founded: TimeMs(self.clock.now().0),
        };
        let (store, secrets) = (&storage.store, &storage.secrets);
        let club = found_club(store, secrets, keystore.identity(), terms).await?;
        tracing::info!(%club, "founded the solo club");
        Ok(open_club(store, votes, club).await?)
    }
}

impl OpenLedger {
    /// Returns the checked club: as it was opened, or read again after a restart of whoever asks.
    ///
    /// # Errors
    /// [`OpenClubError`].
    pub async fn opened(&self, storage: &OpenStore) -> Result<OpenedClub, OpenClubError> {
        let first = self
            .opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match first {
            Some(opened) => Ok(opened),
            None => open_club(&storage.store, &self.votes, self.club).await,
        }
    }
}

impl Service for Ledger {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn importance(&self) -> Importance {
        Importance::Foundation
    }

    fn depends_on(&self) -> &'static [&'static str] {
        &[Storage::NAME]
    }

    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(self.open(context))
    }
}

#[derive(Debug)]
struct Running(Arc<OpenLedger>);

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async {
            // Before consensus runs there is nothing newer than what was checked at the start.
            let Ok(chain) = self
                .0
                .context
                .find::<DistributedStateManager>(Consensus::NAME)
            else {
                return Probe::healthy("checked at the start");
            };
            let view = chain.view();
            let ledger = view.state.ledger();
            match ledger.check() {
                Ok(()) => Probe::healthy("every chip is accounted for"),
                Err(breach) => Probe::troubled(HealthStatus::Unavailable, breach.to_string()),
            }
        })
    }
}
