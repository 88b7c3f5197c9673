//! What the dice of one roll follow from, and how anybody computes them again.

use serde::{Deserialize, Serialize};

use super::ids::ClubId;
use super::output::RollRecord;
use crate::craps::Dice;
use crate::dice::{self, Binding, Hash32, Lock, Slot, SlotSecret};
use crate::ledger::MemberNo;

/// What the dice of one roll follow from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollProof {
    /// The club.
    pub club: ClubId,
    /// The contributors.
    pub roster_hash: Hash32,
    /// The parent of the locking block.
    pub parent: Hash32,
    /// The root of the table before the lock.
    pub table_state: Hash32,
    /// The link of the roll before.
    pub link_before: Hash32,
    /// By rising slot: who, the seal, and the secret.
    pub openings: Vec<ProvenOpening>,
    /// What closed the bets.
    pub lock_hash: Hash32,
    /// Which openings counted.
    pub close_hash: Hash32,
    /// The seed of the dice.
    pub seed: Hash32,
    /// The link of this roll.
    pub link: Hash32,
}

/// One contributor's part in a roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenOpening {
    /// The place.
    pub slot: Slot,
    /// Who.
    pub member: MemberNo,
    /// The seal before the lock.
    pub seal: Hash32,
    /// The secret after it; `None` did not count.
    pub secret: Option<Hash32>,
}

/// Where the parts of a roll do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// A secret is not the sealed one.
    #[error("the secret of slot {slot} is not the sealed one")]
    Seal {
        /// Whose.
        slot: Slot,
    },
    /// The lock is of other bets, seals or contributors.
    #[error("the lock does not follow from bets and seals")]
    Lock,
    /// The close is of other openings.
    #[error("the close does not follow from lock and openings")]
    Close,
    /// The seed is another one.
    #[error("the seed does not follow from lock and close")]
    Seed,
    /// The dice are others.
    #[error("the seed gives {computed}, not {found}")]
    Dice {
        /// What the record says.
        found: Dice,
        /// What the seed gives.
        computed: Dice,
    },
    /// The link is of other rolls.
    #[error("the link does not follow from the roll before and this one")]
    Link,
}

impl RollRecord {
    /// Computes the roll again from seals and secrets. It proves that the dice follow from secrets
    /// that were sealed before the lock; that the lock is on the club's chain is the chain's part.
    ///
    /// # Errors
    /// The first [`ProofFault`].
    pub fn verify(&self) -> Result<(), ProofFault> {
        let proof = &self.proof;
        for opening in &proof.openings {
            let binding = Binding {
                club: proof.club.0,
                table: self.id.0,
                roster: proof.roster_hash,
                roll: self.roll,
                slot: opening.slot,
            };
            let fits = |secret| dice::seal(&binding, &SlotSecret::opened(secret)) == opening.seal;
            if !opening.secret.is_none_or(fits) {
                let slot = opening.slot;
                return Err(ProofFault::Seal { slot });
            }
        }
        let seals: Vec<_> = proof.openings.iter().map(|o| (o.slot, o.seal)).collect();
        let lock = dice::lock_hash(&Lock {
            club: &proof.club.0,
            table: &self.id.0,
            roster: &proof.roster_hash,
            roll: self.roll,
            parent: &proof.parent,
            table_state: &proof.table_state,
            link: &proof.link_before,
            seals: &seals,
        });
        if lock != proof.lock_hash {
            return Err(ProofFault::Lock);
        }
        let secrets: Vec<_> = proof.openings.iter().map(|o| (o.slot, o.secret)).collect();
        let close = dice::close_hash(&lock, &secrets);
        if close != proof.close_hash {
            return Err(ProofFault::Close);
        }
        if dice::seed(&lock, &close) != proof.seed {
            return Err(ProofFault::Seed);
        }
        let (found, computed) = (self.result.dice, dice::dice_of(&proof.seed));
        if found != computed {
            return Err(ProofFault::Dice { found, computed });
        }
        if dice::link(&proof.link_before, &lock, &close, found) != proof.link {
            return Err(ProofFault::Link);
        }
        Ok(())
    }
}
