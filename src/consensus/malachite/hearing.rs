//! What comes from other keepers: their messages, the chain's verdicts on their blocks, and blocks
//! that they have certified.

use arc_malachitebft_core_consensus::{Input, PeerId, ProposedValue};
use arc_malachitebft_core_types as core;
use core::{
    ExtendedCommitCertificate, ExtendedCommitSignature, Round, Validity, ValueOrigin, ValueResponse,
};

use super::MalachiteOrderer;
use super::codec::Heard;
use super::context::{Candidate, SignedProposal};
use super::handler::Waiting;
use crate::club::{Block, BlockId, KeeperNo, Statement, StatementKind};
use crate::consensus::Certificate;
use crate::consensus::limits::{
    AHEAD_PROPOSALS_MAX, AHEAD_VOTES_MAX, PROPOSALS_PER_ROUND_MAX, WAITING_MAX,
};
use crate::consensus::orderer::{Act, StopReason, Verdict};

/// Attempts ahead of the current one whose proposals are taken: as many as the library takes.
const ROUNDS_AHEAD_MAX: u32 = 10;

impl MalachiteOrderer {
    /// Takes a message, now or when its height is there.
    pub(super) fn message(&mut self, from: KeeperNo, bytes: &[u8]) {
        let Some(heard) = Heard::decode(bytes) else {
            return;
        };
        let (height, _) = heard.place();
        if self.running == Some(height) {
            self.hear(heard);
        } else if height == self.running.unwrap_or(self.last).next() {
            self.keep_ahead(from, heard);
        }
    }

    /// Keeps a message for the next height, if its sender has not sent too many.
    fn keep_ahead(&mut self, from: KeeperNo, heard: Heard) {
        let proposal = match heard {
            Heard::Vote(_) => false,
            Heard::Proposal(_) => true,
            // Whoever has one says it again.
            Heard::Polka(_) | Heard::Round(_) => return,
        };
        let same = |(sender, kept): &&(KeeperNo, Heard)| {
            *sender == from && matches!(kept, Heard::Proposal(_)) == proposal
        };
        let limit = if proposal {
            AHEAD_PROPOSALS_MAX
        } else {
            AHEAD_VOTES_MAX
        };
        if self.ahead.iter().filter(same).count() < limit {
            self.ahead.push((from, heard));
        }
    }

    /// Takes a message of the current height.
    pub(super) fn hear(&mut self, heard: Heard) {
        let own = heard.said_by(self.handler.number);
        if own
            .iter()
            .any(|(said, signature)| self.handler.is_strange(said, signature))
        {
            let height = self.handler.height;
            return self.handler.fail(StopReason::KeyUsedElsewhere { height });
        }
        match heard {
            Heard::Vote(vote) => self.drive(Input::Vote(vote)),
            Heard::Proposal(proposal) => self.hear_proposal(proposal),
            Heard::Polka(polka) => self.drive(Input::PolkaCertificate(polka)),
            Heard::Round(round) => self.drive(Input::RoundCertificate(round)),
        }
    }

    /// Lets a proposal in that the keeper whose turn it is has signed, and has its block judged.
    fn hear_proposal(&mut self, proposal: SignedProposal) {
        let statement = proposal.message.statement();
        let (round, id) = (statement.round, proposal.candidate.id);
        let current = self.state.round().as_u32().unwrap_or_default();
        let proposer = self.state.validator_set().proposer(statement.height, round);
        if round > current.saturating_add(ROUNDS_AHEAD_MAX)
            || proposal.keeper != proposer.no
            || self.handler.waiting.len() >= WAITING_MAX
        {
            return;
        }
        let let_in = self
            .handler
            .proposals
            .get(&round)
            .map_or(&[][..], Vec::as_slice);
        // Two prove that the proposer cheats; another one matters only if a quorum would take it.
        let matters = let_in.len() < PROPOSALS_PER_ROUND_MAX
            || self.state.polka_certificate(proposal.round, &id).is_some();
        let key = &proposer.vote_key;
        if let_in.contains(&statement)
            || !matters
            || !self
                .handler
                .checker
                .is_true(&statement, &proposal.signature, key)
        {
            return;
        }
        self.handler
            .proposals
            .entry(round)
            .or_default()
            .push(statement);
        if self.handler.valid.contains(&id) {
            self.drive(Input::Proposal(proposal));
        } else {
            self.handler.await_verdict(Waiting::Proposal(proposal));
        }
    }

