//! The list of what can be typed, by topic, and one verb in full.

use crate::tui::text;

use super::verb::{OTHER_WORDS, Topic, VERBS, Verb};
use super::words::spoken;

/// Returns the list, or what it says of a verb or a topic.
#[must_use]
pub(super) fn help(about: &str) -> Vec<String> {
    let about = about.trim();
    if about.is_empty() {
        return overview();
    }
    let of_topic = VERBS.iter().filter(|verb| verb.topic.word() == about);
    let of_name = VERBS.iter().filter(|verb| verb.name == about);
    let found: Vec<String> = of_topic.chain(of_name).map(line).collect();
    if found.is_empty() {
        let unknown = super::verb::unknown_verb(about);
        return vec![unknown.to_string()];
    }
    found
}

fn overview() -> Vec<String> {
    let mut lines = vec!["type a verb, or a bet and its chips, such as pass 10.".to_owned()];
    lines.extend(Topic::ALL.map(|topic| {
        let verbs = VERBS.iter().filter(|verb| verb.topic == topic);
        let names: Vec<&str> = verbs.map(|verb| verb.name).collect();
        format!("{}: {}.", topic.word(), names.join(", "))
    }));
    let others = OTHER_WORDS.iter().filter(|(word, _)| *word != "?");
    let others: Vec<String> = others
        .map(|(word, means)| format!("{word} is {means}"))
        .collect();
    lines.push(format!("other words: {}.", others.join(", ")));
    lines.push(
        "help and a verb or a topic says more. the end of the input quits, and bets stand."
            .to_owned(),
    );
    lines
}

fn line(verb: &Verb) -> String {
    let typed = if verb.after.is_empty() {
        verb.name.to_owned()
    } else {
        let after = verb.after.replace(['[', ']'], "");
        let perhaps = if verb.after.starts_with('[') {
            " or "
        } else {
            " "
        };
        match perhaps {
            " or " => format!("{0}, or {0} {after}", verb.name),
            _ => format!("{} {after}", verb.name),
        }
    };
    format!("{typed}: {}", verb.about)
}

/// Returns the words of the game.
#[must_use]
pub(super) fn words() -> Vec<String> {
    let rows = text::GLOSSARY.iter();
    rows.map(|(word, means)| spoken(&format!("{word}: {means}")))
        .collect()
}
