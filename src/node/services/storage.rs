//! The store as a service.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;

use super::ServiceParts;
use super::store_thread::StoreThread;
use crate::app::{RunningService, Service, ServiceContext};
use crate::coordination::{HealthStatus, Heartbeat, Importance, Probe};
use crate::error::{Error, Kind};
use crate::gaming::GameLinks;
use crate::identity::{KeyringState, OpenedBy, OsEntropy};
use crate::node::Keys;
use crate::node::emergency::LastMark;
use crate::storage::limits::{FREE_BYTES_ENOUGH, FREE_BYTES_LOW};
use crate::storage::{Check, Secrets, Store, StoreError, StoreHandle};

/// How long a start waits for the thread of the run before, which a call of the disk may hold.
const DISK_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// A megabyte, as people are told.
const MEGABYTE: u64 = 1 << 20;

/// Opens the store and gives it a thread of its own.
#[derive(Debug)]
pub(super) struct Storage {
    path: PathBuf,
    data_dir: PathBuf,
    keys: Keys,
    thread: StoreThread,
    links: GameLinks,
}

/// The opened store, for the services above.
#[derive(Clone, Debug)]
pub struct OpenStore {
    /// The store.
    pub store: StoreHandle,
    /// The secrets in it.
    pub secrets: Secrets,
    path: PathBuf,
    /// How the key file was opened, in words.
    key: String,
    /// Whether the last probe found the disk short of room.
    was_low: Arc<AtomicBool>,
}

impl Storage {
    pub(super) const NAME: &str = "storage";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            path: parts.settings.store_file.clone(),
            data_dir: parts.settings.data_dir.clone(),
            keys: parts.keys.clone(),
            thread: parts.store_thread.clone(),
            links: parts.game.clone(),
        }
    }

    async fn open(&self, context: ServiceContext) -> Result<Box<dyn RunningService>, Error> {
        let opened = self.keys.opened().ok_or_else(super::keys_wiped)?;
        self.thread.ended(DISK_ANSWERS_WITHIN).await?;
        let path = self.path.clone();
        let store = tokio::task::spawn_blocking(move || Store::open_or_create(&path)).await;
        let store = store.map_err(|panicked| thread_failed(&panicked))??;
        match store.check() {
            Check::EveryPage => tracing::info!("every page of the store was checked"),
            Check::Unchanged => tracing::info!("the store is as it was closed; not checked again"),
        }
        let (store, thread) = StoreHandle::spawn(store).map_err(|why| thread_failed(&why))?;
        self.thread.put(thread);
        let key = opened.keystore.storage_key().clone();
        let secrets = Secrets::new(store.clone(), key, Arc::new(OsEntropy));
        let open = OpenStore {
            store,
            secrets,
            path: self.path.clone(),
            key: key_words(opened.by, &opened.keyring),
            was_low: Arc::default(),
        };
        context.on_emergency(Arc::new(LastMark::new(
            &self.data_dir,
            self.keys.clone(),
            self.links.club.subscribe(),
            &context,
        )));
        context.publish(Arc::new(open.clone()))?;
        let heart = context.heartbeat();
        Ok(Box::new(Running { open, heart }))
    }
}

fn thread_failed(why: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::Internal,
        format!("the store's thread could not be started: {why}"),
        "close other programs and start again",
    )
}

impl Service for Storage {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn importance(&self) -> Importance {
        Importance::Foundation
    }

    fn depends_on(&self) -> &'static [&'static str] {
        &[]
    }

    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(self.open(context))
    }
}

#[derive(Debug)]
pub(super) struct Running {
    pub(super) open: OpenStore,
    pub(super) heart: Heartbeat,
}

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        // Any question goes through the store's thread.
        Box::pin(self.heart.ask(async {
            match self.open.store.clubs().await {
                Ok(_) => Some(disk_probe(&self.open).await),
                Err(StoreError::Closed) => None,
                Err(error) => {
                    let probe = Probe::troubled(HealthStatus::Critical, error.to_string());
                    Some(probe.with_remedy(error.hint()))
                }
            }
        }))
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let Err(error) = self.open.store.close().await {
                tracing::warn!(%error, "the store was closed before");
            }
        })
    }
}

