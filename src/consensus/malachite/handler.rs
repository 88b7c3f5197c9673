//! The handler of the library's effects, and what it keeps beside the library: timers, blocks, what it signed, and what waits. Here
//! nothing touches the library's state.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::mem;
use std::sync::Arc;

use arc_malachitebft_core_consensus::{Input, MisbehaviorEvidence, ProposedValue};
use arc_malachitebft_core_types as core;
use core::{CommitCertificate, Round, Timeout, TimeoutKind, Timeouts as _};

use super::checker::Checker;
use super::codec::{self, Heard};
use super::context::{Candidate, ClubTypes, SignedProposal, SignedVote, number};
use crate::club::{
    Block, BlockId, Evidence, Height, KeeperNo, SignatureBytes, Statement, StatementKind,
};
use crate::consensus::limits::{HELD_BYTES_MAX, SIGNED_MAX};
use crate::consensus::orderer::{Act, LogRecord, StopReason, TimerToken};
use crate::consensus::{Certificate, PaceTimeouts};
use crate::identity::Signer;

/// What a verdict is awaited for.
#[derive(Debug)]
pub(super) enum Waiting {
    /// A keeper's proposal; its signature is true.
    Proposal(SignedProposal),
    /// A block that a true certificate names.
    Certified(ProposedValue<ClubTypes>),
}

impl Waiting {
    pub(super) fn candidate(&self) -> &Candidate {
        match self {
            Self::Proposal(proposal) => &proposal.candidate,
            Self::Certified(value) => &value.value,
        }
    }

    fn judge(&self) -> Act {
        let (round, fresh) = match self {
            Self::Proposal(proposal) => (proposal.round, proposal.polka == Round::Nil),
            Self::Certified(value) => (value.round, false),
        };
        Act::Judge {
            block: Block::clone(&self.candidate().block),
            round: number(round),
            fresh,
        }
    }
}

/// The side of the engine that the library's effects reach.
#[derive(Debug)]
pub(super) struct EffectHandler {
    pub(super) checker: Checker,
    pub(super) number: KeeperNo,
    pub(super) key: Arc<dyn Signer>,
    pub(super) pace: PaceTimeouts,
    pub(super) height: Height,
    /// Whether one keeper decides: nothing is logged, sent or timed then.
    pub(super) alone: bool,
    pub(super) replaying: bool,
    /// Whether the height is decided.
    pub(super) decided: bool,
    pub(super) proposer: Option<KeeperNo>,
    /// The attempt whose block the library wanted while it replayed.
    pub(super) wanted: Option<(u32, Timeout)>,
    pub(super) acts: Vec<Act>,
    pub(super) queue: VecDeque<Input<ClubTypes>>,
    pub(super) waiting: Vec<Waiting>,
    /// Proposals that were let in, by attempt.
    pub(super) proposals: BTreeMap<u32, Vec<Statement>>,
    /// Blocks that were found valid.
    pub(super) valid: BTreeSet<BlockId>,
    /// The block that came with a certificate.
    pub(super) certified: Option<Candidate>,
    /// What this keeper has signed at this height, by attempt and kind.
    pub(super) signed: BTreeMap<(u32, StatementKind), Statement>,
    pub(super) fault: Option<StopReason>,
    /// The records that are replayed: they are durable already.
    pub(super) logged: BTreeSet<Vec<u8>>,
    blocks: BTreeMap<BlockId, Arc<Block>>,
    armed: BTreeMap<TimerToken, Timeout>,
    next_token: u64,
    /// How often own messages of this attempt were sent again.
    repeats: u32,
    held: VecDeque<(u32, Vec<u8>)>,
    held_bytes: usize,
    /// Hashes of the messages in the log: the library wants each copy logged that it hears, and
    /// keepers that echo what they hold would double each other's logs for ever.
    said: BTreeSet<[u8; 32]>,
}

