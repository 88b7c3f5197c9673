//! One table of the club: the game of [`crate::craps`], its seats, and the secrets of its rolls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::codec;
use super::ids::{ClubId, GameId, PublicKey, TableNo, TimeMs};
use super::limits::SEAL_RESTARTS_MAX;
use super::state::{Keeper, Member};
use super::times::RollTimes;
use crate::craps::{self, SeatNo};
use crate::dice::{self, Binding, Contributor, Hash32, Name, Slot};
use crate::ledger::{Chips, MemberNo};

/// A table. What changes between rolls changes here only by commands; the game of craps knows
/// seats, this knows who sits there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubTable {
    /// The number within the club.
    pub number: TableNo,
    /// The id in all clubs.
    pub id: GameId,
    /// The name.
    pub name: String,
    /// Who opened it.
    pub creator: MemberNo,
    /// When it was opened.
    pub created: TimeMs,
    /// Seats, 1 to 16.
    pub seats_max: u8,
    /// How many must sit before the first roll.
    pub min_players: u8,
    /// What each seat puts up.
    pub bond: Chips,
    /// How long it waits for its players.
    pub times: RollTimes,
    /// The game.
    pub game: craps::Table,
    /// Who sits where, and whose bets were left behind.
    pub seats: BTreeMap<SeatNo, Seat>,
    /// The number of the next or the locked roll, from 1; never repeats.
    pub roll: u64,
    /// The version of the roster.
    pub epoch: u32,
    /// Who contributes to the dice, by rising slot.
    pub roster: Vec<RosterLine>,
    /// The hash of the roster.
    pub roster_hash: Hash32,
    /// The link of the last roll.
    pub link: Hash32,
    /// Rolls running that this shooter left to the time-out.
    pub unprompted: u8,
    /// Whether bets are open.
    pub phase: Phase,
    /// Who sits down or stands up when the locked roll is over, in order.
    pub waiting: Vec<Waiting>,
}

/// A seat that is taken, or was left with bets on the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Whose seat, and whose bets.
    pub member: MemberNo,
    /// What was put up on sitting down.
    pub bond: Chips,
    /// `false`: the member stood up, and bets that were left behind play to their decision.
    pub is_present: bool,
    /// Has said that the bets for the next roll are made.
    pub is_ready: bool,
    /// Rolls running that were locked without a seal of this seat.
    pub missed: u8,
    /// When the member last said anything at this table: seals and openings, which its node sends
    /// by itself, are no words.
    pub last_word: TimeMs,
}

/// A contributor of the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterLine {
    /// The place.
    pub slot: Slot,
    /// Who.
    pub member: MemberNo,
    /// Has a seat.
    pub is_seated: bool,
    /// Is a keeper.
    pub is_keeper: bool,
}

/// Whether bets are open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Bets are open, and contributors seal.
    Betting(Betting),
    /// Bets are closed, and those who sealed open.
    Locked(LockedRoll),
}

/// What there is before a roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Betting {
    /// The seals for the next roll.
    pub seals: BTreeMap<Slot, Hash32>,
    /// When the bets for this roll opened.
    pub since: TimeMs,
    /// From when on seals are waited for.
    pub sealing_since: TimeMs,
    /// How often a new roster began that wait anew.
    pub restarts: u8,
    /// The shooter wants to roll and waits for the others; the lock is tried then at the latest.
    pub call: Option<TimeMs>,
    /// When the roll is due without the shooter's word; `None` while no bet works.
    pub bets_due: Option<TimeMs>,
}

impl Betting {
    /// Opens the bets.
    pub(super) const fn new(now: TimeMs, seals: BTreeMap<Slot, Hash32>) -> Self {
        Self {
            seals,
            since: now,
            sealing_since: now,
            restarts: 0,
            call: None,
            bets_due: None,
        }
    }

    /// Kills all seals: there is a new roster.
    fn begin_epoch(&mut self, now: TimeMs) {
        self.seals.clear();
        if self.restarts < SEAL_RESTARTS_MAX && self.sealing_since != now {
            self.sealing_since = now;
            self.restarts = self.restarts.saturating_add(1);
        }
    }
}

/// A roll between its lock and its close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedRoll {
    /// What an opening names.
    pub lock_hash: Hash32,
    /// The parent of the locking block.
    pub parent: Hash32,
    /// The root of the table before the lock.
    pub table_state: Hash32,
    /// The time of the locking block.
    pub since: TimeMs,
    /// When the roll is closed without the openings that are missing then.
    pub close_due: TimeMs,
    /// The seals that were in time.
    pub seals: BTreeMap<Slot, Hash32>,
    /// The openings so far.
    pub openings: BTreeMap<Slot, Opening>,
}

/// An opened secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The secret.
    pub secret: Hash32,
    /// Bit s: a valid opening of seat s was held by then.
    pub seen: u16,
    /// The seal for the next roll.
    pub next: Option<Hash32>,
}

/// Somebody who waits until the locked roll is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// To sit down.
    Sit(MemberNo),
    /// To stand up.
    Stand(MemberNo),
}

/// What stands at a table, over all seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stakes {
    /// Chips at risk; `None` if they do not fit 64 bits.
    pub(super) at_risk: Option<Chips>,
    /// What the bets may still win; `None` if it does not fit 64 bits.
    pub(super) liability: Option<Chips>,
}

impl ClubTable {
    /// Returns the seat of a member, left with bets or not.
    #[must_use]
    pub fn seat_of(&self, member: MemberNo) -> Option<(SeatNo, &Seat)> {
        let mut seats = self.seats.iter();
        let found = seats.find(|(_, seat)| seat.member == member)?;
        Some((*found.0, found.1))
    }

