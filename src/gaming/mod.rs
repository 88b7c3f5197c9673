//! The game manager: intents in, views and events out.
//!
//! [`ConsensusGameManager`] is the handle; one loop behind it (`manager`) owns everything. It does
//! what the player asks of a table (`table_driver`) and of the club (`club_driver`), lets bots play
//! (`bots`), and sends what this node owes to the dice (`dice_driver`, which asks `duties` what that
//! is and `epochs` for the secrets). `signer` numbers and signs all of it, `asked` remembers what was
//! asked before. What the chain has decided goes to screens by `showing`, which has `project`,
//! `keepers` and `history` make the pictures of `view`.

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
    KeepersWanted, Placed, RollPhase, RollView, SeatView, StartView, TableSummary, TableView,
    WaitView,
};
