//! Rows of columns.

use super::line::{fit, width};
use super::paint::Paint;
use crate::tui::theme::Role;

/// On which side of its column a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column: how wide, and on which side its cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Columns of the screen.
    pub width: u16,
    /// The side.
    pub align: Align,
}

impl Column {
    /// Returns a column of words.
    #[must_use]
    pub const fn words(width: u16) -> Self {
        Self {
            width,
            align: Align::Left,
        }
    }

    /// Returns a column of numbers.
    #[must_use]
    pub const fn numbers(width: u16) -> Self {
        Self {
            width,
            align: Align::Right,
        }
    }
}

/// Draws the cells of one row, two columns apart, from a column of the area on.
pub fn row(
    paint: &mut Paint<'_>,
    (start, row): (u16, u16),
    columns: &[Column],
    cells: &[(Role, &str)],
) {
    let mut left = start;
    for (column, (role, words)) in columns.iter().zip(cells) {
        if left >= paint.width() {
            return;
        }
        let shown = fit(words, column.width);
        let indent = match column.align {
            Align::Left => 0,
            Align::Right => column.width - width(&shown),
        };
        paint.put(left.saturating_add(indent), row, &shown, *role);
        left = left.saturating_add(column.width).saturating_add(2);
    }
}
