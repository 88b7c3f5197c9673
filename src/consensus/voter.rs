//! This node's vote in one club: its key, the log of what it signed, and the engine that uses both.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::machine::{KeptLog, NoRekey};
use super::vote_keys::{Found, Vote, VoteKey};
use super::{
    KeeperSet, MalachiteOrderer, Orderer, PaceTimeouts, VoteKeyError, VoteKeys, VoteLog,
    VoteLogFault,
};
use crate::club::{
    Body, ClubId, ClubState, KeeperNo, PublicKey, Rekey, SignatureBytes, vote_key_message,
};
use crate::identity::{Identity, Signer as _};
use crate::ledger::MemberNo;

/// Makes the engine of a keeper whose club has this newest state and whose links are of this kind.
pub(super) type MakeEngine = Box<
    dyn Fn(KeeperNo, &Arc<Identity>, &ClubState, PaceTimeouts) -> Option<Box<dyn Orderer>> + Send,
>;

/// A member that can't show that its node is ready to keep the club.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// It votes already.
    #[error("this node keeps the club already, as keeper {number}")]
    Votes {
        /// Under this number.
        number: KeeperNo,
    },
    /// Its state is not among the newest ones.
    #[error("this node lacks {blocks} blocks")]
    Behind {
        /// How many.
        blocks: u64,
    },
    /// Nothing is decided any more.
    #[error("the club stopped on this node: {why}")]
    Halted {
        /// Why.
        why: String,
    },
    /// The key can't be made.
    #[error(transparent)]
    VoteKey(#[from] VoteKeyError),
    /// The chain's loop has ended.
    #[error("the chain has ended")]
    Ended,
}

/// A founder whose node can't go on under a new vote key.
#[derive(Debug, thiserror::Error)]
pub enum NoSuccessor {
    /// The chain does not allow it now.
    #[error(transparent)]
    Refused(#[from] NoRekey),
    /// Members have not said what they hold: if one holds a later block, the new key proves a fork.
    #[error("{} members have not said which blocks they hold", members.len())]
    Unheard {
        /// Who.
        members: Vec<MemberNo>,
    },
    /// It is no keeper's node.
    #[error("this node's player does not keep the club")]
    NoKeeper,
    /// The key can't be made.
    #[error(transparent)]
    VoteKey(#[from] VoteKeyError),
    /// The chain's loop has ended.
    #[error("the chain has ended")]
    Ended,
}

/// The voting part of a chain.
pub(super) struct Voter {
    keys: VoteKeys,
    own: Option<(KeeperNo, Arc<Identity>)>,
    /// Whether no durable state has that key under that number yet, so that it is kept as a candidate's.
    is_early: bool,
    log: Option<Box<dyn VoteLog>>,
    /// The key of a member that asked to keep the club.
    candidate: Option<VoteKey>,
    make: MakeEngine,
    pace: PaceTimeouts,
}

impl fmt::Debug for Voter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Voter")
            .field("number", &self.own.as_ref().map(|(number, _)| number))
            .finish_non_exhaustive()
    }
}

impl Voter {
    /// Returns the voter with what a start found, and what the engine's log held.
    pub(super) fn new(
        keys: VoteKeys,
        found: Found,
        state: &ClubState,
        (make, pace): (MakeEngine, PaceTimeouts),
    ) -> (Self, KeptLog) {
        let Found { vote, candidate } = found;
        let mut voter = Self {
            keys,
            own: None,
            is_early: false,
            log: None,
            candidate,
            make,
            pace,
        };
        let Some(Vote { number, key, kept }) = vote else {
            return (voter, KeptLog::empty(state.height().next()));
        };
        voter.own = Some((number, key.key));
        voter.log = key.log;
        (voter, kept)
    }

