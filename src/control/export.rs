//! A game as the store has it, made into a transcript piece by piece.

use std::collections::VecDeque;

use futures::stream::{self, StreamExt};

use super::book::BookError;
use super::limits::PIECE_BYTES_MAX;
use super::protocol::WireError;
use super::rows::{ExportRow, Row, TranscriptRow};
use super::server::Rows;
use crate::club::{ClubId, ClubState, GameId, Height, SignedCharter, hex};
use crate::consensus::StoredBlock;
use crate::error::Error;
use crate::shown::Shown;
use crate::storage::limits::BLOCKS_PER_READ_MAX;
use crate::storage::{StoreHandle, StoredClub};
use crate::transcript::Writer;

/// The transcript of one game, from the charter to the block that was the newest when it began. A
/// club has one chain for all its tables, so all of them are in it.
#[derive(Debug)]
pub struct Export {
    store: StoreHandle,
    club: ClubId,
    table: GameId,
    last: Height,
    next: Height,
    /// Nothing after the last record.
    writer: Option<Writer>,
    ready: VecDeque<u8>,
}

impl Export {
    /// Begins the transcript of the game at a table, by its id or name.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn open(store: StoreHandle, table: &str) -> Result<Self, BookError> {
        let (club, stored, table) = find(&store, table).await?;
        let charter = SignedCharter::from_bytes(&stored.charter)?;
        let (writer, beginning) = Writer::begin(&charter);
        Ok(Self {
            store,
            club,
            table,
            last: stored.height,
            next: Height(1),
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
            let read = self
                .store
                .blocks(self.club, self.next, BLOCKS_PER_READ_MAX)
                .await?;
            if read.is_empty() {
                return Err(BookError::Missing { height: self.next });
            }
            for (height, bytes) in read {
                if height > self.last {
                    break;
                }
                if height != self.next {
                    return Err(BookError::Missing { height: self.next });
                }
                let stored = StoredBlock::from_bytes(&bytes)
                    .map_err(|why| BookError::Block { height, why })?;
                self.ready
                    .extend(writer.block(&stored.block, &stored.certificate));
                self.next = height.next();
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
            let (row, rest) = match export.next().await {
                Ok(Some(piece)) => (TranscriptRow::Piece(hex::encode(&piece)), Some(export)),
                Ok(None) => (TranscriptRow::End(export.row()), None),
                Err(error) => {
                    let error = WireError::from(&Error::from(error));
                    (TranscriptRow::Failed(error), None)
                }
            };
            Some((Row::Transcript(row), rest))
        })
        .boxed()
    }
}

/// Returns the one table of this id or name, and its club.
async fn find(
    store: &StoreHandle,
    wanted: &str,
) -> Result<(ClubId, StoredClub, GameId), BookError> {
    let (mut found, mut known) = (Vec::new(), Vec::new());
    for club in store.clubs().await? {
        let stored = store.club(club).await?;
        let state =
            ClubState::from_bytes(&stored.state).map_err(|why| BookError::State { club, why })?;
        for (_, table) in state.tables() {
            known.push(Shown::new(&table.name, 64));
            if table.name == wanted || table.id.to_string() == wanted {
                found.push((club, stored.clone(), table.id));
            }
        }
    }
    match found.pop() {
        None => Err(BookError::NoSuchTable {
            wanted: Shown::new(wanted, 64),
            known,
        }),
        Some(one) if found.is_empty() => Ok(one),
        Some((_, _, last)) => {
            let ids = found.iter().map(|(_, _, id)| *id).chain([last]);
            Err(BookError::SeveralTables {
                wanted: Shown::new(wanted, 64),
                ids: ids.map(|id| id.to_string()).collect(),
            })
        }
    }
}
