//! What the next roll would do to the bets on the table, in rows that people can read. The rules'
//! own settlement says it ([`crate::craps::Table::outlook`]); here rows with the same effect join.

use crate::craps::{BetKey, Decision, Outcome, OutlookRow, RollSet};
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::widget::width;

/// Rolls that do the same to me.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The totals in words: `6`, `2 3 12`, `hard 8`.
    pub totals: String,
    /// The rolls.
    pub rolls: RollSet,
    /// How many of 36 they are.
    pub ways: u32,
    /// What I win or lose.
    pub net: i64,
    /// What becomes of each bet, one of the joined rows for all.
    pub decisions: Vec<Decision>,
}

/// Returns the rows with an effect, those that matter most first, and how many of 36 rolls have none.
pub(super) fn rows(model: &Model) -> (Vec<Row>, u32) {
    match model.seat() {
        Some(_) => rows_of(&outlook(model)),
        None => (Vec::new(), 36),
    }
}

/// Returns what each of the 36 rolls does to me by the rules; nothing without a seat. A pane that shows
/// it in two ways asks once: it takes a settlement for every kind of roll.
pub(super) fn outlook(model: &Model) -> Vec<OutlookRow> {
    let seat = model.seat();
    seat.map_or_else(Vec::new, |(table, seat)| table.table.outlook(seat).rows)
}

/// Returns the rows of an outlook that do the same as one, and how many rolls have no effect.
pub(super) fn rows_of(outlook: &[OutlookRow]) -> (Vec<Row>, u32) {
    let mut rows: Vec<Row> = Vec::new();
    let mut idle = 0;
    for one in outlook {
        if one.decisions.is_empty() {
            idle += one.rolls.ways();
            continue;
        }
        let same = rows
            .iter_mut()
            .find(|row| row.net == one.net && do_the_same(&row.decisions, &one.decisions));
        match same {
            Some(row) => {
                row.totals = format!("{} {}", row.totals, totals(one));
                row.rolls = row.rolls.or(one.rolls);
                row.ways += one.rolls.ways();
            }
            None => rows.push(Row {
                totals: totals(one),
                rolls: one.rolls,
                ways: one.rolls.ways(),
                net: one.net,
                decisions: one.decisions.clone(),
            }),
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.net.unsigned_abs(), row.ways)));
    (rows, idle)
}

/// Whether two rolls do the same to each bet, a moved one wherever it moves: equal where
/// [`effects`] has equal words, without making them for every pair of rolls in every frame.
fn do_the_same(first: &[Decision], second: &[Decision]) -> bool {
    let effect = |decision: &Decision| match decision.outcome {
        Outcome::Moved { .. } => (1, 0),
        Outcome::Push | Outcome::Return => (2, 0),
        Outcome::Win { .. } | Outcome::Lose => (0, decision.net),
    };
    let mut pairs = first.iter().zip(second);
    first.len() == second.len() && pairs.all(|(a, b)| a.key == b.key && effect(a) == effect(b))
}

/// What happens to each bet, a moved one wherever it moves.
fn effects(decisions: &[Decision]) -> Vec<(BetKey, String)> {
    decisions
        .iter()
        .map(|decision| {
            let effect = match decision.outcome {
                Outcome::Moved { .. } => "moves".to_owned(),
                Outcome::Push | Outcome::Return => "comes back".to_owned(),
                Outcome::Win { .. } | Outcome::Lose => text::net_of(decision),
            };
            (decision.key, effect)
        })
        .collect()
}

/// Returns the rolls of a row in words: `6`, `hard 6`, `easy 6`, `1-5`.
fn totals(row: &OutlookRow) -> String {
    let (total, rolls) = (row.total, row.rolls);
    let hard = RollSet::pair(total / 2, total - total / 2);
    if rolls == RollSet::total(total) {
        total.to_string()
    } else if total % 2 == 0 && rolls == hard {
        format!("hard {total}")
    } else if total % 2 == 0 && rolls == RollSet::total(total).without(hard) {
        format!("easy {total}")
    } else {
        let pairs = rolls.iter().filter(|dice| dice.a() <= dice.b());
        let words: Vec<String> = pairs.map(|dice| dice.to_string()).collect();
        words.join(" ")
    }
}

/// Returns what a row does, bet by bet: `Pass line +10, Place 6 +14, Come moves`.
fn in_words(row: &Row) -> String {
    let mut words: Vec<String> = Vec::new();
    for (bet, effect) in effects(&row.decisions) {
        words.push(format!("{} {effect}", text::name(bet)));
    }
    words.join(", ")
}

