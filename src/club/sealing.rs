//! Before a roll: seals, and words of players. The design is that of [`crate::dice`]; what is
//! refused, and why, stands here.

use super::command::NewSeal;
use super::counting::tolerated;
use super::event::ClubEvent;
use super::ids::TableNo;
use super::refusal::Refusal;
use super::state::ClubState;
use super::table::{ClubTable, Phase};
use super::transition::Draft;
use crate::dice::Slot;
use crate::ledger::MemberNo;

impl Draft {
    pub(super) fn seal(
        &mut self,
        member: MemberNo,
        number: TableNo,
        place: (u32, u64, Slot),
        seal: NewSeal,
    ) -> Result<(), Refusal> {
        let table = self.sealing(member, number, place)?;
        if seal.stir != 0 {
            return Err(Refusal::StirNotOffered);
        }
        if table.seals().contains_key(&place.2) {
            return Err(Refusal::AlreadySealed);
        }
        self.state.may_seal(table, member)?;
        let mut table = table.clone();
        if let Phase::Betting(betting) = &mut table.phase {
            betting.seals.insert(place.2, seal.seal);
        }
        self.put(table);
        Ok(())
    }

    pub(super) fn unseal(
        &mut self,
        member: MemberNo,
        number: TableNo,
        place: (u32, u64, Slot),
    ) -> Result<(), Refusal> {
        let mut table = self.sealing(member, number, place)?.clone();
        let removed = match &mut table.phase {
            Phase::Betting(betting) => betting.seals.remove(&place.2),
            Phase::Locked(_) => None,
        };
        removed.ok_or(Refusal::NotSealed)?;
        self.put(table);
        Ok(())
    }

    /// The table that a seal is for, if epoch, roll and slot fit.
    fn sealing(
        &self,
        member: MemberNo,
        number: TableNo,
        (epoch, roll, slot): (u32, u64, Slot),
    ) -> Result<&ClubTable, Refusal> {
        let table = self.table_before(number, roll)?;
        if table.epoch != epoch {
            return Err(Refusal::WrongEpoch { now: table.epoch });
        }
        check_slot(table, member, slot)?;
        Ok(table)
    }

    pub(super) fn ready(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        let mut table = table.clone();
        table.hear(seat, self.state.time);
        if let Some(seat) = table.seats.get_mut(&seat) {
            seat.is_ready = true;
        }
        self.put(table);
        self.events.push(ClubEvent::Ready {
            table: number,
            seat,
        });
        Ok(())
    }

    pub(super) fn pass_dice(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        let mut table = table.clone();
        table.game.pass_dice(seat).map_err(Refusal::Game)?;
        table.hear(seat, self.state.time);
        self.put(table);
        Ok(())
    }
}

impl ClubState {
    /// Checks that a contributor's seals are taken at a table: those of a keeper that has withheld
    /// are not, until its ban is over, as long as enough others are left.
    ///
    /// # Errors
    /// [`Refusal::Banned`].
    pub fn may_seal(&self, table: &ClubTable, member: MemberNo) -> Result<(), Refusal> {
        let Some(until) = self.banned_until(member) else {
            return Ok(());
        };
        let keepers = || table.roster.iter().filter(|line| line.is_keeper);
        let free = |of: MemberNo| of != member && self.banned_until(of).is_none();
        let others = keepers().filter(|line| free(line.member)).count();
        let all = keepers().count();
        let is_keeper = keepers().any(|line| line.member == member);
        if is_keeper && others >= all.saturating_sub(tolerated(all)) {
            Err(Refusal::Banned { until })
        } else {
            Ok(())
        }
    }
}

pub(super) fn check_slot(table: &ClubTable, member: MemberNo, slot: Slot) -> Result<(), Refusal> {
    let yours = table.slot_of(member);
    if yours == Some(slot) {
        Ok(())
    } else {
        Err(Refusal::NotYourSlot { yours })
    }
}
