use std::sync::Arc;

use crate::club::{Settings, TimeMs};
use crate::consensus::{Terms, found_club};
use crate::control::{BalanceRow, BookError, StoreBook};
use crate::identity::{Identity, SeededEntropy, Signer as _, StorageKey};
use crate::ledger::Chips;
use crate::storage::{MemoryDisk, Secrets, Store, StoreHandle};

#[tokio::test]
async fn a_new_club_has_its_grant_paid_and_no_rolls_and_strangers_see_nothing() {
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
    assert_eq!(book.history(None).await.unwrap(), []);
    let missing = book.history(Some("practice")).await;
    assert!(matches!(missing, Err(BookError::NoSuchTable { .. })));

    let stranger = Identity::from_seed(&[4; 32]);
    let book = StoreBook::new(store, stranger.public_key());
    assert_eq!(book.balances().await.unwrap(), []);
}
