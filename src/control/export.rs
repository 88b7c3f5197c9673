//! A game as the store has it, made into a transcript piece by piece.

use std::collections::VecDeque;

use futures::stream::{self, StreamExt};

use super::book::BookError;
use super::limits::PIECE_BYTES_MAX;
use super::rows::{ExportRow, Row, TranscriptRow};
use super::server::Rows;
use crate::club::{ClubId, ClubState, GameId, Height, SignedCharter, hex};
use crate::consensus::{CertifiedHeader, NewestFirst, StoredBlock, follow};
use crate::error::Error;
use crate::shown::Shown;
use crate::storage::limits::BLOCKS_PER_READ_MAX;
use crate::storage::{StoreHandle, StoredClub};
use crate::transcript::{Beginning, KeeperPast, Writer};

/// What of a game is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it, from the charter.
    Whole,
    /// From the state at a height on; from height 0 it is the whole game.
    From(Height),
    /// The newest so many rolls of the table; all of it if there are no more.
    Last(u64),
}

impl Part {
    /// Returns the part that options ask for: a height goes before a number of rolls.
    #[must_use]
    pub fn of(from: Option<u64>, last: Option<u64>) -> Self {
        let from = from.map(|height| Self::From(Height(height)));
        from.or_else(|| last.map(Self::Last)).unwrap_or(Self::Whole)
    }
}

/// The transcript of one game, from the charter or a later state to the block that was the newest
/// when it began. A club has one chain for all its tables, so all of them are in it.
#[derive(Debug)]
pub struct Export {
    store: StoreHandle,
    club: ClubId,
    table: GameId,
    begins: Height,
    last: Height,
    next: Height,
    /// Nothing after the last record.
    writer: Option<Writer>,
    ready: VecDeque<u8>,
}

impl Export {
    /// Begins the transcript of the game at a table, by its id or name, or of the only one.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn open(
        store: StoreHandle,
        table: Option<&str>,
        part: Part,
    ) -> Result<Self, BookError> {
        let (club, stored, table) = find(&store, table).await?;
        let charter = SignedCharter::from_bytes(&stored.charter)?;
        let begins = match part {
            Part::Whole => Height(0),
            Part::From(height) => height,
            Part::Last(rolls) => before_last(&store, club, table, rolls).await?,
        };
        if begins > stored.height {
            let (wanted, newest) = (begins, stored.height);
            return Err(BookError::NoSuchHeight { wanted, newest });
        }
        let (writer, beginning) = if begins == Height(0) {
            Writer::begin(&charter)
        } else {
            let beginning = beginning(&store, charter, begins).await?;
            if !beginning.fits() {
                return Err(BookError::TooLarge { height: begins });
            }
            Writer::begin_at(&beginning)
        };
        Ok(Self {
            store,
            club,
            table,
            begins,
            last: stored.height,
            next: begins.next(),
            writer: Some(writer),
            ready: beginning.into(),
        })
    }

    /// Returns what is exported.
    #[must_use]
    pub fn row(&self) -> ExportRow {
        ExportRow {
            table: self.table.to_string(),
            club: self.club.to_string(),
            begins: self.begins.0,
            height: self.last.0,
        }
    }

    /// Returns the next bytes, at most [`PIECE_BYTES_MAX`]; `None` after the last ones.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, BookError> {
        while self.ready.len() < PIECE_BYTES_MAX {
            let Some(writer) = &mut self.writer else {
                break;
            };
            if self.next > self.last {
                self.ready.extend(writer.clone().end());
                self.writer = None;
                break;
            }
            for stored in read(&self.store, self.club, self.next, self.last).await? {
                self.ready
                    .extend(writer.block(&stored.block, &stored.certificate));
                self.next = stored.block.header.height.next();
            }
        }
        let bytes = self.ready.len().min(PIECE_BYTES_MAX);
        let piece: Vec<u8> = self.ready.drain(..bytes).collect();
        Ok((!piece.is_empty()).then_some(piece))
    }

    /// Returns all of it as rows for the control socket.
    pub(super) fn rows(self) -> Rows {
        stream::unfold(Some(self), |export| async {
            let mut export = export?;
            match export.next().await {
                Ok(Some(piece)) => {
                    let piece = TranscriptRow::Piece(hex::encode(&piece));
                    Some((Ok(Row::Transcript(piece)), Some(export)))
                }
                Ok(None) => {
                    let end = TranscriptRow::End(export.row());
                    Some((Ok(Row::Transcript(end)), None))
                }
                Err(error) => Some((Err(Error::from(error)), None)),
            }
        })
        .boxed()
    }
}

