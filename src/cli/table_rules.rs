//! The settings of a table by name: the house's choices of the rule book, section 9.
//!
//! `config` of a replay script and `--rule` of a simulation go by the same names and values, those of
//! `table_defaults` in `bets.json`.

mod at;
mod settings;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::craps::TableRules;
use crate::error::{Error, Kind};
pub(super) use at::{At, Fault};
use settings::{SETTINGS, Setting};

/// Changes one setting.
///
/// # Errors
/// [`Fault`] if there is no such setting, or it can't have that value.
pub(super) fn set(rules: &mut TableRules, name: &str, at: &At<'_>) -> Result<(), Fault> {
    let setting = find(name).ok_or_else(|| at.fault(format!("no such setting; {}", names())))?;
    (setting.set)(rules, at)
}

/// Returns the settings that are not as in other rules, by name.
pub(super) fn differing(rules: &TableRules, from: &TableRules) -> Map<String, Value> {
    let all = SETTINGS.iter().map(|it| (it, (it.get)(rules)));
    all.filter(|(it, value)| *value != (it.get)(from))
        .map(|(it, value)| (it.name.to_owned(), value))
        .collect()
}

/// Changes rules as `--rule` says, with texts such as `odds=10x`, `bar=2` or `vig_rate=1/25`.
///
/// # Errors
/// [`Kind::Usage`], naming the setting and what it can be.
pub(super) fn change(rules: &mut TableRules, texts: &[String]) -> Result<(), Error> {
    let mut changed: Vec<&str> = Vec::new();
    for text in texts {
        let Some((name, value)) = text.split_once('=') else {
            let message = format!("--rule {text:?}: wanted NAME=VALUE");
            return Err(Error::new(Kind::Usage, message, names()));
        };
        let Some(setting) = find(name) else {
            let message = format!("--rule {name:?}: no such setting");
            return Err(Error::new(Kind::Usage, message, names()));
        };
        if changed.contains(&name) {
            let message = format!("--rule {name} is given twice");
            return Err(Error::new(Kind::Usage, message, "give it once"));
        }
        changed.push(name);
        let value = value_of(value);
        (setting.set)(rules, &At::new(format!("--rule {name}"), &value))
            .map_err(|fault| Error::new(Kind::Usage, fault.to_string(), setting.example()))?;
    }
    rules.validate().map_err(|error| {
        let hint = "change one of these settings as well, or leave it out";
        Error::new(Kind::Usage, format!("--rule: {error}"), hint)
    })
}

/// Reads a value as JSON, a fraction such as `1/20` as two numbers, and all else as a word.
fn value_of(text: &str) -> Value {
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    let parts: Result<Vec<u64>, _> = text.split('/').map(str::parse).collect();
    parts.map_or_else(|_word| Value::from(text), Value::from)
}

fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

fn names() -> String {
    let names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
    format!("the settings are {}", names.join(", "))
}
