//! What a voter refuses beyond the club's rules. It judges fresh proposals only, and lets an
//! honest one through in the end.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Machine, Now};
use crate::club::{
    Block, Body, ClubEvent, ClubState, ClubTable, Command, HeldOpenings, LockedRoll, Phase,
    RollRecord, TableNo, UnfairClose,
};
use crate::consensus::limits::{TIME_AHEAD_MAX, TIME_BEHIND_MAX, TIME_DOUBLINGS_MAX};
use crate::consensus::wire::Message;
use crate::dice::{self, Slot, SlotSecret};

/// Since when this node has known of each locked roll.
#[derive(Debug, Default)]
pub(super) struct Locks(BTreeMap<(TableNo, u64), Duration>);

impl Locks {
    pub(super) fn of(state: &ClubState, now: Now) -> Self {
        let mut locks = Self::default();
        locks.note(state, now);
        locks
    }

    /// Returns since when this node has known of a table's locked roll.
    pub(super) fn since(&self, table: &ClubTable) -> Option<Duration> {
        self.0.get(&(table.number, table.roll)).copied()
    }

    /// Takes up what a new state locks, and forgets what is over.
    pub(super) fn note(&mut self, state: &ClubState, now: Now) {
        let locked = state.tables().filter(|(_, table)| table.is_locked());
        let locked = locked.map(|(number, table)| (number, table.roll));
        self.0 = locked
            .map(|roll| (roll, self.0.get(&roll).copied().unwrap_or(now.monotonic)))
            .collect();
    }
}

impl Machine {
    /// Whether a block's time is near this node's clock; how near, doubles with each attempt, so
    /// that bad clocks delay but can't stall.
    pub(super) fn is_in_time(&self, block: &Block, round: u32) -> bool {
        let factor = 1_u64 << round.min(TIME_DOUBLINGS_MAX);
        let bound = |at_first: Duration| {
            let millis = u64::try_from(at_first.as_millis()).unwrap_or(u64::MAX);
            millis.saturating_mul(factor)
        };
        let (time, now) = (block.header.time.0, self.now.unix.0);
        time >= now.saturating_sub(bound(TIME_BEHIND_MAX))
            && time <= now.saturating_add(bound(TIME_AHEAD_MAX))
    }

    /// Whether the rolls that a block closes leave out no opening that this node holds, and close
    /// no earlier than they may. `Err` has the openings that are left out.
    pub(super) fn judge_closes(&self, block: &Block) -> Result<(), Vec<Command>> {
        let Some(applied) = self.known.get(&block.id()) else {
            return Err(Vec::new());
        };
        let rolled = applied.events.iter().filter_map(ClubEvent::rolled);
        let mut is_fair = true;
        let mut left_out: Vec<Command> = Vec::new();
        for record in rolled {
            if let Err(why) = self.judge_close(record) {
                is_fair = false;
                left_out.extend(self.held(record, &why));
            }
        }
        if is_fair { Ok(()) } else { Err(left_out) }
    }

    /// Sends openings that a close left out to everybody, so that an honest proposer soon has them.
    pub(super) fn send_left_out(&mut self, openings: Vec<Command>) {
        for opening in openings {
            let to = self.everybody();
            self.send(to, &Message::Command(opening));
        }
    }

    fn judge_close(&self, record: &RollRecord) -> Result<(), UnfairClose> {
        let Some((table, locked)) = self.locked_by(record) else {
            return Ok(());
        };
        let sealed = locked.seals.keys().copied();
        let slots = sealed.filter(|slot| {
            let opened = locked.openings.contains_key(slot);
            opened || self.opening_of(table, locked, *slot).is_some()
        });
        let since = self.locks.since(table);
        let certified_for = since.map_or(Duration::ZERO, |since| {
            self.now.monotonic.saturating_sub(since)
        });
        let held = HeldOpenings {
            lock_hash: locked.lock_hash,
            certified_for: u64::try_from(certified_for.as_millis()).unwrap_or(u64::MAX),
            slots: &slots.collect(),
            seen: self.own_seen(table, locked),
        };
        self.state.judge_close(record, &held)
    }

    /// Returns the openings that this node holds and a close left out.
    fn held(&self, record: &RollRecord, why: &UnfairClose) -> Vec<Command> {
        let (UnfairClose::LeftOut { slots }, Some((table, locked))) = (why, self.locked_by(record))
        else {
            return Vec::new();
        };
        let held = slots
            .iter()
            .filter_map(|slot| self.opening_of(table, locked, *slot));
        held.cloned().collect()
    }

    /// Returns the locked roll that a record closes.
    fn locked_by(&self, record: &RollRecord) -> Option<(&ClubTable, &LockedRoll)> {
        let table = self.state.table(record.table)?;
        match &table.phase {
            Phase::Locked(locked) if table.roll == record.roll => Some((table, locked)),
            Phase::Locked(_) | Phase::Betting(_) => None,
        }
    }

    /// Returns whose valid openings wait here for a block, by table.
    pub(super) fn held_openings(&self) -> BTreeMap<TableNo, BTreeMap<Slot, u16>> {
        let mut held: BTreeMap<TableNo, BTreeMap<Slot, u16>> = BTreeMap::new();
        for command in self.mempool.commands() {
            let Body::Open {
                table, slot, seen, ..
            } = &command.body
            else {
                continue;
            };
            let Some(at) = self.state.table(*table) else {
                continue;
            };
            if let Phase::Locked(locked) = &at.phase
                && self.opens(command, at, locked, *slot)
            {
                held.entry(*table).or_default().insert(*slot, *seen);
            }
        }
        held
    }

    /// Returns a slot's opening among the waiting commands.
    pub(super) fn opening_of(
        &self,
        table: &ClubTable,
        locked: &LockedRoll,
        of: Slot,
    ) -> Option<&Command> {
        let mut waiting = self.mempool.commands();
        waiting.find(|command| self.opens(command, table, locked, of))
    }

    /// What this node's own opening says it had seen.
    fn own_seen(&self, table: &ClubTable, locked: &LockedRoll) -> u16 {
        let own = self.post.number();
        let member = self.state.keepers().iter();
        let member = member.filter(|keeper| Some(keeper.no) == own);
        let Some(member) = member.map(|keeper| keeper.member).next() else {
            return 0;
        };
        let mut lines = table.roster.iter();
        let Some(line) = lines.find(|line| line.member == member) else {
            return 0;
        };
        if let Some(opening) = locked.openings.get(&line.slot) {
            return opening.seen;
        }
        let own = self.opening_of(table, locked, line.slot);
        match own.map(|command| &command.body) {
            Some(Body::Open { seen, .. }) => *seen,
            Some(_) | None => 0,
        }
    }

    /// Whether a waiting command is a valid opening of a slot.
    fn opens(&self, command: &Command, table: &ClubTable, locked: &LockedRoll, of: Slot) -> bool {
        let Body::Open {
            table: number,
            roll,
            slot,
            lock_hash,
            secret,
            ..
        } = &command.body
        else {
            return false;
        };
        let binding = table.binding(self.state.club(), of);
        let seal = dice::seal(&binding, &SlotSecret::opened(*secret));
        let named = (*number, *roll, *slot, *lock_hash);
        named == (table.number, table.roll, of, locked.lock_hash)
            && locked.seals.get(&of) == Some(&seal)
    }
}
