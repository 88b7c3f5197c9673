//! The thread that has the store's file open, or had it in the run before.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};

use crate::error::{Error, Kind};

/// Who has the file open. Everybody who asks waits for the same thread, however often they give up.
#[derive(Clone, Debug, Default)]
pub(in crate::node) struct StoreThread(Arc<Mutex<Holder>>);

#[derive(Debug, Default)]
enum Holder {
    /// Nobody.
    #[default]
    Nobody,
    /// This thread, which nobody waits for yet.
    Thread(JoinHandle<()>),
    /// A thread whose end is waited for.
    Ending(Ending),
}

/// Why the thread did not end well, as text.
type Ending = Shared<BoxFuture<'static, Result<(), String>>>;

impl StoreThread {
    pub(super) fn put(&self, thread: JoinHandle<()>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Holder::Thread(thread);
    }

    /// Waits until the file is closed: an emergency does not wait for that, and a disk that does
    /// not answer keeps it open.
    ///
    /// # Errors
    /// When the thread panicked, or is in a call of the disk for longer than `within`.
    pub(in crate::node) async fn ended(&self, within: Duration) -> Result<(), Error> {
        let Some(ending) = self.ending() else {
            return Ok(());
        };
        match tokio::time::timeout(within, ending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(Error::new(
                Kind::Internal,
                format!("the store's thread before this one failed: {why}"),
                "start the program again",
            )),
            Err(_elapsed) => Err(Error::new(
                Kind::Storage,
                format!(
                    "the disk of the store has not answered for {} s",
                    within.as_secs()
                ),
                "check the disk; the store is opened when it answers again",
            )),
        }
    }

    fn ending(&self) -> Option<Ending> {
        let mut holder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ending = match std::mem::take(&mut *holder) {
            Holder::Nobody => return None,
            Holder::Thread(thread) => joined(thread).boxed().shared(),
            Holder::Ending(ending) => ending,
        };
        *holder = Holder::Ending(ending.clone());
        Some(ending)
    }
}

async fn joined(thread: JoinHandle<()>) -> Result<(), String> {
    match tokio::task::spawn_blocking(move || thread.join()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_panic)) => Err("it panicked".to_owned()),
        Err(not_joined) => Err(not_joined.to_string()),
    }
}
