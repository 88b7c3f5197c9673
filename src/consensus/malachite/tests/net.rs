//! Keepers in virtual time: links that delay, lose, repeat and reorder, and machines that crash at
//! any moment. Around each engine is what the chain does for it, and no more.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;
use std::time::Duration;

use rand_xoshiro::Xoshiro256StarStar;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

use super::super::codec::Heard;
use crate::club::{
    Block, BlockId, ClubId, Evidence, Header, Height, KeeperNo, StateRoot, Statement,
    StatementKind, TimeMs, commands_root,
};
use crate::consensus::keepers::tests::keeper;
use crate::consensus::orderer::{
    Act, LogRecord, OrderEvent, Orderer, StopReason, TimerToken, Verdict,
};
use crate::consensus::vote_log::{MemoryVoteLog, VoteLog as _};
use crate::consensus::{Certificate, KeeperSet, MalachiteOrderer, PaceTimeouts};
use crate::identity::{Identity, Signer as _};

pub(super) const CLUB: ClubId = ClubId([8; 32]);

/// The root of a block that nobody may vote for.
const BAD: StateRoot = StateRoot([0xBA; 32]);

pub(super) fn key(number: u16) -> Identity {
    Identity::from_seed(&[u8::try_from(number).unwrap() + 1; 32])
}

pub(super) fn keepers(count: u16) -> KeeperSet {
    let all: Vec<_> = (0..count).map(|n| keeper(n, key(n).public_key())).collect();
    KeeperSet::new(&all).unwrap()
}

pub(super) fn engine(count: u16, number: u16, last: u64) -> MalachiteOrderer {
    MalachiteOrderer::new(
        CLUB,
        KeeperNo(number),
        Arc::new(key(number)),
        Height(last),
        &keepers(count),
        PaceTimeouts::Local,
    )
}

/// Returns a block without commands; `salt` makes it another one.
pub(super) fn block(height: u64, proposer: u16, salt: u64, valid: bool) -> Block {
    let header = Header {
        club: CLUB,
        height: Height(height),
        parent: BlockId([7; 32]),
        time: TimeMs(salt),
        proposer: KeeperNo(proposer),
        commands_root: commands_root(&[]),
        state_root: if valid { StateRoot([1; 32]) } else { BAD },
        next_keepers_hash: [2; 32],
        rekey: None,
    };
    let commands = Vec::new();
    Block { header, commands }
}

/// What goes over the links.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Parcel {
    Engine(Height, bool, Vec<u8>),
    Want(u64),
    Block(Vec<u8>, Vec<u8>),
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Parcel(u16, u16, Parcel),
    Timer(u16, u64, TimerToken),
    Boot(u16),
}

/// Returns what a step wants logged.
pub(super) fn logged(acts: &[Act]) -> Vec<LogRecord> {
    let record = |act: &Act| {
        if let Act::Log(record) = act {
            Some(record.clone())
        } else {
            None
        }
    };
    acts.iter().filter_map(record).collect()
}

pub(super) struct Node {
    engine: MalachiteOrderer,
    log: MemoryVoteLog,
    pub(super) chain: Vec<(Block, Certificate)>,
    pub(super) timers: BTreeSet<TimerToken>,
    /// The height up to which it has something to order.
    goal: u64,
    up: bool,
    /// Rises with each crash: timers of a life before don't fire.
    life: u64,
    pub(super) accused: Vec<Evidence>,
    pub(super) stopped: Option<StopReason>,
    answered: BTreeMap<u16, u64>,
}

impl Node {
    fn next(&self) -> u64 {
        u64::try_from(self.chain.len()).unwrap() + 1
    }

    fn running(&self) -> bool {
        self.engine.status().height.is_some()
    }
}

/// How bad the links are. Times are in microseconds, the rest in per cent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Links {
    pub(super) delay: u64,
    pub(super) jitter: u64,
    pub(super) loss: u64,
    pub(super) repeat: u64,
}

/// What becomes of a crashed keeper's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterCrash {
    Replayed,
    Dropped,
}

