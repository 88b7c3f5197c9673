//! The hearts of the real services: a loop that never turns is told from one that does.

mod breach;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{consensus, control, game};
use crate::app::RunningService;
use crate::clock::{Clock, ManualClock, SystemClock, UnixMillis};
use crate::club::{Charter, Settings, TimeMs};
use crate::config::{Environment, Layers};
use crate::consensus::{Chain, OpenedClub, Terms, VoteKeys, found_club, open_club};
use crate::control::{ControlHandler, ControlServer, Request, Rows};
use crate::coordination::{HealthStatus, Heartbeat, Probe};
use crate::error::Error;
use crate::gaming::{ConsensusGameManager, GameLinks, ManagerParts};
use crate::identity::{Identity, SeededEntropy, StorageKey};
use crate::node::settings;
use crate::storage::{DataDirLock, MemoryDisk, Secrets, Store, StoreHandle};

/// Asks a service whose loop does not turn, then turns it and asks again.
async fn falls_silent_until_it_turns(
    service: &dyn RunningService,
    clock: &ManualClock,
    turn: impl FnOnce(),
) -> Probe {
    assert_eq!(service.probe().await.status, HealthStatus::Healthy, "new");
    clock.advance(Duration::from_secs(6));
    let silent = service.probe().await;
    assert_eq!(silent.status, HealthStatus::Unavailable, "{silent:?}");
    let trouble = silent.trouble.unwrap_or_default();
    assert!(trouble.starts_with("no sign of life for 6 s"), "{trouble}");
    turn();
    loop {
        let probe = service.probe().await;
        if probe.status == HealthStatus::Healthy {
            return probe;
        }
    }
}

fn heart(clock: &Arc<ManualClock>) -> Heartbeat {
    let (period, patience) = (Duration::from_secs(2), Duration::from_millis(20));
    Heartbeat::new(Arc::clone(clock) as Arc<dyn Clock>, period, patience)
}

#[derive(Debug)]
struct Silent;

impl ControlHandler for Silent {
    fn handle(&self, _: Request) -> futures::future::BoxFuture<'_, Result<Rows, Error>> {
        panic!("nobody asks")
    }
}

#[tokio::test]
async fn the_control_sockets_loop_beats() {
    let folder = tempfile::tempdir().unwrap();
    let lock = DataDirLock::acquire(&folder.path().join("data"), UnixMillis(1)).unwrap();
    let server = ControlServer::bind(&lock).unwrap();
    let clock = Arc::new(ManualClock::default());
    let running = control::Running {
        pulse: server.pulse(),
        heart: heart(&clock),
    };
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
    let turn = || drop(tasks.spawn(server.run(Arc::new(Silent), cancel.clone())));
    falls_silent_until_it_turns(&running, &clock, turn).await;
    cancel.cancel();
    tasks.close();
    tasks.wait().await;
    let ended = running.probe().await;
    assert_eq!(ended.trouble.as_deref(), Some("its loop has ended"));
}

/// Founds a club of one player and opens it.
async fn solo(store: &StoreHandle, secrets: &Secrets, player: &Identity) -> OpenedClub {
    let terms = Terms {
        name: "solo".to_owned(),
        founder_name: "ana".to_owned(),
        supply: Charter::DEFAULT_SUPPLY,
        grant: Charter::DEFAULT_GRANT,
        settings: Settings::solo(),
        founded: TimeMs(1),
    };
    let club = found_club(store, secrets, player, terms).await.unwrap();
    let votes = VoteKeys::without_logs(secrets.clone());
    open_club(store, &votes, club).await.unwrap()
}

#[tokio::test]
async fn the_loops_of_chain_and_manager_beat() {
    let disk = MemoryDisk::default();
    let store = Store::on_medium(move || disk.clone()).unwrap();
    let (store, _thread) = StoreHandle::spawn(store).unwrap();
    let storage_key = StorageKey::from_bytes([6; 32]);
    let entropy = Arc::new(SeededEntropy::new(5));
    let secrets = Secrets::new(store.clone(), storage_key.clone(), entropy);
    let player = Identity::from_seed(&[1; 32]);
    let opened = solo(&store, &secrets, &player).await;
    let real: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let second = Duration::from_secs(1);
    let (chain, turning) = Chain::new(opened, store.clone(), Arc::clone(&real), second);
    let links = GameLinks::new();
    let place = tempfile::tempdir().unwrap();
    let environment = Environment::default().with("BITCRAPS_DATA_DIR", place.path());
    let layers = Layers {
        environment,
        ..Layers::default()
    };
    let (config, _warnings) = layers.load().unwrap();
    let (manager, playing) = ConsensusGameManager::new(ManagerParts {
        chain: chain.clone(),
        store: store.clone(),
        secrets,
        player,
        storage_key,
        past: Vec::new(),
        placed: Vec::new(),
        links: links.clone(),
        clock: real,
        settings: settings::of(&config, "practice").game,
    })
    .unwrap();
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());

    let clock = Arc::new(ManualClock::default());
    let consensus = consensus::Running {
        manager: chain,
        heart: heart(&clock),
    };
    let turn = || drop(tasks.spawn(turning.run(cancel.clone())));
    let probe = falls_silent_until_it_turns(&consensus, &clock, turn).await;
    assert!(probe.detail.starts_with("height "), "{probe:?}");

    let game = game::Running {
        heart: heart(&clock),
        manager,
        links,
    };
    let play = playing(cancel.clone());
    let turn = || drop(tasks.spawn(play));
    let probe = falls_silent_until_it_turns(&game, &clock, turn).await;
    assert!(probe.detail.ends_with(" open"), "{probe:?}");
    cancel.cancel();
}
