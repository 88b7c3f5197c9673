use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tracing_subscriber::layer::SubscriberExt;

use super::file::{Capped, rfc3339};
use super::{FOLD_MILLIS, LINES_MAX, Lines, LogView};
use crate::clock::{Clock, UnixMillis};
use crate::config::LogLevel;

#[derive(Debug, Default)]
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// Runs what logs, and returns what the pane and the file have then.
fn logged(run: impl FnOnce(&Hand)) -> (Arc<LogView>, String) {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(Hand(AtomicU64::new(1_000_000)));
    let appender = super::file::open(&directory.path().join("logs")).unwrap();
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let (layer, view) = Lines::new(clock.clone(), "laptop".to_owned(), writer);
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || run(&clock));
    drop(guard);
    let file = std::fs::read_dir(directory.path().join("logs"))
        .unwrap()
        .next()
        .unwrap();
    let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
    (view.borrow().clone(), text)
}

#[test]
fn a_line_reaches_pane_and_file_without_what_steers_a_terminal() {
    let (view, file) = logged(|_| {
        tracing::warn!(target: "bitcraps::consensus::solo", who = "\u{1b}[2Jeve", "slow\nkeeper");
    });
    let line = &view.lines[0];
    assert_eq!(line.level, LogLevel::Warn);
    assert_eq!(line.part.as_str(), "consensus");
    assert_eq!(line.text.as_str(), "slow keeper who=[2Jeve");
    assert_eq!(
        file,
        "1970-01-01T00:16:40.000Z warn  laptop consensus: slow keeper who=[2Jeve\n"
    );
}

#[test]
fn repeats_within_two_minutes_fold_and_later_ones_do_not() {
    let (view, file) = logged(|clock| {
        tracing::info!("again");
        tracing::info!("other");
        clock.0.fetch_add(FOLD_MILLIS, Ordering::SeqCst);
        tracing::info!("again");
        clock.0.fetch_add(FOLD_MILLIS + 1, Ordering::SeqCst);
        tracing::info!("again");
    });
    let lines: Vec<_> = view
        .lines
        .iter()
        .map(|line| (line.text.as_str(), line.count))
        .collect();
    assert_eq!(lines, [("other", 1), ("again", 2), ("again", 1)]);
    assert_eq!(file.lines().count(), 4);
}

#[test]
fn the_pane_keeps_the_newest_lines_and_counts_the_rest() {
    let (view, _) = logged(|_| {
        for number in 0..LINES_MAX + 3 {
            tracing::info!("line {number}");
        }
    });
    assert_eq!(view.lines.len(), LINES_MAX);
    assert_eq!(view.older, 3);
    assert_eq!(view.lines[0].text.as_str(), "line 3");
}

#[test]
fn a_full_log_says_so_once_and_takes_no_more() {
    let mut bytes = Vec::new();
    let mut capped = Capped::new(&mut bytes, 8);
    for _ in 0..3 {
        capped.write_all(b"12345\n").unwrap();
    }
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(
        text,
        "12345\nthe log of this run is full, the log pane goes on\n"
    );
}

/// Expected values: GNU `date --utc --date=@N`.
#[test]
fn times_are_those_of_the_calendar() {
    let cases = [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_772_323_200_000, "2026-03-01T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (1_798_761_599_001, "2026-12-31T23:59:59.001Z"),
    ];
    for (millis, text) in cases {
        assert_eq!(rfc3339(UnixMillis(millis)), text);
    }
}
