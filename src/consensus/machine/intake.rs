//! Commands on their way into the waiting list.

use super::Machine;
use crate::club::Command;
use crate::consensus::view::ChainCondition;
use crate::consensus::{Decision, Rejection};

impl Machine {
    /// Takes a command of this node, or answers at once.
    pub(super) fn propose(&mut self, command: Command) {
        let id = command.id(self.state.club());
        if let Some(fate) = self.fates.find(&id) {
            return self.settle(id, fate);
        }
        let halted = matches!(self.condition, ChainCondition::Halted(_));
        if self.mempool.contains(&id) {
            // It may still be decided, unless nothing is decided any more.
            if halted {
                self.settle(id, Decision::Unknown(id));
            }
            return;
        }
        if let Some(why) = self.closed() {
            return self.settle(id, Decision::Rejected(Rejection::Closed { why }));
        }
        let time = self.next_time();
        match self.mempool.insert(&self.state, time, command) {
            Ok(gone) => {
                for id in gone {
                    self.settle(id, Decision::Rejected(Rejection::Overrun));
                }
            }
            Err(why) => self.settle(id, Decision::Rejected(why)),
        }
    }

    /// Tells why nothing is taken, if so.
    fn closed(&self) -> Option<String> {
        match &self.condition {
            ChainCondition::Working if self.engine.is_some() => None,
            ChainCondition::Working => Some("this node is no keeper of the club".to_owned()),
            ChainCondition::StoreFails(error) => Some(error.to_string()),
            ChainCondition::Halted(why) => Some(why.clone()),
        }
    }
}
