//! A one-line text field. The cursor stays at the end; what it holds is wiped when it is dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A line that a player types.
#[derive(Clone)]
pub struct TextField {
    text: Zeroizing<String>,
    limit: usize,
    hidden: bool,
}

impl TextField {
    /// Returns a field for at most `limit` characters.
    #[must_use]
    pub fn new(text: &str, limit: usize) -> Self {
        let mut field = Self {
            // Room for the longest text from the start: growing would leave copies behind.
            text: Zeroizing::new(String::with_capacity(limit.saturating_mul(4))),
            limit,
            hidden: false,
        };
        field.paste(text);
        field
    }

    /// Returns an empty field whose characters are not shown.
    #[must_use]
    pub fn hidden(limit: usize) -> Self {
        Self {
            hidden: true,
            ..Self::new("", limit)
        }
    }

    /// Returns what was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the most characters it takes.
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
        let fits = !c.is_control() && self.text.chars().count() < self.limit;
        if fits {
            self.text.push(c);
        }
        fits
    }

    /// Adds text as far as it fits; what can't be in a line is left out.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            if !self.push(c) {
                return;
            }
        }
    }

    /// Removes the last character; `false` if there was none.
    pub fn pop(&mut self) -> bool {
        self.text.pop().is_some()
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
        self.text == other.text && self.hidden == other.hidden && self.limit == other.limit
    }
}

impl Eq for TextField {}

impl fmt::Debug for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextField({})", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::TextField;

    #[test]
    fn a_field_takes_what_fits_and_shows_stars_when_hidden() {
        let mut field = TextField::hidden(3);
        field.paste("a\nbcd");
        assert_eq!((field.text(), field.shown().as_str()), ("abc", "***"));
        assert_eq!(format!("{field:?}"), "TextField(***)");
        assert!(!field.push('x'));
        assert!(field.pop());
        field.clear();
        assert!(field.is_empty() && field.shown().is_empty());
    }
}
