//! The real services, each failing at its start and each killed while it runs.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::future::BoxFuture;

use super::*;
use crate::app::{Preparation, RunningService, Service, ServiceContext};
use crate::club::ClubId;
use crate::control::SOCKET_NAME;
use crate::coordination::{Importance, Probe, ServiceHealth};
use crate::craps::Action;
use crate::error::Error;
use crate::files::write_atomic;
use crate::node::desk;
use crate::node::phase_one::PhaseOne;
use crate::storage::{Store, Write};

/// The services in the order in which they start.
const ORDER: [&str; 6] = [
    "storage",
    "ledger",
    "consensus",
    SERVICE_NAME,
    "control",
    "log",
];

/// What the services of a node did, and by what their tasks can be reached.
#[derive(Debug, Default)]
struct Notes {
    journal: Mutex<Vec<String>>,
    contexts: Mutex<BTreeMap<&'static str, ServiceContext>>,
}

impl Notes {
    fn note(&self, sign: char, name: &str) {
        self.journal.lock().unwrap().push(format!("{sign}{name}"));
    }

    fn journal(&self) -> Vec<String> {
        std::mem::take(&mut *self.journal.lock().unwrap())
    }

    /// Lets a task of a running service panic.
    fn kill(&self, name: &str) {
        let contexts = self.contexts.lock().unwrap();
        contexts[name].spawn(async { panic!("killed by a test") });
    }
}

/// Phase one as it is; notes are taken of each service that it prepares.
#[derive(Debug)]
struct Noting {
    phase_one: PhaseOne,
    notes: Arc<Notes>,
}

impl Preparation for Noting {
    fn prepare(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>> {
        Box::pin(async {
            let services = self.phase_one.prepare(context).await?;
            let noted = services.into_iter().map(|service| {
                let notes = Arc::clone(&self.notes);
                Arc::new(Noted { service, notes }) as Arc<dyn Service>
            });
            Ok(noted.collect())
        })
    }
}

#[derive(Debug)]
struct Noted {
    service: Arc<dyn Service>,
    notes: Arc<Notes>,
}

impl Service for Noted {
    fn name(&self) -> &'static str {
        self.service.name()
    }
    fn importance(&self) -> Importance {
        self.service.importance()
    }
    fn depends_on(&self) -> &'static [&'static str] {
        self.service.depends_on()
    }
    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(async {
            let (name, notes) = (self.name(), Arc::clone(&self.notes));
            let running = self.service.start(context.clone()).await?;
            notes.note('+', name);
            notes.contexts.lock().unwrap().insert(name, context);
            Ok(Box::new(NotedRun {
                name,
                running,
                notes,
            }) as Box<dyn RunningService>)
        })
    }
}

#[derive(Debug)]
struct NotedRun {
    name: &'static str,
    running: Box<dyn RunningService>,
    notes: Arc<Notes>,
}

impl RunningService for NotedRun {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        self.running.probe()
    }
    fn stop(&self) -> BoxFuture<'_, ()> {
        self.notes.note('-', self.name);
        self.running.stop()
    }
}

fn ups(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("+{name}")).collect()
}

fn downs(names: &[&str]) -> Vec<String> {
    names.iter().rev().map(|name| format!("-{name}")).collect()
}

fn row(node: &Node, name: &str) -> ServiceHealth {
    node.app.health().service(name).unwrap().clone()
}

impl Place {
    /// A node whose services all can run, the log as well.
    fn noting(&self) -> (Node, Arc<Notes>) {
        let mut parts = self.parts_at(&self.data_dir(), Answers::Nobody);
        let settings = settings::of(&parts.config, &parts.table).log;
        let logs = crate::logs::open(settings, Arc::clone(&parts.clock));
        parts.log = Arc::new(LogState(logs.map(|(_subscriber, logs)| logs)));
        let notes = Arc::new(Notes::default());
        let around = |phase_one| -> Box<dyn Preparation> {
            let notes = Arc::clone(&notes);
            Box::new(Noting { phase_one, notes })
        };
        (Node::prepared_by(parts, around), notes)
    }

