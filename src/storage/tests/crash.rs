//! Crashes at every operation of the disk, and failures of every operation.

use super::*;
use crate::storage::testing::{FailingDisk, sweep_crashes};

#[test]
fn no_crash_loses_what_was_acknowledged() {
    let disk = RecordingDisk::default();
    let medium = disk.clone();
    let mut store = Store::on_medium(move || medium.clone()).unwrap();
    write_one(&mut store, club()).unwrap();
    disk.acknowledge(0);
    // Single writes first, then groups.
    let mut height = 0;
    for group in std::iter::repeat_n(1, 40).chain([5, 1, 8, 20]) {
        let writes: Vec<Write> = (1..=group).map(|n| block(height + n)).collect();
        for answer in store.write(&writes) {
            answer.unwrap();
        }
        height += group;
        disk.acknowledge(height);
    }
    drop(store);
    let points = sweep_crashes(&disk.log(), 1, |image, acknowledged| {
        let disk = MemoryDisk::new(image);
        let mut store = Store::on_medium(move || disk.clone()).unwrap();
        let there = assert_whole(&mut store, acknowledged);
        // It is not only readable: play goes on.
        write_one(&mut store, block(there.0 + 1)).unwrap();
    });
    assert!(points > 1_000, "only {points} points");
}

#[test]
fn a_disk_that_forgets_its_syncs_is_caught() {
    let disk = RecordingDisk::default();
    let medium = disk.clone();
    let mut store = Store::on_medium(move || medium.clone()).unwrap();
    write_one(&mut store, club()).unwrap();
    write_one(&mut store, block(1)).unwrap();
    let mut log = disk.log();
    log.retain(|one| !matches!(one, Happened::Sync));
    log.push(Happened::Acknowledged(1));
    let mut lost = 0;
    sweep_crashes(&log, 1, |image, _| {
        let disk = MemoryDisk::new(image);
        let found = Store::on_medium(move || disk.clone()).and_then(|mut store| store.club(CLUB));
        lost += u32::from(found.is_err());
    });
    assert!(lost > 0, "the sweep sees nothing");
}

#[test]
fn every_failing_operation_is_an_error_and_the_store_comes_back() {
    let disk = FailingDisk::default();
    let medium = disk.clone();
    let mut store = Store::on_medium(move || medium.clone()).unwrap();
    write_one(&mut store, club()).unwrap();
    let (mut height, mut failures) = (0, 0);
    for nth in 1.. {
        height += 1;
        disk.fail_at(nth);
        let answer = write_one(&mut store, block(height));
        if disk.is_armed() {
            answer.unwrap();
            break;
        }
        failures += 1;
        match answer {
            Ok(()) => {}
            Err(error) => {
                assert!(error.is_passing(), "{error}");
                write_one(&mut store, block(height)).unwrap();
            }
        }
        assert_eq!(assert_whole(&mut store, height), Height(height));
    }
    assert!(failures >= 5, "only {failures} operations failed");
}
