//! Secrets and their seals.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::hash::{Hash32, Name};
use super::roll::Slot;

/// What every secret and seal is bound to: it is worth nothing in another club, table, epoch, roll
/// or slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The club.
    pub club: Hash32,
    /// The table.
    pub table: Hash32,
    /// The contributors of the epoch.
    pub roster: Hash32,
    /// The number of the roll; never repeats at a table.
    pub roll: u64,
    /// Whose secret.
    pub slot: Slot,
}

impl Binding {
    fn update(&self, hasher: &mut blake3::Hasher) {
        hasher
            .update(&self.club)
            .update(&self.table)
            .update(&self.roster)
            .update(&self.roll.to_le_bytes())
            .update(&[self.slot.0]);
    }
}

/// 32 random bytes from which a node derives all its secrets of one epoch at one table; the caller
/// draws them from the operating system and writes them durably before the first seal is signed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct EpochSecret([u8; 32]);

impl EpochSecret {
    /// Wraps 32 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes, for the durable record.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Derives the secret of one roll: a restarted node derives the same again and can open.
    #[must_use]
    pub fn roll_secret(&self, binding: &Binding) -> SlotSecret {
        let mut hasher = Name::RollSecret.hasher();
        hasher.update(&self.0);
        binding.update(&mut hasher);
        SlotSecret(*hasher.finalize().as_bytes())
    }
}

impl fmt::Debug for EpochSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EpochSecret(hidden)")
    }
}

/// The secret of one contributor for one roll.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SlotSecret([u8; 32]);

impl SlotSecret {
    /// Wraps a secret that somebody opened.
    #[must_use]
    pub const fn opened(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes, to be shown in an opening.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SlotSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlotSecret(hidden)")
    }
}

/// Returns the seal of a secret.
#[must_use]
pub fn seal(binding: &Binding, secret: &SlotSecret) -> Hash32 {
    let mut hasher = Name::Seal.hasher();
    binding.update(&mut hasher);
    hasher.update(secret.expose());
    *hasher.finalize().as_bytes()
}
