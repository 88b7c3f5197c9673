//! What a screen asks of its node, and a screen that asks nothing.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use crossterm::event::Event;
use futures::channel::mpsc as queue;
use futures::future::BoxFuture;
use tokio::sync::watch;

use super::*;
use crate::app::{RunningService, Service, ServiceContext};
use crate::coordination::{Importance, Probe};
use crate::craps::Action;
use crate::error::Error;
use crate::gaming::limits::EVENTS_MAX;
use crate::gaming::{GameEvent, Refusal};
use crate::node::desk;
use crate::tui::hits::{HitMap, MouseOwner};
use crate::tui::keymap::Keymap;
use crate::tui::link::ScreenLink;
use crate::tui::message::Signal;
use crate::tui::model::{Beginning, Model};
use crate::tui::run::{Terminal, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_health_goes_to_a_file_of_the_data_directory() {
    let place = Place::new();
    let node = place.node(Answers::Nobody);
    let mut link = crate::node::desk::open(&node, watch::Sender::default().subscribe());
    let save = AppCommand::SaveReport("all is well\n".to_owned());
    link.commands.send(save).await.unwrap();
    let path = place.data_dir().join("health.txt");
    let said = link.words.recv().await.unwrap();
    assert!(said.contains(path.to_str().unwrap()), "{said}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "all is well\n");
}

/// What the first page of all asks for comes together: the looks that were chosen there, then the
/// name.
#[tokio::test(flavor = "multi_thread")]
async fn looks_and_name_of_the_first_start_are_both_remembered() {
    let place = Place::new().without("BITCRAPS_NAME");
    let node = place.node(Answers::Person);
    let link = crate::node::desk::open(&node, watch::Sender::default().subscribe());
    let start = begins(&node);
    wants(&node, |view| *view == StartView::NameNeeded).await;
    let mut looks = node.config.screen.clone();
    looks.ascii = true;
    link.commands.send(AppCommand::Save(looks)).await.unwrap();
    let begin = AppCommand::Begin {
        name: "bo".to_owned(),
        passphrase: None,
    };
    link.commands.send(begin).await.unwrap();
    assert_eq!(start.await.unwrap().unwrap(), STARTED);
    // Taken back, and another change.
    let mut looks = node.config.screen.clone();
    looks.reduced_motion = true;
    link.commands
        .send(AppCommand::Save(looks.clone()))
        .await
        .unwrap();
    let remembered = async {
        loop {
            let profile = Profile::load(&place.data_dir()).unwrap();
            let mut config = place.config();
            profile.apply(&mut config);
            if config.screen == looks {
                break profile.name;
            }
            tokio::task::yield_now().await;
        }
    };
    let name = tokio::time::timeout(PATIENCE, remembered).await;
    assert_eq!(name.unwrap().as_deref(), Some("bo"));
}

/// Fills every way from the node to a screen that takes nothing, and every way back.
async fn fill(link: &mut ScreenLink, nowhere: &Intent) {
    let (mut id, capacity) = (0, link.replies.max_capacity());
    let full = |link: &ScreenLink| {
        let back = link.replies.len() == capacity && link.words.len() == capacity;
        back && link.intents.capacity() == 0 && link.commands.capacity() == 0
    };
    while !full(link) {
        drop(link.intents.try_send((IntentId(id), nowhere.clone())));
        id += 1;
        let unknown = AppCommand::RestartService("nothing".to_owned());
        drop(link.commands.try_send(unknown));
        tokio::task::yield_now().await;
    }
}

/// Lets the player, who is alone at the table, bet and roll; returns the number of the next roll.
async fn rolls(node: &Node, id: u64) -> u64 {
    let table = sees_seats(node, 1).await;
    let (game, roll) = (table.game, table.roll);
    let chip = Action::Place {
        bet: "field".parse().unwrap(),
        amount: Chips::new(1),
    };
    let bets = Intent::Bets {
        game,
        roll,
        actions: vec![chip],
    };
    for (step, intent) in [bets, Intent::Roll { game, roll }].into_iter().enumerate() {
        let id = IntentId(id + u64::try_from(step).unwrap());
        // What filled the ways may still wait for the manager.
        let reply = loop {
            let reply = desk::ask(&node.app, id, intent.clone()).await;
            if !matches!(reply, Reply::Rejected(Refusal::QueueFull { .. })) {
                break reply;
            }
            tokio::task::yield_now().await;
        };
        assert!(matches!(reply, Reply::Decided(_)), "{reply:?}");
    }
    let mut shown = node.game.table.subscribe();
    let next = shown.wait_for(|table| table.as_ref().is_some_and(|table| table.roll > roll));
    let next = tokio::time::timeout(PATIENCE, next).await;
    next.expect("the roll ends").unwrap().as_ref().unwrap().roll
}

/// A terminal that shows which roll was drawn last.
struct Glass {
    keys: Option<queue::UnboundedReceiver<io::Result<Event>>>,
    drawn: watch::Sender<u64>,
}

impl Terminal for Glass {
    type Input = queue::UnboundedReceiver<io::Result<Event>>;

    fn input(&mut self) -> io::Result<Self::Input> {
        self.keys
            .take()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn draw(&mut self, model: &Model) -> io::Result<HitMap> {
        let roll = model.table.as_ref().map_or(0, |table| table.roll);
        self.drawn.send_replace(roll);
        Ok(HitMap::default())
    }
    fn mouse(&mut self, _owner: MouseOwner) -> io::Result<()> {
        Ok(())
    }
    fn copy(&mut self, _words: &str) -> io::Result<()> {
        Ok(())
    }
    fn bell(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn repaint(&mut self) {}
    async fn suspend(&mut self) -> io::Result<(u16, u16)> {
        Ok((80, 24))
    }
    fn hung_up(&mut self) {}
}

/// How long the screen stands still does not count, but how much it misses: all queues to it are
/// full, and more events come than are kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_stands_still_holds_up_no_roll_and_then_shows_the_newest() {
    let place = Place::new().with("BITCRAPS_TABLE_BOTS", "0");
    let node = place.node(Answers::Nobody);
    let mut link = desk::open(&node, watch::Sender::default().subscribe());
    node.app.start().await.unwrap();
    let table = sees_seats(&node, 1).await;
    // Refused at once: there is no such table.
    let nowhere = Intent::AddBot {
        game: crate::club::GameId([9; 32]),
        strategy: crate::gaming::Strategy::Pass,
    };
    fill(&mut link, &nowhere).await;
    // As many as are kept, so that each roll loses one.
    for _ in 0..EVENTS_MAX.next_power_of_two() {
        node.game.events.send(GameEvent::RulesChanged).unwrap();
    }
    let mut newest = table.roll;
    for id in [1_000_000, 2_000_000, 3_000_000] {
        newest = rolls(&node, id).await;
    }
    assert_eq!(newest, table.roll + 3);
    assert!(link.events.len() > EVENTS_MAX.next_power_of_two());
    assert_eq!(link.replies.len(), link.replies.max_capacity());

    let caps = Caps::of(&Surroundings::default(), &node.config.screen);
    let mut model = Model::new(Beginning {
        keymap: Keymap::default(),
        lifecycle: link.lifecycle.borrow().clone(),
        health: link.health.borrow().clone(),
        log: link.log.borrow().clone(),
        settings: node.config.screen.clone(),
        surroundings: Surroundings::default(),
        caps,
        drawn_name: "ana".to_owned(),
        size: (80, 24),
        at: UnixMillis(1),
    });
    let (_keys, input) = queue::unbounded();
    let (drawn, mut seen) = watch::channel(0);
    let mut glass = Glass {
        keys: Some(input),
        drawn,
    };
    let (signals, told) = queue::unbounded();
    let started = tokio::time::Instant::now();
    let screen = run(&mut model, &mut link, &mut glass, told, started);
    let thaws = async {
        let newest_is_drawn = seen.wait_for(|roll| *roll == newest);
        let drawn = tokio::time::timeout(PATIENCE, newest_is_drawn).await;
        drop(drawn.expect("in time").unwrap());
        signals.unbounded_send(Signal::Terminate).unwrap();
    };
    tokio::join!(screen, thaws).0.unwrap();
    assert_eq!(model.table.unwrap().roll, newest);
    node.close("done").await.unwrap();
}

/// A service beside the others whose later starts take until they are let go.
#[derive(Debug)]
struct Slow {
    starts: AtomicU32,
    go: watch::Receiver<bool>,
}

#[derive(Debug)]
struct Idle;

impl Service for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }
    fn importance(&self) -> Importance {
        Importance::Optional
    }
    fn depends_on(&self) -> &'static [&'static str] {
        &[]
    }
    fn start(
        &self,
        _context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        let is_first = self.starts.fetch_add(1, Ordering::SeqCst) == 0;
        let mut go = self.go.clone();
        Box::pin(async move {
            if !is_first {
                go.wait_for(|go| *go).await.expect("the test holds it");
            }
            Ok(Box::new(Idle) as Box<dyn RunningService>)
        })
    }
}

