//! A one-line text field. The cursor stays at the end; what it holds is wiped when it is dropped.

use std::fmt;

use zeroize::Zeroizing;

use crate::shown::Shown;

/// A line that a player types.
#[derive(Clone)]
pub struct TextField {
    text: Zeroizing<String>,
    limit: usize,
    hidden: bool,
    /// Whether the text is a suggestion, selected as a whole: the next key replaces it.
    selected: bool,
}

impl TextField {
    /// Returns a field for text that is at most `limit` columns wide.
    #[must_use]
    pub fn new(text: &str, limit: usize) -> Self {
        let mut field = Self {
            // Room for the longest text from the start: growing would leave copies behind.
            text: Zeroizing::new(String::with_capacity(limit.saturating_mul(4))),
            limit,
            hidden: false,
            selected: false,
        };
        text.chars().for_each(|c| {
            field.push(c);
        });
        field
    }

    /// Returns a field with a suggestion that the next key replaces.
    #[must_use]
    pub fn suggested(text: &str, limit: usize) -> Self {
        Self {
            selected: !text.is_empty(),
            ..Self::new(text, limit)
        }
    }

    /// Returns an empty field for at most `limit` characters, which are not shown.
    #[must_use]
    pub fn hidden(limit: usize) -> Self {
        Self {
            hidden: true,
            ..Self::new("", limit)
        }
    }

    /// Makes of the text a suggestion that the next key replaces.
    pub fn select(&mut self) {
        self.selected = !self.is_empty();
    }

    /// Returns what was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text is a suggestion that the next key replaces.
    #[must_use]
    pub const fn is_selected(&self) -> bool {
        self.selected
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns how much it takes: columns, or characters that are not shown.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Returns what may be drawn: the text, or a star for each character.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.hidden {
            "*".repeat(self.text.chars().count())
        } else {
            self.text.to_string()
        }
    }

    /// Adds a character; `false` if the field is full or the character can't be in a line.
    pub fn push(&mut self, c: char) -> bool {
        !c.is_control() && self.append(c.encode_utf8(&mut [0; 4]))
    }

    /// Adds text, what can't be in a line left out; `false`, and nothing is added, if not all of it
    /// fits: half a passphrase or half a number is another one.
    pub fn paste(&mut self, text: &str) -> bool {
        let added = text.chars().filter(|c| !c.is_control());
        self.append(&Zeroizing::new(added.collect::<String>()))
    }

    /// Adds text without control characters if it fits.
    fn append(&mut self, added: &str) -> bool {
        let kept = if self.selected { "" } else { &**self.text };
        let fits = if self.hidden {
            kept.chars().chain(added.chars()).count() <= self.limit
        } else {
            Shown::fits(&[kept, added].concat(), self.limit)
        };
        if fits {
            self.replace_suggestion();
            self.text.push_str(added);
        }
        fits
    }

    /// Removes the last character, of a suggestion all; `false` if there was none.
    pub fn pop(&mut self) -> bool {
        if self.selected {
            self.clear();
            return true;
        }
        self.text.pop().is_some()
    }

    fn replace_suggestion(&mut self) {
        if self.selected {
            self.clear();
        }
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        *self = Self {
            hidden: self.hidden,
            ..Self::new("", self.limit)
        };
    }
}

impl PartialEq for TextField {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.hidden == other.hidden
            && self.limit == other.limit
            && self.selected == other.selected
    }
}

impl Eq for TextField {}

impl fmt::Debug for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selected = if self.selected { ", selected" } else { "" };
        write!(f, "TextField({}{selected})", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::TextField;

    #[test]
    fn a_field_takes_what_fits_and_shows_stars_when_hidden() {
        let mut field = TextField::hidden(3);
        assert!(!field.paste("a\nbcd"), "half of it would be another one");
        assert!(field.is_empty());
        assert!(field.paste("a\nbc"));
        assert_eq!((field.text(), field.shown().as_str()), ("abc", "***"));
        assert_eq!(format!("{field:?}"), "TextField(***)");
        assert!(!field.push('x'));
        assert!(field.pop());
        field.clear();
        assert!(field.is_empty() && field.shown().is_empty());
    }

    #[test]
    fn a_wide_letter_takes_two_columns_and_what_a_terminal_does_not_draw_is_not_taken() {
        let mut field = TextField::new("", 5);
        assert!(field.push('日') && field.push('本'));
        assert!(!field.push('語') && field.push('a'));
        assert_eq!(field.text(), "日本a");
        let mut field = TextField::new("", 16);
        assert!(!field.push('\u{202e}') && !field.paste("a\u{200d}b"));
        assert!(field.is_empty());
    }

    #[test]
    fn the_first_key_replaces_a_suggestion() {
        let suggested = || TextField::suggested("lucky-otter", 12);
        let mut field = suggested();
        assert!(field.push('a') && field.push('n'));
        assert_eq!((field.text(), field.is_selected()), ("an", false));
        let mut field = suggested();
        assert!(field.pop() && field.is_empty());
        let mut field = suggested();
        assert!(!field.push('\u{1b}'), "what is no letter replaces nothing");
        assert!(!field.paste("longer than the field"));
        assert_eq!((field.text(), field.is_selected()), ("lucky-otter", true));
        assert!(field.paste("ana"));
        assert_eq!(field.text(), "ana");
    }
}
