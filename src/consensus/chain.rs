//! The chain's loop: one task that owns the state, the waiting commands and the engine.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, pending};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::found::OpenedClub;
use super::limits::{EVENTS_MAX, REMEMBERED_MAX, REQUESTS_MAX};
use super::limits::{RETRY_FIRST, RETRY_LAST};
use super::manager::{DistributedStateManager, Request};
use super::orderer::{Act, OrderEvent, Orderer};
use super::past::StoredRolls;
use super::stored::StoredBlock;
use super::view::{ChainCondition, ChainView, DecidedBlock};
use super::{Certificate, Decision, KeeperSet, Mempool, Rejection, SoleKeeper, follow};
use crate::clock::Clock;
use crate::club::{self, Built, ClubState, Command, CommandFault, CommandId, Height, TimeMs};
use crate::club::{Applied, Block, KeeperNo};
use crate::storage::{StoreError, StoreHandle, Write};

/// Everything that the loop waits for.
enum Event {
    /// Somebody asks.
    Asked(Request),
    /// The block's write has ended.
    Written(Result<(), StoreError>),
    /// It is time to try the write again.
    Retry,
    /// The loop shall end.
    Cancelled,
}

/// A decided block on its way to the disk.
struct Landing {
    decided: Arc<DecidedBlock>,
    write: Write,
    /// The pause before the next attempt, after a failed one.
    pause: Duration,
}