/// Returns some of the blocks from `next` to `last`, at least one.
async fn read(
    store: &StoreHandle,
    club: ClubId,
    next: Height,
    last: Height,
) -> Result<Vec<StoredBlock>, BookError> {
    let mut expected = next;
    let mut blocks = Vec::new();
    for (height, bytes) in store.blocks(club, next, BLOCKS_PER_READ_MAX).await? {
        if height > last {
            break;
        }
        if height != expected {
            return Err(BookError::Missing { height: expected });
        }
        let stored = StoredBlock::from_bytes(&bytes);
        blocks.push(stored.map_err(|why| BookError::Block { height, why })?);
        expected = height.next();
    }
    if blocks.is_empty() {
        return Err(BookError::Missing { height: next });
    }
    Ok(blocks)
}

/// Computes the state at a height from the charter, as the store keeps only the newest one.
async fn beginning(
    store: &StoreHandle,
    charter: SignedCharter,
    at: Height,
) -> Result<Beginning, BookError> {
    let mut state = ClubState::found(charter)?;
    let club = *state.club();
    let mut past = KeeperPast::default();
    loop {
        let next = state.height().next();
        for stored in read(store, club, next, at).await? {
            let StoredBlock {
                block, certificate, ..
            } = stored;
            let height = block.header.height;
            let applied = follow(&state, &block, &certificate);
            let applied = applied.map_err(|why| BookError::Follow { height, why })?;
            let decided = CertifiedHeader {
                header: block.header.clone(),
                certificate,
            };
            if height == at {
                return Ok(Beginning {
                    state: applied.state,
                    decided,
                    past,
                });
            }
            past.note(&state, &decided, &applied.state);
            state = applied.state;
        }
    }
}

/// Returns how those who decide a height came to keep the club: all changes in the blocks before it.
pub(super) async fn keeper_past(
    store: &StoreHandle,
    charter: &SignedCharter,
    height: Height,
) -> Result<KeeperPast, BookError> {
    let mut state = ClubState::found(charter.clone())?;
    let club = *state.club();
    let last = Height(height.0.saturating_sub(1));
    let mut past = KeeperPast::default();
    while state.height() < last {
        let next = state.height().next();
        for stored in read(store, club, next, last).await? {
            let height = stored.block.header.height;
            let applied = follow(&state, &stored.block, &stored.certificate);
            let applied = applied.map_err(|why| BookError::Follow { height, why })?;
            let decided = CertifiedHeader {
                header: stored.block.header,
                certificate: stored.certificate,
            };
            past.note(&state, &decided, &applied.state);
            state = applied.state;
        }
    }
    Ok(past)
}

/// Returns the height at which the newest so many rolls of a table begin: that of the roll before
/// them, with which their first seals came; 0 if there is no roll before them.
async fn before_last(
    store: &StoreHandle,
    club: ClubId,
    table: GameId,
    rolls: u64,
) -> Result<Height, BookError> {
    let mut newest_first = NewestFirst::new(store.clone(), club, Height(u64::MAX));
    let mut left = rolls;
    while let Some(past) = newest_first.next().await? {
        if past.record.id == table {
            if left == 0 {
                return Ok(past.height);
            }
            left -= 1;
        }
    }
    Ok(Height(0))
}

/// Returns the one table of this id or name, or the only one, and its club.
async fn find(
    store: &StoreHandle,
    wanted: Option<&str>,
) -> Result<(ClubId, StoredClub, GameId), BookError> {
    let (mut found, mut known) = (Vec::new(), Vec::new());
    for club in store.clubs().await? {
        let stored = store.club(club).await?;
        let state =
            ClubState::from_bytes(&stored.state).map_err(|why| BookError::State { club, why })?;
        for (_, table) in state.tables() {
            known.push(Shown::new(&table.name, 64));
            let is_wanted = |name: &str| table.name == name || table.id.to_string() == name;
            if wanted.is_none_or(is_wanted) {
                found.push((club, stored.clone(), table.id));
            }
        }
    }
    let one = found.pop();
    let others = found.iter().map(|(_, _, id)| id.to_string());
    match (one, wanted.map(|wanted| Shown::new(wanted, 64))) {
        (Some(one), _) if found.is_empty() => Ok(one),
        (None, None) => Err(BookError::NoTable),
        (None, Some(wanted)) => Err(BookError::NoSuchTable { wanted, known }),
        (Some(_), None) => Err(BookError::WhichTable { known }),
        (Some((_, _, id)), Some(wanted)) => Err(BookError::SeveralTables {
            wanted,
            ids: others.chain([id.to_string()]).collect(),
        }),
    }
}
