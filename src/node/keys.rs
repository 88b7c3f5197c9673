//! The opened keys of a run, in one place from which an emergency can take them.

use std::sync::{Arc, Mutex, PoisonError};

use crate::identity::Keystore;

/// The keys of a run. Once an emergency has wiped them, nobody gets them any more.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Mutex<Option<Keystore>>>);

impl Keys {
    pub(super) fn new(keystore: Keystore) -> Self {
        Self(Arc::new(Mutex::new(Some(keystore))))
    }

    /// Returns the keys, unless they were wiped.
    #[must_use]
    pub fn get(&self) -> Option<Keystore> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes the keys away; their bytes are overwritten.
    pub(super) fn wipe(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
