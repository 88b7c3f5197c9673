//! Checking a chain, block by block, with nothing but the charter: what every node does, and what
//! anybody can do offline.

use super::{Certificate, CertificateFault, KeeperSet, KeeperSetError};
use crate::club::SignedCharter;
use crate::club::{self, Applied, Block, BlockFault, CharterFault, ClubState, Height, RekeyFault};

/// Why a block with its certificate is not the next one of a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowFault {
    /// The certificate doesn't prove it.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// The block is wrong by itself: a certified block that nobody may follow.
    #[error(transparent)]
    Block(#[from] BlockFault),
    /// The new vote keys in it don't hold, so that nothing certifies it.
    #[error(transparent)]
    Rekey(#[from] RekeyFault),
    /// The state names keepers that can't decide.
    #[error(transparent)]
    Keepers(#[from] KeeperSetError),
}

/// Why a chain doesn't hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The charter founds no club.
    #[error(transparent)]
    Charter(#[from] CharterFault),
    /// A block is wrong.
    #[error("block {height}: {why}")]
    Block {
        /// Which.
        height: Height,
        /// Why.
        why: FollowFault,
    },
}

/// Checks certificate and block, computes the effects anew, and returns them.
///
/// # Errors
/// [`FollowFault`].
pub fn follow(
    state: &ClubState,
    block: &Block,
    certificate: &Certificate,
) -> Result<Applied, FollowFault> {
    let deciders = state.deciders(block.header.rekey.as_deref())?;
    let keepers = KeeperSet::new(&deciders)?;
    certificate.verify(state.club(), &keepers, block.header.height, block.id())?;
    Ok(club::apply(state, block)?)
}

/// Checks a whole chain from its charter and returns the state after its last block.
///
/// # Errors
/// [`ChainFault`], with the first height that is wrong.
pub fn verify_chain<'a>(
    charter: SignedCharter,
    blocks: impl IntoIterator<Item = (&'a Block, &'a Certificate)>,
) -> Result<ClubState, ChainFault> {
    let mut state = ClubState::found(charter)?;
    for (block, certificate) in blocks {
        let applied = follow(&state, block, certificate).map_err(|why| ChainFault::Block {
            height: block.header.height,
            why,
        })?;
        state = applied.state;
    }
    Ok(state)
}