impl EffectHandler {
    pub(super) fn new(
        checker: Checker,
        number: KeeperNo,
        key: Arc<dyn Signer>,
        pace: PaceTimeouts,
    ) -> Self {
        Self {
            checker,
            number,
            key,
            pace,
            height: Height::default(),
            alone: false,
            replaying: false,
            decided: false,
            proposer: None,
            wanted: None,
            acts: Vec::new(),
            queue: VecDeque::new(),
            waiting: Vec::new(),
            proposals: BTreeMap::new(),
            valid: BTreeSet::new(),
            certified: None,
            signed: BTreeMap::new(),
            fault: None,
            logged: BTreeSet::new(),
            blocks: BTreeMap::new(),
            armed: BTreeMap::new(),
            next_token: 0,
            repeats: 0,
            held: VecDeque::new(),
            held_bytes: 0,
            said: BTreeSet::new(),
        }
    }

    /// Forgets what belongs to a height.
    pub(super) fn clear(&mut self) {
        self.proposer = None;
        self.wanted = None;
        self.queue.clear();
        self.waiting.clear();
        self.proposals.clear();
        self.valid.clear();
        self.certified = None;
        self.signed.clear();
        self.logged.clear();
        self.blocks.clear();
        self.armed.clear();
        self.held.clear();
        self.held_bytes = 0;
        self.said.clear();
    }

    /// Notes the first reason to stop.
    pub(super) fn fail(&mut self, reason: StopReason) {
        self.fault.get_or_insert(reason);
    }

    pub(super) fn fail_with(&mut self, what: &dyn fmt::Display) {
        let (height, what) = (self.height, what.to_string());
        self.fail(StopReason::Engine { height, what });
    }

    /// Forgets a fault after which it may go on with another height.
    pub(super) fn forgive(&mut self, at: Height) {
        if matches!(self.fault, Some(StopReason::Diverged { height }) if height < at) {
            self.fault = None;
        }
    }

    /// Returns what shall be done; after a fault that is to stop, and nothing else.
    pub(super) fn answer(&mut self) -> Vec<Act> {
        let acts = mem::take(&mut self.acts);
        match &self.fault {
            None => acts,
            Some(reason) => vec![Act::Stop(reason.clone())],
        }
    }

    // Timers

    pub(super) fn arm(&mut self, timeout: Timeout) {
        self.disarm(timeout.kind);
        self.next_token = self.next_token.saturating_add(1);
        let token = TimerToken(self.next_token);
        self.armed.insert(token, timeout);
        self.start(token, timeout);
    }

    pub(super) fn disarm(&mut self, kind: TimeoutKind) {
        let mut gone = Vec::new();
        self.armed.retain(|token, timeout| {
            if timeout.kind == kind {
                gone.push(*token);
            }
            timeout.kind != kind
        });
        if self.timed() {
            self.acts.extend(gone.into_iter().map(Act::Disarm));
        }
    }

    pub(super) fn disarm_all(&mut self) {
        let any = !mem::take(&mut self.armed).is_empty();
        if any && self.timed() {
            self.acts.push(Act::DisarmAll);
        }
    }

    /// Starts the timers that were left when a replay ended.
    pub(super) fn start_all(&mut self) {
        for (token, timeout) in self.armed.clone() {
            self.start(token, timeout);
        }
    }

    /// Returns what a timer stood for, `None` if it isn't armed any more.
    pub(super) fn elapsed(&mut self, token: TimerToken) -> Option<Timeout> {
        let timeout = self.armed.remove(&token)?;
        if timeout.kind == TimeoutKind::Rebroadcast {
            self.repeats = self.repeats.saturating_add(1);
        }
        Some(timeout)
    }

    fn timed(&self) -> bool {
        !self.alone && !self.replaying
    }

    fn start(&mut self, token: TimerToken, timeout: Timeout) {
        let after = if timeout.kind == TimeoutKind::Rebroadcast {
            self.pace.rebroadcast(self.repeats)
        } else {
            self.pace.duration_for(timeout)
        };
        if self.timed() {
            self.acts.push(Act::Arm { token, after });
        }
    }