pub(super) struct Net {
    pub(super) now: u64,
    count: u16,
    sequence: u64,
    queue: BinaryHeap<Reverse<(u64, u64, Event)>>,
    pub(super) nodes: Vec<Node>,
    pub(super) links: Links,
    random: Xoshiro256StarStar,
    pub(super) trace: blake3::Hasher,
    said: BTreeMap<(KeeperNo, Height, u32, StatementKind), Statement>,
    /// Statements that were sent although another one had been sent for their place.
    pub(super) conflicts: u32,
    pub(super) forks: u32,
    pub(super) crashes: u32,
    pub(super) bytes: u64,
    pub(super) messages: u64,
    /// Records of all logs, and their bytes.
    pub(super) logged: (u64, u64),
    /// Per cent of steps with a send that crash between the log's write and the send, and whose
    /// fate the log has then.
    pub(super) crash: Option<(u64, AfterCrash)>,
    /// Proposers of bad blocks.
    pub(super) bad: BTreeSet<u16>,
    pub(super) first_decided: BTreeMap<u64, u64>,
}

impl Net {
    pub(super) fn new(count: u16, seed: u64, links: Links) -> Self {
        let node = |number| Node {
            engine: engine(count, number, 0),
            log: MemoryVoteLog::new(&CLUB, &key(number).public_key(), Height(1)),
            chain: Vec::new(),
            timers: BTreeSet::new(),
            goal: 0,
            up: true,
            life: 0,
            accused: Vec::new(),
            stopped: None,
            answered: BTreeMap::new(),
        };
        Self {
            now: 0,
            count,
            sequence: 0,
            queue: BinaryHeap::new(),
            nodes: (0..count).map(node).collect(),
            links,
            random: Xoshiro256StarStar::seed_from_u64(seed),
            trace: blake3::Hasher::new(),
            said: BTreeMap::new(),
            conflicts: 0,
            forks: 0,
            crashes: 0,
            bytes: 0,
            messages: 0,
            logged: (0, 0),
            crash: None,
            bad: BTreeSet::new(),
            first_decided: BTreeMap::new(),
        }
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random.next_u64() % 100 < percent
    }

    fn at(&mut self, time: u64, event: Event) {
        self.sequence += 1;
        self.queue.push(Reverse((time, self.sequence, event)));
    }

    pub(super) fn node(&mut self, number: u16) -> &mut Node {
        &mut self.nodes[usize::from(number)]
    }

    /// Gives keepers that are up something to order at the next `height`s.
    pub(super) fn order(&mut self, height: u64) {
        for number in 0..self.count {
            self.node(number).goal = height;
            self.go_on(number);
        }
    }

    fn go_on(&mut self, number: u16) {
        let node = self.node(number);
        if node.up && !node.running() && node.next() <= node.goal {
            self.begin(number);
        }
    }

    fn begin(&mut self, number: u16) {
        let keepers = keepers(self.count);
        let node = self.node(number);
        if node.stopped.is_some() {
            return;
        }
        let (at, mut log) = node.log.read().unwrap();
        let next = Height(node.next());
        if at != next {
            log.clear();
            node.log.reset(next).unwrap();
        }
        let acts = node.engine.begin(next, &keepers, log);
        self.perform(number, acts);
    }

    fn tell(&mut self, number: u16, event: OrderEvent) {
        let acts = self.node(number).engine.step(event);
        self.perform(number, acts);
    }

    fn perform(&mut self, number: u16, acts: Vec<Act>) {
        let records = logged(&acts);
        let sends = acts.iter().any(|act| matches!(act, Act::Send { .. }));
        if !records.is_empty() {
            let bytes: usize = records.iter().map(|record| record.0.len()).sum();
            self.logged.0 += u64::try_from(records.len()).unwrap();
            self.logged.1 += u64::try_from(bytes).unwrap();
            self.node(number).log.append(&records).unwrap();
        }
        if let Some((percent, _)) = self.crash
            && sends
            && self.chance(percent)
        {
            // In the middle of the write or right behind it; nothing was sent.
            if self.chance(50) && !records.is_empty() {
                let kept = usize::try_from(self.random.next_u64() % 40).unwrap();
                self.node(number).log.tear(kept);
            }
            return self.crash(number);
        }
        for act in acts {
            if self.node(number).up {
                self.act(number, act);
            }
        }
        self.go_on(number);
    }

