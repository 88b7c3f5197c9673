//! Seals, locks and openings: what each step refuses, and what the dice follow from.

use crate::club::kit::*;
use crate::club::limits::PAUSE_MILLIS;
use crate::club::*;
use crate::craps::{Action, Dice, WorkingFlag};
use crate::dice::{self, Hash32, Slot};
use crate::ledger::Chips;

fn three(kind: MemberKind) -> TestClub {
    let mut club = TestClub::seated(charter(1_000_000, 10_000), 2, kind, 3);
    club.must(0, club.bets(vec![place("pass", 10)]));
    club
}

fn roll_body(club: &TestClub) -> Body {
    Body::Roll {
        table: TABLE,
        roll: club.table().roll,
    }
}

#[test]
fn a_roll_can_be_computed_again_from_its_record_alone() {
    let mut club = three(MemberKind::Bot);
    let mut link = dice::first_link(&club.table().id.0);
    for _ in 0..5 {
        club.seal_all(TABLE);
        club.must(0, club.bets(vec![place("field", 5)]));
        let record = club.roll();
        assert_eq!(record.verify(), Ok(()));
        assert_eq!(record.proof.link_before, link);
        link = record.proof.link;
        assert_eq!(club.table().link, link);
    }
}

#[test]
fn a_record_that_was_tampered_with_names_what_does_not_fit() {
    let good = three(MemberKind::Bot).roll();
    let bent = |bend: fn(&mut RollRecord)| {
        let mut record = good.clone();
        bend(&mut record);
        record.verify().unwrap_err()
    };
    let slot = Slot(1);
    assert_eq!(
        bent(|r| r.proof.openings[1].opened.as_mut().unwrap().secret = [0; 32]),
        ProofFault::Seal { slot }
    );
    let first = ProofFault::Seal { slot: Slot(0) };
    assert_eq!(bent(|r| r.roll += 1), first);
    assert_eq!(bent(|r| r.id.0[0] ^= 1), first);
    assert_eq!(bent(|r| r.proof.epoch += 1), first);
    assert_eq!(bent(|r| r.proof.roster[1].key[0] ^= 1), first);
    assert_eq!(bent(|r| r.proof.parent[0] ^= 1), ProofFault::Lock);
    assert_eq!(bent(|r| r.proof.table_state[0] ^= 1), ProofFault::Lock);
    assert_eq!(bent(|r| r.proof.link_before[0] ^= 1), ProofFault::Lock);
    assert_eq!(bent(|r| r.proof.openings.truncate(2)), ProofFault::Lock);
    assert_eq!(
        bent(|r| r.proof.openings[1].counts = false),
        ProofFault::Counts { slot }
    );
    assert_eq!(
        bent(|r| r.proof.openings[1].opened = None),
        ProofFault::Counts { slot }
    );
    assert_eq!(
        bent(|r| r.proof.openings[0].opened = None),
        ProofFault::Keepers
    );
    assert_eq!(bent(|r| r.proof.close_hash[0] ^= 1), ProofFault::Close);
    let blame = |r: &mut RollRecord| {
        let (slot, member) = (Slot(1), r.proof.openings[1].member);
        let (fine, until) = (Chips::ZERO, TimeMs(0));
        r.withheld.push(Withheld {
            slot,
            member,
            fine,
            until,
        });
    };
    assert_eq!(bent(blame), ProofFault::Withheld);
    assert_eq!(bent(|r| r.proof.seed[0] ^= 1), ProofFault::Seed);
    assert_eq!(bent(|r| r.proof.link[0] ^= 1), ProofFault::Link);
    let swap = |r: &mut RollRecord| {
        let dice = r.result.dice;
        r.result.dice = Dice::new(7 - dice.a(), dice.b()).unwrap();
    };
    assert!(matches!(bent(swap), ProofFault::Dice { .. }));
}

