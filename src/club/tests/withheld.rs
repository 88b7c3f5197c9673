//! Openings that are missing: who counts, what it costs, and how the roll ends.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::club::kit::*;
use crate::club::*;
use crate::craps::{Dice, SeatNo};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

const BOND: u64 = 40;

fn seat(number: u8) -> SeatNo {
    SeatNo::new(number).unwrap()
}

/// Four keepers without seats, members 0 to 3, and so many players, at seats 0 and up.
fn shared(players: u8, seed: u8) -> TestClub {
    let terms = charter(1_000_000, 10_000);
    let mut club = TestClub::founded(terms, 3 + players, MemberKind::Person, seed);
    club.share(4);
    let mut body = create(easy_rules());
    if let Body::CreateTable(TableTerms { bond, .. }) = &mut body {
        *bond = Chips::new(BOND);
    }
    club.must(0, body);
    for player in 0..u32::from(players) {
        club.must(4 + player, Body::Sit { table: TABLE });
    }
    club.seal_all(TABLE);
    club
}

fn hosted(seed: u8) -> TestClub {
    TestClub::seated(charter(1_000_000, 10_000), 2, MemberKind::Person, seed)
}

fn keeper(number: u8) -> Slot {
    Slot(Slot::FIRST_KEEPER.0 + number)
}

/// The member of a slot of [`shared`].
fn owner(slot: Slot) -> u32 {
    let keeper = slot.0.checked_sub(Slot::FIRST_KEEPER.0);
    keeper.map_or(u32::from(slot.0) + 4, u32::from)
}

/// An opening that says that these seats were seen.
fn opening(club: &TestClub, slot: Slot, seats: &[u8]) -> Body {
    let mut body = club.open_body(TABLE, slot);
    if let Body::Open { seen, .. } = &mut body {
        *seen = seats.iter().fold(0, |seen, seat| seen | 1 << seat);
    }
    body
}

fn rolled(club: &TestClub) -> Option<RollRecord> {
    club.events.iter().find_map(ClubEvent::rolled).cloned()
}

