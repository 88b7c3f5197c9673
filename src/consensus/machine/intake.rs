//! Commands on their way into the waiting list, and on to the keepers.

use super::{Machine, Output, Timer};
use crate::club::{Body, Command, CommandFault};
use crate::consensus::limits::{EARLY_OPENINGS_MAX, RESEND_AFTER, RESENT_MAX};
use crate::consensus::view::ChainCondition;
use crate::consensus::wire::Message;
use crate::consensus::{Decision, Rejection};
use crate::ledger::MemberNo;

impl Machine {
    pub(super) fn propose(&mut self, commands: Vec<Command>) {
        for command in commands {
            self.propose_one(command);
        }
    }

    /// Takes a command of this node, or answers at once.
    fn propose_one(&mut self, command: Command) {
        let id = command.id(self.state.club());
        if let Some(fate) = self.fates.find(&id) {
            return self.settle(id, fate);
        }
        if self.mempool.contains(&id) {
            // It may still be decided, unless nothing is decided any more.
            if self.is_halted() {
                self.settle(id, Decision::Unknown(id));
            } else {
                self.own.insert(id);
            }
            return;
        }
        if let Some(why) = self.closed() {
            return self.settle(id, Decision::Rejected(Rejection::Closed { why }));
        }
        match self.insert(command.clone()) {
            Ok(()) if self.mempool.contains(&id) => {
                self.own.insert(id);
                let to = self.interested(&command, None);
                self.send(to, &Message::Command(command));
                self.arm_resend();
            }
            Ok(()) => {}
            Err(why) => self.settle(id, Decision::Rejected(why)),
        }
    }

    /// Takes another node's command. A keeper passes on what comes from those who aren't; what is
    /// refused has been refused at its own node too, or was decided meanwhile.
    pub(super) fn command(&mut self, from: MemberNo, command: Command) {
        let id = command.id(self.state.club());
        let keeps = self.post.number().is_some();
        let is_open = matches!(command.body, Body::Open { .. });
        if self.fates.find(&id).is_some() || self.mempool.contains(&id) || !(keeps || is_open) {
            return;
        }
        match self.insert(command.clone()) {
            Ok(()) if keeps && !self.is_keeper(from) => {
                let to = self.interested(&command, Some(from));
                self.send(to, &Message::Command(command));
            }
            Ok(()) => {}
            Err(why) if is_open => self.hold_early(command, &why),
            Err(_refused_at_its_own_node_too) => {}
        }
    }

    /// Holds an opening whose member has signed other commands before it that are on no block here: it
    /// was faster than the block that locked its roll.
    fn hold_early(&mut self, opening: Command, why: &Rejection) {
        let Rejection::NotTaken(CommandFault::Sequence {
            found, expected, ..
        }) = why
        else {
            return;
        };
        let (member, club) = (opening.member, *self.state.club());
        let known = self.state.member(member);
        // Nobody else's words may take its place, and what is too old never will be taken.
        let is_its_own = known.is_some_and(|known| opening.is_signed_by(&known.key, &club));
        let has_room = self.early.len() < EARLY_OPENINGS_MAX || self.early.contains_key(&member);
        if found > expected && is_its_own && has_room {
            self.early.insert(member, opening);
        }
    }

    /// Takes the openings that were held for a block, after it.
    pub(super) fn take_early(&mut self) {
        for (_, opening) in std::mem::take(&mut self.early) {
            if let Err(why) = self.insert(opening.clone()) {
                self.hold_early(opening, &why);
            }
        }
    }

    fn insert(&mut self, command: Command) -> Result<(), Rejection> {
        let time = self.next_time();
        let gone = self.mempool.insert(&self.state, time, command)?;
        for id in gone {
            self.settle(id, Decision::Rejected(Rejection::Overrun));
        }
        Ok(())
    }

    /// Who should hear of a command: of an opening everybody, so that nobody can leave it out
    /// unnoticed, of all else the keepers.
    fn interested(&self, command: &Command, but: Option<MemberNo>) -> Vec<MemberNo> {
        let mut to = if matches!(command.body, Body::Open { .. }) {
            self.everybody()
        } else {
            self.linked_keepers()
        };
        to.retain(|member| Some(*member) != but);
        to
    }

    /// Tells why nothing is taken, if so.
    fn closed(&self) -> Option<String> {
        match &self.condition {
            ChainCondition::Working if self.can_vote() => None,
            ChainCondition::Working if !self.linked_keepers().is_empty() => None,
            ChainCondition::Working => Some(match &self.post.silent {
                Some(silence) => format!(
                    "this node votes no more, and no other keeper is connected: {}",
                    silence.why()
                ),
                None => "this node is no keeper of the club, and none is connected".to_owned(),
            }),
            ChainCondition::StoreFails(error) => Some(error.to_string()),
            ChainCondition::Halted(why) => Some(why.clone()),
        }
    }

    fn arm_resend(&mut self) {
        let wanted = !self.is_alone() && !self.own.is_empty() && !self.is_halted();
        if wanted && !self.pace.resending {
            self.pace.resending = true;
            let (timer, after) = (Timer::Resend, RESEND_AFTER);
            self.outputs.push(Output::Arm { timer, after });
        }
    }

    /// Sends waiting commands of this node again: what was sent may be lost.
    pub(super) fn resend(&mut self) {
        self.pace.resending = false;
        self.own.retain(|id| self.mempool.contains(id));
        self.send_own(&self.linked_keepers());
        self.arm_resend();
    }

    pub(super) fn send_own(&mut self, to: &[MemberNo]) {
        let club = *self.state.club();
        let own = self.mempool.commands();
        let own = own.filter(|command| self.own.contains(&command.id(&club)));
        let own: Vec<Command> = own.take(RESENT_MAX).cloned().collect();
        for command in own {
            self.send(to.to_vec(), &Message::Command(command));
        }
    }
}
