//! Words with roles, and words made to fit.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::tui::hits::Target;
use crate::tui::theme::Role;

/// Whether a text is printable ASCII, of which each byte is a letter of one column: nearly all that is
/// drawn, so that a frame need not look for the widths and joins of other letters.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Returns how many columns a text takes.
#[must_use]
pub fn width(text: &str) -> u16 {
    if is_plain(text) {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Returns `text` in at most `columns` columns; a cut is marked by `~`. It falls between words where that
/// leaves most of the room filled. A number is shown whole or not at all: the first half of one would be another number.
#[must_use]
pub fn fit(text: &str, columns: u16) -> String {
    let columns = usize::from(columns);
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > columns {
            break;
        }
        cut.push(c);
    }
    let kept = whole_numbers(text, whole_words(text, cut.len()));
    cut.truncate(kept);
    if columns > 0 {
        cut.push('~');
    }
    cut
}

/// Returns as many of the parts of a list, which stand between commas, as fit whole; nothing if the first
/// does not.
#[must_use]
pub fn fit_parts(text: &str, columns: u16) -> &str {
    let ends = text.match_indices(", ").map(|(end, _)| end);
    let whole = ends.chain([text.len()]).filter_map(|end| text.get(..end));
    let fitting = whole.take_while(|part| width(part) <= columns);
    fitting.last().unwrap_or_default()
}

/// Returns how many of the first `cut` bytes stay if no word is cut in two; all if that would be a third of them
/// and more.
fn whole_words(text: &str, cut: usize) -> usize {
    let (kept, rest) = text.split_at(cut);
    if rest.starts_with(' ') {
        return cut;
    }
    let space = kept.rfind(' ').unwrap_or_default();
    let whole = kept.get(..space).unwrap_or_default().trim_end().len();
    if whole * 3 > cut * 2 { whole } else { cut }
}

/// Returns how many of the first `cut` bytes stay if no number may be cut in two.
fn whole_numbers(text: &str, cut: usize) -> usize {
    let of_a_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ':' | '/' | '%');
    let (kept, rest) = text.split_at(cut);
    let number = kept.trim_end_matches(of_a_number);
    let digits = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let goes_on = rest.trim_start_matches([',', '.', ':', '/']);
    let in_two = goes_on.starts_with(|c: char| c.is_ascii_digit())
        && digits(kept.get(number.len()..).unwrap_or_default());
    let whole = if in_two {
        number.trim_end_matches(['+', '-'])
    } else {
        kept
    };
    whole.trim_end_matches([' ', ',']).len()
}

/// Returns `text` broken at spaces into lines of at most `columns` columns; a longer word is cut.
#[must_use]
pub fn wrap(text: &str, columns: u16) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&fit(word, columns));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Returns `text` broken at spaces into lines of at most `columns` columns; a longer word goes on in the
/// next line, so that nothing of it is lost.
#[must_use]
pub fn wrap_whole(text: &str, columns: u16) -> Vec<String> {
    let room = usize::from(columns.max(2));
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut part = String::new();
        for c in word.chars() {
            if part.width() + c.width().unwrap_or(0) > room {
                words.push(std::mem::take(&mut part));
            }
            part.push(c);
        }
        words.push(part);
    }
    wrap(&words.join(" "), columns.max(2))
}

/// One line of words, each with its role; some of them can be clicked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    parts: Vec<(Role, String)>,
    /// From which part to before which other a click means what.
    targets: Vec<(Range<usize>, Target)>,
}

impl Line {
    /// Returns an empty line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the line with more words.
    #[must_use]
    pub fn with(mut self, role: Role, words: impl Into<String>) -> Self {
        self.parts.push((role, words.into()));
        self
    }

    /// Returns the line with more ordinary words.
    #[must_use]
    pub fn text(self, words: impl Into<String>) -> Self {
        self.with(Role::Text, words)
    }

    /// Returns the line with more words that matter less.
    #[must_use]
    pub fn dim(self, words: impl Into<String>) -> Self {
        self.with(Role::Dim, words)
    }

    /// Returns the line with a key in square brackets.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.with(Role::Key, format!("[{key}]"))
    }

    /// Returns the line, all of which can be clicked.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.targets.push((0..self.parts.len(), target));
        self
    }

    /// Returns the line followed by another.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        let before = self.parts.len();
        let moved = other.targets.into_iter();
        self.targets.extend(
            moved.map(|(parts, target)| (parts.start + before..parts.end + before, target)),
        );
        self.parts.extend(other.parts);
        self
    }

    /// Returns the words with their roles.
    #[must_use]
    pub fn parts(&self) -> &[(Role, String)] {
        &self.parts
    }

    /// Returns what can be clicked, from which part to before which other.
    #[must_use]
    pub fn targets(&self) -> &[(Range<usize>, Target)] {
        &self.targets
    }

    /// Returns how many columns the line takes.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.parts
            .iter()
            .fold(0, |sum, (_, words)| sum.saturating_add(width(words)))
    }
}

impl From<&str> for Line {
    fn from(words: &str) -> Self {
        Self::new().text(words)
    }
}

impl From<String> for Line {
    fn from(words: String) -> Self {
        Self::new().text(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_marked_and_counts_wide_characters_twice() {
        assert_eq!(fit("garnet-fox", 7), "garnet~");
        assert_eq!(fit("日本語", 5), "日本~");
        assert_eq!(fit("日本語", 4), "日~");
        assert_eq!(fit("any", 0), "");
        assert_eq!(fit("the disk is full", 10), "the disk~", "between words");
        assert_eq!(fit("the disk is full", 9), "the disk~");
        assert_eq!(
            fit("the disk is full", 8),
            "the dis~",
            "half of it would be lost"
        );
    }

    #[test]
    fn a_number_is_shown_whole_or_not_at_all() {
        for (text, columns, shown) in [
            ("12,100", 6, "12,100"),
            ("12,100", 5, "~"),
            ("supply 10,000,000 checked", 16, "supply~"),
            ("supply 10,000,000 checked", 20, "supply 10,000,000~"),
            ("12 MB used, 48 GB free", 14, "12 MB used~"),
            ("3:1-27:1", 7, "3:1~"),
            ("house-1", 6, "house~"),
        ] {
            assert_eq!(fit(text, columns), shown);
        }
    }

    #[test]
    fn a_word_that_is_too_long_goes_on_in_the_next_line() {
        let words = "at /a/path/without/blanks 1234567890123";
        for columns in 2..40 {
            let lines = super::wrap_whole(words, columns);
            assert!(
                lines.iter().all(|line| super::width(line) <= columns),
                "{lines:?}"
            );
            let all: String = lines.concat().split_whitespace().collect();
            assert_eq!(all, words.replace(' ', ""), "{columns}");
        }
    }

    #[test]
    fn parts_of_a_list_are_shown_whole_or_not_at_all() {
        let text = "12 MB used, 48 GB free, encrypted";
        for (columns, shown) in [
            (9, ""),
            (10, "12 MB used"),
            (21, "12 MB used"),
            (22, "12 MB used, 48 GB free"),
            (40, text),
        ] {
            assert_eq!(fit_parts(text, columns), shown);
        }
        assert_eq!(fit_parts("", 9), "");
    }

    #[test]
    fn wrapped_lines_lose_no_word_and_are_never_too_wide() {
        let text = "Come bets stand until the number or a seven";
        for columns in 5..50 {
            let lines = wrap(text, columns);
            assert!(lines.iter().all(|line| width(line) <= columns));
            if columns >= 6 {
                assert_eq!(lines.join(" "), text);
            }
        }
    }
}
