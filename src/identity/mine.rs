//! Finding an identity with a proof of work.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::limits::{MINING_THREADS, TRIES_PER_REPORT};
use super::{Entropy, EntropyError, Identity, ProofBits, Signer as _, proof_of};

/// How far a search is. It is a lottery: `tries` may pass `expected`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MiningProgress {
    /// Keys tried by all threads.
    pub tries: u64,
    /// Keys that are tried on average.
    pub expected: u64,
}

/// A search that found nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MineError {
    /// It was cancelled; nothing was made.
    #[error("making the identity was cancelled")]
    Cancelled,
    /// There are no random bytes to make keys of.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Tries fresh keys until one carries `bits` of proof. Blocks, on [`MINING_THREADS`] threads of its
/// own; `progress` is called from them, at most once in [`TRIES_PER_REPORT`] tries.
///
/// # Errors
/// [`MineError::Cancelled`] soon after `cancel` fires; [`MineError::Entropy`].
pub fn mine(
    bits: ProofBits,
    entropy: &dyn Entropy,
    progress: impl Fn(MiningProgress) + Sync,
    cancel: &CancellationToken,
) -> Result<Identity, MineError> {
    // The first to find a key, or to fail, ends the search of both.
    let done = CancellationToken::new();
    let result = Mutex::new(Err(MineError::Cancelled));
    let tries = AtomicU64::new(0);
    let search = || {
        while !done.is_cancelled() && !cancel.is_cancelled() {
            let found = try_one(bits, entropy).transpose();
            let count = tries.fetch_add(1, Ordering::Relaxed) + 1;
            if count.is_multiple_of(TRIES_PER_REPORT) {
                progress(MiningProgress {
                    tries: count,
                    expected: bits.expected_tries(),
                });
            }
            if let Some(found) = found {
                let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
                if result.is_err() {
                    *result = found;
                }
                done.cancel();
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..MINING_THREADS {
            scope.spawn(search);
        }
        search();
    });
    result.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn try_one(bits: ProofBits, entropy: &dyn Entropy) -> Result<Option<Identity>, MineError> {
    let mut seed = Zeroizing::new([0; 32]);
    entropy.fill(seed.as_mut())?;
    let identity = Identity::from_seed(&seed);
    Ok((proof_of(&identity.public_key()) >= bits).then_some(identity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{OsEntropy, SeededEntropy};

    #[test]
    fn a_mined_key_carries_its_proof() {
        let bits = ProofBits::new(9).unwrap();
        let cancel = CancellationToken::new();
        let identity = mine(bits, &SeededEntropy::new(1), |_| {}, &cancel).unwrap();
        let key = identity.public_key().0;
        let hash = blake3::derive_key("bitcraps 2026-11 identity proof v1", &key);
        assert_eq!((hash[0], hash[1] & 0x80), (0, 0));
        assert!(proof_of(&identity.public_key()) >= bits);
    }

    #[test]
    fn proof_bits_count_every_leading_zero() {
        // Among 4,096 keys about half carry at least one bit, a quarter two, and so on.
        let mut at_least = [0_u32; 6];
        for n in 0_u32..4_096 {
            let mut key = [0; 32];
            key[..4].copy_from_slice(&n.to_le_bytes());
            let bits = proof_of(&crate::identity::PublicKey(key)).get();
            for (wanted, count) in at_least.iter_mut().enumerate() {
                *count += u32::from(usize::from(bits) >= wanted);
            }
        }
        for (wanted, count) in at_least.iter().enumerate() {
            let expected = 4_096 >> wanted;
            assert!(count.abs_diff(expected) < 200, "{wanted} bits: {count}");
        }
    }

    #[test]
    fn a_search_reports_and_ends_when_cancelled() {
        let hopeless = ProofBits::new(32).unwrap();
        let cancel = CancellationToken::new();
        let seen = AtomicU64::new(0);
        let report = |progress: MiningProgress| {
            assert_eq!(progress.expected, 1 << 32);
            seen.fetch_max(progress.tries, Ordering::Relaxed);
            cancel.cancel();
        };
        let outcome = mine(hopeless, &OsEntropy, report, &cancel);
        assert_eq!(outcome.unwrap_err(), MineError::Cancelled);
        assert!(seen.into_inner() >= TRIES_PER_REPORT);
    }

    #[derive(Debug)]
    struct NoEntropy;

    impl Entropy for NoEntropy {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(crate::identity::entropy::EntropyError::new("none"))
        }
    }

    #[test]
    fn without_random_bytes_no_key_is_made() {
        let cancel = CancellationToken::new();
        let outcome = mine(ProofBits::default(), &NoEntropy, |_| {}, &cancel);
        assert!(matches!(outcome, Err(MineError::Entropy(_))));
    }
}
