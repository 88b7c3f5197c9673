//! The log's file: one a day, readable by its owner alone, bounded.

use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};

use super::{FILES_MAX, UnixMillis};

/// Opens today's file in a folder that is made if need be.
pub(super) fn open(directory: &Path) -> io::Result<RollingFileAppender> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("bitcraps")
        .filename_suffix("log")
        .max_log_files(FILES_MAX)
        .build(directory)
        .map_err(io::Error::other)
}

/// A writer that takes so many bytes, says that it is full, and takes no more.
#[derive(Debug)]
pub(super) struct Capped<W> {
    inner: W,
    left: Option<u64>,
}

impl<W: Write> Capped<W> {
    pub(super) const fn new(inner: W, bytes_max: u64) -> Self {
        Self {
            inner,
            left: Some(bytes_max),
        }
    }
}

impl<W: Write> Write for Capped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left else {
            return Ok(bytes.len());
        };
        let wanted = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = left.checked_sub(wanted);
        if self.left.is_none() {
            self.inner
                .write_all(b"the log of this run is full, the log pane goes on\n")?;
            return Ok(bytes.len());
        }
        self.inner.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Returns a time as RFC 3339 writes it, in UTC with milliseconds: `2026-11-03T09:05:00.250Z`.
#[must_use]
pub fn rfc3339(at: UnixMillis) -> String {
    let (days, millis) = (at.0 / 86_400_000, at.0 % 86_400_000);
    let (year, month, day) = civil(days);
    let seconds = millis / 1_000;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        millis % 1_000
    )
}

/// Returns year, month and day of a number of days since 1970-01-01 in the Gregorian calendar, by
/// counting in years that begin in March, so that the leap day is the last of its year (Hinnant,
/// "chrono-compatible low-level date algorithms", `civil_from_days`).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + 400 * era + u64::from(month <= 2);
    (year, month, day)
}
