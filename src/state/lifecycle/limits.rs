//! The limits of the lifecycle, each with its reason.

/// Transitions that can be read back: hours of a flapping service, and a page of the health pane.
pub const HISTORY_TRANSITIONS: usize = 256;

/// Bytes of a reason that are kept: two lines of a terminal and a long path fit in.
pub const REASON_BYTES: usize = 512;

/// Upper bounds, in milliseconds, of the buckets that count the time spent in a state; one bucket
/// more takes everything longer.
pub const TIME_BUCKETS_MILLIS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000];
