//! The files of the repository: sizes, blanks, words, headings, links.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

mod common;

use std::path::{Path, PathBuf};

use common::{files, root, text};

/// A source file over this holds two subjects.
const SOURCE_LINES_MAX: usize = 800;

/// `main.rs` only hands over to the library.
const MAIN_LINES_MAX: usize = 60;

/// Words that promise something later, or that speak of anything but the product. Written in two
/// parts, so that this file holds none of them.
const BANNED: [(&str, &str); 15] = [
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X"),
    ("HA", "CK"),
    ("for ", "now"),
    ("place", "holder"),
    ("in prod", "uction"),
    ("production-", "ready"),
    ("simpl", "ified"),
    ("#[al", "low("),
    ("#![al", "low("),
    ("#[ig", "nore"),
    ("#[should_", "panic"),
    ("todo", "!("),
    ("unimplem", "ented!("),
];

/// Folders whose files are read here, beside those at the root.
const FOLDERS: [&str; 6] = ["src", "tests", "assets", "benches", "examples", ".ci"];

/// Endings of the files that people write by hand.
const ENDINGS: [&str; 8] = ["rs", "md", "toml", "example", "yaml", "yml", "sh", "run"];

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Offence {
    path: PathBuf,
    line: usize,
    what: String,
}

impl Offence {
    fn new(path: &Path, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

fn listed(offences: &[Offence]) -> String {
    let line = |offence: &Offence| {
        let Offence { path, line, what } = offence;
        format!("{}:{line}: {what}", path.display())
    };
    offences.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the files that people write by hand.
fn written_files() -> Vec<PathBuf> {
    let at_root = std::fs::read_dir(root()).unwrap();
    let at_root = at_root
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.strip_prefix(root()).unwrap().to_owned());
    let folders = FOLDERS.iter().filter(|name| root().join(name).exists());
    let mut all: Vec<PathBuf> = at_root
        .chain(folders.flat_map(|name| files(name)))
        .collect();
    all.retain(|path| {
        let ending = path.extension().or(path.file_name());
        ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
    });
    all
}

fn offences_in(path: &Path, text: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.contains('\t') {
            offences.push(Offence::new(path, number, "a tab"));
        }
        if line.ends_with([' ', '\r']) {
            offences.push(Offence::new(path, number, "blanks at the end"));
        }
        for (first, second) in BANNED {
            let word = format!("{first}{second}");
            if contains_word(line, &word) {
                offences.push(Offence::new(path, number, format!("says `{word}`")));
            }
        }
    }
    let lines = text.lines().count();
    if !text.is_empty() && !text.ends_with('\n') {
        offences.push(Offence::new(path, lines, "no line end at the end"));
    }
    if text.ends_with("\n\n") {
        offences.push(Offence::new(path, lines, "empty lines at the end"));
    }
    offences.extend(too_long(path, lines));
    if path.extension().is_some_and(|ending| ending == "md") {
        offences.extend(headings(path, text));
    }
    offences
}

/// Whether a line has the word, not as a part of a longer one.
fn contains_word(line: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let begins = word.starts_with(char::is_alphanumeric);
    let ends = word.ends_with(char::is_alphanumeric);
    line.match_indices(word).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + word.len()..);
        let after = after.and_then(|text| text.chars().next());
        let is_part = (begins && is_letter(before)) || (ends && is_letter(after));
        !is_part
    })
}

fn too_long(path: &Path, lines: usize) -> Option<Offence> {
    if path.extension().is_none_or(|ending| ending != "rs") {
        return None;
    }
    let limit = if path == Path::new("src/main.rs") {
        MAIN_LINES_MAX
    } else {
        SOURCE_LINES_MAX
    };
    (lines > limit).then(|| Offence::new(path, lines, format!("longer than {limit} lines")))
}

/// A Markdown file that is a document of its own has exactly one top heading.
fn headings(path: &Path, text: &str) -> Option<Offence> {
    // Below `src` are pieces that are drawn into the documentation of a module.
    if path.starts_with("src") {
        return None;
    }
    let count = prose(text)
        .filter(|(_, line)| line.starts_with("# "))
        .count();
    (count != 1).then(|| Offence::new(path, 1, format!("{count} top headings")))
}

/// Returns the lines of a Markdown file outside of code blocks, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// Returns links to files that are not there.
fn broken_links(path: &Path, text: &str) -> Vec<Offence> {
    let folder = root().join(path);
    let folder = folder.parent().unwrap();
    prose(text)
        .flat_map(|(number, line)| {
            let targets = line.split("](").skip(1);
            targets.map(move |rest| (number, rest.split(')').next().unwrap_or(rest)))
        })
        .filter(|(_, target)| !target.contains("://") && !target.starts_with('#'))
        .filter(|(_, target)| {
            let file = target.split('#').next().unwrap_or(target);
            !folder.join(file).exists()
        })
        .map(|(number, target)| Offence::new(path, number, format!("no file {target}")))
        .collect()
}

#[test]
fn the_files_are_tidy() {
    let files = written_files();
    assert!(files.len() > 50, "only {} files were read", files.len());
    let mut offences = Vec::new();
    for path in &files {
        let text = text(path);
        offences.extend(offences_in(path, &text));
        if path.extension().is_some_and(|ending| ending == "md") {
            offences.extend(broken_links(path, &text));
        }
    }
    assert!(offences.is_empty(), "\n{}", listed(&offences));
}

#[test]
fn each_untidiness_is_found_with_its_line() {
    let rust = Path::new("src/x.rs");
    for (first, second) in BANNED {
        let text = format!("fn f() {{\n    // {first}{second}\n}}\n");
        let found = offences_in(rust, &text);
        assert!(!found.is_empty(), "{first}{second}");
        assert!(found.iter().all(|offence| offence.line == 2), "{found:?}");
    }
    let what = |path: &str, text: &str| -> Vec<(usize, String)> {
        offences_in(Path::new(path), text)
            .into_iter()
            .map(|offence| (offence.line, offence.what))
            .collect()
    };
    let one = |line: usize, what: &str| vec![(line, what.to_owned())];
    assert_eq!(what("a.rs", "fn a() {\n\tb()\n}\n"), one(2, "a tab"));
    assert_eq!(what("a.rs", "a \n"), one(1, "blanks at the end"));
    assert_eq!(what("a.rs", "a"), one(1, "no line end at the end"));
    assert_eq!(what("a.rs", "a\n\n"), one(2, "empty lines at the end"));
    assert_eq!(
        what("a.rs", &"a\n".repeat(801)),
        one(801, "longer than 800 lines")
    );
    assert_eq!(
        what("src/main.rs", &"a\n".repeat(61)),
        one(61, "longer than 60 lines")
    );
    assert_eq!(what("a.md", "# A\n\n# B\n"), one(1, "2 top headings"));
    assert_eq!(what("a.md", "# A\n\n```\n# b\n```\n"), []);
    assert_eq!(what("a.rs", "a\n"), []);
    let links = broken_links(
        Path::new("README.md"),
        "[a](Cargo.toml) [b](https://x.org)\n[c](gone.md#part)\n",
    );
    assert_eq!(
        links,
        [Offence::new(
            Path::new("README.md"),
            2,
            "no file gone.md#part"
        )]
    );
}
