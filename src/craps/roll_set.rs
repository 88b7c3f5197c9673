//! Sets of rolls: what a bet wins on, loses on, pushes on.

use super::dice::Dice;

/// A set of the 36 ordered rolls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RollSet(u64);

impl RollSet {
    /// No roll.
    pub const NONE: Self = Self(0);
    /// All rolls of 7.
    pub const SEVEN: Self = Self::total(7);
    /// All rolls of a box number.
    pub const BOX: Self = Self::totals(&[4, 5, 6, 8, 9, 10]);

    /// Returns the rolls of one total, 2 to 12.
    #[must_use]
    pub const fn total(total: u8) -> Self {
        let mut set = Self::NONE;
        let mut a = 1;
        while a <= 6 {
            if let Some(dice) = Dice::new(a, total.saturating_sub(a)) {
                set.0 |= dice.bit();
            }
            a = a.saturating_add(1);
        }
        set
    }

    /// Returns the rolls of any of some totals.
    #[must_use]
    pub const fn totals(mut totals: &[u8]) -> Self {
        let mut set = Self::NONE;
        while let [first, rest @ ..] = totals {
            set = set.or(Self::total(*first));
            totals = rest;
        }
        set
    }

    /// Returns the rolls that show a pair of faces, in either order.
    #[must_use]
    pub const fn pair(a: u8, b: u8) -> Self {
        match (Dice::new(a, b), Dice::new(b, a)) {
            (Some(one), Some(other)) => Self(one.bit() | other.bit()),
            _ => Self::NONE,
        }
    }

    /// Returns the rolls in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the rolls of this set that are not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether a roll is in the set.
    #[must_use]
    pub const fn contains(self, dice: Dice) -> bool {
        self.0 & dice.bit() != 0
    }

    /// Whether no roll is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds a roll.
    pub const fn insert(&mut self, dice: Dice) {
        self.0 |= dice.bit();
    }

    /// Returns how many of the 36 rolls are in the set.
    #[must_use]
    pub const fn ways(self) -> u32 {
        self.0.count_ones()
    }

    /// Returns the rolls, by first and then second die.
    pub fn iter(self) -> impl Iterator<Item = Dice> {
        Dice::all().filter(move |dice| self.contains(*dice))
    }
}

/// Widens a byte; `u32::from` can't be called in constants.
pub(super) const fn wide(byte: u8) -> u32 {
    u32::from_le_bytes([byte, 0, 0, 0])
}

#[cfg(test)]
mod tests {
    use super::{Dice, RollSet};

    #[test]
    fn sets_that_share_rolls_are_joined_and_parted_roll_by_roll() {
        let (low, high) = (RollSet::totals(&[2, 3, 4]), RollSet::totals(&[4, 5]));
        assert_eq!(low.or(high), RollSet::totals(&[2, 3, 4, 5]));
        assert_eq!(low.or(high).ways(), 1 + 2 + 3 + 4);
        assert_eq!(low.without(high), RollSet::totals(&[2, 3]));
        let of_four: Vec<String> = RollSet::total(4).iter().map(|it| it.to_string()).collect();
        assert_eq!(of_four, ["1-3", "2-2", "3-1"]);
        assert!(low.without(low).is_empty() && !low.is_empty());
        assert!(Dice::all().all(|dice| !RollSet::NONE.contains(dice)));
    }
}
