//! The driver: what happens next, to whom, and what follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::agenda::Agenda;
use super::config::FaultKind;
use super::facts::{Facts, Invariant};
use super::founding::Founded;
use super::limits::{EVENTS_AT_ONCE_MAX, PROBE_EVERY};
use super::network::{Load, Network, NodeNo};
use super::node::{Node, Running};
use super::probe::Probes;
use super::random::Random;
use super::swaps::Swap;
use super::{BrokenSimulation, ChaosConfig, ChaosTestResults};
use crate::club::Height;
use crate::consensus::machine::{Input, Timer};
use crate::ledger::MemberNo;
use crate::storage::{StoreError, Write};

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A message arrives.
    Arrive {
        from: NodeNo,
        to: NodeNo,
        life: u64,
        bytes: Arc<[u8]>,
    },
    /// A timer runs out, unless it was stopped or started anew.
    Timer {
        node: NodeNo,
        life: u64,
        timer: Timer,
        start: u64,
    },
    /// A write reaches the disk.
    Write { node: NodeNo, life: u64 },
    /// A player looks.
    Look { node: NodeNo, life: u64 },
    /// A fault begins.
    Fault(FaultKind),
    /// A node gets its power back.
    Start(NodeNo),
    /// A node is started anew.
    Restart { node: NodeNo, life: u64 },
    /// What keeps a node from well-being ends.
    Mend(NodeNo, FaultKind),
    /// The two parts of the network hear each other again.
    Join,
    /// The club is looked at.
    Probe,
}

/// How far a simulation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Play, with faults.
    Faults,
    /// The faults have stopped at this time and height; play goes on.
    Healed(Duration, Height),
    /// Nothing new is begun.
    Quiet(Duration),
    /// It has ended.
    Over,
}

/// Plays a club with faults, in virtual time, and checks what must hold.
#[derive(Debug)]
pub struct StateChaosTester {
    pub(super) config: ChaosConfig,
    pub(super) now: Duration,
    pub(super) agenda: Agenda<Event>,
    pub(super) nodes: Vec<Node>,
    pub(super) network: Network,
    pub(super) random: Random,
    pub(super) facts: Facts,
    pub(super) counts: BTreeMap<FaultKind, u64>,
    pub(super) stage: Stage,
    pub(super) probes: Probes,
    pub(super) trace: blake3::Hasher,
    pub(super) converged: Option<Duration>,
    /// The most messages and bytes of a second of one link.
    pub(super) busiest: Load,
    /// What every disk holds at first.
    pub(super) founding: Vec<Write>,
    /// How many nodes began anew.
    pub(super) rebuilt: u64,
    /// The change of keepers that is under way.
    pub(super) swap: Option<Swap>,
    at_once: u64,
    #[cfg(test)]
    pub(super) bug: Option<super::tests::Bug>,
}

impl StateChaosTester {
    /// Returns a club that is ready to play.
    ///
    /// # Errors
    /// [`BrokenSimulation`].
    pub fn new(config: ChaosConfig) -> Result<Self, BrokenSimulation> {
        let mut random = Random::new(config.seed);
        let Founded {
            people,
            writes,
            state,
        } = Founded::new(&config, &mut random)?;
        let (club, next) = (*state.club(), state.height().next());
        let mut tester = Self {
            now: Duration::ZERO,
            agenda: Agenda::new(),
            network: Network::new(random.fork()),
            facts: Facts::new(state, people.len()),
            nodes: Vec::new(),
            counts: BTreeMap::new(),
            stage: Stage::Faults,
            probes: Probes::default(),
            trace: blake3::Hasher::new(),
            converged: None,
            busiest: Load::default(),
            founding: writes,
            rebuilt: 0,
            swap: None,
            at_once: 0,
            random,
            config,
            #[cfg(test)]
            bug: None,
        };
        tester.probes = Probes::new(tester.facts.height());
        for person in people {
            let node = Node::new(person, club, next);
            let mut store = node.open_store().map_err(|error| broken(&error))?;
            for answer in store.write(&tester.founding) {
                answer.map_err(|error| broken(&error))?;
            }
            tester.nodes.push(node);
        }
        tester.choose_liars();
        tester.network.break_by(&tester.config.faults.clone());
        for node in 0..tester.nodes.len() {
            tester.start(node);
        }
        tester.agenda.put(PROBE_EVERY, Event::Probe);
        tester.plan_faults();
        Ok(tester)
    }

