//! What the dice must never do to a player: seal what a crash would lose, open what is not noted, or
//! tell a secret before its time.

use std::collections::BTreeSet;

use super::*;
use crate::club::{Body, ClubEvent, ClubTable, Phase};
use crate::gaming::epochs::Epochs;
use crate::gaming::manager::Manager;
use crate::gaming::tests::room::Room;
use crate::ledger::MemberNo;
use crate::storage::SecretName;

/// A store that takes nothing any more.
async fn closed() -> StoreHandle {
    let store = Store::on_medium(MemoryDisk::default).unwrap();
    let (store, _thread) = StoreHandle::spawn(store).unwrap();
    store.close().await.unwrap();
    store
}

fn only_table(manager: &Manager) -> ClubTable {
    manager.state().tables().next().unwrap().1.clone()
}

fn openings(table: &ClubTable) -> Option<usize> {
    match &table.phase {
        Phase::Betting(_) => None,
        Phase::Locked(locked) => Some(locked.openings.len()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sealed_or_opened_that_the_store_has_not_taken_and_no_block_tells_its_secret() {
    let (mut parts, service) = parts(&MemoryDisk::default(), &[], Settings::solo()).await;
    let cancel = CancellationToken::new();
    let running = TaskTracker::new().spawn(service.run(cancel.clone()));
    let (store, secrets) = (parts.store.clone(), parts.secrets.clone());
    let entropy = Arc::new(SeededEntropy::new(1));
    parts.secrets = Secrets::new(closed().await, StorageKey::from_bytes([9; 32]), entropy);
    let mut manager = Manager::new(parts).unwrap();
    manager.open_practice().await;

    // The secret of the epoch can't be kept, so nobody seals with it, and nobody bets.
    manager.do_duties().await;
    assert!(manager.trouble.is_some());
    let table = only_table(&manager);
    assert_eq!((table.present().count(), table.seals().len()), (1, 0));
    let (game, roll) = (table.id, table.roll);
    let slip = || Intent::Bets {
        game,
        roll,
        actions: vec![Action::Place {
            bet: "field".parse().unwrap(),
            amount: Chips::new(5),
        }],
    };
    let no_seal = Reply::Rejected(Refusal::Club(club::Refusal::NoSeal));
    assert_eq!(manager.handle(slip()).await, no_seal);
    manager.epochs = Epochs::new(secrets.clone());
    manager.do_duties().await;
    assert_eq!(manager.trouble, None);
    assert_eq!(only_table(&manager).seals().len(), 1);

    // What is about to be opened can't be noted, so it is not opened.
    assert!(matches!(manager.handle(slip()).await, Reply::Decided(_)));
    manager.store = closed().await;
    let thrown = manager.handle(Intent::Roll { game, roll }).await;
    assert!(matches!(thrown, Reply::Decided(_)), "{thrown:?}");
    for _ in 0..3 {
        manager.do_duties().await;
        assert!(manager.trouble.is_some());
        assert_eq!(openings(&only_table(&manager)), Some(0));
    }
    manager.store = store.clone();
    manager.do_duties().await;
    assert_eq!(manager.trouble, None);
    let table = only_table(&manager);
    assert_eq!((openings(&table), table.roll), (None, roll + 1));

    // What the dice of this epoch come from is in the store, and in nothing that others are given.
    let epoch = table.epoch;
    let name = SecretName::Epoch { table: game, epoch };
    let kept = secrets.find(name).await.unwrap().unwrap();
    let state = manager.state();
    let blocks = store.blocks(*state.club(), Height(1), usize::MAX).await;
    let blocks = blocks.unwrap();
    assert_eq!(blocks.len(), usize::try_from(state.height().0).unwrap());
    let given = blocks.into_iter().map(|(_, row)| row);
    for bytes in given.chain([state.to_bytes()]) {
        assert!(!bytes.windows(32).any(|window| window == kept.as_slice()));
    }
    cancel.cancel();
    running.await.unwrap();
}

/// The host opens last, and what it opens closes the roll.
#[tokio::test(start_paused = true)]
async fn the_host_opens_in_the_block_that_closes_the_roll_and_the_guests_before_or_with_it() {
    let room = Room::seated(2).await;
    for member in 0..3 {
        room.bet(member, "field", 10).await;
    }
    let mut blocks = room.blocks();
    for member in 0..3 {
        room.roll(member).await;
    }
    room.rolled(0, 1).await;
    let mut opened = BTreeSet::new();
    loop {
        let decided = blocks.recv().await.unwrap();
        let commands = decided.block.commands.iter();
        let here = commands.filter(|command| matches!(command.body, Body::Open { .. }));
        let here: Vec<MemberNo> = here.map(|command| command.member).collect();
        opened.extend(here.iter().copied());
        let mut events = decided.events.iter();
        if events.any(|event| matches!(event, ClubEvent::Rolled(_))) {
            assert!(here.contains(&MemberNo::FOUNDER), "{here:?}");
            break;
        }
        assert!(
            !here.contains(&MemberNo::FOUNDER),
            "it waits for the guests"
        );
    }
    assert_eq!(opened.len(), 3);
}
