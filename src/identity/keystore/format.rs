//! The bytes of a key file, version 2: fixed fields in this order, numbers little endian.
//!
//! | field | bytes | |
//! |---|---|---|
//! | magic | 8 | `BITCRAPK` |
//! | version | 2 | 2 |
//! | protection | 1 | 0 none, 1 passphrase |
//! | cost | 4 + 4 | Argon2id memory in KiB, passes; zero without a passphrase |
//! | salt, nonce | 16 + 24 | random; zero without a passphrase |
//! | key check | 16 | a hash of the derived key; zero without a passphrase |
//! | public key | 32 | in clear, so that it can be shown without the passphrase |
//! | keys, tag | 64 + 16 | identity seed, storage key; XChaCha20-Poly1305 with all before as associated data |
//! | checksum | 32 | blake3 of all before |
//!
//! The checksum finds damage before any key is derived; the key check tells a wrong passphrase
//! from a file that somebody changed on purpose. The public key must be that of the seed, or the
//! file does not open. The cost is judged before memory is taken for it.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{KeyCost, Keystore, KeystoreError, Protection, protection_of};
use crate::identity::{Entropy, Identity, Passphrase, PublicKey, Signer as _, StorageKey};

const MAGIC: [u8; 8] = *b"BITCRAPK";
const VERSION: u16 = 2;
const CHECKSUM_CONTEXT: &str = "bitcraps 2026-11 key file checksum v1";
const KEY_CHECK_CONTEXT: &str = "bitcraps 2026-11 key file key check v1";
/// Magic, version, protection, cost, salt, nonce, key check, public key.
const HEADER_BYTES: usize = 8 + 2 + 1 + 8 + 16 + 24 + 16 + PUBLIC_KEY_BYTES;
const PUBLIC_KEY_BYTES: usize = 32;
const KEYS_BYTES: usize = 64;
const TAG_BYTES: usize = 16;
const CHECKSUM_BYTES: usize = 32;

/// The length of a key file of version 2 in bytes.
pub(super) const FILE_BYTES: usize = HEADER_BYTES + KEYS_BYTES + TAG_BYTES + CHECKSUM_BYTES;

/// Returns the bytes of a key file.
pub(super) fn encode(
    keystore: &Keystore,
    passphrase: Option<&Passphrase>,
    cost: KeyCost,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    let mut secrets = Zeroizing::new([0; KEYS_BYTES]);
    let (seed, storage) = secrets.split_at_mut(32);
    seed.copy_from_slice(keystore.identity.seed().as_ref());
    storage.copy_from_slice(keystore.storage_key.as_bytes());

    let mut bytes = Zeroizing::new(Vec::with_capacity(FILE_BYTES));
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    let public_key = keystore.identity.public_key();
    if let Some(passphrase) = passphrase {
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        entropy.fill(&mut salt)?;
        entropy.fill(&mut nonce)?;
        let key = derive(passphrase, &salt, cost)?;
        bytes.push(1);
        bytes.extend(cost.memory_kib.to_le_bytes());
        bytes.extend(cost.passes.to_le_bytes());
        bytes.extend(salt);
        bytes.extend(nonce);
        bytes.extend(key_check(&key));
        bytes.extend(public_key.0);
        let payload = Payload {
            msg: secrets.as_ref(),
            aad: &bytes,
        };
        let sealed = XChaCha20Poly1305::new((&*key).into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|chacha20poly1305::Error| KeystoreError::OutOfMemory)?;
        bytes.extend(sealed);
    } else {
        bytes.resize(HEADER_BYTES - PUBLIC_KEY_BYTES, 0);
        bytes.extend(public_key.0);
        bytes.extend(secrets.iter());
        bytes.resize(HEADER_BYTES + KEYS_BYTES + TAG_BYTES, 0);
    }
    let checksum = blake3::derive_key(CHECKSUM_CONTEXT, &bytes);
    bytes.extend(checksum);
    Ok(bytes)
}

/// The fields of a file whose checksum is right.
struct Fields<'a> {
    header: &'a [u8],
    protection: Protection,
    memory_kib: u32,
    passes: u32,
    salt: [u8; 16],
    nonce: [u8; 24],
    key_check: [u8; 16],
    public_key: PublicKey,
    /// Keys and tag.
    sealed: &'a [u8],
}

