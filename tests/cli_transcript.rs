//! A game played, exported and checked through the real program.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

#[path = "common/home.rs"]
mod home;
#[path = "common/ran.rs"]
mod ran;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use bitcraps::files::write_atomic;
use home::Home;
use ran::Ran;
use serde_json::Value;

impl Home {
    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Runs a command with one object of JSON as its answer.
    fn json(&self, arguments: &[&str], code: i32) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, code, "{ran:?}");
        assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }
}

fn row(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

const EXPORT: [&str; 4] = ["export", "--table", "practice", "game.bcgt"];

#[test]
fn a_game_that_was_played_is_exported_and_holds_until_a_byte_is_changed() {
    let home = Home::new();
    let played = home.run(&["bot", "--host", "--rolls", "5", "--json"]);
    assert_eq!(played.code, 0, "{played:?}");
    let end = row(played.out.lines().last().unwrap());
    let table = row(played
        .out
        .lines()
        .find(|line| line.contains("\"table\","))
        .unwrap());

    let exported = home.json(&EXPORT, 0);
    assert_eq!(exported["height"], end["height"]);
    assert_eq!(exported["table"], table["id"]);
    let file = home.path("game.bcgt");
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!(exported["bytes"].as_u64().unwrap(), bytes.len() as u64);

    let verified = home.json(&["verify", "game.bcgt"], 0);
    assert_eq!(verified["ok"], true);
    for key in ["rolls", "height", "state_root"] {
        assert_eq!(verified[key], end[key], "{key}");
    }
    assert_eq!(verified["solo"], true);
    let words = home.run(&["verify", "game.bcgt"]);
    assert!(
        words.out.contains("its player holds every secret"),
        "{words:?}"
    );
    assert!(words.err.is_empty(), "{words:?}");

    // It can be named by its id, and never overwrites.
    let id = table["id"].as_str().unwrap();
    assert_eq!(home.run(&["export", "--table", id, "again.bcgt"]).code, 0);
    assert_eq!(std::fs::read(home.path("again.bcgt")).unwrap(), bytes);
    let there = home.run(&EXPORT);
    assert_eq!(there.code, 3);
    assert!(there.err.contains("--force"), "{there:?}");
    assert_eq!(home.run(&[&EXPORT[..], &["--force"]].concat()).code, 0);
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    let nowhere = home.run(&["export", "--table", "nowhere", "x.bcgt"]);
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
    assert!(!home.path("x.bcgt").exists());

    let mut changed = bytes.clone();
    let middle = bytes.len() / 2;
    changed[middle] ^= 1;
    write_atomic(&file, &changed).unwrap();
    let bad = home.json(&["verify", "game.bcgt"], 1);
    assert_eq!(bad["ok"], false);
    assert!(bad["record"].as_u64().unwrap() > 0, "{bad}");
    for key in ["rule", "expected", "found"] {
        assert!(!bad[key].as_str().unwrap().is_empty(), "{bad}");
    }
    let words = home.run(&["verify", "game.bcgt"]);
    assert!(
        words.err.contains(bad["rule"].as_str().unwrap()),
        "{words:?}"
    );
}

#[test]
fn the_only_table_needs_no_name_and_of_several_one_is_named() {
    let home = Home::new();
    let none = home.run(&["export", "game.bcgt"]);
    assert_eq!(none.code, 3, "{none:?}");
    assert_eq!(home.run(&["bot", "--host", "--rolls", "1"]).code, 0);
    assert_eq!(home.run(&["export", "one.bcgt"]).code, 0);
    assert_eq!(home.run(&EXPORT).code, 0);
    let read = |name| std::fs::read(home.path(name)).unwrap();
    assert_eq!(read("one.bcgt"), read("game.bcgt"));

    let second = ["bot", "--host", "--rolls", "1", "--table", "garden"];
    assert_eq!(home.run(&second).code, 0);
    let which = home.run(&["export", "which.bcgt"]);
    assert_eq!(which.code, 2, "{which:?}");
    assert!(which.err.contains("practice, garden"), "{which:?}");
    assert!(
        which.err.contains("hint: name one of them by --table"),
        "{which:?}"
    );
    assert!(!home.path("which.bcgt").exists());
    assert_eq!(
        home.run(&["export", "--table", "garden", "which.bcgt"])
            .code,
        0
    );
}

#[test]
fn another_kind_of_file_is_told_to_be_one() {
    let home = Home::new();
    write_atomic(&home.path("notes.txt"), b"bring chips on Friday").unwrap();
    let Ran { code, out, err } = home.run(&["verify", "notes.txt"]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("notes.txt is another kind of file"), "{err}");
    assert!(err.contains("`bitcraps export` wrote"), "{err}");
}

#[test]
fn the_newest_rolls_alone_are_an_excerpt_that_says_so() {
    let home = Home::new();
    let played = home.run(&["bot", "--host", "--rolls", "5", "--json"]);
    let end = row(played.out.lines().last().unwrap());
    assert_eq!(home.run(&EXPORT).code, 0);
    let bytes = std::fs::read(home.path("game.bcgt")).unwrap();
    // The newest rolls alone, and the same from the height at which they begin.
    let excerpt = home.json(
        &["export", "--table", "practice", "--last", "2", "l.bcgt"],
        0,
    );
    let begins = excerpt["begins"].as_u64().unwrap();
    assert!(
        begins > 0 && excerpt["height"] == end["height"],
        "{excerpt}"
    );
    let part = home.json(&["verify", "l.bcgt"], 0);
    assert_eq!(
        (&part["rolls"], &part["begins"]),
        (&Value::from(2), &excerpt["begins"])
    );
    assert_eq!(part["state_root"], end["state_root"]);
    let words = home.run(&["verify", "l.bcgt"]);
    assert!(words.out.contains("This is an excerpt."), "{words:?}");
    let begins = begins.to_string();
    let from = ["export", "--table", "practice", "--from", &begins, "f.bcgt"];
    assert_eq!(home.run(&from).code, 0);
    let read = |name| std::fs::read(home.path(name)).unwrap();
    assert_eq!(read("f.bcgt"), read("l.bcgt"));
    let ahead = ["export", "--table", "practice", "--from", "99999", "x.bcgt"];
    assert_eq!(home.run(&ahead).code, 2);
    let whole = ["export", "--table", "practice", "--last", "99", "w.bcgt"];
    assert_eq!(home.run(&whole).code, 0);
    assert_eq!(read("w.bcgt"), bytes);
}

/// No data directory, no settings: whoever gets the file needs nothing else.
#[test]
fn a_game_of_somebody_else_is_checked_with_nothing_but_the_file() {
    let home = Home::new();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts/solo.bcgt");
    let sample = sample.to_str().unwrap();
    let verified = home.json(&["verify", sample], 0);
    assert_eq!(verified["rolls"], 3);
    assert_eq!(verified["tables"][0]["rolls"], 3);
    assert!(std::fs::read_dir(home.path("")).unwrap().next().is_none());

    assert_eq!(home.run(&["verify", "missing.bcgt"]).code, 2);
    let folder = home.run(&["verify", "."]);
    assert_eq!(folder.code, 3, "{folder:?}");
    write_atomic(&home.path("notes.txt"), b"no game").unwrap();
    let other = home.json(&["verify", "notes.txt"], 1);
    assert_eq!(
        (&other["record"], &other["rule"]),
        (&Value::from(0), &Value::from("format"))
    );
}

#[test]
fn a_club_of_several_keepers_an_excerpt_and_a_fork_are_told_apart() {
    let home = Home::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts");
    let path = |name: &str| samples.join(name).to_str().unwrap().to_owned();
    let shared = home.json(&["verify", &path("shared.bcgt")], 0);
    assert_eq!(
        (&shared["solo"], &shared["begins"]),
        (&Value::from(false), &Value::from(0))
    );
    assert_eq!(shared["rolls"], 4);
    let excerpt = home.json(&["verify", &path("excerpt.bcgt")], 0);
    assert_eq!(excerpt["state_root"], shared["state_root"]);
    assert!(excerpt["begins"].as_u64().unwrap() > 0);

    let fork = home.json(&["verify", &path("fork.bcgt")], 0);
    assert_eq!(fork["fork"]["keepers"], serde_json::json!([1, 2]));
    let height = shared["height"].as_u64().unwrap() + 1;
    assert_eq!(fork["fork"]["height"], height);
    assert_eq!(fork["fork"]["kind"], "blocks");
    assert_eq!(fork["fork"]["blocks"].as_array().unwrap().len(), 2);
    let words = home.run(&["verify", &path("fork.bcgt")]).out;
    assert!(
        words.contains("two different blocks were decided"),
        "{words}"
    );
    assert!(words.contains("keepers 1, 2 signed both"), "{words}");
}

#[test]
fn a_game_that_is_still_played_is_exported_by_the_running_node() {
    let home = Home::new();
    let mut child = home
        .command(&["bot", "--host", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut rolls = 0;
    while rolls < 20 {
        let line = lines.next().unwrap().unwrap();
        rolls += u32::from(row(&line)["event"] == "roll");
    }
    let exported = home.json(&EXPORT, 0);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(lines.all(|line| line.is_ok()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let verified = home.json(&["verify", "game.bcgt"], 0);
    assert_eq!(verified["height"], exported["height"]);
    assert!(verified["rolls"].as_u64().unwrap() >= 20);
}

#[test]
fn an_empty_file_is_told_as_one() {
    let home = Home::new();
    write_atomic(&home.path("e.bcgt"), b"").unwrap();
    let Ran { code, out, err } = home.run(&["verify", "e.bcgt"]);
    let wrong = home.json(&["verify", "e.bcgt"], code);
    assert_eq!(wrong["ok"], false);
    assert!(out.is_empty() && code != 0);
    assert!(err.contains("e.bcgt is empty"), "{err}");
    assert!(err.contains("export the game again"), "{err}");
}

fn sample(name: &str) -> std::path::PathBuf {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts");
    samples.join(name)
}

#[test]
fn a_file_that_is_cut_off_or_goes_on_without_end_is_named_at_once() {
    let home = Home::new();
    let whole = std::fs::read(sample("solo.bcgt")).unwrap();
    for kept in [1, 5, 6, 100, whole.len() / 2, whole.len() - 1] {
        write_atomic(&home.path("cut.bcgt"), &whole[..kept]).unwrap();
        let wrong = home.json(&["verify", "cut.bcgt"], 1);
        let found = (&wrong["ok"], &wrong["rule"]);
        assert_eq!(found, (&false.into(), &"whole".into()), "{kept} bytes");
        let words = home.run(&["verify", "cut.bcgt"]);
        assert!(
            words.out.is_empty() && words.err.contains("hint: "),
            "{words:?}"
        );
    }
    // Far more than there is memory or time for: of nothing behind a game, and of nothing at all.
    for (begin, rule) in [(&whole[..], "end"), (&[], "format")] {
        let path = home.path("endless.bcgt");
        write_atomic(&path, begin).unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path);
        file.unwrap().set_len(1 << 36).unwrap();
        let wrong = home.json(&["verify", "endless.bcgt"], 1);
        assert_eq!(wrong["rule"], rule);
    }
}

#[test]
fn games_and_proofs_with_new_vote_keys_are_checked_and_told() {
    let home = Home::new();
    let check = |name: &str| home.json(&["verify", sample(name).to_str().unwrap()], 0);
    let game = check("rekey.bcgt");
    assert_eq!((&game["ok"], &game["rolls"]), (&true.into(), &3.into()));
    assert_eq!(game.get("fork"), None);
    let proof = check("old_keys.bcgt");
    assert_eq!(proof["fork"]["kind"], "old-keys");
    let count = |key: &str| proof["fork"][key].as_array().unwrap().len();
    assert_eq!(
        (count("blocks"), count("rekeys"), count("keepers")),
        (1, 1, 1)
    );
    let words = home
        .run(&["verify", sample("old_keys.bcgt").to_str().unwrap()])
        .out;
    assert!(words.contains("vote keys that had ended"), "{words}");
}

/// What is no file to be written or read is told, and nothing is left behind.
#[test]
fn folders_and_files_that_cannot_be_opened_are_told_with_their_exit_codes() {
    let home = Home::new();
    assert_eq!(home.run(&["bot", "--host", "--rolls", "1"]).code, 0);
    std::fs::create_dir(home.path("folder")).unwrap();
    for into in ["folder", "nowhere/game.bcgt"] {
        let refused = home.run(&["export", into]);
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.err.contains("hint: "), "{refused:?}");
    }
    assert_eq!(std::fs::read_dir(home.path("folder")).unwrap().count(), 0);
    assert!(!home.path("nowhere").exists());
    for (file, code) in [("folder", 3), ("nowhere.bcgt", 2)] {
        let refused = home.run(&["verify", file]);
        assert_eq!(refused.code, code, "{refused:?}");
        assert!(refused.err.contains(file), "{refused:?}");
        let silent = home.run(&["verify", file, "--json"]);
        assert_eq!((silent.code, silent.out.as_str()), (code, ""), "{silent:?}");
    }
    // The keys and the words of a scripted check of one's own game.
    assert_eq!(home.run(&["export", "game.bcgt"]).code, 0);
    let row = home.json(&["verify", "game.bcgt"], 0);
    let keys: Vec<&str> = row
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let all = [
        "begins",
        "club",
        "commands",
        "height",
        "name",
        "ok",
        "rolls",
        "solo",
        "state_root",
        "tables",
    ];
    assert_eq!(keys, all);
}
