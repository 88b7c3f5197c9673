//! The keepers of one height.

use super::limits::{KEEPERS_MAX, SHARED_KEEPERS_MIN};
use crate::club::{Height, Keeper, KeeperNo};

/// The keepers that decide one block, by rising number: one, or 4 to 16. Each has one vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperSet(Vec<Keeper>);

/// A number of keepers that can't decide anything, or one number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeeperSetError {
    /// Two or three keepers tolerate no fault, more than 16 are too slow.
    #[error("a club has 1 or 4 to 16 keepers, not {found}")]
    Size {
        /// How many there were.
        found: usize,
    },
    /// The keepers are not in rising order of their numbers.
    #[error("keeper {number} is out of order")]
    Order {
        /// The second of the pair that is out of order.
        number: KeeperNo,
    },
}

impl KeeperSet {
    /// Returns the set of these keepers.
    ///
    /// # Errors
    /// [`KeeperSetError`].
    pub fn new(keepers: &[Keeper]) -> Result<Self, KeeperSetError> {
        let found = keepers.len();
        if found != 1 && !(SHARED_KEEPERS_MIN..=KEEPERS_MAX).contains(&found) {
            return Err(KeeperSetError::Size { found });
        }
        for (one, next) in keepers.iter().zip(keepers.iter().skip(1)) {
            if one.no >= next.no {
                return Err(KeeperSetError::Order { number: next.no });
            }
        }
        Ok(Self(keepers.to_vec()))
    }

    /// Returns the keepers by number.
    #[must_use]
    pub fn keepers(&self) -> &[Keeper] {
        &self.0
    }

    /// Returns a keeper.
    #[must_use]
    pub fn find(&self, number: KeeperNo) -> Option<&Keeper> {
        self.0.iter().find(|keeper| keeper.no == number)
    }

    /// Returns whose turn it is to propose: all in turn, by number.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "the remainder is below the number of keepers, of whom there is one at least"
    )]
    pub fn proposer(&self, height: Height, round: u32) -> &Keeper {
        let count = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        let turn = (height.0 % count).saturating_add(u64::from(round) % count) % count;
        &self.0[usize::try_from(turn).unwrap_or_default()]
    }

    /// Returns how many must agree: floor(2n/3) + 1 (Tendermint paper, section 2: more
    /// than two thirds).
    #[must_use]
    pub fn quorum(&self) -> usize {
        self.0.len() * 2 / 3 + 1
    }

    /// Returns how many may fail or lie: floor((n-1)/3).
    #[must_use]
    pub fn faults(&self) -> usize {
        self.0.len().saturating_sub(1) / 3
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::club::PublicKey;
    use crate::ledger::MemberNo;

    pub(in crate::consensus) fn keeper(number: u16, vote_key: PublicKey) -> Keeper {
        Keeper {
            no: KeeperNo(number),
            member: MemberNo(u32::from(number)),
            identity: PublicKey([3; 32]),
            vote_key,
        }
    }

    fn set(count: u16) -> Result<KeeperSet, KeeperSetError> {
        let key = PublicKey([1; 32]);
        KeeperSet::new(&(0..count).map(|n| keeper(n, key)).collect::<Vec<_>>())
    }

    #[test]
    fn quorums_are_those_of_the_table() {
        // Keepers, quorum, how many may fail.
        for (count, quorum, faults) in [(1, 1, 0), (4, 3, 1), (7, 5, 2), (16, 11, 5)] {
            let set = set(count).unwrap();
            assert_eq!((set.quorum(), set.faults()), (quorum, faults), "{count}");
        }
        for count in [0, 2, 3, 17] {
            let found = usize::from(count);
            assert_eq!(set(count), Err(KeeperSetError::Size { found }));
        }
    }

    #[test]
    fn a_keeper_counts_once() {
        let key = PublicKey([1; 32]);
        let twice = [0, 1, 1, 2].map(|number| keeper(number, key));
        let refused = KeeperSetError::Order {
            number: KeeperNo(1),
        };
        assert_eq!(KeeperSet::new(&twice), Err(refused));
    }
}