    /// A directory with a club in it.
    async fn founded() -> Self {
        let place = Self::new();
        let (node, notes) = place.noting();
        assert_eq!(node.app.start().await.unwrap(), ApplicationState::Running);
        sees_seats(&node, 3).await;
        assert_eq!(notes.journal(), ups(&ORDER));
        node.close("a club is there").await.unwrap();
        assert_eq!(notes.journal(), downs(&ORDER));
        place
    }
}

/// Bets a chip under a new number, so that keys, chain, disk and manager have all had their part in an answer.
async fn takes_a_bet(node: &Node, id: u64) {
    let table = sees_seats(node, 3).await;
    let place = Action::Place {
        bet: "pass".parse().unwrap(),
        amount: Chips::new(1),
    };
    let intent = Intent::Bets {
        game: table.game,
        roll: table.roll,
        actions: vec![place],
    };
    let reply = desk::ask(&node.app, IntentId(id), intent).await;
    assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
}

/// Starts a node in which a service that the others need can't start because of what `breaks` does,
/// and starts it again without that.
async fn rolls_back(name: &'static str, reason: &str, breaks: impl FnOnce(&Node)) {
    let place = Place::founded().await;
    let store = place.config().store_file();
    let whole = std::fs::read(&store).unwrap();
    let (node, notes) = place.noting();
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let before = tasks();
    breaks(&node);
    let error = node.app.start().await.unwrap_err();

    let words = error.to_string();
    let head = format!("{name} could not start: ");
    assert!(words.starts_with(&head), "{words}");
    assert!(words.contains(reason), "{words}");
    assert!(error.cause().is_some_and(|cause| !cause.hints().is_empty()));
    let view = node.app.lifecycle();
    assert_eq!(view.state, ApplicationState::Error);
    assert_eq!(view.reason.as_str(), words);
    let failed = row(&node, name);
    assert!(
        matches!(&failed.state, ServiceState::Failed { error } if error.contains(reason)),
        "{failed:?}"
    );
    assert!(failed.remedy.is_some());

    let below: Vec<_> = ORDER
        .into_iter()
        .take_while(|known| *known != name)
        .collect();
    assert_eq!(notes.journal(), [ups(&below), downs(&below)].concat());
    // A task is gone a moment after whoever waited for its end went on.
    while tasks() > before {
        tokio::task::yield_now().await;
    }
    assert!(
        node.tasks.is_empty(),
        "nothing outlives a start that failed"
    );
    assert!(node.app.registry().names().is_empty());
    assert!(!place.data_dir().join(SOCKET_NAME).exists());

    replace(&store, &whole);
    // Nobody has the store's file open.
    drop(Store::open_or_create(&store).unwrap());
    assert_eq!(node.app.start().await.unwrap(), ApplicationState::Running);
    takes_a_bet(&node, 1).await;
    node.close("it works again").await.unwrap();
    assert!(!place.data_dir().join(SOCKET_NAME).exists());
    drop(free_lock(&place.data_dir(), UnixMillis(1)));
}

