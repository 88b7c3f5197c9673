//! What a vote key signs, and the proof that a keeper signed two things for one place.

use serde::{Deserialize, Serialize};

use super::charter::is_signed;
use super::ids::{BlockId, ClubId, Height, KeeperNo, PublicKey, SignatureBytes};

const VOTES: &str = "bitcraps 2026-11 vote v1";
const PROPOSALS: &str = "bitcraps 2026-11 proposal v1";

/// The three things that a keeper says during an attempt ("The latest gossip on BFT consensus",
/// arXiv 1807.04938, algorithm 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StatementKind {
    /// "I propose this block."
    Proposal,
    /// "I would take it", or "I would take none".
    Prevote,
    /// "I take it", or "I take none". A quorum of these decides.
    Precommit,
}

impl StatementKind {
    /// The number of a kind of vote under the signature, from 1; proposals have a domain of their
    /// own.
    const fn number(self) -> u8 {
        match self {
            Self::Proposal => 0,
            Self::Prevote => 1,
            Self::Precommit => 2,
        }
    }
}

/// What a vote key signs. An honest keeper signs at most one statement of a kind for a height and
/// attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What is said.
    pub kind: StatementKind,
    /// The height.
    pub height: Height,
    /// The attempt at this height, from 0.
    pub round: u32,
    /// The block; `None` is a vote for none of them, and no proposal.
    pub block: Option<BlockId>,
    /// Proposals only: the earlier attempt in which a quorum would have taken the block.
    pub polka: Option<u32>,
    /// Who says it.
    pub keeper: KeeperNo,
}

impl Statement {
    /// Returns what is signed: a hash of fixed-width, little-endian fields under a domain for votes
    /// or for proposals.
    #[must_use]
    pub fn message(&self, club: &ClubId) -> [u8; 32] {
        let domain = match self.kind {
            StatementKind::Proposal => PROPOSALS,
            StatementKind::Prevote | StatementKind::Precommit => VOTES,
        };
        let mut hasher = blake3::Hasher::new_derive_key(domain);
        hasher.update(&club.0);
        hasher.update(&self.height.0.to_le_bytes());
        hasher.update(&self.round.to_le_bytes());
        match self.kind {
            StatementKind::Proposal => {
                hasher.update(&[u8::from(self.polka.is_some())]);
                hasher.update(&self.polka.unwrap_or_default().to_le_bytes());
            }
            StatementKind::Prevote | StatementKind::Precommit => {
                hasher.update(&[self.kind.number(), u8::from(self.block.is_some())]);
            }
        }
        hasher.update(&self.block.map_or([0; 32], |block| block.0));
        hasher.update(&self.keeper.0.to_le_bytes());
        *hasher.finalize().as_bytes()
    }

    /// Tells whether `signature` is this statement's under a vote key.
    #[must_use]
    pub fn is_signed(&self, club: &ClubId, key: &PublicKey, signature: &SignatureBytes) -> bool {
        is_signed(key, &self.message(club), signature)
    }

    /// Tells whether both speak of one kind, height and attempt, and differ: no honest keeper signs
    /// both.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        let place = |statement: &Self| {
            let Self { kind, height, .. } = *statement;
            (statement.keeper, kind, height, statement.round)
        };
        place(self) == place(other) && (self.block, self.polka) != (other.block, other.polka)
    }
}

/// Two signed statements of one keeper for one place: by itself the proof that it cheats, or that
/// it votes without its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// One statement with its signature.
    pub one: (Statement, SignatureBytes),
    /// The other.
    pub other: (Statement, SignatureBytes),
}

impl Evidence {
    /// Returns whom it accuses.
    #[must_use]
    pub const fn keeper(&self) -> KeeperNo {
        self.one.0.keeper
    }

    /// Tells whether it proves that the holder of `key` signed both.
    #[must_use]
    pub fn is_proof(&self, club: &ClubId, key: &PublicKey) -> bool {
        let signed = |(statement, signature): &(Statement, SignatureBytes)| {
            statement.is_signed(club, key, signature)
        };
        self.one.0.contradicts(&self.other.0) && signed(&self.one) && signed(&self.other)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;
    use StatementKind::{Precommit, Prevote, Proposal};

    const CLUB: ClubId = ClubId([1; 32]);

    fn said(kind: StatementKind, block: Option<u8>) -> Statement {
        Statement {
            kind,
            height: Height(7),
            round: 2,
            block: block.map(|byte| BlockId([byte; 32])),
            polka: None,
            keeper: KeeperNo(3),
        }
    }

    #[test]
    fn every_field_of_a_statement_is_signed() {
        let plain = said(Proposal, Some(5));
        let all = [
            said(Prevote, None),
            said(Prevote, Some(0)),
            said(Prevote, Some(5)),
            said(Precommit, None),
            said(Precommit, Some(5)),
            plain,
            Statement {
                polka: Some(0),
                ..plain
            },
            Statement {
                polka: Some(1),
                ..plain
            },
            Statement { round: 3, ..plain },
            Statement {
                height: Height(8),
                ..plain
            },
            Statement {
                keeper: KeeperNo(4),
                ..plain
            },
        ];
        let mut messages: Vec<_> = all.iter().map(|said| said.message(&CLUB)).collect();
        messages.push(plain.message(&ClubId([2; 32])));
        messages.sort_unstable();
        messages.dedup();
        assert_eq!(messages.len(), all.len() + 1);
    }

    #[test]
    fn only_two_true_signatures_for_one_place_prove_anything() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let public = PublicKey(key.verifying_key().to_bytes());
        let sign = |statement: Statement| {
            let signature = key.sign(&statement.message(&CLUB)).to_bytes();
            (statement, SignatureBytes(signature))
        };
        let proves = |one, other| Evidence { one, other }.is_proof(&CLUB, &public);
        let (a, b) = (sign(said(Prevote, Some(5))), sign(said(Prevote, None)));
        assert!(proves(a, b));
        assert!(!proves(a, a));
        assert!(!proves(a, (b.0, a.1)));
        assert!(!proves(a, sign(said(Precommit, None))));
        let later = Statement {
            round: 3,
            ..said(Prevote, None)
        };
        assert!(!proves(a, sign(later)));
        let again = Statement {
            polka: Some(1),
            ..said(Proposal, Some(5))
        };
        assert!(proves(sign(said(Proposal, Some(5))), sign(again)));
        let elsewhere = PublicKey([2; 32]);
        assert!(!Evidence { one: a, other: b }.is_proof(&CLUB, &elsewhere));
    }
}
