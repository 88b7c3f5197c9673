//! The keystore: one file with everything that must stay secret and must not be lost.

mod error;
mod format;
#[cfg(test)]
mod tests;

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::limits::{KEY_MEMORY_KIB_MAX, KEY_PASSES_MAX};
use super::{
    Entropy, Identity, Passphrase, ProofBits, PublicKey, Signer as _, StorageKey, proof_of,
};
use crate::files::{write_atomic, write_atomic_new};

pub use error::KeystoreError;

/// What deriving a key from a passphrase costs (Argon2id, RFC 9106, one lane).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyCost {
    memory_kib: u32,
    passes: u32,
}

impl KeyCost {
    /// 64 MiB, 3 passes: about 0.4 s.
    pub const FULL: Self = Self {
        memory_kib: 64 << 10,
        passes: 3,
    };

    /// Returns a cost; `None` outside 8 to [`KEY_MEMORY_KIB_MAX`] KiB or 1 to [`KEY_PASSES_MAX`]
    /// passes.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32) -> Option<Self> {
        let fits = (8..=KEY_MEMORY_KIB_MAX).contains(&memory_kib)
            && (1..=KEY_PASSES_MAX).contains(&passes);
        fits.then_some(Self { memory_kib, passes })
    }
}

/// How a key file is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// By file permissions alone: whoever reads the file has the keys.
    FileModeOnly,
    /// By a passphrase.
    Passphrase,
}

/// The opened keystore.
#[derive(Clone, Debug)]
pub struct Keystore {
    identity: Identity,
    storage_key: StorageKey,
    protection: Protection,
}

impl Keystore {
    /// Returns the identity.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the key for what this node writes; it has nothing to do with the identity.
    #[must_use]
    pub const fn storage_key(&self) -> &StorageKey {
        &self.storage_key
    }

    /// Tells how the file is protected.
    #[must_use]
    pub const fn protection(&self) -> Protection {
        self.protection
    }
}

/// The key file: where it is, and the proof of work that an identity in it must carry.
///
/// The file has mode 0600 and lies in a folder with mode 0700; wider ones are refused. It is made
/// only where there is none and replaced in one step. No error changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecureKeystore {
    path: PathBuf,
    proof: ProofBits,
}

impl SecureKeystore {
    /// The name of the key file in the data directory.
    pub const FILE_NAME: &str = "identity.key";

    /// Returns the keystore at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, proof: ProofBits) -> Self {
        Self {
            path: path.into(),
            proof,
        }
    }

    /// Returns where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a key file with `identity` and a fresh storage key. With a passphrase it blocks as
    /// long as `cost` says.
    ///
    /// # Errors
    /// [`KeystoreError::AlreadyExists`], [`KeystoreError::TooOpen`] for the folder,
    /// [`KeystoreError::WeakProof`], [`KeystoreError::Unwritable`], [`KeystoreError::Entropy`],
    /// [`KeystoreError::OutOfMemory`].
    pub fn create(
        &self,
        identity: Identity,
        passphrase: Option<&Passphrase>,
        cost: KeyCost,
        entropy: &dyn Entropy,
    ) -> Result<Keystore, KeystoreError> {
        let keystore = Keystore {
            identity,
            storage_key: StorageKey::generate(entropy)?,
            protection: protection_of(passphrase),
        };
        self.check_proof(&keystore.identity.public_key())?;
        self.check_folder()?;
        let bytes = format::encode(&keystore, passphrase, cost, entropy)?;
        write_atomic_new(&self.path, &bytes).map_err(|error| {
            if error.source.kind() == io::ErrorKind::AlreadyExists {
                KeystoreError::AlreadyExists { path: error.path }
            } else {
                KeystoreError::Unwritable(error)
            }
        })?;
        Ok(keystore)
    }

    /// Writes the keys of `keystore` again under another passphrase, or under none.
    ///
    /// # Errors
    /// [`KeystoreError`] as for [`create`](Self::create); the old file still holds then.
    pub fn replace(
        &self,
        keystore: &Keystore,
        passphrase: Option<&Passphrase>,
        cost: KeyCost,
        entropy: &dyn Entropy,
    ) -> Result<Keystore, KeystoreError> {
        self.check_folder()?;
        let bytes = format::encode(keystore, passphrase, cost, entropy)?;
        write_atomic(&self.path, &bytes).map_err(KeystoreError::Unwritable)?;
        Ok(Keystore {
            protection: protection_of(passphrase),
            ..keystore.clone()
        })
    }

    /// Reads the keys. With a passphrase it blocks as long as the cost in the file says.
    ///
    /// # Errors
    /// [`KeystoreError`]: each variant is one cause, and none of them changes the file.
    pub fn load(&self, passphrase: Option<&Passphrase>) -> Result<Keystore, KeystoreError> {
        let bytes = self.read_checked()?;
        let keystore = format::decode(&self.path, &bytes, passphrase)?;
        self.check_proof(&keystore.identity.public_key())?;
        Ok(keystore)
    }

    /// Reads the public key and how the file is protected, which needs no passphrase. Whether the
    /// key is that of the keys in the file shows when they are loaded.
    ///
    /// # Errors
    /// [`KeystoreError`] as for [`load`](Self::load), those of a passphrase left out.
    pub fn public_key(&self) -> Result<(PublicKey, Protection), KeystoreError> {
        let bytes = self.read_checked()?;
        let (key, protection) = format::public_part(&self.path, &bytes)?;
        self.check_proof(&key)?;
        Ok((key, protection))
    }

    fn read_checked(&self) -> Result<Vec<u8>, KeystoreError> {
        let (bytes, metadata) = self.read()?;
        check_mode(&self.path, &metadata, 0o600)?;
        self.check_folder()?;
        Ok(bytes)
    }

    fn read(&self) -> Result<(Vec<u8>, Metadata), KeystoreError> {
        let limit = u64::try_from(format::FILE_BYTES).unwrap_or(u64::MAX) + 1;
        let read = || {
            let file = File::open(&self.path)?;
            let metadata = file.metadata()?;
            let mut bytes = Vec::with_capacity(format::FILE_BYTES + 1);
            file.take(limit).read_to_end(&mut bytes)?;
            Ok((bytes, metadata))
        };
        read().map_err(|source: io::Error| {
            if source.kind() == io::ErrorKind::NotFound {
                KeystoreError::NotFound {
                    path: self.path.clone(),
                }
            } else {
                self.unreadable(source)
            }
        })
    }

    fn check_folder(&self) -> Result<(), KeystoreError> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let metadata = folder
            .metadata()
            .map_err(|source| self.unreadable(source))?;
        check_mode(folder, &metadata, 0o700)
    }

    fn check_proof(&self, key: &PublicKey) -> Result<(), KeystoreError> {
        let have = proof_of(key);
        if have >= self.proof {
            return Ok(());
        }
        Err(KeystoreError::WeakProof {
            path: self.path.clone(),
            have,
            need: self.proof,
        })
    }

    fn unreadable(&self, source: io::Error) -> KeystoreError {
        KeystoreError::Unreadable {
            path: self.path.clone(),
            source,
        }
    }
}

fn check_mode(path: &Path, metadata: &Metadata, widest: u32) -> Result<(), KeystoreError> {
    let mode = metadata.permissions().mode() & 0o777;
    if mode & !widest == 0 {
        return Ok(());
    }
    Err(KeystoreError::TooOpen {
        path: path.to_owned(),
        mode,
        widest,
    })
}

fn protection_of(passphrase: Option<&Passphrase>) -> Protection {
    match passphrase {
        Some(_) => Protection::Passphrase,
        None => Protection::FileModeOnly,
    }
}
