//! The store's own thread, and the handle by which async parts reach it without ever blocking.

use std::{io, thread};

use tokio::sync::{mpsc, oneshot};

use super::limits::{GROUP_MAX, QUEUE_MAX};
use super::schema::SecretName;
use super::{Store, StoreError, StoredClub, Write};
use crate::club::{ClubId, GameId, Height};

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Everything that can be asked of the store.
enum Job {
    Write(Write, Reply<()>),
    After(After),
}

/// What is done after the writes that were asked for before it.
enum After {
    Clubs {
        reply: Reply<Vec<ClubId>>,
    },
    Club {
        club: ClubId,
        reply: Reply<StoredClub>,
    },
    Blocks {
        club: ClubId,
        from: Height,
        limit: usize,
        reply: Reply<Vec<(Height, Vec<u8>)>>,
    },
    Rolls {
        club: ClubId,
        from: Height,
        limit: usize,
        reply: Reply<Vec<(Height, Vec<u8>)>>,
    },
    NewestRolls {
        club: ClubId,
        before: Height,
        limit: usize,
        reply: Reply<Vec<(Height, Vec<u8>)>>,
    },
    Misconduct {
        club: ClubId,
        reply: Reply<Vec<Vec<u8>>>,
    },
    Host {
        club: ClubId,
        reply: Reply<Option<Vec<u8>>>,
    },
    Secret {
        name: SecretName,
        reply: Reply<Option<Vec<u8>>>,
    },
    Epochs {
        table: GameId,
        reply: Reply<Vec<u32>>,
    },
    Close {
        reply: Reply<()>,
    },
}

/// A way to the store, cheap to clone. Its calls wait for their turn and for the disk, never
/// blocking the runtime.
///
/// Writes that wait together share one durable write. A call that is dropped before its answer may
/// still take effect.
#[derive(Clone, Debug)]
pub struct StoreHandle {
    jobs: mpsc::Sender<Job>,
}

impl StoreHandle {
    /// Gives the store to a thread of its own. The thread ends after [`close`](Self::close), or
    /// when the last handle is gone.
    ///
    /// # Errors
    /// The operating system's, when there can be no more threads.
    pub fn spawn(store: Store) -> Result<(Self, thread::JoinHandle<()>), io::Error> {
        let (jobs, queue) = mpsc::channel(QUEUE_MAX);
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || serve(store, queue))?;
        Ok((Self { jobs }, thread))
    }

    /// Makes one change durable; see [`Store::write`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write(&self, write: Write) -> Result<(), StoreError> {
        self.ask(|reply| Job::Write(write, reply)).await
    }

    /// Returns the clubs in the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clubs(&self) -> Result<Vec<ClubId>, StoreError> {
        self.ask(|reply| Job::After(After::Clubs { reply })).await
    }

    /// Returns a club as it is stored.
    ///
    /// # Errors
    /// [`StoreError`], among them [`StoreError::NoSuchClub`].
    pub async fn club(&self, club: ClubId) -> Result<StoredClub, StoreError> {
        self.ask(|reply| Job::After(After::Club { club, reply }))
            .await
    }

    /// Returns some blocks of a club; see [`Store::blocks`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn blocks(
        &self,
        club: ClubId,
        from: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.ask(|reply| {
            Job::After(After::Blocks {
                club,
                from,
                limit,
                reply,
            })
        })
        .await
    }

    /// Returns past rolls of a club from a height on; see [`Store::rolls`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rolls(
        &self,
        club: ClubId,
        from: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.ask(|reply| {
            Job::After(After::Rolls {
                club,
                from,
                limit,
                reply,
            })
        })
        .await
    }

    /// Returns past rolls of a club; see [`Store::newest_rolls`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_rolls(
        &self,
        club: ClubId,
        before: Height,
        limit: usize,
    ) -> Result<Vec<(Height, Vec<u8>)>, StoreError> {
        self.ask(|reply| {
            Job::After(After::NewestRolls {
                club,
                before,
                limit,
                reply,
            })
        })
        .await
    }

    /// Returns every kept proof of misconduct in a club; see [`Store::misconduct`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn misconduct(&self, club: ClubId) -> Result<Vec<Vec<u8>>, StoreError> {
        self.ask(|reply| Job::After(After::Misconduct { club, reply }))
            .await
    }

    /// Returns what this node remembers of a club's host; see [`Store::host`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn host(&self, club: ClubId) -> Result<Option<Vec<u8>>, StoreError> {
        self.ask(|reply| Job::After(After::Host { club, reply }))
            .await
    }

    /// Returns a secret as it was sealed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn secret(&self, name: SecretName) -> Result<Option<Vec<u8>>, StoreError> {
        self.ask(|reply| Job::After(After::Secret { name, reply }))
            .await
    }

    /// Returns the epochs of a table whose secrets are kept; see [`Store::epochs`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn epochs(&self, table: GameId) -> Result<Vec<u32>, StoreError> {
        self.ask(|reply| Job::After(After::Epochs { table, reply }))
            .await
    }

    /// Closes the store after everything asked before is done. Later calls answer
    /// [`StoreError::Closed`].
    ///
    /// # Errors
    /// [`StoreError::Closed`] when it was closed already.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.ask(|reply| Job::After(After::Close { reply })).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.jobs.send(job(reply)).await;
        sent.map_err(|_closed| StoreError::Closed)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }
}

