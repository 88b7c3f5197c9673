//! The manager as its users see it, over a real chain on a disk in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{
    ConsensusGameManager, GameEvent, GameLinks, GameSettings, HISTORY_ROLLS_MAX, Intent, IntentId,
    ManagerParts, Refusal, Reply, RollPhase, RollRecord, Strategy, TableView,
};
use crate::clock::{Clock, SystemClock, UnixMillis};
use crate::club::kit::{TestClub, charter, place};
use crate::club::{self, Height, MemberKind, Settings, TimeMs};
use crate::consensus::limits::PROPOSE_TIMEOUT;
use crate::consensus::{Chain, Terms, VoteKeys, found_club, open_club, past_rolls};
use crate::craps::{Action, BetKey, Dice, Puck, TableRules};
use crate::identity::{Identity, SeededEntropy, StorageKey};
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::storage::{MemoryDisk, Secrets, Store, StoreHandle};

/// One run of a node's game part; the disk outlives it.
struct Node {
    manager: ConsensusGameManager,
    table: watch::Receiver<Option<Arc<TableView>>>,
    links: GameLinks,
    events: broadcast::Receiver<GameEvent>,
    cancel: CancellationToken,
    tasks: TaskTracker,
    store: StoreHandle,
    ids: AtomicU64,
}

fn rules() -> TableRules {
    TableRules {
        shooter_needs_line_bet: false,
        ..TableRules::default()
    }
}

impl Node {
    async fn start(disk: &MemoryDisk, bots: &[Strategy]) -> Self {
        Self::start_expecting(disk, bots, bots.len() + 1).await
    }

    /// Starts a node and waits until so many sit at its table.
    async fn start_expecting(disk: &MemoryDisk, bots: &[Strategy], seats: usize) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let medium = disk.clone();
        let store = Store::on_medium(move || medium.clone()).unwrap();
        let (store, _thread) = StoreHandle::spawn(store).unwrap();
        let storage_key = StorageKey::from_bytes([9; 32]);
        // Another stream of secrets for each run: what is needed again must come from the disk.
        let entropy = Arc::new(SeededEntropy::new(
            u64::try_from(disk.bytes().len()).unwrap(),
        ));
        let secrets = Secrets::new(store.clone(), storage_key.clone(), entropy);
        let player = Identity::from_seed(&[1; 32]);
        let known = store.clubs().await.unwrap();
        let club = if let Some(club) = known.first() {
            *club
        } else {
            let terms = Terms {
                name: "solo".to_owned(),
                founder_name: "ana".to_owned(),
                supply: Chips::new(10_000_000),
                grant: Chips::new(10_000),
                settings: Settings::solo(),
                founded: TimeMs(1),
            };
            found_club(&store, &secrets, &player, terms).await.unwrap()
        };
        let opened = open_club(&store, &VoteKeys::without_logs(secrets.clone()), club)
            .await
            .unwrap();
        let past = past_rolls(&store, club, None).await.unwrap();
        let (chain, service) =
            Chain::new(opened, store.clone(), Arc::clone(&clock), PROPOSE_TIMEOUT);
        let (cancel, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(service.run(cancel.clone()));
        let links = GameLinks::new();
        let (manager, run) = ConsensusGameManager::new(ManagerParts {
            chain,
            store: store.clone(),
            secrets,
            player,
            storage_key,
            past,
            links: links.clone(),
            clock,
            settings: GameSettings {
                table_name: "practice".to_owned(),
                rules: rules(),
                seats_max: 8,
                bots: bots.to_vec(),
                pace: Duration::ZERO,
                seed: 1,
            },
        })
        .unwrap();
        let (table, events) = (links.table.subscribe(), links.events.subscribe());
        tasks.spawn(run(cancel.clone()));
        tasks.close();
        let mut node = Self {
            manager,
            table,
            links,
            events,
            cancel,
            tasks,
            store,
            ids: AtomicU64::new(1),
        };
        node.until(|table| table.seats.len() == seats && all_sealed(table))
            .await;
        node
    }

    async fn until(&mut self, mut met: impl FnMut(&TableView) -> bool) -> Arc<TableView> {
        let wait = self
            .table
            .wait_for(|table| table.as_ref().is_some_and(|table| met(table)));
        let found = tokio::time::timeout(Duration::from_secs(20), wait).await;
        found.expect("in time").unwrap().clone().unwrap()
    }

    fn view(&self) -> Arc<TableView> {
        self.table.borrow().clone().unwrap()
    }

