//! A finished roll: what the dice did, to whom, and what it takes to compute it again.

use serde::{Deserialize, Serialize};

use super::ids::{GameId, TableNo, TimeMs};
use super::proof::RollProof;
use crate::craps::{BetKey, RollResult, SeatNo};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

/// A finished roll, with everything it takes to compute it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollRecord {
    /// Where.
    pub table: TableNo,
    /// Where, in all clubs.
    pub id: GameId,
    /// Which roll of the table.
    pub roll: u64,
    /// What the dice did.
    pub result: RollResult,
    /// What entered balances, by seat.
    pub credits: Vec<SeatCredit>,
    /// The seats whose bets did not see the roll, and go by pucks of their own.
    pub frozen: Vec<SeatNo>,
    /// Winning bets that came down because the treasury could not cover them again, or because
    /// their player had left.
    pub came_down: Vec<CameDown>,
    /// Who sealed and did not open in time.
    pub withheld: Vec<Withheld>,
    /// The hashes and secrets that the dice follow from.
    pub proof: RollProof,
}

/// What entered a balance after a roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatCredit {
    /// The seat.
    pub seat: SeatNo,
    /// Whose balance.
    pub member: MemberNo,
    /// Stakes that came back, wins, and bets that came down.
    pub credit: Chips,
    /// The balance after it.
    pub balance: Chips,
}

/// A contributor whose sealed secret was not opened in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The place.
    pub slot: Slot,
    /// Who.
    pub member: MemberNo,
    /// What went from its bond to the treasury.
    pub fine: Chips,
    /// Until when it may not sit down; no later than the block if it may at once.
    pub until: TimeMs,
}

/// A bet that came down with its stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameDown {
    /// The seat.
    pub seat: SeatNo,
    /// The bet.
    pub bet: BetKey,
    /// What came back.
    pub returned: Chips,
}
