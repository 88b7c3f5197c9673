//! Hashing under named contexts, as in [`crate::dice`].

/// What a hash of the club's chain is for; each is a BLAKE3 context of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Domain {
    /// The id of a club.
    Club,
    /// What a founder signs.
    CharterSignature,
    /// The id of a command.
    Command,
    /// What a member signs.
    CommandSignature,
    /// The id of a block.
    Block,
    /// All commands of a block.
    Commands,
    /// The keepers of the next block.
    Keepers,
    /// What a vote key signs for its member.
    VoteKey,
    /// What identity keys sign to give new vote keys.
    Rekey,
    /// What an identity key signs to offer a new vote key.
    KeyOffer,
    /// The keepers' section of the state, beside the keepers themselves.
    Keeping,
    /// The rules of a table.
    Rules,
    /// The members' section of the state.
    Members,
    /// The ledger's section of the state.
    Ledger,
    /// The tables' section of the state.
    Tables,
    /// The whole state.
    State,
}

impl Domain {
    #[cfg(test)]
    pub(super) const ALL: [Self; 16] = [
        Self::Club,
        Self::CharterSignature,
        Self::Command,
        Self::CommandSignature,
        Self::Block,
        Self::Commands,
        Self::Keepers,
        Self::VoteKey,
        Self::Rekey,
        Self::KeyOffer,
        Self::Keeping,
        Self::Rules,
        Self::Members,
        Self::Ledger,
        Self::Tables,
        Self::State,
    ];

    /// Returns the BLAKE3 context.
    #[must_use]
    pub(super) const fn context(self) -> &'static str {
        match self {
            Self::Club => "bitcraps 2026-11 club v1 club id",
            Self::CharterSignature => "bitcraps 2026-11 club v1 charter signature",
            Self::Command => "bitcraps 2026-11 club v1 command id",
            Self::CommandSignature => "bitcraps 2026-11 club v1 command signature",
            Self::Block => "bitcraps 2026-11 club v1 block id",
            Self::Commands => "bitcraps 2026-11 club v1 commands root",
            Self::Keepers => "bitcraps 2026-11 club v1 keepers",
            Self::VoteKey => "bitcraps 2026-11 club v1 vote key",
            Self::Rekey => "bitcraps 2026-11 club v1 rekey",
            Self::KeyOffer => "bitcraps 2026-11 club v1 key offer",
            Self::Keeping => "bitcraps 2026-11 club v1 state keeping",
            Self::Rules => "bitcraps 2026-11 club v1 table rules",
            Self::Members => "bitcraps 2026-11 club v1 state members",
            Self::Ledger => "bitcraps 2026-11 club v1 state ledger",
            Self::Tables => "bitcraps 2026-11 club v1 state tables",
            Self::State => "bitcraps 2026-11 club v1 state root",
        }
    }

    /// Returns the hash of the joined parts; each part but the last must be of fixed width or carry
    /// its length.
    #[must_use]
    pub(super) fn hash(self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(self.context());
        for part in parts {
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }
}
