//! Bounds of this part, each with its reason.

/// The most leading zero bits a proof of work may ask for: 2^32 tries are a day of one core.
pub const PROOF_BITS_MAX: u8 = 32;

/// The leading zero bits asked for by default: 2^16 tries are a second or two.
pub const PROOF_BITS_DEFAULT: u8 = 16;

/// Threads that look for a key. Two halve the wait and leave a small machine usable.
pub const MINING_THREADS: usize = 2;

/// Tries between two reports of progress: about thirty reports a second.
pub const TRIES_PER_REPORT: u64 = 1_024;

/// The longest passphrase in bytes; longer ones are a wrong file given by mistake.
pub const PASSPHRASE_BYTES_MAX: usize = 1_024;

/// The most memory a key file may ask for in KiB (256 MiB): more would be a way to stop the node.
pub const KEY_MEMORY_KIB_MAX: u32 = 256 << 10;

/// The most passes a key file may ask for; at the most memory that is about ten seconds.
pub const KEY_PASSES_MAX: u32 = 16;
