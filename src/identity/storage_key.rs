//! The key that protects what this node writes: separate from the identity, random, in the keystore.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{Entropy, EntropyError};

const NONCE_BYTES: usize = 24;

/// A 32-byte key. It never encrypts by itself: each use derives its own key from it. Wiped when
/// dropped, never printed.
#[derive(Clone)]
pub struct StorageKey(Zeroizing<[u8; 32]>);

/// Sealed bytes that don't open: damaged, moved to another place, or sealed under another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed record is damaged, moved or from another node")]
pub struct OpenError;

impl StorageKey {
    /// Returns the key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Returns a fresh random key.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the key for one purpose; `context` is a constant of the program that is used for
    /// nothing else (blake3 key derivation).
    #[must_use]
    pub fn derive(&self, context: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(context, self.0.as_ref()))
    }

    /// Encrypts `plain` with XChaCha20-Poly1305 under the key for `context`. `place` names where
    /// the bytes lie, so that they open nowhere else. Answer: nonce (24 bytes), then ciphertext and
    /// tag (`plain` + 16 bytes).
    ///
    /// # Errors
    /// [`EntropyError`] when there is no nonce.
    pub fn seal(
        &self,
        context: &str,
        place: &[u8],
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, EntropyError> {
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce)?;
        let sealed = self
            .cipher(context)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: place,
                },
            )
            .map_err(|error| EntropyError::new(error.to_string()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`seal`](Self::seal) made for the same context and place.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(
        &self,
        context: &str,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError)?;
        self.cipher(context)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: place,
                },
            )
            .map(Zeroizing::new)
            .map_err(|chacha20poly1305::Error| OpenError)
    }

    fn cipher(&self, context: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(context)).into())
    }
}

impl fmt::Debug for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StorageKey([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::SeededEntropy;

    #[test]
    fn sealed_bytes_open_only_in_their_place_and_undamaged() {
        let entropy = SeededEntropy::new(7);
        let key = StorageKey::generate(&entropy).unwrap();
        let sealed = key.seal("use", b"row 1", b"secret", &entropy).unwrap();
        assert_eq!(*key.open("use", b"row 1", &sealed).unwrap(), b"secret");
        assert_eq!(key.open("use", b"row 2", &sealed), Err(OpenError));
        assert_eq!(key.open("other", b"row 1", &sealed), Err(OpenError));
        let other = StorageKey::generate(&entropy).unwrap();
        assert_eq!(other.open("use", b"row 1", &sealed), Err(OpenError));
        for n in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[n] ^= 1;
            assert_eq!(key.open("use", b"row 1", &damaged), Err(OpenError), "{n}");
            assert_eq!(
                key.open("use", b"row 1", &sealed[..n]),
                Err(OpenError),
                "{n}"
            );
        }
        assert!(!format!("{key:?}").contains(char::is_numeric));
    }
}
