//! Checking signatures, each one once.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use arc_malachitebft_core_types::{ValidatorProof, VoteExtensionScope};
use arc_malachitebft_signing::{Error, VerificationResult, Verifier};

use super::context::{ClubTypes, Proposal, Vote};
use crate::club::{ClubId, PublicKey, SignatureBytes, Statement};
use crate::consensus::limits::VERIFIED_MAX;

/// Checks statements strictly. A certificate repeats the votes that came before it, so true
/// signatures are remembered: it saves a quarter of all checks.
#[derive(Debug)]
pub(super) struct Checker {
    club: ClubId,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    all: BTreeSet<[u8; 32]>,
    oldest_first: VecDeque<[u8; 32]>,
}

impl Checker {
    pub(super) fn new(club: ClubId) -> Self {
        Self {
            club,
            seen: Mutex::default(),
        }
    }

    pub(super) fn club(&self) -> &ClubId {
        &self.club
    }

    /// Tells whether `signature` is the one of `statement` under `key`.
    pub(super) fn is_true(
        &self,
        statement: &Statement,
        signature: &SignatureBytes,
        key: &PublicKey,
    ) -> bool {
        let message = statement.message(&self.club);
        let name = name(&message, signature, key);
        let known = |seen: &Mutex<Seen>| {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.all.contains(&name)
        };
        if known(&self.seen) {
            return true;
        }
        let is_true = key.verify(&message, &signature.0);
        if is_true {
            self.remember(name);
        }
        is_true
    }

    /// Takes a signature as true that this node has made itself.
    pub(super) fn trust(&self, statement: &Statement, signature: &SignatureBytes, key: &PublicKey) {
        self.remember(name(&statement.message(&self.club), signature, key));
    }

    fn remember(&self, name: [u8; 32]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.all.insert(name) {
            seen.oldest_first.push_back(name);
        }
        if seen.oldest_first.len() > VERIFIED_MAX
            && let Some(oldest) = seen.oldest_first.pop_front()
        {
            seen.all.remove(&oldest);
        }
    }
}

fn name(message: &[u8; 32], signature: &SignatureBytes, key: &PublicKey) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(message).update(&signature.0).update(&key.0);
    *hasher.finalize().as_bytes()
}

type Outcome = Result<VerificationResult, Error>;

/// With this the library checks each kind of certificate.
#[async_trait::async_trait]
impl Verifier<ClubTypes> for Checker {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &SignatureBytes,
        key: &PublicKey,
    ) -> Outcome {
        let is_true = self.is_true(&vote.statement(), signature, key);
        Ok(VerificationResult::from_bool(is_true))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &SignatureBytes,
        key: &PublicKey,
    ) -> Outcome {
        let is_true = self.is_true(&proposal.statement(), signature, key);
        Ok(VerificationResult::from_bool(is_true))
    }

    async fn verify_signed_vote_extension(
        &self,
        _scope: &VoteExtensionScope<ClubTypes>,
        _extension: &Vec<u8>,
        _signature: &SignatureBytes,
        _key: &PublicKey,
    ) -> Outcome {
        Ok(VerificationResult::Invalid)
    }

    async fn verify_validator_proof(&self, _proof: &ValidatorProof<ClubTypes>) -> Outcome {
        Ok(VerificationResult::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_true_signatures_are_remembered_than_the_limit() {
        let checker = Checker::new(ClubId([1; 32]));
        let name = |number: usize| *blake3::hash(&number.to_le_bytes()).as_bytes();
        for number in 0..VERIFIED_MAX + 3 {
            checker.remember(name(number));
            // Twice is no more than once.
            checker.remember(name(number));
        }
        let seen = checker.seen.lock().unwrap();
        assert_eq!(seen.all.len(), VERIFIED_MAX);
        assert_eq!(seen.oldest_first.len(), VERIFIED_MAX);
        assert!(!seen.all.contains(&name(2)) && seen.all.contains(&name(3)));
    }
}
