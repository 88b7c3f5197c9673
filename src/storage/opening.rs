//! The file below the store: made, opened, checked for what this program knows, and closed. A panic
//! of the database is an error here.

use std::cell::Cell;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use redb::{Builder, Database, ReadableDatabase, ReadableTable as _};

use super::StoreError;
use super::limits::CACHE_BYTES;
use super::schema::{BLOCKS, CHARTERS, META, OPENED, ROLLS, SCHEMA, SCHEMA_ROW, SECRETS, STATES};
use super::store::Check;
use super::tables::begin_write;
use crate::files::{beside, remove_if_there, sync_folder};

/// Closes a database; one that panicked may panic again.
pub(super) fn close(path: &Path, database: Database) -> Result<(), StoreError> {
    guarded(path, || {
        let closed = database.close();
        closed.map_err(|error| StoreError::from_redb(path, error.into()))
    })
}

thread_local! {
    static PANIC_IS_AN_ANSWER: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught and told as a [`StoreError`], so that nobody else need
/// hear of it: the database panics on some damaged pages.
#[must_use]
pub fn panic_is_an_answer() -> bool {
    PANIC_IS_AN_ANSWER.get()
}

/// Runs work on the database. A panic in it is damage like any other.
pub(super) fn guarded<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let outer = PANIC_IS_AN_ANSWER.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    PANIC_IS_AN_ANSWER.set(outer);
    done.unwrap_or_else(|panic| Err(StoreError::from_panic(path, &*panic)))
}

/// Returns how a database is opened.
pub(super) fn builder(check: Check) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    // Damage is found here and named, instead of as a panic in the middle of a game.
    builder.set_check_integrity_on_open(check == Check::EveryPage);
    builder
}

/// Makes an empty store under another name and moves it to `path`, so that a crash leaves a whole
/// store or none.
pub(super) fn create_file(path: &Path) -> Result<(), StoreError> {
    let failed = |error: io::Error| StoreError::from_io(path, error);
    if let Some(folder) = path.parent() {
        let mut closed_to_others = DirBuilder::new();
        closed_to_others
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(failed)?;
    }
    let (folder, temporary) = beside(path).map_err(failed)?;
    remove_if_there(&temporary).map_err(failed)?;
    let made =
        make_empty(path, &temporary).and_then(|()| fs::rename(&temporary, path).map_err(failed));
    if let Err(error) = made {
        // On a full disk what is left of it would be in the way of the next try.
        remove_if_there(&temporary).map_err(failed)?;
        return Err(error);
    }
    sync_folder(&folder).map_err(failed)
}

/// Makes an empty store at `temporary`; errors name `path`.
fn make_empty(path: &Path, temporary: &Path) -> Result<(), StoreError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(temporary)
        .map_err(|error| StoreError::from_io(path, error))?;
    let database = builder(Check::EveryPage)
        .create(temporary)
        .map_err(|error| StoreError::from_redb(path, error.into()))?;
    initialise(&database).map_err(|error| StoreError::from_redb(path, error))?;
    close(path, database)
}

/// Makes the tables and notes the schema, unless that was done before.
pub(super) fn initialise(database: &Database) -> Result<(), redb::Error> {
    let write = begin_write(database)?;
    {
        let mut meta = write.open_table(META)?;
        if meta.get(SCHEMA_ROW)?.is_none() {
            meta.insert(SCHEMA_ROW, SCHEMA)?;
        }
        write.open_table(CHARTERS)?;
        write.open_table(BLOCKS)?;
        write.open_table(ROLLS)?;
        write.open_table(STATES)?;
        write.open_table(SECRETS)?;
        write.open_table(OPENED)?;
    }
    write.commit()?;
    Ok(())
}

/// Refuses a file of another version before the open for writing, which writes. What can't be read
/// yet, after a crash or because it is damaged, is left to that open.
pub(super) fn refuse_other_schema(path: &Path) -> Result<(), StoreError> {
    let found = guarded(path, || {
        let database = Builder::new().open_read_only(path);
        database.map_or(Ok(()), |database| schema(path, &database))
    });
    match found {
        Err(other @ StoreError::OtherSchema { .. }) => Err(other),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Returns a database that this program knows.
pub(super) fn checked_schema(path: &Path, database: Database) -> Result<Database, StoreError> {
    schema(path, &database)?;
    Ok(database)
}

/// Checks that this program knows what is in the database.
fn schema(path: &Path, database: &impl ReadableDatabase) -> Result<(), StoreError> {
    let read = || -> Result<Option<u32>, redb::Error> {
        let meta = database.begin_read()?.open_table(META)?;
        Ok(meta.get(SCHEMA_ROW)?.map(|schema| schema.value()))
    };
    let path = path.to_owned();
    match read().map_err(|error| StoreError::from_redb(&path, error))? {
        Some(SCHEMA) => Ok(()),
        Some(found) => Err(StoreError::OtherSchema {
            path,
            found,
            known: SCHEMA,
        }),
        None => Err(StoreError::Corrupt {
            path,
            what: "it has no schema".to_owned(),
        }),
    }
}

/// Makes a file look as if another version of the program had written it.
#[cfg(test)]
pub(super) fn overwrite_schema(path: &Path, schema: u32) {
    let database = builder(Check::EveryPage).open(path).unwrap();
    let write = begin_write(&database).unwrap();
    write
        .open_table(META)
        .unwrap()
        .insert(SCHEMA_ROW, schema)
        .unwrap();
    write.commit().unwrap();
}
