//! What the library wants done, effect by effect.

use std::convert::Infallible;

use arc_malachitebft_core_consensus::{
    ConsensusMsg, Effect, LivenessMsg, ProposedValue, Resumable as _, Resume, SignedConsensusMsg,
};
use arc_malachitebft_core_types as core;
use arc_malachitebft_signing::VerifierExt as _;
use core::{CertificateError, Round, SignedMessage, Validity};
use futures::FutureExt as _;

use super::codec::Heard;
use super::context::{ClubTypes, number};
use super::desk::{Desk, Waiting};
use crate::club::KeeperNo;
use crate::consensus::orderer::Act;

type Checked = Result<(), CertificateError<ClubTypes>>;

impl Desk {
    /// Does one effect. It never fails, since the library would go on as if nothing had happened:
    /// a fault is noted instead, and the engine stops.
    pub(super) fn effect(
        &mut self,
        effect: Effect<ClubTypes>,
    ) -> Result<Resume<ClubTypes>, Infallible> {
        Ok(match effect {
            Effect::CancelAllTimeouts(resume) => resume.resume_with(self.disarm_all()),
            Effect::CancelTimeout(timeout, resume) => resume.resume_with(self.disarm(timeout.kind)),
            Effect::ScheduleTimeout(timeout, resume) => resume.resume_with(self.arm(timeout)),
            Effect::StartRound(_, _, proposer, _, resume) => {
                resume.resume_with(self.round_began(proposer))
            }
            Effect::PublishConsensusMsg(message, resume) => {
                resume.resume_with(self.send(&consensus(message), false))
            }
            Effect::PublishLivenessMsg(message, resume) => {
                resume.resume_with(self.send(&liveness(message), false))
            }
            Effect::RepublishVote(vote, resume) => {
                resume.resume_with(self.send(&Heard::Vote(vote), true))
            }
            Effect::RepublishRoundCertificate(certificate, resume) => {
                resume.resume_with(self.send(&Heard::Round(certificate), true))
            }
            Effect::GetValue(_, round, timeout, resume) => {
                resume.resume_with(self.need_block(number(round), timeout))
            }
            // The block travels inside the proposal.
            Effect::RestreamProposal(_, _, _, _, _, resume) => resume.resume_with(()),
            Effect::CertVerifiedSyncValue(value, proposer, resume) => {
                resume.resume_with(self.certificate_is_true(value.certificate.round, proposer))
            }
            Effect::CertRejectedSyncValue(_, height, _, resume) => {
                self.acts.push(Act::Refused { height });
                resume.resume_with(())
            }
            Effect::Decide(_, _, resume) => resume.resume_with(()),
            Effect::SignVote(vote, resume) => {
                let signature = self.sign(vote.statement());
                resume.resume_with(SignedMessage::new(vote, signature))
            }
            Effect::SignProposal(proposal, resume) => {
                let signature = self.sign(proposal.statement());
                resume.resume_with(SignedMessage::new(proposal, signature))
            }
            Effect::VerifySignature(signed, key, resume) => {
                let statement = match &signed.message {
                    ConsensusMsg::Vote(vote) => vote.statement(),
                    ConsensusMsg::Proposal(proposal) => proposal.statement(),
                };
                resume.resume_with(self.checker.is_true(&statement, &signed.signature, &key))
            }
            Effect::VerifyCommitCertificate(proof, set, thresholds, resume) => {
                let check = self
                    .checker
                    .verify_commit_certificate(&ClubTypes, &proof, &set, thresholds);
                resume.resume_with(checked(check.now_or_never()))
            }
            Effect::VerifyExtendedCommitCertificate(proof, set, thresholds, policy, resume) => {
                let check = self.checker.verify_extended_commit_certificate(
                    &ClubTypes, &proof, &set, thresholds, policy,
                );
                resume.resume_with(checked(check.now_or_never()))
            }
            Effect::VerifyPolkaCertificate(polka, set, thresholds, resume) => {
                let check = self
                    .checker
                    .verify_polka_certificate(&ClubTypes, &polka, &set, thresholds);
                resume.resume_with(checked(check.now_or_never()))
            }
            Effect::VerifyRoundCertificate(round, set, thresholds, resume) => {
                let check = self
                    .checker
                    .verify_round_certificate(&ClubTypes, &round, &set, thresholds);
                resume.resume_with(checked(check.now_or_never()))
            }
            Effect::WalAppend(_, input, resume) => resume.resume_with(self.log(&input)),
            Effect::ExtendVote(_, _, _, _, resume) => resume.resume_with(None),
            Effect::VerifyVoteExtension(_, _, _, _, _, _, resume) => resume.resume_with(Ok(())),
            Effect::Finalize(proof, _, evidence, resume) => {
                resume.resume_with(self.finish(&proof, &evidence))
            }
        })
    }

    /// Has the block judged that came with a certificate, which turned out to be true.
    fn certificate_is_true(&mut self, round: Round, proposer: KeeperNo) {
        let Some(candidate) = self.certified.take() else {
            return self.fail_with("it verified a certificate that it was not given");
        };
        self.await_verdict(Waiting::Certified(ProposedValue {
            height: self.height,
            round,
            valid_round: Round::Nil,
            proposer,
            value: candidate,
            validity: Validity::Valid,
        }));
    }
}

/// Signatures are checked at once: nothing in there waits.
fn checked(outcome: Option<Checked>) -> Checked {
    outcome.unwrap_or(Err(CertificateError::VerificationError(None)))
}

fn consensus(message: SignedConsensusMsg<ClubTypes>) -> Heard {
    match message {
        SignedConsensusMsg::Vote(vote) => Heard::Vote(vote),
        SignedConsensusMsg::Proposal(proposal) => Heard::Proposal(proposal),
    }
}

fn liveness(message: LivenessMsg<ClubTypes>) -> Heard {
    match message {
        LivenessMsg::Vote(vote) => Heard::Vote(vote),
        LivenessMsg::PolkaCertificate(polka) => Heard::Polka(polka),
        LivenessMsg::SkipRoundCertificate(round) => Heard::Round(round),
    }
}
