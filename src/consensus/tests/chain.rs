//! The chain as its users see it.

use super::*;
use crate::club::{CommandFault, Refusal};
use crate::consensus::wire::Message;
use crate::storage::testing::RecordingDisk;

#[tokio::test]
async fn a_decided_command_is_durable_shown_and_provable() {
    let disk = MemoryDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let mut node = site.start(club).await;
    let mut decided = node.chain.subscribe();

    assert_eq!(node.must(admit(2)).await, Height(1));
    // What the answer says is in the view already, and on the disk.
    let view = node.chain.view();
    assert_eq!(view.height, Height(1));
    assert_eq!(view.state.members().count(), 2);
    let heard = decided.recv().await.unwrap();
    assert_eq!((heard.id, heard.state.state_root()), (view.tip, view.root));
    assert_eq!(site.blocks(club).await[0].block, heard.block);

    for body in [create_table(), Body::Nothing, admit(3)] {
        node.must(body).await;
    }
    let root = node.chain.view().root;
    node.stop().await;

    // A stranger with charter and blocks comes to the same state.
    let blocks = site.blocks(club).await;
    let pairs = blocks.iter().map(|one| (&one.block, &one.certificate));
    let verified = verify_chain(site.charter(club).await, pairs).unwrap();
    assert_eq!(
        (verified.height(), verified.state_root()),
        (Height(4), root)
    );

    // So does this node after a restart, without replaying anything.
    let opened = Site::on(&disk).open(club).await.unwrap();
    assert_eq!(*opened.state(), verified);
    assert!(opened.is_keeper() && !opened.was_replayed());
}

#[tokio::test]
async fn asking_again_has_one_effect_and_the_same_answer() {
    let disk = MemoryDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let mut node = site.start(club).await;
    let command = node.sign(admit(2));
    let refused = node.sign(admit(2));
    let asked: Vec<_> = (0..50)
        .map(|_| node.chain.propose(command.clone()))
        .collect();
    for decision in futures::future::join_all(asked).await {
        assert_eq!(decision, Decision::Decided(Height(1)));
    }
    for _ in 0..50 {
        let decision = node.chain.propose(command.clone()).await;
        assert_eq!(decision, Decision::Decided(Height(1)));
    }
    let decision = node.chain.propose(refused.clone()).await;
    let Decision::Rejected(Rejection::Refused {
        height: Height(2),
        why,
    }) = decision
    else {
        panic!("{decision:?}");
    };
    assert_eq!(
        why,
        Refusal::MemberExists {
            member: MemberNo(1)
        }
    );
    assert_eq!(node.chain.view().height, Height(2));
    let never = node.sign(Body::Nothing).id(&club);
    assert_eq!(node.chain.status(never).await, Decision::Unknown(never));
    node.stop().await;

    let node = Site::on(&disk).start(club).await;
    let decision = node.chain.propose(command.clone()).await;
    assert_eq!(decision, Decision::Decided(Height(1)));
    let decision = node.chain.status(refused.id(&club)).await;
    let height = Height(2);
    assert_eq!(
        decision,
        Decision::Rejected(Rejection::RefusedBefore { height })
    );
    assert_eq!(node.chain.view().height, Height(2));
    node.stop().await;
}

#[tokio::test]
async fn a_command_that_fits_no_block_leaves_its_number_free() {
    let site = Site::on(&MemoryDisk::default());
    let club = site.found().await;
    let mut node = site.start(club).await;
    node.must(Body::Nothing).await;
    let propose = |command| node.chain.propose(command);
    let not_taken = |decision| {
        let Decision::Rejected(rejection) = decision else {
            panic!("{decision:?}");
        };
        assert!(!rejection.used_number());
        let Rejection::NotTaken(fault) = rejection else {
            panic!("{rejection:?}");
        };
        fault
    };
    for (sequence, found) in [(1, 1), (3, 3)] {
        let used = node.sign_as(&founder(), 0, sequence, admit(9));
        let fault = not_taken(propose(used).await);
        assert_eq!(
            fault,
            CommandFault::Sequence {
                member: MemberNo(0),
                found,
                expected: 2
            }
        );
    }
    let forged = node.sign_as(&identity(8), 0, 2, Body::Nothing);
    let fault = not_taken(propose(forged).await);
    assert!(matches!(fault, CommandFault::Signature { .. }));
    let stranger = node.sign_as(&identity(8), 7, 1, Body::Nothing);
    let fault = not_taken(propose(stranger).await);
    assert!(matches!(fault, CommandFault::UnknownMember { .. }));
    let key = founder();
    let late = Command::sign(
        key.signing_key(),
        &club,
        MemberNo(0),
        2,
        TimeMs(5),
        Body::Nothing,
    );
    let fault = not_taken(propose(late).await);
    assert!(matches!(fault, CommandFault::Expired { .. }));
    assert_eq!(node.chain.view().height, Height(1));
    assert_eq!(node.must(Body::Nothing).await, Height(2));
    node.stop().await;
}

