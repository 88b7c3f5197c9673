//! Whose secrets make the dice.

use std::collections::{BTreeMap, BTreeSet};

use super::table::RosterLine;
use crate::dice::Slot;

/// How many of so many keepers may fail or lie without harm.
pub(super) const fn tolerated(keepers: usize) -> usize {
    keepers.saturating_sub(1) / 3
}

/// Which openings of a locked roll count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    /// The slots whose secrets make the dice, if the roll closes now.
    pub(super) counted: BTreeSet<Slot>,
    /// Whether enough keepers opened for a close: one more than may lie.
    pub(super) is_enough: bool,
}

/// Counts the openings on the chain, given by slot with what they say was seen. A keeper counts by
/// its own opening; a seat counts if so many keepers have seen its opening when they opened
/// themselves that one of them is honest. Who waits to see the others' secrets comes after that
/// one, so withholding is blind.
pub(super) fn count(
    keepers: &BTreeSet<Slot>,
    openings: impl Iterator<Item = (Slot, u16)> + Clone,
) -> Count {
    let need = tolerated(keepers.len()).saturating_add(1);
    let of_keepers = openings.clone().filter(|(slot, _)| keepers.contains(slot));
    let seen: BTreeMap<Slot, u16> = of_keepers.collect();
    let counts = |slot: Slot| {
        let bit = 1_u16.checked_shl(u32::from(slot.0)).unwrap_or(0);
        let witnesses = seen.values().filter(|seen| **seen & bit != 0);
        keepers.contains(&slot) || witnesses.count() >= need
    };
    Count {
        counted: openings
            .map(|(slot, _)| slot)
            .filter(|slot| counts(*slot))
            .collect(),
        is_enough: seen.len() >= need,
    }
}

/// The slots of the keepers of a roster.
pub(super) fn keepers(roster: &[RosterLine]) -> BTreeSet<Slot> {
    let keepers = roster.iter().filter(|line| line.is_keeper);
    keepers.map(|line| line.slot).collect()
}
