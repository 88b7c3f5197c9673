//! The chain's loop: one task that drives the machine and does what it wants done.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, pending};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::found::OpenedClub;
use super::limits::{EVENTS_MAX, REQUESTS_MAX};
use super::machine::{Input, KeptLog, Machine, MachineParts, Now, Output, Timer};
use super::manager::{DistributedStateManager, Request};
use super::orderer::Orderer;
use super::view::{ChainView, DecidedBlock};
use super::{Decision, KeeperSet, MalachiteOrderer, PaceTimeouts};
use crate::clock::Clock;
use crate::club::{Command, CommandId};
use crate::storage::{StoreError, StoreHandle};

/// Everything that the loop waits for.
enum Event {
    /// Somebody asks.
    Asked(Request),
    /// The block's write has ended.
    Written(Result<(), StoreError>),
    /// A timer ran out.
    Timer(Timer),
    /// The loop shall end.
    Cancelled,
}

/// A club's chain on this node. [`run`](Self::run) is the service; it ends with its token.
///
/// What happens is decided by a [`Machine`]; here are only its clock, its disk, its timers and
/// those who wait for its answers.
#[expect(
    missing_debug_implementations,
    reason = "a future in it has none; the view says what there is to say"
)]
pub struct Chain {
    machine: Machine,
    outputs: VecDeque<Output>,
    store: StoreHandle,
    clock: Arc<dyn Clock>,
    writing: Option<BoxFuture<'static, Result<(), StoreError>>>,
    timers: BTreeMap<Timer, Instant>,
    waiting: BTreeMap<CommandId, Vec<oneshot::Sender<Decision>>>,
    requests: mpsc::Receiver<Request>,
    view: watch::Sender<Arc<ChainView>>,
    decided: broadcast::Sender<Arc<DecidedBlock>>,
}

impl Chain {
    /// Returns the chain of a club that was opened, and the handle to it. Nothing happens before
    /// [`run`](Self::run). `propose_timeout` is how long a proposal waits for its answer.
    #[must_use]
    pub fn new(
        opened: OpenedClub,
        store: StoreHandle,
        clock: Arc<dyn Clock>,
        propose_timeout: Duration,
    ) -> (DistributedStateManager, Self) {
        let club = *opened.state.club();
        let height = opened.state.height();
        // With keepers that can't decide there is no engine; the machine says why.
        let keepers = KeeperSet::new(opened.state.keepers()).ok();
        let engine = opened
            .vote_key
            .zip(keepers)
            .map(|((number, key), keepers)| {
                let pace = PaceTimeouts::default();
                let engine = MalachiteOrderer::new(club, number, key, height, &keepers, pace);
                (number, Box::new(engine) as Box<dyn Orderer>)
            });
        let log = KeptLog::empty(opened.state.height().next());
        let parts = MachineParts {
            state: opened.state,
            newest: opened.newest,
            engine,
            log,
        };
        let (machine, first) = Machine::new(parts, now(&*clock));
        let (view, watch) = watch::channel(machine.view());
        let (decided, _) = broadcast::channel(EVENTS_MAX);
        let (requests, queue) = mpsc::channel(REQUESTS_MAX);
        let manager = DistributedStateManager {
            club,
            requests,
            view: watch,
            decided: decided.clone(),
            timeout: propose_timeout,
        };
        let chain = Self {
            machine,
            outputs: first.into(),
            store,
            clock,
            writing: None,
            timers: BTreeMap::new(),
            waiting: BTreeMap::new(),
            requests: queue,
            view,
            decided,
        };
        (manager, chain)
    }

