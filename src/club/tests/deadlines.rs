//! What happens because its time has come.

use crate::club::kit::*;
use crate::club::*;
use crate::craps::{Puck, SeatNo, ShooterLeaves, TableRules};
use crate::dice::Slot;
use crate::ledger::Chips;

fn seat(number: u8) -> SeatNo {
    SeatNo::new(number).unwrap()
}

/// So many people at one table, each with a seal.
fn people(count: u8, seed: u8) -> TestClub {
    TestClub::seated(
        charter(1_000_000, 10_000),
        count - 1,
        MemberKind::Person,
        seed,
    )
}

fn ready(club: &TestClub) -> Body {
    let (table, roll) = (TABLE, club.table().roll);
    Body::Ready { table, roll }
}

fn roll(club: &TestClub) -> Body {
    let (table, roll) = (TABLE, club.table().roll);
    Body::Roll { table, roll }
}

fn unseal(club: &TestClub, slot: u8) -> Body {
    Body::Unseal {
        table: TABLE,
        epoch: club.table().epoch,
        roll: club.table().roll,
        slot: Slot(slot),
    }
}

#[test]
fn the_club_rests_until_somebody_bets_and_then_for_the_time_of_bets() {
    let mut club = people(2, 1);
    assert_eq!(club.state.next_deadline(), None);
    club.must(1, club.bets(vec![place("field", 5)]));
    let due = club.state.time().after(RollTimes::LAN.bet);
    assert_eq!(club.state.next_deadline(), Some(due));
    club.must(0, ready(&club));
    assert_eq!(
        club.state.next_deadline(),
        Some(due),
        "a word moves nothing"
    );
    let down = crate::craps::Action::TakeDown {
        bet: "field".parse().unwrap(),
    };
    club.must(1, club.bets(vec![down]));
    assert_eq!(club.state.next_deadline(), None);
}

#[test]
fn a_solo_club_is_timed_by_nothing_but_the_close_and_other_people_start_the_clock() {
    let mut terms = charter(1_000_000, 10_000).charter;
    terms.settings.session_timeout_seconds = 300;
    let terms = terms.sign(&ed25519_dalek::SigningKey::from_bytes(&[1; 32]));
    let mut club = TestClub::seated(terms, 1, MemberKind::Bot, 1);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.state.next_deadline(), None);
    let mut rolling = club.clone();
    rolling.must(0, roll(&rolling));
    let due = rolling.state.time().after(RollTimes::LAN.close);
    assert_eq!(rolling.state.next_deadline(), Some(due));

    club.wait(3_600_000);
    let key = public(&ed25519_dalek::SigningKey::from_bytes(&[90; 32]));
    let (name, kind) = ("Eve".to_owned(), MemberKind::Person);
    club.must(0, Body::Admit { key, name, kind });
    assert_eq!(club.table().present().count(), 2, "nobody was silent yet");
    let due = club.state.time().after(RollTimes::LAN.bet);
    assert_eq!(club.state.next_deadline(), Some(due));
}

#[test]
fn an_early_roll_waits_for_every_word_or_for_the_shortest_time_of_bets() {
    let mut club = people(3, 1);
    club.roll_until_betting();
    let opened = club.state.time();
    club.must(0, club.bets(vec![place("field", 10)]));
    club.must(0, roll(&club));
    club.must(1, ready(&club));
    assert!(!club.table().is_locked(), "the third has not spoken");
    let mut spoken = club.clone();
    spoken.must(2, ready(&spoken));
    assert!(spoken.table().is_locked());
    // Nobody is rolled past before the shortest time, and after it nobody is waited for.
    let due = opened.after(RollTimes::LAN.ready);
    assert_eq!(club.state.next_deadline(), Some(due));
    let left = due.0 - club.state.time().0;
    club.wait(left - 1);
    assert!(!club.table().is_locked());
    club.wait(1);
    assert!(club.table().is_locked());
}

#[test]
fn bots_are_waited_for_only_where_people_play_together() {
    let mut club = TestClub::founded(charter(1_000_000, 10_000), 1, MemberKind::Person, 1);
    let key = public(&ed25519_dalek::SigningKey::from_bytes(&[3; 32]));
    let (name, kind) = ("Bot".to_owned(), MemberKind::Bot);
    club.must(0, Body::Admit { key, name, kind });
    club.learn_key(3);
    let mut body = create(easy_rules());
    if let Body::CreateTable(TableTerms { times, .. }) = &mut body {
        times.ready = times.bet;
    }
    club.must(0, body);
    for member in [0, 2] {
        club.must(member, Body::Sit { table: TABLE });
    }
    let mut alone = club.clone();
    for (club, locks) in [(&mut alone, true), (&mut club, false)] {
        if !locks {
            club.must(1, Body::Sit { table: TABLE });
        }
        club.seal_all(TABLE);
        club.must(0, club.bets(vec![place("pass", 10)]));
        if !locks {
            club.must(1, ready(club));
        }
        club.must(0, roll(club));
        assert_eq!(club.table().is_locked(), locks);
    }
}

