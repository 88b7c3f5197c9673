//! The recorded tables of the rule book, played by `bitcraps replay`.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read, Write};

use bitcraps::cli::replay::{LINE_BYTES_MAX, ReplaySummary, run};
use serde_json::Value;

const EXAMPLES: &str = include_str!("data/rules/examples.jsonl");

fn check(lines: &str) -> (ReplaySummary, String) {
    played(lines, true)
}

fn played(lines: &str, check: bool) -> (ReplaySummary, String) {
    let mut output = Vec::new();
    let summary = run(Cursor::new(lines), &mut output, check).unwrap();
    (summary, String::from_utf8(output).unwrap())
}

#[test]
fn every_recorded_table_comes_out_as_recorded() {
    let (summary, output) = check(EXAMPLES);
    assert_eq!((summary.lines, output.as_str()), (436, ""));
    assert!(summary.is_good(), "{summary:?}");
}

/// Tables whose amounts were worked out by hand from the rule book: what the recorded ones leave
/// out of sections 4 to 9.
#[test]
fn every_table_that_was_worked_out_by_hand_comes_out_so() {
    let (summary, output) = check(include_str!("data/tables.jsonl"));
    assert_eq!((summary.lines, output.as_str()), (22, ""));
    assert!(summary.is_good(), "{summary:?}");
}

/// Random tables by house rules that the recorded ones don't have, computed by a second program that
/// was written from the rule book alone.
#[test]
fn every_table_of_the_other_program_comes_out_as_it_has_it() {
    let (summary, output) = check(include_str!("data/house_tables.jsonl"));
    assert_eq!((summary.lines, output.as_str()), (60, ""));
    assert!(summary.is_good(), "{summary:?}");
}

/// Two recorded tables, the second with one member of its first step changed.
fn planted(path: &str, wrong: Value) -> String {
    let line = EXAMPLES
        .lines()
        .find(|line| line.contains("\"pass_odds\""))
        .unwrap();
    let mut table: Value = serde_json::from_str(line).unwrap();
    *table["steps"][0].pointer_mut(path).unwrap() = wrong;
    format!("{}\n{table}\n", EXAMPLES.lines().next().unwrap())
}

#[test]
fn a_planted_wrong_payout_is_named_with_its_line_and_step() {
    let (summary, output) = check(&planted("/after/bankroll", 123_456.into()));
    assert_eq!(
        (summary.lines, summary.differences, summary.faults),
        (2, 1, 0)
    );
    assert!(
        output.contains("line 2, steps[0].after.bankroll: expected 123456, found "),
        "{output}"
    );
    let (summary, _) = played(&planted("/after/bankroll", 123_456.into()), false);
    assert!(
        summary.is_good(),
        "without --check nothing is compared: {summary:?}"
    );
}

#[test]
fn results_say_what_was_taken_and_why_not() {
    let script = r#"{"id":"x","config":{"odds":"2x"},"bankroll":100,"steps":[
        {"actions":[{"op":"place","bet":"pass","amount":10}],"roll":[2,2]},
        {"actions":[{"op":"place","bet":"pass_odds","amount":21,"expect":"reject"},
                    {"op":"place","bet":"pass_odds","amount":20}],"roll":[1,3]}]}"#;
    let (summary, output) = played(&script.replace('\n', ""), false);
    assert!(summary.is_good());
    let result: Value = serde_json::from_str(&output).unwrap();
    let step = &result["steps"][1];
    assert_eq!(step["accepted"], serde_json::json!([false, true]));
    assert_eq!(step["why"][0]["odds_limit"]["most"], 20);
    assert_eq!(
        step["after"],
        serde_json::json!({ "bankroll": 150, "point": null, "bets": {} })
    );
}

