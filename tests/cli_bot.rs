//! The headless player as scripts see it, through the real program.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

#[path = "common/home.rs"]
mod home;

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use home::Home;
use serde_json::Value;

impl Home {
    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let environment = environment.iter().copied();
        self.command(arguments).envs(environment).output().unwrap()
    }

    /// Runs a command that prints JSON lines and succeeds.
    fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments, &[]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        rows(&output)
    }

    /// Plays and returns the events.
    fn bot(&self, arguments: &[&str]) -> Vec<Value> {
        self.rows(&[&["bot", "--host", "--json"], arguments].concat())
    }
}

fn rows(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events.iter().filter(|row| row["event"] == kind).collect()
}

fn number(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap()
}

/// The names of the events without repetitions, and without bets and rolls.
fn outline(events: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = events
        .iter()
        .map(|row| match row["event"].as_str().unwrap() {
            "lifecycle" => row["to"].as_str().unwrap().to_owned(),
            "bet" | "roll" => "play".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    names.dedup();
    names
}

const OUTLINE: [&str; 10] = [
    "Initializing",
    "ServicesStarting",
    "Running",
    "table",
    "seated",
    "play",
    "stood",
    "Stopping",
    "Stopped",
    "end",
];

/// Every bet is sent before it is confirmed, and every roll follows the bets that were made for it.
fn check_bets(events: &[Value]) {
    let mut sent = Vec::new();
    for row in events {
        match (row["event"].as_str().unwrap(), row["state"].as_str()) {
            ("bet", Some("sent")) => sent.push(number(row, "id")),
            ("bet", Some("confirmed")) => sent.retain(|id| *id != number(row, "id")),
            ("bet", other) => assert_eq!(other, None, "{row}"),
            ("roll" | "end", _) => assert!(sent.is_empty(), "{sent:?} before {row}"),
            _ => {}
        }
    }
    let ids: Vec<u64> = of(events, "bet")
        .iter()
        .map(|row| number(row, "id"))
        .collect();
    assert_eq!(ids.iter().max(), Some(&(ids.len() as u64 / 2)));
    let times: Vec<u64> = events.iter().map(|row| number(row, "t")).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn thirty_rolls_are_told_in_order_and_add_up_with_what_is_kept() {
    let home = Home::new();
    let events = home.bot(&[
        "--rolls",
        "30",
        "--strategy",
        "three-point-molly",
        "--seed",
        "1",
    ]);
    assert_eq!(outline(&events), OUTLINE);
    check_bets(&events);
    let rolls = of(&events, "roll");
    let history = home.rows(&["history", "--json"]);
    assert_eq!((rolls.len(), history.len()), (30, 30));
    for ((told, kept), roll) in rolls.iter().zip(&history).zip(1..) {
        assert_eq!((number(told, "roll"), number(kept, "roll")), (roll, roll));
        for key in ["table", "dice", "balance"] {
            assert_eq!(told[key], kept[key]);
        }
    }
    let heights: Vec<u64> = rolls.iter().map(|row| number(row, "height")).collect();
    assert!(heights.is_sorted_by(|before, after| before < after));
    let end = events.last().unwrap();
    assert_eq!(end["reason"], "rolls");
    assert_eq!(number(end, "rolls"), 30);
    assert!(number(end, "height") > heights[29]);
    assert_eq!(end["state_root"].as_str().unwrap().len(), 64);

    let balance = &home.rows(&["balance", "--json"])[0];
    for key in ["balance", "at_risk"] {
        assert_eq!(balance[key], end[key]);
    }
    let parts = ["balance", "at_risk", "treasury"].map(|key| number(balance, key));
    assert_eq!(parts.iter().sum::<u64>(), number(balance, "supply"));
}

#[test]
fn a_second_run_goes_on_where_the_first_one_ended() {
    let home = Home::new();
    let first = home.bot(&["--rolls", "4"]);
    let second = home.bot(&["--rolls", "4", "--pace", "fast"]);
    let rolls: Vec<u64> = of(&second, "roll")
        .iter()
        .map(|row| number(row, "roll"))
        .collect();
    assert_eq!(rolls, [5, 6, 7, 8]);
    assert_eq!(of(&second, "table")[0]["id"], of(&first, "table")[0]["id"]);
    let height = |events: &[Value]| number(events.last().unwrap(), "height");
    assert!(height(&second) > height(&first));
    assert_eq!(home.rows(&["history", "--json"]).len(), 8);
}

/// Nobody is asked for a name, and no seed makes the dice.
#[test]
fn a_seed_drives_the_strategy_alone_and_a_missing_name_is_drawn() {
    let play = || {
        let home = Home::new();
        let arguments = ["--strategy", "random", "--seed", "7", "--rolls", "8"];
        let events = home.bot(&arguments);
        let bets = of(&events, "bet");
        let first: Vec<String> = bets
            .iter()
            .filter(|bet| bet["state"] == "sent")
            .map(|bet| format!("{} on {}", bet["amount"], bet["bet"]))
            .take(1)
            .collect();
        let dice: Vec<Value> = of(&events, "roll")
            .iter()
            .map(|roll| roll["dice"].clone())
            .collect();
        let history = home.rows(&["history", "--json"]);
        let name = history[0]["shooter"].as_str().unwrap().to_owned();
        assert!(name.contains('-') && !name.contains(' '), "{name}");
        (first, dice)
    };
    let ((one_bet, one_dice), (other_bet, other_dice)) = (play(), play());
    assert_eq!(one_bet, other_bet);
    assert_eq!((one_dice.len(), other_dice.len()), (8, 8));
    // Once in 36 to the power of eight they are the same.
    assert_ne!(one_dice, other_dice);
}

/// Hard ways wait for a point, and the dice for a bet.
#[test]
fn a_strategy_with_no_bet_in_the_roll_puts_down_a_line_bet_first() {
    let home = Home::new();
    let events = home.bot(&["--strategy", "hardways", "--rolls", "12"]);
    let first = &of(&events, "bet")[0];
    assert_eq!(
        (&first["bet"], &first["amount"]),
        (&"pass".into(), &10.into())
    );
    assert_eq!(of(&events, "roll").len(), 12);
}

#[test]
fn other_bots_play_along_if_the_settings_say_so_and_the_dice_go_round() {
    let home = Home::new();
    let environment = [("BITCRAPS_TABLE_BOTS", "2")];
    let output = home.run(&["bot", "--host", "--json", "--rolls", "25"], &environment);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let events = rows(&output);
    assert_eq!(outline(&events), OUTLINE);
    check_bets(&events);
    assert_eq!(number(events.last().unwrap(), "rolls"), 25);
}

#[test]
fn a_table_is_opened_by_name_and_found_again_by_id() {
    let home = Home::new();
    let table = |events: &[Value]| of(events, "table")[0].clone();
    let practice = table(&home.bot(&["--rolls", "1"]));
    let second = table(&home.bot(&["--rolls", "2", "--table", "back room"]));
    assert_eq!(
        (&practice["name"], &second["name"]),
        (&"practice".into(), &"back room".into())
    );
    assert_ne!(practice["id"], second["id"]);
    let again = home.bot(&["--rolls", "1", "--table", second["id"].as_str().unwrap()]);
    assert_eq!(table(&again)["id"], second["id"]);
    assert_eq!(number(of(&again, "roll")[0], "roll"), 3);
    let nowhere = home.run(&["bot", "--host", "--table", &"0".repeat(64)], &[]);
    assert_eq!(nowhere.status.code(), Some(1), "{nowhere:?}");
}

#[test]
fn a_table_above_the_clubs_most_is_refused_at_once() {
    let home = Home::new();
    let play = |table: &str| {
        let arguments = ["bot", "--host", "--rolls", "1", "--table", table];
        home.run(&arguments, &[("BITCRAPS_MAX_GAMES", "2")])
    };
    for table in ["practice", "garden", "practice"] {
        let played = play(table);
        assert_eq!(played.status.code(), Some(0), "{table}: {played:?}");
    }
    let refused = play("attic");
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("there is no table attic"), "{said}");
    assert!(
        said.contains("hint: play at one that is there: practice, garden"),
        "{said}"
    );
}

#[test]
fn the_first_table_is_where_the_player_sits_or_else_practice() {
    let home = Home::new();
    let table = |arguments: &[&str]| {
        let events = home.bot(arguments);
        of(&events, "table")[0]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(table(&["--table", "first", "--rolls", "1"]), "practice");
    let names = home.rows(&["history", "--json"]);
    assert_eq!(names.len(), 1);
}

#[test]
fn a_signal_ends_the_play_in_order_and_nobody_else_gets_the_data_directory_before() {
    let home = Home::new();
    let mut child = home
        .command(&["bot", "--host", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Option<Value> {
        let line = lines.next()?.unwrap();
        Some(serde_json::from_str(&line).unwrap())
    };
    let mut events = Vec::new();
    while of(&events, "roll").len() < 3 {
        events.push(next().unwrap());
    }
    let other = home.run(&["bot", "--host", "--rolls", "1"], &[]);
    assert_eq!(other.status.code(), Some(3), "{other:?}");
    let words = String::from_utf8(other.stderr).unwrap();
    assert!(words.contains(&child.id().to_string()), "{words}");

    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    events.extend(std::iter::from_fn(next));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(outline(&events), OUTLINE);
    let end = events.last().unwrap();
    assert_eq!(end["reason"], "stopped");
    assert_eq!(number(end, "rolls"), of(&events, "roll").len() as u64);
    assert_eq!(
        home.rows(&["history", "--json"]).len() as u64,
        number(end, "rolls")
    );
}

/// Files may not grow for a while, as on a disk that is full.
#[test]
fn a_store_that_fails_is_told_while_the_player_waits_and_play_goes_on_after_it() {
    let home = Home::new();
    let mut child = home
        .command(&["bot", "--host", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    let pid = rustix::process::Pid::from_child(&child);
    let files_may_have = |bytes| {
        use rustix::process::{Resource, Rlimit, prlimit};
        let limit = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(Some(pid), Resource::Fsize, limit).unwrap();
    };
    let mut next = |wanted: &str| {
        let is_wanted = |line: &String| line.contains(wanted);
        let mut lines = events.by_ref().map(|line| line.unwrap());
        lines.find(is_wanted).unwrap()
    };
    next("\"roll\",");
    files_may_have(Some(0));
    // Nobody need read the events for that.
    let said = notes.next().unwrap().unwrap();
    assert!(said.starts_with("bitcraps: waiting: the store "), "{said}");
    assert!(said.contains("ulimit -f unlimited"), "{said}");
    files_may_have(None);
    let said = notes.next().unwrap().unwrap();
    assert_eq!(said, "bitcraps: the store works again");
    next("\"roll\",");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    next("\"end\",");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn who_cannot_pay_the_next_bet_leaves_and_the_answer_is_no() {
    let home = Home::new();
    let environment = [("BITCRAPS_TABLE_MAX_BET", "10000")];
    let arguments = [
        "bot",
        "--host",
        "--json",
        "--strategy",
        "field",
        "--unit",
        "10000",
    ];
    let output = home.run(&arguments, &environment);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let events = rows(&output);
    assert_eq!(outline(&events), OUTLINE);
    let end = events.last().unwrap();
    assert_eq!(end["reason"], "broke");
    assert_eq!((number(end, "balance"), number(end, "at_risk")), (0, 0));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("do not pay") && words.contains("  hint: "),
        "{words}"
    );
    // Broke from the start, it sits down, sees that, and leaves.
    let again = home.run(&arguments, &[]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert_eq!(of(&rows(&again), "roll").len(), 0);
}

#[test]
fn what_this_version_does_not_play_is_wrong_usage_and_touches_nothing() {
    let home = Home::new();
    let cases: [(&[&str], &str); 7] = [
        (&["bot"], "--host"),
        (&["bot", "--host", "--seats", "2"], "no other players"),
        (&["bot", "--host", "--seats", "0"], "from 1 to 16"),
        (
            &["bot", "--host", "--strategy", "martingale"],
            "three-point-molly",
        ),
        (&["bot", "--host", "--unit", "0"], "--unit"),
        (&["bot", "--host", "--rolls", "0"], "--rolls"),
        (&["bot", "--host", "--table", ""], "--table"),
    ];
    for (arguments, words) in cases {
        let output = home.run(arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(words), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
    assert!(std::fs::read_dir(home.path("")).unwrap().next().is_none());
}

#[test]
fn a_unit_above_the_largest_bet_of_the_table_is_refused_and_bets_nothing() {
    let home = Home::new();
    let arguments = ["bot", "--host", "--rolls", "1", "--unit", "501"];
    let output = home.run(&arguments, &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("501 is above the largest bet"), "{error}");
    assert!(error.contains("--unit 500"), "{error}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("bet 1"), "{told}");
    let history = home.run(&["history"], &[]);
    assert_eq!(history.status.code(), Some(0));
    assert_eq!(
        (history.stdout, history.stderr),
        (Vec::new(), b"no rolls yet\n".to_vec())
    );
}

#[test]
fn a_reader_that_leaves_ends_the_play_without_an_error() {
    let home = Home::new();
    let mut child = home
        .command(&["bot", "--host"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_player_who_sits_somewhere_plays_there_and_nowhere_else() {
    let home = Home::new();
    let mut child = home
        .command(&["bot", "--host", "--json", "--table", "back room"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut events: Vec<Value> = Vec::new();
    while of(&events, "roll").is_empty() {
        let line = lines.next().unwrap().unwrap();
        events.push(serde_json::from_str(&line).unwrap());
    }
    // A kill leaves the seat taken.
    child.kill().unwrap();
    child.wait().unwrap();
    let elsewhere = home.run(&["bot", "--host", "--table", "practice"], &[]);
    assert_eq!(elsewhere.status.code(), Some(1), "{elsewhere:?}");
    let words = String::from_utf8(elsewhere.stderr).unwrap();
    assert!(
        words.contains("you sit at the table back room") && words.contains("leave --table out"),
        "{words}"
    );
    let again = home.bot(&["--rolls", "1"]);
    assert_eq!(of(&again, "table")[0]["id"], of(&events, "table")[0]["id"]);
}

#[test]
fn an_emergency_stop_is_reset_without_a_running_node() {
    let home = Home::new();
    home.bot(&["--rolls", "1"]);
    let data = home.path(".local/share/bitcraps");
    let none = home.run(&["emergency-stop", "--reset"], &[]);
    assert_eq!(none.status.code(), Some(4), "{none:?}");
    std::fs::File::create(data.join("emergency.mark")).unwrap();
    let barred = home.run(&["bot", "--host", "--rolls", "1"], &[]);
    assert_eq!(barred.status.code(), Some(1), "{barred:?}");
    let words = String::from_utf8(barred.stderr).unwrap();
    assert!(words.contains("bitcraps emergency-stop --reset"), "{words}");
    let again = home.run(&["emergency-stop"], &[]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let reset = home.rows(&["emergency-stop", "--reset", "--json"]);
    assert_eq!(reset, [serde_json::json!({ "ok": true })]);
    home.bot(&["--rolls", "1"]);
}

#[test]
fn the_log_has_the_nodes_label_and_says_as_much_as_was_asked_for() {
    let log = |environment: &[(&str, &str)]| {
        let home = Home::new();
        let played = home.run(&["bot", "--host", "--rolls", "1"], environment);
        assert_eq!(played.status.code(), Some(0), "{played:?}");
        let folder = home.path(".local/share/bitcraps/logs");
        let files = std::fs::read_dir(folder).unwrap();
        let read = |file: std::fs::DirEntry| std::fs::read_to_string(file.path()).unwrap();
        files.map(|file| read(file.unwrap())).collect::<String>()
    };
    let label = ("BITCRAPS_NODE_ID", "garage");
    let usual = log(&[label]);
    assert!(usual.contains(" info  garage "), "{usual}");
    assert!(!usual.contains(" debug "), "{usual}");
    let quiet = log(&[label, ("BITCRAPS_LOG_LEVEL", "error")]);
    assert!(!quiet.contains(" info "), "{quiet}");
    let loud = log(&[label, ("BITCRAPS_DEBUG", "true")]);
    assert!(loud.contains(" debug garage "), "{loud}");
}

#[test]
fn a_second_interrupt_ends_a_stop_that_hangs() {
    let home = Home::new();
    let mut child = home
        .command(&["--hang-stop", "bot", "--host", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let interrupt = || rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut wait_for = |is: &dyn Fn(&Value) -> bool| {
        loop {
            let row: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
            if is(&row) {
                return;
            }
        }
    };
    wait_for(&|row| row["event"] == "roll");
    interrupt();
    wait_for(&|row| row["to"] == "Stopping");
    interrupt();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("second interrupt"), "{words}");
}