    // Attempts

    pub(super) fn round_began(&mut self, proposer: KeeperNo) {
        self.proposer = Some(proposer);
        self.repeats = 0;
    }

    pub(super) fn need_block(&mut self, round: u32, timeout: Timeout) {
        if self.replaying {
            self.wanted = Some((round, timeout));
            return;
        }
        // The attempt that a certificate leads to is over.
        if self.certified.is_some() {
            return;
        }
        self.acts.push(Act::NeedBlock {
            height: self.height,
            round,
            within: self.pace.duration_for(timeout),
        });
    }

    pub(super) fn send(&mut self, message: &Heard, again: bool) {
        if !self.alone && !self.replaying {
            self.acts.push(Act::Send {
                to: None,
                height: self.height,
                again,
                bytes: message.encode(),
            });
        }
    }

    /// Sends what this keeper said in an attempt: after a replay, in which nothing was sent.
    pub(super) fn send_own(&mut self, round: u32) {
        let own: Vec<_> = self.held.iter().filter(|(at, _)| *at == round).collect();
        let own = own.into_iter().filter_map(|(_, bytes)| {
            let said = Heard::decode(bytes)?.said_by(self.number);
            matches!(said.as_slice(), [_]).then(|| Act::Send {
                to: None,
                height: self.height,
                again: false,
                bytes: bytes.clone(),
            })
        });
        let own: Vec<_> = own.collect();
        self.acts.extend(own);
    }

    // Signatures

    /// Signs a statement, unless another one stands in its place.
    pub(super) fn sign(&mut self, statement: Statement) -> SignatureBytes {
        let place = (statement.round, statement.kind);
        if self
            .signed
            .get(&place)
            .is_some_and(|said| *said != statement)
        {
            self.fail_with(&"it was about to contradict itself");
            return SignatureBytes([0; 64]);
        }
        self.note_signed(statement);
        let signature = SignatureBytes(self.key.sign(&statement.message(self.checker.club())));
        let key = self.key.public_key();
        self.checker.trust(&statement, &signature, &key);
        signature
    }

    pub(super) fn note_signed(&mut self, statement: Statement) {
        let place = (statement.round, statement.kind);
        self.signed.insert(place, statement);
        if self.signed.len() > SIGNED_MAX {
            self.signed.pop_first();
        }
    }

    /// Tells whether a statement under this keeper's key is one that it can't have made with its
    /// log. Attempts of long ago are forgotten and prove nothing.
    pub(super) fn is_strange(&self, statement: &Statement, signature: &SignatureBytes) -> bool {
        let place = (statement.round, statement.kind);
        let forgotten = self.signed.len() >= SIGNED_MAX
            && self
                .signed
                .first_key_value()
                .is_some_and(|(first, _)| place < *first);
        self.signed.get(&place) != Some(statement)
            && !forgotten
            && self
                .checker
                .is_true(statement, signature, &self.key.public_key())
    }

    // Blocks and their verdicts

    pub(super) fn await_verdict(&mut self, waiting: Waiting) {
        let id = waiting.candidate().id;
        let asked = self.waiting.iter().any(|other| other.candidate().id == id);
        if !asked {
            self.acts.push(waiting.judge());
        }
        self.waiting.push(waiting);
    }

    /// Takes out whatever the next verdict on a block is for.
    pub(super) fn judged(&mut self, id: BlockId) -> Option<Waiting> {
        let place = self
            .waiting
            .iter()
            .position(|waiting| waiting.candidate().id == id)?;
        Some(self.waiting.remove(place))
    }

    /// Asks for the next verdict on a block, if something more waits for it.
    pub(super) fn judge_next(&mut self, id: BlockId) {
        let next = self
            .waiting
            .iter()
            .find(|waiting| waiting.candidate().id == id);
        if let Some(act) = next.map(Waiting::judge) {
            self.acts.push(act);
        }
    }

    // The log

