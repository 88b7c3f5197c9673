//! What can be written, and how it is done: every change of the tables is here.

use redb::{Database, ReadableTable as _, Table, WriteTransaction};

use super::StoreError;
use super::limits::MISCONDUCT_MAX;
use super::schema::SecretName;
use super::schema::{BLOCKS, CHARTERS, HOSTS, MISCONDUCT, OPENED, ROLLS, SECRETS, STATES};
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
    /// Keeps a proof that keepers of a club broke the rules. The oldest
    /// [`MISCONDUCT_MAX`](super::limits::MISCONDUCT_MAX) are kept; a later one has no effect.
    Misconduct {
        /// The club.
        club: ClubId,
        /// The proof.
        proof: Vec<u8>,
    },
    /// What this node remembers of a club's host, in the place of what it remembered before.
    Host {
        /// The club.
        club: ClubId,
        /// What is remembered.
        row: Vec<u8>,
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
            Self::Misconduct { .. } => "Misconduct",
            Self::Host { .. } => "Host",
        })
    }
}

/// Returns the keys of a club in the table of misconduct.
pub(super) const fn of_club(club: ClubId) -> std::ops::RangeInclusive<([u8; 32], [u8; 32])> {
    (club.0, [0; 32])..=(club.0, [u8::MAX; 32])
}

/// Begins a write that is durable in two phases when it is done.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that writes, always in two phases"
)]
pub(super) fn begin_write(database: &Database) -> Result<WriteTransaction, redb::Error> {
    let mut write = database.begin_write()?;
    write.set_two_phase_commit(true);
    Ok(write)
}

pub(super) fn write_all(
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
            misconduct: transaction.open_table(MISCONDUCT)?,
            hosts: transaction.open_table(HOSTS)?,
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
    misconduct: Table<'a, ([u8; 32], [u8; 32]), &'static [u8]>,
    hosts: Table<'a, [u8; 32], &'static [u8]>,
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
            Write::Misconduct { club, proof } => self.keep_proof(*club, proof),
            Write::Host { club, row } => {
                self.hosts.insert(club.0, row.as_slice())?;
                Ok(Ok(()))
            }
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

    fn keep_proof(&mut self, club: ClubId, proof: &[u8]) -> Answer {
        let kept = self.misconduct.range(of_club(club))?.count();
        if kept < MISCONDUCT_MAX {
            let name = *blake3::hash(proof).as_bytes();
            self.misconduct.insert((club.0, name), proof)?;
        }
        Ok(Ok(()))
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