#[test]
fn a_roll_takes_two_blocks_and_brings_the_seals_of_the_next() {
    let mut club = three(MemberKind::Bot);
    let before = club.blocks.len();
    assert_eq!(club.lock(TABLE), Ok(()));
    let record = club.open_all(TABLE);
    assert_eq!(club.blocks.len(), before + 2);
    assert_eq!(record.roll, 1);
    assert_eq!(club.table().roll, 2);
    assert_eq!(club.table().seals().len(), 3);
}

#[test]
fn no_seal_no_bet() {
    let mut club = three(MemberKind::Bot);
    let (epoch, roll, slot) = (club.table().epoch, 1, Slot(1));
    club.must(
        1,
        Body::Unseal {
            table: TABLE,
            epoch,
            roll,
            slot,
        },
    );
    // Withdrawing it a second time has nothing to do with bets.
    let again = Body::Unseal {
        table: TABLE,
        epoch,
        roll,
        slot,
    };
    assert_eq!(club.refused(1, again), Refusal::NotSealed);
    let bet = club.bets(vec![place("field", 5)]);
    assert_eq!(club.refused(1, bet.clone()), Refusal::NoSeal);
    club.seal_all(TABLE);
    club.must(1, bet);
}

#[test]
fn the_lock_waits_for_the_keeper_and_for_every_working_bet() {
    let mut club = three(MemberKind::Bot);
    club.must(1, club.bets(vec![place("field", 5)]));
    let (epoch, roll) = (club.table().epoch, 1);
    for (member, slot) in [(0, Slot(0)), (1, Slot(1)), (2, Slot(2))] {
        club.must(
            member,
            Body::Unseal {
                table: TABLE,
                epoch,
                roll,
                slot,
            },
        );
    }
    let slots = vec![Slot(0), Slot(1)];
    let body = roll_body(&club);
    assert_eq!(
        club.refused(0, body.clone()),
        Refusal::SealsMissing { slots }
    );
    for slot in [Slot(0), Slot(1)] {
        let seal = club.seal_body(TABLE, slot);
        club.must(u32::from(slot.0), seal);
    }
    club.must(0, body);
    assert_eq!(
        club.table().seals().len(),
        2,
        "who has no bet need not seal"
    );
    // And whoever has not sealed has nothing to open.
    let body = club.open_body(TABLE, Slot(2));
    assert_eq!(club.refused(2, body), Refusal::NotSealed);
    club.open_all(TABLE);
}

#[test]
fn a_roll_that_nobody_bets_on_is_refused() {
    let mut club = TestClub::seated(charter(1_000_000, 10_000), 1, MemberKind::Bot, 3);
    let body = roll_body(&club);
    assert_eq!(club.refused(0, body), Refusal::NothingAtRisk);
}

#[test]
fn seals_of_others_of_other_epochs_and_of_other_rolls_are_refused() {
    let mut club = TestClub::seated(charter(1_000_000, 10_000), 1, MemberKind::Bot, 3);
    let (epoch, roll) = (club.table().epoch, club.table().roll);
    let mut refused = |member, epoch, roll, slot, stir| {
        let seal = NewSeal {
            seal: [1; 32],
            stir,
        };
        club.refused(
            member,
            Body::Seal {
                table: TABLE,
                epoch,
                roll,
                slot,
                seal,
            },
        )
    };
    let yours = Some(Slot(1));
    assert_eq!(refused(1, epoch, roll, Slot(1), 0), Refusal::AlreadySealed);
    assert_eq!(refused(1, epoch, roll, Slot(1), 1), Refusal::StirNotOffered);
    assert_eq!(
        refused(1, epoch, roll, Slot(0), 0),
        Refusal::NotYourSlot { yours }
    );
    assert_eq!(
        refused(1, epoch - 1, roll, Slot(1), 0),
        Refusal::WrongEpoch { now: epoch }
    );
    assert_eq!(
        refused(1, epoch, roll + 1, Slot(1), 0),
        Refusal::WrongRoll { now: roll }
    );
}

