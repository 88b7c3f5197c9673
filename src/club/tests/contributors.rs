//! Rolls with few contributors and with as many as there can be.

use crate::club::kit::*;
use crate::club::limits::{BLOCK_BYTES_RADIO, KEEPERS_MAX};
use crate::club::*;
use crate::dice::Slot;
use crate::ledger::Chips;

/// The seats of the largest table.
const SEATS: u8 = 16;

/// A table of sixteen seats, where each puts up a chip.
fn large() -> Body {
    let mut body = create(easy_rules());
    if let Body::CreateTable(terms) = &mut body {
        terms.seats_max = SEATS;
        terms.bond = Chips::new(1);
    }
    body
}

/// The commands of the newest two blocks, a lock and a close.
fn bytes_of_a_roll(club: &TestClub) -> usize {
    let newest = &club.blocks[club.blocks.len() - 2..];
    let commands = newest.iter().flat_map(|block| &block.commands);
    commands.map(|command| command.to_bytes().len()).sum()
}

/// Word, and an opening with the next seal for each contributor; the figures are those of the
/// published design.
#[test]
fn a_roll_puts_no_more_on_the_chain_than_was_computed() {
    for (contributors, most) in [(1, 295), (4, 889), (8, 1_681), (16, 3_265)] {
        let terms = charter(1_000_000, 10_000);
        let mut club = TestClub::founded(terms, contributors - 1, MemberKind::Bot, 3);
        club.must(0, large());
        for member in 0..u32::from(contributors) {
            club.must(member, Body::Sit { table: TABLE });
        }
        club.seal_all(TABLE);
        club.must(0, club.bets(vec![place("field", 5)]));
        let (table, roll) = (TABLE, club.table().roll);
        club.must(0, Body::Roll { table, roll });
        let record = club.open_all(TABLE);
        assert_eq!(record.proof.openings.len(), usize::from(contributors));
        assert_eq!(record.verify(), Ok(()));
        let bytes = bytes_of_a_roll(&club);
        assert!(bytes <= most, "{contributors}: {bytes} bytes");
    }
}

/// All seats are taken, and none of as many keepers as there can be sits.
fn crowd() -> TestClub {
    let keepers = u8::try_from(KEEPERS_MAX).unwrap();
    let terms = charter(1_000_000, 10_000);
    let mut club = TestClub::founded(terms, keepers + SEATS - 1, MemberKind::Person, 3);
    club.share(u16::from(keepers));
    club.must(0, large());
    for seat in 0..SEATS {
        let member = u32::from(keepers + seat);
        club.must(member, Body::Sit { table: TABLE });
    }
    club.seal_all(TABLE);
    let all = (0..SEATS).chain(128..144).map(Slot).collect::<Vec<_>>();
    let roster = club.table().roster.iter().map(|line| line.slot);
    assert_eq!(roster.collect::<Vec<_>>(), all);
    for seat in 0..SEATS {
        let bets = club.bets(vec![place("field", 5)]);
        club.must(u32::from(keepers + seat), bets);
    }
    club
}

#[test]
fn a_roll_of_sixteen_seats_and_sixteen_keepers_closes_in_one_block_of_any_link() {
    let mut club = crowd();
    assert_eq!(club.lock(TABLE), Ok(()));
    let record = club.open_all(TABLE);
    assert_eq!(record.verify(), Ok(()));
    assert!(record.proof.openings.iter().all(|opening| opening.counts));
    assert_eq!(
        (record.proof.openings.len(), record.withheld.len()),
        (32, 0)
    );
    // Its openings bring all seals of the next roll.
    assert_eq!((club.table().roll, club.table().seals().len()), (2, 32));
    let bytes = club.blocks.last().unwrap().to_bytes().len();
    assert!(bytes <= BLOCK_BYTES_RADIO, "{bytes} bytes");
}

/// Of sixteen keepers five may fail: eleven make the dice, and a seat counts that six have seen.
#[test]
fn of_so_many_those_count_that_one_honest_keeper_has_seen() {
    let mut club = crowd();
    assert_eq!(club.lock(TABLE), Ok(()));
    let seen_by = |club: &TestClub, slot: u8, mask: u16| {
        let mut body = club.open_body(TABLE, Slot(slot));
        if let Body::Open { seen, .. } = &mut body {
            *seen = mask;
        }
        body
    };
    let member = |slot: u8| u32::from(slot.checked_sub(128).unwrap_or(slot + SEATS));
    // The last seat was seen by five of the eleven, the one before by six.
    let mut bodies: Vec<_> = (0..SEATS)
        .map(|slot| (member(slot), seen_by(&club, slot, 0)))
        .collect();
    for number in 0..11_u8 {
        let mask = match number {
            0..5 => u16::MAX,
            5 => u16::MAX >> 1,
            _ => u16::MAX >> 2,
        };
        bodies.push((member(128 + number), seen_by(&club, 128 + number, mask)));
    }
    let taken = club.decide(bodies);
    assert!(taken.iter().all(Result::is_ok), "{taken:?}");
    club.wait_for_deadline();
    let record = club.events.iter().find_map(ClubEvent::rolled).unwrap();
    assert_eq!(record.verify(), Ok(()));
    let left_out = record.proof.openings.iter().filter(|one| !one.counts);
    let left_out: Vec<u8> = left_out.map(|opening| opening.slot.0).collect();
    assert_eq!(left_out, [15, 139, 140, 141, 142, 143]);
}