/// Returns what a row does in at most so many columns if it can be: bet by bet, or each win, all
/// losses in one sum and what moves, or only how many win and lose.
pub(super) fn in_words_within(row: &Row, columns: u16) -> String {
    let fits = |words: &String| width(words) <= columns;
    let ways = [
        in_words(row),
        in_few_words(row, true),
        in_few_words(row, false),
    ];
    ways.into_iter()
        .find(fits)
        .unwrap_or_else(|| in_counts(row, columns))
}

/// Returns how many bets win, lose, and do neither; the last have no room first.
fn in_counts(row: &Row, columns: u16) -> String {
    let nets: Vec<i64> = row.decisions.iter().map(|it| it.net).collect();
    let count = |of: fn(&i64) -> bool| nets.iter().filter(|net| of(net)).count();
    let kinds = [
        (count(|net| *net > 0), "win"),
        (count(|net| *net < 0), "lose"),
        (count(|net| *net == 0), "move"),
    ];
    let mut words: Vec<String> = kinds
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    while words.len() > 1 && width(&words.join(", ")) > columns {
        words.pop();
    }
    words.join(", ")
}

fn in_few_words(row: &Row, named: bool) -> String {
    let nets = || row.decisions.iter().map(|it| it.net);
    let mut words: Vec<String> = nets().filter(|net| *net > 0).map(text::signed).collect();
    let lost: i64 = nets().filter(|net| *net < 0).sum();
    if lost < 0 {
        words.push(text::signed(lost));
    }
    let mut words = vec![words.join(" ")];
    let others: Vec<_> = effects(&row.decisions)
        .into_iter()
        .filter(|(_, effect)| !effect.starts_with(['+', '-']))
        .collect();
    match others.as_slice() {
        [] => {}
        [(bet, effect)] if named => words.push(format!("{} {effect}", text::short_name(*bet))),
        more if named => words.push(format!("{} move or come back", more.len())),
        more if more.iter().all(|(_, effect)| effect == "comes back") => {
            words.push(format!("{} back", more.len()));
        }
        more => words.push(format!("{} move", more.len())),
    }
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

/// Returns what one bet can win on the next roll, in at most so many columns: `+24 on 6`, on several
/// rolls `+10 on 7 11` or `+5 on 16/36`; where they win differently `up to +10`.
pub(super) fn best_of(rows: &[OutlookRow], bet: BetKey, columns: u16) -> Option<String> {
    let wins: Vec<(i64, &OutlookRow)> = on(rows, bet)
        .filter(|(_, decision)| matches!(decision.outcome, Outcome::Win { .. }))
        .map(|(row, decision)| (decision.net, row))
        .collect();
    let most = wins.iter().map(|(net, _)| *net).max()?;
    let net = text::signed(most);
    if wins.iter().any(|(net, _)| *net != most) {
        return Some(format!("up to {net}"));
    }
    let won: Vec<&OutlookRow> = wins.iter().map(|(_, row)| *row).collect();
    let (each, ways) = joined(&won);
    let forms = [
        format!("{net} on {each}"),
        format!("{net} {each}"),
        format!("{net} on {ways}/36"),
        format!("{net} {ways}/36"),
    ];
    let fits = |words: &String| width(words) <= columns;
    Some(forms.into_iter().find(fits).unwrap_or(net))
}

/// Returns the rolls that one bet loses on next, in at most so many columns: `7`, `2 3 12`, `27/36`.
pub(super) fn loses_on(rows: &[OutlookRow], bet: BetKey, columns: u16) -> String {
    let lost = on(rows, bet).filter(|(_, decision)| matches!(decision.outcome, Outcome::Lose));
    let lost: Vec<&OutlookRow> = lost.map(|(row, _)| row).collect();
    match joined(&lost) {
        (_, 0) => String::new(),
        (each, _) if width(&each) <= columns => each,
        (_, ways) => format!("{ways}/36"),
    }
}

/// Rolls in words, and how many of 36 they are. Those that another bet sets apart (a hard way) are one
/// total again where all of it is among them.
fn joined(rows: &[&OutlookRow]) -> (String, u32) {
    let ways = rows.iter().map(|row| row.rolls.ways()).sum();
    let mut each: Vec<String> = Vec::new();
    for row in rows {
        let of_it = rows.iter().filter(|other| other.total == row.total);
        let found: u32 = of_it.map(|other| other.rolls.ways()).sum();
        let words = if found == RollSet::total(row.total).ways() {
            row.total.to_string()
        } else {
            totals(row)
        };
        if !each.contains(&words) {
            each.push(words);
        }
    }
    (each.join(" "), ways)
}

/// The rows that decide or move a bet.
fn on(rows: &[OutlookRow], bet: BetKey) -> impl Iterator<Item = (&OutlookRow, &Decision)> {
    rows.iter().filter_map(move |row| {
        let decision = row.decisions.iter().find(|decision| decision.key == bet)?;
        Some((row, decision))
    })
}

#[cfg(test)]
mod tests;
