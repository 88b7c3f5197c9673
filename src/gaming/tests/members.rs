//! Several people and their club: its tables, its limits, who keeps it, and a host that is away.

use std::collections::BTreeSet;

use super::room::{Room, settings, terms};
use super::*;
use crate::club::{GameId, KeeperChange};
use crate::consensus::Voting;
use crate::consensus::tests::cluster::Cluster;
use crate::craps;
use crate::gaming::{ClubKind, ClubView};
use crate::ledger::MemberNo;

#[tokio::test(start_paused = true)]
async fn a_guests_node_neither_opens_a_table_nor_takes_a_seat_by_itself() {
    let room = Room::open(1).await;
    let table = room.until(1, |table| table.seats.len() == 1).await;
    assert_eq!((table.me, table.seats[0].you), (None, false));
    let club = room.people[&1].links.club.borrow().clone().unwrap();
    assert_eq!(club.tables.len(), 1);
    let why = room.refused(1, room.slip(1, &[("field", 5)])).await;
    assert_eq!(why, club::Refusal::NotSeated);
}

#[tokio::test(start_paused = true)]
async fn members_open_tables_up_to_the_clubs_limit_and_a_table_outlives_who_opened_it() {
    let mut room = Room::open(2).await;
    let high = room.create(1, terms("high", 2, 1, 0)).await;
    room.create(2, terms("low", 2, 1, 0)).await;
    let why = room.refused(2, terms("third", 2, 1, 0)).await;
    assert_eq!(why, club::Refusal::TooManyTables { limit: 3 });
    for member in 0..3 {
        room.cluster.reached(member).await;
        let mut club = room.people[&member].links.club.subscribe();
        let listed = club.wait_for(|club| club.as_ref().is_some_and(|club| club.tables.len() == 3));
        let listed = listed.await.unwrap().clone().unwrap();
        let names: Vec<_> = listed.tables.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["practice", "high", "low"]);
    }

    // Whoever opened it has no more to say about its rules than others; the founder has.
    let change = |max_bet| Intent::ChangeRules {
        game: high,
        rules: Box::new(TableRules {
            max_bet: Chips::new(max_bet),
            side_bet_max: Chips::new(max_bet),
            ..rules()
        }),
    };
    assert_eq!(
        room.refused(1, change(200)).await,
        club::Refusal::NotFounder
    );
    room.must(0, change(200)).await;
    room.leave(1).await;
    room.must(2, Intent::Sit { game: high }).await;
    let table = room
        .until(2, |table| table.game == high && all_sealed(table))
        .await;
    assert_eq!(table.table.rules().max_bet, Chips::new(200));
    room.bet(2, "field", 10).await;
    room.roll(2).await;
    assert_eq!(room.rolled(2, 1).await.shooter.as_str(), "Player 2");
}

