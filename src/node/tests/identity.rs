//! The first start, locks and keyrings.

use super::*;

/// Returns the node of a new player, who was asked for a name and locked the key by the passphrase.
pub(super) async fn begun_with_a_lock(place: &Place) -> (Node, Passphrase) {
    let node = place.node(Answers::Person);
    let app = node.app.clone();
    let start = TaskTracker::new().spawn(async move { app.start().await });
    wants(&node, |view| *view == StartView::NameNeeded).await;
    let passphrase = Passphrase::new("correct horse").unwrap();
    let begin = Answer::Begin {
        name: "bo".to_owned(),
        passphrase: Some(passphrase.clone()),
    };
    node.answers.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    (node, passphrase)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_player_is_asked_for_a_name_and_may_lock_the_key() {
    let place = Place::new().without("BITCRAPS_NAME");
    let (node, passphrase) = begun_with_a_lock(&place).await;
    assert_eq!(club(&node).await.me.as_str(), "bo");
    node.close("again").await.unwrap();

    // The next start asks for the passphrase, as often as it takes, and not for the name.
    let node = place.node(Answers::Person);
    let app = node.app.clone();
    let start = TaskTracker::new().spawn(async move { app.start().await });
    wants(&node, |view| {
        matches!(
            view,
            StartView::PassphraseNeeded {
                refused: 0,
                keyring: None
            }
        )
    })
    .await;
    node.answers
        .send(Answer::Unlock(Passphrase::new("wrong").unwrap()))
        .await
        .unwrap();
    wants(&node, |view| {
        matches!(view, StartView::PassphraseNeeded { refused: 1, .. })
    })
    .await;
    node.answers.send(Answer::Unlock(passphrase)).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("done").await.unwrap();

    // Where nobody can be asked, a locked key is an error that says what is missing.
    let node = place.node(Answers::Nobody);
    let error = node.app.start().await.unwrap_err();
    assert_eq!(
        error.cause().map(crate::error::Error::kind),
        Some(Kind::Storage),
        "{error}"
    );
}

async fn unlocks(node: &Node, typed: &str) {
    let typed = Passphrase::new(typed).unwrap();
    node.answers.send(Answer::Unlock(typed)).await.unwrap();
}

/// What the storage says of itself once it was asked.
async fn storage_detail(node: &Node) -> String {
    let mut health = node.app.links().health;
    let detail = |report: &ServiceHealthReport| {
        let storage = report.service("storage");
        storage.map_or_else(String::new, |storage| storage.detail.to_string())
    };
    let asked = health.wait_for(|report| !detail(report).is_empty());
    let seen = tokio::time::timeout(PATIENCE, asked).await;
    detail(&seen.expect("in time").unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_holds_the_passphrase_and_is_never_needed() {
    let place = Place::new().with("BITCRAPS_KEYRING", "true");
    let place = place.without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let start = begins(&node);
    wants(&node, |view| *view == StartView::NameNeeded).await;
    let begin = Answer::Begin {
        name: "bo".to_owned(),
        passphrase: Some(Passphrase::new("correct horse").unwrap()),
    };
    node.answers.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("again").await.unwrap();
    let file = place.data_dir().join(SecureKeystore::FILE_NAME);
    let bytes = std::fs::read(&file).unwrap();

    // The keyring opens it: nobody is asked, and nobody need be there.
    let node = place.node(Answers::Nobody);
    assert_eq!(node.app.start().await.unwrap(), STARTED);
    assert!(
        storage_detail(&node)
            .await
            .ends_with("key opened by the keyring")
    );
    node.close("again").await.unwrap();

    // A locked one is named where the passphrase is asked, and the answer is held again.
    place.break_keyring();
    let node = place.node(Answers::Person);
    let start = begins(&node);
    let asked = |view: &StartView| matches!(view, StartView::PassphraseNeeded { .. });
    let StartView::PassphraseNeeded { refused, keyring } = wants(&node, asked).await else {
        panic!("it was waited for")
    };
    assert_eq!(refused, 0);
    assert!(keyring.unwrap().contains("it is locked"));
    unlocks(&node, "a wrong one").await;
    wants(&node, |view| {
        matches!(view, StartView::PassphraseNeeded { refused: 1, .. })
    })
    .await;
    unlocks(&node, "correct horse").await;
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    assert!(
        storage_detail(&node)
            .await
            .ends_with("key opened by its passphrase")
    );
    node.close("again").await.unwrap();

    // An empty one, as after a restart of the machine, is no error either.
    let key = SecureKeystore::new(&file, crate::identity::ProofBits::new(1).unwrap());
    assert!(
        place
            .keyring()
            .forget(&key.public_key().unwrap().0)
            .unwrap()
    );
    let node = place.node(Answers::Nobody);
    let error = node.app.start().await.unwrap_err();
    let cause = error.cause().unwrap();
    assert_eq!(cause.kind(), Kind::Storage);
    assert!(
        cause
            .to_string()
            .contains("the keyring holds no passphrase"),
        "{cause}"
    );
    assert_eq!(
        std::fs::read(&file).unwrap(),
        bytes,
        "nothing touched the key"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_is_off_is_not_asked() {
    let place = Place::new();
    let secret = place.folder.path().join("secret");
    crate::files::write_atomic(&secret, b"correct horse\n").unwrap();
    let place = place.with("BITCRAPS_PASSPHRASE_FILE", secret.to_str().unwrap());
    let node = place.node(Answers::Nobody);
    assert_eq!(node.app.start().await.unwrap(), STARTED);
    assert!(
        storage_detail(&node)
            .await
            .ends_with("key opened by the passphrase file")
    );
    node.close("done").await.unwrap();
    assert!(place.store.inner.lock().unwrap().borrow().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn making_an_identity_shows_progress_and_can_be_given_up() {
    // 2^32 keys: it would take hours.
    let place = Place::new().with("BITCRAPS_PROOF_BITS", "32");
    let node = place.node(Answers::Person);
    let app = node.app.clone();
    let start = TaskTracker::new().spawn(async move { app.start().await });
    wants(
        &node,
        |view| matches!(view, StartView::Mining { tried, .. } if *tried > 0),
    )
    .await;
    node.answers.send(Answer::CancelMining).await.unwrap();
    assert!(start.await.unwrap().is_err());
    assert_eq!(node.app.phase(), ApplicationState::Error);
    assert!(!place.data_dir().join(SecureKeystore::FILE_NAME).exists());
}

fn begins_as(name: &str) -> Answer {
    Answer::Begin {
        name: name.to_owned(),
        passphrase: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_given_while_the_identity_is_made_is_kept() {
    let place = Place::new().with("BITCRAPS_PROOF_BITS", "12");
    let place = place.without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    // Read before the first key can have been tried.
    node.answers.send(begins_as("bo")).await.unwrap();
    assert_eq!(begins(&node).await.unwrap().unwrap(), STARTED);
    node.close("done").await.unwrap();
    let profile = Profile::load(&place.data_dir()).unwrap();
    assert_eq!(profile.name.as_deref(), Some("bo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_can_be_none_is_refused_with_its_reason_and_asked_again() {
    let place = Place::new().without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let start = begins(&node);
    wants(&node, |view| *view == StartView::NameNeeded).await;
    node.answers.send(begins_as("b\no")).await.unwrap();
    let error = start.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("can't be a name"), "{error}");
    assert!(error.cause().unwrap().hints()[0].contains("48 bytes"));
    assert!(!place.data_dir().join(SecureKeystore::FILE_NAME).exists());

    let start = begins(&node);
    wants(&node, |view| *view == StartView::NameNeeded).await;
    node.answers.send(begins_as("bo")).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("done").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_can_be_given_up_while_the_passphrase_is_asked_for() {
    let place = Place::new().without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let start = begins(&node);
    let begin = Answer::Begin {
        name: "bo".to_owned(),
        passphrase: Some(Passphrase::new("correct horse").unwrap()),
    };
    node.answers.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("again").await.unwrap();
    let file = place.data_dir().join(SecureKeystore::FILE_NAME);
    let bytes = std::fs::read(&file).unwrap();

    let node = place.node(Answers::Person);
    let start = begins(&node);
    let asked = |view: &StartView| matches!(view, StartView::PassphraseNeeded { .. });
    wants(&node, asked).await;
    node.answers.send(Answer::CancelMining).await.unwrap();
    let error = start.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("given up"), "{error}");
    assert_eq!(node.app.phase(), ApplicationState::Error);
    assert_eq!(std::fs::read(&file).unwrap(), bytes);

    let start = begins(&node);
    wants(&node, asked).await;
    unlocks(&node, "correct horse").await;
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    node.close("done").await.unwrap();
}
