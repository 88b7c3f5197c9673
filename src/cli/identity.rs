//! `bitcraps identity`: who this node is.

use std::path::Path;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::output::{Output, Stop};
use crate::clock::{Clock, SystemClock};
use crate::config::ApplicationConfig;
use crate::error::{Error, Kind};
use crate::identity::{
    KeyCost, KeystoreError, OsEntropy, Passphrase, PassphraseError, ProofBits, Protection,
    PublicKey, SecureKeystore, Signer as _, mine, proof_of,
};
use crate::storage::{DataDirLock, write_atomic_new};

/// Returns the keystore of a data directory.
pub(super) fn keystore(config: &ApplicationConfig) -> SecureKeystore {
    SecureKeystore::new(
        config.data_dir.join(SecureKeystore::FILE_NAME),
        proof_bits(config),
    )
}

/// Returns the passphrase that the settings name.
pub(super) fn passphrase(
    config: &ApplicationConfig,
) -> Result<Option<Passphrase>, PassphraseError> {
    config
        .passphrase_file
        .as_deref()
        .map(Passphrase::read)
        .transpose()
}

fn proof_bits(config: &ApplicationConfig) -> ProofBits {
    u8::try_from(config.proof_bits)
        .ok()
        .and_then(ProofBits::new)
        .unwrap_or_default()
}

/// Prints public key, peer id and proof. A passphrase is not needed; one that is given is tried.
pub(super) fn show(context: &Context, output: &mut Output) -> Result<(), Stop> {
    let store = keystore(&context.config);
    let (key, protection) = match passphrase(&context.config)? {
        None => store.public_key()?,
        Some(passphrase) => {
            let opened = store.load(Some(&passphrase))?;
            (opened.identity().public_key(), opened.protection())
        }
    };
    print(&store, &key, protection, output)
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
    let passphrase = passphrase(config)?;
    output.note("making the identity, this takes some seconds\n");
    let identity = mine(
        proof_bits(config),
        &OsEntropy,
        |_| {},
        &CancellationToken::new(),
    )?;
    let made = store.create(identity, passphrase.as_ref(), KeyCost::FULL, &OsEntropy)?;
    print(
        &store,
        &made.identity().public_key(),
        made.protection(),
        output,
    )
}

/// Copies the key file, after opening it: a backup that does not open is none.
pub(super) fn backup(context: &Context, file: &Path, output: &mut Output) -> Result<(), Stop> {
    let store = keystore(&context.config);
    let opened = store.load(passphrase(&context.config)?.as_ref())?;
    let bytes = std::fs::read(store.path()).map_err(|error| {
        Error::new(
            Kind::Storage,
            "the key file cannot be read",
            "check its rights",
        )
        .caused_by(&error)
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
        "file": file,
    });
    let text = format!(
        "public key  {key}\npeer id     {}\nproof       {bits} bits\nprotected   {protection}\n\
         key file    {file}\n",
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
