//! Two dice, the box numbers and the puck (rule book, sections 1 and 2).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::roll_set::wide;

/// One roll of two dice, each 1 to 6, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
pub struct Dice {
    a: u8,
    b: u8,
}

impl Dice {
    /// Returns the roll, or `None` unless both faces are 1 to 6.
    #[must_use]
    pub const fn new(a: u8, b: u8) -> Option<Self> {
        if matches!((a, b), (1..=6, 1..=6)) {
            Some(Self { a, b })
        } else {
            None
        }
    }

    /// Returns all 36 rolls, by first and then second die.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=6).flat_map(|a| (1..=6).map(move |b| Self { a, b }))
    }

    /// Returns the first die.
    #[must_use]
    pub const fn a(self) -> u8 {
        self.a
    }

    /// Returns the second die.
    #[must_use]
    pub const fn b(self) -> u8 {
        self.b
    }

    /// Returns the sum of both, 2 to 12.
    #[must_use]
    pub const fn total(self) -> u8 {
        self.a.saturating_add(self.b)
    }

    /// Whether both faces are equal.
    #[must_use]
    pub const fn is_hard(self) -> bool {
        self.a == self.b
    }

    /// The bit of this roll in a [`super::RollSet`]: first die in the higher three bits.
    pub(super) const fn bit(self) -> u64 {
        1_u64.wrapping_shl(wide(self.a).wrapping_shl(3) | wide(self.b))
    }
}

impl fmt::Display for Dice {
    /// Writes the faces in the order they fell, as in `4-2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.a, self.b)
    }
}

impl TryFrom<(u8, u8)> for Dice {
    type Error = String;

    fn try_from((a, b): (u8, u8)) -> Result<Self, String> {
        Self::new(a, b).ok_or_else(|| format!("dice show 1 to 6, not {a} and {b}"))
    }
}

impl From<Dice> for (u8, u8) {
    fn from(dice: Dice) -> Self {
        (dice.a, dice.b)
    }
}

/// A number that can be a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum BoxNumber {
    /// 4
    Four,
    /// 5
    Five,
    /// 6
    Six,
    /// 8
    Eight,
    /// 9
    Nine,
    /// 10
    Ten,
}

impl BoxNumber {
    /// All six, rising.
    pub const ALL: [Self; 6] = [
        Self::Four,
        Self::Five,
        Self::Six,
        Self::Eight,
        Self::Nine,
        Self::Ten,
    ];

    /// Returns the box number of a total, or `None` for 2, 3, 7, 11 and 12.
    #[must_use]
    pub const fn of(total: u8) -> Option<Self> {
        match total {
            4 => Some(Self::Four),
            5 => Some(Self::Five),
            6 => Some(Self::Six),
            8 => Some(Self::Eight),
            9 => Some(Self::Nine),
            10 => Some(Self::Ten),
            _ => None,
        }
    }

    /// Returns the total: 4, 5, 6, 8, 9 or 10.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Four => 4,
            Self::Five => 5,
            Self::Six => 6,
            Self::Eight => 8,
            Self::Nine => 9,
            Self::Ten => 10,
        }
    }
}

impl fmt::Display for BoxNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }
}

impl TryFrom<u8> for BoxNumber {
    type Error = String;

    fn try_from(total: u8) -> Result<Self, String> {
        Self::of(total).ok_or_else(|| format!("a box number is 4, 5, 6, 8, 9 or 10, not {total}"))
    }
}

impl From<BoxNumber> for u8 {
    fn from(number: BoxNumber) -> Self {
        number.value()
    }
}

/// Where the puck is: it shows the point.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Puck {
    /// No point: the next roll is a come-out.
    #[default]
    Off,
    /// The point.
    On(BoxNumber),
}

impl Puck {
    /// Returns the point, if there is one.
    #[must_use]
    pub const fn point(self) -> Option<BoxNumber> {
        match self {
            Self::Off => None,
            Self::On(point) => Some(point),
        }
    }

    /// Returns the phase.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Off => Phase::ComeOut,
            Self::On(_) => Phase::Point,
        }
    }

    /// Whether a roll is a seven-out: a 7 while a point is on.
    #[must_use]
    pub const fn is_seven_out(self, dice: Dice) -> bool {
        matches!(self, Self::On(_)) && dice.total() == 7
    }

    /// Returns the point that a roll makes, if it makes one.
    #[must_use]
    pub fn made(self, dice: Dice) -> Option<BoxNumber> {
        self.point().filter(|point| point.value() == dice.total())
    }

    /// Returns where a roll leaves the puck (rule book, section 2).
    #[must_use]
    pub fn after(self, dice: Dice) -> Self {
        match self {
            Self::Off => BoxNumber::of(dice.total()).map_or(Self::Off, Self::On),
            Self::On(_) if dice.total() == 7 || self.made(dice).is_some() => Self::Off,
            Self::On(_) => self,
        }
    }
}

/// Come-out or point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The puck is off.
    ComeOut,
    /// The puck is on a number.
    Point,
}
