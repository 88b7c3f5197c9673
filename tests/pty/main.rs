//! The real program in a pseudo-terminal, from the outside: keys in, text out, files left behind.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where it can't go on"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a test of the whole program has real time, files and environment around it"
)]

mod bare;
mod bets;
mod crash;
mod files;
mod hand;
mod line;
mod manners;
mod mouse;
mod player;
mod returns;
mod scripted;
mod services;
mod signals;
mod surroundings;
mod terminal;
