//! What the dice of one roll follow from, and how anybody computes them again.

use serde::{Deserialize, Serialize};

use super::counting::count;
use super::ids::{ClubId, GameId};
use super::roll_record::RollRecord;
use crate::craps::Dice;
use crate::dice::{self, Binding, Contributor, Hash32, Lock, Slot, SlotSecret};
use crate::ledger::MemberNo;

/// What the dice of one roll follow from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollProof {
    /// The club.
    pub club: ClubId,
    /// The version of the roster.
    pub epoch: u32,
    /// The contributors, by rising slot.
    pub roster: Vec<Contributor>,
    /// The parent of the locking block.
    pub parent: Hash32,
    /// The root of the table before the lock.
    pub table_state: Hash32,
    /// The link of the roll before.
    pub link_before: Hash32,
    /// By rising slot, who sealed: the seal, and the secret if it was opened.
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
    /// What was opened after it; `None` if nothing was in time.
    pub opened: Option<ProvenSecret>,
    /// Whether it counts. Who did not count was left out: its bets missed the roll.
    pub counts: bool,
}

impl ProvenOpening {
    /// Returns the secret, if it makes the dice.
    #[must_use]
    pub fn counted(&self) -> Option<Hash32> {
        let counted = self.opened.filter(|_| self.counts);
        counted.map(|opened| opened.secret)
    }
}

/// An opening on the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenSecret {
    /// The secret.
    pub secret: Hash32,
    /// Bit s: the opener held a valid opening of seat s.
    pub seen: u16,
}

/// Where the parts of a roll do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// A contributor is on no list.
    #[error("slot {slot} is not on the roster")]
    Roster {
        /// Whose.
        slot: Slot,
    },
    /// Too few keepers opened for a close.
    #[error("too few keepers opened their secrets")]
    Keepers,
    /// An opening counts that must not, or the other way round.
    #[error("whether the opening of slot {slot} counts does not follow from what keepers saw")]
    Counts {
        /// Whose.
        slot: Slot,
    },
    /// Somebody else than those left out is said to have withheld.
    #[error("the list of those who withheld is not that of those left out")]
    Withheld,
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

impl RollProof {
    /// Returns the hash of the contributors, at the table of this id.
    #[must_use]
    pub fn roster_hash(&self, table: &GameId) -> Hash32 {
        dice::roster_hash(&self.club.0, &table.0, self.epoch, &self.roster)
    }

    /// Whether a slot is a keeper's.
    pub(super) fn is_keeper(&self, slot: Slot) -> bool {
        let mut roster = self.roster.iter();
        roster.any(|line| line.slot == slot && line.keeper)
    }

    /// Checks that those openings count which the keepers have seen, and that enough keepers opened.
    fn check_count(&self) -> Result<(), ProofFault> {
        let listed = |slot| self.roster.iter().any(|line| line.slot == slot);
        if let Some(stranger) = self.openings.iter().find(|o| !listed(o.slot)) {
            let slot = stranger.slot;
            return Err(ProofFault::Roster { slot });
        }
        let keepers = self.roster.iter().filter(|line| line.keeper);
        let keepers = keepers.map(|line| line.slot).collect();
        let opened = self.openings.iter();
        let opened = opened.filter_map(|o| Some((o.slot, o.opened?.seen)));
        let count = count(&keepers, opened);
        if !count.is_enough {
            return Err(ProofFault::Keepers);
        }
        let is_wrong = |o: &&ProvenOpening| o.counts != count.counted.contains(&o.slot);
        match self.openings.iter().find(is_wrong) {
            Some(wrong) => Err(ProofFault::Counts { slot: wrong.slot }),
            None => Ok(()),
        }
    }

    /// The secrets that make the dice; `None` for who was left out.
    fn counted(&self) -> Vec<(Slot, Option<Hash32>)> {
        let openings = self.openings.iter();
        openings.map(|o| (o.slot, o.counted())).collect()
    }
}

impl RollRecord {
    /// Computes the roll again from seals and secrets, and who counted from what the keepers saw. It
    /// proves that the dice follow from secrets that were sealed before the lock; that the lock is
    /// on the club's chain, and the time for openings was over, is the chain's part.
    ///
    /// # Errors
    /// The first [`ProofFault`].
    pub fn verify(&self) -> Result<(), ProofFault> {
        let proof = &self.proof;
        let (club, table) = (&proof.club.0, &self.id.0);
        let roster = proof.roster_hash(&self.id);
        for opening in &proof.openings {
            let binding = Binding {
                club: proof.club.0,
                table: self.id.0,
                roster,
                roll: self.roll,
                slot: opening.slot,
            };
            let fits = |secret| dice::seal(&binding, &SlotSecret::opened(secret)) == opening.seal;
            if !opening.opened.is_none_or(|opened| fits(opened.secret)) {
                let slot = opening.slot;
                return Err(ProofFault::Seal { slot });
            }
        }
        let seals: Vec<_> = proof.openings.iter().map(|o| (o.slot, o.seal)).collect();
        let lock = dice::lock_hash(&Lock {
            club,
            table,
            roster: &roster,
            roll: self.roll,
            parent: &proof.parent,
            table_state: &proof.table_state,
            link: &proof.link_before,
            seals: &seals,
        });
        if lock != proof.lock_hash {
            return Err(ProofFault::Lock);
        }
        proof.check_count()?;
        let left_out = proof.openings.iter().filter(|o| !o.counts).map(|o| o.slot);
        if !left_out.eq(self.withheld.iter().map(|who| who.slot)) {
            return Err(ProofFault::Withheld);
        }
        let close = dice::close_hash(&lock, &proof.counted());
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
