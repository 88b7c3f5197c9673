//! A whole node on a real directory, without a screen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::emergency::{self as marks, FILE_NAME};
use super::profile::Profile;
use super::services::{LogState, OpenStore};
use super::{Answer, Answers, Node, NodeParts, settings};
use tokio_util::task::TaskTracker;

use crate::app::StartError;
use crate::clock::{Clock, SystemClock, UnixMillis};
use crate::config::{ApplicationConfig, Environment, Layers, effective};
use crate::control::{ControlClient, Request, Row};
use crate::coordination::{ServiceHealthReport, ServiceState};
use crate::error::Kind;
use crate::gaming::{
    ClubView, ConsensusGameManager, Intent, IntentId, Reply, SERVICE_NAME, StartView, TableView,
};
use crate::identity::{Keyring, Passphrase, PublicKey, SecureKeystore};
use crate::ledger::Chips;
use crate::logs::LogError;
use crate::state::lifecycle::ApplicationState;
use crate::storage::{DataDirError, DataDirLock};
use crate::tests::PATIENCE;
use crate::tui::caps::{Caps, Surroundings};
use crate::tui::link::AppCommand;

/// A data directory with settings that make a start quick.
mod emergency;
mod every_setting;
mod failing;
mod identity;
mod screen;

struct Place {
    folder: tempfile::TempDir,
    /// What the system's keyring holds.
    store: Arc<keyring_core::mock::Store>,
    settings: Vec<(&'static str, String)>,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            store: keyring_core::mock::Store::new().unwrap(),
            settings: vec![
                ("BITCRAPS_PROOF_BITS", "1".to_owned()),
                ("BITCRAPS_NAME", "ana".to_owned()),
                // No machine is too busy for it.
                ("BITCRAPS_SERVICES_PROPOSE_TIMEOUT", "600000".to_owned()),
                ("BITCRAPS_SERVICES_START_DEADLINE", "600000".to_owned()),
            ],
        }
    }

    fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.settings.retain(|(known, _)| *known != variable);
        self.settings.push((variable, value.to_owned()));
        self
    }

    fn without(mut self, variable: &str) -> Self {
        self.settings.retain(|(known, _)| *known != variable);
        self
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn environment(&self) -> Environment {
        let environment = Environment::default()
            .with("BITCRAPS_DATA_DIR", self.data_dir())
            .with("BITCRAPS_BOT_PACE", "0");
        self.settings
            .iter()
            .fold(environment, |environment, (name, value)| {
                environment.with(name, value)
            })
    }

    fn config(&self) -> ApplicationConfig {
        let layers = Layers {
            environment: self.environment(),
            ..Layers::default()
        };
        layers.load().unwrap().0
    }

    fn keyring(&self) -> Keyring {
        Keyring::on(Arc::clone(&self.store) as Arc<keyring_core::CredentialStore>)
    }

    /// Lets the next use of the keyring fail.
    fn break_keyring(&self) {
        for cred in self.store.inner.lock().unwrap().borrow().iter() {
            cred.set_error(keyring_core::Error::NoStorageAccess("it is locked".into()));
        }
    }

    fn node(&self, answers: Answers) -> Node {
        self.node_at(&self.data_dir(), answers)
    }

    fn node_at(&self, data_dir: &Path, answers: Answers) -> Node {
        Node::new(self.parts_at(data_dir, answers))
    }

    fn parts_at(&self, data_dir: &Path, answers: Answers) -> NodeParts {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let mut config = self.config();
        config.data_dir = data_dir.to_owned();
        config.db_path = data_dir.join("db");
        let lock = free_lock(data_dir, clock.now());
        let log = LogState(Err(LogError::AlreadyStarted));
        NodeParts {
            config: Arc::new(config),
            lock: Arc::new(lock),
            clock,
            answers,
            table: settings::PRACTICE_TABLE.to_owned(),
            log: Arc::new(log),
            keyring: self.keyring(),
            more: Vec::new(),
        }
    }
}

/// The log of a test is not started, so this is what every run comes to.
const STARTED: ApplicationState = ApplicationState::Degraded;

