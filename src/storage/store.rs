//! The store: one redb file with charters, blocks, states, secrets and opened rolls.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{Builder, Database, ReadableDatabase as _, ReadableTable as _, StorageBackend};
use redb::{Table, WriteTransaction};

use super::StoreError;
use super::limits::{BLOCKS_PER_READ_MAX, CACHE_BYTES, ROLLS_PER_READ_MAX};
use super::schema::SecretName;
use super::schema::{BLOCKS, CHARTERS, META, OPENED, ROLLS, SCHEMA, SCHEMA_ROW, SECRETS, STATES};
use super::write::{beside, remove_if_there, sync_folder};
use crate::club::{ClubId, GameId, Height};

/// One change of the store. Each is checked and done as a whole, and doing it twice is the same as
/// doing it once.
#[derive(Clone, PartialEq, Eq)]
pub enum Write {
    /// A new club at height 0, with the secrets that its founder needs.
    Club {
        /// The club.
        club: ClubId,
        /// Its signed charter.
        charter: Vec<u8>,
        /// Its state at height 0.
        state: Vec<u8>,
        /// Sealed secrets.
        secrets: Vec<(SecretName, Vec<u8>)>,
    },
    /// The next block of a club and the state after it.
    Block {
        /// The club.
        club: ClubId,
        /// The height: one above the newest.
        height: Height,
        /// The block and its certificate.
        block: Vec<u8>,
        /// The state after the block.
        state: Vec<u8>,
        /// The rolls that ended in the block; empty if there were none.
        rolls: Vec<u8>,
    },
    /// The newest state of a club anew, after it was found to be wrong and computed again.
    State {
        /// The club.
        club: ClubId,
        /// The newest height.
        height: Height,
        /// The state after that block.
        state: Vec<u8>,
    },
    /// A sealed secret.
    Secret {
        /// Its name.
        name: SecretName,
        /// The secret, sealed.
        sealed: Vec<u8>,
    },
    /// Erases a secret.
    Forget {
        /// Its name.
        name: SecretName,
    },
    /// Notes that a roll is about to be opened. Refused when this slot opened a later roll before,
    /// or this one for another lock.
    Opened {
        /// The table.
        table: GameId,
        /// The slot that opens.
        slot: u8,
        /// The roll.
        roll: u64,
        /// The lock that it is opened for.
        lock_hash: [u8; 32],
    },
}

impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Club { .. } => "Club",
            Self::Block { .. } => "Block",
            Self::State { .. } => "State",
            Self::Secret { .. } => "Secret",
            Self::Forget { .. } => "Forget",
            Self::Opened { .. } => "Opened",
        })
    }
}

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

type Open = dyn Fn() -> Result<Database, StoreError> + Send;

/// The store. Its calls block; async parts use a [`StoreHandle`](super::StoreHandle).
///
/// Every write is durable when it returns, in two phases, because peers choose some of the bytes.
/// After a failure of the disk the file is opened anew by the next call, so that the store comes
/// back when the disk does.
pub struct Store {
    path: PathBuf,
    open: Box<Open>,
    database: Option<Database>,
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

