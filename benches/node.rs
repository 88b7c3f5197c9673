//! Start and stop of a whole node on a data directory with ten thousand blocks, and play on it.
//!
//! `cargo bench --bench node`. The blocks are played through the real chain, once, in memory
//! (`/dev/shm`); the directory is then copied to `target/tmp`, and to the folder that the variable
//! `BENCH_ON` names. Each start is a process of its own with warm caches, as the second start of a
//! day is: this program calls itself. Starting the process, its log and taking the directory's
//! lock are not counted; the key is not locked.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that can't go on shall end, and prints its figures"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bitcraps::app::StartProgress;
use bitcraps::clock::{Clock, SystemClock};
use bitcraps::config::{ApplicationConfig, Environment, Layers};
use bitcraps::craps::{Action, BetKey};
use bitcraps::gaming::{Intent, IntentId, Reply, TableView};
use bitcraps::identity::Keyring;
use bitcraps::ledger::Chips;
use bitcraps::logs;
use bitcraps::node::services::LogState;
use bitcraps::node::settings::{self, PRACTICE_TABLE};
use bitcraps::node::{Answers, Node, NodeParts, desk};
use bitcraps::storage::DataDirLock;
use tokio::runtime::{Builder, Runtime};

/// Blocks of the data directory.
const BLOCKS: u64 = 10_000;

/// Starts that are timed.
const RUNS: usize = 100;

/// Bets and rolls that are timed.
const ROLLS: usize = 1_000;

/// What a start is asked for by its parent.
const ONE: &str = "--one-start";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let one = arguments.iter().position(|argument| argument == ONE);
    match one.and_then(|at| arguments.get(at + 1)) {
        Some(folder) => runtime().block_on(start_and_stop(Path::new(folder))),
        None => measure_all(),
    }
}

/// As the client's.
fn runtime() -> Runtime {
    let built = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    built.expect("threads")
}

fn measure_all() {
    let memory = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
    let original = memory.path().join("original");
    runtime().block_on(play(&original));
    let disk = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let named = std::env::var_os("BENCH_ON").map(PathBuf::from);
    for place in [memory.path().to_owned(), disk].into_iter().chain(named) {
        let folder = tempfile::tempdir_in(&place).expect("a folder");
        let data = folder.path().join("data");
        let copied = Command::new("cp")
            .arg("-a")
            .args([&original, &data])
            .status();
        assert!(copied.expect("cp").success(), "the copy failed");
        measure(&data);
        runtime().block_on(time_play(&data));
    }
}

/// The columns, in the order in which a start prints them.
const COLUMNS: [&str; 8] = [
    "phase one, us",
    "storage and ledger, us",
    "consensus and manager, us",
    "new to running, us",
    "emergency, us",
    "stop, us",
    "growth to ledger, KiB",
    "growth to running, KiB",
];

fn measure(data: &Path) {
    let mut columns = vec![Vec::new(); COLUMNS.len()];
    let program = std::env::current_exe().expect("this program");
    // The first one warms the caches.
    for run in 0..=RUNS {
        let output = Command::new(&program).arg(ONE).arg(data).output();
        let output = output.expect("a start");
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("text");
        let figures = text.split_whitespace().map(str::parse::<u64>);
        for (column, figure) in columns.iter_mut().zip(figures) {
            if run > 0 {
                column.push(figure.expect("a figure"));
            }
        }
    }
    let store = std::fs::metadata(data.join("db/store.redb")).expect("a store");
    println!("{} (store {} KiB)", data.display(), store.len() / 1024);
    for (name, figures) in COLUMNS.into_iter().zip(columns) {
        print_column(name, figures);
    }
}

fn print_column(name: &str, mut figures: Vec<u64>) {
    figures.sort_unstable();
    let at = |percent: usize| figures.get((figures.len() - 1) * percent / 100).copied();
    let [median, tail] = [50, 99].map(|percent| at(percent).expect("a figure"));
    println!("  {name:26} p50 {median:7}  p99 {tail:7}");
}

fn config(data: &Path) -> ApplicationConfig {
    let environment = Environment::default()
        .with("BITCRAPS_DATA_DIR", data)
        .with("BITCRAPS_PROOF_BITS", "1")
        .with("BITCRAPS_TABLE_BOTS", "0")
        .with("BITCRAPS_NAME", "ana");
    let layers = Layers {
        file: None,
        environment,
        command_line: Vec::new(),
    };
    layers.load().expect("legal settings").0
}

/// What there is before a node: settings, lock and log.
fn parts(data: &Path) -> NodeParts {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let config = config(data);
    let lock = DataDirLock::acquire(data, clock.now()).expect("the lock");
    let log = LogState(logs::start(
        settings::of(&config, PRACTICE_TABLE).log,
        Arc::clone(&clock),
    ));
    NodeParts {
        config: Arc::new(config),
        lock: Arc::new(lock),
        clock,
        answers: Answers::Nobody,
        table: PRACTICE_TABLE.to_owned(),
        log: Arc::new(log),
        keyring: Keyring::system(),
        more: Vec::new(),
    }
}

/// Plays until there are enough blocks.
async fn play(data: &Path) {
    let node = Node::new(parts(data));
    node.app.start().await.expect("a start");
    let mut player = Player::new(&node);
    while player.seated().await.height.0 < BLOCKS {
        player.bet().await;
        player.roll().await;
    }
    node.close("enough blocks").await.expect("a stop");
}

