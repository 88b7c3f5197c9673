//! What survives: files written in one step, the data directory and its lock, and the store.

mod data_dir;
mod write;

pub use data_dir::{DataDirError, DataDirLock, Holder};
pub use write::{WriteError, write_atomic, write_atomic_new};
