//! A world of six scripted services, shaped like the real ones.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use futures::future::{BoxFuture, pending};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::Instant,
};

use crate::{
    app::*,
    clock::{Clock, UnixMillis},
    coordination::{HealthStatus, Heartbeat, Importance, Probe, ServiceHealth},
    error::{Error, Kind},
};

/// Name, importance and dependencies, in a wrong order on purpose.
pub(super) const SERVICES: [(&str, Importance, &[&str]); 6] = [
    ("control", Importance::Optional, &["game manager"]),
    ("log", Importance::Optional, &[]),
    ("storage", Importance::Foundation, &[]),
    (
        "game manager",
        Importance::Mandatory,
        &["ledger", "consensus"],
    ),
    ("ledger", Importance::Foundation, &["storage"]),
    ("consensus", Importance::Mandatory, &["ledger"]),
];

/// The order in which they start: dependencies first, else as they stand.
pub(super) const ORDER: [&str; 6] = [
    "log",
    "storage",
    "ledger",
    "consensus",
    "game manager",
    "control",
];

/// How a step of a service goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    #[default]
    Works,
    /// It works after a second.
    Slow,
    Fails,
    Panics,
    Hangs,
}

impl Step {
    async fn go(self, what: &str) -> Result<(), Error> {
        match self {
            Self::Works => Ok(()),
            Self::Slow => {
                after(1_000).await;
                Ok(())
            }
            Self::Fails => Err(Error::new(
                Kind::Storage,
                format!("no {what}"),
                "plug one in",
            )),
            Self::Panics => panic!("{what} broke"),
            Self::Hangs => pending().await,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) start: Step,
    pub(super) probe: Step,
    pub(super) stop: Step,
    /// How the loop ends when it is killed.
    pub(super) death: Step,
    kill: Arc<Notify>,
}

#[derive(Debug)]
pub(super) struct World {
    scripts: Mutex<BTreeMap<&'static str, Script>>,
    journal: Mutex<Vec<String>>,
    /// One for each run; whatever belongs to the run holds it.
    runs: Mutex<Vec<Weak<()>>>,
    pub(super) prepare: Mutex<Step>,
}

impl World {
    pub(super) fn new() -> Arc<Self> {
        let script = |(name, _, _)| (name, Script::default());
        Arc::new(Self {
            scripts: Mutex::new(SERVICES.map(script).into()),
            journal: Mutex::default(),
            runs: Mutex::default(),
            prepare: Mutex::default(),
        })
    }

    pub(super) fn script(&self, name: &str, change: impl FnOnce(&mut Script)) {
        change(
            self.scripts
                .lock()
                .unwrap()
                .get_mut(name)
                .expect("a service"),
        );
    }

    pub(super) fn kill(&self, name: &str, death: Step) {
        self.script(name, |script| {
            script.death = death;
            script.kill.notify_one();
        });
    }

    pub(super) fn note(&self, what: impl Into<String>) {
        self.journal.lock().unwrap().push(what.into());
    }

    pub(super) fn journal(&self) -> Vec<String> {
        std::mem::take(&mut *self.journal.lock().unwrap())
    }

    /// Whether anything of any run is left: a service, a task, a future.
    pub(super) fn anything_left(&self) -> bool {
        self.runs
            .lock()
            .unwrap()
            .iter()
            .any(|run| run.strong_count() > 0)
    }