    fn act(&mut self, number: u16, act: Act) {
        match act {
            Act::Log(_) => {}
            Act::Send {
                to,
                height,
                again,
                bytes,
            } => {
                assert_eq!(to, None);
                self.detect(number, &bytes);
                for other in 0..self.count {
                    let parcel = Parcel::Engine(height, again, bytes.clone());
                    self.send(number, other, &parcel);
                }
            }
            Act::Arm { token, after } => {
                let time = self.now + u64::try_from(after.as_micros()).unwrap();
                let node = self.node(number);
                node.timers.insert(token);
                let life = node.life;
                self.at(time, Event::Timer(number, life, token));
            }
            Act::Disarm(token) => {
                self.node(number).timers.remove(&token);
            }
            Act::DisarmAll => self.node(number).timers.clear(),
            Act::NeedBlock {
                height,
                round,
                within,
            } => {
                assert!(within > Duration::ZERO);
                let salt = self.now * 64 + u64::from(round);
                let block = block(height.0, number, salt, !self.bad.contains(&number));
                let event = OrderEvent::Block {
                    height,
                    round,
                    block,
                };
                self.tell(number, event);
            }
            Act::Judge { block, .. } => {
                let verdict = if block.header.state_root == BAD {
                    Verdict::Invalid
                } else {
                    Verdict::Valid
                };
                let block = block.id();
                self.tell(number, OrderEvent::Verdict { block, verdict });
            }
            Act::Decided { block, certificate } => self.decided(number, block, certificate),
            Act::Accuse(evidence) => self.node(number).accused.push(evidence),
            Act::Refused { height } => panic!("a false certificate of {height}"),
            Act::Stop(reason) => {
                let node = self.node(number);
                node.timers.clear();
                node.stopped = Some(reason);
            }
        }
    }

    fn decided(&mut self, number: u16, block: Block, certificate: Certificate) {
        let (height, id) = (block.header.height, block.id());
        certificate
            .verify(&CLUB, &keepers(self.count), height, id)
            .unwrap();
        assert!(block.header.state_root != BAD);
        let now = self.now;
        self.first_decided.entry(height.0).or_insert(now);
        let place = usize::try_from(height.0).unwrap() - 1;
        let forks = self
            .nodes
            .iter()
            .filter_map(|node| node.chain.get(place))
            .any(|(other, _)| other.id() != id);
        self.forks += u32::from(forks);
        let node = self.node(number);
        assert_eq!(node.next(), height.0);
        node.chain.push((block, certificate));
        node.log.reset(height.next()).unwrap();
    }

    /// Notes what a keeper says, and whether it contradicts what it said before.
    fn detect(&mut self, number: u16, bytes: &[u8]) {
        let heard = Heard::decode(bytes).unwrap();
        for (said, signature) in heard.said_by(KeeperNo(number)) {
            assert!(said.is_signed(&CLUB, &key(number).public_key(), &signature));
            let place = (said.keeper, said.height, said.round, said.kind);
            let before = *self.said.entry(place).or_insert(said);
            self.conflicts += u32::from(before != said);
        }
    }

    fn send(&mut self, from: u16, to: u16, parcel: &Parcel) {
        let times = if self.chance(self.links.repeat) { 2 } else { 1 };
        for _ in 0..times {
            if from == to || self.chance(self.links.loss) {
                continue;
            }
            let bytes = match parcel {
                Parcel::Engine(_, _, bytes) => bytes.len(),
                Parcel::Want(_) => 8,
                Parcel::Block(block, certificate) => block.len() + certificate.len(),
            };
            self.bytes += u64::try_from(bytes).unwrap();
            self.messages += 1;
            let jitter = self.random.next_u64() % self.links.jitter.max(1);
            let time = self.now + self.links.delay + jitter;
            self.at(time, Event::Parcel(from, to, parcel.clone()));
        }
    }

    /// Lets all others hear at once what a keeper says beside what its engine says.
    pub(super) fn say(&mut self, from: u16, height: u64, bytes: &[u8]) {
        for to in (0..self.count).filter(|to| *to != from) {
            let parcel = Parcel::Engine(Height(height), false, bytes.to_vec());
            self.at(self.now, Event::Parcel(from, to, parcel));
        }
    }

    fn send_block(&mut self, from: u16, to: u16, height: u64) {
        let place = usize::try_from(height).unwrap() - 1;
        let Some((block, certificate)) = self.node(from).chain.get(place) else {
            return;
        };
        let certificate = postcard::to_stdvec(certificate).unwrap();
        let parcel = Parcel::Block(block.to_bytes(), certificate);
        self.send(from, to, &parcel);
    }