#[tokio::test(start_paused = true)]
async fn every_refusal_comes_back_with_its_reason() {
    let room = Room::open(2).await;
    let tiny = room.create(1, terms("tiny", 1, 1, 0)).await;
    let dear = room.create(1, terms("dear", 4, 2, 9_000)).await;
    let nowhere = GameId([7; 32]);
    assert_eq!(
        room.refused(1, Intent::Sit { game: nowhere }).await,
        club::Refusal::UnknownTable
    );
    assert_eq!(
        room.refused(1, Intent::Stand { game: tiny }).await,
        club::Refusal::NotSeated
    );
    room.must(2, Intent::Sit { game: tiny }).await;
    assert_eq!(
        room.refused(1, Intent::Sit { game: tiny }).await,
        club::Refusal::TableFull { seats: 1 }
    );
    let table = Shown::new("tiny", 24);
    assert_eq!(
        room.ask(2, Intent::Sit { game: dear }).await,
        Reply::Rejected(Refusal::SeatedElsewhere { table })
    );
    let bot = Intent::AddBot {
        game: dear,
        strategy: Strategy::Pass,
    };
    assert_eq!(room.refused(1, bot).await, club::Refusal::NotFounder);
    let new_chips = room.refused(1, Intent::NewChips).await;
    assert_eq!(new_chips, club::Refusal::NoNewChips);

    // The bond is worth a seat only to who can pay it.
    room.must(1, Intent::Sit { game: dear }).await;
    let mine = |table: &TableView| table.game == dear && table.me.is_some() && all_sealed(table);
    let table = room.until(1, mine).await;
    assert_eq!(table.balance, Chips::new(1_000));
    let slip = room.slip(1, &[("field", 500), ("place_6", 480), ("pass", 100)]);
    let why = room.refused(1, slip).await;
    let short = craps::Refusal::Insufficient {
        have: Chips::new(20),
        need: Chips::new(100),
    };
    assert_eq!(
        why,
        club::Refusal::Bet {
            index: 2,
            why: short
        }
    );
    room.bet(1, "field", 500).await;
    let roll = room.view(1).roll;
    assert_eq!(
        room.refused(1, Intent::Roll { game: dear, roll }).await,
        club::Refusal::TooFewPlayers { seated: 1, need: 2 }
    );
    let nothing = Intent::Bets {
        game: dear,
        roll,
        actions: Vec::new(),
    };
    let why = room.refused(1, nothing).await;
    assert!(matches!(why, club::Refusal::SlipSize { .. }), "{why:?}");
    let alone = room.until(2, |table| table.game == tiny && all_sealed(table));
    assert_eq!(alone.await.seats.len(), 1);
    let roll = room.view(2).roll;
    assert_eq!(
        room.refused(2, Intent::Roll { game: tiny, roll }).await,
        club::Refusal::NothingAtRisk
    );
}

