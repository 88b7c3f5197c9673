//! A home for the processes of one test.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A home of its own for each test, so that nothing of the machine's is read or written.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns the path of what lies there under this name; the home itself has none.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns the program with these arguments and nothing of this machine's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bitcraps"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.path())
            .env("TERM", "xterm")
            .env("LANG", "C.UTF-8")
            // One bit instead of sixteen: these tests are not about the work.
            .env("BITCRAPS_PROOF_BITS", "1")
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }
}
