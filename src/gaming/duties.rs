//! What this node owes the dice: a seal of each of its members before a roll, an opening after it.
//!
//! Pure: the state, the epoch's secret and what the node holds go in, command bodies come out.
//! Messages, hashes and their order are those of [`crate::dice`].

use std::collections::BTreeSet;
use std::time::Duration;

use crate::club::{Body, ClubState, ClubTable, LockedRoll, NewSeal, Phase, RosterLine, TableNo};
use crate::dice::{Binding, EpochSecret, Slot, seal};
use crate::ledger::MemberNo;

/// A command that a member of this node has to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duty {
    pub(crate) member: MemberNo,
    pub(crate) body: Body,
}

/// What a node knows of a table beyond the state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// Whose openings it holds that are on no block yet; its own among them.
    pub(crate) openings: &'a BTreeSet<Slot>,
    /// For how long it has held the certificate of the block that locked the roll.
    pub(crate) certified_for: Duration,
}

/// What is owed at one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owed {
    /// In the order in which a block takes them: players first, keepers last.
    pub(crate) duties: Vec<Duty>,
    /// Slots of this node whose sealed secrets it does not have any more: it can't open them.
    pub(crate) lost: Vec<Slot>,
    /// After how long a keeper of this node opens though openings of seats are missing.
    pub(crate) opens_in: Option<Duration>,
}

impl Owed {
    /// Takes the seals out: what is locked is opened still, but no other roll begins with this node.
    pub(crate) fn stop_sealing(&mut self) {
        self.duties
            .retain(|duty| !matches!(duty.body, Body::Seal { .. }));
        for duty in &mut self.duties {
            if let Body::Open { next, .. } = &mut duty.body {
                *next = None;
            }
        }
    }
}

/// Returns what `locals` owe one table. Players open at once. Keepers open when they hold the
/// openings of all seats that aren't keepers', or after the table's time for that; each says which
/// it has seen. Whoever has lost the epoch's secret withdraws a seal of it while that can be done,
/// and seals with a new one.
pub(crate) fn owed(
    state: &ClubState,
    number: TableNo,
    locals: &BTreeSet<MemberNo>,
    secret: &EpochSecret,
    known: Known<'_>,
) -> Owed {
    let Some(table) = state.table(number) else {
        return Owed::default();
    };
    let mut lines: Vec<RosterLine> = table
        .roster
        .iter()
        .copied()
        .filter(|line| locals.contains(&line.member))
        .collect();
    lines.sort_by_key(|line| (line.is_keeper, line.slot));
    let at = At {
        state,
        table,
        secret,
    };
    match &table.phase {
        Phase::Betting(_) => Owed {
            duties: lines.iter().filter_map(|line| at.sealing(*line)).collect(),
            ..Owed::default()
        },
        Phase::Locked(locked) => at.openings(locked, &lines, known),
    }
}

/// Returns the withdrawals that a clean stop owes a table, so that no roll waits for this node.
pub(crate) fn withdrawals(table: &ClubTable, locals: &BTreeSet<MemberNo>) -> Vec<Duty> {
    let Phase::Betting(betting) = &table.phase else {
        return Vec::new();
    };
    let lines = table.roster.iter();
    let sealed = lines
        .filter(|line| locals.contains(&line.member) && betting.seals.contains_key(&line.slot));
    sealed.map(|line| unseal(table, *line)).collect()
}

fn unseal(table: &ClubTable, line: RosterLine) -> Duty {
    Duty {
        member: line.member,
        body: Body::Unseal {
            table: table.number,
            epoch: table.epoch,
            roll: table.roll,
            slot: line.slot,
        },
    }
}

/// A table with the secret of its epoch.
struct At<'a> {
    state: &'a ClubState,
    table: &'a ClubTable,
    secret: &'a EpochSecret,
}

impl At<'_> {
    fn binding(&self, slot: Slot) -> Binding {
        self.table.binding(self.state.club(), slot)
    }

    fn new_seal(&self, binding: &Binding) -> NewSeal {
        NewSeal {
            seal: seal(binding, &self.secret.roll_secret(binding)),
            stir: 0,
        }
    }

    /// A seal where there is none, or the withdrawal of one whose secret is lost.
    fn sealing(&self, line: RosterLine) -> Option<Duty> {
        let table = self.table;
        let own = self.new_seal(&self.binding(line.slot));
        match table.seals().get(&line.slot) {
            Some(sealed) if *sealed == own.seal => None,
            Some(_lost) => Some(unseal(table, line)),
            None if self.state.may_seal(table, line.member).is_err() => None,
            None => Some(Duty {
                member: line.member,
                body: Body::Seal {
                    table: table.number,
                    epoch: table.epoch,
                    roll: table.roll,
                    slot: line.slot,
                    seal: own,
                },
            }),
        }
    }

    fn openings(&self, locked: &LockedRoll, lines: &[RosterLine], known: Known<'_>) -> Owed {
        let mut owed = Owed::default();
        let mut opened: BTreeSet<Slot> = locked.openings.keys().copied().collect();
        opened.extend(known.openings);
        let is_keeper = |slot: &Slot| {
            let mut roster = self.table.roster.iter();
            roster.any(|line| line.slot == *slot && line.is_keeper)
        };
        let wait = Duration::from_millis(u64::from(self.table.times.open));
        let left = wait.saturating_sub(known.certified_for);
        for line in lines {
            let Some(sealed) = locked.seals.get(&line.slot) else {
                continue;
            };
            if opened.contains(&line.slot) {
                continue;
            }
            if *sealed != self.new_seal(&self.binding(line.slot)).seal {
                owed.lost.push(line.slot);
                continue;
            }
            let mut seats = locked.seals.keys().filter(|slot| !is_keeper(slot));
            let has_all = seats.all(|slot| opened.contains(slot));
            if line.is_keeper && !has_all && !left.is_zero() {
                owed.opens_in = Some(left);
                continue;
            }
            opened.insert(line.slot);
            let seen = if line.is_keeper { mask(&opened) } else { 0 };
            owed.duties.push(self.opening(locked, *line, seen));
        }
        owed
    }

    fn opening(&self, locked: &LockedRoll, line: RosterLine, seen: u16) -> Duty {
        let binding = self.binding(line.slot);
        let next = Binding {
            roll: binding.roll.saturating_add(1),
            ..binding
        };
        Duty {
            member: line.member,
            body: Body::Open {
                table: self.table.number,
                roll: self.table.roll,
                slot: line.slot,
                lock_hash: locked.lock_hash,
                secret: *self.secret.roll_secret(&binding).expose(),
                seen,
                next: Some(self.new_seal(&next)),
            },
        }
    }
}

/// One bit for each seat whose opening is there.
fn mask(opened: &BTreeSet<Slot>) -> u16 {
    opened
        .iter()
        .filter_map(|slot| 1_u16.checked_shl(u32::from(slot.0)))
        .fold(0, |seen, bit| seen | bit)
}

#[cfg(test)]
mod tests;
