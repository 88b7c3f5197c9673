//! Bounds of this part, each with its reason.

/// redb's page cache in bytes. Its default is 1 GiB; the working set here is a few blocks and one
/// state.
pub const CACHE_BYTES: usize = 8 << 20;

/// Jobs that wait for the store's thread. A full queue makes callers wait, which slows the intake.
pub const QUEUE_MAX: usize = 256;

/// Writes that share one durable write: enough to hide the disk's latency, few enough to answer
/// soon.
pub const GROUP_MAX: usize = 64;

/// The most blocks that one answer holds: 64 blocks of 64 KiB are 4 MiB.
pub const BLOCKS_PER_READ_MAX: usize = 64;

/// Less free room on the store's disk than this is told as trouble: some minutes of play, at the
/// few KiB that a roll takes, and room for the copy that a write of a full page makes.
pub const FREE_BYTES_LOW: u64 = 64 << 20;

/// From so much free room on the trouble is over: more than [`FREE_BYTES_LOW`], so that a disk at
/// the limit does not change its mind all the time.
pub const FREE_BYTES_ENOUGH: u64 = 128 << 20;

/// The largest store that is copied into memory to be read or checked there.
pub const COPY_BYTES_MAX: u64 = 256 << 20;

/// The most rows of rolls that one read returns: what a history pane shows at once.
pub const ROLLS_PER_READ_MAX: usize = 256;

/// Proofs of misconduct that are kept of a club: each sole one stops a club or costs a keeper its
/// bond, so that more of them say nothing new.
pub const MISCONDUCT_MAX: usize = 64;
