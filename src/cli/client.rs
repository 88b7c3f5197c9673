//! `bitcraps` without a command: the client, on the whole screen or in lines.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt as _;
use rustix::fs::FileType;
use tokio::runtime::{Builder, Runtime};

use super::context::Context;
use super::faults::Faults;
use super::output::Stop;
use crate::app::{BitCrapsApp, StartError, StartProgress};
use crate::clock::{Clock, SystemClock};
use crate::config::{ApplicationConfig, Environment, Source};
use crate::error::{Error, Kind};
use crate::identity::{Keyring, OsEntropy};
use crate::logs;
use crate::node::profile::Profile;
use crate::node::services::LogState;
use crate::node::settings::{self, PRACTICE_TABLE};
use crate::node::{Answers, Node, NodeParts, desk, names, slip_file};
use crate::storage::DataDirLock;
use crate::tui::caps::Surroundings;
use crate::tui::keymap::Keymap;
use crate::tui::line;
use crate::tui::message::Signal;
use crate::tui::model::Medium;
use crate::tui::play::{PlayError, Start, play as show};
use crate::tui::run::{Ended, Signals};

/// Threads of the node: one for the chain and the manager, one for probes and the socket.
const NODE_THREADS: usize = 2;

/// Opens the client, in the medium that is `wanted`, else in the one that the settings name. Everything that
/// can fail at once is done before the terminal is touched.
pub(super) fn play(
    context: &Context,
    practice: bool,
    wanted: Option<Medium>,
    faults: Faults,
) -> Result<(), Stop> {
    let keymap = Keymap::load(context.keys_file.as_deref())?;
    let mut config = context.config.clone();
    let surroundings = surroundings(&config, &context.environment);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let profile = Profile::load(&config.data_dir)?;
    let unknown = profile.apply(&mut config);
    let wants_lines = wanted.map_or(config.screen.line_mode, |medium| medium == Medium::Lines);
    let in_lines = surroundings.medium(wants_lines)? == Medium::Lines;
    let lock = DataDirLock::acquire(&config.data_dir, clock.now())?;
    let log = LogState(logs::start(
        settings::of(&config, PRACTICE_TABLE).log,
        Arc::clone(&clock),
    ));
    for word in unknown {
        tracing::warn!(word, "the profile names an unknown look");
    }
    let lines = log
        .0
        .as_ref()
        .map_or_else(|_| no_log(), crate::logs::Logs::view);
    let (kept, words) = slip_file::load(&config.data_dir);
    let start = Start {
        settings: config.screen.clone(),
        keymap,
        surroundings,
        drawn_name: names::draw(&OsEntropy)?,
        has_name: config.name.is_some() || profile.name.is_some(),
        practice,
        kept,
        words,
        at: clock.now(),
    };
    let runtime = node_runtime()?;
    let node = {
        let _inside = runtime.enter();
        Node::new(NodeParts {
            config: Arc::new(config),
            lock: Arc::new(lock),
            clock,
            answers: Answers::Person,
            table: PRACTICE_TABLE.to_owned(),
            log: Arc::new(log),
            keyring: Keyring::system(),
            more: faults.services(),
        })
    };
    let link = {
        let _inside = runtime.enter();
        desk::open(&node, lines)
    };
    let app = node.app.clone();
    let begin = || {
        runtime.spawn(async move {
            desk::start(&app).await;
        });
    };
    // From here on no signal ends the process by itself, and none is lost.
    let mut heard = {
        let _inside = runtime.enter();
        signals()?
    };
    // Whatever becomes of the screen, the node is stopped in order.
    let shown = catch_unwind(AssertUnwindSafe(|| {
        if in_lines {
            return line::play::play(start, link, &mut heard, begin);
        }
        // The terminal is put back here, so that its keys are signals again while the node stops.
        show(start, link, faults.view(), &mut heard, begin)
    }));
    end(runtime, node, shown, heard)
}

