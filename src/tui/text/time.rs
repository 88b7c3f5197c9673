//! Times as players read them.

use crate::clock::UnixMillis;

/// Returns the time of day, in UTC: `20:04:12`.
#[must_use]
pub fn clock(at: UnixMillis) -> String {
    let seconds = at.0 / 1_000 % 86_400;
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Returns the time of day without seconds, in UTC: `20:04`.
#[must_use]
pub fn minutes(at: UnixMillis) -> String {
    let minutes = at.0 / 60_000 % 1_440;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_taken_from_the_epoch() {
        // 2001-09-09T01:46:40Z is the well-known second 1,000,000,000.
        assert_eq!(clock(UnixMillis(1_000_000_000_000)), "01:46:40");
        assert_eq!(minutes(UnixMillis(1_000_000_000_000)), "01:46");
    }
}
