//! Founding a club, and taking up one that somebody else founded.

use super::vote_keys::vote_key_name;
use crate::club::{
    Charter, CharterFault, ClubId, ClubState, KeeperNo, Settings, SignedCharter, TimeMs,
};
use crate::identity::{Identity, Signer as _};
use crate::ledger::Chips;
use crate::storage::{SecretError, Secrets, StoreError, StoreHandle, Write};

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
    #[error("the club can't be founded: {0}")]
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

/// Takes up a club that somebody else founded, by its charter: this node follows it from height 0.
/// A club that is there already stays as it is.
///
/// # Errors
/// [`FoundError`].
pub async fn join_club(store: &StoreHandle, charter: SignedCharter) -> Result<ClubId, FoundError> {
    let bytes = charter.to_bytes();
    let state = ClubState::found(charter)?;
    let club = *state.club();
    let joined = store.write(Write::Club {
        club,
        charter: bytes,
        state: state.to_bytes(),
        secrets: Vec::new(),
    });
    joined.await?;
    Ok(club)
}