impl RunningService for Idle {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async { Probe::healthy("idle") })
    }
    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// A person holds a key down, then wants everything stopped.
#[tokio::test(flavor = "multi_thread")]
async fn commands_are_carried_out_in_order_and_bounded_and_an_emergency_waits_for_none() {
    let place = Place::new();
    let (_go, seen) = watch::channel(false);
    let mut parts = place.parts_at(&place.data_dir(), Answers::Nobody);
    parts.more.push(Arc::new(Slow {
        starts: AtomicU32::new(0),
        go: seen,
    }));
    let node = Node::new(parts);
    let mut link = desk::open(&node, watch::Sender::default().subscribe());
    assert_eq!(node.app.start().await.unwrap(), STARTED);
    let restart = AppCommand::RestartService("slow".to_owned());
    link.commands.send(restart).await.unwrap();
    let mut health = node.app.links().health;
    let starting = |report: &Arc<ServiceHealthReport>| {
        report.service("slow").unwrap().state == ServiceState::Starting
    };
    let seen = tokio::time::timeout(PATIENCE, health.wait_for(starting)).await;
    drop(seen.expect("in time").unwrap());
    for number in 1..=desk::COMMANDS_WAIT_MAX + 3 {
        let save = AppCommand::SaveReport(format!("report {number}"));
        link.commands.send(save).await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(link.words.recv().await.unwrap(), desk::TOO_MUCH);
    }

    let stop = AppCommand::EmergencyStop {
        reason: "smoke".to_owned(),
    };
    link.commands.send(stop).await.unwrap();
    let down = node
        .app
        .wait_for(|state| state == ApplicationState::Error, PATIENCE);
    down.await.unwrap();
    let restarted = link.words.recv().await.unwrap();
    assert!(restarted.contains("slow"), "{restarted}");
    for _ in 0..desk::COMMANDS_WAIT_MAX {
        let said = link.words.recv().await.unwrap();
        assert!(said.contains("health.txt"), "{said}");
    }
    let last = std::fs::read_to_string(place.data_dir().join("health.txt")).unwrap();
    assert_eq!(last, format!("report {}", desk::COMMANDS_WAIT_MAX));
    node.close("done").await.unwrap();
}
