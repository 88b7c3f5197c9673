//! Files of the data directory that are damaged, missing or something else than they should be: each is
//! named with what to do about it, and no byte that a player can't make again is changed.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the files here are damaged on purpose"
)]

#[path = "common/ran.rs"]
mod ran;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bitcraps::clock::UnixMillis;
use bitcraps::storage::DataDirLock;
use ran::Ran;

const KEY: &str = "identity.key";
const STORE: &str = "db/store.redb";

/// What is kept for good. The lock, the log and the mark of a clean close are made anew by each run.
const KEPT: [&str; 5] = [KEY, STORE, "profile.toml", "emergency.mark", "control.sock"];

const BOT: &[&str] = &["bot", "--host", "--rolls", "1", "--json"];

/// The user and group `nobody`, as whom a superuser runs what must have no rights.
const NOBODY: u32 = 65_534;

/// A data directory in which somebody has played.
struct Played {
    folder: tempfile::TempDir,
    balance: String,
}

impl Played {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut played = Self {
            folder,
            balance: String::new(),
        };
        let ran = played.run(&["bot", "--host", "--rolls", "3", "--seed", "1"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        played.balance = played.run(&["balance"]).out;
        played
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("data").join(name)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", "/usr/bin:/bin")
            .env("BITCRAPS_DATA_DIR", self.path(""))
            // One bit instead of sixteen: these tests are not about the work.
            .env("BITCRAPS_PROOF_BITS", "1")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let program = env!("CARGO_BIN_EXE_bitcraps");
        Ran::of(self.command(program, arguments).output().unwrap())
    }

    /// Returns the bytes of every kept file that is there.
    fn kept(&self) -> BTreeMap<&'static str, Vec<u8>> {
        let read = |name| Some((name, fs::read(self.path(name)).ok()?));
        KEPT.into_iter().filter_map(read).collect()
    }

    /// Does something to the directory, runs `arguments`, and puts the files back.
    fn with(&self, change: impl FnOnce(&Path), arguments: &[&str]) -> (Ran, Changed) {
        let whole = self.kept();
        change(&self.path(""));
        let before = self.kept();
        let ran = self.run(arguments);
        let after = self.kept();
        for name in KEPT {
            let path = self.path(name);
            if path.is_dir() {
                fs::remove_dir_all(&path).unwrap();
            }
            match whole.get(name) {
                Some(bytes) => {
                    fs::write(&path, bytes).unwrap();
                    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
                }
                None if path.exists() => fs::remove_file(&path).unwrap(),
                None => {}
            }
        }
        let names = KEPT.into_iter();
        let changed = names.filter(|name| before.get(name) != after.get(name));
        (ran, changed.collect())
    }
}

/// What is done to the bytes of a file.
type Edit = Box<dyn Fn(&mut Vec<u8>)>;

/// What is done to the directory.
type Change = Box<dyn FnOnce(&Path)>;

type Changed = Vec<&'static str>;

