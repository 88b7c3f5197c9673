//! `bitcraps sim` as people and scripts meet it.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bitcraps"))
        .arg("sim")
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert!(ran.status.success(), "{ran:?}");
    assert!(ran.stderr.is_empty(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn many_seeds_print_a_line_each_and_each_is_what_its_seed_alone_gives() {
    let play = [
        "--keepers",
        "4",
        "--rolls",
        "1",
        "--faults",
        "crash,loss=0.05",
    ];
    let of = |more: &[&str]| printed(&[&play[..], &["--json"], more].concat());
    let both = of(&["--seed", "5", "--seeds", "2"]);
    let alone = of(&["--seed", "5"]) + &of(&["--seed", "6"]);
    assert_eq!(both, alone);
    let keys = [
        "ok",
        "decided",
        "rolls",
        "forks",
        "conflicting_votes",
        "lost",
        "faults",
        "availability",
        "recovery_ms",
        "trace",
    ];
    for line in both.lines() {
        let results: serde_json::Value = serde_json::from_str(line).unwrap();
        for key in keys {
            assert!(results.get(key).is_some(), "{key}");
        }
        assert_eq!(results["ok"], true);
        assert!(results["faults"]["crash"].as_u64().unwrap() > 0);
        assert!(results["faults"]["loss"].as_u64().unwrap() > 0);
    }
    let words = printed(&[&play[..], &["--seed", "5", "--seeds", "2"]].concat());
    let starts: Vec<_> = words
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(starts, ["seed 5: ok", "seed 6: ok"]);
}

/// No club plays so many rolls in one second.
#[test]
fn a_run_that_fails_prints_the_command_that_repeats_it() {
    let asked = [
        "--keepers",
        "4",
        "--rolls",
        "90",
        "--faults",
        "loss=0.05,byzantine=1",
        "--seconds",
        "1",
        "--json",
    ];
    // Of many seeds the first that fails ends it.
    let failed = run(&[&asked[..], &["--seed", "11", "--seeds", "3"]].concat());
    assert_eq!(failed.status.code(), Some(1), "{failed:?}");
    let told = String::from_utf8(failed.stderr).unwrap();
    let (_, command) = told.split_once("of the program: ").unwrap();
    let command = command.lines().next().unwrap();
    let results: serde_json::Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(results["ok"], false);
    assert_eq!(results["seed"], 11);
    assert_eq!(results["command"], command);
    assert!(results["violations"][0]["invariant"].is_string());

    let mut words = command.split_whitespace();
    assert_eq!(
        (words.next(), words.next()),
        (Some("bitcraps"), Some("sim"))
    );
    let again = run(&words.chain(["--json"]).collect::<Vec<_>>());
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(again.stdout, failed.stdout, "{command}");
}

#[test]
fn what_can_not_be_simulated_is_refused_with_what_can() {
    let refused = [
        (&["--keepers", "3"][..], "--keepers"),
        (&["--faults", "crahs"], "did you mean crash?"),
        (&["--faults", "loss=7"], "loss=0.05"),
        (&["--keepers", "4", "--faults", "byzantine=2"], "liars"),
        (
            &["--keepers", "-4"],
            "'-4' for '--keepers <N>': a whole number from 1 to 16 is",
        ),
        (
            &["--rolls", "0"],
            "'0' for '--rolls <N>': a whole number from 1 to",
        ),
        (
            &["--rolls", "1e3"],
            "'1e3' for '--rolls <N>': a whole number from 1 to",
        ),
        (
            &["--seeds", "0"],
            "'0' for '--seeds <N>': a whole number from 1 to",
        ),
    ];
    for (arguments, hint) in refused {
        let ran = run(arguments);
        let told = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{told}");
        assert!(ran.stdout.is_empty());
        assert!(told.contains(hint), "{told}");
    }
}