    /// Returns the seat where a member sits now.
    #[must_use]
    pub fn present_seat_of(&self, member: MemberNo) -> Option<SeatNo> {
        let (number, seat) = self.seat_of(member)?;
        seat.is_present.then_some(number)
    }

    /// Returns the seats where somebody sits, rising.
    pub fn present(&self) -> impl Iterator<Item = (SeatNo, &Seat)> {
        let seats = self.seats.iter().filter(|(_, seat)| seat.is_present);
        seats.map(|(number, seat)| (*number, seat))
    }

    /// Returns the seals of the next or the locked roll.
    #[must_use]
    pub const fn seals(&self) -> &BTreeMap<Slot, Hash32> {
        match &self.phase {
            Phase::Betting(betting) => &betting.seals,
            Phase::Locked(locked) => &locked.seals,
        }
    }

    /// Whether bets are closed.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        match &self.phase {
            Phase::Betting(_) => false,
            Phase::Locked(_) => true,
        }
    }

    /// Returns the place of a member among the contributors.
    #[must_use]
    pub fn slot_of(&self, member: MemberNo) -> Option<Slot> {
        let mut lines = self.roster.iter();
        lines
            .find(|line| line.member == member)
            .map(|line| line.slot)
    }

    /// Whether a bet of the seat works on the next roll.
    #[must_use]
    pub fn has_working_bet(&self, seat: SeatNo) -> bool {
        let mut bets = self.game.bets(seat);
        bets.any(|(key, _)| self.game.is_working(seat, key))
    }

    /// Returns what the secret of a slot for the next or locked roll is bound to.
    #[must_use]
    pub const fn binding(&self, club: &ClubId, slot: Slot) -> Binding {
        Binding {
            club: club.0,
            table: self.id.0,
            roster: self.roster_hash,
            roll: self.roll,
            slot,
        }
    }

    /// Returns the hash of the whole table.
    #[must_use]
    pub fn root(&self) -> Hash32 {
        Name::TableState.hash(&[&codec::encode(self)])
    }

    /// Adds up what stands at the table.
    pub(super) fn stakes(&self) -> Stakes {
        let seats = || self.seats.keys();
        Stakes {
            at_risk: Chips::checked_sum(seats().map(|seat| self.game.at_risk(*seat))),
            liability: Chips::checked_sum(seats().map(|seat| self.game.liability(*seat))),
        }
    }

    /// Returns who contributes with these keepers and the seats of now, by rising slot.
    pub(super) fn contributors(&self, keepers: &[Keeper]) -> Vec<RosterLine> {
        let is_keeper = |member| keepers.iter().any(|keeper| keeper.member == member);
        let seated = self.present().map(|(number, seat)| RosterLine {
            slot: Slot(number.get()),
            member: seat.member,
            is_seated: true,
            is_keeper: is_keeper(seat.member),
        });
        let unseated = keepers.iter().zip(Slot::FIRST_KEEPER.0..);
        let unseated = unseated.filter(|(keeper, _)| self.present_seat_of(keeper.member).is_none());
        let unseated = unseated.map(|(keeper, slot)| RosterLine {
            slot: Slot(slot),
            member: keeper.member,
            is_seated: false,
            is_keeper: true,
        });
        seated.chain(unseated).collect()
    }

    /// Lists the contributors anew after a change of seats or keepers. All unopened seals are dead.
    pub(super) fn renew_roster(
        &mut self,
        club: &ClubId,
        roster: Vec<RosterLine>,
        key_of: impl Fn(MemberNo) -> Option<PublicKey>,
        now: TimeMs,
    ) {
        self.roster = roster;
        self.epoch = self.epoch.saturating_add(1);
        let listed = self.roster_keys(key_of);
        self.roster_hash = dice::roster_hash(&club.0, &self.id.0, self.epoch, &listed);
        if let Phase::Betting(betting) = &mut self.phase {
            betting.begin_epoch(now);
        }
    }

    /// Returns the roster with its keys, as it is hashed.
    pub(super) fn roster_keys(
        &self,
        key_of: impl Fn(MemberNo) -> Option<PublicKey>,
    ) -> Vec<Contributor> {
        let lines = self.roster.iter().filter_map(|line| {
            Some(Contributor {
                slot: line.slot,
                seated: line.is_seated,
                keeper: line.is_keeper,
                key: key_of(line.member)?.0,
            })
        });
        lines.collect()
    }

    /// Forgets the seals for the next roll that came with openings of these members: their secrets
    /// are lost with everything else of their nodes.
    pub(super) fn forget_next_seals(&mut self, is_lost: impl Fn(MemberNo) -> bool) {
        let lost = self.roster.iter().filter(|line| is_lost(line.member));
        let lost: Vec<Slot> = lost.map(|line| line.slot).collect();
        if let Phase::Locked(locked) = &mut self.phase {
            for (slot, opening) in &mut locked.openings {
                if lost.contains(slot) {
                    opening.next = None;
                }
            }
        }
    }

    /// Notes that the member of a seat said something.
    pub(super) fn hear(&mut self, seat: SeatNo, now: TimeMs) {
        if let Some(seat) = self.seats.get_mut(&seat) {
            seat.last_word = now;
        }
    }
}

/// Whether a member is somebody at a screen.
pub(super) fn is_person(member: &Member) -> bool {
    member.kind == super::command::MemberKind::Person
}
