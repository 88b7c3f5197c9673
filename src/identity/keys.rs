//! The identity key and its public half.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::peer_id;

/// The length of a signature in bytes (RFC 8032, section 5.1.6).
pub const SIGNATURE_BYTES: usize = 64;

/// Somebody who signs, without showing the key.
pub trait Signer: Send + Sync + fmt::Debug {
    /// Returns the public key that verifies the signatures.
    fn public_key(&self) -> PublicKey;

    /// Returns the ed25519 signature of `message`.
    fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES];
}

/// The public key of a node: its one name. Text form: 64 hexadecimal digits.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Returns the key with these bytes. Whether they are a point of the curve shows when a
    /// signature is checked: [`verify`](Self::verify) refuses everything under a key that is none.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the libp2p peer id of this key as text (`12D3KooW...`).
    #[must_use]
    pub fn peer_id(&self) -> String {
        peer_id::text(&self.0)
    }

    /// Tells whether `signature` is this key's over `message`, by the strict rules that every node
    /// must share (no small-order keys, no malleable forms).
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            key.verify_strict(message, &Signature::from_bytes(signature))
                .is_ok()
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A text that is no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a public key (64 hexadecimal digits)")]
pub struct PublicKeyError {
    /// The text, cut to what fits a line.
    pub found: crate::shown::Shown,
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        parse_hex(text).map(Self).ok_or_else(|| PublicKeyError {
            found: crate::shown::Shown::new(text, 70),
        })
    }
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// An ed25519 key pair. Wiped when dropped; printing it shows the public half.
#[derive(Clone)]
pub struct Identity(SigningKey);

impl Identity {
    /// Returns the identity of a secret seed (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Returns the secret seed, for the keystore and for a transport that holds its own key.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Returns the key itself, for parts that sign with the ed25519 types.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.0
    }
}

impl Signer for Identity {
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_follow_rfc_8032() {
        // RFC 8032, section 7.1, test 2: one byte, 0x72.
        let seed: PublicKey = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
            .parse()
            .unwrap();
        let identity = Identity::from_seed(seed.as_bytes());
        assert_eq!(
            identity.public_key().to_string(),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = identity.sign(&[0x72]);
        assert_eq!(signature[..4], [0x92, 0xa0, 0x09, 0xa9]);
        assert!(identity.public_key().verify(&[0x72], &signature));
        assert!(!identity.public_key().verify(&[0x73], &signature));
    }

    #[test]
    fn an_identity_never_prints_its_secret() {
        let identity = Identity::from_seed(&[0xab; 32]);
        let printed = format!("{identity:?} {:#?}", identity.clone());
        assert!(!printed.contains("abababab"), "{printed}");
        assert!(!printed.contains("171"), "{printed}");
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_public_key() {
        for wrong in ["", "ab", &"g".repeat(64), &"+1".repeat(32), &"ä".repeat(32)] {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
    }
}
