use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::*;
use crate::{
    app::*,
    coordination::{HealthStatus, ServiceState},
    state::lifecycle::ApplicationState::{self, *},
};

fn path(app: &BitCrapsApp) -> Vec<ApplicationState> {
    let view = app.lifecycle();
    let mut path: Vec<_> = view.history.newest_first().map(|step| step.to).collect();
    path.reverse();
    path
}

#[tokio::test(start_paused = true)]
async fn services_start_in_order_and_stop_in_reverse_and_nothing_is_left() {
    let world = World::new();
    let app = app(&world);
    let idle = tasks();
    for _ in 0..3 {
        assert_eq!(app.start().await.expect("nothing is wrong"), Running);
        assert!(matches!(*app.links().start.borrow(), StartProgress::Ready));
        assert_eq!(world.journal(), ups(&ORDER));
        let health = app.health();
        assert_eq!(health.overall, HealthStatus::Healthy);
        let names: Vec<_> = health
            .services
            .iter()
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(names, ORDER);
        assert_eq!(app.registry().names().len(), ORDER.len());
        assert_eq!(tasks(), idle + ORDER.len());

        let report = app.stop("done").await.expect("alive");
        assert_eq!(report, StopReport::default());
        assert_eq!(world.journal(), downs(&ORDER));
        assert_eq!((app.phase(), tasks()), (Stopped, idle));
        assert!(!world.anything_left());
        assert!(app.registry().names().is_empty());
        let rows = &app.health().services;
        assert!(rows.iter().all(|row| row.state == ServiceState::Stopped));
    }
    let run = [Initializing, ServicesStarting, Running, Stopping, Stopped];
    assert_eq!(path(&app), run.repeat(3));
}

