//! A club whose keepers change, with real engines on every node and links that lose nothing.

use std::collections::BTreeMap;

use super::*;
use crate::club::{ClubState, KeeperChange};
use crate::consensus::limits::BLOCKS_PER_ANSWER_MAX;
use crate::consensus::{MalachiteOrderer, PaceTimeouts, StoredBlock};
use crate::storage::Write;

struct Node {
    machine: Machine,
    state: Arc<ClubState>,
    chain: Vec<StoredBlock>,
    timers: BTreeMap<Timer, Duration>,
    /// The key with which it votes, or would.
    key: Identity,
}

/// The nodes of members 0 and up.
struct Net {
    /// Signs for everybody.
    club: TestClub,
    nodes: Vec<Node>,
    now: Now,
    queue: VecDeque<(usize, Input)>,
    /// Blocks by the number of keepers that decided them.
    decided: BTreeMap<usize, usize>,
}

fn key_of(member: usize, version: u8) -> Identity {
    let member = u32::try_from(member).unwrap();
    Identity::from_seed(&kit::vote_key(member, version).to_bytes())
}

fn engine(state: &ClubState, number: KeeperNo, key: Identity) -> Box<dyn Orderer> {
    let keepers = KeeperSet::new(state.keepers()).unwrap();
    let (club, height) = (*state.club(), state.height());
    let pace = PaceTimeouts::Local;
    Box::new(MalachiteOrderer::new(
        club,
        number,
        Arc::new(key),
        height,
        &keepers,
        pace,
    ))
}

impl Net {
    fn new(others: u8) -> Self {
        Self::of(others, usize::from(others) + 1)
    }

    /// A club of which only so many members have a node yet.
    fn of(others: u8, present: usize) -> Self {
        let terms = kit::charter(1_000_000, 10_000);
        let club = TestClub::founded(terms, others, MemberKind::Person, 1);
        let now = Now {
            unix: UnixMillis(START),
            monotonic: Duration::from_secs(100),
        };
        let mut net = Self {
            nodes: Vec::new(),
            now,
            queue: VecDeque::new(),
            decided: BTreeMap::new(),
            club,
        };
        for _ in 0..present {
            net.start();
        }
        for one in 0..present {
            net.link(one);
        }
        net
    }

    /// Starts the next member's node, which knows no more than how the club began.
    fn start(&mut self) {
        let (member, state) = (self.nodes.len(), self.club.state.clone());
        let is_founder = member == 0;
        let key = if is_founder {
            Identity::from_seed(&[200; 32])
        } else {
            key_of(member, 0)
        };
        let keeps = is_founder.then(|| (KeeperNo(0), engine(&state, KeeperNo(0), key.clone())));
        let parts = MachineParts {
            state: state.clone(),
            newest: Vec::new(),
            engine: keeps,
            log: KeptLog::empty(Height(0)),
            pace: crate::consensus::PaceTimeouts::Local,
        };
        let (machine, outputs) = Machine::new(parts, self.now);
        self.nodes.push(Node {
            machine,
            state: Arc::new(state),
            chain: Vec::new(),
            timers: BTreeMap::new(),
            key,
        });
        self.perform(member, outputs);
    }

    /// Links a node with those before it.
    fn link(&mut self, one: usize) {
        for other in 0..one {
            for (at, peer) in [(one, other), (other, one)] {
                let member = MemberNo(u32::try_from(peer).unwrap());
                self.queue.push_back((at, Input::Linked { member }));
            }
        }
        self.drain();
    }

    fn perform(&mut self, at: usize, outputs: Vec<Output>) {
        let from = MemberNo(u32::try_from(at).unwrap());
        for output in outputs {
            match output {
                Output::Write(write) => {
                    let Write::Block { block, .. } = *write else {
                        panic!("{write:?}");
                    };
                    let block = StoredBlock::from_bytes(&block).unwrap();
                    self.nodes[at].chain.push(block);
                    self.queue.push_back((at, Input::Written(Ok(()))));
                }
                Output::Send { to, bytes } => {
                    for to in to {
                        self.post(from, to, bytes.to_vec());
                    }
                }
                Output::SendBlocks { to, from: height } => {
                    let skipped = usize::try_from(height.0 - self.first()).unwrap();
                    let blocks = self.nodes[at].chain.iter().skip(skipped);
                    let blocks = blocks.take(BLOCKS_PER_ANSWER_MAX).cloned();
                    for StoredBlock {
                        block, certificate, ..
                    } in blocks.collect::<Vec<_>>()
                    {
                        let message = Message::Block { block, certificate };
                        self.post(from, to, message.to_bytes());
                    }
                }
                Output::Arm { timer, after } => {
                    let due = self.now.monotonic + after;
                    self.nodes[at].timers.insert(timer, due);
                }
                Output::Disarm(timer) => {
                    self.nodes[at].timers.remove(&timer);
                }
                Output::Decided(block) => self.check(at, &block),
                Output::Alarm(_)
                | Output::Distrust { .. }
                | Output::RememberHost(_)
                | Output::KeepSigned(_) => {
                    panic!("{at}: {output:?}")
                }
                Output::Log(_) | Output::ResetLog(_) | Output::Settle { .. } | Output::View(_) => {}
            }
        }
        self.take_place(at);
    }

