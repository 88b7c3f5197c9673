//! What comes from other nodes: their messages, and blocks that this node lacks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Alarm, Machine, Output, Timer, guarded};
use crate::club::{Block, BlockFault, BlockId, Height, RekeyFault};
use crate::consensus::limits::{AHEAD_MAX, WANT_PAUSE, WANT_TIMEOUT};
use crate::consensus::orderer::OrderEvent;
use crate::consensus::wire::Message;
use crate::consensus::{Certificate, FollowFault, follow};
use crate::ledger::MemberNo;

/// A block that others decided, and who sent it.
#[derive(Debug)]
struct Certified {
    block: Block,
    certificate: Certificate,
    from: MemberNo,
    /// Whether it came by itself, so that it is new.
    live: bool,
}

/// The search for missing blocks.
#[derive(Debug, Default)]
pub(super) struct Sync {
    /// Who was asked for blocks and has not sent them yet.
    asked: Option<MemberNo>,
    /// Who was asked last; the next one has the next turn.
    last: Option<MemberNo>,
    /// Whether the pause runs before the next question, and whether it has passed.
    pausing: bool,
    patient: bool,
    /// Blocks that wait for those before them.
    ahead: BTreeMap<Height, Certified>,
}

impl Machine {
    pub(super) fn message(&mut self, from: MemberNo, bytes: &[u8]) {
        let heard = self.now.unix;
        let Some(peer) = self.peers.find_mut(from) else {
            return;
        };
        peer.heard = Some(heard);
        let Ok(message) = Message::from_bytes(bytes) else {
            return self.distrust(from, "it sent bytes that are no message");
        };
        if self.is_halted() {
            return;
        }
        match message {
            Message::Command(command) => self.command(from, command),
            Message::Engine {
                height,
                again,
                bytes,
            } => self.engine_message(from, height, again, bytes),
            Message::Want { from: height } => self.answer_with_blocks(from, height),
            Message::Block { block, certificate } => self.block(from, block, certificate),
            Message::Tip { height, block } => self.tip(from, height, block),
            Message::Fork(proof) => self.check_fork(Some(from), proof),
            Message::KeyOffer(offer) => self.hear_offer(from, *offer),
            Message::NewKeys(rekey) => self.hear_new_keys(from, *rekey),
        }
    }

    pub(super) fn distrust(&mut self, member: MemberNo, why: &'static str) {
        self.outputs.push(Output::Distrust { member, why });
    }

    /// A link came up: say where this node is, and repeat what may have been lost.
    pub(super) fn linked(&mut self, member: MemberNo) {
        if !self.peers.add(member, self.now.monotonic) {
            return;
        }
        if let Some(proof) = self.fork.clone() {
            self.send(vec![member], &Message::Fork(proof));
        }
        if self.is_halted() {
            return;
        }
        let (height, block) = (self.state.height(), self.state.tip());
        self.send(vec![member], &Message::Tip { height, block });
        if self.is_keeper(member) {
            let round = self.post.engine().map_or(0, |engine| engine.status().round);
            self.send_its_own(member);
            self.send_held(member, round);
            self.send_own(&[member]);
            self.say_offers(vec![member]);
        }
    }

    pub(super) fn unlinked(&mut self, member: MemberNo) {
        self.peers.remove(member);
        if self.sync.asked == Some(member) {
            self.sync.asked = None;
            self.seek();
        }
    }

    fn engine_message(&mut self, from: MemberNo, height: Height, again: bool, bytes: Vec<u8>) {
        let next = self.next_height();
        // Whoever speaks of a height has the block before it.
        let has = Height(height.0.saturating_sub(1)).min(self.state.height());
        if let Some(peer) = self.peers.find_mut(from) {
            peer.height = peer.height.max(has);
        }
        if height <= self.state.height() {
            if again {
                self.answer_with_blocks(from, height);
            }
            return;
        }
        if height > next {
            return self.heard_of(from, Height(height.0.saturating_sub(1)));
        }
        let mut keepers = self.next_keepers().iter();
        let keeper = keepers.find(|keeper| keeper.member == from);
        // A decided block that is not durable yet, somebody who keeps no more, or no use for it.
        let Some(number) = keeper.map(|keeper| keeper.no).filter(|_| height == next) else {
            return;
        };
        if !self.can_vote() {
            // It is being decided without this node.
            return self.heard_of(from, height);
        }
        let place = self
            .post
            .engine()
            .and_then(|engine| engine.place_of(&bytes));
        let Some((_, round)) = place.filter(|(at, _)| *at == height) else {
            return self.distrust(from, "it sent what no engine says of that height");
        };
        let runs = self.post.running == Some(next);
        self.tell(OrderEvent::Message {
            from: number,
            bytes,
        });
        if !runs {
            self.wake(number);
        } else if again && self.peers.may_answer(from, self.now.monotonic) {
            self.send_held(from, round);
        }
    }