/// Stops the node after the screen has ended, in order unless a second interrupt comes.
fn end(
    runtime: Runtime,
    node: Node,
    shown: std::thread::Result<Result<Ended, PlayError>>,
    heard: Signals,
) -> Result<(), Stop> {
    let logs = node.config.log_dir();
    // The stop clears what the start has come to.
    let failed = failure(&node.app);
    let reason = match &shown {
        Ok(Ok(Ended::Quit | Ended::GoesOnInLines)) => "the player quit",
        Ok(Ok(Ended::HungUp)) => "the terminal is gone",
        Ok(Ok(Ended::Unread)) => "nobody reads the lines any more",
        Ok(Err(_)) => "the terminal can't be used",
        Err(_panic) => "the screen failed",
    };
    let stopped = runtime.block_on(async {
        tokio::select! {
            biased;
            stopped = node.close(reason) => Ok(stopped),
            () = second_interrupt(heard) => Err(interrupted()),
        }
    });
    // Whatever still hangs, on a disk that does not answer, keeps nobody from leaving.
    runtime.shutdown_background();
    let stopped = stopped?;
    match shown {
        Ok(Ok(Ended::Quit | Ended::HungUp | Ended::Unread | Ended::GoesOnInLines)) => {}
        Ok(Err(error)) => return Err(error.into()),
        Err(_panic) => return Err(screen_failed(&logs).into()),
    }
    if let Err(gone) = stopped {
        let hint = "look at the log and report it";
        return Err(Error::new(Kind::Internal, gone.to_string(), hint).into());
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// Returns why nobody could play: the start that failed, or the emergency stop of an earlier run that
/// barred it. Whoever stopped this run in an emergency and quits has what he wanted.
fn failure(app: &BitCrapsApp) -> Option<Error> {
    let progress = app.links().start.borrow().clone();
    match (&app.lifecycle().emergency, progress) {
        // Whoever calls the making of an identity off and quits has what he wanted too.
        (None, progress) => progress
            .error()
            .filter(|error| error.kind() != Kind::Interrupted),
        (Some(emergency), StartProgress::Idle) => {
            let reason = emergency.reason.clone();
            Some(StartError::EmergencyStopped { reason }.into())
        }
        (
            Some(_),
            StartProgress::Preparing
            | StartProgress::Starting { .. }
            | StartProgress::Ready
            | StartProgress::Failed { .. },
        ) => None,
    }
}

/// Waits for an interrupt. One that ended the screen was taken by it.
async fn second_interrupt(mut signals: Signals) {
    while let Some(signal) = signals.next().await {
        if matches!(signal, Signal::Interrupt) {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// What an interrupt during a stop ends with.
pub(super) fn interrupted() -> Stop {
    Error::new(
        Kind::Interrupted,
        "ended at once by a second interrupt",
        "what was confirmed is kept; the next start goes on from there",
    )
    .into()
}

/// The words after a panic of the screen, which has told its own story already.
fn screen_failed(logs: &Path) -> Error {
    Error::new(
        Kind::Internal,
        "the screen failed; your bets stand, and no chip is lost",
        format!("report it: what happened is in {}", logs.display()),
    )
}

/// Listens for the signals that end the program, inside a runtime.
pub(super) fn signals() -> Result<Signals, Error> {
    crate::tui::run::signals().map_err(|error| {
        let hint = "report it with the system that you use";
        Error::new(Kind::Internal, "signals can't be listened to", hint).caused_by(&error)
    })
}

/// Returns the runtime of a node.
pub(super) fn node_runtime() -> Result<Runtime, Error> {
    let built = Builder::new_multi_thread()
        .worker_threads(NODE_THREADS)
        .thread_name("node")
        .enable_all()
        .build();
    built.map_err(|error| {
        Error::new(
            Kind::Internal,
            "no threads can be started",
            "close other programs, start again",
        )
        .caused_by(&error)
    })
}

/// The view of a log that could not be started.
fn no_log() -> tokio::sync::watch::Receiver<Arc<logs::LogView>> {
    tokio::sync::watch::Sender::new(Arc::default()).subscribe()
}

fn surroundings(config: &ApplicationConfig, environment: &Environment) -> Surroundings {
    let text = |name: &str| environment.text(name).map(str::to_owned);
    Surroundings {
        flag_colours: matches!(config.source("screen.color"), Source::CommandLine { .. }),
        no_color: environment.no_color(),
        colorterm: text("COLORTERM"),
        term: text("TERM"),
        utf8: environment.is_utf8(),
        ssh: environment.is_remote(),
        background: None,
        input_is_terminal: std::io::IsTerminal::is_terminal(&std::io::stdin()),
        output_is_terminal: std::io::IsTerminal::is_terminal(&std::io::stdout()),
        lines_come_in: carries_lines(&std::io::stdin()),
        lines_go_out: carries_lines(&std::io::stdout()),
    }
}

/// Whether lines go through one end of the program. A device that is no terminal, such as `/dev/null`,
/// has none and keeps none; an end that is closed is opened on that by the runtime of the language.
fn carries_lines(end: &(impl std::os::fd::AsFd + std::io::IsTerminal)) -> bool {
    let kind = rustix::fs::fstat(end).map(|about| FileType::from_raw_mode(about.st_mode));
    match kind {
        Ok(FileType::CharacterDevice) => end.is_terminal(),
        Ok(FileType::Fifo | FileType::Socket | FileType::RegularFile) => true,
        Ok(FileType::Directory | FileType::BlockDevice | FileType::Symlink | FileType::Unknown)
        | Err(_) => false,
    }
}
