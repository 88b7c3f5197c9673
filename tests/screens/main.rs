//! What every screen looks like, at every size and in every palette.
//!
//! A changed picture is looked at with `cargo insta review`; the pictures of `assets/screens` are
//! drawn anew by `UPDATE_SCREENS=1 cargo test --test screens`.

#![expect(clippy::unwrap_used, reason = "a test ends where it can't go on")]

mod bytes;
mod felt;
mod lobby;
mod pictures;
mod props;
mod random;
mod snapshots;
mod styled;
mod svg;
mod words;

use bitcraps::tui::caps::Caps;
use bitcraps::tui::model::Model;
use bitcraps::tui::view::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws a model into a buffer of its own.
fn draw(model: &Model, caps: Caps, (columns, rows): (u16, u16)) -> Buffer {
    let area = Rect::new(0, 0, columns, rows);
    let mut buf = Buffer::empty(area);
    view(model, &caps, area, &mut buf);
    buf
}
