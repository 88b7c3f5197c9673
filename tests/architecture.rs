//! The layers: an arrow goes down only, and the pure parts touch nothing of the machine.
//!
//! It reads the sources as text: every path that is named, also within `use` groups, outside of
//! comments, text and tests. What a macro makes is not seen.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{files, text};

/// The parts, lowest row first. A part may name those of its own row and of the rows below.
const ROWS: [&[&str]; 14] = [
    &["clock", "files", "shown"],
    &["ledger"],
    &["craps"],
    &["dice", "strategy", "words"],
    &["club", "simulate"],
    &["identity"],
    &["storage"],
    &["consensus"],
    &["transcript"],
    &["gaming"],
    &["sim"],
    &["error", "config", "logs"],
    &["state", "coordination", "app", "control"],
    &["tui", "node", "cli"],
];

/// The parts whose outcome depends on nothing but what they are given.
const PURE: [&str; 8] = [
    "ledger",
    "craps",
    "dice",
    "strategy",
    "words",
    "simulate",
    "club",
    "transcript",
];

/// Folders inside other parts of which the same is true.
const PURE_FOLDERS: [&str; 1] = ["src/consensus/machine"];

/// What a pure part must not name: anything that waits, reads, asks or has no order.
const FORBIDDEN: [&str; 15] = [
    "tokio",
    "tokio_util",
    "futures",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "Instant",
    "SystemTime",
    "rand",
    "getrandom",
    "OsRng",
    "HashMap",
    "HashSet",
];

/// A path as `std::fs::File`, and the line where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    line: usize,
    path: String,
}

/// Returns every path that a source names outside of comments, text and tests.
fn paths(source: &str) -> Vec<Named> {
    let tokens = tokens(source);
    let mut named = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = if is_name(&first.1) {
            path(rest, "", &mut named)
        } else {
            after
        };
    }
    named
}

/// Reads one path, and the group at its end; returns what follows.
fn path<'a>(
    mut rest: &'a [(usize, String)],
    prefix: &str,
    named: &mut Vec<Named>,
) -> &'a [(usize, String)] {
    let mut whole = prefix.to_owned();
    let line = rest.first().map_or(0, |token| token.0);
    while let Some(((_, token), after)) = rest.split_first() {
        if is_name(token) || token == "*" {
            whole = if whole.is_empty() {
                token.clone()
            } else {
                format!("{whole}::{token}")
            };
            rest = after;
        } else if token == "{" {
            return group(after, &whole, named);
        } else {
            break;
        }
        match rest.split_first() {
            Some(((_, token), after)) if token == "::" => rest = after,
            Some(_) | None => break,
        }
    }
    named.push(Named { line, path: whole });
    rest
}

/// Reads a group `{a, b::{c}}`; returns what follows it.
fn group<'a>(
    mut rest: &'a [(usize, String)],
    prefix: &str,
    named: &mut Vec<Named>,
) -> &'a [(usize, String)] {
    while let Some(((_, token), after)) = rest.split_first() {
        rest = match token.as_str() {
            "}" => return after,
            token if is_name(token) || token == "*" => path(rest, prefix, named),
            _ => after,
        };
    }
    rest
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Returns the names and signs of a source, with their lines.
fn tokens(source: &str) -> Vec<(usize, String)> {
    let mut tokens: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(source.lines()) {
        if line.trim_start().starts_with("#[cfg(test)]") {
            // Tests stand last in a file.
            break;
        }
        let mut rest = without_text(line);
        while let Some(first) = rest.chars().next() {
            let length = if is_name(&rest) {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let tail = rest.split_off(length);
            if !rest.trim().is_empty() {
                tokens.push((number, rest));
            }
            rest = tail;
        }
    }
    tokens
}

/// Returns a line without its comment and without what stands between quotes.
fn without_text(line: &str) -> String {
    let mut kept = String::new();
    let mut in_text = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if in_text => drop(characters.next()),
            '"' => in_text = !in_text,
            '/' if !in_text && characters.peek() == Some(&'/') => break,
            _ if in_text => {}
            _ => kept.push(c),
        }
    }
    kept
}

fn row_of(part: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&part))
}

/// Returns what a source of `part` names and must not, as `line: reason`.
fn offences(part: &str, source: &str) -> BTreeSet<(usize, String)> {
    offences_of(part, PURE.contains(&part), source)
}

