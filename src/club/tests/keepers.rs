//! Who keeps the club, and how that changes.

use std::collections::BTreeMap;

use ed25519_dalek::Signer as _;
use proptest::prelude::*;

use crate::club::kit::*;
use crate::club::limits::{APPROVAL_MILLIS, READY_BLOCKS, READY_MILLIS};
use crate::club::*;
use crate::ledger::{Chips, MemberNo};

use KeeperRefusal as R;

const GRANT: u64 = 10_000;
/// A tenth of the grant.
const BOND: u64 = 1_000;

/// A hosted club with the founder and so many other members.
fn hosted(others: u8) -> TestClub {
    let terms = charter(1_000_000, GRANT);
    TestClub::founded(terms, others, MemberKind::Person, 3)
}

fn numbers(club: &TestClub) -> Vec<(u16, u32)> {
    let keepers = club.state.keepers().iter();
    keepers
        .map(|keeper| (keeper.no.0, keeper.member.0))
        .collect()
}

fn add(member: u32) -> KeeperChange {
    let member = MemberNo(member);
    KeeperChange::Add { member }
}

fn remove(keeper: u16) -> KeeperChange {
    let keeper = KeeperNo(keeper);
    KeeperChange::Remove { keeper }
}

fn swap(out: u16, member: u32) -> KeeperChange {
    let (out, member) = (KeeperNo(out), MemberNo(member));
    KeeperChange::Swap { out, member }
}

fn grow(members: impl IntoIterator<Item = u32>) -> KeeperChange {
    let members = members.into_iter().map(MemberNo).collect();
    KeeperChange::Grow { members }
}

fn refused(club: &mut TestClub, member: u32, body: Body) -> KeeperRefusal {
    let refusal = club.refused(member, body);
    let Refusal::Keepers(why) = refusal else {
        panic!("{refusal:?}");
    };
    why
}

/// The chips of every account are those of the charter, and bonds are those of seats and keepers.
fn check_chips(state: &ClubState) {
    assert_eq!(state.ledger().check(), Ok(()));
    for (member, account) in state.ledger().accounts() {
        let seats = state
            .tables()
            .filter_map(|(_, table)| table.seat_of(member));
        let seats = seats.map(|(_, seat)| seat.bond.get()).sum::<u64>();
        let keeper = state.keeper_of(member).map(|keeper| keeper.no);
        let keeper = keeper.map_or(0, |keeper| state.keeper_bond(keeper).get());
        assert_eq!(account.bond.get(), seats + keeper, "{member}");
    }
}

fn replay(club: &TestClub) {
    let mut state = club.genesis.clone();
    for block in &club.blocks {
        state = apply(&state, block).unwrap().state;
        assert_eq!(block.header.next_keepers_hash, state.keepers_hash());
    }
    assert_eq!(state, club.state);
    assert_eq!(
        ClubState::from_bytes(&state.to_bytes()).as_ref(),
        Ok(&state)
    );
}

#[test]
fn a_club_grows_to_four_changes_one_by_one_and_goes_back_to_the_founder() {
    let mut club = hosted(6);
    club.grow(4);
    assert_eq!(numbers(&club), [(0, 0), (1, 1), (2, 2), (3, 3)]);
    assert_eq!(club.state.approvals_needed(), 3);
    check_chips(&club.state);
    for member in 0..4 {
        assert_eq!(club.state.keeper_bond(KeeperNo(member)).get(), BOND);
        assert_eq!(club.balance(u32::from(member)), GRANT - BOND);
    }

    club.must(4, club.ready_body(4, 0));
    club.approve(&[3, 1], &add(4));
    assert_eq!(numbers(&club).len(), 4, "two of four are too few");
    club.approve(&[2], &add(4));
    assert_eq!(numbers(&club)[4], (4, 4));
    assert_eq!(club.state.approvals_needed(), 4);

    club.approve(&[0, 2, 3, 4], &remove(1));
    assert_eq!(numbers(&club), [(0, 0), (2, 2), (3, 3), (4, 4)]);
    assert_eq!(club.balance(1), GRANT, "who leaves gets the bond back");

    // The same member under another vote key is another keeper.
    club.must(2, club.ready_body(2, 1));
    club.approve(&[0, 3, 4], &swap(2, 2));
    assert_eq!(numbers(&club), [(0, 0), (3, 3), (4, 4), (5, 2)]);
    assert_eq!(club.state.keepers()[3].vote_key, public(&vote_key(2, 1)));

    club.approve(&[2, 3, 4], &KeeperChange::Shrink);
    assert_eq!(numbers(&club).len(), 4, "the founder's word is missing");
    club.approve(&[0], &KeeperChange::Shrink);
    assert_eq!(numbers(&club), [(0, 0)]);
    assert_eq!(club.state.open_changes(), []);
    for member in 0..=6 {
        assert_eq!(club.balance(member), GRANT);
    }
    check_chips(&club.state);

    club.grow(4);
    assert_eq!(numbers(&club), [(0, 0), (6, 1), (7, 2), (8, 3)]);
    replay(&club);
}

