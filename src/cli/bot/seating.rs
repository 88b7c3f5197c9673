//! How the headless player comes to its seat, and how it leaves it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;

use super::session::{ME, STALL, Seat, Session};
use crate::cli::output::Stop;
use crate::club::{self, ClubState, GameId};
use crate::control::PlayEvent;
use crate::error::{Error, Kind};
use crate::gaming::{GameEvent, Intent, Refusal, Reply, TableView};
use crate::node::settings::PRACTICE_TABLE;

/// The table that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one where the player sits from before, or else the practice table.
    Any,
    /// The one of this name, which the node opens if it is not there.
    Named(String),
    /// The one of this id.
    Id(GameId),
}

impl Session<'_, '_> {
    /// Takes a seat at the table. `news` is what happened since before the node's start.
    pub(super) async fn sit(
        &mut self,
        wanted: &Wanted,
        news: &mut broadcast::Receiver<GameEvent>,
    ) -> Result<(), Stop> {
        let (game, name) = self.find(wanted).await?;
        let id = game.to_string();
        self.teller.tell(|t| PlayEvent::Table { t, id, name });
        let sit = Intent::Sit { game };
        match self.ask(sit.clone()).await {
            Reply::Decided(_)
            | Reply::Rejected(Refusal::Club(club::Refusal::AlreadySeated { .. })) => {}
            Reply::Rejected(why) => return Err(self.refused("no seat", &sit, &why)),
            Reply::Unknown | Reply::Lost => {
                return Err(self.stuck("no answer to the wish for a seat"));
            }
        }
        let view = self.table.borrow_and_update().clone();
        let Some((view, seat)) = view.and_then(|view| {
            let seat = view.me.filter(|_| view.game == game)?;
            Some((view, seat))
        }) else {
            return Err(self.stuck("the seat is not to be seen"));
        };
        // A roll that an earlier run left locked ends while the node starts, and belongs to this run.
        let mut told = view.roll.saturating_sub(1);
        while let Ok(event) = news.try_recv() {
            if let GameEvent::Rolled(record) = event {
                told = told.min(record.roll.saturating_sub(1));
            }
        }
        self.seat = Some(Seat { game, told });
        self.teller.tell(|t| PlayEvent::Seated {
            t,
            table: game.to_string(),
            seat: seat.get(),
        });
        Ok(())
    }

    /// Waits until the node has opened the table; refuses while the player sits at another one.
    async fn find(&self, wanted: &Wanted) -> Result<(GameId, String), Stop> {
        let find = |state: &ClubState| {
            let named = |name: &str| state.tables().find(|(_, table)| table.name == name);
            let (_, table) = match wanted {
                Wanted::Any => state
                    .tables()
                    .find(|(_, table)| table.present_seat_of(ME).is_some())
                    .or_else(|| named(PRACTICE_TABLE)),
                Wanted::Named(name) => named(name),
                Wanted::Id(id) => state.tables().find(|(_, table)| table.id == *id),
            }?;
            Some((table.id, table.name.clone()))
        };
        let mut views = self.chain.watch();
        refuse_one_too_many(&views.borrow().state, wanted)?;
        let opened =
            views.wait_for(|view| find(&view.state).is_some() || matches!(wanted, Wanted::Id(_)));
        let opened = tokio::select! {
            () = self.ended.cancelled() => None,
            opened = tokio::time::timeout(STALL, opened) => opened.ok().and_then(Result::ok),
        };
        let state = match opened {
            Some(view) => Arc::clone(&view.state),
            None => return Err(self.stuck("the table was not opened")),
        };
        let Some((game, name)) = find(&state) else {
            return Err(refused(
                "the club has no such table",
                "see: bitcraps history",
            ));
        };
        self.check_unit(&state, game)?;
        let mut tables = state.tables();
        let other =
            tables.find(|(_, table)| table.id != game && table.present_seat_of(ME).is_some());
        match other {
            Some((_, other)) => Err(refused(
                &format!(
                    "you sit at the table {} already, and have one seat",
                    other.name
                ),
                "leave --table out to play there, or stand up there in the client first",
            )),
            None => Ok((game, name)),
        }
    }

    /// Refuses a unit that no bet of the table can have; a strategy alone would bet less unasked.
    fn check_unit(&self, state: &ClubState, game: GameId) -> Result<(), Stop> {
        let (unit, mut tables) = (self.mind.unit(), state.tables());
        let table = tables.find(|(_, table)| table.id == game);
        let largest = table.map_or(unit, |(_, table)| table.game.rules().max_bet);
        if unit <= largest {
            return Ok(());
        }
        Err(refused(
            &format!("a unit of {unit} is above the largest bet of this table, {largest}"),
            &format!("bet smaller units: --unit {largest}"),
        ))
    }

    /// Leaves the seat; a locked roll ends first, within `deadline`.
    pub(super) async fn leave(&mut self, deadline: Duration) -> Result<(), Stop> {
        let Some(Seat { game, .. }) = self.seat else {
            return Ok(());
        };
        let stand = Intent::Stand { game };
        match self.ask(stand.clone()).await {
            Reply::Decided(_) | Reply::Rejected(Refusal::Club(club::Refusal::NotSeated)) => {}
            Reply::Rejected(why) => {
                return Err(self.refused("the seat is kept", &stand, &why));
            }
            Reply::Unknown | Reply::Lost => {
                return Err(self.stuck("no answer to the wish to stand up"));
            }
        }
        let gone = |view: &Option<Arc<TableView>>| {
            view.as_ref()
                .is_none_or(|view| view.game != game || view.me.is_none())
        };
        let mut table = self.table.clone();
        let left = tokio::time::timeout(deadline, table.wait_for(gone)).await;
        self.tell_rolls();
        if !matches!(left, Ok(Ok(_))) {
            return Err(self.stuck("a locked roll did not end; it goes on at the next start"));
        }
        let table = game.to_string();
        self.teller.tell(|t| PlayEvent::Stood { t, table });
        Ok(())
    }
}

/// Refuses a new table in a club that has all it may have: the node would open none, and say so to nobody.
fn refuse_one_too_many(state: &ClubState, wanted: &Wanted) -> Result<(), Stop> {
    let names: Vec<&str> = state.tables().map(|(_, table)| &*table.name).collect();
    let limit = usize::try_from(state.settings().max_games).unwrap_or(usize::MAX);
    match wanted {
        Wanted::Named(name) if !names.contains(&&**name) && names.len() >= limit => Err(refused(
            &format!("there is no table {name}, and the club takes no more: it has {limit}"),
            &format!("play at one that is there: {}", names.join(", ")),
        )),
        Wanted::Any | Wanted::Named(_) | Wanted::Id(_) => Ok(()),
    }
}

fn refused(what: &str, hint: &str) -> Stop {
    Error::new(Kind::Refused, what, hint).into()
}
