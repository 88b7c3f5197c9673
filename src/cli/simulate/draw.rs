//! A simulation for people: figures, a histogram and a fan of bankrolls.

use serde_json::Value;

use super::report::{Band, Bar, Report};
use crate::simulate::Plan;
use crate::simulate::limits::RESULT_EXACT_MAX;
use crate::tui::text::{counted, grouped, signed};

/// The columns of the longest bar.
const BAR_COLUMNS: u64 = 40;

/// The rows of the fan.
const FAN_ROWS: i64 = 13;

/// What is drawn with.
pub(super) struct Symbols {
    /// An eighth to seven eighths of a column, and a whole one.
    bar: &'static [&'static str],
    median: char,
    inner: char,
    outer: char,
    axis: char,
}

const UNICODE: Symbols = Symbols {
    bar: &["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    median: '━',
    inner: '▒',
    outer: '░',
    axis: '│',
};

pub(super) const ASCII: Symbols = Symbols {
    bar: &["#"],
    median: '=',
    inner: ':',
    outer: '.',
    axis: '|',
};

/// Returns everything that is printed.
pub(super) fn text(plan: &Plan, report: &Report, is_ascii: bool) -> String {
    let symbols = if is_ascii { &ASCII } else { &UNICODE };
    let (one, steps) = match plan.session {
        None => ("hand", "rolls of a hand"),
        Some(_) => ("session", "hands of a session"),
    };
    format!(
        "{}{}\n  result of a {one}\n{}\n  chips after so many {steps}: the line is the median, half lie \
         in the\n  darker part, nine in ten in all of it\n{}",
        head(plan, report),
        figures(report, one),
        histogram(&report.histogram, report.trials, symbols),
        fan(&report.fan, symbols)
    )
}

/// What was played.
fn head(plan: &Plan, report: &Report) -> String {
    let stopped = if report.stopped { "stopped after " } else { "" };
    let of = match report.session {
        None => String::new(),
        Some(hands) => format!(" in sessions of {}", grouped(hands)),
    };
    let skipped = match report.hands_skipped {
        0 => String::new(),
        skipped => format!(
            ", {} of them not played for want of chips",
            grouped(skipped)
        ),
    };
    format!(
        "{}: {}\n{stopped}{}{of}, {} chips each, a unit of {}, seed {}{skipped}{}\n\n",
        report.strategy,
        plan.strategy.about(),
        counted(report.hands, "hand", "hands"),
        grouped(report.bankroll),
        grouped(report.unit),
        report.seed,
        rules(report),
    )
}

/// A line with the rules that are not the usual ones, if there are such.
fn rules(report: &Report) -> String {
    let set = |(name, value): (&String, &Value)| {
        let word = match value {
            Value::String(word) => word.clone(),
            Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), grouped),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
        };
        format!("{name} {word}")
    };
    let all: Vec<String> = report.rules.iter().map(set).collect();
    if all.is_empty() {
        return String::new();
    }
    format!("\nrules: {}", all.join(", "))
}

fn figures(report: &Report, one: &str) -> String {
    let rows = [
        (
            "mean",
            format!(
                "{:+.4} a {one}, give or take {:.4}",
                report.mean, report.error
            ),
        ),
        ("deviation", format!("{:.2}", report.deviation)),
        ("quantiles", quantiles(report)),
        (
            "least and most",
            format!("{} {}", signed(report.min), signed(report.max)),
        ),
        (
            "risk of ruin",
            format!(
                "{:.4}%: a {one} ends with less than a unit",
                report.risk_of_ruin * 100.0
            ),
        ),
        (
            "house take",
            format!(
                "{} of {} staked, {:.4}%",
                big(report.house_take),
                big(i128::try_from(report.staked).unwrap_or(i128::MAX)),
                report.house_edge * 100.0
            ),
        ),
        (
            "bets",
            format!(
                "{} decided, {} won",
                grouped(report.bets),
                grouped(report.bets_won)
            ),
        ),
        (
            "rolls",
            format!(
                "{}, {:.4} a hand, {} in the longest",
                grouped(report.rolls),
                report.mean_rolls,
                report.longest_hand
            ),
        ),
    ];
    let row = |(name, value): &(&str, String)| format!("  {name:<16}{value}\n");
    rows.iter().map(row).collect::<Vec<_>>().concat()
}

