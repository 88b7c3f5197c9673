//! When which fault begins and ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::config::FaultKind;
use super::network::NodeNo;
use super::node::Node;
use super::tester::{Event, Stage, StateChaosTester};
use crate::consensus::machine::Input;

/// When the first fault of a kind begins.
const FIRST: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));

/// Between two faults of a kind, and how long one lasts.
struct Rhythm {
    pause: (u64, u64),
    lasts: (Duration, Duration),
}

const fn rhythm(kind: FaultKind) -> Option<Rhythm> {
    let secs = Duration::from_secs;
    let millis = Duration::from_millis;
    let (pause, lasts) = match kind {
        FaultKind::Crash => ((2, 15), (secs(0), secs(0))),
        FaultKind::Partition => ((30, 90), (secs(5), secs(30))),
        FaultKind::Disk => ((5, 30), (millis(200), secs(5))),
        FaultKind::Bitflip => ((5, 30), (secs(0), secs(0))),
        FaultKind::Memory => ((4, 20), (millis(500), secs(3))),
        FaultKind::Clock => ((5, 25), (secs(2), secs(20))),
        FaultKind::Keepers => ((10, 40), (secs(0), secs(0))),
        // These hit messages, or are what keepers do all the time.
        FaultKind::Loss
        | FaultKind::Delay
        | FaultKind::Duplicate
        | FaultKind::Reorder
        | FaultKind::Corrupt
        | FaultKind::Byzantine => return None,
    };
    Some(Rhythm { pause, lasts })
}

/// How far a clock jumps, in milliseconds, either way: five minutes.
const JUMP_MAX: u64 = 300_000;

/// Changes of a disk within which the power goes: about three writes of a block.
const CUT_WITHIN: u64 = 60;

impl StateChaosTester {
    /// Makes liars of as many keepers as are wanted; never of the founder, who plays.
    pub(super) fn choose_liars(&mut self) {
        let mut keepers: Vec<NodeNo> = (1..self.config.keepers).collect();
        for _ in 0..self.config.faults.liars() {
            let chosen = keepers.swap_remove(self.random.index(keepers.len()));
            self.facts.lies(chosen);
            if let Some(node) = self.nodes.get_mut(chosen) {
                node.lies = Some(Arc::default());
            }
        }
    }

    /// Puts the first fault of each wanted kind on the agenda.
    pub(super) fn plan_faults(&mut self) {
        let kinds: Vec<_> = self.config.faults.kinds().collect();
        for kind in kinds {
            if rhythm(kind).is_some() {
                let at = self.random.between(FIRST.0, FIRST.1);
                self.agenda.put(self.now + at, Event::Fault(kind));
            }
        }
    }

    /// Returns a wanted kind of which nothing has happened yet.
    pub(super) fn missing_fault(&self) -> Option<FaultKind> {
        let lied = |node: &Node| {
            let lies = node.lies.as_ref();
            lies.is_some_and(|lies| lies.load(Ordering::Relaxed) > 0)
        };
        let happened = |kind: &FaultKind| {
            self.counts.contains_key(kind)
                || self.network.counts.contains_key(kind)
                || (*kind == FaultKind::Byzantine && self.nodes.iter().any(lied))
        };
        self.config.faults.kinds().find(|kind| !happened(kind))
    }

    /// Lets a fault begin, and puts its end and the next one on the agenda.
    pub(super) fn fault(&mut self, kind: FaultKind) {
        let Some(rhythm) = rhythm(kind) else {
            return;
        };
        if self.stage != Stage::Faults {
            return;
        }
        let node = self.random.index(self.nodes.len());
        let lasts = self.random.between(rhythm.lasts.0, rhythm.lasts.1);
        if self.begin_fault(kind, node) {
            // Those are counted by what they hit, or when they are through.
            if !matches!(
                kind,
                FaultKind::Disk | FaultKind::Memory | FaultKind::Keepers
            ) {
                *self.counts.entry(kind).or_default() += 1;
            }
            let end = match kind {
                FaultKind::Partition => Event::Join,
                // A node that lost its power starts again by itself.
                FaultKind::Crash
                | FaultKind::Disk
                | FaultKind::Bitflip
                | FaultKind::Memory
                | FaultKind::Clock
                | FaultKind::Loss
                | FaultKind::Delay
                | FaultKind::Duplicate
                | FaultKind::Reorder
                | FaultKind::Corrupt
                | FaultKind::Byzantine
                | FaultKind::Keepers => Event::Mend(node, kind),
            };
            self.agenda.put(self.now + lasts, end);
        }
        let (least, most) = rhythm.pause;
        let (least, most) = (Duration::from_secs(least), Duration::from_secs(most));
        let pause = self.random.between(least, most);
        self.agenda.put(self.now + pause, Event::Fault(kind));
    }

