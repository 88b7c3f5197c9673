//! A club of several nodes in one runtime with paused time: each with its store and its vote logs on a
//! disk, joined by links that lose nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, RuntimeClock, UnixMillis};
use crate::club::{
    Body, Charter, ClubId, Command, Height, KeeperChange, KeeperNo, MemberKind, Settings,
    SignedCharter, TimeMs,
};
use crate::consensus::PaceTimeouts;
use crate::consensus::voter::{MakeEngine, malachite};
use crate::consensus::wire::Message;
use crate::consensus::{
    Carrier, Chain, ChainCondition, ChainView, Decision, DistributedStateManager, LinkEvent, Links,
    LogRecord, Terms, VoteKeys, Voting, found_club, join_club, open_club,
};
use crate::control::ForkFileWriter;
use crate::identity::{Identity, SeededEntropy, Signer as _, StorageKey};
use crate::ledger::MemberNo;
use crate::storage::{SecretName, Secrets, Store, StoreHandle};

/// How long a proposal is waited for before it is made again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// When the nodes start.
const START: UnixMillis = UnixMillis(1_800_000_000_000);

/// How many stores were opened.
static STARTS: AtomicU64 = AtomicU64::new(0);

/// Whose openings never reach the host.
type Unheard = Arc<Mutex<BTreeSet<MemberNo>>>;

/// Where each running node takes in what its links report.
type Reports = Arc<Mutex<BTreeMap<MemberNo, mpsc::Sender<LinkEvent>>>>;

/// Node `n` is that of member `n`.
pub(crate) struct Cluster {
    pub(crate) club: ClubId,
    pub(crate) clock: Arc<dyn Clock>,
    charter: SignedCharter,
    folder: tempfile::TempDir,
    reports: Reports,
    unheard: Unheard,
    nodes: BTreeMap<u32, Running>,
    /// The newest height that anybody was told of.
    height: Height,
}

struct Running {
    chain: DistributedStateManager,
    store: StoreHandle,
    secrets: Secrets,
    serving: JoinHandle<()>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

/// A store on the disk, with the secrets and vote keys beside it.
pub(crate) struct Opened {
    pub(crate) store: StoreHandle,
    serving: JoinHandle<()>,
    pub(crate) secrets: Secrets,
    pub(crate) votes: VoteKeys,
}

/// Returns the identity of a member.
pub(crate) fn key_of(member: u32) -> Identity {
    Identity::from_seed(&[u8::try_from(member).unwrap() + 1; 32])
}

fn locked(reports: &Reports) -> MutexGuard<'_, BTreeMap<MemberNo, mpsc::Sender<LinkEvent>>> {
    reports.lock().unwrap()
}

impl Cluster {
    /// Returns the running nodes of a hosted club with so many members beside the founder.
    pub(crate) async fn hosted(others: u32) -> Self {
        Self::founded(Settings::solo(), others).await
    }

    /// As [`hosted`](Self::hosted), with other settings.
    pub(crate) async fn founded(settings: Settings, others: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(RuntimeClock::new(START));
        let opened = open_files(&folder.path().join("0"), 0);
        let terms = Terms {
            name: "The back room".to_owned(),
            founder_name: "Ann".to_owned(),
            supply: Charter::DEFAULT_SUPPLY,
            grant: Charter::DEFAULT_GRANT,
            settings,
            founded: TimeMs(START.0 - 60_000),
        };
        let signer = key_of(0);
        let founding = found_club(&opened.store, &opened.secrets, &signer, terms);
        let club = founding.await.unwrap();
        let charter = opened.store.club(club).await.unwrap().charter;
        close(opened.store, opened.serving).await;
        let mut cluster = Self {
            club,
            charter: SignedCharter::from_bytes(&charter).unwrap(),
            folder,
            clock,
            reports: Arc::default(),
            unheard: Arc::default(),
            nodes: BTreeMap::new(),
            height: Height(0),
        };
        cluster.start(0).await;
        for member in 1..=others {
            cluster.admit(member).await;
            cluster.start(member).await;
        }
        cluster
    }

