//! Rolls and what they did, in the words of the table.

use crate::craps::{BetId, Decision, Dice, Outcome, Puck};
use crate::gaming::RollView;

use super::bet::{name, name_inside};
use super::number::{chips, grouped, signed};
use crate::tui::widget::width;

/// Returns what a stickman calls: `easy six`, `yo-leven`, `seven out`.
#[must_use]
pub fn call(dice: Dice, before: Puck) -> &'static str {
    match (dice.total(), dice.is_hard()) {
        (2, _) => "aces",
        (3, _) => "ace-deuce",
        (4, true) => "hard four",
        (4, false) => "easy four",
        (5, _) => "five",
        (6, true) => "hard six",
        (6, false) => "easy six",
        (7, _) => match before {
            Puck::Off => "natural seven",
            Puck::On(_) => "seven out",
        },
        (8, true) => "hard eight",
        (8, false) => "easy eight",
        (9, _) => "nine",
        (10, true) => "hard ten",
        (10, false) => "easy ten",
        (11, _) => "yo-leven",
        _ => "boxcars",
    }
}

/// Returns what a roll meant in at most so many columns: for the table, and for those of my bets that
/// the words about the table don't tell of: `point 6 stays, field -5`, `point is 5, 2 won, 1 lost`.
#[must_use]
pub fn happened_within(record: &RollView, columns: u16) -> String {
    let fits = |words: &String| width(words) <= columns;
    let whole = happened(record);
    let table = if fits(&whole) {
        whole
    } else {
        happened_in_short(record)
    };
    let line_decided = !matches!((record.before, record.after), (_, Puck::On(_)));
    let told = |one: &Decision| line_decided && is_on_the_line(one.key.bet());
    let mine = record.decisions.iter();
    let mine: Vec<&Decision> = mine.filter(|one| one.net != 0 && !told(one)).collect();
    if mine.is_empty() {
        return table;
    }
    let won = mine.iter().filter(|one| one.net > 0).count();
    let counts = [(won, "won"), (mine.len() - won, "lost")].into_iter();
    let counts = counts.filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let counts = counts.join(", ");
    let each: Vec<String> = mine.iter().map(|one| outcome(one)).collect();
    let each = each.join(", ");
    let ways = [format!("{table}, {each}"), format!("{table}, {counts}")];
    match ways.into_iter().find(fits) {
        Some(words) => words,
        None if line_decided => table,
        None => Some(each).filter(fits).unwrap_or(counts),
    }
}

/// Whether what becomes of the line says what becomes of this bet.
fn is_on_the_line(bet: BetId) -> bool {
    [
        BetId::PASS,
        BetId::DONT_PASS,
        BetId::PASS_ODDS,
        BetId::DONT_PASS_ODDS,
    ]
    .contains(&bet)
}

/// Returns what a roll meant for the table: `point is 6`, `natural, pass wins`, `point 6 stays`.
#[must_use]
pub fn happened(record: &RollView) -> String {
    match (record.before, record.after) {
        _ if record.seven_out => match &record.next_shooter {
            Some(next) => format!("seven-out, dice to {next}"),
            None => "seven-out".to_owned(),
        },
        (Puck::Off, Puck::On(point)) => format!("point is {point}"),
        (Puck::Off, Puck::Off) if matches!(record.dice.total(), 7 | 11) => {
            "natural, pass wins".to_owned()
        }
        (Puck::Off, Puck::Off) => "craps, pass loses".to_owned(),
        (Puck::On(point), Puck::Off) => format!("point {point} made, pass wins"),
        (Puck::On(point), Puck::On(_)) => format!("point {point} stays"),
    }
}

/// Returns the same in at most 13 columns, without what follows from it.
fn happened_in_short(record: &RollView) -> String {
    match (record.before, record.after) {
        _ if record.seven_out => "seven-out".to_owned(),
        (Puck::Off, Puck::Off) if matches!(record.dice.total(), 7 | 11) => "natural".to_owned(),
        (Puck::Off, Puck::Off) => "craps".to_owned(),
        (Puck::On(point), Puck::Off) => format!("point {point} made"),
        (_, Puck::On(_)) => happened(record),
    }
}

