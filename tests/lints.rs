//! What clippy holds this program to: no panic outside tests without its reason, and in the pure parts
//! no sum that can overflow either.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Lints of what ends a program on the spot.
const PANICS: [&str; 6] = [
    "expect_used",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "unwrap_used",
];

/// Lints that the pure parts add.
const PURE: [&str; 4] = [
    "arithmetic_side_effects",
    "as_conversions",
    "float_arithmetic",
    "indexing_slicing",
];

/// The parts without clock, disk, network and randomness.
const PURE_PARTS: [&str; 8] = [
    "club",
    "craps",
    "dice",
    "ledger",
    "simulate",
    "strategy",
    "transcript",
    "words",
];

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lints that the head of a file denies.
fn denied(source: &str) -> String {
    let head = source.split("#![deny(").nth(1).unwrap_or_default();
    head.split(")]").next().unwrap_or_default().to_owned()
}

#[test]
fn panics_are_denied_and_so_is_overflow_in_the_pure_parts() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let lints = manifest["lints"]["clippy"].as_table().unwrap();
    for lint in PANICS {
        assert_eq!(lints[lint].as_str(), Some("deny"), "{lint}");
    }
    assert_eq!(denied(&read("src/lib.rs")), "clippy::indexing_slicing");
    for part in PURE_PARTS {
        let denied = denied(&read(format!("src/{part}/mod.rs")));
        for lint in PURE {
            assert!(denied.contains(lint), "{part}: {lint}");
        }
    }
}

/// The sources outside tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() && !is_test {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !is_test {
            found.push(path);
        }
    }
}

#[test]
fn where_a_panic_is_allowed_the_reason_says_why_it_cannot_come() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut excused = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        assert!(!source.contains("[allow("), "{}", file.display());
        for attribute in source.split("[expect(").skip(1) {
            let attribute = attribute.split(")]").next().unwrap_or_default();
            let lints = PANICS.iter().chain(&PURE);
            if !lints
                .into_iter()
                .any(|lint| attribute.contains(&format!("clippy::{lint}")))
            {
                continue;
            }
            let reason = attribute.split("reason = \"").nth(1).unwrap_or_default();
            let words = reason.split_whitespace().count();
            assert!(words >= 3, "{}: {attribute}", file.display());
            excused += 1;
        }
    }
    assert!(excused > 20, "{excused}");
}
