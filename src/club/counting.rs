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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        counting: Vec<Case>,
    }

    /// What an independent program says of some openings.
    #[derive(Debug, Deserialize)]
    struct Case {
        keepers: Vec<u8>,
        /// Slot, and what it says was seen.
        openings: Vec<(u8, u16)>,
        counted: Vec<u8>,
        closes: bool,
    }

    #[test]
    fn who_counts_equals_the_published_vectors() {
        let vectors = include_str!("../../tests/vectors/dice.json");
        let Vectors { counting } = serde_json::from_str(vectors).unwrap();
        assert!(counting.len() > 40);
        for case in counting {
            let slots = |slots: &[u8]| slots.iter().copied().map(Slot).collect::<BTreeSet<_>>();
            let openings = case
                .openings
                .iter()
                .map(|(slot, seen)| (Slot(*slot), *seen));
            let found = count(&slots(&case.keepers), openings);
            let expected = Count {
                counted: slots(&case.counted),
                is_enough: case.closes,
            };
            assert_eq!(found, expected, "{case:?}");
        }
    }
}
