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