#[tokio::test(start_paused = true)]
async fn while_the_host_is_away_guests_are_told_so_and_play_goes_on_when_it_is_back() {
    let mut room = Room::seated(1).await;
    room.bet(1, "field", 10).await;
    room.leave(0).await;
    let slip = room.slip(1, &[("field", 5)]);
    let reply = room.ask(1, slip.clone()).await;
    let Reply::Rejected(Refusal::NotRunning { state, why, .. }) = reply else {
        panic!("{reply:?}");
    };
    assert_eq!(state, "closed");
    assert!(why.contains("none is connected"), "{why}");

    room.cluster.start(0).await;
    room.arrive(0);
    room.cluster
        .until(1, |view| view.keepers[0].is_linked)
        .await;
    room.must(1, slip).await;
    room.all_sealed(1).await;
    room.roll(1).await;
    room.roll(0).await;
    let record = room.rolled(1, 1).await;
    assert_eq!((record.opened, record.left_out.len()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn an_intent_of_which_nothing_is_known_has_one_effect_when_it_is_asked_again() {
    let mut cluster = Cluster::founded(settings(), 3).await;
    cluster.grow().await;
    let mut room = Room::of(cluster, 3).await;
    // Where several keep the club, seats put up a bond.
    let why = room.refused(0, terms("home", 4, 1, 0)).await;
    assert!(matches!(why, club::Refusal::BondTooSmall { .. }), "{why:?}");
    let game = room.create(0, terms("home", 4, 1, 5)).await;
    for member in 0..4 {
        room.must(member, Intent::Sit { game }).await;
    }
    room.all_sealed(3).await;
    let (before, _) = room.chips(1, 0);
    for member in 2..4 {
        room.vanish(member).await;
    }
    let slip = room.slip(0, &[("field", 10)]);
    let manager = room.people[&0].manager.clone();
    for _ in 0..3 {
        let reply = manager.ask(IntentId(900), slip.clone()).await;
        assert_eq!(reply, Reply::Unknown);
    }
    for member in 2..4 {
        room.cluster.start(member).await;
    }
    let mut reply = Reply::Unknown;
    while reply == Reply::Unknown {
        reply = manager.ask(IntentId(900), slip.clone()).await;
    }
    let Reply::Decided(height) = reply else {
        panic!("{reply:?}");
    };
    assert_eq!(manager.ask(IntentId(900), slip).await, reply);
    room.until(1, |table| table.height >= height).await;
    assert_eq!(room.chips(1, 0), (before - 10, 10));
}

#[tokio::test(start_paused = true)]
async fn members_say_that_they_are_ready_and_keepers_change_by_approval() {
    let mut room = Room::open(4).await;
    let grow = Intent::ChangeKeepers(KeeperChange::Grow {
        members: (1..4).map(MemberNo).collect(),
    });
    let why = room.refused(0, grow.clone()).await;
    assert!(matches!(why, club::Refusal::Keepers(_)), "{why:?}");
    for member in 1..=4 {
        room.must(member, Intent::KeepClub).await;
    }
    room.must(0, grow).await;
    for member in 0..4 {
        let number = u16::try_from(member).unwrap();
        room.cluster.until_votes(member, number).await;
    }
    let shared = ClubKind::Shared {
        keepers: 4,
        decide: 3,
    };
    room.until(4, |table| table.kind == shared).await;
    let reply = room.ask(1, Intent::KeepClub).await;
    let Reply::Rejected(Refusal::NotReady { why }) = reply else {
        panic!("{reply:?}");
    };
    assert!(why.contains("keeps the club already"), "{why}");

    // One more, by the approval of three.
    let add = Intent::ChangeKeepers(KeeperChange::Add {
        member: MemberNo(4),
    });
    let why = room.refused(4, add.clone()).await;
    assert!(matches!(why, club::Refusal::Keepers(_)), "{why:?}");
    room.must(0, add.clone()).await;
    let asks = |event: &GameEvent| matches!(event, GameEvent::ChangeOpen(open) if (open.have, open.need, open.asks_you) == (1, 3, true));
    room.told(3, asks).await;
    for member in 1..3 {
        room.must(member, add.clone()).await;
    }
    room.told(4, |event| matches!(event, GameEvent::KeepersChanged { .. }))
        .await;
    room.cluster.until_votes(4, 4).await;
    room.cluster.agree().await;
}

#[tokio::test(start_paused = true)]
async fn a_host_whose_key_is_retired_gives_its_club_a_new_one() {
    let mut room = Room::seated(1).await;
    let nobody = || Intent::NewVoteKey {
        despite: BTreeSet::new(),
    };
    let reply = room.ask(0, nobody()).await;
    let Reply::Rejected(Refusal::NotReady { why }) = reply else {
        panic!("{reply:?}");
    };
    assert!(why.contains("can still vote"), "{why}");

    room.leave(0).await;
    room.leave(1).await;
    room.cluster.put_back_below_the_log(0).await;
    room.cluster.start(0).await;
    room.arrive(0);
    let reply = room.ask(0, nobody()).await;
    let Reply::Rejected(Refusal::NotReady { why }) = reply else {
        panic!("{reply:?}");
    };
    assert!(why.ends_with("these hold: Player 1"), "{why}");
    let height = room.cluster.view(0).height.next();
    room.cluster.start(1).await;
    while room.ask(0, nobody()).await != Reply::Decided(height) {
        tokio::task::yield_now().await;
    }
    room.cluster.until_votes(0, 1).await;
    room.arrive(1);
    // Its guest plays on.
    room.all_sealed(1).await;
    room.bet(1, "field", 10).await;
    room.roll(1).await;
    room.roll(0).await;
    assert_eq!(room.rolled(1, 1).await.opened, 2);
}

impl Room {
    fn doubts_host(&self, member: u32) -> bool {
        let club = self.people[&member].links.club.borrow().clone();
        club.unwrap().host_doubted
    }

    async fn until_doubts_host(&self, member: u32, doubts: bool) {
        let mut club = self.people[&member].links.club.subscribe();
        let wanted = |club: &Option<Arc<ClubView>>| {
            club.as_ref()
                .is_some_and(|club| club.host_doubted == doubts)
        };
        club.wait_for(wanted).await.unwrap();
    }

    /// Starts a member's node and manager again.
    async fn restart(&mut self, member: u32) {
        self.leave(member).await;
        self.cluster.start(member).await;
        self.cluster.reached(member).await;
        self.arrive(member);
    }
}

#[tokio::test(start_paused = true)]
async fn who_doubts_the_host_seals_no_more_over_any_restart_until_the_player_says_go_on() {
    let mut room = Room::seated(3).await;
    // Each time another one, who may sit down again at once.
    for victim in 1..=3 {
        room.all_sealed(3).await;
        room.cluster.leave_out(&[victim]);
        for member in 0..=3 {
            room.bet(member, "field", 10).await;
        }
        for member in 0..=3 {
            room.roll(member).await;
        }
        let left_out = room.rolled(0, u64::from(victim)).await.left_out.clone();
        assert_eq!(left_out, [Shown::new(&format!("Player {victim}"), 24)]);
        for guest in 1..=3 {
            let times = usize::try_from(victim).unwrap();
            let told = |event: &GameEvent| {
                matches!(event, GameEvent::LeftOut { times: told, stops, .. }
                    if *told == times && *stops == (times == 3))
            };
            room.told(guest, told).await;
        }
        // What the host did not hear then it hears now, too late for the roll.
        room.cluster.leave_out(&[]);
        if victim < 3 {
            let (game, id) = (room.view(victim).game, IntentId(900));
            let manager = room.people[&victim].manager.clone();
            while manager.ask(id, Intent::Sit { game }).await == Reply::Unknown {}
            room.until(victim, |table| table.me.is_some()).await;
        }
    }
    // The third stood up, so all seal anew but those who doubt.
    let alone = |table: &TableView| matches!(table.phase, RollPhase::Betting { sealed: 1, of: 3 });
    room.until(0, alone).await;
    for _ in 0..2 {
        room.until_doubts_host(1, true).await;
        let why = room.refused(1, room.slip(1, &[("field", 5)])).await;
        assert_eq!(why, club::Refusal::NoSeal);
        room.restart(1).await;
    }
    room.until(0, alone).await;
    room.must(1, Intent::TrustHost).await;
    room.until_doubts_host(1, false).await;
    let two = |table: &TableView| matches!(table.phase, RollPhase::Betting { sealed: 2, of: 3 });
    room.until(1, two).await;
    room.bet(1, "field", 5).await;
    room.restart(1).await;
    room.until(1, |table| table.me.is_some()).await;
    assert!(!room.doubts_host(1));
    // What one player says is no word of another's.
    assert!(room.doubts_host(2));
}

#[tokio::test(start_paused = true)]
async fn who_leaves_in_order_takes_its_seal_along_and_nobody_waits_for_it() {
    let mut room = Room::seated(2).await;
    room.leave(2).await;
    let without =
        |table: &TableView| matches!(table.phase, RollPhase::Betting { sealed: 2, of: 3 });
    room.until(0, without).await;
    for member in 0..2 {
        room.bet(member, "field", 10).await;
    }
    room.roll(1).await;
    room.roll(0).await;
    let record = room.rolled(1, 1).await;
    assert_eq!((record.opened, record.of), (2, 2));
    // It is no withholding: the seat is still there.
    assert_eq!(record.proof.record.withheld, []);
    assert_eq!(room.view(0).seats.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_player_may_say_go_on_at_any_time() {
    let room = Room::seated(1).await;
    room.must(1, Intent::TrustHost).await;
    assert!(!room.cluster.view(1).host.is_doubted);
}

#[tokio::test(start_paused = true)]
async fn a_player_alone_whose_store_was_put_back_plays_on_under_a_new_key() {
    let mut room = Room::open(0).await;
    room.until(0, all_sealed).await;
    room.bet(0, "field", 10).await;
    room.roll(0).await;
    room.rolled(0, 1).await;
    room.leave(0).await;
    room.cluster.put_back_below_the_log(0).await;
    room.cluster.start(0).await;
    assert!(matches!(room.cluster.voting(0), Voting::Retired(_)));
    room.arrive(0);
    room.cluster.until_votes(0, 1).await;
    room.until(0, all_sealed).await;
    room.bet(0, "field", 10).await;
    room.roll(0).await;
    room.rolled(0, 2).await;
}
