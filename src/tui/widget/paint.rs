//! A part of the screen to draw on.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::line::{Line, fit, is_plain, width};
use crate::tui::hits::{HitMap, Target};
use crate::tui::theme::{Glyphs, Role, Theme};

/// An area of a buffer with the theme to draw in; coordinates count from its top left corner.
#[derive(Debug)]
pub struct Paint<'a> {
    buf: &'a mut Buffer,
    area: Rect,
    theme: Theme,
    hits: &'a mut HitMap,
}

impl<'a> Paint<'a> {
    /// Returns the part of `buf` within `area`.
    /// What can be clicked in it is added to `hits`.
    pub fn new(buf: &'a mut Buffer, area: Rect, theme: Theme, hits: &'a mut HitMap) -> Self {
        let area = area.intersection(buf.area);
        Self {
            buf,
            area,
            theme,
            hits,
        }
    }

    /// Returns the columns of the area.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.area.width
    }

    /// Returns the rows of the area.
    #[must_use]
    pub fn height(&self) -> u16 {
        self.area.height
    }

    /// Returns the area, counted from its own corner.
    #[must_use]
    pub fn whole(&self) -> Rect {
        Rect::new(0, 0, self.area.width, self.area.height)
    }

    /// Returns the characters of the theme.
    #[must_use]
    pub fn glyphs(&self) -> &'static Glyphs {
        self.theme.glyphs()
    }

    /// Returns a part of this area; what lies outside is cut.
    pub fn part(&mut self, part: Rect) -> Paint<'_> {
        let moved = Rect::new(
            self.area.x.saturating_add(part.x),
            self.area.y.saturating_add(part.y),
            part.width,
            part.height,
        );
        Paint {
            area: moved.intersection(self.area),
            buf: self.buf,
            theme: self.theme,
            hits: self.hits,
        }
    }

    /// Says what a click in a part of the area means.
    pub fn hit(&mut self, part: Rect, target: Target) {
        let area = self.part(part).area;
        self.hits.add(area, target);
    }

    /// Says what a click in a row of the area means.
    pub fn hit_row(&mut self, row: u16, target: Target) {
        self.hit(Rect::new(0, row, self.area.width, 1), target);
    }

    /// Forgets what can be clicked below: a dialog has everything for itself.
    pub fn only_this_is_clicked(&mut self) {
        self.hits.clear();
    }

    /// Empties the area: for what lies over something else.
    pub fn clear(&mut self) {
        let columns = usize::from(self.area.width);
        if columns == 0 {
            return;
        }
        for row in self.area.top()..self.area.bottom() {
            let first = self.buf.index_of(self.area.x, row);
            let cells = self.buf.content.get_mut(first..first + columns);
            for cell in cells.unwrap_or_default() {
                cell.reset();
            }
        }
    }

    /// Empties the area and cuts a wide character that reaches into it from the left: a terminal
    /// would skip the cell behind it.
    pub fn cover(&mut self) {
        self.clear();
        for y in self.area.top()..self.area.bottom() {
            let Some(left) = self.area.x.checked_sub(1) else {
                return;
            };
            if let Some(cell) = self.buf.cell_mut((left, y))
                && width(cell.symbol()) > 1
            {
                cell.set_symbol("~");
            }
        }
    }

    /// Lays a role under a part of the area without touching its characters.
    pub fn tint(&mut self, part: Rect, role: Role) {
        let style = self.theme.style(role);
        let part = self.part(part).area;
        self.buf.set_style(part, style);
    }

    /// Marks a row of a list as the chosen one: laid under, and with a mark in a column.
    pub fn select(&mut self, row: u16, column: u16, mark: Role) {
        self.tint(Rect::new(0, row, self.area.width, 1), Role::Selection);
        self.put(column, row, ">", mark);
    }

    /// Writes words at a column and row and returns the column after them.
    pub fn put(&mut self, column: u16, row: u16, words: &str, role: Role) -> u16 {
        let style = over(self.theme.style(role));
        self.put_styled(column, row, words, style)
    }

    fn put_styled(&mut self, column: u16, row: u16, words: &str, style: Style) -> u16 {
        if row >= self.area.height || column >= self.area.width {
            return column;
        }
        let room = self.area.width - column;
        let wanted = width(words);
        let (x, y) = (self.area.x + column, self.area.y + row);
        if wanted <= room {
            self.set(x, y, words, style);
            return column.saturating_add(wanted);
        }
        let shown = fit(words, room);
        self.set(x, y, &shown, style);
        column.saturating_add(width(&shown))
    }

    fn set(&mut self, x: u16, y: u16, words: &str, style: Style) {
        if !is_plain(words) {
            self.buf.set_string(x, y, words, style);
            return;
        }
        // Each of its bytes is a letter of one column, and all of them fit.
        let first = self.buf.index_of(x, y);
        let cells = self.buf.content.get_mut(first..first + words.len());
        for (cell, letter) in cells.into_iter().flatten().zip(words.bytes()) {
            cell.set_char(char::from(letter)).set_style(style);
        }
    }

    /// Writes words that end before the column `end`.
    pub fn put_before(&mut self, end: u16, row: u16, words: &str, role: Role) {
        self.put(end.saturating_sub(width(words)), row, words, role);
    }

    /// Writes a line from a column on; if it is too long, the part that does not fit is cut once.
    pub fn line_at(&mut self, column: u16, row: u16, line: &Line) -> u16 {
        let mut column = column;
        let mut starts = Vec::with_capacity(line.parts().len() + 1);
        for (role, words) in line.parts() {
            starts.push(column);
            if words.is_empty() {
                continue;
            }
            if column >= self.area.width {
                self.mark_cut(row, *role);
                break;
            }
            column = self.put(column, row, words, *role);
        }
        starts.push(column);
        for (parts, target) in line.targets() {
            let Some(start) = starts.get(parts.start).copied() else {
                continue;
            };
            let end = starts.get(parts.end).copied().unwrap_or(column);
            let area = Rect::new(start, row, end.saturating_sub(start), 1);
            self.hit(area, target.clone());
        }
        column
    }

    fn mark_cut(&mut self, row: u16, role: Role) {
        if let Some(last) = self.area.width.checked_sub(1) {
            self.put(last, row, "~", role);
        }
    }

    /// Writes a line one column in from the left edge.
    pub fn line(&mut self, row: u16, line: impl Into<Line>) {
        self.line_at(1, row, &line.into());
    }

    /// Writes a line that ends one column before the right edge.
    pub fn line_right(&mut self, row: u16, line: &Line) {
        let start = self.width().saturating_sub(line.width().saturating_add(1));
        self.line_at(start, row, line);
    }

    /// Writes lines below each other from a row on, each broken to the area, and returns the row
    /// after them.
    pub fn paragraph(&mut self, row: u16, words: &str, role: Role) -> u16 {
        let mut row = row;
        for line in super::wrap(words, self.width().saturating_sub(2)) {
            self.put(1, row, &line, role);
            row = row.saturating_add(1);
        }
        row
    }

    /// Draws one character, a column wide, in some rows of a column.
    pub fn upright(&mut self, column: u16, rows: Range<u16>, glyph: &str, role: Role) {
        let style = over(self.theme.style(role));
        let count = rows.end.saturating_sub(rows.start);
        let part = self.part(Rect::new(column, rows.start, 1, count)).area;
        for row in part.rows() {
            if let Some(cell) = self.buf.cell_mut((row.x, row.y)) {
                cell.set_symbol(glyph).set_style(style);
            }
        }
    }

    /// Draws one character, a column wide, over and over from a column on.
    pub fn repeat(&mut self, column: u16, row: u16, glyph: &str, count: u16, role: Role) {
        let style = over(self.theme.style(role));
        let part = self.part(Rect::new(column, row, count, 1)).area;
        if part.is_empty() {
            return;
        }
        let first = self.buf.index_of(part.x, part.y);
        let cells = self
            .buf
            .content
            .get_mut(first..first + usize::from(part.width));
        for cell in cells.into_iter().flatten() {
            cell.set_symbol(glyph).set_style(style);
        }
    }
}

/// A style that takes nothing over from what was drawn before but the background.
fn over(style: Style) -> Style {
    Style::new()
        .fg(Color::Reset)
        .remove_modifier(Modifier::all())
        .patch(style)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::Paint;
    use crate::tui::caps::Symbols;
    use crate::tui::hits::HitMap;
    use crate::tui::theme::{Palette, Role, Theme};

    #[test]
    fn what_lies_over_a_wide_character_cuts_it() {
        let whole = Rect::new(0, 0, 6, 1);
        let mut buf = Buffer::empty(whole);
        let theme = Theme {
            palette: Palette::Mono,
            symbols: Symbols::Unicode,
        };
        let mut hits = HitMap::default();
        let mut paint = Paint::new(&mut buf, whole, theme, &mut hits);
        paint.put(0, 0, "日本語", Role::Text);
        paint.part(Rect::new(3, 0, 3, 1)).cover();
        assert_eq!(buf, Buffer::with_lines(["日~   "]));
    }
}
