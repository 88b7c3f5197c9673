//! A decided block on its way to the disk, and what follows when it is there.

use std::sync::Arc;
use std::time::Duration;

use super::pace::is_due;
use super::{Machine, Output, Timer, guarded};
#[cfg(test)]
use crate::club::planted::{Planted, is_planted};
use crate::club::{Applied, Block, ClubState, Height};
use crate::consensus::limits::{RETRY_FIRST, RETRY_LAST};
use crate::consensus::past::StoredRolls;
use crate::consensus::view::{ChainCondition, DecidedBlock};
use crate::consensus::wire::Message;
use crate::consensus::{Certificate, CertifiedHeader, Decision, Rejection, StoredBlock, follow};
use crate::ledger::MemberNo;
use crate::storage::{StoreError, Write};

/// A decided block that is not durable yet.
#[derive(Debug)]
pub(super) struct Landing {
    decided: Arc<DecidedBlock>,
    write: Write,
    /// Whether it was decided just now, so that its time tells of clocks.
    live: bool,
    /// The pause before the next attempt, after a failed one.
    pause: Duration,
    /// Whether it waits for that pause to end.
    waits: bool,
}

impl Landing {
    pub(super) fn height(&self) -> Height {
        self.decided.block.header.height
    }

    /// Returns the state after the block.
    pub(super) fn state(&self) -> &ClubState {
        &self.decided.state
    }

    pub(super) fn certified(&self) -> CertifiedHeader {
        CertifiedHeader {
            header: self.decided.block.header.clone(),
            certificate: self.decided.certificate.clone(),
        }
    }
}

impl Machine {
    /// Starts the one durable write of a decided block.
    /// `live` tells whether it was decided just now.
    pub(super) fn land(&mut self, block: Block, certificate: Certificate, live: bool) {
        if self.landing.is_some() || block.header.height != self.state.height().next() {
            return;
        }
        self.leave_height();
        self.post.leave(block.header.height);
        let known = self.known.remove(&block.id());
        self.known.clear();
        let state = Arc::clone(&self.state);
        let applied = match known {
            Some(applied) => Ok(applied),
            None => guarded(|| follow(&state, &block, &certificate))
                .and_then(|outcome| outcome.map_err(|why| why.to_string())),
        };
        let applied: Applied = match applied {
            Ok(applied) => applied,
            Err(why) => return self.wrong(block, certificate, &why),
        };
        let refused = applied.outcomes.iter().zip(0_u16..);
        let refused = refused.filter_map(|((_, outcome), place)| outcome.is_err().then_some(place));
        let stored = StoredBlock {
            block,
            certificate,
            refused: refused.collect(),
        };
        let write = Write::Block {
            club: *state.club(),
            height: stored.block.header.height,
            block: stored.to_bytes(),
            state: applied.state.to_bytes(),
            rolls: StoredRolls::of(stored.block.header.time, &applied.events).to_bytes(),
        };
        let StoredBlock {
            block, certificate, ..
        } = stored;
        let decided = Arc::new(DecidedBlock {
            id: block.id(),
            block,
            certificate,
            outcomes: applied.outcomes,
            events: applied.events,
            state: Arc::new(applied.state),
        });
        self.landing = Some(Landing {
            decided,
            write,
            live,
            pause: RETRY_FIRST,
            waits: false,
        });
        self.write();
    }

    /// Asks for the write of the block that lands.
    pub(super) fn write(&mut self) {
        if self.is_halted() {
            return;
        }
        if let Some(landing) = &mut self.landing {
            landing.waits = false;
            let write = Box::new(landing.write.clone());
            self.outputs.push(Output::Write(write));
        }
    }

    /// Shows and answers a block that is durable, or says why it isn't and when to try again.
    pub(super) fn written(&mut self, outcome: Result<(), StoreError>) {
        match outcome {
            Ok(()) => {
                if let Some(landing) = self.landing.take() {
                    self.condition = ChainCondition::Working;
                    self.show(&landing.decided, landing.live);
                }
            }
            Err(error) if error.is_passing() => {
                let Some(landing) = &mut self.landing else {
                    return;
                };
                let after = landing.pause;
                landing.pause = after.saturating_mul(2).min(RETRY_LAST);
                landing.waits = true;
                self.condition = ChainCondition::StoreFails(error);
                self.publish();
                let timer = Timer::Retry;
                self.outputs.push(Output::Arm { timer, after });
            }
            Err(error) => self.halt_with(error.to_string()),
        }
    }

    /// Begins nothing more, and tries a write that waits once more.
    pub(super) fn stop(&mut self) {
        self.stopping = true;
        if self.landing.as_ref().is_some_and(|landing| landing.waits) {
            self.outputs.push(Output::Disarm(Timer::Retry));
            self.write();
        }
    }

    fn show(&mut self, decided: &Arc<DecidedBlock>, live: bool) {
        let header = &decided.block.header;
        let before = Arc::clone(&self.state);
        self.note_recent(&before, decided);
        self.state = Arc::clone(&decided.state);
        self.end_rekeying();
        self.certificate = Some(Arc::new(decided.certificate.clone()));
        self.proposer = Some(header.proposer);
        self.locks.note(&decided.state, self.now);
        if live {
            self.note_offset(header);
        }
        if !decided.block.commands.is_empty() || is_due(&before, header.time) {
            self.pace.was_worth_it(header.height);
        }
        let next = header.height.next();
        if self.post.finish(header.height) && self.post.reset_log(next) {
            // It goes out before anything that the next height wants logged.
            self.post.reset_to = Some(next);
        }
        self.publish();
        self.outputs.push(Output::Decided(Arc::clone(decided)));
        for (id, outcome) in &decided.outcomes {
            let fate = match outcome {
                Ok(()) => Decision::Decided(header.height),
                Err(why) => Decision::Rejected(Rejection::Refused {
                    height: header.height,
                    why: why.clone(),
                }),
            };
            #[cfg(test)]
            if is_planted(Planted::CommandTwice) {
                continue;
            }
            self.mempool.remove(id);
            self.fates.remember(*id, fate.clone());
            self.settle(*id, fate);
        }
        for (id, why) in self.mempool.drop_used(&decided.state) {
            self.settle(id, Decision::Rejected(why.into()));
        }
        self.take_early();
        self.offers_after_block();
        self.spread(&before, decided);
        self.acknowledge(decided);
        if !live && self.behind() == 0 {
            self.say_caught_up(decided);
        }
        self.caught_one();
    }

    /// Tells those who did not vote, or do no more: its proposer sends the block, other keepers only say that it is
    /// there, so that nobody misses it when the proposer is gone.
    fn spread(&mut self, before: &ClubState, decided: &DecidedBlock) {
        let Some(number) = self.post.number() else {
            return;
        };
        let header = &decided.block.header;
        if header.proposer == number && !self.linked_followers().is_empty() {
            self.arm_reminder();
        }
        let message = if header.proposer == number {
            Message::Block {
                block: decided.block.clone(),
                certificate: decided.certificate.clone(),
            }
        } else {
            Message::Tip {
                height: header.height,
                block: decided.id,
            }
        };
        // Who becomes a keeper by this block had no voice in it.
        let is_new = |member: &MemberNo| before.keeper_of(*member).is_none();
        let mut to = self.linked_followers();
        to.extend(self.linked_keepers().into_iter().filter(is_new));
        self.send(to, &message);
    }
}
