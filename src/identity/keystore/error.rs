//! Why a key file could not be used, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::files::WriteError;
use crate::identity::{EntropyError, ProofBits};

/// A key file that could not be read or written. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// There is no key file: the one case in which a new identity may be made.
    #[error("there is no key file at {path}")]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// There is a key file already; it is never overwritten by a new identity.
    #[error("there is a key file at {path} already")]
    AlreadyExists {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase is not the one of this file.
    #[error("the passphrase doesn't open {path}")]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The file is encrypted, and no passphrase was given.
    #[error("{path} is encrypted and needs its passphrase")]
    PassphraseNeeded {
        /// The file.
        path: PathBuf,
    },
    /// A passphrase was given for a file that has none.
    #[error("{path} is not encrypted, but a passphrase was given")]
    NotEncrypted {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("{path} is damaged: {what}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Others than the owner may read or change the file or its folder.
    #[error("{path} is open to others: its mode is {mode:04o}, the widest allowed is {widest:04o}")]
    TooOpen {
        /// The file or the folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The widest permission bits that are accepted.
        widest: u32,
    },
    /// The file or its folder can't be read.
    #[error("{path} can't be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file can't be written.
    #[error(transparent)]
    Unwritable(WriteError),
    /// Another version of the program wrote the file.
    #[error(
        "{path} was made by another version of bitcraps: it has version {found}, this one knows {known}"
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: u16,
        /// The version this program reads.
        known: u16,
    },
    /// The identity carries too little proof of work for the difficulty that is set.
    #[error("the identity in {path} carries {have} bits of proof of work; {need} are asked for")]
    WeakProof {
        /// The file.
        path: PathBuf,
        /// The proof it carries.
        have: ProofBits,
        /// The proof that is set.
        need: ProofBits,
    },
    /// There is not enough memory to derive the key.
    #[error("there is not enough memory to derive the key from the passphrase")]
    OutOfMemory,
    /// There are no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl KeystoreError {
    /// Returns what a person can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::NotFound { .. } => {
                "put back a copy of the key file; where nobody has played yet, the first start makes one, or `bitcraps identity new`"
            }
            Self::AlreadyExists { .. } => {
                "use the identity that is there, or choose another data directory"
            }
            Self::WrongPassphrase { .. } => "try the passphrase again; nothing was changed",
            Self::PassphraseNeeded { .. } => "give it with --passphrase-file",
            Self::NotEncrypted { .. } => "leave --passphrase-file out; nothing was changed",
            Self::Corrupt { .. } => {
                "put back a copy of the key file; nothing was changed, and no new identity was made"
            }
            Self::TooOpen { path, .. } => {
                return format!(
                    "take the rights of others away: chmod go= {}",
                    path.display()
                );
            }
            Self::Unreadable { .. } | Self::Unwritable(_) => {
                "check the owner and the rights of the data directory, and that the disk is not full"
            }
            Self::OtherVersion { .. } => "start the version that made it; nothing was touched",
            Self::WeakProof { .. } => {
                "lower the difficulty in the configuration, or choose another data directory"
            }
            Self::OutOfMemory => "close other programs and try again",
            Self::Entropy(error) => error.hint(),
        };
        hint.to_owned()
    }
}
