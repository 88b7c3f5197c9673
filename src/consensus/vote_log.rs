//! The log of what a keeper signed and saw at the height that it works on: what keeps a keeper that
//! crashed from signing two things for one place.
//!
//! A key whose log is lost must never sign again, so a log is made once, together with its key, and
//! whatever is not plainly a write that a crash cut off counts as lost.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::LogRecord;
use super::limits::{VOTE_LOG_BYTES_MAX, VOTE_LOG_KEPT_BYTES_MAX};
use crate::club::{ClubId, Height, PublicKey};
use crate::files::{write_atomic, write_atomic_new};

mod claim;
mod frames;

use claim::Claim;
use frames::Frames;

/// Where a keeper's records are. Its calls block; none belongs on a thread of the runtime.
pub trait VoteLog: Send + fmt::Debug {
    /// Returns the height of the newest record and all records of that height, oldest first. A
    /// height below the one that the node works on is stale: it was left by a crash after the
    /// block's write.
    ///
    /// # Errors
    /// [`VoteLogFault`].
    fn read(&mut self) -> Result<(Height, Vec<LogRecord>), VoteLogFault>;

    /// Writes records of the current height; they are durable when this returns.
    ///
    /// # Errors
    /// What the system says. Nothing of these records may be sent then; the next call first cuts off
    /// what was written in part.
    fn append(&mut self, records: &[LogRecord]) -> io::Result<()>;

    /// Goes on to the height `next`: earlier records are not needed any more. It need not be
    /// durable, since a stale height is told by the block that is stored for it.
    ///
    /// # Errors
    /// What the system says.
    fn reset(&mut self, next: Height) -> io::Result<()>;
}

/// Why a log can't be used.
#[derive(Debug, thiserror::Error)]
pub enum VoteLogFault {
    /// Records may be missing: the vote key must never sign again.
    #[error("the vote log is lost: {why}")]
    Lost {
        /// What is wrong with it.
        why: &'static str,
    },
    /// It can't be read now.
    #[error("the vote log can't be read: {0}")]
    Io(#[from] io::Error),
}

/// A log in a file, which one part of this process has open at a time. The data directory's lock
/// keeps other processes away from it; nothing keeps a copy on another disk from being used.
///
/// A head names club and vote key, then comes a frame for each [`append`](VoteLog::append), with its
/// length, its height and a checksum. Only the last frame can be torn by a crash, and then nothing
/// of it was acted upon: it is cut off.
#[derive(Debug)]
pub struct FileVoteLog {
    path: PathBuf,
    file: File,
    frames: Frames,
    /// Bytes of whole frames; what lies behind them is to be cut off.
    length: u64,
    at: Height,
    _claim: Claim,
}

impl FileVoteLog {
    /// Makes the log of a new vote key, which first votes at height `at`.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::AlreadyExists`] when there is a log.
    pub fn create(path: &Path, club: &ClubId, key: &PublicKey, at: Height) -> io::Result<Self> {
        let frames = Frames::new(club, key);
        write_atomic_new(path, &frames.head(at)).map_err(|error| error.source)?;
        Self::fresh(path, frames, at, Claim::take(path)?)
    }

    /// Puts an empty log in the place of whatever is there. Only for a key whose votes are all in
    /// the blocks of the store: that of a sole keeper.
    ///
    /// # Errors
    /// What the system says.
    pub fn renew(path: &Path, club: &ClubId, key: &PublicKey, at: Height) -> io::Result<Self> {
        let claim = Claim::take(path)?;
        let frames = Frames::new(club, key);
        write_atomic(path, &frames.head(at)).map_err(|error| error.source)?;
        Self::fresh(path, frames, at, claim)
    }

    fn fresh(path: &Path, frames: Frames, at: Height, claim: Claim) -> io::Result<Self> {
        let length = size(&frames.head(at));
        Ok(Self {
            path: path.to_owned(),
            file: File::options().read(true).write(true).open(path)?,
            frames,
            length,
            at,
            _claim: claim,
        })
    }

