mod closing;
mod crash;
mod damage;

use std::sync::Arc;

use super::testing::Happened;
use super::testing::RecordingDisk;
use super::*;
use crate::club::{ClubId, GameId, Height};
use crate::files::write_atomic;
use crate::identity::{OpenError, SeededEntropy, StorageKey};

const CLUB: ClubId = ClubId([7; 32]);

fn club() -> Write {
    Write::Club {
        club: CLUB,
        charter: b"charter".to_vec(),
        state: b"state 0".to_vec(),
        secrets: Vec::new(),
    }
}

/// A block whose bytes follow from its height, of a length that varies.
fn block(height: u64) -> Write {
    Write::Block {
        club: CLUB,
        height: Height(height),
        block: block_bytes(height),
        state: format!("state {height}").into_bytes(),
        rolls: Vec::new(),
    }
}

fn block_bytes(height: u64) -> Vec<u8> {
    let length = usize::try_from(height * 37 % 3_000).unwrap();
    let digit = u8::try_from(height % 251).unwrap();
    vec![digit; 200 + length]
}

/// Panics unless the store holds exactly the blocks up to some height not below `at_least`.
fn assert_whole(store: &mut Store, at_least: u64) -> Height {
    let stored = store.club(CLUB).unwrap();
    assert!(
        stored.height.0 >= at_least,
        "{} < {at_least}",
        stored.height
    );
    assert_eq!(
        stored.state,
        format!("state {}", stored.height).into_bytes()
    );
    let mut next = Height(1);
    loop {
        let blocks = store
            .blocks(CLUB, next, limits::BLOCKS_PER_READ_MAX)
            .unwrap();
        if blocks.is_empty() {
            break;
        }
        for (height, bytes) in blocks {
            assert_eq!(height, next);
            assert_eq!(bytes, block_bytes(height.0));
            next = next.next();
        }
    }
    assert_eq!(next, stored.height.next());
    stored.height
}

fn write_one(store: &mut Store, write: Write) -> Result<(), StoreError> {
    store.write(&[write]).pop().unwrap()
}

#[test]
fn blocks_follow_one_another_and_asking_again_is_safe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Store::FILE_NAME);
    let mut store = Store::open_or_create(&path).unwrap();
    let mut write = |write| write_one(&mut store, write);

    assert!(matches!(
        write(block(1)),
        Err(StoreError::NoSuchClub { .. })
    ));
    write(club()).unwrap();
    write(club()).unwrap();
    assert!(matches!(
        write(block(2)),
        Err(StoreError::Gap {
            have: Height(0),
            found: Height(2),
            ..
        })
    ));
    for height in 1..=70 {
        write(block(height)).unwrap();
    }
    write(block(70)).unwrap();
    write(block(3)).unwrap();
    let Write::Block {
        club,
        height,
        state,
        ..
    } = block(3)
    else {
        panic!("nobody counts on it")
    };
    let forged = Write::Block {
        club,
        height,
        block: b"another".to_vec(),
        state,
        rolls: Vec::new(),
    };
    assert!(matches!(
        write(forged),
        Err(StoreError::OtherBlock {
            height: Height(3),
            ..
        })
    ));
    let other = Write::Club {
        club: CLUB,
        charter: b"another".to_vec(),
        state: Vec::new(),
        secrets: Vec::new(),
    };
    assert!(matches!(write(other), Err(StoreError::ClubExists { .. })));

    drop(store);
    let mut store = Store::open_or_create(&path).unwrap();
    assert_eq!(assert_whole(&mut store, 70), Height(70));
    assert_eq!(store.clubs().unwrap(), [CLUB]);
    assert_eq!(store.club(CLUB).unwrap().charter, b"charter");
}

#[test]
fn a_refused_write_does_not_hinder_the_others_of_its_group() {
    let mut store = Store::on_medium(MemoryDisk::default).unwrap();
    let answers = store.write(&[club(), block(1), block(3), block(2)]);
    let refused: Vec<bool> = answers.iter().map(Result::is_err).collect();
    assert_eq!(refused, [false, false, true, false]);
    assert_eq!(assert_whole(&mut store, 2), Height(2));
}

#[test]
fn a_roll_is_opened_for_one_lock_only() {
    let mut store = Store::on_medium(MemoryDisk::default).unwrap();
    let mut open = |table, slot, roll, lock: u8| {
        let table = GameId([table; 32]);
        let lock_hash = [lock; 32];
        write_one(
            &mut store,
            Write::Opened {
                table,
                slot,
                roll,
                lock_hash,
            },
        )
        .is_ok()
    };
    assert!(open(1, 0, 7, 1));
    assert!(open(1, 0, 7, 1), "the same opening may be sent again");
    assert!(!open(1, 0, 7, 2), "another lock for the same roll");
    assert!(!open(1, 0, 6, 1), "a roll that is over");
    assert!(
        open(1, 1, 7, 2) && open(2, 0, 7, 2),
        "other slots and tables"
    );
    assert!(open(1, 0, 8, 2));
}

#[test]
fn an_empty_or_foreign_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Store::FILE_NAME);
    for content in [Vec::new(), b"not a store".to_vec(), vec![0; 1 << 16]] {
        write_atomic(&path, &content).unwrap();
        let refused = Store::open_or_create(&path).unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
}