/// Changes the bytes of a file in the directory.
fn edit(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> impl FnOnce(&Path) {
    let name = name.to_owned();
    move |folder| {
        let path = folder.join(name);
        let mut bytes = fs::read(&path).unwrap();
        change(&mut bytes);
        fs::write(&path, bytes).unwrap();
    }
}

/// Puts a folder with something in it in the place of whatever is there.
fn folder_at(name: &'static str) -> impl FnOnce(&Path) {
    move |data| {
        let path = data.join(name);
        if path.exists() {
            fs::remove_file(&path).unwrap();
        }
        fs::create_dir(&path).unwrap();
        fs::write(path.join("x"), b"x").unwrap();
    }
}

/// As on a disk that was mounted to be looked at.
#[test]
fn a_data_directory_that_can_only_be_read_is_read_and_left_as_it_is() {
    let played = Played::new();
    let history = played.run(&["history", "--json"]).out;
    let whole = played.kept();
    // A superuser may write everywhere, so that somebody else must try.
    let user = rustix::process::geteuid().is_root().then_some(NOBODY);
    if user.is_some() {
        let root = played.folder.path().to_owned();
        let entries = walk(&root).into_iter().chain([root]);
        entries.for_each(|path| std::os::unix::fs::chown(path, user, user).unwrap());
    }
    let seal = |mode| {
        for folder in [played.path("db"), played.path("")] {
            fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
        }
    };
    let run = |arguments: &[&str]| {
        let mut command = played.command(env!("CARGO_BIN_EXE_bitcraps"), arguments);
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        Ran::of(command.output().unwrap())
    };
    seal(0o500);
    let balance = run(&["balance"]);
    let rolls = run(&["history", "--json"]);
    let exported = run(&["export", "game.bcgt"]);
    let start = run(BOT);
    seal(0o700);
    assert_eq!(
        (balance.code, &balance.out),
        (0, &played.balance),
        "{balance:?}"
    );
    assert_eq!((rolls.code, &rolls.out), (0, &history), "{rolls:?}");
    assert_eq!(exported.code, 0, "{exported:?}");
    assert_eq!(played.run(&["verify", "game.bcgt"]).code, 0);
    assert_eq!(start.code, 3, "{start:?}");
    assert!(start.err.contains("cannot be written"), "{start:?}");
    assert!(played.kept() == whole);
}

/// Returns everything below a folder, folders too.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn a_damaged_key_file_is_named_and_stops_everything_that_needs_it() {
    let played = Played::new();
    let length = played.kept()[KEY].len();
    let flip = |at: usize| -> Edit { Box::new(move |bytes| bytes[at] ^= 0x40) };
    let cut = |to: usize| -> Edit { Box::new(move |bytes| bytes.truncate(to)) };
    let places = [0, 7, 20, length / 2, length - 1].map(flip);
    let lengths = [0, 1, length / 2, length - 1].map(cut);
    let more: [Edit; 2] = [
        Box::new(|bytes| bytes.push(0)),
        Box::new(|bytes| *bytes = b"hello\n".to_vec()),
    ];
    for (case, change) in places.iter().chain(&lengths).chain(&more).enumerate() {
        for arguments in [&["balance"], &["history"], BOT] {
            let (ran, changed) = played.with(edit(KEY, change), arguments);
            assert_eq!(ran.code, 3, "{case}: {ran:?}");
            assert!(ran.err.contains(KEY), "{case}: {ran:?}");
            assert!(ran.err.contains("damaged"), "{case}: {ran:?}");
            assert!(ran.err.contains("\n  hint: "), "{case}: {ran:?}");
            assert!(changed.is_empty(), "{case}: {arguments:?} {changed:?}");
        }
    }
    assert_eq!(played.run(&["balance"]).out, played.balance);
}

/// Some bytes of the store mean nothing, as those of free pages: they are harmless then.
#[test]
fn a_damaged_store_is_named_once_and_stays_as_it_is() {
    let played = Played::new();
    let length = played.kept()[STORE].len();
    let mut refused = 0;
    let places = [0, 1, 16, 100, 4_096, 8_192, length - 1];
    let spread = (1..16).map(|part| length * part / 16);
    for at in places.into_iter().chain(spread) {
        for arguments in [&["balance"], BOT] {
            let flip = edit(STORE, |bytes| bytes[at] ^= 0x40);
            let (ran, changed) = played.with(flip, arguments);
            assert!(!ran.err.contains("panicked"), "byte {at}: {ran:?}");
            if ran.code == 0 {
                let same = arguments == BOT || ran.out == played.balance;
                assert!(same, "byte {at}: {ran:?}");
                continue;
            }
            refused += 1;
            assert_eq!(ran.code, 3, "byte {at}: {ran:?}");
            assert!(ran.err.contains("store.redb is damaged"), "{at}: {ran:?}");
            assert!(ran.err.contains("\n  hint: "), "byte {at}: {ran:?}");
            assert_eq!(ran.err.lines().count(), 2, "byte {at}: {ran:?}");
            assert!(changed.is_empty(), "byte {at}: {arguments:?} {changed:?}");
        }
    }
    assert!(refused > 5, "only {refused} of the changes were seen");
    for to in [0, 1, 4_096, length / 2, length - 1] {
        for arguments in [&["balance"], BOT] {
            let (ran, changed) = played.with(edit(STORE, |all| all.truncate(to)), arguments);
            assert_eq!(ran.code, 3, "{to} bytes: {ran:?}");
            assert!(ran.err.contains("store.redb is damaged"), "{to}: {ran:?}");
            assert!(changed.is_empty(), "{to} bytes: {arguments:?} {changed:?}");
        }
    }
    assert_eq!(played.run(&["balance"]).out, played.balance);
}

