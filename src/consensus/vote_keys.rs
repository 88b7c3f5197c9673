//! The keys with which this node votes, each with the log of what it signed.
//!
//! A key and its log are made together, once, and live and die together:
//! - A key whose log is missing, damaged or another key's never signs again: a note beside the log
//!   says so from then on, and why. The node follows what the others decide, and comes back under a
//!   new key.
//! - The key of a sole keeper has its log in the blocks of the store: nothing of it leaves the node
//!   before its block is durable. So a lost file is made anew while the club is hosted, and the key
//!   stays.
//!
//! What is put back from a backup has votes behind it that nothing on this disk knows of. Whoever puts a
//! data directory back leaves a mark for each club ([`VoteKeys::restored_mark`]): the next start retires
//! the key that it finds there, a sole keeper's too, and takes the mark away.
//!
//! A key that keeps the club no more is erased, by its node or at the next start: old blocks are checked
//! with its public half.
//!
//! Not guaranteed: that nobody votes with a copy of the whole data directory. The directory's lock
//! stops two users on one machine; a copy that comes back is found only when another keeper still
//! holds a vote that its log lacks.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::machine::KeptLog;
use super::{FileVoteLog, VoteLog, VoteLogFault};
use crate::club::{ClubId, ClubState, CodecFault, Height, Keeper, KeeperNo, PublicKey, Rekey, hex};
use crate::files::{WriteError, sync_folder, write_atomic};
use crate::identity::{Identity, Signer as _};
use crate::storage::{SecretError, SecretName, Secrets};

/// Bytes of a vote key that name its files: enough that no two share a name.
const NAME_BYTES: usize = 16;

/// The longest word or reason that is read: the word of 16 keepers, 3 kB, or a long sentence.
pub(super) const NOTE_BYTES_MAX: usize = 8 << 10;

/// Where this node's vote keys and their logs are.
#[derive(Clone, Debug)]
pub struct VoteKeys {
    secrets: Secrets,
    folder: Option<PathBuf>,
}

/// A vote key that can't be made or used at the moment. Its log was not touched.
#[derive(Debug, thiserror::Error)]
pub enum VoteKeyError {
    /// The key can't be kept or had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The stored key is not the one that the club knows for this node.
    #[error("the stored vote key is not that of keeper {number}")]
    OtherKey {
        /// The keeper.
        number: KeeperNo,
    },
    /// The log can't be used.
    #[error("the vote log {path} can't be used")]
    Log {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no place for logs.
    #[error("this node has no place for vote logs")]
    NoPlace,
}

/// A vote key with its log. Without one only a sole keeper votes.
#[derive(Debug)]
pub(super) struct VoteKey {
    pub(super) key: Arc<Identity>,
    pub(super) log: Option<Box<dyn VoteLog>>,
}

/// A vote key that the club knows.
#[derive(Debug)]
pub(super) struct Vote {
    pub(super) number: KeeperNo,
    pub(super) key: VoteKey,
    /// What a start found in the log.
    pub(super) kept: KeptLog,
}

/// What a start found of this node's keys in one club.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// As a keeper.
    pub(super) vote: Option<Vote>,
    /// Of a member that asks to keep the club.
    pub(super) candidate: Option<VoteKey>,
}

impl VoteKeys {
    /// Returns the keys whose seeds are among `secrets` and whose logs are in `folder`, which need
    /// not be there yet.
    #[must_use]
    pub const fn new(secrets: Secrets, folder: PathBuf) -> Self {
        let folder = Some(folder);
        Self { secrets, folder }
    }

    /// Returns keys without a place for logs: that of a sole keeper votes, no other.
    #[cfg(test)]
    #[must_use]
    pub const fn without_logs(secrets: Secrets) -> Self {
        let folder = None;
        Self { secrets, folder }
    }

    /// Returns the file that says of a club's keys that they were put back from a backup; its text is the
    /// reason that people are told. `None` without a place for logs.
    #[must_use]
    pub fn restored_mark(&self, club: &ClubId) -> Option<PathBuf> {
        let name = hex::encode(&club.0[..NAME_BYTES]);
        let folder = self.folder.as_ref()?;
        Some(folder.join(format!("{name}.restored")))
    }

