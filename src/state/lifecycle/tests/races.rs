//! Concurrent transitions against the definition of linearisability: each call takes effect at one
//! moment between its beginning and its end.

use std::{
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    thread,
};

use super::*;

/// One call, with the tickets drawn before it began and after it ended.
struct Call {
    began: u64,
    ended: u64,
    wanted: ApplicationState,
    result: Result<Change, InvalidTransition>,
}

fn race(machine: &ApplicationStateMachine, threads: u64, calls: u64) -> Vec<Call> {
    let tickets = AtomicU64::new(0);
    thread::scope(|scope| {
        let callers: Vec<_> = (1..=threads)
            .map(|seed| {
                let tickets = &tickets;
                scope.spawn(move || {
                    let mut dice = seed;
                    let call = |_| {
                        dice = dice
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        let wanted = ApplicationState::ALL[usize::try_from(dice >> 61).unwrap()];
                        let began = tickets.fetch_add(1, SeqCst);
                        let result = machine.transition_to(wanted, "race");
                        let ended = tickets.fetch_add(1, SeqCst);
                        Call {
                            began,
                            ended,
                            wanted,
                            result,
                        }
                    };
                    (0..calls).map(call).collect::<Vec<_>>()
                })
            })
            .collect();
        callers
            .into_iter()
            .flat_map(|caller| caller.join().expect("no panic"))
            .collect()
    })
}

/// Returns the calls that changed something, in the order of their numbers, and the states the
/// machine went through.
fn walk(calls: &[Call]) -> (Vec<&Call>, Vec<ApplicationState>) {
    let mut made: Vec<(u64, &Call)> = Vec::new();
    for call in calls {
        if let Ok(Change::Made { sequence, .. }) = call.result {
            made.push((sequence, call));
        }
    }
    made.sort_by_key(|(sequence, _)| *sequence);
    let mut states = vec![Uninitialized];
    for (place, (sequence, call)) in made.iter().enumerate() {
        assert_eq!(
            *sequence,
            u64::try_from(place).unwrap() + 1,
            "a number twice or missing"
        );
        let Ok(Change::Made { from, to, .. }) = call.result else {
            panic!("a number for a call that changed nothing")
        };
        assert_eq!((from, to), (states[place], call.wanted), "not a walk");
        assert_eq!(grid(from, to), 'x', "not a legal one");
        states.push(to);
    }
    (made.into_iter().map(|(_, call)| call).collect(), states)
}

#[test]
fn concurrent_transitions_are_linearisable() {
    let (_, machine) = machine();
    let calls = race(&machine, 4, 3_000);
    let (made, states) = walk(&calls);
    assert!(made.len() > 100, "the race went nowhere");
    assert_eq!(machine.phase(), *states.last().unwrap());

    let mut latest_begin = 0;
    for call in &made {
        assert!(
            latest_begin < call.ended,
            "a later call took effect before an earlier one began"
        );
        latest_begin = latest_begin.max(call.began);
    }
    for call in &calls {
        let (state, exactly) = match call.result {
            Ok(Change::Made { .. }) => continue,
            Ok(Change::Unchanged { state, sequence }) => (state, Some(sequence)),
            Err(refused) => {
                assert_eq!(refused.wanted, call.wanted);
                assert_ne!(
                    grid(refused.actual, call.wanted),
                    'x',
                    "refused what was legal"
                );
                (refused.actual, None)
            }
        };
        let ended_before = made.iter().rposition(|other| other.ended < call.began);
        let earliest = ended_before.map_or(0, |place| place + 1);
        let latest = made
            .iter()
            .position(|other| other.began > call.ended)
            .unwrap_or(made.len());
        let fits = (earliest..=latest).any(|place| {
            states[place] == state
                && exactly.is_none_or(|sequence| sequence == u64::try_from(place).unwrap())
        });
        assert!(fits, "{state} was never the state during the call");
    }
}

#[test]
fn of_two_that_race_one_wins_and_the_other_learns_what_it_is_now() {
    for _ in 0..500 {
        let machine = machine_in(Stopping);
        let go = |wanted| machine.transition_to(wanted, "mine");
        let (stop, fail) = thread::scope(|scope| {
            let stop = scope.spawn(|| go(Stopped));
            let fail = scope.spawn(|| go(Error));
            (
                stop.join().expect("no panic"),
                fail.join().expect("no panic"),
            )
        });
        let (winner, loser, wanted) = match stop {
            Ok(_) => (Stopped, fail, Error),
            Err(_) => (Error, stop, Stopped),
        };
        let refused = InvalidTransition {
            actual: winner,
            wanted,
            reset_first: false,
        };
        assert_eq!((machine.phase(), loser), (winner, Err(refused)));
        assert_eq!(machine.view().sequence, 3);
    }
}
