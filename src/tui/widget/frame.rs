//! The box around a pane or a dialog.

use ratatui::layout::Rect;

use super::line::Line;
use super::paint::Paint;
use crate::tui::theme::Role;

/// A box with a title in its upper edge and a note in its lower one.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    title: Line,
    footer: Line,
    focused: bool,
    dialog: bool,
}

impl Frame {
    /// Returns the box of a pane.
    #[must_use]
    pub fn pane(title: &str) -> Self {
        Self {
            title: Line::new().with(Role::Title, title),
            ..Self::default()
        }
    }

    /// Returns the double-lined box of a dialog.
    #[must_use]
    pub fn dialog(title: &str) -> Self {
        Self {
            dialog: true,
            focused: true,
            ..Self::pane(title)
        }
    }

    /// Returns the box with more words after its title.
    #[must_use]
    pub fn note(mut self, note: Line) -> Self {
        self.title = self.title.dim("  ").then(note);
        self
    }

    /// Returns the box with words at the right of its lower edge.
    #[must_use]
    pub fn footer(mut self, footer: Line) -> Self {
        self.footer = footer;
        self
    }

    /// Returns the box of the pane that has the focus, or not.
    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused || self.dialog;
        self
    }

    /// Draws the box and returns what is inside it.
    pub fn draw<'p>(&self, paint: &'p mut Paint<'_>, area: Rect) -> Paint<'p> {
        let mut outer = paint.part(area);
        // A pane lies on what was emptied at the beginning of the frame.
        if self.dialog {
            outer.cover();
            outer.only_this_is_clicked();
        }
        let role = if self.focused {
            Role::BorderFocus
        } else {
            Role::Border
        };
        let glyphs = outer.glyphs();
        let [level, upright, corners @ ..] = if self.dialog {
            glyphs.dialog
        } else {
            glyphs.pane
        };
        let [top_left, top_right, low_right, low_left, ..] = corners;
        let (right, low) = (
            outer.width().saturating_sub(1),
            outer.height().saturating_sub(1),
        );
        for row in [0, low] {
            outer.repeat(1, row, level, right.saturating_sub(1), role);
        }
        for (column, top, bottom) in [(0, top_left, low_left), (right, top_right, low_right)] {
            outer.upright(column, 1..low, upright, role);
            outer.upright(column, 0..1, top, role);
            outer.upright(column, low..low.saturating_add(1), bottom, role);
        }
        self.words(&mut outer, right, low);
        let inside = Rect::new(
            area.x.saturating_add(1),
            area.y.saturating_add(1),
            area.width.saturating_sub(2),
            area.height.saturating_sub(2),
        );
        paint.part(inside)
    }

    fn words(&self, outer: &mut Paint<'_>, right: u16, low: u16) {
        let room = right.saturating_sub(2);
        if self.title.width() > 0 {
            let title = Line::new().text(" ").then(self.title.clone()).text(" ");
            let mut edge = outer.part(Rect::new(2, 0, room.saturating_sub(1), 1));
            edge.line_at(0, 0, &title);
        }
        if self.footer.width() > 0 && self.footer.width() + 3 < room {
            let footer = Line::new().text(" ").then(self.footer.clone()).text(" ");
            let start = right.saturating_sub(footer.width() + 1);
            outer.line_at(start, low, &footer);
        }
    }
}

/// Draws a line across a pane from frame to frame; `inside` is what [`Frame::draw`] returned, so the
/// line joins the frame only by its looks.
pub fn divider(inside: &mut Paint<'_>, row: u16) {
    let level = inside.glyphs().pane[0];
    let width = inside.width();
    inside.repeat(0, row, level, width, Role::Border);
}

/// Returns a rectangle of the wanted size in the middle of `whole`, never larger than it.
#[must_use]
pub fn centred(whole: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(whole.width), height.min(whole.height));
    Rect::new(
        whole.x + (whole.width - width) / 2,
        whole.y + (whole.height - height) / 2,
        width,
        height,
    )
}