    /// Returns the new vote keys that this node signed last in a club.
    pub(super) async fn signed(&self, club: &ClubId) -> Result<Option<Rekey>, VoteKeyError> {
        let path = self.signed_file(club)?;
        at_file(path, |path| {
            let Some(bytes) = read_bounded(path)? else {
                return Ok(None);
            };
            let invalid = |fault: CodecFault| io::Error::new(io::ErrorKind::InvalidData, fault);
            if bytes.len() > NOTE_BYTES_MAX {
                let (bytes, limit) = (bytes.len(), NOTE_BYTES_MAX);
                return Err(invalid(CodecFault::TooLarge { bytes, limit }));
            }
            Rekey::from_bytes(&bytes).map(Some).map_err(invalid)
        })
        .await
    }

    /// Remembers which new vote keys this node signs in a club.
    pub(super) async fn keep_signed(
        &self,
        club: &ClubId,
        rekey: &Rekey,
    ) -> Result<(), VoteKeyError> {
        let bytes = rekey.to_bytes();
        at_file(self.signed_file(club)?, move |path| {
            let written = write_atomic(path, &bytes);
            written.map_err(|WriteError { source, .. }| source)
        })
        .await
    }

    fn signed_file(&self, club: &ClubId) -> Result<PathBuf, VoteKeyError> {
        let name = hex::encode(&club.0[..NAME_BYTES]);
        let folder = self.folder.as_ref().ok_or(VoteKeyError::NoPlace)?;
        Ok(folder.join(format!("{name}.signed")))
    }

    /// Finds this node's keys in a club whose newest state is `state`, and opens their logs. Keys that
    /// keep the club no more are forgotten: who stole them later could sign another past with them.
    pub(super) async fn find(&self, state: &ClubState) -> Result<Found, VoteKeyError> {
        let Some(mark) = self.restored_mark(state.club()) else {
            return self.find_keys(state, None).await;
        };
        let path = mark.clone();
        let why = at_file(path, read_if_there).await?;
        let found = self.find_keys(state, why.as_deref()).await?;
        // Only now that nothing which the mark is about can sign any more.
        if why.is_some() {
            at_file(mark, |mark| {
                fs::remove_file(mark)?;
                mark.parent().map_or(Ok(()), sync_folder)
            })
            .await?;
        }
        Ok(found)
    }

    async fn find_keys(
        &self,
        state: &ClubState,
        restored: Option<&str>,
    ) -> Result<Found, VoteKeyError> {
        let club = *state.club();
        for number in (0..state.next_keeper_no().0).map(KeeperNo) {
            if state.keeper(number).is_none() {
                self.forget(club, number).await?;
            }
        }
        let candidate = self.seed(SecretName::Candidate { club }).await?;
        for keeper in state.keepers() {
            let kept = self.seed(vote_key_name(club, keeper.no)).await?;
            if kept
                .as_ref()
                .is_some_and(|key| key.public_key() != keeper.vote_key)
            {
                return Err(VoteKeyError::OtherKey { number: keeper.no });
            }
            let of_candidate = candidate
                .as_ref()
                .filter(|key| key.public_key() == keeper.vote_key);
            if let Some(key) = kept.or_else(|| of_candidate.cloned()) {
                if let Some(why) = restored {
                    self.retire(&keeper.vote_key, why).await?;
                }
                let vote = self.open(state, *keeper, Arc::new(key)).await?;
                let candidate = candidate.filter(|key| key.public_key() != keeper.vote_key);
                let candidate = self.candidate(club, candidate, restored).await?;
                return Ok(Found {
                    vote: Some(vote),
                    candidate,
                });
            }
        }
        let candidate = self.candidate(club, candidate, restored).await?;
        Ok(Found {
            vote: None,
            candidate,
        })
    }

