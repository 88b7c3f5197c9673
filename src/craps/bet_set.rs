//! A set of bets of the catalogue.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::catalogue::catalogue;
use super::key::BetId;

/// A set of bets: which ones a table offers. Readable formats list ids, compact ones hold the bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BetSet {
    low: u128,
    high: u64,
}

impl BetSet {
    /// The bets that a table offers unless its house says otherwise, found when the program is compiled: it is
    /// asked for wherever rules are compared with the rule book.
    pub const USUAL: Self = Self::usual();

    const fn usual() -> Self {
        let (mut rows, mut place, mut usual) = (catalogue(), 0_u32, Self { low: 0, high: 0 });
        while let [row, rest @ ..] = rows {
            if row.offered {
                let (low, high) = bits_at(place);
                usual.low |= low;
                usual.high |= high;
            }
            (rows, place) = (rest, place.saturating_add(1));
        }
        usual
    }

    /// Returns the set of all bets.
    #[must_use]
    pub fn all() -> Self {
        BetId::all().collect()
    }

    /// Whether a bet is in the set.
    #[must_use]
    pub fn contains(&self, bet: BetId) -> bool {
        let (low, high) = bits(bet);
        self.low & low != 0 || self.high & high != 0
    }

    /// Adds a bet.
    pub fn insert(&mut self, bet: BetId) {
        let (low, high) = bits(bet);
        self.low |= low;
        self.high |= high;
    }

    /// Removes a bet.
    pub fn remove(&mut self, bet: BetId) {
        let (low, high) = bits(bet);
        self.low &= !low;
        self.high &= !high;
    }

    /// Returns the bets, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = BetId> {
        BetId::all().filter(|bet| self.contains(*bet))
    }
}

fn bits(bet: BetId) -> (u128, u64) {
    bits_at(u32::try_from(bet.index()).unwrap_or(u32::MAX))
}

/// The bit of a place in the catalogue.
const fn bits_at(place: u32) -> (u128, u64) {
    match (1_u128.checked_shl(place), place.checked_sub(u128::BITS)) {
        (Some(low), _) => (low, 0),
        (None, Some(place)) => match 1_u64.checked_shl(place) {
            Some(high) => (0, high),
            None => (0, 0),
        },
        (None, None) => (0, 0),
    }
}

impl FromIterator<BetId> for BetSet {
    fn from_iter<I: IntoIterator<Item = BetId>>(bets: I) -> Self {
        let mut set = Self::default();
        for bet in bets {
            set.insert(bet);
        }
        set
    }
}

impl Serialize for BetSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_seq(self.iter())
        } else {
            (self.low, self.high).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for BetSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(Vec::<BetId>::deserialize(deserializer)?
                .into_iter()
                .collect());
        }
        let (low, high) = <(u128, u64)>::deserialize(deserializer)?;
        let read = Self { low, high };
        let known: Self = read.iter().collect();
        if known == read {
            Ok(read)
        } else {
            Err(serde::de::Error::custom(
                "a set of bets that names unknown ones",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BetId, BetSet};

    #[test]
    fn each_bet_goes_in_and_out_alone() {
        for bet in BetId::all() {
            let mut one = BetSet::default();
            one.insert(bet);
            assert_eq!(one.iter().collect::<Vec<_>>(), [bet]);
            let mut others = BetSet::all();
            others.remove(bet);
            let left = BetId::all().filter(|other| *other != bet);
            assert!(others.iter().eq(left), "{bet}");
            one.remove(bet);
            assert_eq!(one, BetSet::default());
        }
    }

    #[test]
    fn a_compact_set_that_names_no_bet_is_refused() {
        let all = postcard::to_stdvec(&BetSet::all()).unwrap();
        assert_eq!(postcard::from_bytes(&all), Ok(BetSet::all()));
        let beyond = postcard::to_stdvec(&(0_u128, 1_u64 << 63)).unwrap();
        assert!(postcard::from_bytes::<BetSet>(&beyond).is_err());
    }

    #[test]
    fn the_usual_bets_are_those_that_the_catalogue_offers() {
        let offered: BetSet = BetId::all().filter(|bet| bet.info().offered).collect();
        assert_eq!(BetSet::USUAL, offered);
        let (first, last) = (BetId::all().next(), BetId::all().last());
        let ends: BetSet = first.into_iter().chain(last).collect();
        let both: Vec<BetId> = ends.iter().collect();
        assert_eq!(
            both,
            [first, last].into_iter().flatten().collect::<Vec<_>>()
        );
    }
}
