//! What the running node answers: the application and its views behind the socket.
//!
//! The socket lies outside of the application's services, so that a node that was stopped in an
//! emergency can still be asked how it is, and be reset.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::export::{Export, Part};
use super::limits::HISTORY_ROWS_MAX;
use super::protocol::Request;
use super::rows::{BalanceRow, BetState, HealthRow, HistoryRow, LifecycleRow, PlayEvent, Row};
use super::server::{ControlHandler, Rows};
use crate::app::{AppLinks, BitCrapsApp};
use crate::clock::Clock;
use crate::consensus::ClubHealth;
use crate::craps::BetKey;
use crate::error::{Error, Kind};
use crate::gaming::{ClubView, GameEvent, StartView, TableView};
use crate::ledger::Chips;
use crate::state::lifecycle::LifecycleView;

/// Where past rolls are read.
pub trait RollBook: Send + Sync + std::fmt::Debug {
    /// Returns rolls, oldest first: those of one table, by id or name, or of all.
    ///
    /// # Errors
    /// When they cannot be read.
    fn rolls(&self, table: Option<String>) -> BoxFuture<'_, Result<Vec<HistoryRow>, Error>>;

    /// Returns the game of a table, by id or name, as far as it was played.
    ///
    /// # Errors
    /// When there is no such table, or it can't be read.
    fn transcript(&self, table: Option<String>, part: Part)
    -> BoxFuture<'_, Result<Export, Error>>;
}

/// What a scripted player wishes; the same as keys on the screen do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A seat at the table of this name or id.
    Sit(String),
    /// A bet of so many chips.
    Bet(BetKey, Chips),
    /// A bet down.
    TakeDown(BetKey),
    /// To throw, or to be ready.
    Roll,
    /// To leave the seat.
    Stand,
}

/// Who plays for whoever asks on the socket: this node's player.
pub trait Player: Send + Sync + std::fmt::Debug {
    /// Returns once the wish is decided and on disk.
    ///
    /// # Errors
    /// [`Kind::Refused`] with the words of the screen, [`Kind::Network`] when nothing was decided in
    /// time.
    fn play(&self, wish: Wish) -> BoxFuture<'_, Result<(), Error>>;
}

/// What is seen of the club and its tables.
#[derive(Clone, Debug)]
pub struct NodeViews {
    /// The label of the node.
    pub node: String,
    /// The club.
    pub club: watch::Receiver<Option<Arc<ClubView>>>,
    /// How its chain does.
    pub chain: watch::Receiver<Option<Arc<ClubHealth>>>,
    /// The table.
    pub table: watch::Receiver<Option<Arc<TableView>>>,
    /// What happens there.
    pub events: broadcast::Sender<GameEvent>,
    /// What happened there.
    pub rolls: Arc<dyn RollBook>,
    /// Who plays there.
    pub player: Arc<dyn Player>,
    /// What a start waits for.
    pub start: watch::Receiver<StartView>,
}

/// The handler of a whole node.
#[derive(Debug)]
pub struct NodeControl {
    app: BitCrapsApp,
    views: NodeViews,
    clock: Arc<dyn Clock>,
    started: Duration,
    /// The number of the next bet that was asked for here.
    bets: AtomicU64,
}

impl NodeControl {
    /// Returns the handler; times of events count from now.
    #[must_use]
    pub fn new(app: BitCrapsApp, views: NodeViews, clock: Arc<dyn Clock>) -> Self {
        let started = clock.monotonic();
        Self {
            app,
            views,
            clock,
            started,
            bets: AtomicU64::new(1),
        }
    }

