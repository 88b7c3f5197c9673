//! The files that a player writes: TOML, each value with its line.

use std::io::{ErrorKind, Read};
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::limits::FILE_BYTES_MAX;
use super::problem::Problem;
use super::slot::Raw;

/// One `key = value` of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<V> {
    /// The name with its section, as in `table.min_bet`.
    pub key: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The value.
    pub value: V,
}

/// Reads a file; `None` if it does not exist. A file where its folder should be is told by whoever
/// needs the folder.
///
/// # Errors
/// [`Problem`] if it can't be read, or is larger than any of ours.
pub fn read(path: &Path) -> Result<Option<String>, Problem> {
    let unreadable = |cause| Problem::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
    if read.map_err(unreadable)? as u64 > FILE_BYTES_MAX {
        return Err(Problem::TooLarge {
            path: path.to_owned(),
            bytes_max: FILE_BYTES_MAX,
        });
    }
    Ok(Some(text))
}

/// Returns the settings in a file, and every syntax error in it.
pub(super) fn parse(path: &Path, text: &str) -> (Vec<Entry<Raw>>, Vec<Problem>) {
    entries(path, text, raw)
}

/// One list of texts of a file, `None` where something else stands.
pub type ListEntry = Entry<Option<Vec<String>>>;

/// Returns the lists of texts in a file, `None` where something else stands, and every syntax error in
/// it.
#[must_use]
pub fn lists(path: &Path, text: &str) -> (Vec<ListEntry>, Vec<Problem>) {
    entries(path, text, |value| match value {
        DeValue::Array(items) => items.iter().map(|item| words(item.get_ref())).collect(),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Table(_) => None,
    })
}

fn words(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}

fn entries<V>(
    path: &Path,
    text: &str,
    read: impl Fn(&DeValue<'_>) -> V,
) -> (Vec<Entry<V>>, Vec<Problem>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    let bad_lines: Vec<usize> = errors
        .iter()
        .map(|error| error.span().map_or(1, |span| line_of(text, span.start)))
        .collect();
    let problems = errors
        .iter()
        .zip(&bad_lines)
        .map(|(error, line)| Problem::Syntax {
            path: path.to_owned(),
            line: *line,
            message: error.message().to_owned(),
        })
        .collect();
    let mut entries = Vec::new();
    for (name, value) in document.get_ref() {
        match value.get_ref() {
            DeValue::Table(section) => {
                for (inner, value) in section {
                    let key = format!("{}.{}", name.get_ref(), inner.get_ref());
                    entries.push(entry(key, text, inner.span().start, read(value.get_ref())));
                }
            }
            value @ (DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)) => {
                let key = name.get_ref().to_string();
                entries.push(entry(key, text, name.span().start, read(value)));
            }
        }
    }
    // What the parser made up to go on after an error is not what somebody wrote.
    entries.retain(|entry| !bad_lines.contains(&entry.line));
    entries.sort_by_key(|entry| entry.line);
    (entries, problems)
}

fn entry<V>(key: String, text: &str, offset: usize, value: V) -> Entry<V> {
    Entry {
        key,
        line: line_of(text, offset),
        value,
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Raw::Other(number.to_string()), Raw::Whole),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Float(number) => Raw::Other(number.as_str().to_owned()),
        DeValue::Datetime(time) => Raw::Other(time.to_string()),
        DeValue::Array(_) => Raw::Other("[…]".to_owned()),
        DeValue::Table(_) => Raw::Other("{…}".to_owned()),
    }
}

/// Returns the line of a byte offset, counted from 1.
fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    1 + before.filter(|byte| **byte == b'\n').count()
}
