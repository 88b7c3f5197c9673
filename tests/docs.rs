//! The documents: every file, command, option, setting, state and key that they name exists.
//!
//! What stands between backquotes, or in an indented block, is taken for a name, and each must be
//! one of something that there is. Pictures in fenced blocks are not read.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;
use common::{files, root, text};
use serde_json::Value;

use bitcraps::cli::Arguments;
use bitcraps::tui::action::ACTIONS;

const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];

/// What a node keeps in its data directory, and the source that says so.
const DATA_FILES: [(&str, &str); 15] = [
    ("identity.key", "src/identity/keystore/mod.rs"),
    ("config.toml", "src/config/layers.rs"),
    ("keys.toml", "src/tui/keymap/file.rs"),
    ("db/store.redb", "src/storage/store.rs"),
    ("db/store.redb.clean", "src/storage/tests/closing.rs"),
    ("profile.toml", "src/node/profile.rs"),
    ("slip.json", "src/node/slip_file.rs"),
    ("logs/", "src/config/settings.rs"),
    ("votes/", "src/config/settings.rs"),
    ("proofs/", "src/config/settings.rs"),
    ("lock", "src/storage/data_dir.rs"),
    ("control.sock", "src/control/mod.rs"),
    ("health.txt", "src/node/desk.rs"),
    ("emergency.mark", "src/node/emergency.rs"),
    ("~/.local/share/bitcraps", "src/config/environment.rs"),
];

/// Words of a source after which something is called by its name.
const DEFINES: [&str; 8] = [
    "const", "enum", "fn", "mod", "static", "struct", "trait", "type",
];

/// What may be named.
struct Names {
    commands: clap::Command,
    settings: BTreeSet<String>,
    actions: BTreeSet<String>,
    keys: BTreeSet<String>,
    crates: BTreeSet<String>,
    items: BTreeSet<String>,
}

impl Names {
    fn of_the_program() -> Self {
        let schema = bitcraps::config::schema_json();
        let settings = schema["settings"].as_array().unwrap().iter();
        let settings = settings.flat_map(|row| [&row["key"], &row["variable"]]);
        let manifest: toml::Table = toml::from_str(&text(Path::new("Cargo.toml"))).unwrap();
        let crates = ["dependencies", "dev-dependencies"]
            .iter()
            .flat_map(|table| manifest[*table].as_table().unwrap().keys());
        let sources = files("src");
        let sources = sources
            .iter()
            .filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
        let mut commands = Arguments::command();
        commands.build();
        Self {
            commands,
            settings: settings
                .map(|name| name.as_str().unwrap().to_owned())
                .collect(),
            actions: ACTIONS.iter().map(|row| row.name.to_owned()).collect(),
            keys: ACTIONS
                .iter()
                .flat_map(|row| row.keys.iter().map(ToString::to_string))
                .collect(),
            crates: crates.cloned().collect(),
            items: sources.flat_map(|path| items(&text(path))).collect(),
        }
    }

    /// Whether there is something of this name.
    fn know(&self, name: &str) -> bool {
        self.settings.contains(name)
            || self.actions.contains(name)
            || self.keys.contains(name)
            || self.crates.contains(name)
            || is_file(name)
            || is_data_file(name)
            || is_variable(name)
            || self.is_item(name)
            || self.is_command(name)
            || self.is_option(name)
            || is_cargo(name)
    }

    fn is_item(&self, name: &str) -> bool {
        name.split("::").all(|part| self.items.contains(part))
    }

    /// `bitcraps config show --json`, or without the program's name where it is clear.
    fn is_command(&self, name: &str) -> bool {
        let mut words = name.split_whitespace().peekable();
        words.next_if_eq(&"bitcraps");
        let mut at = &self.commands;
        while let Some(word) = words.next() {
            if word.starts_with('-') {
                let Some(option) = option(at, word) else {
                    return false;
                };
                if option.get_action().takes_values() {
                    words.next();
                }
            } else if let Some(below) = at.find_subcommand(word) {
                at = below;
            } else if at.get_positionals().next().is_none() {
                return false;
            }
        }
        true
    }

    fn is_option(&self, name: &str) -> bool {
        let below = self.commands.get_subcommands();
        std::iter::once(&self.commands)
            .chain(below)
            .any(|command| option(command, name).is_some())
    }
}

