//! What may not become slower: instructions counted by valgrind, which no other program disturbs.
//!
//! `cargo bench --locked --bench gates`, with valgrind and `gungraun-runner` of the version in
//! `Cargo.lock`. Each limit lies a quarter above what was counted when it was set, so that another
//! compiler passes and a step that is done twice does not. A decision is mostly hashes and signatures,
//! whose code is chosen by the processor: its limit is twice what was counted, which is half the rate.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a gate that can't count shall fail, and the macros make items without words"
)]

mod keepers;

use std::hint::black_box;

use bitcraps::craps::{Action, BetId, BetKey, Dice, RollResult, SeatNo, Table, TableRules};
use bitcraps::ledger::Chips;
use bitcraps::simulate::{Plan, Simulation};
use bitcraps::strategy::Strategy;
use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::model::Model;
use bitcraps::tui::view::view;
use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use keepers::Keepers;

/// A chunk of a long run, far behind its start.
const CHUNK: u64 = 100;

/// Counts instructions, and fails above the limit.
fn limit(instructions: u64) -> LibraryBenchmarkConfig {
    let mut counted = Callgrind::default();
    counted.hard_limits([(EventKind::Ir, instructions)]);
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(counted);
    config
}

/// A simulated player who has played, so that what is made once is made.
fn player(strategy: &str) -> Simulation {
    let plan = Plan {
        strategy: strategy.parse::<Strategy>().expect("a strategy"),
        hands: 1_000_000,
        bankroll: Chips::new(1_000_000),
        unit: Chips::new(10),
        seed: 1,
        session: None,
        rules: Plan::rules(),
    };
    let mut simulation = Simulation::new(plan).expect("a plan");
    // After those whose way is kept for the fan.
    simulation.play_chunk(CHUNK);
    simulation
}

// A chunk of hands: bets, rolls and settlements.
#[library_benchmark]
#[bench::pass_odds(args = ("pass-odds"), setup = player, config = limit(13_000_000))]
#[bench::three_point_molly(args = ("three-point-molly"), setup = player, config = limit(36_000_000))]
fn hands(mut simulation: Simulation) -> Simulation {
    simulation.play_chunk(CHUNK + 1);
    simulation
}

/// A table with a point of 8 and thirty bets, and the result to be filled.
fn crowded() -> (Table, RollResult) {
    let rules = TableRules {
        shooter_needs_line_bet: false,
        ..TableRules::default()
    };
    let mut table = Table::new(rules).expect("legal rules");
    table.sit(SeatNo::FIRST).expect("a free seat");
    table.roll(Dice::new(4, 4).expect("dice"));
    let bets = BetId::all().filter_map(|bet| BetKey::new(bet, None));
    let bets = bets.map(|bet| Action::Place {
        bet,
        amount: Chips::new(u64::from(bet.info().exact_multiple.max(10))),
    });
    let balance = Chips::new(1_000_000);
    let taken = bets.filter(|bet| table.act(SeatNo::FIRST, bet, balance).is_ok());
    assert_eq!(taken.take(30).count(), 30);
    (table, RollResult::empty(seven_out()))
}

fn seven_out() -> Dice {
    Dice::new(3, 4).expect("dice")
}

// A roll that settles thirty bets.
#[library_benchmark]
#[bench::seven_out(args = (), setup = crowded, config = limit(20_000))]
fn roll_of_thirty_bets((mut table, mut result): (Table, RollResult)) -> RollResult {
    table.roll_into(seven_out(), &mut result);
    result
}

/// A screen that shows a table, and the buffer of the frame before.
fn screen(columns: u16, rows: u16) -> (Model, Buffer) {
    let model = fixture::state("many-bets").expect("a fixture");
    let mut before = Buffer::empty(Rect::new(0, 0, columns, rows));
    draw(&model, &mut before);
    (model, before)
}

fn draw(model: &Model, buffer: &mut Buffer) {
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    let area = buffer.area;
    view(model, &caps, area, buffer);
}

// A frame is built and compared with the one before.
#[library_benchmark]
#[bench::at_80x24(args = (80, 24), setup = screen, config = limit(3_700_000))]
#[bench::at_200x60(args = (200, 60), setup = screen, config = limit(9_400_000))]
fn frame((model, before): (Model, Buffer)) -> usize {
    let mut now = Buffer::empty(before.area);
    draw(black_box(&model), &mut now);
    before.diff(&now).len()
}

/// Four keepers that have decided before, so that what is made once is made.
fn four_keepers() -> Keepers {
    let mut keepers = Keepers::new(4);
    keepers.decide();
    keepers
}

// Four keepers decide a block: all of their work, on one thread.
#[library_benchmark]
#[bench::four_keepers(args = (), setup = four_keepers, config = limit(27_000_000))]
fn decision(mut keepers: Keepers) -> Keepers {
    keepers.decide();
    keepers
}

library_benchmark_group!(
    name = gates,
    benchmarks = [hands, roll_of_thirty_bets, frame, decision]
);

main!(library_benchmark_groups = gates);
