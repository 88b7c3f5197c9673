use std::ops::Range;
use std::sync::Arc;

use futures::stream::StreamExt as _;

use crate::club::{ClubId, GameId, Height, RollRecord, Settings, TimeMs};
use crate::consensus::{PastRoll, Terms, found_club};
use crate::control::history::OfClub;
use crate::control::{BalanceRow, BookError, History, StoreBook};
use crate::identity::{Identity, SeededEntropy, Signer as _, StorageKey};
use crate::ledger::Chips;
use crate::storage::limits::ROLLS_PER_READ_MAX;
use crate::storage::{MemoryDisk, Secrets, Store, StoreHandle, Write};

/// A store with a club that has no table yet.
async fn founded() -> (StoreHandle, ClubId, Identity) {
    let disk = MemoryDisk::default();
    let store = Store::on_medium(move || disk.clone()).unwrap();
    let (store, _thread) = StoreHandle::spawn(store).unwrap();
    let entropy = Arc::new(SeededEntropy::new(1));
    let secrets = Secrets::new(store.clone(), StorageKey::from_bytes([2; 32]), entropy);
    let founder = Identity::from_seed(&[3; 32]);
    let terms = Terms {
        name: "solo".to_owned(),
        founder_name: "ada".to_owned(),
        supply: Chips::new(10_000_000),
        grant: Chips::new(10_000),
        settings: Settings::solo(),
        founded: TimeMs(1),
    };
    let club = found_club(&store, &secrets, &founder, terms).await.unwrap();
    (store, club, founder)
}

#[tokio::test]
async fn a_new_club_has_its_grant_paid_and_no_rolls_and_strangers_see_nothing() {
    let (store, club, founder) = founded().await;

    let book = StoreBook::new(store.clone(), founder.public_key());
    let expected = BalanceRow {
        club: club.to_string(),
        balance: 10_000,
        at_risk: 0,
        treasury: 9_990_000,
        supply: 10_000_000,
        height: 0,
    };
    assert_eq!(book.balances().await.unwrap(), [expected]);
    let mut history = book.history(None, None).await.unwrap();
    assert_eq!(history.next().await.unwrap(), None);
    let missing = book.history(Some("practice".to_owned()), None).await;
    assert!(matches!(missing, Err(BookError::NoSuchTable { .. })));

    let stranger = Identity::from_seed(&[4; 32]);
    let book = StoreBook::new(store, stranger.public_key());
    assert_eq!(book.balances().await.unwrap(), []);
}

/// Lands blocks of these heights: each with as many rolls as the rest of its height by three, at two
/// tables by turns. Returns the roll's number and table of each.
async fn land(store: &StoreHandle, club: ClubId, heights: Range<u64>) -> Vec<(u64, GameId)> {
    let sample = include_bytes!("../../../fuzz/corpus/rolls_row/roll");
    let sample = PastRoll::of_row(Height(1), sample).unwrap().remove(0);
    let state = store.club(club).await.unwrap().state;
    let mut landed = Vec::new();
    for height in heights {
        let rolls: Vec<RollRecord> = (0..height % 3)
            .map(|place| {
                let roll = height * 10 + place;
                let id = GameId([u8::from(roll.is_multiple_of(2)); 32]);
                landed.push((roll, id));
                RollRecord {
                    id,
                    roll,
                    ..sample.record.clone()
                }
            })
            .collect();
        let rolls = match rolls.as_slice() {
            [] => Vec::new(),
            rolls => postcard::to_stdvec(&(2_u8, sample.time, rolls)).unwrap(),
        };
        land_row(store, club, height, rolls, &state).await;
    }
    landed
}

async fn land_row(store: &StoreHandle, club: ClubId, height: u64, rolls: Vec<u8>, state: &[u8]) {
    let block = Write::Block {
        club,
        height: Height(height),
        block: vec![1],
        state: state.to_vec(),
        rolls,
    };
    store.write(block).await.unwrap();
}

/// The numbers and tables of all rolls that are left.
async fn rest(mut history: History) -> Vec<(u64, String)> {
    let mut all = Vec::new();
    while let Some(row) = history.next().await.unwrap() {
        all.push((row.roll, row.table));
    }
    all
}

#[tokio::test]
async fn a_history_has_each_of_the_newest_rolls_once_whatever_was_asked_for() {
    let (store, club, founder) = founded().await;
    let landed = land(&store, club, 1..700).await;
    assert!(landed.len() > 2 * ROLLS_PER_READ_MAX);
    let book = StoreBook::new(store.clone(), founder.public_key());
    let count = u64::try_from(landed.len()).unwrap();
    for last in [
        None,
        Some(0),
        Some(1),
        Some(2),
        Some(3),
        Some(255),
        Some(256),
        Some(257),
        Some(count - 1),
        Some(count),
        Some(count + 1),
        Some(u64::MAX),
    ] {
        for table in [None, Some(GameId([0; 32])), Some(GameId([1; 32]))] {
            let of_table = landed
                .iter()
                .filter(|(_, id)| table.is_none_or(|table| table == *id));
            let mut expected: Vec<_> = of_table.map(|(roll, id)| (*roll, id.to_string())).collect();
            let last_rows = usize::try_from(last.unwrap_or(u64::MAX)).unwrap();
            expected.drain(..expected.len().saturating_sub(last_rows));
            let clubs = book.clubs().await.unwrap();
            let of_club = |(height, state, me)| OfClub::new(state, me, height);
            let clubs = clubs.into_iter().map(of_club).collect();
            let table = table.map(|table| table.to_string());
            let history = History::begin(store.clone(), table.clone(), clubs, last).await;
            assert_eq!(rest(history.unwrap()).await, expected, "{last:?} {table:?}");
        }
    }
}

#[tokio::test]
async fn rolls_that_fall_while_a_history_is_read_move_none_of_it() {
    let (store, club, founder) = founded().await;
    let landed = land(&store, club, 1..500).await;
    let book = StoreBook::new(store.clone(), founder.public_key());
    let mut history = book.history(None, Some(300)).await.unwrap();
    let expected = &landed[landed.len() - 300..];
    let first = history.next().await.unwrap().unwrap();
    assert_eq!(first.roll, expected[0].0);
    land(&store, club, 500..520).await;
    let others: Vec<u64> = rest(history).await.iter().map(|it| it.0).collect();
    let expected: Vec<u64> = expected[1..].iter().map(|it| it.0).collect();
    assert_eq!(others, expected);
}

#[tokio::test]
async fn the_newest_rolls_are_had_without_reading_all_before_them() {
    let (store, club, founder) = founded().await;
    let state = store.club(club).await.unwrap().state;
    land_row(&store, club, 1, vec![9, 9], &state).await;
    let landed = land(&store, club, 2..700).await;
    let book = StoreBook::new(store, founder.public_key());
    let history = book.history(None, Some(20)).await.unwrap();
    assert_eq!(rest(history).await.len(), 20);
    let mut history = book.history(None, None).await.unwrap();
    let broken = history.next().await.unwrap_err();
    assert!(matches!(broken, BookError::Past(_)), "{broken}");
    let rows = book.history(None, None).await.unwrap().rows();
    let told: Vec<_> = rows.collect().await;
    assert!(matches!(told.as_slice(), [Err(_)]), "{}", landed.len());
}
