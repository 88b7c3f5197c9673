//! The waiting list.

use super::*;
use crate::club::ClubState;
use crate::club::kit::{self, TestClub};
use crate::consensus::limits::{WAITING_BYTES_MAX, WAITING_PER_MEMBER_MAX};
use crate::craps::Action;
use crate::dice::Slot;

const NOW: TimeMs = TimeMs(1_000_000);

fn club() -> TestClub {
    TestClub::founded(kit::charter(1_000_000, 100), 3, MemberKind::Bot, 1)
}

fn open() -> Body {
    Body::Open {
        table: crate::club::TableNo(0),
        roll: 1,
        slot: Slot(0),
        lock_hash: [0; 32],
        secret: [0; 32],
        seen: 0,
        next: None,
    }
}

fn take(pool: &mut Mempool, state: &ClubState, command: Command) {
    assert_eq!(pool.insert(state, NOW, command), Ok(Vec::new()));
}

#[test]
fn openings_come_first_and_then_everybody_in_turn() {
    let club = club();
    let mut pool = Mempool::default();
    for (member, waiting) in [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)] {
        take(
            &mut pool,
            &club.state,
            club.command(member, waiting, Body::Nothing),
        );
    }
    take(&mut pool, &club.state, club.command(2, 1, open()));
    let order: Vec<_> = pool
        .candidates(&club.state)
        .iter()
        .map(|command| (command.member.0, command.sequence))
        .collect();
    let first = |member| club.state.member(MemberNo(member)).unwrap().sequence + 1;
    let (a, b, c) = (first(0), first(1), first(2));
    assert_eq!(
        order,
        [(2, c), (2, c + 1), (0, a), (1, b), (0, a + 1), (0, a + 2)]
    );

    for command in pool.candidates(&club.state) {
        pool.remove(&command.id(club.state.club()));
    }
    assert!(pool.is_empty() && pool.candidates(&club.state).is_empty());
}

#[test]
fn nobody_has_more_waiting_than_the_limit() {
    let club = club();
    let mut pool = Mempool::default();
    let limit = u64::try_from(WAITING_PER_MEMBER_MAX).unwrap();
    for waiting in 0..limit {
        take(
            &mut pool,
            &club.state,
            club.command(0, waiting, Body::Nothing),
        );
    }
    let refused = pool.insert(&club.state, NOW, club.command(0, limit, Body::Nothing));
    let limit = WAITING_PER_MEMBER_MAX;
    assert_eq!(refused, Err(Rejection::TooManyWaiting { limit }));
    take(&mut pool, &club.state, club.command(1, 0, Body::Nothing));
}

#[test]
fn what_ends_first_makes_room_with_all_that_stands_behind_it() {
    let others = 20;
    let club = TestClub::founded(kit::charter(1_000_000, 100), others, MemberKind::Bot, 1);
    let actions: Vec<Action> = vec![kit::place("pass", u64::MAX); 200];
    // The fourth command of member 7 ends first, then those of all others, mixed up.
    let (first_to_end, place) = (7, 3);
    let end = |member: u32, waiting: u64| {
        let soonest = club.state.time().0 + 30_000;
        if (member, waiting) == (first_to_end, place) {
            TimeMs(soonest)
        } else {
            TimeMs(soonest + 1 + (u64::from(member) * 31 + waiting * 17) % 101)
        }
    };
    let mut pool = Mempool::default();
    let (mut bytes, mut sent) = (0, 0);
    let mut behind = Vec::new();
    let gone = 'filling: {
        for waiting in 0..32 {
            for member in 0..=u32::from(others) {
                let until = end(member, waiting);
                let command = club.command_until(until, member, waiting, club_bets(&actions));
                bytes += command.to_bytes().len();
                sent += 1;
                if member == first_to_end && waiting >= place {
                    behind.push(command.id(club.state.club()));
                }
                let gone = pool.insert(&club.state, NOW, command).unwrap();
                if bytes > WAITING_BYTES_MAX {
                    break 'filling gone;
                }
                assert_eq!(gone, [], "there is room");
            }
        }
        panic!("{bytes} bytes were taken");
    };
    assert!(behind.len() > 1);
    assert_eq!(gone, behind);
    assert_eq!(pool.len() + gone.len(), sent);
    assert!(gone.iter().all(|id| !pool.contains(id)));
    let left = pool.candidates(&club.state);
    let kept = left.iter().filter(|left| left.member.0 == first_to_end);
    assert_eq!(kept.count(), usize::try_from(place).unwrap());
}

fn club_bets(actions: &[Action]) -> Body {
    Body::Bets {
        table: crate::club::TableNo(0),
        roll: 1,
        actions: actions.to_vec(),
    }
}
