//! The store: one redb file with charters, blocks, states, secrets and opened rolls.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use redb::{
    Database, ReadableDatabase as _, ReadableTable as _, StorageBackend, TableDefinition,
    TableError,
};

use super::closing::Mark;
use super::limits::{BLOCKS_PER_READ_MAX, COPY_BYTES_MAX, ROLLS_PER_READ_MAX};
use super::opening::{
    builder, checked_schema, close, create_file, guarded, initialise, refuse_other_schema,
};
use super::schema::SecretName;
use super::schema::{BLOCKS, CHARTERS, HOSTS, MISCONDUCT, ROLLS, SCHEMA, SECRETS, STATES};
use super::tables::{of_club, write_all};
use super::{MemoryDisk, StoreError, Write};
use crate::club::{ClubId, GameId, Height};

/// A club as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredClub {
    /// Its signed charter.
    pub charter: Vec<u8>,
    /// The newest height.
    pub height: Height,
    /// The state after the newest block.
    pub state: Vec<u8>,
}

/// What is read when a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Every page, against its checksum.
    EveryPage,
    /// No page but those that are needed: the file is as the last clean close left it.
    Unchanged,
}

type Open = dyn Fn(Check) -> Result<Database, StoreError> + Send;

/// The store. Its calls block; async parts use a [`StoreHandle`](super::StoreHandle).
///
/// Every write is durable when it returns, in two phases, because peers choose some of the bytes.
/// After a failure of the disk the file is opened anew by the next call, so that the store comes
/// back when the disk does.
pub struct Store {
    path: PathBuf,
    open: Box<Open>,
    database: Option<Database>,
    /// How it was opened; a second time it is always checked.
    check: Check,
    /// What a clean close leaves behind, for a store that is a file.
    mark: Option<Mark>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The name of the store in the data directory.
    pub const FILE_NAME: &str = "store.redb";

    /// The format of the store and of what this program keeps in it. Another one is refused.
    pub const SCHEMA: u32 = SCHEMA;

    /// Opens the store at `path`, or makes one where there is none. Every page is checked, which
    /// reads the whole file, unless the mark of a clean close says that nothing has touched it
    /// since. The caller holds the data directory's lock.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Locked`], [`StoreError::OtherSchema`],
    /// [`StoreError::Full`], [`StoreError::Io`]. A file that does not open is left as it is.
    pub fn open_or_create(path: &Path) -> Result<Self, StoreError> {
        let there = path
            .try_exists()
            .map_err(|error| StoreError::from_io(path, error))?;
        if !there {
            create_file(path)?;
        }
        refuse_other_schema(path)?;
        let mark = Mark::of(path);
        let check = mark.take()?;
        let file = path.to_owned();
        let open = move |check| {
            builder(check)
                .open(&file)
                .map_err(|error| StoreError::from_redb(&file, error.into()))
        };
        Self::from_opener(path, open, check, Some(mark))
    }

    /// Opens the store on another medium, empty or not; `medium` is called again after a failure.
    ///
    /// # Errors
    /// As for [`open_or_create`](Self::open_or_create).
    pub fn on_medium<B: StorageBackend>(
        medium: impl Fn() -> B + Send + 'static,
    ) -> Result<Self, StoreError> {
        Self::on_medium_of(Path::new("(in memory)"), medium)
    }

    /// As [`on_medium`](Self::on_medium), for a medium that holds a copy of the file at `path`,
    /// which errors then name.
    ///
    /// # Errors
    /// As for [`open_or_create`](Self::open_or_create).
    pub fn on_medium_of<B: StorageBackend>(
        path: &Path,
        medium: impl Fn() -> B + Send + 'static,
    ) -> Result<Self, StoreError> {
        let name = path.to_owned();
        let open = move |check| {
            let database = builder(check)
                .create_with_backend(medium())
                .map_err(|error| StoreError::from_redb(&name, error.into()))?;
            initialise(&database).map_err(|error| StoreError::from_redb(&name, error))?;
            Ok(database)
        };
        Self::from_opener(path, open, Check::EveryPage, None)
    }

