use std::fs;

use super::*;
use crate::identity::{SeededEntropy, mine};
use tokio_util::sync::CancellationToken;

/// The least that Argon2 takes, so that thousands of files can be tried.
const CHEAP: KeyCost = KeyCost {
    memory_kib: 8,
    passes: 1,
};

struct Fixture {
    _folder: tempfile::TempDir,
    keystore: SecureKeystore,
    entropy: SeededEntropy,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let path = folder.path().join(SecureKeystore::FILE_NAME);
        Self {
            keystore: SecureKeystore::new(path, ProofBits::new(4).unwrap()),
            _folder: folder,
            entropy: SeededEntropy::new(3),
        }
    }

    fn identity(&self) -> Identity {
        let cancel = CancellationToken::new();
        mine(self.keystore.proof, &self.entropy, |_| {}, &cancel).unwrap()
    }

    fn create(&self, passphrase: Option<&Passphrase>) -> Keystore {
        self.keystore
            .create(self.identity(), passphrase, CHEAP, &self.entropy)
            .unwrap()
    }

    fn put(&self, bytes: &[u8]) {
        write_atomic(&self.keystore.path, bytes).unwrap();
    }
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

#[test]
fn keys_come_back_as_they_were_written() {
    for secret in [None, Some(passphrase("yo-leven"))] {
        let fixture = Fixture::new();
        let made = fixture.create(secret.as_ref());
        let loaded = fixture.keystore.load(secret.as_ref()).unwrap();
        assert_eq!(loaded.identity().seed(), made.identity().seed());
        assert_eq!(
            loaded.storage_key().as_bytes(),
            made.storage_key().as_bytes()
        );
        assert_eq!(loaded.protection(), protection_of(secret.as_ref()));
        assert_ne!(*loaded.identity().seed(), *loaded.storage_key().as_bytes());
        let bits = fs::metadata(fixture.keystore.path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(bits & 0o777, 0o600);
    }
}

#[test]
fn an_encrypted_file_holds_no_key_in_the_clear() {
    let fixture = Fixture::new();
    let made = fixture.create(Some(&passphrase("yo-leven")));
    let bytes = fs::read(fixture.keystore.path()).unwrap();
    for secret in [
        made.identity().seed().as_ref(),
        made.storage_key().as_bytes(),
    ] {
        assert!(!bytes.windows(8).any(|window| window == &secret[..8]));
    }
}

#[test]
fn a_new_identity_never_replaces_a_key_file() {
    let fixture = Fixture::new();
    fixture.create(None);
    let before = fs::read(fixture.keystore.path()).unwrap();
    let refused = fixture
        .keystore
        .create(fixture.identity(), None, CHEAP, &fixture.entropy);
    assert!(matches!(refused, Err(KeystoreError::AlreadyExists { .. })));
    assert_eq!(fs::read(fixture.keystore.path()).unwrap(), before);
}

#[test]
fn each_cause_has_its_error_and_leaves_the_file_alone() {
    let fixture = Fixture::new();
    let right = passphrase("yo-leven");
    let load = |passphrase: Option<&Passphrase>| fixture.keystore.load(passphrase).unwrap_err();
    assert!(matches!(load(None), KeystoreError::NotFound { .. }));

    fixture.create(Some(&right));
    let before = fs::read(fixture.keystore.path()).unwrap();
    assert!(matches!(load(None), KeystoreError::PassphraseNeeded { .. }));
    let wrong = passphrase("yo-eleven");
    assert!(matches!(
        load(Some(&wrong)),
        KeystoreError::WrongPassphrase { .. }
    ));

    let strict = SecureKeystore::new(fixture.keystore.path(), ProofBits::new(32).unwrap());
    let weak = strict.load(Some(&right)).unwrap_err();
    assert!(matches!(weak, KeystoreError::WeakProof { need, .. } if need.get() == 32));

    let folder = fixture.keystore.path().parent().unwrap();
    for (path, mode, back) in [
        (fixture.keystore.path(), 0o640, 0o600),
        (folder, 0o750, 0o700),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let open = load(Some(&right));
        assert!(matches!(open, KeystoreError::TooOpen { mode: found, .. } if found == mode));
        fs::set_permissions(path, fs::Permissions::from_mode(back)).unwrap();
    }
    assert_eq!(fs::read(fixture.keystore.path()).unwrap(), before);

    let plain = fixture.keystore.load(Some(&right)).unwrap();
    fixture
        .keystore
        .replace(&plain, None, CHEAP, &fixture.entropy)
        .unwrap();
    assert!(matches!(
        load(Some(&right)),
        KeystoreError::NotEncrypted { .. }
    ));

    for other in [1, 3] {
        let mut bytes = fs::read(fixture.keystore.path()).unwrap();
        bytes[8] = other;
        fixture.put(&bytes);
        let error = load(None);
        let found = u16::from(other);
        assert!(
            matches!(error, KeystoreError::OtherVersion { found: it, .. } if it == found),
            "{error}"
        );
    }

    fs::remove_file(fixture.keystore.path()).unwrap();
    fs::create_dir(fixture.keystore.path()).unwrap();
    assert!(matches!(load(None), KeystoreError::Unreadable { .. }));
}

#[test]
fn the_public_key_is_there_without_the_passphrase_and_can_not_be_another() {
    let fixture = Fixture::new();
    let secret = passphrase("yo-leven");
    let made = fixture.create(Some(&secret)).identity().public_key();
    let read = fixture.keystore.public_key().unwrap();
    assert_eq!(read, (made, Protection::Passphrase));
    for protection in [Some(&secret), None] {
        let fixture = Fixture::new();
        let made = fixture.create(protection).identity().public_key();
        let mut bytes = fs::read(fixture.keystore.path()).unwrap();
        let at = bytes.windows(32).position(|window| window == made.0);
        bytes[at.unwrap()] ^= 1;
        format::with_checksum(&mut bytes);
        let error = format::decode(fixture.keystore.path(), &bytes, protection).unwrap_err();
        assert!(matches!(error, KeystoreError::Corrupt { .. }), "{error}");
    }
}

#[test]
fn a_changed_passphrase_keeps_the_keys() {
    let fixture = Fixture::new();
    let made = fixture.create(None);
    let new = passphrase("boxcars");
    let replaced = fixture
        .keystore
        .replace(&made, Some(&new), CHEAP, &fixture.entropy)
        .unwrap();
    assert_eq!(replaced.protection(), Protection::Passphrase);
    let loaded = fixture.keystore.load(Some(&new)).unwrap();
    assert_eq!(loaded.identity().seed(), made.identity().seed());
    assert_eq!(
        loaded.storage_key().as_bytes(),
        made.storage_key().as_bytes()
    );
}

#[test]
fn every_damage_is_found_at_every_byte() {
    for secret in [None, Some(passphrase("yo-leven"))] {
        let fixture = Fixture::new();
        fixture.create(secret.as_ref());
        let good = fs::read(fixture.keystore.path()).unwrap();
        assert_eq!(good.len(), format::FILE_BYTES);
        let decode = |bytes: &[u8]| format::decode(fixture.keystore.path(), bytes, secret.as_ref());
        for length in 0..good.len() {
            let cut = decode(&good[..length]).unwrap_err();
            assert!(
                matches!(cut, KeystoreError::Corrupt { .. }),
                "{length}: {cut}"
            );
        }
        let longer = [good.as_slice(), &[0]].concat();
        assert!(matches!(
            decode(&longer),
            Err(KeystoreError::Corrupt { .. })
        ));
        for n in 0..good.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[n] ^= flip;
                let error = decode(&bytes).unwrap_err();
                let known = matches!(
                    error,
                    KeystoreError::Corrupt { .. } | KeystoreError::OtherVersion { .. }
                );
                assert!(known, "byte {n}: {error}");
            }
        }
    }
}

