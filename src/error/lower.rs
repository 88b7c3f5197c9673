//! What the errors of the engines mean to a person; they know their own next steps.

use super::{Explain, Kind};
use crate::consensus::{FoundError, OpenClubError, PastError, VoteKeyError};
use crate::files::WriteError;
use crate::gaming::ManagerError;
use crate::identity::{
    Closed, EntropyError, KeyringError, KeystoreError, MineError, PassphraseError, UnlockError,
};
use crate::storage::{DataDirError, SecretError, StoreError};

impl Explain for DataDirError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        Self::hint(self)
    }
}

impl Explain for WriteError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        "check that the folder can be written, and that no file of that name is there".to_owned()
    }
}

impl Explain for KeystoreError {
    fn kind(&self) -> Kind {
        match self {
            Self::Entropy(error) => error.kind(),
            Self::NotFound { .. }
            | Self::AlreadyExists { .. }
            | Self::WrongPassphrase { .. }
            | Self::PassphraseNeeded { .. }
            | Self::NotEncrypted { .. }
            | Self::Corrupt { .. }
            | Self::TooOpen { .. }
            | Self::Unreadable { .. }
            | Self::Unwritable(_)
            | Self::OtherVersion { .. }
            | Self::WeakProof { .. }
            | Self::OutOfMemory => Kind::Storage,
        }
    }

    fn hint(&self) -> String {
        Self::hint(self)
    }
}

impl Explain for PassphraseError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        match self {
            Self::Empty => "put it on the first line of the passphrase file".to_owned(),
            Self::TooLong => "choose a shorter one".to_owned(),
            Self::Unreadable { .. } => "check --passphrase-file and its rights".to_owned(),
        }
    }
}

impl Explain for KeyringError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        Self::hint(self).to_owned()
    }
}

impl Explain for UnlockError {
    fn kind(&self) -> Kind {
        match self {
            Self::Keystore(error) => error.kind(),
            Self::File(error) => error.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Keystore(error) => Explain::hint(error),
            Self::File(error) => error.hint(),
        }
    }
}

impl Explain for Closed {
    fn kind(&self) -> Kind {
        self.error.kind()
    }

    fn hint(&self) -> String {
        self.error.hint()
    }
}

impl Explain for MineError {
    fn kind(&self) -> Kind {
        match self {
            Self::Cancelled => Kind::Interrupted,
            Self::Entropy(error) => error.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Cancelled => "start again; nothing was made".to_owned(),
            Self::Entropy(error) => Explain::hint(error),
        }
    }
}

impl Explain for EntropyError {
    fn kind(&self) -> Kind {
        Kind::Internal
    }

    fn hint(&self) -> String {
        Self::hint(self).to_owned()
    }
}

impl Explain for StoreError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        Self::hint(self).to_owned()
    }
}

impl Explain for SecretError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(_) | Self::Sealed(_) => Kind::Storage,
            Self::Entropy(error) => error.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Store(error) => Explain::hint(error),
            Self::Sealed(_) => {
                "put back the key file and the store that belong together".to_owned()
            }
            Self::Entropy(error) => Explain::hint(error),
        }
    }
}

impl Explain for FoundError {
    fn kind(&self) -> Kind {
        match self {
            Self::Charter(_) => Kind::Usage,
            Self::Secret(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Charter(_) => "choose other names, or a supply above the grant".to_owned(),
            Self::Secret(error) => error.hint(),
            Self::Store(error) => Explain::hint(error),
        }
    }
}

impl Explain for OpenClubError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        match self {
            Self::Store(error) => Explain::hint(error),
            Self::VoteKey(error) => error.hint(),
            Self::OtherCharter { .. }
            | Self::Charter(_)
            | Self::Unreadable { .. }
            | Self::Missing { .. }
            | Self::Chain(_)
            | Self::Certificate(_)
            | Self::Keepers(_) => {
                "nothing was changed; put a copy of the data directory back, or start a new club \
                 with --data-dir and keep this one"
                    .to_owned()
            }
        }
    }
}

impl Explain for VoteKeyError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        match self {
            Self::Secret(error) => error.hint(),
            Self::Log { .. } => {
                "check the rights of the folder and its disk, and start again; the log was not \
                 changed"
                    .to_owned()
            }
            Self::OtherKey { .. } | Self::NoPlace => {
                "nothing was changed; put a copy of the data directory back".to_owned()
            }
        }
    }
}

impl Explain for PastError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        match self {
            Self::Store(error) => Explain::hint(error),
            Self::Unreadable { .. } => {
                "the blocks are whole, only the list of past rolls is not: report it with the log"
                    .to_owned()
            }
            Self::Block { .. } => {
                "the store is damaged: put a copy of the data directory back".to_owned()
            }
        }
    }
}

impl Explain for ManagerError {
    fn kind(&self) -> Kind {
        Kind::Storage
    }

    fn hint(&self) -> String {
        match self {
            Self::NotAMember => {
                "put the identity.key back that belongs to this data directory".to_owned()
            }
        }
    }
}
