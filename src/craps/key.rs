//! Names of bets and seats.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::catalogue::{BetInfo, Family, catalogue};
use super::dice::BoxNumber;
use super::limits::SEATS_MAX;

/// A bet of the catalogue, by its place there. Written as its id, as in `place_6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BetId(u8);

impl BetId {
    /// Pass line.
    pub const PASS: Self = Self(0);
    /// Don't pass.
    pub const DONT_PASS: Self = Self(1);
    /// Come, in the box or on a number.
    pub const COME: Self = Self(2);
    /// Don't come, in the box or on a number.
    pub const DONT_COME: Self = Self(3);
    /// Odds on pass.
    pub const PASS_ODDS: Self = Self(4);
    /// Odds on don't pass.
    pub const DONT_PASS_ODDS: Self = Self(5);
    /// Odds on come.
    pub const COME_ODDS: Self = Self(6);
    /// Odds on don't come.
    pub const DONT_COME_ODDS: Self = Self(7);
    /// Odds on put.
    pub const PUT_ODDS: Self = Self(8);

    /// Returns the bet at a place of the catalogue, if there is one.
    #[must_use]
    pub fn at(index: usize) -> Option<Self> {
        catalogue().get(index)?;
        u8::try_from(index).ok().map(Self)
    }

    /// Returns the bet with an id or an alias, if there is one.
    #[must_use]
    pub const fn find(name: &str) -> Option<Self> {
        let (mut rows, mut place) = (catalogue(), 0_u8);
        while let [row, rest @ ..] = rows {
            if is_same(row.id, name) || is_one_of(name, row.aliases) {
                return Some(Self(place));
            }
            (rows, place) = (rest, place.saturating_add(1));
        }
        None
    }

    /// Returns all bets, in the order of the catalogue.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..catalogue().len()).filter_map(Self::at)
    }

    /// Returns the put bet on a number.
    #[must_use]
    pub fn put(number: BoxNumber) -> Option<Self> {
        let is_it = |info: &BetInfo| info.number == Some(number.value());
        Self::all().find(|bet| bet.info().family == Family::Put && is_it(bet.info()))
    }

    /// Returns its place in the catalogue.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Returns its row of the catalogue.
    ///
    /// # Panics
    /// Never: no `BetId` outside the catalogue can be made.
    #[must_use]
    pub fn info(self) -> &'static BetInfo {
        #[expect(clippy::expect_used, reason = "every constructor checks the place")]
        catalogue()
            .get(self.index())
            .expect("a bet of the catalogue")
    }

    /// Returns its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.info().id
    }
}

const fn is_one_of(name: &str, mut names: &[&str]) -> bool {
    while let [first, rest @ ..] = names {
        if is_same(first, name) {
            return true;
        }
        names = rest;
    }
    false
}

/// Compares also in constants, where `==` can't.
const fn is_same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([a, rest @ ..], [b, other_rest @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

impl fmt::Display for BetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl Serialize for BetId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(self.id())
        } else {
            serializer.serialize_u8(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for BetId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let name = String::deserialize(deserializer)?;
            Self::find(&name).ok_or_else(|| D::Error::custom(BetKeyError::unknown(&name)))
        } else {
            let index = u8::deserialize(deserializer)?;
            Self::at(usize::from(index))
                .ok_or_else(|| D::Error::custom(format!("no bet has the number {index}")))
        }
    }
}

/// What a player has at most one bet on: a bet, and for four kinds the number it is on.
///
/// Written `pass`, `come` (the box), `come@6`, `come_odds@6`. Odds on come, don't come and put always
/// have a number; no other bet but come and don't come can have one (rule book, section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BetKey {
    bet: BetId,
    number: Option<BoxNumber>,
}

impl BetKey {
    /// Returns the key, or `None` if the bet can't have that number, or needs one.
    #[must_use]
    pub const fn new(bet: BetId, number: Option<BoxNumber>) -> Option<Self> {
        let fits = match bet {
            BetId::COME | BetId::DONT_COME => true,
            BetId::COME_ODDS | BetId::DONT_COME_ODDS | BetId::PUT_ODDS => number.is_some(),
            _ => number.is_none(),
        };
        if fits {
            Some(Self { bet, number })
        } else {
            None
        }
    }

    /// Returns the bet.
    #[must_use]
    pub const fn bet(self) -> BetId {
        self.bet
    }

