//! Frames: what building one and finding what changed costs.
//!
//! `cargo bench --bench screen`. The budget at 200x60 is 0.4 ms.

use std::hint::black_box;

use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::view::view;
use divan::Bencher;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn main() {
    divan::main();
}

/// Builds a frame and compares it with the one before.
fn frames(bencher: Bencher<'_, '_>, (columns, rows): (u16, u16), before: &str, after: &str) {
    let area = Rect::new(0, 0, columns, rows);
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    let (Some(before), Some(after)) = (fixture::state(before), fixture::state(after)) else {
        return;
    };
    let mut old = Buffer::empty(area);
    view(&before, &caps, area, &mut old);
    let mut new = Buffer::empty(area);
    bencher.bench_local(|| {
        view(black_box(&after), &caps, area, &mut new);
        black_box(old.diff(&new).len())
    });
}

/// Nothing changed.
#[divan::bench(args = SIZES)]
fn unchanged(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    frames(bencher, size, "point-on", "point-on");
}

/// A roll was decided.
#[divan::bench(args = SIZES)]
fn roll(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    frames(bencher, size, "point-on", "seven-out");
}

/// Sixteen bets of most kinds are up.
#[divan::bench(args = SIZES)]
fn many_bets(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    frames(bencher, size, "many-bets", "many-bets");
}