/// Puts another content in the place of a file.
fn replace(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap();
    write_atomic(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_cannot_start_leaves_nothing_behind() {
    rolls_back("storage", Store::FILE_NAME, |node| {
        let path = node.config.store_file();
        let bytes = std::fs::read(&path).unwrap();
        replace(&path, &bytes[..bytes.len() / 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_cannot_start_leaves_nothing_behind() {
    rolls_back("ledger", "charter", |node| {
        let mut store = Store::open_or_create(&node.config.store_file()).unwrap();
        let club = Write::Club {
            club: ClubId([0; 32]),
            charter: b"no charter".to_vec(),
            state: b"no state".to_vec(),
            secrets: Vec::new(),
        };
        store.write(&[club]).pop().unwrap().unwrap();
    })
    .await;
}

/// The name under which a service makes itself known, the last step of its start, is taken.
fn occupied(name: &'static str) -> impl FnOnce(&Node) {
    move |node| {
        let registry = node.app.registry();
        registry.register(name, Arc::new(())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consensus_that_cannot_start_leaves_nothing_behind() {
    rolls_back("consensus", "registered", occupied("consensus")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_manager_that_cannot_start_leaves_nothing_behind() {
    rolls_back(SERVICE_NAME, "registered", occupied(SERVICE_NAME)).await;
}

/// Starts a node in which a service that the others can do without can't start because of what
/// stands at `path`.
async fn plays_on_without(name: &'static str, path: &str, reason: &str) {
    let place = Place::founded().await;
    let obstacle = place.data_dir().join(path);
    if obstacle.is_dir() {
        std::fs::remove_dir_all(&obstacle).unwrap();
        write_atomic(&obstacle, b"in the way").unwrap();
    } else {
        std::fs::create_dir(&obstacle).unwrap();
    }
    let (node, notes) = place.noting();
    assert_eq!(node.app.start().await.unwrap(), ApplicationState::Degraded);
    let others: Vec<_> = ORDER.into_iter().filter(|known| *known != name).collect();
    assert_eq!(notes.journal(), ups(&others));
    let failed = row(&node, name);
    assert!(
        matches!(&failed.state, ServiceState::Failed { error } if error.contains(reason)),
        "{failed:?}"
    );
    let told = node.app.lifecycle().reason.to_string();
    let way_out = failed.remedy.unwrap();
    assert!(told.starts_with(name) && told.contains(reason), "{told}");
    assert!(told.ends_with(way_out.as_str()), "{told}");
    takes_a_bet(&node, 1).await;
    node.close("the obstacle is taken away").await.unwrap();
    assert_eq!(notes.journal(), downs(&others));

    if obstacle.is_dir() {
        std::fs::remove_dir(&obstacle).unwrap();
    } else {
        std::fs::remove_file(&obstacle).unwrap();
    }
    let (node, _) = place.noting();
    assert_eq!(node.app.start().await.unwrap(), ApplicationState::Running);
    node.close("done").await.unwrap();
    assert!(!place.data_dir().join(SOCKET_NAME).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_socket_that_cannot_start_leaves_the_rest_playing() {
    plays_on_without("control", SOCKET_NAME, "in its place").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_start_leaves_the_rest_playing() {
    plays_on_without("log", "logs", "cannot be written").await;
}

/// Lets a service panic in the middle of play: its row says so, it is started again with those that
/// need it, and play goes on.
async fn comes_back(name: &'static str, with: &[&str]) {
    // Nothing is probed meanwhile: on a busy machine an answer that is late would be the last error.
    let place = Place::founded()
        .await
        .with("BITCRAPS_SERVICES_PROBE_INTERVAL", "60000")
        .with("BITCRAPS_SERVICES_PROBE_TIMEOUT", "59999");
    let (node, notes) = place.noting();
    node.app.start().await.unwrap();
    takes_a_bet(&node, 1).await;
    notes.journal();

    notes.kill(name);
    let mut health = node.app.links().health;
    let back = |report: &Arc<ServiceHealthReport>| {
        with.iter().chain([&name]).all(|name| {
            let row = report.service(name).unwrap();
            row.restarts == 1 && row.state.is_up()
        })
    };
    let seen = tokio::time::timeout(PATIENCE, health.wait_for(back)).await;
    drop(seen.expect("in time").unwrap());
    let killed = row(&node, name);
    assert_eq!(
        killed.last_error.as_deref(),
        Some("it panicked: killed by a test")
    );
    let taken: Vec<_> = ORDER
        .into_iter()
        .filter(|known| *known == name || with.contains(known))
        .collect();
    assert_eq!(notes.journal(), [downs(&taken), ups(&taken)].concat());
    assert!(node.app.phase().takes_commands());
    takes_a_bet(&node, 2).await;
    let left = node.close("done").await.unwrap();
    assert!(left.forced.is_empty() && left.stuck.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_storage_comes_back() {
    let above = ["ledger", "consensus", SERVICE_NAME, "control"];
    comes_back("storage", &above).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_ledger_comes_back() {
    comes_back("ledger", &["consensus", SERVICE_NAME, "control"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_consensus_comes_back() {
    comes_back("consensus", &[SERVICE_NAME, "control"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_game_manager_comes_back() {
    comes_back(SERVICE_NAME, &["control"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_control_socket_comes_back() {
    comes_back("control", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_log_comes_back() {
    comes_back("log", &[]).await;
}