    /// Asks under an id of its own.
    fn ask(&self, intent: Intent) -> impl Future<Output = Reply> + Send + 'static {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        self.manager.ask(IntentId(id), intent)
    }

    async fn bet(&self, bet: &str, amount: u64) -> Reply {
        let bet: BetKey = bet.parse().unwrap();
        let actions = vec![Action::Place {
            bet,
            amount: Chips::new(amount),
        }];
        self.ask(Intent::Bets {
            game: self.view().game,
            actions,
        })
        .await
    }

    /// Says ready or throws, and returns what fell.
    async fn roll(&mut self) -> Arc<RollRecord> {
        let before = self.view();
        let reply = self.ask(Intent::Roll { game: before.game }).await;
        assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
        let after = self
            .until(|table| table.roll > before.roll && all_sealed(table))
            .await;
        Arc::clone(after.history.first().unwrap())
    }

    /// Ends the run; without warning, as far as the chain can tell.
    async fn stop(self) {
        self.cancel.cancel();
        self.tasks.wait().await;
        self.store.close().await.unwrap();
    }
}

fn all_sealed(table: &TableView) -> bool {
    matches!(table.phase, RollPhase::Betting { sealed, of } if sealed == of)
}

/// All chips of a table's view and what the club has beside it.
fn all_chips(node: &Node) -> u64 {
    let club = node.links.club.borrow().clone().unwrap();
    let seats: u64 = node
        .view()
        .seats
        .iter()
        .map(|seat| seat.balance.get() + seat.at_risk.get())
        .sum();
    club.treasury.get() + seats
}

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
    for number in 1..=100 {
        if node.view().table.puck() == Puck::Off {
            // Refused when the line bet of the last hand still stands; then that one plays.
            node.bet("pass", 10).await;
        }
        node.bet("field", 5).await;
        let record = node.roll().await;
        assert_eq!(record.roll, number);
        shooters.insert(record.shooter.clone());
        mine += record.net;
        let table = node.view();
        let held = table.my_seat().unwrap();
        assert_eq!(
            held.balance.get() + held.at_risk.get(),
            u64::try_from(mine).unwrap()
        );
        assert_eq!(record.balance, held.balance);
        assert_eq!((record.opened, record.of), (4, 4));
        assert_eq!(all_chips(&node), 10_000_000);
    }
    assert_eq!(shooters.len(), 4, "{shooters:?}");
    assert_eq!(node.view().seen.iter().sum::<u64>(), 100);
    for number in 1..=100 {
        let rolled = loop {
            match node.events.recv().await.unwrap() {
                GameEvent::Rolled(record) => break record,
                // A seven-out says itself who has the dice; the first to sit gets them.
                GameEvent::DicePassed { .. } if number > 1 => panic!("nobody passed the dice"),
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
        assert_eq!(rolled.roll, number);
    }
    node.stop().await;
}

#[test]
fn a_long_history_keeps_its_newest_rolls_and_counts_those() {
    let mut history = super::history::History::default();
    let rolls = u64::try_from(HISTORY_ROLLS_MAX).unwrap() + 5;
    let proof = Arc::new(super::DiceProof {
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
        let record = RollRecord {
            roll,
            hand_roll: 1,
            dice: Dice::new(dice.0, dice.1).unwrap(),
            before: Puck::Off,
            after: Puck::Off,
            seven_out: false,
            shooter: Shown::default(),
            next_shooter: None,
            net: 0,
            balance: Chips::ZERO,
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
    let nothing = node
        .ask(Intent::Roll {
            game: node.view().game,
        })
        .await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_that_was_locked_before_a_crash_is_opened_after_it() {
    let disk = MemoryDisk::default();
    // The player's word and nothing after it: the loop that would open is gone with the chain's
    // next answer, at every point of the roll in turn.
    for answers in 0..4 {
        let node = Node::start(&disk, &[Strategy::Pass]).await;
        node.bet("pass", 10).await;
        let before = node.view();
        let mut heights = node.links.club.subscribe();
        drop(node.ask(Intent::Roll { game: before.game }));
        for _ in 0..answers {
            if tokio::time::timeout(Duration::from_millis(200), heights.changed())
                .await
                .is_err()
            {
                break;
            }
        }
        node.stop().await;
        let mut node = Node::start(&disk, &[Strategy::Pass]).await;
        let record = node.roll_if_none_since(before.roll).await;
        assert!(record.roll >= before.roll);
        node.stop().await;
    }
}

impl Node {
    async fn roll_if_none_since(&mut self, roll: u64) -> Arc<RollRecord> {
        if self.view().roll > roll {
            return Arc::clone(self.view().history.first().unwrap());
        }
        self.bet("field", 5).await;
        self.roll().await
    }
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
