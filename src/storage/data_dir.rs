//! The data directory: the owner's alone, and one process at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::clock::UnixMillis;
use crate::shown::Shown;

/// The longest lock file that is read: far above what this program writes.
const LOCK_FILE_BYTES_MAX: u64 = 1_024;

/// The process that holds a data directory, as it wrote itself down.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// Its process id on its machine.
    pub pid: u32,
    /// The name of its machine.
    pub host: String,
    /// When it took the lock.
    pub since: UnixMillis,
}

/// A data directory that can't be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process uses it.
    #[error("the data directory {path} is in use{}", by(.holder.as_ref()))]
    Held {
        /// The directory.
        path: PathBuf,
        /// Who uses it; unknown for the moment in which it starts.
        holder: Option<Holder>,
    },
    /// There is something else of that name.
    #[error("{path} is not a directory")]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// It belongs to another user.
    #[error("the data directory {path} belongs to user {owner}, not to user {user}")]
    NotYours {
        /// The directory.
        path: PathBuf,
        /// The user id of its owner.
        owner: u32,
        /// The user id of this process.
        user: u32,
    },
    /// Others than the owner may look into it.
    #[error("the data directory {path} is open to others: its mode is {mode:04o}, not 0700")]
    TooOpen {
        /// The directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It can't be written: a read-only disk, or missing rights.
    #[error("the data directory {path} can't be written")]
    ReadOnly {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The disk is full.
    #[error("the disk of the data directory {path} is full")]
    Full {
        /// The directory.
        path: PathBuf,
    },
    /// A folder is in the place of its lock.
    #[error("the lock {path} can't be taken")]
    Lock {
        /// The lock.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Anything else that the operating system says.
    #[error("the data directory {path} can't be used")]
    Io {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn by(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| {
        let host = Shown::new(&holder.host, 64);
        format!(" by process {} on {host}", holder.pid)
    })
}

impl DataDirError {
    /// Returns what a person can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Lock { .. } => "move away what is in its place; it is made anew",
            Self::Held { .. } => "stop that process, or choose another --data-dir",
            Self::NotADirectory { .. } | Self::NotYours { .. } => "choose another --data-dir",
            Self::TooOpen { path, .. } => {
                return format!(
                    "take the rights of others away: chmod go= {}",
                    path.display()
                );
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::FileTooLarge => {
                "lift the limit of file sizes, by `ulimit -f unlimited`, and start again"
            }
            Self::ReadOnly { .. } | Self::Io { .. } => {
                "check the rights of the directory and its disk, or choose another --data-dir"
            }
            Self::Full { .. } => "make room on the disk, or choose another --data-dir",
        };
        hint.to_owned()
    }

    fn of_lock(directory: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::IsADirectory {
            let path = directory.join(DataDirLock::FILE_NAME);
            return Self::Lock { path, source };
        }
        Self::from_io(directory, source)
    }

    fn from_io(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{
            NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        let path = path.to_owned();
        let kind = source.kind();
        if kind == NotADirectory || kind == io::ErrorKind::AlreadyExists {
            Self::NotADirectory { path }
        } else if kind == PermissionDenied || kind == ReadOnlyFilesystem {
            Self::ReadOnly { path, source }
        } else if kind == StorageFull || kind == QuotaExceeded {
            Self::Full { path }
        } else {
            Self::Io { path, source }
        }
    }
}

/// The right to use a data directory, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct DataDirLock {
    directory: PathBuf,
    /// Holds the operating system's lock.
    _file: File,
}

impl DataDirLock {
    /// The name of the lock file in the data directory.
    pub const FILE_NAME: &str = "lock";

    /// Makes the directory when it is missing (mode 0700, missing parents too), checks that it is
    /// the user's own and closed to others, and takes its lock. `now` is written into the lock for
    /// whoever is refused.
    ///
    /// # Errors
    /// [`DataDirError`].
    pub fn acquire(directory: &Path, now: UnixMillis) -> Result<Self, DataDirError> {
        prepare(directory)?;
        let failed = |source| DataDirError::of_lock(directory, source);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(directory.join(DataDirLock::FILE_NAME))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DataDirError::Held {
                    path: directory.to_owned(),
                    holder: read_holder(&file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let holder = Holder {
            pid: std::process::id(),
            host: rustix::system::uname()
                .nodename()
                .to_string_lossy()
                .into_owned(),
            since: now,
        };
        write_holder(&mut file, &holder).map_err(failed)?;
        Ok(Self {
            directory: directory.to_owned(),
            _file: file,
        })
    }

    /// Takes a share of the lock of a directory that can't be written: others may read it too, and
    /// nobody may write. Changes nothing.
    ///
    /// # Errors
    /// [`DataDirError`], also when the directory is not there.
    pub fn share(directory: &Path) -> Result<Self, DataDirError> {
        check_owner(directory)?;
        let failed = |source| DataDirError::from_io(directory, source);
        let file = File::open(directory.join(DataDirLock::FILE_NAME)).map_err(failed)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self {
                directory: directory.to_owned(),
                _file: file,
            }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::Held {
                path: directory.to_owned(),
                holder: read_holder(&file),
            }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Returns the directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

fn prepare(directory: &Path) -> Result<(), DataDirError> {
    let failed = |source| DataDirError::from_io(directory, source);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(failed)?;
    check_owner(directory)
}

/// Checks that a directory is the user's own and closed to others. Makes nothing.
///
/// # Errors
/// [`DataDirError`]; also when it is not there.
pub fn check_owner(directory: &Path) -> Result<(), DataDirError> {
    let failed = |source| DataDirError::from_io(directory, source);
    let metadata = fs::metadata(directory).map_err(failed)?;
    let path = directory.to_owned();
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        return Err(DataDirError::NotYours { path, owner, user });
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(DataDirError::TooOpen { path, mode });
    }
    Ok(())
}

fn write_holder(file: &mut File, holder: &Holder) -> io::Result<()> {
    let text = serde_json::to_string(holder).map_err(io::Error::other)?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}

/// Returns who holds the lock; nothing while it is just being written.
fn read_holder(file: &File) -> Option<Holder> {
    let mut text = String::new();
    file.take(LOCK_FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_second_holder_learns_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("deep").join("data");
        let first = DataDirLock::acquire(&directory, UnixMillis(5)).unwrap();
        let mode = fs::metadata(&directory).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);

        let refused = DataDirLock::acquire(&directory, UnixMillis(9)).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.contains(&format!("process {}", std::process::id())),
            "{text}"
        );
        let DataDirError::Held { holder, .. } = refused else {
            panic!("{refused}");
        };
        assert_eq!(holder.unwrap().since, UnixMillis(5));

        drop(first);
        DataDirLock::acquire(&directory, UnixMillis(9)).unwrap();
    }

    #[test]
    fn a_directory_that_is_open_or_no_directory_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        let refused = DataDirLock::acquire(&open, UnixMillis(0)).unwrap_err();
        assert!(matches!(refused, DataDirError::TooOpen { mode: 0o755, .. }));
        assert_eq!(fs::read_dir(&open).unwrap().count(), 0);

        let file = folder.path().join("file");
        File::create(&file).unwrap();
        for path in [file.clone(), file.join("below")] {
            let refused = DataDirLock::acquire(&path, UnixMillis(0)).unwrap_err();
            assert!(
                matches!(refused, DataDirError::NotADirectory { .. }),
                "{refused}"
            );
        }
    }

    #[test]
    fn each_fault_of_the_disk_has_its_own_error() {
        let path = Path::new("/data");
        for (kind, wanted) in [
            (io::ErrorKind::StorageFull, "is full"),
            (io::ErrorKind::QuotaExceeded, "is full"),
            (io::ErrorKind::ReadOnlyFilesystem, "can't be written"),
            (io::ErrorKind::PermissionDenied, "can't be written"),
            (io::ErrorKind::TimedOut, "can't be used"),
        ] {
            let text = DataDirError::from_io(path, kind.into()).to_string();
            assert!(text.contains(wanted), "{text}");
        }
    }
}
