//! The services of a node, each a thin shell around the part that does the work.
//!
//! | service | importance | needs | publishes |
//! |---|---|---|---|
//! | `storage` | foundation | | [`OpenStore`] |
//! | `ledger` | foundation | storage | [`OpenLedger`] |
//! | `consensus` | mandatory | ledger | [`DistributedStateManager`](crate::consensus::DistributedStateManager) |
//! | `game manager` | mandatory | consensus | [`ConsensusGameManager`](crate::gaming::ConsensusGameManager) |
//! | `control` | optional | game manager | |
//! | `log` | optional | | |

mod consensus;
mod control;
mod game;
mod ledger;
mod log;
mod storage;
mod store_thread;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::keys::Keys;
use super::settings::PartSettings;
use crate::app::Service;
use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::gaming::{GameLinks, StartView};
use crate::storage::DataDirLock;

/// The name of the service that publishes the chain.
pub const CONSENSUS: &str = consensus::Consensus::NAME;

pub(super) use control::Socket;
pub use ledger::OpenLedger;
pub use log::LogState;
pub use storage::OpenStore;
pub(super) use store_thread::StoreThread;

/// What the services are made of.
pub(super) struct ServiceParts {
    pub(super) settings: Arc<PartSettings>,
    pub(super) lock: Arc<DataDirLock>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) keys: Keys,
    pub(super) name: String,
    pub(super) game: GameLinks,
    pub(super) start: watch::Sender<StartView>,
    pub(super) tasks: TaskTracker,
    pub(super) socket: Socket,
    pub(super) log: Arc<LogState>,
    pub(super) over: CancellationToken,
    pub(super) store_thread: StoreThread,
}

/// Returns the services of one run.
pub(super) fn all(parts: &ServiceParts) -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(storage::Storage::new(parts)),
        Arc::new(ledger::Ledger::new(parts)),
        Arc::new(consensus::Consensus::new(parts)),
        Arc::new(game::Game::new(parts)),
        Arc::new(control::Control::new(parts)),
        Arc::new(log::Log::new(parts)),
    ]
}

/// The keys were wiped by an emergency stop.
fn keys_wiped() -> Error {
    Error::new(
        Kind::Storage,
        "the keys were wiped by an emergency stop",
        "reset the node, which opens the keystore again",
    )
}