    /// Makes a key and its log for a member that asks to keep the club; the newest block is below
    /// `next`.
    pub(super) async fn make(&self, club: ClubId, next: Height) -> Result<VoteKey, VoteKeyError> {
        let seed = self.secrets.random()?;
        let key = Arc::new(Identity::from_seed(&seed));
        let public = key.public_key();
        let files = self.files(&public).ok_or(VoteKeyError::NoPlace)?;
        // The log first: a key without one is a key that lost it.
        let log = blocking(files.clone(), move |files| {
            let mut closed_to_others = DirBuilder::new();
            closed_to_others.recursive(true).mode(0o700);
            closed_to_others.create(&files.folder)?;
            FileVoteLog::create(&files.log, &club, &public, next)
        });
        let log = log.await?;
        self.secrets
            .put(SecretName::Candidate { club }, &seed)
            .await?;
        let log = Some(Box::new(log) as Box<dyn VoteLog>);
        Ok(VoteKey { key, log })
    }

    /// Notes under which number a candidate's key votes. Until that is done, the key is found under
    /// its first name.
    pub(super) async fn adopt(
        &self,
        club: ClubId,
        number: KeeperNo,
        key: &Identity,
    ) -> Result<(), VoteKeyError> {
        let seed = key.signing_key().to_bytes();
        self.secrets.put(vote_key_name(club, number), &seed).await?;
        self.secrets.forget(SecretName::Candidate { club }).await?;
        Ok(())
    }

    /// Forgets the key of a keeper that is none any more, if it is here.
    pub(super) async fn forget(&self, club: ClubId, number: KeeperNo) -> Result<(), VoteKeyError> {
        let name = vote_key_name(club, number);
        if self.secrets.find(name).await?.is_some() {
            self.secrets.forget(name).await?;
        }
        Ok(())
    }

    /// Notes for ever that a key must not sign any more. Without a place for logs nothing is kept
    /// and nothing need be: the key is lost to every later start.
    pub(super) async fn retire(&self, key: &PublicKey, why: &str) -> Result<(), VoteKeyError> {
        let Some(files) = self.files(key) else {
            return Ok(());
        };
        let why = why.to_owned();
        blocking(files, move |files| files.retire(&why)).await
    }

    async fn seed(&self, name: SecretName) -> Result<Option<Identity>, VoteKeyError> {
        let seed = self.secrets.find(name).await?;
        Ok(seed.map(|seed| Identity::from_seed(&seed)))
    }

    /// Opens the log of a candidate's key. It has signed nothing, so one that lost its log is
    /// forgotten, and another one is made when it is wanted. One from a backup may have become a keeper's
    /// since, and is forgotten too.
    async fn candidate(
        &self,
        club: ClubId,
        key: Option<Identity>,
        restored: Option<&str>,
    ) -> Result<Option<VoteKey>, VoteKeyError> {
        let Some(key) = key else {
            return Ok(None);
        };
        if restored.is_some() {
            self.secrets.forget(SecretName::Candidate { club }).await?;
            return Ok(None);
        }
        let public = key.public_key();
        let Some(files) = self.files(&public) else {
            return Ok(None);
        };
        let opened = blocking(files, move |files| {
            match FileVoteLog::open(&files.log, &club, &public) {
                Ok(log) => Ok(Some(log)),
                Err(VoteLogFault::Lost { .. }) => Ok(None),
                Err(VoteLogFault::Io(error)) => Err(error),
            }
        });
        let Some(log) = opened.await? else {
            self.secrets.forget(SecretName::Candidate { club }).await?;
            return Ok(None);
        };
        Ok(Some(VoteKey {
            key: Arc::new(key),
            log: Some(Box::new(log)),
        }))
    }

    /// Opens the log of a keeper's key.
    async fn open(
        &self,
        state: &ClubState,
        keeper: Keeper,
        key: Arc<Identity>,
    ) -> Result<Vote, VoteKeyError> {
        let (club, next) = (*state.club(), state.height().next());
        let (number, public) = (keeper.no, keeper.vote_key);
        let is_sole = !state.is_shared();
        let (log, kept) = match self.files(&public) {
            None if is_sole => (None, KeptLog::empty(next)),
            None => (None, KeptLog::Lost(VoteKeyError::NoPlace.to_string())),
            Some(files) => {
                let open = move |files: &Files| files.open(&club, &public, next, is_sole);
                blocking(files, open).await?
            }
        };
        let log = log.map(|log| Box::new(log) as Box<dyn VoteLog>);
        let key = VoteKey { key, log };
        Ok(Vote { number, key, kept })
    }

