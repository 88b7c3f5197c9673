//! `bitcraps` without a command: the full screen client.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::context::Context;
use super::output::Stop;
use crate::clock::{Clock, SystemClock};
use crate::config::{ApplicationConfig, Environment, Source};
use crate::error::{Error, Kind};
use crate::identity::OsEntropy;
use crate::logs;
use crate::node::profile::Profile;
use crate::node::services::LogState;
use crate::node::settings::PRACTICE_TABLE;
use crate::node::{Answers, Node, NodeParts, desk, names};
use crate::storage::DataDirLock;
use crate::tui::caps::{Caps, Surroundings};
use crate::tui::play::{Start, play as show};
use crate::tui::run::Ended;
use crate::tui::view::view;

/// Threads of the node: one for the chain and the manager, one for probes and the socket.
const NODE_THREADS: usize = 2;

/// Opens the client. Everything that can fail at once is done before the terminal is touched.
pub(super) fn play(context: &Context, practice: bool) -> Result<(), Stop> {
    let mut config = context.config.clone();
    let surroundings = surroundings(&config, &context.environment);
    Caps::decide(&surroundings, &config.screen)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let lock = DataDirLock::acquire(&config.data_dir, clock.now())?;
    Profile::load(&config.data_dir)?.apply(&mut config);
    let log = LogState(logs::start(&config, Arc::clone(&clock)));
    let lines = log
        .0
        .as_ref()
        .map_or_else(|_| no_log(), crate::logs::Logs::view);
    let start = Start {
        settings: config.screen.clone(),
        surroundings,
        drawn_name: names::draw(&OsEntropy)?,
        practice,
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
        })
    };
    let link = {
        let _inside = runtime.enter();
        desk::open(&node, lines)
    };
    let app = node.app.clone();
    let begin = || {
        runtime.spawn(async move {
            // A failure is told by the start's own progress.
            let started = app.start().await;
            tracing::info!(?started, "started");
        });
    };
    let played = show(start, link, view, begin)?;
    let reason = match played.ended {
        Ended::Quit => "the player quit",
        Ended::HungUp => "the terminal is gone",
    };
    let stopped = runtime.block_on(node.close(reason));
    drop(played.screen);
    runtime.shutdown_background();
    stopped.map(drop).map_err(|gone| {
        Stop::Failed(Error::new(
            Kind::Internal,
            gone.to_string(),
            "look at the log and report it",
        ))
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
        input_is_terminal: std::io::IsTerminal::is_terminal(&std::io::stdin()),
        output_is_terminal: std::io::IsTerminal::is_terminal(&std::io::stdout()),
    }
}
