//! Crashes at every operation of the disk under a running chain.

use super::*;
use crate::storage::testing::{RecordingDisk, sweep_crashes};

/// One point in so many is opened as a whole club, which takes ten times as long.
const OPENED_WHOLE_EVERY: u64 = 10;

#[test]
fn whatever_was_answered_is_there_after_any_crash() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let disk = RecordingDisk::default();
    let (club, states) = runtime.block_on(async {
        let site = Site::on(&disk);
        let club = site.found().await;
        let mut node = site.start(club).await;
        let mut states = vec![node.chain.view().state.to_bytes()];
        disk.acknowledge(0);
        for number in 2..60 {
            let body = match number % 3 {
                0 => create_table(),
                1 => Body::Nothing,
                _ => admit(number),
            };
            let height = node.must(body).await;
            disk.acknowledge(height.0);
            states.push(node.chain.view().state.to_bytes());
        }
        node.stop().await;
        site.store.close().await.unwrap();
        (club, states)
    });

    let (mut checked, mut opened_whole) = (0_u64, 0_u64);
    let points = sweep_crashes(&disk.log(), 11, |image, acknowledged| {
        checked += 1;
        let disk = MemoryDisk::new(image);
        let medium = disk.clone();
        let mut store = Store::on_medium(move || medium.clone()).unwrap();
        let stored = store.club(club).unwrap();
        let height = stored.height;
        assert!(
            height.0 >= acknowledged,
            "lost {acknowledged}, has {height}"
        );
        assert_eq!(stored.state, states[usize::try_from(height.0).unwrap()]);
        let tip = store.blocks(club, height, 2).unwrap();
        assert_eq!(tip.len(), usize::from(height > Height(0)));
        drop(store);
        if checked.is_multiple_of(OPENED_WHOLE_EVERY) {
            opened_whole += 1;
            runtime.block_on(play_on(&disk, club, height));
        }
    });
    assert_eq!(checked, points);
    assert!(points > 2_000, "only {points} crash points");
    assert!(opened_whole > 200, "only {opened_whole} clubs opened");
}

/// Opens the club on what a crash left and decides one more block.
async fn play_on(disk: &MemoryDisk, club: ClubId, height: Height) {
    let site = Site::on(disk);
    let opened = site.open(club).await.unwrap();
    assert_eq!(opened.state().height(), height);
    assert!(opened.is_keeper() && !opened.was_replayed());
    let mut node = site.start(club).await;
    assert_eq!(node.must(Body::Nothing).await, height.next());
    node.stop().await;
    site.store.close().await.unwrap();
}