/// A club's chain on this node. [`run`](Self::run) is the service; it ends with its token.
#[expect(
    missing_debug_implementations,
    reason = "a future in it has none; the view says what there is to say"
)]
pub struct Chain {
    store: StoreHandle,
    clock: Arc<dyn Clock>,
    engine: Option<(KeeperNo, Box<dyn Orderer>)>,
    state: Arc<ClubState>,
    certificate: Option<Arc<Certificate>>,
    proposer: Option<KeeperNo>,
    condition: ChainCondition,
    mempool: Mempool,
    fates: Fates,
    waiting: BTreeMap<CommandId, Vec<oneshot::Sender<Decision>>>,
    landing: Option<Landing>,
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
        let engine = opened.vote_key.map(|(number, key)| {
            let engine: Box<dyn Orderer> = Box::new(SoleKeeper::new(club, number, key));
            (number, engine)
        });
        let mut fates = Fates::default();
        for stored in &opened.newest {
            fates.remember_stored(stored);
        }
        let newest = opened.newest.last();
        let state = Arc::new(opened.state);
        let certificate = opened.certificate.map(Arc::new);
        let proposer = newest.map(|newest| newest.block.header.proposer);
        let condition = ChainCondition::Working;
        let first = view_of(&state, certificate.clone(), proposer, condition.clone());
        let (view, watch) = watch::channel(first);
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
            store,
            clock,
            engine,
            state,
            certificate,
            proposer,
            condition,
            mempool: Mempool::default(),
            fates,
            waiting: BTreeMap::new(),
            landing: None,
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
        let mut writing: Option<BoxFuture<'static, Result<(), StoreError>>> = None;
        let mut pause: Option<BoxFuture<'static, ()>> = None;
        loop {
            let event = tokio::select! {
                biased;
                outcome = until(&mut writing) => Event::Written(outcome),
                () = cancel.cancelled() => Event::Cancelled,
                () = until(&mut pause) => Event::Retry,
                Some(request) = self.requests.recv() => Event::Asked(request),
            };
            match event {
                Event::Asked(request) => self.answer(request),
                Event::Written(outcome) => {
                    writing = None;
                    let after = self.written(outcome);
                    pause = after.map(|after| tokio::time::sleep(after).boxed());
                }
                Event::Retry => pause = None,
                Event::Cancelled => break,
            }
            if writing.is_none() && pause.is_none() {
                if self.landing.is_none() {
                    self.take_what_waits();
                    self.order();
                }
                writing = self.write();
            }
        }
        if let Some(last) = writing.or_else(|| self.write()) {
            let outcome = last.await;
            self.written(outcome);
        }
    }

    /// Takes requests that came meanwhile, so that they share the next block.
    fn take_what_waits(&mut self) {
        for _ in 0..REQUESTS_MAX {
            let Ok(request) = self.requests.try_recv() else {
                return;
            };
            self.answer(request);
        }
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Status { id, reply } => {
                let fate = self.fates.find(&id).unwrap_or(Decision::Unknown(id));
                deliver(reply, fate);
            }
            Request::Propose(commands) => {
                for (command, reply) in commands {
                    self.propose(command, reply);
                }
            }
        }
    }

    fn propose(&mut self, command: Command, reply: oneshot::Sender<Decision>) {
        let id = command.id(self.state.club());
        if let Some(fate) = self.fates.find(&id) {
            return deliver(reply, fate);
        }
        let closed = match &self.condition {
            ChainCondition::Working if self.engine.is_some() => None,
            ChainCondition::Working => Some("this node is no keeper of the club".to_owned()),
            ChainCondition::StoreFails(error) => Some(error.to_string()),
            ChainCondition::Halted(why) => Some(why.clone()),
        };
        // A command that waits already may still be decided, whatever the condition is.
        if self.mempool.contains(&id) {
            let replies = self.waiting.entry(id).or_default();
            replies.retain(|reply| !reply.is_closed());
            replies.push(reply);
            return;
        }
        if let Some(why) = closed {
            return deliver(reply, Decision::Rejected(Rejection::Closed { why }));
        }
        let time = self.next_time();
        match self.mempool.insert(&self.state, time, command) {
            Ok(gone) => {
                self.waiting.entry(id).or_default().push(reply);
                for id in gone {
                    self.settle(&id, &Decision::Rejected(Rejection::Overrun));
                }
            }
            Err(why) => deliver(reply, Decision::Rejected(why)),
        }
    }

    /// Returns the time that a block of now would have.
    fn next_time(&self) -> TimeMs {
        TimeMs(
            self.clock
                .now()
                .0
                .max(self.state.time().0.saturating_add(1)),
        )
    }

    /// Answers everybody who waits for a command.
    fn settle(&mut self, id: &CommandId, decision: &Decision) {
        for reply in self.waiting.remove(id).unwrap_or_default() {
            deliver(reply, decision.clone());
        }
    }

    /// Builds a block of what waits and has the engine decide it.
    fn order(&mut self) {
        let working = matches!(self.condition, ChainCondition::Working);
        let Some((number, _)) = self.engine.as_ref().filter(|_| working) else {
            return;
        };
        if self.mempool.is_empty() {
            return;
        }
        let (state, time, number) = (Arc::clone(&self.state), self.next_time(), *number);
        let candidates = self.mempool.candidates(&self.state);
        let built = guarded(|| club::build(&state, time, number, candidates));
        let built = match built {
            Ok(built) => built,
            Err(why) => return self.halt(why),
        };
        for (command, why) in &built.left_out {
            // No room in this block: there is the next one.
            if !matches!(why, CommandFault::Size(_)) {
                let id = command.id(state.club());
                self.mempool.remove(&id);
                self.settle(&id, &Decision::Rejected(why.clone().into()));
            }
        }
        if !built.block.commands.is_empty() {
            self.decide(&built);
        }
    }

    /// Runs the engine from the start of the height until it has nothing more to be done.
    fn decide(&mut self, built: &Built) {
        let height = built.block.header.height;
        let keepers = match KeeperSet::new(self.state.keepers()) {
            Ok(keepers) => keepers,
            Err(why) => return self.halt(why.to_string()),
        };
        let Some((_, engine)) = &mut self.engine else {
            return;
        };
        let mut acts = VecDeque::from(engine.begin(height, &keepers, Vec::new()));
        while let Some(act) = acts.pop_front() {
            match act {
                Act::NeedBlock { height, round, .. } => {
                    let block = built.block.clone();
                    let Some((_, engine)) = &mut self.engine else {
                        return;
                    };
                    acts.extend(engine.step(OrderEvent::Block {
                        height,
                        round,
                        block,
                    }));
                }
                Act::Decided { block, certificate } => self.land(built, block, certificate),
                Act::Stop(reason) => self.halt(reason.to_string()),
                // There is nobody to send to, to wait for or to judge when one keeper decides.
                Act::Log(_)
                | Act::Send { .. }
                | Act::Arm { .. }
                | Act::Disarm(_)
                | Act::DisarmAll
                | Act::Judge { .. }
                | Act::Accuse(_) => {
                    self.halt("the engine of a sole keeper asked for others".to_owned());
                }
            }
        }
    }

    /// Prepares the one durable write of a decided block.
    fn land(&mut self, built: &Built, block: Block, certificate: Certificate) {
        let state = Arc::clone(&self.state);
        let applied = if block == built.block {
            Ok(built.applied.clone())
        } else {
            guarded(|| follow(&state, &block, &certificate))
                .and_then(|outcome| outcome.map_err(|why| why.to_string()))
        };
        let applied: Applied = match applied {
            Ok(applied) => applied,
            Err(why) => return self.halt(why),
        };
        let refused = applied.outcomes.iter().zip(0_u16..);
        let refused = refused.filter_map(|((_, outcome), place)| outcome.is_err().then_some(place));
        let stored = StoredBlock {
            block,
            certificate,
            refused: refused.collect(),
        };
        let write = Write::Block {
            club: *state.club(),
            height: stored.block.header.height,
            block: stored.to_bytes(),
            state: applied.state.to_bytes(),
            rolls: StoredRolls::of(stored.block.header.time, &applied.events).to_bytes(),
        };
        let StoredBlock {
            block, certificate, ..
        } = stored;
        let decided = Arc::new(DecidedBlock {
            id: block.id(),
            block,
            certificate,
            outcomes: applied.outcomes,
            events: applied.events,
            state: Arc::new(applied.state),
        });
        self.landing = Some(Landing {
            decided,
            write,
            pause: RETRY_FIRST,
        });
    }

    /// Starts the write of the block that lands, if there is one.
    fn write(&self) -> Option<BoxFuture<'static, Result<(), StoreError>>> {
        let landing = self.landing.as_ref()?;
        if matches!(self.condition, ChainCondition::Halted(_)) {
            return None;
        }
        let (store, write) = (self.store.clone(), landing.write.clone());
        Some(async move { store.write(write).await }.boxed())
    }

    /// Shows and answers a block that is durable, or says why it isn't. Returns the pause before
    /// the next attempt.
    fn written(&mut self, outcome: Result<(), StoreError>) -> Option<Duration> {
        match outcome {
            Ok(()) => {
                if let Some(landing) = self.landing.take() {
                    self.condition = ChainCondition::Working;
                    self.show(&landing.decided);
                }
                None
            }
            Err(error) if error.is_passing() => {
                let landing = self.landing.as_mut()?;
                let pause = landing.pause;
                landing.pause = pause.saturating_mul(2).min(RETRY_LAST);
                self.condition = ChainCondition::StoreFails(error);
                self.publish();
                Some(pause)
            }
            Err(error) => {
                self.halt(error.to_string());
                None
            }
        }
    }

    fn show(&mut self, decided: &Arc<DecidedBlock>) {
        let header = &decided.block.header;
        self.state = Arc::clone(&decided.state);
        self.certificate = Some(Arc::new(decided.certificate.clone()));
        self.proposer = Some(header.proposer);
        self.publish();
        // Nobody may be listening.
        drop(self.decided.send(Arc::clone(decided)));
        for (id, outcome) in &decided.outcomes {
            let fate = match outcome {
                Ok(()) => Decision::Decided(header.height),
                Err(why) => Decision::Rejected(Rejection::Refused {
                    height: header.height,
                    why: why.clone(),
                }),
            };
            self.mempool.remove(id);
            self.settle(id, &fate);
            self.fates.remember(*id, fate);
        }
    }

    /// Stops for good: nothing more is decided, shown or written. What waits stays unknown.
    fn halt(&mut self, why: String) {
        self.condition = ChainCondition::Halted(why);
        self.waiting.clear();
        self.publish();
    }

    fn publish(&self) {
        let view = view_of(
            &self.state,
            self.certificate.clone(),
            self.proposer,
            self.condition.clone(),
        );
        self.view.send_replace(view);
    }
}

