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
mod effects;
mod handler;
mod hearing;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use arc_malachitebft_core_consensus::{Error, Input, LocallyProposedValue, Params, State, process};
use arc_malachitebft_core_types as core;
use core::{Round, ValuePayload, VoteExtensionPolicy};

use self::checker::Checker;
use self::codec::Heard;
use self::context::{Candidate, ClubTypes};
use self::handler::EffectHandler;
use super::orderer::{Act, LogRecord, OrderEvent, OrderStatus, OrderStep, Orderer, StopReason};
use super::{KeeperSet, PaceTimeouts};
use crate::club::{Block, ClubId, Height, KeeperNo, SignatureBytes, Statement, StatementKind};
use crate::identity::Signer;

/// Decides blocks together with the other keepers of a club, or alone.
pub struct MalachiteOrderer {
    state: State<ClubTypes>,
    handler: EffectHandler,
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
            handler: EffectHandler::new(Checker::new(club), number, vote_key, pace),
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
        self.handler.queue.push_back(input);
        while let Some(input) = self.handler.queue.pop_front() {
            if self.handler.decided || self.handler.fault.is_some() {
                break;
            }
            let handler = &mut self.handler;
            let outcome: Result<(), Error<ClubTypes>> = process!(
                input: input,
                state: &mut self.state,
                metrics: &(),
                with: effect => Ok::<_, Infallible>(handler.effect(effect))
            );
            match outcome {
                Ok(()) => {}
                Err(Error::ReplayDivergence(_, height, _)) => {
                    self.handler.fail(StopReason::Diverged { height });
                }
                Err(error) => self.handler.fail_with(&error),
            }
        }
        self.handler.queue.clear();
        if self.handler.decided
            && let Some(height) = self.running.take()
        {
            self.last = height;
        }
    }

    fn answer(&mut self) -> Vec<Act> {
        if self.handler.fault.is_some() {
            self.running = None;
        }
        self.handler.answer()
    }

    fn stop(&mut self, reason: StopReason) -> Vec<Act> {
        self.handler.fail(reason);
        self.answer()
    }

    /// Whether this engine may take part in a height at all.
    fn may_begin(&self, at: Height, keepers: &KeeperSet) -> Result<(), StopReason> {
        if at <= self.last {
            let what = "a height that is decided";
            return Err(StopReason::OutOfPlace { what, height: at });
        }
        let key = self.handler.key.public_key();
        match keepers.find(self.handler.number) {
            Some(keeper) if keeper.vote_key == key => Ok(()),
            Some(_) | None => Err(StopReason::OtherKeepers {
                served: self.handler.number,
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
            let own = own.filter(|(statement, _)| statement.keeper == self.handler.number);
            let key = self.handler.key.public_key();
            let is_true = own.is_none_or(|(statement, signature)| {
                self.handler.note_signed(statement);
                self.handler.checker.is_true(&statement, &signature, &key)
            });
            let Some(input) = input.filter(|_| is_true) else {
                self.handler.fail(StopReason::Log { record, height: at });
                return None;
            };
            inputs.push(input);
            self.handler.logged.insert(bytes);
        }
        Some(inputs)
    }

    /// Goes through the log once more, sending nothing, and then says what it had said.
    fn replay(&mut self, inputs: Vec<Input<ClubTypes>>) {
        self.state.index_wal_entries(inputs.iter());
        for input in inputs {
            if let Input::TimeoutElapsed(timeout) = &input {
                self.handler.disarm(timeout.kind);
            }
            self.drive(input);
        }
        self.state.reset_entries_index();
        self.handler.replaying = false;
        self.handler.logged.clear();
        if self.running.is_none() || self.handler.fault.is_some() {
            return;
        }
        self.handler.start_all();
        let Some(round) = self.state.round().as_u32() else {
            return;
        };
        self.handler.send_own(round);
        let proposed = (round, StatementKind::Proposal);
        if let Some((wanted, timeout)) = self.handler.wanted.take()
            && wanted == round
            && !self.handler.signed.contains_key(&proposed)
        {
            self.handler.need_block(round, timeout);
        }
    }

    fn own_block(&mut self, height: Height, round: u32, block: Block) {
        if self.running != Some(height) || block.header.height != height {
            let what = "a block for another height";
            return self.handler.fail(StopReason::OutOfPlace { what, height });
        }
        let value = LocallyProposedValue::new(height, Round::new(round), Candidate::new(block));
        self.drive(Input::Propose(value));
    }
}

impl Orderer for MalachiteOrderer {
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act> {
        self.handler.forgive(at);
        if let Err(reason) = self.may_begin(at, keepers) {
            return self.stop(reason);
        }
        self.handler.clear();
        self.handler.height = at;
        self.handler.decided = false;
        self.handler.alone = keepers.keepers().len() == 1;
        self.handler.replaying = !log.is_empty();
        self.running = Some(at);
        let Some(inputs) = self.read(at, log) else {
            return self.answer();
        };
        let replayed = self.handler.replaying;
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
            self.handler.clear();
        }
        self.ahead.retain(|(_, heard)| heard.place().0 > decided);
        self.handler.forgive(decided.next());
    }

    fn step(&mut self, event: OrderEvent) -> Vec<Act> {
        if self.handler.fault.is_some() {
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
                if let Some(timeout) = self.handler.elapsed(token) {
                    self.drive(Input::TimeoutElapsed(timeout));
                }
            }
            OrderEvent::Certified { block, certificate } => self.certified(block, certificate),
        }
        self.answer()
    }

    fn held(&self, round: u32) -> Vec<Vec<u8>> {
        self.handler.held(round)
    }

    fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>> {
        self.handler.last_said_by(keeper)
    }

    fn place_of(&self, bytes: &[u8]) -> Option<(Height, u32)> {
        Heard::decode(bytes).map(|heard| heard.place())
    }

    fn status(&self) -> OrderStatus {
        let stopped = self.handler.fault.is_some();
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
            proposer: self.handler.proposer,
            voted: who.into_iter().flatten().copied().collect(),
            replaying: self.handler.replaying,
            stopped,
        }
    }
}
