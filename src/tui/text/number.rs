//! Numbers as players read them.

use crate::ledger::Chips;
pub use crate::words::grouped;

/// Returns a number of chips.
#[must_use]
pub fn chips(chips: Chips) -> String {
    grouped(chips.get())
}

/// Returns a number of chips in at most so many columns if it can be: whole, then without commas, then
/// in full thousands or millions.
#[must_use]
pub fn chips_within(amount: Chips, columns: u16) -> String {
    let count = amount.get();
    let ways = [
        chips(amount),
        count.to_string(),
        format!("{}k", count / 1_000),
    ];
    let fits = |way: &String| way.len() <= usize::from(columns);
    ways.into_iter()
        .find(fits)
        .unwrap_or_else(|| format!("{}M", count / 1_000_000))
}

/// Returns a gain or a loss with its sign; nothing is `0`.
#[must_use]
pub fn signed(net: i64) -> String {
    let size = grouped(net.unsigned_abs());
    match net {
        1.. => format!("+{size}"),
        0 => size,
        ..0 => format!("-{size}"),
    }
}

/// Returns words for one or for several.
#[must_use]
pub fn counted(count: u64, one: &str, several: &str) -> String {
    let word = if count == 1 { one } else { several };
    format!("{} {word}", grouped(count))
}

/// Returns words joined as in a sentence: `a, b and c`.
#[must_use]
pub fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart_and_nets_keep_their_sign() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(signed(24), "+24");
        assert_eq!(signed(0), "0");
        assert_eq!(signed(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
