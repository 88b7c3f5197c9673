//! Every choice that the rule book leaves to the house is a setting that changes a game:
//! `tests/data/house.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::played_by;
use crate::craps::TableRules;

const LIST: &str = include_str!("../../../tests/data/house.toml");
const BOOK: &str = include_str!("../../../tests/data/rules/craps.md");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    choice: Vec<Choice>,
}

/// A choice of the house.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    matter: String,
    says: String,
    #[serde(default)]
    rules: toml::Table,
    script: Option<String>,
    balance: Option<u64>,
    default: Option<toml::Value>,
    #[serde(default)]
    tests: Vec<String>,
}

fn choices() -> Vec<Choice> {
    toml::from_str::<List>(LIST).unwrap().choice
}

/// The rows of the table of section 9: what it is about, and what houses and the default table do.
fn matters() -> Vec<(&'static str, &'static str)> {
    let section = BOOK
        .split("\n## ")
        .find(|it| it.starts_with("9. "))
        .unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    rows.skip(1)
        .filter_map(|row| row.split_once(" | "))
        .collect()
}

#[test]
fn every_row_of_section_9_has_its_choices_and_every_choice_is_in_the_rule_book() {
    let choices = choices();
    let matters = matters();
    assert_eq!(matters.len(), 20);
    for (matter, _) in &matters {
        assert!(choices.iter().any(|it| it.matter == *matter), "{matter}");
    }
    for Choice { matter, says, .. } in &choices {
        let row = matters.iter().find(|row| row.0 == matter);
        let heading = [format!("\n### {matter} "), format!("\n## {matter}. ")];
        assert!(
            row.is_some() || heading.iter().any(|it| BOOK.contains(it)),
            "{matter}: neither a row nor a section"
        );
        let (_, text) = row.unwrap_or(&("", BOOK));
        assert!(text.contains(says), "{matter}: {says:?} is not there");
    }
}

#[test]
fn every_setting_of_a_table_is_chosen_by_some_house() {
    let all = toml::Table::try_from(TableRules::default()).unwrap();
    let settings: BTreeSet<&String> = all.keys().collect();
    let choices = choices();
    let chosen: BTreeSet<&String> = choices.iter().flat_map(|it| it.rules.keys()).collect();
    assert_eq!(chosen, settings);
}

/// What is wrong with a choice, if anything.
fn fault(choice: &Choice) -> Option<String> {
    let Some(script) = &choice.script else {
        return choice
            .tests
            .is_empty()
            .then(|| "nothing shows it".to_owned());
    };
    let rules: TableRules = choice.rules.clone().try_into().unwrap();
    rules.validate().unwrap();
    let by = |rules| played_by(rules, script).map(|solo| solo.balance);
    let found = by(rules);
    if found.as_ref().ok() != choice.balance.as_ref() {
        return Some(format!("it comes to {found:?}"));
    }
    if choice.rules.is_empty() {
        return None;
    }
    let default = by(TableRules::default()).map_or_else(
        |_fault| toml::Value::from("refused"),
        |balance| toml::Value::from(balance.cast_signed()),
    );
    if choice.default.as_ref() != Some(&default) {
        return Some(format!("the default table makes {default} of it"));
    }
    (default.as_integer() == choice.balance.map(u64::cast_signed))
        .then(|| "the default table does the same".to_owned())
}

#[test]
fn every_choice_makes_the_game_that_the_rule_book_says_and_the_default_table_another() {
    let faults: Vec<String> = choices()
        .iter()
        .filter_map(|it| Some(format!("{}: {}: {}", it.matter, it.says, fault(it)?)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