#[test]
fn the_roll_goes_without_the_shooters_word_and_the_second_time_the_dice_pass_first() {
    for seed in 0..=255 {
        let mut club = people(2, seed);
        club.must(1, club.bets(vec![place("field", 5)]));
        club.wait_for_deadline();
        assert!(club.table().is_locked());
        assert_eq!(club.table().game.shooter(), Some(seat(0)));
        if club.open_all(TABLE).result.seven_out {
            continue;
        }
        club.must(1, club.bets(vec![place("field", 5)]));
        club.wait_for_deadline();
        assert!(club.table().is_locked());
        assert_eq!(club.table().game.shooter(), Some(seat(1)));
        // The new shooter has the whole time again, and his word counts as one.
        if club.open_all(TABLE).result.seven_out {
            continue;
        }
        club.must(1, club.bets(vec![place("field", 5)]));
        club.must(0, ready(&club));
        club.must(1, roll(&club));
        assert_eq!(club.table().unprompted, 0);
        assert_eq!(club.table().game.shooter(), Some(seat(1)));
        return;
    }
    panic!("a seven-out with every seed");
}

#[test]
fn a_come_out_without_the_shooters_line_bet_goes_to_who_has_one_or_waits() {
    let mut club = TestClub::founded(charter(1_000_000, 10_000), 2, MemberKind::Person, 1);
    club.must(0, create(TableRules::default()));
    for member in 0..3 {
        club.must(member, Body::Sit { table: TABLE });
    }
    club.seal_all(TABLE);
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(
        club.state.next_deadline(),
        None,
        "all decline: the table waits"
    );
    club.must(2, club.bets(vec![place("pass", 5)]));
    club.wait_for_deadline();
    assert!(club.table().is_locked());
    assert_eq!(club.table().game.shooter(), Some(seat(2)));
}

#[test]
fn who_does_not_seal_is_waited_for_then_frozen_and_the_third_time_away() {
    let mut club = people(2, 2);
    club.roll_until_betting();
    let before = club.balance(1);
    for missed in 1..=3 {
        let mut bodies = vec![(0, club.bets(vec![place("field", 5)])), (1, ready(&club))];
        if club.table().seals().contains_key(&Slot(1)) {
            let big_8 = club.bets(vec![place("big_8", 5)]);
            bodies.extend([(1, big_8), (1, unseal(&club, 1))]);
        }
        club.decide(bodies);
        let at_risk = club.table().game.at_risk(seat(1));
        let body = roll(&club);
        let slots = vec![Slot(1)];
        let waits = Refusal::SealsMissing { slots };
        // The dice go round with a seven-out.
        let shooter = club.table().game.shooter().unwrap();
        let shooter = club.table().seats[&shooter].member.0;
        assert_eq!(club.refused(shooter, body.clone()), waits);
        club.wait(3_000);
        club.must(shooter, body);
        let record = club.open_all(TABLE);
        assert_eq!((record.frozen, record.withheld), (vec![seat(1)], vec![]));
        if missed < 3 {
            assert_eq!(club.table().game.at_risk(seat(1)), at_risk);
            assert_eq!(club.table().seats[&seat(1)].missed, missed);
        }
    }
    assert!(club.table().present().all(|(number, _)| number == seat(0)));
    assert_eq!(club.balance(1), before, "what may come down came down");
}

