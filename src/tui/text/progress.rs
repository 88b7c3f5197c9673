//! What hand-long bets have collected, in a few columns.

use std::collections::BTreeMap;

use crate::craps::{BetKey, Notes, PlacedBet, Rule};

use super::number::counted;

/// How far a bet has come: whole, and in as few columns as possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it has and lacks: `2 3 _ 5 _`, `2 of 6: 4 9`.
    pub full: String,
    /// The count alone: `3 of 5`, `2 of 6`.
    pub short: String,
}

impl Progress {
    /// Returns both where one does not hold the other: `2 3 _ 5 _, 3 of 5`.
    #[must_use]
    pub fn in_full(&self) -> String {
        if self.full.starts_with(&self.short) {
            self.full.clone()
        } else {
            format!("{}, {}", self.full, self.short)
        }
    }

    /// Returns the longer of the two that fits.
    #[must_use]
    pub fn within(&self, columns: u16) -> &str {
        if crate::tui::widget::width(&self.full) <= columns {
            &self.full
        } else {
            &self.short
        }
    }
}

/// Returns how far a standing bet has come; `None` for a bet that collects nothing.
#[must_use]
pub fn progress(bet: BetKey, placed: &PlacedBet) -> Option<Progress> {
    let Rule::HandLong(long) = bet.info().rule else {
        return None;
    };
    let has = placed.collected(bet.bet())?;
    let joined = |numbers: &[u8]| {
        let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        words.join(" ")
    };
    let of = |all: usize| format!("{} of {all}", has.numbers.len());
    let with = |count: String, what: &str| {
        let full = match what {
            "" => count.clone(),
            what => format!("{count}: {what}"),
        };
        Progress { full, short: count }
    };
    let alone = |words: String| with(words, "");
    let score = u64::from(has.score);
    Some(match long.notes {
        Notes::Totals(totals) => {
            let cell = |total: &u8| {
                if has.numbers.contains(total) {
                    total.to_string()
                } else {
                    "_".to_owned()
                }
            };
            let cells: Vec<String> = totals.iter().map(cell).collect();
            Progress {
                full: cells.join(" "),
                short: of(totals.len()),
            }
        }
        Notes::Repeats { times, .. } => alone(format!("{score} of {times}")),
        Notes::DifferentPoints | Notes::Pairs => with(of(6), &joined(&has.numbers)),
        Notes::Doubles => {
            let pairs: Vec<String> = has.numbers.iter().map(|n| format!("{n}-{n}")).collect();
            with(of(6), &pairs.join(" "))
        }
        Notes::HardTwice if has.numbers.is_empty() => alone("none hard".to_owned()),
        Notes::HardTwice => alone(format!("hard {}", joined(&has.numbers))),
        Notes::Points { .. } => alone(counted(score, "point", "points")),
        Notes::PassWins { .. } => alone(counted(score, "win", "wins")),
        Notes::Rolls { .. } => alone(counted(score, "roll", "rolls")),
        Notes::SamePoint => same_point(&has.numbers),
    })
}

/// Points made with how often each was, the one made most often in short.
fn same_point(made: &[u8]) -> Progress {
    let mut times: BTreeMap<u8, usize> = BTreeMap::new();
    for number in made {
        *times.entry(*number).or_default() += 1;
    }
    let words = |(number, times): (&u8, &usize)| format!("{number} x{times}");
    let most = times.iter().max_by_key(|(_, times)| **times);
    let Some(most) = most else {
        return Progress {
            full: "0 made".to_owned(),
            short: "0 made".to_owned(),
        };
    };
    let all: Vec<String> = times.iter().map(words).collect();
    Progress {
        full: all.join(", "),
        short: words(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::craps::{Action, BetSet, Dice, SeatNo, Table, TableRules};
    use crate::ledger::Chips;

    /// What a side bet shows after some rolls of a new hand.
    fn after(bet: &str, rolls: &[(u8, u8)]) -> Progress {
        let rules = TableRules {
            offered: BetSet::all(),
            ..TableRules::default()
        };
        let mut table = Table::new(rules).unwrap();
        let (seat, bet) = (SeatNo::FIRST, bet.parse().unwrap());
        table.sit(seat).unwrap();
        let amount = Chips::new(5);
        let action = Action::Place { bet, amount };
        table.act(seat, &action, Chips::new(100)).unwrap();
        for (a, b) in rolls {
            table.roll(Dice::new(*a, *b).unwrap());
        }
        progress(bet, table.bet(seat, bet).unwrap()).unwrap()
    }

    #[test]
    fn every_hand_long_bet_says_how_far_it_has_come() {
        // The points 6 and 4 are made; 2 and 5 come on the way.
        let rolls = [(1, 5), (1, 1), (3, 3), (2, 2), (1, 4), (1, 3)];
        let expected = [
            ("fire", "2 of 6: 4 6", "2 of 6"),
            ("ats_small", "2 _ 4 5 6", "4 of 5"),
            ("ats_tall", "_ _ _ _ _", "0 of 5"),
            ("ats_all", "2 _ 4 5 6 _ _ _ _ _", "4 of 10"),
            ("repeater_2", "1 of 2", "1 of 2"),
            ("repeater_3", "0 of 3", "0 of 3"),
            ("repeater_4", "2 of 4", "2 of 4"),
            ("repeater_5", "1 of 5", "1 of 5"),
            ("repeater_6", "2 of 6", "2 of 6"),
            ("repeater_8", "0 of 6", "0 of 6"),
            ("repeater_9", "0 of 5", "0 of 5"),
            ("repeater_10", "0 of 4", "0 of 4"),
            ("repeater_11", "0 of 3", "0 of 3"),
            ("repeater_12", "0 of 2", "0 of 2"),
            ("hot_roller", "1 of 6: 4", "1 of 6"),
            ("twice_hard", "hard 6", "hard 6"),
            ("ride_line", "2 wins", "2 wins"),
            ("replay", "4 x1, 6 x1", "6 x1"),
            ("different_doubles", "3 of 6: 1-1 2-2 3-3", "3 of 6"),
            ("hot_shooter", "6 rolls", "6 rolls"),
            ("sharp_shooter", "2 points", "2 points"),
        ];
        let long = crate::craps::catalogue()
            .iter()
            .filter(|info| matches!(info.rule, Rule::HandLong(_)));
        assert_eq!(long.count(), expected.len());
        for (bet, full, short) in expected {
            let shown = after(bet, &rolls);
            assert_eq!(
                (shown.full.as_str(), shown.short.as_str()),
                (full, short),
                "{bet}"
            );
            assert_eq!(shown.within(11), if full.len() > 11 { short } else { full });
        }
        assert_eq!(after("ats_small", &[]).in_full(), "_ _ _ _ _, 0 of 5");
        assert_eq!(after("twice_hard", &[]).full, "none hard");
        assert_eq!(after("replay", &[]).full, "0 made");
    }
}
