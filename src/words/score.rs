//! What a hand-long bet has to collect, in words (rule book, section 7.9).

use crate::craps::{Ends, Notes};

/// Returns what ends such a bet.
pub(super) const fn ended(ends: Ends) -> &'static str {
    match ends {
        Ends::Seven => "a 7",
        Ends::SevenOut => "the seven-out",
    }
}

/// Returns what has a score.
pub(super) fn scored(notes: Notes, score: u8) -> String {
    let times = |what: &str| format!("{score} {what}");
    match notes {
        Notes::Totals(totals) => {
            let all: Vec<String> = totals.iter().map(ToString::to_string).collect();
            match all.split_last() {
                Some((last, rest)) => format!("{} and {last} all rolled", rest.join(", ")),
                None => String::new(),
            }
        }
        Notes::Repeats { total, .. } => format!("{total} rolled {score} times"),
        Notes::Doubles => times("different doubles"),
        Notes::Pairs => times("box numbers rolled in every way"),
        Notes::HardTwice => {
            "4, 6, 8 or 10 rolled hard twice with no easy one in between".to_owned()
        }
        Notes::DifferentPoints => times("different points made"),
        Notes::Points { .. } => times("points made"),
        Notes::PassWins { .. } => times("pass line wins"),
        Notes::SamePoint => same_point(score).to_owned(),
        Notes::Rolls { .. } => times("rolls in the hand"),
    }
}

/// The rank by price of a point that was made again and again.
const fn same_point(rank: u8) -> &'static str {
    match rank {
        1 => "6 or 8 made 3 times",
        2 => "5 or 9 made 3 times",
        3 => "6 or 8 made 4 times",
        4 => "4 or 10 made 3 times",
        5 => "5 or 9 made 4 times",
        _ => "4 or 10 made 4 times",
    }
}
