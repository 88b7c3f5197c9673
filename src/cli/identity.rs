//! `bitcraps identity`: who this node is.

use std::path::Path;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::output::{Output, Stop};
use crate::clock::{Clock, SystemClock};
use crate::config::ApplicationConfig;
use crate::files::write_atomic_new;
use crate::identity::{
    KeyCost, Keyring, KeyringState, KeystoreError, OsEntropy, PassphraseSources, Protection,
    PublicKey, SecureKeystore, Signer as _, mine, proof_of,
};
use crate::node::refuse_beside_a_store;
use crate::storage::DataDirLock;

/// Returns the keystore of a data directory.
pub(super) fn keystore(config: &ApplicationConfig) -> SecureKeystore {
    SecureKeystore::new(
        config.data_dir.join(SecureKeystore::FILE_NAME),
        config.proof_bits,
    )
}

/// Returns where the settings let a passphrase come from.
pub(super) fn sources(config: &ApplicationConfig) -> PassphraseSources {
    PassphraseSources {
        keyring: config.keyring.then(Keyring::system),
        file: config.passphrase_file.clone(),
    }
}

/// Prints public key, peer id and proof. A passphrase is not needed; one that is given is tried.
pub(super) fn show(context: &Context, output: &mut Output) -> Result<(), Stop> {
    let store = keystore(&context.config);
    let sources = sources(&context.config);
    let (key, protection) = match sources.from_file()? {
        None => store.public_key()?,
        Some(passphrase) => {
            let opened = store.load(Some(&passphrase))?;
            (opened.identity().public_key(), opened.protection())
        }
    };
    let keyring = match (&sources.keyring, protection) {
        (Some(keyring), Protection::Passphrase) => match keyring.passphrase(&key) {
            Ok(Some(_)) => KeyringState::Holds,
            Ok(None) => KeyringState::Empty,
            Err(error) => KeyringState::Failed(error),
        },
        (None, _) | (Some(_), Protection::FileModeOnly) => KeyringState::Unused,
    };
    print(&store, &key, protection, &keyring, output)
}

/// Makes an identity where there is none.
pub(super) fn new(context: &Context, output: &mut Output) -> Result<(), Stop> {
    let config = &context.config;
    let _lock = DataDirLock::acquire(&config.data_dir, SystemClock::new().now())?;
    let store = keystore(config);
    if store.path().exists() {
        return Err(KeystoreError::AlreadyExists {
            path: store.path().to_owned(),
        }
        .into());
    }
    refuse_beside_a_store(store.path(), &config.store_file())?;
    let sources = sources(config);
    let passphrase = sources.from_file()?;
    output.note("making the identity, this takes some seconds\n");
    let identity = mine(
        config.proof_bits,
        &OsEntropy,
        |_| {},
        &CancellationToken::new(),
    )?;
    let made = store.create(identity, passphrase.as_ref(), KeyCost::FULL, &OsEntropy)?;
    let keyring = match &passphrase {
        Some(passphrase) => sources.hold(&made, passphrase),
        None => KeyringState::Unused,
    };
    print(
        &store,
        &made.identity().public_key(),
        made.protection(),
        &keyring,
        output,
    )
}

/// Takes the passphrase out of the system's keyring, whether the settings let it be held or not.
pub(super) fn forget(context: &Context, output: &mut Output) -> Result<(), Stop> {
    let (key, _protection) = keystore(&context.config).public_key()?;
    let forgotten = Keyring::system().forget(&key)?;
    let text = if forgotten {
        "the keyring holds the passphrase no more\n"
    } else {
        "the keyring held no passphrase for this key\n"
    };
    output.either(&json!({ "forgotten": forgotten }), text)
}

/// Copies the key file, after opening it: a backup that does not open is none.
pub(super) fn backup(context: &Context, file: &Path, output: &mut Output) -> Result<(), Stop> {
    let store = keystore(&context.config);
    let opened = store.open(&sources(&context.config))?.keystore;
    let bytes = std::fs::read(store.path()).map_err(|source| KeystoreError::Unreadable {
        path: store.path().to_owned(),
        source,
    })?;
    write_atomic_new(file, &bytes)?;
    let protection = protection(opened.protection());
    let text = format!(
        "copied to {}; it is protected {protection}, so keep it where nobody else looks\n",
        file.display()
    );
    output.either(
        &json!({ "file": file, "bytes": bytes.len(), "protection": protection }),
        &text,
    )
}

fn print(
    store: &SecureKeystore,
    key: &PublicKey,
    protected: Protection,
    keyring: &KeyringState,
    output: &mut Output,
) -> Result<(), Stop> {
    let bits = proof_of(key).get();
    let protection = protection(protected);
    let file = store.path().display().to_string();
    let object = json!({
        "public_key": key.to_string(),
        "peer_id": key.peer_id(),
        "proof_bits": bits,
        "protection": protection,
        "keyring": (*keyring != KeyringState::Unused).then(|| keyring.to_string()),
        "file": file,
    });
    let keyring = match keyring {
        KeyringState::Unused => String::new(),
        KeyringState::Holds
        | KeyringState::Empty
        | KeyringState::Wrong
        | KeyringState::Failed(_) => format!("; {keyring}"),
    };
    let text = format!(
        "public key  {key}\npeer id     {}\nproof       {bits} bits\n\
         protected   {protection}{keyring}\nkey file    {file}\n",
        key.peer_id(),
    );
    output.either(&object, &text)
}

const fn protection(protection: Protection) -> &'static str {
    match protection {
        Protection::FileModeOnly => "by file rights alone",
        Protection::Passphrase => "by a passphrase",
    }
}
