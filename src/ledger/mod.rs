//! Chips and who holds them (pure).
//!
//! [`TokenLedger`] keeps one promise: treasury + balances + stakes + bonds = the supply of the
//! charter, and the treasury always holds what the standing bets may still win. Nothing is minted,
//! nothing vanishes; no operation sets a balance.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod chips;
mod token_ledger;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails"
)]
mod tests;

pub use chips::Chips;
pub use token_ledger::{Account, Breach, Change, LedgerRefusal, MemberNo, Movement, TokenLedger};
