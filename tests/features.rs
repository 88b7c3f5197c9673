//! The list of features: each names the tests that decide whether it is there, or says what is
//! missing. A name that no test has, or a feature without a word about it, fails.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{files, root, text};
use serde::Deserialize;

const LIST: &str = "tests/data/features.toml";
const HOUSE: &str = "tests/data/house.toml";

/// How many features each part has; a feature keeps its number for ever.
const PARTS: [(char, usize); 11] = [
    ('A', 19),
    ('B', 15),
    ('C', 33),
    ('D', 13),
    ('E', 10),
    ('F', 15),
    ('G', 13),
    ('H', 16),
    ('I', 10),
    ('J', 13),
    ('K', 21),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    what: String,
    #[serde(default)]
    tests: Vec<String>,
    bench: Option<String>,
    missing: Option<String>,
}

/// Returns what is wrong with one feature, given the names of all tests.
fn faults(id: &str, feature: &Feature, tests: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    if feature.what.trim().is_empty() {
        faults.push(format!("{id} does not say what it is"));
    }
    let unknown = feature.tests.iter().filter(|name| !tests.contains(*name));
    faults.extend(unknown.map(|name| format!("{id} names {name}, which is no test")));
    let bench = feature
        .bench
        .iter()
        .filter(|path| !root().join(path).is_file());
    faults.extend(bench.map(|path| format!("{id} names {path}, which is no file")));
    if feature.tests.is_empty() && feature.bench.is_none() && feature.missing.is_none() {
        faults.push(format!(
            "{id} has no test, no bench and no word about what is missing"
        ));
    }
    faults
}

/// Returns the names of the tests that a source holds: functions below an attribute that ends in
/// `test`, in which other attributes may stand between, and the functions of `proptest!`.
fn tests_in(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        let attribute = line.strip_prefix("#[").map(|rest| {
            let name = rest.split(['(', ']']).next().unwrap_or_default();
            name == "test" || name.ends_with("::test")
        });
        let function = ["fn ", "async fn "]
            .iter()
            .find_map(|start| line.strip_prefix(start));
        match (attribute, function) {
            (Some(is_test), _) => marked |= is_test,
            (None, Some(rest)) => {
                if std::mem::take(&mut marked) {
                    let name = rest.split(['(', '<']).next().unwrap_or_default();
                    found.push(name.trim().to_owned());
                }
            }
            // Comments and the further lines of an attribute stand between the mark and its test.
            (None, None) => {}
        }
    }
    found
}

fn all_tests() -> BTreeSet<String> {
    let sources = ["src", "tests", "examples"].into_iter().flat_map(files);
    let sources = sources.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    sources.flat_map(|path| tests_in(&text(&path))).collect()
}

#[test]
fn every_feature_names_tests_that_exist_or_says_what_is_missing() {
    let list: toml::Table = toml::from_str(&text(Path::new(LIST))).unwrap();
    let tests = all_tests();
    let expected = PARTS
        .iter()
        .flat_map(|(part, count)| (1..=*count).map(move |number| format!("{part}{number}")));
    let expected: BTreeSet<String> = expected.collect();
    let listed: BTreeSet<String> = list.keys().cloned().collect();
    assert_eq!(
        listed, expected,
        "features that are listed and that there are"
    );
    let faults: Vec<String> = list
        .into_iter()
        .flat_map(|(id, row)| faults(&id, &row.try_into().unwrap(), &tests))
        .collect();
    assert!(faults.is_empty(), "{LIST}:\n{}", faults.join("\n"));
}

/// Choices of the house that a script of one player can't show name tests instead.
#[test]
fn every_choice_of_the_house_names_tests_that_exist() {
    let list: toml::Table = toml::from_str(&text(Path::new(HOUSE))).unwrap();
    let choices = list["choice"].as_array().unwrap().iter();
    let named = choices.filter_map(|choice| choice.get("tests")?.as_array());
    let tests = all_tests();
    let unknown: Vec<&str> = named
        .flatten()
        .filter_map(toml::Value::as_str)
        .filter(|name| !tests.contains(*name))
        .collect();
    assert!(unknown.is_empty(), "{HOUSE} names {unknown:?}");
}

/// The simulator's list of situations: each row names the tests that show it.
const SITUATIONS: &str = "src/sim/mod.rs";

#[test]
fn every_situation_of_the_simulator_names_tests_that_exist() {
    let tests = all_tests();
    let source = text(Path::new(SITUATIONS));
    let rows = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "));
    let rows: Vec<&str> = rows.skip(1).collect();
    assert!(rows.len() > 18, "{SITUATIONS} has {} rows", rows.len());
    for row in rows {
        let (situation, named) = row.split_once(" | ").unwrap();
        let named: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{situation}: no test");
        for name in named {
            assert!(tests.contains(name), "{situation}: {name} is no test");
        }
    }
}

#[test]
fn what_is_wrong_with_a_feature_is_found() {
    let tests = BTreeSet::from(["it_plays".to_owned()]);
    let feature = |tests: &[&str], missing: Option<&str>| Feature {
        what: "Play".to_owned(),
        tests: tests.iter().map(ToString::to_string).collect(),
        bench: None,
        missing: missing.map(ToOwned::to_owned),
    };
    assert!(faults("C1", &feature(&["it_plays"], None), &tests).is_empty());
    assert!(faults("C1", &feature(&[], Some("all of it")), &tests).is_empty());
    let unknown = faults("C1", &feature(&["it_pays"], None), &tests);
    assert_eq!(unknown, ["C1 names it_pays, which is no test"]);
    assert_eq!(faults("C1", &feature(&[], None), &tests).len(), 1);

    let source = "#[test]\nfn one() {}\n\n#[tokio::test(start_paused = true)]\n#[expect(dead_code)]\nasync fn two() {}\n\nfn no_test() {}\n";
    assert_eq!(tests_in(source), ["one", "two"]);
}
