//! The vote log under a running chain: what is sent, is in it before.

use std::io;
use std::sync::mpsc as blocking;

use tokio::sync::mpsc;

use super::cluster::Cluster;
use super::*;
use crate::consensus::wire::Message;

/// A log that tells of each write before it is done, and waits for leave.
#[derive(Debug)]
struct Gate {
    log: Box<dyn VoteLog>,
    entered: mpsc::Sender<()>,
    leave: blocking::Receiver<io::Result<()>>,
}

impl VoteLog for Gate {
    fn read(&mut self) -> Result<(Height, Vec<LogRecord>), VoteLogFault> {
        self.log.read()
    }

    fn append(&mut self, records: &[LogRecord]) -> io::Result<()> {
        self.entered.blocking_send(()).unwrap();
        self.leave.recv().unwrap()?;
        self.log.append(records)
    }

    fn reset(&mut self, next: Height) -> io::Result<()> {
        self.log.reset(next)
    }
}

/// A keeper of four whose log is gated, and the ends of its links.
struct Gated {
    chain: DistributedStateManager,
    command: Command,
    entered: mpsc::Receiver<()>,
    leave: blocking::Sender<io::Result<()>>,
    carrier: Carrier,
    cancel: CancellationToken,
    task: JoinHandle<()>,
    cluster: Cluster,
}

impl Gated {
    async fn start() -> Self {
        let mut cluster = Cluster::shared(0).await;
        let command = cluster.sign(1, Body::Nothing);
        cluster.stop_all().await;
        let files = cluster.open_files(1);
        let mut opened = open_club(&files.store, &files.votes, cluster.club)
            .await
            .unwrap();
        let (entering, entered) = mpsc::channel(8);
        let (leave, leaving) = blocking::channel();
        let vote = opened.found.vote.as_mut().unwrap();
        let log = vote.key.log.take().unwrap();
        vote.key.log = Some(Box::new(Gate {
            log,
            entered: entering,
            leave: leaving,
        }));
        let clock = Arc::clone(&cluster.clock);
        let (chain, service) = Chain::new(opened, files.store, clock, PROPOSE_TIMEOUT);
        let (links, carrier) = Links::new();
        for member in [0, 2, 3] {
            let up = LinkEvent::Up(MemberNo(member));
            carrier.reports.send(up).await.unwrap();
        }
        let cancel = CancellationToken::new();
        let task = TaskTracker::new().spawn(service.linked(links).run(cancel.clone()));
        Self {
            chain,
            command,
            entered,
            leave,
            carrier,
            cancel,
            task,
            cluster,
        }
    }

    /// Takes what was sent so far; tells how much of it rests on the log.
    fn sent(&mut self) -> usize {
        let mut statements = 0;
        while let Ok((_, bytes)) = self.carrier.outgoing.try_recv() {
            statements += usize::from(is_statement(&bytes));
        }
        statements
    }
}

fn is_statement(bytes: &[u8]) -> bool {
    matches!(Message::from_bytes(bytes), Ok(Message::Engine { .. }))
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_the_log_holds_it() {
    let mut gated = Gated::start().await;
    let asking = gated.chain.clone();
    let command = gated.command.clone();
    let asked = TaskTracker::new().spawn(async move { asking.propose(command).await });
    // The write is under way, and for all the loop knows it takes for ever.
    gated.entered.recv().await.unwrap();
    assert_eq!(gated.sent(), 0);
    gated.leave.send(Ok(())).unwrap();
    loop {
        let (_, bytes) = gated.carrier.outgoing.recv().await.unwrap();
        if is_statement(&bytes) {
            break;
        }
    }
    drop(gated.leave);
    gated.task.abort();
    asked.abort();
    drop(gated.cluster);
}

#[tokio::test(start_paused = true)]
async fn what_the_log_does_not_take_is_never_sent_and_the_vote_is_silent() {
    let mut gated = Gated::start().await;
    let asking = gated.chain.clone();
    let command = gated.command.clone();
    let asked = TaskTracker::new().spawn(async move { asking.propose(command).await });
    gated.entered.recv().await.unwrap();
    let full = io::ErrorKind::StorageFull.into();
    gated.leave.send(Err(full)).unwrap();
    let mut watch = gated.chain.watch();
    let stopped = |view: &Arc<ChainView>| matches!(view.voting, Voting::Stopped(_));
    watch.wait_for(stopped).await.unwrap();
    assert_eq!(gated.sent(), 0);
    gated.cancel.cancel();
    (&mut gated.task).await.unwrap();
    assert_eq!(gated.sent(), 0);
    asked.abort();
}

#[tokio::test(start_paused = true)]
async fn a_sole_keeper_that_lost_its_log_keeps_its_key_since_the_blocks_are_its_log() {
    let mut cluster = Cluster::hosted(0).await;
    cluster.decide(0, Body::Nothing).await;
    let before = cluster.view(0).keepers.clone();
    for damage in [None, Some(b"no log".as_slice())] {
        cluster.stop(0).await;
        let logs = cluster.logs(0);
        assert_eq!(logs.len(), 1);
        match damage {
            None => std::fs::remove_file(&logs[0]).unwrap(),
            Some(bytes) => crate::files::write_atomic(&logs[0], bytes).unwrap(),
        }
        cluster.start(0).await;
        cluster.until_votes(0, 0).await;
        assert_eq!(cluster.view(0).keepers, before);
        cluster.decide(0, Body::Nothing).await;
        assert_eq!(cluster.logs(0), logs);
    }
}
