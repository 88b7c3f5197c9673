//! Rolls and what they did, in the words of the table.

use crate::craps::{Decision, Dice, Outcome, Puck};
use crate::gaming::RollRecord;

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

/// Returns what a roll meant in at most so many columns: for the table, and where that leaves the line
/// undecided also for my bets: `line undecided, field -5`, `line undecided, 2 won, 1 lost`.
#[must_use]
pub fn happened_within(record: &RollRecord, columns: u16) -> String {
    let table = happened(record);
    let undecided = matches!((record.before, record.after), (Puck::On(_), Puck::On(_)));
    let nets = || record.decisions.iter().map(net);
    let (won, lost) = (
        nets().filter(|net| *net > 0).count(),
        nets().filter(|net| *net < 0).count(),
    );
    if !undecided || won + lost == 0 {
        return table;
    }
    let mut counts = Vec::new();
    for (count, word) in [(won, "won"), (lost, "lost")] {
        if count > 0 {
            counts.push(format!("{count} {word}"));
        }
    }
    let counts = counts.join(", ");
    let decided = record.decisions.iter().filter(|one| net(one) != 0);
    let each: Vec<String> = decided.map(outcome).collect();
    let each = each.join(", ");
    let ways = [
        format!("{table}, {each}"),
        format!("{table}, {counts}"),
        each,
    ];
    let fits = |words: &String| width(words) <= columns;
    ways.into_iter().find(fits).unwrap_or(counts)
}

/// Returns what a roll meant for the table: `point is 6`, `natural, pass wins`, `line undecided`.
#[must_use]
pub fn happened(record: &RollRecord) -> String {
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
        (Puck::On(_), Puck::On(_)) => "line undecided".to_owned(),
    }
}

/// Returns a whole roll in a sentence or two, for an event row of so many columns: with the outcome
/// of each of my bets if they fit, else with their sum.
#[must_use]
pub fn rolled(record: &RollRecord, columns: u16) -> String {
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
    let head = format!(
        "#{number} {} rolled {}, {call}{meant}.",
        record.shooter, record.dice
    );
    if record.decisions.is_empty() {
        return head;
    }
    let mine = match record.net {
        1.. => format!("You win {}", grouped(record.net.unsigned_abs())),
        0 => "You break even".to_owned(),
        ..0 => format!("You lose {}", grouped(record.net.unsigned_abs())),
    };
    match record.decisions.as_slice() {
        [one] => format!("{head} {}.", decision(one)),
        more => {
            let each: Vec<String> = more.iter().map(outcome).collect();
            let long = format!("{head} {mine}: {}.", each.join(", "));
            if width(&long) + 2 <= columns {
                long
            } else {
                format!("{head} {mine}.")
            }
        }
    }
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
        Outcome::Win { pays } => {
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
            format!("{bet} wins {}{fee}{stays}", chips(pays))
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
    signed(net(decision))
}

/// Returns what one decision changed, in chips: the win, or what is gone.
#[must_use]
pub fn net(decision: &Decision) -> i64 {
    let whole = |chips: crate::ledger::Chips| i64::try_from(chips.get()).unwrap_or(i64::MAX);
    match decision.outcome {
        Outcome::Win { pays } => whole(pays),
        Outcome::Lose => -whole(decision.stake).saturating_add(whole(decision.commission)),
        Outcome::Push | Outcome::Return | Outcome::Moved { .. } => 0,
    }
}
