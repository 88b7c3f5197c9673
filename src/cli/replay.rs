//! `bitcraps replay`: scripted tables as JSON lines.
//!
//! One object a line: `id`, `tags`, `config`, `bankroll` and `steps`, each with `actions`, a `roll`
//! and what is there `after` it. A table offers every bet, takes 1 to 1,000,000,000 and asks no
//! shooter for a line bet; `config` names what else differs from the rule book's default table.
//! A member stands once in its object. Lines are read, played and written one by one, so a file of any length takes the same memory.

mod line;
mod unique;

use std::io::{self, BufRead, Read, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::table_rules::Fault;
use crate::craps::script::{After, Difference, StepResult};
use line::Line;
use unique::Unique;

/// The longest line, in bytes: some ten thousand rolls.
pub const LINE_BYTES_MAX: u64 = 1 << 20;

/// What became of all lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplaySummary {
    /// Lines that hold a script.
    pub lines: u64,
    /// Lines that can't be played.
    pub faults: u64,
    /// Lines whose result is not what they say; only counted when checking.
    pub differences: u64,
}

impl ReplaySummary {
    /// Whether every line was played and, when checking, came out as it says.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.faults == 0 && self.differences == 0
    }
}

/// Plays every line of `input` and writes one line of JSON for each to `output`: what was taken, why
/// the rest was not, and what is there after every roll.
///
/// With `check`, writes only lines that can't be played or whose result is not what they say, with
/// the first difference.
///
/// # Errors
/// Reading or writing failed. A line that can't be played is not an error: it is written and counted.
pub fn run(
    mut input: impl BufRead,
    mut output: impl Write,
    check: bool,
) -> io::Result<ReplaySummary> {
    let mut summary = ReplaySummary::default();
    let (mut bytes, mut number) = (Vec::new(), 0_u64);
    while read_line(&mut input, &mut bytes)? {
        number += 1;
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        summary.lines += 1;
        let (id, answer) = answer(&bytes, check);
        let line = match answer {
            Answer::Played(steps) if !check => Some(json!({ "id": id, "steps": steps })),
            Answer::Played(_) => None,
            Answer::Differs(Difference {
                path,
                expected,
                found,
            }) => {
                summary.differences += 1;
                let text = format!("line {number}, {path}: expected {expected}, found {found}");
                Some(json!({ "id": id, "difference": text }))
            }
            Answer::Fault(fault) => {
                summary.faults += 1;
                Some(json!({ "id": id, "error": format!("line {number}, {fault}") }))
            }
        };
        if let Some(line) = line {
            writeln!(output, "{line}")?;
        }
    }
    output.flush()?;
    Ok(summary)
}

enum Answer {
    Played(Vec<ShownStep>),
    Differs(Difference),
    Fault(Fault),
}

/// Plays one line; returns its id, if it has one, and what became of it.
fn answer(bytes: &[u8], check: bool) -> (Value, Answer) {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LINE_BYTES_MAX) {
        let fault = Fault::new("$", format!("longer than {LINE_BYTES_MAX} bytes"));
        return (Value::Null, Answer::Fault(fault));
    }
    let value = match serde_json::from_slice::<Unique>(bytes) {
        Ok(Unique(value)) => value,
        Err(error) => return (Value::Null, Answer::Fault(not_json(&error))),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    let played = Line::parse(&value).and_then(|Line { script }| {
        let steps = script
            .play()
            .map_err(|fault| Fault::new("$", fault.to_string()))?;
        Ok((script, steps))
    });
    let answer = match played {
        Err(fault) => Answer::Fault(fault),
        Ok((script, steps)) => match script.difference(&steps) {
            Some(difference) if check => Answer::Differs(difference),
            Some(_) | None => Answer::Played(steps.into_iter().map(ShownStep::from).collect()),
        },
    };
    (id, answer)
}

/// The place that the parser names is in this line alone; the line's number in the file stands before it.
fn not_json(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    // A member that stands twice is JSON, but no line of ours.
    let kind = if error.is_data() { "" } else { "not JSON: " };
    Fault::new("$", format!("{kind}{what}, in column {}", error.column()))
}

/// A step as it is written.
#[derive(Serialize)]
struct ShownStep {
    accepted: Vec<bool>,
    why: Vec<Option<crate::craps::Refusal>>,
    after: After,
}

impl From<StepResult> for ShownStep {
    fn from(step: StepResult) -> Self {
        let accepted = step.refusals.iter().map(Option::is_none).collect();
        Self {
            accepted,
            why: step.refusals,
            after: step.after,
        }
    }
}

/// Reads one line into `bytes`, without more of it than [`LINE_BYTES_MAX`] and one byte; the rest of
/// a longer one is skipped. Returns whether there was a line.
fn read_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    bytes.clear();
    let read = input
        .by_ref()
        .take(LINE_BYTES_MAX + 1)
        .read_until(b'\n', bytes)?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    } else {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}
