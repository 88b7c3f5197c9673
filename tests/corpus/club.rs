//! A whole club out of bytes: each byte is a step of somebody, and after each block the books are
//! counted. What was played becomes a transcript, which must be found true; a false one must not.

use std::collections::BTreeMap;

use bitcraps::club::{
    Block, Body, Charter, ClubEvent, ClubState, Command, Height, KeeperChange, KeeperNo,
    MemberKind, NewSeal, Phase, RollTimes, Settings, SignatureBytes, SignedCharter, TableNo,
    TableTerms, TimeMs, apply, build, commands_root, vote_key_message,
};
use bitcraps::consensus::{Certificate, KeeperSet, follow, precommit};
use bitcraps::craps::{Action, BetId, BetKey, BoxNumber, TableRules, WorkingFlag};
use bitcraps::dice::{Binding, EpochSecret, Slot, SlotSecret, seal};
use bitcraps::identity::{Identity, Signer as _};
use bitcraps::ledger::{Chips, MemberNo};
use bitcraps::transcript::{Writer, verify};

/// Everybody in it; the first one founds it.
const MEMBERS: u8 = 6;

/// The most steps of one input.
const STEPS_MAX: usize = 160;

const FOUNDED: TimeMs = TimeMs(1_795_000_000_000);
const TABLE: TableNo = TableNo(0);
const BOND: Chips = Chips::new(100);

/// How much time may pass before a block, in milliseconds.
const PASSES: [u64; 8] = [1, 200, 1_000, 3_500, 6_500, 21_000, 61_000, 86_400_000];

/// What is bet: nothing, small, odd, large, more than there is.
const AMOUNTS: [u64; 8] = [0, 1, 5, 7, 10, 30, 1_000, u64::MAX];

/// What was played.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) charter: SignedCharter,
    pub(crate) chain: Vec<(Block, Certificate)>,
    pub(crate) state: ClubState,
    pub(crate) rolls: u64,
    pub(crate) withheld: u64,
    pub(crate) refused: u64,
    /// How many keepers there were at most.
    pub(crate) keepers: usize,
}

fn key_of(member: u8) -> Identity {
    Identity::from_seed(&[member + 1; 32])
}

/// The key with which a member votes, if it keeps the club.
fn vote_key(member: MemberNo) -> Identity {
    Identity::from_seed(&[100 + u8::try_from(member.0).unwrap(); 32])
}

/// The bytes that are left of an input. One that is missing is 0.
struct Program<'a>(&'a [u8]);

impl Program<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.next()) % all.len()]
    }
}

struct Play<'a> {
    program: Program<'a>,
    played: Played,
    waiting: Vec<Command>,
    /// Numbers of commands that wait.
    used: BTreeMap<MemberNo, u64>,
}

/// Plays what the bytes say.
pub(crate) fn play(bytes: &[u8]) -> Played {
    let charter = Charter {
        version: Charter::VERSION,
        name: "Club of bytes".to_owned(),
        founder: key_of(0).public_key(),
        founder_name: "m0".to_owned(),
        vote_key: vote_key(MemberNo(0)).public_key(),
        supply: Chips::new(1_000_000),
        grant: Chips::new(2_000),
        settings: Settings::solo(),
        founded: FOUNDED,
        nonce: [7; 32],
    };
    let charter = charter.sign(key_of(0).signing_key());
    let state = ClubState::found(charter.clone()).unwrap();
    let mut play = Play {
        program: Program(bytes),
        played: Played {
            charter,
            chain: Vec::new(),
            state,
            rolls: 0,
            withheld: 0,
            refused: 0,
            keepers: 1,
        },
        waiting: Vec::new(),
        used: BTreeMap::new(),
    };
    play.open();
    for _ in 0..STEPS_MAX {
        if play.program.0.is_empty() {
            break;
        }
        play.step();
    }
    play.block(1);
    play.played
}

