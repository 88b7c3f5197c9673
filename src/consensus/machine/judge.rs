//! What a voter refuses beyond the club's rules. It judges fresh proposals only, and lets an
//! honest one through in the end.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Machine, Now};
use crate::club::{
    Block, Body, ClubEvent, ClubState, ClubTable, Command, LockedRoll, Phase, RollRecord, TableNo,
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
    /// The local part of the verdict on a fresh proposal.
    pub(super) fn obeys_local_rules(&mut self, block: &Block, round: u32) -> bool {
        self.is_in_time(block, round) && self.frames_nobody(block)
    }

    /// Whether a block's time is near this node's clock; how near, doubles with each attempt, so
    /// that bad clocks delay but can't stall.
    fn is_in_time(&self, block: &Block, round: u32) -> bool {
        let factor = 1_u64 << round.min(TIME_DOUBLINGS_MAX);
        let bound = |at_first: Duration| {
            let millis = u64::try_from(at_first.as_millis()).unwrap_or(u64::MAX);
            millis.saturating_mul(factor)
        };
        let (time, now) = (block.header.time.0, self.now.unix.0);
        time >= now.saturating_sub(bound(TIME_BEHIND_MAX))
            && time <= now.saturating_add(bound(TIME_AHEAD_MAX))
    }

    /// Whether a block that closes a roll leaves out no opening that this node holds. What it
    /// leaves out is sent again, so that an honest proposer soon has it.
    fn frames_nobody(&mut self, block: &Block) -> bool {
        let Some(applied) = self.known.get(&block.id()) else {
            return false;
        };
        let rolled = applied.events.iter().filter_map(|event| match event {
            ClubEvent::Rolled(record) => Some(record),
            ClubEvent::Admitted { .. }
            | ClubEvent::NewChips { .. }
            | ClubEvent::TableCreated { .. }
            | ClubEvent::RulesChanged { .. }
            | ClubEvent::Seated { .. }
            | ClubEvent::Stood { .. }
            | ClubEvent::TurnedAway { .. }
            | ClubEvent::ShooterChanged { .. }
            | ClubEvent::BetsTaken { .. }
            | ClubEvent::Ready { .. }
            | ClubEvent::Locked { .. }
            | ClubEvent::Refused { .. } => None,
        });
        let left_out: Vec<Command> = rolled
            .flat_map(|record| self.left_out(record))
            .cloned()
            .collect();
        for command in &left_out {
            let to = self.everybody();
            self.send(to, &Message::Command(command.clone()));
        }
        left_out.is_empty()
    }

    /// Returns the openings that this node holds and that did not count in a roll: any keeper's,
    /// and a seat's if this node's own opening says that it had seen it.
    fn left_out(&self, record: &RollRecord) -> Vec<&Command> {
        let table = self.state.table(record.table);
        let locked = table.and_then(|table| match &table.phase {
            Phase::Locked(locked) if table.roll == record.roll => Some((table, locked)),
            Phase::Locked(_) | Phase::Betting { .. } => None,
        });
        let Some((table, locked)) = locked else {
            return Vec::new();
        };
        let seen = self.own_seen(table, locked);
        let missing = record.proof.openings.iter();
        let missing = missing.filter(|opening| opening.secret.is_none());
        missing
            .filter(
                |opening| match table.roster.iter().find(|line| line.slot == opening.slot) {
                    Some(line) => line.is_keeper || has_seen(seen, opening.slot),
                    None => false,
                },
            )
            .filter_map(|opening| {
                self.mempool
                    .commands()
                    .find(|command| self.opens(command, table, locked, opening.slot))
            })
            .collect()
    }

    /// What this node's own opening says it had seen.
    fn own_seen(&self, table: &ClubTable, locked: &LockedRoll) -> u16 {
        let own = self.seat.number();
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
        let mut waiting = self.mempool.commands();
        let own = waiting.find(|command| self.opens(command, table, locked, line.slot));
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

/// Whether a seat is among those of a `seen` mask.
const fn has_seen(seen: u16, slot: Slot) -> bool {
    slot.0 < 16 && seen & (1 << slot.0) != 0
}
