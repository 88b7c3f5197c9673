//! Lines of the log as text, for a message or a bug report.

use crate::config::Choice as _;
use crate::logs::{LogLine, rfc3339};

/// Returns lines of the log, each whole in a line of its own.
#[must_use]
pub fn log_text<'l>(lines: impl Iterator<Item = &'l LogLine>) -> String {
    let lines = lines.map(|line| {
        let repeated = match line.count {
            ..=1 => String::new(),
            count => format!(" (x{count})"),
        };
        format!(
            "{} {} {}: {}{repeated}\n",
            rfc3339(line.last),
            line.level.word(),
            line.part,
            line.text
        )
    });
    lines.collect()
}
