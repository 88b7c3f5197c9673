//! Several people, each with a node of its own, in one runtime with paused time.

use std::collections::BTreeMap;

use tokio::task::JoinHandle;

use super::*;
use crate::club::{ClubEvent, GameId, Phase, RollTimes};
use crate::consensus::DecidedBlock;
use crate::consensus::tests::cluster::{Cluster, key_of};

/// The table that the founder's node opens by itself.
const TABLE: club::TableNo = club::TableNo(0);

/// How many chips each begins with.
pub(super) const GRANT: u64 = 10_000;

/// What waits for ever shall fail: paused time is soon over.
const PATIENCE: Duration = Duration::from_hours(1);

pub(super) struct Person {
    pub(super) manager: ConsensusGameManager,
    pub(super) links: GameLinks,
    events: broadcast::Receiver<GameEvent>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
    ids: AtomicU64,
}

/// A club of several people; number `n` is member `n`, and 0 is the founder.
pub(super) struct Room {
    pub(super) cluster: Cluster,
    pub(super) people: BTreeMap<u32, Person>,
}

pub(super) fn settings() -> Settings {
    Settings {
        max_games: 3,
        session_timeout_seconds: 60,
        work_bits: 0,
        new_chips: false,
    }
}

impl Room {
    /// Everybody is there; the founder sits at the first table.
    pub(super) async fn open(guests: u32) -> Self {
        let cluster = Cluster::founded(settings(), guests).await;
        Self::of(cluster, guests).await
    }

    pub(super) async fn of(cluster: Cluster, guests: u32) -> Self {
        cluster.all_reached().await;
        let people = BTreeMap::new();
        let mut room = Self { cluster, people };
        for member in 0..=guests {
            room.arrive(member);
        }
        room
    }

    /// Everybody sits at the first table, and has sealed.
    pub(super) async fn seated(guests: u32) -> Self {
        let mut room = Self::open(guests).await;
        let first = |table: &TableView| table.me.is_some();
        let game = room.until(0, first).await.game;
        for member in 1..=guests {
            room.until(member, |table| table.game == game).await;
            room.must(member, Intent::Sit { game }).await;
        }
        room.all_sealed(guests).await;
        room
    }

    /// Waits until everybody sees one seat more than there are guests taken, and all sealed.
    pub(super) async fn all_sealed(&mut self, guests: u32) {
        let seats = usize::try_from(guests).unwrap() + 1;
        for member in self.people.keys() {
            let sealed = |table: &TableView| table.seats.len() == seats && all_sealed(table);
            self.until(*member, sealed).await;
        }
    }

    /// Starts a person's manager over the node that runs.
    pub(super) fn arrive(&mut self, member: u32) {
        let (store, secrets) = self.cluster.store(member);
        let links = GameLinks::new();
        let (manager, run) = ConsensusGameManager::new(ManagerParts {
            chain: self.cluster.chain(member).clone(),
            store,
            secrets,
            player: key_of(member),
            storage_key: StorageKey::from_bytes([9; 32]),
            past: Vec::new(),
            placed: Vec::new(),
            links: links.clone(),
            clock: Arc::clone(&self.cluster.clock),
            settings: GameSettings {
                table_name: "practice".to_owned(),
                rules: rules(),
                seats_max: 8,
                bots: Vec::new(),
                pace: Duration::ZERO,
                seed: 1,
            },
        })
        .unwrap();
        let (events, cancel) = (links.events.subscribe(), CancellationToken::new());
        let person = Person {
            manager,
            links,
            events,
            task: TaskTracker::new().spawn(run(cancel.clone())),
            cancel,
            ids: AtomicU64::new(1),
        };
        assert!(self.people.insert(member, person).is_none());
    }

    /// Stops a person's manager and node in order.
    pub(super) async fn leave(&mut self, member: u32) {
        let person = self.people.remove(&member).unwrap();
        person.cancel.cancel();
        person.task.await.unwrap();
        self.cluster.stop(member).await;
    }

    /// Ends a person's node in the middle of whatever it does.
    pub(super) async fn vanish(&mut self, member: u32) {
        self.people.remove(&member).unwrap().task.abort();
        self.cluster.kill(member).await;
    }

    pub(super) fn view(&self, member: u32) -> Arc<TableView> {
        self.people[&member].links.table.borrow().clone().unwrap()
    }

    /// Waits until a person sees a table as wanted.
    pub(super) async fn until(
        &self,
        member: u32,
        mut met: impl FnMut(&TableView) -> bool,
    ) -> Arc<TableView> {
        let mut table = self.people[&member].links.table.subscribe();
        let wait = table.wait_for(|table| table.as_ref().is_some_and(|table| met(table)));
        let found = tokio::time::timeout(PATIENCE, wait).await;
        found.expect("in time").unwrap().clone().unwrap()
    }

    /// Waits until a person is told of something.
    pub(super) async fn told(&mut self, member: u32, wanted: impl Fn(&GameEvent) -> bool) {
        let events = &mut self.people.get_mut(&member).unwrap().events;
        let wait = async { while !wanted(&events.recv().await.unwrap()) {} };
        tokio::time::timeout(PATIENCE, wait).await.expect("in time");
    }

