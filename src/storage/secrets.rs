//! Secrets in the store, sealed under the keystore's storage key.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::schema::SecretName;
use super::{StoreError, StoreHandle, Write};
use crate::club::GameId;
use crate::identity::{Entropy, EntropyError, OpenError, StorageKey};

/// The one use of the key that seals these rows.
const CONTEXT: &str = "bitcraps 2026-11 store secrets v1";

/// A secret that can't be kept or had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SecretError {
    /// The store's own trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It doesn't open under this node's storage key.
    #[error("a secret in the store does not open under this node's key: {0}")]
    Sealed(#[from] OpenError),
    /// There is no nonce to seal it with.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Keeps secrets of this node. They are durable before the call returns, and bound to their names.
#[derive(Clone, Debug)]
pub struct Secrets {
    store: StoreHandle,
    key: StorageKey,
    entropy: Arc<dyn Entropy>,
}

impl Secrets {
    /// Returns the secrets in `store`.
    #[must_use]
    pub fn new(store: StoreHandle, key: StorageKey, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            store,
            key,
            entropy,
        }
    }

    /// Returns 32 fresh random bytes, which are not kept yet.
    ///
    /// # Errors
    /// [`SecretError::Entropy`].
    pub fn random(&self) -> Result<Zeroizing<[u8; 32]>, SecretError> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.entropy.fill(bytes.as_mut())?;
        Ok(bytes)
    }

    /// Returns a secret sealed under its name, for a write that also does something else.
    ///
    /// # Errors
    /// [`SecretError::Entropy`].
    pub fn seal(&self, name: SecretName, secret: &[u8; 32]) -> Result<Vec<u8>, SecretError> {
        let sealed = self
            .key
            .seal(CONTEXT, &name.key(), secret, self.entropy.as_ref())?;
        Ok(sealed)
    }

    /// Keeps a secret.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn put(&self, name: SecretName, secret: &[u8; 32]) -> Result<(), SecretError> {
        let sealed = self.seal(name, secret)?;
        self.store.write(Write::Secret { name, sealed }).await?;
        Ok(())
    }

    /// Returns a secret that was kept.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn find(&self, name: SecretName) -> Result<Option<Zeroizing<[u8; 32]>>, SecretError> {
        let Some(sealed) = self.store.secret(name).await? else {
            return Ok(None);
        };
        let opened = self.key.open(CONTEXT, &name.key(), &sealed)?;
        let secret = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_length| OpenError)?;
        Ok(Some(Zeroizing::new(secret)))
    }

    /// Returns the epochs of a table whose secrets are kept, in no meaningful order.
    ///
    /// # Errors
    /// [`SecretError::Store`].
    pub async fn epochs(&self, table: GameId) -> Result<Vec<u32>, SecretError> {
        Ok(self.store.epochs(table).await?)
    }

    /// Erases a secret. The disk may keep the sealed bytes until they are written over.
    ///
    /// # Errors
    /// [`SecretError::Store`].
    pub async fn forget(&self, name: SecretName) -> Result<(), SecretError> {
        self.store.write(Write::Forget { name }).await?;
        Ok(())
    }
}