#[test]
fn two_three_and_seventeen_keepers_are_refused_wherever_they_are_asked_for() {
    let mut club = hosted(17);
    for member in 1..=17 {
        club.must(member, club.ready_body(member, 0));
    }
    let count = |have, would_be| R::KeeperCount { have, would_be };
    for (members, would_be) in [(0, 1), (1, 2), (2, 3), (16, 17)] {
        let why = refused(&mut club, 0, change(grow(1..=members)));
        assert_eq!(why, count(1, would_be));
    }
    for wanted in [add(1), remove(0), swap(0, 1), KeeperChange::Shrink] {
        assert_eq!(refused(&mut club, 0, change(wanted)), R::NotShared);
    }
    let mut four = club.clone();
    four.must(0, change(grow(1..=3)));
    assert_eq!(refused(&mut four, 1, change(remove(2))), count(4, 3));
    let already = R::AlreadyShared { keepers: 4 };
    assert_eq!(refused(&mut four, 0, change(grow(4..=7))), already);
    club.must(0, change(grow(1..=15)));
    assert_eq!(club.state.approvals_needed(), 11);
    assert_eq!(refused(&mut club, 1, change(add(16))), count(16, 17));
    club.approve(&(0..=10).collect::<Vec<_>>(), &swap(15, 16));
    assert_eq!(numbers(&club).last(), Some(&(16, 16)));
    replay(&club);
}

#[test]
fn nobody_keeps_the_club_whose_node_has_not_just_shown_that_it_follows() {
    let mut club = hosted(5);
    let not_ready = |member| R::NotReady {
        member: MemberNo(member),
    };
    club.must(1, club.ready_body(1, 0));
    club.must(2, club.ready_body(2, 0));
    assert_eq!(refused(&mut club, 0, change(grow(1..=3))), not_ready(3));
    let stranger = R::UnknownMember {
        member: MemberNo(9),
    };
    assert_eq!(refused(&mut club, 0, change(grow([1, 2, 9]))), stranger);
    let twice = R::KeepsAlready {
        member: MemberNo(1),
        keeper: KeeperNo(1),
    };
    assert_eq!(refused(&mut club, 0, change(grow([1, 2, 1]))), twice);
    assert_eq!(refused(&mut club, 1, change(grow(1..=3))), R::NotKeeper);

    let word = club.ready_body(3, 0);
    let bent = |bend: &dyn Fn(&mut PublicKey, &mut SignatureBytes, &mut Height, &mut StateRoot)| {
        let mut body = word.clone();
        if let Body::KeeperReady {
            vote_key,
            proof,
            height,
            state_root,
        } = &mut body
        {
            bend(vote_key, proof, height, state_root);
        }
        body
    };
    let other_member = bent(&|_, proof, _, _| {
        let message = vote_key_message(club.state.club(), MemberNo(4));
        *proof = SignatureBytes(vote_key(3, 0).sign(&message).to_bytes());
    });
    let taken = bent(&|key, proof, _, _| {
        let message = vote_key_message(club.state.club(), MemberNo(3));
        *key = public(&vote_key(1, 0));
        *proof = SignatureBytes(vote_key(1, 0).sign(&message).to_bytes());
    });
    let ahead = bent(&|_, _, height, _| height.0 += 50);
    let height = club.state.height();
    let elsewhere = bent(&|_, _, _, root| root.0[0] ^= 1);
    assert_eq!(refused(&mut club, 3, other_member), R::VoteKeyProof);
    assert_eq!(refused(&mut club, 3, taken), R::VoteKeyTaken);
    let why = refused(&mut club, 3, ahead);
    assert!(matches!(why, R::NotCaughtUp { newest, .. } if newest.0 == height.0 + 2));
    assert_eq!(refused(&mut club, 3, elsewhere), R::StateDiffers { height });
    // A word may be a few blocks on its way, not more.
    let mut late = club.clone();
    for _ in 0..16 {
        late.wait(1);
    }
    let newest = late.state.height();
    let oldest = Height(newest.0 - 15);
    let why = refused(&mut late, 3, word.clone());
    assert_eq!(why, R::NotCaughtUp { oldest, newest });
    club.must(3, word);

    let mut idle = club.clone();
    idle.wait(READY_MILLIS);
    assert_eq!(refused(&mut idle, 0, change(grow(1..=3))), not_ready(1));
    let mut busy = club.clone();
    for _ in 0..=READY_BLOCKS {
        busy.wait(1);
    }
    assert_eq!(refused(&mut busy, 0, change(grow(1..=3))), not_ready(1));
    club.must(0, change(grow(1..=3)));
    assert_eq!(numbers(&club).len(), 4);
}