    async fn answer(&self, request: Request) -> Result<Rows, Error> {
        match request {
            Request::Health { watch } => {
                let links = HealthLinks {
                    node: self.views.node.clone(),
                    app: self.app.links(),
                    chain: self.views.chain.clone(),
                };
                if watch {
                    Ok(links.changes())
                } else {
                    Ok(one(links.row()))
                }
            }
            Request::Balance => self.balance(),
            Request::History { table, last, skip } => {
                let rolls = self.views.rolls.rolls(table).await?;
                Ok(stream::iter(page(rolls, last, skip).map(Row::History)).boxed())
            }
            Request::Transcript { table, from, last } => {
                let part = Part::of(from, last);
                Ok(self.views.rolls.transcript(table, part).await?.rows())
            }
            Request::ServiceRestart { name } => {
                let restarted = self.app.restart_service(&name);
                self.unless_locked("the restart of a service", restarted)
                    .await
            }
            Request::ServiceStop { name } => {
                let stopped = self.app.stop_service(&name);
                self.unless_locked("the stop of a service", stopped).await
            }
            Request::EmergencyStop { reason } => {
                self.app.emergency_stop(&reason);
                self.app.settled().await.map_err(gone)?;
                Ok(stream::empty().boxed())
            }
            Request::Reset => {
                let reset = self.app.reset("asked for on the control socket");
                self.unless_locked("the reset", reset).await
            }
            Request::Subscribe => Ok(self.events()),
            Request::Sit { table } => self.play(Wish::Sit(table)).await,
            Request::Bet { bet, amount } => self.bet(&bet, amount).await,
            Request::TakeDown { bet } => self.play(Wish::TakeDown(key(&bet)?)).await,
            Request::Roll => self.play(Wish::Roll).await,
            Request::Stand => self.play(Wish::Stand).await,
        }
    }

    async fn play(&self, wish: Wish) -> Result<Rows, Error> {
        self.views.player.play(wish).await?;
        Ok(stream::empty().boxed())
    }

    async fn bet(&self, bet: &str, amount: u64) -> Result<Rows, Error> {
        let key = key(bet)?;
        self.views
            .player
            .play(Wish::Bet(key, Chips::new(amount)))
            .await?;
        Ok(one(Row::Event(PlayEvent::Bet {
            t: since(&*self.clock, self.started),
            id: self.bets.fetch_add(1, Ordering::Relaxed),
            bet: key.to_string(),
            amount,
            state: BetState::Confirmed,
            why: None,
            kind: None,
        })))
    }

    /// Waits for `work`, unless a start waits for the passphrase: it is typed by whoever sits at
    /// the screen, and nobody is kept waiting for that here. What was asked for is done after it.
    async fn unless_locked<T, E: Into<Error>>(
        &self,
        what: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<Rows, Error> {
        let mut start = self.views.start.clone();
        let locked = |view: &StartView| matches!(view, StartView::PassphraseNeeded { .. });
        tokio::select! {
            biased;
            done = work => done.map(|_| stream::empty().boxed()).map_err(Into::into),
            Ok(_) = start.wait_for(locked) => Err(Error::new(
                Kind::Refused,
                format!("{what} waits for the passphrase of the key"),
                "type it on the screen of the running client",
            )),
        }
    }

    fn balance(&self) -> Result<Rows, Error> {
        let club = self.views.club.borrow().clone();
        let club = club.ok_or_else(|| {
            Error::new(
                Kind::Refused,
                "the club is not open yet",
                "`bitcraps health` tells how far the start is",
            )
        })?;
        Ok(one(Row::Balance(BalanceRow::from(&*club))))
    }

    /// Rolls and changes of the lifecycle, from now on. Who reads too slowly misses some; each
    /// carries its number, so that is seen.
    fn events(&self) -> Rows {
        let watcher = Watcher {
            rolls: self.views.events.subscribe(),
            table: self.views.table.clone(),
            state: self.app.lifecycle(),
            lifecycle: self.app.links().lifecycle,
            clock: Arc::clone(&self.clock),
            started: self.started,
        };
        stream::unfold(watcher, |mut watcher| async {
            let event = watcher.next().await?;
            Some((Row::Event(event), watcher))
        })
        .boxed()
    }
}

impl ControlHandler for NodeControl {
    fn handle(&self, request: Request) -> BoxFuture<'_, Result<Rows, Error>> {
        self.answer(request).boxed()
    }
}

struct Watcher {
    rolls: broadcast::Receiver<GameEvent>,
    table: watch::Receiver<Option<Arc<TableView>>>,
    lifecycle: watch::Receiver<Arc<LifecycleView>>,
    /// The newest state that was told.
    state: Arc<LifecycleView>,
    clock: Arc<dyn Clock>,
    started: Duration,
}

