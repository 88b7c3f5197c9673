//! Who this node is: its ed25519 identity, the proof of work behind it, and the file that keeps it.
//!
//! - An [`Identity`] signs; its [`PublicKey`] is the one name a node has everywhere, as hexadecimal
//!   text or as a libp2p peer id.
//! - [`mine`] finds an identity whose public key carries a [`ProofBits`] proof of work. The proof is
//!   a rate limit for new identities, not a defence against somebody who means it.
//! - A [`SecureKeystore`] is one file with the identity and a separate random [`StorageKey`].
//!   Loading it never makes anything up: a file that is missing, damaged, locked or too open is an
//!   error of its own, and the file stays as it was.
//! - A [`Keyring`] of the system may hold the passphrase for a while. It is asked only if the
//!   settings say so ([`PassphraseSources`]), and what became of it is part of every answer.
//!
//! Everything here blocks (hashing, disk): call it from a thread that may. Secrets are wiped when
//! dropped and never printed. Not promised: that the operating system keeps no copy of a page, or
//! anything about a machine that somebody else controls.

pub use crate::club::PublicKey;

mod entropy;
mod keyring;
mod keys;
mod keystore;
pub mod limits;
mod mine;
mod passphrase;
mod peer_id;
mod proof;
mod storage_key;
mod unlock;

pub use entropy::{Entropy, EntropyError, OsEntropy, SeededEntropy};
pub use keyring::{Keyring, KeyringError};
pub use keys::{Identity, SIGNATURE_BYTES, Signer};
pub use keystore::{KeyCost, Keystore, KeystoreError, Protection, SecureKeystore};
pub use mine::{MineError, MiningProgress, mine};
pub use passphrase::{Passphrase, PassphraseError};
pub use proof::{ProofBits, proof_of};
pub use storage_key::{OpenError, StorageKey};
pub use unlock::{Closed, KeyringState, Opened, OpenedBy, PassphraseSources, UnlockError};
