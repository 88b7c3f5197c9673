//! A keeper that lies with its own key: it says two things for one place, tells some what it keeps
//! from others, repeats old words, signs falsely and proposes what breaks the rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::random::Random;
use crate::club::{Block, ClubId, Height, KeeperNo, StateRoot, TimeMs, commands_root};
use crate::consensus::{
    Act, KeeperSet, LogRecord, MalachiteOrderer, OrderEvent, OrderStatus, Orderer, PaceTimeouts,
    TimerToken, Verdict,
};
use crate::identity::Identity;

/// The tokens of the second self's timers are told by this bit.
const OF_TWIN: u64 = 1 << 63;

/// Old messages that may be repeated.
const OLD_MAX: usize = 64;

/// Of a million messages: so many are kept back from everybody, have a false signature, are told to some
/// only, and are followed by an old one.
const WITHHELD: u32 = 150_000;
const FORGED: u32 = 100_000;
const ONE_SIDED: u32 = 200_000;
const REPEATED: u32 = 100_000;

/// Of a million blocks so many are proposed with something wrong.
const SPOILT: u32 = 300_000;

/// Of a million heights so many are voted on twice.
const TWO_FACED: u32 = 500_000;

/// An engine that lies. Beside an honest engine it holds a second one with the same key, which takes
/// every block for invalid and proposes others: whatever the two say together is a lie.
#[derive(Debug)]
pub(super) struct Liar {
    club: ClubId,
    number: KeeperNo,
    vote_key: Arc<Identity>,
    honest: MalachiteOrderer,
    twin: Option<MalachiteOrderer>,
    peers: Vec<KeeperNo>,
    old: Vec<Act>,
    random: Random,
    lies: Arc<AtomicU64>,
}

impl Liar {
    pub(super) fn new(
        club: ClubId,
        (number, vote_key): (KeeperNo, Arc<Identity>),
        honest: MalachiteOrderer,
        random: Random,
        lies: Arc<AtomicU64>,
    ) -> Self {
        Self {
            club,
            number,
            vote_key,
            honest,
            twin: None,
            peers: Vec::new(),
            old: Vec::new(),
            random,
            lies,
        }
    }

    fn lie(&self) {
        self.lies.fetch_add(1, Ordering::Relaxed);
    }

    /// What the honest self wants done, with its messages as the liar sends them.
    fn bent(&mut self, acts: Vec<Act>) -> Vec<Act> {
        let mut bent = Vec::new();
        for act in acts {
            if !matches!(act, Act::Send { .. }) {
                bent.push(act);
                continue;
            }
            if self.old.len() < OLD_MAX {
                self.old.push(act.clone());
            }
            if self.random.chance(WITHHELD) {
                self.lie();
            } else if self.random.chance(FORGED) {
                bent.push(self.forged(act));
            } else if self.random.chance(ONE_SIDED) {
                bent.extend(self.told_to_some(&act));
            } else {
                bent.push(act);
            }
            if self.random.chance(REPEATED) {
                let place = self.random.index(self.old.len());
                bent.extend(self.old.get(place).cloned());
                self.lie();
            }
        }
        bent
    }

    /// Spoils a message: a vote ends with its signature, and a proposal with that or with its block.
    fn forged(&mut self, mut act: Act) -> Act {
        self.lie();
        if let Act::Send { bytes, .. } = &mut act {
            let bit = self.random.index(64 * 8);
            let place = bytes.len().checked_sub(1 + bit / 8);
            if let Some(byte) = place.and_then(|place| bytes.get_mut(place)) {
                *byte ^= 1 << (bit % 8);
            }
        }
        act
    }

    fn told_to_some(&mut self, act: &Act) -> Vec<Act> {
        let Act::Send {
            height,
            again,
            bytes,
            ..
        } = act
        else {
            return Vec::new();
        };
        self.lie();
        let random = &mut self.random;
        let some = self.peers.iter().filter(|_| random.chance(500_000));
        some.map(|peer| Act::Send {
            to: Some(*peer),
            height: *height,
            again: *again,
            bytes: bytes.clone(),
        })
        .collect()
    }

