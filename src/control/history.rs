//! Past rolls as the store has them, read piece by piece.

use std::collections::VecDeque;

use futures::stream::{self, StreamExt};

use super::book::{BookError, row};
use super::rows::{HistoryRow, Row};
use super::server::Rows;
use crate::club::{ClubState, Height};
use crate::consensus::{NewestFirst, PastRoll};
use crate::error::Error;
use crate::ledger::MemberNo;
use crate::storage::StoreHandle;
use crate::storage::limits::ROLLS_PER_READ_MAX;

/// The rolls of one table, or of all, up to those that were the newest when it began; oldest first.
/// Those that fall meanwhile are not among them.
#[derive(Debug)]
pub struct History {
    store: StoreHandle,
    /// The id or name of the table.
    table: Option<String>,
    clubs: VecDeque<OfClub>,
    ready: VecDeque<HistoryRow>,
}

/// The rolls of one club that are still to be read.
#[derive(Debug)]
pub(super) struct OfClub {
    /// The state in whose names rolls are told.
    state: ClubState,
    me: MemberNo,
    /// The block to read next.
    next: Height,
    /// How many rolls of that block are left out.
    skipped: usize,
    /// The newest block when it began.
    last: Height,
}

impl OfClub {
    /// All rolls of a club up to a height.
    pub(super) const fn new(state: ClubState, me: MemberNo, last: Height) -> Self {
        Self {
            state,
            me,
            next: Height(0),
            skipped: 0,
            last,
        }
    }

    fn is_wanted(&self, table: Option<&str>, past: &PastRoll) -> bool {
        table.is_none_or(|table| {
            let name = self.state.table(past.record.table);
            past.record.id.to_string() == table || name.is_some_and(|it| it.name == table)
        })
    }
}

impl History {
    /// Begins with the oldest roll of these clubs, or with the newest `last` of all their rolls.
    pub(super) async fn begin(
        store: StoreHandle,
        table: Option<String>,
        clubs: VecDeque<OfClub>,
        last: Option<u64>,
    ) -> Result<Self, BookError> {
        let mut history = Self {
            store,
            table,
            clubs,
            ready: VecDeque::new(),
        };
        if let Some(last) = last {
            history.leave_out_all_but(last).await?;
        }
        Ok(history)
    }

    /// Goes to the first of the newest `left` rolls, without reading those before it.
    async fn leave_out_all_but(&mut self, mut left: u64) -> Result<(), BookError> {
        let mut unwanted = self.clubs.len();
        for club in self.clubs.iter_mut().rev() {
            if left == 0 {
                break;
            }
            unwanted -= 1;
            let (id, before) = (*club.state.club(), club.last.next());
            let mut rolls = NewestFirst::new(self.store.clone(), id, before);
            let mut first = None;
            while let Some(past) = rolls.next().await? {
                if left == 0 && Some(past.height) != first {
                    break;
                }
                if !club.is_wanted(self.table.as_deref(), &past) {
                    continue;
                }
                if left == 0 {
                    club.skipped += 1;
                } else {
                    left -= 1;
                    first = Some(past.height);
                }
            }
            club.next = first.filter(|_| left == 0).unwrap_or(Height(0));
        }
        self.clubs.drain(..unwanted);
        Ok(())
    }

    /// Returns the next roll; `None` after the newest.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn next(&mut self) -> Result<Option<HistoryRow>, BookError> {
        while self.ready.is_empty() {
            let Some(club) = self.clubs.front_mut() else {
                return Ok(None);
            };
            let id = *club.state.club();
            let rows = self.store.rolls(id, club.next, ROLLS_PER_READ_MAX).await?;
            let mut is_over = rows.is_empty();
            for (height, bytes) in rows {
                is_over = height > club.last;
                if is_over {
                    break;
                }
                for past in PastRoll::of_row(height, &bytes)? {
                    if !club.is_wanted(self.table.as_deref(), &past) {
                        continue;
                    }
                    if club.skipped > 0 {
                        club.skipped -= 1;
                        continue;
                    }
                    self.ready.push_back(row(club.me, &club.state, &past));
                }
                club.next = height.next();
            }
            if is_over {
                self.clubs.pop_front();
            }
        }
        Ok(self.ready.pop_front())
    }

    /// Returns all of it as rows for the control socket.
    pub(super) fn rows(self) -> Rows {
        stream::unfold(Some(self), |history| async {
            let mut history = history?;
            match history.next().await {
                Ok(Some(row)) => Some((Ok(Row::History(row)), Some(history))),
                Ok(None) => None,
                Err(error) => Some((Err(Error::from(error)), None)),
            }
        })
        .boxed()
    }
}
