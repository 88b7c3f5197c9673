//! Lifecycle, registry, health report, stop and emergency: the figures of the README.
//!
//! `cargo bench --bench app`. Beside the medians that divan prints, the tail of a read beside a
//! busy writer is printed at the end.

#![expect(
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    reason = "a bench that can't go on shall end"
)]

use std::{
    collections::HashMap,
    hint::black_box,
    sync::{
        Arc, LazyLock, Mutex, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use bitcraps::{
    app::{AppSettings, BitCrapsApp, EmergencyHook, RunningService, Service, ServiceContext},
    clock::{Clock, SystemClock},
    coordination::{Importance, Probe, ServiceRegistry},
    error::Error,
    state::lifecycle::{ApplicationState, ApplicationStateMachine},
};
use divan::{Bencher, counter::ItemsCount};
use futures::future::BoxFuture;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
    print_the_tail_of_reads();
}

/// A machine in Running.
fn running_machine() -> ApplicationStateMachine {
    let machine = ApplicationStateMachine::new(Arc::new(SystemClock::new()));
    for state in [
        ApplicationState::Initializing,
        ApplicationState::ServicesStarting,
        ApplicationState::Running,
    ] {
        machine.transition_to(state, "start").expect("legal");
    }
    machine
}

/// Goes to Degraded, or back.
fn toggle(machine: &ApplicationStateMachine) {
    let wanted = match machine.phase() {
        ApplicationState::Running => ApplicationState::Degraded,
        _ => ApplicationState::Running,
    };
    black_box(machine.transition_to(wanted, "a probe changed its mind")).expect("legal");
}

/// Runs `work` beside a writer of about 45,000 changes a second: 45 in each millisecond.
fn beside_a_writer<R>(machine: &ApplicationStateMachine, work: impl FnOnce() -> R) -> R {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                (0..45).for_each(|_| toggle(machine));
                thread::park_timeout(Duration::from_millis(1));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// Iterations of a sample, so many that threads truly run beside each other.
const LONG: u32 = 100_000;

/// Reads of the lifecycle beside a writer, on one and on two threads.
mod state_read {
    use super::{Bencher, ItemsCount, LONG, beside_a_writer, black_box, running_machine};

    #[divan::bench(threads = [1, 2], sample_count = 50, sample_size = LONG)]
    fn view_by_reference(bencher: Bencher) {
        let machine = running_machine();
        beside_a_writer(&machine, || {
            bencher
                .counter(ItemsCount::new(1_u32))
                .bench(|| machine.read(|view| black_box(view.sequence)));
        });
    }

    #[divan::bench(threads = [1, 2], sample_count = 50, sample_size = LONG)]
    fn view_as_a_clone(bencher: Bencher) {
        let machine = running_machine();
        beside_a_writer(&machine, || {
            bencher
                .counter(ItemsCount::new(1_u32))
                .bench(|| machine.view());
        });
    }

    #[divan::bench(threads = [1, 2], sample_count = 50, sample_size = LONG)]
    fn phase_alone(bencher: Bencher) {
        let machine = running_machine();
        beside_a_writer(&machine, || {
            bencher
                .counter(ItemsCount::new(1_u32))
                .bench(|| black_box(&machine).phase());
        });
    }
}

/// A transition with number, reason and history, published to one watcher.
#[divan::bench]
fn transition_in_memory(bencher: Bencher) {
    let machine = running_machine();
    let watcher = machine.watch();
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench(|| toggle(&machine));
    drop(watcher);
}

const NAMES: [&str; 32] = [
    "storage",
    "ledger",
    "tcp",
    "ble",
    "mesh",
    "consensus",
    "game manager",
    "persistence",
    "backup",
    "health server",
    "control",
    "log",
    "lobby",
    "chat",
    "bots",
    "clock",
    "audit",
    "snapshots",
    "recovery",
    "identity",
    "keystore",
    "relay",
    "mdns",
    "gossip",
    "invitations",
    "metrics",
    "charter",
    "treasury",
    "dice",
    "tables",
    "history",
    "settings",
];

/// Finding a service, and the same in a locked map.
mod service {
    use super::{
        Arc, AtomicBool, Bencher, Duration, HashMap, ItemsCount, LONG, NAMES, Ordering, RwLock,
        ServiceRegistry, black_box, thread,
    };

    #[divan::bench(threads = [1, 6], sample_count = 50, sample_size = LONG)]
    fn clone_and_drop_of_a_handle(bencher: Bencher) {
        let slot = Some(Arc::new(7_u64));
        bencher.bench(|| drop(black_box(slot.clone())));
    }

    #[divan::bench(threads = [1, 2, 6], sample_count = 50, sample_size = LONG)]
    fn get_by_name_of_32_in_the_registry(bencher: Bencher) {
        let registry = ServiceRegistry::default();
        for name in NAMES {
            registry.register(name, Arc::new(7_u64)).expect("room");
        }
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let replacer = scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    registry.replace("ledger", Arc::new(8_u64)).expect("known");
                    thread::park_timeout(Duration::from_secs(1));
                }
            });
            bencher
                .counter(ItemsCount::new(1_u32))
                .bench(|| registry.get::<u64>(black_box("game manager")));
            done.store(true, Ordering::Relaxed);
            replacer.thread().unpark();
        });
    }

    #[divan::bench(threads = [1, 2, 6], sample_count = 50, sample_size = LONG)]
    fn get_by_name_of_32_in_a_locked_map(bencher: Bencher) {
        let services = NAMES.map(|name| (name, Arc::new(7_u64)));
        let map = RwLock::new(HashMap::from(services));
        bencher.counter(ItemsCount::new(1_u32)).bench(|| {
            map.read()
                .expect("not poisoned")
                .get(black_box("game manager"))
                .cloned()
        });
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder.worker_threads(2).enable_all().build();
    built.expect("a runtime")
});