    fn files(&self, key: &PublicKey) -> Option<Files> {
        let folder = self.folder.as_ref()?;
        let name = hex::encode(&key.0[..NAME_BYTES]);
        Some(Files {
            log: folder.join(format!("{name}.log")),
            retired: folder.join(format!("{name}.retired")),
            folder: folder.clone(),
        })
    }
}

/// Returns the name of the key of keeper `number`.
pub(super) const fn vote_key_name(club: ClubId, number: KeeperNo) -> SecretName {
    SecretName::VoteKey {
        club,
        keeper: number.0,
    }
}

/// The files of one key. What is done with them blocks.
#[derive(Clone, Debug)]
struct Files {
    folder: PathBuf,
    log: PathBuf,
    /// There once the key must not sign any more; it says why.
    retired: PathBuf,
}

impl Files {
    fn open(
        &self,
        club: &ClubId,
        key: &PublicKey,
        next: Height,
        is_sole: bool,
    ) -> io::Result<(Option<FileVoteLog>, KeptLog)> {
        if let Some(why) = read_if_there(&self.retired)? {
            return Ok((None, KeptLog::Lost(why)));
        }
        match FileVoteLog::open(&self.log, club, key) {
            Ok(mut log) => Self::read(&mut log, next, is_sole).map(|kept| (Some(log), kept)),
            Err(VoteLogFault::Io(error)) => Err(error),
            Err(VoteLogFault::Lost { why }) if is_sole => {
                tracing::info!(why, "a new vote log begins: the blocks say what was signed");
                let mut closed_to_others = DirBuilder::new();
                closed_to_others.recursive(true).mode(0o700);
                closed_to_others.create(&self.folder)?;
                let log = FileVoteLog::renew(&self.log, club, key, next)?;
                Ok((Some(log), KeptLog::empty(next)))
            }
            Err(lost @ VoteLogFault::Lost { .. }) => {
                let why = lost.to_string();
                self.retire(&why)?;
                Ok((None, KeptLog::Lost(why)))
            }
        }
    }

    fn read(log: &mut FileVoteLog, next: Height, is_sole: bool) -> io::Result<KeptLog> {
        let (height, records) = match log.read() {
            Ok(read) => read,
            Err(VoteLogFault::Io(error)) => return Err(error),
            Err(lost @ VoteLogFault::Lost { .. }) => return Ok(KeptLog::Lost(lost.to_string())),
        };
        if !is_sole {
            return Ok(KeptLog::Kept { height, records });
        }
        // Alone it logs nothing, so what is there was written while others kept the club too.
        if height > next {
            return Ok(KeptLog::Lost(format!(
                "the store was put back: its next block is {next}, but the vote log is of {height}"
            )));
        }
        log.reset(next)?;
        Ok(KeptLog::empty(next))
    }

    fn retire(&self, why: &str) -> io::Result<()> {
        let written = write_atomic(&self.retired, why.as_bytes());
        written.map_err(|WriteError { source, .. }| source)
    }
}

/// Returns the reason that a file gives. That it is there says all that counts, so one that is too long
/// is cut.
fn read_if_there(path: &Path) -> io::Result<Option<String>> {
    let bytes = read_bounded(path)?;
    Ok(bytes.map(|mut bytes| {
        bytes.truncate(NOTE_BYTES_MAX);
        String::from_utf8_lossy(&bytes).into_owned()
    }))
}

/// Returns the bytes of a file, one more than [`NOTE_BYTES_MAX`] of one that is longer; `None` if it is
/// not there.
fn read_bounded(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let limit = u64::try_from(NOTE_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Works on one file on a thread that may wait for the disk.
async fn at_file<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, VoteKeyError> {
    let named = path.clone();
    let done = tokio::task::spawn_blocking(move || work(&named)).await;
    let done = done.unwrap_or_else(|broken| Err(io::Error::other(broken)));
    done.map_err(|source| VoteKeyError::Log { path, source })
}

/// Works on files on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    files: Files,
    work: impl FnOnce(&Files) -> io::Result<T> + Send + 'static,
) -> Result<T, VoteKeyError> {
    at_file(files.log.clone(), move |_| work(&files)).await
}
