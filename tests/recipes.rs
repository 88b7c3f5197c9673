//! The recipes of the long run, in `justfile`: what they call exists.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

mod common;

use std::path::Path;

use bitcraps::cli::Arguments;
use clap::Parser as _;
use common::{files, root, text};

/// A command of a recipe, parameters at their defaults.
struct Recipe {
    line: usize,
    command: String,
}

/// Reads the recipes: a header with parameters, then one indented command.
fn recipes(justfile: &str) -> Vec<Recipe> {
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    let mut found = Vec::new();
    for (line, text) in (1..).zip(justfile.lines()) {
        if let Some(command) = text.strip_prefix("    ") {
            let command = parameters
                .iter()
                .fold(command.to_owned(), |command, (name, value)| {
                    command.replace(&format!("{{{{{name}}}}}"), value)
                });
            found.push(Recipe { line, command });
        } else if !text.starts_with('#') {
            let words = text.trim_end_matches(':').split_whitespace().skip(1);
            let pairs = words.map(|word| word.split_once('=').unwrap());
            parameters = pairs
                .map(|(name, value)| (name, value.trim_matches('"')))
                .collect();
        }
    }
    found
}

/// Returns what is wrong with a command, if anything.
fn fault(command: &str, sources: &str) -> Option<String> {
    if command.contains("{{") {
        return Some("a parameter has no value".to_owned());
    }
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_variable = |word: &&&str| word.starts_with("BITCRAPS_");
    for variable in words.iter().take_while(is_variable) {
        let name = variable.split('=').next().unwrap();
        if !sources.contains(&format!("\"{name}\"")) {
            return Some(format!("nothing reads {name}"));
        }
    }
    for pair in words.windows(2) {
        let folder = match pair[0] {
            "--test" => "tests",
            "--bench" => "benches",
            "--example" => "examples",
            _ => continue,
        };
        let (file, main) = (
            format!("{folder}/{}.rs", pair[1]),
            format!("{folder}/{}/main.rs", pair[1]),
        );
        if !root().join(file).exists() && !root().join(main).exists() {
            return Some(format!("no target {}", pair[1]));
        }
    }
    let command = words.iter().skip_while(is_variable).copied();
    let command: Vec<&str> = command.collect();
    match command.as_slice() {
        ["cargo", "run", "--release", "--locked", "--", rest @ ..] => {
            let arguments = ["bitcraps"].iter().chain(rest);
            Arguments::try_parse_from(arguments)
                .err()
                .map(|why| why.to_string())
        }
        [
            "cargo",
            "run",
            "--release",
            "--locked",
            "--example",
            name,
            "--",
            rest @ ..,
        ] => {
            // Its arguments have long names, each the field of a type, or are kinds of one.
            let mut given = rest.iter().map(|word| word.trim_start_matches("--"));
            let is_named = |word: &str| {
                let field = format!("    {word}: ");
                let mut kind = word.to_owned();
                kind.get_mut(..1)?.make_ascii_uppercase();
                let kind = format!("    {kind},");
                let number = word.parse::<u64>().is_ok();
                Some(number || sources.contains(&field) || sources.contains(&kind))
            };
            let unknown = given.find(|word| is_named(word) != Some(true))?;
            Some(format!("{name} has no {unknown}"))
        }
        ["cargo", "test", "--release", "--locked", _, rest @ ..] => {
            // The last word of a filter is the name of a test.
            let name = rest.iter().rfind(|word| word.contains('_'))?;
            let is_there = sources.contains(&format!("fn {name}"));
            (!is_there).then(|| format!("no test {name}"))
        }
        ["cargo", "bench" | "mutants", ..] | ["@just", ..] => None,
        [file] if root().join(file).exists() => None,
        _ => Some("unknown".to_owned()),
    }
}

/// All sources, one after the other.
fn sources() -> String {
    let all = ["src", "tests", "benches", "examples"].map(files);
    let is_source = |path: &&std::path::PathBuf| path.extension().is_some_and(|e| e == "rs");
    let all = all.iter().flatten().filter(is_source);
    all.map(|path| text(path)).collect()
}

#[test]
fn every_recipe_calls_what_exists() {
    let (recipes, sources) = (recipes(&text(Path::new("justfile"))), sources());
    assert!(
        recipes.len() > 8,
        "only {} recipes were read",
        recipes.len()
    );
    for recipe in recipes {
        let fault = fault(&recipe.command, &sources);
        assert_eq!(fault, None, "justfile:{}: {}", recipe.line, recipe.command);
    }
}

#[test]
fn a_recipe_that_calls_nothing_is_found() {
    let sources = sources();
    for (planted, why) in [
        ("raft:\n    cargo run --release --locked -- raft", "raft"),
        (
            "raft:\n    cargo run --release --locked -- sim --seeds raft",
            "raft",
        ),
        (
            "raft:\n    cargo test --release --locked --test raft elects",
            "no target raft",
        ),
        (
            "raft:\n    cargo test --release --locked --lib elects_a_raft_leader",
            "no test",
        ),
        (
            "raft:\n    BITCRAPS_ZAB=1 cargo bench --locked",
            "nothing reads BITCRAPS_ZAB",
        ),
        (
            "raft:\n    cargo run --release --locked -- sim --seed {{raft}}",
            "no value",
        ),
        (
            "raft:\n    cargo run --release --locked --example raft -- 1",
            "no target raft",
        ),
        (
            "raft:\n    cargo run --release --locked --example dice_bytes -- raft",
            "no raft",
        ),
        ("raft:\n    .ci/raft", "unknown"),
    ] {
        let found = recipes(planted);
        let fault = fault(&found[0].command, &sources).unwrap();
        assert!(fault.contains(why), "{planted}: {fault}");
    }
    let good = "sim seeds=\"3\":\n    cargo run --release --locked -- sim --seeds {{seeds}}";
    let found = recipes(good);
    assert!(found[0].command.ends_with("sim --seeds 3"));
    assert_eq!(fault(&found[0].command, &sources), None);
}
