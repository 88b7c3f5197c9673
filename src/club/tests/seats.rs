//! Members, tables and seats.

use ed25519_dalek::SigningKey;

use crate::club::kit::*;
use crate::club::*;
use crate::craps::{SeatNo, TableRules};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

fn seat(number: u8) -> SeatNo {
    SeatNo::new(number).unwrap()
}

fn admit(key: PublicKey, name: &str) -> Body {
    Body::Admit {
        key,
        name: name.to_owned(),
        kind: MemberKind::Person,
    }
}

#[test]
fn only_the_founder_admits_and_each_identity_once() {
    let mut club = TestClub::founded(charter(30_000, 10_000), 1, MemberKind::Person, 1);
    let fresh = public(&SigningKey::from_bytes(&[90; 32]));
    assert_eq!(club.refused(1, admit(fresh, "Eve")), Refusal::NotFounder);
    let name = Refusal::Name { bytes_max: 48 };
    assert_eq!(club.refused(0, admit(fresh, "a\u{1b}[2J")), name);
    assert_eq!(club.refused(0, admit(fresh, &"a".repeat(49))), name);
    assert_eq!(
        club.refused(0, admit(PublicKey([0; 32]), "Nobody")),
        Refusal::BadKey
    );
    club.must(0, admit(fresh, "Eve"));
    let member = MemberNo(2);
    assert_eq!(
        club.refused(0, admit(fresh, "Eve")),
        Refusal::MemberExists { member }
    );
    assert_eq!(club.balance(2), 10_000);
}

#[test]
fn an_empty_treasury_admits_without_a_grant_and_says_so() {
    let mut club = TestClub::founded(charter(10_000, 10_000), 0, MemberKind::Person, 1);
    club.must(0, admit(public(&SigningKey::from_bytes(&[90; 32])), "Eve"));
    let (member, grant) = (MemberNo(1), Chips::ZERO);
    assert_eq!(club.events, [ClubEvent::Admitted { member, grant }]);
}

#[test]
fn admission_checks_the_proof_of_work_again() {
    let mut terms = charter(30_000, 10_000).charter;
    terms.settings.work_bits = 8;
    let terms = terms.sign(&SigningKey::from_bytes(&[1; 32]));
    let mut club = TestClub::founded(terms, 0, MemberKind::Person, 1);
    let keys = (0_u16..).map(|number| {
        let mut seed = [9; 32];
        seed[..2].copy_from_slice(&number.to_le_bytes());
        public(&SigningKey::from_bytes(&seed))
    });
    let mut keys = keys.map(|key| (key, work_bits(&key)));
    let (lazy, have) = keys.find(|(_, bits)| *bits < 8).unwrap();
    let (worker, _) = keys.find(|(_, bits)| *bits >= 8).unwrap();
    let need = 8;
    assert_eq!(
        club.refused(0, admit(lazy, "Lazy")),
        Refusal::WorkMissing { have, need }
    );
    club.must(0, admit(worker, "Worker"));
}

#[test]
fn tables_are_bounded_in_number_seats_and_rules() {
    let mut terms = charter(30_000, 10_000).charter;
    terms.settings.max_games = 2;
    let terms = terms.sign(&SigningKey::from_bytes(&[1; 32]));
    let mut club = TestClub::founded(terms, 1, MemberKind::Person, 1);
    for (seats_max, min_players) in [(0, 0), (17, 1), (4, 5), (4, 0)] {
        let body = Body::CreateTable(TableTerms {
            name: "Table".to_owned(),
            rules: TableRules::default(),
            seats_max,
            min_players,
            bond: Chips::ZERO,
            times: RollTimes::LAN,
        });
        assert_eq!(club.refused(1, body), Refusal::SeatCount { seats_max: 16 });
    }
    let broken = TableRules {
        min_bet: Chips::new(2),
        max_bet: Chips::new(1),
        ..TableRules::default()
    };
    assert!(matches!(club.refused(1, create(broken)), Refusal::Rules(_)));
    club.must(1, create(TableRules::default()));
    club.must(1, create(TableRules::default()));
    let limit = 2;
    assert_eq!(
        club.refused(1, create(TableRules::default())),
        Refusal::TooManyTables { limit }
    );
    let ids: Vec<_> = club.state.tables().map(|(_, table)| table.id).collect();
    assert_ne!(ids[0], ids[1], "equal terms, but another founding command");
}

