//! The engine for one keeper or many: the core of Malachite, which is Tendermint as a library
//! ("The latest gossip on BFT consensus", arXiv 1807.04938), behind [`Orderer`]. No other part
//! names one of its types.
//!
//! - A block travels whole inside its proposal. A proposal reaches the library only with the
//!   chain's verdict on its block, and that verdict is logged with it, so that a replay votes as
//!   before. An invalid block gets votes for none, and the next proposer's turn comes.
//! - What was signed stands in the log before it is sent. A statement under this keeper's key that
//!   the log doesn't know means that the log was lost or copied: the engine stops for good.
//! - A keeper that is alone logs, sends and times nothing: the block's write is its log.
//! - The library asserts its own invariants and panics where one breaks; see [`Orderer`]. Its own
//!   errors stop the engine with [`StopReason`].

mod checker;
mod codec;
mod context;
mod desk;
mod effects;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use arc_malachitebft_core_consensus::{
    Error, Input, LocallyProposedValue, Params, PeerId, ProposedValue, State, process,
};
use arc_malachitebft_core_types as core;
use core::{
    ExtendedCommitCertificate, ExtendedCommitSignature, Round, Validity, ValueOrigin, ValuePayload,
    ValueResponse, VoteExtensionPolicy,
};

use self::checker::Checker;
use self::codec::Heard;
use self::context::{Candidate, ClubTypes, SignedProposal};
use self::desk::{Desk, Waiting};
use super::limits::{AHEAD_PROPOSALS_MAX, AHEAD_VOTES_MAX, PROPOSALS_PER_ROUND_MAX, WAITING_MAX};
use super::orderer::{
    Act, LogRecord, OrderEvent, OrderStatus, OrderStep, Orderer, StopReason, Verdict,
};
use super::{Certificate, KeeperSet, PaceTimeouts};
use crate::club::{
    Block, BlockId, ClubId, Height, KeeperNo, SignatureBytes, Statement, StatementKind,
};
use crate::identity::Signer;

/// Attempts ahead of the current one whose proposals are taken: as many as the library takes.
const ROUNDS_AHEAD_MAX: u32 = 10;

/// Decides blocks together with the other keepers of a club, or alone.
pub struct MalachiteOrderer {
    state: State<ClubTypes>,
    desk: Desk,
    /// The newest height that is decided.
    last: Height,
    running: Option<Height>,
    /// Messages for the height after the current one.
    ahead: Vec<(KeeperNo, Heard)>,
}

