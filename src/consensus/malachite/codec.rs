//! The engine's messages and log records as bytes: canonical postcard of types of our own.

use arc_malachitebft_core_consensus::{Input, ProposedValue};
use arc_malachitebft_core_types as core;
use core::{
    NilOrVal, PolkaCertificate, PolkaSignature, Round, RoundCertificate, RoundCertificateType,
    RoundSignature, SignedMessage, Timeout, TimeoutKind, Validity, ValueOrigin, VoteType,
};
use serde::{Deserialize, Serialize};

use super::context::{
    Candidate, ClubTypes, Proposal, SignedProposal, SignedVote, Vote, nil_or, number, option,
};
use crate::club::{Block, BlockId, Height, KeeperNo, SignatureBytes, Statement};
use crate::consensus::limits::{ENGINE_BYTES_MAX, KEEPERS_MAX};

/// Everything that is sent or logged. Timers and values are never sent, certificates of an attempt
/// never logged.
#[derive(Serialize, Deserialize)]
enum Form<'a> {
    Vote(VoteForm),
    #[serde(borrow)]
    Proposal(ProposalForm<'a>),
    Polka(PolkaForm),
    Round(RoundForm),
    Timeout(StepForm, u32),
    #[serde(borrow)]
    Value(ValueForm<'a>),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum KindForm {
    Prevote,
    Precommit,
}

#[derive(Serialize, Deserialize)]
struct VoteForm {
    kind: KindForm,
    height: Height,
    round: u32,
    block: Option<BlockId>,
    keeper: KeeperNo,
    signature: SignatureBytes,
}

#[derive(Serialize, Deserialize)]
struct ProposalForm<'a> {
    height: Height,
    round: u32,
    polka: Option<u32>,
    keeper: KeeperNo,
    signature: SignatureBytes,
    block: &'a [u8],
}

#[derive(Serialize, Deserialize)]
struct PolkaForm {
    height: Height,
    round: u32,
    block: BlockId,
    signatures: Vec<(KeeperNo, SignatureBytes)>,
}

#[derive(Serialize, Deserialize)]
struct RoundForm {
    height: Height,
    round: u32,
    /// Whether it takes more than a third of any votes, instead of a quorum of precommits.
    skip: bool,
    votes: Vec<(KindForm, Option<BlockId>, KeeperNo, SignatureBytes)>,
}

#[derive(Serialize, Deserialize)]
enum StepForm {
    Propose,
    Prevote,
    Precommit,
}

#[derive(Serialize, Deserialize)]
struct ValueForm<'a> {
    height: Height,
    round: u32,
    polka: Option<u32>,
    keeper: KeeperNo,
    valid: bool,
    block: &'a [u8],
}

/// A message that was understood; nothing in it is verified.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Vote(SignedVote),
    Proposal(SignedProposal),
    Polka(PolkaCertificate<ClubTypes>),
    Round(RoundCertificate<ClubTypes>),
}

impl Heard {
    /// Returns the message of some bytes, `None` unless they are exactly one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        Some(match form(bytes)? {
            Form::Vote(vote) => Self::Vote(vote.into()),
            Form::Proposal(proposal) => Self::Proposal(proposal.understood()?),
            Form::Polka(polka) => Self::Polka(polka.into()),
            Form::Round(round) => Self::Round(round.into()),
            Form::Timeout(..) | Form::Value(_) => return None,
        })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Vote(vote) => bytes_of(&Form::Vote(vote.into())),
            Self::Proposal(proposal) => proposal_bytes(proposal),
            Self::Polka(polka) => bytes_of(&Form::Polka(polka.into())),
            Self::Round(round) => bytes_of(&Form::Round(round.into())),
        }
    }

    /// Returns the height and the attempt.
    pub(super) fn place(&self) -> (Height, u32) {
        let (height, round) = match self {
            Self::Vote(vote) => (vote.height, vote.round),
            Self::Proposal(proposal) => (proposal.height, proposal.round),
            Self::Polka(polka) => (polka.height, polka.round),
            Self::Round(round) => (round.height, round.round),
        };
        (height, number(round))
    }

    /// Returns what `keeper` is said to have signed.
    pub(super) fn said_by(&self, keeper: KeeperNo) -> Vec<(Statement, SignatureBytes)> {
        let of_vote = |vote: &SignedVote| (vote.message.statement(), vote.signature);
        let mut said = match self {
            Self::Vote(vote) => vec![of_vote(vote)],
            Self::Proposal(proposal) => vec![(proposal.message.statement(), proposal.signature)],
            Self::Polka(polka) => polka.votes(&ClubTypes).map(|vote| of_vote(&vote)).collect(),
            Self::Round(round) => round.votes(&ClubTypes).map(|vote| of_vote(&vote)).collect(),
        };
        said.retain(|(statement, _)| statement.keeper == keeper);
        said
    }
}