    /// Takes the next event; `false` when there is none before `until`.
    pub(super) fn step(&mut self, until: u64) -> bool {
        let due = |Reverse((time, ..)): &Reverse<(u64, u64, Event)>| *time <= until;
        if !self.queue.peek().is_some_and(due) {
            self.now = self.now.max(until);
            return false;
        }
        let Some(Reverse((time, _, event))) = self.queue.pop() else {
            return false;
        };
        self.now = time;
        self.trace.update(format!("{time} {event:?}").as_bytes());
        match event {
            Event::Boot(number) => self.boot(number),
            Event::Timer(number, life, token) => {
                let node = self.node(number);
                if node.life == life && node.timers.remove(&token) {
                    self.tell(number, OrderEvent::Timer(token));
                }
            }
            Event::Parcel(from, to, parcel) => {
                if self.node(to).up {
                    self.receive(from, to, parcel);
                }
            }
        }
        true
    }

    pub(super) fn run_until(&mut self, until: u64) {
        while self.step(until) {}
    }

    fn receive(&mut self, from: u16, to: u16, parcel: Parcel) {
        let next = self.node(to).next();
        match parcel {
            Parcel::Want(height) => self.send_block(to, from, height),
            Parcel::Block(block, certificate) => {
                let block = Block::from_bytes(&block).unwrap();
                let certificate: Certificate = postcard::from_bytes(&certificate).unwrap();
                if block.header.height.0 == next {
                    self.follow(to, block, certificate);
                    let next = self.node(to).next();
                    self.send(to, from, &Parcel::Want(next));
                }
            }
            Parcel::Engine(height, again, bytes) => {
                if height.0 > next {
                    return self.send(to, from, &Parcel::Want(next));
                }
                let now = self.now;
                let answered = &mut self.node(to).answered;
                let asked = again && answered.get(&from).is_none_or(|last| last + 100_000 <= now);
                if asked {
                    answered.insert(from, now);
                }
                if height.0 < next {
                    if asked {
                        self.send_block(to, from, height.0);
                    }
                    return;
                }
                let engine = &self.node(to).engine;
                let (_, round) = engine.place_of(&bytes).unwrap();
                let held = engine.held(round);
                let from_keeper = KeeperNo(from);
                self.tell(
                    to,
                    OrderEvent::Message {
                        from: from_keeper,
                        bytes,
                    },
                );
                if !self.node(to).running() && self.node(to).up && self.node(to).next() == next {
                    self.begin(to);
                }
                if asked {
                    for bytes in held {
                        self.send(to, from, &Parcel::Engine(height, false, bytes));
                    }
                }
            }
        }
    }

    fn follow(&mut self, number: u16, block: Block, certificate: Certificate) {
        if self.node(number).stopped.is_some() {
            return self.decided(number, block, certificate);
        }
        if !self.node(number).running() {
            self.begin(number);
        }
        self.tell(number, OrderEvent::Certified { block, certificate });
    }

    /// Stops a keeper at once; what is under way to it is lost.
    pub(super) fn crash(&mut self, number: u16) {
        self.crashes += 1;
        let after = 1_000 + self.random.next_u64() % 300_000;
        self.kill(number);
        let time = self.now + after;
        self.at(time, Event::Boot(number));
    }

    pub(super) fn kill(&mut self, number: u16) {
        let node = self.node(number);
        node.up = false;
        node.life += 1;
        node.timers.clear();
        node.answered.clear();
    }

    pub(super) fn boot(&mut self, number: u16) {
        let (count, crash) = (self.count, self.crash);
        let node = self.node(number);
        let last = node.next() - 1;
        node.engine = engine(count, number, last);
        node.up = true;
        node.stopped = None;
        match crash.map(|(_, after)| after) {
            None | Some(AfterCrash::Replayed) => {}
            Some(AfterCrash::Dropped) => node.log.reset(Height(last + 1)).unwrap(),
        }
        let node = self.node(number);
        // What it has signed it goes on with, before anybody wakes it.
        if node.log.read().unwrap().1.is_empty() {
            self.go_on(number);
        } else {
            self.begin(number);
        }
    }

    /// Orders one height and runs until all keepers that are up have it. Returns how long the first
    /// decision took, in microseconds.
    pub(super) fn one(&mut self, patience: u64) -> Option<u64> {
        let height = self.nodes.iter().map(Node::next).max().unwrap();
        let began = self.now;
        self.order(height);
        while self
            .nodes
            .iter()
            .any(|node| node.up && node.next() <= height)
        {
            if !self.step(began + patience) {
                return None;
            }
        }
        Some(self.first_decided[&height] - began)
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        *self.trace.finalize().as_bytes()
    }
}

impl Net {
    pub(super) fn all_up(&self) -> bool {
        self.nodes.iter().all(|node| node.up)
    }
}
