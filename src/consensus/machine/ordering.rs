//! The engine's height: beginning it, and doing what the engine wants done.

use std::collections::VecDeque;
use std::sync::Arc;

use super::rekey::Rekeying;
use super::silence::Silence;
use super::{Alarm, Machine, Output, Timer, guarded};
use crate::club::{self, Block, Built, CommandFault, Height, KeeperNo};
use crate::consensus::limits::JUDGED_MAX;
use crate::consensus::orderer::{Act, OrderEvent, Orderer, StopReason, TimerToken, Verdict};
use crate::consensus::wire::Message;
use crate::consensus::{Decision, KeeperSet};

impl Machine {
    /// Whether this node is one of the keepers of the next block and may sign.
    pub(super) fn can_vote(&self) -> bool {
        let height = self.next_height();
        let keeps = |number| self.next_keepers().iter().any(|keeper| keeper.no == number);
        self.post.may_sign(height) && self.post.number().is_some_and(keeps)
    }

    /// Returns the keepers of [`next_height`](Self::next_height).
    pub(super) fn next_keepers(&self) -> &[club::Keeper] {
        match &self.landing {
            Some(landing) => landing.state().keepers(),
            None => self.deciders(),
        }
    }

    pub(super) fn begin(&mut self) {
        let height = self.state.height().next();
        let keepers = match KeeperSet::new(self.deciders()) {
            Ok(keepers) => keepers,
            Err(why) => return self.halt_with(why.to_string()),
        };
        self.stop_gathering();
        let log = self.post.begin(height);
        self.known.clear();
        let acts = self.ask(|engine| engine.begin(height, &keepers, log));
        self.perform(acts);
    }

    /// Tells the engine something and does what it wants done.
    pub(super) fn tell(&mut self, event: OrderEvent) {
        let acts = self.ask(|engine| engine.step(event));
        self.perform(acts);
    }

    pub(super) fn engine_timer(&mut self, token: TimerToken) {
        if self.post.timers.remove(&token) {
            self.tell(OrderEvent::Timer(token));
        }
    }

    fn ask(&mut self, question: impl FnOnce(&mut dyn Orderer) -> Vec<Act>) -> Vec<Act> {
        let Some((_, engine)) = &mut self.post.engine else {
            return Vec::new();
        };
        match guarded(|| question(&mut **engine)) {
            Ok(acts) => acts,
            Err(why) => {
                self.broke(why);
                Vec::new()
            }
        }
    }

    /// Does what the engine wants done, until it wants nothing more.
    fn perform(&mut self, acts: Vec<Act>) {
        let mut acts = VecDeque::from(acts);
        while let Some(act) = acts.pop_front() {
            match act {
                Act::Log(record) => self.post.records.push(record),
                Act::Send {
                    to,
                    height,
                    again,
                    bytes,
                } => self.send_for_engine(to, height, again, bytes),
                Act::Arm { token, after } => {
                    self.post.timers.insert(token);
                    let timer = Timer::Engine(token);
                    self.outputs.push(Output::Arm { timer, after });
                }
                Act::Disarm(token) => {
                    self.post.timers.remove(&token);
                    self.outputs.push(Output::Disarm(Timer::Engine(token)));
                }
                Act::DisarmAll => self.disarm_engine(),
                Act::NeedBlock { height, round, .. } => {
                    if let Some(event) = self.build(height, round) {
                        acts.extend(self.ask(|engine| engine.step(event)));
                    }
                }
                Act::Judge {
                    block,
                    round,
                    fresh,
                } => {
                    let event = OrderEvent::Verdict {
                        block: block.id(),
                        verdict: self.judge(&block, round, fresh),
                    };
                    acts.extend(self.ask(|engine| engine.step(event)));
                }
                Act::Decided { block, certificate } => self.land(block, certificate, true),
                Act::Accuse(evidence) => self.accuse(evidence),
                // It was checked before the engine got it, and lands without the engine.
                Act::Refused { .. } => {}
                Act::Stop(reason) => self.engine_stopped(&reason),
            }
        }
    }