impl Play<'_> {
    /// Everybody is taken in, a table is opened, and three sit down.
    fn open(&mut self) {
        for member in 1..MEMBERS {
            let key = key_of(member).public_key();
            let (name, kind) = (format!("m{member}"), MemberKind::Person);
            self.say(0, Body::Admit { key, name, kind });
        }
        self.say(
            0,
            Body::CreateTable(TableTerms {
                name: "Table".to_owned(),
                rules: TableRules::default(),
                seats_max: 4,
                min_players: 1,
                bond: BOND,
                times: RollTimes::LAN,
            }),
        );
        self.block(1);
        for member in 0..3 {
            self.say(member, Body::Sit { table: TABLE });
        }
        self.block(1);
    }

    fn step(&mut self) {
        let what = self.program.next();
        let member = self.program.next() % MEMBERS;
        let roll = self.roll();
        match what % 17 {
            0 | 1 => {
                let after = self.program.of(&PASSES);
                self.block(after);
            }
            2 => self.seal(member),
            3 => self.open_slot(member),
            4 => self.say(member, Body::Roll { table: TABLE, roll }),
            5 | 6 => self.bet(member, roll),
            7 => self.say(member, Body::Ready { table: TABLE, roll }),
            8 => self.say(member, Body::PassDice { table: TABLE, roll }),
            9 => self.say(member, Body::Sit { table: TABLE }),
            10 => self.say(member, Body::Stand { table: TABLE }),
            11 => self.unseal(member, roll),
            12 => self.say(member, Body::NewChips),
            13 => self.keepers(member),
            14 => self.whole_roll(),
            15 => self.raw(),
            _ => self.twisted(member),
        }
    }

    fn roll(&self) -> u64 {
        self.played.state.table(TABLE).map_or(0, |table| table.roll)
    }

    fn next_number(&mut self, member: MemberNo) -> u64 {
        let known = self.played.state.member(member);
        let last = known.map_or(0, |member| member.sequence);
        let number = self.used.entry(member).or_insert(last);
        *number += 1;
        *number
    }

    fn say(&mut self, member: u8, body: Body) {
        let number = self.next_number(MemberNo(member.into()));
        let until = TimeMs(self.played.state.time().0 + 200_000_000);
        let command = signed(&self.played.state, member, number, until, body);
        self.waiting.push(command);
    }

    /// A command with something wrong: its number, its time, or who signed it.
    fn twisted(&mut self, member: u8) {
        let known = self.played.state.member(MemberNo(member.into()));
        let next = known.map_or(0, |member| member.sequence) + 1;
        let now = self.played.state.time().0;
        let twist = self.program.next();
        let (signer, number, until) = match twist % 4 {
            0 => (member, next + 1 + u64::from(twist), now + 1_000),
            1 => (member, next.saturating_sub(1), now + 1_000),
            2 => (member, next, now.saturating_sub(u64::from(twist))),
            _ => ((member + 1) % MEMBERS, next, now + 1_000),
        };
        let mut command = signed(
            &self.played.state,
            signer,
            number,
            TimeMs(until),
            Body::Nothing,
        );
        command.member = MemberNo(member.into());
        self.waiting.push(command);
    }

    /// A command as it comes from a peer.
    fn raw(&mut self) {
        let length = usize::from(self.program.next()).min(self.program.0.len());
        let (bytes, rest) = self.program.0.split_at(length);
        self.program.0 = rest;
        self.waiting.extend(Command::from_bytes(bytes));
    }

    fn seal(&mut self, member: u8) {
        let Some((slot, epoch, roll)) = self.place_of(member) else {
            return;
        };
        let seal = self.seal_of(member, slot, roll);
        let table = TABLE;
        self.say(
            member,
            Body::Seal {
                table,
                epoch,
                roll,
                slot,
                seal,
            },
        );
    }

    fn unseal(&mut self, member: u8, roll: u64) {
        if let Some((slot, epoch, _)) = self.place_of(member) {
            let table = TABLE;
            self.say(
                member,
                Body::Unseal {
                    table,
                    epoch,
                    roll,
                    slot,
                },
            );
        }
    }

    fn place_of(&self, member: u8) -> Option<(Slot, u32, u64)> {
        let table = self.played.state.table(TABLE)?;
        let slot = table.slot_of(MemberNo(member.into()))?;
        Some((slot, table.epoch, table.roll))
    }

    fn binding(&self, slot: Slot, roll: u64) -> Option<Binding> {
        let state = &self.played.state;
        let binding = state.table(TABLE)?.binding(state.club(), slot);
        Some(Binding { roll, ..binding })
    }

    fn seal_of(&self, member: u8, slot: Slot, roll: u64) -> NewSeal {
        let secret = self.secret_of(member, slot, roll);
        let seal = self.binding(slot, roll).map_or([0; 32], |binding| {
            seal(&binding, &SlotSecret::opened(secret))
        });
        NewSeal { seal, stir: 0 }
    }

    fn secret_of(&self, member: u8, slot: Slot, roll: u64) -> [u8; 32] {
        let epoch = EpochSecret::new([50 + member; 32]);
        let binding = self.binding(slot, roll);
        binding.map_or([0; 32], |binding| *epoch.roll_secret(&binding).expose())
    }

    fn open_slot(&mut self, member: u8) {
        let Some((slot, _, roll)) = self.place_of(member) else {
            return;
        };
        let table = self.played.state.table(TABLE);
        let Some(Phase::Locked(locked)) = table.map(|table| &table.phase) else {
            return;
        };
        let is_last = locked.seals.keys().next_back() == Some(&slot);
        let body = Body::Open {
            table: TABLE,
            roll,
            slot,
            lock_hash: locked.lock_hash,
            secret: self.secret_of(member, slot, roll),
            seen: if is_last || member == 0 { 0b1111 } else { 0 },
            next: Some(self.seal_of(member, slot, roll + 1)),
        };
        self.say(member, body);
    }

    fn bet(&mut self, member: u8, roll: u64) {
        let all: Vec<BetId> = BetId::all().collect();
        let bet = self.program.of(&all);
        let box_number = self.program.of(&BoxNumber::ALL);
        let with_number = BetKey::new(bet, Some(box_number));
        let Some(bet) = BetKey::new(bet, None).or(with_number) else {
            return;
        };
        let amount = Chips::new(self.program.of(&AMOUNTS));
        let by = amount;
        let how = self
            .program
            .of(&[WorkingFlag::Default, WorkingFlag::On, WorkingFlag::Off]);
        let actions = match self.program.next() % 8 {
            0..4 => vec![Action::Place { bet, amount }],
            4 => vec![Action::TakeDown { bet }],
            5 => vec![Action::Reduce { bet, by }],
            6 => vec![Action::Working { bet, how }],
            _ => vec![
                Action::Place { bet, amount },
                Action::Working { bet, how },
                Action::TakeDown { bet },
            ],
        };
        let table = TABLE;
        self.say(
            member,
            Body::Bets {
                table,
                roll,
                actions,
            },
        );
    }

    /// A roll as honest players make it: the shooter bets if nobody has, all seal, all open.
    fn whole_roll(&mut self) {
        let Some(table) = self.played.state.table(TABLE) else {
            return;
        };
        let shooter = table.game.shooter();
        let shooter = shooter.and_then(|seat| table.seats.get(&seat));
        let Some(shooter) = shooter.and_then(|seat| u8::try_from(seat.member.0).ok()) else {
            return;
        };
        for member in 0..MEMBERS {
            self.seal(member);
        }
        let (roll, table) = (self.roll(), TABLE);
        let bet = BetKey::new(BetId::PASS, None).unwrap();
        let amount = Chips::new(10);
        let actions = vec![Action::Place { bet, amount }];
        self.say(
            shooter,
            Body::Bets {
                table,
                roll,
                actions,
            },
        );
        for member in 0..MEMBERS {
            self.say(member, Body::Ready { table, roll });
        }
        self.say(shooter, Body::Roll { table, roll });
        self.block(200);
        for member in (0..MEMBERS).rev() {
            self.open_slot(member);
        }
        self.block(200);
    }

    fn keepers(&mut self, member: u8) {
        let who = MemberNo(u32::from(self.program.next() % MEMBERS));
        let keeper = KeeperNo(u16::from(self.program.next() % MEMBERS));
        let state = &self.played.state;
        let ready = Body::KeeperReady {
            vote_key: vote_key(MemberNo(member.into())).public_key(),
            proof: SignatureBytes(
                vote_key(MemberNo(member.into()))
                    .sign(&vote_key_message(state.club(), MemberNo(member.into()))),
            ),
            height: state.height(),
            state_root: state.state_root(),
        };
        let change = |change| Body::ChangeKeepers { change };
        let members = [1, 2, 3].map(MemberNo).to_vec();
        let body = match self.program.next() % 8 {
            0..3 => ready,
            3 | 4 => change(KeeperChange::Grow { members }),
            5 => change(KeeperChange::Add { member: who }),
            6 => change(KeeperChange::Remove { keeper }),
            _ => change(KeeperChange::Shrink),
        };
        self.say(member, body);
    }

    /// Decides a block of what waits.
    fn block(&mut self, after: u64) {
        self.used.clear();
        let before = self.played.state.clone();
        let time = TimeMs(before.time().0 + after);
        let place = usize::try_from(before.height().0).unwrap() % before.keepers().len();
        let proposer = before.keepers()[place].no;
        let built = build(&before, time, proposer, std::mem::take(&mut self.waiting));
        // Whoever only hears of the block comes to the same.
        let block = Block::from_bytes(&built.block.to_bytes()).unwrap();
        let applied = apply(&before, &block).unwrap();
        assert_eq!(applied.state.state_root(), built.applied.state.state_root());
        assert_eq!(applied.events, built.applied.events);
        assert_eq!(applied.outcomes, built.applied.outcomes);
        self.played.refused += count(applied.outcomes.iter().filter(|(_, how)| how.is_err()));
        for event in &applied.events {
            if let ClubEvent::Rolled(record) = event {
                self.played.rolls += 1;
                self.played.withheld += count(record.withheld.iter());
            }
        }
        let state = applied.state;
        check(&before, &state);
        let certificate = certify(&before, &block);
        self.played.keepers = self.played.keepers.max(state.keepers().len());
        self.played.chain.push((block, certificate));
        self.played.state = state;
    }
}