/// Says how the disk of the store is, and remembers whether it was short of room.
async fn disk_probe(open: &OpenStore) -> Probe {
    let path = open.path.clone();
    // A disk that does not answer holds up a thread of its own.
    let asked = tokio::task::spawn_blocking(move || disk(&path)).await;
    match asked.unwrap_or_else(|panicked| Err(io::Error::other(panicked))) {
        Ok((used, free)) => {
            let is_low = is_short(open.was_low.load(Ordering::Relaxed), free);
            open.was_low.store(is_low, Ordering::Relaxed);
            room_probe(used, free, is_low, &open.key)
        }
        Err(why) => unknown_disk(&why),
    }
}

/// Returns the megabytes of a file, and the bytes that are free beside it.
fn disk(path: &Path) -> io::Result<(u64, u64)> {
    let used = std::fs::metadata(path)?.len().div_ceil(MEGABYTE);
    let disk = rustix::fs::statvfs(path)?;
    Ok((used, disk.f_bavail.saturating_mul(disk.f_frsize)))
}

fn unknown_disk(why: &io::Error) -> Probe {
    let probe = Probe::troubled(
        HealthStatus::Degraded,
        format!("the disk of the store can't be looked at: {why}"),
    );
    probe.with_remedy("see whether the store's file is still there, and its folder's rights")
}

/// What is worth a word about the key, which opens the secrets in the store.
fn key_words(by: OpenedBy, keyring: &KeyringState) -> String {
    let opened = match by {
        OpenedBy::NoLock => "the key file is not encrypted",
        OpenedBy::Keyring => "key opened by the keyring",
        OpenedBy::PassphraseFile => "key opened by the passphrase file",
        OpenedBy::Person => "key opened by its passphrase",
    };
    match keyring {
        KeyringState::Unused | KeyringState::Holds => opened.to_owned(),
        KeyringState::Empty | KeyringState::Wrong => format!("{opened}: {keyring}"),
        KeyringState::Failed(error) => format!("{opened}: {error}; {}", error.hint()),
    }
}

/// Whether the disk is short of room, given whether it was.
const fn is_short(was: bool, free: u64) -> bool {
    free < if was {
        FREE_BYTES_ENOUGH
    } else {
        FREE_BYTES_LOW
    }
}

