//! The loop under paused time, with keys from a queue and a terminal that counts.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures::channel::mpsc as queue;
use futures::{Stream, StreamExt};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::{Instant, sleep};

use super::{Ended, Terminal, run};
use crate::clock::UnixMillis;
use crate::coordination::ServiceHealthReport;
use crate::gaming::{ClubView, GameEvent, Intent, IntentId, Refusal, Reply, StartView, TableView};
use crate::ledger::Chips;
use crate::logs::LogView;
use crate::shown::Shown;
use crate::state::lifecycle::LifecycleView;
use crate::tui::hits::{HitMap, MouseOwner};
use crate::tui::kept::{Kept, Left};
use crate::tui::link::{AppCommand, ScreenLink};
use crate::tui::message::Signal;
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::update::kit;
use crate::tui::why::Why;

/// Keys as crossterm reads them: until the next one comes, only the waker of the first look is
/// told about it.
struct Keys {
    queue: queue::UnboundedReceiver<io::Result<Event>>,
    waker: Option<Waker>,
}

impl Stream for Keys {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let waker = self.waker.take().unwrap_or_else(|| context.waker().clone());
        let polled = self.queue.poll_next_unpin(&mut Context::from_waker(&waker));
        if polled.is_pending() {
            self.waker = Some(waker);
        }
        polled
    }
}

/// A terminal that keeps what it was asked to draw.
struct Counting {
    inputs: Vec<Keys>,
    started: Instant,
    /// When each frame was drawn, in milliseconds, and the start view on it.
    frames: Arc<std::sync::Mutex<Vec<(u128, StartView)>>>,
    /// Whether it is stopped now.
    suspended: bool,
    hung_up: bool,
}

impl Terminal for Counting {
    type Input = Keys;

    fn input(&mut self) -> io::Result<Self::Input> {
        Ok(self.inputs.remove(0))
    }

    fn mouse(&mut self, _owner: MouseOwner) -> io::Result<()> {
        Ok(())
    }

    fn draw(&mut self, model: &Model) -> io::Result<HitMap> {
        assert!(
            !self.hung_up,
            "nothing is written to a terminal that is gone"
        );
        let at = self.started.elapsed().as_millis();
        self.frames.lock().unwrap().push((at, model.start.clone()));
        Ok(HitMap::default())
    }

    fn copy(&mut self, _words: &str) -> io::Result<()> {
        Ok(())
    }

    fn bell(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn repaint(&mut self) {}

    async fn suspend(&mut self) -> io::Result<(u16, u16)> {
        self.suspended = true;
        sleep(Duration::from_mins(1)).await;
        Ok((100, 30))
    }

    fn hung_up(&mut self) {
        self.hung_up = true;
    }
}

/// The runtime's end of the link, and the hands on keys and signals.
struct Runtime {
    lifecycle: watch::Sender<Arc<LifecycleView>>,
    health: watch::Sender<Arc<ServiceHealthReport>>,
    start: watch::Sender<StartView>,
    club: watch::Sender<Option<Arc<ClubView>>>,
    table: watch::Sender<Option<Arc<TableView>>>,
    log: watch::Sender<Arc<LogView>>,
    events: broadcast::Sender<GameEvent>,
    intents: mpsc::Receiver<(IntentId, Intent)>,
    replies: mpsc::Sender<(IntentId, Reply)>,
    commands: mpsc::Receiver<AppCommand>,
    kept: watch::Receiver<Kept>,
    words: mpsc::Sender<String>,
    keys: Vec<queue::UnboundedSender<io::Result<Event>>>,
    signals: queue::UnboundedSender<Signal>,
    frames: Arc<std::sync::Mutex<Vec<(u128, StartView)>>>,
}

impl Runtime {
    fn key(&self, reader: usize, c: char, modifiers: KeyModifiers) {
        let event = Event::Key(KeyEvent::new(KeyCode::Char(c), modifiers));
        self.keys[reader].unbounded_send(Ok(event)).unwrap();
    }

    fn press(&self, c: char) {
        self.key(0, c, KeyModifiers::NONE);
    }

