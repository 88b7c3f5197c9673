//! How a simulation ended.

use std::collections::BTreeMap;

use serde::Serialize;

use super::config::FaultKind;
use super::facts::Violation;

/// What a [`StateChaosTester`](super::StateChaosTester) found. Equal configurations give equal
/// results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChaosTestResults {
    /// Whether every invariant held, every wanted fault happened, the rolls were played, and the
    /// club agreed again afterwards.
    pub ok: bool,
    /// Keepers.
    pub keepers: usize,
    /// The seed.
    pub seed: u64,
    /// Blocks that were decided.
    pub decided: u64,
    /// Rolls that were played.
    pub rolls: u64,
    /// Heights at which two nodes had different blocks or states.
    pub forks: u64,
    /// Pairs of statements of an honest keeper for one place.
    pub conflicting_votes: u64,
    /// Commands that were answered otherwise than the chain says.
    pub lost: u64,
    /// Faults that happened, by kind.
    pub faults: BTreeMap<FaultKind, u64>,
    /// Nodes that began anew on another disk, since theirs was found damaged.
    pub rebuilt: u64,
    /// Good probes of all probes, one each virtual second.
    pub availability: f64,
    /// Good probes: a block was decided since the one before, or nobody waits for one.
    pub probes_passed: u64,
    /// The others.
    pub probes_failed: u64,
    /// Virtual time of good probes while every node was well.
    pub healthy_ms: u64,
    /// Virtual time of good probes while some node was down or behind.
    pub degraded_ms: u64,
    /// Virtual time of bad probes, up to the tenth in a row.
    pub critical_ms: u64,
    /// Virtual time of bad probes behind that.
    pub unavailable_ms: u64,
    /// Outages of more than ten probes.
    pub long_outages: u64,
    /// The mean time from the last good probe before an outage to the next one; none without an
    /// outage that ended.
    pub recovery_ms: Option<u64>,
    /// How long the club took to agree after the last fault; none if it did not.
    pub converged_ms: Option<u64>,
    /// How many times an invariant was checked.
    pub invariants_checked: u64,
    /// What did not hold; nothing if all is well.
    pub violations: Vec<Violation>,
    /// Messages that were sent.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Messages of the busiest virtual second of one link in one direction, blocks aside.
    pub busiest_messages: u64,
    /// What was sent in that second, by kind.
    pub busiest_kinds: BTreeMap<&'static str, u64>,
    /// Bytes of the busiest virtual second of one link in one direction.
    pub busiest_bytes: u64,
    /// Virtual time in all.
    pub virtual_ms: u64,
    /// A hash over everything that happened: the same for the same configuration.
    pub trace: String,
    /// The version of the program: another one may play another game from the same seed.
    pub version: &'static str,
    /// The command that repeats it.
    pub command: String,
}