#[test]
fn a_second_change_waits_for_the_next_block() {
    let mut club = hosted(5);
    club.grow(4);
    club.must(4, club.ready_body(4, 0));
    club.must(5, club.ready_body(5, 0));
    let both = |member| [(member, change(add(4))), (member, change(add(5)))];
    let bodies = [1, 2, 3].into_iter().flat_map(both).collect();
    assert_eq!(club.decide(bodies), vec![Ok(()); 6]);
    assert_eq!(numbers(&club).len(), 5);
    // With five keepers three approvals are too few, and nobody is woken for it.
    assert_eq!(club.state.next_deadline(), None);
    club.approve(&[0], &add(5));
    assert_eq!(numbers(&club).len(), 6);

    let both = |member| [(member, change(remove(1))), (member, change(remove(2)))];
    let bodies = [0, 1, 2, 3, 4].into_iter().flat_map(both).collect();
    assert_eq!(club.decide(bodies), vec![Ok(()); 10]);
    assert_eq!(numbers(&club).len(), 5);
    assert_eq!(club.state.next_deadline(), Some(club.state.time()));
    club.wait(1);
    assert_eq!(numbers(&club), [(0, 0), (3, 3), (4, 4), (5, 5)]);
    assert_eq!(club.state.next_deadline(), None);
    replay(&club);
}

#[test]
fn a_change_is_open_for_a_day_to_the_approvals_of_the_keepers_of_now() {
    let mut club = hosted(6);
    club.grow(5);
    club.must(5, club.ready_body(5, 0));
    assert_eq!(refused(&mut club, 5, change(add(5))), R::NotKeeper);
    club.approve(&[1], &add(5));
    let twice = R::AlreadyApproved { have: 1, need: 4 };
    assert_eq!(refused(&mut club, 1, change(add(5))), twice);
    let mut late = club.clone();
    late.wait(APPROVAL_MILLIS);
    assert_eq!(late.state.open_changes(), []);

    // Readiness ends before the day does: the change waits until the node is there again.
    club.wait(READY_MILLIS);
    club.approve(&[2, 3, 4], &add(5));
    assert_eq!(numbers(&club).len(), 5);
    assert_eq!(club.state.next_deadline(), None);
    club.must(5, club.ready_body(5, 0));
    assert_eq!(numbers(&club).last(), Some(&(5, 5)));

    // Who is no keeper any more has no voice, and what can't be any more is forgotten.
    club.must(6, club.ready_body(6, 0));
    club.approve(&[1, 2], &swap(1, 6));
    club.approve(&[1], &add(6));
    club.approve(&[1, 2, 3, 4, 5], &remove(1));
    let open: Vec<_> = club.state.open_changes().iter().collect();
    assert_eq!(open.len(), 1);
    assert_eq!((&open[0].change, open[0].approvals.len()), (&add(6), 0));

    let limit = 4;
    for number in [2, 3, 4, 5] {
        club.approve(&[0], &swap(number, 6));
    }
    let many = R::TooManyChanges { limit };
    assert_eq!(refused(&mut club, 0, change(remove(2))), many);
    replay(&club);
}

fn evidence(club: &TestClub, member: u32, keeper: u16, second: Option<u8>) -> Body {
    let sign = |block: Option<u8>| {
        let statement = Statement {
            kind: StatementKind::Precommit,
            height: Height(7),
            round: 0,
            block: block.map(|byte| BlockId([byte; 32])),
            polka: None,
            keeper: KeeperNo(keeper),
        };
        let signature = vote_key(member, 0).sign(&statement.message(club.state.club()));
        (statement, SignatureBytes(signature.to_bytes()))
    };
    let (one, other) = (sign(Some(1)), sign(second));
    Body::Accuse {
        evidence: Box::new(Evidence { one, other }),
    }
}

