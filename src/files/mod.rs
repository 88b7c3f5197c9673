//! Files that are written in one step: the old one or the new one, whatever happens, never half.
//!
//! [`write_atomic`] is the one way a small file is written; an [`AtomicFile`] is a long one.

mod atomic_file;
mod write;

pub use atomic_file::AtomicFile;
pub use write::{WriteError, write_atomic, write_atomic_new};
pub(crate) use write::{beside, remove_if_there, sync_folder};
