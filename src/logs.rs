//! The log: one line per event, to a rolling file and to the log pane, never to the screen itself.
//!
//! Both get the same lines, made harmless first ([`Shown`]). The file is written by a thread of its
//! own; when that cannot keep up, lines are dropped and counted rather than the program held up.
//! Files are named by day, the newest [`FILES_MAX`] are kept, and one run writes at most
//! [`RUN_BYTES_MAX`]. The pane keeps the newest [`LINES_MAX`] lines; a line that repeats within
//! [`FOLD_MILLIS`] is counted instead of shown again.

mod file;
mod ring;

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, WorkerGuard};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::clock::{Clock, UnixMillis};
use crate::config::LogLevel;
use crate::error::{Explain, Kind};
use crate::shown::Shown;

pub use file::rfc3339;
pub use ring::{LogLine, LogView};

/// Lines the log pane keeps.
pub const LINES_MAX: usize = 2_000;

/// Milliseconds within which equal lines fold into one: two minutes, so that what fails again and
/// again doesn't push the reason out of sight.
pub const FOLD_MILLIS: u64 = 120_000;

/// Columns of a line; longer ones are cut.
pub const LINE_COLUMNS_MAX: usize = 500;

/// Files that are kept, one a day.
pub const FILES_MAX: usize = 7;

/// Bytes one run may write: a storm of messages must not fill a disk.
pub const RUN_BYTES_MAX: u64 = 64 << 20;

/// Lines that may wait for the writing thread.
const WAITING_LINES_MAX: usize = 4_096;

/// Why the log cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The folder or the file cannot be made.
    #[error("the log cannot be written in {}", directory.display())]
    File {
        /// The folder.
        directory: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Something else in this process took the events already.
    #[error("a log is already kept by this process")]
    AlreadyStarted,
}

impl Explain for LogError {
    fn kind(&self) -> Kind {
        match self {
            Self::File { .. } => Kind::Storage,
            Self::AlreadyStarted => Kind::Internal,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::File { .. } => {
                "make the data directory writable, or choose another by --data-dir".to_owned()
            }
            Self::AlreadyStarted => "report it: this is a fault of the program".to_owned(),
        }
    }
}

/// The log while it is kept; what was logged is on disk once this is dropped.
#[derive(Debug)]
pub struct Logs {
    view: watch::Receiver<Arc<LogView>>,
    unwritten: ErrorCounter,
    _writes_the_rest_when_dropped: WorkerGuard,
}

impl Logs {
    /// Returns the newest lines, for the log pane.
    #[must_use]
    pub fn view(&self) -> watch::Receiver<Arc<LogView>> {
        self.view.clone()
    }

    /// Returns how many lines the file lacks, because it could not be written fast enough.
    #[must_use]
    pub fn unwritten_lines(&self) -> usize {
        self.unwritten.dropped_lines()
    }
}

/// What is logged, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// The folder of the files.
    pub directory: PathBuf,
    /// How much is logged.
    pub level: LogLevel,
    /// Label of this node on every line.
    pub label: String,
}

/// Starts the log of this process.
///
/// # Errors
/// [`LogError`] if the file cannot be made, or a log was started before.
pub fn start(settings: LogSettings, clock: Arc<dyn Clock>) -> Result<Logs, LogError> {
    let (subscriber, logs) = open(settings, clock)?;
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|_already_set| LogError::AlreadyStarted)?;
    Ok(logs)
}

/// Opens the file; the log is kept once the subscriber gets the events of somebody.
///
/// # Errors
/// [`LogError::File`].
pub(crate) fn open(
    settings: LogSettings,
    clock: Arc<dyn Clock>,
) -> Result<(impl tracing::Subscriber + Send + Sync, Logs), LogError> {
    let LogSettings {
        directory,
        level,
        label,
    } = settings;
    let appender = file::open(&directory).map_err(|cause| LogError::File { directory, cause })?;
    let (writer, guard) = tracing_appender::non_blocking::NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES_MAX)
        .lossy(true)
        .thread_name("log")
        .finish(file::Capped::new(appender, RUN_BYTES_MAX));
    let unwritten = writer.error_counter();
    let (layer, view) = Lines::new(clock, label, writer);
    let level = filter(level);
    // Other crates explain themselves to their authors; from them only what may fail is kept.
    let targets = Targets::new()
        .with_target("bitcraps", level)
        // It warns of whatever a peer sends, and its errors come back as reasons to stop.
        .with_target("arc_malachitebft", level.min(LevelFilter::ERROR))
        .with_default(level.min(LevelFilter::WARN));
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(targets));
    let logs = Logs {
        view,
        unwritten,
        _writes_the_rest_when_dropped: guard,
    };
    Ok((subscriber, logs))
}

const fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

const fn level(level: tracing::Level) -> LogLevel {
    match level {
        tracing::Level::ERROR => LogLevel::Error,
        tracing::Level::WARN => LogLevel::Warn,
        tracing::Level::INFO => LogLevel::Info,
        tracing::Level::DEBUG => LogLevel::Debug,
        tracing::Level::TRACE => LogLevel::Trace,
    }
}

/// The layer that makes lines of events.
struct Lines {
    clock: Arc<dyn Clock>,
    node: String,
    file: Mutex<NonBlocking>,
    ring: Mutex<ring::Ring>,
    view: watch::Sender<Arc<LogView>>,
}

impl Lines {
    fn new(
        clock: Arc<dyn Clock>,
        node: String,
        file: NonBlocking,
    ) -> (Self, watch::Receiver<Arc<LogView>>) {
        let (sender, receiver) = watch::channel(Arc::default());
        let lines = Self {
            clock,
            node,
            file: Mutex::new(file),
            ring: Mutex::default(),
            view: sender,
        };
        (lines, receiver)
    }

    fn write(&self, line: &LogLine) -> std::io::Result<()> {
        let text = format!(
            "{} {:5} {} {}: {}\n",
            rfc3339(line.first),
            crate::config::Choice::word(&line.level),
            self.node,
            line.part,
            line.text
        );
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes())
    }
}

impl<S: tracing::Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &tracing::Event<'_>, _context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = LogLine::new(
            self.clock.now(),
            level(*event.metadata().level()),
            event.metadata().target(),
            &fields.text(),
        );
        let written = self.write(&line);
        let view = {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            ring.push(line);
            if let Err(error) = written {
                let text = format!("the log file cannot be written: {error}");
                ring.push(LogLine::new(
                    self.clock.now(),
                    LogLevel::Error,
                    "logs",
                    &text,
                ));
            }
            ring.view()
        };
        self.view.send_replace(view);
    }
}

/// The message of an event, and its other fields as `name=value`.
#[derive(Default)]
struct Fields {
    message: String,
    others: String,
}

impl Fields {
    fn text(&self) -> String {
        format!("{}{}", self.message, self.others)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            let other = format!(" {}={value:?}", field.name());
            self.others.push_str(&other);
        }
    }
}

#[cfg(test)]
mod tests;
