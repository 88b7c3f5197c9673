//! Several people at one table: what one node's manager does, what all see of it, and what happens by
//! the time of blocks.

use super::room::{GRANT, Room, next_close, next_lock, settings};
use super::*;
use crate::club::RollTimes;
use crate::craps;
use crate::gaming::SeatView;

#[tokio::test(start_paused = true)]
async fn people_bet_and_roll_together_and_every_node_sees_the_same() {
    let room = Room::seated(2).await;
    for member in 0..3 {
        room.bet(member, "field", 10).await;
    }
    let before = room.now();
    for member in 1..3 {
        room.roll(member).await;
    }
    assert_eq!(room.view(0).history, [], "the shooter has not thrown");
    room.roll(0).await;
    let seen = room.rolled(0, 1).await;
    assert_eq!((seen.opened, seen.of), (3, 3));
    // Everybody was ready, so nobody was waited for.
    assert!(room.now() - before < u64::from(RollTimes::LAN.ready));
    for member in 0..3 {
        let record = room.rolled(member, 1).await;
        assert_eq!(record.dice, seen.dice);
        assert_eq!(record.proof.record, seen.proof.record);
        let net = u64::try_from(10_000 + record.net).unwrap();
        assert_eq!(record.balance, Some(Chips::new(net)));
    }
    room.cluster.agree().await;
    let tables: Vec<_> = (0..3).map(|member| room.view(member)).collect();
    let seats = |table: &TableView| {
        let seats = table.seats.iter();
        let seats = seats.map(|seat| (seat.name.clone(), seat.balance, seat.at_risk));
        seats.collect::<Vec<_>>()
    };
    assert_eq!(seats(&tables[0]), seats(&tables[1]));
    assert_eq!(seats(&tables[0]), seats(&tables[2]));
}

