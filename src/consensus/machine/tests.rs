//! The rules of a machine, one by one, under an engine that says what the test wants.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for one output among many"
)]

mod breach;
mod changes;
mod fairness;
mod follows;
mod host;
mod keeps;
mod limits;
mod rekey;
mod same;
mod succession;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::clock::UnixMillis;
use crate::club::kit::{self, TestClub};
use crate::club::{self, Block, Body, Command, Keeper, MemberKind, PublicKey, SignatureBytes};
use crate::consensus::orderer::{Act, OrderEvent, OrderStatus, Orderer, TimerToken, Verdict};
use crate::consensus::wire::Message;
use crate::consensus::{DecidedBlock, KeeperSet, PaceTimeouts, precommit};
use crate::identity::{Identity, Signer as _};
use crate::ledger::MemberNo;

/// What an engine was told.
#[expect(clippy::large_enum_variant, reason = "a few of them in a test")]
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Begin(Height, usize, Vec<LogRecord>),
    Event(OrderEvent),
}

#[derive(Debug, Default)]
struct Inner {
    told: Vec<Told>,
    answers: VecDeque<Vec<Act>>,
    held: Vec<Vec<u8>>,
    status: OrderStatus,
    left: Height,
}

/// An engine that answers as it was told to.
#[derive(Clone, Debug, Default)]
struct Script(Arc<Mutex<Inner>>);

impl Script {
    fn will(&self, acts: Vec<Act>) {
        self.0.lock().unwrap().answers.push_back(acts);
    }

    fn told(&self) -> Vec<Told> {
        std::mem::take(&mut self.0.lock().unwrap().told)
    }

    fn hear(&self, told: Told) -> Vec<Act> {
        let mut inner = self.0.lock().unwrap();
        inner.told.push(told);
        inner.answers.pop_front().unwrap_or_default()
    }
}

impl Orderer for Script {
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act> {
        self.0.lock().unwrap().status.height = Some(at);
        self.hear(Told::Begin(at, keepers.keepers().len(), log))
    }

    fn leave(&mut self, decided: Height) {
        self.0.lock().unwrap().left = decided;
    }

    fn step(&mut self, event: OrderEvent) -> Vec<Act> {
        self.hear(Told::Event(event))
    }

    fn held(&self, round: u32) -> Vec<Vec<u8>> {
        let from = usize::try_from(round).unwrap();
        self.0
            .lock()
            .unwrap()
            .held
            .iter()
            .skip(from)
            .cloned()
            .collect()
    }

    fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>> {
        vec![vec![20, u8::try_from(keeper.0).unwrap()]]
    }

    fn place_of(&self, bytes: &[u8]) -> Option<(Height, u32)> {
        let (round, height) = (bytes.first()?, bytes.get(1)?);
        Some((Height((*height).into()), u32::from(*round)))
    }

    fn status(&self) -> OrderStatus {
        self.0.lock().unwrap().status.clone()
    }
}

/// Shortly after the founding.
const START: u64 = 1_010_000;

fn vote_key(number: u16) -> Identity {
    Identity::from_seed(&[100 + u8::try_from(number).unwrap(); 32])
}

fn certify(block: &Block, keepers: &[u16]) -> Certificate {
    let height = block.header.height;
    let sign = |number: &u16| {
        let keeper = KeeperNo(*number);
        let message = precommit(&block.header.club, height, 0, &block.id(), keeper);
        let signature = vote_key(*number).sign(&message);
        (keeper, SignatureBytes(signature))
    };
    Certificate {
        height,
        round: 0,
        block: block.id(),
        signatures: keepers.iter().map(sign).collect(),
    }
}

/// One node under test. Members 0 to 3 are keepers 0 to 3 of a shared club, or member 0 is the one
/// of a hosted club; members 4 to 6 are guests.
struct World {
    club: TestClub,
    machine: Machine,
    script: Script,
    now: Now,
    outputs: Vec<Output>,
}

impl World {
    /// Starts the node of keeper 1 of four.
    fn keeper() -> Self {
        Self::start(4, Some(1), KeptLog::empty(Height(0)))
    }

    /// A keeper whose engine asked for a verdict on a block.
    fn judging(block: Block, fresh: bool) -> Self {
        let mut world = Self::keeper();
        world.link(&[0]);
        let message = world.engine(1, false);
        world.script.will(Vec::new());
        world.hear(0, &message);
        world.script.will(vec![Act::Judge {
            block,
            round: 0,
            fresh,
        }]);
        world.hear(0, &message);
        world
    }

    /// Starts the node of a guest of a club with so many keepers.
    fn guest(keepers: u16) -> Self {
        Self::start(keepers, None, KeptLog::empty(Height(0)))
    }

