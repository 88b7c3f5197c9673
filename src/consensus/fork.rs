//! Two different blocks that are certified for one height: the proof that keepers broke their word.

use super::{Certificate, CertificateFault, KeeperSet};
use crate::club::{ClubId, Header, Height};

/// A header with its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedHeader {
    /// What was decided.
    pub header: Header,
    /// Its proof.
    pub certificate: Certificate,
}

/// Two histories of one club. Nobody can make this proof without the votes of keepers that signed
/// twice: a quorum each, so more than a third of them, and a sole keeper by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkProof {
    /// One block; of the two the one with the lower id, so that one fork has one form.
    one: CertifiedHeader,
    /// The other.
    other: CertifiedHeader,
}

/// Why two headers prove nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkFault {
    /// They are one block, or stand at two heights.
    #[error("the two blocks are not for one height")]
    NoFork,
    /// One is of another club.
    #[error("a block is of another club")]
    OtherClub,
    /// One isn't certified.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
}

impl ForkProof {
    /// Returns the pair; nothing is checked.
    #[must_use]
    pub fn new(one: CertifiedHeader, other: CertifiedHeader) -> Self {
        if one.header.id() <= other.header.id() {
            Self { one, other }
        } else {
            let (one, other) = (other, one);
            Self { one, other }
        }
    }

    /// Returns both blocks, the one with the lower id first.
    #[must_use]
    pub const fn blocks(&self) -> [&CertifiedHeader; 2] {
        [&self.one, &self.other]
    }

    /// Returns the height.
    #[must_use]
    pub const fn height(&self) -> Height {
        self.one.header.height
    }

    /// Checks that `keepers`, those of this height, decided both.
    ///
    /// # Errors
    /// [`ForkFault`].
    pub fn verify(&self, club: &ClubId, keepers: &KeeperSet) -> Result<(), ForkFault> {
        let height = self.height();
        let blocks = self.blocks();
        if self.other.header.height != height || self.one.header.id() >= self.other.header.id() {
            return Err(ForkFault::NoFork);
        }
        for CertifiedHeader {
            header,
            certificate,
        } in blocks
        {
            if header.club != *club {
                return Err(ForkFault::OtherClub);
            }
            certificate.verify(club, keepers, height, header.id())?;
        }
        Ok(())
    }
}
