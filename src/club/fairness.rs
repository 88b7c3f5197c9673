//! What a keeper must not vote for: a close that comes too early, or without an opening it holds.
//!
//! This is local knowledge, so it binds votes on fresh proposals and never validity: nodes that
//! follow later can't judge it.

use std::collections::BTreeSet;

use super::roll_record::RollRecord;
use super::state::ClubState;
use super::table::Phase;
use crate::dice::{Hash32, Slot};

/// What a keeper holds of a locked roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldOpenings<'a> {
    /// The lock.
    pub lock_hash: Hash32,
    /// For how many milliseconds, by its own timer, the keeper has held the certificate of the
    /// block that locked the roll.
    pub certified_for: u64,
    /// The slots whose valid openings it holds, on the chain or not.
    pub slots: &'a BTreeSet<Slot>,
    /// What its own opening says was seen; 0 while it has not opened.
    pub seen: u16,
}

/// Why a keeper votes against a block that closes a roll.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfairClose {
    /// The time for openings is not over.
    #[error("the roll was locked {held} ms ago, and closes without all openings after {need} ms")]
    TooEarly {
        /// For how long the lock's certificate is held, in milliseconds.
        held: u64,
        /// The least, in milliseconds.
        need: u64,
    },
    /// The keeper holds openings that the block leaves out, and sends them again.
    #[error("{} openings that this node holds are left out", slots.len())]
    LeftOut {
        /// Whose.
        slots: Vec<Slot>,
    },
}

/// By how much own timers may be ahead of block time, in milliseconds.
const GRACE: u64 = 1_000;

impl ClubState {
    /// Returns whose openings a roll left out that follows this state, though a member held them
    /// before its close came: what the members of a hosted club compare, since nobody votes there.
    #[must_use]
    pub fn left_out(&self, record: &RollRecord, held: &BTreeSet<Slot>) -> Vec<Slot> {
        let table = self.table(record.table).map(|table| &table.phase);
        let is_same = matches!(
            table,
            Some(Phase::Locked(locked)) if locked.lock_hash == record.proof.lock_hash
        );
        let left_out = record
            .proof
            .openings
            .iter()
            .filter(|opening| !opening.counts);
        let left_out = left_out.map(|opening| opening.slot);
        left_out
            .filter(|slot| is_same && held.contains(slot))
            .collect()
    }

    /// Judges a roll that a proposed block after this state closes, by what the keeper holds. A
    /// close with all openings is always fair, and so is one of a lock that the keeper knows
    /// nothing of.
    ///
    /// # Errors
    /// [`UnfairClose`].
    pub fn judge_close(
        &self,
        record: &RollRecord,
        held: &HeldOpenings<'_>,
    ) -> Result<(), UnfairClose> {
        let openings = &record.proof.openings;
        let is_complete = openings.iter().all(|opening| opening.counts);
        let close = self.table(record.table).map(|table| table.times.close);
        let (Some(close), false) = (close, is_complete) else {
            return Ok(());
        };
        if held.lock_hash != record.proof.lock_hash {
            return Ok(());
        }
        let is_keeper = |slot| record.proof.is_keeper(slot);
        let stated = |slot: Slot| {
            let bit = 1_u16.checked_shl(u32::from(slot.0)).unwrap_or(0);
            held.seen & bit != 0
        };
        let left_out = openings.iter().filter(|opening| opening.opened.is_none());
        let owed = |slot: &Slot| held.slots.contains(slot) && (is_keeper(*slot) || stated(*slot));
        let slots: Vec<Slot> = left_out.map(|left| left.slot).filter(owed).collect();
        if !slots.is_empty() {
            return Err(UnfairClose::LeftOut { slots });
        }
        let (need, held) = (u64::from(close).saturating_sub(GRACE), held.certified_for);
        if held < need {
            return Err(UnfairClose::TooEarly { held, need });
        }
        Ok(())
    }
}
