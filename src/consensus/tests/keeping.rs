//! Several keepers on real chains: they come, go, crash, lose their logs and break.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Mutex;

use super::cluster::Cluster;
use super::*;
use crate::club::{KeeperChange, KeeperNo};
use crate::consensus::voter::{MakeEngine, malachite};
use crate::consensus::wire::Message;

#[tokio::test(start_paused = true)]
async fn four_keepers_grow_out_of_one_decide_and_start_again() {
    let mut cluster = Cluster::shared(1).await;
    for member in 0..4 {
        let height = cluster.decide(member, Body::Nothing).await;
        assert!(height > Height(4));
    }
    assert_eq!(cluster.voting(4), Voting::Follows);
    cluster.agree().await;
    let view = cluster.view(0);
    assert_eq!((view.keepers.len(), view.quorum, view.faults), (4, 3, 1));
    let certificate = view.certificate.as_ref().unwrap();
    assert!(certificate.signatures.len() >= 3);

    for member in 0..4 {
        let [log] = &cluster.logs(member)[..] else {
            panic!("{:?}", cluster.logs(member));
        };
        let mode = fs::metadata(log).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    cluster.stop_all().await;
    for member in 0..5 {
        cluster.start(member).await;
    }
    cluster.decide(3, Body::Nothing).await;
    cluster.agree().await;
}

#[tokio::test(start_paused = true)]
async fn the_health_of_a_club_names_who_is_away_who_lacks_blocks_and_what_this_node_is() {
    let mut cluster = Cluster::shared(1).await;
    cluster.kill(3).await;
    let height = cluster.decide(0, Body::Nothing).await;
    cluster.until(0, |view| !view.keepers[3].is_linked).await;
    let view = cluster.view(0);
    let health = ClubHealth::from(&*view);
    assert_eq!(
        (health.height, health.quorum, health.faults),
        (height.0, 3, 1)
    );
    assert_eq!((&*health.condition, &*health.voting), ("working", "votes"));
    assert_eq!(health.root, view.root.to_string());
    let seen = health.keepers.iter();
    let seen: Vec<_> = seen
        .map(|one| (one.number, one.this_node, one.reached))
        .collect();
    let expected = [
        (0, true, true),
        (1, false, true),
        (2, false, true),
        (3, false, false),
    ];
    assert_eq!(seen, expected);
    assert_eq!(health.keepers[3].height, None);
    assert_eq!(health.keepers[1].name, "Player 1");
    assert!(
        health.words().contains("keepers 3 of 4"),
        "{}",
        health.words()
    );
    cluster.reached(4).await;
    assert_eq!(ClubHealth::from(&*cluster.view(4)).voting, "follows");

    // Whoever says that it is late is shown so.
    let (height, block) = (Height(2), view.tip);
    let late = Message::Tip { height, block };
    cluster.say(3, 0..1, &[late]).await;
    cluster
        .until(0, |view| view.keepers[3].height == Some(Height(2)))
        .await;
    let health = ClubHealth::from(&*cluster.view(0));
    assert_eq!(health.keepers[3].behind, health.height - 2);
    let lagging: Vec<_> = cluster.view(0).lagging().collect();
    assert!(
        lagging.contains(&(KeeperNo(3), health.height - 2)),
        "{lagging:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_club_opens_at_the_block_that_changed_its_keepers() {
    let mut cluster = Cluster::shared(0).await;
    let tip = cluster.view(0).height;
    let certificate = cluster.view(0).certificate.clone().unwrap();
    assert_eq!(
        certificate.signatures.len(),
        1,
        "the founder alone decided it"
    );
    cluster.stop_all().await;
    for member in 0..4 {
        let files = cluster.open_files(member);
        let opened = open_club(&files.store, &files.votes, cluster.club).await;
        let opened = opened.unwrap();
        assert_eq!(opened.state().height(), tip);
        assert!(opened.is_keeper() && !opened.was_replayed());
        drop(opened);
        files.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_keeper_that_was_killed_comes_back_with_its_log_and_votes() {
    let mut cluster = Cluster::shared(0).await;
    cluster.decide(3, Body::Nothing).await;
    cluster.kill(3).await;
    for _ in 0..5 {
        cluster.decide(0, Body::Nothing).await;
    }
    cluster.start(3).await;
    cluster.reached(3).await;
    cluster.until_votes(3, 3).await;
    // With another one gone its vote is needed.
    cluster.kill(2).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.start(2).await;
    cluster.agree().await;
}

#[tokio::test(start_paused = true)]
async fn with_two_of_four_gone_nothing_is_decided_and_nothing_is_lost() {
    let mut cluster = Cluster::shared(0).await;
    cluster.kill(2).await;
    cluster.kill(3).await;
    let before = cluster.view(0).height;
    let command = cluster.sign(0, Body::Nothing);
    let id = command.id(&cluster.club);
    let decision = cluster.chain(0).propose(command.clone()).await;
    assert_eq!(decision, Decision::Unknown(id));
    assert_eq!(cluster.view(0).height, before);
    assert_eq!(cluster.chain(0).status(id).await, Decision::Unknown(id));
    cluster.start(2).await;
    let mut decision = Decision::Unknown(id);
    while matches!(decision, Decision::Unknown(_)) {
        decision = cluster.chain(0).propose(command.clone()).await;
    }
    assert_eq!(decision, Decision::Decided(before.next()));
}

/// The slowest link decides how long a keeper that is gone is waited for.
#[tokio::test(start_paused = true)]
async fn keepers_are_waited_for_as_long_as_their_links_need() {
    let mut slowest = Vec::new();
    for pace in [
        PaceTimeouts::Local,
        PaceTimeouts::Internet,
        PaceTimeouts::Radio,
    ] {
        let mut cluster = Cluster::shared(0).await;
        for member in 0..4 {
            cluster.stop(member).await;
        }
        for member in 0..3 {
            cluster.start_paced(member, pace).await;
        }
        // Each height is another keeper's turn, so that the one who is away has one of them.
        let mut longest = Duration::ZERO;
        for _ in 0..4 {
            let began = tokio::time::Instant::now();
            cluster.decide(0, Body::Nothing).await;
            longest = longest.max(began.elapsed());
        }
        assert!(longest >= pace.propose(0), "{pace:?}: {longest:?}");
        slowest.push(longest);
    }
    assert!(slowest.is_sorted(), "{slowest:?}");
    assert!(
        slowest[0] < PaceTimeouts::Internet.propose(0),
        "{slowest:?}"
    );
    assert!(slowest[1] < PaceTimeouts::Radio.propose(0), "{slowest:?}");
}

/// What may befall a log while its node is down.
#[derive(Clone, Copy, Debug)]
enum Mishap {
    Dropped,
    Damaged,
    Foreign,
}

#[tokio::test(start_paused = true)]
async fn a_keeper_whose_log_is_lost_never_signs_with_that_key_again() {
    let mut cluster = Cluster::shared(0).await;
    for mishap in [Mishap::Dropped, Mishap::Damaged, Mishap::Foreign] {
        let Voting::Votes(number) = cluster.voting(3) else {
            panic!("{mishap:?}: {:?}", cluster.voting(3));
        };
        cluster.decide(3, Body::Nothing).await;
        cluster.stop(3).await;
        let log = cluster.logs(3).into_iter();
        let log = log.max_by_key(|log| fs::metadata(log).unwrap().modified().unwrap());
        let log = log.unwrap();
        let whole = fs::read(&log).unwrap();
        match mishap {
            Mishap::Dropped => fs::remove_file(&log).unwrap(),
            Mishap::Damaged => {
                let mut damaged = whole.clone();
                damaged[120] ^= 1;
                put(&log, &damaged);
            }
            Mishap::Foreign => put(&log, &fs::read(&cluster.logs(0)[0]).unwrap()),
        }
        cluster.start(3).await;
        let Voting::Retired(why) = cluster.voting(3) else {
            panic!("{mishap:?}: {:?}", cluster.voting(3));
        };
        assert!(why.contains("lost"), "{why}");
        assert!(cluster.view(3).keepers.iter().any(|keeper| keeper.is_self));

        // The right log again changes nothing any more, and the node follows.
        cluster.stop(3).await;
        put(&log, &whole);
        cluster.start(3).await;
        assert_eq!(cluster.voting(3), Voting::Retired(why));
        let height = cluster.decide(0, Body::Nothing).await;
        cluster.reached(3).await;
        let certificate = cluster.view(3).certificate.clone().unwrap();
        assert_eq!(certificate.height, height);
        let mut signers = certificate.signatures.iter();
        assert!(signers.all(|(signer, _)| *signer != number));

        // It comes back under another key and number.
        cluster.make_ready(3).await;
        let change = KeeperChange::Swap {
            out: number,
            member: MemberNo(3),
        };
        cluster.change([0, 1, 2], change).await;
        cluster.until_votes(3, number.0 + 1).await;
        cluster.kill(2).await;
        cluster.decide(0, Body::Nothing).await;
        cluster.start(2).await;
    }
    cluster.agree().await;
}

fn put(path: &std::path::Path, content: &[u8]) {
    crate::files::write_atomic(path, content).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_keeper_is_added_and_removed() {
    let mut cluster = Cluster::shared(1).await;
    let not_ready = KeeperChange::Add {
        member: MemberNo(4),
    };
    let refused = cluster.sign(
        0,
        Body::ChangeKeepers {
            change: not_ready.clone(),
        },
    );
    let decision = cluster.chain(0).propose(refused).await;
    assert!(
        matches!(decision, Decision::Rejected(Rejection::Refused { .. })),
        "{decision:?}"
    );
    cluster.make_ready(4).await;
    cluster.change([0, 1, 2], not_ready).await;
    cluster.reached(4).await;
    cluster.until_votes(4, 4).await;
    assert_eq!(cluster.view(4).keepers.len(), 5);
    // Of five, four must agree.
    cluster.kill(3).await;
    cluster.decide(4, Body::Nothing).await;
    cluster.start(3).await;

    let keeper = KeeperNo(4);
    cluster
        .decide(
            3,
            Body::ChangeKeepers {
                change: KeeperChange::Remove { keeper },
            },
        )
        .await;
    cluster
        .change([0, 1, 2], KeeperChange::Remove { keeper })
        .await;
    assert_eq!(cluster.voting(4), Voting::Follows);
    cluster.decide(4, Body::Nothing).await;
    cluster.agree().await;
    assert!(!cluster.has_vote_key(4, 4).await, "its key is erased");
    assert!(cluster.has_vote_key(3, 3).await);
    assert_eq!(cluster.view(0).keepers.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_follows_or_votes_is_told_why_it_cannot_be_ready() {
    let mut cluster = Cluster::shared(0).await;
    let refused = cluster.chain(1).make_ready(MemberNo(1)).await;
    assert!(
        matches!(
            refused,
            Err(NotReady::Votes {
                number: KeeperNo(1)
            })
        ),
        "{refused:?}"
    );
    let chain = cluster.chain(1).clone();
    cluster.stop(1).await;
    let refused = chain.make_ready(MemberNo(1)).await;
    assert!(matches!(refused, Err(NotReady::Ended)), "{refused:?}");
}

/// An engine that panics at so many of its next steps.
#[derive(Debug)]
struct Breaks {
    engine: Box<dyn Orderer>,
    left: Arc<Mutex<u32>>,
}

impl Breaks {
    fn maker(times: u32) -> (MakeEngine, Arc<Mutex<u32>>) {
        let left = Arc::new(Mutex::new(times));
        let ours = Arc::clone(&left);
        let make: MakeEngine = Box::new(move |number, key, state, pace| {
            let (engine, left) = (malachite(number, key, state, pace)?, Arc::clone(&ours));
            Some(Box::new(Self { engine, left }))
        });
        (make, left)
    }

    /// A vote was logged before: what comes now is the second thing it hears.
    fn may_break(&self, acts: &[Act]) {
        let said = acts.iter().any(|act| matches!(act, Act::Decided { .. }));
        let mut left = self.left.lock().unwrap();
        if said && *left > 0 {
            *left -= 1;
            drop(left);
            panic!("an assertion of the engine");
        }
    }
}

impl Orderer for Breaks {
    fn begin(&mut self, at: Height, keepers: &KeeperSet, log: Vec<LogRecord>) -> Vec<Act> {
        let acts = self.engine.begin(at, keepers, log);
        self.may_break(&acts);
        acts
    }

    fn step(&mut self, event: OrderEvent) -> Vec<Act> {
        let acts = self.engine.step(event);
        self.may_break(&acts);
        acts
    }

    fn held(&self, round: u32) -> Vec<Vec<u8>> {
        self.engine.held(round)
    }

    fn last_said_by(&self, keeper: KeeperNo) -> Vec<Vec<u8>> {
        self.engine.last_said_by(keeper)
    }

    fn leave(&mut self, decided: Height) {
        self.engine.leave(decided);
    }

    fn place_of(&self, bytes: &[u8]) -> Option<(Height, u32)> {
        self.engine.place_of(bytes)
    }

    fn status(&self) -> OrderStatus {
        self.engine.status()
    }
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_breaks_once_goes_on_from_its_log() {
    let mut cluster = Cluster::shared(0).await;
    cluster.kill(3).await;
    cluster.stop(1).await;
    let (make, left) = Breaks::maker(1);
    cluster.start_with(1, make).await;
    // Three of four: without it nothing is decided.
    for _ in 0..4 {
        cluster.decide(0, Body::Nothing).await;
    }
    cluster.reached(1).await;
    assert_eq!(*left.lock().unwrap(), 0);
    cluster.until_votes(1, 1).await;
    cluster.agree().await;
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_breaks_twice_at_one_height_stays_stopped_and_says_why() {
    let mut cluster = Cluster::shared(0).await;
    cluster.stop(1).await;
    let (make, left) = Breaks::maker(u32::MAX);
    cluster.start_with(1, make).await;
    while !matches!(cluster.voting(1), Voting::Stopped(_)) {
        cluster.decide(0, Body::Nothing).await;
        cluster.reached(1).await;
    }
    let Voting::Stopped(why) = cluster.voting(1) else {
        panic!("{:?}", cluster.voting(1));
    };
    assert!(why.contains("an assertion of the engine"), "{why}");
    // The others go on and it follows; its key is as good as before.
    *left.lock().unwrap() = 0;
    cluster.decide(1, Body::Nothing).await;
    cluster.stop(1).await;
    cluster.start(1).await;
    cluster.until_votes(1, 1).await;
    cluster.kill(3).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.agree().await;
}

#[tokio::test(start_paused = true)]
async fn the_engine_of_a_sole_keeper_is_revived_once_a_height_and_then_halts_the_club() {
    let mut cluster = Cluster::hosted(0).await;
    cluster.stop(0).await;
    let (make, left) = Breaks::maker(1);
    cluster.start_with(0, make).await;
    cluster.decide(0, Body::Nothing).await;
    assert_eq!(*left.lock().unwrap(), 0);
    *left.lock().unwrap() = u32::MAX;
    let command = cluster.sign(0, Body::Nothing);
    let decision = cluster.chain(0).propose(command).await;
    assert!(matches!(decision, Decision::Unknown(_)), "{decision:?}");
    let view = cluster.view(0);
    let ChainCondition::Halted(why) = &view.condition else {
        panic!("{:?}", view.condition);
    };
    assert!(why.contains("an assertion of the engine"), "{why}");
}
