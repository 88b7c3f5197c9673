//! The threads of a simulation, and what is shown and heard meanwhile.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::cli::output::{Output, Stop};
use crate::clock::{Clock as _, SystemClock};
use crate::error::{Error, Kind};
use crate::simulate::{Plan, Simulation, Tally};
use crate::tui::text::grouped;

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// What the threads share.
#[derive(Debug, Default)]
struct Shared {
    /// The next chunk that nobody plays yet.
    next: AtomicU64,
    done: AtomicU64,
    stop: AtomicBool,
}

/// A simulation that has ended.
pub(super) struct Ran {
    /// What was counted.
    pub(super) tally: Tally,
    /// Whether it was ended before it was done.
    pub(super) stopped: bool,
    took: Duration,
}

impl Ran {
    /// Returns how fast it was, in a line.
    pub(super) fn speed(&self) -> String {
        let milliseconds = self.took.as_millis().max(1);
        let a_second = u128::from(self.tally.rolls) * 1_000 / milliseconds;
        format!(
            "{} rolls in {}.{:03} s, {} a second\n",
            grouped(self.tally.rolls),
            milliseconds / 1_000,
            milliseconds % 1_000,
            grouped(u64::try_from(a_second).unwrap_or(u64::MAX)),
        )
    }
}

/// Plays a plan to its end or to an interrupt. While it runs, shows progress on standard error if
/// that is a terminal and no JSON is wanted.
pub(super) fn watched(
    plan: &Plan,
    simulation: Simulation,
    threads: NonZeroUsize,
    output: &mut Output,
) -> Result<Ran, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| no_runtime(&error))?;
    let clock = SystemClock::new();
    let began = clock.monotonic();
    let is_shown = !output.is_json() && std::io::stderr().is_terminal();
    let shared = Arc::new(Shared::default());
    let (mine, chunks) = (Arc::clone(&shared), plan.chunks());
    let ended = runtime.block_on(async {
        let work = move || play(&simulation, chunks, threads, &mine);
        let mut work = pin!(tokio::task::spawn_blocking(work));
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        let mut ticks = tokio::time::interval(PROGRESS_EVERY);
        loop {
            tokio::select! {
                biased;
                heard = &mut interrupt, if !shared.stop.load(Ordering::Relaxed) => {
                    heard.map_err(|error| no_runtime(&error))?;
                    shared.stop.store(true, Ordering::Relaxed);
                }
                ended = &mut work => return ended.map_err(|error| died(&error)),
                _ = ticks.tick(), if is_shown => output.note(&progress(plan, &shared)),
            }
        }
    });
    if is_shown {
        // Clears the line that showed progress.
        output.note("\r\x1b[K");
    }
    Ok(Ran {
        tally: ended?,
        stopped: shared.done.load(Ordering::Relaxed) < chunks,
        took: clock.monotonic().saturating_sub(began),
    })
}

/// Plays chunks on some threads. When stopped, each thread ends its chunk first, so that what was
/// played is a shorter plan of the same seed.
fn play(simulation: &Simulation, chunks: u64, threads: NonZeroUsize, shared: &Shared) -> Tally {
    let work = || {
        let mut simulation = simulation.clone();
        while !shared.stop.load(Ordering::Relaxed) {
            let chunk = shared.next.fetch_add(1, Ordering::Relaxed);
            if chunk >= chunks {
                break;
            }
            simulation.play_chunk(chunk);
            shared.done.fetch_add(1, Ordering::Relaxed);
        }
        simulation.into_tally()
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(work)).collect();
        let mut tally = work();
        for other in others {
            match other.join() {
                Ok(other) => tally.merge(&other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        tally
    })
}

fn progress(plan: &Plan, shared: &Shared) -> String {
    let (done, chunks) = (shared.done.load(Ordering::Relaxed), plan.chunks());
    let share = u128::from(done) * 100 / u128::from(chunks.max(1));
    let hands = u128::from(plan.hands) * u128::from(done) / u128::from(chunks.max(1));
    format!(
        "\r\x1b[K{share:3}%  {} of {} hands; Ctrl-C ends it here",
        grouped(u64::try_from(hands).unwrap_or(u64::MAX)),
        grouped(plan.hands)
    )
}

fn no_runtime(cause: &std::io::Error) -> Error {
    let hint = "end other programs and try again";
    Error::new(Kind::Internal, "the system gives no thread or signal", hint).caused_by(cause)
}

fn died(cause: &tokio::task::JoinError) -> Error {
    let hint = "report this, with the command that you gave";
    Error::new(Kind::Internal, "the simulation broke off", hint).caused_by(cause)
}
