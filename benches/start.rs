//! What a start may not come to cost: instructions of the whole program with all its threads.
//!
//! `cargo bench --locked --bench start`, with what `benches/gates.rs` needs. The limit is twice what was
//! counted at most, since threads meet each time in another way.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a gate that can't count shall fail, and the macros make items without words"
)]

use std::process::Stdio;

use gungraun::prelude::*;
use gungraun::{BinaryBenchmarkConfig, Callgrind, EventKind, Sandbox, Stdin};

/// The client in lines, which quits at the end of its input, as soon as there is a table.
const CLIENT: [&str; 6] = [
    "--line",
    "--practice",
    "--name",
    "ana",
    "--data-dir",
    "data",
];

/// One bit of work instead of sixteen: the identity is made before anything is counted.
const PROOF_BITS: (&str, &str) = ("BITCRAPS_PROOF_BITS", "1");

/// Counts instructions, and fails above the limit.
fn limit(instructions: u64) -> BinaryBenchmarkConfig {
    let mut counted = Callgrind::default();
    counted.hard_limits([(EventKind::Ir, instructions)]);
    let mut config = BinaryBenchmarkConfig::default();
    config.tool(counted).sandbox(Sandbox::new(true));
    config
}

/// A first start, which leaves an identity and a club.
fn first_start() {
    let mut first = std::process::Command::new(env!("CARGO_BIN_EXE_bitcraps"));
    let first = first.args(CLIENT).env(PROOF_BITS.0, PROOF_BITS.1);
    let ended = first.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(ended.expect("a first start").success());
}

// A start with an identity that is there, up to the table, and the stop. Phase one alone may take 50 ms, which
// is more instructions than this on any machine of the last ten years. An identity that is made anew, or a
// key that is derived though nothing is locked, would be a hundred times as many.
#[binary_benchmark]
#[bench::with_an_identity(setup = first_start(), config = limit(26_000_000))]
fn start() -> gungraun::Command {
    gungraun::Command::new(env!("CARGO_BIN_EXE_bitcraps"))
        .args(CLIENT)
        .env(PROOF_BITS.0, PROOF_BITS.1)
        .stdin(Stdin::Null)
        .build()
}

binary_benchmark_group!(name = starts, benchmarks = [start]);

main!(binary_benchmark_groups = starts);
