//! The list of all bets of the rule book, filtered, those that can be made now first.

use crate::craps::{BetId, BetKey, BoxNumber};

use super::legal::Trial;
use super::model::Model;

/// Returns the bets that match `search`, those that can be made now first, else in the order of
/// the rule book. Odds stand once for each number.
///
/// Every word of the search must be found in the bet's id, name, aliases or number.
#[must_use]
pub fn offers(model: &Model, search: &str) -> Vec<BetKey> {
    let search = search.to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let trial = Trial::of(model);
    let can_be_made = |key: BetKey| {
        trial
            .as_ref()
            .is_some_and(|trial| trial.may_place(key).is_ok())
    };
    let mut found: Vec<(bool, BetKey)> = keys()
        .filter(|key| words.iter().all(|word| matches(*key, word)))
        .map(|key| (!can_be_made(key), key))
        .collect();
    found.sort();
    found.into_iter().map(|(_, key)| key).collect()
}

/// All bets that a player can ask for: those without a number, and odds on each number.
fn keys() -> impl Iterator<Item = BetKey> {
    BetId::all().flat_map(|bet| {
        let plain = BetKey::new(bet, None);
        let odds = [BetId::COME_ODDS, BetId::DONT_COME_ODDS, BetId::PUT_ODDS].contains(&bet);
        let numbered = BoxNumber::ALL
            .into_iter()
            .filter(move |_| odds)
            .filter_map(move |number| BetKey::new(bet, Some(number)));
        plain.into_iter().chain(numbered)
    })
}

fn matches(key: BetKey, word: &str) -> bool {
    let info = key.info();
    info.name.to_lowercase().contains(word)
        || info.id.contains(word)
        || info.aliases.iter().any(|alias| alias.contains(word))
        || info.number.is_some_and(|number| number.to_string() == word)
        || key
            .number()
            .is_some_and(|number| number.to_string() == word)
}

/// Whether a bet is in the list.
#[must_use]
pub fn is_offer(bet: BetKey) -> bool {
    keys().any(|key| key == bet)
}