fn signed(state: &ClubState, member: u8, number: u64, until: TimeMs, body: Body) -> Command {
    let (key, member) = (key_of(member), MemberNo(member.into()));
    Command::sign(key.signing_key(), state.club(), member, number, until, body)
}

fn count<T>(of: impl Iterator<Item = T>) -> u64 {
    u64::try_from(of.count()).unwrap()
}

fn certify(state: &ClubState, block: &Block) -> Certificate {
    let keepers = KeeperSet::new(state.keepers()).unwrap();
    let (height, id) = (block.header.height, block.id());
    let voters = state.keepers().iter().take(keepers.quorum());
    let signatures = voters.map(|keeper| {
        let message = precommit(state.club(), height, 0, &id, keeper.no);
        let signature = vote_key(keeper.member).sign(&message);
        (keeper.no, SignatureBytes(signature))
    });
    Certificate {
        height,
        round: 0,
        block: id,
        signatures: signatures.collect(),
    }
}

/// What must hold after each block, counted without the ledger's own sums.
pub(crate) fn check(before: &ClubState, state: &ClubState) {
    let ledger = state.ledger();
    let of_members = ledger
        .accounts()
        .flat_map(|(_, account)| [account.balance, account.staked, account.bond]);
    let all = of_members.chain([ledger.treasury()]);
    assert_eq!(sum(all), sum([before.ledger().supply()].into_iter()));
    let staked = sum(ledger.accounts().map(|(_, account)| account.staked));
    let felt = state
        .tables()
        .flat_map(|(_, table)| table.seats.keys().map(|seat| table.game.at_risk(*seat)));
    assert_eq!(sum(felt), staked);
    assert!(matches!(state.keepers().len(), 1 | 4..=16));
    for (number, table) in state.tables() {
        let earlier = before.table(number).map_or(0, |table| table.roll);
        assert!(table.roll >= earlier);
    }
    let read = ClubState::from_bytes(&state.to_bytes()).unwrap();
    assert_eq!(read.state_root(), state.state_root());
}

