//! A club of several nodes in one process: each with its store and its vote logs on a disk, joined
//! by links that lose nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use tokio::sync::mpsc;

use super::*;
use crate::clock::SystemClock;
use crate::club::{KeeperChange, KeeperNo};
use crate::consensus::voter::{MakeEngine, malachite};
use crate::consensus::wire::Message;
use crate::control::ForkFileWriter;

/// How long a proposal is waited for before it is made again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Where each running node takes in what its links report.
type Reports = Arc<Mutex<BTreeMap<MemberNo, mpsc::Sender<LinkEvent>>>>;

/// Node `n` is that of member `n`.
pub(super) struct Cluster {
    pub(super) club: ClubId,
    pub(super) clock: Arc<dyn Clock>,
    charter: SignedCharter,
    folder: tempfile::TempDir,
    reports: Reports,
    nodes: BTreeMap<u32, Running>,
    /// The newest height that anybody was told of.
    height: Height,
}

struct Running {
    chain: DistributedStateManager,
    store: StoreHandle,
    secrets: Secrets,
    thread: std::thread::JoinHandle<()>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

/// A store on the disk, with the secrets and vote keys beside it.
pub(super) struct Opened {
    pub(super) store: StoreHandle,
    thread: std::thread::JoinHandle<()>,
    pub(super) secrets: Secrets,
    pub(super) votes: VoteKeys,
}

fn key_of(member: u32) -> Identity {
    identity(u8::try_from(member).unwrap() + 1)
}

fn locked(reports: &Reports) -> MutexGuard<'_, BTreeMap<MemberNo, mpsc::Sender<LinkEvent>>> {
    reports.lock().unwrap()
}