#[tokio::test(start_paused = true)]
async fn a_slip_is_taken_whole_or_not_at_all_and_everybody_sees_which() {
    let room = Room::seated(1).await;
    let slip = room.slip(1, &[("field", 10), ("place_6", 12), ("come", 10)]);
    let why = room.refused(1, slip).await;
    assert!(
        matches!(why, club::Refusal::Bet { index: 2, .. }),
        "{why:?}"
    );
    room.cluster.agree().await;
    for member in 0..2 {
        assert_eq!(room.chips(member, 1), (GRANT, 0));
    }
    let slip = room.slip(1, &[("field", 10), ("place_6", 12)]);
    let height = room.must(1, slip).await;
    for member in 0..2 {
        room.until(member, |table| table.height >= height).await;
        assert_eq!(room.chips(member, 1), (GRANT - 22, 22));
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_rolled_past_before_the_shortest_time_for_bets() {
    let room = Room::seated(1).await;
    let mut blocks = room.blocks();
    room.bet(0, "field", 10).await;
    let due = room.betting_since() + u64::from(RollTimes::LAN.ready);
    let height = room.roll(0).await;
    let table = room.until(1, |table| table.height >= height).await;
    assert!(matches!(table.phase, RollPhase::Betting { .. }));
    assert_eq!(table.closes, Some(UnixMillis(due)));
    // Player 1 has said nothing, and there is time for a bet.
    room.bet(1, "field", 15).await;
    assert!(room.now() < due);
    let locked = next_lock(&mut blocks).await;
    assert!(locked >= due, "{locked} before {due}");
    let record = room.rolled(1, 1).await;
    assert!([15, 30, 45].contains(&record.net.unsigned_abs()));
}

#[tokio::test(start_paused = true)]
async fn a_table_goes_on_without_its_shooters_word_and_the_second_time_the_dice_pass() {
    let mut room = Room::seated(1).await;
    for roll in 1..=2 {
        room.all_sealed(1).await;
        let mut blocks = room.blocks();
        let slip = room.slip(1, &[("field", 10)]);
        let height = room.must(1, slip).await;
        let table = room.until(0, |table| table.height >= height).await;
        assert_eq!(table.shooter().map(|seat| seat.you), Some(true));
        let due = table.closes.unwrap().0;
        assert_eq!(
            due,
            room.cluster.view(0).time.0 + u64::from(RollTimes::LAN.bet)
        );
        assert!(next_lock(&mut blocks).await >= due);
        let record = room.rolled(0, roll).await;
        assert!(record.left_out.is_empty(), "{record:?}");
        let thrower = if roll == 1 { "Ann" } else { "Player 1" };
        assert_eq!(record.shooter.as_str(), thrower);
    }
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_says_nothing_stands_up_after_the_clubs_time_out() {
    let mut room = Room::seated(2).await;
    let since = room.now();
    tokio::time::sleep(Duration::from_secs(40)).await;
    // The other two say something; a word that changes nothing is one too.
    room.roll(1).await;
    room.bet(0, "pass", 10).await;
    let (game, roll) = (room.view(0).game, room.view(0).roll);
    let actions = vec![Action::TakeDown {
        bet: "pass".parse().unwrap(),
    }];
    let slip = Intent::Bets {
        game,
        roll,
        actions,
    };
    room.must(0, slip).await;
    room.told(2, |event| {
        matches!(event, GameEvent::Stood { you: true, .. })
    })
    .await;
    let patience = u64::from(settings().session_timeout_seconds) * 1_000;
    let passed = room.now() - since;
    assert!(
        (patience - 5_000..patience + 5_000).contains(&passed),
        "after {passed}"
    );
    let table = room.until(0, |table| table.seats.len() == 2).await;
    let names: Vec<_> = table.seats.iter().map(|seat| seat.name.as_str()).collect();
    assert_eq!(names, ["Ann", "Player 1"]);
    // The seat is free, for the same player too.
    room.must(2, Intent::Sit { game }).await;
    room.until(2, |table| table.me.is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn the_shooter_alone_passes_the_dice_and_who_gets_them_throws() {
    let mut room = Room::seated(1).await;
    let (game, roll) = (room.view(0).game, room.view(0).roll);
    let why = room.refused(1, Intent::PassDice { game, roll }).await;
    let club::Refusal::Game(craps::Refusal::NotTheShooter { shooter }) = why else {
        panic!("{why:?}");
    };
    assert_eq!(shooter, room.view(0).me);
    room.must(0, Intent::PassDice { game, roll }).await;
    room.told(1, |event| {
        matches!(event, GameEvent::DicePassed { you: true, .. })
    })
    .await;
    room.bet(1, "field", 10).await;
    // From whoever has the dice no more it means: I am ready.
    let height = room.roll(0).await;
    let table = room.until(1, |table| table.height >= height).await;
    assert!(matches!(table.phase, RollPhase::Betting { .. }));
    room.roll(1).await;
    assert_eq!(room.rolled(0, 1).await.shooter.as_str(), "Player 1");
}

/// Player 2 is gone after the lock of a roll in which all have bets, and comes back after its close.
async fn vanish_in_a_roll(room: &mut Room, roll: u64, bet: &str) {
    for member in 0..3 {
        room.bet(member, bet, 10).await;
    }
    for member in 1..3 {
        room.roll(member).await;
    }
    let mut blocks = room.blocks();
    room.vanish(2).await;
    room.roll(0).await;
    let locked = next_lock(&mut blocks).await;
    let is_locked = |table: &TableView| matches!(table.phase, RollPhase::Locked { .. });
    room.until(1, is_locked).await;
    let why = room.refused(1, room.slip(1, &[("field", 5)])).await;
    assert_eq!(why, club::Refusal::Locked);
    let closed = next_close(&mut blocks).await;
    assert!(closed >= locked + u64::from(RollTimes::LAN.close));
    let record = room.rolled(1, roll).await;
    assert_eq!((record.opened, record.of), (2, 3));
    assert_eq!(record.left_out, [Shown::new("Player 2", 24)]);

    room.cluster.start(2).await;
    room.cluster.reached(2).await;
    room.arrive(2);
    let table = room.until(2, |table| table.roll == roll + 1).await;
    assert_eq!(table.me, None, "the seat is gone");
}

#[tokio::test(start_paused = true)]
async fn who_vanishes_after_the_lock_is_left_out_when_the_time_is_over_and_banned_the_second_time()
{
    let mut room = Room::seated(2).await;
    vanish_in_a_roll(&mut room, 1, "field").await;
    // Machines crash: the seat is there again at once.
    let game = room.view(2).game;
    room.must(2, Intent::Sit { game }).await;
    room.all_sealed(2).await;
    vanish_in_a_roll(&mut room, 2, "any_seven").await;
    let why = room.refused(2, Intent::Sit { game }).await;
    let club::Refusal::Banned { until } = why else {
        panic!("{why:?}");
    };
    assert!(until.0 > room.now());
    let club = room.people[&2].links.club.borrow().clone().unwrap();
    assert_eq!(club.banned_until, Some(UnixMillis(until.0)));
}

#[tokio::test(start_paused = true)]
async fn bots_beside_people_bet_say_ready_and_throw_by_themselves() {
    let mut room = Room::seated(1).await;
    let game = room.view(0).game;
    let strategy = Strategy::Pass;
    room.must(0, Intent::AddBot { game, strategy }).await;
    room.all_sealed(2).await;
    for member in 0..2 {
        let roll = room.view(member).roll;
        room.must(member, Intent::PassDice { game, roll }).await;
        room.cluster.all_reached().await;
    }
    let thrown_by_bot = |table: &TableView| table.shooter().is_some_and(SeatView::is_bot);
    room.until(1, thrown_by_bot).await;
    for member in 0..2 {
        room.bet(member, "field", 10).await;
    }
    assert_eq!(room.view(0).roll, 1, "it waits for the people");
    for member in 0..2 {
        room.roll(member).await;
    }
    let record = room.rolled(1, 1).await;
    assert_eq!((record.shooter.as_str(), record.opened), ("penny", 3));
}
