//! Keeping what proves that keepers broke the rules: in the store, and for a fork in a file that
//! anybody can check without the club.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::machine::Alarm;
use super::{ForkProof, KeptProofs, Misconduct};
use crate::club::ClubId;
use crate::storage::limits::MISCONDUCT_MAX;
use crate::storage::{StoreHandle, Write};

/// Who writes the file that proves a fork. Its form is not known here.
pub trait ForkFiles: Send + Sync + fmt::Debug {
    /// Writes the file; the same proof gives the same file. Returns where it is, or why it can't be
    /// written.
    fn write(&self, club: ClubId, proof: &ForkProof)
    -> BoxFuture<'static, Result<PathBuf, String>>;
}

/// What a chain holds of proofs.
pub(super) struct ProofBook {
    /// What earlier runs kept and this one has not looked at yet.
    old: Vec<Misconduct>,
    pub(super) files: Option<Arc<dyn ForkFiles>>,
    pub(super) writing: Option<BoxFuture<'static, Result<PathBuf, String>>>,
    shown: KeptProofs,
    is_new: bool,
}

impl ProofBook {
    pub(super) fn new(old: Vec<Misconduct>, unreadable: usize) -> Self {
        Self {
            files: None,
            writing: None,
            shown: KeptProofs {
                kept: old.len(),
                unreadable,
                ..KeptProofs::default()
            },
            is_new: !old.is_empty() || unreadable > 0,
            old,
        }
    }

    pub(super) fn take_old(&mut self) -> Vec<Misconduct> {
        std::mem::take(&mut self.old)
    }

    /// Returns what is to be shown, if it was not shown before.
    pub(super) fn changed(&mut self) -> Option<KeptProofs> {
        std::mem::take(&mut self.is_new).then(|| self.shown.clone())
    }

    /// Keeps a proof, and begins the file of a fork.
    pub(super) async fn keep(&mut self, store: &StoreHandle, club: ClubId, proof: &Misconduct) {
        let write = Write::Misconduct {
            club,
            proof: proof.to_bytes(),
        };
        let kept = match store.write(write).await {
            Ok(()) => store.misconduct(club).await,
            Err(error) => Err(error),
        };
        match kept {
            Ok(rows) => self.shown.kept = rows.len().saturating_sub(self.shown.unreadable),
            Err(error) => {
                tracing::error!(%error, "the proof can't be kept");
                self.shown.trouble = Some(format!("the proof can't be kept: {error}"));
            }
        }
        if self.shown.kept >= MISCONDUCT_MAX {
            tracing::warn!(
                "no more proofs of misconduct are kept than the oldest {MISCONDUCT_MAX}"
            );
        }
        if let Misconduct::Fork(fork) = proof {
            let files = self.files.as_ref();
            self.writing = files.map(|files| files.write(club, fork));
        }
        self.is_new = true;
    }

    /// Notes where the file of a fork is.
    pub(super) fn wrote(&mut self, file: Result<PathBuf, String>) {
        self.writing = None;
        match file {
            Ok(path) => {
                tracing::error!("the proof of the fork is in {}", path.display());
                self.shown.file = Some(path);
            }
            Err(why) => {
                tracing::error!(why, "the proof of the fork can't be written");
                self.shown.trouble = Some(format!("the proof can't be written: {why}"));
            }
        }
        self.is_new = true;
    }
}

/// Returns what of an alarm is to be kept.
pub(super) fn misconduct_of(alarm: &Alarm) -> Option<Misconduct> {
    match alarm {
        Alarm::Accused(evidence) => Some(Misconduct::TwoThings(evidence.clone())),
        Alarm::Fork(proof) => Some(Misconduct::Fork(proof.clone())),
        Alarm::WrongBlock {
            block, certificate, ..
        } => Some(Misconduct::WrongBlock {
            block: block.clone(),
            certificate: certificate.clone(),
        }),
        Alarm::Retired(_)
        | Alarm::Unlogged(_)
        | Alarm::EngineBroke { .. }
        | Alarm::EngineStopped { .. }
        | Alarm::VotedDown { .. }
        | Alarm::LeftOut(_)
        | Alarm::KeysAsked { .. }
        | Alarm::Halted(_) => None,
    }
}
