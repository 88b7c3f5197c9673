//! The proof of work of an identity: leading zero bits of a hash of its public key.

use std::fmt;

use super::limits::{PROOF_BITS_DEFAULT, PROOF_BITS_MAX};
use crate::club::{PublicKey, work_bits};

/// A number of leading zero bits, 0 to [`PROOF_BITS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProofBits(u8);

impl ProofBits {
    /// Returns a difficulty; `None` above [`PROOF_BITS_MAX`].
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        if bits <= PROOF_BITS_MAX {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// Returns the number of bits.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns how many keys have to be tried on average: 2^bits.
    #[must_use]
    pub const fn expected_tries(self) -> u64 {
        1 << self.0
    }
}

impl Default for ProofBits {
    fn default() -> Self {
        Self(PROOF_BITS_DEFAULT)
    }
}

impl fmt::Display for ProofBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Returns the proof that a public key carries, as clubs count it, at most [`PROOF_BITS_MAX`]. Costs
/// one hash, so that a peer's key is checked before anything is allocated for it.
#[must_use]
pub fn proof_of(key: &PublicKey) -> ProofBits {
    let bits = u8::try_from(work_bits(key)).unwrap_or(PROOF_BITS_MAX);
    ProofBits(bits.min(PROOF_BITS_MAX))
}
