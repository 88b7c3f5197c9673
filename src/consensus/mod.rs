//! The chain of a club on this node: how commands become blocks that everybody agrees on.
//!
//! - An [`Orderer`] is the engine that decides blocks; [`MalachiteOrderer`] is the one for one keeper or
//!   many. A [`Certificate`] proves a decision to everybody.
//! - A [`machine::Machine`] owns a club's state, its [`Mempool`] and the engine, and decides what
//!   happens; a [`Chain`] is the service that drives it. A block with its certificate and the state
//!   after it are durable in one write before anybody sees or hears of them, so that a crash at any
//!   moment loses nothing that was answered.
//! - [`VoteKeys`] are the keys with which this node votes, each with the [`VoteLog`] of what it
//!   signed: whatever it says is in there before it is sent.
//! - A [`DistributedStateManager`] is the handle: propose, ask, look, listen.
//! - [`follow`] and [`verify_chain`] check blocks with nothing but the charter.
//!
//! Idle means silent: without a command there is no block, no message and no timer.

mod certificate;
mod chain;
mod decision;
mod follow;
mod fork;
mod found;
mod health;
mod keepers;
pub mod limits;
mod links;
pub mod machine;
mod malachite;
mod manager;
mod mempool;
mod misconduct;
mod open;
mod orderer;
mod past;
mod proofs;
mod stored;
#[cfg(test)]
pub(crate) mod tests;
mod timeouts;
mod versioned;
mod view;
mod vote_keys;
mod vote_log;
mod voter;
pub mod wire;

pub use certificate::{Certificate, CertificateFault, precommit};
pub use chain::Chain;
pub use decision::{Decision, Rejection};
pub use follow::{ChainFault, FollowFault, follow, verify_chain};
pub use fork::{CertifiedHeader, ForkFault, ForkKind, ForkProof};
pub use found::{FoundError, Terms, found_club, join_club};
pub use health::{Attempt, ClubHealth, KeeperHealth};
pub use keepers::{KeeperSet, KeeperSetError};
pub use links::{Carrier, LinkEvent, Links};
pub use malachite::MalachiteOrderer;
pub use manager::DistributedStateManager;
pub use mempool::Mempool;
pub use misconduct::Misconduct;
pub use open::{OpenClubError, OpenedClub, open_club};
pub use orderer::{
    Act, LogRecord, OrderEvent, OrderStatus, OrderStep, Orderer, StopReason, TimerToken, Verdict,
};
pub use past::{NewestFirst, PastBet, PastError, PastRoll, past_bets, past_rolls};
pub use proofs::ForkFiles;
pub use stored::StoredBlock;
pub use timeouts::PaceTimeouts;
pub use view::{
    ChainCondition, ChainView, DecidedBlock, HostConduct, KeeperSeen, KeptProofs, LeftOut, Voting,
};
pub use vote_keys::{VoteKeyError, VoteKeys};
pub use vote_log::{FileVoteLog, MemoryVoteLog, VoteLog, VoteLogFault};
pub use voter::{NoSuccessor, NotReady};
