//! The game manager: intents in, views and events out.