/// Returns a whole roll in a sentence or two, for an event row of so many columns: with the outcome
/// of each of my bets if they fit, else with their sum.
#[must_use]
pub fn rolled(record: &RollView, columns: u16) -> String {
    let call = call(record.dice, record.before);
    let meant = match &record.next_shooter {
        Some(next) if record.seven_out => format!(": the dice go to {next}"),
        Some(_) | None => match (record.before, record.after) {
            (Puck::Off, Puck::On(point)) => format!(": the point is {point}"),
            (Puck::On(_), Puck::Off) if !record.seven_out => ": the point is made".to_owned(),
            (Puck::Off | Puck::On(_), Puck::Off | Puck::On(_)) => String::new(),
        },
    };
    let number = grouped(record.roll);
    let (shooter, dice) = (&record.shooter, record.dice);
    let (left_out, in_short, in_count) = left_out(record);
    // Who was left out and what it did to me is said whole, whatever else has no room.
    let heads = [
        format!("#{number} {shooter} rolled {dice}, {call}{meant}.{left_out}"),
        format!("#{number} {shooter} rolled {dice}, {call}{meant}.{in_short}"),
        format!("#{number} {shooter} rolled {dice}, {call}.{in_short}"),
        format!("#{number} {dice}, {call}.{in_short}"),
        format!("#{number} {dice}, {call}.{in_count}"),
    ];
    let fits = |words: &String| width(words) + 2 <= columns;
    if record.decisions.is_empty() {
        let [.., last] = &heads;
        let last = last.clone();
        return heads.into_iter().find(fits).unwrap_or(last);
    }
    let beside = |mine: &str| heads.iter().map(|head| format!("{head} {mine}.")).collect();
    let mine = match record.net {
        1.. => format!("You win {}", grouped(record.net.unsigned_abs())),
        0 => "You break even".to_owned(),
        ..0 => format!("You lose {}", grouped(record.net.unsigned_abs())),
    };
    let mut ways: Vec<String> = match record.decisions.as_slice() {
        [one] => {
            let all: Vec<String> = beside(&decision(one));
            all.into_iter().take(1).collect()
        }
        more => {
            let each: Vec<String> = more.iter().map(outcome).collect();
            let all: Vec<String> = beside(&format!("{mine}: {}", each.join(", ")));
            all.into_iter().take(1).collect()
        }
    };
    let short: Vec<String> = match record.decisions.as_slice() {
        [one] if record.net == 0 => beside(&super::capital(&outcome(one))),
        _ => beside(&mine),
    };
    ways.extend(short);
    let last = ways.last().cloned().unwrap_or_default();
    ways.into_iter().find(fits).unwrap_or(last)
}

/// Returns who was left out of a roll: with what it means, in short, and as a count.
fn left_out(record: &RollView) -> (String, String, String) {
    let names = record.left_out.as_slice();
    if names.is_empty() {
        return (String::new(), String::new(), String::new());
    }
    let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
    let names = super::listed_names(names);
    (
        format!(" {names} left out: those bets are frozen."),
        format!(" {names} left out."),
        format!(" {} left out.", super::counted(count, "seat", "seats")),
    )
}

/// Returns what became of one bet in few words: `place 6 +14`, `come moves to 9`.
fn outcome(decision: &Decision) -> String {
    let bet = name_inside(decision.key);
    match decision.outcome {
        Outcome::Win { .. } | Outcome::Lose => format!("{bet} {}", net_of(decision)),
        Outcome::Push | Outcome::Return => format!("{bet} comes back"),
        Outcome::Moved { to } => format!("{bet} moves to {to}"),
    }
}

/// Returns what became of one bet: `Place 6 wins 14 and stays up`.
#[must_use]
pub fn decision(decision: &Decision) -> String {
    let bet = name(decision.key);
    let stake = chips(decision.stake);
    match decision.outcome {
        Outcome::Win { .. } => {
            let stays = if decision.stays_up {
                " and stays up"
            } else {
                ""
            };
            let fee = if decision.commission.is_zero() {
                String::new()
            } else {
                format!(" after {} commission", chips(decision.commission))
            };
            let net = grouped(decision.net.unsigned_abs());
            if decision.net < 0 {
                format!("{bet} wins less than its commission, {net} is gone{stays}")
            } else {
                format!("{bet} wins {net}{fee}{stays}")
            }
        }
        // Commission that was paid upfront is gone with the stake.
        Outcome::Lose if !decision.commission.is_zero() => {
            let fee = chips(decision.commission);
            format!("{bet} loses {stake} and {fee} commission")
        }
        Outcome::Lose => format!("{bet} loses {stake}"),
        Outcome::Push => format!("{bet} pushes, {stake} comes back"),
        Outcome::Return => format!("{bet} is off, {stake} comes back"),
        Outcome::Moved { to } => format!("{bet} {stake} moves to {to}"),
    }
}

