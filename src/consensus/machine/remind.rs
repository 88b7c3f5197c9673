//! Blocks that a follower may have missed: it says which one is its newest, and whoever sent it a
//! newer one says so again until it has it. Once everybody has it, this is silent.

use super::{Machine, Output, Timer};
use crate::consensus::limits::{REMIND_FIRST, REMIND_LAST};
use crate::consensus::view::DecidedBlock;
use crate::consensus::wire::Message;
use crate::ledger::MemberNo;

impl Machine {
    /// Tells the proposer of a block that it is here, if this node only follows. Of many blocks that
    /// came at once the last one says it for all.
    pub(super) fn acknowledge(&mut self, decided: &DecidedBlock) {
        if self.post.number().is_some() || self.holds_next() {
            return;
        }
        let header = &decided.block.header;
        let mut keepers = decided.state.keepers().iter();
        let proposer = keepers.find(|keeper| keeper.no == header.proposer);
        if let Some(member) = proposer.map(|keeper| keeper.member) {
            let (height, block) = (header.height, decided.id);
            self.send(vec![member], &Message::Tip { height, block });
        }
    }

    /// Tells the other keepers that this one lacks nothing any more.
    pub(super) fn say_caught_up(&mut self, decided: &DecidedBlock) {
        let keeps = self
            .post
            .own
            .is_some_and(|own| decided.state.keeper(own).is_some());
        if keeps {
            let (height, block) = (decided.block.header.height, decided.id);
            self.send(self.linked_keepers(), &Message::Tip { height, block });
        }
    }

    /// Starts the timer after a block of this node's own was sent to the followers.
    pub(super) fn arm_reminder(&mut self) {
        self.pace.reminder = Some(REMIND_FIRST);
        let (timer, after) = (Timer::Remind, REMIND_FIRST);
        self.outputs.push(Output::Arm { timer, after });
    }

    /// Says once more which block is the newest to those that have not said that they have it.
    pub(super) fn remind(&mut self) {
        let pause = self.pace.reminder.take();
        let lacking = self.lacking();
        let Some(pause) = pause.filter(|_| !lacking.is_empty() && !self.is_halted()) else {
            return;
        };
        let (height, block) = (self.state.height(), self.state.tip());
        self.send(lacking, &Message::Tip { height, block });
        let after = pause.saturating_mul(2).min(REMIND_LAST);
        self.pace.reminder = Some(after);
        let timer = Timer::Remind;
        self.outputs.push(Output::Arm { timer, after });
    }

    /// Stops the timer when everybody has the newest block.
    pub(super) fn stop_reminding(&mut self) {
        if self.pace.reminder.is_some() && self.lacking().is_empty() {
            self.pace.reminder = None;
            self.outputs.push(Output::Disarm(Timer::Remind));
        }
    }

    fn lacking(&self) -> Vec<MemberNo> {
        let height = self.state.height();
        let mut followers = self.linked_followers();
        followers.retain(|member| {
            self.peers
                .find(*member)
                .is_some_and(|peer| peer.height < height)
        });
        followers
    }
}
