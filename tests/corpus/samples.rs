//! What the corpora begin with: one input of each kind, made by the program's own encoders.

use std::collections::{BTreeMap, VecDeque};

use bitcraps::club::{
    Block, BlockId, Body, ClubEvent, ClubState, Command, Evidence, Header, Height, KeeperChange,
    KeeperNo, KeyOffer, MemberKind, NewKeys, NewSeal, PublicKey, Rekey, SignatureBytes,
    SignedCharter, StateRoot, Statement, StatementKind, TableNo, TimeMs, commands_root,
};
use bitcraps::config::example;
use bitcraps::consensus::machine::HostWatch;
use bitcraps::consensus::wire::Message;
use bitcraps::consensus::{
    Act, Certificate, CertifiedHeader, FileVoteLog, ForkProof, LogRecord, MalachiteOrderer,
    Misconduct, OrderEvent, Orderer as _, StoredBlock, TimerToken, Verdict, VoteLog as _, follow,
};
use bitcraps::dice::Slot;
use bitcraps::identity::{Identity, Signer as _};
use bitcraps::ledger::MemberNo;

use crate::files::keystore;
use crate::harness::{FOLDER, file, golden, root};
use crate::targets::{CLUB, engine_of, keepers};

type Samples = BTreeMap<String, Vec<u8>>;

/// Returns the samples of each target.
pub(crate) fn all() -> BTreeMap<&'static str, Samples> {
    let mut all: BTreeMap<&'static str, Samples> = BTreeMap::new();
    let mut put = |target, name: &str, bytes: Vec<u8>| {
        let samples = all.entry(target).or_default();
        samples.entry(name.to_owned()).or_insert(bytes);
    };
    game(&mut put);
    engine(&mut put);
    for (name, body) in bodies() {
        if let Body::Accuse { evidence } = &body {
            let two_things = Misconduct::TwoThings(evidence.clone());
            put("misconduct", "two_things", two_things.to_bytes());
        }
        put("command", name, signed(1, body).to_bytes());
    }
    put("slip", "two_tables", SLIP.as_bytes().to_vec());
    put("slip", "on_their_way", SENT_SLIP.as_bytes().to_vec());
    of_a_node(&mut put);
    for (name, program) in PROGRAMS {
        put("club", name, program.to_vec());
        put("changed_game", name, [&[0, 3, 0, 0], program].concat());
    }
    for (name, line) in REQUESTS {
        put("control_request", name, line.as_bytes().to_vec());
    }
    for (name, line) in ANSWERS {
        put("control_answer", name, line.as_bytes().to_vec());
    }
    for bet in ["pass", "come_odds@6", "hop_3_4"] {
        put("bet", bet, bet.as_bytes().to_vec());
    }
    let example = example();
    put("config", "example", example.clone().into_bytes());
    let set = example.lines().filter_map(|line| line.strip_prefix("# "));
    let set = set.filter(|line| line.starts_with("name = ") || line.starts_with("proof_bits"));
    put(
        "config",
        "set",
        set.collect::<Vec<_>>().join("\n").into_bytes(),
    );
    for name in ["key_file_v2", "key_file_v2_passphrase"] {
        put("key_file", name, golden(name));
    }
    for (number, line) in (1..).zip(file("tests/data/tables.jsonl").split(|b| *b == b'\n')) {
        if number % 60 == 1 {
            put("replay", &format!("table_{number}"), line.to_vec());
        }
    }
    all
}

