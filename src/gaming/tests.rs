//! The manager as its users see it, over a real chain on a disk in memory.

mod dice;
mod late;
mod locked;
mod members;
mod people;
mod room;
mod solo;
mod tables;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{
    ConsensusGameManager, GameEvent, GameLinks, GameSettings, Intent, IntentId, ManagerParts,
    Refusal, Reply, RollPhase, RollView, Strategy, TableView,
};
use crate::clock::{Clock, SystemClock, UnixMillis};
use crate::club::{self, Height, Settings, TableTerms, TimeMs};
use crate::consensus::{Chain, Terms, VoteKeys, found_club, open_club, past_rolls};
use crate::craps::{Action, BetKey, TableRules};
use crate::identity::{Identity, SeededEntropy, StorageKey};
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::storage::{MemoryDisk, Secrets, Store, StoreHandle};
use crate::tests::PATIENCE;

/// One run of a node's game part; the disk outlives it.
struct Node {
    manager: ConsensusGameManager,
    table: watch::Receiver<Option<Arc<TableView>>>,
    links: GameLinks,
    events: broadcast::Receiver<GameEvent>,
    cancel: CancellationToken,
    tasks: TaskTracker,
    store: StoreHandle,
    ids: AtomicU64,
}

fn rules() -> TableRules {
    TableRules {
        shooter_needs_line_bet: false,
        ..TableRules::default()
    }
}

/// What a manager works with, and the chain that its owner has to run.
async fn parts(disk: &MemoryDisk, bots: &[Strategy], settings: Settings) -> (ManagerParts, Chain) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let medium = disk.clone();
    let store = Store::on_medium(move || medium.clone()).unwrap();
    let (store, _thread) = StoreHandle::spawn(store).unwrap();
    let storage_key = StorageKey::from_bytes([9; 32]);
    // Another stream of secrets for each run: what is needed again must come from the disk.
    let entropy = Arc::new(SeededEntropy::new(
        u64::try_from(disk.bytes().len()).unwrap(),
    ));
    let secrets = Secrets::new(store.clone(), storage_key.clone(), entropy);
    let player = Identity::from_seed(&[1; 32]);
    let known = store.clubs().await.unwrap();
    let club = if let Some(club) = known.first() {
        *club
    } else {
        let terms = Terms {
            name: "solo".to_owned(),
            founder_name: "ana".to_owned(),
            supply: Chips::new(10_000_000),
            grant: Chips::new(10_000),
            settings,
            founded: TimeMs(1),
        };
        found_club(&store, &secrets, &player, terms).await.unwrap()
    };
    let opened = open_club(&store, &VoteKeys::without_logs(secrets.clone()), club)
        .await
        .unwrap();
    let past = past_rolls(&store, club, usize::MAX).await.unwrap();
    let (chain, service) = Chain::new(opened, store.clone(), Arc::clone(&clock), PATIENCE);
    let parts = ManagerParts {
        chain,
        store,
        secrets,
        player,
        storage_key,
        past,
        placed: Vec::new(),
        links: GameLinks::new(),
        clock,
        settings: GameSettings {
            table_name: "practice".to_owned(),
            rules: rules(),
            seats_max: 8,
            bots: bots.to_vec(),
            pace: Duration::ZERO,
            seed: 1,
        },
    };
    (parts, service)
}

impl Node {
    async fn start(disk: &MemoryDisk, bots: &[Strategy]) -> Self {
        Self::start_expecting(disk, bots, bots.len() + 1).await
    }

    /// Starts a node and waits until so many sit at its table.
    async fn start_expecting(disk: &MemoryDisk, bots: &[Strategy], seats: usize) -> Self {
        Self::start_with(disk, bots, seats, Settings::solo()).await
    }

    async fn start_with(
        disk: &MemoryDisk,
        bots: &[Strategy],
        seats: usize,
        settings: Settings,
    ) -> Self {
        let (parts, service) = parts(disk, bots, settings).await;
        let (store, links) = (parts.store.clone(), parts.links.clone());
        let (cancel, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(service.run(cancel.clone()));
        let (manager, run) = ConsensusGameManager::new(parts).unwrap();
        let (table, events) = (links.table.subscribe(), links.events.subscribe());
        tasks.spawn(run(cancel.clone()));
        tasks.close();
        let mut node = Self {
            manager,
            table,
            links,
            events,
            cancel,
            tasks,
            store,
            ids: AtomicU64::new(1),
        };
        node.until(|table| table.seats.len() == seats && all_sealed(table))
            .await;
        node
    }

    async fn until(&mut self, mut met: impl FnMut(&TableView) -> bool) -> Arc<TableView> {
        let wait = self
            .table
            .wait_for(|table| table.as_ref().is_some_and(|table| met(table)));
        let found = tokio::time::timeout(PATIENCE, wait).await;
        found.expect("in time").unwrap().clone().unwrap()
    }

    fn view(&self) -> Arc<TableView> {
        self.table.borrow().clone().unwrap()
    }

    /// Asks under an id of its own.
    fn ask(&self, intent: Intent) -> impl Future<Output = Reply> + Send + 'static {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        self.manager.ask(IntentId(id), intent)
    }

    async fn bet(&self, bet: &str, amount: u64) -> Reply {
        let bet: BetKey = bet.parse().unwrap();
        let actions = vec![Action::Place {
            bet,
            amount: Chips::new(amount),
        }];
        let (game, roll) = (self.view().game, self.view().roll);
        let slip = Intent::Bets {
            game,
            roll,
            actions,
        };
        self.ask(slip).await
    }

    /// Says ready or throws, and returns what fell.
    async fn roll(&mut self) -> Arc<RollView> {
        let before = self.view();
        let (game, roll) = (before.game, before.roll);
        let reply = self.ask(Intent::Roll { game, roll }).await;
        assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
        let after = self
            .until(|table| table.roll > before.roll && all_sealed(table))
            .await;
        Arc::clone(after.history.first().unwrap())
    }

    /// Ends the run; without warning, as far as the chain can tell.
    async fn stop(self) {
        self.cancel.cancel();
        self.tasks.wait().await;
        self.store.close().await.unwrap();
    }
}

fn all_sealed(table: &TableView) -> bool {
    matches!(table.phase, RollPhase::Betting { sealed, of } if sealed == of)
}

/// All chips of a table's view and what the club has beside it.
fn all_chips(node: &Node) -> u64 {
    let club = node.links.club.borrow().clone().unwrap();
    let seats: u64 = node
        .view()
        .seats
        .iter()
        .map(|seat| seat.balance.get() + seat.at_risk.get())
        .sum();
    club.treasury.get() + seats
}
