//! The lines the log pane shows: bounded, repeats folded.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{FOLD_MILLIS, LINE_COLUMNS_MAX, LINES_MAX, LogLevel, Shown, UnixMillis};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was logged first.
    pub first: UnixMillis,
    /// When it was logged last; later than `first` only when it was repeated.
    pub last: UnixMillis,
    /// How much it matters.
    pub level: LogLevel,
    /// The part of the program that says it, as `consensus`.
    pub part: Shown,
    /// What it says.
    pub text: Shown,
    /// How often it was said, at least 1.
    pub count: u32,
}

impl LogLine {
    pub(super) fn new(at: UnixMillis, level: LogLevel, target: &str, text: &str) -> Self {
        let part = target.strip_prefix("bitcraps::").unwrap_or(target);
        let part = part.split("::").next().unwrap_or(part);
        // A line that was broken stays readable: its pieces are kept apart by a space.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            first: at,
            last: at,
            level,
            part: Shown::new(part, LINE_COLUMNS_MAX),
            text: Shown::new(&text, LINE_COLUMNS_MAX),
            count: 1,
        }
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        (self.level, &self.part, &self.text) == (other.level, &other.part, &other.text)
    }
}

/// The newest lines of the log, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogView {
    /// At most [`LINES_MAX`] lines, in the order of their last appearance.
    pub lines: Vec<Arc<LogLine>>,
    /// How many older lines are only in the file.
    pub older: u64,
}

#[derive(Debug, Default)]
pub(super) struct Ring {
    lines: VecDeque<Arc<LogLine>>,
    older: u64,
}

impl Ring {
    /// Adds a line at the end; an equal one of the last minutes moves there and counts one more.
    pub(super) fn push(&mut self, line: LogLine) {
        let since = UnixMillis(line.first.0.saturating_sub(FOLD_MILLIS));
        let repeated = self
            .lines
            .iter()
            .rposition(|earlier| earlier.last >= since && earlier.says_the_same_as(&line));
        let line = match repeated.and_then(|index| self.lines.remove(index)) {
            Some(earlier) => LogLine {
                first: earlier.first,
                count: earlier.count.saturating_add(1),
                ..line
            },
            None => line,
        };
        self.lines.push_back(Arc::new(line));
        if self.lines.len() > LINES_MAX {
            self.lines.pop_front();
            self.older = self.older.saturating_add(1);
        }
    }

    pub(super) fn view(&self) -> Arc<LogView> {
        Arc::new(LogView {
            lines: self.lines.iter().cloned().collect(),
            older: self.older,
        })
    }
}
