//! An emergency in which nothing ends by itself.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use futures::future::{BoxFuture, pending};
use tokio::time::Instant;

use crate::{
    app::*,
    clock::ManualClock,
    coordination::{Importance, Probe},
    error::Error,
    state::lifecycle::ApplicationState::Running,
};

const NAMES: [&str; 3] = ["storage", "ledger", "consensus"];

/// A service, or phase one: with a thread that hears nothing until its channel is dropped, and a probe
/// that is never answered.
#[derive(Debug)]
struct Deaf {
    name: &'static str,
    released: Mutex<Option<Receiver<()>>>,
}

impl Deaf {
    fn new(name: &'static str) -> (Self, Sender<()>) {
        let (release, released) = channel();
        let released = Mutex::new(Some(released));
        (Self { name, released }, release)
    }

    fn occupy(&self, context: &ServiceContext) {
        // Only the first run.
        if let Some(released) = self.released.lock().unwrap().take() {
            context.spawn_blocking(move || {
                released.recv().expect_err("it is only dropped");
                Ok(())
            });
        }
    }
}

#[derive(Debug)]
struct PhaseOne(Deaf, Vec<Arc<dyn Service>>);

impl Preparation for PhaseOne {
    fn prepare(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>> {
        self.0.occupy(&context);
        Box::pin(async { Ok(self.1.clone()) })
    }
}

#[derive(Debug)]
struct Up;

impl Service for Deaf {
    fn name(&self) -> &'static str {
        self.name
    }
    fn importance(&self) -> Importance {
        Importance::Mandatory
    }
    fn depends_on(&self) -> &'static [&'static str] {
        &[]
    }
    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        self.occupy(&context);
        Box::pin(async { Ok(Box::new(Up) as Box<dyn RunningService>) })
    }
}

impl RunningService for Up {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(pending())
    }
    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn an_emergency_is_over_within_half_a_second_though_nothing_ends_by_itself() {
    let (services, mut releases): (Vec<_>, Vec<_>) = NAMES.into_iter().map(Deaf::new).unzip();
    let (phase_one, release) = Deaf::new("phase one");
    releases.push(release);
    let services = services
        .into_iter()
        .map(|one| Arc::new(one) as Arc<dyn Service>);
    let phase_one = PhaseOne(phase_one, services.collect());
    let clock = Arc::new(ManualClock::default());
    let app = BitCrapsApp::new(AppSettings::default(), Box::new(phase_one), clock);
    assert_eq!(app.start().await.expect("nothing is wrong"), Running);
    // The first probes are under way.
    tokio::time::advance(AppSettings::default().probe_every).await;
    let began = Instant::now();
    app.emergency_stop("smoke");
    let mut settled = pin!(app.settled());
    loop {
        // Tokio's clock does not go on by itself while threads block. Each step lets those work that don't.
        let step = async {
            tokio::time::advance(Duration::from_millis(10)).await;
            tokio::task::spawn_blocking(|| ())
                .await
                .expect("it does nothing");
        };
        tokio::select! {
            biased;
            settled = &mut settled => break settled.expect("alive"),
            () = step => {}
        }
    }
    let took = began.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
    let left = app.reset("too early").await.expect_err("threads are left");
    assert!(matches!(left, StartError::TasksLeft { services } if services.len() == 4));
    drop(releases);
    while app.reset("they ended").await.is_err() {
        tokio::task::yield_now().await;
    }
}
