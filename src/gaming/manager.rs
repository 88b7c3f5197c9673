//! The handle that intents go in by, and the loop behind it.
//!
//! One task owns everything: the keys, the thoughts of the bots, the histories. It proposes commands
//! one after the other and never shows anything that the chain has not decided.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::accuse::Accusations;
use super::asked::{Asked, Fate};
use super::dice_driver::DiceNotes;
use super::epochs::Epochs;
use super::history::{self, History};
use super::limits::{REQUESTS_MAX, RETRY_PAUSE};
use super::parts::{GameLinks, GameSettings, ManagerError, ManagerParts};
use super::signer::Signers;
use super::thoughts::Thoughts;
use super::{Intent, IntentId, Refusal, Reply};
use crate::clock::Clock;
use crate::club::{Body, ClubState, Command, TableNo};
use crate::consensus::{DecidedBlock, Decision, DistributedStateManager, LeftOut, Rejection};
use crate::identity::StorageKey;
use crate::ledger::MemberNo;
use crate::storage::StoreHandle;

/// The name of the service.
pub const SERVICE_NAME: &str = "game manager";

enum Request {
    Intent {
        id: IntentId,
        intent: Intent,
        reply: oneshot::Sender<Reply>,
    },
    Works {
        reply: oneshot::Sender<Result<(), String>>,
    },
}

/// The game manager as the rest of the program uses it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ConsensusGameManager {
    requests: mpsc::Sender<Request>,
}

impl ConsensusGameManager {
    /// Returns the handle and the loop, which the caller spawns.
    ///
    /// # Errors
    /// [`ManagerError`].
    pub fn new(
        parts: ManagerParts,
    ) -> Result<(Self, impl FnOnce(CancellationToken) -> ManagerLoop), ManagerError> {
        let (requests, inbox) = mpsc::channel(REQUESTS_MAX);
        let manager = Manager::new(parts)?;
        let run = move |cancel| -> ManagerLoop { Box::pin(manager.run(inbox, cancel)) };
        Ok((Self { requests }, run))
    }

    /// Asks for something. It is queued at once, in the order of calls; the future waits for the
    /// answer only. Asking again with the same id has no second effect, unless the answer was
    /// [`Reply::Lost`]; the ids of one manager's callers must not overlap.
    pub fn ask(
        &self,
        id: IntentId,
        intent: Intent,
    ) -> impl Future<Output = Reply> + Send + 'static {
        let (reply, answer) = oneshot::channel();
        let queued = self
            .requests
            .try_send(Request::Intent { id, intent, reply });
        async move {
            match queued {
                Ok(()) => answer.await.unwrap_or(Reply::Lost),
                Err(mpsc::error::TrySendError::Full(_)) => Reply::Rejected(Refusal::QueueFull {
                    limit: REQUESTS_MAX,
                }),
                Err(mpsc::error::TrySendError::Closed(_)) => Reply::Rejected(stopped()),
            }
        }
    }

    /// Asks the manager's loop whether it can do all its work; `Err` says what it can't do at the
    /// moment. `None` when the loop has ended.
    pub async fn works(&self) -> Option<Result<(), String>> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Works { reply }).await.ok()?;
        answer.await.ok()
    }
}

/// The running loop of a manager.
pub type ManagerLoop = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

fn stopped() -> Refusal {
    Refusal::NotRunning {
        service: SERVICE_NAME,
        state: "stopped",
        why: "it ended before it answered".to_owned(),
    }
}

