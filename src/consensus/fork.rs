//! Two histories of one club: the proof that keepers broke their word.

use serde::{Deserialize, Serialize};

use super::{Certificate, CertificateFault, KeeperSet, KeeperSetError};
use crate::club::{ClubId, CodecFault, Header, Height, Keeper, KeeperNo, Rekey, RekeyFault};

/// A header with its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CertifiedForm", into = "CertifiedForm")]
pub struct CertifiedHeader {
    /// What was decided.
    pub header: Header,
    /// Its proof.
    pub certificate: Certificate,
}

/// Two things that keepers signed and no honest ones sign both. Nobody can make this proof without
/// the signatures of a quorum under each: so more than a third of the keepers signed twice, and a
/// sole keeper by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ForkForm", into = "ForkForm")]
pub struct ForkProof(ForkKind);

/// What the two are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForkKind {
    /// Two blocks, decided by the same vote keys for one height; the one with the lower id first, so
    /// that one fork has one form.
    Blocks(Box<[CertifiedHeader; 2]>),
    /// Two lists of new vote keys for one height, in the order of their bytes.
    Rekeys(Box<[Rekey; 2]>),
    /// A block that the old vote keys decided above the one after which others took their place:
    /// they were to sign no more, or the new ones were not above every block that a member held.
    OldKeys {
        /// The new keys.
        rekey: Box<Rekey>,
        /// The block.
        block: Box<CertifiedHeader>,
    },
}

/// What a proof is in a file and on the wire. The order of variants is part of the encoding.
#[derive(Serialize, Deserialize)]
enum ForkForm {
    Blocks(Box<CertifiedHeader>, Box<CertifiedHeader>),
    Rekeys(Vec<u8>, Vec<u8>),
    OldKeys(Vec<u8>, Box<CertifiedHeader>),
}

#[derive(Serialize, Deserialize)]
struct CertifiedForm(Vec<u8>, Certificate);

