//! The names of things: hashes and numbers.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::hex;

/// Text that is not the hexadecimal form of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is {digits} hexadecimal digits")]
pub struct IdFault {
    /// How many digits it takes.
    pub digits: usize,
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&hex::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, IdFault> {
                hex::decode(text).map(Self).ok_or(IdFault { digits: 2 * $bytes })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() {
                    to.collect_str(self)
                } else {
                    let (chunks, _) = self.0.as_chunks::<32>();
                    <&[[u8; 32]; $bytes / 32]>::try_from(chunks)
                        .map_err(serde::ser::Error::custom)?
                        .serialize(to)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                    text.parse().map_err(D::Error::custom)
                } else {
                    let chunks = <[[u8; 32]; $bytes / 32]>::deserialize(from)?;
                    let bytes = chunks.as_flattened().try_into();
                    bytes.map(Self).map_err(D::Error::custom)
                }
            }
        }
    };
}

hex_id! {
    /// A club: the hash of its charter.
    ClubId, 32
}
hex_id! {
    /// A table, in all clubs; see [`crate::dice::table_id`].
    GameId, 32
}
hex_id! {
    /// A block: the hash of its header. The parent of the first block is the club's id.
    BlockId, 32
}
hex_id! {
    /// A command: the hash of everything but its signature.
    CommandId, 32
}
hex_id! {
    /// The whole state of a club.
    StateRoot, 32
}
hex_id! {
    /// An ed25519 public key (RFC 8032).
    PublicKey, 32
}
hex_id! {
    /// An ed25519 signature (RFC 8032).
    SignatureBytes, 64
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $of:ty) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $of);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

number! {
    /// The number of a block; the charter is 0.
    Height, u64
}
number! {
    /// A time inside blocks, in milliseconds since the Unix epoch: the only clock the state knows.
    TimeMs, u64
}
number! {
    /// The number of a keeper within its club; a new vote key is a new number.
    KeeperNo, u16
}
number! {
    /// The number of a table within its club, never used again.
    TableNo, u32
}

impl Height {
    /// Returns the next height.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
