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

    /// Reads a passphrase from a file; one line end at its end doesn't count.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn read(path: &Path) -> Result<Self, PassphraseError> {
        let mut text = Zeroizing::new(String::new());
        let limit = u64::try_from(PASSPHRASE_BYTES_MAX).unwrap_or(u64::MAX) + 3;
        fs::File::open(path)
            .and_then(|file| file.take(limit).read_to_string(&mut text))
            .map_err(|source| PassphraseError::Unreadable {
                path: path.to_owned(),
                source,
            })?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Self::new(line.strip_suffix('\r').unwrap_or(line))
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

    #[test]
    fn a_passphrase_file_may_end_in_one_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        for (content, expected) in [
            ("seven out", "seven out"),
            ("seven out\n", "seven out"),
            ("seven out\r\n", "seven out"),
            (" seven\nout \n\n", " seven\nout \n"),
        ] {
            std::fs::File::create(&path)
                .and_then(|mut file| io::Write::write_all(&mut file, content.as_bytes()))
                .unwrap();
            assert_eq!(Passphrase::read(&path).unwrap().0.as_str(), expected);
        }
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
