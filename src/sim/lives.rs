//! The lives of nodes: they start with what their disks hold, write, play, and lose their power.

use std::time::Duration;

use super::facts::Invariant;
use super::limits::PROBE_EVERY;
use super::network::NodeNo;
use super::node::Node;
use super::tester::{Event, Stage, StateChaosTester};
use crate::consensus::machine::Input;
use crate::consensus::wire::Message;
use crate::storage::StoreError;

/// How long a player thinks before it looks at a new block.
pub(super) const THINKING: (Duration, Duration) =
    (Duration::from_millis(5), Duration::from_millis(60));

/// How often a player looks if nothing happens.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long a node is down after a crash.
pub(super) const DOWN: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(6));

/// How long a guest is away, one time in three: nobody waits for it, and it follows when it is back.
const AWAY: (Duration, Duration) = (Duration::from_secs(10), Duration::from_mins(1));
const GOES_AWAY: u32 = 333_333;

impl StateChaosTester {
    /// Does the write that is under way. The power may go in its middle.
    pub(super) fn write(&mut self, node: NodeNo) {
        self.facts.writes(node, false);
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        let Some(running) = &mut at.running else {
            return;
        };
        let Some(write) = running.write.take() else {
            return;
        };
        let answer = running.store.write(&[*write]).pop();
        if at.disk.has_power() {
            self.feed(node, Input::Written(answer.unwrap_or(Ok(()))));
        } else {
            self.crash(node);
        }
    }

    pub(super) fn look_in(&mut self, node: NodeNo, after: Duration) {
        let at = self.now + after;
        let Some(running) = self.running(node) else {
            return;
        };
        if running.look_at.is_none_or(|look_at| at < look_at) {
            running.look_at = Some(at);
            self.later(after, node, |node, life| Event::Look { node, life });
        }
    }

    /// Lets a player look and proposes what it wants.
    pub(super) fn look(&mut self, node: NodeNo) {
        let now = self.now;
        let is_quiet = matches!(self.stage, Stage::Quiet(_) | Stage::Over);
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        let Some(running) = &mut at.running else {
            return;
        };
        if running.look_at != Some(now) {
            return;
        }
        running.look_at = None;
        if is_quiet && running.player.is_done() {
            return;
        }
        let proposal = at.look(now);
        if !at.disk.has_power() {
            return self.crash(node);
        }
        match proposal {
            Ok(proposal) => {
                for (table, slot, roll, lock) in proposal.openings {
                    self.facts.opens(table, slot, roll, lock);
                }
                if !proposal.commands.is_empty() {
                    self.feed(node, Input::Propose(proposal.commands));
                }
            }
            Err(error @ StoreError::OpenedBefore { .. }) => {
                self.facts.fail(Invariant::Openings, error.to_string());
            }
            // The disk will be better later.
            Err(_) => {}
        }
        self.look_in(node, LOOK_EVERY);
    }

    /// Lets a player take note of an opening that comes over a link.
    pub(super) fn hear(&mut self, node: NodeNo, bytes: &[u8]) {
        let now = self.now;
        if let Ok(Message::Command(command)) = Message::from_bytes(bytes)
            && let Some(running) = self.running(node)
        {
            running.hear(now, &command);
        }
    }

    /// Starts a node with what its disk holds, and links it. A disk that fails is tried again.
    pub(super) fn start(&mut self, node: NodeNo) {
        let now = self.now;
        let Some(at) = self.nodes.get_mut(node).filter(|at| at.running.is_none()) else {
            return;
        };
        at.disk.restore_power(&mut self.random);
        let opened = at.open_store();
        let opened = opened.map_err(|error| (error.is_passing(), error.to_string()));
        let read = opened.and_then(|mut store| {
            let kept = at.read(&mut store).map_err(|why| (false, why))?;
            Ok((store, kept))
        });
        let (store, mut kept) = match read {
            Ok(read) => read,
            Err((true, _)) => {
                at.disk.cut_power();
                return self.agenda.put(now + PROBE_EVERY, Event::Start(node));
            }
            Err((false, _)) if at.is_flipped => return self.rebuild(node),
            Err((false, why)) => {
                let what = format!("node {node} can't start: {why}");
                return self.facts.fail(Invariant::Durability, what);
            }
        };
        self.facts.started(node, &kept.state, &kept.newest);
        let watch = kept.host.take();
        let outputs = at.begin(store, kept, now, &mut self.random);
        self.execute(node, outputs);
        if let Some(watch) = watch {
            self.feed(node, Input::RecallHost(Box::new(watch)));
        }
        for other in 0..self.nodes.len() {
            self.link(node, other);
        }
        let after = self.random.between(THINKING.0, THINKING.1);
        self.look_in(node, after);
    }

    /// Gives a node whose disk is damaged a new one; what it lacks it hears from the others.
    fn rebuild(&mut self, node: NodeNo) {
        self.rebuilt += 1;
        self.facts.forgets(node);
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        if let Err(error) = at.rebuild(&self.founding) {
            let what = format!("node {node} can't begin anew: {error}");
            return self.facts.fail(Invariant::Durability, what);
        }
        self.start(node);
    }

    /// Tells two nodes that their link is up, if it is.
    pub(super) fn link(&mut self, one: NodeNo, other: NodeNo) {
        let is_up = |node| {
            self.nodes
                .get(node)
                .is_some_and(|at: &Node| at.running.is_some())
        };
        if one == other || !is_up(one) || !is_up(other) || !self.network.are_linked(one, other) {
            return;
        }
        for (node, peer) in [(one, other), (other, one)] {
            let member = self.member(peer);
            self.feed(node, Input::Linked { member });
        }
    }

    /// Takes a node's power away for a while; the others see its links go.
    pub(super) fn crash(&mut self, node: NodeNo) {
        self.lose_power(node);
        let keeps = |at: &Node| self.is_keeper(at);
        let is_guest = node >= self.config.keepers && !self.nodes.get(node).is_some_and(keeps);
        let time = if is_guest && self.random.chance(GOES_AWAY) {
            AWAY
        } else {
            DOWN
        };
        let down = self.random.between(time.0, time.1);
        self.agenda.put(self.now + down, Event::Start(node));
    }

    /// Takes a node's power away; the others see its links go.
    pub(super) fn lose_power(&mut self, node: NodeNo) {
        if let Some(at) = self.nodes.get_mut(node) {
            at.end();
        }
        let member = self.member(node);
        for other in 0..self.nodes.len() {
            if self.network.are_linked(node, other) {
                self.feed(other, Input::Unlinked { member });
            }
        }
    }
}
