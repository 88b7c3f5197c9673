//! Dice, in two sizes of art; the smallest size is the word `2-4`.

use ratatui::layout::Rect;

use super::paint::Paint;
use crate::tui::theme::Role;

/// How large the dice are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Seven columns a die.
    Small,
    /// Nine columns a die.
    Large,
}

impl Size {
    /// Rows of a die of either size.
    pub const ROWS: u16 = 5;

    /// Returns the columns of one die.
    #[must_use]
    pub const fn columns(self) -> u16 {
        match self {
            Self::Small => 7,
            Self::Large => 9,
        }
    }

    /// Returns the columns of two dice with the gap between them.
    #[must_use]
    pub const fn pair(self) -> u16 {
        2 * self.columns() + 1
    }
}

/// The pips of a face on a grid of three rows and three columns.
const PIPS: [[[bool; 3]; 3]; 6] = {
    const NONE: [bool; 3] = [false; 3];
    const LEFT: [bool; 3] = [true, false, false];
    const MIDDLE: [bool; 3] = [false, true, false];
    const RIGHT: [bool; 3] = [false, false, true];
    const BOTH: [bool; 3] = [true, false, true];
    [
        [NONE, MIDDLE, NONE],
        [LEFT, NONE, RIGHT],
        [LEFT, MIDDLE, RIGHT],
        [BOTH, NONE, BOTH],
        [BOTH, MIDDLE, BOTH],
        [BOTH, BOTH, BOTH],
    ]
};

/// Draws a pair of faces (1 to 6 each, 0 for a die not thrown yet) with its upper left corner at a column and row,
/// its edges and its pips each in a role of their own.
pub fn draw_pair(
    paint: &mut Paint<'_>,
    (column, row): (u16, u16),
    faces: [u8; 2],
    size: Size,
    roles: (Role, Role),
) {
    for (index, face) in (0_u16..).zip(faces) {
        let left = column.saturating_add(index * (size.columns() + 1));
        let area = Rect::new(left, row, size.columns(), Size::ROWS);
        draw_face(&mut paint.part(area), face, size, roles);
    }
}

fn draw_face(paint: &mut Paint<'_>, face: u8, size: Size, (role, pip): (Role, Role)) {
    let glyphs = paint.glyphs();
    let [level, upright, top_left, top_right, low_right, low_left, ..] = glyphs.pane;
    let last = size.columns() - 1;
    for (row, left, right) in [(0, top_left, top_right), (4, low_left, low_right)] {
        paint.repeat(1, row, level, last - 1, role);
        paint.put(0, row, left, role);
        paint.put(last, row, right, role);
    }
    for row in 1..4 {
        paint.put(0, row, upright, role);
        paint.put(last, row, upright, role);
    }
    let step = match size {
        Size::Small => 1,
        Size::Large => 2,
    };
    // A die that has not been thrown shows no face.
    let Some(index) = face.checked_sub(1) else {
        return;
    };
    let pips = PIPS.get(usize::from(index));
    for (row, pips) in (1_u16..).zip(pips.into_iter().flatten()) {
        for (place, shown) in (0_u16..).zip(pips) {
            if *shown {
                paint.put(2 + place * step, row, glyphs.pip, pip);
            }
        }
    }
}
