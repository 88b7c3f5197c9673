//! How a key file is opened without asking anybody: by the keyring, then by the passphrase file.

use std::fmt;
use std::path::PathBuf;

use super::{
    Keyring, KeyringError, Keystore, KeystoreError, Passphrase, PassphraseError, Protection,
    SecureKeystore, Signer as _,
};

/// Where a passphrase may come from besides a person.
#[derive(Clone, Debug, Default)]
pub struct PassphraseSources {
    /// The system's keyring, if the settings say so.
    pub keyring: Option<Keyring>,
    /// The passphrase file, if the settings name one.
    pub file: Option<PathBuf>,
}

/// What opened a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenedBy {
    /// Nothing was needed: it is not encrypted.
    NoLock,
    /// The passphrase that the keyring held.
    Keyring,
    /// The passphrase file.
    PassphraseFile,
    /// A passphrase that somebody typed.
    Person,
}

/// What became of the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyringState {
    /// Nobody asked it: the setting is off, or the key file is not encrypted.
    Unused,
    /// It holds the passphrase.
    Holds,
    /// It holds none for this key file.
    Empty,
    /// What it holds doesn't open the key file.
    Wrong,
    /// It could not be used.
    Failed(KeyringError),
}

impl fmt::Display for KeyringState {
    /// Writes a clause for people, nothing where there is nothing to say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused => Ok(()),
            Self::Holds => f.write_str("the keyring holds the passphrase"),
            Self::Empty => f.write_str("the keyring holds no passphrase for this key"),
            Self::Wrong => f.write_str("what the keyring holds does not open this key"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// A key file that was opened, and how.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The keys.
    pub keystore: Keystore,
    /// What opened it.
    pub by: OpenedBy,
    /// What became of the keyring.
    pub keyring: KeyringState,
}

/// Why a key file stayed closed. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// It could not be opened.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// The passphrase file can't be used.
    #[error(transparent)]
    File(#[from] PassphraseError),
}

/// A key file that stayed closed, and of what help the keyring was.
#[derive(Debug)]
pub struct Closed {
    /// Why.
    pub error: UnlockError,
    /// What became of the keyring.
    pub keyring: KeyringState,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        match &self.keyring {
            KeyringState::Unused => Ok(()),
            KeyringState::Holds
            | KeyringState::Empty
            | KeyringState::Wrong
            | KeyringState::Failed(_) => write!(f, "; {}", self.keyring),
        }
    }
}

impl std::error::Error for Closed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl PassphraseSources {
    /// Reads the passphrase file, if there is to be one.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn from_file(&self) -> Result<Option<Passphrase>, PassphraseError> {
        self.file.as_deref().map(Passphrase::read).transpose()
    }

    /// Lets the keyring hold the passphrase that opened `keystore`. Says in the answer if it can't;
    /// the passphrase is asked again then.
    #[must_use]
    pub fn hold(&self, keystore: &Keystore, passphrase: &Passphrase) -> KeyringState {
        let Some(keyring) = &self.keyring else {
            return KeyringState::Unused;
        };
        match keyring.hold(&keystore.identity().public_key(), passphrase) {
            Ok(()) => KeyringState::Holds,
            Err(error) => KeyringState::Failed(error),
        }
    }
}

impl SecureKeystore {
    /// Opens the key file with what `sources` have, the keyring first. Changes nothing: neither the
    /// file nor what the keyring holds.
    ///
    /// # Errors
    /// [`Closed`]; each names what became of the keyring.
    pub fn open(&self, sources: &PassphraseSources) -> Result<Opened, Closed> {
        let mut keyring = KeyringState::Unused;
        match self.open_by(sources, &mut keyring) {
            Ok((keystore, by, _used)) => Ok(Opened {
                keystore,
                by,
                keyring,
            }),
            Err(error) => Err(Closed { error, keyring }),
        }
    }

    /// Opens the key file like [`open`](Self::open), and lets the keyring hold what the passphrase
    /// file said.
    ///
    /// # Errors
    /// [`Closed`]. A keyring that doesn't take it is no error; the answer says it.
    pub fn open_and_hold(&self, sources: &PassphraseSources) -> Result<Opened, Closed> {
        let mut keyring = KeyringState::Unused;
        match self.open_by(sources, &mut keyring) {
            Ok((keystore, by, used)) => {
                if let Some(passphrase) = used {
                    keyring = sources.hold(&keystore, &passphrase);
                }
                Ok(Opened {
                    keystore,
                    by,
                    keyring,
                })
            }
            Err(error) => Err(Closed { error, keyring }),
        }
    }

