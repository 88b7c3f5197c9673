//! The model the tests compare with is [`GRID`], written by hand and not from the table of
//! the code.

mod events;
mod races;
mod waits;

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;

use super::{ApplicationState::*, *};
use crate::clock::{Clock, ManualClock, UnixMillis};

/// Rows are the state before, columns the state after, both in the order of the codes.
/// `=` the same, `x` legal, `r` only through reset, `.` refused.
const GRID: [&str; 8] = [
    "=x....x.", // Uninitialized
    ".=x..x.x", // Initializing
    "..=xxx.x", // ServicesStarting
    "...=xx.x", // Running
    "...x=x.x", // Degraded
    ".....=xx", // Stopping
    ".x....=.", // Stopped
    ".r...x.=", // Error
];

fn grid(from: ApplicationState, to: ApplicationState) -> char {
    GRID[usize::from(from.code())]
        .chars()
        .nth(usize::from(to.code()))
        .expect("eight columns")
}

fn machine() -> (Arc<ManualClock>, ApplicationStateMachine) {
    let clock = Arc::new(ManualClock::new(UnixMillis(1_000)));
    let machine = ApplicationStateMachine::new(Arc::clone(&clock) as Arc<dyn Clock>);
    (clock, machine)
}

/// Returns a machine that was led to `state` on a legal way.
fn machine_in(state: ApplicationState) -> ApplicationStateMachine {
    let way: &[ApplicationState] = match state {
        Uninitialized => &[],
        Initializing => &[Initializing],
        ServicesStarting => &[Initializing, ServicesStarting],
        Running => &[Initializing, ServicesStarting, Running],
        Degraded => &[Initializing, ServicesStarting, Degraded],
        Stopping => &[Initializing, Stopping],
        Stopped => &[Stopped],
        Error => &[Initializing, Error],
    };
    let (_, machine) = machine();
    for step in way {
        machine
            .transition_to(*step, "on the way")
            .expect("a legal way");
    }
    machine
}

#[test]
fn every_byte_is_a_state_or_refused_and_serde_gives_each_state_back() {
    let names =
        "Uninitialized Initializing ServicesStarting Running Degraded Stopping Stopped Error";
    let names: Vec<&str> = names.split(' ').collect();
    for byte in 0..=u8::MAX {
        match (
            ApplicationState::try_from(byte),
            names.get(usize::from(byte)),
        ) {
            (Ok(state), Some(name)) => {
                assert_eq!(state.code(), byte);
                let json = serde_json::to_string(&state).expect("a state is plain data");
                assert_eq!(json, format!("\"{name}\""));
                let back: ApplicationState = serde_json::from_str(&json).expect("its own name");
                assert_eq!(back, state);
            }
            (Err(unknown), None) => assert_eq!(unknown, UnknownState(byte)),
            (got, _) => panic!("byte {byte} gave {got:?}"),
        }
    }
    assert!(serde_json::from_str::<ApplicationState>("\"Broken\"").is_err());
}

#[test]
fn all_64_pairs_do_what_the_grid_says() {
    let (mut legal, mut unchanged, mut refused) = (0, 0, 0);
    for from in ApplicationState::ALL {
        for to in ApplicationState::ALL {
            let machine = machine_in(from);
            let before = machine.view();
            let got = machine.transition_to(to, "asked");
            let sequence = before.sequence + 1;
            let refusal = |reset_first| {
                assert!(Arc::ptr_eq(&before, &machine.view()), "{from} to {to}");
                let wanted = to;
                assert_eq!(
                    got,
                    Err(InvalidTransition {
                        actual: from,
                        wanted,
                        reset_first
                    })
                );
            };
            match grid(from, to) {
                'x' => {
                    legal += 1;
                    assert_eq!(got, Ok(Change::Made { from, to, sequence }));
                    assert_eq!(machine.phase(), to);
                }
                'r' => {
                    legal += 1;
                    refusal(true);
                    let reset = machine.reset("asked");
                    assert_eq!(reset, Ok(Change::Made { from, to, sequence }));
                }
                '=' => {
                    unchanged += 1;
                    let (state, sequence) = (from, before.sequence);
                    assert_eq!(got, Ok(Change::Unchanged { state, sequence }));
                    assert!(Arc::ptr_eq(&before, &machine.view()));
                }
                _ => {
                    refused += 1;
                    refusal(false);
                }
            }
        }
    }
    assert_eq!((legal, unchanged, refused), (20, 8, 36));
}

#[test]
fn the_printed_table_is_the_table() {
    assert_eq!(include_str!("transitions.md"), transition_table());
}

#[test]
fn state_number_reason_and_time_change_together_and_the_history_is_bounded() {
    let (clock, machine) = machine();
    machine.transition_to(Initializing, "0").expect("legal");
    machine.transition_to(ServicesStarting, "1").expect("legal");
    for turn in 2..1_000 {
        clock.advance(Duration::from_secs(1));
        let wanted = if turn % 2 == 0 { Running } else { Degraded };
        machine
            .transition_to(wanted, &turn.to_string())
            .expect("legal");
        let view = machine.view();
        assert_eq!((view.state, view.sequence), (wanted, turn + 1));
        assert_eq!(view.reason.as_str(), turn.to_string());
        assert_eq!(view.since, UnixMillis(1_000 * turn));
        assert!(machine.read(|read| read.sequence == view.sequence));
        let kept = view.history.newest_first().count();
        assert_eq!(
            kept,
            limits::HISTORY_TRANSITIONS.min(usize::try_from(turn + 1).unwrap())
        );
    }
    let view = machine.view();
    let mut expected = 1_000;
    for transition in view.history.newest_first() {
        assert_eq!(transition.sequence, expected);
        assert_eq!(transition.reason.as_str(), (expected - 1).to_string());
        expected -= 1;
    }
}