    /// Takes the verdict on a block that waits for it.
    pub(super) fn judged(&mut self, id: BlockId, verdict: Verdict) {
        let validity = Validity::from_bool(verdict == Verdict::Valid);
        let Some(waiting) = self.handler.judged(id) else {
            return;
        };
        match waiting {
            Waiting::Proposal(proposal) => self.propose(proposal, validity),
            Waiting::Certified(value) if validity.is_valid() => {
                self.drive(Input::ProposedValue(value, ValueOrigin::Sync));
            }
            Waiting::Certified(_) => {
                let (height, block) = (self.handler.height, id);
                return self
                    .handler
                    .fail(StopReason::CertifiedInvalid { height, block });
            }
        }
        // Invalid may have meant "not now"; valid is valid whenever it is proposed.
        if verdict == Verdict::Invalid {
            return self.handler.judge_next(id);
        }
        while let Some(waiting) = self.handler.judged(id) {
            match waiting {
                Waiting::Proposal(proposal) => self.drive(Input::Proposal(proposal)),
                Waiting::Certified(value) => {
                    self.drive(Input::ProposedValue(value, ValueOrigin::Sync));
                }
            }
        }
    }

    /// Gives the library a verdict and then the proposal, so that it never sees a proposal without
    /// its verdict, nor logs one.
    fn propose(&mut self, proposal: SignedProposal, validity: Validity) {
        let value = ProposedValue {
            height: proposal.height,
            round: proposal.round,
            valid_round: proposal.polka,
            proposer: proposal.keeper,
            value: proposal.candidate.clone(),
            validity,
        };
        self.drive(Input::ProposedValue(value, ValueOrigin::Consensus));
        self.drive(Input::Proposal(proposal));
    }

    /// Takes a block with a true certificate.
    pub(super) fn certified(&mut self, block: Block, certificate: Certificate) {
        let height = certificate.height;
        if self.running != Some(height) {
            return;
        }
        let candidate = Candidate::new(block);
        if candidate.id != certificate.block {
            return self.handler.acts.push(Act::Refused { height });
        }
        let own = Statement {
            height,
            keeper: self.handler.number,
            kind: StatementKind::Precommit,
            round: certificate.round,
            block: Some(candidate.id),
            polka: None,
        };
        let mut signers = certificate.signatures.iter();
        if let Some((_, signature)) = signers.find(|(keeper, _)| *keeper == own.keeper)
            && self.handler.is_strange(&own, signature)
        {
            return self.handler.fail(StopReason::KeyUsedElsewhere { height });
        }
        let signatures = certificate.signatures.into_iter();
        let proof = ExtendedCommitCertificate {
            height,
            round: Round::new(certificate.round),
            value_id: candidate.id,
            commit_signatures: signatures
                .map(|(keeper, one)| ExtendedCommitSignature::new(keeper, one, None))
                .collect(),
        };
        self.handler.certified = Some(candidate);
        // The block is kept here; the library only hands its bytes back.
        let response = ValueResponse::new(nobody(), bytes::Bytes::new(), proof);
        self.drive(Input::SyncValueResponse(response));
        self.handler.certified = None;
    }
}

/// The library wants a peer's name beside each certificate; ours are scored elsewhere.
#[expect(
    clippy::expect_used,
    reason = "the identity multihash of one byte is a name of the right form"
)]
fn nobody() -> PeerId {
    PeerId::from_bytes(&[0, 1, 0]).expect("a multihash")
}
