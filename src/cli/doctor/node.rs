//! Configuration, keystore and the running node.

use super::super::identity;
use super::Check;
use crate::config::{ApplicationConfig, ConfigErrors, Layers, Problem};
use crate::control::{ControlClient, ControlError, Request, Row};
use crate::error::Explain as _;
use crate::identity::{KeystoreError, Protection};

/// Says which configuration holds.
pub(super) fn configuration(layers: &Layers, warnings: &[Problem]) -> Check {
    const NAME: &str = "configuration";
    if warnings.is_empty() {
        let file = layers.file_path().filter(|(path, _)| path.exists());
        let found = file.map_or_else(
            || "defaults, there is no file".to_owned(),
            |(path, _)| path.display().to_string(),
        );
        return Check::ok(NAME, found);
    }
    let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    Check::warn(NAME, texts.join("; "), "correct or unset these variables")
}

/// Says every mistake in the configuration.
pub(super) fn broken_configuration(errors: &ConfigErrors) -> Check {
    let texts: Vec<String> = errors.problems.iter().map(ToString::to_string).collect();
    Check::fail(
        "configuration",
        texts.join("; "),
        "correct them where they are written, then ask again for the rest",
    )
}

/// Looks at the key file, and opens it if it can be opened.
pub(super) fn keystore(config: &ApplicationConfig) -> Check {
    const NAME: &str = "keystore";
    let passphrase = match identity::passphrase(config) {
        Ok(passphrase) => passphrase,
        Err(error) => return Check::fail(NAME, error.to_string(), error.hint()),
    };
    match identity::keystore(config).load(passphrase.as_ref()) {
        Ok(opened) => match opened.protection() {
            Protection::Passphrase => Check::ok(NAME, "opens by its passphrase"),
            Protection::FileModeOnly => Check::warn(
                NAME,
                "opens, and is not encrypted: whoever reads the file has your chips",
                "keep the disk encrypted, or lock the key with a passphrase",
            ),
        },
        Err(error @ KeystoreError::NotFound { .. }) => Check::ok(NAME, error.to_string()),
        Err(error @ KeystoreError::PassphraseNeeded { .. }) => {
            Check::warn(NAME, error.to_string(), error.hint())
        }
        Err(error) => Check::fail(NAME, error.to_string(), error.hint()),
    }
}

/// Asks the running node, if one runs.
pub(super) fn control_socket(config: &ApplicationConfig) -> Check {
    const NAME: &str = "running node";
    let mut overall = None;
    let asked = ControlClient::connect(&config.data_dir).and_then(|mut client| {
        client.ask(Request::Health { watch: false }, |row| {
            if let Row::Health(row) = row {
                overall = Some(row.report.overall.to_string());
            }
            Ok::<(), ControlError>(())
        })
    });
    match asked {
        Ok(()) => Check::ok(NAME, overall.unwrap_or_else(|| "answers".to_owned())),
        Err(ControlError::NotRunning { .. }) => Check::ok(NAME, "none"),
        Err(error) => Check::fail(NAME, error.to_string(), error.hint()),
    }
}