#[test]
fn a_long_reason_is_cut_between_characters() {
    let reason = Reason::from("é".repeat(1_000).as_str());
    assert_eq!(reason.as_str(), "é".repeat(limits::REASON_BYTES / 2));
}

#[test]
fn an_emergency_keeps_its_first_reason_and_bars_every_run_until_it_is_reset() {
    for state in ApplicationState::ALL {
        let machine = machine_in(state);
        let before = machine.view();
        let first = machine.emergency_stop("smoke");
        let second = machine.emergency_stop("fire");
        assert_eq!(first.reason.as_str(), "smoke");
        assert_eq!(first, second);
        let view = machine.view();
        assert_eq!(view.emergency, Some(first));
        let at_rest = matches!(state, Uninitialized | Stopped);
        assert_eq!(view.state, if at_rest { state } else { Error });
        if at_rest {
            assert_eq!(
                (view.sequence, &view.reason),
                (before.sequence, &before.reason)
            );
        } else {
            machine.transition_to(Stopping, "release").expect("legal");
            let refused = machine.reset("too early").expect_err("still stopping");
            assert_eq!(refused.actual, Stopping);
            machine.transition_to(Stopped, "released").expect("legal");
        }
        let barred = machine
            .transition_to(Initializing, "start")
            .expect_err("barred");
        assert!(barred.reset_first, "{barred}");
        machine.reset("it was a drill").expect("at rest");
        assert_eq!(machine.view().emergency, None);
        machine
            .transition_to(Initializing, "start")
            .expect("free again");
    }
}

#[test]
fn a_reset_without_an_error_or_an_emergency_is_refused() {
    for state in ApplicationState::ALL {
        assert_eq!(machine_in(state).reset("why not").is_ok(), state == Error);
    }
}

#[test]
fn transitions_and_the_time_in_each_state_are_counted() {
    let (clock, machine) = machine();
    for (state, stay) in [
        (Initializing, 5),
        (ServicesStarting, 50),
        (Running, 7_200_000),
        (Degraded, 1),
        (Running, 0),
    ] {
        machine.transition_to(state, "").expect("legal");
        clock.advance(Duration::from_millis(stay));
    }
    machine.transition_to(Stopping, "").expect("legal");
    let metrics = machine.metrics();
    let made: Vec<_> = metrics
        .transitions
        .iter()
        .filter(|row| row.2 > 0)
        .copied()
        .collect();
    assert_eq!(
        made,
        [
            (Uninitialized, Initializing, 1),
            (Initializing, ServicesStarting, 1),
            (ServicesStarting, Running, 1),
            (Running, Degraded, 1),
            (Running, Stopping, 1),
            (Degraded, Running, 1),
        ]
    );
    let (state, running) = &metrics.time_in_state[usize::from(Running.code())];
    assert_eq!(*state, Running);
    assert_eq!(running.buckets, [1, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(running.total, Duration::from_hours(2));
}

#[derive(Clone, Copy, Debug)]
enum Ask {
    Go(ApplicationState),
    Emergency,
    Reset,
}

fn asks() -> impl Strategy<Value = Ask> {
    prop_oneof![
        20 => (0..8_u8).prop_map(|code| Ask::Go(ApplicationState::try_from(code).unwrap())),
        1 => Just(Ask::Emergency),
        2 => Just(Ask::Reset),
    ]
}

proptest! {
    #[test]
    fn random_walks_agree_with_the_model(asks in prop::collection::vec(asks(), 0..200)) {
        let (_, machine) = machine();
        let (mut state, mut marked, mut steps) = (Uninitialized, false, 0);
        for ask in asks {
            let (target, allowed) = match ask {
                Ask::Go(to) => (to, match grid(state, to) {
                    'x' => to != Initializing || !marked,
                    cell => cell == '=',
                }),
                Ask::Emergency => {
                    let works = grid(state, Error) == 'x' && !marked;
                    (if works { Error } else { state }, true)
                }
                Ask::Reset if state == Error => (Initializing, true),
                Ask::Reset => (state, marked && matches!(state, Uninitialized | Stopped)),
            };
            let got = match ask {
                Ask::Go(to) => machine.transition_to(to, "go").is_ok(),
                Ask::Emergency => machine.emergency_stop("stop").reason.as_str() == "stop",
                Ask::Reset => machine.reset("reset").is_ok(),
            };
            prop_assert_eq!(got, allowed, "{:?} in {}", ask, state);
            if allowed {
                steps += u64::from(state != target);
                state = target;
                marked = match ask {
                    Ask::Go(_) => marked,
                    Ask::Emergency => true,
                    Ask::Reset => false,
                };
            }
            let view = machine.view();
            prop_assert_eq!((view.state, view.emergency.is_some(), view.sequence), (state, marked, steps));
        }
    }
}
