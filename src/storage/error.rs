//! What can go wrong with the store, and what to do about it.

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::club::{ClubId, Height};

/// A store that could not do what was asked. Unless it says otherwise, nothing was written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is damaged. It is never repaired by guessing, and never replaced.
    #[error("the store {path} is damaged: {what}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Another process has it open.
    #[error("the store {path} is in use by another process")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// Another version of the program wrote it.
    #[error(
        "the store {path} was made by another version of bitcraps: it has schema {found}, \
         this one knows schema {known}"
    )]
    OtherSchema {
        /// The file.
        path: PathBuf,
        /// The schema in the file.
        found: u32,
        /// The schema of this program.
        known: u32,
    },
    /// The disk is full. Whether the last write is there shows when it is asked for again.
    #[error("the disk of the store {path} is full")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The disk failed. Whether the last write is there shows when it is asked for again.
    #[error("the store {path} can't be read or written: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why. Part of the message, so that it is told once wherever the message goes.
        cause: Arc<io::Error>,
    },
    /// It is to be read where nothing can be written, and is too large for that.
    #[error("the store {path} has {} MiB, too many to be read without writing beside it", bytes >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// The store holds another block at this height: two blocks for one place.
    #[error("club {club} has another block at height {height}")]
    OtherBlock {
        /// The club.
        club: ClubId,
        /// The height.
        height: Height,
    },
    /// A block would leave a gap.
    #[error("club {club} is at height {have}; a block for height {found} leaves a gap")]
    Gap {
        /// The club.
        club: ClubId,
        /// The newest height there is.
        have: Height,
        /// The height of the block.
        found: Height,
    },
    /// The club is in the store already, under another charter's bytes.
    #[error("club {club} is in the store already")]
    ClubExists {
        /// The club.
        club: ClubId,
    },
    /// There is no such club in the store.
    #[error("there is no club {club} in the store")]
    NoSuchClub {
        /// The club.
        club: ClubId,
    },
    /// An opening for this roll, or a later one, went out already under another lock.
    #[error("roll {roll} was opened before for another lock; the last opened roll is {last}")]
    OpenedBefore {
        /// The roll that was to be opened.
        roll: u64,
        /// The last roll that was opened.
        last: u64,
    },
    /// The store's thread has ended.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Returns what a person can do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Corrupt { .. } => {
                "the file was left as it is: put a copy of it back, or move it away to start a new club"
            }
            Self::Locked { .. } => "stop the other process, or choose another --data-dir",
            Self::OtherSchema { .. } => {
                "start the version that made it; or begin a new club with another --data-dir: \
                 nothing was touched"
            }
            Self::TooLarge { .. } => {
                "copy the data directory to where it can be written, and name the copy by --data-dir"
            }
            Self::Full { .. } => "make room on the disk; play goes on by itself then",
            Self::Io { cause, .. } => way_out(cause.kind()),
            Self::OtherBlock { .. } | Self::OpenedBefore { .. } => {
                "keep the data directory: it is evidence that two histories exist"
            }
            Self::Gap { .. } | Self::ClubExists { .. } | Self::NoSuchClub { .. } => {
                "restart the program; this is a fault of the program if it happens again"
            }
            Self::Closed => "restart the program",
        }
    }

    /// Tells whether the same call may succeed later without anybody mending the store's content.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Full { .. } | Self::Io { .. } | Self::Locked { .. } => true,
            Self::Corrupt { .. }
            | Self::OtherSchema { .. }
            | Self::TooLarge { .. }
            | Self::OtherBlock { .. }
            | Self::Gap { .. }
            | Self::ClubExists { .. }
            | Self::NoSuchClub { .. }
            | Self::OpenedBefore { .. }
            | Self::Closed => false,
        }
    }

    /// Tells whether the database may no longer be what it was, so that it must be opened anew.
    pub(super) const fn is_of_medium(&self) -> bool {
        matches!(
            self,
            Self::Corrupt { .. } | Self::Full { .. } | Self::Io { .. }
        )
    }

    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{InvalidData, QuotaExceeded, StorageFull, UnexpectedEof};
        let path = path.to_owned();
        let kind = source.kind();
        if kind == StorageFull || kind == QuotaExceeded {
            Self::Full { path }
        } else if kind == InvalidData || kind == UnexpectedEof {
            let what = source.to_string();
            Self::Corrupt { path, what }
        } else {
            let cause = Arc::new(source);
            Self::Io { path, cause }
        }
    }

    pub(super) fn from_redb(path: &Path, error: redb::Error) -> Self {
        if let redb::Error::Io(source) = error {
            return Self::from_io(path, source);
        }
        let path = path.to_owned();
        if matches!(
            error,
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch
        ) {
            return Self::Locked { path };
        }
        if matches!(error, redb::Error::PreviousIo) {
            let cause = Arc::new(io::Error::other(error.to_string()));
            return Self::Io { path, cause };
        }
        let what = error.to_string();
        Self::Corrupt { path, what }
    }

    /// redb panics on some damaged pages; that is damage like any other.
    pub(super) fn from_panic(path: &Path, panic: &(dyn Any + Send)) -> Self {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Self::Corrupt {
            path: path.to_owned(),
            what: words.unwrap_or("a page can't be read").to_owned(),
        }
    }
}

/// What a person can do about what the operating system says.
fn way_out(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{
        FileTooLarge, IsADirectory, NotADirectory, PermissionDenied, ReadOnlyFilesystem,
    };
    if kind == PermissionDenied {
        "give yourself the rights to read and write the file and its folder, or choose another --data-dir"
    } else if kind == ReadOnlyFilesystem {
        "make its disk writable, or choose another --data-dir"
    } else if kind == IsADirectory || kind == NotADirectory {
        "move away what is in its place, or choose another --data-dir"
    } else if kind == FileTooLarge {
        "lift the limit of file sizes, by `ulimit -f unlimited`, and start again"
    } else {
        "check the disk; play goes on by itself when it works again"
    }
}
