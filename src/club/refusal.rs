//! Why a command has no effect, in values.

use super::ids::TimeMs;
use super::keeper_change::KeeperRefusal;
use crate::craps::{self, BetKey, RulesError, SeatNo};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

/// Why a command had no effect but to use up its number. Values only; the words for players are
/// the screens' part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Only the founder may do that.
    NotFounder,
    /// A name is empty, too long or holds control characters.
    Name {
        /// The most bytes it may have.
        bytes_max: usize,
    },
    /// The identity is no key.
    BadKey,
    /// The identity is a member already.
    MemberExists {
        /// Under this number.
        member: MemberNo,
    },
    /// The identity lacks proof of work.
    WorkMissing {
        /// The bits it has.
        have: u32,
        /// The bits the club asks for.
        need: u32,
    },
    /// The club is full.
    TooManyMembers {
        /// The most members.
        limit: usize,
    },
    /// The club has all the tables it may have.
    TooManyTables {
        /// The most tables.
        limit: u32,
    },
    /// Seats must be 1 to 16, and the players for a first roll 1 to all seats.
    SeatCount {
        /// The most seats.
        seats_max: u8,
    },
    /// A time-out of the table is out of its bounds, bets would close before anybody had to be
    /// ready, or rolls before the keepers open.
    Times {
        /// The shortest, in milliseconds.
        shortest: u32,
        /// The longest, in milliseconds.
        longest: u32,
    },
    /// The seats of a shared club put up at least what withholding costs.
    BondTooSmall {
        /// What was asked for.
        bond: Chips,
        /// The least: the smallest bet.
        need: Chips,
    },
    /// The member withheld openings, and neither seats nor seals are taken from it.
    Banned {
        /// Until then.
        until: TimeMs,
    },
    /// The rules contradict each other.
    Rules(RulesError),
    /// There is no such table.
    UnknownTable,
    /// The member has no seat there.
    NotSeated,
    /// The member has a seat there already.
    AlreadySeated {
        /// This one.
        seat: SeatNo,
    },
    /// No seat is free.
    TableFull {
        /// Of so many.
        seats: u8,
    },
    /// The member waits for the end of the roll already, or too many do.
    AlreadyWaiting,
    /// The balance is too small for the bond.
    Insufficient {
        /// What there is.
        have: Chips,
        /// What it would take.
        need: Chips,
    },
    /// Bets are closed until the dice are out.
    Locked,
    /// No earlier block locked a roll, so there is nothing to open yet.
    NotLocked,
    /// The command is for another roll.
    WrongRoll {
        /// The roll that it is about now.
        now: u64,
    },
    /// The seal is for another roster.
    WrongEpoch {
        /// The roster of now.
        now: u32,
    },
    /// The slot is not the member's.
    NotYourSlot {
        /// The member's slot, if there is one.
        yours: Option<Slot>,
    },
    /// The slot has sealed; a seal is never replaced.
    AlreadySealed,
    /// No secret is shared in this club: the flag must be 0.
    StirNotOffered,
    /// No seal, no bet.
    NoSeal,
    /// The slot has no seal for this roll, so there is nothing to withdraw or to open.
    NotSealed,
    /// The roll waits for these seals.
    SealsMissing {
        /// Whose.
        slots: Vec<Slot>,
    },
    /// The opening names another lock.
    WrongLock,
    /// The secret is not the sealed one.
    WrongSecret,
    /// The slot has opened.
    AlreadyOpened,
    /// The first roll waits for more players.
    TooFewPlayers {
        /// How many sit.
        seated: usize,
        /// How many it takes.
        need: u8,
    },
    /// No bet would see the roll.
    NothingAtRisk,
    /// A slip has 1 to so many actions.
    SlipSize {
        /// The most.
        limit: usize,
    },
    /// The treasury could not pay what the bet may win.
    TreasuryLimit {
        /// Which action of the slip, from 0.
        index: usize,
        /// The bet.
        bet: BetKey,
        /// What the treasury can still cover.
        can_cover: Chips,
        /// What the action could win.
        could_win: Chips,
        /// The largest amount for this action that can be covered; none if zero.
        most: Chips,
    },
    /// The treasury could not pay what the standing bets may win by the new rules.
    TreasuryShort {
        /// What the treasury can still cover.
        can_cover: Chips,
        /// What the bets could win in addition.
        could_win: Chips,
    },
    /// The rule book refuses an action of the slip.
    Bet {
        /// Which action, from 0.
        index: usize,
        /// Why.
        why: craps::Refusal,
    },
    /// The rule book refuses.
    Game(craps::Refusal),
    /// The club gives its chips once.
    NoNewChips,
    /// There are chips left to play with.
    HasChips {
        /// The balance.
        balance: Chips,
        /// Stakes and bonds.
        bound: Chips,
        /// The smallest bet of the club's tables.
        least: Chips,
    },
    /// A change of keepers is not possible.
    Keepers(KeeperRefusal),
    /// The treasury has promised too much to give a grant.
    GrantShort {
        /// What it can spare.
        can_cover: Chips,
        /// The grant.
        grant: Chips,
    },
}