#[test]
fn a_missing_key_file_makes_no_new_player_beside_the_old_ones_store() {
    let played = Played::new();
    let remove = |data: &Path| fs::remove_file(data.join(KEY)).unwrap();
    for arguments in [BOT, &["identity", "new"]] {
        let (ran, changed) = played.with(remove, arguments);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.err.contains("there is no key file at"), "{ran:?}");
        assert!(ran.err.contains("put back a copy"), "{ran:?}");
        assert!(changed.is_empty(), "{arguments:?} {changed:?}");
    }
    // What needs the key says the same, and nothing that would be refused next.
    for arguments in [["balance"].as_slice(), &["identity", "show"]] {
        let (ran, changed) = played.with(remove, arguments);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(
            ran.err.contains("hint: put back a copy of the key file"),
            "{ran:?}"
        );
        assert!(changed.is_empty(), "{arguments:?} {changed:?}");
    }
    let (ran, _) = played.with(remove, &["doctor"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("FAIL  keystore: there is no key file"));
    assert_eq!(played.run(&["balance"]).out, played.balance);
}

/// The path is too long for a socket, so that only the lock tells of the node.
#[test]
fn a_node_that_no_command_reaches_is_not_denied() {
    let played = Played::new();
    let long = played.path("").with_file_name("d".repeat(120));
    fs::rename(played.path(""), &long).unwrap();
    let ask = |arguments: &[&str]| {
        let mut command = played.command(env!("CARGO_BIN_EXE_bitcraps"), arguments);
        command.env("BITCRAPS_DATA_DIR", &long);
        Ran::of(command.output().unwrap())
    };
    let health = ask(&["health"]);
    assert_eq!(health.code, 4, "{health:?}");
    assert!(health.err.contains("no node runs on"), "{health:?}");

    let lock = DataDirLock::acquire(&long, UnixMillis(0)).unwrap();
    let held = format!("process {} runs on", std::process::id());
    let health = ask(&["health"]);
    assert_eq!(health.code, 4, "{health:?}");
    assert!(health.err.contains(&held), "{health:?}");
    assert!(health.err.contains("shorter --data-dir"), "{health:?}");
    let doctor = ask(&["doctor"]).out;
    assert!(doctor.contains(&held), "{doctor}");
    assert!(doctor.contains("in use by the running node"), "{doctor}");
    drop(lock);
    let doctor = ask(&["doctor"]).out;
    assert!(!doctor.contains("in use by"), "{doctor}");
}

/// What is made anew by each run, or is a folder of ours.
#[test]
fn what_is_in_the_place_of_the_lock_or_of_a_folder_is_named() {
    let turned_round = |name: &'static str, arguments: &[&str], words: &[&str]| {
        let played = Played::new();
        let (path, aside) = (played.path(name), played.folder.path().join("aside"));
        let was_file = path.is_file();
        fs::rename(&path, aside).unwrap();
        if was_file {
            fs::create_dir(&path).unwrap();
        } else {
            fs::write(&path, "a file").unwrap();
        }
        let ran = played.run(arguments);
        assert_eq!(ran.code, 3, "{name}: {ran:?}");
        for words in words {
            assert!(ran.err.contains(words), "{name}: {ran:?}");
        }
        assert!(ran.err.contains("\n  hint: "), "{name}: {ran:?}");
        let doctor = played.run(&["doctor"]);
        let is_looked_at = ["lock", "votes"].contains(&name);
        let said = doctor
            .out
            .contains(&format!("FAIL  places: {}", path.display()));
        assert_eq!(said, is_looked_at, "{name}: {doctor:?}");
    };
    turned_round("lock", BOT, &["/lock can't be taken", "Is a directory"]);
    turned_round("lock", &["balance"], &["/lock can't be taken"]);
    turned_round("db", BOT, &["store.redb", "Not a directory", "move away"]);
    turned_round("db", &["balance"], &["store.redb", "Not a directory"]);
    turned_round("votes", BOT, &["the vote log ", "Not a directory"]);
    turned_round(
        "db/store.redb.clean",
        BOT,
        &["store.redb.clean", "Is a directory", "move away"],
    );
}

