//! `bitcraps simulate`: a strategy played many times, and how that went.
//!
//! With `--json` it prints one object whose keys are the fields of [`report::Report`]. The result
//! depends on the options alone, not on the number of threads nor on time.

mod draw;
mod report;
mod run;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;

use clap::Args;

use super::number::whole;
use super::output::{Output, Stop};
use super::table_rules;
use crate::error::{Explain, Kind};
use crate::ledger::Chips;
use crate::simulate::limits::{BANKROLL_MAX, HANDS_MAX, SESSION_HANDS_MAX};
use crate::simulate::{Plan, PlanError, Simulation};
use crate::strategy::{Strategy, UnknownStrategy};
use report::Report;

/// The most threads that are started.
const THREADS_MAX: u64 = 256;

/// Hands of a session if it is not said how many: an evening at the table.
const SESSION_HANDS: &str = "100";

/// Options of `bitcraps simulate`.
#[derive(Args, Clone, Debug)]
pub struct SimulateOptions {
    /// How to bet; an unknown name lists all
    #[arg(long, value_name = "STRATEGY")]
    pub strategy: String,
    /// Hands to play in all
    #[arg(long, value_name = "N", default_value_t = 1_000_000, allow_negative_numbers = true, value_parser = whole::<u64>(1..=HANDS_MAX))]
    pub hands: u64,
    /// Chips that each hand, or each session, begins with
    #[arg(long, value_name = "CHIPS", default_value_t = 1_000, allow_negative_numbers = true, value_parser = whole::<u64>(0..=BANKROLL_MAX.get()))]
    pub bankroll: u64,
    /// Chips of a flat bet
    #[arg(long, value_name = "CHIPS", default_value_t = 10, allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
    pub unit: u64,
    /// What the dice follow from: the same seed, the same result
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
    pub seed: u64,
    /// Threads to play with; one for each core if not given
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<usize>(1..=THREADS_MAX))]
    pub threads: Option<usize>,
    /// Keep the bankroll from hand to hand, in sessions of so many hands
    #[arg(long, value_name = "HANDS", num_args = 0..=1, default_missing_value = SESSION_HANDS, allow_negative_numbers = true, value_parser = whole::<u64>(1..=SESSION_HANDS_MAX))]
    pub session: Option<u64>,
    /// Change a rule of the table, as in odds=10x or bar=2; an unknown name lists all
    #[arg(long = "rule", value_name = "NAME=VALUE")]
    pub rules: Vec<String>,
}

/// Plays, and prints the result.
pub(super) fn run(
    options: &SimulateOptions,
    is_ascii: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut rules = Plan::rules();
    table_rules::change(&mut rules, &options.rules)?;
    let plan = Plan {
        strategy: options.strategy.parse::<Strategy>()?,
        hands: options.hands,
        bankroll: Chips::new(options.bankroll),
        unit: Chips::new(options.unit),
        seed: options.seed,
        session: options.session,
        rules,
    };
    let simulation = Simulation::new(plan.clone())?;
    let ran = run::watched(&plan, simulation, threads(options.threads), output)?;
    let report = Report::of(&plan, &ran.tally, ran.stopped);
    if output.is_json() {
        return output.object(&report);
    }
    output.text(&draw::text(&plan, &report, is_ascii))?;
    output.note(&ran.speed());
    Ok(())
}

fn threads(asked: Option<usize>) -> NonZeroUsize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    asked.and_then(NonZeroUsize::new).unwrap_or_else(cores)
}

impl Explain for PlanError {
    fn kind(&self) -> Kind {
        Kind::Usage
    }

    fn hint(&self) -> String {
        match self {
            Self::Hands { .. } => "name --hands, a million takes about a second",
            Self::Session { .. } => "name another --session, or leave it out",
            Self::Rules(_) => "change another --rule as well, or leave it out",
            Self::Unit { .. } => "name another --unit",
            Self::BankrollBelowUnit { .. } => "name a larger --bankroll or a smaller --unit",
            Self::Bankroll { .. } => "name a smaller --bankroll",
        }
        .to_owned()
    }
}

impl Explain for UnknownStrategy {
    fn kind(&self) -> Kind {
        Kind::Usage
    }

    fn hint(&self) -> String {
        match self.nearest() {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => "name one of these".to_owned(),
        }
    }
}
