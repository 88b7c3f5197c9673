//! Hashing under named contexts.

use std::fmt;

/// A 32-byte hash.
pub type Hash32 = [u8; 32];

/// What a hash is for; each name is a BLAKE3 context of its own, so that no hash of one kind can
/// ever stand for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The id of a table.
    Table,
    /// The contributors of a table during one epoch.
    Roster,
    /// The secret of one contributor for one roll.
    RollSecret,
    /// The hash of such a secret.
    Seal,
    /// The state of a table.
    TableState,
    /// What closes betting for one roll.
    Lock,
    /// Which openings count.
    Close,
    /// What the dice are made of.
    RollSeed,
    /// The stream of bytes that the dice are read from.
    Dice,
    /// The chain of all rolls of a table.
    TranscriptLink,
    /// The running hash of an exported game.
    TranscriptRecord,
}

impl Name {
    /// All names.
    pub const ALL: [Self; 11] = [
        Self::Table,
        Self::Roster,
        Self::RollSecret,
        Self::Seal,
        Self::TableState,
        Self::Lock,
        Self::Close,
        Self::RollSeed,
        Self::Dice,
        Self::TranscriptLink,
        Self::TranscriptRecord,
    ];

    /// Returns the BLAKE3 context.
    #[must_use]
    pub const fn context(self) -> &'static str {
        match self {
            Self::Table => "bitcraps 2026-11 dice v1 table",
            Self::Roster => "bitcraps 2026-11 dice v1 roster",
            Self::RollSecret => "bitcraps 2026-11 dice v1 roll secret",
            Self::Seal => "bitcraps 2026-11 dice v1 seal",
            Self::TableState => "bitcraps 2026-11 dice v1 table state",
            Self::Lock => "bitcraps 2026-11 dice v1 lock",
            Self::Close => "bitcraps 2026-11 dice v1 close",
            Self::RollSeed => "bitcraps 2026-11 dice v1 roll seed",
            Self::Dice => "bitcraps 2026-11 dice v1 dice",
            Self::TranscriptLink => "bitcraps 2026-11 dice v1 transcript link",
            Self::TranscriptRecord => "bitcraps 2026-11 dice v1 transcript record",
        }
    }

    /// Returns a hasher under this name.
    #[must_use]
    pub fn hasher(self) -> blake3::Hasher {
        blake3::Hasher::new_derive_key(self.context())
    }

    /// Returns the hash of the joined parts; each part must be of fixed width or carry its length.
    #[must_use]
    pub fn hash(self, parts: &[&[u8]]) -> Hash32 {
        let mut hasher = self.hasher();
        for part in parts {
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.context())
    }
}
