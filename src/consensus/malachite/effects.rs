//! What the library wants done, effect by effect.

use arc_malachitebft_core_consensus::{
    ConsensusMsg, Effect, LivenessMsg, ProposedValue, Resumable as _, Resume, SignedConsensusMsg,
};
use arc_malachitebft_core_types as core;
use arc_malachitebft_signing::VerifierExt as _;
use core::{CertificateError, Round, SignedMessage, Validity};
use futures::FutureExt as _;

use super::codec::Heard;
use super::context::{ClubTypes, number};
use super::handler::{EffectHandler, Waiting};
use crate::club::KeeperNo;
use crate::consensus::orderer::Act;

type Checked = Result<(), CertificateError<ClubTypes>>;

impl EffectHandler {
    /// Does one effect. It can't fail, since the library would go on as if nothing had happened: a
    /// fault is noted instead, and the engine stops.
    pub(super) fn effect(&mut self, effect: Effect<ClubTypes>) -> Resume<ClubTypes> {
        let checker = &self.checker;
        match effect {
            Effect::CancelAllTimeouts(_) => self.disarm_all(),
            Effect::CancelTimeout(timeout, _) => self.disarm(timeout.kind),
            Effect::ScheduleTimeout(timeout, _) => self.arm(timeout),
            Effect::StartRound(_, _, proposer, _, _) => self.round_began(proposer),
            Effect::PublishConsensusMsg(message, _) => self.send(&consensus(message), false),
            Effect::PublishLivenessMsg(message, _) => self.send(&liveness(message), false),
            Effect::RepublishVote(vote, _) => self.send(&Heard::Vote(vote), true),
            Effect::RepublishRoundCertificate(round, _) => self.send(&Heard::Round(round), true),
            Effect::GetValue(_, round, timeout, _) => self.need_block(number(round), timeout),
            Effect::CertVerifiedSyncValue(value, proposer, _) => {
                self.certificate_is_true(value.certificate.round, proposer);
            }
            Effect::CertRejectedSyncValue(_, height, _, _) => {
                self.acts.push(Act::Refused { height });
            }
            Effect::WalAppend(_, input, _) => self.log(&input),
            Effect::Finalize(proof, _, evidence, _) => self.finish(&proof, &evidence),
            // The block travels inside the proposal, and what is decided is done when it is final.
            Effect::RestreamProposal(..) | Effect::Decide(..) => {}
            Effect::SignVote(vote, resume) => {
                let signature = self.sign(vote.statement());
                return resume.resume_with(SignedMessage::new(vote, signature));
            }
            Effect::SignProposal(proposal, resume) => {
                let signature = self.sign(proposal.statement());
                return resume.resume_with(SignedMessage::new(proposal, signature));
            }
            Effect::VerifySignature(signed, key, resume) => {
                let statement = match &signed.message {
                    ConsensusMsg::Vote(vote) => vote.statement(),
                    ConsensusMsg::Proposal(proposal) => proposal.statement(),
                };
                let is_true = checker.is_true(&statement, &signed.signature, &key);
                return resume.resume_with(is_true);
            }
            Effect::VerifyCommitCertificate(proof, set, needed, resume) => {
                let check = checker.verify_commit_certificate(&ClubTypes, &proof, &set, needed);
                return resume.resume_with(at_once(check));
            }
            Effect::VerifyExtendedCommitCertificate(proof, set, needed, policy, resume) => {
                let (club, proof, set) = (&ClubTypes, &proof, &set);
                let check =
                    checker.verify_extended_commit_certificate(club, proof, set, needed, policy);
                return resume.resume_with(at_once(check));
            }
            Effect::VerifyPolkaCertificate(polka, set, needed, resume) => {
                let check = checker.verify_polka_certificate(&ClubTypes, &polka, &set, needed);
                return resume.resume_with(at_once(check));
            }
            Effect::VerifyRoundCertificate(round, set, needed, resume) => {
                let check = checker.verify_round_certificate(&ClubTypes, &round, &set, needed);
                return resume.resume_with(at_once(check));
            }
            // Votes carry no extensions.
            Effect::ExtendVote(_, _, _, _, resume) => return resume.resume_with(None),
            Effect::VerifyVoteExtension(_, _, _, _, _, _, resume) => {
                return resume.resume_with(Ok(()));
            }
        }
        Resume::Continue
    }

    /// Has the block judged that came with a certificate, which turned out to be true.
    fn certificate_is_true(&mut self, round: Round, proposer: KeeperNo) {
        let Some(candidate) = self.certified.take() else {
            return self.fail_with(&"it verified a certificate that it was not given");
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
fn at_once(check: impl Future<Output = Checked>) -> Checked {
    let unfinished = Err(CertificateError::VerificationError(None));
    check.now_or_never().unwrap_or(unfinished)
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
