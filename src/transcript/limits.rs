//! The limits of a transcript, each with its reason.

use crate::club::limits::{BLOCK_BYTES_MAX, CHARTER_BYTES_MAX};

/// Bytes of a certificate: sixteen keepers' signatures take 1.1 KiB.
pub const CERTIFICATE_BYTES_MAX: usize = 2 * 1024;

/// Bytes of the record of the charter.
pub const CHARTER_RECORD_BYTES_MAX: usize = CHARTER_BYTES_MAX;

/// Bytes of the record of a block: the length of the block, the block, and its certificate.
pub const BLOCK_RECORD_BYTES_MAX: usize = 4 + BLOCK_BYTES_MAX + CERTIFICATE_BYTES_MAX;

/// Bytes of the last record: a count and a hash.
pub const FOOTER_BYTES: usize = 8 + 32;

/// Bytes of the record at which an excerpt begins: 1,024 members take 0.2 MiB, a table with sixteen
/// full seats some 20 KiB, a change of keepers at most 3 KiB; this is the most of all of them for a
/// hundred tables and a thousand changes, and as much again.
pub const STATE_RECORD_BYTES_MAX: usize = 12 * 1024 * 1024;

/// Bytes of the proof of two blocks: two headers with certificates, and a thousand changes of
/// keepers.
pub const FORK_RECORD_BYTES_MAX: usize = 3 * 1024 * 1024;
