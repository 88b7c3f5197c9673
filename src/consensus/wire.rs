//! What the nodes of a club say to each other about its chain, version 2.
//!
//! One message is a version byte and the canonical postcard encoding of one of the variants: what
//! decodes but would be written otherwise is refused, and so is anything behind it. Who sent it is
//! not in it: the link has proven that.

use serde::{Deserialize, Serialize};

use super::fork::ForkProof;
use super::limits::{ENGINE_BYTES_MAX, KEEPERS_MAX, MESSAGE_BYTES_MAX};
use super::versioned::{decode, encode};
use super::{Certificate, StoredBlock};
use crate::club::{Block, BlockId, CodecFault, Command, Height, KeyOffer, Rekey};

/// Version 1 had no proofs about new vote keys.
const VERSION: u8 = 2;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Please order this.
    Command(Command),
    /// A message of the keepers' engine.
    Engine {
        /// The height that it speaks of.
        height: Height,
        /// Whether nothing came of it the first time: whoever has more for that height answers.
        again: bool,
        /// The engine's own encoding.
        bytes: Vec<u8>,
    },
    /// Please send the blocks from this height on.
    Want {
        /// The first one.
        from: Height,
    },
    /// A decided block.
    Block {
        /// The block.
        block: Block,
        /// Its proof.
        certificate: Certificate,
    },
    /// The sender's newest block.
    Tip {
        /// Its height.
        height: Height,
        /// Which one.
        block: BlockId,
    },
    /// Keepers signed two histories.
    Fork(Box<ForkProof>),
    /// A keeper of a shared club offers a new vote key.
    KeyOffer(Box<KeyOffer>),
    /// New vote keys with what keepers signed of them; enough signatures make them hold.
    NewKeys(Box<Rekey>),
}

/// The form on the wire. The order of variants is part of the encoding.
#[derive(Serialize, Deserialize)]
enum Form {
    Command(Vec<u8>),
    Engine(Height, bool, Vec<u8>),
    Want(Height),
    Block(Vec<u8>, Certificate),
    Tip(Height, BlockId),
    Fork(Box<ForkProof>),
    KeyOffer(Box<KeyOffer>),
    NewKeys(Vec<u8>),
}

impl Message {
    /// Returns the message of a stored block.
    #[must_use]
    pub fn of_stored(stored: StoredBlock) -> Self {
        Self::Block {
            block: stored.block,
            certificate: stored.certificate,
        }
    }

    /// Returns the bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let form = match self {
            Self::Command(command) => Form::Command(command.to_bytes()),
            Self::Engine {
                height,
                again,
                bytes,
            } => Form::Engine(*height, *again, bytes.clone()),
            Self::Want { from } => Form::Want(*from),
            Self::Block { block, certificate } => {
                Form::Block(block.to_bytes(), certificate.clone())
            }
            Self::Tip { height, block } => Form::Tip(*height, *block),
            Self::Fork(proof) => Form::Fork(proof.clone()),
            Self::KeyOffer(offer) => Form::KeyOffer(offer.clone()),
            Self::NewKeys(rekey) => Form::NewKeys(rekey.to_bytes()),
        };
        encode(VERSION, &form)
    }

    /// Returns the message of these bytes; sizes and form are checked, no signature is.
    ///
    /// # Errors
    /// [`CodecFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        at_most(bytes.len(), MESSAGE_BYTES_MAX)?;
        Ok(match decode(VERSION, bytes)? {
            Form::Command(bytes) => Self::Command(Command::from_bytes(&bytes)?),
            Form::Engine(height, again, bytes) => {
                at_most(bytes.len(), ENGINE_BYTES_MAX)?;
                Self::Engine {
                    height,
                    again,
                    bytes,
                }
            }
            Form::Want(from) => Self::Want { from },
            Form::Block(bytes, certificate) => Self::Block {
                block: Block::from_bytes(&bytes)?,
                certificate,
            },
            Form::Tip(height, block) => Self::Tip { height, block },
            Form::Fork(proof) => Self::Fork(proof),
            Form::KeyOffer(offer) if offer.with.len() <= KEEPERS_MAX => Self::KeyOffer(offer),
            Form::KeyOffer(_) => return Err(CodecFault::Malformed),
            Form::NewKeys(bytes) => Self::NewKeys(Box::new(Rekey::from_bytes(&bytes)?)),
        })
    }
}

fn at_most(bytes: usize, limit: usize) -> Result<(), CodecFault> {
    if bytes > limit {
        return Err(CodecFault::TooLarge { bytes, limit });
    }
    Ok(())
}