    /// Asks under an id of its own.
    pub(super) async fn ask(&self, member: u32, intent: Intent) -> Reply {
        let person = &self.people[&member];
        let id = person.ids.fetch_add(1, Ordering::Relaxed);
        person.manager.ask(IntentId(id), intent).await
    }

    pub(super) async fn must(&self, member: u32, intent: Intent) -> Height {
        match self.ask(member, intent.clone()).await {
            Reply::Decided(height) => height,
            other @ (Reply::Rejected(_) | Reply::Unknown | Reply::Lost) => {
                panic!("{member} asked for {intent:?}: {other:?}")
            }
        }
    }

    /// Asks for what the club refuses, and returns why.
    pub(super) async fn refused(&self, member: u32, intent: Intent) -> club::Refusal {
        match self.ask(member, intent.clone()).await {
            Reply::Rejected(Refusal::Club(why)) => why,
            other @ (Reply::Decided(_) | Reply::Rejected(_) | Reply::Unknown | Reply::Lost) => {
                panic!("{member} asked for {intent:?}: {other:?}")
            }
        }
    }

    pub(super) fn slip(&self, member: u32, bets: &[(&str, u64)]) -> Intent {
        let (game, roll) = (self.view(member).game, self.view(member).roll);
        let actions = bets.iter().map(|(bet, amount)| Action::Place {
            bet: bet.parse().unwrap(),
            amount: Chips::new(*amount),
        });
        let actions = actions.collect();
        Intent::Bets {
            game,
            roll,
            actions,
        }
    }

    pub(super) async fn bet(&self, member: u32, bet: &str, amount: u64) {
        let slip = self.slip(member, &[(bet, amount)]);
        self.must(member, slip).await;
    }

    /// Throws, or says ready.
    pub(super) async fn roll(&self, member: u32) -> Height {
        let (game, roll) = (self.view(member).game, self.view(member).roll);
        self.must(member, Intent::Roll { game, roll }).await
    }

    /// Returns what a person sees of a finished roll.
    pub(super) async fn rolled(&self, member: u32, roll: u64) -> Arc<RollView> {
        let table = self.until(member, |table| table.roll > roll).await;
        let found = table.history.iter().find(|record| record.roll == roll);
        Arc::clone(found.unwrap())
    }

    /// The chips of member `of`, free and at the table, as a person sees them.
    pub(super) fn chips(&self, member: u32, of: u32) -> (u64, u64) {
        let table = self.view(member);
        let name = name_of(of);
        let seat = table.seats.iter().find(|seat| seat.name.as_str() == name);
        let seat = seat.unwrap();
        (seat.balance.get(), seat.at_risk.get())
    }

    pub(super) fn now(&self) -> u64 {
        self.cluster.clock.now().0
    }

    /// When bets of the first table began to be taken, by the time of blocks.
    pub(super) fn betting_since(&self) -> u64 {
        let state = Arc::clone(&self.cluster.view(0).state);
        match &state.table(TABLE).unwrap().phase {
            Phase::Betting(betting) => betting.since.0,
            Phase::Locked(_) => panic!("the roll is locked"),
        }
    }

    pub(super) fn blocks(&self) -> broadcast::Receiver<Arc<DecidedBlock>> {
        self.cluster.chain(0).subscribe()
    }
}

fn name_of(member: u32) -> String {
    match member {
        0 => "Ann".to_owned(),
        other => format!("Player {other}"),
    }
}

pub(super) async fn next_lock(blocks: &mut broadcast::Receiver<Arc<DecidedBlock>>) -> u64 {
    let is_lock = |event: &ClubEvent| matches!(event, ClubEvent::Locked { .. });
    next_block(blocks, is_lock).await
}

pub(super) async fn next_close(blocks: &mut broadcast::Receiver<Arc<DecidedBlock>>) -> u64 {
    next_block(blocks, |event| matches!(event, ClubEvent::Rolled(_))).await
}

async fn next_block(
    blocks: &mut broadcast::Receiver<Arc<DecidedBlock>>,
    wanted: impl Fn(&ClubEvent) -> bool,
) -> u64 {
    loop {
        let block = blocks.recv().await.unwrap();
        if block.events.iter().any(&wanted) {
            return block.block.header.time.0;
        }
    }
}

pub(super) fn terms(name: &str, seats_max: u8, min_players: u8, bond: u64) -> Intent {
    Intent::CreateTable(Box::new(TableTerms {
        name: name.to_owned(),
        rules: rules(),
        seats_max,
        min_players,
        bond: Chips::new(bond),
        times: RollTimes::LAN,
    }))
}

impl Room {
    /// Opens a table and returns its id.
    pub(super) async fn create(&self, member: u32, intent: Intent) -> GameId {
        self.must(member, intent).await;
        let club = self.people[&member].links.club.borrow().clone().unwrap();
        club.tables.last().unwrap().game
    }
}