/// Returns the record of what the library wants logged, `None` for what it never does.
pub(super) fn record(input: &Input<ClubTypes>) -> Option<Vec<u8>> {
    Some(match input {
        Input::Vote(vote) => bytes_of(&Form::Vote(vote.into())),
        Input::Proposal(proposal) => proposal_bytes(proposal),
        Input::PolkaCertificate(polka) => bytes_of(&Form::Polka(polka.into())),
        Input::TimeoutElapsed(timeout) => {
            let step = match timeout.kind {
                TimeoutKind::Propose => StepForm::Propose,
                TimeoutKind::Prevote => StepForm::Prevote,
                TimeoutKind::Precommit => StepForm::Precommit,
                TimeoutKind::Rebroadcast | TimeoutKind::FinalizeHeight(_) => return None,
            };
            bytes_of(&Form::Timeout(step, number(timeout.round)))
        }
        Input::ProposedValue(value, _) => bytes_of(&Form::Value(ValueForm {
            height: value.height,
            round: number(value.round),
            polka: value.valid_round.as_u32(),
            keeper: value.proposer,
            valid: value.validity.is_valid(),
            block: &value.value.block.to_bytes(),
        })),
        Input::StartHeight(..)
        | Input::Propose(_)
        | Input::RoundCertificate(_)
        | Input::SyncValueResponse(_) => return None,
    })
}

/// Returns the attempt of an input whose record is a message too: all but timers and verdicts.
pub(super) fn message_round(input: &Input<ClubTypes>) -> Option<u32> {
    let round = if let Input::Vote(vote) = input {
        vote.round
    } else if let Input::Proposal(proposal) = input {
        proposal.round
    } else if let Input::PolkaCertificate(polka) = input {
        polka.round
    } else {
        return None;
    };
    Some(number(round))
}

/// Returns the one statement that a logged input is.
pub(super) fn said(input: &Input<ClubTypes>) -> Option<(Statement, SignatureBytes)> {
    if let Input::Vote(vote) = input {
        Some((vote.message.statement(), vote.signature))
    } else if let Input::Proposal(proposal) = input {
        Some((proposal.message.statement(), proposal.signature))
    } else {
        None
    }
}

/// Returns what a record of height `at` says, `None` if it is none.
pub(super) fn replayed(at: Height, bytes: &[u8]) -> Option<Input<ClubTypes>> {
    let (height, input) = match form(bytes)? {
        Form::Vote(vote) => (vote.height, Input::Vote(vote.into())),
        Form::Proposal(proposal) => (proposal.height, Input::Proposal(proposal.understood()?)),
        Form::Polka(polka) => (polka.height, Input::PolkaCertificate(polka.into())),
        Form::Round(_) => return None,
        Form::Timeout(step, round) => {
            let kind = match step {
                StepForm::Propose => TimeoutKind::Propose,
                StepForm::Prevote => TimeoutKind::Prevote,
                StepForm::Precommit => TimeoutKind::Precommit,
            };
            let timeout = Timeout::new(Round::new(round), kind);
            (at, Input::TimeoutElapsed(timeout))
        }
        Form::Value(value) => {
            let block = Block::from_bytes(value.block).ok()?;
            let proposed = ProposedValue {
                height: value.height,
                round: Round::new(value.round),
                valid_round: value.polka.into(),
                proposer: value.keeper,
                value: Candidate::new(block),
                validity: Validity::from_bool(value.valid),
            };
            let input = Input::ProposedValue(proposed, ValueOrigin::Consensus);
            (value.height, input)
        }
    };
    (height == at).then_some(input)
}

fn form(bytes: &[u8]) -> Option<Form<'_>> {
    if bytes.len() > ENGINE_BYTES_MAX {
        return None;
    }
    let form: Form<'_> = postcard::from_bytes(bytes).ok()?;
    let fits = match &form {
        Form::Polka(polka) => polka.signatures.len() <= KEEPERS_MAX,
        // Each keeper votes twice in an attempt.
        Form::Round(round) => round.votes.len() <= KEEPERS_MAX.saturating_mul(2),
        Form::Vote(_) | Form::Proposal(_) | Form::Timeout(..) | Form::Value(_) => true,
    };
    // One value has one encoding.
    (fits && bytes_of(&form) == bytes).then_some(form)
}

