//! What to say of words that are not known.

use crate::config;
use crate::craps::BetId;
use crate::shown::Shown;

use super::bets::begins_with_chips;
use super::{Unread, VERBS};
use crate::tui::line::bet_words;
use crate::tui::line::limits::UNKNOWN_COLUMNS_MAX;

/// Returns what to say of words that are neither a verb nor a bet.
pub(super) fn unknown(words: &[&str]) -> Unread {
    if let [chips, bet @ ..] = words
        && begins_with_chips(words)
    {
        let bet = bet.join(" ");
        return Unread(format!("chips come after the bet: type {bet} {chips}."));
    }
    if let Some(which) = which_of_several(words) {
        return which;
    }
    if let ["y" | "n" | "yes" | "no"] = words {
        return Unread("no question waits for an answer. help lists what can be typed.".to_owned());
    }
    let typed = words.join(" ");
    let shown = Shown::new(&typed, UNKNOWN_COLUMNS_MAX);
    let first = words.first().copied().unwrap_or_default();
    let ids = BetId::all().map(|bet| bet.id().replace('_', " "));
    let verbs = VERBS.iter().map(|verb| verb.name.to_owned());
    let names: Vec<String> = verbs.chain(ids).collect();
    let whole = config::nearest(&typed, names.clone());
    let nearest = whole.or_else(|| config::nearest(first, names));
    match nearest {
        Some(name) => Unread(format!(
            "{shown} is not known. did you mean {name}? help lists all."
        )),
        None => Unread(format!("{shown} is not known. help lists what is.")),
    }
}

/// Words that several bets begin with: says how they go on.
fn which_of_several(words: &[&str]) -> Option<Unread> {
    let typed = words.join(" ");
    let begins = format!("{typed} ");
    let ids = BetId::all().map(|bet| bet.id().replace('_', " "));
    let ids: Vec<String> = ids.filter(|id| id.starts_with(&begins)).collect();
    match ids.as_slice() {
        [] | [_] => None,
        [first, second, ..] => Some(Unread(format!(
            "which {typed}? such as {first} or {second}, with the chips after it. find {typed} lists all."
        ))),
    }
}

/// Returns what to say when help is asked about what is no verb.
#[must_use]
pub fn unknown_verb(about: &str) -> Unread {
    let words: Vec<&str> = about.split_whitespace().collect();
    match bet_words::bet(&words) {
        Some(bet) => Unread(format!(
            "{0} is a bet. explain {0} explains it.",
            bet_words::typed(bet)
        )),
        None => unknown(&words),
    }
}
