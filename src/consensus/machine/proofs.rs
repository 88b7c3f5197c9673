//! What proves that keepers broke the rules, and what this node does about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Alarm, Machine, Output, guarded};
use crate::club::{Evidence, KeeperNo};
use crate::consensus::view::KeptProofs;
use crate::consensus::{Misconduct, follow};

/// What this node knows of keepers that broke the rules.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    /// One proof for each keeper that signed two things: the club takes no second one.
    two_things: BTreeMap<KeeperNo, Evidence>,
    /// What is kept of all this.
    pub(super) kept: KeptProofs,
}

impl Machine {
    /// Takes note of a keeper that signed two things for one place, once.
    pub(super) fn accuse(&mut self, evidence: Evidence) {
        if self.note_two_things(evidence) {
            let alarm = Alarm::Accused(Box::new(evidence));
            self.outputs.push(Output::Alarm(alarm));
            self.publish();
        }
    }

    fn note_two_things(&mut self, evidence: Evidence) -> bool {
        let number = evidence.keeper();
        let club = self.state.club();
        let keeper = self.state.keeper(number);
        let is_proof = keeper.is_some_and(|keeper| evidence.is_proof(club, &keeper.vote_key));
        let known = &mut self.proofs.two_things;
        if !is_proof || known.contains_key(&number) {
            return false;
        }
        known.insert(number, evidence);
        true
    }

    /// Returns the proofs that the club does not know yet: whoever is a member may propose them.
    pub(super) fn accusations(&self) -> Vec<Evidence> {
        let proofs = self.proofs.two_things.values();
        let unknown = proofs.filter(|evidence| {
            let number = evidence.keeper();
            self.state.keeper(number).is_some() && !self.state.is_accused(number)
        });
        unknown.copied().collect()
    }

    /// Takes up a proof that an earlier run kept. A fork stops the chain again. A wrong block is
    /// judged anew: another version of the program may find it right.
    pub(super) fn take_up(&mut self, misconduct: Misconduct) {
        match misconduct {
            Misconduct::TwoThings(evidence) => {
                if self.note_two_things(*evidence) {
                    self.publish();
                }
            }
            Misconduct::Fork(proof) => self.forked(proof),
            Misconduct::WrongBlock { block, certificate } => {
                if block.header.height != self.state.height().next() || self.landing.is_some() {
                    return;
                }
                let state = Arc::clone(&self.state);
                match guarded(|| follow(&state, &block, &certificate)) {
                    Ok(Ok(applied)) => {
                        self.known.insert(block.id(), applied);
                        self.land(*block, certificate, false);
                    }
                    Ok(Err(why)) => self.wrong(*block, certificate, &why.to_string()),
                    Err(why) => self.wrong(*block, certificate, &why),
                }
            }
        }
    }

    /// Shows what is kept of the proofs.
    pub(super) fn proofs_kept(&mut self, kept: KeptProofs) {
        if self.proofs.kept != kept {
            self.proofs.kept = kept;
            self.publish();
        }
    }
}
