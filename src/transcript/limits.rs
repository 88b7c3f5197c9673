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
