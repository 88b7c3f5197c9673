//! Random bytes as something that is handed in, so that tests and simulations own them.

use std::sync::{Mutex, PoisonError};

/// Where random bytes for keys and secrets come from.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `out` with random bytes.
    ///
    /// # Errors
    /// [`EntropyError`] when there are none; `out` must not be used then.
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError>;
}

/// The operating system has no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct EntropyError(String);

impl EntropyError {
    /// Returns the error with the operating system's words.
    #[must_use]
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// Returns what a person can do next.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "try again in a moment: a machine that has just started has none at first"
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(out).map_err(|error| EntropyError::new(error.to_string()))
    }
}

/// The same bytes for the same seed: for tests and simulations, never for a player's keys.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<blake3::OutputReader>);

impl SeededEntropy {
    /// Returns a generator; equal seeds give equal bytes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("bitcraps 2026-11 seeded entropy v1");
        hasher.update(&seed.to_le_bytes());
        Self(Mutex::new(hasher.finalize_xof()))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill(out);
        Ok(())
    }
}
