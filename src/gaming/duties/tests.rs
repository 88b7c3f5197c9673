//! One node for each member: what each owes, and what a crash makes of it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::club::kit::*;
use crate::club::{ClubEvent, MemberKind, Refusal, RollTimes};
use crate::dice::Hash32;

const SEED: u8 = 7;
const NOTHING: BTreeSet<Slot> = BTreeSet::new();

/// The host at seat 0, and so many guests.
fn club(guests: u8) -> TestClub {
    TestClub::seated(charter(1_000_000, 10_000), guests, MemberKind::Person, SEED)
}

fn locked(guests: u8) -> TestClub {
    let mut club = club(guests);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    club
}

fn secret() -> EpochSecret {
    EpochSecret::new([SEED; 32])
}

fn owes(club: &TestClub, member: u32, openings: &BTreeSet<Slot>, millis: u64) -> Owed {
    let known = Known {
        openings,
        certified_for: Duration::from_millis(millis),
    };
    let locals = BTreeSet::from([MemberNo(member)]);
    owed(&club.state, TABLE, &locals, &secret(), known)
}

fn seen(owed: &Owed) -> Option<u16> {
    owed.duties.iter().find_map(|duty| {
        if let Body::Open { seen, .. } = &duty.body {
            return Some(*seen);
        }
        None
    })
}

#[test]
fn players_open_at_once_and_a_keeper_when_it_holds_all_seats_or_its_time_is_over() {
    let club = locked(2);
    assert_eq!(seen(&owes(&club, 1, &NOTHING, 0)), Some(0));
    let open = u64::from(RollTimes::LAN.open);
    let early = owes(&club, 0, &BTreeSet::from([Slot(1)]), open - 1);
    assert_eq!(
        (seen(&early), early.opens_in),
        (None, Some(Duration::from_millis(1)))
    );
    let late = owes(&club, 0, &BTreeSet::from([Slot(1)]), open);
    assert_eq!((seen(&late), late.opens_in), (Some(0b011), None));
    let all = owes(&club, 0, &BTreeSet::from([Slot(1), Slot(2)]), 0);
    assert_eq!(seen(&all), Some(0b111));
    let sent = owes(&club, 1, &BTreeSet::from([Slot(1)]), 0);
    assert_eq!(
        sent,
        Owed::default(),
        "what is on its way is not sent again"
    );
}

#[test]
fn who_doubts_the_host_opens_what_it_sealed_and_seals_no_more() {
    let club = locked(2);
    let mut doubting = owes(&club, 1, &NOTHING, 0);
    doubting.stop_sealing();
    let [duty] = &doubting.duties[..] else {
        panic!("{doubting:?}");
    };
    assert!(matches!(duty.body, Body::Open { next: None, .. }));
    // Before a roll nothing is left to do.
    let mut club = self::club(2);
    club.must(1, Body::Stand { table: TABLE });
    let mut doubting = owes(&club, 2, &NOTHING, 0);
    assert_eq!(doubting.duties.len(), 1);
    doubting.stop_sealing();
    assert_eq!(doubting, Owed::default());
}

#[test]
fn a_node_with_players_and_the_keeper_opens_all_in_one_go() {
    let club = locked(2);
    let locals = [0, 1, 2].map(MemberNo).into();
    let known = Known {
        openings: &NOTHING,
        certified_for: Duration::ZERO,
    };
    let owed = owed(&club.state, TABLE, &locals, &secret(), known);
    let members: Vec<_> = owed.duties.iter().map(|duty| duty.member.0).collect();
    assert_eq!((members, owed.opens_in), (vec![1, 2, 0], None));
}

#[test]
fn a_lost_secret_is_withdrawn_before_the_lock_and_owned_up_to_after_it() {
    let other = EpochSecret::new([9; 32]);
    let known = Known {
        openings: &NOTHING,
        certified_for: Duration::ZERO,
    };
    let locals = BTreeSet::from([MemberNo(1)]);
    let mut club = club(1);
    let lost = owed(&club.state, TABLE, &locals, &other, known);
    assert!(matches!(lost.duties[0].body, Body::Unseal { .. }));
    club.must(1, lost.duties[0].body.clone());
    let anew = owed(&club.state, TABLE, &locals, &other, known);
    assert!(matches!(anew.duties[0].body, Body::Seal { .. }));
    club.must(1, anew.duties[0].body.clone());
    assert_eq!(
        owed(&club.state, TABLE, &locals, &other, known),
        Owed::default()
    );

    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let owed = owed(&club.state, TABLE, &locals, &secret(), known);
    assert_eq!((owed.duties, owed.lost), (vec![], vec![Slot(1)]));
}

#[test]
fn a_clean_stop_withdraws_the_seals_of_this_node_and_no_others() {
    let mut club = club(2);
    let locals = BTreeSet::from([MemberNo(1)]);
    let duties = withdrawals(club.table(), &locals);
    assert_eq!(duties.len(), 1);
    club.must(1, duties[0].body.clone());
    assert_eq!(withdrawals(club.table(), &locals), []);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(
        club.lock(TABLE),
        Ok(()),
        "the roll waits for nobody who left"
    );
    assert_eq!(withdrawals(club.table(), &[MemberNo(0)].into()), []);
}

/// Every opening ever made, by roll and slot: what a node wrote down before it sent it.
type Noted = BTreeMap<(u64, Slot), (Hash32, Hash32)>;

/// Notes an opening as the store does, which takes no second lock for one roll.
fn note(noted: &mut Noted, body: &Body) {
    if let Body::Open {
        roll,
        slot,
        lock_hash,
        secret,
        ..
    } = body
    {
        let opening = (*lock_hash, *secret);
        assert_eq!(*noted.entry((*roll, *slot)).or_insert(opening), opening);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// At each step every node may crash before its commands arrive: they are lost, and it knows
    /// nothing afterwards but its secret, its notes and the chain.
    #[test]
    fn a_roll_ends_whoever_crashes_when_and_nothing_is_opened_twice(
        crashes in prop::collection::vec(0_u8..8, 0..12),
    ) {
        let (mut club, mut noted) = (club(2), Noted::new());
        let mut crashes = crashes.into_iter().chain(std::iter::repeat(0));
        let mut is_called = false;
        for _ in 0..40 {
            let crashed = crashes.next().unwrap_or_default();
            let mut bodies = Vec::new();
            for member in 0..3_u32 {
                for duty in owes(&club, member, &NOTHING, 0).duties {
                    note(&mut noted, &duty.body);
                    if crashed & (1 << member) == 0 {
                        bodies.push((duty.member.0, duty.body));
                    }
                }
            }
            if !club.table().is_locked() && club.table().seals().len() == 3 && !is_called {
                let roll = club.table().roll;
                bodies.push((0, club.bets(vec![place("field", 5)])));
                for member in [1, 2] {
                    bodies.push((member, Body::Ready { table: TABLE, roll }));
                }
                bodies.push((0, Body::Roll { table: TABLE, roll }));
                is_called = true;
            }
            let outcomes = club.decide_after(1, bodies);
            let fault = outcomes.into_iter().find_map(Result::err);
            prop_assert_eq!(fault, None::<Refusal>);
            let mut events = club.events.iter();
            if let Some(record) = events.find_map(ClubEvent::rolled) {
                prop_assert_eq!(record.verify(), Ok(()));
                prop_assert_eq!(noted.len(), 3);
                return Ok(());
            }
        }
        prop_assert!(false, "the roll did not end");
    }
}