    fn step(&self, name: &str, which: fn(&Script) -> Step) -> Step {
        which(&self.scripts.lock().unwrap()[name])
    }
}

#[derive(Debug)]
pub(super) struct Phase(pub(super) Arc<World>);

impl Preparation for Phase {
    fn prepare(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>> {
        Box::pin(async move {
            let run = Arc::new(());
            self.0.runs.lock().unwrap().push(Arc::downgrade(&run));
            let step = *self.0.prepare.lock().unwrap();
            context.on_emergency(Arc::new(Keys(Arc::clone(&self.0))));
            step.go("passphrase").await?;
            let fake = |(name, importance, needs)| {
                let (world, run) = (Arc::clone(&self.0), Arc::clone(&run));
                Arc::new(Fake {
                    name,
                    importance,
                    needs,
                    world,
                    run,
                }) as Arc<dyn Service>
            };
            Ok(SERVICES.map(fake).into())
        })
    }
}

/// Writes down the order of the steps of an emergency.
struct Keys(Arc<World>);

impl EmergencyHook for Keys {
    fn seal(&self) {
        self.0.note("seal");
    }
    fn wipe(&self) {
        self.0.note("wipe");
    }
    fn write(&self) {
        self.0.note("write");
    }
}

#[derive(Clone, Debug)]
struct Fake {
    name: &'static str,
    importance: Importance,
    needs: &'static [&'static str],
    world: Arc<World>,
    #[expect(dead_code, reason = "it is there to be dropped")]
    run: Arc<()>,
}

impl Service for Fake {
    fn name(&self) -> &'static str {
        self.name
    }
    fn importance(&self) -> Importance {
        self.importance
    }
    fn depends_on(&self) -> &'static [&'static str] {
        self.needs
    }
    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        let fake = self.clone();
        Box::pin(async move {
            for needs in fake.needs {
                assert_eq!(*context.find::<&str>(needs).expect("it is up"), *needs);
            }
            let (held, cancelled) = (fake.clone(), context.cancelled());
            let kill = Arc::clone(&fake.world.scripts.lock().unwrap()[fake.name].kill);
            let (ask, mut questions) = mpsc::channel::<oneshot::Sender<()>>(1);
            context.spawn_loop(async move {
                loop {
                    tokio::select! {
                        () = cancelled.cancelled() => return Ok(()),
                        Some(reply) = questions.recv() => drop(reply),
                        () = kill.notified() => {
                            let death = held.world.step(held.name, |script| script.death);
                            return death.go(held.name).await;
                        }
                    }
                }
            });
            let heart = context.heartbeat();
            fake.world
                .step(fake.name, |script| script.start)
                .go(fake.name)
                .await?;
            context.publish(Arc::new(fake.name))?;
            fake.world.note(format!("+{}", fake.name));
            Ok(Box::new(Running { fake, ask, heart }) as Box<dyn RunningService>)
        })
    }
}

#[derive(Debug)]
struct Running {
    fake: Fake,
    ask: mpsc::Sender<oneshot::Sender<()>>,
    heart: Heartbeat,
}

impl Running {
    /// The answer of the loop: that it let the question go.
    async fn beat(&self) -> Option<Probe> {
        let (reply, answer) = oneshot::channel();
        self.ask.send(reply).await.ok()?;
        answer.await.expect_err("it is only dropped");
        Some(Probe::healthy("fine"))
    }
}

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        let (world, name) = (&self.fake.world, self.fake.name);
        Box::pin(async move {
            match world.step(name, |script| script.probe).go(name).await {
                Ok(()) => self.heart.ask(self.beat()).await,
                Err(error) => Probe::troubled(HealthStatus::Critical, error.to_string())
                    .with_remedy(error.hints().join("; ")),
            }
        })
    }
    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let (world, name) = (&self.fake.world, self.fake.name);
            world.note(format!("-{name}"));
            let stopped = world.step(name, |script| script.stop).go(name).await;
            stopped.expect("a stop can't fail");
        })
    }
}

/// Tokio's clock, which the tests stop.
#[derive(Debug)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(u64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

pub(super) fn app(world: &Arc<World>) -> BitCrapsApp {
    let phase = Box::new(Phase(Arc::clone(world)));
    BitCrapsApp::new(
        AppSettings::default(),
        phase,
        Arc::new(TokioClock(Instant::now())),
    )
}

pub(super) async fn running_app(world: &Arc<World>) -> BitCrapsApp {
    let app = app(world);
    app.start().await.expect("nothing is wrong");
    assert_eq!(world.journal(), ups(&ORDER));
    app
}

pub(super) fn ups(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("+{name}")).collect()
}

pub(super) fn downs(names: &[&str]) -> Vec<String> {
    names.iter().rev().map(|name| format!("-{name}")).collect()
}

pub(super) fn row(app: &BitCrapsApp, name: &str) -> ServiceHealth {
    app.health().service(name).expect("a row").clone()
}

/// Lets the time go on.
pub(super) async fn after(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

pub(super) fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}