#[test]
fn what_is_in_the_place_of_a_file_is_left_there_and_told() {
    let played = Played::new();
    let say = |text: &'static [u8]| {
        move |name: &'static str| move |data: &Path| fs::write(data.join(name), text).unwrap()
    };
    let garbage = say(b"\xff\xfe hello");
    let cases: [(Change, &[&str], i32, &str); 7] = [
        (Box::new(folder_at(KEY)), BOT, 3, KEY),
        (
            Box::new(folder_at(STORE)),
            BOT,
            3,
            "move away what is in its place",
        ),
        (Box::new(folder_at(STORE)), &["balance"], 3, "move away"),
        (
            Box::new(garbage("profile.toml")),
            BOT,
            3,
            "profile.toml can't be read",
        ),
        (
            Box::new(garbage("emergency.mark")),
            BOT,
            1,
            "emergency-stop --reset",
        ),
        (
            Box::new(say(b"name = \"\"\n")("profile.toml")),
            BOT,
            3,
            "1 to 48 bytes",
        ),
        (
            Box::new(say(
                b"name = \"a name that goes on and on, further than any table has room\"\n",
            )("profile.toml")),
            BOT,
            3,
            "profile.toml",
        ),
    ];
    for (case, (change, arguments, code, words)) in cases.into_iter().enumerate() {
        let (ran, changed) = played.with(change, arguments);
        assert_eq!(ran.code, code, "{case}: {ran:?}");
        assert!(ran.err.contains(words), "{case}: {ran:?}");
        assert!(changed.is_empty(), "{case}: {changed:?}");
    }
    // Without the socket the game plays on; what is no socket is not taken away.
    for change in [
        Box::new(garbage("control.sock")) as Change,
        Box::new(folder_at("control.sock")),
    ] {
        let (ran, changed) = played.with(change, BOT);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("\"to\":\"Degraded\""), "{ran:?}");
        assert!(!changed.contains(&"control.sock"), "{changed:?}");
    }
    // That of a process that is gone is nobody's.
    let left_over = |data: &Path| drop(UnixListener::bind(data.join("control.sock")).unwrap());
    let (ran, _) = played.with(left_over, BOT);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.out.contains("Degraded"), "{ran:?}");
}

#[test]
fn a_limit_of_file_sizes_is_an_error_and_not_the_end_of_the_process() {
    let played = Played::new();
    let program = env!("CARGO_BIN_EXE_bitcraps");
    // The last one has room for a key file, and none for a store.
    for (blocks, arguments, words) in [
        (0, "identity new --data-dir new", "File too large"),
        (0, "export --table practice game.bcgt", "File too large"),
        (0, "bot --host --rolls 1", "File too large"),
        (40, "bot --host --data-dir fresh", "store.redb"),
    ] {
        let line = format!("ulimit -f {blocks}; exec \"$0\" {arguments}");
        let mut shell = played.command("/bin/sh", &["-c", &line, program]);
        let output = shell.output().unwrap();
        assert!(output.status.code().is_some(), "{arguments}: {output:?}");
        let ran = Ran::of(output);
        assert_eq!(ran.code, 3, "{arguments}: {ran:?}");
        assert!(ran.err.contains(words), "{arguments}: {ran:?}");
        assert!(ran.err.contains("\n  hint: "), "{arguments}: {ran:?}");
    }
    let left: Vec<_> = fs::read_dir(played.folder.path().join("fresh/db"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(played.run(&["balance"]).out, played.balance);
}

/// As `| head -1` does, of whatever writes more than one line.
#[test]
fn a_reader_that_leaves_ends_a_command_without_a_word() {
    let played = Played::new();
    for arguments in [
        &["history"][..],
        &["history", "--json"],
        &["balance"],
        &["bets"],
        &["config", "show"],
        &["identity", "show"],
        &["doctor"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
        &["simulate", "--strategy", "pass", "--hands", "10"],
        &["bot", "--host", "--rolls", "3", "--json"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = played.command(env!("CARGO_BIN_EXE_bitcraps"), arguments);
        let ran = Ran::of(command.stdout(writer).output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
    assert_eq!(played.run(&["balance"]).code, 0, "nothing is left locked");
}
