//! The control socket: how commands reach the node that runs on this data directory.
//!
//! A Unix socket in the data directory, mode 0600, for processes of the same user only. Each side
//! writes lines of JSON. A request is `{"v":1,"id":7,"do":"balance"}`; its answer is any number of
//! `{"v":1,"id":7,"row":{…}}` and then `{"v":1,"id":7,"done":true}` or `{"v":1,"id":7,"error":
//! {"code":3,"message":"…","hints":["…"]}}`. Requests on one connection are answered in order.
//! `sit`, `bet`, `take-down`, `roll` and `stand` play for the node's player, as keys on a screen do.
//! Watching is a request whose rows go on until one side closes.
//!
//! Lines, connections and waiting are bounded ([`limits`]). A socket file that a crash left behind
//! is replaced only by whoever holds the lock of the data directory.

mod book;
mod client;
mod error;
mod events;
mod export;
mod fork_file;
mod health;
mod history;
pub mod limits;
mod line;
mod node;
mod protocol;
mod rows;
mod server;
mod views;

pub use book::{BookError, StoreBook};
pub use client::ControlClient;
pub use error::ControlError;
pub use export::{Export, Part};
pub use fork_file::ForkFileWriter;
pub use history::History;
pub use node::NodeControl;
pub use protocol::{Answer, Ask, Request, VERSION, WireError};
pub use rows::{
    BalanceRow, BetState, EndReason, ExportRow, HealthRow, HistoryRow, LifecycleRow, PlayEvent,
    Row, TranscriptRow,
};
pub use server::{ControlHandler, ControlPulse, ControlServer, Rows};
pub use views::{NodeViews, Player, RollBook, Wish};

/// The name of the socket in the data directory.
pub const SOCKET_NAME: &str = "control.sock";

#[cfg(test)]
mod tests;
