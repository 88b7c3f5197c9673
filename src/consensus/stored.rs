//! The row of a block in the store, version 1.

use serde::{Deserialize, Serialize};

use super::Certificate;
use crate::club::{Block, CodecFault};

const VERSION: u8 = 1;

/// A decided block as it is stored: with its proof, and with what became of its commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlock {
    /// The block.
    pub block: Block,
    /// Its proof.
    pub certificate: Certificate,
    /// Which commands were refused, by their places in the block. Replaying the chain gives the
    /// same; it stands here so that a node that starts can tell what became of a command.
    pub refused: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct Row<'a> {
    version: u8,
    #[serde(borrow)]
    block: std::borrow::Cow<'a, [u8]>,
    certificate: Certificate,
    refused: Vec<u16>,
}

impl StoredBlock {
    /// Returns the bytes of the row.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "postcard fails only on maps and sequences of unknown length, and there are none"
    )]
    pub fn to_bytes(&self) -> Vec<u8> {
        let row = Row {
            version: VERSION,
            block: self.block.to_bytes().into(),
            certificate: self.certificate.clone(),
            refused: self.refused.clone(),
        };
        postcard::to_stdvec(&row).expect("a block has an encoding")
    }

    /// Returns the block of a row; what it says is not checked.
    ///
    /// # Errors
    /// [`CodecFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        let row: Row<'_> =
            postcard::from_bytes(bytes).map_err(|_internal| CodecFault::Malformed)?;
        if row.version != VERSION {
            return Err(CodecFault::Malformed);
        }
        Ok(Self {
            block: Block::from_bytes(&row.block)?,
            certificate: row.certificate,
            refused: row.refused,
        })
    }
}
