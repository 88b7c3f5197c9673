//! Chips and rolls as the store has them, for a node that runs and for one that does not.

use futures::future::{BoxFuture, FutureExt};

use super::export::{Export, Part};
use super::history::{History, OfClub};
use super::rows::{BalanceRow, HistoryRow};
use super::server::Rows;
use super::views::RollBook;
use crate::club::{CharterFault, ClubId, ClubState, CodecFault, Height, PublicKey, StateFault};
use crate::consensus::{FollowFault, PastError, PastRoll};
use crate::craps::Puck;
use crate::error::{Error, Explain, Kind};
use crate::gaming::{as_seen_by, club_view};
use crate::ledger::{Chips, MemberNo};
use crate::shown::Shown;
use crate::storage::{StoreError, StoreHandle};

/// What the store does not tell.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its rolls can't be read.
    #[error(transparent)]
    Past(#[from] PastError),
    /// Its state can't be read.
    #[error("the state of club {club} can't be read: {why}")]
    State {
        /// The club.
        club: ClubId,
        /// Why.
        why: StateFault,
    },
    /// A block is missing.
    #[error("block {height} is missing in the store")]
    Missing {
        /// Which.
        height: Height,
    },
    /// A block can't be read.
    #[error("block {height} in the store can't be read: {why}")]
    Block {
        /// Which.
        height: Height,
        /// Why.
        why: CodecFault,
    },
    /// A block does not follow from those before it.
    #[error("block {height} in the store does not follow: {why}")]
    Follow {
        /// Which.
        height: Height,
        /// Why.
        why: FollowFault,
    },
    /// There is no such height yet.
    #[error("there is no state at height {wanted} to begin with, the newest is {newest}")]
    NoSuchHeight {
        /// What was asked for.
        wanted: Height,
        /// What there is.
        newest: Height,
    },
    /// The state takes more than a record holds.
    #[error("the state at height {height} is too large for an excerpt")]
    TooLarge {
        /// The height.
        height: Height,
    },
    /// The charter can't be read.
    #[error("the charter in the store: {0}")]
    Charter(#[from] CharterFault),
    /// No table was ever opened.
    #[error("there is no table yet")]
    NoTable,
    /// There are several tables, and none is named.
    #[error("there are {} tables, and none is named: {}", known.len(), names(known))]
    WhichTable {
        /// Their names.
        known: Vec<Shown>,
    },
    /// Tables of several clubs have this name.
    #[error("{} tables are called {wanted}: {}", ids.len(), ids.join(", "))]
    SeveralTables {
        /// The name.
        wanted: Shown,
        /// Their ids.
        ids: Vec<String>,
    },
    /// No table has this id or name.
    #[error("there is no table {wanted}{}", known_tables(known))]
    NoSuchTable {
        /// What was asked for.
        wanted: Shown,
        /// The names there are.
        known: Vec<Shown>,
    },
}

fn known_tables(known: &[Shown]) -> String {
    if known.is_empty() {
        ", nor any other".to_owned()
    } else {
        format!("; there are: {}", names(known))
    }
}

fn names(known: &[Shown]) -> String {
    let names: Vec<&str> = known.iter().map(Shown::as_str).collect();
    names.join(", ")
}

impl Explain for BookError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(_)
            | Self::Past(_)
            | Self::State { .. }
            | Self::Missing { .. }
            | Self::Block { .. }
            | Self::Follow { .. }
            | Self::Charter(_) => Kind::Storage,
            Self::NoTable
            | Self::WhichTable { .. }
            | Self::NoSuchTable { .. }
            | Self::SeveralTables { .. }
            | Self::NoSuchHeight { .. }
            | Self::TooLarge { .. } => Kind::Usage,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Store(error) => Explain::hint(error),
            Self::Past(error) => Explain::hint(error),
            Self::State { .. } => {
                "start the client: it computes the state again from the blocks".to_owned()
            }
            Self::NoSuchHeight { .. } => "name a height up to the newest one".to_owned(),
            Self::TooLarge { .. } => "export the whole game".to_owned(),
            Self::Missing { .. } | Self::Block { .. } | Self::Follow { .. } | Self::Charter(_) => {
                "the store is damaged: `bitcraps doctor` says more".to_owned()
            }
            Self::NoTable => "play first, by `bitcraps --practice`".to_owned(),
            Self::WhichTable { .. } => "name one of them by --table".to_owned(),
            Self::SeveralTables { .. } => "name one of them by its id".to_owned(),
            Self::NoSuchTable { .. } => "give the name or the id of one of them".to_owned(),
        }
    }
}