/// Reads the bytes of a key file; `path` is only named in errors.
pub(super) fn decode(
    path: &Path,
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<Keystore, KeystoreError> {
    let corrupt = |what| KeystoreError::Corrupt {
        path: path.to_owned(),
        what,
    };
    let fields = fields(path, bytes)?;
    let keys = match (fields.protection, passphrase) {
        (Protection::FileModeOnly, None) => Zeroizing::new(fields.sealed.to_vec()),
        (Protection::FileModeOnly, Some(_)) => {
            return Err(KeystoreError::NotEncrypted {
                path: path.to_owned(),
            });
        }
        (Protection::Passphrase, None) => {
            return Err(KeystoreError::PassphraseNeeded {
                path: path.to_owned(),
            });
        }
        (Protection::Passphrase, Some(passphrase)) => {
            let cost = KeyCost::new(fields.memory_kib, fields.passes)
                .ok_or_else(|| corrupt("its key derivation cost is absurd"))?;
            let key = derive(passphrase, &fields.salt, cost)?;
            if key_check(&key) != fields.key_check {
                return Err(KeystoreError::WrongPassphrase {
                    path: path.to_owned(),
                });
            }
            let payload = Payload {
                msg: fields.sealed,
                aad: fields.header,
            };
            XChaCha20Poly1305::new((&*key).into())
                .decrypt(&XNonce::from(fields.nonce), payload)
                .map(Zeroizing::new)
                .map_err(|chacha20poly1305::Error| corrupt("its keys were changed"))?
        }
    };
    let (seed, rest) = keys
        .split_first_chunk::<32>()
        .ok_or_else(|| corrupt("its keys are cut short"))?;
    let storage = rest
        .first_chunk::<32>()
        .ok_or_else(|| corrupt("its keys are cut short"))?;
    let identity = Identity::from_seed(seed);
    if identity.public_key() != fields.public_key {
        return Err(corrupt("its public key is not that of its keys"));
    }
    Ok(Keystore {
        identity,
        storage_key: StorageKey::from_bytes(*storage),
        protection: protection_of(passphrase),
    })
}

/// Returns what a key file says in clear.
pub(super) fn public_part(
    path: &Path,
    bytes: &[u8],
) -> Result<(PublicKey, Protection), KeystoreError> {
    let fields = fields(path, bytes)?;
    Ok((fields.public_key, fields.protection))
}

fn fields<'a>(path: &Path, bytes: &'a [u8]) -> Result<Fields<'a>, KeystoreError> {
    if let Some(found) = other_version(bytes) {
        return Err(KeystoreError::OtherVersion {
            path: path.to_owned(),
            found,
            known: VERSION,
        });
    }
    split(bytes).map_err(|what| KeystoreError::Corrupt {
        path: path.to_owned(),
        what,
    })
}

/// Returns the version of a file that another version of the program wrote.
fn other_version(bytes: &[u8]) -> Option<u16> {
    let version = bytes.strip_prefix(&MAGIC)?.first_chunk().copied()?;
    let version = u16::from_le_bytes(version);
    (version != VERSION).then_some(version)
}

fn split(bytes: &[u8]) -> Result<Fields<'_>, &'static str> {
    let rest = bytes
        .strip_prefix(&MAGIC)
        .ok_or("it is no BitCraps key file")?;
    if bytes.len() != FILE_BYTES {
        return Err("its length is wrong");
    }
    let (content, checksum) = bytes
        .split_last_chunk::<CHECKSUM_BYTES>()
        .ok_or("its length is wrong")?;
    if blake3::derive_key(CHECKSUM_CONTEXT, content) != *checksum {
        return Err("its checksum is wrong");
    }
    let rest = &mut { rest };
    let [_, _] = take(rest)?;
    let protection = match take(rest)? {
        [0] => Protection::FileModeOnly,
        [1] => Protection::Passphrase,
        [_] => return Err("its protection is unknown"),
    };
    Ok(Fields {
        header: content.split_at(HEADER_BYTES).0,
        protection,
        memory_kib: u32::from_le_bytes(take(rest)?),
        passes: u32::from_le_bytes(take(rest)?),
        salt: take(rest)?,
        nonce: take(rest)?,
        key_check: take(rest)?,
        public_key: PublicKey(take(rest)?),
        sealed: content.split_at(HEADER_BYTES).1,
    })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], &'static str> {
    let (taken, rest) = bytes.split_first_chunk().ok_or("its length is wrong")?;
    *bytes = rest;
    Ok(*taken)
}

fn derive(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    cost: KeyCost,
) -> Result<Zeroizing<[u8; 32]>, KeystoreError> {
    let mut key = Zeroizing::new([0; 32]);
    Params::new(cost.memory_kib, cost.passes, 1, Some(key.len()))
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        .and_then(|argon2| argon2.hash_password_into(passphrase.as_bytes(), salt, key.as_mut()))
        // Every parameter was judged before: memory is the one thing that can be missing.
        .map_err(|_memory: argon2::Error| KeystoreError::OutOfMemory)?;
    Ok(key)
}

fn key_check(key: &[u8; 32]) -> [u8; 16] {
    let hash = blake3::derive_key(KEY_CHECK_CONTEXT, key);
    let mut check = [0; 16];
    check.copy_from_slice(hash.split_at(16).0);
    check
}

/// Puts the right checksum under bytes that a test changed.
#[cfg(test)]
pub(super) fn with_checksum(bytes: &mut [u8]) {
    let (content, checksum) = bytes.split_last_chunk_mut::<CHECKSUM_BYTES>().unwrap();
    *checksum = blake3::derive_key(CHECKSUM_CONTEXT, content);
}