    /// The height of the first block that is decided here.
    fn first(&self) -> u64 {
        self.club.state.height().0 + 1
    }

    fn post(&mut self, from: MemberNo, to: MemberNo, bytes: Vec<u8>) {
        let to = usize::try_from(to.0).unwrap();
        self.queue.push_back((to, Input::Message { from, bytes }));
    }

    /// A block was decided by a quorum of the keepers that its parent names.
    fn check(&mut self, at: usize, decided: &DecidedBlock) {
        let node = &mut self.nodes[at];
        let before = std::mem::replace(&mut node.state, Arc::clone(&decided.state));
        let keepers = KeeperSet::new(before.keepers()).unwrap();
        let votes = &decided.certificate.signatures;
        assert!(votes.len() >= keepers.quorum());
        assert!(votes.iter().all(|(no, _)| keepers.find(*no).is_some()));
        let header = &decided.block.header;
        assert!(keepers.find(header.proposer).is_some());
        assert_eq!(header.next_keepers_hash, decided.state.keepers_hash());
        if at == 0 {
            *self.decided.entry(keepers.keepers().len()).or_default() += 1;
        }
    }

    /// A node whose vote key became a keeper's takes that place.
    fn take_place(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let (state, key) = (Arc::clone(&node.state), node.key.clone());
        let mut keepers = state.keepers().iter();
        let place = keepers.find(|keeper| keeper.vote_key == key.public_key());
        let Some(number) = place.map(|keeper| keeper.no) else {
            return;
        };
        if node.machine.post.number() != Some(number) {
            let engine = engine(&state, number, key);
            let outputs = node.machine.take_post(self.now, number, engine);
            self.perform(at, outputs);
        }
    }

    fn drain(&mut self) {
        while let Some((at, input)) = self.queue.pop_front() {
            let outputs = self.nodes[at].machine.step(self.now, input);
            self.perform(at, outputs);
        }
    }

    /// Lets the earliest timer of all run out.
    fn wait(&mut self) {
        let timers = self.nodes.iter().enumerate().flat_map(|(at, node)| {
            let timers = node.timers.iter();
            timers.map(move |(timer, due)| (*due, at, *timer))
        });
        let Some((due, at, timer)) = timers.min() else {
            let view = |node: &Node| {
                let machine = &node.machine;
                let post = &machine.post;
                (
                    node.state.height(),
                    post.number(),
                    post.running,
                    machine.can_vote(),
                    machine.mempool.ids().len(),
                )
            };
            let nodes: Vec<_> = self.nodes.iter().map(view).collect();
            panic!("nobody waits for anything: {nodes:?}");
        };
        let passed = due.saturating_sub(self.now.monotonic);
        self.now.monotonic += passed;
        self.now.unix.0 += u64::try_from(passed.as_millis()).unwrap();
        self.nodes[at].timers.remove(&timer);
        self.queue.push_back((at, Input::Timer(timer)));
        self.drain();
    }

    /// Lets a member's node propose a command, and time pass until every node has taken it.
    fn decide(&mut self, member: u32, body: Body) {
        let at = usize::try_from(member).unwrap();
        let signer = &mut self.club.clone();
        signer.state = (*self.nodes[at].state).clone();
        let command = signer.command(member, 0, body);
        let wanted = command.sequence;
        self.queue.push_back((at, Input::Propose(vec![command])));
        self.drain();
        let taken = |node: &Node| node.state.member(MemberNo(member)).unwrap().sequence;
        for _ in 0..1_000 {
            if self.nodes.iter().all(|node| taken(node) == wanted) {
                return;
            }
            self.wait();
        }
        panic!("command {wanted} of {member} is not decided");
    }

    fn ready(&mut self, member: u32, version: u8) {
        let at = usize::try_from(member).unwrap();
        self.nodes[at].key = key_of(at, version);
        let mut signer = self.club.clone();
        signer.state = (*self.nodes[at].state).clone();
        self.decide(member, signer.ready_body(member, version));
    }

    fn approve(&mut self, keepers: &[u32], change: &KeeperChange) {
        for member in keepers {
            self.decide(*member, kit::change(change.clone()));
        }
    }

