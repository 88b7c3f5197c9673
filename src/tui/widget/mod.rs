//! Pieces that screens are built from.
//!
//! Everything is drawn through a [`Paint`], which knows its own area: a coordinate counts from the
//! area's top left corner, and what does not fit is cut, so no piece can draw outside or panic.

pub mod chart;
pub mod dice;
pub mod frame;
pub mod hints;
pub mod line;
pub mod paint;
pub mod table;

pub use frame::Frame;
pub use line::{Line, fit, fit_parts, width, wrap, wrap_whole};
pub use paint::Paint;
pub use table::{Align, Column};
