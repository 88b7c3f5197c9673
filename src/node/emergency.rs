//! What an emergency leaves behind: a mark, signed and encrypted while there are keys.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::Keys;
use crate::app::{EmergencyHook, ServiceContext, WeakApp};
use crate::clock::UnixMillis;
use crate::error::{Error, Kind};
use crate::files::write_atomic;
use crate::gaming::ClubView;
use crate::identity::{Keystore, OsEntropy, Signer as _};
use crate::shown::Shown;

/// The file of the mark in the data directory.
pub(super) const FILE_NAME: &str = "emergency.mark";

/// The one use of the storage key that seals the mark.
pub(super) const CONTEXT: &str = "bitcraps 2026-11 emergency mark v1";

/// The longest mark that is read: the longest reason of a command line takes half of it.
const BYTES_MAX: u64 = 256 << 10;

/// Columns of a reason that is read again: a long sentence.
const REASON_COLUMNS_MAX: usize = 200;

/// What happened, and where the club was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Who asked; the owner of this node.
    pub(super) actor: [u8; 32],
    /// Why.
    pub(super) reason: String,
    /// When, in milliseconds since the Unix epoch.
    pub(super) at: u64,
    /// The newest height that was shown, if the club was open.
    pub(super) height: Option<u64>,
    /// The state's root at that height.
    pub(super) root: Option<[u8; 32]>,
}

/// The mark with the owner's signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignedMark {
    pub(super) mark: Mark,
    /// The two halves of an ed25519 signature over the encoded mark.
    pub(super) signature: ([u8; 32], [u8; 32]),
}

/// Whether an emergency stop was left behind that nobody has reset, or whether one was can't be told.
#[must_use]
pub fn is_marked(data_dir: &Path) -> bool {
    data_dir.join(FILE_NAME).try_exists().unwrap_or(true)
}

/// What a mark says of an emergency stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub reason: Shown,
    /// When.
    pub at: UnixMillis,
    /// The newest height that was shown, if the club was open.
    pub height: Option<u64>,
}

/// Reads the mark with the keys of the node; `None` if there is none that these keys sealed and
/// signed.
#[must_use]
pub fn read(data_dir: &Path, keys: &Keystore) -> Option<Stopped> {
    let mut sealed = Vec::new();
    let file = File::open(data_dir.join(FILE_NAME)).ok()?;
    file.take(BYTES_MAX).read_to_end(&mut sealed).ok()?;
    let plain = keys
        .storage_key()
        .open(CONTEXT, FILE_NAME.as_bytes(), &sealed)
        .ok()?;
    let SignedMark { mark, signature } = postcard::from_bytes(&plain).ok()?;
    let message = postcard::to_stdvec(&mark).ok()?;
    let signature = [signature.0, signature.1].concat();
    let owner = keys.identity().public_key();
    owner
        .verify(&message, signature.as_slice().try_into().ok()?)
        .then(|| Stopped {
            reason: Shown::new(&mark.reason, REASON_COLUMNS_MAX),
            at: UnixMillis(mark.at),
            height: mark.height,
        })
}

/// Takes the mark away, after a reset. The caller holds the data directory's lock.
///
/// # Errors
/// When the file is there and stays.
pub fn clear(data_dir: &Path) -> Result<(), Error> {
    let path = data_dir.join(FILE_NAME);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::new(
            Kind::Storage,
            format!(
                "{}, the mark of the emergency stop, can't be taken away",
                path.display()
            ),
            "check the rights of the data directory",
        )
        .caused_by(&error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Seals the mark, wipes the keys, then writes.
pub(super) struct LastMark {
    path: PathBuf,
    keys: Keys,
    app: WeakApp,
    /// The newest view of the club: it outlives the chain, which an emergency ends first.
    club: watch::Receiver<Option<Arc<ClubView>>>,
    sealed: Mutex<Option<Vec<u8>>>,
}

impl LastMark {
    pub(super) fn new(
        data_dir: &Path,
        keys: Keys,
        club: watch::Receiver<Option<Arc<ClubView>>>,
        context: &ServiceContext,
    ) -> Self {
        Self {
            path: data_dir.join(FILE_NAME),
            keys,
            app: context.app(),
            club,
            sealed: Mutex::new(None),
        }
    }

    fn mark(&self, actor: [u8; 32]) -> Option<Mark> {
        let emergency = self.app.upgrade()?.lifecycle().emergency.clone()?;
        let club = self.club.borrow().clone();
        Some(Mark {
            actor,
            reason: emergency.reason.to_string(),
            at: emergency.at.0,
            height: club.as_ref().map(|club| club.height.0),
            root: club.as_ref().map(|club| club.state_root.0),
        })
    }

    fn sealed_mark(&self) -> Option<Vec<u8>> {
        let keystore = self.keys.get()?;
        let mark = self.mark(keystore.identity().public_key().0)?;
        let message = postcard::to_stdvec(&mark).ok()?;
        let signature = keystore.identity().sign(&message);
        let (first, second) = signature.split_at(32);
        let signature = (first.try_into().ok()?, second.try_into().ok()?);
        let plain = postcard::to_stdvec(&SignedMark { mark, signature }).ok()?;
        let key = keystore.storage_key();
        key.seal(CONTEXT, FILE_NAME.as_bytes(), &plain, &OsEntropy)
            .ok()
    }
}

impl EmergencyHook for LastMark {
    fn seal(&self) {
        let sealed = self.sealed_mark();
        if sealed.is_none() {
            tracing::error!("the mark of the emergency stop could not be sealed");
        }
        *self.sealed.lock().unwrap_or_else(PoisonError::into_inner) = sealed;
    }

    fn wipe(&self) {
        self.keys.wipe();
    }

    fn write(&self) {
        let sealed = self
            .sealed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(sealed) = sealed else { return };
        if let Err(error) = write_atomic(&self.path, &sealed) {
            tracing::error!(%error, "the mark of the emergency stop could not be written");
        }
    }
}
