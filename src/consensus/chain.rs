//! The chain's loop: one task that drives the machine and does what it wants done.

mod keys;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, pending};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::limits::{BLOCKS_PER_ANSWER_MAX, EVENTS_MAX, REQUESTS_MAX};
use super::links::{LinkEvent, Links};
use super::machine::{Alarm, HostWatch, Input, Machine, MachineParts, Now, Output, Timer};
use super::manager::{DistributedStateManager, Request};
use super::open::OpenedClub;
use super::proofs::{ForkFiles, ProofBook, misconduct_of};
use super::view::{ChainView, DecidedBlock};
use super::voter::{MakeEngine, Voter, malachite};
use super::wire::Message;
use super::{Decision, StoredBlock};
use crate::clock::Clock;
use crate::club::{Command, CommandId, Height};
use crate::ledger::MemberNo;
use crate::storage::{StoreError, StoreHandle, Write};

/// Everything that the loop waits for.
enum Event {
    /// Somebody asks.
    Asked(Request),
    /// The block's write has ended.
    Written(Result<(), StoreError>),
    /// A timer ran out.
    Timer(Timer),
    /// The file that proves a fork is written, or not.
    Proven(Result<PathBuf, String>),
    /// Something came from another node.
    Link(LinkEvent),
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
    first: Vec<Output>,
    voter: Voter,
    links: Option<Links>,
    store: StoreHandle,
    clock: Arc<dyn Clock>,
    writing: Option<BoxFuture<'static, Result<(), StoreError>>>,
    timers: BTreeMap<Timer, Instant>,
    waiting: BTreeMap<CommandId, Vec<oneshot::Sender<Decision>>>,
    proofs: ProofBook,
    /// What earlier runs remembered of the host, until it is taken up.
    host: Option<Box<HostWatch>>,
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
        Self::with_engine(opened, store, clock, propose_timeout, Box::new(malachite))
    }

    /// As [`new`](Self::new), with engines of another make.
    pub(super) fn with_engine(
        opened: OpenedClub,
        store: StoreHandle,
        clock: Arc<dyn Clock>,
        propose_timeout: Duration,
        make: MakeEngine,
    ) -> (DistributedStateManager, Self) {
        let OpenedClub {
            state,
            newest,
            votes,
            found,
            proofs,
            unreadable_proofs,
            pace,
            host,
            ..
        } = opened;
        let club = *state.club();
        let (voter, log) = Voter::new(votes, found, &state, (make, pace));
        let parts = MachineParts {
            engine: voter.engine(&state),
            state,
            newest,
            log,
            pace,
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
            first,
            voter,
            links: None,
            store,
            clock,
            writing: None,
            timers: BTreeMap::new(),
            waiting: BTreeMap::new(),
            proofs: ProofBook::new(proofs, unreadable_proofs),
            host: host.map(Box::new),
            requests: queue,
            view,
            decided,
        };
        (manager, chain)
    }

    /// Gives the chain links to other nodes.
    #[must_use]
    pub fn linked(mut self, links: Links) -> Self {
        self.links = Some(links);
        self
    }

    /// Has the proof of a fork written into a file.
    #[must_use]
    pub fn proving(mut self, files: Arc<dyn ForkFiles>) -> Self {
        self.proofs.files = Some(files);
        self
    }

    /// Orders blocks while there are commands, and sleeps without a timer while there are none.
    /// When `cancel` fires, a block that is decided is still written and answered, if the store
    /// takes it at once; commands that wait are not.
    pub async fn run(mut self, cancel: CancellationToken) {
        let first = std::mem::take(&mut self.first);
        self.execute_all(first).await;
        if let Some(watch) = self.host.take() {
            self.step(Input::RecallHost(watch)).await;
        }
        for proof in self.proofs.take_old() {
            self.step(Input::TakeUp(proof)).await;
        }
        self.execute_all(Vec::new()).await;
        loop {
            let event = tokio::select! {
                biased;
                outcome = until(&mut self.writing) => Event::Written(outcome),
                file = until(&mut self.proofs.writing) => Event::Proven(file),
                () = cancel.cancelled() => Event::Cancelled,
                timer = next_timer(&self.timers) => Event::Timer(timer),
                // Before what others send: a peer that never rests must not silence this node.
                Some(request) = self.requests.recv() => Event::Asked(request),
                Some(event) = next_report(&mut self.links) => Event::Link(event),
            };
            match event {
                Event::Asked(request) => self.take_requests(Some(request)).await,
                Event::Written(outcome) => {
                    self.writing = None;
                    // What came meanwhile shares the next block.
                    self.take_requests(None).await;
                    self.step(Input::Written(outcome)).await;
                }
                Event::Proven(file) => {
                    self.proofs.wrote(file);
                    self.execute_all(Vec::new()).await;
                }
                Event::Timer(timer) => {
                    self.timers.remove(&timer);
                    self.step(Input::Timer(timer)).await;
                }
                Event::Link(event) => self.step(input_of(event)).await,
                Event::Cancelled => break,
            }
        }
        self.step(Input::Stop).await;
        if let Some(last) = self.writing.take() {
            let outcome = last.await;
            self.step(Input::Written(outcome)).await;
        }
    }

    /// Tells the machine something, and does what it wants done.
    async fn step(&mut self, input: Input) {
        let outputs = self.machine.step(now(&*self.clock), input);
        self.execute_all(outputs).await;
    }

    /// Does what the machine wants done, and what follows from that.
    async fn execute_all(&mut self, outputs: Vec<Output>) {
        let mut outputs = outputs;
        loop {
            let broke = outputs.iter().any(is_broken_engine);
            let failed = self.execute(outputs).await;
            outputs = if let Some(why) = failed {
                let input = Input::LogFailed(why);
                self.machine.step(now(&*self.clock), input)
            } else if broke {
                self.revive().await
            } else {
                let state = Arc::clone(self.machine.state());
                self.voter.leave_post(&state).await;
                if let Some((number, engine)) = self.voter.take_post(&state).await {
                    self.machine.take_post(now(&*self.clock), number, engine)
                } else if let Some(kept) = self.proofs.changed() {
                    let input = Input::ProofsKept(kept);
                    self.machine.step(now(&*self.clock), input)
                } else if let Some(word) = self.machine.whole_word().cloned() {
                    self.take_new_keys(word).await
                } else {
                    return;
                }
            };
        }
    }

    /// Does what one answer wants done, in its order. Returns why the vote log failed, if it did.
    async fn execute(&mut self, outputs: Vec<Output>) -> Option<String> {
        let mut failed = None;
        for output in outputs {
            match output {
                Output::Log(records) => {
                    let done = self.voter.log(move |log| log.append(&records)).await;
                    failed = failed.or(done.err());
                }
                Output::ResetLog(height) => {
                    let done = self.voter.log(move |log| log.reset(height)).await;
                    failed = failed.or(done.err());
                }
                // What rests on records that are not durable must never go out.
                Output::Send { to, bytes } => {
                    for member in to.into_iter().filter(|_| failed.is_none()) {
                        self.send(member, Arc::clone(&bytes));
                    }
                }
                Output::SendBlocks { to, from } => self.send_blocks(to, from).await,
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
                Output::RememberHost(row) => self.remember_host(row).await,
                Output::KeepSigned(rekey) => {
                    let club = *self.machine.club();
                    let done = self.voter.keep_signed(&club, &rekey).await;
                    failed = failed.or(done.err());
                }
                // Nobody may be listening.
                Output::Decided(block) => drop(self.decided.send(block)),
                Output::View(view) => drop(self.view.send_replace(view)),
                Output::Alarm(alarm) => self.alarm(&alarm).await,
                Output::Distrust { member, why } => {
                    tracing::warn!(%member, why, "a peer broke a rule");
                }
            }
        }
        failed
    }

    /// Keeps what the host left out. Play goes on without it: it is not there after the next start
    /// then.
    async fn remember_host(&mut self, row: Vec<u8>) {
        let club = *self.machine.club();
        if let Err(error) = self.store.write(Write::Host { club, row }).await {
            tracing::error!(%error, "what the host left out can't be kept");
        }
    }

    async fn alarm(&mut self, alarm: &Alarm) {
        tracing::error!(?alarm, "the chain raises an alarm");
        if let Alarm::Retired(why) = alarm {
            self.voter.retire(why).await;
        }
        if let Some(proof) = misconduct_of(alarm) {
            self.proofs
                .keep(&self.store, *self.machine.club(), &proof)
                .await;
        }
    }

    /// Hands a message to the links; returns whether they had room for it. What had none is sent
    /// again by the machine's own clock.
    fn send(&self, member: MemberNo, bytes: Arc<[u8]>) -> bool {
        let links = self.links.as_ref();
        links.is_some_and(|links| links.outgoing.try_send((member, bytes)).is_ok())
    }

    async fn send_blocks(&mut self, to: MemberNo, from: Height) {
        let club = *self.machine.club();
        let read = self.store.blocks(club, from, BLOCKS_PER_ANSWER_MAX).await;
        let rows = match read {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "blocks can't be read for a peer"),
        };
        for (height, row) in rows {
            let sent = match StoredBlock::from_bytes(&row) {
                Ok(stored) => self.send(to, Message::of_stored(stored).to_bytes().into()),
                Err(error) => {
                    tracing::error!(%error, %height, "a stored block can't be read");
                    false
                }
            };
            if !sent {
                return;
            }
        }
    }

    /// Takes a request and those that came with it, so that their commands share a block.
    async fn take_requests(&mut self, first: Option<Request>) {
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
                Request::TrustHost => self.step(Input::TrustHost).await,
                Request::Alive(reply) => deliver(reply, ()),
                Request::Succeed {
                    identity,
                    despite,
                    reply,
                } => deliver(reply, self.succeed(&identity, &despite).await),
                Request::Ready { member, reply } => deliver(reply, self.ready(member).await),
                Request::Propose(asked) => {
                    for (command, reply) in asked {
                        self.wait_for(&command, reply);
                        commands.push(command);
                    }
                }
            }
        }
        if !commands.is_empty() {
            self.step(Input::Propose(commands)).await;
        }
    }

    fn wait_for(&mut self, command: &Command, reply: oneshot::Sender<Decision>) {
        let id = command.id(self.machine.club());
        let replies = self.waiting.entry(id).or_default();
        replies.retain(|reply| !reply.is_closed());
        replies.push(reply);
    }
}

const fn is_broken_engine(output: &Output) -> bool {
    matches!(output, Output::Alarm(Alarm::EngineBroke { .. }))
}

fn now(clock: &dyn Clock) -> Now {
    Now {
        unix: clock.now(),
        monotonic: clock.monotonic(),
    }
}

fn input_of(event: LinkEvent) -> Input {
    match event {
        LinkEvent::Up(member) => Input::Linked { member },
        LinkEvent::Down(member) => Input::Unlinked { member },
        LinkEvent::Message { from, bytes } => Input::Message { from, bytes },
    }
}

/// Waits for what the links report, for ever if there are none or their carrier is gone.
async fn next_report(links: &mut Option<Links>) -> Option<LinkEvent> {
    match links {
        Some(links) => links.incoming.recv().await,
        None => None,
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
fn deliver<T>(reply: oneshot::Sender<T>, answer: T) {
    drop(reply.send(answer));
}
