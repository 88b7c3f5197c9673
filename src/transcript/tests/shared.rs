//! Games of clubs that several keepers came to keep; excerpts of them; and the proof of a fork.

use super::super::excerpt::Fork;
use super::{Kind, Rule, VOTE_KEY, assembled, broken, records};
use crate::club::kit::*;
use crate::club::{
    Block, Body, ClubEvent, ClubState, Height, Keeper, KeeperNo, MemberKind, Phase, Refusal,
    SignatureBytes, TableNo, TimeMs, apply, build,
};
use crate::consensus::{Certificate, CertifiedHeader, ForkProof, precommit};
use crate::dice::Slot;
use crate::identity::{Identity, Signer as _};
use crate::ledger::Chips;
use crate::transcript::{Beginning, KeeperPast, Writer, verify};

/// Signs a block as all keepers of the state before it.
pub(super) fn certify(before: &ClubState, block: &Block) -> Certificate {
    certify_by(before, block, &|_| true)
}

fn certify_by(before: &ClubState, block: &Block, signs: &dyn Fn(&Keeper) -> bool) -> Certificate {
    let deciders = before.deciders(block.header.rekey.as_deref()).unwrap();
    let signatures = deciders.iter().filter(|keeper| signs(keeper));
    let signatures = signatures.map(|keeper| {
        let version = |version| vote_key(keeper.member.0, version).to_bytes();
        let seeds = [VOTE_KEY, version(0), version(1), version(2)];
        let mut keys = seeds.iter().map(Identity::from_seed);
        let key = keys.find(|key| key.public_key() == keeper.vote_key);
        let header = &block.header;
        let message = precommit(&header.club, header.height, 0, &block.id(), keeper.no);
        let signature = SignatureBytes(key.unwrap().sign(&message));
        (keeper.no, signature)
    });
    Certificate {
        height: block.header.height,
        round: 0,
        block: block.id(),
        signatures: signatures.collect(),
    }
}

pub(super) fn rolled(club: &mut TestClub, members: &[u32]) {
    club.seal_all(TABLE);
    let bets = members
        .iter()
        .map(|member| (*member, club.bets(vec![place("field", 10)])));
    let taken = club.decide(bets.collect());
    assert!(taken.iter().all(Result::is_ok), "{taken:?}");
    club.roll();
}