#[test]
fn who_withholds_in_a_hosted_club_is_left_out_stands_up_and_leaves_the_bets() {
    let mut club = hosted(3);
    club.must(0, club.bets(vec![place("pass", 10)]));
    club.must(1, club.bets(vec![place("pass", 10), place("place_6", 12)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let (late, host) = (opening(&club, Slot(2), &[]), opening(&club, Slot(0), &[2]));
    assert_eq!(club.decide(vec![(2, late), (0, host)]), [Ok(()), Ok(())]);
    assert!(
        club.table().is_locked(),
        "the time for openings is not over"
    );
    club.wait_for_deadline();
    let record = rolled(&club).unwrap();
    assert_eq!(record.verify(), Ok(()));
    let (slot, member) = (Slot(1), MemberNo(1));
    let (fine, until) = (Chips::ZERO, club.state.time());
    let withheld = Withheld {
        slot,
        member,
        fine,
        until,
    };
    assert_eq!(record.withheld, [withheld]);
    assert_eq!(record.frozen, [seat(1)]);
    let table = club.table();
    assert_eq!(table.present_seat_of(MemberNo(1)), None);
    assert_eq!(table.game.at_risk(seat(1)), Chips::new(22));
    assert_eq!(club.balance(1), 10_000 - 22, "nothing came down");
    assert_eq!(table.roll, 2);
    // Machines crash: the first time the seat and the bets are there again at once.
    club.must(1, Body::Sit { table: TABLE });
    assert_eq!(club.table().present_seat_of(MemberNo(1)), Some(seat(1)));
    assert_eq!(club.table().game.at_risk(seat(1)), Chips::new(22));
}

#[test]
fn bets_left_behind_see_the_next_rolls_unless_one_contributor_makes_the_dice() {
    let mut club = hosted(3);
    let both = [place("field", 5), place("place_6", 12)];
    club.must(0, club.bets(vec![place("big_6", 5)]));
    club.must(1, club.bets(both.to_vec()));
    assert_eq!(club.lock(TABLE), Ok(()));
    let (late, host) = (opening(&club, Slot(2), &[]), opening(&club, Slot(0), &[2]));
    club.decide(vec![(2, late), (0, host)]);
    club.wait_for_deadline();
    club.seal_all(TABLE);
    let frozen = club.table().game.at_risk(seat(1));
    assert_eq!(frozen, Chips::new(17));

    let mut alone = club.clone();
    alone.must(2, Body::Stand { table: TABLE });
    alone.seal_all(TABLE);
    alone.must(0, alone.bets(vec![place("field", 5)]));
    assert_eq!(alone.roll().frozen, [seat(1)]);
    assert_eq!(alone.table().game.at_risk(seat(1)), frozen);

    club.must(0, club.bets(vec![place("field", 5)]));
    let record = club.roll();
    assert_eq!(record.frozen, []);
    let left = record.result.seats.iter().find(|it| it.seat == seat(1));
    assert!(
        left.unwrap()
            .decisions
            .iter()
            .any(|made| made.stake == Chips::new(5))
    );
}

/// A place bet that its player left behind and that wins is over, and the seat is free.
#[test]
fn a_win_ends_a_bet_that_was_left_behind() {
    for seed in 0..=255 {
        let mut club = hosted(seed);
        club.must(0, club.bets(vec![place("big_8", 5)]));
        club.must(1, club.bets(vec![place("place_6", 6)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        let (late, host) = (opening(&club, Slot(2), &[]), opening(&club, Slot(0), &[2]));
        club.decide(vec![(2, late), (0, host)]);
        club.wait_for_deadline();
        club.seal_all(TABLE);
        club.must(0, club.bets(vec![place("field", 5)]));
        let record = club.roll();
        if record.result.dice.total() == 6 {
            assert_eq!(club.balance(1), 10_007);
            assert_eq!(record.came_down[0].returned, Chips::new(6));
            assert_eq!(club.table().seat_of(MemberNo(1)), None);
            return;
        }
    }
    panic!("no seed gave a six");
}

/// Locks a roll that member 1 does not open, and lets its time pass.
fn withhold(club: &mut TestClub) -> Withheld {
    if club.table().present_seat_of(MemberNo(1)).is_none() {
        club.must(1, Body::Sit { table: TABLE });
    }
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let (late, host) = (opening(club, Slot(2), &[]), opening(club, Slot(0), &[2]));
    club.decide(vec![(2, late), (0, host)]);
    club.wait_for_deadline();
    rolled(club).unwrap().withheld[0]
}

#[test]
fn bans_double_from_ten_minutes_to_a_day_and_are_forgotten_after_one() {
    let mut club = hosted(3);
    let (minute, day) = (60_000, 24 * 3_600_000);
    let doubling = (0..9_u32).map(|times| ((10 * minute) << times).min(day));
    let bans: Vec<u64> = [0].into_iter().chain(doubling).collect();
    assert_eq!(bans[8..], [1_280 * minute, day]);
    for ban in bans {
        let withheld = withhold(&mut club);
        let until = TimeMs(club.state.time().0 + ban);
        assert_eq!(withheld.until, until);
        if ban > 0 {
            let refused = club.refused(1, Body::Sit { table: TABLE });
            assert_eq!(refused, Refusal::Banned { until });
            club.wait(ban - 1_000);
        }
    }
    club.wait(day);
    assert_eq!(withhold(&mut club).until, club.state.time());
}

#[test]
fn who_withdraws_its_seal_in_time_has_withheld_nothing() {
    let mut club = hosted(3);
    let (table, epoch, roll, slot) = (TABLE, club.table().epoch, 1, Slot(1));
    club.must(0, club.bets(vec![place("field", 5)]));
    club.must(1, club.bets(vec![place("big_8", 5)]));
    let withdrawn = Body::Unseal {
        table,
        epoch,
        roll,
        slot,
    };
    club.must(1, withdrawn);
    club.wait(u64::from(RollTimes::LAN.seal));
    assert_eq!(club.lock(TABLE), Ok(()));
    let record = club.open_all(TABLE);
    assert_eq!((record.withheld, record.frozen), (vec![], vec![seat(1)]));
    let known = club.state.member(MemberNo(1)).unwrap();
    assert_eq!(known.withheld, Withholdings::default());
    assert_eq!(club.table().present_seat_of(MemberNo(1)), Some(seat(1)));
}

/// The shooter has no power after the lock: the roll is that of the others, and counts for the hand.
#[test]
fn a_shooter_who_is_gone_after_the_lock_changes_nothing_for_the_others() {
    let mut club = hosted(5);
    let roll = club.table().roll;
    club.must(0, Body::PassDice { table: TABLE, roll });
    assert_eq!(club.table().game.shooter(), Some(seat(1)));
    club.must(0, club.bets(vec![place("field", 5)]));
    club.must(1, club.bets(vec![place("pass", 10)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let (other, host) = (opening(&club, Slot(2), &[]), opening(&club, Slot(0), &[2]));
    club.decide(vec![(2, other), (0, host)]);
    club.wait_for_deadline();
    let record = rolled(&club).unwrap();
    assert_eq!(record.verify(), Ok(()));
    assert_eq!(record.frozen, [seat(1)]);
    let host = record.result.seats.iter().find(|it| it.seat == seat(0));
    assert_eq!(host.unwrap().decisions.len(), 1, "the field is decided");
    assert_eq!(club.table().game.last_dice(), Some(record.result.dice));
    // The dice are somebody else's now, and the next roll needs no word of who left.
    let next = club.table().game.shooter().unwrap();
    assert!(club.table().present().any(|(number, _)| number == next));
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
}

/// One contributor alone never makes the dice of bets whose player is gone.
#[test]
fn bets_that_were_left_behind_are_a_roll_for_two_contributors_and_for_one_none() {
    let mut club = hosted(3);
    club.must(0, club.bets(vec![place("field", 5)]));
    club.must(1, club.bets(vec![place("place_6", 12)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let (other, host) = (opening(&club, Slot(2), &[]), opening(&club, Slot(0), &[2]));
    club.decide(vec![(2, other), (0, host)]);
    club.wait_for_deadline();
    club.seal_all(TABLE);
    let left = club.table().game.at_risk(seat(1));
    assert_eq!(left, Chips::new(12));
    assert!(
        club.table().game.at_risk(seat(0)).is_zero(),
        "nobody else has a bet"
    );
    let mut alone = club.clone();
    alone.must(2, Body::Stand { table: TABLE });
    alone.seal_all(TABLE);
    assert_eq!(alone.lock(TABLE), Err(Refusal::NothingAtRisk));
    assert_eq!(alone.state.next_deadline(), None, "nothing is waited for");
    assert_eq!(club.lock(TABLE), Ok(()));
    let record = club.open_all(TABLE);
    assert_eq!(record.frozen, []);
}

#[test]
fn a_fine_goes_to_the_treasury_and_to_nobody_else() {
    let mut club = shared(2, 3);
    club.must(5, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let openings = [Slot(0), keeper(0), keeper(1), keeper(2), keeper(3)];
    for slot in openings {
        let body = opening(&club, slot, &[0]);
        club.must(owner(slot), body);
    }
    let before = club.state.ledger().clone();
    club.wait_for_deadline();
    let record = rolled(&club).unwrap();
    let fined: Vec<_> = record
        .withheld
        .iter()
        .map(|it| (it.member, it.fine))
        .collect();
    let least = Chips::new(1);
    assert_eq!(fined, [(MemberNo(5), least)]);
    let after = club.state.ledger();
    assert_eq!(Some(after.treasury()), before.treasury().checked_add(least));
    for (member, account) in before.accounts() {
        let mut expected = *account;
        if member == MemberNo(5) {
            // The rest of the bond is back; the bet stays where it is.
            let back = account.bond.checked_sub(least).unwrap();
            expected.bond = Chips::ZERO;
            expected.balance = expected.balance.checked_add(back).unwrap();
        }
        assert_eq!(after.account(member), Some(&expected), "{member}");
    }
}

/// The number of a roll that was given up is used up, and the links of the others go on past it.
#[test]
fn a_roll_that_was_given_up_leaves_a_gap_in_the_numbers_and_none_in_the_links() {
    let mut club = shared(2, 3);
    let day = 24 * 3_600_000;
    let mut link = crate::dice::first_link(&club.table().id.0);
    let mut numbers = Vec::new();
    for gives_up in [false, true, true, false, true, false] {
        if club.table().present_seat_of(MemberNo(4)).is_none() {
            club.must(4, Body::Sit { table: TABLE });
        }
        club.seal_all(TABLE);
        club.must(4, club.bets(vec![place("field", 5)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        let roll = club.table().roll;
        if gives_up {
            let body = opening(&club, Slot(0), &[]);
            club.must(4, body);
            let body = opening(&club, Slot(1), &[]);
            club.must(5, body);
            let at_risk = club.table().game.at_risk(seat(0));
            club.wait(day);
            assert_eq!(club.table().game.at_risk(seat(0)), at_risk);
            assert_eq!((club.table().roll, club.table().link), (roll + 1, link));
            // The keepers lose what they put up; nothing else keeps them from the next roll.
            club.wait(day);
            continue;
        }
        let record = club.open_all(TABLE);
        assert_eq!(record.verify(), Ok(()));
        assert_eq!((record.roll, record.proof.link_before), (roll, link));
        link = record.proof.link;
        numbers.push(record.roll);
    }
    assert_eq!(numbers, [1, 4, 6]);
}

#[test]
fn a_seat_counts_if_one_keeper_more_than_may_lie_has_seen_it() {
    let mut club = shared(2, 3);
    club.must(4, club.bets(vec![place("field", 5)]));
    club.must(5, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let seen = [&[0, 1][..], &[0], &[], &[]];
    let keepers = (0..4_u8).zip(seen).map(|(number, seats)| {
        let body = opening(&club, keeper(number), seats);
        (u32::from(number), body)
    });
    let keepers = keepers.collect();
    club.decide(keepers);
    // Both open after the keepers; two of four keepers say that they had seat 0's opening.
    for slot in [Slot(0), Slot(1)] {
        let body = opening(&club, slot, &[0, 1]);
        club.must(owner(slot), body);
    }
    assert!(club.table().is_locked());
    club.wait_for_deadline();
    let record = rolled(&club).unwrap();
    assert_eq!(record.verify(), Ok(()));
    let left_out: Vec<_> = record.withheld.iter().map(|it| it.slot).collect();
    assert_eq!((left_out, record.frozen), (vec![Slot(1)], vec![seat(1)]));
    assert_eq!(record.withheld[0].fine, Chips::new(1), "one table minimum");
    // 10 000 less the stake and the fine; the rest of the bond is back.
    assert_eq!(club.balance(5), 10_000 - 5 - 1);
    let account = club.state.ledger().account(MemberNo(5)).unwrap();
    assert_eq!(account.bond, Chips::ZERO);
}

#[test]
fn no_roll_closes_by_the_openings_of_so_few_keepers_that_all_may_lie() {
    let mut club = shared(1, 3);
    club.must(4, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let locked = club.state.time();
    for slot in [Slot(0), keeper(0)] {
        let body = opening(&club, slot, &[0]);
        club.must(owner(slot), body);
    }
    for _ in 0..20 {
        club.wait_for_deadline();
        assert!(club.table().is_locked());
    }
    let mut late = club.clone();
    let body = opening(&late, keeper(1), &[0]);
    late.must(1, body);
    late.wait_for_deadline();
    let record = rolled(&late).unwrap();
    assert_eq!(record.frozen, []);
    assert_eq!(record.withheld.len(), 2);

    // After a whole day nobody waits any more. No bet moves, and the number is used up.
    let day = 24 * 3_600_000;
    let left = locked.0 + day - club.state.time().0;
    club.wait(left - 1);
    assert!(club.table().is_locked());
    club.wait(1);
    let abandoned = club.events.iter().find_map(|event| {
        if let ClubEvent::Abandoned { roll, withheld, .. } = event {
            return Some((*roll, withheld.clone()));
        }
        None
    });
    let (roll, withheld) = abandoned.unwrap();
    let blamed: Vec<_> = withheld.iter().map(|it| it.slot).collect();
    assert_eq!((roll, blamed), (1, [1, 2, 3].map(keeper).to_vec()));
    assert_eq!((club.table().roll, club.balance(4)), (2, 10_000 - 45));
    assert_eq!(club.table().game.roll_count(), 0);
}

#[test]
fn a_lock_takes_the_seals_of_all_keepers_but_those_that_may_fail() {
    let mut club = shared(1, 3);
    club.must(4, club.bets(vec![place("field", 5)]));
    let unseal = |club: &TestClub, number: u8| Body::Unseal {
        table: TABLE,
        epoch: club.table().epoch,
        roll: 1,
        slot: keeper(number),
    };
    club.must(3, unseal(&club, 3));
    let mut three = club.clone();
    assert_eq!(three.lock(TABLE), Ok(()));
    club.must(2, unseal(&club, 2));
    let slots = vec![keeper(2), keeper(3)];
    assert_eq!(club.lock(TABLE), Err(Refusal::SealsMissing { slots }));
}

#[test]
fn a_keepers_seal_is_refused_while_it_is_banned_and_enough_others_are_left() {
    let mut club = shared(1, 3);
    for times in 1..=2 {
        club.must(4, club.bets(vec![place("field", 5)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        for slot in [Slot(0), keeper(0), keeper(1), keeper(2)] {
            let body = opening(&club, slot, &[0]);
            club.must(owner(slot), body);
        }
        club.wait_for_deadline();
        assert_eq!(rolled(&club).unwrap().withheld.len(), 1);
        let seal = club.seal_body(TABLE, keeper(3));
        let outcome = club.decide(vec![(3, seal)]).remove(0);
        assert_eq!(outcome.is_ok(), times == 1, "{outcome:?}");
    }
    // Without keeper 2 the others would be too few.
    let mut known = club.state.members[&MemberNo(2)].clone();
    known.make_mut().withheld.until = TimeMs(u64::MAX);
    club.state.members.insert(MemberNo(2), known);
    let seal = club.seal_body(TABLE, keeper(3));
    club.must(3, seal);
}

#[test]
fn the_seats_of_a_shared_club_put_up_what_withholding_costs() {
    let mut club = TestClub::founded(charter(60_000, 10_000), 3, MemberKind::Person, 1);
    club.share(4);
    let (bond, need) = (Chips::ZERO, Chips::new(1));
    let refused = club.refused(0, create(easy_rules()));
    assert_eq!(refused, Refusal::BondTooSmall { bond, need });
}

#[test]
fn a_keeper_does_not_vote_for_a_close_that_is_early_or_leaves_out_what_it_holds() {
    let mut club = shared(2, 3);
    club.must(4, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    for number in [0, 1] {
        let body = opening(&club, keeper(number), &[0]);
        club.must(u32::from(number), body);
    }
    let body = opening(&club, Slot(0), &[]);
    club.must(4, body);
    let before = club.state.clone();
    club.wait_for_deadline();
    let record = rolled(&club).unwrap();
    let judge = |slots: &[Slot], seen, certified_for| {
        let held = HeldOpenings {
            lock_hash: record.proof.lock_hash,
            certified_for,
            slots: &slots.iter().copied().collect::<BTreeSet<_>>(),
            seen,
        };
        before.judge_close(&record, &held)
    };
    assert_eq!(judge(&[keeper(0), Slot(0)], 0b01, 5_000), Ok(()));
    let (held, need) = (4_999, 5_000);
    let early = Err(UnfairClose::TooEarly { held, need });
    assert_eq!(judge(&[], 0, 4_999), early);
    let left_out = |slot| Err(UnfairClose::LeftOut { slots: vec![slot] });
    assert_eq!(judge(&[keeper(2)], 0, 5_000), left_out(keeper(2)));
    assert_eq!(judge(&[Slot(1)], 0b10, 5_000), left_out(Slot(1)));
    assert_eq!(judge(&[Slot(1)], 0b01, 5_000), Ok(()), "came after its own");
}

#[test]
fn openings_are_worth_a_block_when_they_close_the_roll() {
    let mut club = shared(1, 3);
    club.must(4, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let mut held = BTreeMap::from([(Slot(0), 0)]);
    for number in 0..4 {
        assert!(!club.state.would_close(TABLE, &held));
        held.insert(keeper(number), 0b1);
    }
    assert!(club.state.would_close(TABLE, &held));
}

/// The dice of a roll whose openings come in this order, so many to a block.
fn dice_of(club: &TestClub, order: &[Slot], per_block: usize) -> (Dice, StateRoot) {
    let mut club = club.clone();
    let mut dice = None;
    for slots in order.chunks(per_block) {
        let bodies = slots.iter().map(|slot| {
            let seen = if slot.0 < Slot::FIRST_KEEPER.0 {
                &[][..]
            } else {
                &[0, 1, 2]
            };
            (owner(*slot), opening(&club, *slot, seen))
        });
        let bodies = bodies.collect();
        club.decide_after(1, bodies);
        dice = dice.or_else(|| rolled(&club));
    }
    let record = dice.unwrap();
    assert_eq!(record.verify(), Ok(()));
    (record.result.dice, StateRoot(record.proof.link))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_dice_are_the_same_in_whatever_order_the_openings_arrive(
        seed in any::<u8>(),
        order in Just([0, 1, 2, 128, 129, 130, 131].map(Slot).to_vec()).prop_shuffle(),
        per_block in 1..8_usize,
    ) {
        let mut club = shared(3, seed);
        club.must(4, club.bets(vec![place("field", 5)]));
        prop_assert_eq!(club.lock(TABLE), Ok(()));
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(dice_of(&club, &order, per_block), dice_of(&club, &sorted, 8));
    }
}