    /// What the second self wants sent. Its other wishes are met here: it knows no log, takes every
    /// block for invalid, and its decisions are nobody's.
    fn of_twin(&mut self, acts: Vec<Act>) -> Vec<Act> {
        let mut wanted = Vec::new();
        let mut acts: std::collections::VecDeque<_> = acts.into();
        while let Some(act) = acts.pop_front() {
            match act {
                Act::Send { .. } => wanted.extend(self.told_to_some(&act)),
                Act::Arm { token, after } => wanted.push(Act::Arm {
                    token: TimerToken(token.0 | OF_TWIN),
                    after,
                }),
                Act::Disarm(token) => wanted.push(Act::Disarm(TimerToken(token.0 | OF_TWIN))),
                Act::Judge { block, .. } => {
                    let verdict = OrderEvent::Verdict {
                        block: block.id(),
                        verdict: Verdict::Invalid,
                    };
                    if let Some(twin) = &mut self.twin {
                        acts.extend(twin.step(verdict));
                    }
                }
                Act::Decided { .. } | Act::Stop(_) => self.twin = None,
                Act::Log(_)
                | Act::DisarmAll
                | Act::NeedBlock { .. }
                | Act::Accuse(_)
                | Act::Refused { .. } => {}
            }
        }
        wanted
    }

    fn tell_twin(&mut self, event: OrderEvent) -> Vec<Act> {
        let acts = self.twin.as_mut().map(|twin| twin.step(event));
        self.of_twin(acts.unwrap_or_default())
    }

    /// Breaks a rule in a block.
    fn spoil(&mut self, block: &mut Block) {
        self.lie();
        match self.random.below(6) {
            0 => block.header.state_root = StateRoot(self.random.bytes()),
            1 => block.header.time = TimeMs(block.header.time.0.saturating_add(86_400_000)),
            2 => {
                let first = block.commands.first().cloned();
                block.commands.extend(first);
            }
            3 => {
                if let Some(first) = block.commands.first_mut() {
                    first.signature.0[0] ^= 1;
                }
            }
            4 => block.header.next_keepers_hash = self.random.bytes(),
            _ => {
                if let Some(first) = block.commands.first_mut() {
                    first.sequence = first.sequence.saturating_add(1);
                }
            }
        }
        // Else that would be all that is looked at.
        block.header.commands_root = commands_root(&block.commands);
    }
}

impl Orderer for Liar {
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act> {
        let others = keepers.keepers().iter().map(|keeper| keeper.no);
        self.peers = others.filter(|no| *no != self.number).collect();
        let acts = self.honest.begin(at, keepers, log);
        let mut acts = self.bent(acts);
        self.twin = self.random.chance(TWO_FACED).then(|| {
            let (key, last) = (
                Arc::clone(&self.vote_key) as _,
                Height(at.0.saturating_sub(1)),
            );
            MalachiteOrderer::new(
                self.club,
                self.number,
                key,
                last,
                keepers,
                PaceTimeouts::Local,
            )
        });
        let begun = self
            .twin
            .as_mut()
            .map(|twin| twin.begin(at, keepers, Vec::new()));
        let of_twin = self.of_twin(begun.unwrap_or_default());
        acts.extend(of_twin);
        acts
    }

    fn leave(&mut self, decided: Height) {
        self.honest.leave(decided);
        self.twin = None;
    }

    fn step(&mut self, event: OrderEvent) -> Vec<Act> {
        match event {
            OrderEvent::Timer(token) if token.0 & OF_TWIN != 0 => {
                self.tell_twin(OrderEvent::Timer(TimerToken(token.0 & !OF_TWIN)))
            }
            OrderEvent::Block {
                height,
                round,
                block,
            } => {
                let mut other = block.clone();
                self.spoil(&mut other);
                let own = if self.random.chance(SPOILT) {
                    other.clone()
                } else {
                    block
                };
                let event = |block| OrderEvent::Block {
                    height,
                    round,
                    block,
                };
                let acts = self.honest.step(event(own));
                let mut acts = self.bent(acts);
                acts.extend(self.tell_twin(event(other)));
                acts
            }
            OrderEvent::Message { .. } => {
                let acts = self.honest.step(event.clone());
                let mut acts = self.bent(acts);
                acts.extend(self.tell_twin(event));
                acts
            }
            OrderEvent::Verdict { .. } | OrderEvent::Timer(_) | OrderEvent::Certified { .. } => {
                let acts = self.honest.step(event);
                self.bent(acts)
            }
        }
    }

    fn held(&self, round: u32) -> Vec<Vec<u8>> {
        self.honest.held(round)
    }

    fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>> {
        self.honest.last_said_by(keeper)
    }

    fn place_of(&self, bytes: &[u8]) -> Option<(Height, u32)> {
        self.honest.place_of(bytes)
    }

    fn status(&self) -> OrderStatus {
        self.honest.status()
    }
}
