//! The game manager: intents in, views and events out.

mod strategy;

pub use strategy::{Strategy, UnknownStrategy};