fn sum(chips: impl Iterator<Item = Chips>) -> u128 {
    chips.map(|chips| u128::from(chips.get())).sum()
}

/// The game as a file.
fn written(charter: &SignedCharter, chain: &[(Block, Certificate)]) -> Vec<u8> {
    let (mut writer, mut file) = Writer::begin(charter);
    for (block, certificate) in chain {
        file.extend(writer.block(block, certificate));
    }
    file.extend(writer.end());
    file
}

/// Plays the bytes behind the first four, and changes the game's records as those four say: the file is
/// whole and its running hash fits, so that only the rules tell. Tells whether it is still true.
pub(crate) fn changed_game(bytes: &[u8]) -> bool {
    let (choice, program) = bytes.split_at_checked(4).unwrap_or((&[0; 4], bytes));
    let played = play(program);
    let file = written(&played.charter, &played.chain);
    let verified = verify(file.as_slice()).unwrap();
    assert_eq!(verified.state.state_root(), played.state.state_root());
    assert_eq!(verified.rolls.values().sum::<u64>(), played.rolls);

    let mut chain = played.chain.clone();
    let at = usize::from(choice[1]) % chain.len();
    let is_last = at + 1 == chain.len();
    let is_true = match choice[0] % 8 {
        // A part of a game is a game.
        0 => {
            chain.truncate(at);
            true
        }
        1 => {
            chain.remove(at);
            is_last
        }
        2 => {
            let again = chain[at].clone();
            chain.insert(at, again);
            false
        }
        3 => {
            chain[at].1.signatures.pop();
            false
        }
        4 => {
            let round = &mut chain[at].1.round;
            *round += 1;
            false
        }
        // Certified anew, so that only what it says is wrong.
        5 => {
            chain[at].0.header.state_root.0[usize::from(choice[2]) % 32] ^= 1;
            recertify(&played, &mut chain, at);
            false
        }
        6 => {
            chain[at].0.header.time.0 += 1 + u64::from(choice[2]);
            recertify(&played, &mut chain, at);
            false
        }
        _ => {
            let block = &mut chain[at].0;
            let had = block.commands.pop().is_some();
            block.header.commands_root = commands_root(&block.commands);
            recertify(&played, &mut chain, at);
            !had
        }
    };
    let file = written(&played.charter, &chain);
    let found = verify(file.as_slice());
    assert_eq!(found.is_ok(), is_true, "{choice:?}: {found:?}");
    is_true
}

/// Has the keepers of a height sign a changed block of it.
fn recertify(played: &Played, chain: &mut [(Block, Certificate)], at: usize) {
    let mut state = ClubState::found(played.charter.clone()).unwrap();
    for (block, certificate) in &played.chain[..at] {
        state = follow(&state, block, certificate).unwrap().state;
    }
    assert_eq!(
        state.height().next(),
        Height(u64::try_from(at).unwrap() + 1)
    );
    chain[at].1 = certify(&state, &chain[at].0);
}
