//! The hashes of one roll: from the roster to the link in the table's chain of rolls.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::hash::{Hash32, Name};
use crate::craps::Dice;

/// The place of a contributor: 0 to 15 is a seat, 128 and up a keeper without a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub u8);

impl Slot {
    /// The slot of the first keeper of the sorted keeper set when it has no seat.
    pub const FIRST_KEEPER: Self = Self(128);
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One line of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contributor {
    /// The place.
    pub slot: Slot,
    /// Has a seat.
    pub seated: bool,
    /// Is a keeper.
    pub keeper: bool,
    /// The member's public key.
    pub key: [u8; 32],
}

/// Returns the id of a table; two tables never share one, nor do two clubs.
#[must_use]
pub fn table_id(club: &Hash32, founding_command: &Hash32, rules: &Hash32) -> Hash32 {
    Name::Table.hash(&[club, founding_command, rules])
}

/// Returns the hash of the contributors of one epoch, given by rising slot.
#[must_use]
pub fn roster_hash(
    club: &Hash32,
    table: &Hash32,
    epoch: u32,
    contributors: &[Contributor],
) -> Hash32 {
    let mut hasher = Name::Roster.hasher();
    hasher
        .update(club)
        .update(table)
        .update(&epoch.to_le_bytes());
    update_count(&mut hasher, contributors.len());
    for contributor in contributors {
        let roles = u8::from(contributor.seated) | (u8::from(contributor.keeper) << 1_u8);
        hasher
            .update(&[contributor.slot.0, roles])
            .update(&contributor.key)
            .update(&NO_ESCROW_KEY);
    }
    *hasher.finalize().as_bytes()
}

/// The place of an escrow key, which publicly verifiable secret sharing will need.
const NO_ESCROW_KEY: [u8; 32] = [0; 32];

/// What a lock fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock<'a> {
    /// The club.
    pub club: &'a Hash32,
    /// The table.
    pub table: &'a Hash32,
    /// The contributors.
    pub roster: &'a Hash32,
    /// The roll.
    pub roll: u64,
    /// The id of the parent of the locking block: fixed before anybody opens.
    pub parent: &'a Hash32,
    /// The root of the table's state, bets and puck and shooter in it.
    pub table_state: &'a Hash32,
    /// The link of the roll before.
    pub link: &'a Hash32,
    /// The seals, by rising slot.
    pub seals: &'a [(Slot, Hash32)],
}

/// Returns the hash that closes betting for one roll; an opening names it.
#[must_use]
pub fn lock_hash(lock: &Lock<'_>) -> Hash32 {
    let mut hasher = Name::Lock.hasher();
    hasher
        .update(lock.club)
        .update(lock.table)
        .update(lock.roster)
        .update(&lock.roll.to_le_bytes())
        .update(lock.parent)
        .update(lock.table_state)
        .update(lock.link);
    update_count(&mut hasher, lock.seals.len());
    for (slot, seal) in lock.seals {
        hasher.update(&[slot.0]).update(seal);
    }
    *hasher.finalize().as_bytes()
}

/// Returns the hash that fixes which openings count; `None` stands for a sealed slot that does not
/// count. By rising slot.
#[must_use]
pub fn close_hash(lock: &Hash32, openings: &[(Slot, Option<Hash32>)]) -> Hash32 {
    let mut hasher = Name::Close.hasher();
    hasher.update(lock);
    update_count(&mut hasher, openings.len());
    for (slot, secret) in openings {
        let counts = u8::from(secret.is_some());
        hasher
            .update(&[slot.0, counts])
            .update(&secret.unwrap_or_default());
    }
    *hasher.finalize().as_bytes()
}

/// Returns the seed of the dice. Hashing, not XOR: equal secrets do not cancel.
#[must_use]
pub fn seed(lock: &Hash32, close: &Hash32) -> Hash32 {
    // The count of values from secret sharing, which come after it once there are any.
    Name::RollSeed.hash(&[lock, close, &0_u32.to_le_bytes()])
}

/// Returns the link before the first roll of a table.
#[must_use]
pub fn first_link(table: &Hash32) -> Hash32 {
    Name::TranscriptLink.hash(&[table])
}

/// Returns the link of a roll: it fixes all rolls of the table up to this one.
#[must_use]
pub fn link(previous: &Hash32, lock: &Hash32, close: &Hash32, dice: Dice) -> Hash32 {
    Name::TranscriptLink.hash(&[previous, lock, close, &[dice.a(), dice.b()]])
}

#[expect(
    clippy::expect_used,
    reason = "slots are bytes: no list has more than 256"
)]
fn update_count(hasher: &mut blake3::Hasher, count: usize) {
    let count = u32::try_from(count).expect("a list of slots is short");
    hasher.update(&count.to_le_bytes());
}
