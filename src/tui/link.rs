//! What joins the screen and the runtime: channels alone.
//!
//! State comes by `watch` (the newest wins), events by `broadcast` (lagging means: read the state
//! again), intents go out by a bounded queue, and what a stop must not lose by a `watch`. Neither side ever waits for the other.

use std::sync::Arc;

use tokio::sync::{broadcast, mpsc, watch};

use crate::clock::Clock;
use crate::config::ScreenSettings;
use crate::coordination::ServiceHealthReport;
use crate::gaming::{ClubView, GameEvent, Intent, IntentId, Reply, StartView, TableView};
use crate::identity::Passphrase;
use crate::logs::LogView;
use crate::state::lifecycle::LifecycleView;

use super::kept::Kept;

/// What the screen asks of the application itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppCommand {
    /// Go on with a new identity under this name, its key locked or not.
    Begin {
        /// The name others see.
        name: String,
        /// Locks the key.
        passphrase: Option<Passphrase>,
    },
    /// Stop looking for an identity.
    CancelMining,
    /// Open the locked key.
    Unlock(Passphrase),
    /// Start again after a failed start.
    Retry,
    /// Restart one service.
    RestartService(String),
    /// Stop everything at once.
    EmergencyStop {
        /// Why, for the log and the screen.
        reason: String,
    },
    /// Leave the state after an emergency stop.
    Reset,
    /// Write this report of health to a file.
    SaveReport(String),
    /// Keep the player's settings.
    Save(ScreenSettings),
}

/// The screen's end of the link.
#[derive(Debug)]
pub struct ScreenLink {
    /// The lifecycle.
    pub lifecycle: watch::Receiver<Arc<LifecycleView>>,
    /// The services.
    pub health: watch::Receiver<Arc<ServiceHealthReport>>,
    /// How far the start has come.
    pub start: watch::Receiver<StartView>,
    /// The club, once there is one.
    pub club: watch::Receiver<Option<Arc<ClubView>>>,
    /// The table that is played or watched.
    pub table: watch::Receiver<Option<Arc<TableView>>>,
    /// The newest lines of the log.
    pub log: watch::Receiver<Arc<LogView>>,
    /// What happens at the table.
    pub events: broadcast::Receiver<GameEvent>,
    /// What the player wants at a table.
    pub intents: mpsc::Sender<(IntentId, Intent)>,
    /// The answers.
    pub replies: mpsc::Receiver<(IntentId, Reply)>,
    /// What the player wants of the application.
    pub commands: mpsc::Sender<AppCommand>,
    /// Where the screen publishes what a stop must not lose.
    pub kept: watch::Sender<Kept>,
    /// The time of day, for what the player wants to remember.
    pub clock: Arc<dyn Clock>,
    /// What the application says to commands, worded for people.
    pub words: mpsc::Receiver<String>,
}
