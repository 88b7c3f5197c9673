//! What this node owes the dice: a seal of each of its members before a roll, an opening after it.
//!
//! Pure: the state and the epoch's secret go in, command bodies come out. Messages, hashes and their
//! order are those of [`crate::dice`].

use std::collections::BTreeSet;

use crate::club::{Body, ClubState, ClubTable, LockedRoll, NewSeal, Phase, RosterLine, TableNo};
use crate::dice::{Binding, EpochSecret, SlotSecret, seal};
use crate::ledger::MemberNo;

/// A command that a member of this node has to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duty {
    pub(crate) member: MemberNo,
    pub(crate) body: Body,
}

/// Returns the seals and openings that `locals` owe one table, in the order in which a block takes
/// them: players first, keepers last, since a keeper's opening says which others it has seen.
pub(crate) fn duties(
    state: &ClubState,
    number: TableNo,
    locals: &BTreeSet<MemberNo>,
    secret: &EpochSecret,
) -> Vec<Duty> {
    let Some(table) = state.table(number) else {
        return Vec::new();
    };
    let mut lines: Vec<&RosterLine> = table
        .roster
        .iter()
        .filter(|line| locals.contains(&line.member))
        .collect();
    lines.sort_by_key(|line| (line.is_keeper, line.slot));
    let secret_for = |binding: &Binding| secret.roll_secret(binding);
    match &table.phase {
        Phase::Betting(betting) => lines
            .into_iter()
            .filter(|line| !betting.seals.contains_key(&line.slot))
            .map(|line| Duty {
                member: line.member,
                body: new_seal(state, table, *line, secret_for),
            })
            .collect(),
        Phase::Locked(locked) => openings(state, table, locked, &lines, secret_for),
    }
}

fn new_seal(
    state: &ClubState,
    table: &ClubTable,
    line: RosterLine,
    secret_for: impl Fn(&Binding) -> SlotSecret,
) -> Body {
    let binding = table.binding(state.club(), line.slot);
    Body::Seal {
        table: table.number,
        epoch: table.epoch,
        roll: table.roll,
        slot: line.slot,
        seal: NewSeal {
            seal: seal(&binding, &secret_for(&binding)),
            stir: 0,
        },
    }
}

fn openings(
    state: &ClubState,
    table: &ClubTable,
    locked: &LockedRoll,
    lines: &[&RosterLine],
    secret_for: impl Fn(&Binding) -> SlotSecret,
) -> Vec<Duty> {
    let mut opened: BTreeSet<_> = locked.openings.keys().copied().collect();
    let mut duties = Vec::new();
    for line in lines {
        if !locked.seals.contains_key(&line.slot) || !opened.insert(line.slot) {
            continue;
        }
        let seen = if line.is_keeper {
            seats_seen(&opened)
        } else {
            0
        };
        let binding = table.binding(state.club(), line.slot);
        let next = Binding {
            roll: table.roll.saturating_add(1),
            ..binding
        };
        let body = Body::Open {
            table: table.number,
            roll: table.roll,
            slot: line.slot,
            lock_hash: locked.lock_hash,
            secret: *secret_for(&binding).expose(),
            seen,
            next: Some(NewSeal {
                seal: seal(&next, &secret_for(&next)),
                stir: 0,
            }),
        };
        duties.push(Duty {
            member: line.member,
            body,
        });
    }
    duties
}

/// One bit for each seat whose opening is there.
fn seats_seen(opened: &BTreeSet<crate::dice::Slot>) -> u16 {
    opened
        .iter()
        .filter_map(|slot| 1_u16.checked_shl(u32::from(slot.0)))
        .fold(0, |seen, bit| seen | bit)
}
