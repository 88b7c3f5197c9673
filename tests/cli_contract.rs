//! The command line as scripts see it: exit codes, JSON, and what is never printed.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

#[path = "common/home.rs"]
mod home;
#[path = "common/ran.rs"]
mod ran;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use home::Home;
use ran::Ran;

impl Home {
    fn save(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        path
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }
}

impl Ran {
    fn json(&self) -> serde_json::Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }
}

#[test]
fn each_kind_of_end_has_its_exit_code_and_a_hint() {
    let home = Home::new();
    home.save("wrong.toml", "max_games = 0\n");
    let open = home.path("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
    let cases: [(&[&str], i32); 11] = [
        (&["--help"], 0),
        (&["--version"], 0),
        (&["config", "check"], 0),
        (&["doctor", "--data-dir", "open"], 1),
        (&["--no-such-option"], 2),
        (&["health", "--config", "wrong.toml"], 2),
        (&["health", "--config", "missing.toml"], 2),
        (&["identity", "show"], 3),
        (&["balance"], 3),
        (&["health"], 4),
        (&["service", "restart", "game", "manager"], 4),
    ];
    for (arguments, code) in cases {
        let ran = home.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        if matches!(code, 1 | 3..) {
            assert!(ran.out.is_empty() || code == 1, "{ran:?}");
            assert!(ran.err.contains("\n  hint: "), "{ran:?}");
        }
    }
}

/// A panic of the screen is in the tests with a terminal.
#[test]
fn a_fault_of_the_program_has_its_exit_code_and_says_what_to_report() {
    let home = Home::new();
    let broken = home.run(&["--break-command", "bets"]);
    assert_eq!((broken.code, broken.out.as_str()), (70, ""), "{broken:?}");
    assert!(broken.err.contains("asked to break"), "{broken:?}");
    assert!(broken.err.contains("\n  hint: report it"), "{broken:?}");
}

#[test]
fn a_number_that_is_none_names_the_option_the_value_and_what_is_wanted() {
    let home = Home::new();
    let bot = |option, value| vec!["bot", "--host", option, value];
    let huge = "99999999999999999999";
    let mut cases = Vec::new();
    for value in [
        "0", "-5", "1.5", "ten", "", huge, "1e3", "0x10", "+-1", " 7",
    ] {
        cases.push((
            bot("--unit", value),
            value,
            "from 1 to 18446744073709551615 is wanted",
        ));
        cases.push((
            bot("--rolls", value),
            value,
            "from 1 to 18446744073709551615 is wanted",
        ));
        cases.push((bot("--seats", value), value, "from 1 to 16 is wanted"));
    }
    cases.push((bot("--seats", "17"), "17", "from 1 to 16 is wanted"));
    for value in ["-1", "1.5", "ten", "", huge] {
        cases.push((
            bot("--seed", value),
            value,
            "from 0 to 18446744073709551615 is wanted",
        ));
        cases.push((
            vec!["history", "--last", value],
            value,
            "from 0 to 18446744073709551615 is wanted",
        ));
        let export = |option| vec!["export", "--table", "practice", option, value, "game"];
        cases.push((
            export("--last"),
            value,
            "from 0 to 18446744073709551615 is wanted",
        ));
        cases.push((
            export("--from"),
            value,
            "from 0 to 18446744073709551615 is wanted",
        ));
    }
    for (arguments, value, form) in cases {
        let ran = home.run(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        let told = format!("'{value}' for '--");
        assert!(ran.err.contains(&told), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(form), "{arguments:?}: {ran:?}");
        assert_eq!(ran.out, "");
    }
    assert!(!home.path(".local").exists());
}

/// Every command but those that print documents.
#[test]
fn with_json_nothing_else_is_on_standard_output() {
    let home = Home::new();
    assert_eq!(
        home.run(&["bot", "--host", "--rolls", "3", "--json"]).code,
        0
    );
    home.save("table.jsonl", include_str!("data/rules/examples.jsonl"));
    // With the least lines that there must be, and the exit code.
    let cases = [
        ("bot --host --rolls 1", 5, 0),
        ("history", 4, 0),
        ("balance", 1, 0),
        ("export game.bcgt", 1, 0),
        ("verify game.bcgt", 1, 0),
        ("verify table.jsonl", 1, 1),
        ("health", 0, 4),
        ("service restart storage", 0, 4),
        ("emergency-stop", 0, 4),
        ("config show", 1, 0),
        ("config check", 1, 0),
        ("config schema", 1, 0),
        ("identity show", 1, 0),
        ("identity new", 0, 3),
        ("identity backup copy.key", 1, 0),
        ("identity forget", 1, 0),
        ("doctor", 1, 0),
        ("replay table.jsonl", 9, 0),
        ("replay table.jsonl --check", 0, 0),
        ("sim --keepers 1 --rolls 3", 1, 0),
        ("simulate --strategy pass --hands 100", 1, 0),
        ("bets", 140, 0),
        ("bets pass", 1, 0),
        ("keys", 50, 0),
        ("keys --check", 1, 0),
    ];
    for (line, least, code) in cases {
        let mut arguments: Vec<&str> = line.split(' ').collect();
        arguments.push("--json");
        let ran = home.run(&arguments);
        assert_eq!(ran.code, code, "{line}: {ran:?}");
        assert!(ran.out.lines().count() >= least, "{line}: {ran:?}");
        for row in ran.out.lines() {
            let value = serde_json::from_str::<serde_json::Value>(row);
            assert!(value.is_ok_and(|value| value.is_object()), "{line}: {row}");
        }
        assert_eq!(ran.err.is_empty(), code == 0, "{line}: {ran:?}");
    }
    let help = home.run(&["--help"]).out;
    let is_read = |name: &str| {
        cases
            .iter()
            .any(|(line, ..)| line.split(' ').next() == Some(name))
    };
    for name in commands(&help) {
        let is_document = ["completions", "man", "help"].contains(&name);
        assert!(is_document || is_read(name), "{name} is not read here");
    }
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let home = Home::new();
    for arguments in [&["--help"][..], &["config", "show"], &["man"], &["bets"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut command = home.command(arguments);
        let output = command.stdout(full.unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {output:?}");
    }
}

#[test]
fn every_mistake_of_every_layer_comes_at_once() {
    let home = Home::new();
    let path = home.save(
        "ten.toml",
        "max_games = 0\nsession_timeout = 1\nproof_bits = 99\ndebug = 3\nnaem = \"x\"\n\
         [table]\nmin_bet = 0\nodds = \"7x\"\nseats = 17\n[screen]\ntheme = \"pink\"\n",
    );
    let ran = Ran::of(
        home.command(&["config", "check", "--config", "ten.toml"])
            .env("BITCRAPS_BOT_PACE", "soon")
            .env("BITCRAPS_PROT", "1")
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 2);
    let ignored = "ignored: unknown variable BITCRAPS_PROT";
    assert_eq!(ran.err.matches(ignored).count(), 1, "{}", ran.err);
    let lines = [1, 2, 3, 4, 5, 7, 8, 9, 11];
    for line in lines {
        let place = format!("{}:{line}: ", path.canonicalize().unwrap().display());
        assert!(ran.err.contains(&place), "no line {line} in {}", ran.err);
    }
    assert!(ran.err.contains("10 mistakes"), "{}", ran.err);
    assert!(
        ran.err
            .contains("BITCRAPS_BOT_PACE: bot.pace = \"soon\" is not a whole number")
    );
    assert!(ran.err.contains("unknown setting naem, did you mean name?"));
}

#[test]
fn config_show_says_where_each_value_came_from() {
    let home = Home::new();
    home.save(".config/bitcraps/config.toml", "max_games = 9\n");
    let ran = Ran::of(
        home.command(&["--json", "config", "show", "--theme", "light"])
            .env("BITCRAPS_SESSION_TIMEOUT", "60")
            .env("BITCRAPS_PORT", "8989")
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let settings = ran.json()["settings"].clone();
    let row = |key: &str| {
        let mut rows = settings.as_array().unwrap().iter();
        rows.find(|row| row["key"] == key).unwrap().clone()
    };
    assert_eq!(row("max_games")["source"]["line"], 1);
    assert_eq!(row("session_timeout")["value"], 60);
    assert_eq!(row("screen.theme")["source"]["option"], "--theme");
    assert_eq!(row("table.odds")["source"]["layer"], "default");
    let data = home.path(".local/share/bitcraps");
    assert_eq!(row("data_dir")["value"], data.to_str().unwrap());
    assert!(
        ran.err.contains("unknown variable BITCRAPS_PORT"),
        "{}",
        ran.err
    );
}

#[test]
fn options_may_stand_before_or_after_the_command() {
    let home = Home::new();
    let before = home.run(&["--json", "--no-color", "config", "show"]);
    let after = home.run(&["config", "show", "--no-color", "--json"]);
    assert_eq!(before.code, 0);
    assert_eq!(before.out, after.out);
}

#[test]
fn an_identity_is_made_once_shown_and_copied_and_never_overwritten() {
    let home = Home::new();
    let made = home.run(&["identity", "new", "--json"]);
    assert_eq!(made.code, 0, "{made:?}");
    let shown = home.run(&["identity", "show", "--json"]);
    assert_eq!(made.json(), shown.json());
    assert!(shown.json()["proof_bits"].as_u64().unwrap() >= 1);
    assert_eq!(home.run(&["identity", "new"]).code, 3);
    assert_eq!(home.run(&["identity", "backup", "copy.key"]).code, 0);
    let key_file = home.path(".local/share/bitcraps/identity.key");
    let read = |path: &Path| std::fs::read(path).unwrap();
    assert_eq!(read(&key_file), read(&home.path("copy.key")));
    assert_eq!(home.run(&["identity", "backup", "copy.key"]).code, 3);
    assert_eq!(
        home.run(&["identity", "show", "--json"]).json(),
        shown.json()
    );
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    let home = Home::new();
    home.save("right", "seven out\n");
    home.save("wrong", "yo eleven\n");
    let with = |file, command| home.run(&["identity", command, "--passphrase-file", file]);
    assert_eq!(with("right", "new").code, 0);
    let key_file = home.path(".local/share/bitcraps/identity.key");
    let before = std::fs::read(&key_file).unwrap();
    for (file, code) in [("wrong", 3), ("missing", 3), ("right", 0)] {
        let ran = with(file, "show");
        assert_eq!(ran.code, code, "{ran:?}");
    }
    // What is public needs none.
    let shown = home.run(&["identity", "show", "--json"]).json();
    let opened = with("right", "show");
    let key = shown["public_key"].as_str().unwrap();
    assert!(opened.out.contains(key), "{opened:?}");
    assert_eq!(shown["protection"], "by a passphrase");
    assert_eq!(std::fs::read(&key_file).unwrap(), before);
}

/// On the real keyring of this machine. Where it has none, or none for this process, that is said and
/// the passphrase is wanted as ever.
#[test]
fn the_system_keyring_opens_the_key_until_it_is_told_to_forget() {
    const CANARY: &str = "canary-1962";
    let home = Home::new();
    home.save("secret", CANARY);
    let run = |arguments: &[&str]| {
        let output = home
            .command(arguments)
            .env("BITCRAPS_KEYRING", "true")
            .output();
        let ran = Ran::of(output.unwrap());
        assert!(!format!("{ran:?}").contains(CANARY), "{ran:?}");
        ran
    };
    let made = run(&["identity", "new", "--passphrase-file", "secret", "--json"]);
    assert_eq!(made.code, 0, "{made:?}");
    let key_file = home.path(".local/share/bitcraps/identity.key");
    let before = std::fs::read(&key_file).unwrap();
    let said = made.json()["keyring"].as_str().unwrap().to_owned();
    if said == "the keyring holds the passphrase" {
        assert_eq!(run(&["identity", "show", "--json"]).json()["keyring"], said);
        assert_eq!(run(&["identity", "backup", "copy.key"]).code, 0);
        let doctor = run(&["doctor"]);
        assert!(doctor.out.contains("that the keyring holds"), "{doctor:?}");
        let forgotten = |expected: bool| {
            let forgot = run(&["identity", "forget", "--json"]);
            assert_eq!(forgot.json()["forgotten"], expected, "{forgot:?}");
        };
        forgotten(true);
        forgotten(false);
        let closed = run(&["identity", "backup", "other.key"]);
        assert_eq!(closed.code, 3, "{closed:?}");
        assert!(closed.err.contains("the keyring holds no passphrase"));
    } else {
        let closed = run(&["identity", "backup", "copy.key"]);
        assert_eq!(closed.code, 3, "{closed:?}");
        assert!(closed.err.contains(&said), "{said}: {closed:?}");
    }
    // With the setting off it is not asked.
    let off = home.run(&["identity", "show", "--json"]).json();
    assert!(off["keyring"].is_null(), "{off}");
    assert_eq!(std::fs::read(&key_file).unwrap(), before);
}

#[test]
fn what_is_secret_is_printed_nowhere() {
    const CANARY: &str = "canary-0451";
    let home = Home::new();
    home.save("secret", CANARY);
    home.save("typo.toml", &format!("passphrase = \"{CANARY}\"\n"));
    let run = |arguments: &[&str]| {
        let output = home
            .command(arguments)
            .env("BITCRAPS_PASSPHRASE_FILE", "secret")
            .env("BITCRAPS_PASSPHRASE", CANARY)
            .output();
        let ran = Ran::of(output.unwrap());
        assert!(
            !format!("{ran:?}").contains(CANARY),
            "{arguments:?}: {ran:?}"
        );
        ran.code
    };
    assert_eq!(run(&["identity", "new"]), 0);
    assert_eq!(run(&["identity", "show", "--json"]), 0);
    assert_eq!(run(&["config", "show"]), 0);
    assert_eq!(run(&["config", "show", "--json"]), 0);
    assert_eq!(run(&["config", "check", "--config", "typo.toml"]), 2);
    assert_eq!(run(&["doctor", "--json"]), 0);
    for file in walk(&home.path(".local")) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes
            .windows(CANARY.len())
            .any(|part| part == CANARY.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn the_doctor_changes_nothing_and_names_what_is_wrong() {
    let home = Home::new();
    let ran = home.run(&["doctor", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.json()["ok"].as_bool().unwrap());
    assert!(!home.path(".local").exists());
    home.save("data/db/store.redb", "no store at all");
    let data = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(home.path("data"), data).unwrap();
    let ran = home.run(&["doctor", "--data-dir", "data"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("FAIL  store: "), "{}", ran.out);
    assert_eq!(walk(&home.path("data")).len(), 1);
    home.save("bad.toml", "max_games = 0\n");
    let ran = home.run(&["doctor", "--config", "bad.toml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("FAIL  configuration: "), "{}", ran.out);
    assert!(ran.out.contains("bad.toml:1: "), "{}", ran.out);
}

/// The names of the commands that a help text lists.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    help.lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
}

#[test]
fn completions_and_manual_name_every_command() {
    let home = Home::new();
    let help = home.run(&["--help"]).out;
    let commands: Vec<&str> = commands(&help).filter(|name| *name != "help").collect();
    assert!(commands.len() >= 11, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.run(&["completions", shell]).out;
        for command in &commands {
            assert!(script.contains(command), "{command} is not in {shell}");
        }
    }
    let manual = home.run(&["man"]).out;
    for command in &commands {
        let name = command.replace('-', "\\-");
        assert!(manual.contains(&name), "{command} is not in the manual");
        let help = home.run(&[command, "--help"]);
        assert!(
            help.out.contains("Example: bitcraps "),
            "{command}: {help:?}"
        );
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let home = Home::new();
    let mut child = home
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn a_recorded_table_plays_as_it_says_and_a_changed_one_does_not() {
    let home = Home::new();
    let recorded = include_str!("data/rules/examples.jsonl")
        .lines()
        .next()
        .unwrap();
    home.save("good.jsonl", recorded);
    let good = home.run(&["replay", "good.jsonl", "--check"]);
    assert_eq!((good.code, good.out.as_str()), (0, ""), "{good:?}");
    let changed = recorded.replacen("\"after\":{\"bankroll\":", "\"after\":{\"bankroll\":1", 1);
    assert_ne!(changed, recorded);
    home.save("bad.jsonl", &changed);
    let bad = home.run(&["replay", "--check", "bad.jsonl"]);
    assert_eq!(bad.code, 1, "{bad:?}");
    assert!(
        bad.json()["difference"]
            .as_str()
            .unwrap()
            .contains("expected")
    );
    assert_eq!(home.run(&["replay", "missing.jsonl"]).code, 2);
    let mut child = home
        .command(&["replay"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(recorded.as_bytes())
        .unwrap();
    let played = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(played.code, 0);
    assert!(played.json()["steps"].is_array());
}

#[test]
fn keys_lists_actions_with_names_of_their_own_and_finds_no_clash() {
    let home = Home::new();
    assert_eq!(home.run(&["keys", "--check", "--json"]).json()["ok"], true);
    let list = home.run(&["keys", "--json"]).out;
    let rows: Vec<serde_json::Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut names: Vec<&str> = rows
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rows.len());
    assert!(rows.len() > 50);
    assert!(
        rows.iter()
            .all(|row| !row["text"].as_str().unwrap().is_empty())
    );
}

#[test]
fn keys_of_the_players_file_are_listed_and_every_mistake_in_it_is_told() {
    let home = Home::new();
    home.save("data/keys.toml", "bet.pass = [\"P\", \"ctrl-p\"]\n");
    let listed = home.run(&["keys", "--json", "--data-dir", "data"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let rows = listed.out.lines();
    let rows = rows.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let pass = rows
        .clone()
        .find(|row| row["action"] == "bet.pass")
        .unwrap();
    assert_eq!(pass["keys"], serde_json::json!(["P", "Ctrl-P"]));
    let come = rows
        .clone()
        .find(|row| row["action"] == "bet.come")
        .unwrap();
    assert_eq!(come["keys"], serde_json::json!(["c"]));
    let check = ["keys", "--check", "--json", "--data-dir", "data"];
    let right = home.run(&check);
    assert_eq!(right.code, 0, "{right:?}");
    assert!(
        right.json()["file"]
            .as_str()
            .unwrap()
            .ends_with("keys.toml")
    );

    home.save(
        "data/keys.toml",
        "bet.pass = [\"d\"]\nbet.pas = [\"p\"]\ngo.log = [\"alt-l\"]\n",
    );
    let wrong = home.run(&check);
    assert_eq!(wrong.code, 1, "the answer of a check is no: {wrong:?}");
    let told = wrong.json()["errors"].to_string();
    for part in [
        "keys.toml:1: d means two things (table): bet.pass (line 1) and bet.dont_pass (its own key)",
        "keys.toml:2: no action is called bet.pas, did you mean bet.pass?",
        "keys.toml:3: go.log: ",
    ] {
        assert!(told.contains(part), "{part} in {told}");
        assert!(wrong.err.contains(part), "{part} in {}", wrong.err);
    }
    // The list and the client stop at it, and nothing was made in the directory.
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(home.path("data"), private).unwrap();
    for arguments in [&["keys", "--data-dir", "data"][..], &["--data-dir", "data"]] {
        let stopped = home.run(arguments);
        assert_eq!(stopped.code, 2, "{stopped:?}");
        assert!(
            stopped.err.contains("3 mistakes in the keys"),
            "{stopped:?}"
        );
        assert!(stopped.out.is_empty());
    }
    assert_eq!(std::fs::read_dir(home.path("data")).unwrap().count(), 1);
}

#[test]
fn keys_lie_beside_the_configuration_file_that_is_read() {
    let home = Home::new();
    home.save(".config/bitcraps/keys.toml", "bet.pass = [\"P\"]\n");
    home.save("other/config.toml", "");
    home.save("other/keys.toml", "bet.pass = [\"ctrl-p\"]\n");
    let pass = |arguments: &[&str]| {
        let ran = home.run(&[&["keys"], arguments].concat());
        let row = ran.out.lines().find(|row| row.contains(" bet.pass "));
        row.unwrap().split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(pass(&[]), "P");
    assert_eq!(pass(&["--config", "other/config.toml"]), "Ctrl-P");
    assert_eq!(pass(&["--data-dir", "elsewhere"]), "p");
}

/// The second witness is the rule book's own list.
#[test]
fn bets_are_those_of_the_rule_book_with_their_edges() {
    let home = Home::new();
    let book: serde_json::Value =
        serde_json::from_str(include_str!("data/rules/bets.json")).unwrap();
    let list = home.run(&["bets", "--json"]).out;
    let shown: Vec<serde_json::Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let book = book["bets"].as_array().unwrap();
    let ids = |rows: &[serde_json::Value]| -> Vec<String> {
        rows.iter().map(|row| row["id"].to_string()).collect()
    };
    assert_eq!(ids(&shown), ids(book));
    assert!(
        shown
            .iter()
            .all(|row| !row["pays"].as_array().unwrap().is_empty())
    );
    let pass = home.run(&["bets", "pass", "--json"]).json();
    assert_eq!(pass["edge"], "7/495");
    let text = home.run(&["bets", "come@6"]).out;
    assert!(text.starts_with("Come"), "{text}");
    let loud = home.run(&["bets", "FIRE", "--json"]).json();
    assert_eq!(loud["id"], "fire");
    let unknown = home.run(&["bets", "pas"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("did you mean pass?"),
        "{}",
        unknown.err
    );
}
