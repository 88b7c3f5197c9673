//! The program itself, in lines: health and log.

use crate::config::Choice as _;
use crate::coordination::ServiceHealth;
use crate::tui::model::Model;
use crate::tui::text;

use super::verb::LogWanted;
use super::words::spoken;

/// Returns the lifecycle and the services, a line each, trouble first.
pub(super) fn health(model: &Model) -> Vec<String> {
    let lifecycle = &model.lifecycle;
    let mut lines = vec![format!(
        "the node is {} since {} UTC: {}.",
        lifecycle.state.name(),
        text::clock(lifecycle.since),
        lifecycle.reason
    )];
    lines.push(format!("services: {}.", model.health.overall));
    lines.extend(model.services().into_iter().map(service));
    lines.iter().map(|line| spoken(line)).collect()
}

fn service(row: &ServiceHealth) -> String {
    let restarts = text::counted(u64::from(row.restarts), "restart", "restarts");
    let mut parts = vec![format!(
        "{}: {}, {}, {restarts}",
        row.name,
        row.status.name(),
        row.state
    )];
    if !row.detail.is_empty() {
        parts.push(row.detail.to_string());
    }
    parts.extend(
        row.last_error
            .iter()
            .map(|why| format!("last error: {why}")),
    );
    parts.extend(row.remedy.iter().map(|what| format!("what to do: {what}")));
    format!("{}.", parts.join(". "))
}

/// Returns the newest lines of the log that say a word, oldest first.
pub(super) fn log(model: &Model, wanted: &LogWanted) -> Vec<String> {
    let search = wanted.search.to_lowercase();
    let found: Vec<String> = model
        .log
        .lines
        .iter()
        .filter(|line| line.level <= wanted.level)
        .filter(|line| {
            let says = |text: &str| text.to_lowercase().contains(&search);
            says(line.text.as_str()) || says(line.part.as_str())
        })
        .map(|line| {
            let time = text::clock(line.last);
            format!("{time} {} {}: {}", line.level.word(), line.part, line.text)
        })
        .collect();
    let skipped = found.len().saturating_sub(wanted.count);
    let lines: Vec<String> = found.into_iter().skip(skipped).collect();
    if lines.is_empty() {
        return vec!["no line of the log.".to_owned()];
    }
    lines
}
