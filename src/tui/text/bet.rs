//! Bets in words.

use crate::craps::{BetKey, BetState, Family};
use crate::tui::widget::width;

/// Returns a bet's name without the remarks of the rule book: `Place 6`, `Come on 9`, `Pass odds`.
#[must_use]
pub fn name(bet: BetKey) -> String {
    let full = bet.info().name;
    let plain = full.split(" (").next().unwrap_or(full);
    let plain = plain.strip_suffix(" to win").unwrap_or(plain);
    let plain = match plain.strip_prefix("Odds on ") {
        Some(flat) => capital(&format!("{flat} odds")),
        None => plain.to_owned(),
    };
    match bet.number() {
        Some(number) => format!("{plain} on {number}"),
        None => plain,
    }
}

/// Returns a name for narrow columns: `DC odds 6`, `Come odds 9`.
#[must_use]
pub fn short_name(bet: BetKey) -> String {
    let short = name(bet)
        .replace("Don't come", "DC")
        .replace("Don't pass", "DP");
    if bet.info().family == Family::Odds {
        short.replace(" on ", " ")
    } else {
        short
    }
}

/// Returns a bet's name in at most so many columns if it can be: `Come odds on 9`, `Come odds 9`,
/// `C odds 9`. The number stays in each.
#[must_use]
pub fn name_within(bet: BetKey, columns: u16) -> String {
    let fits = |words: &String| width(words) <= columns;
    let short = short_name(bet);
    let shortest = short
        .replace("Come odds ", "C odds ")
        .replace("Put odds ", "Put od ")
        .replace("Muggsy's corner", "Muggsy's");
    [name(bet), short]
        .into_iter()
        .find(fits)
        .unwrap_or(shortest)
}

/// Returns the name as it stands inside a sentence.
#[must_use]
pub fn name_inside(bet: BetKey) -> String {
    let name = name(bet);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => name,
    }
}

/// Returns words with a capital first letter.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Returns the word of a bet inside the cell of its number, at most five columns.
#[must_use]
pub fn in_cell(bet: BetKey) -> &'static str {
    match bet.info().family {
        Family::Place => "place",
        Family::Buy => "buy",
        Family::Lay => "lay",
        Family::PlaceLose => "lose",
        Family::Put => "put",
        Family::Big => "big",
        Family::Hardway => "hard",
        Family::Odds => "odds",
        Family::Yes => "yes",
        Family::No => "no",
        Family::Next => "next",
        Family::Line if bet.info().id.starts_with("dont") => "dont",
        Family::Line => "come",
        Family::Field | Family::Proposition | Family::Hop | Family::Side | Family::SideOneRoll => {
            "bet"
        }
    }
}

/// Returns a bet's name under the heading of its family: `4`, `1-2`, `Fire bet`.
#[must_use]
pub fn in_family(bet: BetKey) -> String {
    let (full, info) = (name(bet), bet.info());
    match info.family {
        Family::Yes | Family::No | Family::Next | Family::Big | Family::Put | Family::PlaceLose => {
            info.number.map_or(full, |number| number.to_string())
        }
        Family::Hop => full
            .strip_prefix("Hop ")
            .map_or(full.clone(), str::to_owned),
        Family::Line
        | Family::Odds
        | Family::Place
        | Family::Buy
        | Family::Lay
        | Family::Hardway
        | Family::Field
        | Family::Proposition
        | Family::Side
        | Family::SideOneRoll => full,
    }
}

/// Returns the state of a standing bet in a word or two.
#[must_use]
pub const fn state(state: BetState) -> &'static str {
    match state {
        BetState::Works => "works",
        BetState::Off => "off",
        BetState::Contract => "contract",
        BetState::NextRoll => "next roll",
    }
}

/// Returns the state of a bet that its player has called off, in at most so many columns if it can be.
#[must_use]
pub const fn off_by_you(columns: u16) -> &'static str {
    if columns < 10 {
        "off (you)"
    } else {
        "off by you"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_keep_their_number() {
        let shown = |text: &str| name(text.parse().unwrap());
        assert_eq!(shown("pass"), "Pass line");
        assert_eq!(shown("dont_pass"), "Don't pass");
        assert_eq!(shown("pass_odds"), "Pass odds");
        assert_eq!(shown("dont_come_odds@9"), "Don't come odds on 9");
        assert_eq!(shown("come@6"), "Come on 6");
        assert_eq!(shown("place_6"), "Place 6");
        let within = |columns| name_within("come_odds@9".parse().unwrap(), columns);
        assert_eq!(within(14), "Come odds on 9");
        assert_eq!(within(11), "Come odds 9");
        assert_eq!(within(9), "C odds 9");
        let put = |columns| name_within("put_odds@10".parse().unwrap(), columns);
        assert_eq!(put(14), "Put odds on 10");
        assert_eq!(put(11), "Put odds 10");
        assert_eq!(put(9), "Put od 10", "pass, place and put begin alike");
        assert_eq!(shown("yes_4"), "Yes 4");
        assert_eq!(name_inside("any_seven".parse().unwrap()), "any seven");
    }
}