fn room_probe(used: u64, free: u64, is_low: bool, key: &str) -> Probe {
    let free = free / MEGABYTE;
    // Whole gigabytes, where there are some: a figure that changes all the time is no news.
    let detail = match free / 1024 {
        0 => format!("{used} MB used, {free} MB free"),
        gigabytes => format!("{used} MB used, {gigabytes} GB free"),
    };
    if !is_low {
        return Probe::healthy(format!("{detail}, {key}"));
    }
    let enough = FREE_BYTES_ENOUGH / MEGABYTE;
    Probe::troubled(
        HealthStatus::Degraded,
        "the disk is nearly full: no bet can be taken when it is",
    )
    .with_remedy(format!(
        "free room on the disk, up to {enough} MB: {detail}"
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};

    use futures::FutureExt as _;
    use redb::StorageBackend;

    use super::*;
    use crate::clock::{Clock, ManualClock};
    use crate::club::GameId;
    use crate::identity::{KeyringError, SeededEntropy, StorageKey};
    use crate::storage::{MemoryDisk, SecretName, Write};

    /// A disk whose syncs wait while it is shut.
    #[derive(Clone, Debug, Default)]
    struct Gate {
        disk: MemoryDisk,
        shut: Arc<(Mutex<bool>, Condvar)>,
    }

    impl Gate {
        fn set(&self, shut: bool) {
            *self.shut.0.lock().unwrap() = shut;
            self.shut.1.notify_all();
        }
    }

    impl StorageBackend for Gate {
        fn len(&self) -> io::Result<u64> {
            self.disk.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.disk.read(offset, out)
        }

        fn set_len(&self, length: u64) -> io::Result<()> {
            self.disk.set_len(length)
        }

        fn sync_data(&self) -> io::Result<()> {
            let shut = self.shut.0.lock().unwrap();
            drop(self.shut.1.wait_while(shut, |shut| *shut).unwrap());
            self.disk.sync_data()
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.disk.write(offset, data)
        }
    }

    #[test]
    fn a_store_whose_file_is_gone_is_no_healthy_one() {
        let folder = tempfile::tempdir().unwrap();
        let why = disk(&folder.path().join("store.redb")).unwrap_err();
        let probe = unknown_disk(&why);
        assert_eq!(probe.status, HealthStatus::Degraded);
        assert!(probe.remedy.is_some());
        assert!(disk(folder.path()).is_ok_and(|(_, free)| free > 0));
    }

    /// The thread hangs in a call of the disk, as on a network file system that is gone.
    #[tokio::test]
    async fn a_store_whose_disk_hangs_is_unavailable_and_its_file_is_waited_for() {
        let gate = Gate::default();
        let medium = gate.clone();
        let store = Store::on_medium(move || medium.clone()).unwrap();
        let (store, thread) = StoreHandle::spawn(store).unwrap();
        let holder = StoreThread::default();
        holder.put(thread);
        let clock = Arc::new(ManualClock::default());
        let key = StorageKey::from_bytes([1; 32]);
        let open = OpenStore {
            secrets: Secrets::new(store.clone(), key, Arc::new(SeededEntropy::new(1))),
            store: store.clone(),
            path: PathBuf::from("/"),
            key: String::new(),
            was_low: Arc::default(),
        };
        let (period, patience) = (Duration::from_secs(2), Duration::from_millis(20));
        let heart = Heartbeat::new(Arc::clone(&clock) as Arc<dyn Clock>, period, patience);
        let service = Running { open, heart };
        let first = service.probe().await;
        assert_ne!(first.status, HealthStatus::Unavailable, "{first:?}");

        gate.set(true);
        let name = SecretName::Epoch {
            table: GameId([0; 32]),
            epoch: 0,
        };
        let write = store.write(Write::Forget { name });
        tokio::pin!(write);
        // Polled once, the write is on its way to the thread.
        assert!((&mut write).now_or_never().is_none());
        assert_eq!(service.probe().await.status, first.status, "it is busy");
        clock.advance(Duration::from_secs(6));
        let hangs = service.probe().await;
        assert_eq!(hangs.status, HealthStatus::Unavailable);
        let trouble = hangs.trouble.unwrap_or_default();
        assert!(trouble.starts_with("no sign of life for 6 s"), "{trouble}");

        // A new start does not take the file from the thread, however often it is tried.
        for _ in 0..2 {
            let refused = holder.ended(patience).await.unwrap_err();
            assert_eq!(refused.kind(), Kind::Storage);
        }
        gate.set(false);
        write.await.unwrap();
        // The answer comes from a thread, which on a busy machine may take longer than the patience.
        let heals = async { while service.probe().await.status != first.status {} };
        let healed = tokio::time::timeout(Duration::from_mins(1), heals).await;
        healed.unwrap();
        store.close().await.unwrap();
        holder.ended(Duration::from_mins(1)).await.unwrap();
    }

    #[test]
    fn a_disk_that_is_nearly_full_is_told_until_there_is_room_again() {
        // Free megabytes as time goes by, and whether that is trouble.
        let course = [
            (5_000, false),
            (64, false),
            (63, true),
            (0, true),
            (64, true),
            (127, true),
            (128, false),
            (64, false),
        ];
        let mut is_low = false;
        for (megabytes, expected) in course {
            let free = megabytes * MEGABYTE;
            is_low = is_short(is_low, free);
            assert_eq!(is_low, expected, "{megabytes} MB");
            let probe = room_probe(1, free, is_low, "");
            let wanted = if expected {
                HealthStatus::Degraded
            } else {
                HealthStatus::Healthy
            };
            assert_eq!(probe.status, wanted, "{megabytes} MB");
            assert_eq!(probe.remedy.is_some(), expected);
        }
    }

    #[test]
    fn what_opened_the_key_file_is_told_and_why_it_was_not_the_keyring() {
        let detail = |by, keyring: &KeyringState| {
            room_probe(1, 2_048 * MEGABYTE, false, &key_words(by, keyring)).detail
        };
        let unused = KeyringState::Unused;
        assert_eq!(
            detail(OpenedBy::NoLock, &unused),
            "1 MB used, 2 GB free, the key file is not encrypted"
        );
        assert_eq!(
            detail(OpenedBy::Person, &unused),
            "1 MB used, 2 GB free, key opened by its passphrase"
        );
        assert_eq!(
            detail(OpenedBy::Keyring, &KeyringState::Holds),
            "1 MB used, 2 GB free, key opened by the keyring"
        );
        let locked = KeyringState::Failed(KeyringError::Locked {
            why: "no session".to_owned(),
        });
        assert_eq!(
            detail(OpenedBy::PassphraseFile, &locked),
            "1 MB used, 2 GB free, key opened by the passphrase file: the keyring is locked or \
             not for this process: no session; unlock the system's keyring or log in again; the \
             passphrase is asked until then"
        );
    }
}