/// One roll that the seat of member 4, who keeps nothing, does not open.
fn withheld(club: &mut TestClub) {
    club.seal_all(TABLE);
    club.must(4, club.bets(vec![place("field", 10)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let open = |member: u8| (u32::from(member), club.open_body(TABLE, Slot(member)));
    let taken = club.decide((0..4).map(open).collect());
    assert!(taken.iter().all(Result::is_ok), "{taken:?}");
    assert!(club.table().is_locked(), "a seat is missing");
    club.wait_for_deadline();
    assert!(!club.table().is_locked());
}

/// A roll under the founder alone; four keepers; a roll with all, one without a seat's opening, and
/// one that is locked at the end and half open.
pub(super) fn game() -> TestClub {
    let terms = charter(10_000_000, 10_000);
    let mut club = TestClub::seated(terms, 4, MemberKind::Person, 3);
    rolled(&mut club, &[0, 1]);
    club.grow(4);
    rolled(&mut club, &[0, 1, 4]);
    withheld(&mut club);
    rolled(&mut club, &[0, 2]);
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 10)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    club.must(1, club.open_body(TABLE, Slot(1)));
    club
}

/// The state before each block, and that after the last one.
pub(super) fn states(club: &TestClub) -> Vec<ClubState> {
    let mut states = vec![club.genesis.clone()];
    for block in &club.blocks {
        states.push(apply(states.last().unwrap(), block).unwrap().state);
    }
    states
}

pub(super) fn written(club: &TestClub) -> Vec<u8> {
    let (mut writer, mut file) = Writer::begin(club.genesis.charter());
    for (before, block) in states(club).iter().zip(&club.blocks) {
        file.extend(writer.block(block, &certify(before, block)));
    }
    file.extend(writer.end());
    file
}

/// The excerpt from the state after so many blocks.
pub(super) fn excerpt_of(club: &TestClub, from: usize) -> Vec<u8> {
    let states = states(club);
    let mut past = KeeperPast::default();
    let decided = |at: usize| CertifiedHeader {
        header: club.blocks[at].header.clone(),
        certificate: certify(&states[at], &club.blocks[at]),
    };
    for at in 0..from - 1 {
        past.note(&states[at], &decided(at), &states[at + 1]);
    }
    let beginning = Beginning {
        state: states[from].clone(),
        decided: decided(from - 1),
        past,
    };
    let (mut writer, mut file) = Writer::begin_at(&beginning);
    let rest = states.iter().zip(&club.blocks).skip(from);
    for (before, block) in rest {
        file.extend(writer.block(block, &certify(before, block)));
    }
    file.extend(writer.end());
    file
}

pub(super) fn sample() -> Vec<u8> {
    written(&game())
}

/// An excerpt that begins when the club has four keepers.
pub(super) fn excerpt() -> Vec<u8> {
    let club = game();
    excerpt_of(&club, club.blocks.len() - 3)
}

/// Two blocks after the game, each decided by three of its four keepers.
fn blocks_of_fork(club: &TestClub) -> [CertifiedHeader; 2] {
    let block = |millis| {
        let time = TimeMs(club.state.time().0 + millis);
        build(&club.state, time, KeeperNo(0), Vec::new()).block
    };
    let decided = |millis, absent: u16| {
        let block = block(millis);
        let signs = |keeper: &Keeper| keeper.no != KeeperNo(absent);
        CertifiedHeader {
            header: block.header.clone(),
            certificate: certify_by(&club.state, &block, &signs),
        }
    };
    let mut blocks = [decided(1, 3), decided(2, 0)];
    blocks.sort_by_key(|block| block.header.id());
    blocks
}

fn fork_of(club: &TestClub) -> ForkProof {
    let [one, other] = blocks_of_fork(club);
    ForkProof::new(one, other)
}

pub(super) fn keeper_past(club: &TestClub) -> KeeperPast {
    let states = states(club);
    let mut past = KeeperPast::default();
    for (at, block) in club.blocks.iter().enumerate() {
        let decided = CertifiedHeader {
            header: block.header.clone(),
            certificate: certify(&states[at], block),
        };
        past.note(&states[at], &decided, &states[at + 1]);
    }
    past
}

pub(super) fn fork() -> Vec<u8> {
    let club = game();
    Writer::fork(club.genesis.charter(), &keeper_past(&club), &fork_of(&club))
}

#[test]
fn a_game_under_one_keeper_and_then_four_with_a_withheld_seat_verifies() {
    let club = game();
    let verified = verify(written(&club).as_slice()).unwrap();
    assert_eq!(verified.state, club.state);
    assert_eq!(verified.state.keepers().len(), 4);
    assert_eq!(verified.rolls.get(&TABLE), Some(&4));
    assert_eq!((verified.begins, verified.fork), (Height(0), None));
    // Three of four keepers are enough, two are not.
    let states = states(&club);
    let by = |last: u16| {
        let (mut writer, mut file) = Writer::begin(club.genesis.charter());
        for (before, block) in states.iter().zip(&club.blocks) {
            let signs = |keeper: &Keeper| keeper.no <= KeeperNo(last);
            file.extend(writer.block(block, &certify_by(before, block, &signs)));
        }
        file.extend(writer.end());
        file
    };
    verify(by(2).as_slice()).unwrap();
    let first = states.iter().position(|state| state.keepers().len() == 4);
    let record = u64::try_from(first.unwrap() + 1).unwrap();
    assert_eq!(broken(&by(1)), (record, Rule::Certificate));
}

#[test]
fn an_excerpt_begins_at_any_height_and_says_so() {
    let club = game();
    let rolls = |states: &[ClubState]| states.last().unwrap().table(TABLE).unwrap().roll;
    let states = states(&club);
    for from in 1..club.blocks.len() {
        let verified = verify(excerpt_of(&club, from).as_slice()).unwrap();
        assert_eq!(verified.state, club.state, "from {from}");
        assert_eq!(verified.begins, Height(u64::try_from(from).unwrap()));
        let before = states[from].table(TABLE).map_or(1, |table| table.roll);
        let here = verified.rolls.get(&TABLE).copied().unwrap_or(0);
        assert_eq!(here, rolls(&states) - before, "from {from}");
    }
    // One of them begins between a lock and its close, with an opening on the chain.
    let is_half_open = |state: &ClubState| {
        let table = state.table(TABLE);
        table.is_some_and(
            |table| matches!(&table.phase, Phase::Locked(locked) if !locked.openings.is_empty()),
        )
    };
    assert!(states[1..club.blocks.len()].iter().any(is_half_open));
}

/// What is changed in the beginning of an excerpt.
type Change = fn(&mut Beginning, &TestClub);

#[test]
fn an_excerpt_begins_only_with_a_state_that_the_keepers_of_its_height_certified() {
    let club = game();
    let from = club.blocks.len() - 1;
    let states = states(&club);
    let good = Beginning {
        state: states[from].clone(),
        decided: CertifiedHeader {
            header: club.blocks[from - 1].header.clone(),
            certificate: certify(&states[from - 1], &club.blocks[from - 1]),
        },
        past: keeper_past(&club),
    };
    let file = |beginning: &Beginning| {
        let (writer, mut file) = Writer::begin_at(beginning);
        file.extend(writer.end());
        file
    };
    verify(file(&good).as_slice()).unwrap();
    let cases: [(Rule, Change); 4] = [
        // Another state of the same club, in the place of the certified one.
        (Rule::Height, |beginning, club| {
            beginning.state = club.state.clone();
        }),
        // A certificate of the same keepers for another block.
        (Rule::Certificate, |beginning, _| {
            beginning.decided.header.time.0 += 1;
        }),
        // Nothing that shows how four keepers came to be.
        (Rule::Certificate, |beginning, _| {
            beginning.past = KeeperPast::default();
        }),
        // The same block with another key for one of its keepers.
        (Rule::StateRoot, |beginning, _| {
            let mut keepers = beginning.state.keepers().to_vec();
            keepers[3].vote_key = keepers[2].vote_key;
            beginning.state = with_keepers(&beginning.state, keepers);
        }),
    ];
    for (number, (rule, change)) in cases.into_iter().enumerate() {
        let mut forged = good.clone();
        change(&mut forged, &club);
        assert_eq!(broken(&file(&forged)), (0, rule), "case {number}");
    }
    // A state is where a file begins, nowhere else, and once.
    let mut twice = records(&file(&good));
    twice.pop();
    let again = twice[0].clone();
    twice.push(again);
    assert_eq!(broken(&assembled(&twice)), (1, Rule::Order));
    assert_eq!(twice[0].0, Kind::State);
}

#[test]
fn two_blocks_of_one_height_are_a_proof_that_needs_no_network() {
    let club = game();
    let verified = verify(fork().as_slice()).unwrap();
    let Fork { proof, signed_both } = verified.fork.unwrap();
    assert_eq!(proof, fork_of(&club));
    assert_eq!(proof.height(), club.state.height().next());
    let both: Vec<u16> = signed_both.iter().map(|keeper| keeper.no.0).collect();
    assert_eq!(both, [1, 2]);

    let charter = club.genesis.charter();
    let past = keeper_past(&club);
    // One block twice, and blocks of two heights.
    let [one, other] = blocks_of_fork(&club);
    let same = ForkProof::new(one.clone(), one.clone());
    assert_eq!(
        broken(&Writer::fork(charter, &past, &same)),
        (1, Rule::Fork)
    );
    let mut later = other.clone();
    later.header.height = later.header.height.next();
    let apart = ForkProof::new(one.clone(), later);
    assert_eq!(
        broken(&Writer::fork(charter, &past, &apart)),
        (1, Rule::Fork)
    );
    // One that too few signed.
    let mut few = other;
    few.certificate.signatures.pop();
    let few = ForkProof::new(one, few);
    assert_eq!(
        broken(&Writer::fork(charter, &past, &few)),
        (1, Rule::Certificate)
    );
    // Without the change of keepers the founder alone would have had to sign.
    let unknown = Writer::fork(charter, &KeeperPast::default(), &fork_of(&club));
    assert_eq!(broken(&unknown), (1, Rule::Certificate));
    // A proof is a file of its own.
    let mut game = records(&sample());
    game.pop();
    let mut proof = records(&fork());
    game.push(proof.swap_remove(1));
    let last = u64::try_from(game.len() - 1).unwrap();
    assert_eq!(broken(&assembled(&game)), (last, Rule::Order));
}

/// A host that opens in the block of the lock would choose what it locks by what it opens.
#[test]
fn no_block_both_locks_a_roll_and_takes_an_opening_of_it() {
    let terms = charter(10_000_000, 10_000);
    let mut club = TestClub::seated(terms, 1, MemberKind::Bot, 3);
    club.must(0, club.bets(vec![place("field", 10)]));
    let roll = club.table().roll;
    let words = |table| {
        vec![
            (0, Body::Ready { table, roll }),
            (0, Body::Roll { table, roll }),
        ]
    };
    // The same block on a copy tells what an opening would have to name.
    let mut copy = club.clone();
    copy.decide(words(TABLE));
    let mut bodies = words(TABLE);
    bodies.push((1, copy.open_body(TABLE, Slot(1))));
    let outcomes = club.decide(bodies);
    assert_eq!(outcomes, [Ok(()), Ok(()), Err(Refusal::NotLocked)]);
    let (locked, copied) = (club.table(), copy.table());
    assert_eq!(locked, copied, "the opening left no trace");
    club.open_all(TABLE);
    let verified = verify(written(&club).as_slice()).unwrap();
    assert_eq!(verified.state, club.state);
    assert_eq!(verified.rolls.get(&TABLE), Some(&1));
}

/// Four keepers, three of whom are gone when the second roll and the third are locked: both are given
/// up after a day, and the fourth is played.
#[test]
fn a_game_with_rolls_that_were_given_up_verifies_whole_and_from_any_height() {
    let terms = charter(10_000_000, 10_000);
    let mut club = TestClub::seated(terms, 4, MemberKind::Bot, 3);
    club.grow(4);
    rolled(&mut club, &[0, 1, 4]);
    for _ in 0..2 {
        club.seal_all(TABLE);
        let shooter = club.table().game.shooter().unwrap();
        let shooter = club.table().seats[&shooter].member.0;
        club.must(shooter, club.bets(vec![place("field", 10)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        club.wait(24 * 3_600_000);
        let mut events = club.events.iter();
        assert!(events.any(|event| matches!(event, ClubEvent::Abandoned { .. })));
        club.wait(24 * 3_600_000);
        for member in 0..5 {
            let number = crate::ledger::MemberNo(member);
            if club.table().present_seat_of(number).is_none() {
                club.must(member, Body::Sit { table: TABLE });
            }
        }
    }
    rolled(&mut club, &[1]);
    assert_eq!(club.table().roll, 5);
    let verified = verify(written(&club).as_slice()).unwrap();
    assert_eq!(verified.state, club.state);
    assert_eq!(verified.rolls.get(&TABLE), Some(&2));
    for from in 1..club.blocks.len() {
        let verified = verify(excerpt_of(&club, from).as_slice()).unwrap();
        assert_eq!(verified.state, club.state, "from {from}");
    }
}

/// Word, openings with the next seals, and the certificates of the two blocks of a roll; the figures
/// are those of the published design.
#[test]
fn a_roll_takes_no_more_of_a_file_than_was_computed() {
    for (players, keepers, most) in [(4, 1, 1_400), (16, 4, 4_100)] {
        let terms = charter(10_000_000, 10_000);
        let mut club = TestClub::seated(terms, 7, MemberKind::Bot, 3);
        if keepers > 1 {
            club.grow(keepers);
        }
        let (table, seats) = (TableNo(1), u8::try_from(players).unwrap());
        let mut create = create(easy_rules());
        if let Body::CreateTable(terms) = &mut create {
            terms.seats_max = seats;
            terms.bond = Chips::new(1);
        }
        club.must(0, create);
        for member in 8..players {
            let number = u8::try_from(member).unwrap() + 1;
            let key = public(&ed25519_dalek::SigningKey::from_bytes(&[number; 32]));
            let (name, kind) = (format!("Player {member}"), MemberKind::Bot);
            club.must(0, Body::Admit { key, name, kind });
            club.learn_key(number);
        }
        for member in 0..players {
            club.must(member, Body::Sit { table });
        }
        club.seal_all(table);
        let roll = 1;
        let actions = vec![place("field", 10)];
        let bets = Body::Bets {
            table,
            roll,
            actions,
        };
        club.must(0, bets);
        club.must(0, Body::Roll { table, roll });
        let record = club.open_all(table);
        let contributors = usize::try_from(players).unwrap();
        assert_eq!(record.proof.openings.len(), contributors);
        let states = states(&club);
        let from = club.blocks.len() - 2;
        let (mut writer, _) = Writer::begin(club.genesis.charter());
        let blocks = club.blocks[from..].iter().zip(&states[from..]);
        let records = blocks.map(|(block, before)| writer.block(block, &certify(before, block)));
        let bytes: usize = records.map(|record| record.len()).sum();
        assert!(bytes <= most, "{players} at {keepers}: {bytes} bytes");
    }
}
