//! What a manager is made of: the links to screens, the settings, and what it works with.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, watch};

use super::Strategy;
use super::limits::EVENTS_MAX;
use super::view::{ClubView, GameEvent, TableView};
use crate::clock::Clock;
use crate::consensus::{ClubHealth, DistributedStateManager, PastBet, PastRoll};
use crate::craps::TableRules;
use crate::identity::{Identity, StorageKey};
use crate::storage::{Secrets, StoreHandle};

/// Where views and events go out. It lives longer than a manager, so that a screen keeps its end
/// when the manager is started again.
#[derive(Clone, Debug)]
pub struct GameLinks {
    /// The club.
    pub club: watch::Sender<Option<Arc<ClubView>>>,
    /// The table where the player sits, or the first one.
    pub table: watch::Sender<Option<Arc<TableView>>>,
    /// What happens there.
    pub events: broadcast::Sender<GameEvent>,
    /// How the club's chain does; nothing while it does not run.
    pub chain: watch::Sender<Option<Arc<ClubHealth>>>,
}

impl GameLinks {
    /// Returns links that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            club: watch::Sender::new(None),
            table: watch::Sender::new(None),
            events: broadcast::Sender::new(EVENTS_MAX),
            chain: watch::Sender::new(None),
        }
    }
}

impl Default for GameLinks {
    fn default() -> Self {
        Self::new()
    }
}

/// How the player's own club is set up and played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameSettings {
    /// The name of the table that is opened if the club has none of that name.
    pub table_name: String,
    /// Its rules.
    pub rules: TableRules,
    /// Its seats, 1 to 16.
    pub seats_max: u8,
    /// Who sits there beside the player.
    pub bots: Vec<Strategy>,
    /// How long bots think, on average; zero: not at all.
    pub pace: Duration,
    /// Drives what bots choose, never a secret.
    pub seed: u64,
}

/// What a manager works with.
#[derive(Debug)]
pub struct ManagerParts {
    /// The club's chain.
    pub chain: DistributedStateManager,
    /// Where openings are noted before they are sent.
    pub store: StoreHandle,
    /// Where the secrets of the dice are kept.
    pub secrets: Secrets,
    /// The player.
    pub player: Identity,
    /// What the bots' keys come from.
    pub storage_key: StorageKey,
    /// Rolls of earlier runs, oldest first.
    pub past: Vec<PastRoll>,
    /// The player's bets of the last [`PLACED_BLOCKS`](super::limits::PLACED_BLOCKS) blocks, oldest first.
    pub placed: Vec<PastBet>,
    /// Where views and events go.
    pub links: GameLinks,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How the club is set up.
    pub settings: GameSettings,
}

/// A manager that can't begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagerError {
    /// The identity is no member of the club.
    #[error("this node's identity is no member of the club in its store")]
    NotAMember,
}