#[tokio::test(start_paused = true)]
async fn a_start_is_reported_step_by_step_and_a_second_one_is_refused() {
    let world = World::new();
    for name in ORDER {
        world.script(name, |script| script.start = Step::Slow);
    }
    let app = app(&world);
    let mut progress = app.links().start;
    let watching = async {
        for (place, name) in ORDER.into_iter().enumerate() {
            let is_there = |seen: &StartProgress| {
                matches!(seen, StartProgress::Starting { service, step, of: 6 }
                    if *service == name && *step == place + 1)
            };
            progress.wait_for(is_there).await.expect("alive");
            assert_eq!(row(&app, name).state, ServiceState::Starting);
            let starting = app.service::<&str>("control").expect_err("it comes last");
            let words = starting.to_string();
            let expected = if name == "control" {
                "starting"
            } else {
                "not started"
            };
            assert!(
                words.starts_with(&format!("control is {expected} (")),
                "{words}"
            );
            let second = app.start().await.expect_err("it is under way");
            let state = ServicesStarting;
            assert_eq!(
                second.to_string(),
                StartError::AlreadyStarted { state }.to_string()
            );
        }
    };
    let (started, second, ()) = tokio::join!(app.start(), app.start(), watching);
    assert_eq!(started.expect("nothing is wrong"), Running);
    let second = second.expect_err("one is enough");
    assert!(
        matches!(second, StartError::AlreadyStarted { .. }),
        "{second}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_is_given_up_when_it_is_stopped_wherever_it_is() {
    for hanging in [
        None,
        Some("log"),
        Some("storage"),
        Some("game manager"),
        Some("control"),
    ] {
        let world = World::new();
        match hanging {
            None => *world.prepare.lock().unwrap() = Step::Hangs,
            Some(name) => world.script(name, |script| script.start = Step::Hangs),
        }
        let app = app(&world);
        let (started, stopped) = tokio::join!(app.start(), async {
            after(1_000).await;
            assert!(matches!(app.phase(), Initializing | ServicesStarting));
            let refused = app.start().await;
            assert!(
                matches!(refused, Err(StartError::AlreadyStarted { .. })),
                "{refused:?}"
            );
            app.stop("changed my mind").await
        });
        assert!(matches!(started, Err(StartError::Cancelled)), "{started:?}");
        assert_eq!(stopped, Ok(StopReport::default()));
        let up = ORDER
            .iter()
            .position(|name| Some(*name) == hanging)
            .unwrap_or(0);
        assert_eq!(
            world.journal(),
            [ups(&ORDER[..up]), downs(&ORDER[..up])].concat()
        );
        assert_eq!(app.phase(), Stopped);
        assert!(!world.anything_left(), "after {hanging:?}");
    }
}

/// Whoever quits at once may be faster than the start that the first frame asked for.
#[tokio::test(start_paused = true)]
async fn after_a_close_no_start_begins_and_none_that_was_asked_for_goes_on() {
    let world = World::new();
    *world.prepare.lock().unwrap() = Step::Hangs;
    let app = app(&world);
    // Asked for before, and handled before: given up at once, though phase one would wait for ever.
    let (started, closed) = tokio::join!(app.start(), app.close("quit at once"));
    assert!(matches!(started, Err(StartError::Cancelled)), "{started:?}");
    assert_eq!(closed, Ok(StopReport::default()));
    let sequence = app.lifecycle().sequence;
    // Asked for before, and handled after.
    let late = app.start().await;
    assert!(matches!(late, Err(StartError::Cancelled)), "{late:?}");
    assert_eq!((app.phase(), app.lifecycle().sequence), (Stopped, sequence));
    assert!(world.journal().is_empty());
    assert!(!world.anything_left());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_in_its_stop_leaves_time_for_those_below_it() {
    let world = World::new();
    let app = running_app(&world).await;
    world.script("game manager", |script| script.stop = Step::Hangs);
    world.script("consensus", |script| script.stop = Step::Panics);
    let began = Instant::now();
    let report = app.stop("done").await.expect("alive");
    assert_eq!(report.forced, ["game manager", "consensus"]);
    assert!(began.elapsed() <= AppSettings::default().stop_within);
    assert_eq!(world.journal(), downs(&ORDER));
    assert_eq!(app.phase(), Stopped);
    assert!(!world.anything_left());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_never_ends_is_named_and_bars_the_next_start_until_it_does() {
    #[derive(Debug)]
    struct Stubborn(std::sync::Mutex<Option<std::sync::mpsc::Receiver<()>>>);
    impl Preparation for Stubborn {
        fn prepare(
            &self,
            context: ServiceContext,
        ) -> futures::future::BoxFuture<'_, Result<Vec<Arc<dyn Service>>, crate::error::Error>>
        {
            if let Some(release) = self.0.lock().unwrap().take() {
                context.spawn_blocking(move || {
                    release.recv().expect("it is released");
                    Ok(())
                });
            }
            Box::pin(async { Ok(Vec::new()) })
        }
    }
    let (release, released) = std::sync::mpsc::channel();
    let preparation = Box::new(Stubborn(std::sync::Mutex::new(Some(released))));
    let clock = Arc::new(crate::clock::ManualClock::default());
    let app = BitCrapsApp::new(AppSettings::default(), preparation, clock);
    app.start().await.expect("nothing is wrong");
    // Tokio's clock doesn't go on by itself while a thread blocks.
    let (report, ()) = tokio::join!(app.stop("done"), async {
        for _ in 0..100 {
            tokio::time::advance(Duration::from_millis(100)).await;
        }
    });
    assert_eq!(report.expect("alive").stuck, ["preparation"]);
    assert_eq!(app.phase(), Error);
    let refused = app.start().await.expect_err("the task is left");
    assert!(matches!(refused, StartError::TasksLeft { .. }), "{refused}");
    release.send(()).expect("it waits");
    let mut started = app.start().await;
    while matches!(started, Err(StartError::TasksLeft { .. })) {
        tokio::task::yield_now().await;
        started = app.start().await;
    }
    assert_eq!(started.expect("it ended"), Running);
}

#[tokio::test(start_paused = true)]
async fn an_emergency_closes_the_gate_and_wipes_the_keys_before_it_returns() {
    let world = World::new();
    let app = running_app(&world).await;
    world.script("consensus", |script| script.stop = Step::Hangs);
    let began = Instant::now();
    let first = app.emergency_stop("smoke");
    assert_eq!(app.phase(), Error);
    assert!(!app.phase().takes_commands());
    assert_eq!(world.journal(), ["seal", "wipe"]);
    assert_eq!(app.emergency_stop("fire"), first);
    app.settled().await.expect("alive");
    assert!(began.elapsed() < Duration::from_millis(500));
    assert_eq!(world.journal(), ["write"]);
    assert!(!world.anything_left());

    let missing = app.service::<&str>("storage").expect_err("it is down");
    let remedy = missing.remedy.expect("a way out");
    assert!(remedy.contains("emergency-stop --reset"), "{remedy}");
    let refused = app.start().await.expect_err("barred");
    assert!(
        matches!(&refused, StartError::EmergencyStopped { reason } if reason.as_str() == "smoke")
    );
    app.stop("clear away").await.expect("alive");
    assert_eq!(app.phase(), Stopped);
    app.start().await.expect_err("still barred");
    assert_eq!(app.reset("it was a drill").await.expect("at rest"), Stopped);
    assert_eq!(app.start().await.expect("free again"), Running);
    let nothing_to_reset = app.reset("too early").await.expect_err("it runs");
    assert!(matches!(
        nothing_to_reset,
        StartError::AlreadyStarted { state: Running }
    ));
    app.emergency_stop("smoke again");
    assert_eq!(
        app.reset("another drill").await.expect("all is down"),
        Running
    );
}

#[tokio::test(start_paused = true)]
async fn an_emergency_ends_a_start_and_a_stop_that_are_under_way() {
    let world = World::new();
    world.script("consensus", |script| script.start = Step::Hangs);
    let app = app(&world);
    let (started, _) = tokio::join!(app.start(), async {
        after(100).await;
        app.emergency_stop("smoke")
    });
    assert!(matches!(started, Err(StartError::Cancelled)), "{started:?}");
    let shown = app.links().start.borrow().clone();
    assert!(matches!(shown, StartProgress::Failed { what, .. } if what.ends_with(": smoke")));
    assert_eq!(app.phase(), Error);
    assert!(!world.anything_left());
    assert_eq!(world.journal()[3..], ["seal", "wipe", "write"]);

    world.script("consensus", |script| script.start = Step::Works);
    world.script("game manager", |script| script.stop = Step::Hangs);
    app.reset("a drill").await.expect("all is down");
    world.journal();
    let began = Instant::now();
    let (stopped, _) = tokio::join!(app.stop("done"), async {
        after(100).await;
        app.emergency_stop("smoke")
    });
    stopped.expect("alive");
    assert!(began.elapsed() < Duration::from_millis(600));
    assert_eq!(
        world.journal(),
        ["-control", "-game manager", "seal", "wipe", "write"]
    );
    assert_eq!(app.phase(), Error);
    assert!(!world.anything_left());
}

#[tokio::test(start_paused = true)]
async fn dropping_the_last_handle_stops_the_services_in_order() {
    let world = World::new();
    let app = running_app(&world).await;
    let lifecycle = app.links().lifecycle;
    drop(app);
    after(1).await;
    assert_eq!(world.journal(), downs(&ORDER));
    assert!(!world.anything_left());
    assert_eq!((lifecycle.borrow().state, tasks()), (Stopped, 0));
}

#[tokio::test(start_paused = true)]
async fn a_frozen_screen_slows_nothing_and_finds_the_newest_state_when_it_thaws() {
    let world = World::new();
    let app = app(&world);
    let frozen = app.links();
    let began = Instant::now();
    for _ in 0..1_000 {
        app.start().await.expect("nothing is wrong");
        app.stop("done").await.expect("alive");
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(frozen.lifecycle.borrow().sequence, 5_000);
    assert_eq!(frozen.lifecycle.borrow().state, Stopped);
    assert_eq!(frozen.health.borrow().services.len(), ORDER.len());
}

#[derive(Debug)]
struct Blocks(std::sync::Mutex<std::sync::mpsc::Receiver<()>>);

impl Preparation for Blocks {
    fn prepare(
        &self,
        _context: ServiceContext,
    ) -> futures::future::BoxFuture<'_, Result<Vec<Arc<dyn Service>>, crate::error::Error>> {
        Box::pin(async {
            let release = self.0.lock().unwrap();
            release.recv().expect("it is released");
            Ok(Vec::new())
        })
    }
}

#[tokio::test]
async fn a_blocked_runtime_does_not_keep_the_screen_from_its_views() {
    let (release, released) = std::sync::mpsc::channel();
    let clock = Arc::new(crate::clock::ManualClock::default());
    let preparation = Box::new(Blocks(std::sync::Mutex::new(released)));
    let app = BitCrapsApp::new(AppSettings::default(), preparation, clock);
    let mut links = app.links();
    let screen = std::thread::spawn(move || {
        while links.lifecycle.borrow_and_update().state != Initializing {
            std::thread::yield_now();
        }
        let (report, view) = (
            links.health.borrow().clone(),
            links.lifecycle.borrow().clone(),
        );
        release.send(()).expect("the runtime waits for this");
        (report.services.len(), view.state)
    });
    app.start().await.expect("nothing is wrong");
    assert_eq!(screen.join().expect("no panic"), (0, Initializing));
}