#[test]
fn a_keeper_that_signed_two_things_loses_its_bond_and_may_be_removed() {
    let mut club = hosted(5);
    let nobody = evidence(&club, 2, 2, None);
    assert_eq!(refused(&mut club, 5, nobody), R::NotShared);
    club.grow(5);
    let treasury = club.state.ledger().treasury().get();
    let same = evidence(&club, 2, 2, Some(1));
    assert_eq!(refused(&mut club, 5, same), R::NoEvidence);
    let forged = evidence(&club, 3, 2, None);
    assert_eq!(refused(&mut club, 5, forged), R::NoEvidence);
    let keeper = KeeperNo(9);
    let unknown = evidence(&club, 2, 9, None);
    assert_eq!(refused(&mut club, 5, unknown), R::UnknownKeeper { keeper });

    let proof = evidence(&club, 2, 2, None);
    club.must(5, proof.clone());
    let keeper = KeeperNo(2);
    let accused = ClubEvent::Accused {
        keeper,
        member: MemberNo(2),
        forfeited: Chips::new(BOND),
    };
    assert!(club.events.contains(&accused), "{:?}", club.events);
    assert!(club.state.is_accused(keeper));
    assert_eq!(club.state.ledger().treasury().get(), treasury + BOND);
    let open = club.state.open_changes();
    assert_eq!((open.len(), &open[0].change), (1, &remove(2)));
    let before = club.state.ledger().clone();
    assert_eq!(refused(&mut club, 4, proof), R::AlreadyAccused { keeper });
    assert_eq!(club.state.ledger(), &before);
    club.approve(&[0, 1, 3, 4], &remove(2));
    assert_eq!(numbers(&club), [(0, 0), (1, 1), (3, 3), (4, 4)]);
    assert_eq!(club.balance(2), GRANT - BOND);
    check_chips(&club.state);
    replay(&club);
}

