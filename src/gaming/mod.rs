//! The game manager: intents in, views and events out.

mod accuse;
mod asked;
mod bots;
mod cast;
mod club_driver;
mod dice_driver;
mod duties;
mod epochs;
mod first_table;
mod history;
mod intent;
mod keepers;
pub mod limits;
mod manager;
mod parts;
mod project;
mod showing;
mod signer;
mod table_driver;
#[cfg(test)]
mod tests;
mod thoughts;
mod view;

pub use crate::strategy::{Strategy, UnknownStrategy};
pub use cast::{key_of, name_of, strategy_of};
pub(crate) use duties::{Known, owed};
pub use history::as_seen_by;
pub use intent::{Intent, IntentId, Refusal, Reply};
pub use manager::{ConsensusGameManager, ManagerLoop, SERVICE_NAME};
pub use parts::{GameLinks, GameSettings, ManagerError, ManagerParts};
pub use project::club_view;
pub(crate) use signer::Signers;
pub use view::{
    ChangeView, ClubKind, ClubView, DiceProof, GameEvent, HISTORY_ROLLS_MAX, KeeperView,
    KeepersWanted, RollPhase, RollView, SeatView, StartView, TableSummary, TableView, WaitView,
};
