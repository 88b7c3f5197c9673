//! Verbs about bets and chips.

use std::num::IntErrorKind;

use crate::craps::BetKey;
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::tui::action::Action;
use crate::tui::line::bet_words::{self, NoOdds};
use crate::tui::line::limits::UNKNOWN_COLUMNS_MAX;
use crate::tui::model::Model;
use crate::tui::wish::{About, Wish};

use super::unknown::unknown;
use super::{Said, Unread, unread};

pub(super) fn number(words: &[&str]) -> Result<u64, Unread> {
    match words {
        [one] => match one.replace(',', "").parse::<u64>() {
            Ok(number) => Ok(number),
            Err(error) => {
                let one = Shown::new(one, UNKNOWN_COLUMNS_MAX);
                unread(if *error.kind() == IntErrorKind::PosOverflow {
                    format!("{one} is more than chips are counted to. type a smaller number.")
                } else {
                    format!("{one} is no number in digits alone. type one such as 10.")
                })
            }
        },
        _ => unread("one number is needed."),
    }
}

pub(super) fn bet_of(words: &[&str]) -> Result<BetKey, Unread> {
    if words.is_empty() {
        return unread("which bet? such as pass, place 6 or come 9. find lists all.");
    }
    bet_words::bet(words).ok_or_else(|| unknown(words))
}

pub(super) fn on_bet(words: &[&str], wish: fn(BetKey) -> Wish) -> Result<Said, Unread> {
    bet_of(words).map(|bet| Said::Wish(wish(bet)))
}

/// Reads what is done with a bet where the bet is named first: `place 6 off`, `place 6 down`, `place 6 less
/// 6`. `None` if that is not what the words are.
pub(super) fn verb_after_bet(words: &[&str]) -> Option<Result<Said, Unread>> {
    let wish: fn(BetKey) -> Wish = match words.last()? {
        &"on" => |bet| Wish::Call { bet, works: true },
        &"off" => |bet| Wish::Call { bet, works: false },
        &"down" => |bet| Wish::Do(Action::TakeDown, About::Bet(bet)),
        by => {
            let bet = words.strip_suffix(&["less", by])?;
            let bet = bet_words::bet(bet)?;
            let by = number(&[by]).map(Chips::new);
            return Some(by.map(|by| Said::Wish(Wish::Less { bet, by })));
        }
    };
    let (_, bet) = words.split_last()?;
    bet_words::bet(bet).map(|bet| Ok(Said::Wish(wish(bet))))
}

/// Whether words are chips and then a bet: `10 pass`.
pub(super) fn begins_with_chips(words: &[&str]) -> bool {
    words
        .split_first()
        .is_some_and(|(chips, bet)| chips.parse::<u64>().is_ok() && bet_words::bet(bet).is_some())
}

/// Reads a bet and its chips.
pub(super) fn bet_and_chips(words: &[&str]) -> Result<(BetKey, Chips), Unread> {
    let Some((last, bet)) = words.split_last() else {
        return unread("which bet, and how many chips? such as pass 10.");
    };
    let bet = bet_of(bet)?;
    Ok((bet, Chips::new(number(&[last])?)))
}

pub(super) fn add(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    bet_and_chips(words).map(|(bet, amount)| Said::Wish(Wish::Bet { bet, amount }))
}

pub(super) fn less(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    bet_and_chips(words).map(|(bet, by)| Said::Wish(Wish::Less { bet, by }))
}

pub(super) fn odds(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    let Some((last, place)) = words.split_last() else {
        return unread("how many chips? type odds and a number.");
    };
    let amount = Chips::new(number(&[last])?);
    match bet_words::odds(model, place) {
        Ok(bet) => Ok(Said::Wish(Wish::Bet { bet, amount })),
        Err(NoOdds::Unknown) => Err(unknown(place)),
        Err(NoOdds::NoBet) => unread(
            "odds go behind a bet of yours, and none that takes them is there. bets tells yours.",
        ),
        Err(NoOdds::Several(names)) => unread(format!(
            "which odds? {}, each with the chips after it.",
            names.join(", or ")
        )),
    }
}
