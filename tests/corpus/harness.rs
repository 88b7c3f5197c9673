//! One input for one decoder, and what is expected of it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;

/// Where the corpora lie.
pub(crate) const FOLDER: &str = "fuzz/corpus";

/// Counts every byte that this test takes.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory is counted for the whole process, so no two tests run at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Keeps the other tests waiting until it is dropped.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most memory that any input may take.
pub(crate) const BYTES_MAX: usize = 16 << 20;

/// What a decoder made of an input.
#[derive(Debug)]
pub(crate) enum Outcome {
    Refused,
    /// A value was read that has no one encoding.
    Read,
    /// A value was read, and this is how it is written.
    Written(Vec<u8>),
}

/// A decoder.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// The most memory that one input may take.
    pub(crate) bytes_max: usize,
    /// How many changed inputs the ordinary run tries.
    pub(crate) inputs: u64,
    pub(crate) decode: fn(&[u8]) -> Outcome,
}

/// What an input did that none may do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    Panicked,
    Took { bytes: usize, limit: usize },
    WrittenOtherwise,
}

/// An input that did harm.
pub(crate) struct Finding {
    target: &'static str,
    pub(crate) harm: Harm,
    /// Where the input was saved.
    saved: PathBuf,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            target,
            harm,
            saved,
        } = self;
        let saved = saved.display();
        write!(
            f,
            "{target}: {harm:?}; a copy into {FOLDER}/{target}/ keeps it found: {saved}"
        )
    }
}

/// Gives an input to a decoder; tells whether it was read. Only for tests that are [`alone`].
pub(crate) fn check(target: &Target, input: &[u8]) -> Result<bool, Finding> {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.decode)(input)));
    let bytes = MEMORY.peak_usage().saturating_sub(before);
    let limit = target.bytes_max;
    assert!(limit <= BYTES_MAX);
    let harm = match &outcome {
        Err(_) => Some(Harm::Panicked),
        Ok(_) if bytes > limit => Some(Harm::Took { bytes, limit }),
        Ok(Outcome::Written(written)) if written != input => Some(Harm::WrittenOtherwise),
        Ok(_) => None,
    };
    match harm {
        None => Ok(!matches!(outcome, Ok(Outcome::Refused))),
        Some(harm) => Err(Finding {
            target: target.name,
            harm,
            saved: save(target, input),
        }),
    }
}

#[expect(clippy::disallowed_methods, reason = "a file for people to look at")]
fn save(target: &Target, input: &[u8]) -> PathBuf {
    let hash = blake3::hash(input).to_hex();
    let hash: String = hash.chars().take(12).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{}_{hash}", target.name));
    std::fs::write(&path, input).unwrap();
    path
}

/// Returns the root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns a file of the repository.
pub(crate) fn file(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap()
}

/// Returns the bytes of a golden value.
pub(crate) fn golden(name: &str) -> Vec<u8> {
    let text = String::from_utf8(file(&format!("tests/golden/{name}.txt"))).unwrap();
    bitcraps::club::hex::decode_all(text.trim()).unwrap()
}

/// Returns the inputs of a target's corpus, in the order of their names.
pub(crate) fn inputs_of(target: &Target) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(root().join(FOLDER).join(target.name)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path| std::fs::read(path).unwrap();
    paths.into_iter().map(read).collect()
}

/// Returns a number that the environment gives, or another one.
#[expect(
    clippy::disallowed_methods,
    reason = "a longer run is asked for by the environment"
)]
pub(crate) fn number(variable: &str, otherwise: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |given| given.parse().unwrap())
}
