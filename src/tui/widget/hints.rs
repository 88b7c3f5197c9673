//! The hint line: which keys do something now.

use ratatui::layout::Rect;

use super::line::width;
use super::paint::Paint;
use crate::tui::action::Action;
use crate::tui::hits::Target;
use crate::tui::theme::Role;

/// A key, what it does, and whether it can do it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key as it is written.
    pub key: String,
    /// The action that it starts.
    pub action: Action,
    /// What it does, in a word or two.
    pub words: String,
    /// Whether it works now.
    pub live: bool,
}

/// Draws whole hints, the first ones first; one that does not fit and all after it are left out.
pub fn draw(paint: &mut Paint<'_>, row: u16, hints: &[Hint]) {
    let mut column = 1;
    for hint in hints {
        let wide = width(&hint.key) + 1 + width(&hint.words);
        if column + wide > paint.width() {
            return;
        }
        let (key, words) = if hint.live {
            (Role::Key, Role::Text)
        } else {
            (Role::Dim, Role::Dim)
        };
        let after = paint.put(column, row, &hint.key, key);
        let end = paint.put(after + 1, row, &hint.words, words);
        let area = Rect::new(column, row, end - column, 1);
        paint.hit(area, Target::Action(hint.action));
        column = end + 2;
    }
}
