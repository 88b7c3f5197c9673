//! The runtime's end of a screen: intents go to the manager of the moment, commands to the
//! application, answers to phase one. It waits for everybody and nobody waits for it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::profile::ProfileFile;
use super::{Answer, Node, slip_file};
use crate::app::{BitCrapsApp, StartError, StartProgress};
use crate::config::{ApplicationConfig, ScreenSettings};
use crate::files::write_atomic;
use crate::gaming::{
    ConsensusGameManager, Intent, IntentId, Refusal, Reply, SERVICE_NAME, StartView,
};
use crate::logs::LogView;
use crate::state::lifecycle::ApplicationState;
use crate::tui::kept::Kept;
use crate::tui::link::{AppCommand, ScreenLink};

/// Intents and commands that may wait for the desk; a person makes a few a second.
const QUEUE_MAX: usize = 64;

/// Commands that wait while one is carried out: more than a person gives on purpose, and few enough that
/// a held key restarts no service for minutes.
pub(super) const COMMANDS_WAIT_MAX: usize = 8;

/// What is said of a command that finds the line full.
pub(super) const TOO_MUCH: &str =
    "Not taken: too many commands wait already. Press again when they are done.";

/// The file of the data directory that holds the last report of health somebody asked for.
pub const REPORT_FILE_NAME: &str = "health.txt";

struct Desk {
    app: BitCrapsApp,
    config: Arc<ApplicationConfig>,
    answers: mpsc::Sender<Answer>,
    start: watch::Sender<StartView>,
    look: watch::Sender<ScreenSettings>,
    words: mpsc::Sender<String>,
}

/// Starts the application. Why it failed is told by the start's own progress, here it is logged alone; that it
/// runs is logged by the lifecycle.
pub async fn start(app: &BitCrapsApp) {
    match app.start().await {
        Ok(_) => {}
        Err(error @ StartError::Cancelled) => tracing::info!(%error),
        Err(error) => tracing::error!(%error, "the start has failed"),
    }
}

/// Joins a screen to a node. The desk's tasks end when the screen's end is dropped.
#[must_use]
pub fn open(node: &Node, log: watch::Receiver<Arc<LogView>>) -> ScreenLink {
    let links = node.app.links();
    let (intents, asked) = mpsc::channel(QUEUE_MAX);
    let (told, replies) = mpsc::channel(QUEUE_MAX);
    let (commands, commanded) = mpsc::channel(QUEUE_MAX);
    let (words, words_seen) = mpsc::channel(QUEUE_MAX);
    let (kept, kept_seen) = watch::channel(Kept::default());
    // On the tracker that a close waits for: the last slip is written before the process ends.
    node.tasks.spawn(slip_file::keep_writing(
        node.config.data_dir.clone(),
        kept_seen,
        node.over.clone(),
        words.clone(),
    ));
    let (look, chosen) = watch::channel(node.config.screen.clone());
    node.tasks.spawn(keep_look(
        Arc::clone(&node.profile),
        chosen,
        node.over.clone(),
        words.clone(),
    ));
    let desk = Desk {
        app: node.app.clone(),
        config: Arc::clone(&node.config),
        answers: node.answers.clone(),
        start: node.start.clone(),
        look,
        words,
    };
    let runtime = tokio::runtime::Handle::current();
    runtime.spawn(forward(node.app.clone(), asked, told));
    runtime.spawn(tell_start(
        node.app.clone(),
        links.start.clone(),
        node.start.clone(),
    ));
    runtime.spawn(desk.serve(commanded));
    ScreenLink {
        lifecycle: links.lifecycle,
        health: links.health,
        start: node.start.subscribe(),
        club: node.game.club.subscribe(),
        table: node.game.table.subscribe(),
        log,
        events: node.game.events.subscribe(),
        intents,
        replies,
        commands,
        kept,
        clock: Arc::clone(&node.clock),
        words: words_seen,
    }
}

