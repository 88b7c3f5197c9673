//! `bitcraps simulate` as people and scripts meet it.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

use std::io::{Read as _, Write as _};
use std::process::{Command, Output};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bitcraps"))
        .arg("simulate")
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

#[test]
fn the_json_is_the_same_for_any_number_of_threads_and_another_for_another_seed() {
    let with = |threads: &str, seed: &str| -> String {
        let session = ["--session", "30", "--json", "--unit", "5"];
        let asked = ["--strategy", "come-odds", "--hands", "4000"];
        let numbers = ["--threads", threads, "--seed", seed];
        let ran = run(&[&asked[..], &numbers, &session].concat());
        assert!(ran.status.success(), "{ran:?}");
        assert!(ran.stderr.is_empty(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    let one = with("1", "9");
    for threads in ["2", "3", "8"] {
        assert_eq!(one, with(threads, "9"), "{threads} threads");
    }
    assert_ne!(one, with("1", "10"));
    let report: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert_eq!(report["hands"], 4_000);
    assert_eq!(report["trials"], 134);
    let keys = [
        "hands",
        "rolls",
        "mean",
        "deviation",
        "quantiles",
        "risk_of_ruin",
        "house_take",
        "house_edge",
        "longest_hand",
        "histogram",
        "fan",
    ];
    for key in keys {
        assert!(!report[key].is_null(), "{key}");
    }
}

#[test]
fn the_rules_that_were_changed_are_played_and_told() {
    let asked = ["--strategy", "field", "--hands", "20000", "--threads", "1"];
    let rules = ["--rule", "field_12=3", "--rule", "field_2=3"];
    let ran = run(&[&asked[..], &rules, &["--json"]].concat());
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let told = serde_json::json!({ "field_2": 3, "field_12": 3 });
    assert_eq!(report["rules"], told, "{ran:?}");
    let usual = run(&[&asked[..], &["--json"]].concat());
    let usual: serde_json::Value = serde_json::from_slice(&usual.stdout).unwrap();
    assert_eq!(usual["rules"], serde_json::json!({}));
    // The same dice: each 2 and each 12 pays a unit of 10 more, a chip in 18 of all staked.
    let more = usual["house_take"].as_f64().unwrap() - report["house_take"].as_f64().unwrap();
    let share = more / report["staked"].as_f64().unwrap();
    assert!((share - 1.0 / 18.0).abs() < 0.005, "{share}");
    let words = run(&[&asked[..], &rules, &["--rule", "max_bet=5000000"]].concat());
    let noted = String::from_utf8(words.stderr).unwrap();
    assert!(
        !noted.contains('\r') && noted.contains("a second"),
        "progress is for terminals: {noted}"
    );
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(words.contains("result of a hand") && words.contains("chips after"));
    assert!(
        words.contains("\nrules: field_12 3, field_2 3, max_bet 5,000,000\n"),
        "{words}"
    );
}

#[test]
fn bad_input_is_refused_with_what_would_do() {
    let good = ["--strategy", "pass"];
    let cases: [(&[&str], &str); 14] = [
        (
            &["--hands", "0"],
            "'0' for '--hands <N>': a whole number from 1 to",
        ),
        (
            &["--hands", "1e6"],
            "'1e6' for '--hands <N>': a whole number from 1 to",
        ),
        (
            &["--hands", "-5"],
            "'-5' for '--hands <N>': a whole number from 1 to",
        ),
        (&["--unit", "0"], "the table takes 1 to 10000"),
        (&["--unit", "10001"], "the table takes 1 to 10000"),
        (&["--bankroll", "9"], "does not pay a unit of 10"),
        (
            &["--bankroll", "18446744073709551615"],
            "a whole number from 0 to 1000000000000 ",
        ),
        (
            &["--threads", "0"],
            "a whole number from 1 to 256 is wanted",
        ),
        (
            &["--threads", "1000"],
            "a whole number from 1 to 256 is wanted",
        ),
        (
            &["--session", "0"],
            "'--session [<HANDS>]': a whole number from 1 to",
        ),
        (&["--rule", "colour=red"], "the settings are odds, field_2"),
        (&["--rule", "field_12=5"], "it can pay 2 or 3"),
        (&["--rule", "odds=7x"], "--rule odds: wanted one of 1x, 2x"),
        (&["--rule", "max_bet=5"], "the table takes 1 to 5"),
    ];
    for (arguments, says) in cases {
        let ran = run(&[&good[..], arguments].concat());
        let told = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(says), "{arguments:?}: {told}");
        assert!(ran.stdout.is_empty());
    }
    let unknown = run(&["--strategy", "pass-odd"]);
    let told = String::from_utf8(unknown.stderr).unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    for name in ["three-point-molly", "random", "did you mean pass-odds?"] {
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn an_interrupt_at_the_terminal_ends_it_with_what_was_played() {
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_bitcraps"));
    command.args(["simulate", "--strategy", "pass", "--hands", "100000000000"]);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut keyboard = pair.master.take_writer().unwrap();
    let (mut shown, mut bytes, mut is_interrupted) = (String::new(), [0; 4096], false);
    // Linux ends a terminal that nobody has open any more with an error.
    while let Ok(count) = reader.read(&mut bytes)
        && count > 0
    {
        shown += &String::from_utf8_lossy(&bytes[..count]);
        if !is_interrupted && shown.contains("Ctrl-C ends it here") {
            keyboard.write_all(b"\x03").unwrap();
            is_interrupted = true;
        }
    }
    assert!(child.wait().unwrap().success(), "{shown}");
    assert!(shown.contains("stopped after"), "{shown}");
    assert!(shown.contains("rolls in"), "{shown}");
}