impl Watcher {
    async fn next(&mut self) -> Option<PlayEvent> {
        loop {
            tokio::select! {
                changed = self.lifecycle.changed() => {
                    changed.ok()?;
                    let now = self.lifecycle.borrow_and_update().clone();
                    let before = std::mem::replace(&mut self.state, now);
                    if before.sequence != self.state.sequence {
                        return Some(self.transition(&before));
                    }
                }
                event = self.rolls.recv() => match event {
                    Ok(event) => if let Some(event) = self.told(&event) {
                        return Some(event);
                    },
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    fn t(&self) -> u64 {
        since(&*self.clock, self.started)
    }

    fn transition(&self, before: &LifecycleView) -> PlayEvent {
        PlayEvent::Lifecycle {
            t: self.t(),
            from: before.state.to_string(),
            to: self.state.state.to_string(),
            reason: self.state.reason.to_string(),
        }
    }

    fn told(&self, event: &GameEvent) -> Option<PlayEvent> {
        let table = self.table.borrow().clone()?;
        match event {
            GameEvent::Rolled(record) => Some(PlayEvent::Roll {
                t: self.t(),
                table: table.game.to_string(),
                roll: record.roll,
                dice: [record.dice.a(), record.dice.b()],
                height: record.height.0,
                balance: record.balance.map(Chips::get),
            }),
            GameEvent::Seated { you: true, .. } => Some(PlayEvent::Seated {
                t: self.t(),
                table: table.game.to_string(),
                seat: table.me?.get(),
            }),
            GameEvent::Seated { you: false, .. }
            | GameEvent::Stood { .. }
            | GameEvent::DicePassed { .. }
            | GameEvent::RulesChanged
            | GameEvent::LeftOut { .. }
            | GameEvent::Abandoned { .. }
            | GameEvent::ChangeOpen(_)
            | GameEvent::KeepersChanged { .. }
            | GameEvent::Accused { .. } => None,
        }
    }
}

/// Milliseconds since the start.
fn since(clock: &dyn Clock, started: Duration) -> u64 {
    let since = clock.monotonic().saturating_sub(started);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn key(bet: &str) -> Result<BetKey, Error> {
    bet.parse().map_err(|unknown: crate::craps::BetKeyError| {
        let hint = "`bitcraps bets` lists every bet; those that travel carry a number, as come@6";
        Error::new(Kind::Usage, unknown.to_string(), hint)
    })
}

fn one(row: Row) -> Rows {
    stream::iter([row]).boxed()
}

/// What a row of health is made from.
struct HealthLinks {
    node: String,
    app: AppLinks,
    chain: watch::Receiver<Option<Arc<ClubHealth>>>,
}

impl HealthLinks {
    fn row(&self) -> Row {
        let club = self.chain.borrow().as_deref().cloned().map(Box::new);
        Row::Health(HealthRow {
            node: self.node.clone(),
            lifecycle: LifecycleRow::from(&**self.app.lifecycle.borrow()),
            club,
            report: (**self.app.health.borrow()).clone(),
        })
    }

    /// One row now, and one whenever lifecycle or health change. The club moves with every block:
    /// each row has it as it is then, but it makes none.
    fn changes(mut self) -> Rows {
        self.app.lifecycle.mark_changed();
        stream::unfold(self, |mut links| async {
            let changed = tokio::select! {
                changed = links.app.lifecycle.changed() => changed,
                changed = links.app.health.changed() => changed,
            };
            changed.ok()?;
            links.app.lifecycle.mark_unchanged();
            links.app.health.mark_unchanged();
            // What changes from here on is told by the next row.
            Some((links.row(), links))
        })
        .boxed()
    }
}

/// Returns the part of the newest `last` rolls that begins after `skip` of them.
fn page(rolls: Vec<HistoryRow>, last: Option<u64>, skip: u64) -> impl Iterator<Item = HistoryRow> {
    let before = last.map_or(0, |last| {
        let last = usize::try_from(last).unwrap_or(usize::MAX);
        rolls.len().saturating_sub(last)
    });
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    rolls
        .into_iter()
        .skip(before.saturating_add(skip))
        .take(HISTORY_ROWS_MAX)
}

fn gone(error: crate::app::Gone) -> Error {
    Error::new(Kind::Internal, error.to_string(), "start the program again")
}