    /// Opens the key file with what a person typed, and lets the keyring hold it.
    ///
    /// # Errors
    /// [`KeystoreError`], as for [`load`](Self::load).
    pub fn open_with(
        &self,
        sources: &PassphraseSources,
        typed: &Passphrase,
    ) -> Result<Opened, KeystoreError> {
        let keystore = self.load(Some(typed))?;
        let keyring = sources.hold(&keystore, typed);
        Ok(Opened {
            keystore,
            by: OpenedBy::Person,
            keyring,
        })
    }

    /// Returns the keys, what opened them, and what the passphrase file said if it was that.
    fn open_by(
        &self,
        sources: &PassphraseSources,
        state: &mut KeyringState,
    ) -> Result<(Keystore, OpenedBy, Option<Passphrase>), UnlockError> {
        if let Some(keyring) = &sources.keyring {
            let (key, protection) = self.public_key()?;
            if protection == Protection::Passphrase {
                match keyring.passphrase(&key) {
                    Err(error) => *state = KeyringState::Failed(error),
                    Ok(None) => *state = KeyringState::Empty,
                    Ok(Some(held)) => match self.load(Some(&held)) {
                        Ok(keystore) => {
                            *state = KeyringState::Holds;
                            return Ok((keystore, OpenedBy::Keyring, None));
                        }
                        Err(KeystoreError::WrongPassphrase { .. }) => *state = KeyringState::Wrong,
                        Err(error) => return Err(error.into()),
                    },
                }
            }
        }
        let passphrase = sources.from_file()?;
        let keystore = self.load(passphrase.as_ref())?;
        let by = match keystore.protection() {
            Protection::FileModeOnly => OpenedBy::NoLock,
            Protection::Passphrase => OpenedBy::PassphraseFile,
        };
        Ok((keystore, by, passphrase))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;

    use keyring_core::{CredentialStore, Error as CoreError, mock};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::identity::{KeyCost, ProofBits, SeededEntropy, mine};

    /// Something that is done to a fixture.
    type Change = fn(&Fixture);

    struct Fixture {
        folder: tempfile::TempDir,
        file: SecureKeystore,
        store: Arc<mock::Store>,
    }

    impl Fixture {
        /// A key file under `lock`, at the least that Argon2 takes.
        fn new(lock: Option<&str>) -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
            let bits = ProofBits::new(1).unwrap();
            let file = SecureKeystore::new(folder.path().join("identity.key"), bits);
            let entropy = SeededEntropy::new(3);
            let identity = mine(bits, &entropy, |_| {}, &CancellationToken::new()).unwrap();
            let lock = lock.map(|text| Passphrase::new(text).unwrap());
            let cost = KeyCost::new(8, 1).unwrap();
            file.create(identity, lock.as_ref(), cost, &entropy)
                .unwrap();
            Self {
                folder,
                file,
                store: mock::Store::new().unwrap(),
            }
        }

        fn sources(&self, file: Option<&str>) -> PassphraseSources {
            let path = self.folder.path().join("secret");
            if let Some(text) = file {
                crate::files::write_atomic(&path, text.as_bytes()).unwrap();
            }
            let store = Arc::clone(&self.store) as Arc<CredentialStore>;
            PassphraseSources {
                keyring: Some(Keyring::on(store)),
                file: file.map(|_| path),
            }
        }

        fn hold(&self, text: &[u8]) {
            let key = self.file.public_key().unwrap().0.to_string();
            let store = Arc::clone(&self.store) as Arc<CredentialStore>;
            let entry = keyring_core::Entry::new_in_store(&store, "bitcraps", &key).unwrap();
            entry.set_secret(text).unwrap();
        }

        fn fail_next(&self, error: CoreError) {
            self.store.inner.lock().unwrap().borrow()[0].set_error(error);
        }

        fn bytes(&self) -> Vec<u8> {
            fs::read(self.file.path()).unwrap()
        }
    }