#[test]
fn a_seal_in_time_is_forgiven_two_missed_rolls() {
    let mut club = people(2, 2);
    for miss in [true, true, false, true, true] {
        if miss {
            club.must(1, unseal(&club, 1));
        }
        club.must(0, club.bets(vec![place("field", 5)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        club.open_all(TABLE);
        club.seal_all(TABLE);
    }
    assert_eq!(club.table().present().count(), 2);
}

#[test]
fn sitting_down_and_standing_up_hold_the_seals_up_three_times_and_no_more() {
    let mut club = people(3, 1);
    club.roll_until_betting();
    for change in 1..=6_u8 {
        let body = if change % 2 == 1 {
            Body::Stand { table: TABLE }
        } else {
            Body::Sit { table: TABLE }
        };
        club.must(2, body);
        let Phase::Betting(betting) = &club.table().phase else {
            panic!("bets are open");
        };
        let restarted = betting.sealing_since == club.state.time();
        assert_eq!(restarted, change <= 3);
    }
}

#[test]
fn a_roll_that_is_due_and_cannot_go_is_tried_again_after_the_time_for_seals() {
    let mut club = people(2, 1);
    club.must(1, club.bets(vec![place("field", 5)]));
    // Without the host's seal no roll is locked.
    club.must(0, unseal(&club, 0));
    for _ in 0..4 {
        club.wait_for_deadline();
        assert!(!club.table().is_locked());
        let next = club.state.time().after(RollTimes::LAN.seal);
        assert_eq!(club.state.next_deadline(), Some(next));
    }
    let seal = club.seal_body(TABLE, Slot(0));
    club.must(0, seal);
    club.wait_for_deadline();
    assert!(club.table().is_locked());
}

#[test]
fn a_club_that_slept_begins_its_deadlines_anew() {
    let mut club = people(2, 1);
    club.must(1, club.bets(vec![place("field", 5)]));
    let due = club.state.next_deadline().unwrap();
    let until = |club: &TestClub, late: u64| due.0 + late - club.state.time().0;
    let mut late = club.clone();
    late.wait(until(&late, 60_000));
    assert!(late.table().is_locked(), "a minute is no sleep");
    club.wait(until(&club, 60_001));
    assert!(!club.table().is_locked());
    let due = club.state.time().after(RollTimes::LAN.bet);
    assert_eq!(club.state.next_deadline(), Some(due));

    // A locked roll gets its whole time for openings again.
    late.wait(6_000 + 60_001);
    let opened = late.open_body(TABLE, Slot(0));
    late.must(0, opened);
    assert!(late.table().is_locked());
    late.wait_for_deadline();
    assert!(!late.table().is_locked());
}

#[test]
fn a_silent_seat_stands_up_and_whoever_speaks_stays() {
    let mut terms = charter(1_000_000, 10_000).charter;
    terms.settings.session_timeout_seconds = 30;
    let terms = terms.sign(&ed25519_dalek::SigningKey::from_bytes(&[1; 32]));
    let mut club = TestClub::seated(terms, 1, MemberKind::Person, 1);
    club.wait(20_000);
    club.must(0, ready(&club));
    let silent = club.state.next_deadline().unwrap();
    club.wait_for_deadline();
    assert_eq!(club.state.time(), silent);
    let left = club.events.iter().any(|event| {
        let returned = Chips::ZERO;
        *event
            == ClubEvent::Stood {
                table: TABLE,
                seat: seat(1),
                member: crate::ledger::MemberNo(1),
                returned,
                left_behind: returned,
            }
    });
    assert!(left, "{:?}", club.events);
    assert!(club.table().present().all(|(number, _)| number == seat(0)));
    club.wait_for_deadline();
    assert_eq!(club.table().present().count(), 0);
    assert_eq!(club.state.next_deadline(), None);
}

/// Two seats at each of two tables fall silent one after the other, and all are due in one block: the
/// other table's first, and those of one moment by table.
#[test]
fn what_is_due_in_one_block_happens_by_time_and_then_by_table() {
    let mut terms = charter(1_000_000, 10_000).charter;
    terms.settings.session_timeout_seconds = 30;
    let terms = terms.sign(&ed25519_dalek::SigningKey::from_bytes(&[1; 32]));
    let mut club = TestClub::founded(terms, 3, MemberKind::Person, 1);
    let tables = [TABLE, TableNo(TABLE.0 + 1)];
    for _ in tables {
        club.must(0, create(easy_rules()));
    }
    let at = |member: u32| tables[usize::from(member >= 2)];
    for member in 0..4 {
        club.must(member, Body::Sit { table: at(member) });
    }
    let speaks = |club: &TestClub, member: u32| {
        let table = at(member);
        let roll = club.state.table(table).unwrap().roll;
        (member, Body::Ready { table, roll })
    };
    for together in [&[2][..], &[0], &[3, 1]] {
        let bodies = together.iter().map(|member| speaks(&club, *member));
        let said = club.decide(bodies.collect());
        assert!(said.iter().all(Result::is_ok), "{said:?}");
    }
    club.wait(30_000);
    let stood = club.events.iter().filter_map(|event| {
        if let ClubEvent::Stood { table, member, .. } = event {
            Some((*table, member.0))
        } else {
            None
        }
    });
    let expected = [2, 0, 1, 3].map(|member| (at(member), member));
    assert_eq!(stood.collect::<Vec<_>>(), expected);
}

/// Those of the published design.
#[test]
fn the_times_of_each_kind_of_network_are_as_designed() {
    let of = |times: RollTimes| {
        let RollTimes {
            bet,
            ready,
            seal,
            open,
            close,
        } = times;
        [bet, ready, seal, open, close].map(|millis| millis / 1_000)
    };
    assert_eq!(of(RollTimes::LAN), [20, 5, 3, 3, 6]);
    assert_eq!(of(RollTimes::INTERNET), [20, 5, 5, 5, 10]);
    assert_eq!(of(RollTimes::BLE), [30, 5, 8, 8, 16]);
}

#[test]
fn the_times_of_a_table_are_bounded_and_fit_together() {
    let mut club = TestClub::founded(charter(1_000_000, 10_000), 0, MemberKind::Bot, 1);
    let mut outcome = |bend: fn(&mut RollTimes)| {
        let mut body = create(easy_rules());
        if let Body::CreateTable(TableTerms { times, .. }) = &mut body {
            bend(times);
        }
        club.decide(vec![(0, body)]).remove(0)
    };
    let (shortest, longest) = (100, 600_000);
    let refused = Err(Refusal::Times { shortest, longest });
    assert_eq!(outcome(|times| times.seal = 99), refused);
    assert_eq!(outcome(|times| times.bet = 600_001), refused);
    assert_eq!(outcome(|times| times.ready = times.bet + 1), refused);
    assert_eq!(outcome(|times| times.open = times.close), refused);
    assert_eq!(outcome(|times| *times = RollTimes::INTERNET), Ok(()));
    assert_eq!(outcome(|times| *times = RollTimes::BLE), Ok(()));
}

/// Three people under the rule that bets wait, with a point on.
fn with_a_point_on(seed: u8) -> TestClub {
    let mut club = people(3, seed);
    club.change_rules(|rules| rules.shooter_leaves = ShooterLeaves::BetsWait);
    while club.table().game.puck() == Puck::Off {
        club.roll_until_betting();
    }
    club
}

fn member_at(club: &TestClub, seat: SeatNo) -> u32 {
    club.table().seats[&seat].member.0
}

#[test]
fn bets_wait_for_a_shooter_who_left_until_he_is_back_or_the_time_for_bets_is_over() {
    let mut club = with_a_point_on(1);
    let shooter = club.table().game.shooter().unwrap();
    let left = member_at(&club, shooter);
    let others: Vec<u32> = (0..3).filter(|member| *member != left).collect();
    club.must(others[0], club.bets(vec![place("place_6", 6)]));
    let point = club.table().game.puck();
    club.must(left, Body::Stand { table: TABLE });
    assert_eq!(club.table().game.waits_for(), Some(shooter));
    assert_eq!(club.table().game.shooter(), None);
    let stood = club.state.time();
    club.seal_all(TABLE);
    let sealed = club.state.time();
    // Nobody else rolls meanwhile, and a word moves nothing.
    for member in &others {
        assert_eq!(
            club.refused(*member, roll(&club)),
            Refusal::Game(crate::craps::Refusal::NotTheShooter { shooter: None })
        );
        club.must(*member, ready(&club));
    }
    assert!(!club.table().is_locked() && club.table().game.puck() == point);
    assert_eq!(
        club.table().game.at_risk(
            club.table()
                .present_seat_of(crate::ledger::MemberNo(others[0]))
                .unwrap()
        ),
        Chips::new(6)
    );

    let mut back = club.clone();
    back.must(left, Body::Sit { table: TABLE });
    assert_eq!(back.table().game.waits_for(), None);
    let again = back.table().game.shooter().unwrap();
    assert_eq!(member_at(&back, again), left, "the dice waited for him");

    // The time for bets counts anew, from the seals of those who stayed; then the dice pass on.
    let due = club
        .state
        .next_deadline()
        .expect("a bet stands in the roll");
    let bet = RollTimes::LAN.bet;
    assert!(
        due > stood.after(bet) && due <= sealed.after(bet),
        "{due:?}"
    );
    club.wait_for_deadline();
    assert_eq!(club.table().game.waits_for(), None);
    let next = club.table().game.shooter().unwrap();
    assert!(others.contains(&member_at(&club, next)));
    assert!(club.table().is_locked(), "the roll goes on at once");
    assert_eq!(club.table().game.puck(), point);
}

#[test]
fn a_house_that_stops_waiting_gives_the_dice_on_at_once() {
    let mut club = with_a_point_on(2);
    let shooter = club.table().game.shooter().unwrap();
    let left = member_at(&club, shooter);
    club.must(left, Body::Stand { table: TABLE });
    club.change_rules(|rules| rules.shooter_leaves = ShooterLeaves::DicePassOn);
    assert_eq!(club.table().game.waits_for(), None);
    let next = club.table().game.shooter().unwrap();
    assert_ne!(member_at(&club, next), left);
}
