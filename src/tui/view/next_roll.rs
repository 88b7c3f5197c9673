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
    let ways: u32 = wins.iter().map(|(_, row)| row.rolls.ways()).sum();
    // Rolls that another bet sets apart (a hard way) are one total again where this bet wins on all.
    let mut each: Vec<String> = Vec::new();
    for (_, row) in &wins {
        let of_it = wins.iter().filter(|(_, other)| other.total == row.total);
        let won: u32 = of_it.map(|(_, other)| other.rolls.ways()).sum();
        let words = if won == RollSet::total(row.total).ways() {
            row.total.to_string()
        } else {
            totals(row)
        };
        if !each.contains(&words) {
            each.push(words);
        }
    }
    let each = each.join(" ");
    let forms = [
        format!("{net} on {each}"),
        format!("{net} {each}"),
        format!("{net} on {ways}/36"),
    ];
    let fits = |words: &String| width(words) <= columns;
    Some(
        forms
            .into_iter()
            .find(fits)
            .unwrap_or_else(|| format!("{net} {ways}/36")),
    )
}

/// The rows that decide or move a bet.
fn on(rows: &[OutlookRow], bet: BetKey) -> impl Iterator<Item = (&OutlookRow, &Decision)> {
    rows.iter().filter_map(move |row| {
        let decision = row.decisions.iter().find(|decision| decision.key == bet)?;
        Some((row, decision))
    })
}

/// Returns what a total does to a bet: `+24`, `-10`, `moves`, nothing; `+90/-10` where its pairs
/// differ.
pub(super) fn on_total(rows: &[OutlookRow], total: u8, bet: BetKey) -> String {
    let mut words: Vec<String> = Vec::new();
    for (_, decision) in on(rows, bet).filter(|(row, _)| row.total == total) {
        let effect = effects(std::slice::from_ref(decision)).pop();
        let effect = effect.map(|(_, effect)| effect).unwrap_or_default();
        if !words.contains(&effect) {
            words.push(effect);
        }
    }
    words.sort_by_key(|word| !word.starts_with('+'));
    words.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::craps::{BetId, Dice};
    use crate::tui::fixture::{self, Script};

    /// What a bet shows of a total in the slip, after a script.
    fn shown(bets: &[(&str, u64)], bet: &str, total: u8) -> String {
        let mut script = Script::new("practice").sit(fixture::ME, None, 1_000);
        for (bet, amount) in bets {
            script = script.bet(fixture::ME, bet, *amount);
        }
        let view = script.view();
        let outlook = view.table.outlook(view.me.unwrap());
        on_total(&outlook.rows, total, bet.parse().unwrap())
    }

    #[test]
    fn a_total_whose_pairs_differ_says_both_outcomes() {
        let bets = [
            ("hop_1_5", 5),
            ("hop_1_2", 5),
            ("hard_6", 5),
            ("next_6", 25),
        ];
        assert_eq!(shown(&bets, "hop_1_5", 6), "+75/-5");
        assert_eq!(shown(&bets, "hop_1_2", 3), "+75");
        assert_eq!(shown(&bets, "hard_6", 6), "", "it is off on the come-out");
        assert_eq!(shown(&bets, "next_6", 6), "+151");
        assert_eq!(shown(&bets, "next_6", 7), "-25");
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