    /// Plays to the end.
    #[must_use]
    pub fn run(mut self) -> ChaosTestResults {
        while self.stage != Stage::Over {
            self.step();
        }
        self.results()
    }

    /// Tells whether anything will happen.
    #[cfg(test)]
    pub(super) fn has_more(&self) -> bool {
        !self.agenda.is_empty()
    }

    /// Lets the next thing happen.
    pub(super) fn step(&mut self) {
        let Some((at, event)) = self.agenda.pop() else {
            let heights = self.heights();
            let what = format!("nothing happens any more at {heights:?}");
            self.facts.fail(Invariant::Convergence, what);
            self.stage = Stage::Over;
            return;
        };
        self.at_once = if at > self.now { 0 } else { self.at_once + 1 };
        if self.at_once > EVENTS_AT_ONCE_MAX {
            let what = "time stands still".to_owned();
            self.facts.fail(Invariant::Progress, what);
            self.stage = Stage::Over;
        }
        self.now = at;
        self.facts.at(at);
        self.note(&event);
        self.happen(event);
        self.go_on();
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive {
                from,
                to,
                life,
                bytes,
            } => {
                self.network.arrived(to);
                if self.is_alive(to, life) && self.network.are_linked(from, to) {
                    self.hear(to, &bytes);
                    let from = self.member(from);
                    let bytes = bytes.to_vec();
                    self.feed(to, Input::Message { from, bytes });
                }
            }
            Event::Timer {
                node,
                life,
                timer,
                start,
            } => {
                if self.is_alive(node, life) && self.take_timer(node, timer, start) {
                    self.feed(node, Input::Timer(timer));
                }
            }
            Event::Write { node, life } if self.is_alive(node, life) => self.write(node),
            Event::Look { node, life } if self.is_alive(node, life) => self.look(node),
            Event::Restart { node, life } if self.is_alive(node, life) => self.crash(node),
            Event::Write { .. } | Event::Look { .. } | Event::Restart { .. } => {}
            Event::Fault(kind) => self.fault(kind),
            Event::Start(node) => self.start(node),
            Event::Mend(node, kind) => self.mend(node, kind),
            Event::Join => self.join(),
            Event::Probe => self.probe(),
        }
    }

    /// The nodes of which something is expected.
    pub(super) fn honest(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.lies.is_none())
    }

    /// Whether a node keeps the club by the newest block.
    pub(super) fn is_keeper(&self, node: &Node) -> bool {
        self.facts.chain.keeper_of(node.member()).is_some()
    }

    pub(super) fn is_liar(&self, node: NodeNo) -> bool {
        let node = self.nodes.get(node);
        node.is_some_and(|node| node.lies.is_some())
    }

    pub(super) fn is_alive(&self, node: NodeNo, life: u64) -> bool {
        let node = self.nodes.get(node);
        node.is_some_and(|node| node.life == life && node.running.is_some())
    }

    pub(super) fn member(&self, node: NodeNo) -> MemberNo {
        self.nodes.get(node).map_or(MemberNo::FOUNDER, Node::member)
    }

    pub(super) fn running(&mut self, node: NodeNo) -> Option<&mut Running> {
        self.nodes.get_mut(node)?.running.as_mut()
    }

    /// Tells whether this is the latest start of a timer that runs; then it runs no more.
    pub(super) fn take_timer(&mut self, node: NodeNo, timer: Timer, start: u64) -> bool {
        let Some(running) = self.running(node) else {
            return false;
        };
        let runs = running.timers.get(&timer) == Some(&start);
        if runs {
            running.timers.remove(&timer);
        }
        runs
    }
}

fn broken(error: &StoreError) -> BrokenSimulation {
    BrokenSimulation(error.to_string())
}
