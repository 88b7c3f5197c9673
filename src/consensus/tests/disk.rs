//! The chain and its disk: one that fails, one that holds what is wrong, and what is checked of it.

use super::*;
use crate::club::ClubEvent;
use crate::consensus::PastRoll;
use crate::consensus::past::StoredRolls;
use crate::storage::testing::FailingDisk;
use crate::storage::{StoreError, Write};

#[tokio::test(start_paused = true)]
async fn a_full_disk_closes_the_intake_and_play_goes_on_when_there_is_room() {
    let disk = FailingDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let mut node = site.start(club).await;

    disk.fill();
    let command = node.sign(admit(2));
    let id = command.id(&club);
    let decision = node.chain.propose(command.clone()).await;
    assert_eq!(decision, Decision::Unknown(id));
    let mut view = node.chain.watch();
    let view = view.wait_for(|view| {
        let condition = &view.condition;
        matches!(
            condition,
            ChainCondition::StoreFails(StoreError::Full { .. })
        )
    });
    let view = Arc::clone(&*view.await.unwrap());
    assert_eq!(
        view.height,
        Height(0),
        "nothing is shown that is not durable"
    );
    let refused = node.sign(Body::Nothing);
    let decision = node.chain.propose(refused.clone()).await;
    assert!(
        matches!(decision, Decision::Rejected(Rejection::Closed { .. })),
        "{decision:?}"
    );

    disk.fail_at(0);
    assert!(node.chain.reached(Height(1)).await);
    assert_eq!(node.chain.status(id).await, Decision::Decided(Height(1)));
    assert!(matches!(
        node.chain.view().condition,
        ChainCondition::Working
    ));
    // The refused one's number was free all the time.
    let mut asked = Decision::Unknown(id);
    while matches!(asked, Decision::Unknown(_)) {
        asked = node.chain.propose(refused.clone()).await;
    }
    assert_eq!(asked, Decision::Decided(Height(2)));
    node.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_disk_that_fails() {
    let disk = FailingDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let mut node = site.start(club).await;
    disk.fill();
    let command = node.sign(admit(2));
    let id = command.id(&club);
    let chain = node.chain.clone();
    let decision = chain.propose(command.clone()).await;
    assert_eq!(decision, Decision::Unknown(id));
    node.stop().await;
    assert_eq!(chain.propose(command).await, Decision::Unknown(id));
    disk.fail_at(0);
    let opened = site.open(club).await.unwrap();
    assert!(
        opened.state().height() <= Height(1),
        "it may be there or not"
    );
}

#[tokio::test]
async fn two_histories_on_one_disk_halt_the_second() {
    let site = Site::on(&MemoryDisk::default());
    let club = site.found().await;
    let mut one = site.start(club).await;
    let mut other = site.start(club).await;
    one.must(admit(2)).await;
    let command = other.sign(admit(3));
    let id = command.id(&club);
    assert_eq!(other.chain.propose(command).await, Decision::Unknown(id));
    let view = other.chain.view();
    assert!(
        matches!(view.condition, ChainCondition::Halted(_)),
        "{view:?}"
    );
    assert_eq!(view.height, Height(0));
    let next = other.sign(Body::Nothing);
    let decision = other.chain.propose(next).await;
    assert!(matches!(
        decision,
        Decision::Rejected(_) | Decision::Unknown(_)
    ));
    assert_eq!(one.must(Body::Nothing).await, Height(2));
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn a_wrong_state_is_computed_again_and_wrong_blocks_are_refused() {
    let disk = MemoryDisk::default();
    let site = Site::on(&disk);
    let club = site.found().await;
    let mut node = site.start(club).await;
    for number in 2..6 {
        node.must(admit(number)).await;
    }
    let root = node.chain.view().root;
    node.stop().await;
    let genesis = crate::club::ClubState::found(site.charter(club).await).unwrap();
    for wrong in [b"junk".to_vec(), genesis.to_bytes()] {
        let state = Write::State {
            club,
            height: Height(4),
            state: wrong,
        };
        site.store.write(state).await.unwrap();
        let opened = site.open(club).await.unwrap();
        assert!(opened.was_replayed());
        assert_eq!(opened.state().state_root(), root);
        assert!(
            !site.open(club).await.unwrap().was_replayed(),
            "it was mended"
        );
    }

    // A block that somebody else signed, and one that is none.
    let good = site.blocks(club).await;
    let mut forged = good[3].clone();
    let message = precommit(
        &club,
        Height(5),
        0,
        &forged.block.id(),
        crate::club::KeeperNo(0),
    );
    forged.certificate.signatures[0].1.0 = identity(9).sign(&message);
    forged.block.header.height = Height(5);
    for (block, why) in [
        (forged.to_bytes(), "block"),
        (b"junk".to_vec(), "can't be read"),
    ] {
        let copy = Site::on(&MemoryDisk::new(disk.bytes()));
        let state = b"junk".to_vec();
        let write = Write::Block {
            club,
            height: Height(5),
            block,
            state,
            rolls: Vec::new(),
        };
        copy.store.write(write).await.unwrap();
        let refused = copy.open(club).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }
}

#[tokio::test]
async fn a_changed_chain_fails_at_the_block_that_was_changed() {
    let site = Site::on(&MemoryDisk::default());
    let club = site.found().await;
    let mut node = site.start(club).await;
    for number in 2..6 {
        node.must(admit(number)).await;
    }
    node.stop().await;
    let charter = site.charter(club).await;
    let good = site.blocks(club).await;
    let fails_at = |blocks: &[StoredBlock]| {
        let pairs = blocks.iter().map(|one| (&one.block, &one.certificate));
        match verify_chain(charter.clone(), pairs) {
            Ok(_) => None,
            Err(ChainFault::Block { height, .. }) => Some(height),
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(fails_at(&good), None);
    let changes: [fn(&mut Vec<StoredBlock>); 6] = [
        |blocks| blocks[1].block.commands[0].sequence = 9,
        |blocks| blocks[1].block.commands.clear(),
        |blocks| blocks[1].block.header.time.0 += 1,
        |blocks| blocks[1].certificate.signatures.clear(),
        |blocks| blocks[1].certificate.round = 1,
        |blocks| blocks[1] = blocks[0].clone(),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut blocks = good.clone();
        change(&mut blocks);
        let expected = if number == 5 { Height(1) } else { Height(2) };
        assert_eq!(fails_at(&blocks), Some(expected), "change {number}");
    }
    let without_second = [&good[..1], &good[2..]].concat();
    assert_eq!(fails_at(&without_second), Some(Height(3)));
}

#[test]
fn the_row_of_a_block_is_encoded_as_it_always_was() {
    let golden = include_str!("../../../tests/golden/block_row_v1.txt").trim();
    let row: [u8; 506] = crate::club::hex::decode(golden).unwrap();
    let stored = StoredBlock::from_bytes(&row).unwrap();
    assert_eq!(stored.block.header.height, Height(1));
    assert_eq!(
        (stored.block.commands.len(), stored.refused.as_slice()),
        (2, &[1][..])
    );
    assert_eq!(stored.to_bytes(), row);
    for length in 0..row.len() {
        assert!(StoredBlock::from_bytes(&row[..length]).is_err(), "{length}");
    }
}

#[test]
fn the_row_of_a_blocks_rolls_is_encoded_as_it_always_was() {
    let row = include_bytes!("../../../fuzz/corpus/rolls_row/roll").as_slice();
    let past = PastRoll::of_row(Height(3), row).unwrap();
    assert_eq!(past.len(), 1);
    let rolled = past.iter().map(|past| Box::new(past.record.clone()));
    let events: Vec<ClubEvent> = rolled.map(ClubEvent::Rolled).collect();
    assert_eq!(StoredRolls::of(past[0].time, &events).to_bytes(), row);
    for length in 0..row.len() {
        let cut = PastRoll::of_row(Height(3), &row[..length]);
        assert!(cut.is_err(), "{length}");
    }
}