impl Cluster {
    /// Returns the running nodes of a hosted club with so many members beside the founder.
    pub(super) async fn hosted(others: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::new());
        let opened = open_files(&folder.path().join("0"), 0);
        let terms = Terms {
            founded: TimeMs(clock.now().0 - 60_000),
            ..terms()
        };
        let signer = founder();
        let founding = found_club(&opened.store, &opened.secrets, &signer, terms);
        let club = founding.await.unwrap();
        let charter = opened.store.club(club).await.unwrap().charter;
        close(opened.store, opened.thread).await;
        let mut cluster = Self {
            club,
            charter: SignedCharter::from_bytes(&charter).unwrap(),
            folder,
            clock,
            reports: Arc::default(),
            nodes: BTreeMap::new(),
            height: Height(0),
        };
        cluster.start(0).await;
        for member in 1..=others {
            let body = Body::Admit {
                key: key_of(member).public_key(),
                name: format!("Player {member}"),
                kind: MemberKind::Person,
            };
            cluster.decide(0, body).await;
            cluster.start(member).await;
        }
        cluster
    }

    /// Returns the running nodes of a club that members 0 to 3 keep, with so many others beside.
    pub(super) async fn shared(others: u32) -> Self {
        let mut cluster = Self::hosted(3 + others).await;
        cluster.grow().await;
        cluster
    }

    /// Makes members 1 to 3 keepers beside the founder.
    pub(super) async fn grow(&mut self) {
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

    pub(super) async fn make_ready(&mut self, member: u32) {
        self.reached(member).await;
        let body = self.chain(member).make_ready(MemberNo(member)).await;
        self.decide(member, body.unwrap()).await;
    }

    /// Has three keepers approve a change, which then is made.
    pub(super) async fn change(&mut self, approving: [u32; 3], change: KeeperChange) {
        for member in approving {
            let change = change.clone();
            self.decide(member, Body::ChangeKeepers { change }).await;
        }
        self.all_reached().await;
    }

    pub(super) fn folder(&self, member: u32) -> PathBuf {
        self.folder.path().join(member.to_string())
    }

    /// Returns the vote logs of a node, by name.
    pub(super) fn logs(&self, member: u32) -> Vec<PathBuf> {
        let votes = std::fs::read_dir(self.folder(member).join("votes")).unwrap();
        let mut logs: Vec<_> = votes.map(|entry| entry.unwrap().path()).collect();
        logs.retain(|path| path.extension().is_some_and(|ending| ending == "log"));
        logs.sort();
        logs
    }

    pub(super) fn open_files(&self, member: u32) -> Opened {
        open_files(&self.folder(member), member)
    }

    pub(super) async fn start(&mut self, member: u32) {
        self.start_with(member, Box::new(malachite)).await;
    }

    /// Starts a node with an engine of another make.
    pub(super) async fn start_with(&mut self, member: u32, make: MakeEngine) {
        let files = self.open_files(member);
        join_club(&files.store, self.charter.clone()).await.unwrap();
        let opened = open_club(&files.store, &files.votes, self.club).await;
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
            thread: files.thread,
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
        TaskTracker::new().spawn(async move {
            while let Some((to, bytes)) = outgoing.recv().await {
                let theirs = locked(&everybody).get(&to).cloned();
                if let Some(theirs) = theirs {
                    let (from, bytes) = (me, bytes.to_vec());
                    drop(theirs.send(LinkEvent::Message { from, bytes }).await);
                }
            }
        });
    }

    /// Has nodes hear messages over the link of a member whose own node does not run.
    pub(super) async fn say(&self, from: u32, to: impl Iterator<Item = u32>, said: &[Message]) {
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
    pub(super) async fn vote_key(&self, member: u32, keeper: u16) -> Identity {
        let club = self.club;
        let files = self.open_files(member);
        let name = SecretName::VoteKey { club, keeper };
        let seed = files.secrets.find(name).await.unwrap().unwrap();
        files.close().await;
        Identity::from_seed(&seed)
    }

    /// Returns the store of a running node, and the secrets in it.
    pub(super) fn store(&self, member: u32) -> (StoreHandle, Secrets) {
        let node = &self.nodes[&member];
        (node.store.clone(), node.secrets.clone())
    }

    /// Ends a node in the middle of whatever it does, as a crash of the program would.
    pub(super) async fn kill(&mut self, member: u32) {
        let node = self.nodes.remove(&member).unwrap();
        node.task.abort();
        self.end(member, node).await;
    }

    pub(super) async fn stop(&mut self, member: u32) {
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
        close(node.store, node.thread).await;
    }

    pub(super) async fn stop_all(&mut self) {
        for member in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.stop(member).await;
        }
    }

    pub(super) fn chain(&self, member: u32) -> &DistributedStateManager {
        &self.nodes[&member].chain
    }

    pub(super) fn view(&self, member: u32) -> Arc<ChainView> {
        self.chain(member).view()
    }

    pub(super) fn voting(&self, member: u32) -> Voting {
        self.view(member).voting.clone()
    }

    /// Signs a member's next command with the state of its own node.
    pub(super) fn sign(&self, member: u32, body: Body) -> Command {
        let state = &self.view(member).state;
        let sequence = state.member(MemberNo(member)).unwrap().sequence + 1;
        let not_after = TimeMs(state.time().0 + 600_000);
        let key = key_of(member);
        let (club, member) = (&self.club, MemberNo(member));
        Command::sign(key.signing_key(), club, member, sequence, not_after, body)
    }

    /// Proposes a member's command at its own node until it is decided.
    pub(super) async fn decide(&mut self, member: u32, body: Body) -> Height {
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
    pub(super) async fn reached(&self, member: u32) {
        assert!(self.chain(member).reached(self.height).await);
    }

    pub(super) async fn all_reached(&self) {
        for member in self.nodes.keys() {
            self.reached(*member).await;
        }
    }

    /// Waits until a node's view is as wanted.
    pub(super) async fn until(&self, member: u32, wanted: impl Fn(&ChainView) -> bool) {
        let mut watch = self.chain(member).watch();
        watch.wait_for(|view| wanted(view)).await.unwrap();
    }

    /// Waits until a node votes under a number: it takes its seat just after the block that gives
    /// it.
    pub(super) async fn until_votes(&self, member: u32, number: u16) {
        self.reached(member).await;
        let wanted = Voting::Votes(KeeperNo(number));
        self.until(member, |view| view.voting == wanted).await;
    }

    /// Checks that the nodes that run agree.
    pub(super) async fn agree(&self) {
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

fn open_files(folder: &Path, member: u32) -> Opened {
    let store = Store::open_or_create(&folder.join("store.redb")).unwrap();
    let (store, thread) = StoreHandle::spawn(store).unwrap();
    // Another stream of randomness for each start, as a real one has.
    let seed = std::fs::metadata(folder.join("store.redb")).unwrap().len();
    let seed = seed * 100 + u64::from(member);
    let key = StorageKey::from_bytes([6; 32]);
    let secrets = Secrets::new(store.clone(), key, Arc::new(SeededEntropy::new(seed)));
    let votes = VoteKeys::new(secrets.clone(), folder.join("votes"));
    Opened {
        store,
        thread,
        secrets,
        votes,
    }
}

impl Opened {
    pub(super) async fn close(self) {
        close(self.store, self.thread).await;
    }
}

async fn close(store: StoreHandle, thread: std::thread::JoinHandle<()>) {
    // Closed already if its chain closed it.
    drop(store.close().await);
    thread.join().unwrap();
}
