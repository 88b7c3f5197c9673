//! Who withholds an opening, or is not there: what it costs, and how a roll ends without them.

use serde::{Deserialize, Serialize};

use super::event::ClubEvent;
use super::ids::TimeMs;
use super::limits::{BAN_MILLIS, BAN_MILLIS_MAX, MISSED_ROLLS_MAX, WITHHELD_TIMES_MAX};
use super::roll_record::Withheld;
use super::state::ClubState;
use super::table::{ClubTable, LockedRoll};
use super::transition::Draft;
use crate::craps::SeatNo;
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

/// The openings that a member has withheld.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withholdings {
    /// How many, each within 24 hours of the one before.
    pub times: u32,
    /// When the last one was.
    pub last: TimeMs,
    /// Until when no seat and, as long as enough keepers are left, no keeper's seal is taken.
    pub until: TimeMs,
}

impl Withholdings {
    /// Returns the record with one more. The first time in 24 hours bans nobody, since machines
    /// crash; then ten minutes, doubling each time up to 24 hours.
    #[must_use]
    pub(super) fn and_one(self, now: TimeMs) -> Self {
        let is_forgotten = now.0.saturating_sub(self.last.0) >= BAN_MILLIS_MAX;
        let before = if is_forgotten { 0 } else { self.times };
        let doublings = before.saturating_sub(1);
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        let ban = BAN_MILLIS.saturating_mul(factor).min(BAN_MILLIS_MAX);
        let ban = if before == 0 { 0 } else { ban };
        Self {
            times: before.saturating_add(1),
            last: now,
            until: TimeMs(now.0.saturating_add(ban)),
        }
    }
}

impl ClubState {
    /// Returns until when a member may not sit down for having withheld; `None` if it may.
    #[must_use]
    pub fn banned_until(&self, member: MemberNo) -> Option<TimeMs> {
        let until = self.member(member)?.withheld.until;
        (until > self.time).then_some(until)
    }
}

impl Draft {
    /// Ends a locked roll: stands up who withheld and who is away, and opens the next bets.
    pub(super) fn end_roll(
        &mut self,
        table: &mut ClubTable,
        locked: &LockedRoll,
        left_out: Vec<Slot>,
    ) -> Vec<Withheld> {
        let owners = left_out.into_iter().filter_map(|slot| {
            let line = table.roster.iter().find(|line| line.slot == slot)?;
            Some((slot, line.member))
        });
        let owners: Vec<(Slot, MemberNo)> = owners.collect();
        let withheld = owners
            .into_iter()
            .map(|(slot, member)| self.withhold(table, slot, member));
        let withheld = withheld.collect();
        self.stand_absent(table, locked);
        self.next_roll(table, locked);
        withheld
    }

    /// Gives a roll up that too few keepers opened for a whole day: no bet moves.
    pub(super) fn abandon(&mut self, mut table: ClubTable, locked: &LockedRoll) {
        let sealed = locked.seals.keys().copied();
        let silent = sealed.filter(|slot| !locked.openings.contains_key(slot));
        let (number, roll) = (table.number, table.roll);
        let place = self.events.len();
        let withheld = self.end_roll(&mut table, locked, silent.collect());
        let abandoned = ClubEvent::Abandoned {
            table: number,
            roll,
            withheld,
        };
        self.events.insert(place, abandoned);
        self.put(table);
    }

    fn withhold(&mut self, table: &mut ClubTable, slot: Slot, member: MemberNo) -> Withheld {
        let now = self.state.time;
        let (mut until, mut times) = (now, 0);
        if let Some(known) = self.state.members.get_mut(&member) {
            let known = known.make_mut();
            known.withheld = known.withheld.and_one(now);
            until = known.withheld.until;
            times = known.withheld.times;
        }
        let seat = SeatNo::new(slot.0).filter(|seat| table.seats.contains_key(seat));
        let fine = match seat {
            Some(seat) => self.stand_leaving_bets(table, seat, member),
            None => self.fine_keeper(member, table.game.rules().min_bet),
        };
        let keeper = self.state.keeper_of(member).map(|keeper| keeper.no);
        if let Some(keeper) =
            keeper.filter(|_| times >= WITHHELD_TIMES_MAX && self.state.is_shared())
        {
            self.open_removal(keeper);
        }
        Withheld {
            slot,
            member,
            fine,
            until,
        }
    }

    /// Stands a seat up whose owner withheld. In a shared club one table minimum of its bond is the
    /// treasury's; in a hosted one the host alone decides what arrived, so nothing is.
    #[expect(
        clippy::expect_used,
        reason = "the seat holds the bond that was posted for it; halting beats losing chips"
    )]
    fn stand_leaving_bets(
        &mut self,
        table: &mut ClubTable,
        number: SeatNo,
        member: MemberNo,
    ) -> Chips {
        let Ok(stood) = table.game.stand_leaving_bets(number) else {
            return Chips::ZERO;
        };
        let is_shared = self.state.keepers.len() > 1;
        let mut fine = Chips::ZERO;
        if let Some(seat) = table.seats.get_mut(&number) {
            let bond = std::mem::take(&mut seat.bond);
            if is_shared {
                fine = table.game.rules().min_bet.min(bond);
            }
            let rest = bond.checked_sub(fine).unwrap_or(Chips::ZERO);
            let ledger = &mut self.state.ledger;
            ledger
                .forfeit_bond(member, fine)
                .and_then(|()| ledger.return_bond(member, rest))
                .expect("the bond was posted");
            seat.is_present = false;
            seat.is_ready = false;
        }
        self.events.push(ClubEvent::Stood {
            table: table.number,
            seat: number,
            member,
            returned: Chips::ZERO,
            left_behind: stood.left_behind,
        });
        fine
    }

    /// Counts the rolls that seats had no seal in, and stands up who is away.
    fn stand_absent(&mut self, table: &mut ClubTable, locked: &LockedRoll) {
        let mut away = Vec::new();
        for (number, seat) in &mut table.seats {
            if locked.seals.contains_key(&Slot(number.get())) {
                seat.missed = 0;
            } else if seat.is_present {
                seat.missed = seat.missed.saturating_add(1);
                if seat.missed >= MISSED_ROLLS_MAX {
                    away.push(seat.member);
                }
            }
        }
        for member in away {
            self.stand_up(table, member);
        }
    }

    /// Stands a member up who did not ask for it.
    pub(super) fn stand_up(&mut self, table: &mut ClubTable, member: MemberNo) {
        if let Err(why) = self.unseat(table, member) {
            let table = table.number;
            self.events
                .push(ClubEvent::TurnedAway { table, member, why });
        }
    }
}

impl Withheld {
    /// Whether a seat was given up by it.
    #[must_use]
    pub fn seat(&self) -> Option<SeatNo> {
        SeatNo::new(self.slot.0)
    }
}
