//! A JSON value with the path that leads to it, read with errors that name the place.

use std::fmt;

use serde_json::{Map, Value};

use crate::craps::{BetKey, Ratio};
use crate::ledger::Chips;

/// What is wrong with a line, and where.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Fault {
    path: String,
    what: String,
}

impl Fault {
    pub(in crate::cli) fn new(path: &str, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// A value and the path that leads to it.
pub(in crate::cli) struct At<'a> {
    path: String,
    pub(in crate::cli) value: &'a Value,
}

impl<'a> At<'a> {
    /// Returns a value with the path that errors name; empty for the whole line.
    pub(in crate::cli) fn new(path: impl Into<String>, value: &'a Value) -> Self {
        let path = path.into();
        Self { path, value }
    }

    pub(in crate::cli) fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::new(
            if self.path.is_empty() {
                "$"
            } else {
                &self.path
            },
            what,
        )
    }

    pub(in crate::cli) fn wanted(&self, what: &str) -> Fault {
        let found: String = self.value.to_string().chars().take(40).collect();
        self.fault(format!("wanted {what}, found {found}"))
    }

    /// The members of an object; none may have a name that isn't known.
    pub(in crate::cli) fn object(&self, known: &[&str]) -> Result<&'a Map<String, Value>, Fault> {
        let members = self
            .value
            .as_object()
            .ok_or_else(|| self.wanted("an object"))?;
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.fault(format!("no such member: {name}"))),
            None => Ok(members),
        }
    }

    pub(in crate::cli) fn member(&self, name: &str) -> Option<At<'a>> {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        self.value.get(name).map(|value| At { path, value })
    }

    pub(in crate::cli) fn needed(&self, name: &str) -> Result<At<'a>, Fault> {
        self.member(name)
            .ok_or_else(|| self.fault(format!("{name} is missing")))
    }

    pub(in crate::cli) fn items(&self) -> Result<impl Iterator<Item = At<'a>>, Fault> {
        let items = self.value.as_array().ok_or_else(|| self.wanted("a list"))?;
        let path = self.path.clone();
        Ok(items.iter().enumerate().map(move |(index, value)| At {
            path: format!("{path}[{index}]"),
            value,
        }))
    }

    pub(in crate::cli) fn text(&self) -> Result<&'a str, Fault> {
        self.value.as_str().ok_or_else(|| self.wanted("text"))
    }

    pub(in crate::cli) fn number(&self) -> Result<u64, Fault> {
        self.value
            .as_u64()
            .ok_or_else(|| self.wanted("a whole number from 0 to 2^64 - 1"))
    }

    pub(in crate::cli) fn chips(&self) -> Result<Chips, Fault> {
        self.number().map(Chips::new)
    }

    pub(in crate::cli) fn small(&self) -> Result<u32, Fault> {
        u32::try_from(self.number()?).map_err(|_large| self.wanted("a number below 2^32"))
    }

    pub(in crate::cli) fn flag(&self) -> Result<bool, Fault> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wanted("true or false"))
    }

    pub(in crate::cli) fn ratio(&self) -> Result<Ratio, Fault> {
        match self
            .items()?
            .map(|item| item.small())
            .collect::<Result<Vec<_>, _>>()?
            .as_slice()
        {
            [x, y] => Ok(Ratio::new(*x, *y)),
            _ => Err(self.wanted("two numbers")),
        }
    }

    pub(in crate::cli) fn bet(&self) -> Result<BetKey, Fault> {
        self.text()?
            .parse()
            .map_err(|error: crate::craps::BetKeyError| self.fault(error.to_string()))
    }

    /// One of some words.
    pub(in crate::cli) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.text()?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        found.ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wanted(&format!("one of {}", words.join(", ")))
        })
    }
}
