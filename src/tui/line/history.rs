//! Past rolls, in lines.

use crate::gaming::RollView;
use crate::tui::model::Model;
use crate::tui::text;

use super::words::{self, spoken};

/// Returns the newest rolls, oldest first.
pub(super) fn history(model: &Model, count: usize) -> Vec<String> {
    let rolls = model.table.iter().flat_map(|table| &table.history);
    let mut lines: Vec<String> = rolls.take(count).map(|record| short(record)).collect();
    lines.reverse();
    if lines.is_empty() {
        lines.push("no roll yet.".to_owned());
    }
    lines
}

fn short(record: &RollView) -> String {
    let net = words::net_of(&record.decisions, record.net)
        .map_or_else(String::new, |net| format!(" {net}."));
    let happened = words::happened(record).map_or_else(String::new, |what| format!(" {what}."));
    spoken(&format!(
        "roll {}. {}, {}.{happened}{net}",
        text::grouped(record.roll),
        words::dice(record.dice),
        text::call(record.dice, record.before),
    ))
}

/// The roll with this number, the newest without one.
fn find(model: &Model, number: Option<u64>) -> Result<&RollView, Vec<String>> {
    let found = match number {
        Some(number) => model.roll(number),
        None => model
            .table
            .as_ref()
            .and_then(|table| table.history.first())
            .map(|record| &**record),
    };
    found.ok_or_else(|| match number {
        Some(number) => vec![format!(
            "roll {} is not in the history. history lists what is.",
            text::grouped(number)
        )],
        None => vec!["no roll yet.".to_owned()],
    })
}

/// Returns one roll, bet by bet.
pub(super) fn roll(model: &Model, number: Option<u64>) -> Vec<String> {
    let record = match find(model, number) {
        Ok(record) => record,
        Err(words) => return words,
    };
    let mut lines = vec![short(record)];
    lines.extend(record.decisions.iter().map(|one| {
        let words = text::decision(one);
        spoken(&format!("{words}."))
    }));
    lines
}

/// Returns what the dice of a roll follow from.
pub(super) fn proof(model: &Model, number: Option<u64>) -> Vec<String> {
    let kind = model.table.as_ref().map(|table| table.kind);
    match (find(model, number), kind) {
        (Ok(record), Some(kind)) => {
            let text = text::proof_text(record, kind);
            let lines = text.lines().map(|line| {
                // Columns that stand below each other are for the eye.
                let words: Vec<&str> = line.split_whitespace().collect();
                spoken(&words.join(" "))
            });
            lines.filter(|line| !line.is_empty()).collect()
        }
        (Err(words), _) => words,
        (Ok(_), None) => Vec::new(),
    }
}
