//! What proves that keepers broke the rules, as the store keeps it, version 1.

use serde::{Deserialize, Serialize};

use super::versioned::{decode, encode};
use super::{Certificate, ForkProof};
use crate::club::{Block, CodecFault, Evidence};

const VERSION: u8 = 1;

/// One proof. It was checked before it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misconduct {
    /// A keeper signed two things for one place.
    TwoThings(Box<Evidence>),
    /// Two blocks were decided for one height: the chain stopped on this node.
    Fork(Box<ForkProof>),
    /// A block was decided that breaks the rules, or whose root is not that of the state after it:
    /// the chain stopped on this node.
    WrongBlock {
        /// The block.
        block: Box<Block>,
        /// Its proof.
        certificate: Certificate,
    },
}

/// The form in the store. The order of variants is part of the encoding.
#[derive(Serialize, Deserialize)]
enum Form {
    TwoThings(Evidence),
    Fork(Box<ForkProof>),
    WrongBlock(Vec<u8>, Certificate),
}

impl Misconduct {
    /// Returns the bytes of the row.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(
            VERSION,
            &match self {
                Self::TwoThings(evidence) => Form::TwoThings(**evidence),
                Self::Fork(proof) => Form::Fork(proof.clone()),
                Self::WrongBlock { block, certificate } => {
                    Form::WrongBlock(block.to_bytes(), certificate.clone())
                }
            },
        )
    }

    /// Returns the proof of a row; no signature is checked.
    ///
    /// # Errors
    /// [`CodecFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        Ok(match decode(VERSION, bytes)? {
            Form::TwoThings(evidence) => Self::TwoThings(Box::new(evidence)),
            Form::Fork(proof) => Self::Fork(proof),
            Form::WrongBlock(block, certificate) => Self::WrongBlock {
                block: Box::new(Block::from_bytes(&block)?),
                certificate,
            },
        })
    }
}