/// Which run of a manager was asked for an intent that has no answer yet. The next run knows nothing of
/// it, so asking there again could do it twice.
struct Asked<T>(BTreeMap<IntentId, Arc<T>>);

impl<T> Asked<T> {
    /// Whether an intent may be handed to the run of the moment: it was handed to no other before.
    fn may_go_to(&mut self, id: IntentId, run: Option<&Arc<T>>) -> bool {
        match (self.0.get(&id), run) {
            (Some(first), Some(run)) => Arc::ptr_eq(first, run),
            (Some(_), None) => false,
            (None, None) => true,
            (None, Some(run)) => {
                self.0.insert(id, Arc::clone(run));
                true
            }
        }
    }

    fn answered(&mut self, id: IntentId, reply: &Reply) {
        if *reply != Reply::Unknown {
            self.0.remove(&id);
        }
    }
}

/// Hands intents to the manager in their order, and its answers back.
async fn forward(
    app: BitCrapsApp,
    mut asked: mpsc::Receiver<(IntentId, Intent)>,
    told: mpsc::Sender<(IntentId, Reply)>,
) {
    let mut waiting = FuturesUnordered::new();
    // As many as the screen lets wait for an answer.
    let mut runs = Asked(BTreeMap::new());
    loop {
        tokio::select! {
            intent = asked.recv() => match intent {
                Some((id, intent)) => {
                    let manager = manager(&app);
                    let answer = if runs.may_go_to(id, manager.as_ref().ok()) {
                        ask_of(manager, id, intent)
                    } else {
                        std::future::ready(Reply::Lost).boxed()
                    };
                    waiting.push(async move { (id, answer.await) });
                }
                None => return,
            },
            Some(answer) = waiting.next() => {
                runs.answered(answer.0, &answer.1);
                if told.send(answer).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Hands one intent to the manager of the moment, at once; the future waits for the answer only.
#[must_use]
pub fn ask(app: &BitCrapsApp, id: IntentId, intent: Intent) -> BoxFuture<'static, Reply> {
    ask_of(manager(app), id, intent)
}

fn ask_of(
    manager: Result<Arc<ConsensusGameManager>, Refusal>,
    id: IntentId,
    intent: Intent,
) -> BoxFuture<'static, Reply> {
    match manager {
        Ok(manager) => manager.ask(id, intent).boxed(),
        Err(refusal) => std::future::ready(Reply::Rejected(refusal)).boxed(),
    }
}

/// Returns the manager of the moment, if it takes intents.
fn manager(app: &BitCrapsApp) -> Result<Arc<ConsensusGameManager>, Refusal> {
    let (service, state, why) = match app.service::<ConsensusGameManager>(SERVICE_NAME) {
        Ok(manager) => match at_rest(app.phase()) {
            None => return Ok(manager),
            Some(state) => ("application", state, app.lifecycle().reason.to_string()),
        },
        Err(missing) => (SERVICE_NAME, missing.state.name(), missing.why()),
    };
    Err(Refusal::NotRunning {
        service,
        state,
        why,
    })
}

/// What the application does instead of taking commands, in a word; `None` while it takes them.
const fn at_rest(state: ApplicationState) -> Option<&'static str> {
    match state {
        ApplicationState::Running | ApplicationState::Degraded => None,
        ApplicationState::Uninitialized => Some("not started"),
        ApplicationState::Initializing | ApplicationState::ServicesStarting => Some("starting"),
        ApplicationState::Stopping => Some("stopping"),
        ApplicationState::Stopped => Some("stopped"),
        ApplicationState::Error => Some("failed"),
    }
}

/// Turns the application's progress into what a player is shown; phase one tells its own part.
async fn tell_start(
    app: BitCrapsApp,
    mut progress: watch::Receiver<StartProgress>,
    start: watch::Sender<StartView>,
) {
    loop {
        let view = match &*progress.borrow_and_update() {
            StartProgress::Idle | StartProgress::Preparing => None,
            StartProgress::Starting { service, .. } => Some(StartView::Starting { service }),
            StartProgress::Ready => Some(StartView::Ready),
            // The lifecycle tells of an emergency, and what to do about it.
            StartProgress::Failed { .. } if app.lifecycle().emergency.is_some() => None,
            StartProgress::Failed { what, hints, .. } => Some(StartView::Failed {
                what: what.as_str().into(),
                hints: hints.iter().map(|hint| hint.as_str().into()).collect(),
            }),
        };
        if let Some(view) = view {
            start.send_replace(view);
        }
        if progress.changed().await.is_err() {
            return;
        }
    }
}

/// What the desk does for a screen's commands, and what waits its turn.
struct Work {
    desk: Arc<Desk>,
    /// The command whose turn it is.
    in_turn: Option<BoxFuture<'static, ()>>,
    /// A start, which takes as long as a person thinks about a name; other commands go on meanwhile.
    start: Option<BoxFuture<'static, ()>>,
    /// What comes after the one in turn, in order; at most [`COMMANDS_WAIT_MAX`].
    line: VecDeque<AppCommand>,
}

impl Work {
    /// Takes a command on. An emergency waits for nothing.
    fn take(&mut self, command: AppCommand) {
        match command {
            AppCommand::EmergencyStop { reason } => {
                self.desk.app.emergency_stop(&reason);
            }
            // It takes no time, and who quits at once has chosen all the same.
            AppCommand::Save(settings) => self.desk.choose(settings),
            AppCommand::Retry | AppCommand::Reset => {
                if self.start.is_some() {
                    self.desk.refuse("A start is under way already.");
                } else {
                    self.start = Some(Arc::clone(&self.desk).carry_out(command).boxed());
                }
            }
            waits @ (AppCommand::Begin { .. }
            | AppCommand::CancelMining
            | AppCommand::Unlock(_)
            | AppCommand::RestartService(_)
            | AppCommand::SaveReport(_)) => {
                if self.line.len() < COMMANDS_WAIT_MAX {
                    self.line.push_back(waits);
                } else {
                    self.desk.refuse(TOO_MUCH);
                }
            }
        }
        self.go_on();
    }

    /// Begins the next command if none is in turn.
    fn go_on(&mut self) {
        if self.in_turn.is_none() {
            let next = self.line.pop_front();
            self.in_turn = next.map(|command| Arc::clone(&self.desk).carry_out(command).boxed());
        }
    }
}

/// Waits for the end of what is at work; with nothing at work for ever.
async fn ends(work: &mut Option<BoxFuture<'static, ()>>) {
    match work {
        Some(at_work) => at_work.await,
        None => std::future::pending().await,
    }
    *work = None;
}

impl Desk {
    async fn serve(self, mut commands: mpsc::Receiver<AppCommand>) {
        let mut work = Work {
            desk: Arc::new(self),
            in_turn: None,
            start: None,
            line: VecDeque::new(),
        };
        loop {
            let Work { in_turn, start, .. } = &mut work;
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => work.take(command),
                    None => return,
                },
                () = ends(in_turn) => work.go_on(),
                () = ends(start) => {}
            }
        }
    }

    /// Takes the look that the player wants; it is remembered while the program goes on.
    fn choose(&self, settings: ScreenSettings) {
        self.look.send_replace(settings);
    }

    async fn carry_out(self: Arc<Self>, command: AppCommand) {
        let done = match command {
            AppCommand::Begin { name, passphrase } => {
                self.answer(Answer::Begin { name, passphrase })
            }
            AppCommand::CancelMining => self.answer(Answer::CancelMining),
            AppCommand::Unlock(passphrase) => self.answer(Answer::Unlock(passphrase)),
            AppCommand::Retry => {
                self.start.send_replace(StartView::Idle);
                start(&self.app).await;
                Ok(None)
            }
            AppCommand::RestartService(name) => match self.app.restart_service(&name).await {
                Ok(()) => Ok(Some(format!("{name} was restarted"))),
                Err(error) => Err(error.to_string()),
            },
            AppCommand::EmergencyStop { reason } => {
                self.app.emergency_stop(&reason);
                Ok(None)
            }
            AppCommand::Reset => {
                self.start.send_replace(StartView::Idle);
                let reset = self.app.reset("asked for on the screen").await;
                let at_rest = [ApplicationState::Uninitialized, ApplicationState::Stopped];
                if reset.as_ref().is_ok_and(|state| at_rest.contains(state)) {
                    start(&self.app).await;
                }
                reset.map(|_| None).map_err(|error| error.to_string())
            }
            AppCommand::SaveReport(report) => self.save_report(report).await,
            AppCommand::Save(settings) => {
                self.choose(settings);
                Ok(None)
            }
        };
        let words = match done {
            Ok(None) => return,
            Ok(Some(words)) | Err(words) => words,
        };
        tracing::info!(words, "told the screen");
        if self.words.send(words).await.is_err() {
            tracing::debug!("the screen is gone");
        }
    }

    /// Tells that a command is not taken. A screen that reads nothing has more to catch up with.
    fn refuse(&self, words: &str) {
        tracing::info!(words, "refused the screen");
        if self.words.try_send(words.to_owned()).is_err() {
            tracing::debug!("the screen is gone or behind");
        }
    }

    /// Hands an answer to phase one, which reads them while it waits for a person.
    fn answer(&self, answer: Answer) -> Result<Option<String>, String> {
        let sent = self.answers.try_send(answer);
        sent.map(|()| None).map_err(|refused| match refused {
            TrySendError::Full(_) => "The start takes no more answers now.".to_owned(),
            TrySendError::Closed(_) => "The start has ended already.".to_owned(),
        })
    }

    async fn save_report(&self, report: String) -> Result<Option<String>, String> {
        let path = self.config.data_dir.join(REPORT_FILE_NAME);
        let written =
            tokio::task::spawn_blocking(move || match write_atomic(&path, report.as_bytes()) {
                Ok(()) => Ok(Some(format!("The report is in {}.", path.display()))),
                Err(error) => Err(format!("{} can't be written: {error}", path.display())),
            });
        written.await.map_err(|panicked| panicked.to_string())?
    }
}