    /// Tells whether it could begin.
    fn begin_fault(&mut self, kind: FaultKind, node: NodeNo) -> bool {
        let nodes = self.nodes.len();
        let Some(at) = self.nodes.get_mut(node) else {
            return false;
        };
        match kind {
            FaultKind::Crash if at.running.is_none() => false,
            FaultKind::Crash => {
                // Now, or in the middle of one of the next writes.
                if self.random.chance(500_000) {
                    self.crash(node);
                } else {
                    at.disk.cut_power_in(1 + self.random.below(CUT_WITHIN));
                }
                true
            }
            FaultKind::Partition if self.network.is_split() || nodes < 2 => false,
            FaultKind::Partition => {
                self.split();
                true
            }
            FaultKind::Disk => {
                let how = if self.random.chance(500_000) {
                    io::ErrorKind::StorageFull
                } else {
                    io::ErrorKind::Other
                };
                at.disk.fail(Some(how));
                true
            }
            FaultKind::Bitflip => self.flip(node),
            FaultKind::Memory => {
                self.network.squeeze(node, true);
                true
            }
            FaultKind::Clock => {
                let jump = self.random.below(2 * JUMP_MAX + 1);
                at.clock_ahead = jump.checked_signed_diff(JUMP_MAX).unwrap_or(0);
                true
            }
            FaultKind::Keepers => self.begin_swap(),
            FaultKind::Loss
            | FaultKind::Delay
            | FaultKind::Duplicate
            | FaultKind::Reorder
            | FaultKind::Corrupt
            | FaultKind::Byzantine => false,
        }
    }

    /// Ends a fault of a node.
    pub(super) fn mend(&mut self, node: NodeNo, kind: FaultKind) {
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        match kind {
            FaultKind::Disk => {
                at.disk.fail(None);
                let failures = at.disk.take_failures();
                if failures > 0 {
                    *self.counts.entry(kind).or_default() += failures;
                }
            }
            FaultKind::Memory => self.network.squeeze(node, false),
            FaultKind::Clock => at.clock_ahead = 0,
            FaultKind::Crash
            | FaultKind::Partition
            | FaultKind::Bitflip
            | FaultKind::Loss
            | FaultKind::Delay
            | FaultKind::Duplicate
            | FaultKind::Reorder
            | FaultKind::Corrupt
            | FaultKind::Byzantine
            | FaultKind::Keepers => {}
        }
    }

    /// Takes a node's power away and changes a bit of its store or its vote log. A keeper whose key
    /// can't be used any more counts as one that fails: no more of them than the club bears.
    fn flip(&mut self, node: NodeNo) -> bool {
        let keepers = self.config.keepers;
        let bears = keepers.saturating_sub(1) / 3;
        let (place, flips_log) = (self.random.index(1 << 40), self.random.chance(500_000));
        let lost = |node: &&Node| node.has_lost_key || node.lies.is_some();
        let all = self.nodes.iter().enumerate();
        let keeps = |node: NodeNo, at: &Node| node < keepers || self.is_keeper(at);
        let failing = all
            .filter(|(node, at)| keeps(*node, at) && lost(at))
            .count();
        let Some(at) = self.nodes.get(node).filter(|at| at.running.is_some()) else {
            return false;
        };
        if keeps(node, at) && failing >= bears && !lost(&at) {
            return false;
        }
        self.crash(node);
        if let Some(at) = self.nodes.get_mut(node) {
            match &mut at.log {
                Some(log) if flips_log => {
                    log.flip(place);
                    at.has_lost_key = true;
                }
                Some(_) | None => {
                    at.disk.flip(place);
                    at.is_flipped = true;
                }
            }
        }
        true
    }

    /// Lets the nodes fall into two groups, neither of them empty.
    fn split(&mut self) {
        let nodes = self.nodes.len();
        let mut second: Vec<NodeNo> = (0..nodes).filter(|_| self.random.chance(500_000)).collect();
        if second.is_empty() || second.len() == nodes {
            second = vec![self.random.index(nodes)];
        }
        self.part(second);
    }

    /// Cuts these nodes off from the others.
    pub(super) fn part(&mut self, second: Vec<NodeNo>) {
        self.network.split(Some(second));
        for (one, other) in self.apart() {
            for (node, peer) in [(one, other), (other, one)] {
                let member = self.member(peer);
                self.feed(node, Input::Unlinked { member });
            }
        }
    }

    /// Returns the pairs that don't hear each other.
    fn apart(&self) -> Vec<(NodeNo, NodeNo)> {
        let nodes = self.nodes.len();
        let pairs = (0..nodes).flat_map(|one| (one + 1..nodes).map(move |other| (one, other)));
        pairs
            .filter(|(one, other)| !self.network.are_linked(*one, *other))
            .collect()
    }

    /// Lets the two groups hear each other again.
    pub(super) fn join(&mut self) {
        let apart = self.apart();
        self.network.split(None);
        for (one, other) in apart {
            self.link(one, other);
        }
    }

    /// Ends every fault: all hear each other, all disks and clocks are good, all nodes run.
    pub(super) fn heal(&mut self) {
        self.join();
        self.network.heal();
        for node in 0..self.nodes.len() {
            for kind in [FaultKind::Disk, FaultKind::Clock] {
                self.mend(node, kind);
            }
            if let Some(at) = self.nodes.get_mut(node) {
                at.disk.cut_power_in(0);
            }
            self.start(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::ATTEMPTS_IN_A_STALL;
    use super::*;
    use crate::consensus::PaceTimeouts;

    #[test]
    fn the_attempts_that_traffic_is_bounded_by_outlast_the_longest_partition() {
        let pace = PaceTimeouts::Local;
        let attempt = |round| pace.propose(round) + 2 * pace.vote(round);
        let all: Duration = (0..ATTEMPTS_IN_A_STALL).map(attempt).sum();
        let longest = rhythm(FaultKind::Partition).unwrap().lasts.1;
        assert!(all > longest, "{all:?} of {longest:?}");
    }
}
