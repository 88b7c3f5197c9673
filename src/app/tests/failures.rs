use std::time::Duration;

use super::*;
use crate::{
    app::{ServiceRequestError, StartError, StartProgress},
    coordination::{HealthStatus, ServiceState},
    state::lifecycle::ApplicationState::*,
};

const BROKEN: [Step; 3] = [Step::Fails, Step::Panics, Step::Hangs];

fn words(step: Step, name: &str) -> String {
    match step {
        Step::Works | Step::Slow => String::new(),
        Step::Fails => format!("no {name}"),
        Step::Panics => format!("it panicked: {name} broke"),
        Step::Hangs => "it did not start within 10 s".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_mandatory_service_that_fails_to_start_rolls_back_and_says_so() {
    for (place, name) in [
        (1, "storage"),
        (2, "ledger"),
        (3, "consensus"),
        (4, "game manager"),
    ] {
        for step in BROKEN {
            let world = World::new();
            world.script(name, |script| script.start = step);
            let app = app(&world);
            let error = app.start().await.expect_err("it can't start");
            let words = format!("{name} could not start: {}", words(step, name));
            assert_eq!(error.to_string(), words);
            assert_eq!(
                world.journal(),
                [ups(&ORDER[..place]), downs(&ORDER[..place])].concat()
            );
            let view = app.lifecycle();
            assert_eq!((view.state, view.reason.as_str()), (Error, words.as_str()));
            assert!(!world.anything_left());
            assert_eq!((tasks(), app.registry().names().len()), (1, 0));
            let ServiceState::Failed { .. } = row(&app, name).state else {
                panic!("{:?}", row(&app, name));
            };
            let progress = app.links().start.borrow().clone();
            assert!(matches!(progress, StartProgress::Failed { what, .. } if what == words));

            world.script(name, |script| script.start = Step::Works);
            assert_eq!(app.start().await.expect("the cause is gone"), Running);
            drop(app);
            after(1).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_preparation_keeps_its_kind_and_hints() {
    use crate::error::{Explain, Kind};
    let world = World::new();
    *world.prepare.lock().unwrap() = Step::Fails;
    let app = app(&world);
    let error = app.start().await.expect_err("no passphrase");
    assert!(matches!(error, StartError::Preparation { .. }));
    assert_eq!(
        (error.kind(), error.hint().as_str()),
        (Kind::Storage, "plug one in")
    );
    assert_eq!((app.phase(), world.anything_left()), (Error, false));
    app.stop("release").await.expect("alive");
    assert_eq!(app.phase(), Stopped);
}

#[tokio::test(start_paused = true)]
async fn an_optional_service_that_fails_leaves_degraded_with_reason_and_way_out() {
    for name in ["log", "control"] {
        for step in BROKEN {
            let world = World::new();
            world.script(name, |script| script.start = step);
            let app = app(&world);
            assert_eq!(app.start().await.expect("it is optional"), Degraded);
            let reason = app.lifecycle().reason.clone();
            let expected = format!("{name} failed: {}; ", words(step, name));
            assert!(reason.as_str().starts_with(&expected), "{reason}");
            let way_out = row(&app, name).remedy.expect("a way out");
            assert!(reason.as_str().ends_with(way_out.as_str()), "{reason}");
            assert_eq!(app.health().overall, HealthStatus::Degraded);
            let missing = app.service::<&str>(if name == "log" { "log" } else { "control" });
            let missing = missing.expect_err("it is not up");
            assert!(
                missing
                    .to_string()
                    .starts_with(&format!("{name} is failed: ")),
                "{missing}"
            );

            world.script(name, |script| script.start = Step::Works);
            let healed = app.wait_for(|state| state == Running, Duration::from_secs(30));
            healed.await.expect("it is started again by itself");
            assert_eq!(row(&app, name).restarts, 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_service_is_seen_and_comes_back_with_all_that_depend_on_it() {
    for death in [Step::Fails, Step::Panics, Step::Works] {
        for (place, name) in ORDER.into_iter().enumerate() {
            let world = World::new();
            let app = running_app(&world).await;
            let mut health = app.links().health;
            world.kill(name, death);
            health
                .wait_for(|report| report.overall != HealthStatus::Healthy)
                .await
                .expect("alive");
            let seen = row(&app, name);
            assert!(
                matches!(seen.state, ServiceState::Failed { .. }),
                "{seen:?}"
            );
            let since = seen.since;
            health
                .wait_for(|report| report.overall == HealthStatus::Healthy)
                .await
                .expect("alive");
            let back = row(&app, name);
            assert_eq!((back.restarts, back.state), (1, ServiceState::Running));
            assert!(back.since > since);
            assert!(back.last_error.is_some());
            let first = if name == "log" {
                &ORDER[..1]
            } else {
                &ORDER[place..]
            };
            assert_eq!(world.journal(), [downs(first), ups(first)].concat());
            assert_eq!(app.phase(), Running, "one short failure doesn't flap");
            assert_eq!(app.service::<&str>("ledger").as_deref(), Ok(&"ledger"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mandatory_service_whose_breaker_opens_ends_the_run_with_its_cause() {
    let world = World::new();
    let app = running_app(&world).await;
    world.script("consensus", |script| script.start = Step::Fails);
    world.kill("consensus", Step::Panics);
    let ended = app.wait_for(|state| state == Error, Duration::from_mins(1));
    ended.await.expect("the breaker opens");
    app.settled().await.expect("alive");
    let reason = app.lifecycle().reason.clone();
    assert_eq!(
        reason.as_str(),
        "consensus failed 5 times within 60 s: no consensus"
    );
    assert!(!world.anything_left());
    assert_eq!(
        app.lifecycle().emergency,
        None,
        "an ordinary failure is no emergency"
    );
    assert_eq!(row(&app, "storage").state, ServiceState::Stopped);
    world.script("consensus", |script| script.start = Step::Works);
    assert_eq!(app.start().await.expect("the cause is gone"), Running);
}

#[tokio::test(start_paused = true)]
async fn an_optional_service_whose_breaker_opens_waits_for_a_hand() {
    let world = World::new();
    let app = running_app(&world).await;
    world.script("log", |script| script.start = Step::Fails);
    world.kill("log", Step::Fails);
    after(60_000).await;
    let given_up = row(&app, "log");
    assert_eq!(given_up.restarts, 4);
    let remedy = given_up.remedy.expect("a way out");
    assert_eq!(
        remedy,
        "plug one in; then `bitcraps service restart log`, or start bitcraps again"
    );
    assert_eq!(app.phase(), Degraded);
    let refused = app
        .restart_service("log")
        .await
        .expect_err("it still fails");
    assert_eq!(refused.to_string(), "log is not up: failed: no log");
    world.script("log", |script| script.start = Step::Works);
    app.restart_service("log").await.expect("the cause is gone");
    app.wait_for(|state| state == Running, Duration::from_secs(30))
        .await
        .expect("three good reports");
}

#[tokio::test(start_paused = true)]
async fn a_service_is_restarted_and_stopped_by_hand_with_its_dependents() {
    let world = World::new();
    let app = running_app(&world).await;
    app.restart_service("consensus").await.expect("it works");
    let taken = &ORDER[3..];
    assert_eq!(world.journal(), [downs(taken), ups(taken)].concat());
    let blamed = row(&app, "control").last_error;
    assert_eq!(blamed, None, "a restart by hand is no error of a dependent");

    let mandatory = app.stop_service("ledger").await.expect_err("mandatory");
    assert!(matches!(
        mandatory,
        ServiceRequestError::Mandatory { name: "ledger" }
    ));
    let unknown = app.stop_service("leger").await.expect_err("unknown");
    assert!(unknown.to_string().contains("game manager"), "{unknown}");
    app.stop_service("control").await.expect("optional");
    after(60_000).await;
    assert_eq!(world.journal(), ["-control"]);
    let stopped = app.service::<&str>("control").expect_err("stopped");
    assert_eq!(
        stopped.to_string(),
        "control is stopped (`bitcraps service restart control`)"
    );
    assert_eq!(app.phase(), Degraded);
    app.restart_service("control").await.expect("it works");
    assert_eq!(world.journal(), ["+control"]);
}

#[tokio::test(start_paused = true)]
async fn slow_and_broken_probes_are_rows_of_a_report_that_comes_in_time() {
    let world = World::new();
    let app = running_app(&world).await;
    world.script("consensus", |script| script.probe = Step::Hangs);
    world.script("ledger", |script| script.probe = Step::Panics);
    world.script("log", |script| script.probe = Step::Fails);
    after(2_501).await;
    let status = |name| {
        (
            row(&app, name).status,
            row(&app, name).last_error.unwrap_or_default(),
        )
    };
    assert_eq!(
        status("consensus"),
        (HealthStatus::Unavailable, "no answer within 500 ms".into())
    );
    assert_eq!(
        status("ledger"),
        (HealthStatus::Unavailable, "the probe panicked".into())
    );
    assert_eq!(status("log"), (HealthStatus::Critical, "no log".into()));
    let remedy = row(&app, "log").remedy;
    assert!(remedy.is_some(), "the probe's way out is shown");
    assert_eq!(status("storage").0, HealthStatus::Healthy);
    assert_eq!(app.health().overall, HealthStatus::Unavailable);
    assert_eq!(app.health().summary().ledger, HealthStatus::Unavailable);
    assert_eq!(app.phase(), Running, "one bad report may be chance");
    after(2_500).await;
    assert_eq!(app.phase(), Degraded);
    for name in ["consensus", "ledger", "log"] {
        world.script(name, |script| script.probe = Step::Works);
    }
    let healed = app.wait_for(|state| state == Running, Duration::from_secs(10));
    healed.await.expect("three good reports");
    assert_eq!(
        world.journal(),
        Vec::<String>::new(),
        "nothing was restarted"
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_with_six_bad_probes_in_a_row_is_restarted() {
    let world = World::new();
    let app = running_app(&world).await;
    world.script("game manager", |script| script.probe = Step::Hangs);
    after(5 * 2_500 + 100).await;
    assert_eq!(world.journal(), Vec::<String>::new());
    world.script("game manager", |script| script.probe = Step::Hangs);
    after(2_500).await;
    world.script("game manager", |script| script.probe = Step::Works);
    after(1_000).await;
    let taken = &ORDER[4..];
    assert_eq!(world.journal(), [downs(taken), ups(taken)].concat());
    assert_eq!(row(&app, "game manager").restarts, 1);
}

/// The loop lives on and its task does not end: only its silence tells.
#[tokio::test(start_paused = true)]
async fn a_stuck_loop_is_unavailable_and_is_started_again_by_the_supervisor() {
    let world = World::new();
    let app = running_app(&world).await;
    after(2_100).await;
    world.kill("consensus", Step::Hangs);
    after(2_500).await;
    assert_eq!(
        row(&app, "consensus").status,
        HealthStatus::Healthy,
        "a busy loop is borne for three periods"
    );
    after(4_500).await;
    let stuck = row(&app, "consensus");
    assert_eq!(stuck.status, HealthStatus::Unavailable);
    let trouble = stuck.last_error.unwrap_or_default();
    assert!(trouble.starts_with("no sign of life for 6 s"), "{trouble}");
    after(6 * 2_500).await;
    let taken = &ORDER[3..];
    assert_eq!(world.journal(), [downs(taken), ups(taken)].concat());
    let back = row(&app, "consensus");
    assert_eq!((back.status, back.restarts), (HealthStatus::Healthy, 1));
    assert!(
        back.last_error
            .is_some_and(|error| error.contains("no sign of life"))
    );
}

#[tokio::test(start_paused = true)]
async fn the_screen_is_not_woken_while_nothing_changes() {
    let world = World::new();
    let app = running_app(&world).await;
    after(3_000).await;
    let mut health = app.links().health;
    let made = health.borrow_and_update().at;
    after(60_000).await;
    assert!(!health.has_changed().expect("alive"));
    assert!(app.health().at > made, "reports are made all the same");
}