/// Remembers the look that the player chose, the newest alone, until the screen has ended or the
/// node is over.
async fn keep_look(
    profile: Arc<ProfileFile>,
    mut chosen: watch::Receiver<ScreenSettings>,
    over: CancellationToken,
    words: mpsc::Sender<String>,
) {
    loop {
        let goes_on = tokio::select! {
            biased;
            changed = chosen.changed() => changed.is_ok(),
            () = over.cancelled() => false,
        };
        let (profile, look) = (Arc::clone(&profile), chosen.borrow_and_update().clone());
        let kept = tokio::task::spawn_blocking(move || profile.keep_look(&look));
        let refused = match kept.await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(panicked) => Some(panicked.to_string()),
        };
        if let Some(refused) = refused {
            tracing::warn!(refused, "the look of the screen is not kept");
            if words.try_send(refused).is_err() {
                tracing::debug!("the screen is gone or behind");
            }
        }
        if !goes_on {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::club::Height;

    #[test]
    fn what_a_manager_left_open_is_asked_of_no_other() {
        let (first, second) = (Arc::new(1), Arc::new(2));
        let mut asked = Asked(BTreeMap::new());
        let id = IntentId(7);
        assert!(
            asked.may_go_to(id, None),
            "nobody has it, so a refusal is true"
        );
        assert!(asked.may_go_to(id, Some(&first)));
        asked.answered(id, &Reply::Unknown);
        assert!(asked.may_go_to(id, Some(&first)));
        assert!(!asked.may_go_to(id, None));
        assert!(!asked.may_go_to(id, Some(&second)));
        assert!(asked.may_go_to(IntentId(8), Some(&second)));
        asked.answered(id, &Reply::Decided(Height(1)));
        assert!(asked.0.len() == 1, "what has its answer is forgotten");
    }
}
