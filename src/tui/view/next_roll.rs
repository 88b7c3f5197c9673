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
    let nets: Vec<i64> = row.decisions.iter().map(text::net).collect();
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
        .map(|(row, decision)| (text::net(decision), row))
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
mod tests {
    use super::*;
    use crate::craps::{BetId, Dice};
    use crate::tui::fixture::{self, Script};

    /// What a bet can win with the next roll and what it loses on, in so many columns, after a script.
    fn shown(bets: &[(&str, u64)], bet: &str, columns: u16) -> (String, String) {
        let mut script = Script::new("practice").sit(fixture::ME, None, 1_000);
        for (bet, amount) in bets {
            script = script.bet(fixture::ME, bet, *amount);
        }
        let view = script.view();
        let outlook = view.table.outlook(view.me.unwrap());
        let bet = bet.parse().unwrap();
        let win = best_of(&outlook.rows, bet, columns).unwrap_or_default();
        (win, loses_on(&outlook.rows, bet, columns))
    }

    #[test]
    fn the_slip_says_what_a_bet_can_win_next_and_what_it_loses_on() {
        let bets = [
            ("pass", 10),
            ("hop_1_5", 5),
            ("hard_6", 5),
            ("next_6", 25),
            ("field", 10),
        ];
        let next = |bet: &str, columns| shown(&bets, bet, columns);
        let both = |win: &str, loss: &str| (win.to_owned(), loss.to_owned());
        assert_eq!(next("pass", 12), both("+10 on 7 11", "2 3 12"));
        assert_eq!(next("hop_1_5", 11), both("+75 on 1-5", "34/36"));
        assert_eq!(
            next("hard_6", 11),
            both("", ""),
            "it is off on the come-out"
        );
        assert_eq!(next("next_6", 11), both("+151 on 6", "31/36"));
        assert_eq!(next("field", 11), both("up to +20", "5 6 7 8"));
    }

    #[test]
    fn a_win_on_several_totals_never_reads_as_one_on_a_single_total() {
        let best = |script: Script, bet: &str| {
            let view = script.view();
            let outlook = view.table.outlook(view.me.unwrap());
            best_of(&outlook.rows, bet.parse().unwrap(), 11).unwrap_or_default()
        };
        let base = || Script::new("practice").sit(fixture::ME, None, 1_000);
        let pass = base().bet(fixture::ME, "pass", 10);
        assert_eq!(best(pass.clone(), "pass"), "+10 on 7 11");
        assert_eq!(best(pass.roll(3, 3), "pass"), "+10 on 6");
        let field = base().bet(fixture::ME, "field", 10);
        assert_eq!(best(field, "field"), "up to +20", "2 and 12 pay more");
        let craps = base().bet(fixture::ME, "any_craps", 10);
        assert_eq!(best(craps, "any_craps"), "+70 2 3 12");
    }

    #[test]
    fn rows_name_every_roll_once_and_say_what_it_then_does() {
        let all: Vec<BetKey> = BetId::all()
            .filter_map(|bet| BetKey::new(bet, None))
            .collect();
        let base = || Script::new("practice").sit(fixture::ME, None, 100_000);
        for bet in all {
            let seat = crate::craps::SeatNo::FIRST;
            let offered = |script: &Script| script.view().table.quote(seat, bet).available.is_ok();
            let scripts = [base(), base().bet(fixture::ME, "pass", 10).roll(4, 4)];
            for script in scripts.into_iter().filter(offered) {
                let script = script.bet(fixture::ME, &bet.to_string(), 20);
                let model = fixture::model(&script);
                let (rows, idle) = rows(&model);
                let named: u32 = rows.iter().map(|row| row.ways).sum();
                assert_eq!(named + idle, 36, "{bet}");
                for dice in Dice::all() {
                    let before = script.view();
                    let after = script.clone().roll(dice.a(), dice.b()).view();
                    let worth = |view: &crate::gaming::TableView| {
                        i64::try_from(view.balance.get() + view.table.at_risk(seat).get()).unwrap()
                    };
                    let net = worth(&after) - worth(&before);
                    let found: Vec<&Row> =
                        rows.iter().filter(|row| row.rolls.contains(dice)).collect();
                    assert!(found.len() <= 1, "{bet} {dice}: in two rows");
                    let said = found.first().map_or(0, |row| row.net);
                    assert_eq!(said, net, "{bet} {dice}");
                }
            }
        }
    }
}