/// Why two headers prove nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkFault {
    /// They don't contradict each other.
    #[error("the two don't contradict each other")]
    NoFork,
    /// One is of another club.
    #[error("a block is of another club")]
    OtherClub,
    /// One isn't certified.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// New vote keys don't hold.
    #[error(transparent)]
    Rekey(#[from] RekeyFault),
    /// The keepers could decide nothing.
    #[error(transparent)]
    Keepers(#[from] KeeperSetError),
}

impl From<CertifiedHeader> for CertifiedForm {
    fn from(decided: CertifiedHeader) -> Self {
        Self(decided.header.to_bytes(), decided.certificate)
    }
}

impl TryFrom<CertifiedForm> for CertifiedHeader {
    type Error = CodecFault;

    fn try_from(form: CertifiedForm) -> Result<Self, CodecFault> {
        Ok(Self {
            header: Header::from_bytes(&form.0)?,
            certificate: form.1,
        })
    }
}

impl From<ForkProof> for ForkForm {
    fn from(proof: ForkProof) -> Self {
        match proof.0 {
            ForkKind::Blocks(blocks) => {
                let [one, other] = *blocks;
                Self::Blocks(Box::new(one), Box::new(other))
            }
            ForkKind::Rekeys(rekeys) => {
                let [one, other] = rekeys.map(|rekey| rekey.to_bytes());
                Self::Rekeys(one, other)
            }
            ForkKind::OldKeys { rekey, block } => Self::OldKeys(rekey.to_bytes(), block),
        }
    }
}

impl TryFrom<ForkForm> for ForkProof {
    type Error = CodecFault;

    fn try_from(form: ForkForm) -> Result<Self, CodecFault> {
        Ok(Self(match form {
            ForkForm::Blocks(one, other) if one.header.id() <= other.header.id() => {
                ForkKind::Blocks(Box::new([*one, *other]))
            }
            ForkForm::Rekeys(one, other) if one <= other => {
                let (one, other) = (Rekey::from_bytes(&one)?, Rekey::from_bytes(&other)?);
                ForkKind::Rekeys(Box::new([one, other]))
            }
            ForkForm::OldKeys(rekey, block) => ForkKind::OldKeys {
                rekey: Box::new(Rekey::from_bytes(&rekey)?),
                block,
            },
            ForkForm::Blocks(..) | ForkForm::Rekeys(..) => return Err(CodecFault::NotCanonical),
        }))
    }
}

impl ForkProof {
    /// Returns what two blocks of one height prove; nothing is checked.
    #[must_use]
    pub fn new(one: CertifiedHeader, other: CertifiedHeader) -> Self {
        Self(match (&one.header.rekey, &other.header.rekey) {
            (Some(first), Some(second)) if first.contradicts(second) => {
                let (first, second) = (first.clone(), second.clone());
                return Self::of_rekeys(*first, *second);
            }
            (Some(rekey), None) => {
                let rekey = rekey.clone();
                let block = Box::new(other);
                ForkKind::OldKeys { rekey, block }
            }
            (None, Some(rekey)) => {
                let rekey = rekey.clone();
                let block = Box::new(one);
                ForkKind::OldKeys { rekey, block }
            }
            (Some(_), Some(_)) | (None, None) => {
                let mut blocks = Box::new([one, other]);
                blocks.sort_by_key(|block| block.header.id());
                ForkKind::Blocks(blocks)
            }
        })
    }

    /// Returns what two lists of new keys prove; nothing is checked.
    #[must_use]
    pub fn of_rekeys(one: Rekey, other: Rekey) -> Self {
        let mut rekeys = Box::new([one, other]);
        rekeys.sort_by_key(Rekey::to_bytes);
        Self(ForkKind::Rekeys(rekeys))
    }

    /// Returns what a block proves that old keys decided; nothing is checked.
    #[must_use]
    pub fn of_old_keys(rekey: Rekey, block: CertifiedHeader) -> Self {
        let (rekey, block) = (Box::new(rekey), Box::new(block));
        Self(ForkKind::OldKeys { rekey, block })
    }

    /// Returns what contradicts what.
    #[must_use]
    pub const fn kind(&self) -> &ForkKind {
        &self.0
    }

    /// Returns the height at which the two histories part.
    #[must_use]
    pub fn height(&self) -> Height {
        match &self.0 {
            ForkKind::Blocks(blocks) => {
                let [one, _] = &**blocks;
                one.header.height
            }
            ForkKind::Rekeys(rekeys) => {
                let [one, _] = &**rekeys;
                one.height.next()
            }
            ForkKind::OldKeys { rekey, .. } => rekey.height.next(),
        }
    }

    /// Checks that keepers signed both, and returns those that did. `keepers` are those of the
    /// [height](Self::height) as the block before left them, and `next` is the number that the next
    /// new key gets.
    ///
    /// # Errors
    /// [`ForkFault`].
    pub fn verify(
        &self,
        club: &ClubId,
        keepers: &[Keeper],
        next: KeeperNo,
    ) -> Result<Vec<Keeper>, ForkFault> {
        match &self.0 {
            ForkKind::Blocks(blocks) => {
                let [one, other] = &**blocks;
                let is_fork =
                    one.header.height == other.header.height && one.header.id() < other.header.id();
                if !is_fork {
                    return Err(ForkFault::NoFork);
                }
                let deciders = one.check(club, keepers, next)?;
                other.check(club, keepers, next)?;
                Ok(both(&deciders, &one.signers(), &other.signers()))
            }
            ForkKind::Rekeys(rekeys) => {
                let [one, other] = &**rekeys;
                if !one.contradicts(other) {
                    return Err(ForkFault::NoFork);
                }
                one.keepers_after(club, keepers, next)?;
                other.keepers_after(club, keepers, next)?;
                Ok(both(
                    keepers,
                    &one.signers(keepers),
                    &other.signers(keepers),
                ))
            }
            ForkKind::OldKeys { rekey, block } => {
                if block.header.height <= rekey.height || block.header.rekey.is_some() {
                    return Err(ForkFault::NoFork);
                }
                rekey.keepers_after(club, keepers, next)?;
                block.check(club, keepers, next)?;
                Ok(both(keepers, &rekey.signers(keepers), &block.signers()))
            }
        }
    }
}

impl CertifiedHeader {
    /// Checks that the keepers decided it, as the block before left them; returns them with their
    /// keys.
    ///
    /// # Errors
    /// [`ForkFault`].
    pub fn check(
        &self,
        club: &ClubId,
        keepers: &[Keeper],
        next: KeeperNo,
    ) -> Result<Vec<Keeper>, ForkFault> {
        let header = &self.header;
        if header.club != *club {
            return Err(ForkFault::OtherClub);
        }
        let deciders = match &header.rekey {
            None => keepers.to_vec(),
            Some(rekey) => {
                let (found, expected) = (rekey.parent, header.parent);
                if (rekey.height.next(), found) != (header.height, expected) {
                    return Err(RekeyFault::Parent { found, expected }.into());
                }
                rekey.keepers_after(club, keepers, next)?
            }
        };
        let set = KeeperSet::new(&deciders)?;
        self.certificate
            .verify(club, &set, header.height, header.id())?;
        Ok(deciders)
    }

    fn signers(&self) -> Vec<KeeperNo> {
        let signatures = self.certificate.signatures.iter();
        signatures.map(|(keeper, _)| *keeper).collect()
    }
}

/// Returns the keepers that are on both lists.
fn both(keepers: &[Keeper], one: &[KeeperNo], other: &[KeeperNo]) -> Vec<Keeper> {
    let signed = |keeper: &&Keeper| one.contains(&keeper.no) && other.contains(&keeper.no);
    keepers.iter().filter(signed).copied().collect()
}