#[test]
fn a_keeper_that_withholds_pays_from_its_bond_and_the_fifth_time_its_removal_is_open() {
    let mut club = hosted(4);
    club.grow(5);
    let mut table = create(easy_rules());
    if let Body::CreateTable(TableTerms { bond, .. }) = &mut table {
        *bond = Chips::new(40);
    }
    club.must(0, table);
    club.must(0, Body::Sit { table: TABLE });
    let least = club.table().game.rules().min_bet.get();
    for times in 1..=5_u64 {
        if let Some(until) = club.state.banned_until(MemberNo(4)) {
            club.wait(until.0 - club.state.time().0);
        }
        club.seal_all(TABLE);
        club.must(0, club.bets(vec![place("field", 5)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        let lines = club.table().roster.clone();
        let open = lines.iter().filter(|line| line.member != MemberNo(4));
        let bodies = open.map(|line| (line.member.0, club.open_body(TABLE, line.slot)));
        assert!(club.decide(bodies.collect()).iter().all(Result::is_ok));
        club.wait_for_deadline();
        let bond = club.state.keeper_bond(KeeperNo(4)).get();
        assert_eq!(bond, BOND - times * least);
        let open = usize::from(times == 5);
        assert_eq!(club.state.open_changes().len(), open, "{times}");
        check_chips(&club.state);
    }
    assert_eq!(club.state.open_changes()[0].change, remove(4));
}

#[test]
fn tables_get_a_new_roster_and_a_locked_roll_ends_with_the_keepers_it_began_with() {
    let mut club = hosted(5);
    club.must(0, create(easy_rules()));
    club.must(0, create(easy_rules()));
    club.must(5, Body::Sit { table: TABLE });
    club.must(5, Body::Sit { table: TableNo(1) });
    club.grow(4);
    club.must(4, club.ready_body(4, 0));
    club.seal_all(TABLE);
    club.must(5, club.bets(vec![place("field", 5)]));
    club.approve(&[1, 2], &swap(3, 4));
    assert_eq!(club.lock(TABLE), Ok(()));
    let locked = club.table().roster.clone();
    let other = club.state.table(TableNo(1)).unwrap().epoch;
    club.approve(&[0], &swap(3, 4));
    assert_eq!(numbers(&club).last(), Some(&(4, 4)));
    assert_eq!(club.state.table(TableNo(1)).unwrap().epoch, other + 1);
    assert_eq!(club.table().roster, locked);
    let epoch = club.table().epoch;
    let record = club.open_all(TABLE);
    assert_eq!(record.verify(), Ok(()));
    assert_eq!(record.withheld, []);
    assert_eq!(club.table().epoch, epoch + 1);
    let keeps = |member: u32| {
        let mut lines = club.table().roster.iter();
        lines.any(|line| line.member == MemberNo(member) && line.is_keeper)
    };
    assert!(keeps(4) && !keeps(3));
    assert!(club.table().seals().is_empty(), "the roster is another");
    club.seal_all(TABLE);
    club.must(5, club.bets(vec![place("field", 5)]));
    club.roll();
    replay(&club);
}

#[test]
fn growing_out_of_a_club_that_was_never_timed_stands_nobody_up() {
    let terms = charter(1_000_000, GRANT);
    let mut settings = terms.charter.clone();
    settings.settings.session_timeout_seconds = 60;
    let founder = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let terms = settings.sign(&founder);
    let mut club = TestClub::seated(terms, 3, MemberKind::Bot, 3);
    club.wait(10 * READY_MILLIS);
    club.grow(4);
    club.wait(1_000);
    assert_eq!(club.table().present().count(), 4);
    club.wait_for_deadline();
    assert_eq!(club.table().present().count(), 0, "now silence is timed");
}

/// What somebody tries.
#[derive(Clone, Debug)]
enum Try {
    Ready,
    Open(u8),
    Approve,
    Accuse,
    Wait,
}

fn tries() -> impl Strategy<Value = Try> {
    prop_oneof![
        4 => Just(Try::Ready),
        3 => (0..5_u8).prop_map(Try::Open),
        9 => Just(Try::Approve),
        1 => Just(Try::Accuse),
        1 => Just(Try::Wait),
    ]
}

fn body(club: &TestClub, attempt: &Try, member: u32, pick: u16) -> Body {
    let who = u32::from(pick % 7);
    let keepers = club.state.keepers();
    let keeper = keepers[usize::from(pick / 7) % keepers.len()];
    match attempt {
        Try::Ready => club.ready_body(member, u8::try_from(pick % 3).unwrap()),
        Try::Open(0) => change(grow((0..who).map(|step| (member + step) % 7))),
        Try::Open(1) => change(add(who)),
        Try::Open(2) => change(remove(keeper.no.0)),
        Try::Open(3) => change(swap(keeper.no.0, who)),
        Try::Open(_) => change(KeeperChange::Shrink),
        Try::Approve => {
            let open = club.state.open_changes();
            let at = usize::from(pick).checked_rem(open.len());
            at.map_or(Body::Nothing, |at| change(open[at].change.clone()))
        }
        Try::Accuse => evidence(club, keeper.member.0, keeper.no.0, None),
        Try::Wait => Body::Nothing,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_run_leaves_a_legal_set_and_no_number_is_given_twice(
        grown in 4..6_u32,
        steps in prop::collection::vec((tries(), 0..7_u32, any::<u16>()), 1..60),
    ) {
        let mut club = hosted(6);
        club.grow(grown);
        let mut known: BTreeMap<u16, Keeper> = BTreeMap::new();
        for (attempt, member, pick) in steps {
            let before = club.state.clone();
            let body = body(&club, &attempt, member, pick);
            let millis = if matches!(attempt, Try::Wait) { READY_MILLIS } else { 1 };
            let outcome = club.decide_after(millis, vec![(member, body)]).remove(0);
            let keepers = club.state.keepers();
            prop_assert!(keepers.len() == 1 || (4..=16).contains(&keepers.len()));
            prop_assert!(keepers.iter().zip(&keepers[1..]).all(|(one, next)| one.no < next.no));
            let mut members: Vec<_> = keepers.iter().map(|keeper| keeper.member).collect();
            members.sort_unstable();
            members.dedup();
            prop_assert_eq!(members.len(), keepers.len());
            for keeper in keepers {
                let first = known.entry(keeper.no.0).or_insert(*keeper);
                prop_assert_eq!(&*first, keeper);
            }
            let changed = club.events.iter().filter(|event| matches!(event, ClubEvent::KeepersChanged { .. }));
            let changes = usize::from(before.keepers() != keepers);
            prop_assert_eq!(changed.count(), changes);
            if outcome.is_err() && before.next_deadline().is_none() {
                prop_assert_eq!(before.ledger(), club.state.ledger());
                prop_assert_eq!(before.keepers(), keepers);
            }
            let block = club.blocks.last().unwrap();
            prop_assert_eq!(block.header.next_keepers_hash, club.state.keepers_hash());
            check_chips(&club.state);
        }
        replay(&club);
    }
}
