//! What tests ask of their surroundings: a longer run, and files that are published. Tests of the
//! pure parts ask here, and name neither environment nor disk themselves.

#![expect(
    clippy::disallowed_methods,
    reason = "a developer asks for a longer run or for new files"
)]

use std::path::Path;
use std::time::Duration;

/// How long is waited in real time for what must come. No machine is too busy for it, so that whoever
/// meets it waits for what never comes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// Returns the number that the environment asks for, or the usual one.
pub(crate) fn asked_for(variable: &str, usual: u64) -> u64 {
    let asked = std::env::var(variable).ok();
    asked.map_or(usual, |text| text.parse().unwrap())
}

/// Checks that a published file, by its path from the root, holds these bytes. Where the variable is
/// set the file is written first.
pub(crate) fn check_published(file: &Path, bytes: &[u8], variable: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os(variable).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let kept = std::fs::read(&path).unwrap_or_default();
    assert!(kept == bytes, "{}: run with {variable}=1", file.display());
}
