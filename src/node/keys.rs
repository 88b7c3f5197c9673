//! The opened keys of a run, in one place from which an emergency can take them.

use std::sync::{Arc, Mutex, PoisonError};

use crate::identity::{Keystore, Opened};

/// The keys of a run. Once an emergency has wiped them, nobody gets them any more.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Mutex<Option<Opened>>>);

impl Keys {
    pub(super) fn new(opened: Opened) -> Self {
        Self(Arc::new(Mutex::new(Some(opened))))
    }

    /// Returns the keys and how they were opened, unless they were wiped.
    #[must_use]
    pub fn opened(&self) -> Option<Opened> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the keys, unless they were wiped.
    #[must_use]
    pub fn get(&self) -> Option<Keystore> {
        self.opened().map(|opened| opened.keystore)
    }

    /// Takes the keys away; their bytes are overwritten.
    pub(super) fn wipe(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