    fn send_for_engine(
        &mut self,
        to: Option<KeeperNo>,
        height: Height,
        again: bool,
        bytes: Vec<u8>,
    ) {
        self.post.must_log = true;
        let own = self.post.number();
        let to = self
            .deciders()
            .iter()
            .filter(|keeper| Some(keeper.no) != own && to.is_none_or(|wanted| keeper.no == wanted));
        let to: Vec<_> = to.map(|keeper| keeper.member).collect();
        let message = Message::Engine {
            height,
            again,
            bytes,
        };
        self.send(to, &message);
    }

    /// Builds a block of what waits.
    fn build(&mut self, height: Height, round: u32) -> Option<OrderEvent> {
        let number = self.post.number()?;
        let (state, time) = (Arc::clone(&self.state), self.next_time());
        let candidates = self.mempool.candidates(&state);
        let rekey = self.rekeying.as_ref().map(Rekeying::word);
        let bytes_max = self.block_bytes;
        let built =
            guarded(|| club::build_with(rekey, bytes_max, &state, time, number, candidates));
        let built = match built.and_then(|built| built.map_err(|why| why.to_string())) {
            Ok(built) => built,
            Err(why) => {
                self.halt_with(why);
                return None;
            }
        };
        let Built {
            block,
            applied,
            left_out,
        } = built;
        for (command, why) in left_out {
            // No room in this block: there is the next one. And another keeper's clock may still
            // have a place for what is over by this one's.
            if self.is_alone() && !matches!(why, CommandFault::Size(_)) {
                let id = command.id(state.club());
                self.mempool.remove(&id);
                self.settle(id, Decision::Rejected(why.into()));
            }
        }
        self.remember_effects(&block, applied);
        Some(OrderEvent::Block {
            height,
            round,
            block,
        })
    }

    fn judge(&mut self, block: &Block, round: u32, fresh: bool) -> Verdict {
        if !self.known.contains_key(&block.id()) {
            let state = Arc::clone(&self.state);
            match guarded(|| club::apply(&state, block)) {
                Ok(Ok(applied)) => self.remember_effects(block, applied),
                Ok(Err(fault)) => return self.voted_down(block, fault.to_string()),
                // No reason to halt: others may have a block that the rules can bear, and this one
                // halts the club if they certify it.
                Err(panic) => return self.voted_down(block, panic),
            }
        }
        if !self.is_by_deciders(block) {
            let why = "other keepers than those who decide it are to decide it";
            return self.voted_down(block, why.to_owned());
        }
        if fresh && !self.is_in_time(block, round) {
            return Verdict::Invalid;
        }
        if fresh && let Err(left_out) = self.judge_closes(block) {
            self.send_left_out(left_out);
            return Verdict::Invalid;
        }
        Verdict::Valid
    }

    /// Says why a block breaks the club's rules, which no honest keeper's does.
    fn voted_down(&mut self, block: &Block, why: String) -> Verdict {
        self.outputs.push(Output::Alarm(Alarm::VotedDown {
            height: block.header.height,
            proposer: block.header.proposer,
            why,
        }));
        Verdict::Invalid
    }

    fn remember_effects(&mut self, block: &Block, applied: club::Applied) {
        if self.known.len() >= JUDGED_MAX {
            self.known.clear();
        }
        self.known.insert(block.id(), applied);
    }

    /// Leaves the height that the engine works on: it is decided, or the engine works no more.
    pub(super) fn leave_height(&mut self) {
        self.post.running = None;
        self.disarm_engine();
    }

    fn disarm_engine(&mut self) {
        for token in std::mem::take(&mut self.post.timers) {
            self.outputs.push(Output::Disarm(Timer::Engine(token)));
        }
    }

    fn engine_stopped(&mut self, reason: &StopReason) {
        let (height, why) = (self.post.begun, reason.to_string());
        if self.is_alone() {
            return self.halt_with(why);
        }
        match reason {
            StopReason::KeyUsedElsewhere { .. } => self.silence(Silence::Retired(why)),
            StopReason::CertifiedInvalid { .. } => self.halt_with(why),
            StopReason::OtherKeepers { .. }
            | StopReason::OutOfPlace { .. }
            | StopReason::Log { .. }
            | StopReason::Diverged { .. }
            | StopReason::Engine { .. } => {
                self.leave_height();
                self.post.stopped_at = Some(height);
                let alarm = Alarm::EngineStopped { height, why };
                self.outputs.push(Output::Alarm(alarm));
            }
        }
    }
}