fn offences_of(part: &str, is_pure: bool, source: &str) -> BTreeSet<(usize, String)> {
    let named = paths(source);
    let upward = named.iter().filter_map(|named| {
        let other = named.path.strip_prefix("crate::")?.split("::").next()?;
        let reason = match (row_of(part), row_of(other)) {
            (Some(own), Some(row)) if row <= own => return None,
            (Some(_), Some(_)) => format!("`{part}` names `{other}`, which lies above it"),
            (None, _) => format!("`{part}` has no row"),
            // Macros and constants of the crate's root.
            (Some(_), None) => format!("`{other}` is no part that has a row"),
        };
        Some((named.line, reason))
    });
    let impure = named.iter().filter_map(|named| {
        let whole = format!("::{}::", named.path);
        let word = FORBIDDEN
            .iter()
            .find(|word| whole.contains(&format!("::{word}::")))?;
        Some((named.line, format!("`{part}` is pure and names `{word}`")))
    });
    upward.chain(impure.filter(|_| is_pure)).collect()
}

/// Returns the part that a file of `src` belongs to; none for `lib.rs` and `main.rs`.
fn part_of(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").unwrap().components().next()?;
    let name = first.as_os_str().to_str()?;
    let part = name.strip_suffix(".rs").unwrap_or(name);
    (!matches!(part, "lib" | "main")).then(|| part.to_owned())
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|name| matches!(name.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

#[test]
fn arrows_go_down_and_pure_parts_stay_pure() {
    let mut all = Vec::new();
    let mut parts = BTreeSet::new();
    for path in files("src") {
        let is_source = path.extension().is_some_and(|ending| ending == "rs");
        let Some(part) = part_of(&path).filter(|_| is_source && !is_test(&path)) else {
            continue;
        };
        let in_pure_folder = PURE_FOLDERS.iter().any(|folder| path.starts_with(folder));
        let is_pure = in_pure_folder || PURE.contains(&part.as_str());
        for (line, reason) in offences_of(&part, is_pure, &text(&path)) {
            all.push(format!("{}:{line}: {reason}", path.display()));
        }
        parts.insert(part);
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
    let rows: BTreeSet<String> = ROWS
        .concat()
        .iter()
        .map(|part| (*part).to_owned())
        .collect();
    assert_eq!(parts, rows, "the parts below src are those that have a row");
}

#[test]
fn each_way_to_name_what_is_forbidden_is_found() {
    let cases = [
        ("craps", "use crate::club::ClubState;", "above"),
        ("ledger", "fn f() {\n    crate::tui::draw();\n}", "above"),
        ("gaming", "use crate::{clock, app::BitCrapsApp};", "above"),
        ("storage", "use crate::elsewhere::X;", "no part"),
        ("craps", "use tokio::time;", "`tokio`"),
        ("dice", "use std::{fmt, fs::{self, File}};", "`std::fs`"),
        (
            "dice",
            "use std::{\n    fmt,\n    thread,\n};",
            "`std::thread`",
        ),
        ("club", "let at = std::time::Instant::now();", "`Instant`"),
        ("club", "fn f(map: &HashMap<u8, u8>) {}", "`HashMap`"),
        (
            "ledger",
            "use std::collections::{BTreeMap, HashMap as Map};",
            "`HashMap`",
        ),
        ("club", "let x = \"a\"; let y = rand::rng();", "`rand`"),
    ];
    for (part, source, reason) in cases {
        let found = offences(part, source);
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(
            found.iter().all(|(_, text)| text.contains(reason)),
            "{found:?}"
        );
    }
    let multi_line = offences("dice", "use std::{\n    fmt,\n    thread,\n};");
    assert_eq!(multi_line.first().unwrap().0, 3);
}

#[test]
fn what_is_allowed_is_left_alone() {
    let cases = [
        (
            "club",
            "use crate::{craps, ledger::Chips};\nuse std::collections::BTreeMap;",
        ),
        (
            "craps",
            "// tokio, crate::club\nlet text = \"std::fs \\\" HashMap\"; // Instant",
        ),
        (
            "dice",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}",
        ),
        ("storage", "use std::fs;\nuse crate::identity::StorageKey;"),
        (
            "cli",
            "use crate::control::Row;\nuse super::output::Output;",
        ),
        ("club", "let instants = 3; let operand = 4;"),
    ];
    for (part, source) in cases {
        assert_eq!(offences(part, source), BTreeSet::new(), "{source}");
    }
}
