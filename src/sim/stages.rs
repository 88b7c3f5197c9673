//! How far a simulation is: probes, the end of the faults, agreement again, and the results.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::ChaosTestResults;
use super::config::FaultKind;
use super::facts::Invariant;
use super::limits::{
    BLOCKS_PER_LINK_MAX, BYTES_PER_LINK_MAX, CONVERGE_WITHIN, PROBE_EVERY, messages_per_link_max,
};
use super::network::Load;
use super::node::{Node, Running};
use super::probe::Probe;
use super::tester::{Event, Stage, StateChaosTester};
use crate::club::Height;
use crate::consensus::ChainCondition;

/// A node further behind is not well.
const BEHIND_MAX: u64 = 2;

impl StateChaosTester {
    /// Weighs what each link carried since the last probe.
    fn weigh(&mut self) {
        for ((from, to), load) in self.network.take_loads() {
            let Load {
                messages,
                blocks,
                bytes,
                ..
            } = load;
            if messages > self.busiest.messages {
                self.busiest.kinds = load.kinds.clone();
            }
            self.busiest.messages = self.busiest.messages.max(messages);
            self.busiest.bytes = self.busiest.bytes.max(bytes);
            let is_bounded = messages <= messages_per_link_max(self.config.keepers)
                && blocks <= BLOCKS_PER_LINK_MAX
                && bytes <= BYTES_PER_LINK_MAX;
            self.facts.expect(Invariant::Traffic, is_bounded, || {
                let kinds = &load.kinds;
                format!("{bytes} bytes from {from} to {to} in a second, in messages: {kinds:?}")
            });
        }
    }

    pub(super) fn probe(&mut self) {
        self.weigh();
        self.push_swap();
        let height = self.facts.height();
        let all_well = self.honest().all(|node| {
            node.running.as_ref().is_some_and(|running| {
                let close = running.view.height.0 + BEHIND_MAX >= height.0;
                close && matches!(running.view.condition, ChainCondition::Working)
            })
        });
        let is_answered = self.honest().all(|node| {
            let running = node.running.as_ref();
            running.is_some_and(|running| running.player.is_done())
        });
        self.probes.take(Probe {
            at: self.now,
            height,
            all_well,
            is_answered,
        });
        if self.stage == Stage::Faults {
            self.agenda.put(self.now + PROBE_EVERY, Event::Probe);
        }
    }

    /// Goes on to the next stage when this one is over.
    pub(super) fn go_on(&mut self) {
        match self.stage {
            Stage::Faults => {
                let over = self.now >= Duration::from_secs(self.config.seconds());
                let played = self.facts.rolls() >= self.config.rolls;
                if over || played && self.missing_fault().is_none() {
                    let rolls = self.facts.rolls();
                    let missing = self.missing_fault();
                    self.facts.expect(Invariant::Progress, !over, || {
                        let missing = missing.map_or("none", FaultKind::name);
                        format!("{rolls} rolls in the time there is; fault missing: {missing}")
                    });
                    self.heal();
                    self.stage = Stage::Healed(self.now, self.facts.height());
                }
            }
            Stage::Healed(since, height) => {
                if self.honest().all(|node| height_of(node) > height) {
                    self.stage = Stage::Quiet(since);
                } else {
                    self.end_if_late(since);
                }
            }
            Stage::Quiet(since) => {
                let newest = self.facts.height();
                let agree = self.honest().all(|node| {
                    let idle =
                        |running: &Running| running.write.is_none() && running.player.is_done();
                    height_of(node) == newest && node.running.as_ref().is_some_and(idle)
                });
                if agree {
                    self.converged = Some(self.now.saturating_sub(since));
                    self.stage = Stage::Over;
                } else {
                    self.end_if_late(since);
                }
            }
            Stage::Over => {}
        }
    }

    pub(super) fn heights(&self) -> Vec<u64> {
        self.nodes.iter().map(|node| height_of(node).0).collect()
    }

    pub(super) fn end_if_late(&mut self, since: Duration) {
        if self.now > since + CONVERGE_WITHIN {
            let heights = self.heights();
            let what = format!("{CONVERGE_WITHIN:?} after the last fault: {heights:?}");
            self.facts.fail(Invariant::Convergence, what);
            self.stage = Stage::Over;
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "every kind of fault has a name with a letter"
    )]
    pub(super) fn note(&mut self, event: &Event) {
        self.trace.update(&self.now.as_nanos().to_le_bytes());
        let (kind, node) = match event {
            Event::Arrive { to, .. } => (0_u8, *to),
            Event::Timer { node, .. } => (1, *node),
            Event::Write { node, .. } => (2, *node),
            Event::Look { node, .. } => (3, *node),
            Event::Fault(kind) => (4, usize::from(kind.name().as_bytes()[0])),
            Event::Start(node) => (5, *node),
            Event::Mend(node, _) => (6, *node),
            Event::Join => (7, 0),
            Event::Probe => (8, 0),
            Event::Restart { node, .. } => (9, *node),
        };
        self.trace.update(&[kind]);
        self.trace.update(&node.to_le_bytes());
    }

    pub(super) fn results(self) -> ChaosTestResults {
        let facts = self.facts;
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let [healthy, degraded, critical, unavailable] = self.probes.times();
        let mut faults = self.counts;
        let lies = self.nodes.iter().filter_map(|node| node.lies.as_ref());
        let lies = lies.map(|lies| lies.load(Ordering::Relaxed)).sum();
        if lies > 0 {
            faults.insert(FaultKind::Byzantine, lies);
        }
        for (kind, count) in &self.network.counts {
            *faults.entry(*kind).or_default() += count;
        }
        ChaosTestResults {
            ok: facts.violations.is_empty(),
            keepers: self.config.keepers,
            seed: self.config.seed,
            decided: facts.height().0,
            rolls: facts.rolls(),
            forks: facts.forks,
            conflicting_votes: facts.conflicting_votes,
            lost: facts.lost,
            faults,
            rebuilt: self.rebuilt,
            availability: self.probes.availability(),
            probes_passed: self.probes.passed,
            probes_failed: self.probes.failed,
            healthy_ms: millis(healthy),
            degraded_ms: millis(degraded),
            critical_ms: millis(critical),
            unavailable_ms: millis(unavailable),
            long_outages: self.probes.long_outages,
            recovery_ms: self.probes.recovery().map(millis),
            converged_ms: self.converged.map(millis),
            invariants_checked: facts.checked,
            violations: facts.violations,
            messages: self.network.sent,
            bytes: self.network.bytes,
            busiest_messages: self.busiest.messages,
            busiest_kinds: self.busiest.kinds,
            busiest_bytes: self.busiest.bytes,
            version: env!("CARGO_PKG_VERSION"),
            virtual_ms: millis(self.now),
            trace: self.trace.finalize().to_hex().to_string(),
            command: self.config.command(),
        }
    }
}

fn height_of(node: &Node) -> Height {
    node.running
        .as_ref()
        .map_or(Height(0), |running| running.view.height)
}
