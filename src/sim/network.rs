//! The links between the nodes: what is said arrives late, twice, changed, elsewhere in the order, or
//! never.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::config::{FaultKind, Faults};
use super::limits::{INBOX_MAX, INBOX_SQUEEZED};
use super::random::Random;
use crate::consensus::wire::Message;

/// A node, by its place in the simulation.
pub(super) type NodeNo = usize;

/// A good link's delay.
const QUICK: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(40));

/// A delayed message's.
const SLOW: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(4));

/// One arrival of a message.
pub(super) struct Arrival {
    pub(super) at: Duration,
    pub(super) bytes: Arc<[u8]>,
}

/// What one link carried in one direction since it was asked last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    /// Messages that are no blocks.
    pub(super) messages: u64,
    /// Blocks: few while all is well, and whole answers to whoever lacks some.
    pub(super) blocks: u64,
    pub(super) bytes: u64,
    /// Messages by what they are.
    pub(super) kinds: BTreeMap<&'static str, u64>,
}

/// All links.
#[derive(Debug)]
pub(super) struct Network {
    random: Random,
    /// What may happen to a message, in millionths; nothing once the faults have stopped.
    faults: Faults,
    /// When the last message of a link arrives: links keep the order unless they are at fault.
    last: BTreeMap<(NodeNo, NodeNo), Duration>,
    /// Two groups that don't hear each other: the nodes of the second one.
    apart: Option<Vec<NodeNo>>,
    /// Messages under way to each node.
    inboxes: BTreeMap<NodeNo, usize>,
    /// Nodes that are short of memory.
    squeezed: Vec<NodeNo>,
    pub(super) counts: BTreeMap<FaultKind, u64>,
    pub(super) sent: u64,
    pub(super) bytes: u64,
    loads: BTreeMap<(NodeNo, NodeNo), Load>,
}

impl Network {
    pub(super) fn new(random: Random) -> Self {
        Self {
            random,
            faults: Faults::default(),
            last: BTreeMap::new(),
            apart: None,
            inboxes: BTreeMap::new(),
            squeezed: Vec::new(),
            counts: BTreeMap::new(),
            sent: 0,
            bytes: 0,
            loads: BTreeMap::new(),
        }
    }

    /// Lets these faults hit messages from now on.
    pub(super) fn break_by(&mut self, faults: &Faults) {
        self.faults = faults.clone();
    }

    /// Ends every fault.
    pub(super) fn heal(&mut self) {
        self.faults = Faults::default();
        self.squeezed.clear();
        self.apart = None;
    }

    pub(super) fn split(&mut self, second: Option<Vec<NodeNo>>) {
        self.apart = second;
    }

    pub(super) const fn is_split(&self) -> bool {
        self.apart.is_some()
    }

    pub(super) fn are_linked(&self, one: NodeNo, other: NodeNo) -> bool {
        let side = |node| {
            self.apart
                .as_ref()
                .is_some_and(|second| second.contains(&node))
        };
        side(one) == side(other)
    }

    pub(super) fn squeeze(&mut self, node: NodeNo, is_short: bool) {
        self.squeezed.retain(|squeezed| *squeezed != node);
        if is_short {
            self.squeezed.push(node);
        }
    }

    /// Lets a node hear nothing more of what is sent from now on, as one whose queue stays full.
    #[cfg(test)]
    pub(super) fn deafen(&mut self, node: NodeNo) {
        self.inboxes.insert(node, usize::MAX);
    }

    /// Lets it hear again.
    #[cfg(test)]
    pub(super) fn let_hear(&mut self, node: NodeNo) {
        self.inboxes.insert(node, 0);
    }

    /// Takes a message and returns when it arrives: once, twice or never.
    pub(super) fn send(
        &mut self,
        now: Duration,
        (from, to): (NodeNo, NodeNo),
        bytes: &Arc<[u8]>,
    ) -> Vec<Arrival> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.sent += 1;
        self.bytes += length;
        let load = self.loads.entry((from, to)).or_default();
        load.bytes += length;
        let kind = kind_of(bytes);
        *load.kinds.entry(kind).or_default() += 1;
        if kind == BLOCK {
            load.blocks += 1;
        } else {
            load.messages += 1;
        }
        if !self.are_linked(from, to) || self.hits(FaultKind::Loss) {
            return Vec::new();
        }
        let copies = if self.hits(FaultKind::Duplicate) {
            2
        } else {
            1
        };
        let mut arrivals = Vec::new();
        for _ in 0..copies {
            let is_squeezed = self.squeezed.contains(&to);
            let limit = if is_squeezed {
                INBOX_SQUEEZED
            } else {
                INBOX_MAX
            };
            let inbox = self.inboxes.entry(to).or_default();
            if *inbox >= limit {
                if is_squeezed {
                    *self.counts.entry(FaultKind::Memory).or_default() += 1;
                }
                continue;
            }
            *inbox += 1;
            let at = self.time_of(now, (from, to));
            let bytes = self.perhaps_changed(bytes);
            arrivals.push(Arrival { at, bytes });
        }
        arrivals
    }

    /// Returns what each link carried since it was asked last.
    pub(super) fn take_loads(&mut self) -> BTreeMap<(NodeNo, NodeNo), Load> {
        std::mem::take(&mut self.loads)
    }

    /// Notes that a message is under way no more.
    pub(super) fn arrived(&mut self, to: NodeNo) {
        if let Some(inbox) = self.inboxes.get_mut(&to) {
            *inbox = inbox.saturating_sub(1);
        }
    }

    fn time_of(&mut self, now: Duration, link: (NodeNo, NodeNo)) -> Duration {
        let (least, most) = if self.hits(FaultKind::Delay) {
            SLOW
        } else {
            QUICK
        };
        let at = now + self.random.between(least, most);
        if self.hits(FaultKind::Reorder) {
            return now + self.random.between(Duration::ZERO, least);
        }
        let before = self.last.entry(link).or_default();
        *before = at.max(*before + Duration::from_micros(1));
        *before
    }

    fn perhaps_changed(&mut self, bytes: &Arc<[u8]>) -> Arc<[u8]> {
        if !self.hits(FaultKind::Corrupt) {
            return Arc::clone(bytes);
        }
        let mut changed = bytes.to_vec();
        let place = self.random.index(changed.len());
        let bit = self.random.below(8);
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= 1 << bit;
        }
        changed.into()
    }

    /// Tells whether a fault hits the message at hand. The first message is hit for sure, so that
    /// no wanted fault is missing from a short run.
    fn hits(&mut self, kind: FaultKind) -> bool {
        let millionths = self.faults.millionths(kind);
        let hits =
            self.random.chance(millionths) || (millionths > 0 && !self.counts.contains_key(&kind));
        if hits {
            *self.counts.entry(kind).or_default() += 1;
        }
        hits
    }
}

const BLOCK: &str = "block";

/// What a message is, before anything changes it on its way.
fn kind_of(bytes: &[u8]) -> &'static str {
    match Message::from_bytes(bytes) {
        Ok(Message::Command(_)) => "command",
        Ok(Message::Engine { again: false, .. }) => "engine",
        Ok(Message::Engine { again: true, .. }) => "engine again",
        Ok(Message::Want { .. }) => "want",
        Ok(Message::Block { .. }) => BLOCK,
        Ok(Message::Tip { .. }) => "tip",
        Ok(Message::Fork(_)) => "fork",
        Ok(Message::KeyOffer(_)) => "key offer",
        Ok(Message::NewKeys(_)) => "new keys",
        Err(_) => "nothing",
    }
}
