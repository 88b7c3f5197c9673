//! What a club of several people looks like to one of them.

use std::collections::BTreeMap;

use super::{club_view, event, table_view};
use crate::club::kit::{TABLE, TestClub, charter, create, easy_rules, place};
use crate::club::limits::STUCK_MILLIS;
use crate::club::{Body, MemberKind, TableTerms};
use crate::craps::{Puck, ShooterLeaves};
use crate::dice::Slot;
use crate::gaming::{ClubKind, GameEvent, RollPhase, TableView};
use crate::ledger::{Chips, MemberNo};
use crate::shown::Shown;

fn people(count: u8) -> TestClub {
    TestClub::seated(charter(1_000_000, 10_000), count - 1, MemberKind::Person, 1)
}

fn view(club: &TestClub, me: u32) -> TableView {
    table_view(&club.state, TABLE, MemberNo(me), &BTreeMap::new()).unwrap()
}

#[test]
fn a_club_says_who_keeps_it() {
    let alone = TestClub::seated(charter(1_000_000, 10_000), 1, MemberKind::Bot, 1);
    assert_eq!(club_view(&alone.state, MemberNo(0)).kind, ClubKind::Solo);
    let hosted = people(2);
    let seen = club_view(&hosted.state, MemberNo(1));
    assert_eq!(seen.kind, ClubKind::Hosted);
    assert!(!seen.keepers[0].you && seen.keepers.len() == 1);
    assert!(club_view(&hosted.state, MemberNo(0)).keepers[0].you);
    let mut shared = people(4);
    shared.share(4);
    let seen = club_view(&shared.state, MemberNo(1));
    let kind = ClubKind::Shared {
        keepers: 4,
        decide: 3,
    };
    assert_eq!((seen.kind, seen.keepers.len()), (kind, 4));
    assert!(seen.changes.is_empty() && seen.banned_until.is_none());
}

#[test]
fn a_table_says_whose_seal_it_lacks_when_betting_ends_and_whom_it_waits_for() {
    let mut club = people(3);
    club.change_rules(|rules| rules.shooter_leaves = ShooterLeaves::BetsWait);
    assert_eq!(
        (view(&club, 0).closes, view(&club, 0).missing.len()),
        (None, 0)
    );
    while club.table().game.puck() == Puck::Off {
        club.roll_until_betting();
    }
    let shooter = club.table().game.shooter().unwrap();
    let left = club.table().seats[&shooter].member;
    let stays = u32::from(left == MemberNo(0));
    club.must(stays, club.bets(vec![place("place_6", 6)]));
    let due = club.table().times.bet;
    assert_eq!(
        view(&club, stays).closes.map(|closes| closes.0),
        Some(club.state.time().0 + u64::from(due))
    );
    club.must(left.0, Body::Stand { table: TABLE });
    let seen = view(&club, stays);
    assert!(seen.waits.is_some() && seen.shooter().is_none());
    // A new roster seals anew, and nobody has yet.
    assert_eq!(seen.missing.len(), club.table().roster.len());
    assert_eq!(
        seen.phase,
        RollPhase::Betting {
            sealed: 0,
            of: seen.missing.len()
        }
    );
}

#[test]
fn a_roll_that_too_few_keepers_opened_is_told_to_all_with_those_who_withheld() {
    let mut club = TestClub::founded(charter(1_000_000, 10_000), 4, MemberKind::Person, 1);
    club.share(4);
    let mut body = create(easy_rules());
    if let Body::CreateTable(TableTerms { bond, .. }) = &mut body {
        *bond = Chips::new(5);
    }
    club.must(0, body);
    for member in 0..4 {
        club.must(member, Body::Sit { table: TABLE });
    }
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    // One keeper is not enough where one may lie.
    club.must(0, club.open_body(TABLE, Slot(0)));
    club.wait(STUCK_MILLIS - 1_001);
    let told = |club: &TestClub, me: u32| {
        let shown = |one| event(&club.state, MemberNo(me), one).map(|(_, told)| told);
        let mut told = club.events.iter().filter_map(shown);
        told.find(|told| matches!(told, GameEvent::Abandoned { .. }))
    };
    assert_eq!(told(&club, 0), None);
    club.wait(1);
    // The last of them has no seat and looks on.
    for me in 0..=4 {
        let names = [1, 2, 3].map(|number| Shown::new(&format!("Player {number}"), 24));
        let withheld = names.to_vec();
        assert_eq!(
            told(&club, me),
            Some(GameEvent::Abandoned { roll: 1, withheld })
        );
        let seen = view(&club, me);
        assert_eq!((seen.roll, seen.history.len()), (2, 0));
    }
    let staked = club.state.ledger().account(MemberNo(0)).unwrap().staked;
    assert_eq!(staked, Chips::new(5), "the bet stands");
}