fn serve(mut store: Store, mut queue: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    while queue.blocking_recv_many(&mut group, GROUP_MAX) > 0 {
        if let Some(closed) = work(&mut store, group.drain(..)) {
            drop(store);
            return deliver(closed, Ok(()));
        }
    }
}

/// Does what was asked for together. Returns to whom the close is answered, if it was asked for.
fn work(store: &mut Store, group: impl Iterator<Item = Job>) -> Option<Reply<()>> {
    let (mut writes, mut replies, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for job in group {
        match job {
            Job::Write(write, reply) => {
                writes.push(write);
                replies.push(reply);
            }
            Job::After(after) => rest.push(after),
        }
    }
    if !writes.is_empty() {
        for (reply, answer) in replies.into_iter().zip(store.write(&writes)) {
            deliver(reply, answer);
        }
    }
    for after in rest {
        match after {
            After::Clubs { reply } => deliver(reply, store.clubs()),
            After::Club { club, reply } => deliver(reply, store.club(club)),
            After::Blocks {
                club,
                from,
                limit,
                reply,
            } => deliver(reply, store.blocks(club, from, limit)),
            After::Rolls {
                club,
                from,
                limit,
                reply,
            } => {
                deliver(reply, store.rolls(club, from, limit));
            }
            After::NewestRolls {
                club,
                before,
                limit,
                reply,
            } => {
                deliver(reply, store.newest_rolls(club, before, limit));
            }
            After::Misconduct { club, reply } => deliver(reply, store.misconduct(club)),
            After::Host { club, reply } => deliver(reply, store.host(club)),
            After::Secret { name, reply } => deliver(reply, store.secret(name)),
            After::Epochs { table, reply } => deliver(reply, store.epochs(table)),
            After::Close { reply } => return Some(reply),
        }
    }
    None
}

/// Answers; whoever stopped waiting for the answer doesn't need it.
fn deliver<T>(reply: Reply<T>, answer: Result<T, StoreError>) {
    drop(reply.send(answer));
}

#[cfg(test)]
impl StoreHandle {
    /// Gives the store to a task in the place of a thread: in virtual time, which goes on whenever
    /// no task has work, nothing outruns the store then.
    #[cfg(test)]
    pub(crate) fn in_virtual_time(mut store: Store) -> (Self, tokio::task::JoinHandle<()>) {
        let (jobs, mut queue) = mpsc::channel(QUEUE_MAX);
        let task = tokio_util::task::TaskTracker::new().spawn(async move {
            let mut group = Vec::with_capacity(GROUP_MAX);
            while queue.recv_many(&mut group, GROUP_MAX).await > 0 {
                if let Some(closed) = work(&mut store, group.drain(..)) {
                    drop(store);
                    return deliver(closed, Ok(()));
                }
            }
        });
        (Self { jobs }, task)
    }
}