    /// Opens the store at `path`, or makes one where there is none. Every page is checked, which
    /// reads the whole file.
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
        let file = path.to_owned();
        Self::from_opener(path, move || {
            builder()
                .open(&file)
                .map_err(|error| StoreError::from_redb(&file, error.into()))
        })
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
        Self::from_opener(path, move || {
            let database = builder()
                .create_with_backend(medium())
                .map_err(|error| StoreError::from_redb(&name, error.into()))?;
            initialise(&database).map_err(|error| StoreError::from_redb(&name, error))?;
            Ok(database)
        })
    }

    fn from_opener(
        path: &Path,
        open: impl Fn() -> Result<Database, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let mut store = Self {
            path: path.to_owned(),
            open: Box::new(open),
            database: None,
        };
        store.with(|_| Ok(()))?;
        Ok(store)
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
        self.with(|database| {
            let table = database.begin_read()?.open_table(BLOCKS)?;
            table
                .range((club.0, from.0)..=(club.0, u64::MAX))?
                .take(limit.min(BLOCKS_PER_READ_MAX))
                .map(|row| {
                    let (key, block) = row?;
                    Ok((Height(key.value().1), block.value().to_vec()))
                })
                .collect()
        })
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

    /// Runs one transaction's worth of work on the database, opening it before if need be. A
    /// failure of the medium closes it.
    fn with<T>(
        &mut self,
        work: impl FnOnce(&Database) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let (path, database) = (&self.path, &mut self.database);
        let attempt = AssertUnwindSafe(|| {
            if database.is_none() {
                let opened = (self.open)()?;
                check_schema(path, &opened)?;
                *database = Some(opened);
            }
            database
                .as_ref()
                .map_or(Err(redb::Error::DatabaseClosed), work)
                .map_err(|error| StoreError::from_redb(path, error))
        });
        let outcome = catch_unwind(attempt)
            .unwrap_or_else(|panic| Err(StoreError::from_panic(path, &*panic)));
        if outcome.as_ref().is_err_and(StoreError::is_of_medium) {
            // Dropping a database that panicked may panic again.
            let database = self.database.take();
            catch_unwind(AssertUnwindSafe(|| drop(database)))
                .map_err(|panic| StoreError::from_panic(path, &*panic))?;
        }
        outcome
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    // Damage is found here and named, instead of as a panic in the middle of a game.
    builder.set_check_integrity_on_open(true);
    builder
}

/// Makes an empty store under another name and moves it to `path`, so that a crash leaves a whole
/// store or none.
fn create_file(path: &Path) -> Result<(), StoreError> {
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
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(failed)?;
    let database = builder()
        .create(&temporary)
        .map_err(|error| StoreError::from_redb(path, error.into()))?;
    initialise(&database).map_err(|error| StoreError::from_redb(path, error))?;
    drop(database);
    fs::rename(&temporary, path).map_err(failed)?;
    sync_folder(&folder).map_err(failed)
}

/// Makes the tables and notes the schema, unless that was done before.
fn initialise(database: &Database) -> Result<(), redb::Error> {
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

fn check_schema(path: &Path, database: &Database) -> Result<(), StoreError> {
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

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that writes, always in two phases"
)]
fn begin_write(database: &Database) -> Result<WriteTransaction, redb::Error> {
    let mut write = database.begin_write()?;
    write.set_two_phase_commit(true);
    Ok(write)
}

fn write_all(
    database: &Database,
    writes: &[Write],
) -> Result<Vec<Result<(), StoreError>>, redb::Error> {
    let transaction = begin_write(database)?;
    let mut answers = Vec::with_capacity(writes.len());
    {
        let mut tables = Tables {
            charters: transaction.open_table(CHARTERS)?,
            blocks: transaction.open_table(BLOCKS)?,
            rolls: transaction.open_table(ROLLS)?,
            states: transaction.open_table(STATES)?,
            secrets: transaction.open_table(SECRETS)?,
            opened: transaction.open_table(OPENED)?,
        };
        for write in writes {
            answers.push(tables.apply(write)?);
        }
    }
    if answers.iter().any(Result::is_ok) {
        transaction.commit()?;
    } else {
        transaction.abort()?;
    }
    Ok(answers)
}

/// The tables of one write. Every method checks before it changes anything.
struct Tables<'a> {
    charters: Table<'a, [u8; 32], &'static [u8]>,
    blocks: Table<'a, ([u8; 32], u64), &'static [u8]>,
    rolls: Table<'a, ([u8; 32], u64), &'static [u8]>,
    states: Table<'a, [u8; 32], (u64, &'static [u8])>,
    secrets: Table<'a, &'static [u8], &'static [u8]>,
    opened: Table<'a, ([u8; 32], u8), (u64, [u8; 32])>,
}

type Answer = Result<Result<(), StoreError>, redb::Error>;

