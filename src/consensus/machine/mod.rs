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
//! after its write has ended well, and a vote only after the engine's log holds it.
//!
//! A keeper takes part in the heights that its engine begins; every other node, and a keeper that
//! fell behind, follows certified blocks. Both end in the same write and the same view.

mod fates;
mod forks;
mod host;
mod intake;
mod judge;
mod landing;
mod ordering;
mod pace;
mod peers;
mod post;
mod proofs;
mod rekey;
mod remind;
mod silence;
mod succession;
mod sync;
#[cfg(test)]
mod tests;
mod types;
mod watch;

pub use host::HostWatch;
pub use rekey::{NoRekey, RekeyPlace};
pub use succession::Asking;
pub use types::{Alarm, Input, KeptLog, MachineParts, Now, Output, Timer};

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use self::fates::Fates;
use self::forks::Recent;
use self::judge::Locks;
use self::landing::Landing;
use self::pace::Pace;
use self::peers::Peers;
use self::post::Post;
use self::proofs::Proofs;
use self::rekey::Rekeying;
use self::silence::Silence;
use self::succession::Succession;
use self::sync::Sync;
use self::watch::Watch;
use super::view::ChainCondition;
use super::{Certificate, Decision, ForkProof, LogRecord, Mempool, Orderer};
use crate::club::{
    Applied, BlockId, ClubId, ClubState, Command, CommandId, Height, KeeperNo, TimeMs,
};
use crate::ledger::MemberNo;