    /// Makes a person a member, whose node does not run yet.
    pub(crate) async fn admit(&mut self, member: u32) {
        let body = Body::Admit {
            key: key_of(member).public_key(),
            name: format!("Player {member}"),
            kind: MemberKind::Person,
        };
        self.decide(0, body).await;
    }

    pub(crate) const fn charter(&self) -> &SignedCharter {
        &self.charter
    }

    /// Returns the running nodes of a club that members 0 to 3 keep, with so many others beside.
    pub(crate) async fn shared(others: u32) -> Self {
        let mut cluster = Self::hosted(3 + others).await;
        cluster.grow().await;
        cluster
    }

    /// Makes members 1 to 3 keepers beside the founder.
    pub(crate) async fn grow(&mut self) {
        for member in 1..4 {
            self.make_ready(member).await;
        }
        let members = (1..4).map(MemberNo).collect();
        let change = KeeperChange::Grow { members };
        self.decide(0, Body::ChangeKeepers { change }).await;
        for member in 0..4 {
            self.until_votes(member, u16::try_from(member).unwrap())
                .await;
        }
    }

    pub(crate) async fn make_ready(&mut self, member: u32) {
        self.reached(member).await;
        let body = self.chain(member).make_ready(MemberNo(member)).await;
        self.decide(member, body.unwrap()).await;
    }

    /// Has three keepers approve a change, which then is made.
    pub(crate) async fn change(&mut self, approving: [u32; 3], change: KeeperChange) {
        for member in approving {
            let change = change.clone();
            self.decide(member, Body::ChangeKeepers { change }).await;
        }
        self.all_reached().await;
    }

    pub(crate) fn folder(&self, member: u32) -> PathBuf {
        self.folder.path().join(member.to_string())
    }

    /// Returns the vote logs of a node, by name.
    pub(crate) fn logs(&self, member: u32) -> Vec<PathBuf> {
        let votes = std::fs::read_dir(self.folder(member).join("votes")).unwrap();
        let mut logs: Vec<_> = votes.map(|entry| entry.unwrap().path()).collect();
        logs.retain(|path| path.extension().is_some_and(|ending| ending == "log"));
        logs.sort();
        logs
    }

    pub(crate) fn open_files(&self, member: u32) -> Opened {
        open_files(&self.folder(member), member)
    }

    /// Has the log of a stopped keeper say that it is about a later height than the store knows.
    pub(crate) async fn put_back_below_the_log(&self, member: u32) {
        let files = self.open_files(member);
        let opened = open_club(&files.store, &files.votes, self.club).await;
        let mut opened = opened.unwrap();
        let log = opened.found.vote.as_mut().unwrap();
        let log = log.key.log.as_mut().unwrap();
        log.reset(Height(999)).unwrap();
        log.append(&[LogRecord(vec![1])]).unwrap();
        drop(opened);
        files.close().await;
    }

    pub(crate) async fn start(&mut self, member: u32) {
        self.start_with(member, Box::new(malachite)).await;
    }

    /// Starts a node whose links to other keepers are of this kind.
    pub(crate) async fn start_paced(&mut self, member: u32, pace: PaceTimeouts) {
        self.start_as(member, Box::new(malachite), pace).await;
    }

    /// Starts a node with an engine of another make.
    pub(crate) async fn start_with(&mut self, member: u32, make: MakeEngine) {
        self.start_as(member, make, PaceTimeouts::Local).await;
    }

    async fn start_as(&mut self, member: u32, make: MakeEngine, pace: PaceTimeouts) {
        let files = self.open_files(member);
        join_club(&files.store, self.charter.clone()).await.unwrap();
        let opened = open_club(&files.store, &files.votes, self.club).await;
        let opened = opened.map(|opened| opened.paced(pace));
        let (store, clock) = (files.store.clone(), Arc::clone(&self.clock));
        let timeout = ASK_AGAIN;
        let (chain, service) =
            Chain::with_engine(opened.unwrap(), store.clone(), clock, timeout, make);
        let proofs = self.folder(member).join("proofs");
        let service = service.proving(Arc::new(ForkFileWriter::new(store.clone(), proofs)));
        let (links, carrier) = Links::new();
        self.carry(MemberNo(member), carrier).await;
        let cancel = CancellationToken::new();
        let task = TaskTracker::new().spawn(service.linked(links).run(cancel.clone()));
        let running = Running {
            chain,
            store,
            secrets: files.secrets,
            serving: files.serving,
            cancel,
            task,
        };
        assert!(self.nodes.insert(member, running).is_none());
    }