    /// Opens the log of a vote key. Waits for whoever had it open before and is about to end.
    ///
    /// # Errors
    /// [`VoteLogFault`]; a log that isn't there is lost.
    pub fn open(path: &Path, club: &ClubId, key: &PublicKey) -> Result<Self, VoteLogFault> {
        let claim = Claim::take(path)?;
        if !path.try_exists()? {
            let why = "there is none";
            return Err(VoteLogFault::Lost { why });
        }
        let mut log = Self {
            path: path.to_owned(),
            file: File::options().read(true).write(true).open(path)?,
            frames: Frames::new(club, key),
            length: 0,
            at: Height::default(),
            _claim: claim,
        };
        (log.at, _) = log.read()?;
        Ok(log)
    }
}

impl VoteLog for FileVoteLog {
    fn read(&mut self) -> Result<(Height, Vec<LogRecord>), VoteLogFault> {
        if self.file.metadata()?.len() > VOTE_LOG_BYTES_MAX {
            let why = "it is larger than any log";
            return Err(VoteLogFault::Lost { why });
        }
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        let read = self.frames.read(&bytes)?;
        self.length = u64::try_from(read.whole).unwrap_or(u64::MAX);
        self.file.set_len(self.length)?;
        Ok((read.at, read.records))
    }

    fn append(&mut self, records: &[LogRecord]) -> io::Result<()> {
        let frame = self.frames.frame(self.at, records)?;
        let after = self.length.saturating_add(size(&frame));
        if after > VOTE_LOG_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(&frame)?;
        self.file.sync_data()?;
        self.length = after;
        Ok(())
    }

    fn reset(&mut self, next: Height) -> io::Result<()> {
        if self.length > VOTE_LOG_KEPT_BYTES_MAX {
            let head = self.frames.head(next);
            write_atomic(&self.path, &head).map_err(|error| error.source)?;
            self.file = File::options().read(true).write(true).open(&self.path)?;
            self.length = size(&head);
        }
        self.at = next;
        Ok(())
    }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A log in memory: for simulations, which crash nodes and tear what they wrote last.
#[derive(Clone, Debug)]
pub struct MemoryVoteLog {
    frames: Frames,
    bytes: Vec<u8>,
    at: Height,
    last: usize,
}

impl MemoryVoteLog {
    /// Returns the log of a new vote key, which first votes at height `at`.
    #[must_use]
    pub fn new(club: &ClubId, key: &PublicKey, at: Height) -> Self {
        let frames = Frames::new(club, key);
        let bytes = frames.head(at);
        let last = bytes.len();
        Self {
            frames,
            bytes,
            at,
            last,
        }
    }

    /// Loses what the last [`append`](VoteLog::append) wrote, but for its first `kept` bytes, as a
    /// crash before its end may do.
    pub fn tear(&mut self, kept: usize) {
        let end = self.last.saturating_add(kept);
        self.bytes.truncate(end);
    }

    /// Changes one bit before the last frame, as a medium that ages may do. One in the last frame
    /// makes it look torn: only what peers have heard tells then that it was there.
    pub fn flip(&mut self, bit: usize) {
        let place = (bit / 8).checked_rem(self.last);
        if let Some(byte) = place.and_then(|place| self.bytes.get_mut(place)) {
            *byte ^= 1 << (bit % 8);
        }
    }
}

impl VoteLog for MemoryVoteLog {
    fn read(&mut self) -> Result<(Height, Vec<LogRecord>), VoteLogFault> {
        let read = self.frames.read(&self.bytes)?;
        self.bytes.truncate(read.whole);
        self.at = read.at;
        Ok((read.at, read.records))
    }

    fn append(&mut self, records: &[LogRecord]) -> io::Result<()> {
        let frame = self.frames.frame(self.at, records)?;
        self.last = self.bytes.len();
        self.bytes.extend(frame);
        Ok(())
    }

    fn reset(&mut self, next: Height) -> io::Result<()> {
        self.bytes = self.frames.head(next);
        self.last = self.bytes.len();
        self.at = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
