//! What a person types, or keeps in a file, to open the keystore.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use zeroize::Zeroizing;

use super::limits::PASSPHRASE_BYTES_MAX;

/// A passphrase of 1 to [`PASSPHRASE_BYTES_MAX`] bytes. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

/// A passphrase that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// It is empty.
    #[error("the passphrase is empty")]
    Empty,
    /// It is longer than [`PASSPHRASE_BYTES_MAX`].
    #[error("the passphrase is longer than {PASSPHRASE_BYTES_MAX} bytes")]
    TooLong,
    /// Its file can't be read as text.
    #[error("the passphrase file {path} can't be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Passphrase {
    /// Returns a passphrase.
    ///
    /// # Errors
    /// [`PassphraseError::Empty`], [`PassphraseError::TooLong`].
    pub fn new(text: impl Into<String>) -> Result<Self, PassphraseError> {
        let text = Zeroizing::new(text.into());
        match text.len() {
            0 => Err(PassphraseError::Empty),
            1..=PASSPHRASE_BYTES_MAX => Ok(Self(text)),
            _ => Err(PassphraseError::TooLong),
        }
    }

    /// Reads a passphrase from a file: its first line, without the line's end.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn read(path: &Path) -> Result<Self, PassphraseError> {
        // The longest line, its end, and one more.
        let limit = PASSPHRASE_BYTES_MAX + 3;
        let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
        let unreadable = |source: io::Error| PassphraseError::Unreadable {
            path: path.to_owned(),
            source,
        };
        fs::File::open(path)
            .and_then(|file| {
                let limit = u64::try_from(limit).unwrap_or(u64::MAX);
                file.take(limit).read_to_end(&mut bytes)
            })
            .map_err(unreadable)?;
        let line = bytes
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = std::str::from_utf8(line)
            .map_err(|why| unreadable(io::Error::new(io::ErrorKind::InvalidData, why)))?;
        Self::new(text)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, content: &str) {
        let file = fs::File::create(path);
        file.and_then(|mut file| io::Write::write_all(&mut file, content.as_bytes()))
            .unwrap();
    }

    #[test]
    fn a_passphrase_file_counts_with_its_first_line_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        for (content, expected) in [
            ("seven out", "seven out"),
            ("seven out\n", "seven out"),
            ("seven out\r\n", "seven out"),
            (" seven out \nwritten down in June\n", " seven out "),
        ] {
            write(&path, content);
            assert_eq!(Passphrase::read(&path).unwrap().0.as_str(), expected);
        }
        write(&path, "\nseven out\n");
        assert!(matches!(
            Passphrase::read(&path),
            Err(PassphraseError::Empty)
        ));
        let long = "x".repeat(PASSPHRASE_BYTES_MAX + 1);
        assert!(matches!(
            Passphrase::new(long),
            Err(PassphraseError::TooLong)
        ));
        assert!(matches!(Passphrase::new(""), Err(PassphraseError::Empty)));
        assert!(matches!(
            Passphrase::read(folder.path()),
            Err(PassphraseError::Unreadable { .. })
        ));
    }
}