/// Returns what one decision changed, for `you` columns.
#[must_use]
pub fn net_of(decision: &Decision) -> String {
    signed(decision.net)
}

#[cfg(test)]
mod tests {
    use super::{decision, grouped, happened_within, net_of, rolled, width};
    use crate::craps::{TableRules, VigTiming};
    use crate::ledger::Chips;
    use crate::tui::fixture::{self, Script};

    /// What is told of a bet with the point on 8 and of its net, after the roll that decides it.
    fn told(rules: &TableRules, bet: &str, amount: u64, (a, b): (u8, u8)) -> [String; 2] {
        let script = Script::new("practice").by_rules(|it| *it = rules.clone());
        let script = script.sit(fixture::ME, None, 1_000).roll(4, 4);
        let script = script.bet(fixture::ME, bet, amount);
        let owned = |script: &Script| {
            let view = script.view();
            let at_risk = view.table.at_risk(view.me.unwrap());
            (view.balance.get() + at_risk.get()).cast_signed()
        };
        let after = script.clone().roll(a, b);
        let record = after.last().unwrap();
        assert_eq!(owned(&after) - owned(&script), record.net, "{bet}");
        let [one] = record.decisions.as_slice() else {
            panic!("{bet}: {record:?}")
        };
        [decision(one), net_of(one)]
    }

    #[test]
    fn a_decided_bet_tells_the_commission_that_goes_with_it() {
        let on_win = TableRules::default();
        let upfront = TableRules {
            vig_timing: VigTiming::Upfront,
            ..TableRules::default()
        };
        let smallest = TableRules {
            vig_min: Chips::new(5),
            ..upfront.clone()
        };
        let (seven, four) = ((3, 4), (1, 3));
        for rules in [&on_win, &upfront] {
            let buy = told(rules, "buy_4", 20, four);
            let words = "Buy 4 wins 39 after 1 commission and stays up";
            assert_eq!(buy, [words, "+39"]);
            // Upfront the balance gets 60, of 41 that it paid: the same.
            let lay = told(rules, "lay_4", 40, seven);
            assert_eq!(lay, ["Lay 4 wins 19 after 1 commission", "+19"]);
        }
        let lost = told(&on_win, "buy_4", 20, seven);
        assert_eq!(lost, ["Buy 4 loses 20", "-20"]);
        let lost = told(&upfront, "buy_4", 20, seven);
        assert_eq!(lost, ["Buy 4 loses 20 and 1 commission", "-21"]);
        let costs = told(&smallest, "lay_4", 4, seven);
        let words = "Lay 4 wins less than its commission, 3 is gone";
        assert_eq!(costs, [words, "-3"]);
    }

    #[test]
    fn a_roll_says_what_it_did_to_me_in_every_row() {
        for (name, make) in fixture::states() {
            let model = make();
            for record in model.table.iter().flat_map(|table| &table.history) {
                for columns in [60, 80, 120] {
                    let words = rolled(record, columns);
                    let amount = grouped(record.net.unsigned_abs());
                    let told = record.net == 0 || words.contains(&amount);
                    assert!(told, "{name}: {words}");
                    let fits = width(&words) + 2 <= columns;
                    assert!(
                        fits || record.decisions.is_empty(),
                        "{name}, {columns}: {words}"
                    );
                }
            }
        }
    }

    #[test]
    fn who_was_left_out_is_told_in_every_row() {
        for name in ["left-out", "frozen-bets", "proof-of-many"] {
            let model = fixture::state(name).unwrap();
            let record = &model.table.as_ref().unwrap().history[0];
            for columns in [60, 80, 120] {
                let words = rolled(record, columns);
                assert!(words.contains("left out"), "{name}, {columns}: {words}");
                assert!(width(&words) + 2 <= columns, "{name}, {columns}: {words}");
            }
        }
    }

    #[test]
    fn what_happened_is_never_cut() {
        for (name, make) in fixture::states() {
            let model = make();
            for record in model.table.iter().flat_map(|table| &table.history) {
                // What the history of a window of 60 columns leaves for it.
                for columns in [15, 20, 32] {
                    let words = happened_within(record, columns);
                    assert!(width(&words) <= columns, "{name}, {columns}: {words}");
                }
            }
        }
    }
}
