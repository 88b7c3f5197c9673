//! The charter: what a club is, signed by its founder.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::codec::{self, CodecFault};
use super::hash::Domain;
use super::ids::{ClubId, PublicKey, SignatureBytes, TimeMs};
use super::limits::{CHARTER_BYTES_MAX, NAME_BYTES_MAX, WORK_BITS_MAX};
use crate::ledger::Chips;

/// What the members agree on beyond the rules of single tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How many tables the club may have.
    pub max_games: u32,
    /// After how many seconds a silent seat stands up; 0 for never.
    pub session_timeout_seconds: u32,
    /// Leading zero bits of the identity that are asked of an admitted member, 0 to 32.
    pub work_bits: u8,
    /// Whether who has no chips left may draw the grant again.
    pub new_chips: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_games: 100,
            session_timeout_seconds: 300,
            work_bits: 16,
            new_chips: false,
        }
    }
}

impl Settings {
    /// The settings of a club that a player has alone: its bots are made by the founder, and who
    /// lost everything plays on with chips that the treasury won.
    #[must_use]
    pub fn solo() -> Self {
        Self {
            session_timeout_seconds: 0,
            work_bits: 0,
            new_chips: true,
            ..Self::default()
        }
    }
}

/// The first block of a club's chain, at height 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charter {
    /// The version of chain and rules; 1.
    pub version: u8,
    /// The name of the club.
    pub name: String,
    /// The identity of the founder, who is member 0.
    pub founder: PublicKey,
    /// The name of the founder.
    pub founder_name: String,
    /// The key with which the founder's node votes on blocks; never the identity key.
    pub vote_key: PublicKey,
    /// All the chips there will ever be.
    pub supply: Chips,
    /// What a new member gets from the treasury.
    pub grant: Chips,
    /// The first settings.
    pub settings: Settings,
    /// When the club was founded.
    pub founded: TimeMs,
    /// Random bytes: two clubs of one founder never share an id.
    pub nonce: [u8; 32],
}

impl Charter {
    /// The version that this program writes.
    pub const VERSION: u8 = 1;

    /// All the chips of a club, unless its founder says otherwise.
    pub const DEFAULT_SUPPLY: Chips = Chips::new(10_000_000);

    /// What a new member gets, unless the founder says otherwise.
    pub const DEFAULT_GRANT: Chips = Chips::new(10_000);

    /// Returns the id of the club.
    #[must_use]
    pub fn club_id(&self) -> ClubId {
        ClubId(Domain::Club.hash(&[&codec::encode(self)]))
    }

    /// Returns the charter signed with the founder's identity key.
    #[must_use]
    pub fn sign(self, founder: &SigningKey) -> SignedCharter {
        let digest = Domain::CharterSignature.hash(&[&codec::encode(&self)]);
        let signature = SignatureBytes(founder.sign(&digest).to_bytes());
        SignedCharter {
            charter: self,
            signature,
        }
    }
}

/// A charter and the founder's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCharter {
    /// What was signed.
    pub charter: Charter,
    /// The signature of the founder's identity key.
    pub signature: SignatureBytes,
}

impl SignedCharter {
    /// Returns the canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Returns the charter of canonical bytes, checked by [`Self::verify`].
    ///
    /// # Errors
    /// [`CharterFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CharterFault> {
        let signed: Self = codec::decode(bytes, CHARTER_BYTES_MAX)?;
        signed.verify()?;
        Ok(signed)
    }

    /// Checks signature and ranges.
    ///
    /// # Errors
    /// [`CharterFault`].
    pub fn verify(&self) -> Result<(), CharterFault> {
        let charter = &self.charter;
        if charter.version != Charter::VERSION {
            return Err(CharterFault::Version {
                found: charter.version,
            });
        }
        if !is_name(&charter.name) || !is_name(&charter.founder_name) {
            return Err(CharterFault::Name);
        }
        if charter.supply.is_zero() || charter.grant > charter.supply {
            return Err(CharterFault::Grant {
                supply: charter.supply,
                grant: charter.grant,
            });
        }
        if charter.settings.work_bits > WORK_BITS_MAX || charter.settings.max_games == 0 {
            return Err(CharterFault::Settings);
        }
        if key_of(&charter.vote_key).is_none() || charter.vote_key == charter.founder {
            return Err(CharterFault::VoteKey);
        }
        let digest = Domain::CharterSignature.hash(&[&codec::encode(charter)]);
        if is_signed(&charter.founder, &digest, &self.signature) {
            Ok(())
        } else {
            Err(CharterFault::Signature)
        }
    }
}

/// Why a charter founds no club.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CharterFault {
    /// The bytes are no charter.
    #[error("not a charter: {0}")]
    Codec(#[from] CodecFault),
    /// A version that this program does not know.
    #[error(
        "the charter has version {found}, this program knows {}",
        Charter::VERSION
    )]
    Version {
        /// The version found.
        found: u8,
    },
    /// A name is empty, too long or holds control characters.
    #[error("a name of the charter is empty, longer than {NAME_BYTES_MAX} bytes, or not text")]
    Name,
    /// No supply, or a grant beyond it.
    #[error("a grant of {grant} chips does not fit a supply of {supply}")]
    Grant {
        /// All chips.
        supply: Chips,
        /// What one member gets.
        grant: Chips,
    },
    /// A setting is out of its range.
    #[error("the settings allow no table, or ask for more than {WORK_BITS_MAX} bits of work")]
    Settings,
    /// The vote key is no key, or the founder's identity key.
    #[error("the vote key is not a key of its own")]
    VoteKey,
    /// The founder did not sign it.
    #[error("the signature of the charter is not the founder's")]
    Signature,
}

/// Whether a name may be used for a club, a member or a table: 1 to 48 bytes, not blank, without
/// control characters.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX && !name.trim().is_empty() && !name.chars().any(char::is_control)
}

/// Returns how many leading zero bits an identity has: the proof of work of its owner, which costs
/// nothing to send and can't be replayed.
#[must_use]
pub fn work_bits(key: &PublicKey) -> u32 {
    let mut bits = 0_u32;
    for byte in blake3::derive_key(WORK_CONTEXT, &key.0) {
        bits = bits.saturating_add(byte.leading_zeros());
        if byte != 0 {
            break;
        }
    }
    bits
}

/// The domain that keeps these hashes apart from every other use of BLAKE3.
const WORK_CONTEXT: &str = "bitcraps 2026-11 identity proof v1";

/// Returns the key, unless the bytes are no point of the curve or a weak one.
pub(super) fn key_of(key: &PublicKey) -> Option<VerifyingKey> {
    let key = VerifyingKey::from_bytes(&key.0).ok()?;
    (!key.is_weak()).then_some(key)
}

/// Whether a signature holds, by the strict rules: every node must come to the same answer.
pub(super) fn is_signed(key: &PublicKey, message: &[u8], signature: &SignatureBytes) -> bool {
    let signature = Signature::from_bytes(&signature.0);
    key_of(key).is_some_and(|key| key.verify_strict(message, &signature).is_ok())
}
