//! BitCraps: craps at the terminal, alone or with bots, on a chain of blocks that anybody can check.
//!
//! The layers, lowest first (an arrow goes down only; `tests/architecture.rs` keeps it so):
//!
//! 1. pure parts: [`ledger`], [`craps`], [`dice`], [`strategy`], [`words`],
//!    [`simulate`], [`club`];
//! 2. engines and devices: [`identity`], [`storage`], [`consensus`];
//! 3. [`gaming`]: intents in, views and events out; [`transcript`]: a game in a file, and its check;
//!    [`sim`]: a whole club in virtual time, with faults;
//! 4. the edge: [`error`], [`config`], [`logs`];
//! 5. the application: [`state`], [`coordination`], [`app`], and [`control`], its socket for
//!    commands;
//! 6. shells for people: [`tui`], [`cli`], and [`node`], which puts the services together.
//!
//! [`clock`], [`files`] and [`shown`] lie below them all.
//!
//! `ARCHITECTURE.md` is the map.

// A bad index is a panic; where one can't be bad, an `expect` says why.
#![deny(clippy::indexing_slicing)]

pub mod app;
pub mod cli;
pub mod clock;
pub mod club;
pub mod config;
pub mod consensus;
pub mod control;
pub mod coordination;
pub mod craps;
pub mod dice;
pub mod error;
pub mod files;
pub mod gaming;
pub mod identity;
pub mod ledger;
pub mod logs;
pub mod node;
pub mod shown;
pub mod sim;
pub mod simulate;
pub mod state;
pub mod storage;
pub mod strategy;
pub mod transcript;
pub mod tui;
pub mod words;

#[cfg(test)]
mod tests;
