//! The handle to the chain.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{ChainView, DecidedBlock, Decision, NoSuccessor, NotReady};
use crate::club::{Body, ClubId, Command, CommandId, Height, KeeperNo};
use crate::ledger::MemberNo;

/// What the chain's loop can be asked.
#[derive(Debug)]
pub(super) enum Request {
    /// Take commands, in this order; each answer comes when its command's fate is durable.
    Propose(Vec<(Command, oneshot::Sender<Decision>)>),
    /// Tell what became of a command.
    Status {
        id: CommandId,
        reply: oneshot::Sender<Decision>,
    },
    /// Say that this member's node is ready to keep the club.
    Ready {
        member: MemberNo,
        reply: oneshot::Sender<Result<Body, NotReady>>,
    },
    /// Go on with a host that left out openings.
    TrustHost,
    /// Go on under a new vote key, by the word of who keeps the club.
    Succeed {
        identity: Box<SigningKey>,
        despite: BTreeSet<MemberNo>,
        reply: oneshot::Sender<Result<KeeperNo, NoSuccessor>>,
    },
    /// Say that the loop turns.
    Alive(oneshot::Sender<()>),
}

/// The club's chain as the rest of the program uses it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DistributedStateManager {
    pub(super) club: ClubId,
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) view: watch::Receiver<Arc<ChainView>>,
    pub(super) decided: broadcast::Sender<Arc<DecidedBlock>>,
    pub(super) timeout: Duration,
}

impl DistributedStateManager {
    /// Returns the club.
    #[must_use]
    pub const fn club(&self) -> ClubId {
        self.club
    }

    /// Returns the handle with another time-out.
    #[cfg(test)]
    pub(crate) const fn waiting(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Proposes a command and waits until its fate is durable, or for the time-out. Asking again
    /// with the same command is safe: a command has one effect.
    pub async fn propose(&self, command: Command) -> Decision {
        let id = command.id(&self.club);
        self.ask(id, |reply| Request::Propose(vec![(command, reply)]))
            .await
    }

    /// Proposes commands that belong into one block, and waits as [`Self::propose`] does; the answers
    /// are in the order of the commands.
    pub async fn propose_all(&self, commands: Vec<Command>) -> Vec<Decision> {
        let ids: Vec<CommandId> = commands
            .iter()
            .map(|command| command.id(&self.club))
            .collect();
        let (batch, answers): (Vec<_>, Vec<_>) = commands
            .into_iter()
            .map(|command| {
                let (reply, answer) = oneshot::channel();
                ((command, reply), answer)
            })
            .unzip();
        let asked = async {
            self.requests.send(Request::Propose(batch)).await.ok()?;
            Some(futures::future::join_all(answers).await)
        };
        let answers = tokio::time::timeout(self.timeout, asked)
            .await
            .ok()
            .flatten();
        let mut answers = answers.unwrap_or_default().into_iter();
        ids.into_iter()
            .map(|id| {
                answers
                    .next()
                    .and_then(Result::ok)
                    .unwrap_or(Decision::Unknown(id))
            })
            .collect()
    }

    /// Tells what became of a command; [`Decision::Unknown`] while it waits, and for commands that
    /// never came or are too long ago.
    pub async fn status(&self, id: CommandId) -> Decision {
        self.ask(id, |reply| Request::Status { id, reply }).await
    }

    async fn ask(
        &self,
        id: CommandId,
        request: impl FnOnce(oneshot::Sender<Decision>) -> Request,
    ) -> Decision {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.requests.send(request(reply)).await.ok()?;
            answer.await.ok()
        };
        tokio::time::timeout(self.timeout, asked)
            .await
            .ok()
            .flatten()
            .unwrap_or(Decision::Unknown(id))
    }

    /// Returns the word of `member`'s node that it follows and would vote, for the member to sign and
    /// propose: nobody becomes a keeper without it. The vote key and its log are made when this is
    /// asked first, and durable before the answer; from the block that makes the member a keeper
    /// on, the node votes with that key. The word holds for 64 blocks: after that, ask again.
    ///
    /// # Errors
    /// [`NotReady`].
    pub async fn make_ready(&self, member: MemberNo) -> Result<Body, NotReady> {
        let (reply, answer) = oneshot::channel();
        let asked = self.requests.send(Request::Ready { member, reply }).await;
        asked.map_err(|_ended| NotReady::Ended)?;
        answer.await.unwrap_or(Err(NotReady::Ended))
    }

    /// Goes on with a host that left out openings; `false` when the chain's loop has ended.
    pub async fn trust_host(&self) -> bool {
        self.requests.send(Request::TrustHost).await.is_ok()
    }

    /// Lets a club too few of whose keepers can vote go on under new vote keys, by the word of the
    /// keepers' identity keys in the header of the next block. `identity` is that of this node's player.
    /// This node must hold every block that a member holds: members who have not been heard are named
    /// and nothing is done, unless they are among `despite`. Returns the number of this node's new key.
    ///
    /// In a hosted club the founder's word is enough, and that block is made at once. In a shared one
    /// the players of a quorum of keepers must ask for it, each at the own node and with the same
    /// keepers among `despite`: those keep their old keys, all others get new ones. From that moment on this
    /// node votes no more until all of them have asked; who is still missing, its log says. What a node signed
    /// above a block it signs with no other keys there, not after a restart either.
    ///
    /// Not guaranteed: that nobody of `despite` holds a later block. Whoever does can prove a fork.
    ///
    /// # Errors
    /// [`NoSuccessor`]; then nothing has changed.
    pub async fn succeed(
        &self,
        identity: SigningKey,
        despite: BTreeSet<MemberNo>,
    ) -> Result<KeeperNo, NoSuccessor> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Succeed {
            identity: Box::new(identity),
            despite,
            reply,
        };
        let asked = self.requests.send(request).await;
        asked.map_err(|_ended| NoSuccessor::Ended)?;
        answer.await.unwrap_or(Err(NoSuccessor::Ended))
    }

    /// Waits until the chain's loop has come to this question; `false` when it has ended.
    pub async fn answers(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Alive(reply)).await.is_ok() && answer.await.is_ok()
    }

    /// Returns the newest view. Never waits.
    #[must_use]
    pub fn view(&self) -> Arc<ChainView> {
        Arc::clone(&self.view.borrow())
    }

    /// Returns a receiver that wakes at every new view.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<ChainView>> {
        self.view.clone()
    }

    /// Returns every block that is decided from now on. Whoever lags more than
    /// [`EVENTS_MAX`](super::limits::EVENTS_MAX) blocks starts again from the view.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<DecidedBlock>> {
        self.decided.subscribe()
    }

    /// Waits until the chain is at `height` or above; `false` when it stopped before.
    pub async fn reached(&self, height: Height) -> bool {
        let mut view = self.view.clone();
        view.wait_for(|view| view.height >= height).await.is_ok()
    }
}
