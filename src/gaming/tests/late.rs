//! What comes too late, and answers that do.

use super::*;
use crate::gaming::manager::Manager;

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_late_for_its_roll_is_refused() {
    let mut node = Node::start(&MemoryDisk::default(), &[]).await;
    let game = node.view().game;
    node.bet("field", 5).await;
    node.roll().await;
    let table = node.view();
    let actions = vec![Action::Place {
        bet: "field".parse().unwrap(),
        amount: Chips::new(5),
    }];
    for late in [
        Intent::Bets {
            game,
            roll: 1,
            actions,
        },
        Intent::Roll { game, roll: 1 },
        Intent::PassDice { game, roll: 1 },
    ] {
        let wrong = Refusal::Club(club::Refusal::WrongRoll { now: 2 });
        assert_eq!(node.ask(late).await, Reply::Rejected(wrong));
    }
    assert_eq!(
        (node.view().roll, node.view().balance),
        (2, table.balance),
        "nothing was done"
    );
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_manager_takes_and_does_not_answer_is_lost_and_not_refused() {
    let (parts, _chain) = parts(&MemoryDisk::default(), &[], Settings::solo()).await;
    let (manager, run) = ConsensusGameManager::new(parts).unwrap();
    let taken = manager.ask(IntentId(1), Intent::NewChips);
    drop(run);
    assert_eq!(taken.await, Reply::Lost);
    let after = manager.ask(IntentId(2), Intent::NewChips).await;
    assert!(
        matches!(after, Reply::Rejected(Refusal::NotRunning { .. })),
        "nobody took it: {after:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_whose_admission_is_answered_late_gets_its_seat_and_no_second_one() {
    let disk = MemoryDisk::default();
    Node::start(&disk, &[]).await.stop().await;
    let (parts, service) = parts(&disk, &[], Settings::solo()).await;
    let chain = parts.chain.clone();
    let mut manager = Manager::new(parts).unwrap();
    let game = chain.view().state.tables().next().unwrap().1.id;
    let add = || Intent::AddBot {
        game,
        strategy: Strategy::Field,
    };
    // Nothing is answered before the chain runs.
    manager.chain = chain.clone().waiting(Duration::ZERO);
    let late = manager.handle_once(IntentId(1), add()).await;
    assert_eq!(late, Reply::Unknown);
    let mut views = chain.watch();
    let cancel = CancellationToken::new();
    let running = TaskTracker::new().spawn(service.run(cancel.clone()));
    let admitted = views.wait_for(|view| view.state.members().count() == 2);
    drop(admitted.await.unwrap());
    manager.chain = chain;
    for _ in 0..2 {
        let reply = manager.handle_once(IntentId(1), add()).await;
        assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
        let state = manager.state();
        let seats = state.tables().next().unwrap().1.present().count();
        assert_eq!((state.members().count(), seats), (2, 2));
    }
    cancel.cancel();
    running.await.unwrap();
}
