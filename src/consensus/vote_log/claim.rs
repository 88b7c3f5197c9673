//! One user of a file at a time within this process.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::consensus::limits::VOTE_LOG_FREE_WITHIN;

static CLAIMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
static GIVEN_BACK: Condvar = Condvar::new();

/// The right to use one file, until it is dropped. A write that was under way when its chain was
/// given up still holds it, so that whoever comes next reads what that write left.
#[derive(Debug)]
pub(super) struct Claim(PathBuf);

impl Claim {
    /// Waits for the right to use a file, for a bounded time.
    pub(super) fn take(path: &Path) -> io::Result<Self> {
        let claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = |claimed: &mut BTreeSet<PathBuf>| claimed.contains(path);
        let waited = GIVEN_BACK.wait_timeout_while(claimed, VOTE_LOG_FREE_WITHIN, taken);
        let (mut claimed, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if !claimed.insert(path.to_owned()) {
            let what = "an earlier run of this chain still writes to it";
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, what));
        }
        Ok(Self(path.to_owned()))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.remove(&self.0);
        GIVEN_BACK.notify_all();
    }
}
