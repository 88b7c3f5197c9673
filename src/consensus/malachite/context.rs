//! What the library is generic over: our numbers, ids, keys and statements.

use std::sync::Arc;

use arc_malachitebft_core_types as core;
use core::{NilOrVal, Round, SignedExtension, VoteType};

use crate::club::{
    Block, BlockId, Height, Keeper, KeeperNo, PublicKey, SignatureBytes, Statement, StatementKind,
};
use crate::consensus::{KeeperSet, PaceTimeouts};

/// The club's types, for the library.
#[derive(Clone, Debug)]
pub(super) struct ClubTypes;

pub(super) type SignedVote = core::SignedVote<ClubTypes>;
pub(super) type SignedProposal = core::SignedProposal<ClubTypes>;

impl core::Context for ClubTypes {
    type Address = KeeperNo;
    type Height = Height;
    type ProposalPart = NoPart;
    type Proposal = Proposal;
    type Validator = Keeper;
    type ValidatorSet = KeeperSet;
    type Timeouts = PaceTimeouts;
    type Value = Candidate;
    type Vote = Vote;
    type Extension = Vec<u8>;
    type SigningScheme = VoteKeys;

    fn select_proposer<'a>(
        &self,
        keepers: &'a KeeperSet,
        height: Height,
        round: Round,
    ) -> &'a Keeper {
        keepers.proposer(height, round.as_u32().unwrap_or_default())
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: Candidate,
        polka: Round,
        keeper: KeeperNo,
    ) -> Proposal {
        Proposal {
            height,
            round,
            candidate: value,
            polka,
            keeper,
        }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: Round,
        block: NilOrVal<BlockId>,
        keeper: KeeperNo,
    ) -> Vote {
        Vote {
            kind: VoteType::Prevote,
            height,
            round,
            block,
            keeper,
        }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: Round,
        block: NilOrVal<BlockId>,
        keeper: KeeperNo,
    ) -> Vote {
        Vote {
            kind: VoteType::Precommit,
            height,
            round,
            block,
            keeper,
        }
    }
}

impl core::Address for KeeperNo {}

impl core::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// A block that may be decided. Its id covers every byte, so candidates with one id are one.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) id: BlockId,
    pub(super) block: Arc<Block>,
}

impl Candidate {
    pub(super) fn new(block: Block) -> Self {
        Self {
            id: block.id(),
            block: Arc::new(block),
        }
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}

impl core::Value for Candidate {
    type Id = BlockId;

    fn id(&self) -> BlockId {
        self.id
    }
}

/// A proposal; it carries the block itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) height: Height,
    pub(super) round: Round,
    pub(super) candidate: Candidate,
    pub(super) polka: Round,
    pub(super) keeper: KeeperNo,
}

impl Proposal {
    pub(super) fn statement(&self) -> Statement {
        Statement {
            kind: StatementKind::Proposal,
            height: self.height,
            round: number(self.round),
            block: Some(self.candidate.id),
            polka: self.polka.as_u32(),
            keeper: self.keeper,
        }
    }
}

impl core::Proposal<ClubTypes> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &Candidate {
        &self.candidate
    }

    fn take_value(self) -> Candidate {
        self.candidate
    }

    fn pol_round(&self) -> Round {
        self.polka
    }

    fn validator_address(&self) -> &KeeperNo {
        &self.keeper
    }
}

/// A vote. Extensions are off: it can't carry one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Vote {
    pub(super) kind: VoteType,
    pub(super) height: Height,
    pub(super) round: Round,
    pub(super) block: NilOrVal<BlockId>,
    pub(super) keeper: KeeperNo,
}

impl Vote {
    pub(super) fn statement(&self) -> Statement {
        Statement {
            kind: match self.kind {
                VoteType::Prevote => StatementKind::Prevote,
                VoteType::Precommit => StatementKind::Precommit,
            },
            height: self.height,
            round: number(self.round),
            block: option(&self.block),
            polka: None,
            keeper: self.keeper,
        }
    }
}

impl core::Vote<ClubTypes> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<BlockId> {
        &self.block
    }

    fn take_value(self) -> NilOrVal<BlockId> {
        self.block
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &KeeperNo {
        &self.keeper
    }

    fn extension(&self) -> Option<&SignedExtension<ClubTypes>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<ClubTypes>> {
        None
    }

    fn extend(self, _extension: SignedExtension<ClubTypes>) -> Self {
        self
    }
}

impl core::Validator<ClubTypes> for Keeper {
    fn address(&self) -> &KeeperNo {
        &self.no
    }

    fn public_key(&self) -> &PublicKey {
        &self.vote_key
    }

    fn voting_power(&self) -> core::VotingPower {
        1
    }
}

impl core::ValidatorSet<ClubTypes> for KeeperSet {
    fn count(&self) -> usize {
        self.keepers().len()
    }

    fn total_voting_power(&self) -> core::VotingPower {
        self.keepers()
            .iter()
            .map(core::Validator::voting_power)
            .sum()
    }

    fn get_by_address(&self, number: &KeeperNo) -> Option<&Keeper> {
        self.find(*number)
    }

    fn get_by_index(&self, index: usize) -> Option<&Keeper> {
        self.keepers().get(index)
    }
}

/// Blocks travel whole inside their proposal, never in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoPart;

impl core::ProposalPart<ClubTypes> for NoPart {
    fn is_first(&self) -> bool {
        true
    }

    fn is_last(&self) -> bool {
        true
    }
}

/// Ed25519 (RFC 8032). The library never sees a secret key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VoteKeys;

impl core::SigningScheme for VoteKeys {
    type DecodingError = std::array::TryFromSliceError;
    type Signature = SignatureBytes;
    type PublicKey = PublicKey;
    type PrivateKey = ();

    fn decode_signature(bytes: &[u8]) -> Result<SignatureBytes, Self::DecodingError> {
        bytes.try_into().map(SignatureBytes)
    }

    fn encode_signature(signature: &SignatureBytes) -> Vec<u8> {
        signature.0.to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, Self::DecodingError> {
        bytes.try_into().map(PublicKey)
    }

    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.0.to_vec()
    }
}

impl core::Timeouts<ClubTypes> for PaceTimeouts {
    fn duration_for(&self, timeout: core::Timeout) -> std::time::Duration {
        let round = number(timeout.round);
        match timeout.kind {
            core::TimeoutKind::Propose => self.propose(round),
            core::TimeoutKind::Prevote | core::TimeoutKind::Precommit => self.vote(round),
            core::TimeoutKind::Rebroadcast => self.rebroadcast(0),
            core::TimeoutKind::FinalizeHeight(rest) => rest,
        }
    }
}

/// Returns the number of an attempt.
#[expect(
    clippy::expect_used,
    reason = "votes, proposals and timers belong to an attempt that has begun"
)]
pub(super) fn number(round: Round) -> u32 {
    round.as_u32().expect("an attempt has a number")
}

pub(super) fn option(block: &NilOrVal<BlockId>) -> Option<BlockId> {
    match block {
        NilOrVal::Nil => None,
        NilOrVal::Val(block) => Some(*block),
    }
}

pub(super) fn nil_or(block: Option<BlockId>) -> NilOrVal<BlockId> {
    block.map_or(NilOrVal::Nil, NilOrVal::Val)
}
