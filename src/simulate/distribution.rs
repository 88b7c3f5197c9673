//! How often each result came.

use std::collections::BTreeMap;

use super::limits::RESULT_BITS;

/// Counts of results, in chips. A result is counted by its 15 highest bits: it is exact up to
/// [`RESULT_EXACT_MAX`](super::limits::RESULT_EXACT_MAX) chips either way, and beyond nearer to 0 by
/// less than one part in 16,384. The least and the largest result are exact, however large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    counts: BTreeMap<i64, u64>,
    total: u64,
    /// The least and the largest result.
    range: Option<(i64, i64)>,
}

impl Distribution {
    /// Counts a result.
    pub fn add(&mut self, result: i64) {
        let count = self.counts.entry(kept(result)).or_default();
        *count = count.saturating_add(1);
        self.total = self.total.saturating_add(1);
        self.widen(result, result);
    }

    /// Adds all counts of another.
    pub fn merge(&mut self, other: &Self) {
        for (result, more) in &other.counts {
            let count = self.counts.entry(*result).or_default();
            *count = count.saturating_add(*more);
        }
        self.total = self.total.saturating_add(other.total);
        if let Some((least, most)) = other.range {
            self.widen(least, most);
        }
    }

    /// Makes room for other ends of the range.
    fn widen(&mut self, least: i64, most: i64) {
        let (mine, mine_most) = self.range.unwrap_or((least, most));
        self.range = Some((mine.min(least), mine_most.max(most)));
    }

    /// Returns how many results were counted.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Returns the least and the largest result, exactly; `None` if nothing was counted.
    #[must_use]
    pub const fn range(&self) -> Option<(i64, i64)> {
        self.range
    }

    /// Returns each result, to 15 bits, with its count, rising.
    pub fn counts(&self) -> impl Iterator<Item = (i64, u64)> {
        self.counts.iter().map(|(result, count)| (*result, *count))
    }

    /// Returns the smallest result that at least `percent` hundredths of all do not exceed; `None`
    /// if nothing was counted. It is exact to 15 bits, and within the exact [`Distribution::range`].
    #[must_use]
    pub fn quantile(&self, percent: u64) -> Option<i64> {
        let rank = u128::from(self.total)
            .saturating_mul(u128::from(percent))
            .div_ceil(100)
            .max(1);
        let (least, most) = self.range?;
        let mut seen = 0_u128;
        self.counts()
            .find(|(_, count)| {
                seen = seen.saturating_add(u128::from(*count));
                seen >= rank
            })
            .map(|(result, _)| result.clamp(least, most))
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
