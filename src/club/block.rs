//! Blocks: ordered batches of commands.

use super::codec::{self, CodecFault};
use super::command::Command;
use super::hash::Domain;
use super::ids::{BlockId, ClubId, Height, KeeperNo, StateRoot, TimeMs};
use super::limits::{BLOCK_BYTES_MAX, BLOCK_COMMANDS_MAX, COMMAND_BYTES_MAX};
use super::rekey::Rekey;

/// What is agreed on and signed of a block. No attempt number and no certificate is in it: they
/// may differ between honest nodes and must never reach the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The club.
    pub club: ClubId,
    /// The number of this block.
    pub height: Height,
    /// The block before; for the first one the club's id.
    pub parent: BlockId,
    /// The time of the state after it.
    pub time: TimeMs,
    /// Who proposed it.
    pub proposer: KeeperNo,
    /// The hash of all commands with their signatures.
    pub commands_root: [u8; 32],
    /// The state after it.
    pub state_root: StateRoot,
    /// The keepers of the next block.
    pub next_keepers_hash: [u8; 32],
    /// New vote keys, which decide this block and go on from here.
    pub rekey: Option<Box<Rekey>>,
}

impl Header {
    /// Bytes of a header without new vote keys; that of one keeper takes 136 more.
    pub const BYTES: usize = 180;

    /// The version of the format.
    pub const VERSION: u8 = 1;

    /// Returns the bytes: fixed width, little endian. The last of the 180 bytes says whether new vote
    /// keys follow.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts: [&[u8]; 9] = [
            &[Self::VERSION],
            &self.club.0,
            &self.height.0.to_le_bytes(),
            &self.parent.0,
            &self.time.0.to_le_bytes(),
            &self.proposer.0.to_le_bytes(),
            &self.commands_root,
            &self.state_root.0,
            &self.next_keepers_hash,
        ];
        let mut bytes = parts.concat();
        match &self.rekey {
            None => bytes.push(Rekey::NONE),
            Some(rekey) => bytes.extend(rekey.to_bytes()),
        }
        bytes
    }

    /// Returns how many bytes it takes.
    #[must_use]
    pub fn bytes_len(&self) -> usize {
        let rekey = self.rekey.as_ref();
        Self::BYTES.saturating_add(rekey.map_or(0, |rekey| rekey.bytes_len()))
    }

    /// Returns the header of these bytes.
    ///
    /// # Errors
    /// [`CodecFault::Malformed`] for another length or version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        let mut reader = Reader(bytes);
        let header = Self::read(&mut reader)?;
        if reader.0.is_empty() {
            Ok(header)
        } else {
            Err(CodecFault::Malformed)
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecFault> {
        let [version] = reader.take()?;
        let header = Self {
            club: ClubId(reader.take()?),
            height: Height(u64::from_le_bytes(reader.take()?)),
            parent: BlockId(reader.take()?),
            time: TimeMs(u64::from_le_bytes(reader.take()?)),
            proposer: KeeperNo(u16::from_le_bytes(reader.take()?)),
            commands_root: reader.take()?,
            state_root: StateRoot(reader.take()?),
            next_keepers_hash: reader.take()?,
            rekey: Rekey::read(reader)?.map(Box::new),
        };
        if version == Self::VERSION {
            Ok(header)
        } else {
            Err(CodecFault::Malformed)
        }
    }

    /// Returns the id of the block: it covers every byte, the commands by their root.
    #[must_use]
    pub fn id(&self) -> BlockId {
        BlockId(Domain::Block.hash(&[&self.to_bytes()]))
    }
}

/// Takes fixed widths off the front.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], CodecFault> {
        let (head, rest) = self.0.split_first_chunk().ok_or(CodecFault::Malformed)?;
        self.0 = rest;
        Ok(*head)
    }
}

/// An ordered batch of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What is agreed on.
    pub header: Header,
    /// The commands in the order in which they apply.
    pub commands: Vec<Command>,
}

impl Block {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> BlockId {
        self.header.id()
    }

    /// Returns the bytes: the header, then the commands in canonical encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.to_bytes();
        bytes.extend(codec::encode(&self.commands));
        bytes
    }

    /// Returns the block of at most 64 KiB; its form, size and commands root are checked, nothing else.
    ///
    /// # Errors
    /// [`CodecFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        if bytes.len() > BLOCK_BYTES_MAX {
            let bytes = bytes.len();
            return Err(CodecFault::TooLarge {
                bytes,
                limit: BLOCK_BYTES_MAX,
            });
        }
        let mut reader = Reader(bytes);
        let header = Header::read(&mut reader)?;
        let commands = codec::decode(reader.0, BLOCK_BYTES_MAX)?;
        let block = Self { header, commands };
        block.check()?;
        Ok(block)
    }

    /// Checks that the commands are those of the header, so that the id covers every byte, and their
    /// number and sizes.
    ///
    /// # Errors
    /// [`CodecFault::CommandsRoot`], [`CodecFault::TooLarge`], [`CodecFault::TooManyCommands`].
    pub fn check(&self) -> Result<(), CodecFault> {
        let too_large = |bytes, limit| Err(CodecFault::TooLarge { bytes, limit });
        let commands = self.commands.len();
        if commands > BLOCK_COMMANDS_MAX {
            let limit = BLOCK_COMMANDS_MAX;
            return Err(CodecFault::TooManyCommands { commands, limit });
        }
        // The count of commands takes two bytes.
        let mut sum = self.header.bytes_len().saturating_add(2);
        for command in &self.commands {
            let bytes = command.to_bytes().len();
            if bytes > COMMAND_BYTES_MAX {
                return too_large(bytes, COMMAND_BYTES_MAX);
            }
            sum = sum.saturating_add(bytes);
        }
        if sum > BLOCK_BYTES_MAX {
            return too_large(sum, BLOCK_BYTES_MAX);
        }
        if self.header.commands_root != commands_root(&self.commands) {
            return Err(CodecFault::CommandsRoot);
        }
        Ok(())
    }
}

/// Returns the hash of all commands, signatures too.
#[must_use]
pub fn commands_root(commands: &[Command]) -> [u8; 32] {
    Domain::Commands.hash(&[&codec::encode(&commands)])
}
