//! A file that is written piece by piece and appears as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::write::{WriteError, beside, remove_if_there, sync_folder};

/// A new file under a temporary name in the same folder. It gets its name when all of it is
/// written and synced; dropped before that, it is gone.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    folder: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
    is_published: bool,
}

impl AtomicFile {
    /// Begins a file that shall stand at `path`, with the rights that the user gives new files.
    ///
    /// # Errors
    /// [`WriteError`], of kind [`std::io::ErrorKind::AlreadyExists`] when there is one of that name
    /// and `replace` is not set.
    pub fn create(path: &Path, replace: bool) -> Result<Self, WriteError> {
        let failed = |source| WriteError {
            path: path.to_owned(),
            source,
        };
        if !replace && path.try_exists().map_err(failed)? {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        let (folder, temporary) = beside(path).map_err(failed)?;
        // Two processes may write one path; whoever is later done stays.
        let temporary = temporary.with_added_extension(std::process::id().to_string());
        remove_if_there(&temporary).map_err(failed)?;
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).open(&temporary);
        Ok(Self {
            path: path.to_owned(),
            folder,
            temporary,
            file: BufWriter::new(file.map_err(failed)?),
            is_published: false,
        })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// [`WriteError`], as of a full disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let written = self.file.write_all(bytes);
        written.map_err(|source| WriteError {
            path: self.path.clone(),
            source,
        })
    }

    /// Gives the file its name, durably. What `replace` said at the beginning still holds.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is left behind unless only the folder's sync failed.
    pub fn publish(mut self, replace: bool) -> Result<(), WriteError> {
        let mut steps = || {
            self.file.flush()?;
            self.file.get_ref().sync_all()?;
            if replace {
                fs::rename(&self.temporary, &self.path)?;
            } else {
                // A link fails where a rename would replace.
                fs::hard_link(&self.temporary, &self.path)?;
                fs::remove_file(&self.temporary)?;
            }
            self.is_published = true;
            sync_folder(&self.folder)
        };
        steps().map_err(|source| WriteError {
            path: self.path.clone(),
            source,
        })
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.is_published
            && let Err(error) = remove_if_there(&self.temporary)
        {
            tracing::warn!("{} stays behind: {error}", self.temporary.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("game");
        let names = || fs::read_dir(folder.path()).unwrap().count();

        let mut half = AtomicFile::create(&path, false).unwrap();
        half.write(b"ha").unwrap();
        drop(half);
        assert_eq!(names(), 0);

        let mut whole = AtomicFile::create(&path, false).unwrap();
        whole.write(b"one, ").unwrap();
        whole.write(b"two").unwrap();
        assert!(!path.exists());
        // Somebody else was faster.
        super::super::write_atomic(&path, b"other").unwrap();
        let refused = whole.publish(false).unwrap_err();
        assert_eq!(refused.source.kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"other");
        AtomicFile::create(&path, false).unwrap_err();

        let mut whole = AtomicFile::create(&path, true).unwrap();
        whole.write(b"one").unwrap();
        whole.publish(true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(names(), 1);
    }

    /// `/dev/full` is a disk without room.
    #[test]
    fn a_full_disk_is_told_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&folder.path().join("game"), false).unwrap();
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        file.file = BufWriter::new(full);
        let written = file.write(b"game").and_then(|()| file.publish(false));
        let kind = written.unwrap_err().source.kind();
        assert_eq!(kind, std::io::ErrorKind::StorageFull);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
