//! The mark of a clean close: a small file beside the store that says how the file looked then.
//!
//! Checking every page takes as long as reading the whole store. A file that nothing has touched
//! since it was checked, or written, and closed needs none. Looked at are length, inode, both times
//! and the first page, in which the database keeps its newest transaction and the checksums of its
//! roots, and which it rewrites before anything else when it is opened. So a crash, another copy in
//! its place and a byte changed by any program lead to the check. What the mark can't see is a disk
//! that gives back other bytes than it was given.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Check, StoreError};
use crate::files::remove_if_there;

/// The use of the hash, with the version of what is hashed.
const CONTEXT: &str = "bitcraps 2026-11 clean close of the store v1";

/// What the name of the mark ends in.
const ENDING: &str = "clean";

/// The first page of the store.
const FIRST_PAGE_BYTES: u64 = 4_096;

/// The most that is read of a mark: more than the hash, so that a longer file is not taken for it.
const MARK_BYTES_MAX: u64 = 64;

/// The place of a store's mark.
#[derive(Debug)]
pub(super) struct Mark {
    store: PathBuf,
    path: PathBuf,
}

impl Mark {
    pub(super) fn of(store: &Path) -> Self {
        Self {
            store: store.to_owned(),
            path: store.with_added_extension(ENDING),
        }
    }

    /// Takes the mark away, before the store is opened, and says what is to be checked.
    ///
    /// A power cut may bring the mark back. The first page is another one then.
    ///
    /// # Errors
    /// When mark or store can't be read, or the mark can't be taken away.
    pub(super) fn take(&self) -> Result<Check, StoreError> {
        let failed = |error| StoreError::from_io(&self.path, error);
        let mut found = Vec::new();
        match File::open(&self.path) {
            Ok(file) => file.take(MARK_BYTES_MAX).read_to_end(&mut found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Check::EveryPage),
            Err(error) => Err(error),
        }
        .map_err(failed)?;
        let now = look(&self.store).map_err(|error| StoreError::from_io(&self.store, error))?;
        remove_if_there(&self.path).map_err(failed)?;
        Ok(if found == now {
            Check::Unchanged
        } else {
            Check::EveryPage
        })
    }

    /// Leaves the mark, after the store was closed. It does not wait for the disk: a mark that a
    /// power cut takes away, or cuts short, costs one check and nothing else.
    ///
    /// # Errors
    /// When store or mark can't be written; the next open checks every page then.
    pub(super) fn leave(&self) -> Result<(), StoreError> {
        let failed = |error| StoreError::from_io(&self.path, error);
        make_distinct(&self.store).map_err(failed)?;
        let mark = look(&self.store).map_err(failed)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path)
            .and_then(|mut file| file.write_all(&mark))
            .map_err(failed)
    }
}

/// Sets the file's time to one that no write gives it. The clock of files stands still for some
/// milliseconds, so that a write right after the close could leave the time as it was.
fn make_distinct(store: &Path) -> io::Result<()> {
    let file = File::options().write(true).open(store)?;
    let written = file.metadata()?.modified()?;
    let before = written.checked_sub(Duration::from_nanos(1));
    file.set_modified(before.unwrap_or(written))
}

/// Returns a hash over everything by which a changed file is known.
fn look(store: &Path) -> io::Result<[u8; 32]> {
    let file = File::open(store)?;
    let metadata = file.metadata()?;
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(&metadata.len().to_le_bytes());
    hasher.update(&metadata.dev().to_le_bytes());
    hasher.update(&metadata.ino().to_le_bytes());
    for time in [
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ] {
        hasher.update(&time.to_le_bytes());
    }
    let mut first = Vec::new();
    file.take(FIRST_PAGE_BYTES).read_to_end(&mut first)?;
    hasher.update(&first);
    Ok(*hasher.finalize().as_bytes())
}