/// What the loop owns.
pub(super) struct Manager {
    pub(super) chain: DistributedStateManager,
    pub(super) blocks: broadcast::Receiver<Arc<DecidedBlock>>,
    pub(super) store: StoreHandle,
    pub(super) epochs: Epochs,
    pub(super) signers: Signers,
    pub(super) storage_key: StorageKey,
    pub(super) thoughts: Thoughts,
    pub(super) histories: BTreeMap<TableNo, History>,
    pub(super) links: GameLinks,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: GameSettings,
    /// Rolls that a bot's word did not start; asked again after the next intent.
    pub(super) declined: BTreeMap<TableNo, u64>,
    pub(super) trouble: Option<String>,
    /// Whether there is something to be shown: the club of one's own once its first table is set up,
    /// so that nobody sees half of it.
    pub(super) is_set_up: bool,
    pub(super) dice: DiceNotes,
    /// What became of the intents.
    pub(super) asked: Asked,
    /// Keepers that signed two things.
    pub(super) accusations: Accusations,
    /// The last proposed command, if nothing is known of it.
    pub(super) sent: Option<(MemberNo, Command)>,
    /// The last roll of which it was told that the host left out openings.
    pub(super) left_out: Option<LeftOut>,
}

impl Manager {
    pub(super) fn new(parts: ManagerParts) -> Result<Self, ManagerError> {
        let blocks = parts.chain.subscribe();
        let state = parts.chain.view().state.clone();
        let key = parts.player.signing_key().clone();
        let public = crate::club::PublicKey(key.verifying_key().to_bytes());
        let me = state.member_of(&public).ok_or(ManagerError::NotAMember)?;
        let mut signers = Signers::new(me, key);
        signers.take_up_bots(&state, &parts.storage_key);
        let mut histories: BTreeMap<TableNo, History> = BTreeMap::new();
        for past in &parts.past {
            let seen = history::as_seen_by(me, &state, past);
            histories
                .entry(past.record.table)
                .or_default()
                .push(Arc::new(seen));
        }
        for (table, placed) in history::by_table(&parts.placed) {
            let history = histories.entry(table).or_default();
            history.placed_before(placed.into());
        }
        Ok(Self {
            blocks,
            epochs: Epochs::new(parts.secrets),
            signers,
            thoughts: Thoughts::new(parts.settings.pace, parts.settings.seed),
            histories,
            declined: BTreeMap::new(),
            trouble: None,
            is_set_up: false,
            dice: DiceNotes::default(),
            asked: Asked::default(),
            accusations: Accusations::default(),
            sent: None,
            left_out: None,
            chain: parts.chain,
            store: parts.store,
            storage_key: parts.storage_key,
            links: parts.links,
            clock: parts.clock,
            settings: parts.settings,
        })
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<Request>, cancel: CancellationToken) {
        self.is_set_up = !self.state().is_solo();
        self.publish();
        self.renew_own_key().await;
        self.open_practice().await;
        self.is_set_up = true;
        self.publish();
        let mut views = self.chain.watch();
        loop {
            self.keep_up().await;
            let pause = self.pause();
            let is_shared = !self.state().is_solo();
            tokio::select! {
                biased;
                () = cancel.cancelled() => return self.withdraw_seals().await,
                Some(sent) = self.dice.answers.next() => self.heard(sent),
                block = self.blocks.recv() => match block {
                    Ok(block) => self.absorb(&block),
                    Err(broadcast::error::RecvError::Lagged(missed)) => self.missed(missed),
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                request = inbox.recv() => match request {
                    Some(request) => self.take_request(request).await,
                    None => return,
                },
                // Others' openings show there before they are on a block.
                Ok(()) = views.changed(), if is_shared => {}
                () = wait(pause) => self.move_bots().await,
            }
        }
    }

    /// Does what follows from the newest state, until nothing more does: a bot's throw wants
    /// openings, these end the roll, and the next roll wants seals.
    async fn keep_up(&mut self) {
        let mut done = None;
        while done != Some(self.state().height()) {
            done = Some(self.state().height());
            self.absorb_decided();
            self.do_duties().await;
            self.accuse().await;
            self.let_bots_think();
            self.let_bots_roll().await;
        }
    }

    /// How long nothing happens by itself: until a bot has thought, a keeper opens, a keeper is accused,
    /// or a failed duty is tried again.
    fn pause(&self) -> Option<Duration> {
        let now = self.clock.monotonic();
        let thought = self.thoughts.next_end().map(|end| end.saturating_sub(now));
        let retry = self.trouble.is_some().then_some(RETRY_PAUSE);
        let opening = self.dice.opens_in;
        let turn = self.accusations.next_in;
        let all = thought.into_iter().chain(retry).chain(opening).chain(turn);
        all.min()
    }

    async fn take_request(&mut self, request: Request) {
        match request {
            Request::Intent { id, intent, reply } => {
                self.declined.clear();
                self.epochs.stir(self.clock.monotonic());
                let answer = self.handle_once(id, intent).await;
                // Who no longer waits needs no answer.
                drop(reply.send(answer));
            }
            Request::Works { reply } => {
                let works = self.trouble.clone().map_or(Ok(()), Err);
                drop(reply.send(works));
            }
        }
    }

    /// Does what is asked, unless it was done before or may still be done.
    pub(super) async fn handle_once(&mut self, id: IntentId, intent: Intent) -> Reply {
        self.sent = None;
        let answer = match self.asked.find(id).cloned() {
            Some(Fate::Answered(answer)) => return answer,
            Some(Fate::Sent(member, command)) => {
                let admits = matches!(command.body, Body::Admit { .. });
                let answer = self.propose_command(member, *command).await;
                let is_admitted = admits && matches!(answer, Reply::Decided(_));
                // A bot that is admitted has no seat yet.
                if is_admitted && matches!(intent, Intent::AddBot { .. }) {
                    self.handle(intent).await
                } else {
                    answer
                }
            }
            None => self.handle(intent).await,
        };
        match (&answer, self.sent.take()) {
            (Reply::Unknown, Some((member, command))) => {
                self.asked.note(id, Fate::Sent(member, Box::new(command)));
            }
            // What was not sent is tried anew when it is asked again.
            (Reply::Unknown, None) => {}
            (Reply::Decided(_) | Reply::Rejected(_) | Reply::Lost, _) => {
                self.asked.note(id, Fate::Answered(answer.clone()));
            }
        }
        answer
    }

    pub(super) fn state(&self) -> Arc<ClubState> {
        Arc::clone(&self.chain.view().state)
    }

    /// Signs and proposes one command, and takes in what was decided meanwhile.
    pub(super) async fn propose(&mut self, member: MemberNo, body: Body) -> Reply {
        let state = self.state();
        let Some(command) = self.signers.sign(&state, self.clock.now(), member, body) else {
            return Reply::Rejected(Refusal::Dropped {
                why: format!("this node has no key of member {member}"),
            });
        };
        self.propose_command(member, command).await
    }

    pub(super) async fn propose_command(&mut self, member: MemberNo, command: Command) -> Reply {
        let decision = self.chain.propose(command.clone()).await;
        self.absorb_decided();
        self.sent = matches!(decision, Decision::Unknown(_)).then_some((member, command));
        self.reply(member, decision)
    }

    pub(super) fn reply(&mut self, member: MemberNo, decision: Decision) -> Reply {
        match decision {
            Decision::Decided(height) => Reply::Decided(height),
            Decision::Unknown(_) => Reply::Unknown,
            Decision::Rejected(rejection) => {
                if !rejection.used_number() {
                    self.signers.give_back(member);
                }
                Reply::Rejected(refusal(rejection))
            }
        }
    }
}

async fn wait(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}

fn refusal(rejection: Rejection) -> Refusal {
    match rejection {
        Rejection::Refused { why, .. } => Refusal::Club(why),
        Rejection::Closed { why } => Refusal::NotRunning {
            service: "consensus",
            state: "closed",
            why,
        },
        Rejection::RefusedBefore { .. }
        | Rejection::NotTaken(_)
        | Rejection::TooManyWaiting { .. }
        | Rejection::Overrun => Refusal::Dropped {
            why: rejection.to_string(),
        },
    }
}