/// The clubs of a store as one member sees them.
#[derive(Clone, Debug)]
pub struct StoreBook {
    store: StoreHandle,
    me: PublicKey,
}

impl StoreBook {
    /// Returns the book of the member with this key.
    #[must_use]
    pub const fn new(store: StoreHandle, me: PublicKey) -> Self {
        Self { store, me }
    }

    /// Returns what the member has in each club.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn balances(&self) -> Result<Vec<BalanceRow>, BookError> {
        let clubs = self.clubs().await?;
        let views = clubs.iter().map(|(_, state, me)| club_view(state, *me));
        Ok(views.map(|view| BalanceRow::from(&view)).collect())
    }

    /// Begins with the rolls of the table with this id or name, or of all; with `last` only the newest
    /// so many of them.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn history(
        &self,
        table: Option<String>,
        last: Option<u64>,
    ) -> Result<History, BookError> {
        let clubs = self.clubs().await?;
        let tables = || clubs.iter().flat_map(|(_, state, _)| state.tables());
        if let Some(wanted) = &table
            && !tables().any(|(_, table)| table.id.to_string() == *wanted || table.name == *wanted)
        {
            return Err(BookError::NoSuchTable {
                wanted: Shown::new(wanted, 64),
                known: tables()
                    .map(|(_, table)| Shown::new(&table.name, 64))
                    .collect(),
            });
        }
        let of_club = |(height, state, me)| OfClub::new(state, me, height);
        let clubs = clubs.into_iter().map(of_club).collect();
        History::begin(self.store.clone(), table, clubs, last).await
    }

    /// Returns the clubs that the member belongs to: the newest height, the state after it and the
    /// member's number.
    pub(super) async fn clubs(&self) -> Result<Vec<(Height, ClubState, MemberNo)>, BookError> {
        let mut clubs = Vec::new();
        for club in self.store.clubs().await? {
            let stored = self.store.club(club).await?;
            let state = ClubState::from_bytes(&stored.state)
                .map_err(|why| BookError::State { club, why })?;
            if let Some(me) = state.member_of(&self.me) {
                clubs.push((stored.height, state, me));
            }
        }
        Ok(clubs)
    }
}

impl RollBook for StoreBook {
    fn transcript(
        &self,
        table: Option<String>,
        part: Part,
    ) -> BoxFuture<'_, Result<Export, Error>> {
        async move { Ok(Export::open(self.store.clone(), table.as_deref(), part).await?) }.boxed()
    }

    fn rolls(
        &self,
        table: Option<String>,
        last: Option<u64>,
    ) -> BoxFuture<'_, Result<Rows, Error>> {
        async move { Ok(self.history(table, last).await?.rows()) }.boxed()
    }
}

/// Returns a roll as a member saw it.
pub(super) fn row(me: MemberNo, state: &ClubState, past: &PastRoll) -> HistoryRow {
    let seen = as_seen_by(me, state, past);
    HistoryRow {
        roll: seen.roll,
        table: past.record.id.to_string(),
        dice: [seen.dice.a(), seen.dice.b()],
        total: seen.dice.total(),
        point_before: match seen.before {
            Puck::Off => None,
            Puck::On(point) => Some(point.value()),
        },
        shooter: seen.shooter.to_string(),
        net: seen.net,
        balance: seen.balance.map(Chips::get),
    }
}