#[test]
fn a_bond_leaves_the_balance_and_comes_back() {
    let mut club = TestClub::founded(charter(30_000, 10_000), 1, MemberKind::Person, 1);
    let table = |bond| {
        Body::CreateTable(TableTerms {
            name: "Table".to_owned(),
            rules: easy_rules(),
            seats_max: 1,
            min_players: 1,
            bond: Chips::new(bond),
            times: RollTimes::LAN,
        })
    };
    club.must(0, table(400));
    club.must(0, table(10_001));
    let sit = |number| Body::Sit {
        table: TableNo(number),
    };
    let (have, need) = (Chips::new(10_000), Chips::new(10_001));
    assert_eq!(
        club.refused(1, sit(1)),
        Refusal::Insufficient { have, need }
    );
    club.must(1, sit(0));
    assert_eq!(club.balance(1), 9_600);
    assert_eq!(club.refused(0, sit(0)), Refusal::TableFull { seats: 1 });
    assert_eq!(
        club.refused(1, sit(0)),
        Refusal::AlreadySeated { seat: seat(0) }
    );
    assert_eq!(club.refused(1, sit(7)), Refusal::UnknownTable);
    club.must(1, Body::Stand { table: TABLE });
    assert_eq!(club.balance(1), 10_000);
    assert_eq!(
        club.refused(1, Body::Stand { table: TABLE }),
        Refusal::NotSeated
    );
}

#[test]
fn the_first_roll_waits_for_enough_players() {
    let mut club = TestClub::founded(charter(30_000, 10_000), 1, MemberKind::Bot, 1);
    club.must(
        0,
        Body::CreateTable(TableTerms {
            name: "Pair".to_owned(),
            rules: easy_rules(),
            seats_max: 2,
            min_players: 2,
            bond: Chips::ZERO,
            times: RollTimes::LAN,
        }),
    );
    club.must(0, Body::Sit { table: TABLE });
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 5)]));
    let (seated, need) = (1, 2);
    assert_eq!(
        club.lock(TABLE),
        Err(Refusal::TooFewPlayers { seated, need })
    );
    club.must(1, Body::Sit { table: TABLE });
    club.roll();
}

#[test]
fn who_sits_or_stands_during_a_locked_roll_waits_for_its_end() {
    let mut club = TestClub::founded(charter(60_000, 10_000), 2, MemberKind::Bot, 1);
    club.must(0, create(easy_rules()));
    for member in [0, 1] {
        club.must(member, Body::Sit { table: TABLE });
    }
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    club.must(1, Body::Stand { table: TABLE });
    club.must(2, Body::Sit { table: TABLE });
    assert_eq!(
        club.refused(2, Body::Sit { table: TABLE }),
        Refusal::AlreadyWaiting
    );
    let late = club.bets(vec![place("field", 5)]);
    assert_eq!(club.refused(1, late), Refusal::Locked);
    assert!(club.table().present_seat_of(MemberNo(1)).is_some());
    club.open_all(TABLE);
    assert_eq!(club.table().present_seat_of(MemberNo(1)), None);
    assert_eq!(club.table().present_seat_of(MemberNo(2)), Some(seat(1)));
    assert!(club.table().seals().is_empty(), "a new roster seals anew");
}

#[test]
fn bets_left_behind_play_on_for_their_owner_who_gets_the_seat_back() {
    let (mut club, mut seed) = (None, 0);
    // A point makes the pass bet a contract; not every first roll sets one.
    while club.is_none() {
        let mut fresh = TestClub::seated(charter(60_000, 10_000), 2, MemberKind::Bot, seed);
        fresh.must(
            1,
            fresh.bets(vec![place("pass", 100), place("place_6", 12)]),
        );
        fresh.must(0, fresh.bets(vec![place("pass", 10)]));
        fresh.roll();
        let has_point = fresh.table().game.puck().point().is_some();
        club = (has_point && fresh.balance(1) == 9_888).then_some(fresh);
        seed += 1;
    }
    let mut club = club.unwrap();
    club.must(1, Body::Stand { table: TABLE });
    assert_eq!(club.balance(1), 9_900, "the place bet came down");
    let left = club.table().seat_of(MemberNo(1)).unwrap();
    assert!(!left.1.is_present);
    club.must(2, Body::Stand { table: TABLE });
    club.must(2, Body::Sit { table: TABLE });
    let newcomer = club.table().present_seat_of(MemberNo(2));
    assert_eq!(newcomer, Some(seat(2)), "the left seat is not given away");
    let mut back = club.clone();
    back.must(1, Body::Sit { table: TABLE });
    assert_eq!(back.table().present_seat_of(MemberNo(1)), Some(seat(1)));
    while club.table().seat_of(MemberNo(1)).is_some() {
        club.roll();
    }
    let decided = club.balance(1);
    assert!([9_900, 10_100].contains(&decided), "{decided}");
}

#[test]
fn the_dice_go_to_the_next_seat_when_passed() {
    let mut club = TestClub::seated(charter(60_000, 10_000), 1, MemberKind::Bot, 1);
    let pass = Body::PassDice {
        table: TABLE,
        roll: 1,
    };
    assert!(matches!(club.refused(1, pass.clone()), Refusal::Game(_)));
    club.must(0, pass);
    assert_eq!(
        club.events,
        [ClubEvent::ShooterChanged {
            table: TABLE,
            from: Some(seat(0)),
            to: Some(seat(1))
        }]
    );
    assert_eq!(club.table().slot_of(MemberNo(1)), Some(Slot(1)));
}