    fn drawn_at(&self) -> Vec<u128> {
        self.frames
            .lock()
            .unwrap()
            .iter()
            .map(|(at, _)| *at)
            .collect()
    }
}

/// Runs the screen beside `script`; returns the model, the terminal and why the loop ended.
#[expect(
    clippy::too_many_lines,
    reason = "a channel for each thing that joins the two"
)]
async fn with<F>(intents_max: usize, script: F) -> (Model, Counting, Ended)
where
    F: AsyncFnOnce(&mut Runtime),
{
    let player = kit::Player::seated();
    let mut model = player.model;
    model.event_row = crate::tui::note::EventRow::default();
    let (lifecycle, lifecycle_seen) = watch::channel(model.lifecycle.clone());
    let (health, health_seen) = watch::channel(model.health.clone());
    let (start, start_seen) = watch::channel(StartView::Idle);
    let (club, club_seen) = watch::channel(model.club.clone());
    let (table, table_seen) = watch::channel(model.table.clone());
    let (log, log_seen) = watch::channel(model.log.clone());
    let (events, events_seen) = broadcast::channel(4);
    let (intents_out, intents) = mpsc::channel(intents_max);
    let (replies, replies_in) = mpsc::channel(4);
    let (commands_out, commands) = mpsc::channel(4);
    let (kept_out, kept) = watch::channel(Kept::default());
    let (words, words_in) = mpsc::channel(4);
    let (first, first_input) = queue::unbounded();
    let (second, second_input) = queue::unbounded();
    let (signals, signals_in) = queue::unbounded();
    let frames = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut terminal = Counting {
        inputs: [first_input, second_input]
            .map(|queue| Keys { queue, waker: None })
            .into(),
        started: Instant::now(),
        frames: frames.clone(),
        suspended: false,
        hung_up: false,
    };
    let mut link = ScreenLink {
        lifecycle: lifecycle_seen,
        health: health_seen,
        start: start_seen,
        club: club_seen,
        table: table_seen,
        log: log_seen,
        events: events_seen,
        intents: intents_out,
        replies: replies_in,
        commands: commands_out,
        kept: kept_out,
        clock: Arc::new(crate::clock::ManualClock::default()),
        words: words_in,
    };
    let mut runtime = Runtime {
        lifecycle,
        health,
        start,
        club,
        table,
        log,
        events,
        intents,
        replies,
        commands,
        kept,
        words,
        keys: vec![first, second],
        signals,
        frames,
    };
    let started = Instant::now();
    let screen = run(&mut model, &mut link, &mut terminal, signals_in, started);
    let ended = tokio::join!(screen, async {
        // The first frame.
        sleep(Duration::from_secs(1)).await;
        script(&mut runtime).await;
        sleep(Duration::from_secs(1)).await;
        runtime.signals.unbounded_send(Signal::Terminate).ok();
        // The channels stay open until the loop has ended by itself.
        runtime
    });
    let ended = ended.0.unwrap();
    (model, terminal, ended)
}

#[tokio::test(start_paused = true)]
async fn chips_are_published_at_once_until_they_are_decided() {
    let (_, _, ended) = with(4, async |runtime: &mut Runtime| {
        let kept = |runtime: &Runtime| {
            let kept = runtime.kept.borrow();
            let bets = kept.table(kit::GAME)?.bets.iter();
            Some(bets.map(|one| (one.bet, one.chips, one.left)).collect())
        };
        assert_eq!(kept(runtime), Some(Vec::new()), "nothing yet");
        runtime.press('p');
        sleep(Duration::from_millis(1)).await;
        let pass = |left| vec![(kit::key("pass"), Chips::new(10), left)];
        assert_eq!(kept(runtime), Some(pass(Left::Unsent)));
        sleep(Duration::from_secs(1)).await;
        let (id, _) = runtime.intents.recv().await.unwrap();
        assert_eq!(
            kept(runtime),
            Some(pass(Left::OnItsWay)),
            "nobody has answered"
        );
        let decided = Reply::Decided(crate::club::Height(7));
        runtime.replies.send((id, decided)).await.unwrap();
        sleep(Duration::from_millis(1)).await;
        assert_eq!(kept(runtime), Some(Vec::new()), "the chain has them");
    })
    .await;
    assert_eq!(ended, Ended::Quit);
}