#[test]
fn a_line_that_is_no_script_is_named_and_the_others_are_played() {
    let step = r#"{"actions":[],"roll":[1,3]}"#;
    let bad = [
        (
            "{",
            "line 1, $: not JSON: EOF while parsing an object, in column 1",
        ),
        (
            r#"{"id":1,"config":{"vig_rate":[1,0]},"bankroll":1,"steps":[]}"#,
            "line 1, config: vig_rate 1/0 is not a rate below one",
        ),
        (
            r#"{"id":1,"config":{"single_payouts":{"easy":1,"hard":29}},"bankroll":1,"steps":[]}"#,
            "line 1, config: a single number pays 1; it can pay 5 to 10000",
        ),
        ("{}", "line 1, $: config is missing"),
        (
            r#"{"id":1,"config":{"odds":"2x","odds":"3x"},"bankroll":1,"steps":[]}"#,
            "line 1, $: odds stands twice, in column 36",
        ),
        (
            r#"{"id":1,"config":{},"bankroll":1,"steps":[{"actions":[],"roll":[1,2],"roll":[6,6]}]}"#,
            "line 1, $: roll stands twice, in column 75",
        ),
        (
            r#"{"id":1,"config":{},"bankroll":-1,"steps":[]}"#,
            "line 1, bankroll: wanted a whole number from 0 to 2^64 - 1, found -1",
        ),
        (
            r#"{"id":1,"config":{"odds":"7x"},"bankroll":1,"steps":[]}"#,
            "line 1, config.odds: ",
        ),
        (
            r#"{"id":1,"config":{"colour":1},"bankroll":1,"steps":[]}"#,
            "line 1, config.colour: ",
        ),
        (
            r#"{"config":{},"bankroll":1,"steps":[{"actions":[],"roll":[7,1]}]}"#,
            "line 1, steps[0].roll: wanted two dice from 1 to 6, found [7,1]",
        ),
        (
            r#"{"config":{},"bankroll":1,"steps":[{"actions":[{"op":"place","bet":"pas","amount":1}],"roll":[1,1]}]}"#,
            "line 1, steps[0].actions[0].bet: \\\"pas\\\" is not a bet",
        ),
        (
            r#"{"config":{},"bankroll":1,"steps":[{"actions":[{"op":"place","bet":"pass","amount":-5}],"roll":[1,1]}]}"#,
            "line 1, steps[0].actions[0].amount: wanted a whole number",
        ),
    ];
    for (line, error) in bad {
        let good = format!(r#"{{"id":2,"config":{{}},"bankroll":1,"steps":[{step}]}}"#);
        let (summary, output) = played(&format!("{line}\n{good}"), false);
        assert_eq!((summary.lines, summary.faults), (2, 1), "{line}");
        assert!(output.contains(error), "{line} gave {output}");
        assert!(output.contains(r#""id":2,"steps":[{"#), "{output}");
    }
}

#[test]
fn a_line_without_end_is_refused_and_skipped() {
    let endless = "x".repeat(usize::try_from(LINE_BYTES_MAX).unwrap() * 2);
    let (summary, output) = check(&format!("{endless}\n{}", EXAMPLES.lines().next().unwrap()));
    assert_eq!(
        (summary.lines, summary.faults, summary.differences),
        (2, 1, 0)
    );
    assert!(
        output.contains("line 1, $: longer than 1048576 bytes"),
        "{output}"
    );
}

const SHORT: &[u8] = br#"{"id":1,"config":{},"bankroll":9,"steps":[{"actions":[{"op":"place","bet":"pass","amount":1}],"roll":[1,3]}]}
"#;

/// Lines that are made as they are read.
struct Lines<'a> {
    left: u64,
    read: &'a Cell<u64>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        self.left -= 1;
        self.read.set(self.read.get() + 1);
        (&mut *buffer).write_all(SHORT)?;
        Ok(SHORT.len())
    }
}

/// Counts lines that are written, and how far the reader was ahead of them.
struct Counter<'a> {
    read: &'a Cell<u64>,
    written: u64,
    ahead_most: u64,
}

impl Write for Counter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lines = bytes.split(|byte| *byte == b'\n').skip(1).count();
        self.written += u64::try_from(lines).unwrap();
        self.ahead_most = self.ahead_most.max(self.read.get() - self.written);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most memory this process has ever had, in kilobytes.
fn memory_most() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn lines_are_played_one_by_one_so_that_many_take_no_more_memory_than_a_few() {
    let play = |count| {
        let read = Cell::new(0);
        let mut counter = Counter {
            read: &read,
            written: 0,
            ahead_most: 0,
        };
        let lines = Lines {
            left: count,
            read: &read,
        };
        let summary = run(
            BufReader::with_capacity(SHORT.len(), lines),
            &mut counter,
            false,
        )
        .unwrap();
        assert_eq!((summary.lines, counter.written), (count, count));
        assert!(
            counter.ahead_most <= 1,
            "{} lines ahead",
            counter.ahead_most
        );
    };
    play(1_000);
    let before = memory_most();
    play(30_000);
    // Thirty thousand parsed lines would be some 60 megabytes; other tests may run beside this.
    let grown = memory_most() - before;
    assert!(grown < 8_000, "{grown} kilobytes more");
}