/// Writes them where the corpora lie.
#[expect(clippy::disallowed_methods, reason = "a file of the repository")]
pub(crate) fn write() {
    for (target, samples) in all() {
        let folder = root().join(FOLDER).join(target);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in samples {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

/// An unsent slip at one table, and a table that was only looked at.
const SLIP: &str = concat!(
    r#"{"version":1,"tables":[{"table":""#,
    "0707070707070707070707070707070707070707070707070707070707070707",
    r#"","seen":12,"bets":[{"bet":"place_6","chips":12},{"bet":"come_odds@6","chips":5}]},{"table":""#,
    "0808080808080808080808080808080808080808080808080808080808080808",
    r#"","seen":0,"bets":[]}]}"#
);

/// What was sent and not answered, as the newest form has it.
const SENT_SLIP: &str = concat!(
    r#"{"version":2,"tables":[{"table":""#,
    "0707070707070707070707070707070707070707070707070707070707070707",
    r#"","seen":12,"bets":[{"bet":"pass","chips":5,"sent":true,"after":40}]}]}"#
);

/// The player's own keys.
const KEYS: &str = "bet.pass = [\"P\", \"ctrl-p\", \"ж\"]\n\n[go]\nhealth = [\n  \"F2\",\n]\n";

/// Name and looks.
const PROFILE: &str = "name = \"ana\"\n\n[screen]\ntheme = \"light\"\nreduced_motion = true\n";

/// Who holds a data directory.
const HOLDER: &str = r#"{"pid":12,"host":"den","since":1800000000000}"#;

/// Two rows of an answer and its end.
const TOLD: &str = concat!(
    r#"{"v":1,"id":1,"row":{"balance":{"club":"08","balance":1,"at_risk":2,"treasury":3,"supply":6,"height":4}}}"#,
    "\n",
    r#"{"v":1,"id":1,"row":{"transcript":{"piece":"42434754"}}}"#,
    "\n",
    r#"{"v":1,"id":1,"done":true}"#,
    "\n",
);

/// What else lies in a data directory or is said beside it.
fn of_a_node(put: &mut impl FnMut(&'static str, &str, Vec<u8>)) {
    put("keys", "two_actions", KEYS.as_bytes().to_vec());
    put("profile", "name_and_looks", PROFILE.as_bytes().to_vec());
    put("holder", "here", HOLDER.as_bytes().to_vec());
    put("control_told", "two_rows", TOLD.as_bytes().to_vec());
    for (name, word) in [
        ("id", "07".repeat(32)),
        ("key", "ctrl-p".to_owned()),
        ("faults", "crash,loss=0.05,byzantine=1".to_owned()),
        ("strategy", "pass-odds".to_owned()),
    ] {
        put("word", name, word.into_bytes());
    }
    let mark = (
        [7_u8; 32],
        "smoke",
        1_800_000_000_000_u64,
        Some(41_u64),
        Some([9_u8; 32]),
    );
    let message = postcard::to_stdvec(&mark).unwrap();
    let signature = keystore().identity().sign(&message);
    let (first, second) = signature.split_at(32);
    let halves: ([u8; 32], [u8; 32]) = (first.try_into().unwrap(), second.try_into().unwrap());
    put(
        "emergency_mark",
        "smoke",
        postcard::to_stdvec(&(mark, halves)).unwrap(),
    );
    // Whether each of the newest rolls left somebody out, the same for member 3, the newest of
    // them, and whether the host is doubted.
    let newest = (0_u32, 1_u32, 7_u64, [Slot(2)].as_slice(), 2_usize, 3_usize);
    let members = BTreeMap::from([(3_u32, vec![true, true])]);
    let watch = (vec![false, true, true], members, Some(newest), false);
    put(
        "host_watch",
        "twice",
        postcard::to_extend(&watch, vec![1_u8]).unwrap(),
    );
    put("host_watch", "nothing", HostWatch::default().to_bytes());
}

/// Steps of a club: each a number, a member, and what that step takes.
const PROGRAMS: [(&str, &[u8]); 4] = [
    ("three_rolls", &[14, 0, 14, 0, 14, 0]),
    // All seal, the shooter bets and rolls, one of them does not open, and time passes.
    (
        "withheld",
        &[
            2, 0, 2, 1, 2, 2, 5, 0, 0, 0, 4, 0, 0, 5, 1, 0, 0, 4, 0, 0, 7, 1, 7, 2, 4, 0, 0, 0, 1,
            3, 0, 3, 2, 0, 0, 4, 0, 0, 4,
        ],
    ),
    // Two whole rolls among bets of all kinds, refusals, and somebody who stands up and sits down.
    (
        "mixed",
        &[
            6, 1, 40, 0, 5, 0, 0, 6, 2, 80, 0, 5, 1, 0, 14, 0, 16, 1, 0, 16, 2, 1, 16, 0, 3, 0, 0,
            2, 10, 2, 0, 0, 3, 9, 2, 12, 1, 8, 0, 0, 0, 2, 14, 0, 15, 0, 3, 1, 2, 3,
        ],
    ),
    // The members 1 to 3 are ready, the founder shares the club, and they roll.
    (
        "four_keepers",
        &[
            13, 1, 0, 0, 0, 13, 2, 0, 0, 0, 13, 3, 0, 0, 0, 0, 0, 1, 13, 0, 0, 0, 3, 0, 0, 1, 14,
            0, 14, 0,
        ],
    ),
];

const REQUESTS: [(&str, &str); 4] = [
    ("health", r#"{"v":1,"id":1,"do":"health","watch":true}"#),
    (
        "history",
        r#"{"v":1,"id":2,"do":"history","table":"a","last":3}"#,
    ),
    (
        "transcript",
        r#"{"v":1,"id":3,"do":"transcript","table":"b"}"#,
    ),
    (
        "stop",
        r#"{"v":1,"id":4,"do":"emergency-stop","reason":"c"}"#,
    ),
];

const ANSWERS: [(&str, &str); 2] = [
    ("done", r#"{"done":true}"#),
    (
        "error",
        r#"{"error":{"code":2,"message":"a","hints":["b"]}}"#,
    ),
];

fn signed(sequence: u64, body: Body) -> Command {
    let key = Identity::from_seed(&[7; 32]);
    let until = TimeMs(1_800_000_000_000);
    Command::sign(key.signing_key(), &CLUB, MemberNo(1), sequence, until, body)
}

/// Bodies that the sample of a game has none of.
fn bodies() -> Vec<(&'static str, Body)> {
    let (table, slot) = (TableNo(3), Slot(1));
    let said = |block| Statement {
        kind: StatementKind::Precommit,
        height: Height(70_000),
        round: 1,
        block,
        polka: None,
        keeper: KeeperNo(300),
    };
    let signature = SignatureBytes([6; 64]);
    let keeper_change = |change| Body::ChangeKeepers { change };
    let (out, member) = (KeeperNo(300), MemberNo(4));
    let members = [1, 2, 3].map(MemberNo).to_vec();
    let seal = NewSeal {
        seal: [5; 32],
        stir: 0,
    };
    vec![
        ("nothing", Body::Nothing),
        ("stand", Body::Stand { table }),
        ("ready", Body::Ready { table, roll: 7 }),
        ("pass_dice", Body::PassDice { table, roll: 7 }),
        ("new_chips", Body::NewChips),
        (
            "unseal",
            Body::Unseal {
                table,
                epoch: 2,
                roll: 7,
                slot,
            },
        ),
        (
            "open_with_the_next_seal",
            Body::Open {
                table,
                roll: 7,
                slot,
                lock_hash: [8; 32],
                secret: [9; 32],
                seen: 0b101,
                next: Some(seal),
            },
        ),
        (
            "keeper_ready",
            Body::KeeperReady {
                vote_key: Identity::from_seed(&[4; 32]).public_key(),
                proof: signature,
                height: Height(70_000),
                state_root: StateRoot([7; 32]),
            },
        ),
        ("grow", keeper_change(KeeperChange::Grow { members })),
        ("swap", keeper_change(KeeperChange::Swap { out, member })),
        ("shrink", keeper_change(KeeperChange::Shrink)),
        (
            "accuse",
            Body::Accuse {
                evidence: Box::new(Evidence {
                    one: (said(None), signature),
                    other: (said(Some(BlockId([5; 32]))), signature),
                }),
            },
        ),
    ]
}

fn name_of(body: &Body) -> &'static str {
    match body {
        Body::Admit { kind, .. } if *kind == MemberKind::Bot => "admit_bot",
        Body::Admit { .. } => "admit",
        Body::CreateTable { .. } => "create_table",
        Body::Sit { .. } => "sit",
        Body::Bets { .. } => "bets",
        Body::Seal { .. } => "seal",
        Body::Roll { .. } => "roll",
        Body::Open { .. } => "open",
        Body::Nothing
        | Body::ChangeRules { .. }
        | Body::Stand { .. }
        | Body::Ready { .. }
        | Body::PassDice { .. }
        | Body::Unseal { .. }
        | Body::NewChips
        | Body::KeeperReady { .. }
        | Body::ChangeKeepers { .. }
        | Body::Accuse { .. } => "another",
    }
}

/// What the sample of a game has.
fn game(put: &mut impl FnMut(&'static str, &str, Vec<u8>)) {
    let game = file("tests/data/transcripts/solo.bcgt");
    let mut state: Option<ClubState> = None;
    let mut rest = &game[6..];
    while let [kind, a, b, c, d, tail @ ..] = rest {
        let length = u32::from_le_bytes([*a, *b, *c, *d]).try_into().unwrap();
        let (payload, behind) = tail.split_at(length);
        rest = behind;
        if *kind == 1 {
            put("charter", "solo", payload.to_vec());
            let charter = SignedCharter::from_bytes(payload).unwrap();
            state = Some(ClubState::found(charter).unwrap());
        }
        if *kind != 3 {
            continue;
        }
        let (length, payload) = payload.split_first_chunk().unwrap();
        let length = u32::from_le_bytes(*length).try_into().unwrap();
        let (block, certificate) = payload.split_at(length);
        let block = Block::from_bytes(block).unwrap();
        let certificate: Certificate = postcard::from_bytes(certificate).unwrap();
        let applied = follow(state.as_ref().unwrap(), &block, &certificate).unwrap();
        for command in &block.commands {
            put("command", name_of(&command.body), command.to_bytes());
        }
        block_of(put, &block, &certificate);
        let records: Vec<_> = applied
            .events
            .iter()
            .filter_map(ClubEvent::rolled)
            .collect();
        if !records.is_empty() {
            put("block", "roll", block.to_bytes());
            let row = postcard::to_stdvec(&(2_u8, block.header.time, &records));
            put("rolls_row", "roll", row.unwrap());
            put("state_row", "rolled", applied.state.to_bytes());
        }
        state = Some(applied.state);
    }
    put("transcript", "solo", game);
    for name in ["rekey", "old_keys", "shared", "excerpt", "fork"] {
        let kept = file(&format!("tests/data/transcripts/{name}.bcgt"));
        put("transcript", name, kept);
    }
}

fn block_of(
    put: &mut impl FnMut(&'static str, &str, Vec<u8>),
    block: &Block,
    certificate: &Certificate,
) {
    put("header", "first", block.header.to_bytes());
    let keeper = KeeperNo(0);
    let (key, signature) = (PublicKey([5; 32]), SignatureBytes([6; 64]));
    let several = NewKeys::Several {
        keys: vec![(keeper, key), (KeeperNo(1), key)],
        signatures: vec![(keeper, signature)],
    };
    for (name, keys) in [
        ("rekey", NewKeys::Sole { key, signature }),
        ("rekeys", several),
    ] {
        let mut header = block.header.clone();
        let rekey = Rekey {
            height: Height(4),
            parent: header.parent,
            keys,
        };
        put("rekey", name, rekey.to_bytes());
        header.rekey = Some(Box::new(rekey));
        put("header", name, header.to_bytes());
    }
    put("block", "first", block.to_bytes());
    let row = StoredBlock {
        block: block.clone(),
        certificate: certificate.clone(),
        refused: vec![0],
    };
    put("block_row", "first", row.to_bytes());
    let (height, id) = (block.header.height, block.id());
    let mut other = block.header.clone();
    other.time = TimeMs(other.time.0 + 1);
    let certified = |header: &Header| CertifiedHeader {
        header: header.clone(),
        certificate: certificate.clone(),
    };
    let fork = ForkProof::new(certified(&block.header), certified(&other));
    let wrong = Misconduct::WrongBlock {
        block: Box::new(block.clone()),
        certificate: certificate.clone(),
    };
    put("misconduct", "wrong_block", wrong.to_bytes());
    let fork_kept = Misconduct::Fork(Box::new(fork.clone()));
    put("misconduct", "fork", fork_kept.to_bytes());
    let messages = [
        ("fork", Message::Fork(Box::new(fork))),
        ("want", Message::Want { from: height }),
        ("tip", Message::Tip { height, block: id }),
        (
            "block",
            Message::Block {
                block: block.clone(),
                certificate: certificate.clone(),
            },
        ),
        ("command", Message::Command(signed(1, Body::Nothing))),
    ];
    for (name, message) in messages {
        put("message", name, message.to_bytes());
    }
    new_keys(put, height, id);
}

/// What keepers say to agree on new vote keys.
fn new_keys(put: &mut impl FnMut(&'static str, &str, Vec<u8>), height: Height, parent: BlockId) {
    let offer = Message::KeyOffer(Box::new(KeyOffer {
        height,
        parent,
        keeper: KeeperNo(1),
        key: PublicKey([7; 32]),
        with: (0..4).map(KeeperNo).collect(),
        signature: SignatureBytes([3; 64]),
    }));
    put("message", "key_offer", offer.to_bytes());
    let keys = (0..4).map(|no| (KeeperNo(no), PublicKey([5; 32])));
    let signed = Message::NewKeys(Box::new(Rekey {
        height,
        parent,
        keys: NewKeys::Several {
            keys: keys.collect(),
            signatures: vec![(KeeperNo(1), SignatureBytes([3; 64]))],
        },
    }));
    put("message", "new_keys", signed.to_bytes());
}

/// What four engines say to each other while they decide a block, and what the first one logs: once
/// at once, and once after attempts that came to nothing.
fn engine(put: &mut impl FnMut(&'static str, &str, Vec<u8>)) {
    let log = Talk::new(|_| true).run(put);
    log_of(put, &log);
    for LogRecord(record) in Talk::new(|round| round >= 3).run(put) {
        let name = format!("logged_{}", record[0]);
        put("engine_record", &name, record);
    }
    // The proof of a quorum of prevotes, which engines seldom need to show.
    let signed = vec![(KeeperNo(1), SignatureBytes([6; 64]))];
    let polka = (2_u32, Height(1), 0_u32, BlockId([1; 32]), signed);
    let polka = postcard::to_stdvec(&polka).unwrap();
    put("engine", "polka", polka.clone());
    put("engine_record", "polka", polka);
}

/// Four engines at the first height.
struct Talk {
    engines: [MalachiteOrderer; 4],
    waiting: VecDeque<(u16, Act)>,
    timers: Vec<(u16, TimerToken)>,
    /// In which attempts a block is valid.
    is_valid: fn(u32) -> bool,
    log: Vec<LogRecord>,
    is_decided: bool,
}

impl Talk {
    fn new(is_valid: fn(u32) -> bool) -> Self {
        Self {
            engines: [0, 1, 2, 3].map(engine_of),
            waiting: VecDeque::new(),
            timers: Vec::new(),
            is_valid,
            log: Vec::new(),
            is_decided: false,
        }
    }

    fn run(mut self, put: &mut impl FnMut(&'static str, &str, Vec<u8>)) -> Vec<LogRecord> {
        for (number, engine) in (0_u16..).zip(&mut self.engines) {
            let acts = engine.begin(Height(1), &keepers(), Vec::new());
            self.waiting
                .extend(acts.into_iter().map(|act| (number, act)));
        }
        for _ in 0..40 {
            while let Some((from, act)) = self.waiting.pop_front() {
                self.act(from, act, put);
            }
            if self.is_decided {
                break;
            }
            for (of, token) in std::mem::take(&mut self.timers) {
                self.tell(of, OrderEvent::Timer(token));
            }
        }
        assert!(self.is_decided);
        self.log
    }

    fn tell(&mut self, to: u16, event: OrderEvent) {
        let acts = self.engines[usize::from(to)].step(event);
        self.waiting.extend(acts.into_iter().map(|act| (to, act)));
    }

    fn act(&mut self, from: u16, act: Act, put: &mut impl FnMut(&'static str, &str, Vec<u8>)) {
        match act {
            Act::Send {
                bytes,
                height,
                again,
                ..
            } => {
                let message = Message::Engine {
                    height,
                    again,
                    bytes: bytes.clone(),
                };
                put("message", "engine", message.to_bytes());
                put(
                    "engine",
                    &format!("said_{from}_{}", bytes[0]),
                    bytes.clone(),
                );
                for to in (0..4).filter(|to| *to != from) {
                    let (from, bytes) = (KeeperNo(from), bytes.clone());
                    self.tell(to, OrderEvent::Message { from, bytes });
                }
            }
            Act::Log(record) if from == 0 => self.log.push(record),
            Act::NeedBlock { height, round, .. } => {
                let block = empty_block(height, KeeperNo(from));
                let event = OrderEvent::Block {
                    height,
                    round,
                    block,
                };
                self.tell(from, event);
            }
            Act::Judge { block, round, .. } => {
                let verdict = if (self.is_valid)(round) {
                    Verdict::Valid
                } else {
                    Verdict::Invalid
                };
                let block = block.id();
                self.tell(from, OrderEvent::Verdict { block, verdict });
            }
            Act::Arm { token, .. } => self.timers.push((from, token)),
            Act::Decided { .. } => self.is_decided = true,
            Act::Log(_)
            | Act::Disarm(_)
            | Act::DisarmAll
            | Act::Accuse(_)
            | Act::Refused { .. }
            | Act::Stop(_) => {}
        }
    }
}

fn log_of(put: &mut impl FnMut(&'static str, &str, Vec<u8>), log: &[LogRecord]) {
    for LogRecord(record) in log {
        put(
            "engine_record",
            &format!("logged_{}", record[0]),
            record.clone(),
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut file = FileVoteLog::create(&path, &CLUB, &PublicKey([5; 32]), Height(1)).unwrap();
    let (one, two) = log.split_at(log.len() / 2);
    file.append(one).unwrap();
    file.append(two).unwrap();
    put("vote_log", "two_frames", std::fs::read(path).unwrap());
}

fn empty_block(height: Height, proposer: KeeperNo) -> Block {
    let header = Header {
        club: CLUB,
        height,
        parent: BlockId([1; 32]),
        time: TimeMs(1_800_000_000_000),
        proposer,
        commands_root: commands_root(&[]),
        state_root: StateRoot([2; 32]),
        next_keepers_hash: [3; 32],
        rekey: None,
    };
    Block {
        header,
        commands: Vec::new(),
    }
}
