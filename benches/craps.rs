//! The rules at speed: a simulated player, a crowded table, a block of bets.
//!
//! `cargo bench --bench craps`. Rows K1 and K2 of the requirements want at least five million rolls a second of
//! a pass line player with odds on one core.

#![expect(clippy::expect_used, reason = "a bench that can't go on shall end")]

use bitcraps::craps::{Action, BetKey, Dice, RollResult, SeatNo, Table};
use bitcraps::ledger::Chips;
use bitcraps::simulate::{Plan, SeededDice, Simulation};
use bitcraps::strategy::Strategy;
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

fn plan(strategy: Strategy) -> Plan {
    Plan {
        strategy,
        hands: 1_000_000,
        bankroll: Chips::new(1_000_000),
        unit: Chips::new(10),
        seed: 1,
        session: None,
    }
}

/// Rolls a second of one simulated player on one core.
#[divan::bench(args = ["pass", "pass-odds", "three-point-molly", "across", "random"])]
fn rolls(bencher: Bencher<'_, '_>, strategy: &str) {
    let strategy: Strategy = strategy.parse().expect("a strategy");
    let simulation = Simulation::new(plan(strategy)).expect("a plan");
    // The chunks after those of the fan, as nearly all of a long run are.
    let chunk = 100;
    let mut once = simulation.clone();
    once.play_chunk(chunk);
    bencher
        .counter(ItemsCount::new(once.tally().rolls))
        .with_inputs(|| simulation.clone())
        .bench_local_refs(|simulation| simulation.play_chunk(chunk));
}
