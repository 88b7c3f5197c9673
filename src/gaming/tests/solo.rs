//! One player with bots: seats, rolls, restarts.

use super::*;
use crate::club::MemberKind;
use crate::club::kit::{TestClub, charter, place};
use crate::consensus::PastRoll;
use crate::craps::{Dice, Puck};
use crate::gaming::history::History;
use crate::gaming::{DiceProof, HISTORY_ROLLS_MAX, as_seen_by};
use crate::ledger::MemberNo;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_club_seats_its_player_first_and_its_bots_beside() {
    let node = Node::start(
        &MemoryDisk::default(),
        &[Strategy::PassOdds, Strategy::Field],
    )
    .await;
    let table = node.view();
    let names: Vec<_> = table
        .seats
        .iter()
        .map(|seat| seat.name.as_str().to_owned())
        .collect();
    assert_eq!(names, ["ana", "mabel", "nickel"]);
    assert_eq!(table.shooter().map(|seat| seat.you), Some(true));
    assert_eq!(table.balance, Chips::new(10_000));
    assert_eq!(all_chips(&node), 10_000_000);
    let again = node.ask(Intent::Sit { game: table.game }).await;
    assert!(
        matches!(again, Reply::Decided(height) if height >= table.height),
        "who sits may ask for the seat again, while bots go on: {again:?}"
    );
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_rolls_pay_what_they_say_and_every_seat_shoots() {
    let bots = [
        Strategy::ThreePointMolly,
        Strategy::IronCross,
        Strategy::Random,
    ];
    let mut node = Node::start(&MemoryDisk::default(), &bots).await;
    let mut shooters = std::collections::BTreeSet::new();
    let mut mine: i64 = 10_000;
    let mut rolls = 0;
    // Chance alone says how many rolls it takes until each has had the dice.
    while rolls < 100 || shooters.len() < 4 {
        rolls += 1;
        if node.view().table.puck() == Puck::Off {
            // Refused when the line bet of the last hand still stands; then that one plays.
            node.bet("pass", 10).await;
        }
        node.bet("field", 5).await;
        let record = node.roll().await;
        assert_eq!(record.roll, rolls);
        shooters.insert(record.shooter.clone());
        mine += record.net;
        let table = node.view();
        let held = table.my_seat().unwrap();
        assert_eq!(
            held.balance.get() + held.at_risk.get(),
            u64::try_from(mine).unwrap()
        );
        assert_eq!(record.balance, Some(held.balance));
        assert_eq!((record.opened, record.of), (4, 4));
        assert_eq!(all_chips(&node), 10_000_000);
        let told = loop {
            match node.events.recv().await.unwrap() {
                GameEvent::Rolled(record) => break record,
                // A seven-out says itself who has the dice; the first to sit gets them.
                GameEvent::DicePassed { .. } if rolls > 1 => panic!("nobody passed the dice"),
                GameEvent::DicePassed { .. }
                | GameEvent::Seated { .. }
                | GameEvent::Stood { .. }
                | GameEvent::RulesChanged
                | GameEvent::LeftOut { .. }
                | GameEvent::Abandoned { .. }
                | GameEvent::ChangeOpen(_)
                | GameEvent::KeepersChanged { .. }
                | GameEvent::Accused { .. } => {}
            }
        };
        assert_eq!(told.roll, rolls);
    }
    assert_eq!(node.view().seen.iter().sum::<u64>(), rolls);
    node.stop().await;
}

#[test]
fn a_long_history_keeps_its_newest_rolls_and_counts_those() {
    let mut history = History::default();
    let rolls = u64::try_from(HISTORY_ROLLS_MAX).unwrap() + 5;
    let proof = Arc::new(DiceProof {
        record: {
            let terms = charter(10_000_000, 10_000);
            let mut club = TestClub::seated(terms, 0, MemberKind::Person, 1);
            let bets = club.bets(vec![place("field", 10)]);
            club.must(0, bets);
            club.roll()
        },
        names: Vec::new(),
    });
    for roll in 1..=rolls {
        // The first five rolls are sevens, the others twelves.
        let dice = if roll <= 5 { (3, 4) } else { (6, 6) };
        let record = RollView {
            roll,
            hand_roll: 1,
            dice: Dice::new(dice.0, dice.1).unwrap(),
            before: Puck::Off,
            after: Puck::Off,
            seven_out: false,
            shooter: Shown::default(),
            next_shooter: None,
            net: 0,
            balance: None,
            decisions: Vec::new(),
            height: Height(roll),
            opened: 1,
            of: 1,
            left_out: Vec::new(),
            at: UnixMillis(roll),
            proof: Arc::clone(&proof),
        };
        history.push(Arc::new(record));
    }
    let kept = history.rolls();
    assert_eq!((kept.len(), kept[0].roll), (HISTORY_ROLLS_MAX, rolls));
    assert_eq!((history.seen()[7], history.seen()[12]), (0, rolls - 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_with_the_same_id_bets_once() {
    let mut node = Node::start(&MemoryDisk::default(), &[]).await;
    let game = node.view().game;
    let place = Action::Place {
        bet: "field".parse().unwrap(),
        amount: Chips::new(10),
    };
    let bets = || Intent::Bets {
        game,
        roll: 1,
        actions: vec![place],
    };
    let first = node.manager.ask(IntentId(500), bets()).await;
    assert!(matches!(first, Reply::Decided(_)));
    for _ in 0..20 {
        assert_eq!(node.manager.ask(IntentId(500), bets()).await, first);
    }
    assert!(matches!(
        node.manager.ask(IntentId(501), bets()).await,
        Reply::Decided(_)
    ));
    let table = node.until(|table| table.balance == Chips::new(9_980)).await;
    assert_eq!(
        table.my_seat().map(|seat| seat.at_risk),
        Some(Chips::new(20))
    );
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_was_cut_short_is_finished_by_the_next() {
    // The start before knew of one bot alone: as if it had ended before the other two sat down.
    let disk = MemoryDisk::default();
    Node::start(&disk, &[Strategy::Pass]).await.stop().await;
    let bots = [Strategy::Pass, Strategy::Field, Strategy::Pass];
    let mut node = Node::start(&disk, &bots).await;
    let names = |node: &Node| {
        let table = node.view();
        let seats = table.seats.iter();
        seats
            .map(|seat| seat.name.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&node), ["ana", "penny", "nickel", "penny-2"]);

    // After the first roll the table is the player's own affair.
    node.bet("field", 5).await;
    node.roll().await;
    node.stop().await;
    let node = Node::start_expecting(&disk, &[Strategy::Come; 6], 4).await;
    assert_eq!(names(&node).len(), 4);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_slip_says_why_and_costs_nothing() {
    let mut node = Node::start(&MemoryDisk::default(), &[]).await;
    for (bet, amount) in [
        ("come", 10),
        ("pass", 0),
        ("pass", 10_001),
        ("horn", 6),
        ("pass_odds", 5),
    ] {
        let reply = node.bet(bet, amount).await;
        assert!(
            matches!(
                reply,
                Reply::Rejected(Refusal::Club(club::Refusal::Bet { index: 0, .. }))
            ),
            "{bet}: {reply:?}"
        );
    }
    let (game, roll) = (node.view().game, 1);
    let nothing = node.ask(Intent::Roll { game, roll }).await;
    assert_eq!(
        nothing,
        Reply::Rejected(Refusal::Club(club::Refusal::NothingAtRisk))
    );
    assert!(matches!(node.bet("pass", 10).await, Reply::Decided(_)));
    let table = node.until(|table| table.balance == Chips::new(9_990)).await;
    assert_eq!(
        table.my_seat().map(|seat| seat.at_risk),
        Some(Chips::new(10))
    );
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_hand_goes_on_where_it_was() {
    let disk = MemoryDisk::default();
    let mut node = Node::start(&disk, &[Strategy::Pass]).await;
    for _ in 0..12 {
        node.bet("pass", 10).await;
        node.roll().await;
    }
    let before = node.view();
    node.stop().await;

    let node = Node::start(&disk, &[Strategy::Pass]).await;
    let after = node.view();
    assert_eq!((after.roll, after.seen), (before.roll, before.seen));
    assert_eq!(after.history, before.history);
    assert_eq!(after.table.puck(), before.table.puck());
    assert_eq!(after.my_seat(), before.my_seat());
    node.stop().await;
}

/// A contract stays when its player stands up, and nobody else of a club of one could say when to roll.
#[tokio::test(flavor = "multi_thread")]
async fn bots_roll_on_until_what_a_player_left_behind_is_decided() {
    let mut node = Node::start(&MemoryDisk::default(), &[Strategy::PassOdds]).await;
    let game = node.view().game;
    while node.view().table.puck() == Puck::Off {
        assert!(matches!(node.bet("pass", 10).await, Reply::Decided(_)));
        node.roll().await;
    }
    let left_at = node.view().roll;
    let stood = node.ask(Intent::Stand { game }).await;
    assert!(matches!(stood, Reply::Decided(_)), "{stood:?}");
    let mut club = node.links.club.subscribe();
    let settled = club.wait_for(|club| club.as_ref().is_some_and(|club| club.at_risk.is_zero()));
    let settled = tokio::time::timeout(PATIENCE, settled).await;
    settled.expect("in time").unwrap();
    assert!(matches!(
        node.ask(Intent::Sit { game }).await,
        Reply::Decided(_)
    ));
    let table = node.until(|table| table.me.is_some()).await;
    let newest = table.history.first().unwrap();
    assert!(newest.roll >= left_at, "it was decided without the player");
    let pass: BetKey = "pass".parse().unwrap();
    assert!(
        newest.decisions.iter().any(|one| one.key == pass),
        "the roll that decided it is the last one"
    );
    node.stop().await;
}

#[test]
fn an_old_roll_tells_no_chips_that_it_does_not_know() {
    let mut club = TestClub::seated(charter(10_000_000, 10_000), 1, MemberKind::Person, 1);
    let slip = |club: &TestClub| club.bets(vec![place("field", 10)]);
    club.must(0, slip(&club));
    let record = club.roll();
    let past = PastRoll {
        height: Height(1),
        time: TimeMs(1),
        record,
    };
    let mine = MemberNo(0);
    let then = as_seen_by(mine, &club.state, &past).balance;
    assert_eq!(then, Some(Chips::new(club.balance(0))));
    club.must(0, slip(&club));
    assert_eq!(as_seen_by(mine, &club.state, &past).balance, then);
    let nobody = MemberNo(9);
    assert_eq!(as_seen_by(nobody, &club.state, &past).balance, None);
}
