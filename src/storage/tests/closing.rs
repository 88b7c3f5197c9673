//! What the mark of a clean close spares, and what it never does.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::*;

/// A store with three blocks that was closed cleanly, and the place of its mark.
fn closed(folder: &Path) -> (PathBuf, PathBuf) {
    let path = folder.join(Store::FILE_NAME);
    let mut store = Store::open_or_create(&path).unwrap();
    write_one(&mut store, club()).unwrap();
    for height in 1..=3 {
        write_one(&mut store, block(height)).unwrap();
    }
    drop(store);
    (path, folder.join("store.redb.clean"))
}

fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    File::create(path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, bytes.as_ref()))
        .unwrap();
}

fn check(path: &Path) -> Check {
    Store::open_or_create(path).unwrap().check()
}

#[test]
fn a_clean_close_spares_the_check_once_and_a_crash_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (path, mark) = closed(folder.path());
    let killed = folder.path().join("killed");
    let old_mark = fs::read(&mark).unwrap();
    let mut store = Store::open_or_create(&path).unwrap();
    assert_eq!(store.check(), Check::Unchanged);
    assert!(!mark.exists(), "a crash from here on leaves no mark");
    // What a kill leaves: the files as they are while the store is open.
    fs::copy(&path, &killed).unwrap();
    assert_eq!(assert_whole(&mut store, 3), Height(3));
    write_one(&mut store, block(4)).unwrap();
    drop(store);
    assert_eq!(check(&killed), Check::EveryPage);

    assert_eq!(check(&path), Check::Unchanged);
    // A power cut may bring an older mark back.
    put(&mark, old_mark);
    assert_eq!(check(&path), Check::EveryPage);
    assert_eq!(check(&path), Check::Unchanged, "the check left a mark");
}

/// Does something to a store and its mark.
type Change<'a> = &'a dyn Fn(&Path, &Path);

#[test]
fn whatever_changes_the_file_or_the_mark_leads_to_the_check() {
    let flip = |path: &Path, place: u64| {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, place).unwrap();
        file.write_all_at(&[byte[0] ^ 0x41], place).unwrap();
    };
    let changes: [(&str, Change<'_>); 6] = [
        ("the mark is gone", &|_, mark| {
            fs::remove_file(mark).unwrap();
        }),
        ("the mark is cut", &|_, mark| put(mark, [7; 31])),
        ("the mark is longer", &|_, mark| {
            let mut bytes = fs::read(mark).unwrap();
            bytes.push(0);
            put(mark, bytes);
        }),
        ("a byte was written back as it was", &|path, _| {
            let place = path.metadata().unwrap().len() - 1;
            flip(path, place);
            flip(path, place);
        }),
        ("the same bytes and time in another file", &|path, _| {
            let written = path.metadata().unwrap().modified().unwrap();
            let other = path.with_extension("other");
            fs::copy(path, &other).unwrap();
            File::options()
                .write(true)
                .open(&other)
                .unwrap()
                .set_modified(written)
                .unwrap();
            fs::rename(&other, path).unwrap();
        }),
        ("an older file of the same length", &|path, _| {
            let written = path.metadata().unwrap().modified().unwrap();
            let older = fs::read(path).unwrap();
            let mut store = Store::open_or_create(path).unwrap();
            write_one(&mut store, block(4)).unwrap();
            drop(store);
            put(path, older);
            File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(written)
                .unwrap();
        }),
    ];
    for (what, change) in changes {
        let folder = tempfile::tempdir().unwrap();
        let (path, mark) = closed(folder.path());
        change(&path, &mark);
        assert_eq!(check(&path), Check::EveryPage, "{what}");
    }
}

#[test]
fn a_changed_byte_is_found_with_and_without_a_mark() {
    let folder = tempfile::tempdir().unwrap();
    let (path, mark) = closed(folder.path());
    let good = fs::read(&path).unwrap();
    // The bytes of the second block, which nothing reads at an open.
    let wanted = block_bytes(2);
    let place = good
        .windows(wanted.len())
        .position(|bytes| bytes == wanted)
        .unwrap();
    for with_mark in [true, false] {
        assert!(mark.exists());
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all_at(b"x", u64::try_from(place).unwrap())
            .unwrap();
        drop(file);
        if !with_mark {
            fs::remove_file(&mark).unwrap();
        }
        let refused = Store::open_or_create(&path).unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
        put(&path, &good);
        drop(Store::open_or_create(&path).unwrap());
    }
}
