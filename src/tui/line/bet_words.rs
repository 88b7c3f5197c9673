//! Bets as they are typed: `place 6`, `place_6`, `come 6`, `odds pass`, `any seven`.

use crate::craps::{BetId, BetKey, BoxNumber, Puck};
use crate::tui::model::Model;
use crate::tui::text;

/// Returns the bet that words name, if they name one.
#[must_use]
pub fn bet(words: &[&str]) -> Option<BetKey> {
    let words: Vec<String> = words.iter().map(|word| plain(word)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    whole(&words).or_else(|| odds_of_words(&words))
}

/// Returns the bet whose id, name or other name the words are.
fn whole(words: &[&str]) -> Option<BetKey> {
    let joined = words.join("_");
    if let Ok(bet) = joined.parse() {
        return Some(bet);
    }
    // A pair is one roll, whichever die is named first.
    if let ["hop", a, b] = words
        && let Ok(bet) = format!("hop_{b}_{a}").parse()
    {
        return Some(bet);
    }
    if let [first @ .., number] = words
        && let Ok(bet) = format!("{}@{number}", first.join("_")).parse()
    {
        return Some(bet);
    }
    let is_named = |bet: &BetKey| {
        let mut names = bet.info().aliases.iter().map(|alias| plain(alias));
        plain(&text::name(*bet)) == joined || names.any(|alias| alias == joined)
    };
    BetId::all()
        .filter_map(|bet| BetKey::new(bet, None))
        .find(is_named)
}

/// Returns the odds behind the bet that the other words name: `odds pass`, `come 6 odds`.
fn odds_of_words(words: &[&str]) -> Option<BetKey> {
    let flat: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| *word != "odds")
        .collect();
    if flat.len() + 1 != words.len() {
        return None;
    }
    whole(&flat)?.odds()
}

/// A word without what can be typed in several ways: case, apostrophes, and what joins its parts.
fn plain(word: &str) -> String {
    let word = word.to_lowercase().replace(['\'', '\u{2019}'], "");
    word.replace([' ', '-'], "_")
}

/// Returns the words of a bet as they are typed: `place 6`, `come 6`, `odds pass`.
#[must_use]
pub fn typed(bet: BetKey) -> String {
    if let Some(flat) = bet.flat() {
        return format!("odds {}", typed(flat));
    }
    let id = bet.bet().id().replace('_', " ");
    match bet.number() {
        Some(number) => format!("{id} {number}"),
        None => id,
    }
}

/// Why words name no bet that odds go behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoOdds {
    /// The words name no bet.
    Unknown,
    /// No bet of mine that takes odds stands there.
    NoBet,
    /// Several do; these would name them.
    Several(Vec<String>),
}

/// Returns the odds that words mean: behind the bet that they name, behind my bet on the number that they
/// name, or without any behind my line bet, else behind the only bet that takes them.
///
/// # Errors
/// [`NoOdds`].
pub fn odds(model: &Model, words: &[&str]) -> Result<BetKey, NoOdds> {
    let point = match model.table.as_ref().map(|table| table.table.puck()) {
        Some(Puck::On(point)) => Some(point),
        Some(Puck::Off) | None => None,
    };
    let number_of = |bet: BetKey| {
        let own = bet.info().number.and_then(BoxNumber::of);
        bet.number().or(own).or(point)
    };
    let is_line = |bet: &BetKey| [BetId::PASS, BetId::DONT_PASS].contains(&bet.bet());
    let behind: Vec<BetKey> = model
        .my_bets()
        .into_iter()
        .map(|(bet, _)| bet)
        .filter(|bet| bet.odds().is_some())
        .collect();
    let found: Vec<BetKey> = match words {
        [] => {
            let line = behind.iter().copied().find(is_line);
            line.map_or(behind, |line| vec![line])
        }
        [number] if number.parse::<u8>().is_ok() => {
            let number = number.parse().ok().and_then(BoxNumber::of);
            let is_there = |bet: &BetKey| number.is_some() && number_of(*bet) == number;
            behind.into_iter().filter(is_there).collect()
        }
        words => {
            let named = bet(words).ok_or(NoOdds::Unknown)?;
            vec![named.flat().unwrap_or(named)]
        }
    };
    match found.as_slice() {
        [one] => one.odds().ok_or(NoOdds::NoBet),
        [] => Err(NoOdds::NoBet),
        several => {
            let several = several.iter().filter_map(|bet| bet.odds());
            Err(NoOdds::Several(several.map(typed).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(words: &str) -> Option<String> {
        let words: Vec<&str> = words.split_whitespace().collect();
        bet(&words).map(|bet| bet.to_string())
    }

    #[test]
    fn a_bet_has_many_names() {
        for (words, id) in [
            ("pass", "pass"),
            ("pass line", "pass"),
            ("Don't pass", "dont_pass"),
            ("dont come 9", "dont_come@9"),
            ("come", "come"),
            ("come 6", "come@6"),
            ("place 6", "place_6"),
            ("place_6", "place_6"),
            ("hard 10", "hard_10"),
            ("any seven", "any_seven"),
            ("odds pass", "pass_odds"),
            ("pass odds", "pass_odds"),
            ("come odds 6", "come_odds@6"),
            ("odds come 6", "come_odds@6"),
            ("come_odds@6", "come_odds@6"),
            ("hop 1 2", "hop_1_2"),
            ("hop 1-2", "hop_1_2"),
            ("horn high 12", "horn_high_12"),
        ] {
            assert_eq!(named(words).as_deref(), Some(id), "{words}");
        }
        for words in [
            "",
            "6",
            "place",
            "place 7",
            "come 7",
            "odds",
            "odds field",
            "roll",
        ] {
            assert_eq!(named(words), None, "{words}");
        }
    }

    #[test]
    fn what_is_told_of_a_bet_can_be_typed() {
        let plain = BetId::all().filter_map(|bet| BetKey::new(bet, None));
        let on_six = BetId::all().filter_map(|bet| BetKey::new(bet, BoxNumber::of(6)));
        for key in plain.chain(on_six) {
            let words = typed(key);
            let words: Vec<&str> = words.split_whitespace().collect();
            assert_eq!(bet(&words), Some(key), "{words:?}");
        }
    }
}