    /// Reads the store at `path` into memory and opens it there, so that the file is left as it is,
    /// also one that a crash left half written or that can't be written. Every page is checked. What
    /// is written goes nowhere.
    ///
    /// # Errors
    /// As for [`open_or_create`](Self::open_or_create), and [`StoreError::TooLarge`].
    pub fn open_copy(path: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::from_io(path, error);
        let file = fs::File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length > COPY_BYTES_MAX {
            let path = path.to_owned();
            return Err(StoreError::TooLarge {
                path,
                bytes: length,
            });
        }
        // An empty file would be taken for a disk that is to be written for the first time.
        if length == 0 {
            let (path, what) = (path.to_owned(), "it is empty".to_owned());
            return Err(StoreError::Corrupt { path, what });
        }
        let mut bytes = Vec::new();
        let read = file.take(COPY_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(failed)?;
        let disk = MemoryDisk::new(bytes);
        Self::on_medium_of(path, move || disk.clone())
    }

    fn from_opener(
        path: &Path,
        open: impl Fn(Check) -> Result<Database, StoreError> + Send + 'static,
        check: Check,
        mark: Option<Mark>,
    ) -> Result<Self, StoreError> {
        let database = guarded(path, || checked_schema(path, open(check)?))?;
        Ok(Self {
            path: path.to_owned(),
            open: Box::new(open),
            database: Some(database),
            check,
            mark,
        })
    }

    /// Returns what was read when it was opened.
    #[must_use]
    pub const fn check(&self) -> Check {
        self.check
    }

    /// Makes changes in one durable write and returns an answer for each, in their order. A change
    /// that is refused has no effect, and doesn't hinder the others.
    ///
    /// A failure of the disk is every change's answer. They may be there nevertheless: ask for the
    /// same changes again.
    pub fn write(&mut self, writes: &[Write]) -> Vec<Result<(), StoreError>> {
        self.with(|database| write_all(database, writes))
            .unwrap_or_else(|error| vec![Err(error); writes.len()])
    }

    /// Returns the clubs in the store.
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn clubs(&mut self) -> Result<Vec<ClubId>, StoreError> {
        self.with(|database| {
            let table = database.begin_read()?.open_table(CHARTERS)?;
            let rows = table.iter()?;
            rows.map(|row| Ok(ClubId(row?.0.value()))).collect()
        })
    }

    /// Returns a club's charter, newest height and state.
    ///
    /// # Errors
    /// [`StoreError::NoSuchClub`], or one of the medium.
    pub fn club(&mut self, club: ClubId) -> Result<StoredClub, StoreError> {
        self.with(|database| {
            let read = database.begin_read()?;
            let charter = read.open_table(CHARTERS)?.get(club.0)?;
            let state = read.open_table(STATES)?.get(club.0)?;
            Ok(charter.zip(state).map(|(charter, state)| {
                let (height, state) = state.value();
                StoredClub {
                    charter: charter.value().to_vec(),
                    height: Height(height),
                    state: state.to_vec(),
                }
            }))
        })?
        .ok_or(StoreError::NoSuchClub { club })
    }

    /// Returns up to `limit` blocks of a club from `from` upwards, with their heights; never more
    /// than [`BLOCKS_PER_READ_MAX`]. An empty answer means that there are none.
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn blocks(
        &mut self,
        club: ClubId,
        from: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.rows(BLOCKS, club, from, limit.min(BLOCKS_PER_READ_MAX))
    }

    /// Returns up to `limit` rows of a table that has one for each height of a club.
    fn rows(
        &mut self,
        of: TableDefinition<'_, ([u8; 32], u64), &'static [u8]>,
        club: ClubId,
        from: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.with(|database| {
            let table = database.begin_read()?.open_table(of)?;
            table
                .range((club.0, from.0)..=(club.0, u64::MAX))?
                .take(limit)
                .map(|row| {
                    let (key, bytes) = row?;
                    Ok((Height(key.value().1), bytes.value().to_vec()))
                })
                .collect()
        })
    }

    /// Returns the rows of rolls of up to `limit` blocks of a club, from a height on, the oldest first;
    /// never more than [`ROLLS_PER_READ_MAX`].
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn rolls(
        &mut self,
        club: ClubId,
        from: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.rows(ROLLS, club, from, limit.min(ROLLS_PER_READ_MAX))
    }

    /// Returns the rows of rolls of up to `limit` blocks of a club, the newest first; never more than
    /// [`ROLLS_PER_READ_MAX`].
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn newest_rolls(
        &mut self,
        club: ClubId,
        before: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.with(|database| {
            let table = database.begin_read()?.open_table(ROLLS)?;
            table
                .range((club.0, 0)..(club.0, before.0))?
                .rev()
                .take(limit.min(ROLLS_PER_READ_MAX))
                .map(|row| {
                    let (key, rolls) = row?;
                    Ok((Height(key.value().1), rolls.value().to_vec()))
                })
                .collect()
        })
    }

    /// Returns a secret as it was sealed.
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn secret(&mut self, name: SecretName) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|database| {
            let table = database.begin_read()?.open_table(SECRETS)?;
            let sealed = table.get(name.key().as_slice())?;
            Ok(sealed.map(|sealed| sealed.value().to_vec()))
        })
    }

    /// Returns the epochs of a table whose secrets are kept, in no meaningful order.
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn epochs(&mut self, table: GameId) -> Result<Vec<u32>, StoreError> {
        self.with(|database| {
            let secrets = database.begin_read()?.open_table(SECRETS)?;
            let [first, last] = [0, u32::MAX].map(|epoch| SecretName::Epoch { table, epoch }.key());
            let rows = secrets.range(first.as_slice()..=last.as_slice())?;
            let epochs = rows.filter_map(|row| match row {
                Ok((name, _)) => SecretName::epoch_of(name.value()).map(Ok),
                Err(error) => Some(Err(error.into())),
            });
            epochs.collect()
        })
    }

    /// Returns every kept proof that keepers of a club broke the rules, in no meaningful order.
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn misconduct(&mut self, club: ClubId) -> Result<Vec<Vec<u8>>, StoreError> {
        self.with(|database| {
            let table = match database.begin_read()?.open_table(MISCONDUCT) {
                Ok(table) => table,
                Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            };
            let rows = table.range(of_club(club))?;
            rows.map(|row| Ok(row?.1.value().to_vec())).collect()
        })
    }

    /// Returns what this node remembers of a club's host.
    ///
    /// # Errors
    /// [`StoreError`] of the medium.
    pub fn host(&mut self, club: ClubId) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|database| {
            let table = match database.begin_read()?.open_table(HOSTS) {
                Ok(table) => table,
                Err(TableError::TableDoesNotExist(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            Ok(table.get(club.0)?.map(|row| row.value().to_vec()))
        })
    }

    /// Runs one transaction's worth of work on the database, opening it before if need be. A
    /// failure of the medium closes it.
    fn with<T>(
        &mut self,
        work: impl FnOnce(&Database) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let (path, database) = (&self.path, &mut self.database);
        let outcome = guarded(path, || {
            if database.is_none() {
                *database = Some(checked_schema(path, (self.open)(Check::EveryPage)?)?);
            }
            database
                .as_ref()
                .map_or(Err(redb::Error::DatabaseClosed), work)
                .map_err(|error| StoreError::from_redb(path, error))
        });
        if outcome.as_ref().is_err_and(StoreError::is_of_medium)
            && let Some(database) = self.database.take()
            && let Err(error) = close(path, database)
        {
            tracing::debug!(%error, "the store failed before it was closed");
        }
        outcome
    }
}

/// A clean close leaves its mark, so that the next open need not read every page.
impl Drop for Store {
    fn drop(&mut self) {
        // After a failure of the disk there is none, and the next open checks.
        let Some(database) = self.database.take() else {
            return;
        };
        let closed = close(&self.path, database);
        let marked = closed.and_then(|()| self.mark.as_ref().map_or(Ok(()), Mark::leave));
        if let Err(error) = marked {
            tracing::warn!(%error, "the store was not closed cleanly; the next open checks it");
        }
    }
}
