//! Tables that a player opens beside the first, and the bots there.

use super::*;

/// Another table for two, with the rules of the first.
fn terms(name: &str) -> TableTerms {
    TableTerms {
        name: name.to_owned(),
        rules: rules(),
        seats_max: 2,
        min_players: 1,
        bond: Chips::ZERO,
        times: club::RollTimes::LAN,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_opens_tables_up_to_the_clubs_limit_and_every_refusal_says_why() {
    let settings = Settings {
        max_games: 2,
        ..Settings::solo()
    };
    let node = Node::start_with(&MemoryDisk::default(), &[], 1, settings).await;
    let first = node.view().game;
    let open = |terms| node.ask(Intent::CreateTable(Box::new(terms)));
    let refused = |reply| match reply {
        Reply::Rejected(Refusal::Club(why)) => why,
        Reply::Rejected(_) | Reply::Decided(_) | Reply::Unknown | Reply::Lost => {
            panic!("{reply:?}")
        }
    };
    // What can't be a table is none, and counts for nothing.
    let nameless = refused(open(terms(" ")).await);
    assert!(matches!(nameless, club::Refusal::Name { .. }));
    let mut wide = terms("wide");
    wide.seats_max = 17;
    let why = refused(open(wide).await);
    assert_eq!(why, club::Refusal::SeatCount { seats_max: 16 });
    let mut hasty = terms("hasty");
    hasty.times.bet = 0;
    assert!(matches!(
        refused(open(hasty).await),
        club::Refusal::Times { .. }
    ));

    assert!(matches!(open(terms("high")).await, Reply::Decided(_)));
    let tables = node.links.club.borrow().clone().unwrap().tables.clone();
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["practice", "high"]);
    let why = refused(open(terms("third")).await);
    assert_eq!(why, club::Refusal::TooManyTables { limit: 2 });

    // The player goes there, plays, and changes its rules.
    let game = tables[1].game;
    assert!(matches!(
        node.ask(Intent::Stand { game: first }).await,
        Reply::Decided(_)
    ));
    assert!(matches!(
        node.ask(Intent::Sit { game }).await,
        Reply::Decided(_)
    ));
    let dearer = TableRules {
        min_bet: Chips::new(10),
        ..rules()
    };
    let rules = Box::new(dearer.clone());
    let changed = node.ask(Intent::ChangeRules { game, rules }).await;
    assert!(matches!(changed, Reply::Decided(_)), "{changed:?}");
    let mut node = node;
    node.until(|table| table.game == game && table.table.rules() == &dearer && all_sealed(table))
        .await;
    assert!(matches!(node.bet("field", 10).await, Reply::Decided(_)));
    assert_eq!(node.roll().await.roll, 1);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_come_and_go_and_a_person_is_no_bot() {
    let mut node = Node::start(&MemoryDisk::default(), &[]).await;
    let game = node.view().game;
    for expected in ["mabel", "mabel-2"] {
        let add = Intent::AddBot {
            game,
            strategy: Strategy::PassOdds,
        };
        assert!(matches!(node.ask(add).await, Reply::Decided(_)));
        let has = |table: &TableView| {
            table
                .seats
                .iter()
                .any(|seat| seat.name.as_str() == expected)
        };
        node.until(has).await;
    }
    let table = node.view();
    let seat_of = |name: &str| {
        table
            .seats
            .iter()
            .find(|seat| seat.name.as_str() == name)
            .map(|seat| seat.seat)
            .unwrap()
    };
    let remove = Intent::RemoveBot {
        game,
        seat: seat_of("mabel"),
    };
    assert!(matches!(node.ask(remove).await, Reply::Decided(_)));
    node.until(|table| table.seats.len() == 2).await;
    let me = seat_of("ana");
    assert_eq!(
        node.ask(Intent::RemoveBot { game, seat: me }).await,
        Reply::Rejected(Refusal::NotABot { seat: me })
    );
    node.stop().await;
}
