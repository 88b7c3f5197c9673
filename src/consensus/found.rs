//! Founding a club, and opening one that is in the store.

use std::sync::Arc;

use super::follow::{ChainFault, follow};
use super::limits::{REMEMBERED_BLOCKS_MAX, REPLAYED_AT_ONCE_MAX};
use super::stored::StoredBlock;
use super::{CertificateFault, KeeperSet, KeeperSetError};
use crate::club::{
    Charter, CharterFault, ClubId, ClubState, CodecFault, Height, KeeperNo, Settings,
    SignedCharter, TimeMs,
};
use crate::identity::{Identity, Signer as _};
use crate::ledger::Chips;
use crate::storage::limits::BLOCKS_PER_READ_MAX;
use crate::storage::{SecretError, SecretName, Secrets, StoreError, StoreHandle, Write};

/// What a founder decides about a new club.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The name of the club.
    pub name: String,
    /// The name of the founder.
    pub founder_name: String,
    /// All the chips there will ever be.
    pub supply: Chips,
    /// What a new member gets.
    pub grant: Chips,
    /// The first settings.
    pub settings: Settings,
    /// The time of the founding.
    pub founded: TimeMs,
}

/// A club that could not be founded. Nothing was written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FoundError {
    /// The terms found no club.
    #[error(transparent)]
    Charter(#[from] CharterFault),
    /// No vote key could be made or kept.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Founds a club: makes a vote key that is used for nothing else, signs the charter, and makes
/// charter, first state and vote key durable in one write.
///
/// # Errors
/// [`FoundError`].
pub async fn found_club(
    store: &StoreHandle,
    secrets: &Secrets,
    founder: &Identity,
    terms: Terms,
) -> Result<ClubId, FoundError> {
    let vote_seed = secrets.random()?;
    let charter = Charter {
        version: Charter::VERSION,
        name: terms.name,
        founder: founder.public_key(),
        founder_name: terms.founder_name,
        vote_key: Identity::from_seed(&vote_seed).public_key(),
        supply: terms.supply,
        grant: terms.grant,
        settings: terms.settings,
        founded: terms.founded,
        nonce: *secrets.random()?,
    };
    let signed = charter.sign(founder.signing_key());
    let bytes = signed.to_bytes();
    let state = ClubState::found(signed)?;
    let club = *state.club();
    let name = vote_key_name(club, FOUNDER_KEEPER);
    store
        .write(Write::Club {
            club,
            charter: bytes,
            state: state.to_bytes(),
            secrets: vec![(name, secrets.seal(name, &vote_seed)?)],
        })
        .await?;
    Ok(club)
}

/// The founder's number as a keeper.
const FOUNDER_KEEPER: KeeperNo = KeeperNo(0);

fn vote_key_name(club: ClubId, keeper: KeeperNo) -> SecretName {
    SecretName::VoteKey {
        club,
        keeper: keeper.0,
    }
}

/// A club in the store that can't be opened. Nothing in it was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OpenClubError {
    /// The store failed, or has no such club.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vote key can't be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The stored charter is not this club's.
    #[error("the stored charter is not that of club {club}")]
    OtherCharter {
        /// The club.
        club: ClubId,
    },
    /// The stored charter founds no club.
    #[error(transparent)]
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
    #[error(transparent)]
    Chain(#[from] ChainFault),
    /// The newest block is not decided by its keepers.
    #[error("the newest block: {0}")]
    Certificate(#[from] CertificateFault),
    /// The state names keepers that can't decide.
    #[error(transparent)]
    Keepers(#[from] KeeperSetError),
    /// The stored key is not the one that the club knows for this node.
    #[error("the stored vote key is not that of keeper {number}")]
    OtherVoteKey {
        /// The keeper.
        number: KeeperNo,
    },
}

/// A club as it was found in the store, checked.
#[derive(Debug)]
pub struct OpenedClub {
    pub(super) state: ClubState,
    /// The newest blocks, oldest first.
    pub(super) newest: Vec<StoredBlock>,
    /// This node's key as a keeper, if it is one.
    pub(super) vote_key: Option<(KeeperNo, Arc<Identity>)>,
    replayed: bool,
}

impl OpenedClub {
    /// Returns the state after the newest block.
    #[must_use]
    pub const fn state(&self) -> &ClubState {
        &self.state
    }

    /// Tells whether the stored state was missing or wrong, so that it was computed again from the
    /// charter and all blocks.
    #[must_use]
    pub const fn was_replayed(&self) -> bool {
        self.replayed
    }

    /// Tells whether this node votes in this club.
    #[must_use]
    pub const fn is_keeper(&self) -> bool {
        self.vote_key.is_some()
    }
}

/// Reads a club from the store and checks it: the state must have the root that the newest block
/// names, and that block must be certified. A state that doesn't fit is computed again from the
/// charter and all blocks, and replaced in the store when they hold.
///
/// # Errors
/// [`OpenClubError`].
pub async fn open_club(
    store: &StoreHandle,
    secrets: &Secrets,
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
            let state = replay(store, founding, stored.height).await?;
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
    let keepers = KeeperSet::new(state.keepers())?;
    if let Some(newest) = newest.last() {
        let certificate = &newest.certificate;
        certificate.verify(&club, &keepers, state.height(), state.tip())?;
    }
    let vote_key = find_vote_key(secrets, club, &keepers).await?;
    Ok(OpenedClub {
        state,
        newest,
        vote_key,
        replayed,
    })
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

async fn find_vote_key(
    secrets: &Secrets,
    club: ClubId,
    keepers: &KeeperSet,
) -> Result<Option<(KeeperNo, Arc<Identity>)>, OpenClubError> {
    for keeper in keepers.keepers() {
        let number = keeper.no;
        if let Some(seed) = secrets.find(vote_key_name(club, number)).await? {
            let key = Identity::from_seed(&seed);
            if key.public_key() != keeper.vote_key {
                return Err(OpenClubError::OtherVoteKey { number });
            }
            return Ok(Some((number, Arc::new(key))));
        }
    }
    Ok(None)
}
