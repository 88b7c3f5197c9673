//! The file that proves a fork: `bitcraps verify` accepts it with nothing else.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::book::BookError;
use super::export::keeper_past;
use crate::club::{ClubId, SignedCharter};
use crate::consensus::{ForkFiles, ForkProof};
use crate::error::Error;
use crate::files::write_atomic;
use crate::storage::StoreHandle;
use crate::transcript::Writer;

/// Characters of the club's id in the name of a file: enough to tell clubs apart.
const CLUB_CHARACTERS: usize = 16;

/// Writes proofs of forks into a folder, out of what the store has of the club.
#[derive(Clone, Debug)]
pub struct ForkFileWriter {
    store: StoreHandle,
    folder: PathBuf,
}

impl ForkFileWriter {
    /// Returns a writer into `folder`, which need not be there yet.
    #[must_use]
    pub const fn new(store: StoreHandle, folder: PathBuf) -> Self {
        Self { store, folder }
    }

    async fn file(self, club: ClubId, proof: ForkProof) -> Result<PathBuf, Error> {
        let stored = self.store.club(club).await.map_err(BookError::from)?;
        let charter = SignedCharter::from_bytes(&stored.charter).map_err(BookError::from)?;
        let past = keeper_past(&self.store, &charter, proof.height()).await?;
        let bytes = Writer::fork(&charter, &past, &proof);
        let name: String = club.to_string().chars().take(CLUB_CHARACTERS).collect();
        let file = format!("fork-{name}-{}.bcgt", proof.height());
        let path = self.folder.join(file);
        let folder = self.folder;
        let written = tokio::task::spawn_blocking(move || {
            let mut closed_to_others = DirBuilder::new();
            closed_to_others.recursive(true).mode(0o700);
            closed_to_others
                .create(&folder)
                .map_err(|why| why.to_string())?;
            write_atomic(&path, &bytes).map_err(|why| why.source.to_string())?;
            Ok::<_, String>(path)
        });
        let written = written
            .await
            .unwrap_or_else(|broken| Err(broken.to_string()));
        written.map_err(|why| {
            let what = format!("the proof can't be written: {why}");
            let hint = "check the rights of the data directory and its disk, and start again";
            Error::new(crate::error::Kind::Storage, what, hint)
        })
    }
}

impl ForkFiles for ForkFileWriter {
    fn write(
        &self,
        club: ClubId,
        proof: &ForkProof,
    ) -> BoxFuture<'static, Result<PathBuf, String>> {
        let writing = self.clone().file(club, proof.clone());
        writing
            .map(|file| file.map_err(|why| why.to_string()))
            .boxed()
    }
}