#[expect(
    clippy::expect_used,
    reason = "postcard fails only on maps and sequences of unknown length, and there are none"
)]
fn bytes_of(form: &Form<'_>) -> Vec<u8> {
    postcard::to_stdvec(form).expect("a form has an encoding")
}

fn proposal_bytes(proposal: &SignedProposal) -> Vec<u8> {
    bytes_of(&Form::Proposal(ProposalForm {
        height: proposal.height,
        round: number(proposal.round),
        polka: proposal.polka.as_u32(),
        keeper: proposal.keeper,
        signature: proposal.signature,
        block: &proposal.candidate.block.to_bytes(),
    }))
}

impl ProposalForm<'_> {
    fn understood(&self) -> Option<SignedProposal> {
        let block = Block::from_bytes(self.block).ok()?;
        let proposal = Proposal {
            height: self.height,
            round: Round::new(self.round),
            candidate: Candidate::new(block),
            polka: self.polka.into(),
            keeper: self.keeper,
        };
        Some(SignedMessage::new(proposal, self.signature))
    }
}

impl From<VoteType> for KindForm {
    fn from(kind: VoteType) -> Self {
        match kind {
            VoteType::Prevote => Self::Prevote,
            VoteType::Precommit => Self::Precommit,
        }
    }
}

impl From<KindForm> for VoteType {
    fn from(kind: KindForm) -> Self {
        match kind {
            KindForm::Prevote => Self::Prevote,
            KindForm::Precommit => Self::Precommit,
        }
    }
}

impl From<&SignedVote> for VoteForm {
    fn from(vote: &SignedVote) -> Self {
        Self {
            kind: vote.kind.into(),
            height: vote.height,
            round: number(vote.round),
            block: option(&vote.block),
            keeper: vote.keeper,
            signature: vote.signature,
        }
    }
}

impl From<VoteForm> for SignedVote {
    fn from(form: VoteForm) -> Self {
        let vote = Vote {
            kind: form.kind.into(),
            height: form.height,
            round: Round::new(form.round),
            block: nil_or(form.block),
            keeper: form.keeper,
        };
        Self::new(vote, form.signature)
    }
}

impl From<&PolkaCertificate<ClubTypes>> for PolkaForm {
    fn from(polka: &PolkaCertificate<ClubTypes>) -> Self {
        let signatures = polka.polka_signatures.iter();
        Self {
            height: polka.height,
            round: number(polka.round),
            block: polka.value_id,
            signatures: signatures.map(|one| (one.address, one.signature)).collect(),
        }
    }
}

impl From<PolkaForm> for PolkaCertificate<ClubTypes> {
    fn from(form: PolkaForm) -> Self {
        let signatures = form.signatures.into_iter();
        Self {
            height: form.height,
            round: Round::new(form.round),
            value_id: form.block,
            polka_signatures: signatures
                .map(|(keeper, signature)| PolkaSignature::new(keeper, signature))
                .collect(),
        }
    }
}

impl From<&RoundCertificate<ClubTypes>> for RoundForm {
    fn from(round: &RoundCertificate<ClubTypes>) -> Self {
        let votes = round.round_signatures.iter().map(|one| {
            let block: &NilOrVal<BlockId> = &one.value_id;
            (
                one.vote_type.into(),
                option(block),
                one.address,
                one.signature,
            )
        });
        Self {
            height: round.height,
            round: number(round.round),
            skip: round.cert_type == RoundCertificateType::Skip,
            votes: votes.collect(),
        }
    }
}

impl From<RoundForm> for RoundCertificate<ClubTypes> {
    fn from(form: RoundForm) -> Self {
        let votes = form
            .votes
            .into_iter()
            .map(|(kind, block, keeper, signature)| {
                RoundSignature::new(kind.into(), nil_or(block), keeper, signature)
            });
        Self {
            height: form.height,
            round: Round::new(form.round),
            cert_type: if form.skip {
                RoundCertificateType::Skip
            } else {
                RoundCertificateType::Precommit
            },
            round_signatures: votes.collect(),
        }
    }
}
