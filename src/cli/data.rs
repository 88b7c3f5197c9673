//! Where commands read what was played: from the running node, or else from the store itself.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::context::Context;
use super::identity;
use super::output::Stop;
use crate::clock::{Clock, SystemClock};
use crate::config::ApplicationConfig;
use crate::control::{ControlClient, ControlError, StoreBook};
use crate::error::{Error, Kind};
use crate::identity::Signer as _;
use crate::storage::{DataDirLock, Store, StoreHandle};

/// Returns a connection to the running node, if one runs.
pub(super) fn running(context: &Context) -> Result<Option<ControlClient>, Stop> {
    match ControlClient::connect(&context.config.data_dir) {
        Ok(client) => Ok(Some(client)),
        // Whoever holds the lock is told by who asks for it.
        Err(ControlError::NotRunning { .. } | ControlError::Unreachable { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Lets `read` have what the store says of the player.
pub(super) fn read_store<T>(
    context: &Context,
    read: impl AsyncFnOnce(&StoreBook) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let config = &context.config;
    require_store(config)?;
    // The keys before the store: what can't be read leaves both files as they are.
    let keys = identity::keystore(config)
        .open(&identity::sources(config))?
        .keystore;
    with_store(context, async |store| {
        let book = StoreBook::new(store, keys.identity().public_key());
        read(&book).await
    })
}

/// Lets `read` have the store of a data directory that nobody else uses meanwhile.
pub(super) fn with_store<T>(
    context: &Context,
    read: impl AsyncFnOnce(StoreHandle) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let config = &context.config;
    let file = require_store(config)?;
    let (_lock, store) = if can_be_written(&config.data_dir, &file) {
        let lock = DataDirLock::acquire(&config.data_dir, SystemClock::new().now())?;
        (lock, Store::open_or_create(&file)?)
    } else {
        let lock = DataDirLock::share(&config.data_dir)?;
        (lock, Store::open_copy(&file)?)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| no_threads(&error))?;
    let (store, _thread) = StoreHandle::spawn(store).map_err(|error| no_threads(&error))?;
    runtime.block_on(async {
        let read = read(store.clone()).await;
        // Waiting for the close keeps the mark of a clean one, so that the next start is quick.
        store.close().await?;
        read
    })
}

/// Whether lock, store and mark can be written.
fn can_be_written(data_dir: &Path, store: &Path) -> bool {
    let beside = store.parent().unwrap_or(data_dir);
    let mut paths = [data_dir, beside, store].into_iter();
    paths.all(|path| access(path, Access::WRITE_OK).is_ok())
}

/// Returns the file of the store.
fn require_store(config: &ApplicationConfig) -> Result<PathBuf, Error> {
    let file = config.store_file();
    // A file in the place of its folder is told by whoever opens it.
    if file.try_exists().unwrap_or(true) {
        return Ok(file);
    }
    Err(Error::new(
        Kind::Storage,
        format!("there is no store at {}", file.display()),
        "play first, by `bitcraps --practice`, or name another --data-dir",
    ))
}

fn no_threads(cause: &std::io::Error) -> Error {
    let hint = "end other programs and try again";
    Error::new(Kind::Internal, "the system gives no thread", hint).caused_by(cause)
}
