//! A roll that is locked is finished: before a stop, and by the next start after a crash.

use super::*;
use crate::club::{ClubTable, LockedRoll, Phase};
use crate::gaming::manager::Manager;

fn only_table(manager: &Manager) -> ClubTable {
    manager.state().tables().next().unwrap().1.clone()
}

/// Bets 10 on the pass line beside a bot, throws, and goes no further than the block that locks the roll.
async fn lock(manager: &mut Manager) -> (u64, LockedRoll) {
    manager.open_practice().await;
    manager.do_duties().await;
    let ClubTable { id: game, roll, .. } = only_table(manager);
    let actions = vec![Action::Place {
        bet: "pass".parse().unwrap(),
        amount: Chips::new(10),
    }];
    let slip = Intent::Bets {
        game,
        roll,
        actions,
    };
    for intent in [slip, Intent::Roll { game, roll }] {
        let reply = manager.handle(intent).await;
        assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
    }
    match only_table(manager).phase {
        Phase::Locked(locked) => (roll, locked),
        Phase::Betting(_) => panic!("the throw locks the roll"),
    }
}

/// At both points where power may go while the roll is locked: with and without the note that its
/// secrets are about to be opened.
#[tokio::test(flavor = "multi_thread")]
async fn a_roll_that_was_locked_before_a_crash_is_opened_after_it() {
    for is_noted in [false, true] {
        let disk = MemoryDisk::default();
        let (parts, service) = parts(&disk, &[Strategy::Pass], Settings::solo()).await;
        let (cancel, store) = (CancellationToken::new(), parts.store.clone());
        let running = TaskTracker::new().spawn(service.run(cancel.clone()));
        let mut manager = Manager::new(parts).unwrap();
        let (roll, locked) = lock(&mut manager).await;
        assert_eq!((locked.seals.len(), locked.openings.len()), (2, 0));
        let table = only_table(&manager);
        if is_noted {
            for slot in locked.seals.keys() {
                let note = crate::storage::Write::Opened {
                    table: table.id,
                    slot: slot.0,
                    roll,
                    lock_hash: locked.lock_hash,
                };
                store.write(note).await.unwrap();
            }
        }
        let left = MemoryDisk::new(disk.bytes());
        cancel.cancel();
        running.await.unwrap();

        // Nobody asks for anything.
        let node = Node::start(&left, &[Strategy::Pass]).await;
        let view = node.view();
        assert_eq!((view.roll, view.history.len()), (roll + 1, 1));
        let rolled = &view.history[0];
        let record = &rolled.proof.record;
        assert_eq!((rolled.roll, record.id), (roll, table.id));
        assert_eq!((rolled.opened, rolled.of), (2, 2));
        assert_eq!(record.proof.lock_hash, locked.lock_hash);
        assert_eq!(record.proof.table_state, locked.table_state);
        let opened = record.proof.openings.iter().map(|one| one.seal);
        assert!(opened.eq(locked.seals.into_values()));
        // The bet saw it: it was decided, or stands on a point.
        let me = view.my_seat().unwrap();
        assert_eq!(
            me.balance.get() + me.at_risk.get(),
            10_000_u64.checked_add_signed(rolled.net).unwrap()
        );
        assert_eq!(
            me.at_risk.is_zero(),
            view.table.puck() == crate::craps::Puck::Off
        );
        assert_eq!(all_chips(&node), 10_000_000);
        node.stop().await;
    }
}

/// The chain goes on while the manager stops, as services do.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_a_locked_roll_finish_first() {
    let (parts, service) = parts(&MemoryDisk::default(), &[], Settings::solo()).await;
    let (cancel, chain) = (CancellationToken::new(), parts.chain.clone());
    let running = TaskTracker::new().spawn(service.run(cancel.clone()));
    let (mut table, mut blocks) = (parts.links.table.subscribe(), chain.subscribe());
    let (manager, run) = ConsensusGameManager::new(parts).unwrap();
    let stop = CancellationToken::new();
    let stopped = TaskTracker::new().spawn(run(stop.clone()));
    let is_ready = |table: &Option<Arc<TableView>>| table.as_deref().is_some_and(all_sealed);
    let view = table.wait_for(is_ready).await.unwrap().clone().unwrap();
    let (game, roll) = (view.game, view.roll);
    let actions = vec![Action::Place {
        bet: "field".parse().unwrap(),
        amount: Chips::new(10),
    }];
    let slip = manager.ask(
        IntentId(1),
        Intent::Bets {
            game,
            roll,
            actions,
        },
    );
    assert!(matches!(slip.await, Reply::Decided(_)));
    // It is queued by the call, and answered once it is awaited.
    let thrown = manager.ask(IntentId(2), Intent::Roll { game, roll });
    // The stop comes with the block that locks, before the manager has sent an opening.
    while !blocks
        .recv()
        .await
        .unwrap()
        .block
        .commands
        .iter()
        .any(locks)
    {}
    stop.cancel();
    assert!(matches!(thrown.await, Reply::Decided(_)));
    stopped.await.unwrap();

    let state = Arc::clone(&chain.view().state);
    let after = state.tables().next().unwrap().1;
    assert_eq!((after.roll, after.is_locked()), (roll + 1, false));
    cancel.cancel();
    running.await.unwrap();
}

fn locks(command: &crate::club::Command) -> bool {
    matches!(command.body, crate::club::Body::Roll { .. })
}
