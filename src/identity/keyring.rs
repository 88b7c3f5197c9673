//! The system's keyring: keeps the passphrase for a while, so that it isn't asked at each start.
//!
//! On Linux it is the kernel's (lost when the machine restarts, or a few days after the last use
//! when nobody is logged in), on macOS the keychain. It is a cache and never the only copy of
//! anything: what opens the key file stays the passphrase.

use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error as CoreError};
use zeroize::Zeroizing;

use super::{Passphrase, PublicKey};

/// Under what the entries of this program are found; the other half of the name is the public key.
const SERVICE: &str = "bitcraps";

/// A keyring that holds passphrases by the public key of the key file that they open.
#[derive(Clone)]
pub struct Keyring(Result<Arc<CredentialStore>, KeyringError>);

/// A keyring that could not be used. The key file has nothing to do with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// This system has none that the program knows.
    #[error("this system has no keyring that bitcraps knows")]
    None,
    /// It is locked, or this process may not use it.
    #[error("the keyring is locked or not for this process: {why}")]
    Locked {
        /// The system's words.
        why: String,
    },
    /// What it holds for this key can't be a passphrase.
    #[error("what the keyring holds is no passphrase")]
    NotAPassphrase,
    /// It failed.
    #[error("the keyring failed: {why}")]
    Failed {
        /// The system's words.
        why: String,
    },
}

impl KeyringError {
    /// Returns what a person can do next.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::None => "turn the setting `keyring` off; the passphrase is asked then",
            Self::Locked { .. } => {
                "unlock the system's keyring or log in again; the passphrase is asked until then"
            }
            Self::NotAPassphrase => {
                "take it out with `bitcraps identity forget`; the passphrase is asked then"
            }
            Self::Failed { .. } => {
                "turn the setting `keyring` off, or try again; the passphrase is asked until then"
            }
        }
    }
}

impl From<CoreError> for KeyringError {
    fn from(error: CoreError) -> Self {
        // The text alone is kept: some errors carry what they read.
        let why = error.to_string();
        if matches!(error, CoreError::NoStorageAccess(_)) {
            Self::Locked { why }
        } else if matches!(error, CoreError::BadEncoding(_)) {
            Self::NotAPassphrase
        } else {
            Self::Failed { why }
        }
    }
}

impl Keyring {
    /// Returns the keyring of this system; one that can't be used says so when it is asked.
    #[must_use]
    pub fn system() -> Self {
        Self(system_store())
    }

    /// Returns a keyring on any store.
    #[must_use]
    pub fn on(store: Arc<CredentialStore>) -> Self {
        Self(Ok(store))
    }

    /// Returns the passphrase that is held for the key file of `key`, if one is. May wait for the
    /// system.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn passphrase(&self, key: &PublicKey) -> Result<Option<Passphrase>, KeyringError> {
        let secret = match self.entry(key)?.get_secret() {
            Ok(secret) => Zeroizing::new(secret),
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let text = str::from_utf8(&secret).map_err(|_not_text| KeyringError::NotAPassphrase)?;
        Passphrase::new(text)
            .map(Some)
            .map_err(|_empty_or_long| KeyringError::NotAPassphrase)
    }

    /// Lets the keyring hold the passphrase of the key file of `key`, in place of any before.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn hold(&self, key: &PublicKey, passphrase: &Passphrase) -> Result<(), KeyringError> {
        self.entry(key)?.set_secret(passphrase.as_bytes())?;
        Ok(())
    }

    /// Takes the passphrase for the key file of `key` out; whether there was one.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn forget(&self, key: &PublicKey) -> Result<bool, KeyringError> {
        match self.entry(key)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn entry(&self, key: &PublicKey) -> Result<Entry, KeyringError> {
        let store = self.0.as_ref().map_err(Clone::clone)?;
        Ok(Entry::new_in_store(store, SERVICE, &key.to_string())?)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A store may print what it holds.
        f.write_str("Keyring([REDACTED])")
    }
}

const fn is_missing(error: &CoreError) -> bool {
    matches!(error, CoreError::NoEntry)
}

#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    let store = linux_keyutils_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    let store = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    Err(KeyringError::None)
}