    /// Brings up the links between a node and those that run, and carries what it sends.
    async fn carry(&self, me: MemberNo, carrier: Carrier) {
        let Carrier {
            reports,
            mut outgoing,
        } = carrier;
        let others: Vec<_> = locked(&self.reports).clone().into_iter().collect();
        for (other, theirs) in others {
            reports.send(LinkEvent::Up(other)).await.unwrap();
            // Whoever has ended hears nothing.
            drop(theirs.send(LinkEvent::Up(me)).await);
        }
        locked(&self.reports).insert(me, reports);
        let everybody = Arc::clone(&self.reports);
        let unheard = Arc::clone(&self.unheard);
        TaskTracker::new().spawn(async move {
            while let Some((to, bytes)) = outgoing.recv().await {
                let is_unheard = to == MemberNo::FOUNDER && unheard.lock().unwrap().contains(&me);
                if is_unheard && is_opening(&bytes) {
                    continue;
                }
                let theirs = locked(&everybody).get(&to).cloned();
                if let Some(theirs) = theirs {
                    let (from, bytes) = (me, bytes.to_vec());
                    drop(theirs.send(LinkEvent::Message { from, bytes }).await);
                }
            }
        });
    }

    /// From now on the openings of these members alone never reach the host: what a host does that
    /// drops them, as the others see it.
    pub(crate) fn leave_out(&self, members: &[u32]) {
        let members = members.iter().copied().map(MemberNo);
        *self.unheard.lock().unwrap() = members.collect();
    }

    /// Has nodes hear messages over the link of a member whose own node does not run.
    pub(crate) async fn say(&self, from: u32, to: impl Iterator<Item = u32>, said: &[Message]) {
        let from = MemberNo(from);
        for member in to {
            let theirs = locked(&self.reports).get(&MemberNo(member)).cloned();
            let theirs = theirs.unwrap();
            theirs.send(LinkEvent::Up(from)).await.unwrap();
            for message in said {
                let bytes = message.to_bytes();
                let heard = LinkEvent::Message { from, bytes };
                theirs.send(heard).await.unwrap();
            }
        }
    }

    /// Returns the key with which the stopped node of a keeper votes.
    pub(crate) async fn vote_key(&self, member: u32, keeper: u16) -> Identity {
        let club = self.club;
        let files = self.open_files(member);
        let name = SecretName::VoteKey { club, keeper };
        let seed = files.secrets.find(name).await.unwrap().unwrap();
        files.close().await;
        Identity::from_seed(&seed)
    }

    /// Tells whether a running node has the key of a keeper.
    pub(crate) async fn has_vote_key(&self, member: u32, keeper: u16) -> bool {
        let club = self.club;
        let name = SecretName::VoteKey { club, keeper };
        let found = self.nodes[&member].secrets.find(name).await;
        found.unwrap().is_some()
    }

    /// Returns the store of a running node, and the secrets in it.
    pub(crate) fn store(&self, member: u32) -> (StoreHandle, Secrets) {
        let node = &self.nodes[&member];
        (node.store.clone(), node.secrets.clone())
    }

    /// Ends a node in the middle of whatever it does, as a crash of the program would.
    pub(crate) async fn kill(&mut self, member: u32) {
        let node = self.nodes.remove(&member).unwrap();
        node.task.abort();
        self.end(member, node).await;
    }

    pub(crate) async fn stop(&mut self, member: u32) {
        let node = self.nodes.remove(&member).unwrap();
        node.cancel.cancel();
        self.end(member, node).await;
    }

    async fn end(&mut self, member: u32, node: Running) {
        drop(node.task.await);
        locked(&self.reports).remove(&MemberNo(member));
        let others: Vec<_> = locked(&self.reports).values().cloned().collect();
        for other in others {
            drop(other.send(LinkEvent::Down(MemberNo(member))).await);
        }
        close(node.store, node.serving).await;
    }

