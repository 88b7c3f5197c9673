//! The identity key and its public half.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::peer_id;
use crate::club::PublicKey;

/// The length of a signature in bytes (RFC 8032, section 5.1.6).
pub const SIGNATURE_BYTES: usize = 64;

/// Somebody who signs, without showing the key.
pub trait Signer: Send + Sync + fmt::Debug {
    /// Returns the public key that verifies the signatures.
    fn public_key(&self) -> PublicKey;

    /// Returns the ed25519 signature of `message`.
    fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES];
}

impl PublicKey {
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
    use ed25519_dalek::Verifier as _;

    use super::*;

    #[test]
    fn signatures_follow_rfc_8032() {
        // RFC 8032, section 7.1, test 2: one byte, 0x72.
        let seed: PublicKey = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
            .parse()
            .unwrap();
        let identity = Identity::from_seed(&seed.0);
        assert_eq!(
            identity.public_key().to_string(),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = identity.sign(&[0x72]);
        assert_eq!(signature[..4], [0x92, 0xa0, 0x09, 0xa9]);
        assert!(identity.public_key().verify(&[0x72], &signature));
        assert!(!identity.public_key().verify(&[0x73], &signature));
    }

    /// Made by hand for a secret scalar: R is the neutral element, S = H(R, A, M) times the scalar. The
    /// plain equation of RFC 8032 holds; another node's library may refuse it, so every node must.
    #[test]
    fn a_signature_that_only_plain_verification_takes_is_refused() {
        let key: PublicKey = "4f32305e96ff2d4090c4945c48e9250c2db5a1ca292c589da7d4d73d1b58cd9b"
            .parse()
            .unwrap();
        let low: PublicKey = "0100000000000000000000000000000000000000000000000000000000000000"
            .parse()
            .unwrap();
        let scalar: PublicKey = "84a83db0393afaac5f5fd85cc56c6b3f2a3143f81f8ef9b01715f8afee356c0b"
            .parse()
            .unwrap();
        let mut signature = [0; SIGNATURE_BYTES];
        signature[..32].copy_from_slice(&low.0);
        signature[32..].copy_from_slice(&scalar.0);
        let message = [7; 32];
        let plain = VerifyingKey::from_bytes(&key.0).unwrap();
        let taken = plain.verify(&message, &Signature::from_bytes(&signature));
        assert!(taken.is_ok(), "{taken:?}");
        assert!(!key.verify(&message, &signature));
        // A key of small order signs whatever one likes.
        let nothing = [&low.0[..], &[0; 32]].concat();
        let nothing = <[u8; SIGNATURE_BYTES]>::try_from(nothing).unwrap();
        let plain = VerifyingKey::from_bytes(&low.0).unwrap();
        let taken = plain.verify(&message, &Signature::from_bytes(&nothing));
        assert!(taken.is_ok(), "{taken:?}");
        assert!(!low.verify(&message, &nothing));
    }

    #[test]
    fn an_identity_never_prints_its_secret() {
        let identity = Identity::from_seed(&[0xab; 32]);
        let printed = format!("{identity:?} {:#?}", identity.clone());
        assert!(!printed.contains("abababab"), "{printed}");
        assert!(!printed.contains("171"), "{printed}");
    }
}