fn option<'a>(command: &'a clap::Command, word: &str) -> Option<&'a clap::Arg> {
    let long = word.strip_prefix("--")?;
    let mut arguments = command.get_arguments();
    arguments.find(|argument| argument.get_long() == Some(long))
}

fn is_file(name: &str) -> bool {
    let (path, is_ours) = (root().join(name), !name.starts_with(['/', '~']));
    is_ours && (path.is_file() || name.contains(['/', '.']) && path.exists())
}

fn is_data_file(name: &str) -> bool {
    DATA_FILES
        .iter()
        .filter(|(known, _)| *known == name)
        .any(|(known, source)| {
            let last = known.trim_end_matches('/').rsplit('/').next().unwrap();
            text(Path::new(source)).contains(&format!("\"{last}\""))
        })
}

/// A variable of the environment that is not a setting's.
fn is_variable(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        && text(Path::new("src/config/environment.rs")).contains(&format!("\"{name}\""))
}

/// `cargo` with a target of this repository; variables may stand before it.
fn is_cargo(name: &str) -> bool {
    let mut words = name.split_whitespace().skip_while(|word| {
        let variable = word.split_once('=');
        variable.is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
    });
    if words.next() != Some("cargo") {
        return false;
    }
    let known = ["run", "test", "bench", "doc", "build", "clippy", "fmt"];
    if !words.next().is_some_and(|word| known.contains(&word)) {
        return false;
    }
    while let Some(word) = words.next() {
        let folder = match word {
            "--test" => "tests",
            "--bench" => "benches",
            "--release" | "--locked" => continue,
            _ => return false,
        };
        let target = words.next().unwrap_or_default();
        let (file, main) = (format!("{target}.rs"), format!("{target}/main.rs"));
        let folder = root().join(folder);
        if !folder.join(file).exists() && !folder.join(main).exists() {
            return false;
        }
    }
    true
}

/// Returns what a source defines: items, and variants of enums.
fn items(source: &str) -> BTreeSet<String> {
    let name_of = |text: &str| -> String {
        let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
        text.chars().take_while(is_part).collect()
    };
    let mut found = BTreeSet::new();
    for line in source.lines().map(str::trim) {
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            if DEFINES.contains(&word) {
                found.insert(name_of(words.clone().next().unwrap_or_default()));
            } else if !word.starts_with("pub") && !["async", "impl"].contains(&word) {
                break;
            }
        }
        let name = name_of(line);
        let rest = line.strip_prefix(&name).unwrap_or_default();
        let is_variant = name.starts_with(char::is_uppercase)
            && (rest == "," || rest == " {" || rest.starts_with('('));
        if is_variant {
            found.insert(name);
        }
    }
    found.remove("");
    found
}

/// Returns the names in a document, each with its line.
fn names(document: &str) -> Vec<(usize, &str)> {
    let mut named = Vec::new();
    let mut in_picture = false;
    for (number, line) in (1..).zip(document.lines()) {
        if line.starts_with("```") {
            in_picture = !in_picture;
        } else if in_picture || line.starts_with("<!--") {
        } else if let Some(command) = line.strip_prefix("    ") {
            named.push((number, command.trim()));
        } else {
            let spans = line.split('`').skip(1).step_by(2);
            named.extend(spans.map(|span| (number, span)));
        }
    }
    named
}

/// Returns the names that are nothing's.
fn unknown<'a>(names: &Names, document: &'a str) -> Vec<(usize, &'a str)> {
    let mut all = self::names(document);
    all.retain(|(_, name)| !names.know(name));
    all
}

#[test]
fn whatever_the_documents_name_exists() {
    let names = Names::of_the_program();
    for document in DOCUMENTS {
        let text = text(Path::new(document));
        assert!(!self::names(&text).is_empty(), "{document} names something");
        let unknown = unknown(&names, &text);
        let lines: Vec<String> = unknown
            .iter()
            .map(|(line, name)| format!("{document}:{line}: there is no `{name}`"))
            .collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }
}

/// Returns the commands between backquotes in a source: what its hints and comments tell to type.
/// What a value stands for is left out.
fn commands(source: &str) -> impl Iterator<Item = (usize, String)> {
    let lines = (1..).zip(source.lines());
    let spans = lines.flat_map(|(number, line)| {
        let spans = line.split('`').skip(1).step_by(2);
        spans.map(move |span| (number, span))
    });
    spans
        .filter(|(_, span)| span.starts_with("bitcraps "))
        .map(|(number, span)| {
            let is_fixed = |word: &&str| !word.contains(['{', '<', '…']);
            let words: Vec<&str> = span.split_whitespace().take_while(is_fixed).collect();
            (number, words.join(" "))
        })
}

