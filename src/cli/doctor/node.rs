//! Configuration, keystore and the running node.

use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::SocketAddr;

use rustix::fs::{Access, access};

use super::super::identity;
use super::Check;
use crate::config::{ApplicationConfig, ConfigErrors, Layers, Problem};
use crate::control::{ControlClient, ControlError, Request, Row, SOCKET_NAME};
use crate::error::Explain as _;
use crate::identity::{KeyringState, KeystoreError, OpenedBy, UnlockError};
use crate::logs::rfc3339;
use crate::node::emergency;
use crate::node::profile::Profile;
use crate::storage::{DataDirLock, Store, StoreError};

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
    let found = errors.problems.iter().chain(&errors.warnings);
    let texts: Vec<String> = found.map(ToString::to_string).collect();
    let mut hints: Vec<String> = errors.problems.iter().map(Problem::hint).collect();
    hints.sort_unstable();
    hints.dedup();
    let remedy = format!("{}; then ask again for the rest", hints.join("; "));
    Check::fail("configuration", texts.join("; "), remedy)
}

/// Looks whether something else is in the place of the lock or of a folder of ours.
pub(super) fn places(config: &ApplicationConfig) -> Check {
    const NAME: &str = "places";
    let lock = config.data_dir.join(DataDirLock::FILE_NAME);
    let folders = [config.vote_log_dir(), config.log_dir()];
    let no_folder = folders.iter().find(|path| path.exists() && !path.is_dir());
    let found = if lock.is_dir() {
        format!("{} is a folder, and should be a file", lock.display())
    } else if let Some(path) = no_folder {
        format!("{} is a file, and should be a folder", path.display())
    } else {
        return Check::ok(NAME, "nothing else is in the place of lock, logs or votes");
    };
    Check::fail(NAME, found, "move it away; it is made anew")
}

/// Looks at the key file, and opens it if it can be opened.
pub(super) fn keystore(config: &ApplicationConfig) -> Check {
    const NAME: &str = "keystore";
    let opened = match identity::keystore(config).open(&identity::sources(config)) {
        Ok(opened) => opened,
        Err(closed) => {
            let (found, remedy) = (closed.to_string(), closed.hint());
            return match closed.error {
                UnlockError::Keystore(KeystoreError::NotFound { .. })
                    if config.store_file().exists() =>
                {
                    let remedy = "put back a copy of the key file: the store opens to no other key";
                    Check::fail(NAME, format!("{found}, but there is a store"), remedy)
                }
                UnlockError::Keystore(KeystoreError::NotFound { .. }) => Check::ok(NAME, found),
                UnlockError::Keystore(KeystoreError::PassphraseNeeded { .. }) => {
                    Check::warn(NAME, found, remedy)
                }
                UnlockError::Keystore(_) | UnlockError::File(_) => Check::fail(NAME, found, remedy),
            };
        }
    };
    let by = match opened.by {
        OpenedBy::Keyring => "opens by the passphrase that the keyring holds",
        OpenedBy::PassphraseFile | OpenedBy::Person => "opens by its passphrase",
        OpenedBy::NoLock => {
            return Check::warn(
                NAME,
                "opens, and is not encrypted: whoever reads the file has your chips",
                "keep the disk encrypted, or lock the key with a passphrase",
            );
        }
    };
    match &opened.keyring {
        KeyringState::Unused | KeyringState::Holds => Check::ok(NAME, by),
        KeyringState::Empty | KeyringState::Wrong => {
            Check::ok(NAME, format!("{by}; {}", opened.keyring))
        }
        KeyringState::Failed(error) => Check::warn(NAME, format!("{by}; {error}"), error.hint()),
    }
}

/// Checks a copy of the store in memory: opening the file itself would mend what a crash left, and
/// nothing is to be changed here.
pub(super) fn store(config: &ApplicationConfig) -> Check {
    const NAME: &str = "store";
    let file = config.store_file();
    let shown = file.display();
    if !file.try_exists().unwrap_or(true) {
        return Check::ok(NAME, format!("{shown} is made at the first start"));
    }
    let reached = ControlClient::connect(&config.data_dir);
    if matches!(reached, Ok(_) | Err(ControlError::Unreachable { .. })) {
        return Check::ok(NAME, format!("{shown} is in use by the running node"));
    }
    match Store::open_copy(&file) {
        Ok(_) if access(&file, Access::READ_OK | Access::WRITE_OK).is_err() => {
            let found = format!("{shown} is sound, but can't be written");
            Check::fail(NAME, found, format!("chmod u+rw {shown}"))
        }
        Ok(_) => Check::ok(NAME, format!("{shown} is sound")),
        Err(StoreError::TooLarge { bytes, .. }) => {
            let found = format!("{shown} has {} MiB, too many to check here", bytes >> 20);
            let remedy = "copy the data directory and start the client on the copy: a file that \
                          was copied is checked page by page";
            Check::warn(NAME, found, remedy)
        }
        Err(error) => Check::fail(NAME, error.to_string(), error.hint()),
    }
}

/// Reads what is remembered of the player.
pub(super) fn profile(config: &ApplicationConfig) -> Check {
    const NAME: &str = "profile";
    match Profile::load(&config.data_dir) {
        Ok(Profile { name: None, .. }) => Check::ok(NAME, "no name yet"),
        Ok(Profile { name: Some(_), .. }) => Check::ok(NAME, "the name is known"),
        Err(error) => Check::fail(NAME, error.to_string(), error.hints().join("; ")),
    }
}

/// Looks whether an emergency stop bars the next start.
pub(super) fn emergency_stop(config: &ApplicationConfig) -> Check {
    const NAME: &str = "emergency stop";
    if emergency::is_marked(&config.data_dir) {
        let opened = identity::keystore(config).open(&identity::sources(config));
        let said = opened.ok().and_then(|opened| {
            let stopped = emergency::read(&config.data_dir, &opened.keystore)?;
            Some(format!(" at {}: {}", rfc3339(stopped.at), stopped.reason))
        });
        let found = format!(
            "the node was stopped in an emergency{}; it plays again after a reset alone",
            // What a locked key sealed can't be read here.
            said.unwrap_or_default()
        );
        let remedy = "when the reason is gone: bitcraps emergency-stop --reset";
        return Check::fail(NAME, found, remedy);
    }
    Check::ok(NAME, "none")
}

/// Looks whether commands can reach a node that runs here.
pub(super) fn socket(config: &ApplicationConfig) -> Check {
    const NAME: &str = "control socket";
    let path = config.data_dir.join(SOCKET_NAME);
    let shown = path.display();
    if SocketAddr::from_pathname(&path).is_err() {
        let found = format!("{shown} is too long for a socket: no command reaches a node here");
        return Check::warn(NAME, found, "choose a shorter --data-dir");
    }
    match path.symlink_metadata() {
        Ok(there) if !there.file_type().is_socket() => {
            let found = format!("{shown} is no socket: no command reaches a node here");
            Check::warn(NAME, found, "move it away")
        }
        Ok(_) | Err(_) => Check::ok(NAME, shown.to_string()),
    }
}

/// Asks the running node, if one runs.
pub(super) fn running(config: &ApplicationConfig) -> Check {
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
        Err(error @ ControlError::Unreachable { .. }) => {
            Check::warn(NAME, error.to_string(), error.hint())
        }
        Err(error) => Check::fail(NAME, error.to_string(), error.hint()),
    }
}