    /// Orders blocks while there are commands, and sleeps without a timer while there are none.
    /// When `cancel` fires, a block that is decided is still written and answered, if the store
    /// takes it at once; commands that wait are not.
    pub async fn run(mut self, cancel: CancellationToken) {
        self.execute();
        loop {
            let event = tokio::select! {
                biased;
                outcome = until(&mut self.writing) => Event::Written(outcome),
                () = cancel.cancelled() => Event::Cancelled,
                timer = next_timer(&self.timers) => Event::Timer(timer),
                Some(request) = self.requests.recv() => Event::Asked(request),
            };
            match event {
                Event::Asked(request) => self.answer(Some(request)),
                Event::Written(outcome) => {
                    self.writing = None;
                    // What came meanwhile shares the next block.
                    self.answer(None);
                    self.step(Input::Written(outcome));
                }
                Event::Timer(timer) => {
                    self.timers.remove(&timer);
                    self.step(Input::Timer(timer));
                }
                Event::Cancelled => break,
            }
        }
        self.step(Input::Stop);
        if let Some(last) = self.writing.take() {
            let outcome = last.await;
            self.step(Input::Written(outcome));
        }
    }

    /// Tells the machine something, and does what it wants done.
    fn step(&mut self, input: Input) {
        let outputs = self.machine.step(now(&*self.clock), input);
        self.outputs.extend(outputs);
        self.execute();
    }

    fn execute(&mut self) {
        while let Some(output) = self.outputs.pop_front() {
            match output {
                Output::Write(write) => {
                    let store = self.store.clone();
                    self.writing = Some(async move { store.write(*write).await }.boxed());
                }
                Output::Arm { timer, after } => {
                    self.timers.insert(timer, Instant::now() + after);
                }
                Output::Disarm(timer) => {
                    self.timers.remove(&timer);
                }
                Output::Settle { id, decision } => {
                    for reply in self.waiting.remove(&id).unwrap_or_default() {
                        deliver(reply, decision.clone());
                    }
                }
                // Nobody may be listening.
                Output::Decided(block) => drop(self.decided.send(block)),
                Output::View(view) => drop(self.view.send_replace(view)),
                Output::Alarm(alarm) => tracing::error!(?alarm, "the chain raises an alarm"),
                Output::Distrust { member, why } => {
                    tracing::warn!(%member, why, "a peer broke a rule");
                }
                // A keeper alone keeps no log, and no other node is linked.
                Output::Log(_)
                | Output::ResetLog(_)
                | Output::Send { .. }
                | Output::Answer { .. } => {}
            }
        }
    }

    /// Takes a request and those that came with it, so that their commands share a block.
    fn answer(&mut self, first: Option<Request>) {
        let mut commands = Vec::new();
        let mut next = first;
        for _ in 0..REQUESTS_MAX {
            let Some(request) = next.take().or_else(|| self.requests.try_recv().ok()) else {
                break;
            };
            match request {
                Request::Status { id, reply } => {
                    let fate = self.machine.fate(&id).unwrap_or(Decision::Unknown(id));
                    deliver(reply, fate);
                }
                Request::Propose(asked) => {
                    for (command, reply) in asked {
                        self.wait_for(&command, reply);
                        commands.push(command);
                    }
                }
            }
        }
        if !commands.is_empty() {
            self.step(Input::Propose(commands));
        }
    }

    fn wait_for(&mut self, command: &Command, reply: oneshot::Sender<Decision>) {
        let id = command.id(self.machine.club());
        let replies = self.waiting.entry(id).or_default();
        replies.retain(|reply| !reply.is_closed());
        replies.push(reply);
    }
}

fn now(clock: &dyn Clock) -> Now {
    Now {
        unix: clock.now(),
        monotonic: clock.monotonic(),
    }
}

/// Waits for what is under way, for ever if nothing is.
async fn until<T>(work: &mut Option<BoxFuture<'static, T>>) -> T {
    match work {
        Some(work) => work.await,
        None => pending().await,
    }
}

/// Waits until a timer runs out, for ever if none runs.
async fn next_timer(timers: &BTreeMap<Timer, Instant>) -> Timer {
    match timers.iter().min_by_key(|(timer, at)| (**at, **timer)) {
        Some((timer, at)) => {
            tokio::time::sleep_until(*at).await;
            *timer
        }
        None => pending().await,
    }
}

/// Answers; whoever stopped waiting for the answer doesn't need it.
fn deliver(reply: oneshot::Sender<Decision>, decision: Decision) {
    drop(reply.send(decision));
}
