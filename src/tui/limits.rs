//! The limits of the screen, each with its reason.

use super::schedule::Span;

/// Messages handled before the next frame is considered, so that a storm can't starve drawing.
pub const DRAIN_MAX: usize = 64;

/// Chips laid on one spot go out this long after the last key.
pub const LAID_REST: Span = Span(300);

/// Without an answer for this long, an intent is sent again under its id.
pub const ANSWER_WAIT: Span = Span(5_000);

/// A dialog that opened by itself ignores keys for this long, since they were meant for what it
/// covers.
pub const DEAF: Span = Span(150);

/// A second Ctrl-C within this time quits without asking.
pub const QUIT_TWICE: Span = Span(2_000);

/// The bell rings this many seconds before the lock if a bet still waits: time enough to look and decide.
pub const BELL_SECONDS: u64 = 5;

/// Steps of tumbling dice, the first included; the last shows what fell. Over SSH each step is bytes that travel.
pub const DICE_STEPS: u8 = 4;

/// The time of one step: the dice lie still after 450 ms, well within 600.
pub const DICE_STEP: Span = Span(150);

/// Answers that the slip remembers: what fits under it on the largest layout.
pub const ANSWERS_MAX: usize = 8;

/// Intents without an answer. More than this means that nothing answers at all.
pub const PENDING_MAX: usize = 64;

/// Bets that wait in the slip after a refusal: more than anybody corrects by hand.
pub const WAITING_MAX: usize = 16;

/// Bets of one table that are kept over a stop: all that wait, and more on their way than anybody sends in
/// the time of a block.
pub const KEPT_BETS_MAX: usize = 128;

/// Tables whose unsent bets are kept over a stop: more than anybody plays in turn.
pub const KEPT_TABLES_MAX: usize = 16;

/// Notes that are kept for who tells each of them: more than one message ever brings.
pub const SAID_MAX: usize = 32;

/// Changes that can be undone; older ones fall out.
pub const UNDO_MAX: usize = 64;

/// Characters of a search line.
pub const SEARCH_MAX: usize = 32;

/// Digits of an amount: the supply of a club has eight.
pub const AMOUNT_DIGITS_MAX: usize = 9;

/// Rows of the screen around the rows of an open proof: its frame, its last row, and what stays
/// in sight.
pub const PROOF_FRAME_ROWS: u16 = 7;

/// Rows that one step of the wheel moves.
pub const WHEEL_ROWS: usize = 3;

/// Rows that a page key moves.
pub const PAGE: usize = 10;
