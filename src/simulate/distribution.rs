//! How often each result came.

use std::collections::BTreeMap;

use super::limits::RESULT_BITS;

/// Counts of results, in chips. A result keeps its 15 highest bits, so that it is exact up to 32,767
/// chips either way, and too small by less than one part in 16,384 beyond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    counts: BTreeMap<i64, u64>,
    total: u64,
}

impl Distribution {
    /// Counts a result.
    pub fn add(&mut self, result: i64) {
        let count = self.counts.entry(kept(result)).or_default();
        *count = count.saturating_add(1);
        self.total = self.total.saturating_add(1);
    }

    /// Adds all counts of another.
    pub fn merge(&mut self, other: &Self) {
        for (result, more) in &other.counts {
            let count = self.counts.entry(*result).or_default();
            *count = count.saturating_add(*more);
        }
        self.total = self.total.saturating_add(other.total);
    }

    /// Returns how many results were counted.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Returns each result with its count, rising.
    pub fn counts(&self) -> impl Iterator<Item = (i64, u64)> {
        self.counts.iter().map(|(result, count)| (*result, *count))
    }

    /// Returns the smallest result that at least `percent` hundredths of all do not exceed; `None`
    /// if nothing was counted. 0 is the smallest and 100 the largest.
    #[must_use]
    pub fn quantile(&self, percent: u64) -> Option<i64> {
        let rank = u128::from(self.total)
            .saturating_mul(u128::from(percent))
            .div_ceil(100)
            .max(1);
        let mut seen = 0_u128;
        self.counts()
            .find(|(_, count)| {
                seen = seen.saturating_add(u128::from(*count));
                seen >= rank
            })
            .map(|(result, _)| result)
    }
}

/// Clears all but the highest bits of a result's size.
fn kept(result: i64) -> i64 {
    let size = result.unsigned_abs();
    let bits = u64::BITS.saturating_sub(size.leading_zeros());
    let dropped = bits.saturating_sub(RESULT_BITS);
    let size = size.wrapping_shr(dropped).wrapping_shl(dropped);
    if result < 0 {
        0_i64.saturating_sub_unsigned(size)
    } else {
        0_i64.saturating_add_unsigned(size)
    }
}
