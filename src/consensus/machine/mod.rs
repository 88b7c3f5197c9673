//! The logic of one node's chain as a state machine: what comes in is an [`Input`], what shall be
//! done comes out as [`Output`]s. It waits for nothing, reads no clock and touches no disk, so that
//! the program and a simulation run the same code, and equal inputs give equal outputs.
//!
//! Whoever drives it executes each answer in its order, and promises:
//! - what [`Output::Log`] names is durable before anything behind it in the same answer is done; if
//!   that fails, no [`Output::Send`] of that answer is done, and [`Input::LogFailed`] follows;
//! - every [`Output::Write`] is followed by one [`Input::Written`];
//! - a timer fires once, only while it is armed.
//!
//! In return nothing is shown, answered or sent that is not durable: a block leaves this node only
//! after its write has ended well.

mod fates;
mod intake;
mod landing;
mod ordering;
mod types;

pub use types::{Alarm, Input, KeptLog, MachineParts, Now, Output, Timer};

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use self::fates::Fates;
use self::landing::Landing;
use super::orderer::Orderer;
use super::view::{ChainCondition, ChainView};
use super::{Certificate, Decision, Mempool};
use crate::club::{Applied, BlockId, ClubId, ClubState, CommandId, Height, KeeperNo, TimeMs};

/// One node's chain of one club.
#[derive(Debug)]
pub struct Machine {
    state: Arc<ClubState>,
    certificate: Option<Arc<Certificate>>,
    proposer: Option<KeeperNo>,
    condition: ChainCondition,
    engine: Option<(KeeperNo, Box<dyn Orderer>)>,
    /// The height that the engine works on.
    running: Option<Height>,
    /// What the blocks do that were built or judged at this height.
    known: BTreeMap<BlockId, Applied>,
    mempool: Mempool,
    fates: Fates,
    landing: Option<Landing>,
    stopping: bool,
    /// The time of the step that is under way, and its answer.
    now: Now,
    outputs: Vec<Output>,
}

impl Machine {
    /// Returns the machine and what it wants done first. What it shows first is its
    /// [`view`](Self::view).
    #[must_use]
    pub fn new(parts: MachineParts, now: Now) -> (Self, Vec<Output>) {
        let mut fates = Fates::default();
        for stored in &parts.newest {
            fates.remember_stored(stored);
        }
        let newest = parts.newest.last();
        let mut machine = Self {
            certificate: newest.map(|newest| Arc::new(newest.certificate.clone())),
            proposer: newest.map(|newest| newest.block.header.proposer),
            state: Arc::new(parts.state),
            condition: ChainCondition::Working,
            engine: parts.engine,
            running: None,
            known: BTreeMap::new(),
            mempool: Mempool::default(),
            fates,
            landing: None,
            stopping: false,
            now,
            outputs: Vec::new(),
        };
        let outputs = machine.answer();
        (machine, outputs)
    }

    /// Takes one input and returns what shall be done, in this order.
    #[must_use]
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Output> {
        self.now = now;
        match input {
            Input::Propose(commands) => {
                for command in commands {
                    self.propose(command);
                }
            }
            Input::Written(outcome) => self.written(outcome),
            Input::Timer(Timer::Retry) => self.write(),
            Input::LogFailed(why) => self.halt(format!("the engine's log: {why}")),
            Input::Stop => self.stop(),
            Input::Timer(Timer::Engine(_))
            | Input::Message { .. }
            | Input::Linked { .. }
            | Input::Unlinked { .. } => {}
        }
        self.go_on();
        self.answer()
    }

    /// Returns the club.
    #[must_use]
    pub fn club(&self) -> &ClubId {
        self.state.club()
    }

    /// Returns what became of a command, while it is remembered.
    #[must_use]
    pub fn fate(&self, id: &CommandId) -> Option<Decision> {
        self.fates.find(id)
    }

    /// Returns a picture of the chain after the newest durable block.
    #[must_use]
    pub fn view(&self) -> Arc<ChainView> {
        let state = &self.state;
        Arc::new(ChainView {
            club: *state.club(),
            height: state.height(),
            tip: state.tip(),
            time: state.time(),
            root: state.state_root(),
            round: 0,
            proposer: self.proposer,
            certificate: self.certificate.clone(),
            keepers: state.keepers().to_vec(),
            behind: 0,
            condition: self.condition.clone(),
            state: Arc::clone(state),
        })
    }

    fn answer(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    fn publish(&mut self) {
        let view = self.view();
        self.outputs.push(Output::View(view));
    }

    fn settle(&mut self, id: CommandId, decision: Decision) {
        self.outputs.push(Output::Settle { id, decision });
    }

    /// Returns the time that a block of now would have.
    fn next_time(&self) -> TimeMs {
        let after_parent = self.state.time().0.saturating_add(1);
        TimeMs(self.now.unix.0.max(after_parent))
    }

    /// Stops for good: nothing more is decided, shown or written. What waits stays unknown.
    fn halt(&mut self, why: String) {
        self.running = None;
        for id in self.mempool.ids() {
            self.settle(id, Decision::Unknown(id));
        }
        self.condition = ChainCondition::Halted(why.clone());
        self.publish();
        self.outputs.push(Output::Alarm(Alarm::Halted(why)));
    }

    fn is_working(&self) -> bool {
        matches!(self.condition, ChainCondition::Working) && !self.stopping
    }
}

/// Runs the club's rules. A broken invariant in them halts the club, not the program.
fn guarded<T>(rules: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(rules)).map_err(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        format!(
            "the club's rules broke: {}",
            words.unwrap_or("no words were left")
        )
    })
}
