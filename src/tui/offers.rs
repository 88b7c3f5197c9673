//! The bet pane's list: all bets of the rule book by family, filtered.

use std::collections::BTreeSet;

use crate::craps::{BetId, BetKey, BoxNumber, Family};

use super::legal::Trial;
use super::model::Model;

/// Returns the bets that match `search`, by family: families of which a bet can be made now first,
/// and in each family those that can be made first, else in the order of the rule book. Odds stand
/// once for each number; come bets that the dice moved are there while they stand.
///
/// Every word of the search must be found in the bet's id, name, aliases or number. Bets that are called so
/// stand before those that have the words among others, and these before those that have the letters alone.
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
    let mut found: Vec<(Fit, bool, Family, bool, BetKey)> = listed(model)
        .into_iter()
        .filter(|key| words.iter().all(|word| matches(*key, word)))
        .map(|key| {
            let (fit, family) = (fit(key, &words), key.info().family);
            (fit, true, family, !can_be_made(key), key)
        })
        .collect();
    let live: BTreeSet<Family> = found
        .iter()
        .filter(|(.., late, _)| !late)
        .map(|(_, _, family, ..)| *family)
        .collect();
    for (_, late, family, ..) in &mut found {
        *late = !live.contains(family);
    }
    found.sort();
    found.into_iter().map(|(.., key)| key).collect()
}

/// All bets that a player can ask for, and those that stand.
fn listed(model: &Model) -> BTreeSet<BetKey> {
    let standing = model.my_bets().into_iter().map(|(key, _)| key);
    keys().chain(standing).collect()
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

/// How well a search names a bet, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is called so.
    Name,
    /// Each word is one of its words.
    Words,
    /// Some words of its are longer.
    Letters,
}

fn fit(key: BetKey, words: &[&str]) -> Fit {
    let info = key.info();
    let number = key.number().map(|number| number.to_string());
    let number = number.or(info.number.map(|number| number.to_string()));
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', '@'], " ");
    let id = key.to_string();
    let names = [info.name, id.as_str()].into_iter();
    let names = names.chain(info.aliases.iter().copied());
    let names: Vec<String> = names.map(plain).collect();
    let whole = words.join(" ");
    let is_word = |word: &&str| {
        let in_names = names
            .iter()
            .any(|name| name.split(' ').any(|one| one == *word));
        in_names || number.as_deref() == Some(*word)
    };
    if names.contains(&whole) {
        Fit::Name
    } else if words.iter().all(is_word) {
        Fit::Words
    } else {
        Fit::Letters
    }
}

fn matches(key: BetKey, word: &str) -> bool {
    let info = key.info();
    info.name.to_lowercase().contains(word)
        || key.to_string().contains(word)
        || info.aliases.iter().any(|alias| alias.contains(word))
        || info.number.is_some_and(|number| number.to_string() == word)
        || key
            .number()
            .is_some_and(|number| number.to_string() == word)
}

/// Whether a bet is in the unfiltered list.
#[must_use]
pub fn is_offer(model: &Model, bet: BetKey) -> bool {
    listed(model).contains(&bet)
}