    #[test]
    fn what_the_passphrase_file_opens_is_held_and_opens_without_the_file() {
        let fixture = Fixture::new(Some("boxcars"));
        let bytes = fixture.bytes();
        let with_file = fixture.sources(Some("boxcars\n"));
        let looked = fixture.file.open(&with_file).unwrap();
        assert_eq!(
            (looked.by, looked.keyring),
            (OpenedBy::PassphraseFile, KeyringState::Empty),
            "a look changes nothing in the keyring"
        );
        let opened = fixture.file.open_and_hold(&with_file).unwrap();
        assert_eq!(
            (opened.by, opened.keyring),
            (OpenedBy::PassphraseFile, KeyringState::Holds)
        );
        let opened = fixture.file.open(&fixture.sources(None)).unwrap();
        assert_eq!(
            (opened.by, opened.keyring),
            (OpenedBy::Keyring, KeyringState::Holds)
        );
        assert_eq!(fixture.bytes(), bytes);
    }

    #[test]
    fn a_keyring_that_is_of_no_help_is_named_and_the_file_is_tried() {
        let locked = || CoreError::NoStorageAccess("no session".into());
        let cases: [(Change, KeyringState); 4] = [
            (|_| {}, KeyringState::Empty),
            (|fixture| fixture.hold(b"snake eyes"), KeyringState::Wrong),
            (
                |fixture| fixture.hold(&[0xff]),
                KeyringState::Failed(KeyringError::NotAPassphrase),
            ),
            (
                |fixture| {
                    fixture.hold(b"boxcars");
                    fixture.fail_next(CoreError::NoStorageAccess("no session".into()));
                },
                KeyringState::Failed(locked().into()),
            ),
        ];
        for (change, expected) in cases {
            let fixture = Fixture::new(Some("boxcars"));
            let bytes = fixture.bytes();
            change(&fixture);
            let closed = fixture.file.open(&fixture.sources(None)).unwrap_err();
            assert!(matches!(
                closed.error,
                UnlockError::Keystore(KeystoreError::PassphraseNeeded { .. })
            ));
            assert_eq!(closed.keyring, expected);
            assert!(closed.to_string().ends_with(&expected.to_string()));

            change(&fixture);
            let opened = fixture.file.open(&fixture.sources(Some("boxcars")));
            let opened = opened.unwrap();
            assert_eq!(
                (opened.by, opened.keyring),
                (OpenedBy::PassphraseFile, expected)
            );
            // What is typed takes the place of what was held.
            let typed = Passphrase::new("boxcars").unwrap();
            let opened = fixture.file.open_with(&fixture.sources(None), &typed);
            assert_eq!(opened.unwrap().keyring, KeyringState::Holds);
            let opened = fixture.file.open(&fixture.sources(None)).unwrap();
            assert_eq!(opened.by, OpenedBy::Keyring);
            assert_eq!(fixture.bytes(), bytes);
        }
    }

    #[test]
    fn a_keyring_that_does_not_take_the_passphrase_is_no_error() {
        let fixture = Fixture::new(Some("boxcars"));
        fixture.hold(b"boxcars");
        let sources = fixture.sources(None);
        fixture.fail_next(CoreError::NoStorageAccess("no session".into()));
        let typed = Passphrase::new("boxcars").unwrap();
        let opened = fixture.file.open_with(&sources, &typed).unwrap();
        assert!(matches!(
            opened.keyring,
            KeyringState::Failed(KeyringError::Locked { .. })
        ));
    }

    #[test]
    fn a_key_file_without_a_lock_asks_no_keyring() {
        let fixture = Fixture::new(None);
        let opened = fixture.file.open(&fixture.sources(None)).unwrap();
        assert_eq!(
            (opened.by, opened.keyring),
            (OpenedBy::NoLock, KeyringState::Unused)
        );
        assert!(fixture.store.inner.lock().unwrap().borrow().is_empty());
    }

    #[test]
    fn what_is_held_is_taken_out_again_and_never_printed() {
        let fixture = Fixture::new(Some("boxcars"));
        fixture.hold(b"boxcars");
        let sources = fixture.sources(None);
        let opened = fixture.file.open(&sources).unwrap();
        assert!(!format!("{sources:?} {opened:?}").contains("boxcars"));
        let keyring = sources.keyring.unwrap();
        let (key, _) = fixture.file.public_key().unwrap();
        assert!(keyring.forget(&key).unwrap());
        assert!(!keyring.forget(&key).unwrap());
        assert_eq!(keyring.passphrase(&key).unwrap(), None);
    }
}
