//! The decoders of what lies in the data directory or is said on the control socket, each through
//! the way that the program takes.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::path::Path;

use bitcraps::clock::UnixMillis;
use bitcraps::control::{ControlClient, ControlError, Request, SOCKET_NAME};
use bitcraps::identity::{Keystore, ProofBits, SecureKeystore, SeededEntropy};
use bitcraps::node::emergency;
use bitcraps::node::profile::{self, Profile};
use bitcraps::storage::{DataDirError, DataDirLock};
use bitcraps::tui::keymap::Keymap;

use crate::harness::{Outcome, golden};
use crate::targets::{read, text, with_file};

/// Where a mark is bound to its file, and what seals it.
const MARK_FILE: &str = "emergency.mark";
const MARK_CONTEXT: &str = "bitcraps 2026-11 emergency mark v1";

/// The player's own keys, from their file: it has a longest length.
pub(crate) fn keys(bytes: &[u8]) -> Outcome {
    with_file(bytes, |path| {
        // Every mistake has a text for people.
        let loaded = Keymap::load(Some(path)).map_err(|errors| errors.to_string());
        read(loaded.ok())
    })
}

/// Name and looks.
pub(crate) fn profile(bytes: &[u8]) -> Outcome {
    let folder = folder_with(profile::FILE_NAME, bytes);
    let loaded = Profile::load(folder.path()).map_err(|error| error.to_string());
    if let Some(name) = loaded.as_ref().ok().and_then(|it| it.name.as_ref()) {
        text(name.as_bytes());
    }
    read(loaded.ok())
}

/// The mark of an emergency stop: the bytes as they are, and sealed, so that more than the seal is
/// reached.
pub(crate) fn emergency_mark(bytes: &[u8]) -> Outcome {
    let keys = keystore();
    let sealed = keys
        .storage_key()
        .seal(MARK_CONTEXT, MARK_FILE.as_bytes(), bytes, &entropy());
    let mut found = None;
    for file in [bytes, &sealed.unwrap()] {
        let folder = folder_with(MARK_FILE, file);
        found = found.or(emergency::read(folder.path(), &keys));
    }
    read(found)
}

/// The one key file of the repository that needs no passphrase.
pub(crate) fn keystore() -> Keystore {
    with_file(&golden("key_file_v2"), |path| {
        let keystore = SecureKeystore::new(path, ProofBits::new(0).unwrap());
        keystore.load(None).unwrap()
    })
}

pub(crate) fn entropy() -> SeededEntropy {
    SeededEntropy::new(1)
}

/// Who holds a data directory, as the second learns it.
pub(crate) fn holder(bytes: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("data");
    let _held = DataDirLock::acquire(&directory, UnixMillis(5)).unwrap();
    put(&directory.join(DataDirLock::FILE_NAME), bytes);
    let refused = DataDirLock::acquire(&directory, UnixMillis(6)).unwrap_err();
    assert!(matches!(refused, DataDirError::Held { .. }), "{refused}");
    let DataDirError::Held { holder, .. } = refused else {
        return Outcome::Refused;
    };
    read(holder)
}

/// What a node answers to a command, read line by line.
pub(crate) fn answer(bytes: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let node = UnixListener::bind(folder.path().join(SOCKET_NAME)).unwrap();
    let mut client = ControlClient::connect(folder.path()).unwrap();
    let mut rows = 0_u64;
    let asked = std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = node.accept().unwrap();
            // What was asked stands in the way of nobody; who has had enough hangs up.
            let mut request = [0; 1];
            stream.read_exact(&mut request).unwrap();
            let written = stream.write_all(bytes);
            let gone = [io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionReset];
            assert!(written.is_ok() || gone.contains(&written.unwrap_err().kind()));
        });
        let asked = client.ask(Request::Balance, |_| {
            rows += 1;
            Ok::<(), ControlError>(())
        });
        drop(client);
        asked
    });
    // Every fault has a text for people.
    let asked = asked.map_err(|error| error.to_string());
    read(asked.ok().or((rows > 0).then_some(())))
}

fn folder_with(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join(name), bytes);
    folder
}

fn put(path: &Path, bytes: &[u8]) {
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(bytes).unwrap();
}