/// Times bets and rolls at the table of one player, every write on the disk.
async fn time_play(data: &Path) {
    let parts = parts(data);
    let clock = Arc::clone(&parts.clock);
    let node = Node::new(parts);
    node.app.start().await.expect("a start");
    let mut player = Player::new(&node);
    let (mut bets, mut rolls) = (Vec::new(), Vec::new());
    // The first one warms the caches.
    for run in 0..=ROLLS {
        player.seated().await;
        let asked = clock.monotonic();
        player.bet().await;
        let confirmed = clock.monotonic();
        player.roll().await;
        let rolled = clock.monotonic();
        if run > 0 {
            bets.push(micros(asked, confirmed));
            rolls.push(micros(confirmed, rolled));
        }
    }
    print_column("bet to confirmation, us", bets);
    print_column("roll to dice, us", rolls);
    node.close("measured").await.expect("a stop");
}

fn micros(from: Duration, to: Duration) -> u64 {
    let micros = to.saturating_sub(from).as_micros();
    u64::try_from(micros).expect("a short time")
}

/// Who bets on the field and rolls, again and again.
struct Player<'n> {
    node: &'n Node,
    views: tokio::sync::watch::Receiver<Option<Arc<TableView>>>,
    asked: u64,
}

impl<'n> Player<'n> {
    fn new(node: &'n Node) -> Self {
        Self {
            node,
            views: node.game.table.subscribe(),
            asked: 0,
        }
    }

    async fn seated(&mut self) -> Arc<TableView> {
        let seated =
            |view: &Option<Arc<TableView>>| view.as_ref().is_some_and(|view| view.me.is_some());
        let view = self.views.wait_for(seated).await.expect("a node");
        view.clone().expect("a table")
    }

    /// Bets a chip and waits until the bet stands: decided, and on the disk.
    async fn bet(&mut self) {
        let view = self.seated().await;
        let (game, roll) = (view.game, view.roll);
        let bet: BetKey = "field".parse().expect("a bet");
        let amount = Chips::new(1);
        let actions = vec![Action::Place { bet, amount }];
        let slip = Intent::Bets {
            game,
            roll,
            actions,
        };
        self.ask(slip).await;
    }

    /// Rolls and waits for the dice: locked, opened, closed and on the disk.
    async fn roll(&mut self) {
        let view = self.seated().await;
        let (game, roll) = (view.game, view.roll);
        self.ask(Intent::Roll { game, roll }).await;
        let rolled =
            |now: &Option<Arc<TableView>>| now.as_ref().is_some_and(|now| now.roll > view.roll);
        self.views.wait_for(rolled).await.expect("a node");
    }

    async fn ask(&mut self, intent: Intent) {
        self.asked += 1;
        let reply = desk::ask(&self.node.app, IntentId(self.asked), intent).await;
        assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
    }
}

/// Starts and stops once, and prints a line of figures.
async fn start_and_stop(data: &Path) {
    let parts = parts(data);
    let clock = Arc::clone(&parts.clock);
    let (before, resident) = (clock.monotonic(), resident_kib());
    let node = Node::new(parts);
    let steps = tokio::spawn(steps(node.app.links().start, Arc::clone(&clock)));
    node.app.start().await.expect("a start");
    let running = clock.monotonic();
    let (storage, consensus, control, at_ledger) = steps.await.expect("steps");
    let at_running = resident_kib();
    let alarmed = clock.monotonic();
    node.app.emergency_stop("measured");
    node.app.settled().await.expect("all down");
    let settled = clock.monotonic();
    node.app.reset("goes on").await.expect("a start");
    let again = clock.monotonic();
    node.close("measured").await.expect("a stop");
    let stopped = clock.monotonic();
    println!(
        "{} {} {} {} {} {} {} {}",
        micros(before, storage),
        micros(storage, consensus),
        micros(consensus, control),
        micros(before, running),
        micros(alarmed, settled),
        micros(again, stopped),
        at_ledger.saturating_sub(resident),
        at_running.saturating_sub(resident),
    );
}

/// When the starts of storage, consensus and control begin, and what is resident at the second.
async fn steps(
    mut progress: tokio::sync::watch::Receiver<StartProgress>,
    clock: Arc<dyn Clock>,
) -> (Duration, Duration, Duration, u64) {
    let mut begins = [None; 3];
    let mut at_ledger = 0;
    while begins.contains(&None) {
        progress.changed().await.expect("a start");
        let now = clock.monotonic();
        // The control socket comes after the game manager, the log beside it.
        let reached = match &*progress.borrow_and_update() {
            StartProgress::Idle | StartProgress::Preparing => 0,
            StartProgress::Starting { service, .. } => match *service {
                "storage" | "ledger" | "log" => 1,
                "consensus" | "game manager" => 2,
                _ => 3,
            },
            StartProgress::Ready => 3,
            StartProgress::Failed { what, .. } => panic!("{what}"),
        };
        for begin in begins.iter_mut().take(reached) {
            begin.get_or_insert(now);
        }
        if reached == 2 && at_ledger == 0 {
            at_ledger = resident_kib();
        }
    }
    let [storage, consensus, control] = begins.map(|begin| begin.expect("reached"));
    (storage, consensus, control, at_ledger)
}

/// Resident memory of this process.
fn resident_kib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages = text.split_whitespace().nth(1).map(str::parse::<u64>);
    pages.expect("a figure").expect("a number") * 4
}
