//! The node's player as scripts lead it, over the control socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::{BoxFuture, FutureExt as _};
use tokio::sync::watch;

use super::{desk, refusal};
use crate::app::{BitCrapsApp, WeakApp};
use crate::club::{self, GameId};
use crate::control::{Player, Wish};
use crate::craps::Action;
use crate::error::{Error, Kind};
use crate::gaming::{ClubView, GameLinks, Intent, IntentId, Refusal, Reply, TableView};

/// Numbers of intents begin here: those of the screen of the same node lie below.
const FIRST_INTENT: u64 = 1 << 63;

/// How often a line is asked again for a newer roll: others may throw meanwhile, but not for ever.
const NEWER_ROLLS_MAX: usize = 4;

/// Asks for what a script wishes, as the screen asks for what keys wish.
#[derive(Debug)]
pub(super) struct ScriptedPlayer {
    app: WeakApp,
    club: watch::Receiver<Option<Arc<ClubView>>>,
    table: watch::Receiver<Option<Arc<TableView>>>,
    asked: AtomicU64,
}

impl ScriptedPlayer {
    pub(super) fn new(app: WeakApp, links: &GameLinks) -> Self {
        Self {
            app,
            club: links.club.subscribe(),
            table: links.table.subscribe(),
            asked: AtomicU64::new(FIRST_INTENT),
        }
    }

    /// What is asked for a wish, for the roll of the view or a newer one: a line names none.
    fn intent(&self, wish: &Wish, newer: Option<u64>) -> Result<Intent, Error> {
        let slip = |action| {
            let (game, roll) = self.here(newer)?;
            Ok(Intent::Bets {
                game,
                roll,
                actions: vec![action],
            })
        };
        match wish {
            Wish::Sit(table) => Ok(Intent::Sit {
                game: self.find(table)?,
            }),
            Wish::Bet(bet, amount) => slip(Action::Place {
                bet: *bet,
                amount: *amount,
            }),
            Wish::TakeDown(bet) => slip(Action::TakeDown { bet: *bet }),
            Wish::Roll => {
                let (game, roll) = self.here(newer)?;
                Ok(Intent::Roll { game, roll })
            }
            Wish::Stand => Ok(Intent::Stand {
                game: self.here(newer)?.0,
            }),
        }
    }

    /// The table where the player sits, or else the one that is watched: there the refusal says that
    /// a seat is needed. With the roll that comes, as far as is known.
    fn here(&self, newer: Option<u64>) -> Result<(GameId, u64), Error> {
        let table = self.table.borrow();
        let here = table.as_ref();
        let here = here.map(|table| (table.game, newer.unwrap_or(table.roll)));
        here.ok_or_else(not_open)
    }

    fn find(&self, table: &str) -> Result<GameId, Error> {
        let club = self.club.borrow().clone().ok_or_else(not_open)?;
        let id = table.parse().ok();
        let mut tables = club.tables.iter();
        let found = tables.find(|known| known.name.as_str() == table || Some(known.game) == id);
        found.map(|known| known.game).ok_or_else(|| {
            let names: Vec<&str> = club
                .tables
                .iter()
                .map(|known| known.name.as_str())
                .collect();
            Error::new(
                Kind::Usage,
                format!(
                    "there is no table {table:?}; there are: {}",
                    names.join(", ")
                ),
                "give the name or the id of one of them",
            )
        })
    }

    async fn ask_once(&self, app: &BitCrapsApp, intent: &Intent) -> Reply {
        let id = IntentId(self.asked.fetch_add(1, Ordering::Relaxed));
        desk::ask(app, id, intent.clone()).await
    }

    async fn ask(&self, wish: Wish) -> Result<(), Error> {
        let app = self.app.upgrade().ok_or_else(|| {
            let hint = "start bitcraps again";
            Error::new(Kind::Internal, "the node has ended", hint)
        })?;
        let mut intent = self.intent(&wish, None)?;
        let mut reply = self.ask_once(&app, &intent).await;
        // The dice fell since the view was made; what was refused for that had no effect.
        for _ in 0..NEWER_ROLLS_MAX {
            let Reply::Rejected(Refusal::Club(club::Refusal::WrongRoll { now })) = reply else {
                break;
            };
            intent = self.intent(&wish, Some(now))?;
            reply = self.ask_once(&app, &intent).await;
        }
        match reply {
            Reply::Decided(_) => Ok(()),
            Reply::Rejected(why) => {
                let table = self.table.borrow().clone();
                let told = refusal::tell(&app, table, &intent, &why);
                let hint = format!("nothing was changed ({})", told.kind);
                Err(Error::new(Kind::Refused, told.why, hint))
            }
            Reply::Unknown | Reply::Lost => Err(Error::new(
                Kind::Network,
                "it is not decided yet, and may still be",
                "look at the balance and the events before you ask again",
            )),
        }
    }
}

impl Player for ScriptedPlayer {
    fn play(&self, wish: Wish) -> BoxFuture<'_, Result<(), Error>> {
        self.ask(wish).boxed()
    }
}

fn not_open() -> Error {
    let hint = "`bitcraps health` tells how far the start is";
    Error::new(Kind::Refused, "no table is open yet", hint)
}
