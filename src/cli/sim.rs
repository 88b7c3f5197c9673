//! `bitcraps sim`: a whole club in virtual time, with faults, from one seed.

use clap::Args;

use super::number::whole;
use super::output::{Output, Stop};
use crate::consensus::limits::KEEPERS_MAX;
use crate::error::{Error, Explain, Kind};
use crate::sim::limits::{ROLLS_MAX, SECONDS_MAX};
use crate::sim::{
    BrokenSimulation, ChaosConfig, ChaosTestResults, ConfigFault, FaultKind, Faults,
    StateChaosTester,
};
use crate::tui::text::grouped;

/// The most edits between a misspelt fault and the one that is meant.
const EDITS_MAX: usize = 3;

/// Options of `bitcraps sim`.
#[derive(Args, Clone, Debug)]
pub struct SimOptions {
    /// Keepers of the club: 1, or 4 to 16
    #[arg(long, value_name = "N", default_value_t = 4, allow_negative_numbers = true, value_parser = whole::<usize>(1..=KEEPERS_MAX as u64))]
    pub keepers: usize,
    /// What all chance follows from: the same seed, the same run
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
    pub seed: u64,
    /// How many seeds are played, one after the other from --seed on; the first failure ends it
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>(1..=u64::MAX))]
    pub seeds: u64,
    /// Rolls to be played, at least
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true, value_parser = whole::<u64>(1..=ROLLS_MAX))]
    pub rolls: u64,
    /// What goes wrong: crash, partition, loss=P, delay, duplicate, reorder, disk, bitflip, memory, corrupt,
    /// clock, byzantine=K, keepers, with commas between
    #[arg(long, value_name = "LIST")]
    pub faults: Option<String>,
    /// Virtual seconds that play may take
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>(1..=SECONDS_MAX))]
    pub seconds: Option<u64>,
}

/// Simulates, and prints what was found.
pub(super) fn run(options: &SimOptions, output: &mut Output) -> Result<(), Stop> {
    let faults = options.faults.as_deref();
    let faults = faults.map(str::parse::<Faults>).transpose()?;
    let first = ChaosConfig {
        keepers: options.keepers,
        seed: options.seed,
        rolls: options.rolls,
        faults: faults.unwrap_or_default(),
        seconds: options.seconds,
    };
    first.check()?;
    for nth in 0..options.seeds {
        let seed = first.seed.wrapping_add(nth);
        let config = ChaosConfig {
            seed,
            ..first.clone()
        };
        let results = StateChaosTester::new(config)?.run();
        let words = if options.seeds == 1 {
            words(&results)
        } else {
            line(seed, &results)
        };
        output.either(&results, &words)?;
        verdict(&results)?;
    }
    Ok(())
}

/// The answer is no if anything was wrong.
fn verdict(results: &ChaosTestResults) -> Result<(), Stop> {
    if results.ok {
        return Ok(());
    }
    let first = results.violations.first();
    let what = first.map_or_else(String::new, |violation| {
        format!(
            "{:?} at {} ms: {}",
            violation.invariant, violation.at_ms, violation.what
        )
    });
    let hint = format!(
        "it happens again, with version {} of the program: {}",
        results.version, results.command
    );
    Err(Error::new(Kind::Refused, what, hint).into())
}

/// One of many runs.
fn line(seed: u64, results: &ChaosTestResults) -> String {
    let verdict = if results.ok { "ok" } else { "NOT OK" };
    format!(
        "seed {seed}: {verdict}, {} rolls, {} blocks, {} checks\n",
        grouped(results.rolls),
        grouped(results.decided),
        grouped(results.invariants_checked),
    )
}

fn words(results: &ChaosTestResults) -> String {
    let faults = results.faults.iter();
    let faults: Vec<_> = faults
        .map(|(kind, count)| format!("{} {}", kind.name(), grouped(*count)))
        .collect();
    let recovery = results
        .recovery_ms
        .map_or_else(|| "no outage".to_owned(), |time| format!("{time} ms"));
    let verdict = if results.ok { "ok" } else { "NOT OK" };
    let lines = [
        ("verdict", verdict.to_owned()),
        ("rolls", grouped(results.rolls)),
        ("blocks", grouped(results.decided)),
        ("faults", faults.join(", ")),
        ("forks", results.forks.to_string()),
        ("two votes", results.conflicting_votes.to_string()),
        ("lost", results.lost.to_string()),
        ("available", format!("{:.3}", results.availability)),
        ("recovery", recovery),
        ("checks", grouped(results.invariants_checked)),
        ("trace", results.trace.clone()),
    ];
    let lines = lines
        .iter()
        .map(|(name, value)| format!("{name:<10} {value}\n"));
    lines.collect()
}

impl Explain for ConfigFault {
    fn kind(&self) -> Kind {
        Kind::Usage
    }

    fn hint(&self) -> String {
        match self {
            Self::Unknown { word } => FaultKind::ALL
                .into_iter()
                .map(|kind| (strsim::damerau_levenshtein(word, kind.name()), kind))
                .filter(|(edits, _)| *edits <= EDITS_MAX)
                .min_by_key(|(edits, _)| *edits)
                .map_or_else(
                    || "name some of these, with commas between".to_owned(),
                    |(_, kind)| format!("did you mean {}?", kind.name()),
                ),
            Self::Value { .. } => "for example --faults crash,loss=0.05,byzantine=1".to_owned(),
            Self::Twice { .. } => "name each fault once".to_owned(),
            Self::Swaps { .. } => {
                "name more --keepers, or leave keepers out of --faults".to_owned()
            }
            Self::Keepers { .. } => "name another --keepers".to_owned(),
            Self::Liars { .. } => "name more --keepers or fewer liars".to_owned(),
            Self::Rolls { .. } => "name another --rolls".to_owned(),
            Self::Seconds { .. } => "name another --seconds, or leave it out".to_owned(),
        }
    }
}

impl Explain for BrokenSimulation {
    fn kind(&self) -> Kind {
        Kind::Internal
    }

    fn hint(&self) -> String {
        "report this, with the command that you gave".to_owned()
    }
}