    /// Sends a keeper what it said last at the height that is under way: it may have started again with
    /// a log that is not its newest, and must not sign then.
    fn send_its_own(&mut self, to: MemberNo) {
        let Some(height) = self.post.running else {
            return;
        };
        let number = self.deciders().iter().find(|keeper| keeper.member == to);
        let Some(number) = number.map(|keeper| keeper.no) else {
            return;
        };
        let own = self.post.engine().map(|engine| engine.last_said_by(number));
        for bytes in own.unwrap_or_default() {
            let message = Message::Engine {
                height,
                again: false,
                bytes,
            };
            self.send(vec![to], &message);
        }
    }

    /// Sends what this keeper holds for the height that is under way.
    fn send_held(&mut self, to: MemberNo, round: u32) {
        let Some(height) = self.post.running else {
            return;
        };
        let held = self.post.engine().map(|engine| engine.held(round));
        for bytes in held.unwrap_or_default() {
            let message = Message::Engine {
                height,
                again: false,
                bytes,
            };
            self.send(vec![to], &message);
        }
    }

    /// Has stored blocks sent to a peer that lacks them.
    pub(super) fn answer_with_blocks(&mut self, to: MemberNo, from: Height) {
        let there = from > Height(0) && from <= self.state.height();
        if there && self.peers.may_answer(to, self.now.monotonic) {
            self.outputs.push(Output::SendBlocks { to, from });
        }
    }

    pub(super) fn tip(&mut self, from: MemberNo, height: Height, block: BlockId) {
        if self.recent.differs(height, block) {
            // One of the two is wrong, or the keepers are: its certificate tells.
            self.send(vec![from], &Message::Want { from: height });
        }
        self.heard_of(from, height);
        self.stop_reminding();
    }

    /// Notes that a peer speaks of a decided height.
    fn heard_of(&mut self, from: MemberNo, height: Height) {
        if let Some(peer) = self.peers.find_mut(from) {
            peer.height = peer.height.max(height);
        }
        self.seek();
    }

    /// Returns how many blocks are missing here, if the peers say the truth.
    pub(super) fn behind(&self) -> u64 {
        let have = self.state.height().0;
        let heights = self.peers.all().map(|(_, peer)| peer.height.0);
        heights.max().unwrap_or(0).saturating_sub(have)
    }

    /// Asks a peer for missing blocks, one at a time and in turn. Whoever lacks one block only
    /// waits a moment first: most often it is on its way.
    fn seek(&mut self) {
        if self.sync.asked.is_some() || self.sync.pausing || self.is_halted() {
            return;
        }
        let next = self.next_height();
        let able: Vec<_> = self.peers.at_least(next).collect();
        let Some(newest) = able.iter().map(|(_, height)| *height).max() else {
            self.sync.patient = false;
            return;
        };
        if newest == next && !self.sync.patient {
            return self.pause();
        }
        let turn = able.iter().map(|(member, _)| *member);
        let after_last = turn.clone().find(|member| Some(*member) > self.sync.last);
        let Some(peer) = after_last.or_else(|| turn.clone().next()) else {
            return;
        };
        self.sync.asked = Some(peer);
        self.sync.last = Some(peer);
        self.send(vec![peer], &Message::Want { from: next });
        let (timer, after) = (Timer::Want, WANT_TIMEOUT);
        self.outputs.push(Output::Arm { timer, after });
    }

    fn pause(&mut self) {
        self.sync.pausing = true;
        let (timer, after) = (Timer::Want, WANT_PAUSE);
        self.outputs.push(Output::Arm { timer, after });
    }