#[test]
fn an_encrypted_file_changed_on_purpose_gives_no_keys_and_takes_no_memory() {
    let fixture = Fixture::new();
    let secret = passphrase("yo-leven");
    fixture.create(Some(&secret));
    let good = fs::read(fixture.keystore.path()).unwrap();
    // Bytes 11 to 18 are the cost; a huge one must be refused before it is tried.
    for (at, value) in [(11, u32::MAX), (11, 0), (15, u32::MAX), (15, 0)] {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        format::with_checksum(&mut bytes);
        let error = format::decode(fixture.keystore.path(), &bytes, Some(&secret)).unwrap_err();
        assert!(error.to_string().contains("absurd"), "{error}");
    }
    for n in (8..11).chain(19..good.len() - 32) {
        let mut bytes = good.clone();
        bytes[n] ^= 0x10;
        format::with_checksum(&mut bytes);
        assert!(
            format::decode(fixture.keystore.path(), &bytes, Some(&secret)).is_err(),
            "byte {n}"
        );
    }
}

#[test]
fn the_cost_is_that_of_rfc_9106() {
    assert_eq!(KeyCost::new(65_536, 3), Some(KeyCost::FULL));
}

#[test]
fn an_opened_keystore_prints_no_secret() {
    let fixture = Fixture::new();
    let made = fixture.create(None);
    let printed = format!("{made:?} {:?}", passphrase("yo-leven"));
    assert!(
        printed.contains("[REDACTED]") && !printed.contains("leven"),
        "{printed}"
    );
    for secret in [*made.identity().seed(), *made.storage_key().as_bytes()] {
        assert!(!printed.contains(&format!("{}, {}", secret[0], secret[1])));
    }
}

#[test]
fn key_files_of_version_2_open_for_ever() {
    for (golden, secret) in [
        (include_str!("../../../tests/golden/key_file_v2.txt"), None),
        (
            include_str!("../../../tests/golden/key_file_v2_passphrase.txt"),
            Some(passphrase("yo-leven")),
        ),
    ] {
        let bytes: [u8; format::FILE_BYTES] = crate::club::hex::decode(golden.trim()).unwrap();
        let keystore = format::decode(Path::new("golden"), &bytes, secret.as_ref()).unwrap();
        assert_eq!(*keystore.identity().seed(), [1; 32]);
        assert_eq!(*keystore.storage_key().as_bytes(), [2; 32]);
    }
}
