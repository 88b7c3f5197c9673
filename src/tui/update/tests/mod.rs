//! Keys in, model and effects out, against a real table.

mod bets;
mod dialogs;
mod props;