    /// Returns the number after the `@`.
    #[must_use]
    pub const fn number(self) -> Option<BoxNumber> {
        self.number
    }

    /// Returns the row of the catalogue.
    #[must_use]
    pub fn info(self) -> &'static BetInfo {
        self.bet.info()
    }

    /// Returns the flat bet that these odds go behind; `None` if the bet isn't odds.
    #[must_use]
    pub fn flat(self) -> Option<Self> {
        let flat = match self.bet {
            BetId::PASS_ODDS => BetId::PASS,
            BetId::DONT_PASS_ODDS => BetId::DONT_PASS,
            BetId::COME_ODDS => BetId::COME,
            BetId::DONT_COME_ODDS => BetId::DONT_COME,
            BetId::PUT_ODDS => return Self::new(BetId::put(self.number?)?, None),
            _ => return None,
        };
        Self::new(flat, self.number)
    }

    /// Returns the odds that can go behind this flat bet; `None` if it takes none.
    #[must_use]
    pub fn odds(self) -> Option<Self> {
        match (self.bet, self.number) {
            (BetId::PASS, _) => Self::new(BetId::PASS_ODDS, None),
            (BetId::DONT_PASS, _) => Self::new(BetId::DONT_PASS_ODDS, None),
            (BetId::COME, number) => Self::new(BetId::COME_ODDS, number),
            (BetId::DONT_COME, number) => Self::new(BetId::DONT_COME_ODDS, number),
            (bet, _) if bet.info().family == Family::Put => {
                Self::new(BetId::PUT_ODDS, bet.info().number.and_then(BoxNumber::of))
            }
            _ => None,
        }
    }

    /// The key of a flat bet after the dice gave it a number.
    pub(super) const fn moved_to(self, number: BoxNumber) -> Self {
        Self {
            bet: self.bet,
            number: Some(number),
        }
    }
}

impl fmt::Display for BetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            None => fmt::Display::fmt(&self.bet, f),
            Some(number) => f.pad(&format!("{}@{number}", self.bet)),
        }
    }
}

/// Text that names no bet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BetKeyError {
    /// No bet has this id or alias.
    #[error("{name:?} is not a bet; `bitcraps bets` lists them")]
    Unknown {
        /// What was written.
        name: String,
    },
    /// The number after the `@` does not suit the bet.
    #[error(
        "{name:?}: come, don't come and their odds, and odds on put, go on 4, 5, 6, 8, 9 or 10"
    )]
    Number {
        /// What was written.
        name: String,
    },
}

impl BetKeyError {
    fn unknown(name: &str) -> Self {
        Self::Unknown {
            name: name.chars().take(40).collect(),
        }
    }

    fn number(name: &str) -> Self {
        Self::Number {
            name: name.chars().take(40).collect(),
        }
    }
}

impl FromStr for BetKey {
    type Err = BetKeyError;

    fn from_str(text: &str) -> Result<Self, BetKeyError> {
        let (name, number) = match text.split_once('@') {
            None => (text, None),
            Some((name, number)) => {
                let number = BoxNumber::ALL
                    .into_iter()
                    .find(|candidate| candidate.to_string() == number)
                    .ok_or_else(|| BetKeyError::number(text))?;
                (name, Some(number))
            }
        };
        let bet = BetId::find(name).ok_or_else(|| BetKeyError::unknown(text))?;
        Self::new(bet, number).ok_or_else(|| BetKeyError::number(text))
    }
}

impl Serialize for BetKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.bet, self.number).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for BetKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?
                .parse()
                .map_err(D::Error::custom)
        } else {
            let (bet, number) = <(BetId, Option<BoxNumber>)>::deserialize(deserializer)?;
            Self::new(bet, number)
                .ok_or_else(|| D::Error::custom(format!("{bet} can't be on {number:?}")))
        }
    }
}

/// A seat at a table, 0 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SeatNo(u8);

impl SeatNo {
    /// Seat 0.
    pub const FIRST: Self = Self(0);

    /// Returns the seat, or `None` from [`SEATS_MAX`] on.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < SEATS_MAX {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Returns all seats, rising.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SEATS_MAX).map(Self)
    }

    /// Returns the number, 0 to 15.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for SeatNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<u8> for SeatNo {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Self::new(number)
            .ok_or_else(|| format!("seats are numbered below {SEATS_MAX}, not {number}"))
    }
}

impl From<SeatNo> for u8 {
    fn from(seat: SeatNo) -> Self {
        seat.0
    }
}