/// The names, bytes and times of all files of a folder.
fn everything_in(
    folder: &std::path::Path,
) -> Vec<(std::ffi::OsString, Vec<u8>, std::time::SystemTime)> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    files
        .map(|file| {
            let written = file.metadata().unwrap().modified().unwrap();
            (
                file.file_name(),
                std::fs::read(file.path()).unwrap(),
                written,
            )
        })
        .collect()
}

#[test]
fn an_open_store_and_another_schema_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Store::FILE_NAME);
    let store = Store::open_or_create(&path).unwrap();
    let refused = Store::open_or_create(&path).unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
    drop(store);

    for other in [Store::SCHEMA - 1, Store::SCHEMA + 1] {
        opening::overwrite_schema(&path, other);
        let before = everything_in(folder.path());
        let refused = Store::open_or_create(&path).unwrap_err();
        assert!(
            matches!(refused, StoreError::OtherSchema { found, .. } if found == other),
            "{refused}"
        );
        let text = refused.to_string();
        assert!(text.contains("made by another version"), "{text}");
        assert!(everything_in(folder.path()) == before, "it was touched");
    }
}

/// Whoever changes how a row is encoded changes a golden file, and so comes by here.
#[test]
fn another_encoding_of_a_row_is_another_schema() {
    let club = include_str!("../../tests/golden/club.txt");
    let rows = ["charter: ", "last block: ", "state: "];
    let rows = rows.map(|row| club.lines().find(|line| line.starts_with(row)).unwrap());
    let block_row = include_str!("../../tests/golden/block_row_v1.txt");
    let rolls_row = include_bytes!("../../fuzz/corpus/rolls_row/roll");
    let rows = rows.join("\n");
    let encodings = blake3::hash(&[rows.as_bytes(), block_row.as_bytes(), rolls_row].concat());
    assert_eq!(
        (Store::SCHEMA, encodings.to_hex().as_str()),
        (
            7,
            "82134ca137a52255e693290386ebf45b90c99c790d9bb179b3d18c30ec69f6cf"
        ),
        "if a row is encoded in another way: the next schema, and this hash"
    );
}

#[tokio::test]
async fn writes_that_wait_share_one_durable_write() {
    let disk = RecordingDisk::default();
    let medium = disk.clone();
    let mut store = Store::on_medium(move || medium.clone()).unwrap();
    write_one(&mut store, club()).unwrap();
    let syncs = || {
        disk.log()
            .iter()
            .filter(|one| matches!(one, Happened::Sync))
            .count()
    };
    let before = syncs();
    write_one(&mut store, block(1)).unwrap();
    let syncs_of_one = syncs() - before;

    let (handle, thread) = StoreHandle::spawn(store).unwrap();
    let before = syncs();
    let opened = (0..200).map(|slot| Write::Opened {
        table: GameId([1; 32]),
        slot,
        roll: 1,
        lock_hash: [1; 32],
    });
    let waiting: Vec<_> = opened.map(|write| handle.write(write)).collect();
    for answer in futures::future::join_all(waiting).await {
        answer.unwrap();
    }
    let shared = syncs() - before;
    assert!(
        shared < 200 * syncs_of_one / 4,
        "{shared} syncs for 200 writes, {syncs_of_one} for one"
    );
    assert_eq!(handle.club(CLUB).await.unwrap().height, Height(1));

    handle.close().await.unwrap();
    assert!(matches!(
        handle.write(block(2)).await,
        Err(StoreError::Closed)
    ));
    thread.join().unwrap();
    let mut store = Store::on_medium(move || disk.clone()).unwrap();
    let late = Write::Opened {
        table: GameId([1; 32]),
        slot: 199,
        roll: 1,
        lock_hash: [2; 32],
    };
    assert!(
        write_one(&mut store, late).is_err(),
        "what was answered is there"
    );
}

#[tokio::test]
async fn secrets_are_sealed_under_their_name_and_can_be_erased() {
    let disk = MemoryDisk::default();
    let medium = disk.clone();
    let store = Store::on_medium(move || medium.clone()).unwrap();
    let (handle, _thread) = StoreHandle::spawn(store).unwrap();
    let entropy = Arc::new(SeededEntropy::new(1));
    let key = StorageKey::generate(entropy.as_ref()).unwrap();
    let secrets = Secrets::new(handle.clone(), key, entropy.clone());

    let name = SecretName::Epoch {
        table: GameId([5; 32]),
        epoch: 3,
    };
    let secret = secrets.random().unwrap();
    assert!(secrets.find(name).await.unwrap().is_none());
    secrets.put(name, &secret).await.unwrap();
    assert_eq!(secrets.find(name).await.unwrap().unwrap(), secret);
    let bytes = disk.bytes();
    assert!(!bytes.windows(8).any(|window| window == &secret[..8]));

    // Moved under another name, or read by another node, it doesn't open.
    let elsewhere = SecretName::Epoch {
        table: GameId([5; 32]),
        epoch: 4,
    };
    let sealed = handle.secret(name).await.unwrap().unwrap();
    handle
        .write(Write::Secret {
            name: elsewhere,
            sealed,
        })
        .await
        .unwrap();
    let moved = secrets.find(elsewhere).await;
    assert!(matches!(moved, Err(SecretError::Sealed(OpenError))));
    let stranger = StorageKey::generate(entropy.as_ref()).unwrap();
    let stranger = Secrets::new(handle, stranger, entropy);
    assert!(matches!(
        stranger.find(name).await,
        Err(SecretError::Sealed(OpenError))
    ));

    secrets.forget(name).await.unwrap();
    assert!(secrets.find(name).await.unwrap().is_none());
}
