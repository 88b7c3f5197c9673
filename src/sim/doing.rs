//! What a machine wants done, done: to its log, its disk, its timers, its player and its peers.

use std::sync::Arc;
use std::time::Duration;

use super::config::FaultKind;
use super::facts::Invariant;
use super::lives::{DOWN, THINKING};
use super::network::NodeNo;
use super::tester::{Event, StateChaosTester};
use crate::club::{Body, Height};
use crate::consensus::limits::BLOCKS_PER_ANSWER_MAX;
use crate::consensus::machine::{Alarm, Input, Output, Timer};
use crate::consensus::wire::Message;
use crate::consensus::{MalachiteOrderer, StoredBlock, VoteLog as _};
use crate::ledger::MemberNo;
use crate::storage::Write;

/// How long a write takes.
const WRITING: (Duration, Duration) = (Duration::from_micros(500), Duration::from_millis(4));

/// How often the power goes between a log's write and what follows it, of a million times in which
/// it is about to go.
const CUT_AFTER_LOG: u32 = 100_000;

impl StateChaosTester {
    /// Tells a node's machine something and does what it wants done.
    pub(super) fn feed(&mut self, node: NodeNo, input: Input) {
        let now = self.now;
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        let outputs = at.step(now, input);
        self.execute(node, outputs);
    }

    #[cfg_attr(not(test), expect(unused_mut, reason = "bugs are planted in tests"))]
    pub(super) fn execute(&mut self, node: NodeNo, mut outputs: Vec<Output>) {
        #[cfg(test)]
        if let Some(bug) = &mut self.bug {
            bug.bite(node, &mut outputs);
        }
        let mut unlogged = None;
        for output in outputs {
            match output {
                Output::Log(records) => {
                    let Some(at) = self.nodes.get_mut(node) else {
                        return;
                    };
                    unlogged = at.write_log(&records, &mut self.random).err();
                    let is_cut = at.disk.is_failing_soon() && self.random.chance(CUT_AFTER_LOG);
                    if !at.disk.has_power() || is_cut {
                        return self.crash(node);
                    }
                }
                Output::Send { .. } if unlogged.is_some() => {}
                Output::Send { .. }
                | Output::ResetLog(_)
                | Output::Write(_)
                | Output::SendBlocks { .. }
                | Output::Arm { .. }
                | Output::Disarm(_)
                | Output::Settle { .. }
                | Output::RememberHost(_)
                | Output::KeepSigned(_)
                | Output::Decided(_)
                | Output::View(_)
                | Output::Alarm(_)
                | Output::Distrust { .. } => self.do_one(node, output),
            }
        }
        if let Some(why) = unlogged {
            self.feed(node, Input::LogFailed(why.to_string()));
        }
        self.take_post(node);
    }

    pub(super) fn do_one(&mut self, node: NodeNo, output: Output) {
        match output {
            // Logged by now; and no player in here asks for new vote keys.
            Output::Log(_) | Output::KeepSigned(_) => {}
            Output::ResetLog(height) => {
                let log = self.nodes.get_mut(node).and_then(|at| at.log.as_mut());
                // A log in memory can always begin anew.
                if let Some(Err(why)) = log.map(|log| log.reset(height)) {
                    self.facts.fail(Invariant::Durability, why.to_string());
                }
            }
            Output::Write(write) => {
                self.facts.writes(node, true);
                let after = self.random.between(WRITING.0, WRITING.1);
                if let Some(running) = self.running(node) {
                    running.write = Some(write);
                }
                self.later(after, node, |node, life| Event::Write { node, life });
            }
            Output::Send { to, bytes } => {
                self.witness(node, &bytes);
                for member in to {
                    self.send(node, member, &bytes);
                }
            }
            Output::SendBlocks { to, from } => self.send_blocks(node, to, from),
            Output::Arm { timer, after } => self.arm(node, timer, after),
            Output::Disarm(timer) => {
                if let Some(running) = self.running(node) {
                    running.timers.remove(&timer);
                }
            }
            Output::Settle { id, decision } => {
                self.facts.answered(node, &id, &decision);
                if let Some(running) = self.running(node) {
                    running.player.settled(&id, &decision);
                }
            }
            Output::RememberHost(row) => self.remember_host(node, row),
            Output::Decided(decided) => {
                self.trace.update(&decided.id.0);
                self.facts.decided(node, &decided);
                let after = self.random.between(THINKING.0, THINKING.1);
                self.look_in(node, after);
            }
            Output::View(view) => {
                self.facts.viewed(node, &view);
                if let Some(running) = self.running(node) {
                    running.view = view;
                }
            }
            Output::Alarm(alarm) => self.alarm(node, &alarm),
            Output::Distrust { member, why } => self.distrust(node, member, why),
        }
    }

    /// Keeps what the host left out. Without power or room it is not there after the next start.
    fn remember_host(&mut self, node: NodeNo, row: Vec<u8>) {
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        let club = at.club;
        if let Some(running) = &mut at.running {
            drop(running.store.write(&[Write::Host { club, row }]));
        }
        if !at.disk.has_power() {
            self.crash(node);
        }
    }

