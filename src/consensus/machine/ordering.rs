//! The engine's height: beginning it, and doing what the engine wants done.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Machine, guarded};
use crate::club::{self, Built, CommandFault, Height};
use crate::consensus::orderer::{Act, OrderEvent};
use crate::consensus::{Decision, KeeperSet};

impl Machine {
    /// Begins the next height if there is work and nothing is in its way.
    pub(super) fn go_on(&mut self) {
        if !self.is_working() || self.landing.is_some() || self.running.is_some() {
            return;
        }
        self.drop_expired();
        if !self.mempool.is_empty() {
            self.begin();
        }
    }

    /// Drops commands that can be in no block any more.
    fn drop_expired(&mut self) {
        let time = self.next_time();
        for (id, why) in self.mempool.drop_expired(time) {
            self.settle(id, Decision::Rejected(why.into()));
        }
    }

    fn begin(&mut self) {
        let height = self.state.height().next();
        let keepers = match KeeperSet::new(self.state.keepers()) {
            Ok(keepers) => keepers,
            Err(why) => return self.halt(why.to_string()),
        };
        let Some((_, engine)) = &mut self.engine else {
            return;
        };
        self.running = Some(height);
        let acts = engine.begin(height, &keepers, Vec::new());
        self.perform(acts);
    }

    /// Tells the engine something and does what it wants done.
    fn tell(&mut self, event: OrderEvent) -> Vec<Act> {
        match &mut self.engine {
            Some((_, engine)) => engine.step(event),
            None => Vec::new(),
        }
    }

    /// Does what the engine wants done, until it wants nothing more.
    fn perform(&mut self, acts: Vec<Act>) {
        let mut acts = VecDeque::from(acts);
        while let Some(act) = acts.pop_front() {
            match act {
                Act::NeedBlock { height, round, .. } => acts.extend(self.hand_in(height, round)),
                Act::Decided { block, certificate } => self.land(block, certificate),
                Act::Stop(reason) => self.halt(reason.to_string()),
                Act::Log(_)
                | Act::Send { .. }
                | Act::Arm { .. }
                | Act::Disarm(_)
                | Act::DisarmAll
                | Act::Judge { .. }
                | Act::Accuse(_)
                | Act::Refused { .. } => {
                    self.halt("the engine of a sole keeper asked for others".to_owned());
                }
            }
        }
    }

    /// Builds a block of what waits, and gives it to the engine.
    fn hand_in(&mut self, height: Height, round: u32) -> Vec<Act> {
        let Some(number) = self.engine.as_ref().map(|(number, _)| *number) else {
            return Vec::new();
        };
        let (state, time) = (Arc::clone(&self.state), self.next_time());
        let candidates = self.mempool.candidates(&state);
        let built = match guarded(|| club::build(&state, time, number, candidates)) {
            Ok(built) => built,
            Err(why) => {
                self.halt(why);
                return Vec::new();
            }
        };
        let Built {
            block,
            applied,
            left_out,
        } = built;
        for (command, why) in left_out {
            // No room in this block: there is the next one.
            if !matches!(why, CommandFault::Size(_)) {
                let id = command.id(state.club());
                self.mempool.remove(&id);
                self.settle(id, Decision::Rejected(why.into()));
            }
        }
        self.known.insert(block.id(), applied);
        self.tell(OrderEvent::Block {
            height,
            round,
            block,
        })
    }
}
