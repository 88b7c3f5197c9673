//! What a machine must have to build and test this program: Rust and a C compiler, and no library of the system.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Crates by which a build looks for libraries of the system, or needs more programs than a C compiler.
const FINDERS: [&str; 9] = [
    "autotools",
    "bindgen",
    "cmake",
    "metadeps",
    "nasm-rs",
    "pkg-config",
    "pkgconf",
    "system-deps",
    "vcpkg",
];

/// Crates of raw declarations, each with what it links, which is always there.
const DECLARATIONS: [(&str, &str); 6] = [
    ("core-foundation-sys", "a framework of every macOS"),
    ("dirs-sys", "nothing: it is a part of `dirs`"),
    ("linux-raw-sys", "nothing: numbers and types of the kernel"),
    ("redox_syscall", "nothing: calls of a kernel"),
    ("security-framework-sys", "a framework of every macOS"),
    ("windows-sys", "libraries of every Windows"),
];

/// Returns the crates of a lock file that would need more than Rust and a C compiler, or may.
fn needy(lock: &str) -> Vec<String> {
    let lock: toml::Table = lock.parse().unwrap();
    let crates = lock["package"].as_array().unwrap().iter();
    let names: BTreeSet<&str> = crates
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let declares = |name: &str| name.ends_with("sys") || name.ends_with("syscall");
    let known = |name: &str| DECLARATIONS.iter().any(|(known, _)| *known == name);
    let is_needy = |name: &&str| FINDERS.contains(name) || (declares(name) && !known(name));
    names
        .into_iter()
        .filter(is_needy)
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_crate_of_the_lock_file_looks_for_a_library_of_the_system() {
    let lock = text("Cargo.lock");
    assert_eq!(
        needy(&lock),
        [""; 0],
        "say what each needs, or do without it"
    );
    for planted in ["pkg-config", "libdbus-sys", "openssl-sys", "bindgen"] {
        let with = format!("{lock}\n[[package]]\nname = \"{planted}\"\nversion = \"1.0.0\"\n");
        assert_eq!(needy(&with), [planted]);
    }
    for (name, _) in DECLARATIONS {
        assert!(
            lock.contains(&format!("name = \"{name}\"")),
            "{name} is gone"
        );
    }
}

/// What a crate links natively it says to cargo, under any name.
#[test]
fn no_crate_that_is_built_here_links_a_native_library() {
    let run = |command: &mut Command| -> Output {
        let output = command.current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    };
    let version = run(Command::new("rustc").arg("-vV")).stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let metadata = run(Command::new(env!("CARGO")).args([
        "metadata",
        "--locked",
        "--offline",
        "--format-version=1",
        "--filter-platform",
        host.unwrap(),
    ]));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let crates = metadata["packages"].as_array().unwrap();
    assert!(crates.len() > 100, "{} crates were read", crates.len());
    let links = crates.iter().filter(|package| !package["links"].is_null());
    let links: Vec<_> = links.map(|package| &package["name"]).collect();
    assert_eq!(links, [""; 0]);
}

/// Runs `.ci/clean` with a variable and a home that it must not hand on, and one that tells where crates come from.
fn clean(arguments: &[&str]) -> Output {
    let output = Command::new(root().join(".ci/clean"))
        .args(arguments)
        .env("LEAKED", "yes")
        .env("CARGO_HTTP_PROXY", "kept")
        .output();
    output.unwrap()
}

/// Where Rust, its settings and its registry are found: without them there is nothing to build with.
fn is_of_rust(name: &str) -> bool {
    let starts = ["CARGO", "RUSTUP_", "SSL_CERT_"];
    starts.iter().any(|start| name.starts_with(start)) || name.to_lowercase().ends_with("_proxy")
}

#[test]
fn the_gate_builds_and_tests_in_a_clean_environment() {
    let gate = text(".ci/run");
    for (step, command) in [
        ("build", "cargo build --locked --release"),
        ("tests", "INSTA_UPDATE=no cargo test --locked"),
    ] {
        let line = format!("\nstep {step} .ci/clean {command}\n");
        assert!(gate.contains(&line), "no {line:?} in .ci/run");
        let others = gate
            .matches(command.trim_start_matches("INSTA_UPDATE=no "))
            .count();
        assert_eq!(others, 1, "`{command}` once");
    }

    let said = clean(&["GIVEN=yes", "env"]);
    assert!(said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    let names: BTreeSet<&str> = said
        .lines()
        .filter_map(|line| line.split('=').next())
        .filter(|name| !is_of_rust(name))
        .collect();
    assert!(said.lines().any(|line| line == "CARGO_HTTP_PROXY=kept"));
    let expected = ["GIVEN", "HOME", "PATH", "PKG_CONFIG"];
    assert_eq!(names, BTreeSet::from(expected), "{said}");

    let home = clean(&["sh", "-c", "ls -A \"$HOME\" && printf %s \"$HOME\""]);
    let home = String::from_utf8(home.stdout).unwrap();
    assert!(home.starts_with('/') && home.lines().count() == 1, "{home}");
    assert!(!Path::new(&home).exists(), "{home} is left behind");
    for call in ["pkg-config --libs zlib", "\"$PKG_CONFIG\" --libs zlib"] {
        let refused = clean(&["sh", "-c", call]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    }
    // What becomes of the command becomes of the call.
    assert_eq!(clean(&["sh", "-c", "exit 7"]).status.code(), Some(7));
}
