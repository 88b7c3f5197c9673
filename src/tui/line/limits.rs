//! The limits of line mode, each with its reason.

/// Bytes of a typed line: a passphrase of the longest kind fits.
pub const LINE_BYTES_MAX: usize = 1_100;

// A passphrase that can be typed on the screen can be typed here.
const _: () = assert!(LINE_BYTES_MAX > crate::tui::overlay::PASSPHRASE_MAX * 4);

/// Lines that are read ahead of the one that is being answered; more stay where they come from.
pub const LINES_AHEAD_MAX: usize = 16;

/// Rolls that are told unless another number is asked for.
pub const ROLLS_TOLD: usize = 10;

/// Lines of the log that are told unless another number is asked for.
pub const LOG_LINES_TOLD: usize = 20;

/// Bets that a search lists at most, so that a word that fits them all is no flood.
pub const BETS_FOUND_MAX: usize = 20;

/// Columns that are said again of something that was typed and is not known.
pub const UNKNOWN_COLUMNS_MAX: usize = 40;