    /// Reads what a keeper signed in a message that it sends.
    pub(super) fn witness(&mut self, node: NodeNo, bytes: &[u8]) {
        let vote = self.nodes.get(node).and_then(|at| at.person.vote.as_ref());
        let Some(number) = vote.map(|(number, _)| *number) else {
            return;
        };
        if let Ok(Message::Engine { bytes, .. }) = Message::from_bytes(bytes) {
            for (statement, _) in MalachiteOrderer::said_by(&bytes, number) {
                self.facts.says(node, statement);
            }
        }
    }

    pub(super) fn alarm(&mut self, node: NodeNo, alarm: &Alarm) {
        match alarm {
            Alarm::Accused(evidence) => {
                let number = evidence.keeper();
                let accused = self.nodes.iter().position(|node| {
                    let vote = node.person.vote.as_ref();
                    vote.is_some_and(|(no, _)| *no == number)
                });
                if let Some(keeper) = accused {
                    self.facts.accused(keeper, evidence);
                }
                if let Some(running) = self.running(node) {
                    let evidence = evidence.clone();
                    running.player.wish(Body::Accuse { evidence });
                }
            }
            // What it has signed is lost: it follows from now on.
            Alarm::Retired(_) if self.nodes.get(node).is_some_and(|at| at.has_lost_key) => {}
            Alarm::Retired(why) if !self.is_liar(node) => {
                let what = format!("node {node} retires a key of which nothing is lost: {why}");
                self.facts.fail(Invariant::Votes, what);
            }
            // Its log can't be written, or its own lies came back to it: it starts again when the disk
            // is better, as an operator would have it.
            Alarm::Retired(_) | Alarm::Unlogged(_) => {
                let again = self.random.between(DOWN.0, DOWN.1);
                self.later(again, node, |node, life| Event::Restart { node, life });
            }
            // Its own lies came back to it.
            Alarm::EngineStopped { .. } if self.is_liar(node) => {}
            Alarm::EngineBroke { .. }
            | Alarm::EngineStopped { .. }
            | Alarm::Fork(_)
            | Alarm::WrongBlock { .. } => {
                let what = format!("node {node}: {alarm:?}");
                self.facts.fail(Invariant::Agreement, what);
            }
            // The view says it too. Links lose openings here, so that no host need be to blame.
            // By a liar, or the facts tell it when it lands.
            Alarm::Halted(_)
            | Alarm::LeftOut(_)
            | Alarm::KeysAsked { .. }
            | Alarm::VotedDown { .. } => {}
        }
    }

    /// No honest node breaks a rule, so none is distrusted, unless messages change on the way.
    pub(super) fn distrust(&mut self, node: NodeNo, member: MemberNo, why: &str) {
        let faults = &self.config.faults;
        if faults.has(FaultKind::Corrupt) || faults.has(FaultKind::Byzantine) {
            return;
        }
        let what = format!("node {node} distrusts {member}: {why}");
        self.facts.fail(Invariant::Lifecycle, what);
    }

    /// Puts something on the agenda of a node's life.
    pub(super) fn later(
        &mut self,
        after: Duration,
        node: NodeNo,
        event: impl FnOnce(NodeNo, u64) -> Event,
    ) {
        let life = self.nodes.get(node).map_or(0, |node| node.life);
        self.agenda.put(self.now + after, event(node, life));
    }

    pub(super) fn arm(&mut self, node: NodeNo, timer: Timer, after: Duration) {
        let Some(running) = self.running(node) else {
            return;
        };
        running.timers_started += 1;
        let start = running.timers_started;
        running.timers.insert(timer, start);
        self.later(after, node, |node, life| Event::Timer {
            node,
            life,
            timer,
            start,
        });
    }

    pub(super) fn send(&mut self, from: NodeNo, member: MemberNo, bytes: &Arc<[u8]>) {
        let to = self.nodes.iter().position(|node| node.member() == member);
        let Some(to) = to.filter(|to| *to != from) else {
            return;
        };
        let Some(life) = self.nodes.get(to).filter(|node| node.running.is_some()) else {
            return;
        };
        let life = life.life;
        self.trace.update(bytes);
        for arrival in self.network.send(self.now, (from, to), bytes) {
            let bytes = arrival.bytes;
            let event = Event::Arrive {
                from,
                to,
                life,
                bytes,
            };
            self.agenda.put(arrival.at, event);
        }
    }

    /// Sends stored blocks.
    pub(super) fn send_blocks(&mut self, node: NodeNo, to: MemberNo, from: Height) {
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        let club = at.club;
        let Some(running) = &mut at.running else {
            return;
        };
        // A store that can't be read has nothing to answer with.
        let rows = running.store.blocks(club, from, BLOCKS_PER_ANSWER_MAX);
        let blocks = rows.unwrap_or_default().into_iter();
        let blocks = blocks.filter_map(|(_, bytes)| StoredBlock::from_bytes(&bytes).ok());
        for block in blocks.collect::<Vec<_>>() {
            let bytes = Message::of_stored(block).to_bytes();
            self.send(node, to, &bytes.into());
        }
    }
}