#[tokio::test(start_paused = true)]
async fn ten_idle_minutes_draw_nothing_after_the_first_frame() {
    let (_, _, ended) = with(4, async |runtime: &mut Runtime| {
        assert_eq!(runtime.drawn_at(), vec![0]);
        sleep(Duration::from_mins(10)).await;
        assert_eq!(runtime.drawn_at(), vec![0]);
    })
    .await;
    assert_eq!(ended, Ended::Quit);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_views_in_one_interval_are_one_frame_with_the_newest_within_34_ms() {
    let tried = |tried| StartView::Mining { tried, expected: 9 };
    with(4, async |runtime: &mut Runtime| {
        runtime.start.send_replace(tried(0));
        sleep(Duration::from_millis(1)).await;
        let before = runtime.drawn_at().len();
        let last = *runtime.drawn_at().last().unwrap();
        for view in 1..=1_000 {
            runtime.start.send_replace(tried(view));
            if view % 100 == 0 {
                sleep(Duration::from_millis(1)).await;
            }
        }
        sleep(Duration::from_secs(5)).await;
        let frames = runtime.frames.lock().unwrap();
        assert_eq!(frames.len(), before + 1);
        let (at, shown) = frames.last().unwrap();
        assert_eq!(*shown, tried(1_000));
        assert!(
            at - last <= 34,
            "drawn {} ms after the frame before",
            at - last
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_events_starves_neither_keys_nor_frames() {
    with(4, async |runtime: &mut Runtime| {
        let storm = runtime.events.clone();
        for _ in 0..10_000 {
            let to = Shown::new("mabel", 24);
            storm
                .send(GameEvent::DicePassed { to, you: false })
                .unwrap();
        }
        runtime.press('p');
        sleep(Duration::from_millis(400)).await;
        assert!(matches!(
            runtime.intents.try_recv(),
            Ok((_, Intent::Bets { .. }))
        ));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_runtime_that_is_frozen_for_ten_seconds_blocks_no_frame_and_a_full_queue_is_a_refusal() {
    let (model, _, _) = with(1, async |runtime: &mut Runtime| {
        // Nobody takes intents: the first fills the queue, the second is refused at once.
        runtime.press('f');
        runtime.press('y');
        runtime.press('s');
        sleep(Duration::from_millis(50)).await;
        let frozen = Instant::now();
        while frozen.elapsed() < Duration::from_secs(10) {
            let before = runtime.drawn_at().len();
            runtime.press('+');
            runtime.press('-');
            sleep(Duration::from_millis(50)).await;
            assert!(runtime.drawn_at().len() > before, "the keys are not shown");
        }
        assert_eq!(runtime.intents.len(), 1, "nothing was taken meanwhile");
    })
    .await;
    let refused = model.slip.waiting.iter().map(|waiting| &waiting.why);
    let full = Why::Game(Refusal::QueueFull { limit: 1 });
    assert!(refused.into_iter().any(|why| *why == full));
}

/// The screen stands still behind Ctrl-Z while every queue to it fills up and events are lost.
#[tokio::test(start_paused = true)]
async fn after_lost_events_the_screen_shows_the_newest_of_every_view() {
    let (model, _, _) = with(4, async |runtime: &mut Runtime| {
        runtime.key(0, 'z', KeyModifiers::CONTROL);
        sleep(Duration::from_secs(10)).await;
        let table = runtime.table.borrow().clone().unwrap();
        for roll in 1..=1_000 {
            let newer = TableView {
                roll,
                ..(*table).clone()
            };
            runtime.table.send_replace(Some(Arc::new(newer)));
            runtime.events.send(GameEvent::RulesChanged).unwrap();
            let tried = StartView::Mining {
                tried: roll,
                expected: 9,
            };
            runtime.start.send_replace(tried);
        }
        while runtime
            .replies
            .try_send((IntentId(99), Reply::Unknown))
            .is_ok()
        {}
        while runtime.words.try_send("done".to_owned()).is_ok() {}
        sleep(Duration::from_mins(1)).await;
        let newest = StartView::Mining {
            tried: 1_000,
            expected: 9,
        };
        let frames = runtime.frames.lock().unwrap();
        assert_eq!(frames.last().unwrap().1, newest, "it is drawn");
    })
    .await;
    assert_eq!(model.table.unwrap().roll, 1_000);
}

#[tokio::test(start_paused = true)]
async fn answers_reach_the_model_and_dropped_channels_end_nothing() {
    let (model, _, ended) = with(4, async |runtime: &mut Runtime| {
        runtime.press('p');
        sleep(Duration::from_millis(350)).await;
        let (id, _) = runtime.intents.recv().await.unwrap();
        let decided = Reply::Decided(crate::club::Height(7));
        runtime.replies.send((id, decided)).await.unwrap();
        sleep(Duration::from_millis(50)).await;
        // The runtime goes away; the screen lives on.
        runtime.events = broadcast::channel(1).0;
        runtime.replies = mpsc::channel(1).0;
        runtime.words = mpsc::channel(1).0;
        runtime.commands = mpsc::channel(1).1;
        runtime.intents = mpsc::channel(1).1;
        let newest = (
            runtime.lifecycle.borrow().clone(),
            runtime.health.borrow().clone(),
        );
        runtime.lifecycle = watch::channel(newest.0).0;
        runtime.health = watch::channel(newest.1).0;
        runtime.club = watch::channel(None).0;
        runtime.table = watch::channel(None).0;
        runtime.log = watch::channel(Arc::default()).0;
        let before = runtime.drawn_at().len();
        sleep(Duration::from_mins(1)).await;
        assert_eq!(
            runtime.drawn_at().len(),
            before,
            "a dead channel wakes nobody"
        );
        runtime.press('A');
        sleep(Duration::from_millis(200)).await;
    })
    .await;
    assert_eq!(ended, Ended::Quit);
    assert_eq!(model.slip.answers.len(), 1);
    assert!(matches!(
        model.event_row.shown(),
        Some(Note::Refused {
            why: Why::ApplicationBusy,
            ..
        })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_suspended_screen_draws_nothing_and_comes_back_with_the_new_size_and_state() {
    let (model, terminal, _) = with(4, async |runtime: &mut Runtime| {
        runtime.key(0, 'z', KeyModifiers::CONTROL);
        sleep(Duration::from_secs(1)).await;
        let before = runtime.drawn_at().len();
        let view = StartView::Starting { service: "storage" };
        runtime.start.send_replace(view.clone());
        sleep(Duration::from_secs(58)).await;
        assert_eq!(runtime.drawn_at().len(), before);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(runtime.frames.lock().unwrap().last().unwrap().1, view);
        runtime.key(1, '-', KeyModifiers::NONE);
    })
    .await;
    assert!(terminal.suspended);
    assert_eq!(model.size, (100, 30));
    assert_eq!(model.unit.get(), 5, "the new reader has the keys");
}

#[tokio::test(start_paused = true)]
async fn after_a_hang_up_nothing_is_written() {
    let (_, terminal, ended) = with(4, async |runtime: &mut Runtime| {
        runtime.press('p');
        runtime.signals.unbounded_send(Signal::HangUp).unwrap();
        sleep(Duration::from_secs(1)).await;
    })
    .await;
    assert_eq!(ended, Ended::HungUp);
    assert!(terminal.hung_up);
}

#[tokio::test(start_paused = true)]
async fn health_wakes_the_screen_only_while_it_is_shown() {
    let (model, _, _) = with(4, async |runtime: &mut Runtime| {
        let report = Arc::new(ServiceHealthReport::new(UnixMillis(9), Vec::new()));
        runtime.health.send_replace(report);
        sleep(Duration::from_secs(5)).await;
        assert_eq!(runtime.drawn_at(), vec![0]);
        runtime.press('g');
        runtime.press('h');
        sleep(Duration::from_millis(200)).await;
    })
    .await;
    assert_eq!(
        model.health.at,
        UnixMillis(9),
        "the newest is read when the pane opens"
    );
}

#[tokio::test(start_paused = true)]
async fn who_chooses_line_mode_on_the_first_page_leaves_the_screen_with_nothing_lost() {
    let (model, terminal, ended) = with(4, async |runtime: &mut Runtime| {
        let mining = StartView::Mining {
            tried: 0,
            expected: 9,
        };
        runtime.start.send_replace(mining);
        sleep(Duration::from_secs(1)).await;
        for code in [
            KeyCode::Down,
            KeyCode::Down,
            KeyCode::Down,
            KeyCode::Down,
            KeyCode::Char(' '),
            KeyCode::Enter,
        ] {
            let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
            runtime.keys[0].unbounded_send(Ok(event)).unwrap();
        }
        sleep(Duration::from_secs(1)).await;
        let frames = runtime.drawn_at().len();
        runtime.start.send_replace(StartView::NameNeeded);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(
            runtime.drawn_at().len(),
            frames,
            "nothing is drawn any more"
        );
    })
    .await;
    assert_eq!(ended, Ended::GoesOnInLines);
    assert!(model.settings.line_mode && !terminal.hung_up);
    assert_eq!(model.overlays.len(), 1, "the page waits for its identity");
}