impl Tables<'_> {
    fn apply(&mut self, write: &Write) -> Answer {
        match write {
            Write::Club {
                club,
                charter,
                state,
                secrets,
            } => self.found(*club, charter, state, secrets),
            Write::Block {
                club,
                height,
                block,
                state,
                rolls,
            } => self.append(*club, *height, block, state, rolls),
            Write::State {
                club,
                height,
                state,
            } => self.mend(*club, *height, state),
            Write::Secret { name, sealed } => {
                self.secrets
                    .insert(name.key().as_slice(), sealed.as_slice())?;
                Ok(Ok(()))
            }
            Write::Forget { name } => {
                self.secrets.remove(name.key().as_slice())?;
                Ok(Ok(()))
            }
            Write::Opened {
                table,
                slot,
                roll,
                lock_hash,
            } => self.note_opened((table.0, *slot), *roll, *lock_hash),
        }
    }

    fn found(
        &mut self,
        club: ClubId,
        charter: &[u8],
        state: &[u8],
        secrets: &[(SecretName, Vec<u8>)],
    ) -> Answer {
        if let Some(there) = self.charters.get(club.0)? {
            let same = there.value() == charter;
            return Ok(same.then_some(()).ok_or(StoreError::ClubExists { club }));
        }
        self.charters.insert(club.0, charter)?;
        self.states.insert(club.0, (0, state))?;
        for (name, sealed) in secrets {
            self.secrets
                .insert(name.key().as_slice(), sealed.as_slice())?;
        }
        Ok(Ok(()))
    }

    fn append(
        &mut self,
        club: ClubId,
        height: Height,
        block: &[u8],
        state: &[u8],
        rolls: &[u8],
    ) -> Answer {
        let Some(have) = self.newest(club)? else {
            return Ok(Err(StoreError::NoSuchClub { club }));
        };
        if let Some(there) = self.blocks.get((club.0, height.0))? {
            let same = there.value() == block;
            let refused = StoreError::OtherBlock { club, height };
            return Ok(same.then_some(()).ok_or(refused));
        }
        if height != have.next() {
            let found = height;
            return Ok(Err(StoreError::Gap { club, have, found }));
        }
        self.blocks.insert((club.0, height.0), block)?;
        if !rolls.is_empty() {
            self.rolls.insert((club.0, height.0), rolls)?;
        }
        self.states.insert(club.0, (height.0, state))?;
        Ok(Ok(()))
    }

    fn mend(&mut self, club: ClubId, height: Height, state: &[u8]) -> Answer {
        let Some(have) = self.newest(club)? else {
            return Ok(Err(StoreError::NoSuchClub { club }));
        };
        if height != have {
            let found = height;
            return Ok(Err(StoreError::Gap { club, have, found }));
        }
        self.states.insert(club.0, (height.0, state))?;
        Ok(Ok(()))
    }

    fn newest(&self, club: ClubId) -> Result<Option<Height>, redb::Error> {
        Ok(self
            .states
            .get(club.0)?
            .map(|state| Height(state.value().0)))
    }

    fn note_opened(&mut self, place: ([u8; 32], u8), roll: u64, lock_hash: [u8; 32]) -> Answer {
        let last = self.opened.get(place)?.map(|row| row.value());
        match last {
            Some((last, lock)) if roll < last || (roll == last && lock != lock_hash) => {
                Ok(Err(StoreError::OpenedBefore { roll, last }))
            }
            Some(_) | None => {
                self.opened.insert(place, (roll, lock_hash))?;
                Ok(Ok(()))
            }
        }
    }
}

/// Makes a file look as if another version of the program had written it.
#[cfg(test)]
pub(super) fn overwrite_schema(path: &Path, schema: u32) {
    let database = builder().open(path).unwrap();
    let write = begin_write(&database).unwrap();
    write
        .open_table(META)
        .unwrap()
        .insert(SCHEMA_ROW, schema)
        .unwrap();
    write.commit().unwrap();
}
