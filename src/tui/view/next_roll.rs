//! What the next roll would do to the bets on the table, in rows that people can read. The rules'
//! own settlement says it ([`crate::craps::Table::outlook`]); here rows with the same effect join.

use crate::craps::{BetKey, Decision, Outcome, OutlookRow, RollSet};
use crate::tui::model::Model;
use crate::tui::text;

/// Rolls that do the same to me.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The totals in words: `6`, `2 3 12`, `hard 8`.
    pub totals: String,
    /// In how many of 36 rolls.
    pub ways: u32,
    /// What I win or lose.
    pub net: i64,
    /// What becomes of each bet, one of the joined rows for all.
    pub decisions: Vec<Decision>,
}

/// Returns the rows with an effect, those that matter most first, and how many of 36 rolls have none.
pub(super) fn rows(model: &Model) -> (Vec<Row>, u32) {
    let Some((table, seat)) = model.seat() else {
        return (Vec::new(), 36);
    };
    let outlook = table.table.outlook(seat);
    let mut rows: Vec<Row> = Vec::new();
    let mut idle = 0;
    for one in &outlook.rows {
        if one.decisions.is_empty() {
            idle += one.rolls.ways();
            continue;
        }
        let same = rows
            .iter_mut()
            .find(|row| row.net == one.net && effects(&row.decisions) == effects(&one.decisions));
        match same {
            Some(row) => {
                row.totals = format!("{} {}", row.totals, totals(one));
                row.ways += one.rolls.ways();
            }
            None => rows.push(Row {
                totals: totals(one),
                ways: one.rolls.ways(),
                net: one.net,
                decisions: one.decisions.clone(),
            }),
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.net.unsigned_abs(), row.ways)));
    (rows, idle)
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

fn totals(row: &OutlookRow) -> String {
    if row.rolls == RollSet::total(row.total) {
        return row.total.to_string();
    }
    let hard = row.rolls.iter().filter(|dice| dice.is_hard()).count();
    if hard == 0 {
        format!("easy {}", row.total)
    } else if row.rolls.ways() == 1 {
        format!("hard {}", row.total)
    } else {
        row.rolls
            .iter()
            .map(|dice| dice.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Returns what a row does, bet by bet: `Pass line +10, Place 6 +14, Come moves`.
pub(super) fn in_words(row: &Row) -> String {
    let mut words: Vec<String> = Vec::new();
    for (bet, effect) in effects(&row.decisions) {
        words.push(format!("{} {effect}", text::name(bet)));
    }
    words.join(", ")
}

/// Returns what a row does in few columns: each win, all losses in one sum, what moves.
pub(super) fn in_few_words(row: &Row) -> String {
    let nets = || row.decisions.iter().map(text::net);
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
        [(bet, effect)] => words.push(format!("{} {effect}", text::short_name(*bet))),
        more => words.push(format!("{} move or come back", more.len())),
    }
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

/// Returns the best that one bet can do on the next roll: its win and on which total.
pub(super) fn best_of(rows: &[OutlookRow], bet: BetKey) -> Option<(String, u8)> {
    let of_bet = |row: &OutlookRow| {
        row.decisions
            .iter()
            .find(|decision| decision.key == bet)
            .copied()
    };
    rows.iter()
        .filter_map(|row| {
            let decision = of_bet(row)?;
            match decision.outcome {
                Outcome::Win { pays } => Some((pays, row.rolls.ways(), row.total, decision)),
                Outcome::Lose | Outcome::Push | Outcome::Return | Outcome::Moved { .. } => None,
            }
        })
        .max_by_key(|(pays, ways, ..)| (*pays, *ways))
        .map(|(_, _, total, decision)| (text::net_of(&decision), total))
}

/// Returns what a total does to a bet: `+24`, `-10`, `moves`, nothing.
pub(super) fn on_total(rows: &[OutlookRow], total: u8, bet: BetKey) -> String {
    let mut found = rows
        .iter()
        .filter(|row| row.total == total)
        .flat_map(|row| &row.decisions)
        .filter(|decision| decision.key == bet);
    found.next().map_or_else(String::new, |decision| {
        effects(std::slice::from_ref(decision))
            .pop()
            .map(|(_, effect)| effect)
            .unwrap_or_default()
    })
}