#[tokio::test]
async fn commands_that_come_together_share_blocks() {
    let site = Site::on(&MemoryDisk::default());
    let club = site.found().await;
    let mut node = site.start(club).await;
    let commands: Vec<_> = (2..32).map(|number| node.sign(admit(number))).collect();
    let asked = commands
        .into_iter()
        .map(|command| node.chain.propose(command));
    for decision in futures::future::join_all(asked).await {
        assert!(matches!(decision, Decision::Decided(_)), "{decision:?}");
    }
    let view = node.chain.view();
    assert_eq!(view.state.members().count(), 31);
    assert!(view.height < Height(15), "{} blocks", view.height);
    node.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_chain_does_nothing_at_all() {
    let disk = RecordingDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let node = site.start(club).await;
    let before = disk.log().len();
    let mut view = node.chain.watch();
    view.mark_unchanged();
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert!(!view.has_changed().unwrap());
    assert_eq!(disk.log().len(), before);
    node.stop().await;
}

#[tokio::test]
async fn a_stop_finishes_the_block_that_is_decided() {
    let disk = MemoryDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let mut node = site.start(club).await;
    let command = node.sign(admit(2));
    let chain = node.chain.clone();
    let asked = TaskTracker::new().spawn(async move { chain.propose(command).await });
    while node.chain.view().height == Height(0) && !asked.is_finished() {
        tokio::task::yield_now().await;
    }
    node.stop().await;
    let decision = asked.await.unwrap();
    let height = Site::on(&disk).open(club).await.unwrap().state().height();
    assert_eq!(decision, Decision::Decided(height));
}

#[tokio::test]
async fn a_guest_that_is_linked_has_its_command_decided_and_gets_the_blocks() {
    let site = Site::on(&MemoryDisk::default());
    let club = site.found().await;
    let mut node = site.start(club).await;
    node.must(admit(2)).await;
    node.stop().await;

    let opened = site.open(club).await.unwrap();
    let clock = Arc::new(TestClock(AtomicU64::new(2_000_000)));
    let (links, mut carrier) = Links::new();
    let (chain, service) = Chain::new(opened, site.store.clone(), clock, PROPOSE_TIMEOUT);
    let cancel = CancellationToken::new();
    let running = TaskTracker::new().spawn(service.linked(links).run(cancel.clone()));
    let guest = MemberNo(1);
    let key = identity(2);
    let not_after = TimeMs(3_000_000);
    let command = Command::sign(key.signing_key(), &club, guest, 1, not_after, Body::Nothing);
    let messages = [
        Message::Command(command.clone()),
        Message::Want { from: Height(1) },
    ];
    carrier.reports.send(LinkEvent::Up(guest)).await.unwrap();
    for message in messages {
        let bytes = message.to_bytes();
        let event = LinkEvent::Message { from: guest, bytes };
        carrier.reports.send(event).await.unwrap();
        if matches!(message, Message::Command(_)) {
            assert!(chain.reached(Height(2)).await);
        }
    }
    let mut got = Vec::new();
    for _ in 0..4 {
        let (to, bytes) = carrier.outgoing.recv().await.unwrap();
        assert_eq!(to, guest);
        got.push(match Message::from_bytes(&bytes).unwrap() {
            Message::Tip { height, .. } => ("tip", height.0),
            Message::Block { block, .. } => ("block", block.header.height.0),
            other @ (Message::Command(_)
            | Message::Engine { .. }
            | Message::Want { .. }
            | Message::Fork(_)
            | Message::KeyOffer(_)
            | Message::NewKeys(_)) => panic!("{other:?}"),
        });
    }
    // Its tip at first, the new block by itself, and then what was asked for.
    assert_eq!(got, [("tip", 1), ("block", 2), ("block", 1), ("block", 2)]);
    let decision = chain.status(command.id(&club)).await;
    assert_eq!(decision, Decision::Decided(Height(2)));
    cancel.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn what_this_node_asks_comes_before_what_others_send() {
    let site = Site::on(&MemoryDisk::default());
    let club = site.found().await;
    let opened = site.open(club).await.unwrap();
    let clock = Arc::new(TestClock(AtomicU64::new(2_000_000)));
    let (links, carrier) = Links::new();
    let (chain, service) = Chain::new(opened, site.store.clone(), clock, PROPOSE_TIMEOUT);
    while carrier.reports.capacity() > 0 {
        let report = LinkEvent::Down(MemberNo(1));
        carrier.reports.send(report).await.unwrap();
    }
    let mut asked = Box::pin(chain.answers());
    assert!(
        futures::poll!(&mut asked).is_pending(),
        "it waits in the queue"
    );
    let cancel = CancellationToken::new();
    let running = TaskTracker::new().spawn(service.linked(links).run(cancel.clone()));
    assert!(asked.await);
    let waiting = carrier.reports.max_capacity() - carrier.reports.capacity();
    assert!(waiting > 0, "all reports came before the question");
    cancel.cancel();
    running.await.unwrap();
}
