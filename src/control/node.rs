//! What the running node answers: the application and its views behind the socket.
//!
//! The socket lies outside of the application's services, so that a node that was stopped in an
//! emergency can still be asked how it is, and be reset.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt};

use super::events::{Watcher, since};
use super::export::Part;
use super::health::HealthLinks;
use super::protocol::Request;
use super::rows::{BalanceRow, BetState, PlayEvent, Row};
use super::server::{ControlHandler, Rows};
use super::views::{NodeViews, Wish};
use crate::app::BitCrapsApp;
use crate::clock::Clock;
use crate::craps::BetKey;
use crate::error::{Error, Kind};
use crate::gaming::StartView;
use crate::ledger::Chips;
use crate::state::lifecycle::Reason;

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
            Request::History { table, last } => self.views.rolls.rolls(table, last).await,
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
                let mark = self.app.emergency_stop(&reason);
                self.app.settled().await.map_err(gone)?;
                if mark.reason == Reason::from(reason.as_str()) {
                    return Ok(stream::empty().boxed());
                }
                // The first reason counts: it is the one that somebody has to look into.
                Err(Error::new(
                    Kind::Refused,
                    format!(
                        "the node was stopped in an emergency already: {}",
                        mark.reason
                    ),
                    "leave that when the reason is gone: `bitcraps emergency-stop --reset`",
                ))
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

    fn events(&self) -> Rows {
        Watcher {
            rolls: self.views.events.subscribe(),
            table: self.views.table.clone(),
            state: self.app.lifecycle(),
            lifecycle: self.app.links().lifecycle,
            clock: Arc::clone(&self.clock),
            started: self.started,
        }
        .rows()
    }
}

impl ControlHandler for NodeControl {
    fn handle(&self, request: Request) -> BoxFuture<'_, Result<Rows, Error>> {
        self.answer(request).boxed()
    }
}

fn key(bet: &str) -> Result<BetKey, Error> {
    bet.parse().map_err(|unknown: crate::craps::BetKeyError| {
        let hint = "`bitcraps bets` lists every bet; those that travel carry a number, as come@6";
        Error::new(Kind::Usage, unknown.to_string(), hint)
    })
}

fn one(row: Row) -> Rows {
    stream::iter([Ok(row)]).boxed()
}

fn gone(error: crate::app::Gone) -> Error {
    Error::new(Kind::Internal, error.to_string(), "start the program again")
}
