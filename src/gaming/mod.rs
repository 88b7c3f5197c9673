//! The game manager: intents in, views and events out.

mod cast;
mod intent;
mod strategy;
mod view;

pub use cast::{key_of, name_of, strategy_of};
pub use intent::{Intent, IntentId, Refusal, Reply};
pub use strategy::{Strategy, UnknownStrategy};
pub use view::{
    ClubKind, ClubView, GameEvent, HISTORY_ROLLS_MAX, RollPhase, RollRecord, SeatView, StartView,
    TableSummary, TableView,
};
