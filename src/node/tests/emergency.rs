//! An emergency stop, and the way back.

use super::identity::begun_with_a_lock;
use super::*;
use crate::files::write_atomic;

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_closes_the_table_and_leaves_a_signed_mark() {
    let place = Place::new().with("BITCRAPS_NODE_ID", "garage");
    let node = place.node(Answers::Nobody);
    node.app.start().await.unwrap();
    let table = sees_seats(&node, 3).await;
    let manager = node
        .app
        .service::<ConsensusGameManager>(SERVICE_NAME)
        .unwrap();
    node.app.emergency_stop("a test");
    node.app.settled().await.unwrap();
    assert_eq!(node.app.phase(), ApplicationState::Error);
    let refused = manager
        .ask(
            IntentId(1),
            Intent::Roll {
                game: table.game,
                roll: table.roll,
            },
        )
        .await;
    assert!(matches!(refused, Reply::Rejected(_)), "{refused:?}");
    assert!(
        node.app.start().await.is_err(),
        "an emergency is left by a reset alone"
    );

    let file = SecureKeystore::new(
        place.data_dir().join(SecureKeystore::FILE_NAME),
        crate::identity::ProofBits::new(1).unwrap(),
    );
    let keystore = file.load(None).unwrap();
    let stopped = marks::read(&place.data_dir(), &keystore).unwrap();
    assert_eq!(
        (stopped.reason.as_str(), stopped.height.is_some()),
        ("a test", true)
    );
    let path = place.data_dir().join(FILE_NAME);
    let mark = std::fs::read(&path).unwrap();
    for at in (0..mark.len()).step_by(32) {
        let mut changed = mark.clone();
        changed[at] ^= 1;
        write_atomic(&path, &changed).unwrap();
        assert_eq!(marks::read(&place.data_dir(), &keystore), None);
    }
    write_atomic(&path, &mark).unwrap();

    // The socket still answers, and the reset brings everything back.
    let data_dir = place.data_dir();
    let asked = tokio::task::spawn_blocking(move || {
        let mut client = ControlClient::connect(&data_dir)?;
        let mut states = Vec::new();
        let row = |row| {
            if let Row::Health(health) = row {
                states.push((health.node, health.lifecycle.state));
            }
            Ok::<(), crate::control::ControlError>(())
        };
        client.ask(Request::Health { watch: false }, row)?;
        Ok::<_, crate::control::ControlError>(states)
    });
    let expected = [("garage".to_owned(), "Error".to_owned())];
    assert_eq!(asked.await.unwrap().unwrap(), expected);
    assert_eq!(node.app.reset("the test goes on").await.unwrap(), STARTED);
    sees_seats(&node, 3).await;
    assert!(!place.data_dir().join(FILE_NAME).exists());
    node.close("done").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_outlives_the_process_until_it_is_reset() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    node.app.start().await.unwrap();
    sees_seats(&node, 3).await;
    node.app.emergency_stop("a test");
    node.app.settled().await.unwrap();
    node.close("the player quit").await.unwrap();

    let node = place.node(Answers::Nobody);
    let barred = node.app.start().await.unwrap_err();
    assert_eq!(
        crate::error::Explain::kind(&barred),
        Kind::Refused,
        "{barred}"
    );
    let link = crate::node::desk::open(&node, tokio::sync::watch::Sender::default().subscribe());
    let reset = AppCommand::Reset;
    link.commands.send(reset).await.unwrap();
    sees_seats(&node, 3).await;
    assert!(!place.data_dir().join(FILE_NAME).exists());
    node.close("done").await.unwrap();
}

/// Tokio's clock stands still while anything can go on: what passes on it is what services wait for.
#[tokio::test]
async fn no_real_service_keeps_an_emergency_waiting() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    node.app.start().await.unwrap();
    sees_seats(&node, 3).await;
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    node.app.emergency_stop("a test");
    node.app.settled().await.unwrap();
    let waited = began.elapsed();
    tokio::time::resume();
    assert_eq!(waited, Duration::ZERO);
    let report = node.app.health();
    assert!(report.services.len() > 5, "{report:?}");
    for row in &report.services {
        assert!(!row.state.is_up(), "{} is {}", row.name, row.state);
    }
    assert_eq!(node.app.reset("the test goes on").await.unwrap(), STARTED);
    node.close("done").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_asks_for_the_passphrase_again() {
    let place = Place::new().without("BITCRAPS_NAME");
    let (node, passphrase) = begun_with_a_lock(&place).await;
    node.app.emergency_stop("a test");
    node.app.settled().await.unwrap();

    let app = node.app.clone();
    let reset = TaskTracker::new().spawn(async move { app.reset("it goes on").await });
    wants(&node, |view| {
        matches!(view, StartView::PassphraseNeeded { refused: 0, .. })
    })
    .await;
    assert_eq!(node.app.phase(), ApplicationState::Initializing);
    node.answers.send(Answer::Unlock(passphrase)).await.unwrap();
    assert_eq!(reset.await.unwrap().unwrap(), STARTED);
    assert_eq!(club(&node).await.me.as_str(), "bo");
    node.close("done").await.unwrap();
}