/// One node's chain of one club.
#[derive(Debug)]
pub struct Machine {
    state: Arc<ClubState>,
    certificate: Option<Arc<Certificate>>,
    proposer: Option<KeeperNo>,
    condition: ChainCondition,
    /// This node's post as a keeper.
    post: Post,
    /// The most bytes of a block of this node's.
    block_bytes: usize,
    /// New vote keys that the next block shall have in its header.
    rekeying: Option<Rekeying>,
    succession: Succession,
    /// What the blocks do that were built or judged at this height.
    known: BTreeMap<BlockId, Applied>,
    mempool: Mempool,
    /// The newest opening of each member that came before the block that locks its roll.
    early: BTreeMap<MemberNo, Command>,
    /// Waiting commands that came from this node.
    own: BTreeSet<CommandId>,
    fates: Fates,
    landing: Option<Landing>,
    pace: Pace,
    peers: Peers,
    sync: Sync,
    recent: Recent,
    fork: Option<Box<ForkProof>>,
    proofs: Proofs,
    locks: Locks,
    host: HostWatch,
    watch: Watch,
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
        let (post, alarm) = Post::new(parts.engine, parts.log, parts.state.height().next());
        let mut machine = Self {
            certificate: newest.map(|newest| Arc::new(newest.certificate.clone())),
            proposer: newest.map(|newest| newest.block.header.proposer),
            recent: Recent::of(&parts.state, &parts.newest),
            locks: Locks::of(&parts.state, now),
            state: Arc::new(parts.state),
            condition: ChainCondition::Working,
            post,
            block_bytes: parts.pace.block_bytes(),
            rekeying: None,
            succession: Succession::default(),
            known: BTreeMap::new(),
            mempool: Mempool::default(),
            early: BTreeMap::new(),
            own: BTreeSet::new(),
            fates,
            landing: None,
            pace: Pace::default(),
            peers: Peers::default(),
            sync: Sync::default(),
            fork: None,
            proofs: Proofs::default(),
            host: HostWatch::default(),
            watch: Watch::default(),
            stopping: false,
            now,
            outputs: Vec::new(),
        };
        machine.outputs.extend(alarm.map(Output::Alarm));
        machine.go_on();
        let outputs = machine.end_step();
        (machine, outputs)
    }

    /// Takes one input and returns what shall be done, in this order.
    #[must_use]
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Output> {
        self.now = now;
        match input {
            Input::Propose(commands) => self.propose(commands),
            Input::Message { from, bytes } => self.message(from, &bytes),
            Input::Linked { member } => self.linked(member),
            Input::Unlinked { member } => self.unlinked(member),
            Input::Timer(timer) => self.timer(timer),
            Input::Written(outcome) => self.written(outcome),
            Input::LogFailed(why) => {
                // It may be what was signed of new vote keys that isn't durable.
                self.stop_asking();
                let why = format!("the vote log can't be written: {why}");
                self.silence(Silence::Stopped(why));
            }
            Input::TakeUp(misconduct) => self.take_up(misconduct),
            Input::ProofsKept(kept) => self.proofs_kept(kept),
            Input::TrustHost => self.trust_host(),
            Input::RecallHost(watch) => self.recall_host(*watch),
            Input::Stop => self.stop(),
        }
        self.go_on();
        self.end_step()
    }

    /// Gives this node another post as a keeper: the newest state has its vote key under this
    /// number. The engine is a fresh one, and its log an empty one of this number, begun at the
    /// height after the state's.
    #[must_use]
    pub fn take_post(
        &mut self,
        now: Now,
        number: KeeperNo,
        engine: Box<dyn Orderer>,
    ) -> Vec<Output> {
        self.now = now;
        let next = self.state.height().next();
        self.change_post(number, engine, KeptLog::empty(next));
        self.go_on();
        self.end_step()
    }

    /// Takes another post as a keeper, with its log.
    fn change_post(&mut self, number: KeeperNo, engine: Box<dyn Orderer>, log: KeptLog) {
        self.leave_height();
        let next = self.state.height().next();
        let (post, alarm) = Post::new(Some((number, engine)), log, next);
        self.post = post;
        self.outputs.extend(alarm.map(Output::Alarm));
        self.publish();
    }

    fn timer(&mut self, timer: Timer) {
        match timer {
            Timer::Engine(token) => self.engine_timer(token),
            Timer::Retry => self.write(),
            Timer::Gather => self.pace.gathered(),
            Timer::Deadline => self.pace.deadline = None,
            Timer::Resend => self.resend(),
            Timer::Remind => self.remind(),
            Timer::Want => self.want_timer(),
            Timer::Offer => self.offer_again(),
        }
    }

    /// Returns the state after the newest durable block.
    #[must_use]
    pub const fn state(&self) -> &Arc<ClubState> {
        &self.state
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

    /// Ends a step: what the engine signed goes to its log first, and what changed is shown.
    fn end_step(&mut self) -> Vec<Output> {
        self.show_changes();
        let reset = self.post.reset_to.take().map(Output::ResetLog);
        let mut outputs: Vec<Output> = reset.into_iter().collect();
        if let Some((height, records)) = self.post.take_records() {
            if self.post.reset_log(height) {
                outputs.push(Output::ResetLog(height));
            }
            outputs.push(Output::Log(records));
        }
        outputs.append(&mut self.outputs);
        outputs
    }

    fn settle(&mut self, id: CommandId, decision: Decision) {
        self.own.remove(&id);
        self.outputs.push(Output::Settle { id, decision });
    }

    /// Returns the time that a block of now would have.
    fn next_time(&self) -> TimeMs {
        let after_parent = self.state.time().0.saturating_add(1);
        TimeMs(self.now.unix.0.max(after_parent))
    }

    /// Returns the height after the newest decided block, which may not be durable yet.
    fn next_height(&self) -> Height {
        match &self.landing {
            Some(landing) => landing.height().next(),
            None => self.state.height().next(),
        }
    }

    /// Whether the state's one keeper is this node, which decides alone.
    fn is_alone(&self) -> bool {
        matches!(self.deciders(), [keeper] if self.post.number() == Some(keeper.no))
    }

    /// Tells whether a command waits here for a block.
    #[cfg(test)]
    pub(crate) fn waits(&self, id: &CommandId) -> bool {
        self.mempool.contains(id)
    }

    /// Stops for good: nothing more is decided, shown or written. What waits stays unknown.
    fn halt(&mut self, why: String, alarm: Alarm) {
        if matches!(self.condition, ChainCondition::Halted(_)) {
            return;
        }
        self.leave_height();
        for id in self.mempool.ids() {
            self.settle(id, Decision::Unknown(id));
        }
        self.condition = ChainCondition::Halted(why);
        self.publish();
        self.outputs.push(Output::Alarm(alarm));
    }

    fn halt_with(&mut self, why: String) {
        let alarm = Alarm::Halted(why.clone());
        self.halt(why, alarm);
    }

    fn is_halted(&self) -> bool {
        matches!(self.condition, ChainCondition::Halted(_))
    }
}

/// Runs what may break an invariant: that halts this club, not the program.
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