    /// Returns a fresh engine for this node's key, if it has one and the keepers can decide.
    pub(super) fn engine(&self, state: &ClubState) -> Option<(KeeperNo, Box<dyn Orderer>)> {
        let (number, key) = self.own.as_ref()?;
        Some((*number, (self.make)(*number, key, state, self.pace)?))
    }

    /// Uses the vote log on a thread that may wait for the disk.
    pub(super) async fn log(
        &mut self,
        work: impl FnOnce(&mut dyn VoteLog) -> io::Result<()> + Send + 'static,
    ) -> Result<(), String> {
        self.use_log(work).await?.map_err(|error| error.to_string())
    }

    async fn use_log<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut dyn VoteLog) -> T + Send + 'static,
    ) -> Result<T, String> {
        let Some(mut log) = self.log.take() else {
            return Err("there is none".to_owned());
        };
        let using = tokio::task::spawn_blocking(move || {
            let outcome = work(&mut *log);
            (log, outcome)
        });
        let (log, outcome) = using.await.map_err(|broken| broken.to_string())?;
        self.log = Some(log);
        Ok(outcome)
    }

    /// Reads the log again, for an engine that takes the place of one that broke.
    pub(super) async fn kept(&mut self, state: &ClubState) -> KeptLog {
        if self.log.is_none() && !state.is_shared() {
            return KeptLog::empty(state.height().next());
        }
        let read = self.use_log(|log| log.read()).await;
        match read.map(|read| read.map_err(|fault: VoteLogFault| fault.to_string())) {
            Ok(Ok((height, records))) => KeptLog::Kept { height, records },
            Ok(Err(why)) | Err(why) => KeptLog::Lost(why),
        }
    }

    /// Returns the word of a member's node that it follows and would vote, for the member to sign.
    /// The key with its log is made when it is asked for first.
    pub(super) async fn ready(
        &mut self,
        state: &ClubState,
        member: MemberNo,
    ) -> Result<Body, NotReady> {
        let club = *state.club();
        self.candidate(state).await?;
        let candidate = self.candidate.as_ref().ok_or(VoteKeyError::NoPlace)?;
        let key = &candidate.key;
        Ok(Body::KeeperReady {
            vote_key: key.public_key(),
            proof: SignatureBytes(key.sign(&vote_key_message(&club, member))),
            height: state.height(),
            state_root: state.state_root(),
        })
    }

    /// Returns the key that would vote next, and makes it with its log if there is none.
    pub(super) async fn candidate(&mut self, state: &ClubState) -> Result<PublicKey, VoteKeyError> {
        let candidate = match self.candidate.take() {
            Some(candidate) => candidate,
            None => self.keys.make(*state.club(), state.height().next()).await?,
        };
        let key = candidate.key.public_key();
        self.candidate = Some(candidate);
        Ok(key)
    }

    /// Makes the candidate's key the one that votes, under a number, and returns its engine.
    pub(super) async fn succeed(
        &mut self,
        state: &ClubState,
        number: KeeperNo,
    ) -> Option<Box<dyn Orderer>> {
        let VoteKey { key, log } = self.candidate.take()?;
        if let Err(error) = self.keys.adopt(*state.club(), number, &key).await {
            // It is found by its first name too.
            tracing::warn!(%error, %number, "the number of the vote key isn't noted");
        }
        self.own = Some((number, key));
        self.is_early = false;
        self.log = log;
        let next = state.height().next();
        if let Err(why) = self.log(move |log| log.reset(next)).await {
            tracing::warn!(why, "the vote log can't be turned to its first height");
        }
        self.engine(state).map(|(_, engine)| engine)
    }

    /// Makes the candidate's key the one that votes under a number that new vote keys give it, and
    /// returns its engine and what its log holds: an earlier run may have voted with it already. It stays a
    /// candidate's until a block gives it that number.
    pub(super) async fn begin(
        &mut self,
        state: &ClubState,
        number: KeeperNo,
    ) -> Option<(Box<dyn Orderer>, KeptLog)> {
        let VoteKey { key, log } = self.candidate.take()?;
        self.own = Some((number, key));
        self.is_early = true;
        self.log = log;
        let next = state.height().next();
        let turned = self.use_log(move |log| {
            let (height, _) = log.read().map_err(|fault| fault.to_string())?;
            if height < next {
                log.reset(next).map_err(|error| error.to_string())?;
            }
            Ok(())
        });
        let log = match turned.await.and_then(|turned| turned) {
            Ok(()) => self.kept(state).await,
            Err(why) => KeptLog::Lost(why),
        };
        let (_, engine) = self.engine(state)?;
        Some((engine, log))
    }

    /// Takes the post as a keeper that a new state gives to the candidate's key, and returns
    /// its engine. Its log is empty, and goes on to the height after that state.
    pub(super) async fn take_post(
        &mut self,
        state: &ClubState,
    ) -> Option<(KeeperNo, Box<dyn Orderer>)> {
        self.settle(state).await;
        let public = self.candidate.as_ref()?.key.public_key();
        let mut keepers = state.keepers().iter();
        let number = keepers.find(|keeper| keeper.vote_key == public)?.no;
        let engine = self.succeed(state, number).await?;
        Some((number, engine))
    }

    /// Notes under which number the key votes, once a state says so.
    async fn settle(&mut self, state: &ClubState) {
        let Some((number, key)) = self.own.as_ref().filter(|_| self.is_early) else {
            return;
        };
        let known = state.keeper(*number).map(|keeper| keeper.vote_key);
        if known != Some(key.public_key()) {
            return;
        }
        if let Err(error) = self.keys.adopt(*state.club(), *number, key).await {
            // It is found by its first name too.
            tracing::warn!(%error, %number, "the number of the vote key isn't noted");
        }
        self.is_early = false;
    }

    /// Returns the new vote keys that this node signed last.
    pub(super) async fn signed(&mut self, club: &ClubId) -> Result<Option<Rekey>, VoteKeyError> {
        self.keys.signed(club).await
    }

    /// Remembers which new vote keys this node signs.
    pub(super) async fn keep_signed(&mut self, club: &ClubId, rekey: &Rekey) -> Result<(), String> {
        let kept = self.keys.keep_signed(club, rekey).await;
        kept.map_err(|error| error.to_string())
    }

    /// Forgets this node's key if a new state has it among the keepers no more. A number that is still to
    /// be given is that of a key whose first block is on its way.
    pub(super) async fn leave_post(&mut self, state: &ClubState) {
        let own = self.own.as_ref().map(|(number, _)| *number);
        let is_given = |number: &KeeperNo| *number < state.next_keeper_no();
        let Some(number) = own
            .filter(is_given)
            .filter(|own| state.keeper(*own).is_none())
        else {
            return;
        };
        self.own = None;
        if let Err(error) = self.keys.forget(*state.club(), number).await {
            // The next start does it.
            tracing::warn!(%error, %number, "the key of a former keeper isn't forgotten yet");
        }
    }

    /// Keeps for every later start that the key must not sign any more.
    pub(super) async fn retire(&mut self, why: &str) {
        let Some((_, key)) = &self.own else {
            return;
        };
        if let Err(error) = self.keys.retire(&key.public_key(), why).await {
            tracing::error!(%error, "it isn't noted that the vote key must not be used any more");
        }
    }
}

/// Makes the engine of the program.
pub(super) fn malachite(
    number: KeeperNo,
    key: &Arc<Identity>,
    state: &ClubState,
    pace: PaceTimeouts,
) -> Option<Box<dyn Orderer>> {
    // With keepers that can't decide there is no engine; the machine says why.
    let keepers = KeeperSet::new(state.keepers()).ok()?;
    let (club, height) = (*state.club(), state.height());
    let key = Arc::clone(key) as _;
    let engine = MalachiteOrderer::new(club, number, key, height, &keepers, pace);
    Some(Box::new(engine))
}