    fn numbers(&self) -> Vec<u16> {
        let sets = self.nodes.iter().map(|node| node.state.keepers());
        let all: Vec<Vec<u16>> = sets
            .map(|keepers| keepers.iter().map(|keeper| keeper.no.0).collect())
            .collect();
        assert!(all.iter().all(|numbers| numbers == &all[0]), "{all:?}");
        all[0].clone()
    }

    /// Everybody proposes something in turn.
    fn go_around(&mut self) {
        for member in 0..u32::try_from(self.nodes.len()).unwrap() {
            self.decide(member, Body::Nothing);
        }
    }
}

#[test]
fn a_club_goes_from_one_keeper_to_four_to_five_to_four_and_back() {
    let mut net = Net::new(5);
    net.go_around();
    for member in 1..=3 {
        net.ready(member, 0);
    }
    let members = [1, 2, 3].map(MemberNo).to_vec();
    net.approve(&[0], &KeeperChange::Grow { members });
    assert_eq!(net.numbers(), [0, 1, 2, 3]);
    net.go_around();

    net.ready(4, 0);
    let member = MemberNo(4);
    net.approve(&[1, 2, 3], &KeeperChange::Add { member });
    assert_eq!(net.numbers(), [0, 1, 2, 3, 4]);
    net.go_around();

    let keeper = KeeperNo(1);
    net.approve(&[0, 1, 2, 4], &KeeperChange::Remove { keeper });
    assert_eq!(net.numbers(), [0, 2, 3, 4]);
    net.go_around();

    // A node that comes back under a new vote key.
    net.ready(3, 1);
    let (out, member) = (KeeperNo(3), MemberNo(3));
    net.approve(&[0, 2, 4], &KeeperChange::Swap { out, member });
    assert_eq!(net.numbers(), [0, 2, 4, 5]);
    net.go_around();

    net.approve(&[0, 3, 4], &KeeperChange::Shrink);
    assert_eq!(net.numbers(), [0]);
    net.go_around();
    let sizes: Vec<usize> = net.decided.keys().copied().collect();
    assert_eq!(sizes, [1, 4, 5]);
    let tips = net.nodes.iter().map(|node| node.state.tip());
    assert!(
        tips.collect::<Vec<_>>()
            .windows(2)
            .all(|two| two[0] == two[1])
    );
}

#[test]
fn a_late_joiner_follows_a_thousand_heights_by_certificate_and_becomes_a_keeper_at_the_tip() {
    let heights = crate::tests::asked_for("BITCRAPS_TEST_HEIGHTS", 1_000);
    let mut net = Net::of(4, 4);
    for _ in 0..heights {
        net.decide(0, Body::Nothing);
    }
    for member in 1..=3 {
        net.ready(member, 0);
    }
    let members = [1, 2, 3].map(MemberNo).to_vec();
    net.approve(&[0], &KeeperChange::Grow { members });
    net.go_around();
    let tip = net.nodes[0].state.tip();

    net.start();
    // Whoever can't prove that the keepers decided a block is not believed.
    let first = net.nodes[0].chain[0].clone();
    let mut forged = first.certificate.clone();
    forged.signatures[0].1.0[0] ^= 1;
    let mut short = first.certificate;
    short.signatures.clear();
    let from = MemberNo(1);
    let late = &mut net.nodes[4].machine;
    let linked = late.step(net.now, Input::Linked { member: from });
    assert!(!linked.is_empty());
    for certificate in [forged, short] {
        let block = first.block.clone();
        let bytes = Message::Block { block, certificate }.to_bytes();
        let outputs = late.step(net.now, Input::Message { from, bytes });
        let is_told =
            |output: &Output| matches!(output, Output::Distrust { member, .. } if *member == from);
        assert!(outputs.iter().any(is_told));
        assert!(
            !outputs
                .iter()
                .any(|output| matches!(output, Output::Write(_)))
        );
    }
    late_catches_up(&mut net, tip, heights);

    net.ready(4, 0);
    let member = MemberNo(4);
    net.approve(&[1, 2, 3], &KeeperChange::Add { member });
    assert_eq!(net.numbers(), [0, 1, 2, 3, 4]);
    let post = net.nodes[4].machine.post.number();
    assert_eq!(post, Some(KeeperNo(4)));
    net.go_around();
    net.go_around();
    let signed = |stored: &StoredBlock| {
        let mut signers = stored.certificate.signatures.iter();
        signers.any(|(number, _)| *number == KeeperNo(4))
    };
    assert!(net.nodes[0].chain.iter().any(signed));
}

fn late_catches_up(net: &mut Net, tip: BlockId, heights: u64) {
    net.link(4);
    let mut waited = 0;
    while net.nodes[4].state.tip() != tip {
        net.wait();
        waited += 1;
        assert!(waited < heights / 10, "at {}", net.nodes[4].state.height());
    }
    assert!(u64::try_from(net.nodes[4].chain.len()).unwrap() > heights);
}
