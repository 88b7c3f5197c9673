use futures::FutureExt as _;
use tokio::task::JoinSet;

use super::*;

const LONG: Duration = Duration::from_hours(1);

fn is(wanted: ApplicationState) -> impl Fn(ApplicationState) -> bool {
    move |state| state == wanted
}

#[tokio::test(start_paused = true)]
async fn a_state_that_was_passed_before_the_waiter_ran_is_not_missed() {
    let (_, machine) = machine();
    let wait = machine.wait_for(is(Running), LONG);
    for step in [Initializing, ServicesStarting, Running, Stopping, Stopped] {
        machine.transition_to(step, "").expect("legal");
    }
    for _ in 0..1_000 {
        for step in [Initializing, Stopping, Stopped] {
            machine.transition_to(step, "").expect("legal");
        }
    }
    assert_eq!(
        wait.await,
        Ok(Reached {
            state: Running,
            sequence: 3
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_at_its_deadline_or_as_soon_as_the_state_cannot_come() {
    let timed_out = |now| Err(WaitError::TimedOut { now });
    let unreachable = |now| Err(WaitError::Unreachable { now });
    let found = |state, sequence| Ok(Reached { state, sequence });
    let table = [
        (Running, Running, found(Running, 3)),
        (Uninitialized, Running, timed_out(Uninitialized)),
        (Stopped, Running, timed_out(Stopped)),
        (Degraded, Running, timed_out(Degraded)),
        (Running, Uninitialized, unreachable(Running)),
        (Running, Initializing, unreachable(Running)),
        (Stopping, Running, unreachable(Stopping)),
        (Error, Running, unreachable(Error)),
        (Error, Stopped, timed_out(Error)),
        (Initializing, Stopped, timed_out(Initializing)),
    ];
    for (start, wanted, expected) in table {
        let machine = machine_in(start);
        let got = machine.wait_for(is(wanted), LONG).await;
        assert_eq!(got, expected, "{wanted} from {start}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_its_run_fails_or_its_machine_is_gone() {
    let machine = machine_in(Stopped);
    let wait = machine.wait_for(is(Running), LONG);
    machine.transition_to(Initializing, "").expect("legal");
    machine.transition_to(Error, "no disk").expect("legal");
    assert_eq!(wait.await, Err(WaitError::Unreachable { now: Error }));

    let machine = machine_in(Degraded);
    let wait = machine.wait_for(is(Running), LONG);
    drop(machine);
    assert_eq!(wait.await, Err(WaitError::Unreachable { now: Degraded }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn none_of_ten_thousand_racing_waiters_is_lost() {
    let machine = Arc::new(machine_in(ServicesStarting));
    let mut waiters = JoinSet::new();
    for number in 0..10_000_usize {
        let watched = Arc::clone(&machine);
        let wanted = [Running, Stopping, Stopped][number % 3];
        waiters.spawn(async move {
            let wait = watched.wait_for(|state| state == wanted || state == Stopped, LONG);
            wait.await
                .expect("neither the deadline nor the end of the run comes first")
        });
        let steps = [(2_500, Running), (5_000, Stopping), (7_500, Stopped)];
        if let Some((_, step)) = steps.into_iter().find(|(when, _)| *when == number) {
            machine.transition_to(step, "").expect("legal");
        }
    }
    let reached = waiters.join_all().await;
    assert_eq!(reached.len(), 10_000);
    for Reached { state, sequence } in reached {
        assert!([(Running, 3), (Stopping, 4), (Stopped, 5)].contains(&(state, sequence)));
    }
}

/// Waits are dropped before their first look, after it, and after states went by.
#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_takes_nothing_from_the_others() {
    let (_, machine) = machine();
    let running = || Box::pin(machine.wait_for(is(Running), LONG));
    let (unseen, mut dropped, mut stays) = (running(), running(), running());
    for wait in [&mut dropped, &mut stays] {
        assert_eq!(wait.as_mut().now_or_never(), None, "nothing yet");
    }
    drop(unseen);
    machine.transition_to(Initializing, "").expect("legal");
    assert_eq!(dropped.as_mut().now_or_never(), None);
    drop(dropped);
    let mut late = running();
    assert_eq!(late.as_mut().now_or_never(), None);
    for step in [ServicesStarting, Running, Degraded] {
        machine.transition_to(step, "").expect("legal");
    }
    let reached = Ok(Reached {
        state: Running,
        sequence: 3,
    });
    assert_eq!((stays.await, late.await), (reached, reached));

    // A wait that loses a race again and again is asked on, and one begun anew sees what is there.
    let mut stopped = Box::pin(machine.wait_for(is(Stopped), LONG));
    for step in [Running, Stopping, Stopped] {
        let raced = tokio::select! {
            biased;
            reached = &mut stopped => Some(reached),
            () = std::future::ready(()) => None,
        };
        assert_eq!(raced, None, "{step}");
        assert_eq!(machine.wait_for(is(Error), LONG).now_or_never(), None);
        machine.transition_to(step, "").expect("legal");
    }
    machine.transition_to(Initializing, "").expect("legal");
    let reached = stopped.await.expect("it was passed");
    assert_eq!((reached.state, reached.sequence), (Stopped, 7));
    let present = machine.wait_for(is(Initializing), LONG).now_or_never();
    assert_eq!(
        present.expect("it is there").expect("it is there").sequence,
        8
    );
}
