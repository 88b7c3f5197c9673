//! The one encoding of whatever is signed, hashed or sent: canonical postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why bytes are not the encoding of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecFault {
    /// More bytes than this kind of thing may have.
    #[error("{bytes} bytes, at most {limit} are allowed")]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More commands than a block may have.
    #[error("{commands} commands, at most {limit} are allowed")]
    TooManyCommands {
        /// How many there are.
        commands: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The bytes are no value of the type.
    #[error("the bytes are not of this kind")]
    Malformed,
    /// The bytes decode, but this value is written otherwise, or something follows it.
    #[error("the bytes are not the canonical encoding of their value")]
    NotCanonical,
    /// The commands of a block are not those that its header names.
    #[error("the commands are not those of the header")]
    CommandsRoot,
}

/// Returns the encoding of a value.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "postcard fails only on maps and sequences of unknown length, which no type here has"
)]
pub(super) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("the types of a club have an encoding")
}

/// Returns the value of an encoding of at most `limit` bytes. Encoding it again gives the same
/// bytes, so that one value has one hash.
///
/// # Errors
/// [`CodecFault`].
pub(super) fn decode<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    limit: usize,
) -> Result<T, CodecFault> {
    if bytes.len() > limit {
        let bytes = bytes.len();
        return Err(CodecFault::TooLarge { bytes, limit });
    }
    let (value, _rest) = postcard::take_from_bytes(bytes).map_err(malformed)?;
    if encode(&value) == bytes {
        Ok(value)
    } else {
        Err(CodecFault::NotCanonical)
    }
}

/// Postcard's own reasons name its internals, which help nobody who sent the bytes.
fn malformed(_: postcard::Error) -> CodecFault {
    CodecFault::Malformed
}
