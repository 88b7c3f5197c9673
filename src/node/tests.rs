//! A whole node on a real directory, without a screen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::emergency::{CONTEXT, FILE_NAME, SignedMark};
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
use crate::tui::caps::{Caps, Surroundings};
use crate::tui::link::AppCommand;

/// A data directory with settings that make a start quick.
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
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let mut config = self.config();
        config.data_dir = data_dir.to_owned();
        config.db_path = data_dir.join("db");
        let lock = free_lock(data_dir, clock.now());
        let log = LogState(Err(LogError::AlreadyStarted));
        Node::new(NodeParts {
            config: Arc::new(config),
            lock: Arc::new(lock),
            clock,
            answers,
            table: settings::PRACTICE_TABLE.to_owned(),
            log: Arc::new(log),
            keyring: self.keyring(),
            more: Vec::new(),
        })
    }
}

/// The log of a test is not started, so this is what every run comes to.
const STARTED: ApplicationState = ApplicationState::Degraded;

/// The lock of a directory whose last node has been closed, and lets go as its last task ends.
fn free_lock(data_dir: &Path, now: UnixMillis) -> DataDirLock {
    for _ in 0..100_000 {
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
    let seen = tokio::time::timeout(Duration::from_secs(20), wait).await;
    seen.expect("in time").unwrap().clone().unwrap()
}

async fn wants(node: &Node, wanted: impl FnMut(&StartView) -> bool) -> StartView {
    let mut start = node.start.subscribe();
    let seen = tokio::time::timeout(Duration::from_secs(20), start.wait_for(wanted)).await;
    seen.expect("in time").unwrap().clone()
}

/// Waits for the club, which the manager shows when it has looked at it.
async fn club(node: &Node) -> Arc<ClubView> {
    let mut club = node.game.club.subscribe();
    let seen = tokio::time::timeout(Duration::from_secs(20), club.wait_for(Option::is_some)).await;
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
async fn a_new_player_is_asked_for_a_name_and_may_lock_the_key() {
    let place = Place::new().without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let app = node.app.clone();
    let start = TaskTracker::new().spawn(async move { app.start().await });
    wants(&node, |view| *view == StartView::NameNeeded).await;
    let passphrase = Passphrase::new("correct horse").unwrap();
    let begin = Answer::Begin {
        name: "bo".to_owned(),
        passphrase: Some(passphrase.clone()),
    };
    node.answers.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    assert_eq!(club(&node).await.me.as_str(), "bo");
    node.close("again").await.unwrap();

    // The next start asks for the passphrase, as often as it takes, and not for the name.
    let node = place.node(Answers::Person);
    let app = node.app.clone();
    let start = TaskTracker::new().spawn(async move { app.start().await });
    wants(&node, |view| {
        matches!(
            view,
            StartView::PassphraseNeeded {
                refused: 0,
                keyring: None
            }
        )
    })
    .await;
    node.answers
        .send(Answer::Unlock(Passphrase::new("wrong").unwrap()))
        .await
        .unwrap();
    wants(&node, |view| {
        matches!(view, StartView::PassphraseNeeded { refused: 1, .. })
    })
    .await;
    node.answers.send(Answer::Unlock(passphrase)).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("done").await.unwrap();

    // Where nobody can be asked, a locked key is an error that says what is missing.
    let node = place.node(Answers::Nobody);
    let error = node.app.start().await.unwrap_err();
    assert_eq!(
        error.cause().map(crate::error::Error::kind),
        Some(Kind::Storage),
        "{error}"
    );
}

fn begins(node: &Node) -> tokio::task::JoinHandle<Result<ApplicationState, StartError>> {
    let app = node.app.clone();
    TaskTracker::new().spawn(async move { app.start().await })
}

async fn unlocks(node: &Node, typed: &str) {
    let typed = Passphrase::new(typed).unwrap();
    node.answers.send(Answer::Unlock(typed)).await.unwrap();
}

/// What the storage says of itself once it was asked.
async fn storage_detail(node: &Node) -> String {
    let mut health = node.app.links().health;
    let detail = |report: &ServiceHealthReport| {
        let storage = report.service("storage");
        storage.map_or_else(String::new, |storage| storage.detail.clone())
    };
    let asked = health.wait_for(|report| !detail(report).is_empty());
    let seen = tokio::time::timeout(Duration::from_secs(20), asked).await;
    detail(&seen.expect("in time").unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_holds_the_passphrase_and_is_never_needed() {
    let place = Place::new().with("BITCRAPS_KEYRING", "true");
    let place = place.without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let start = begins(&node);
    wants(&node, |view| *view == StartView::NameNeeded).await;
    let begin = Answer::Begin {
        name: "bo".to_owned(),
        passphrase: Some(Passphrase::new("correct horse").unwrap()),
    };
    node.answers.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("again").await.unwrap();
    let file = place.data_dir().join(SecureKeystore::FILE_NAME);
    let bytes = std::fs::read(&file).unwrap();

    // The keyring opens it: nobody is asked, and nobody need be there.
    let node = place.node(Answers::Nobody);
    assert_eq!(node.app.start().await.unwrap(), STARTED);
    assert!(
        storage_detail(&node)
            .await
            .ends_with("key opened by the keyring")
    );
    node.close("again").await.unwrap();

    // A locked one is named where the passphrase is asked, and the answer is held again.
    place.break_keyring();
    let node = place.node(Answers::Person);
    let start = begins(&node);
    let asked = |view: &StartView| matches!(view, StartView::PassphraseNeeded { .. });
    let StartView::PassphraseNeeded { refused, keyring } = wants(&node, asked).await else {
        unreachable!("it was waited for")
    };
    assert_eq!(refused, 0);
    assert!(keyring.unwrap().contains("it is locked"));
    unlocks(&node, "a wrong one").await;
    wants(&node, |view| {
        matches!(view, StartView::PassphraseNeeded { refused: 1, .. })
    })
    .await;
    unlocks(&node, "correct horse").await;
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    assert!(
        storage_detail(&node)
            .await
            .ends_with("key opened by its passphrase")
    );
    node.close("again").await.unwrap();

    // An empty one, as after a restart of the machine, is no error either.
    let key = SecureKeystore::new(&file, crate::identity::ProofBits::new(1).unwrap());
    assert!(
        place
            .keyring()
            .forget(&key.public_key().unwrap().0)
            .unwrap()
    );
    let node = place.node(Answers::Nobody);
    let error = node.app.start().await.unwrap_err();
    let cause = error.cause().unwrap();
    assert_eq!(cause.kind(), Kind::Storage);
    assert!(
        cause
            .to_string()
            .contains("the keyring holds no passphrase"),
        "{cause}"
    );
    assert_eq!(
        std::fs::read(&file).unwrap(),
        bytes,
        "nothing touched the key"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_is_off_is_not_asked() {
    let place = Place::new();
    let secret = place.folder.path().join("secret");
    crate::storage::write_atomic(&secret, b"correct horse\n").unwrap();
    let place = place.with("BITCRAPS_PASSPHRASE_FILE", secret.to_str().unwrap());
    let node = place.node(Answers::Nobody);
    assert_eq!(node.app.start().await.unwrap(), STARTED);
    assert!(
        storage_detail(&node)
            .await
            .ends_with("key opened by the passphrase file")
    );
    node.close("done").await.unwrap();
    assert!(place.store.inner.lock().unwrap().borrow().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn making_an_identity_shows_progress_and_can_be_given_up() {
    // 2^32 keys: it would take hours.
    let place = Place::new().with("BITCRAPS_PROOF_BITS", "32");
    let node = place.node(Answers::Person);
    let app = node.app.clone();
    let start = TaskTracker::new().spawn(async move { app.start().await });
    wants(
        &node,
        |view| matches!(view, StartView::Mining { tried, .. } if *tried > 0),
    )
    .await;
    node.answers.send(Answer::CancelMining).await.unwrap();
    assert!(start.await.unwrap().is_err());
    assert_eq!(node.app.phase(), ApplicationState::Error);
    assert!(!place.data_dir().join(SecureKeystore::FILE_NAME).exists());
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
    assert!(control.remedy.is_some());
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
    crate::storage::write_atomic(&path, &bytes).unwrap();

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

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_closes_the_table_and_leaves_a_signed_mark() {
    let place = Place::new().with("BITCRAPS_NODE_ID", "garage");
    let node = place.node(Answers::Nobody);
    node.app.start().await.unwrap();
    let table = sees_seats(&node, 3).await;
    let manager = node
        .app
        .service::<ConsensusGameManager>(SERVICE_NAME)
        .unwrap();
    node.app.emergency_stop("a test");
    node.app.settled().await.unwrap();
    assert_eq!(node.app.phase(), ApplicationState::Error);
    let refused = manager
        .ask(IntentId(1), Intent::Roll { game: table.game })
        .await;
    assert!(matches!(refused, Reply::Rejected(_)), "{refused:?}");
    assert!(
        node.app.start().await.is_err(),
        "an emergency is left by a reset alone"
    );

    let file = SecureKeystore::new(
        place.data_dir().join(SecureKeystore::FILE_NAME),
        crate::identity::ProofBits::new(1).unwrap(),
    );
    let keystore = file.load(None).unwrap();
    let sealed = std::fs::read(place.data_dir().join(FILE_NAME)).unwrap();
    let plain = keystore
        .storage_key()
        .open(CONTEXT, FILE_NAME.as_bytes(), &sealed)
        .unwrap();
    let SignedMark { mark, signature } = postcard::from_bytes(&plain).unwrap();
    assert_eq!(
        (mark.reason.as_str(), mark.height.is_some()),
        ("a test", true)
    );
    let signature: Vec<u8> = [signature.0, signature.1].concat();
    let message = postcard::to_stdvec(&mark).unwrap();
    let owner = crate::identity::Signer::public_key(keystore.identity());
    assert!(owner.verify(&message, signature.as_slice().try_into().unwrap()));

    // The socket still answers, and the reset brings everything back.
    let data_dir = place.data_dir();
    let asked = tokio::task::spawn_blocking(move || {
        let mut client = ControlClient::connect(&data_dir)?;
        let mut states = Vec::new();
        let row = |row| {
            if let Row::Health(health) = row {
                states.push((health.node, health.lifecycle.state));
            }
            Ok::<(), crate::control::ControlError>(())
        };
        client.ask(Request::Health { watch: false }, row)?;
        Ok::<_, crate::control::ControlError>(states)
    });
    let expected = [("garage".to_owned(), "Error".to_owned())];
    assert_eq!(asked.await.unwrap().unwrap(), expected);
    assert_eq!(node.app.reset("the test goes on").await.unwrap(), STARTED);
    sees_seats(&node, 3).await;
    assert!(!place.data_dir().join(FILE_NAME).exists());
    node.close("done").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_outlives_the_process_until_it_is_reset() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    node.app.start().await.unwrap();
    sees_seats(&node, 3).await;
    node.app.emergency_stop("a test");
    node.app.settled().await.unwrap();
    node.close("the player quit").await.unwrap();

    let node = place.node(Answers::Nobody);
    let barred = node.app.start().await.unwrap_err();
    assert_eq!(
        crate::error::Explain::kind(&barred),
        Kind::Refused,
        "{barred}"
    );
    let link = super::desk::open(&node, tokio::sync::watch::Sender::default().subscribe());
    let reset = AppCommand::Reset;
    link.commands.send(reset).await.unwrap();
    sees_seats(&node, 3).await;
    assert!(!place.data_dir().join(FILE_NAME).exists());
    node.close("done").await.unwrap();
}

#[test]
fn settings_reach_the_table_the_club_and_the_deadlines() {
    let place = Place::new()
        .with("BITCRAPS_MAX_GAMES", "7")
        .with("BITCRAPS_SESSION_TIMEOUT", "90")
        .with("BITCRAPS_TABLE_MIN_BET", "5")
        .with("BITCRAPS_TABLE_MAX_BET", "50")
        .with("BITCRAPS_TABLE_SIDE_BET_MAX", "9")
        .with("BITCRAPS_TABLE_ODDS", "10x")
        .with("BITCRAPS_TABLE_SEATS", "6")
        .with("BITCRAPS_TABLE_BOTS", "4")
        .with("BITCRAPS_BOT_PACE", "250");
    let config = place.config();
    let club = settings::solo_club(&config.club);
    assert_eq!(
        (club.max_games, club.session_timeout_seconds, club.work_bits),
        (7, 90, 0)
    );
    let game = settings::game(&config, "back room", 1);
    assert_eq!(game.table_name, "back room");
    let rules = &game.rules;
    let limits = [rules.min_bet, rules.max_bet, rules.side_bet_max].map(Chips::get);
    assert_eq!(limits, [5, 50, 9]);
    assert_eq!(rules.odds.name(), "10x");
    assert_eq!((game.seats_max, game.bots.len()), (6, 4));
    assert_eq!(game.pace, Duration::from_millis(250));
}

#[test]
fn waits_of_the_services_are_not_mixed_up() {
    let place = Place::new()
        .with("BITCRAPS_SERVICES_PROPOSE_TIMEOUT", "1001")
        .with("BITCRAPS_SERVICES_START_DEADLINE", "1002")
        .with("BITCRAPS_SERVICES_STOP_DEADLINE", "1003")
        .with("BITCRAPS_SERVICES_PROBE_INTERVAL", "1004")
        .with("BITCRAPS_SERVICES_PROBE_TIMEOUT", "105");
    let services = place.config().services;
    let app = settings::app(&services);
    let waits = [
        settings::propose_timeout(&services),
        app.start_step_within,
        app.stop_within,
        app.probe_every,
        app.probe_timeout,
    ];
    assert_eq!(
        waits.map(|wait| wait.as_millis()),
        [1001, 1002, 1003, 1004, 105]
    );
}

/// What the parts of a node are given of the settings.
fn given(config: &ApplicationConfig) -> String {
    let surroundings = Surroundings {
        utf8: true,
        term: Some("xterm-256color".to_owned()),
        ..Surroundings::default()
    };
    format!(
        "{:?}",
        (
            (
                config.store_file(),
                config.log_dir(),
                config.control_socket()
            ),
            config.effective_log_level(),
            settings::solo_club(&config.club),
            settings::game(config, "practice", 1),
            settings::app(&config.services),
            settings::propose_timeout(&config.services),
            Caps::of(&surroundings, &config.screen),
        )
    )
}

#[test]
fn every_setting_changes_what_a_part_is_given() {
    // Those that are read where they are used, each tested there.
    let elsewhere = [
        "name",
        "passphrase_file",
        "keyring",
        "proof_bits",
        "node_id",
    ];
    let changes = [
        ("data_dir", "/elsewhere"),
        ("db_path", "other"),
        ("debug", "true"),
        ("log_level", "trace"),
        ("max_games", "7"),
        ("session_timeout", "90"),
        ("table.min_bet", "5"),
        ("table.max_bet", "50"),
        ("table.side_bet_max", "9"),
        ("table.odds", "10x"),
        ("table.seats", "6"),
        ("table.bots", "4"),
        ("bot.pace", "250"),
        ("screen.ascii", "true"),
        ("screen.color", "none"),
        ("screen.theme", "light"),
        ("screen.reduced_motion", "true"),
        ("services.propose_timeout", "1001"),
        ("services.start_deadline", "1002"),
        ("services.stop_deadline", "1003"),
        ("services.probe_interval", "1004"),
        ("services.probe_timeout", "105"),
    ];
    let place = Place::new();
    let usual = given(&place.config());
    for (key, value) in changes {
        let variable = format!("BITCRAPS_{}", key.replace('.', "_").to_uppercase());
        let environment = place.environment().with(&variable, value);
        let layers = Layers {
            environment,
            ..Layers::default()
        };
        assert_ne!(
            given(&layers.load().unwrap().0),
            usual,
            "{key} has no effect"
        );
    }
    let mut tried: Vec<&str> = changes.iter().map(|(key, _)| *key).collect();
    tried.extend(elsewhere);
    tried.sort_unstable();
    let mut all: Vec<&str> = effective(&place.config())
        .iter()
        .map(|row| row.key)
        .collect();
    all.sort_unstable();
    assert_eq!(tried, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_health_goes_to_a_file_of_the_data_directory() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    let mut link = super::desk::open(&node, tokio::sync::watch::Sender::default().subscribe());
    let save = AppCommand::SaveReport("all is well\n".to_owned());
    link.commands.send(save).await.unwrap();
    let path = place.data_dir().join("health.txt");
    let said = link.answers.recv().await.unwrap();
    assert!(said.contains(path.to_str().unwrap()), "{said}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "all is well\n");
}
