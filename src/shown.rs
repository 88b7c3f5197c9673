//! Text that may be drawn: other people's names and words made harmless.

use std::fmt;
use std::ops::Deref;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The widest that a person's name may be, in columns: what every row of a screen has room for.
pub const NAME_COLUMNS_MAX: usize = 16;

/// The longest that what a service or an error says may be, in columns: more than any dialog shows.
pub const SENTENCE_COLUMNS_MAX: usize = 1_000;

/// Bytes of a column: no letter takes more for each of its columns. Without this bound, marks that
/// have no width of their own would make a short text as long as they like.
const COLUMN_BYTES_MAX: usize = 3;

/// Text without control, escape or direction-changing characters, cut to a display width.
///
/// The only way from other people's bytes to the screen, the log or a file. What a service, a file or the
/// operating system says becomes one by `into()`: line breaks become blanks then, and what is longer than
/// [`SENTENCE_COLUMNS_MAX`] is cut.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(from = "String", into = "String")]
pub struct Shown(String);

impl Shown {
    /// Returns `raw` without anything that could steer a terminal, at most `columns` wide and as
    /// many bytes long as so many columns take; a cut is marked by `~` in the last column.
    #[must_use]
    pub fn new(raw: &str, columns: usize) -> Self {
        let clean: String = raw.chars().filter(|c| is_harmless(*c)).collect();
        let bytes_max = columns.saturating_mul(COLUMN_BYTES_MAX);
        if clean.width() <= columns && clean.len() <= bytes_max {
            return Self(clean);
        }
        let mut cut = String::new();
        let mut width = 0;
        for c in clean.chars() {
            let next = width + c.width().unwrap_or(0);
            if next + 1 > columns || cut.len() + c.len_utf8() + 1 > bytes_max {
                break;
            }
            width = next;
            cut.push(c);
        }
        if columns > 0 {
            cut.push('~');
        }
        Self(cut)
    }

    /// Whether `raw` is drawn as it is, letter by letter, in at most so many columns.
    #[must_use]
    pub fn fits(raw: &str, columns: usize) -> bool {
        let is_short = raw.len() <= columns.saturating_mul(COLUMN_BYTES_MAX);
        is_short && raw.chars().all(is_harmless) && raw.width() <= columns
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Shown {
    fn from(raw: &str) -> Self {
        let one_line: String = raw
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .collect();
        Self::new(&one_line, SENTENCE_COLUMNS_MAX)
    }
}

impl From<String> for Shown {
    fn from(raw: String) -> Self {
        Self::from(raw.as_str())
    }
}

impl From<Shown> for String {
    fn from(shown: Shown) -> Self {
        shown.0
    }
}

impl Deref for Shown {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for Shown {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a character neither controls the terminal nor changes the direction of text.
///
/// Refused: C0 and C1 controls, bidirectional marks and overrides (U+061C, U+200E/F, U+202A..E,
/// U+2066..9), zero-width joiners and spaces, line and paragraph separators, the byte order mark,
/// variation selectors, tags and private use.
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{E0000}'..='\u{E0FFF}'
            | '\u{F0000}'..='\u{10FFFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn escapes_and_direction_marks_are_gone() {
        assert_eq!(
            Shown::new("a\u{1b}[31mb\u{202e}c\n\u{200b}", 20).as_str(),
            "a[31mbc"
        );
    }

    #[test]
    fn a_cut_is_marked_and_never_wider_than_asked() {
        assert_eq!(Shown::new("abcdef", 4).as_str(), "abc~");
        assert_eq!(Shown::new("日本語", 4).as_str(), "日~");
        assert_eq!(Shown::new("abc", 0).as_str(), "");
    }

    #[test]
    fn what_a_service_says_becomes_one_harmless_line() {
        let said = Shown::from("disk\u{1b}[2J full:\n\t12 MB\u{202e} left");
        assert_eq!(said.as_str(), "disk[2J full:  12 MB left");
        assert_eq!(Shown::from("w".repeat(5_000)).chars().count(), 1_000);
        // Across the control socket too.
        let read: Shown = serde_json::from_str("\"a\\u001b[31mb\"").unwrap();
        assert_eq!(read.as_str(), "a[31mb");
    }

    /// Marks without a width of their own would let a peer write as much as it likes into one cell.
    #[test]
    fn marks_without_a_width_are_cut_too() {
        let marks = "\u{301}".repeat(1_000);
        let shown = Shown::new(&format!("a{marks}"), 4);
        assert!(Shown::fits(shown.as_str(), 4), "{}", shown.as_str().len());
        assert!(shown.as_str().ends_with('~'));
        assert_eq!(Shown::new(&marks, 0).as_str(), "");
        let accents = "e\u{301}".repeat(16);
        assert_eq!(Shown::new(&accents, 16).as_str(), accents);
    }
}
