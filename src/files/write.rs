//! The one way a small file is written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A file that could not be written. What was there before is still there, whole.
#[derive(Debug, thiserror::Error)]
#[error("{path} can't be written")]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// Writers of one process take turns: they share the name of the temporary file.
static TURN: Mutex<()> = Mutex::new(());

/// Replaces `path` by a file with `content`, readable by its owner alone (mode 0600), in one step
/// that survives a crash: a temporary file in the same folder, written, synced and renamed, and
/// then the folder synced. A crash leaves the old or the new content, and perhaps the temporary
/// file, which the next writer removes.
///
/// Two processes must not write one path: the data directory's lock keeps them apart.
///
/// # Errors
/// [`WriteError`]; the old content is untouched unless only the folder's sync failed.
pub fn write_atomic(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    place(path, content, |temporary| fs::rename(temporary, path))
}

/// Like [`write_atomic`], for a file that must not be there yet.
///
/// # Errors
/// [`WriteError`], of kind [`io::ErrorKind::AlreadyExists`] when there is a file of that name,
/// which is left alone.
pub fn write_atomic_new(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    place(path, content, |temporary| {
        // A link fails where a rename would replace.
        fs::hard_link(temporary, path)?;
        fs::remove_file(temporary)
    })
}

fn place(
    path: &Path,
    content: &[u8],
    publish: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), WriteError> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let steps = || -> io::Result<()> {
        let (folder, temporary) = beside(path)?;
        remove_if_there(&temporary)?;
        let written = write_synced(&temporary, content).and_then(|()| publish(&temporary));
        if let Err(error) = written {
            remove_if_there(&temporary)?;
            return Err(error);
        }
        sync_folder(&folder)
    };
    steps().map_err(|source| WriteError {
        path: path.to_owned(),
        source,
    })
}

/// Returns the folder of `path` and the name of the temporary file in it.
pub(crate) fn beside(path: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let temporary = folder.join(format!(".{}.new", name.to_string_lossy()));
    Ok((folder.to_owned(), temporary))
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_write_replaces_all_or_nothing_and_leaves_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings");
        // What a crash in the middle of an earlier write left behind.
        let (_, leftover) = beside(&path).unwrap();
        File::create(&leftover).unwrap();

        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );

        let refused = write_atomic_new(&path, b"three").unwrap_err();
        assert_eq!(refused.source.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"two");

        let missing = folder.path().join("no such folder").join("settings");
        let refused = write_atomic(&missing, b"four").unwrap_err();
        assert_eq!(refused.source.kind(), io::ErrorKind::NotFound);

        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn writers_of_one_file_never_mix() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings");
        std::thread::scope(|scope| {
            for letter in [b'a', b'b', b'c', b'd'] {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..8 {
                        write_atomic(path, &[letter; 4_096]).unwrap();
                        let found = fs::read(path).unwrap();
                        assert_eq!(found, [found[0]; 4_096]);
                    }
                });
            }
        });
    }
}