    fn start(keepers: u16, number: Option<u16>, log: KeptLog) -> Self {
        Self::start_paced(keepers, number, log, PaceTimeouts::Local)
    }

    fn start_paced(keepers: u16, number: Option<u16>, log: KeptLog, pace: PaceTimeouts) -> Self {
        let mut club = TestClub::founded(kit::charter(1_000_000, 100), 6, MemberKind::Bot, 1);
        let keeper = |number| Keeper {
            no: KeeperNo(number),
            member: MemberNo(u32::from(number)),
            identity: club.state.member(MemberNo(u32::from(number))).unwrap().key,
            vote_key: PublicKey(vote_key(number).public_key().0),
        };
        club.state = kit::with_keepers(&club.state, (0..keepers).map(keeper).collect());
        let script = Script::default();
        let now = Now {
            unix: UnixMillis(START),
            monotonic: Duration::from_secs(100),
        };
        let engine = number.map(|number| -> (KeeperNo, Box<dyn Orderer>) {
            (KeeperNo(number), Box::new(script.clone()))
        });
        let parts = MachineParts {
            state: club.state.clone(),
            newest: Vec::new(),
            engine,
            log,
            pace,
        };
        let (machine, outputs) = Machine::new(parts, now);
        Self {
            club,
            machine,
            script,
            now,
            outputs,
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now.monotonic += time;
        self.now.unix.0 += u64::try_from(time.as_millis()).unwrap();
    }

    fn step(&mut self, input: Input) -> &[Output] {
        self.outputs = self.machine.step(self.now, input);
        &self.outputs
    }

    fn link(&mut self, members: &[u32]) {
        for member in members {
            self.step(Input::Linked {
                member: MemberNo(*member),
            });
        }
    }

    fn hear(&mut self, from: u32, message: &Message) -> &[Output] {
        self.step(Input::Message {
            from: MemberNo(from),
            bytes: message.to_bytes(),
        })
    }

    /// An engine's message for the next height, above the newest stored one by `ahead`.
    fn engine(&self, ahead: u64, again: bool) -> Message {
        let height = self.machine.state.height().0 + ahead;
        Message::Engine {
            height: Height(height),
            again,
            bytes: vec![1, u8::try_from(height).unwrap()],
        }
    }

    /// What the last answer sends: to whom, and what.
    fn sent(&self) -> Vec<(Vec<u32>, Message)> {
        let sent = self.outputs.iter().filter_map(|output| match output {
            Output::Send { to, bytes } => {
                let to = to.iter().map(|member| member.0).collect();
                Some((to, Message::from_bytes(bytes).unwrap()))
            }
            _ => None,
        });
        sent.collect()
    }

    fn alarms(&self) -> Vec<&Alarm> {
        let alarms = self.outputs.iter().filter_map(|output| match output {
            Output::Alarm(alarm) => Some(alarm),
            _ => None,
        });
        alarms.collect()
    }

    fn armed(&self, wanted: Timer) -> Option<Duration> {
        self.outputs.iter().find_map(|output| match output {
            Output::Arm { timer, after } if *timer == wanted => Some(*after),
            _ => None,
        })
    }

    fn writes(&self) -> bool {
        self.outputs
            .iter()
            .any(|output| matches!(output, Output::Write(_)))
    }

    fn decided(&self) -> Option<&DecidedBlock> {
        self.outputs.iter().find_map(|output| match output {
            Output::Decided(block) => Some(&**block),
            _ => None,
        })
    }

    /// Builds the next block of a chain; the club's state goes on behind it.
    fn block_by(&mut self, proposer: u16, time: u64, bodies: Vec<(u32, Body)>) -> Block {
        let commands: Vec<Command> = bodies
            .into_iter()
            .map(|(member, body)| self.club.command(member, 0, body))
            .collect();
        let time = club::TimeMs(time);
        let built = club::build(&self.club.state, time, KeeperNo(proposer), commands);
        assert!(built.left_out.is_empty());
        self.club.state = built.applied.state;
        built.block
    }

    fn next_block(&mut self) -> Block {
        let time = self.club.state.time().0 + 1_000;
        self.block_by(0, time.max(START), vec![(0, Body::Nothing)])
    }

    fn command(&self, member: u32, body: Body) -> Command {
        self.club.command(member, 0, body)
    }

    fn is_halted(&self) -> bool {
        self.machine.is_halted()
    }
}

fn message_of(block: &Block, keepers: &[u16]) -> Message {
    Message::Block {
        block: block.clone(),
        certificate: certify(block, keepers),
    }
}
