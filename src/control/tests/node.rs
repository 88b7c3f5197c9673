use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::{broadcast, watch};

use crate::app::{AppSettings, BitCrapsApp, Preparation, Service, ServiceContext};
use crate::clock::SystemClock;
use crate::control::{
    ControlHandler, Export, HealthRow, HistoryRow, NodeControl, NodeViews, Part, PlayEvent, Player,
    Request, RollBook, Row, Rows, Wish,
};
use crate::error::{Error, Kind};
use crate::gaming::StartView;

/// Rolls 1 to 5, or as many as are asked for; the fifth can't be read after four.
#[derive(Debug)]
struct Five;

impl RollBook for Five {
    fn rolls(
        &self,
        _table: Option<String>,
        last: Option<u64>,
    ) -> BoxFuture<'_, Result<Rows, Error>> {
        let rows = (1..=last.unwrap_or(5)).map(|roll| HistoryRow {
            roll,
            table: "ab".to_owned(),
            dice: [1, 2],
            total: 3,
            point_before: None,
            shooter: "ada".to_owned(),
            net: 0,
            balance: Some(1),
        });
        let rows: Vec<_> = rows.map(|row| Ok(Row::History(row))).collect();
        let broken = Err(Error::new(Kind::Storage, "row 5 can't be read", "look"));
        let end = stream::iter((last == Some(4)).then_some(broken));
        async { Ok(stream::iter(rows).chain(end).boxed()) }.boxed()
    }

    fn transcript(
        &self,
        _table: Option<String>,
        _part: Part,
    ) -> BoxFuture<'_, Result<Export, Error>> {
        async { Err(Error::new(Kind::Usage, "no such table", "open one")) }.boxed()
    }
}

/// Decides whatever is wished.
#[derive(Debug)]
struct Willing;

impl Player for Willing {
    fn play(&self, _wish: Wish) -> BoxFuture<'_, Result<(), Error>> {
        async { Ok(()) }.boxed()
    }
}

/// A node without any service, and without a club.
fn node() -> (BitCrapsApp, NodeControl) {
    let services: Vec<Arc<dyn Service>> = Vec::new();
    node_of(Box::new(services), &watch::Sender::default())
}

fn node_of(
    preparation: Box<dyn Preparation>,
    start: &watch::Sender<StartView>,
) -> (BitCrapsApp, NodeControl) {
    let clock = Arc::new(SystemClock::new());
    let app = BitCrapsApp::new(AppSettings::default(), preparation, clock.clone());
    let views = NodeViews {
        node: "garage".to_owned(),
        club: watch::channel(None).1,
        chain: watch::channel(None).1,
        table: watch::channel(None).1,
        events: broadcast::channel(1).0,
        rolls: Arc::new(Five),
        player: Arc::new(Willing),
        start: start.subscribe(),
    };
    (app.clone(), NodeControl::new(app, views, clock))
}

async fn ask(node: &NodeControl, request: Request) -> Result<Vec<Row>, Error> {
    node.handle(request).await?.try_collect().await
}

fn state(row: Option<Row>) -> String {
    let Some(Row::Health(HealthRow { lifecycle, .. })) = row else {
        panic!("{row:?}");
    };
    lifecycle.state
}

#[tokio::test]
async fn a_node_that_was_stopped_in_an_emergency_answers_and_is_reset() {
    let (app, node) = node();
    app.start().await.unwrap();
    let health = || Request::Health { watch: false };
    assert_eq!(state(ask(&node, health()).await.unwrap().pop()), "Running");
    let reason = "the canary died".to_owned();
    let stopped = ask(&node, Request::EmergencyStop { reason }).await;
    assert_eq!(stopped.unwrap(), []);
    // A second call is told the reason of the first.
    let reason = "somebody else was afraid".to_owned();
    let again = ask(&node, Request::EmergencyStop { reason }).await;
    let again = again.unwrap_err();
    assert_eq!(again.kind(), Kind::Refused);
    assert!(
        again.to_string().ends_with("already: the canary died"),
        "{again}"
    );
    assert_ne!(state(ask(&node, health()).await.unwrap().pop()), "Running");
    ask(&node, Request::Reset).await.unwrap();
    let refused = ask(&node, Request::Reset).await.unwrap_err();
    assert!(!refused.hints().is_empty());
    app.stop("the test is over").await.unwrap();
}

/// A key that is locked from the second start on, and that nobody opens.
#[derive(Debug)]
struct LockedAgain {
    start: watch::Sender<StartView>,
    starts: AtomicU32,
}

impl Preparation for LockedAgain {
    fn prepare(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>> {
        async move {
            if self.starts.fetch_add(1, Ordering::Relaxed) > 0 {
                self.start.send_replace(StartView::PassphraseNeeded {
                    refused: 0,
                    keyring: None,
                });
                context.cancelled().cancelled().await;
            }
            Ok(Vec::new())
        }
        .boxed()
    }
}

#[tokio::test]
async fn what_would_wait_for_the_passphrase_says_so_instead() {
    let start = watch::Sender::<StartView>::default();
    let locked = LockedAgain {
        start: start.clone(),
        starts: AtomicU32::new(0),
    };
    let (app, node) = node_of(Box::new(locked), &start);
    app.start().await.unwrap();
    app.emergency_stop("the canary died");
    let name = || "storage".to_owned();
    for request in [
        Request::Reset,
        Request::ServiceRestart { name: name() },
        Request::ServiceStop { name: name() },
    ] {
        let error = ask(&node, request).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Refused);
        assert!(error.to_string().contains("passphrase"), "{error}");
    }
    app.stop("the test is over").await.unwrap();
}

#[tokio::test]
async fn watchers_see_each_state_from_the_present_one_on() {
    let (app, node) = node();
    let mut health = node.handle(Request::Health { watch: true }).await.unwrap();
    assert_eq!(state(health.try_next().await.unwrap()), "Uninitialized");
    let mut events = node.handle(Request::Subscribe).await.unwrap();
    app.start().await.unwrap();
    assert_eq!(state(health.try_next().await.unwrap()), "Running");
    // Only the newest of what happened since the last look is there, as with every watch.
    let Some(Row::Event(PlayEvent::Lifecycle { from, to, .. })) = events.try_next().await.unwrap()
    else {
        panic!("no transition was told");
    };
    assert_eq!((from.as_str(), to.as_str()), ("Uninitialized", "Running"));
    app.stop("the test is over").await.unwrap();
}

#[tokio::test]
async fn services_that_do_not_run_and_a_missing_club_are_refused_with_a_hint() {
    let (_app, node) = node();
    let name = "nonsense".to_owned();
    let error = ask(&node, Request::ServiceRestart { name })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Refused);
    assert_eq!(error.to_string(), "no service runs now");
    let error = ask(&node, Request::Balance).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Refused);
}

#[tokio::test]
async fn a_history_comes_row_by_row_and_says_what_broke_it_off() {
    let (_app, node) = node();
    let ask = async |last| ask(&node, Request::History { table: None, last }).await;
    assert_eq!(ask(None).await.unwrap().len(), 5);
    assert_eq!(ask(Some(2)).await.unwrap().len(), 2);
    let broken = ask(Some(4)).await.unwrap_err();
    assert_eq!(broken.kind(), Kind::Storage);
}