fn view_of(
    state: &Arc<ClubState>,
    certificate: Option<Arc<Certificate>>,
    proposer: Option<KeeperNo>,
    condition: ChainCondition,
) -> Arc<ChainView> {
    Arc::new(ChainView {
        club: *state.club(),
        height: state.height(),
        tip: state.tip(),
        time: state.time(),
        root: state.state_root(),
        round: 0,
        proposer,
        certificate,
        keepers: state.keepers().to_vec(),
        behind: 0,
        condition,
        state: Arc::clone(state),
    })
}

/// Waits for what is under way, for ever if nothing is.
async fn until<T>(work: &mut Option<BoxFuture<'static, T>>) -> T {
    match work {
        Some(work) => work.await,
        None => pending().await,
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

/// Answers; whoever stopped waiting for the answer doesn't need it.
fn deliver(reply: oneshot::Sender<Decision>, decision: Decision) {
    drop(reply.send(decision));
}

/// What became of the newest commands.
#[derive(Debug, Default)]
struct Fates {
    by_id: BTreeMap<CommandId, Decision>,
    oldest_first: VecDeque<CommandId>,
}

impl Fates {
    fn find(&self, id: &CommandId) -> Option<Decision> {
        self.by_id.get(id).cloned()
    }

    fn remember(&mut self, id: CommandId, fate: Decision) {
        if self.by_id.insert(id, fate).is_none() {
            self.oldest_first.push_back(id);
        }
        while self.oldest_first.len() > REMEMBERED_MAX {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_id.remove(&oldest);
            }
        }
    }

    fn remember_stored(&mut self, stored: &StoredBlock) {
        let header = &stored.block.header;
        let height: Height = header.height;
        for (command, place) in stored.block.commands.iter().zip(0_u16..) {
            let fate = if stored.refused.contains(&place) {
                Decision::Rejected(Rejection::RefusedBefore { height })
            } else {
                Decision::Decided(height)
            };
            self.remember(command.id(&header.club), fate);
        }
    }
}