/// The lock of a directory whose last node has been closed, and lets go as its last task ends.
fn free_lock(data_dir: &Path, now: UnixMillis) -> DataDirLock {
    let clock = SystemClock::new();
    while clock.monotonic() < PATIENCE {
        match DataDirLock::acquire(data_dir, now) {
            Ok(lock) => return lock,
            Err(DataDirError::Held { .. }) => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the node before never let go of {}", data_dir.display());
}

async fn sees_seats(node: &Node, seats: usize) -> Arc<TableView> {
    let mut table = node.game.table.subscribe();
    let wait = table.wait_for(|table| {
        table
            .as_ref()
            .is_some_and(|table| table.seats.len() == seats)
    });
    let seen = tokio::time::timeout(PATIENCE, wait).await;
    seen.expect("in time").unwrap().clone().unwrap()
}

fn begins(node: &Node) -> tokio::task::JoinHandle<Result<ApplicationState, StartError>> {
    let app = node.app.clone();
    TaskTracker::new().spawn(async move { app.start().await })
}

async fn wants(node: &Node, wanted: impl FnMut(&StartView) -> bool) -> StartView {
    let mut start = node.start.subscribe();
    let seen = tokio::time::timeout(PATIENCE, start.wait_for(wanted)).await;
    seen.expect("in time").unwrap().clone()
}

/// Waits for the club, which the manager shows when it has looked at it.
async fn club(node: &Node) -> Arc<ClubView> {
    let mut club = node.game.club.subscribe();
    let seen = tokio::time::timeout(PATIENCE, club.wait_for(Option::is_some)).await;
    seen.expect("in time").unwrap().clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_founds_the_solo_club_and_a_second_finds_it() {
    let place = Place::new();
    let mut key: Option<PublicKey> = None;
    for start in 1..=2 {
        let node = place.node(Answers::Nobody);
        assert_eq!(node.app.start().await.unwrap(), STARTED);
        assert!(matches!(
            node.app.start().await,
            Err(StartError::AlreadyStarted { .. })
        ));
        let table = sees_seats(&node, 3).await;
        assert_eq!(table.my_seat().unwrap().name.as_str(), "ana");
        assert_eq!(table.roll, 1, "start {start}");
        let club = club(&node).await;
        assert_eq!(club.balance, Chips::new(10_000));
        let storage = node.app.service::<OpenStore>("storage").unwrap();
        assert_eq!(storage.store.clubs().await.unwrap().len(), 1);
        let file = SecureKeystore::new(
            place.data_dir().join(SecureKeystore::FILE_NAME),
            crate::identity::ProofBits::new(1).unwrap(),
        );
        let loaded = crate::identity::Signer::public_key(file.load(None).unwrap().identity());
        assert_eq!(*key.get_or_insert(loaded), loaded);
        drop(storage);
        let app = node.app.clone();
        let stopped = node.close("the test is over").await.unwrap();
        assert!(
            stopped.forced.is_empty() && stopped.stuck.is_empty(),
            "{stopped:?}"
        );
        assert!(app.service::<ConsensusGameManager>(SERVICE_NAME).is_err());
    }
    assert_eq!(
        Profile::load(&place.data_dir()).unwrap().name.as_deref(),
        Some("ana")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_control_socket_the_game_plays_on_and_says_why() {
    let place = Place::new();
    let long = place.folder.path().join("x".repeat(120));
    let node = place.node_at(&long, Answers::Nobody);
    assert_eq!(node.app.start().await.unwrap(), ApplicationState::Degraded);
    sees_seats(&node, 3).await;
    let report = node.app.health();
    let control = report.service("control").unwrap();
    assert!(
        matches!(&control.state, ServiceState::Failed { error } if error.contains("long")),
        "{control:?}"
    );
    let remedy = control.remedy.as_deref().unwrap_or_default();
    assert!(remedy.contains("a shorter path by --data-dir"), "{remedy}");
    node.close("done").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_stops_the_start_and_is_left_as_it_was() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    node.app.start().await.unwrap();
    sees_seats(&node, 3).await;
    node.close("damage").await.unwrap();
    let path = place.config().store_file();
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    std::fs::remove_file(&path).unwrap();
    crate::files::write_atomic(&path, &bytes).unwrap();

    let node = place.node(Answers::Nobody);
    let error = node.app.start().await.unwrap_err();
    assert_eq!(node.app.phase(), ApplicationState::Error);
    assert_eq!(
        error.cause().map(crate::error::Error::kind),
        Some(Kind::Storage),
        "{error}"
    );
    assert!(error.cause().is_some_and(|cause| !cause.hints().is_empty()));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}