    pub(crate) async fn stop_all(&mut self) {
        for member in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.stop(member).await;
        }
    }

    pub(crate) fn chain(&self, member: u32) -> &DistributedStateManager {
        &self.nodes[&member].chain
    }

    pub(crate) fn view(&self, member: u32) -> Arc<ChainView> {
        self.chain(member).view()
    }

    pub(crate) fn voting(&self, member: u32) -> Voting {
        self.view(member).voting.clone()
    }

    /// Signs a member's next command with the state of its own node.
    pub(crate) fn sign(&self, member: u32, body: Body) -> Command {
        let state = &self.view(member).state;
        let sequence = state.member(MemberNo(member)).unwrap().sequence + 1;
        let not_after = TimeMs(state.time().0 + 600_000);
        let key = key_of(member);
        let (club, member) = (&self.club, MemberNo(member));
        Command::sign(key.signing_key(), club, member, sequence, not_after, body)
    }

    /// Proposes a member's command at its own node until it is decided.
    pub(crate) async fn decide(&mut self, member: u32, body: Body) -> Height {
        self.reached(member).await;
        let command = self.sign(member, body);
        loop {
            match self.chain(member).propose(command.clone()).await {
                Decision::Decided(height) => {
                    self.height = self.height.max(height);
                    return height;
                }
                Decision::Unknown(_) => {}
                other @ Decision::Rejected(_) => panic!("member {member}: {other:?}"),
            }
        }
    }

    /// Waits until a node has what was decided.
    pub(crate) async fn reached(&self, member: u32) {
        assert!(self.chain(member).reached(self.height).await);
    }

    pub(crate) async fn all_reached(&self) {
        for member in self.nodes.keys() {
            self.reached(*member).await;
        }
    }

    /// Waits until a node's view is as wanted.
    pub(crate) async fn until(&self, member: u32, wanted: impl Fn(&ChainView) -> bool) {
        let mut watch = self.chain(member).watch();
        watch.wait_for(|view| wanted(view)).await.unwrap();
    }

    /// Waits until a node votes under a number: it takes its post just after the block that gives
    /// it.
    pub(crate) async fn until_votes(&self, member: u32, number: u16) {
        self.reached(member).await;
        let wanted = Voting::Votes(KeeperNo(number));
        self.until(member, |view| view.voting == wanted).await;
    }

    /// Checks that the nodes that run agree.
    pub(crate) async fn agree(&self) {
        let heights = self.nodes.values().map(|node| node.chain.view().height);
        let newest = heights.max().unwrap();
        for node in self.nodes.values() {
            assert!(node.chain.reached(newest.max(self.height)).await);
        }
        let seen = self.nodes.values().map(|node| {
            let view = node.chain.view();
            assert!(matches!(view.condition, ChainCondition::Working));
            (view.height, view.root)
        });
        let seen: Vec<_> = seen.collect();
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    }
}

fn is_opening(bytes: &[u8]) -> bool {
    matches!(
        Message::from_bytes(bytes),
        Ok(Message::Command(Command {
            body: Body::Open { .. },
            ..
        }))
    )
}

fn open_files(folder: &Path, member: u32) -> Opened {
    let store = Store::open_or_create(&folder.join("store.redb")).unwrap();
    let (store, serving) = StoreHandle::in_virtual_time(store);
    // Another stream of randomness for each start, as a real one has.
    let seed = STARTS.fetch_add(1, Ordering::SeqCst) * 100 + u64::from(member);
    let key = StorageKey::from_bytes([6; 32]);
    let secrets = Secrets::new(store.clone(), key, Arc::new(SeededEntropy::new(seed)));
    let votes = VoteKeys::new(secrets.clone(), folder.join("votes"));
    Opened {
        store,
        serving,
        secrets,
        votes,
    }
}

impl Opened {
    pub(crate) async fn close(self) {
        close(self.store, self.serving).await;
    }
}

async fn close(store: StoreHandle, serving: JoinHandle<()>) {
    // Closed already if its chain closed it.
    drop(store.close().await);
    serving.await.unwrap();
}
