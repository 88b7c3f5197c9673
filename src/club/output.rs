//! What comes out of a block: outcomes, events, and the reasons of refusals.

use serde::{Deserialize, Serialize};

use super::codec::CodecFault;
use super::ids::{
    BlockId, ClubId, CommandId, GameId, Height, KeeperNo, StateRoot, TableNo, TimeMs,
};
use super::keeper_change::{KeeperChange, KeeperRefusal};
use super::proof::RollProof;
use super::state::{ClubState, Keeper};
use crate::craps::{self, Action, BetKey, RollResult, RulesError, SeatNo};
use crate::dice::{Hash32, Slot};
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

/// A block's effects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The state after it.
    pub state: ClubState,
    /// What became of each command, in order.
    pub outcomes: Vec<(CommandId, Result<(), Refusal>)>,
    /// What happened, in order.
    pub events: Vec<ClubEvent>,
}

/// Why a command can be in no block now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandFault {
    /// The member does not exist.
    #[error("{member} is no member")]
    UnknownMember {
        /// The number.
        member: MemberNo,
    },
    /// The number is used, or there is a gap before it.
    #[error("{member} sends command {found}, the next is {expected}")]
    Sequence {
        /// Whose command.
        member: MemberNo,
        /// The number it has.
        found: u64,
        /// The next number.
        expected: u64,
    },
    /// Its time is over; the number is free again.
    #[error("the command was good until {not_after}, the block is of {time}")]
    Expired {
        /// Until when it was good.
        not_after: TimeMs,
        /// The time of the block.
        time: TimeMs,
    },
    /// The signature is not the member's.
    #[error("the signature is not that of {member}")]
    Signature {
        /// Whose command it says it is.
        member: MemberNo,
    },
    /// The command or the block would be too large.
    #[error(transparent)]
    Size(#[from] CodecFault),
}

/// Why a block is not the next one of this chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// Too many commands or bytes, or other commands than those of the header.
    #[error(transparent)]
    Form(#[from] CodecFault),
    /// Another club's.
    #[error("the block is of club {found}")]
    Club {
        /// Whose.
        found: ClubId,
    },
    /// Not the next number.
    #[error("the block has height {found}, the next is {expected}")]
    Height {
        /// The number it has.
        found: Height,
        /// The next number.
        expected: Height,
    },
    /// It follows another block.
    #[error("the block follows {found}, the tip is {expected}")]
    Parent {
        /// What it follows.
        found: BlockId,
        /// The tip.
        expected: BlockId,
    },
    /// Time did not rise.
    #[error("the block is of {found}, its parent of {parent}")]
    Time {
        /// Its time.
        found: TimeMs,
        /// The parent's.
        parent: TimeMs,
    },
    /// Not a keeper's.
    #[error("keeper {found} proposed the block and is none")]
    Proposer {
        /// Who proposed it.
        found: KeeperNo,
    },
    /// A command can't be in this block.
    #[error("command {index}: {why}")]
    Command {
        /// Which, from 0.
        index: usize,
        /// Why.
        why: CommandFault,
    },
    /// The next keepers are others.
    #[error("the header names other keepers for the next block")]
    NextKeepers,
    /// The state after it is another one.
    #[error("the block says {found}, its commands give state {computed}")]
    StateRoot {
        /// What the header says.
        found: StateRoot,
        /// What the commands give.
        computed: StateRoot,
    },
}
