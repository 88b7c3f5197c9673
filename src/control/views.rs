//! What the handler of a node reads, and who plays for it: the node hands them in.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::{broadcast, watch};

use super::export::{Export, Part};
use super::server::Rows;
use crate::consensus::ClubHealth;
use crate::craps::BetKey;
use crate::error::Error;
use crate::gaming::{ClubView, GameEvent, StartView, TableView};
use crate::ledger::Chips;

/// Where past rolls are read.
pub trait RollBook: Send + Sync + std::fmt::Debug {
    /// Returns a [`super::HistoryRow`] for each roll, oldest first: those of one table, by id or name,
    /// or of all; with `last` only the newest so many.
    ///
    /// # Errors
    /// When they cannot be read.
    fn rolls(&self, table: Option<String>, last: Option<u64>)
    -> BoxFuture<'_, Result<Rows, Error>>;

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
    /// [`Refused`](crate::error::Kind::Refused) with the words of the screen,
    /// [`Network`](crate::error::Kind::Network) when nothing was decided in time.
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
