//! Files that were cut short or altered.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Opens a damaged file and reads everything in it. True when the damage was noticed; panics when
/// the store panics, or gives other bytes than were written, or changes a file that it refuses.
fn is_noticed(path: &PathBuf, damaged: &[u8]) -> bool {
    fs::File::create(path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, damaged))
        .unwrap();
    match Store::open_or_create(path) {
        Ok(mut store) => {
            assert_eq!(store.check(), Check::EveryPage);
            assert_whole(&mut store, 3);
            false
        }
        Err(error) => {
            assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
            assert!(
                fs::read(path).unwrap() == damaged,
                "a refused file was changed"
            );
            true
        }
    }
}

#[test]
fn damage_is_refused_or_harmless_and_never_changes_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Store::FILE_NAME);
    let mut store = Store::open_or_create(&path).unwrap();
    write_one(&mut store, club()).unwrap();
    for height in 1..=3 {
        write_one(&mut store, block(height)).unwrap();
    }
    drop(store);
    // The mark of this close, and of each that follows, stands beside what is damaged now.
    let good = fs::read(&path).unwrap();
    assert!(!is_noticed(&path, &good));

    for length in (0..good.len()).step_by(good.len() / 64) {
        assert!(is_noticed(&path, &good[..length]), "cut to {length}");
    }
    let mut noticed = 0;
    let used = good.iter().rposition(|byte| *byte != 0).unwrap();
    let places: Vec<usize> = (0..512).chain((512..=used).step_by(97)).collect();
    for place in &places {
        let mut damaged = good.clone();
        damaged[*place] ^= 0x41;
        noticed += usize::from(is_noticed(&path, &damaged));
    }
    assert!(noticed > 20, "{noticed} of {} noticed", places.len());
}