#[test]
fn every_command_that_a_hint_names_exists() {
    let names = Names::of_the_program();
    let mut found = 0;
    for path in files("src") {
        for (line, command) in commands(&text(&path)) {
            found += 1;
            let path = path.display();
            assert!(names.know(&command), "{path}:{line}: no `{command}`");
        }
    }
    assert!(found > 20, "only {found} commands were read");
    let planted = commands("a\n\"try `bitcraps raft --now`\"").next().unwrap();
    assert_eq!(planted, (2, "bitcraps raft --now".to_owned()));
    assert!(!names.know(&planted.1));
}

#[test]
fn a_name_of_nothing_is_found_with_its_line() {
    let names = Names::of_the_program();
    for planted in [
        "src/club/raft.rs",
        "src/raft/",
        "raft.toml",
        "bitcraps raft",
        "bitcraps service raft",
        "bitcraps health --raft",
        "config raft",
        "--raft",
        "BITCRAPS_RAFT",
        "RAFT",
        "table.raft",
        "bet.raft",
        "Ctrl-F9",
        "RaftState",
        "Body::Raft",
        "elect_leader",
        "cargo raft",
        "cargo bench --bench raft",
        "raft",
    ] {
        let text = format!("`bitcraps health` is good,\nand so is `{planted}`.\n");
        assert_eq!(unknown(&names, &text), [(2, planted)]);
    }
    let block = "See\n\n    cargo run --release\n    cargo test --test raft\n";
    assert_eq!(unknown(&names, block), [(4, "cargo test --test raft")]);
}

#[test]
fn each_kind_of_name_is_known() {
    let names = Names::of_the_program();
    for name in [
        "src/club/",
        "src/club/transition.rs",
        ".ci/run",
        "logs/",
        "bitcraps",
        "bitcraps config show --json",
        "bitcraps service restart game manager",
        "bitcraps history --last 20",
        "config check",
        "--reset",
        "BITCRAPS_DATA_DIR",
        "NO_COLOR",
        "table.min_bet",
        "bet.pass",
        "Ctrl-C",
        "ApplicationState",
        "Degraded",
        "Body::Roll",
        "close_rolls",
        "arc-swap",
        "UPDATE_DOCS=1 cargo test --test docs",
        "cargo bench --bench app",
    ] {
        assert!(names.know(name), "{name}");
    }
}

const KEYS_BEGIN: &str = "<!-- keys: made by `UPDATE_DOCS=1 cargo test --test docs` -->\n";
const KEYS_END: &str = "<!-- /keys -->\n";

/// Returns the table of `bitcraps keys`, as the program itself prints it.
fn key_table() -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bitcraps"));
    // Not the keys of whoever runs this.
    let home = tempfile::tempdir().unwrap();
    command.arg("--data-dir").arg(home.path());
    let printed = command.args(["keys", "--json"]).output().unwrap();
    assert!(printed.status.success(), "{printed:?}");
    let lines = String::from_utf8(printed.stdout).unwrap();
    let rows = lines.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        let list = |name: &str| -> Vec<String> {
            let words = row[name].as_array().unwrap().iter();
            words
                .map(|word| word.as_str().unwrap().to_owned())
                .collect()
        };
        let keys = list("keys")
            .iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>();
        let word = |name: &str| row[name].as_str().unwrap();
        let (name, text, places) = (word("action"), word("text"), list("places").join(", "));
        format!("| {} | {text} | `{name}` | {places} |\n", keys.join(" "))
    });
    format!(
        "| key | does | name | where |\n|---|---|---|---|\n{}",
        rows.collect::<String>()
    )
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a developer asks for a new table"
)]
fn the_key_table_of_the_readme_is_that_of_the_program() {
    let readme = text(Path::new("README.md"));
    let (head, rest) = readme.split_once(KEYS_BEGIN).unwrap();
    let (kept, tail) = rest.split_once(KEYS_END).unwrap();
    let table = key_table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let written = format!("{head}{KEYS_BEGIN}{table}{KEYS_END}{tail}");
        std::fs::write(root().join("README.md"), written).unwrap();
    } else {
        assert!(kept == table, "the keys are old: run with UPDATE_DOCS=1");
    }
}