    /// Logs an input, and keeps what of it answers an *again* message.
    pub(super) fn log(&mut self, input: &Input<ClubTypes>) {
        if let Input::Proposal(proposal) = input {
            self.keep_block(&proposal.candidate);
        }
        if let Input::ProposedValue(value, _) = input {
            self.keep_block(&value.value);
            if value.validity.is_valid() {
                self.valid.insert(value.value.id);
            }
        }
        if self.alone {
            return;
        }
        let Some(record) = codec::record(input) else {
            return self.fail_with(&"it wants something logged that has no record");
        };
        if let Some(round) = codec::message_round(input) {
            if !self.said.insert(*blake3::hash(&record).as_bytes()) {
                return;
            }
            self.hold(round, record.clone());
        }
        if !self.logged.contains(&record) {
            self.acts.push(Act::Log(LogRecord(record)));
        }
    }

    fn keep_block(&mut self, candidate: &Candidate) {
        self.blocks
            .insert(candidate.id, Arc::clone(&candidate.block));
    }

    fn hold(&mut self, round: u32, message: Vec<u8>) {
        self.held_bytes = self.held_bytes.saturating_add(message.len());
        self.held.push_back((round, message));
        while self.held_bytes > HELD_BYTES_MAX
            && let Some((_, oldest)) = self.held.pop_front()
        {
            self.held_bytes = self.held_bytes.saturating_sub(oldest.len());
        }
    }

    pub(super) fn held(&self, round: u32) -> Vec<Vec<u8>> {
        let held = self.held.iter().filter(|(at, _)| *at >= round);
        held.map(|(_, message)| message.clone()).collect()
    }

    /// Returns what is held of a keeper's own messages of the newest attempt in which it spoke.
    pub(super) fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>> {
        let is_own = |bytes: &[u8]| match Heard::decode(bytes) {
            Some(heard @ (Heard::Vote(_) | Heard::Proposal(_))) => {
                !heard.said_by(keeper).is_empty()
            }
            Some(Heard::Polka(_) | Heard::Round(_)) | None => false,
        };
        let said = self.held.iter().filter(|(_, bytes)| is_own(bytes));
        let said: Vec<_> = said.collect();
        let newest = said.iter().map(|(round, _)| *round).max();
        said.into_iter()
            .filter(|(round, _)| Some(*round) == newest)
            .map(|(_, bytes)| bytes.clone())
            .collect()
    }

    // The end of a height

    pub(super) fn finish(
        &mut self,
        proof: &CommitCertificate<ClubTypes>,
        evidence: &MisbehaviorEvidence<ClubTypes>,
    ) {
        let Some(block) = self.blocks.remove(&proof.value_id) else {
            return self.fail_with(&"it decided a block that it doesn't hold");
        };
        let signatures = proof.commit_signatures.iter();
        let mut signatures: Vec<_> = signatures.map(|one| (one.address, one.signature)).collect();
        signatures.sort_unstable_by_key(|(keeper, _)| *keeper);
        let certificate = Certificate {
            height: proof.height,
            round: number(proof.round),
            block: proof.value_id,
            signatures,
        };
        self.disarm_all();
        self.accuse(evidence);
        let block = Arc::unwrap_or_clone(block);
        self.acts.push(Act::Decided { block, certificate });
        self.clear();
        self.decided = true;
    }

    fn accuse(&mut self, evidence: &MisbehaviorEvidence<ClubTypes>) {
        let vote = |vote: &SignedVote| (vote.message.statement(), vote.signature);
        let proposal = |said: &SignedProposal| (said.message.statement(), said.signature);
        let votes = evidence.votes.iter().flat_map(|(_, pairs)| pairs);
        let votes = votes.map(|(one, other)| (vote(one), vote(other)));
        let proposals = evidence.proposals.iter().flat_map(|(_, pairs)| pairs);
        let proposals = proposals.map(|(one, other)| (proposal(one), proposal(other)));
        for (one, other) in votes.chain(proposals) {
            self.acts.push(Act::Accuse(Evidence { one, other }));
        }
    }
}
