//! Opening a club that is in the store: what is read there is checked.

use super::follow::{ChainFault, follow};
use super::limits::{REMEMBERED_BLOCKS_MAX, REPLAYED_AT_ONCE_MAX};
use super::machine::HostWatch;
use super::stored::StoredBlock;
use super::vote_keys::Found;
use super::{
    CertificateFault, KeeperSet, KeeperSetError, Misconduct, PaceTimeouts, VoteKeyError, VoteKeys,
};
use crate::club::{CharterFault, ClubId, ClubState, CodecFault, Height, SignedCharter};
use crate::storage::limits::BLOCKS_PER_READ_MAX;
use crate::storage::{StoreError, StoreHandle, Write};

/// A club in the store that can't be opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenClubError {
    /// The store failed, or has no such club.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vote key can't be had, or its log can't be used.
    #[error(transparent)]
    VoteKey(#[from] VoteKeyError),
    /// The stored charter is not this club's.
    #[error("the stored charter is not that of club {club}")]
    OtherCharter {
        /// The club.
        club: ClubId,
    },
    /// The stored charter founds no club.
    #[error("the charter in the store: {0}")]
    Charter(#[from] CharterFault),
    /// A stored block can't be read.
    #[error("block {height} in the store can't be read: {why}")]
    Unreadable {
        /// Which.
        height: Height,
        /// Why.
        why: CodecFault,
    },
    /// A block is missing.
    #[error("block {height} is missing in the store")]
    Missing {
        /// Which.
        height: Height,
    },
    /// The stored blocks don't follow from the charter.
    #[error("the chain in the store does not hold: {0}")]
    Chain(#[from] ChainFault),
    /// The newest block is not decided by its keepers.
    #[error("the newest block in the store: {0}")]
    Certificate(#[from] CertificateFault),
    /// The state names keepers that can't decide.
    #[error("the state in the store: {0}")]
    Keepers(#[from] KeeperSetError),
}

/// A club as it was found in the store, checked.
#[derive(Debug)]
pub struct OpenedClub {
    pub(super) state: ClubState,
    /// The newest blocks, oldest first.
    pub(super) newest: Vec<StoredBlock>,
    pub(super) votes: VoteKeys,
    /// This node's keys, with their logs.
    pub(super) found: Found,
    /// What is kept of keepers that broke the rules.
    pub(super) proofs: Vec<Misconduct>,
    pub(super) unreadable_proofs: usize,
    /// How patient this node is with other keepers.
    pub(super) pace: PaceTimeouts,
    /// What is remembered of the host.
    pub(super) host: Option<HostWatch>,
    replayed: bool,
}

impl OpenedClub {
    /// Returns the state after the newest block.
    #[must_use]
    pub const fn state(&self) -> &ClubState {
        &self.state
    }

    /// Returns the club in another state: for tests of what no store would be read as.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn with_state(mut self, state: ClubState) -> Self {
        self.state = state;
        self
    }

    /// Returns the club with links of another kind than the local ones to its other keepers: the
    /// slowest of them decides how long they are waited for, and how large this node's blocks get.
    #[must_use]
    pub const fn paced(mut self, pace: PaceTimeouts) -> Self {
        self.pace = pace;
        self
    }

    /// Tells whether the stored state was missing or wrong, so that it was computed again from the
    /// charter and all blocks.
    #[must_use]
    pub const fn was_replayed(&self) -> bool {
        self.replayed
    }

    /// Tells whether this node is a keeper of this club, even if its key must not sign any more.
    #[must_use]
    pub const fn is_keeper(&self) -> bool {
        self.found.vote.is_some()
    }
}

/// Reads a club from the store and checks it: the state must have the root that the newest block
/// names, and that block must be certified. A state that doesn't fit is computed again from the
/// charter and all blocks, and replaced in the store when they hold. The log of this node's vote key
/// is opened too, and stays so until the club is dropped.
///
/// # Errors
/// [`OpenClubError`].
pub async fn open_club(
    store: &StoreHandle,
    votes: &VoteKeys,
    club: ClubId,
) -> Result<OpenedClub, OpenClubError> {
    let stored = store.club(club).await?;
    let charter = SignedCharter::from_bytes(&stored.charter)?;
    if charter.charter.club_id() != club {
        return Err(OpenClubError::OtherCharter { club });
    }
    let oldest = stored.height.0.saturating_sub(REMEMBERED_BLOCKS_MAX - 1);
    let newest = read_blocks(store, club, Height(oldest.max(1)), stored.height).await?;
    let founding = ClubState::found(charter.clone())?;
    let (state, replayed) = match ClubState::from_bytes(&stored.state) {
        Ok(state) if fits(&state, &founding, newest.last()) => (state, false),
        Ok(_) | Err(_) => {
            let state = replay(store, founding.clone(), stored.height).await?;
            store
                .write(Write::State {
                    club,
                    height: stored.height,
                    state: state.to_bytes(),
                })
                .await?;
            (state, true)
        }
    };
    if let Some(tip) = newest.last() {
        let deciders = deciders_of_tip(store, founding, &state, tip, &newest).await?;
        let certificate = &tip.certificate;
        certificate.verify(&club, &deciders, state.height(), state.tip())?;
    }
    KeeperSet::new(state.keepers())?;
    let found = votes.find(&state).await?;
    let (proofs, unreadable_proofs) = read_proofs(store, club).await?;
    let host = read_host(store, club).await?;
    Ok(OpenedClub {
        state,
        newest,
        votes: votes.clone(),
        found,
        proofs,
        unreadable_proofs,
        pace: PaceTimeouts::default(),
        host,
        replayed,
    })
}

/// Reads what this node remembers of the club's host. What can't be read keeps no club from opening:
/// it is told, and the host begins anew.
async fn read_host(store: &StoreHandle, club: ClubId) -> Result<Option<HostWatch>, StoreError> {
    let Some(row) = store.host(club).await? else {
        return Ok(None);
    };
    let watch = HostWatch::from_bytes(&row);
    if let Err(why) = &watch {
        tracing::warn!(%club, %why, "what was remembered of the host can't be read");
    }
    Ok(watch.ok())
}

/// Reads what is kept of keepers that broke the rules. A row that can't be read keeps no club from
/// opening: it is counted, told and left.
async fn read_proofs(
    store: &StoreHandle,
    club: ClubId,
) -> Result<(Vec<Misconduct>, usize), StoreError> {
    let (mut proofs, mut unreadable) = (Vec::new(), 0);
    for row in store.misconduct(club).await? {
        match Misconduct::from_bytes(&row) {
            Ok(proof) => proofs.push(proof),
            Err(why) => {
                tracing::warn!(%club, %why, "a kept proof of misconduct can't be read; it is left");
                unreadable += 1;
            }
        }
    }
    Ok((proofs, unreadable))
}

/// Returns the keepers who decided the newest block. They are those of the state after it, unless
/// that block changed the keepers: then they are found from the charter on.
async fn deciders_of_tip(
    store: &StoreHandle,
    founding: ClubState,
    state: &ClubState,
    tip: &StoredBlock,
    newest: &[StoredBlock],
) -> Result<KeeperSet, OpenClubError> {
    let parent = newest.iter().rev().nth(1);
    let before = parent.map_or(founding.keepers_hash(), |parent| {
        parent.block.header.next_keepers_hash
    });
    if before == state.keepers_hash() {
        return Ok(KeeperSet::new(state.keepers())?);
    }
    let height = Height(state.height().0.saturating_sub(1));
    let before = replay(store, founding, height).await?;
    let deciders = before.deciders(tip.block.header.rekey.as_deref());
    let deciders = deciders.map_err(|why| ChainFault::Block {
        height: tip.block.header.height,
        why: why.into(),
    })?;
    Ok(KeeperSet::new(&deciders)?)
}

/// Tells whether a state is the one after the newest block, or the first one if there is no block.
fn fits(state: &ClubState, founding: &ClubState, newest: Option<&StoredBlock>) -> bool {
    let (tip, root) = newest.map_or((founding.tip(), founding.state_root()), |newest| {
        (newest.block.id(), newest.block.header.state_root)
    });
    state.club() == founding.club() && state.tip() == tip && state.state_root() == root
}

/// Reads the blocks of some heights, all of which must be there.
pub(super) async fn read_blocks(
    store: &StoreHandle,
    club: ClubId,
    from: Height,
    to: Height,
) -> Result<Vec<StoredBlock>, OpenClubError> {
    let mut blocks = Vec::new();
    let mut next = from;
    while next <= to {
        let read = store.blocks(club, next, BLOCKS_PER_READ_MAX).await?;
        if read.is_empty() {
            return Err(OpenClubError::Missing { height: next });
        }
        for (height, bytes) in read {
            if height > to {
                break;
            }
            if height != next {
                return Err(OpenClubError::Missing { height: next });
            }
            let block = StoredBlock::from_bytes(&bytes)
                .map_err(|why| OpenClubError::Unreadable { height, why })?;
            blocks.push(block);
            next = next.next();
        }
    }
    Ok(blocks)
}

async fn replay(
    store: &StoreHandle,
    founding: ClubState,
    to: Height,
) -> Result<ClubState, OpenClubError> {
    let club = *founding.club();
    let mut state = founding;
    while state.height() < to {
        let from = state.height().next();
        let last = from.0.saturating_add(REPLAYED_AT_ONCE_MAX - 1);
        for stored in read_blocks(store, club, from, Height(last.min(to.0))).await? {
            let applied = follow(&state, &stored.block, &stored.certificate);
            let height = stored.block.header.height;
            state = applied
                .map_err(|why| ChainFault::Block { height, why })?
                .state;
        }
    }
    Ok(state)
}
