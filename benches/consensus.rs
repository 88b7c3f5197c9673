//! Decisions of keepers in one thread, over links that take no time.
//!
//! `cargo bench --bench consensus`. Blocks are empty; a decision is every keeper's whole work:
//! signing, checking, encoding and decoding, but no disk.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a bench that can't go on shall end"
)]

mod keepers;

use keepers::Keepers;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 4, 7, 16])]
fn a_decision_of_all_keepers(bencher: divan::Bencher<'_, '_>, count: u8) {
    let mut keepers = Keepers::new(count);
    bencher.bench_local(|| keepers.decide());
}