    pub(super) fn want_timer(&mut self) {
        if let Some(peer) = self.sync.asked.take() {
            // It did not send what it spoke of.
            self.disbelieve(peer);
        }
        self.sync.pausing = false;
        self.sync.patient = true;
        self.seek();
    }

    fn disbelieve(&mut self, member: MemberNo) {
        let height = self.state.height();
        if let Some(peer) = self.peers.find_mut(member) {
            peer.height = height;
        }
        if self.sync.asked == Some(member) {
            self.sync.asked = None;
        }
    }

    fn block(&mut self, from: MemberNo, block: Block, certificate: Certificate) {
        let (height, next) = (block.header.height, self.next_height());
        if height < next {
            return self.compare(block.header, certificate);
        }
        let asked = self.sync.asked == Some(from);
        let far = height.0 - next.0;
        if far == 0 || (asked && far <= AHEAD_MAX) {
            let certified = Certified {
                block,
                certificate,
                from,
                live: self.sync.asked.is_none(),
            };
            self.sync.ahead.insert(height, certified);
        }
        if let Some(peer) = self.peers.find_mut(from) {
            peer.height = peer.height.max(height);
        }
        self.follow_on();
        self.seek();
    }

    /// Takes the next block of those that came, if it is there and nothing lands.
    pub(super) fn follow_on(&mut self) {
        let next = self.state.height().next();
        self.sync.ahead.retain(|height, _| *height >= next);
        if self.landing.is_some() || self.stopping || self.is_halted() {
            return;
        }
        let Some(certified) = self.sync.ahead.remove(&next) else {
            return;
        };
        let Certified {
            block,
            certificate,
            from,
            live,
        } = certified;
        let state = Arc::clone(&self.state);
        match guarded(|| follow(&state, &block, &certificate)) {
            Ok(Ok(applied)) => {
                self.watch_host(&block, &applied);
                self.look_for_own(&certificate);
                self.known.insert(block.id(), applied);
                if self.post.running == Some(next) {
                    self.tell(OrderEvent::Certified {
                        block: block.clone(),
                        certificate: certificate.clone(),
                    });
                }
                // The engine needn't agree: a quorum did.
                if !self.is_halted() {
                    self.land(block, certificate, live);
                }
            }
            Ok(Err(FollowFault::Certificate(_))) => {
                self.distrust(from, "it sent a block that is not certified");
                self.disbelieve(from);
                self.compare_with_old_keys(&block.header, &certificate);
            }
            Ok(Err(
                FollowFault::Block(BlockFault::Parent { .. })
                | FollowFault::Rekey(RekeyFault::Parent { .. }),
            )) => {
                // The keepers decided it on top of another block than this node's newest.
                let from_height = self.state.height();
                self.disbelieve(from);
                self.send(vec![from], &Message::Want { from: from_height });
            }
            Ok(Err(FollowFault::Rekey(_))) => {
                self.distrust(from, "it sent a block with new vote keys that don't hold");
                self.disbelieve(from);
            }
            Ok(Err(FollowFault::Block(why))) => self.wrong(block, certificate, &why.to_string()),
            Ok(Err(FollowFault::Keepers(why))) => self.halt_with(why.to_string()),
            Err(why) => self.wrong(block, certificate, &why),
        }
    }

    /// The keepers decided what breaks the rules: going on would be guessing.
    pub(super) fn wrong(&mut self, block: Block, certificate: Certificate, why: &str) {
        let height = block.header.height;
        let alarm = Alarm::WrongBlock {
            block: Box::new(block),
            certificate,
            why: why.to_owned(),
        };
        self.halt(
            format!("block {height} is certified and wrong: {why}"),
            alarm,
        );
    }

    /// Whether the block after the newest durable one is here.
    pub(super) fn holds_next(&self) -> bool {
        let next = self.state.height().next();
        self.sync.ahead.contains_key(&next)
    }

    /// A block is durable: go on with those behind it, and ask for more when an answer is used up.
    pub(super) fn caught_one(&mut self) {
        self.sync.patient = false;
        if self.sync.asked.is_some() && self.sync.ahead.is_empty() {
            self.sync.asked = None;
            self.pause();
        }
        self.follow_on();
        self.seek();
    }
}
