//! Settings by name, as scripts and `--rule` give them.

use serde_json::{Value, json};

use super::settings::SETTINGS;
use super::{At, change, differing, set};
use crate::craps::TableRules;

fn defaults() -> Value {
    let book: Value =
        serde_json::from_str(include_str!("../../../tests/data/rules/bets.json")).unwrap();
    book["table_defaults"].clone()
}

#[test]
fn every_default_of_the_rule_book_is_a_setting_with_that_value() {
    let (book, rules) = (defaults(), TableRules::default());
    let told = ["_choices", "_multiples", "_limit"];
    for (name, value) in book.as_object().unwrap() {
        if told.iter().any(|end| name.ends_with(end)) || name == "shooter_needs_line_bet" {
            continue;
        }
        let setting = SETTINGS.iter().find(|it| it.name == name);
        let setting = setting.unwrap_or_else(|| panic!("{name} is no setting"));
        assert_eq!((setting.get)(&rules), *value, "{name}");
    }
}

#[test]
fn every_setting_takes_its_example_tells_it_again_and_refuses_nonsense() {
    for setting in &SETTINGS {
        let example = setting.example();
        let given = example.split('\'').nth(1).unwrap().to_owned();
        let mut rules = TableRules::default();
        change(&mut rules, std::slice::from_ref(&given)).unwrap();
        let told = differing(&rules, &TableRules::default());
        let only_false = given.ends_with("=false") && setting.name != "big";
        let is_usual = only_false || setting.name == "vig_min";
        assert_eq!(told.len(), usize::from(!is_usual), "{given}: {told:?}");
        let mut again = TableRules::default();
        for (name, value) in &told {
            set(&mut again, name, &At::new("config", value)).unwrap();
        }
        assert_eq!(again, rules, "{given}");
        for nonsense in ["purple", "-1", "[1,2,3]", "1e99", ""] {
            let given = format!("{}={nonsense}", setting.name);
            let refused =
                change(&mut TableRules::default(), std::slice::from_ref(&given)).unwrap_err();
            let text = refused.to_string();
            assert!(
                text.contains(&format!("--rule {}", setting.name)),
                "{given}: {text}"
            );
        }
    }
}

#[test]
fn a_rule_that_is_none_or_contradicts_another_is_refused_with_what_would_do() {
    let refused = |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        change(&mut TableRules::default(), &texts)
            .unwrap_err()
            .report()
    };
    for (texts, says) in [
        (
            &["colour=red"][..],
            "the settings are odds, field_2, field_12, bar",
        ),
        (&["odds"], "wanted NAME=VALUE"),
        (&["odds=7x"], "wanted one of 1x, 2x, 3-4-5x"),
        (&["odds=1x", "odds=2x"], "given twice"),
        (&["field_12=4"], "it can pay 2 or 3"),
        (&["min_bet=50", "max_bet=20"], "min_bet 50 and max_bet 20"),
        (&["vig_rate=3/2"], "vig_rate 3/2 is not a rate below one"),
        (&["shooter_needs_line_bet=true"], "can only be false"),
    ] {
        let told = refused(texts);
        assert!(told.contains(says), "{texts:?}: {told}");
    }
    let mut rules = TableRules::default();
    let texts = ["vig_rate=1/25", "bar=2"].map(str::to_owned);
    change(&mut rules, &texts).unwrap();
    let told = differing(&rules, &TableRules::default());
    assert_eq!(
        Value::Object(told),
        json!({ "vig_rate": [1, 25], "bar": 2 })
    );
}