/// The quantiles, and how exact they are where they are not whole truths.
fn quantiles(report: &Report) -> String {
    let shown = |(percent, result): (&u64, &i64)| format!("{percent}%: {}", signed(*result));
    let all: Vec<String> = report.quantiles.iter().map(shown).collect();
    let is_large = |result: &i64| result.unsigned_abs() > RESULT_EXACT_MAX;
    let note = if report.quantiles.values().any(is_large) {
        format!(
            "\n  {:<16}those beyond {} are too near to 0, by less than 1 in 16,384",
            "",
            grouped(RESULT_EXACT_MAX)
        )
    } else {
        String::new()
    };
    all.join("  ") + &note
}

fn big(number: i128) -> String {
    let size = u64::try_from(number.unsigned_abs()).map_or_else(|_| number.to_string(), grouped);
    if number < 0 { format!("-{size}") } else { size }
}

/// A row for each bar: its results, the bar, its share in percent.
pub(super) fn histogram(bars: &[Bar], trials: u64, symbols: &Symbols) -> String {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let parts = u64::try_from(symbols.bar.len()).unwrap_or(1);
    let label = |bar: &Bar| {
        if bar.from == bar.to {
            signed(bar.from)
        } else {
            format!("{} to {}", signed(bar.from), signed(bar.to))
        }
    };
    let labels: Vec<String> = bars.iter().map(label).collect();
    let columns = labels.iter().map(String::len).max().unwrap_or(0);
    bars.iter()
        .zip(&labels)
        .map(|(bar, label)| {
            let length = u128::from(bar.count) * u128::from(BAR_COLUMNS * parts) / u128::from(most);
            let length = u64::try_from(length).unwrap_or(0);
            let share = u128::from(bar.count) * 10_000 / u128::from(trials.max(1));
            format!(
                "  {label:>columns$} {}{} {}.{:02}%\n",
                symbols.axis,
                drawn(length, parts, symbols.bar),
                share / 100,
                share % 100
            )
        })
        .collect::<Vec<_>>()
        .concat()
}

/// Draws a bar of so many parts of a column.
fn drawn(length: u64, parts: u64, bar: &[&str]) -> String {
    let whole = usize::try_from(length / parts).unwrap_or(0);
    let rest = usize::try_from(length % parts).unwrap_or(0);
    let part = rest.checked_sub(1).and_then(|rest| bar.get(rest));
    let full = bar.last().copied().unwrap_or_default();
    full.repeat(whole) + part.copied().unwrap_or_default()
}

/// A column for each moment, two wide; the chips stand at the left of the first, middle and last row.
pub(super) fn fan(bands: &[Band], symbols: &Symbols) -> String {
    let low = bands.iter().map(|band| band.p5).min().unwrap_or(0);
    let high = bands.iter().map(|band| band.p95).max().unwrap_or(0);
    let span = high.saturating_sub(low).max(FAN_ROWS - 1);
    // Row 0 is at the top. The sums are of chips below 2^63, so they are made wider.
    let row_of = |chips: i64| {
        let above = i128::from(low.saturating_add(span)) - i128::from(chips);
        let row = (above * i128::from(FAN_ROWS - 1) + i128::from(span / 2)) / i128::from(span);
        i64::try_from(row).unwrap_or(0)
    };
    let symbol = |row: i64, band: &Band| {
        let within = |upper, lower| (row_of(upper)..=row_of(lower)).contains(&row);
        if row_of(band.p50) == row {
            symbols.median
        } else if within(band.p75, band.p25) {
            symbols.inner
        } else if within(band.p95, band.p5) {
            symbols.outer
        } else {
            ' '
        }
    };
    let value = |row: i64| {
        let below = i128::from(span) * i128::from(row) / i128::from(FAN_ROWS - 1);
        let chips = i128::from(low.saturating_add(span)) - below;
        big(chips)
    };
    let columns = (0..FAN_ROWS).map(|row| value(row).len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in 0..FAN_ROWS {
        let value = if row % 3 == 0 {
            value(row)
        } else {
            String::new()
        };
        let cells: String = bands
            .iter()
            .flat_map(|band| [symbol(row, band); 2])
            .collect();
        let line = format!("  {value:>columns$} {}{cells}", symbols.axis);
        text += line.trim_end();
        text.push('\n');
    }
    text + &axis(bands, columns)
}

/// The numbers below the fan, one under every eighth column.
fn axis(bands: &[Band], columns: usize) -> String {
    let cells: Vec<String> = bands
        .chunks(8)
        .filter_map(<[Band]>::first)
        .map(|band| format!("{:<16}", band.after))
        .collect();
    let cells = cells.concat();
    format!("{}{}\n", " ".repeat(columns + 4), cells.trim_end())
}
