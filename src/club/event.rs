//! What happened in a block, for screens.

use super::ids::{CommandId, KeeperNo, TableNo};
use super::keeper_change::KeeperChange;
use super::refusal::Refusal;
use super::roll_record::{RollRecord, Withheld};
use super::state::Keeper;
use crate::craps::{Action, SeatNo};
use crate::dice::{Hash32, Slot};
use crate::ledger::{Chips, MemberNo};

/// What happened in a block, for screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClubEvent {
    /// Somebody was taken in.
    Admitted {
        /// Who.
        member: MemberNo,
        /// What came out of the treasury; nothing if it could not.
        grant: Chips,
    },
    /// Somebody who had nothing left drew the grant again.
    NewChips {
        /// Who.
        member: MemberNo,
        /// What came out of the treasury.
        grant: Chips,
    },
    /// A table was opened.
    TableCreated {
        /// Which.
        table: TableNo,
        /// By whom.
        member: MemberNo,
    },
    /// The rules of a table changed.
    RulesChanged {
        /// Which.
        table: TableNo,
    },
    /// Somebody sat down.
    Seated {
        /// Where.
        table: TableNo,
        /// On which seat.
        seat: SeatNo,
        /// Who.
        member: MemberNo,
    },
    /// Somebody stood up.
    Stood {
        /// Where.
        table: TableNo,
        /// From which seat.
        seat: SeatNo,
        /// Who.
        member: MemberNo,
        /// Stakes that came down.
        returned: Chips,
        /// Stakes that play to their decision.
        left_behind: Chips,
    },
    /// Somebody who waited for the end of a roll could not sit down or stand up.
    TurnedAway {
        /// Where.
        table: TableNo,
        /// Who.
        member: MemberNo,
        /// Why.
        why: Refusal,
    },
    /// The dice went to another seat.
    ShooterChanged {
        /// Where.
        table: TableNo,
        /// From whom.
        from: Option<SeatNo>,
        /// To whom.
        to: Option<SeatNo>,
    },
    /// A slip was taken.
    BetsTaken {
        /// Where.
        table: TableNo,
        /// Whose seat.
        seat: SeatNo,
        /// Who.
        member: MemberNo,
        /// The slip.
        actions: Vec<Action>,
        /// What left the balance.
        paid: Chips,
        /// What came back to it.
        returned: Chips,
    },
    /// Somebody's bets are made.
    Ready {
        /// Where.
        table: TableNo,
        /// Whose seat.
        seat: SeatNo,
    },
    /// Bets are closed.
    Locked {
        /// Where.
        table: TableNo,
        /// Which roll.
        roll: u64,
        /// What openings name.
        lock_hash: Hash32,
        /// Whose secrets make the dice.
        slots: Vec<Slot>,
    },
    /// The dice are out and everything is paid.
    Rolled(Box<RollRecord>),
    /// A roll had too few openings for a whole day and was given up: no bet moved.
    Abandoned {
        /// Where.
        table: TableNo,
        /// Which roll.
        roll: u64,
        /// Who did not open.
        withheld: Vec<Withheld>,
    },
    /// Somebody's node could keep the club.
    KeeperReady {
        /// Whose.
        member: MemberNo,
    },
    /// A change of keepers gathers approvals.
    ChangeOpen {
        /// Which.
        change: KeeperChange,
        /// Who approved; `None` if misconduct of a keeper opened it.
        by: Option<MemberNo>,
        /// How many keepers have approved.
        have: usize,
        /// How many it takes.
        need: usize,
    },
    /// The next block is decided by other keepers.
    KeepersChanged {
        /// What was approved.
        change: KeeperChange,
        /// Who came.
        came: Vec<Keeper>,
        /// Who left.
        left: Vec<Keeper>,
    },
    /// Vote keys were lost: from this block on keepers vote with new ones, under new numbers.
    Rekeyed {
        /// Who votes with a new key.
        came: Vec<Keeper>,
        /// The keys that must sign no more.
        left: Vec<Keeper>,
    },
    /// It is proven that a keeper signed two things for one place.
    Accused {
        /// Which.
        keeper: KeeperNo,
        /// Who that is.
        member: MemberNo,
        /// What went from its bond to the treasury.
        forfeited: Chips,
    },
    /// A command had no effect.
    Refused {
        /// Which.
        command: CommandId,
        /// Whose.
        member: MemberNo,
        /// Why.
        why: Refusal,
    },
}

impl ClubEvent {
    /// Returns the finished roll, if it is one.
    #[must_use]
    pub fn rolled(&self) -> Option<&RollRecord> {
        if let Self::Rolled(record) = self {
            Some(record)
        } else {
            None
        }
    }
}
