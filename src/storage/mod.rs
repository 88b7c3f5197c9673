//! What survives: the data directory and its lock, and the store.
//!
//! - A [`DataDirLock`] is the right of one process to use a data directory.
//! - A [`Store`] keeps charters, blocks, states and secrets in one redb file. It knows bytes and
//!   their places, not their meaning; whoever reads them back checks them. A write is durable when
//!   it is answered, and a damaged file is refused, never repaired by guessing.
//! - A [`StoreHandle`] lets async parts use the store; [`MemoryDisk`] is a disk without a disk.
//!
//! Not promised: anything when the disk says "written" and forgets it, or when somebody puts an
//! older copy of a whole file back.

mod closing;
mod data_dir;
mod error;
pub mod limits;
mod memory;
mod opening;
mod schema;
mod secrets;
mod store;
mod tables;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod thread;

pub use data_dir::{DataDirError, DataDirLock, Holder, check_owner};
pub use error::StoreError;
pub use memory::MemoryDisk;
pub use opening::panic_is_an_answer;
pub use schema::SecretName;
pub use secrets::{SecretError, Secrets};
pub use store::{Check, Store, StoredClub};
pub use tables::Write;
pub use thread::StoreHandle;