#[test]
fn a_copied_seal_cannot_be_opened() {
    let mut club = TestClub::seated(charter(1_000_000, 10_000), 1, MemberKind::Bot, 3);
    let table = club.table().clone();
    club.must(
        1,
        Body::Unseal {
            table: TABLE,
            epoch: table.epoch,
            roll: 1,
            slot: Slot(1),
        },
    );
    let seal = NewSeal {
        seal: table.seals()[&Slot(0)],
        stir: 0,
    };
    club.must(
        1,
        Body::Seal {
            table: TABLE,
            epoch: table.epoch,
            roll: 1,
            slot: Slot(1),
            seal,
        },
    );
    club.must(0, club.bets(vec![place("field", 5)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let Body::Open {
        lock_hash, secret, ..
    } = club.open_body(TABLE, Slot(0))
    else {
        panic!("an opening");
    };
    let copied = Body::Open {
        table: TABLE,
        roll: 1,
        slot: Slot(1),
        lock_hash,
        secret,
        seen: 0,
        next: None,
    };
    assert_eq!(club.refused(1, copied), Refusal::WrongSecret);
}

#[test]
fn an_opening_is_for_one_lock_one_slot_and_once() {
    let mut club = three(MemberKind::Bot);
    assert_eq!(club.lock(TABLE), Ok(()));
    let good = club.open_body(TABLE, Slot(1));
    let (mut other_lock, mut other_secret, mut other_roll) =
        (good.clone(), good.clone(), good.clone());
    if let Body::Open { lock_hash, .. } = &mut other_lock {
        lock_hash[0] ^= 1;
    }
    if let Body::Open { secret, .. } = &mut other_secret {
        secret[31] ^= 1;
    }
    if let Body::Open { roll, .. } = &mut other_roll {
        *roll += 1;
    }
    assert_eq!(club.refused(1, other_lock), Refusal::WrongLock);
    assert_eq!(club.refused(1, other_secret), Refusal::WrongSecret);
    assert_eq!(club.refused(1, other_roll), Refusal::WrongRoll { now: 1 });
    let yours = Some(Slot(2));
    assert_eq!(
        club.refused(2, good.clone()),
        Refusal::NotYourSlot { yours }
    );
    club.must(1, good.clone());
    assert_eq!(club.refused(1, good), Refusal::AlreadyOpened);
}

#[test]
fn a_keeper_without_a_seat_contributes_under_a_slot_of_its_own() {
    let mut club = three(MemberKind::Bot);
    club.must(0, Body::Stand { table: TABLE });
    let slots: Vec<_> = club.table().roster.iter().map(|line| line.slot).collect();
    assert_eq!(slots, [Slot(1), Slot(2), Slot(128)]);
    club.seal_all(TABLE);
    club.must(1, club.bets(vec![place("pass", 10)]));
    let record = club.roll();
    assert_eq!(record.proof.openings.len(), 3);
}

#[test]
fn a_change_of_seats_kills_all_unopened_seals() {
    let mut club = three(MemberKind::Bot);
    let epoch = club.table().epoch;
    club.must(2, Body::Stand { table: TABLE });
    assert_eq!(club.table().epoch, epoch + 1);
    assert!(club.table().seals().is_empty());
}

#[test]
fn no_two_tables_share_an_id_not_even_in_two_clubs() {
    let opened = |nonce| {
        let mut terms = charter(1_000_000, 10_000).charter;
        terms.nonce = nonce;
        let terms = terms.sign(&ed25519_dalek::SigningKey::from_bytes(&[1; 32]));
        let mut club = TestClub::founded(terms, 0, MemberKind::Bot, 1);
        club.must(0, create(easy_rules()));
        club.must(0, create(easy_rules()));
        let ids: Vec<GameId> = club.state.tables().map(|(_, table)| table.id).collect();
        ids
    };
    let mut all = [opened([7; 32]), opened([8; 32])].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 4);
}

#[test]
fn between_lock_and_close_nothing_is_taken_but_openings() {
    let mut club = three(MemberKind::Bot);
    let seal = club.seal_body(TABLE, Slot(0));
    assert_eq!(club.lock(TABLE), Ok(()));
    let locked = club.table().clone();
    let (table, roll, epoch) = (TABLE, locked.roll, locked.epoch);
    let bet = "pass".parse().unwrap();
    let by = Chips::new(1);
    let how = WorkingFlag::Off;
    let slot = Slot(0);
    for body in [
        club.bets(vec![place("field", 5)]),
        club.bets(vec![Action::TakeDown { bet }]),
        club.bets(vec![Action::Reduce { bet, by }]),
        club.bets(vec![Action::Working { bet, how }]),
        Body::Ready { table, roll },
        Body::Roll { table, roll },
        Body::PassDice { table, roll },
        seal,
        Body::Unseal {
            table,
            epoch,
            roll,
            slot,
        },
        Body::ChangeRules {
            table,
            rules: locked.game.rules().clone(),
        },
    ] {
        let told = format!("{body:?}");
        let mut after = club.clone();
        assert_eq!(after.refused(0, body), Refusal::Locked, "{told}");
        assert_eq!(*after.table(), locked, "{told}");
    }
    club.open_all(TABLE);
}

#[test]
fn a_secret_of_another_table_opens_nothing() {
    let mut club = three(MemberKind::Bot);
    club.must(0, create(easy_rules()));
    let other = TableNo(1);
    for member in 0..=2 {
        club.must(member, Body::Sit { table: other });
    }
    club.seal_all(other);
    // The same members at the same seats, and the same number of the roll.
    let slot = Slot(1);
    let elsewhere = club.secret(other, slot, 0);
    let (here, there) = (club.table(), club.state.table(other).unwrap());
    assert_eq!(
        (here.roll, here.roster.clone()),
        (there.roll, there.roster.clone())
    );
    assert_ne!(here.seals()[&slot], there.seals()[&slot]);
    assert_eq!(club.lock(TABLE), Ok(()));
    let mut body = club.open_body(TABLE, slot);
    if let Body::Open { secret, .. } = &mut body {
        *secret = *elsewhere.expose();
    }
    assert_eq!(club.refused(1, body), Refusal::WrongSecret);
}

/// The lock after these commands.
fn lock_after(mut club: TestClub, bodies: Vec<(u32, Body)>) -> Hash32 {
    let taken = club.decide(bodies);
    assert!(taken.iter().all(Result::is_ok), "{taken:?}");
    let lock = club.lock(TABLE);
    assert_eq!(lock, Ok(()));
    let Phase::Locked(locked) = &club.table().phase else {
        panic!("nothing is locked");
    };
    locked.lock_hash
}

#[test]
fn a_lock_fixes_bets_puck_shooter_rules_and_seals() {
    let club = three(MemberKind::Bot);
    let (table, epoch, roll, slot) = (TABLE, club.table().epoch, 1, Slot(2));
    let mut rules = club.table().game.rules().clone();
    rules.max_bet = Chips::new(9_999);
    rules.side_bet_max = Chips::new(9_999);
    let unseal = Body::Unseal {
        table,
        epoch,
        roll,
        slot,
    };
    let mut after_a_roll = club.clone();
    after_a_roll.roll();
    after_a_roll.must(0, after_a_roll.bets(vec![place("field", 5)]));
    let mut locks = vec![
        lock_after(club.clone(), vec![(0, Body::Nothing)]),
        lock_after(club.clone(), vec![(1, club.bets(vec![place("field", 5)]))]),
        lock_after(club.clone(), vec![(1, club.bets(vec![place("field", 6)]))]),
        lock_after(club.clone(), vec![(2, club.bets(vec![place("field", 5)]))]),
        lock_after(club.clone(), vec![(0, Body::PassDice { table, roll })]),
        lock_after(club.clone(), vec![(0, Body::ChangeRules { table, rules })]),
        lock_after(club.clone(), vec![(2, unseal)]),
        lock_after(after_a_roll, Vec::new()),
    ];
    let count = locks.len();
    locks.sort_unstable();
    locks.dedup();
    assert_eq!(locks.len(), count);
}

/// Whoever proposes the closing block chooses its time and what else it holds, when it knows all
/// secrets.
#[test]
fn nothing_that_is_chosen_after_the_lock_enters_the_dice() {
    let mut club = three(MemberKind::Bot);
    assert_eq!(club.lock(TABLE), Ok(()));
    let closed = |millis: u64, beside: Vec<(u32, Body)>, first: bool| {
        let mut club = club.clone();
        let open = [1, 2, 0].map(|slot: u8| {
            let body = club.open_body(TABLE, Slot(slot));
            (u32::from(slot), body)
        });
        let bodies = if first {
            beside.into_iter().chain(open).collect()
        } else {
            open.into_iter().chain(beside).collect()
        };
        club.decide_after(millis, bodies);
        let record = club.events.iter().find_map(ClubEvent::rolled).unwrap();
        (record.result.dice, record.proof.seed, record.proof.link)
    };
    let plain = closed(1, Vec::new(), true);
    for millis in [2, 999, 5_999] {
        assert_eq!(closed(millis, Vec::new(), true), plain);
    }
    let beside = vec![(0, Body::Nothing), (1, Body::Stand { table: TABLE })];
    assert_eq!(closed(1, beside.clone(), true), plain);
    assert_eq!(closed(1, beside, false), plain);
}

/// The club after a block with the shooter's word, so many milliseconds later and with other
/// commands beside it.
fn locked(club: &TestClub, millis: u64, beside: Vec<(u32, Body)>) -> LockedRoll {
    let mut club = club.clone();
    let roll = roll_body(&club);
    let bodies = beside.into_iter().chain([(0, roll)]).collect();
    let taken = club.decide_after(millis, bodies);
    assert!(taken.iter().all(Result::is_ok), "{taken:?}");
    let Phase::Locked(locked) = &club.table().phase else {
        panic!("nothing is locked");
    };
    locked.clone()
}

/// Whoever proposes the locking block chooses its time and what else it holds: before anybody opens,
/// so that it can't see which dice it chooses.
#[test]
fn of_the_locking_block_the_time_of_the_shooters_word_enters_the_dice_and_nothing_else() {
    let club = three(MemberKind::Bot);
    let mut locks = Vec::new();
    for millis in [1, 2, 999] {
        let mut table = club.table().clone();
        let shooter = table.game.shooter().unwrap();
        let seat = table.seats.get_mut(&shooter).unwrap();
        seat.is_ready = true;
        seat.last_word = TimeMs(club.state.time().0 + millis);
        let plain = locked(&club, millis, Vec::new());
        assert_eq!(plain.table_state, table.root());
        assert_eq!(plain.parent, club.state.tip().0);
        let beside = vec![(1, Body::Nothing), (0, create(easy_rules()))];
        assert_eq!(locked(&club, millis, beside).lock_hash, plain.lock_hash);
        locks.push(plain.lock_hash);
    }
    locks.dedup();
    assert_eq!(locks.len(), 3, "the time is in it");
}

#[test]
fn no_time_enters_the_dice_of_a_roll_that_nobody_called() {
    let mut club = three(MemberKind::Person);
    club.seal_all(TABLE);
    let Phase::Betting(betting) = &club.table().phase else {
        panic!("bets are open");
    };
    let due = betting.bets_due.unwrap().0 - club.state.time().0;
    let lock = |late: u64| {
        let mut club = club.clone();
        club.wait(due + late);
        let Phase::Locked(locked) = &club.table().phase else {
            panic!("nothing is locked");
        };
        locked.lock_hash
    };
    let in_time = lock(0);
    for late in [1, 999, PAUSE_MILLIS - 1] {
        assert_eq!(lock(late), in_time, "{late} ms late");
    }
}
