//! Why something is not done.

use serde::{Deserialize, Serialize};

use super::catalogue::{Phases, Window};
use super::dice::Phase;
use super::key::{BetKey, SeatNo};
use crate::ledger::Chips;

/// Why a table did not do what it was asked; it has not changed then. Amounts are in chips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// This table does not offer the bet.
    NotOffered,
    /// Only the dice put a come or don't come bet on a number.
    OnlyByDice,
    /// Not in this phase.
    WrongPhase {
        /// The phase now.
        now: Phase,
        /// When it would be allowed.
        allowed: Phases,
    },
    /// Not in this part of the hand.
    WindowClosed {
        /// When it would be allowed.
        window: Window,
    },
    /// The bet stays as it is until it is decided.
    Contract,
    /// The bet can't be turned off or on.
    AlwaysWorks,
    /// The amount is nothing.
    ZeroAmount,
    /// The stake would be too small.
    BelowMinimum {
        /// The stake it would be.
        stake: Chips,
        /// The smallest.
        least: Chips,
    },
    /// The stake would be too large.
    AboveMaximum {
        /// The stake it would be.
        stake: Chips,
        /// The largest.
        most: Chips,
    },
    /// The stake would not be a multiple of what the bet needs.
    StakeMultiple {
        /// The stake it would be.
        stake: Chips,
        /// The multiple.
        multiple: u16,
        /// The nearest stakes that are one, below and above.
        nearest: (Chips, Chips),
    },
    /// The balance does not cover it.
    Insufficient {
        /// The balance.
        have: Chips,
        /// The stake and the commission due with it.
        need: Chips,
    },
    /// There is no flat bet to put odds behind.
    NoFlatBet {
        /// The flat bet it takes.
        flat: BetKey,
    },
    /// The odds would exceed the multiple of the flat bet.
    OddsLimit {
        /// The stake they would be.
        stake: Chips,
        /// The largest.
        most: Chips,
        /// The flat stake.
        flat: Chips,
    },
    /// The seat has no such bet.
    NoSuchBet,
    /// The bet can't be reduced by that much; taking it down is another action.
    ReduceTooMuch {
        /// The stake.
        stake: Chips,
    },
    /// Nobody sits there.
    NotSeated,
    /// Somebody sits there.
    AlreadySeated,
    /// The dice are with somebody else.
    NotTheShooter {
        /// Who has them, if anybody sits here.
        shooter: Option<SeatNo>,
    },
    /// A come-out takes a pass or don't pass bet of the shooter.
    ShooterNeedsLineBet {
        /// The smallest.
        least: Chips,
    },
    /// Nobody else can take the dice.
    NobodyElseCanShoot,
    /// The new rules would change the terms of a standing bet, or make it illegal.
    BetStands {
        /// Whose bet.
        seat: SeatNo,
        /// Which bet.
        bet: BetKey,
    },
    /// The new rules contradict themselves.
    InvalidRules,
}
