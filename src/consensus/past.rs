//! Past rolls in the store, version 2, and the bets of its newest blocks.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::StoredBlock;
use crate::club::{Body, ClubEvent, ClubId, Height, RollRecord, TableNo, TimeMs};
use crate::craps::{Action, BetKey};
use crate::ledger::{Chips, MemberNo};
use crate::storage::limits::{BLOCKS_PER_READ_MAX, ROLLS_PER_READ_MAX};
use crate::storage::{StoreError, StoreHandle};

const VERSION: u8 = 2;

/// A roll as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRoll {
    /// The height of the block that closed it.
    pub height: Height,
    /// The time of that block.
    pub time: TimeMs,
    /// What happened.
    pub record: RollRecord,
}

/// A bet that a block took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastBet {
    /// The height of the block.
    pub height: Height,
    /// The table.
    pub table: TableNo,
    /// The spot.
    pub bet: BetKey,
    /// The chips that were added there.
    pub amount: Chips,
}

/// Past rolls and bets that can't be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PastError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row can't be read.
    #[error("the rolls of block {height} in the store can't be read")]
    Unreadable {
        /// The height.
        height: Height,
    },
    /// A block can't be read.
    #[error("block {height} in the store can't be read")]
    Block {
        /// The height.
        height: Height,
    },
}

/// The rolls of one block, as they are stored beside it.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredRolls {
    version: u8,
    time: TimeMs,
    records: Vec<RollRecord>,
}

impl StoredRolls {
    pub(super) fn of(time: TimeMs, events: &[ClubEvent]) -> Self {
        let rolled = events.iter().filter_map(ClubEvent::rolled);
        Self {
            version: VERSION,
            time,
            records: rolled.cloned().collect(),
        }
    }

    /// Returns the row's bytes; nothing if no dice fell.
    #[expect(
        clippy::expect_used,
        reason = "postcard fails only on maps and sequences of unknown length, and there are none"
    )]
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        if self.records.is_empty() {
            return Vec::new();
        }
        postcard::to_stdvec(self).expect("a roll has an encoding")
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rolls: Self = postcard::from_bytes(bytes).ok()?;
        (rolls.version == VERSION).then_some(rolls)
    }
}

impl PastRoll {
    /// Returns the rolls of a stored row, oldest first.
    ///
    /// # Errors
    /// [`PastError::Unreadable`].
    pub fn of_row(height: Height, bytes: &[u8]) -> Result<Vec<Self>, PastError> {
        let rolls = StoredRolls::from_bytes(bytes).ok_or(PastError::Unreadable { height })?;
        let time = rolls.time;
        let of_record = |record| Self {
            height,
            time,
            record,
        };
        Ok(rolls.records.into_iter().map(of_record).collect())
    }
}

/// The rolls of a club from a height down, the newest first, read as they are asked for.
#[derive(Debug)]
pub struct NewestFirst {
    store: StoreHandle,
    club: ClubId,
    /// Lower heights are not read yet.
    before: Height,
    ready: VecDeque<PastRoll>,
}

impl NewestFirst {
    /// Begins with the newest roll below a height.
    #[must_use]
    pub const fn new(store: StoreHandle, club: ClubId, before: Height) -> Self {
        Self {
            store,
            club,
            before,
            ready: VecDeque::new(),
        }
    }

    /// Returns the roll before the last one; `None` if there is none.
    ///
    /// # Errors
    /// [`PastError`].
    pub async fn next(&mut self) -> Result<Option<PastRoll>, PastError> {
        if self.ready.is_empty() {
            let (club, before) = (self.club, self.before);
            let rows = self.store.newest_rolls(club, before, ROLLS_PER_READ_MAX);
            for (height, bytes) in rows.await? {
                self.before = height;
                let rolls = PastRoll::of_row(height, &bytes)?;
                self.ready.extend(rolls.into_iter().rev());
            }
        }
        Ok(self.ready.pop_front())
    }
}

/// Returns the newest `limit` rolls of a club, oldest first.
///
/// # Errors
/// [`PastError`].
pub async fn past_rolls(
    store: &StoreHandle,
    club: ClubId,
    limit: usize,
) -> Result<Vec<PastRoll>, PastError> {
    let mut newest_first = NewestFirst::new(store.clone(), club, Height(u64::MAX));
    let mut rolls = Vec::new();
    while rolls.len() < limit
        && let Some(past) = newest_first.next().await?
    {
        rolls.push(past);
    }
    rolls.reverse();
    Ok(rolls)
}

/// Returns the bets that a member made in the blocks of a club above `after`, oldest first, as far as
/// they were not refused.
///
/// # Errors
/// [`PastError`].
pub async fn past_bets(
    store: &StoreHandle,
    club: ClubId,
    member: MemberNo,
    after: Height,
) -> Result<Vec<PastBet>, PastError> {
    let mut found = Vec::new();
    let mut from = after.next();
    loop {
        let rows = store.blocks(club, from, BLOCKS_PER_READ_MAX).await?;
        let Some((newest, _)) = rows.last() else {
            return Ok(found);
        };
        from = newest.next();
        for (height, bytes) in rows {
            let row = StoredBlock::from_bytes(&bytes)
                .map_err(|_malformed| PastError::Block { height })?;
            found.extend(bets_of(member, height, &row));
        }
    }
}

fn bets_of(member: MemberNo, height: Height, row: &StoredBlock) -> Vec<PastBet> {
    let is_refused = |place: usize| {
        row.refused
            .iter()
            .any(|refused| usize::from(*refused) == place)
    };
    let mut found = Vec::new();
    for (place, command) in row.block.commands.iter().enumerate() {
        let Body::Bets { table, actions, .. } = &command.body else {
            continue;
        };
        if command.member != member || is_refused(place) {
            continue;
        }
        found.extend(actions.iter().filter_map(|action| match *action {
            Action::Place { bet, amount } => Some(PastBet {
                height,
                table: *table,
                bet,
                amount,
            }),
            Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => None,
        }));
    }
    found
}
