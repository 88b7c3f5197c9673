//! Small charts from block eighths, or digits in ASCII.

use super::paint::Paint;
use crate::tui::theme::{Glyphs, Role};

/// Returns one character for each value, scaled so that the largest fills its cell.
#[must_use]
pub fn sparkline(values: &[u64], glyphs: &Glyphs) -> String {
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    values
        .iter()
        .map(|value| {
            let step = usize::try_from(value.saturating_mul(8).div_ceil(most)).unwrap_or(8);
            match step.checked_sub(1) {
                Some(index) => glyphs.bars.get(index).copied().unwrap_or(" "),
                None => " ",
            }
        })
        .collect()
}

/// Draws a bar for each value, standing on the lowest row of the area; `most` would fill it. Each bar has
/// so many columns, the first of them blank.
pub fn bars(paint: &mut Paint<'_>, values: &[u64], most: u64, columns: u16, role: Role) {
    let glyphs = paint.glyphs();
    let rows = paint.height();
    for (index, value) in (0_u16..).zip(values) {
        let left = index * columns + 1;
        let (full, rest) = eighths(*value, most, rows);
        for row in rows - full..rows {
            paint.repeat(left, row, glyphs.progress[0], columns - 1, role);
        }
        let top = rest.checked_sub(1).and_then(|rest| glyphs.bars.get(rest));
        if let (Some(top), Some(row)) = (top, rows.checked_sub(full + 1)) {
            paint.repeat(left, row, top, columns - 1, role);
        }
    }
}

/// Draws a mark at the height that the bar of each value would have.
pub fn marks(paint: &mut Paint<'_>, values: &[u64], most: u64, columns: u16, role: Role) {
    let level = paint.glyphs().pane[0];
    let rows = paint.height();
    for (index, value) in (0_u16..).zip(values) {
        let (full, _) = eighths(*value, most, rows);
        if let Some(row) = rows.checked_sub(full + 1) {
            paint.repeat(index * columns + 1, row, level, columns - 1, role);
        }
    }
}

/// How many rows a value fills, and how many eighths of the next one.
fn eighths(value: u64, most: u64, rows: u16) -> (u16, usize) {
    let all = value
        .saturating_mul(u64::from(rows) * 8)
        .div_ceil(most.max(1));
    let full = u16::try_from(all / 8).unwrap_or(rows).min(rows);
    (full, usize::try_from(all % 8).unwrap_or(0))
}

/// Draws how much of a whole is done.
pub fn progress(
    paint: &mut Paint<'_>,
    (column, row): (u16, u16),
    columns: u16,
    done: u64,
    whole: u64,
) {
    let [full, empty] = paint.glyphs().progress;
    let filled = done.min(whole).saturating_mul(u64::from(columns)) / whole.max(1);
    let filled = u16::try_from(filled).unwrap_or(columns);
    paint.repeat(column, row, full, filled, Role::Key);
    paint.repeat(column + filled, row, empty, columns - filled, Role::Dim);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::caps::Symbols;
    use crate::tui::theme::{Palette, Theme};

    #[test]
    fn bars_stand_on_the_lowest_row_and_the_largest_fills_the_area() {
        let area = ratatui::layout::Rect::new(0, 0, 6, 2);
        let mut buf = ratatui::buffer::Buffer::empty(area);
        let theme = Theme {
            palette: Palette::Mono,
            symbols: Symbols::Unicode,
        };
        let mut hits = crate::tui::hits::HitMap::default();
        let mut paint = Paint::new(&mut buf, area, theme, &mut hits);
        marks(&mut paint, &[1, 1, 3], 4, 2, Role::Text);
        bars(&mut paint, &[4, 3, 0], 4, 2, Role::Text);
        let symbols: String = buf
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(symbols, " █ ▄ ─ █ █  ", "marks stand behind the bars");
    }

    #[test]
    fn the_largest_value_fills_its_cell_and_nothing_is_blank_but_zero() {
        let unicode = Theme {
            palette: Palette::Mono,
            symbols: Symbols::Unicode,
        };
        assert_eq!(sparkline(&[0, 1, 4, 8], unicode.glyphs()), " ▁▄█");
        let ascii = Theme {
            symbols: Symbols::Ascii,
            ..unicode
        };
        assert_eq!(sparkline(&[1, 1000], ascii.glyphs()), "18");
        assert_eq!(sparkline(&[], ascii.glyphs()), "");
    }
}