impl fmt::Debug for MalachiteOrderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MalachiteOrderer")
            .field("last", &self.last)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl MalachiteOrderer {
    /// Returns the engine of keeper `number` of a club whose newest block has height `last`, while
    /// `keepers` decide. It votes with `vote_key`, which must be used nowhere else.
    #[must_use]
    pub fn new(
        club: ClubId,
        number: KeeperNo,
        vote_key: Arc<dyn Signer>,
        last: Height,
        keepers: &KeeperSet,
        pace: PaceTimeouts,
    ) -> Self {
        let params = Params {
            address: number,
            threshold_params: core::ThresholdParams::default(),
            // The other mode would take every block for valid without asking.
            value_payload: ValuePayload::ProposalAndParts,
            enabled: true,
        };
        // Its own queue stays empty: messages ahead wait here, with a share for each sender.
        let state = State::new(ClubTypes, last, keepers.clone(), params, 1, 1);
        Self {
            state,
            desk: Desk::new(Checker::new(club), number, vote_key, pace),
            last,
            running: None,
            ahead: Vec::new(),
        }
    }

    /// Returns what `keeper` signed of a message, unchecked: what a witness collects to compare.
    #[must_use]
    pub fn said_by(bytes: &[u8], keeper: KeeperNo) -> Vec<(Statement, SignatureBytes)> {
        Heard::decode(bytes).map_or_else(Vec::new, |heard| heard.said_by(keeper))
    }

    /// Runs the library until it has nothing more to say.
    fn drive(&mut self, input: Input<ClubTypes>) {
        self.desk.queue.push_back(input);
        while let Some(input) = self.desk.queue.pop_front() {
            if self.desk.decided || self.desk.fault.is_some() {
                break;
            }
            let desk = &mut self.desk;
            let outcome: Result<(), Error<ClubTypes>> = process!(
                input: input,
                state: &mut self.state,
                metrics: &(),
                with: effect => Ok::<_, Infallible>(desk.effect(effect))
            );
            match outcome {
                Ok(()) => {}
                Err(Error::ReplayDivergence(_, height, _)) => {
                    self.desk.fail(StopReason::Diverged { height });
                }
                Err(error) => self.desk.fail_with(&error),
            }
        }
        self.desk.queue.clear();
        if self.desk.decided
            && let Some(height) = self.running.take()
        {
            self.last = height;
        }
    }

    fn answer(&mut self) -> Vec<Act> {
        if self.desk.fault.is_some() {
            self.running = None;
        }
        self.desk.answer()
    }

    fn stop(&mut self, reason: StopReason) -> Vec<Act> {
        self.desk.fail(reason);
        self.answer()
    }

    /// Whether this engine may take part in a height at all.
    fn may_begin(&self, at: Height, keepers: &KeeperSet) -> Result<(), StopReason> {
        if at <= self.last {
            let what = "a height that is decided";
            return Err(StopReason::OutOfPlace { what, height: at });
        }
        let key = self.desk.key.public_key();
        match keepers.find(self.desk.number) {
            Some(keeper) if keeper.vote_key == key => Ok(()),
            Some(_) | None => Err(StopReason::OtherKeepers {
                served: self.desk.number,
                found: keepers.keepers().len(),
            }),
        }
    }

    /// Reads the log of a height, and notes what this keeper signed in it.
    fn read(&mut self, at: Height, log: Vec<LogRecord>) -> Option<Vec<Input<ClubTypes>>> {
        let mut inputs = Vec::new();
        for (record, LogRecord(bytes)) in log.into_iter().enumerate() {
            let input = codec::replayed(at, &bytes);
            let own = input.as_ref().and_then(codec::said);
            let own = own.filter(|(statement, _)| statement.keeper == self.desk.number);
            let key = self.desk.key.public_key();
            let is_true = own.is_none_or(|(statement, signature)| {
                self.desk.note_signed(statement);
                self.desk.checker.is_true(&statement, &signature, &key)
            });
            let Some(input) = input.filter(|_| is_true) else {
                self.desk.fail(StopReason::Log { record, height: at });
                return None;
            };
            inputs.push(input);
            self.desk.logged.insert(bytes);
        }
        Some(inputs)
    }

    /// Goes through the log once more, sending nothing, and then says what it had said.
    fn replay(&mut self, inputs: Vec<Input<ClubTypes>>) {
        self.state.index_wal_entries(inputs.iter());
        for input in inputs {
            if let Input::TimeoutElapsed(timeout) = &input {
                self.desk.disarm(timeout.kind);
            }
            self.drive(input);
        }
        self.state.reset_entries_index();
        self.desk.replaying = false;
        self.desk.logged.clear();
        if self.running.is_none() || self.desk.fault.is_some() {
            return;
        }
        self.desk.start_all();
        let Some(round) = self.state.round().as_u32() else {
            return;
        };
        self.desk.send_own(round);
        let proposed = (round, StatementKind::Proposal);
        if let Some((wanted, timeout)) = self.desk.wanted.take()
            && wanted == round
            && !self.desk.signed.contains_key(&proposed)
        {
            self.desk.need_block(round, timeout);
        }
    }

    fn message(&mut self, from: KeeperNo, bytes: &[u8]) {
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
    fn hear(&mut self, heard: Heard) {
        let own = heard.said_by(self.desk.number);
        if own
            .iter()
            .any(|(said, signature)| self.desk.is_strange(said, signature))
        {
            let height = self.desk.height;
            return self.desk.fail(StopReason::KeyUsedElsewhere { height });
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
            || self.desk.waiting.len() >= WAITING_MAX
        {
            return;
        }
        let let_in = self
            .desk
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
                .desk
                .checker
                .is_true(&statement, &proposal.signature, key)
        {
            return;
        }
        self.desk
            .proposals
            .entry(round)
            .or_default()
            .push(statement);
        if self.desk.valid.contains(&id) {
            self.drive(Input::Proposal(proposal));
        } else {
            self.desk.await_verdict(Waiting::Proposal(proposal));
        }
    }

    fn judged(&mut self, id: BlockId, verdict: Verdict) {
        let validity = Validity::from_bool(verdict == Verdict::Valid);
        let Some(waiting) = self.desk.judged(id) else {
            return;
        };
        match waiting {
            Waiting::Proposal(proposal) => self.propose(proposal, validity),
            Waiting::Certified(value) if validity.is_valid() => {
                self.drive(Input::ProposedValue(value, ValueOrigin::Sync));
            }
            Waiting::Certified(_) => {
                let (height, block) = (self.desk.height, id);
                return self
                    .desk
                    .fail(StopReason::CertifiedInvalid { height, block });
            }
        }
        // Invalid may have meant "not now"; valid is valid whenever it is proposed.
        if verdict == Verdict::Invalid {
            return self.desk.judge_next(id);
        }
        while let Some(waiting) = self.desk.judged(id) {
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

    fn certified(&mut self, block: Block, certificate: Certificate) {
        let height = certificate.height;
        if self.running != Some(height) {
            return;
        }
        let candidate = Candidate::new(block);
        if candidate.id != certificate.block {
            return self.desk.acts.push(Act::Refused { height });
        }
        let own = Statement {
            height,
            keeper: self.desk.number,
            kind: StatementKind::Precommit,
            round: certificate.round,
            block: Some(candidate.id),
            polka: None,
        };
        let mut signers = certificate.signatures.iter();
        if let Some((_, signature)) = signers.find(|(keeper, _)| *keeper == own.keeper)
            && self.desk.is_strange(&own, signature)
        {
            return self.desk.fail(StopReason::KeyUsedElsewhere { height });
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
        self.desk.certified = Some(candidate);
        // The block is kept here; the library only hands its bytes back.
        let response = ValueResponse::new(nobody(), bytes::Bytes::new(), proof);
        self.drive(Input::SyncValueResponse(response));
        self.desk.certified = None;
    }

    fn own_block(&mut self, height: Height, round: u32, block: Block) {
        if self.running != Some(height) || block.header.height != height {
            let what = "a block for another height";
            return self.desk.fail(StopReason::OutOfPlace { what, height });
        }
        let value = LocallyProposedValue::new(height, Round::new(round), Candidate::new(block));
        self.drive(Input::Propose(value));
    }
}

impl Orderer for MalachiteOrderer {
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act> {
        self.desk.forgive(at);
        if let Err(reason) = self.may_begin(at, keepers) {
            return self.stop(reason);
        }
        self.desk.clear();
        self.desk.height = at;
        self.desk.decided = false;
        self.desk.alone = keepers.keepers().len() == 1;
        self.desk.replaying = !log.is_empty();
        self.running = Some(at);
        let Some(inputs) = self.read(at, log) else {
            return self.answer();
        };
        let replayed = self.desk.replaying;
        let policy = VoteExtensionPolicy::default();
        self.drive(Input::StartHeight(
            at,
            keepers.clone(),
            replayed,
            None,
            policy,
        ));
        if replayed {
            self.replay(inputs);
        }
        let mut ahead = std::mem::take(&mut self.ahead);
        ahead.retain(|(_, heard)| heard.place().0 == at);
        for (_, heard) in ahead {
            if self.running.is_some() {
                self.hear(heard);
            }
        }
        self.answer()
    }

    fn leave(&mut self, decided: Height) {
        self.last = self.last.max(decided);
        if self.running.is_some_and(|running| running <= decided) {
            self.running = None;
            self.desk.clear();
        }
        self.ahead.retain(|(_, heard)| heard.place().0 > decided);
        self.desk.forgive(decided.next());
    }

    fn step(&mut self, event: OrderEvent) -> Vec<Act> {
        if self.desk.fault.is_some() {
            return Vec::new();
        }
        match event {
            OrderEvent::Message { from, bytes } => self.message(from, &bytes),
            OrderEvent::Block {
                height,
                round,
                block,
            } => self.own_block(height, round, block),
            OrderEvent::Verdict { block, verdict } => self.judged(block, verdict),
            OrderEvent::Timer(token) => {
                if let Some(timeout) = self.desk.elapsed(token) {
                    self.drive(Input::TimeoutElapsed(timeout));
                }
            }
            OrderEvent::Certified { block, certificate } => self.certified(block, certificate),
        }
        self.answer()
    }

    fn held(&self, round: u32) -> Vec<Vec<u8>> {
        self.desk.held(round)
    }

    fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>> {
        self.desk.last_said_by(keeper)
    }

    fn place_of(&self, bytes: &[u8]) -> Option<(Height, u32)> {
        Heard::decode(bytes).map(|heard| heard.place())
    }

    fn status(&self) -> OrderStatus {
        let stopped = self.desk.fault.is_some();
        let Some(height) = self.running else {
            return OrderStatus {
                stopped,
                ..OrderStatus::default()
            };
        };
        let driver = &self.state.driver;
        let step = if driver.step_is_propose() {
            OrderStep::Propose
        } else if driver.step_is_prevote() {
            OrderStep::Prevote
        } else {
            OrderStep::Precommit
        };
        let votes = driver.votes().per_round(driver.round());
        let who = votes.map(|votes| votes.addresses_weights().get_inner().keys());
        OrderStatus {
            height: Some(height),
            round: driver.round().as_u32().unwrap_or_default(),
            step,
            proposer: self.desk.proposer,
            voted: who.into_iter().flatten().copied().collect(),
            replaying: self.desk.replaying,
            stopped,
        }
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
