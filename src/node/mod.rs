//! One node: the application with its real services, and what joins it to a shell.
//!
//! [`Node`] puts the parts together and starts nothing. The full screen client and the headless
//! player use the same node; they differ in who answers its questions ([`Answers`]) and in what
//! they watch.
//!
//! - `phase_one` loads the identity, or makes one;
//! - [`services`] are storage, ledger, consensus, game manager, log and control socket;
//! - [`settings`] hands every setting to the part that it is for;
//! - [`slip_file`] keeps what a screen had not sent;
//! - [`desk`] serves a screen: intents go to the manager of the moment, commands to the application.

mod books;
pub mod desk;
pub mod emergency;
mod keys;
pub mod names;
mod phase_one;
mod player;
pub mod profile;
pub mod refusal;
pub mod services;
pub mod settings;
pub mod slip_file;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{BitCrapsApp, Gone, Preparation, Service, StopReport};
use crate::clock::Clock;
use crate::config::ApplicationConfig;
use crate::gaming::{GameLinks, StartView};
use crate::identity::{Keyring, Passphrase};
use crate::storage::DataDirLock;
use profile::ProfileFile;

pub use keys::Keys;
pub use phase_one::refuse_beside_a_store;

/// Answers to what phase one may ask; none is needed once a node has an identity and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Go on under this name, and lock the new key with this passphrase.
    Begin {
        /// The name others see.
        name: String,
        /// The lock, if there is to be one.
        passphrase: Option<Passphrase>,
    },
    /// Open the locked key.
    Unlock(Passphrase),
    /// Give up making an identity.
    CancelMining,
}

/// Who answers the questions of phase one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// A person at a screen.
    Person,
    /// Nobody: a missing name is drawn, a missing passphrase is an error.
    Nobody,
}

/// How many answers wait for phase one to read them; a person gives one at a time.
const ANSWERS_MAX: usize = 4;

/// How long a node that closes waits for the store's file: a last write may hang on a disk that does
/// not answer.
const STORE_CLOSES_WITHIN: Duration = Duration::from_secs(5);

/// What a node is made of.
#[derive(Debug)]
pub struct NodeParts {
    /// The settings.
    pub config: Arc<ApplicationConfig>,
    /// The right to the data directory.
    pub lock: Arc<DataDirLock>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who answers questions.
    pub answers: Answers,
    /// The name of the table that is opened, and the player seated at, if the club has none of
    /// that name.
    pub table: String,
    /// What became of the log of this process.
    pub log: Arc<services::LogState>,
    /// The system's keyring; used if the settings say so.
    pub keyring: Keyring,
    /// Services that run beside the node's own.
    pub more: Vec<Arc<dyn Service>>,
}

/// A node that was put together.
#[derive(Debug)]
pub struct Node {
    /// The application.
    pub app: BitCrapsApp,
    /// Views and events of the games.
    pub game: GameLinks,
    /// How far the start has come, in a player's terms.
    pub start: watch::Sender<StartView>,
    /// Where answers to phase one go.
    pub answers: mpsc::Sender<Answer>,
    /// Tasks that outlive a stop of the services: the control socket.
    tasks: TaskTracker,
    /// Ends them.
    over: CancellationToken,
    /// Has the store's file open.
    store_thread: services::StoreThread,
    /// Name and look, as they are remembered.
    profile: Arc<ProfileFile>,
    /// The settings.
    pub config: Arc<ApplicationConfig>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Node {
    /// Puts a node together. Call it inside the runtime that shall run the services.
    #[must_use]
    pub fn new(parts: NodeParts) -> Self {
        Self::prepared_by(parts, |phase_one| Box::new(phase_one))
    }

    /// As [`Self::new`], with something around phase one that sees what it prepares.
    fn prepared_by(
        parts: NodeParts,
        around: impl FnOnce(phase_one::PhaseOne) -> Box<dyn Preparation>,
    ) -> Self {
        let (answers, questions) = mpsc::channel(ANSWERS_MAX);
        let game = GameLinks::new();
        let start = watch::Sender::new(StartView::Idle);
        let (tasks, over) = (TaskTracker::new(), CancellationToken::new());
        let store_thread = services::StoreThread::default();
        let phase_one = phase_one::PhaseOne::new(
            &parts,
            questions,
            game.clone(),
            start.clone(),
            tasks.clone(),
            over.clone(),
            store_thread.clone(),
        );
        let (profile, waits) = (Arc::clone(phase_one.profile()), phase_one.waits());
        let app = BitCrapsApp::new(waits, around(phase_one), Arc::clone(&parts.clock));
        // The end of the process is no reset.
        if emergency::is_marked(&parts.config.data_dir) {
            app.emergency_stop("an emergency stop before the last quit was not reset");
        }
        Self {
            app,
            game,
            start,
            answers,
            tasks,
            over,
            store_thread,
            profile,
            config: parts.config,
            clock: parts.clock,
        }
    }
}

impl Node {
    /// Stops the application in order, then what outlives it, and waits until the store's file is
    /// closed.
    ///
    /// # Errors
    /// When the application's own task is gone.
    pub async fn close(self, reason: &str) -> Result<StopReport, Gone> {
        let report = self.app.close(reason).await;
        self.over.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        drop(self.app);
        if let Err(error) = self.store_thread.ended(STORE_CLOSES_WITHIN).await {
            tracing::error!(%error, "the store was not closed in order");
        }
        report
    }
}