/// A service with one loop, nothing pending and a key.
#[derive(Debug)]
struct Idle {
    name: &'static str,
    needs: &'static [&'static str],
    key: Arc<Mutex<[u8; 32]>>,
}

#[derive(Debug)]
struct Up;

struct Key(Arc<Mutex<[u8; 32]>>);

impl EmergencyHook for Key {
    fn wipe(&self) {
        *self.0.lock().expect("not poisoned") = black_box([0; 32]);
    }
}

impl Service for Idle {
    fn name(&self) -> &'static str {
        self.name
    }

    fn importance(&self) -> Importance {
        Importance::Mandatory
    }

    fn depends_on(&self) -> &'static [&'static str] {
        self.needs
    }

    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(async move {
            let cancelled = context.cancelled();
            context.spawn_loop(async move {
                cancelled.cancelled().await;
                Ok(())
            });
            context.on_emergency(Arc::new(Key(Arc::clone(&self.key))));
            Ok(Box::new(Up) as Box<dyn RunningService>)
        })
    }
}

impl RunningService for Up {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async { Probe::healthy("idle") })
    }
}

/// Returns a running application of eight services.
fn running_app() -> BitCrapsApp {
    let rows: [(&str, &[&str]); 8] = [
        ("storage", &[]),
        ("ledger", &["storage"]),
        ("tcp", &[]),
        ("mesh", &["tcp"]),
        ("consensus", &["ledger", "mesh"]),
        ("game manager", &["consensus"]),
        ("log", &[]),
        ("control", &["game manager"]),
    ];
    let service = |(name, needs)| {
        let key = Arc::default();
        Arc::new(Idle { name, needs, key }) as Arc<dyn Service>
    };
    let services: Vec<_> = rows.into_iter().map(service).collect();
    RUNTIME.block_on(async {
        let clock = Arc::new(SystemClock::new());
        let app = BitCrapsApp::new(AppSettings::default(), Box::new(services), clock);
        app.start().await.expect("nothing is wrong");
        app
    })
}

/// From `stop` to all tasks of eight services joined.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn graceful_stop_of_eight_services(bencher: Bencher) {
    bencher.with_inputs(running_app).bench_values(|app| {
        let report = RUNTIME.block_on(app.stop("bench")).expect("alive");
        assert!(report.forced.is_empty());
        app
    });
}

/// Until the gate is closed, everything is cancelled and eight keys are wiped.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn emergency_stop_of_eight_services(bencher: Bencher) {
    bencher.with_inputs(running_app).bench_values(|app| {
        black_box(app.emergency_stop("bench"));
        app
    });
}

/// The rolled-up health report, read in process.
#[divan::bench(threads = [1, 2], sample_count = 50, sample_size = LONG)]
fn health_read(bencher: Bencher) {
    let app = running_app();
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench(|| black_box(app.health().overall));
}

/// The tail of single reads beside the writer. Each figure includes two reads of the clock.
#[expect(clippy::print_stdout, reason = "the figures are what the bench is for")]
fn print_the_tail_of_reads() {
    const READS: usize = 1_000_000;
    let machine = running_machine();
    let clock = SystemClock::new();
    let mut nanos = Vec::with_capacity(READS);
    beside_a_writer(&machine, || {
        for _ in 0..READS {
            let began = clock.monotonic();
            black_box(machine.read(|view| view.sequence));
            nanos.push(clock.monotonic().saturating_sub(began).as_nanos());
        }
    });
    nanos.sort_unstable();
    let at = |share: usize| nanos[READS * share / 1_000];
    println!(
        "one view read beside 45,000 changes/s, clock included: p50 {} ns, p99 {} ns, p99.9 {} ns",
        at(500),
        at(990),
        at(999)
    );
}
