//! The report of health as text, for a file, a message or a bug report.

use crate::coordination::{ServiceHealth, ServiceHealthReport};
use crate::logs::rfc3339;
use crate::state::lifecycle::LifecycleView;

/// Returns everything that the health screen knows, in lines that say the same without a screen.
#[must_use]
pub fn health_report(lifecycle: &LifecycleView, report: &ServiceHealthReport) -> String {
    let mut text = format!(
        "BitCraps {}\nservices: {}, newest change at {}\nlifecycle: {} since {}, {}\n",
        env!("CARGO_PKG_VERSION"),
        report.overall,
        rfc3339(report.at),
        lifecycle.state.name(),
        rfc3339(lifecycle.since),
        lifecycle.reason,
    );
    for row in &report.services {
        text.push_str(&service(row));
    }
    text.push_str("transitions, newest first\n");
    let changes = lifecycle.history.newest_first().map(|change| {
        let (time, to) = (rfc3339(change.at), change.to.name());
        format!("  {} {time} {to}: {}\n", change.sequence, change.reason)
    });
    text.extend(changes);
    text
}

fn service(row: &ServiceHealth) -> String {
    let mut lines = vec![format!(
        "{}: {}, {} since {}, {} restarts",
        row.name,
        row.status.name(),
        row.state,
        rfc3339(row.since),
        row.restarts
    )];
    if !row.detail.is_empty() {
        lines.push(format!("  detail: {}", row.detail));
    }
    lines.extend(
        row.last_error
            .iter()
            .map(|why| format!("  last error: {why}")),
    );
    lines.extend(
        row.remedy
            .iter()
            .map(|what| format!("  what to do: {what}")),
    );
    lines.join("\n") + "\n"
}
