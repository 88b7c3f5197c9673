//! New vote keys in the place of some that must sign no more: the log of what they signed is gone,
//! or came back from a copy.

use ed25519_dalek::{Signer as _, SigningKey};

use super::block::Reader;
use super::charter::{is_signed, key_of};
use super::codec::CodecFault;
use super::hash::Domain;
use super::ids::{BlockId, ClubId, Height, KeeperNo, PublicKey, SignatureBytes};
use super::keepers::quorum;
use super::limits::KEEPERS_MAX;
use super::state::{ClubState, Keeper};

/// The word of keepers, given with their identity keys, that other vote keys than before decide from
/// the block after `parent` on. It stands in the header of that block, which the new keys decide.
///
/// It is valid only above every block that a member holds: who holds a later one under the old keys,
/// or another such word for one height, has the proof that it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rekey {
    /// The height of the block that it follows.
    pub height: Height,
    /// That block; at height 0 the club's id.
    pub parent: BlockId,
    /// The new keys.
    pub keys: NewKeys,
}

/// Whose keys are new, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewKeys {
    /// That of the one keeper of a hosted club, by its own word.
    Sole {
        /// The new key.
        key: PublicKey,
        /// The signature of the keeper's identity key.
        signature: SignatureBytes,
    },
    /// Those of keepers of a shared club of whom too few can vote.
    Several {
        /// By rising number of who held the old key.
        keys: Vec<(KeeperNo, PublicKey)>,
        /// The signatures of the identity keys of a quorum, by rising number.
        signatures: Vec<(KeeperNo, SignatureBytes)>,
    },
}

/// Why new vote keys don't hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RekeyFault {
    /// They are for a block that follows another one.
    #[error("the new vote keys are for the block after {found}, the newest is {expected}")]
    Parent {
        /// What they follow.
        found: BlockId,
        /// The newest block.
        expected: BlockId,
    },
    /// One key of a hosted club for a shared one, or the other way round.
    #[error("new vote keys of this form are not for a club of {keepers} keepers")]
    Form {
        /// How many the club has.
        keepers: usize,
    },
    /// Keepers are not in rising order, or one is named twice.
    #[error("keeper {keeper} is out of order")]
    Order {
        /// The second of the pair that is out of order.
        keeper: KeeperNo,
    },
    /// Somebody is named who is no keeper.
    #[error("{keeper} is no keeper at this height")]
    UnknownKeeper {
        /// The number.
        keeper: KeeperNo,
    },
    /// A new key is no key, or in use.
    #[error("the new vote key of keeper {keeper} is none, or in use")]
    Key {
        /// Whose.
        keeper: KeeperNo,
    },
    /// Enough keepers can vote without new keys: they change single ones by a decided command.
    #[error("{left} keepers keep their vote keys, and {quorum} decide by themselves")]
    NotNeeded {
        /// How many keep their keys.
        left: usize,
        /// How many decide.
        quorum: usize,
    },
    /// Too few keepers signed.
    #[error("{found} keepers signed the new vote keys, {need} must")]
    TooFew {
        /// How many signed.
        found: usize,
        /// How many must.
        need: usize,
    },
    /// A signature is false.
    #[error("the signature of keeper {keeper} under the new vote keys is false")]
    Signature {
        /// Whose.
        keeper: KeeperNo,
    },
    /// All numbers of keepers were given.
    #[error("all numbers of keepers are used up")]
    NumbersUsedUp,
}

/// Returns what identity keys sign: the new key of each keeper that has one, by rising number.
#[must_use]
pub fn rekey_message(
    club: &ClubId,
    height: Height,
    parent: &BlockId,
    keys: &[(KeeperNo, PublicKey)],
) -> [u8; 32] {
    let mut named = Vec::new();
    for (keeper, key) in keys {
        named.extend(keeper.0.to_le_bytes());
        named.extend(key.0);
    }
    Domain::Rekey.hash(&[&club.0, &height.0.to_le_bytes(), &parent.0, &named])
}

impl Rekey {
    /// The byte of a header that has none.
    pub(super) const NONE: u8 = 0;

    const SOLE: u8 = 1;
    const SEVERAL: u8 = 2;

    /// Returns the new keys of who keeps `keepers`, by rising number of who held the old one.
    fn named(&self, keepers: &[Keeper]) -> Result<Vec<(KeeperNo, PublicKey)>, RekeyFault> {
        match (&self.keys, keepers) {
            (NewKeys::Sole { key, .. }, [sole]) => Ok(vec![(sole.no, *key)]),
            (NewKeys::Several { keys, .. }, [_, _, ..]) => Ok(keys.clone()),
            (NewKeys::Sole { .. }, [] | [_, _, ..]) | (NewKeys::Several { .. }, [] | [_]) => {
                let keepers = keepers.len();
                Err(RekeyFault::Form { keepers })
            }
        }
    }

    /// Returns the new keys of a shared club, by rising number of who held the old one.
    #[must_use]
    pub fn several(&self) -> &[(KeeperNo, PublicKey)] {
        match &self.keys {
            NewKeys::Sole { .. } => &[],
            NewKeys::Several { keys, .. } => keys,
        }
    }

    /// Returns who signed, of the keepers before it.
    #[must_use]
    pub fn signers(&self, keepers: &[Keeper]) -> Vec<KeeperNo> {
        match &self.keys {
            NewKeys::Sole { .. } => keepers.iter().map(|sole| sole.no).collect(),
            NewKeys::Several { signatures, .. } => {
                signatures.iter().map(|(keeper, _)| *keeper).collect()
            }
        }
    }

    /// Whether both give other keys for one height: no honest keeper signs both.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        let keys = |rekey: &Self| match &rekey.keys {
            NewKeys::Sole { key, .. } => vec![(None, *key)],
            NewKeys::Several { keys, .. } => {
                let keys = keys.iter();
                keys.map(|(keeper, key)| (Some(*keeper), *key)).collect()
            }
        };
        self.height == other.height && (self.parent, keys(self)) != (other.parent, keys(other))
    }

    /// Returns who decides the block that it stands in, by number: the keepers before it, those with
    /// new keys behind the others and under new numbers from `next` on.
    ///
    /// # Errors
    /// [`RekeyFault`] if it does not hold for these keepers. What it follows is not looked at.
    pub fn keepers_after(
        &self,
        club: &ClubId,
        keepers: &[Keeper],
        next: KeeperNo,
    ) -> Result<Vec<Keeper>, RekeyFault> {
        let keys = self.named(keepers)?;
        check_keys(&keys, keepers)?;
        let (found, need) = (self.signers(keepers).len(), quorum(keepers.len()));
        if found < need {
            return Err(RekeyFault::TooFew { found, need });
        }
        self.check_signatures(club, &keys, keepers)?;
        let is_new = |keeper: &Keeper| keys.iter().any(|(old, _)| *old == keeper.no);
        let mut after: Vec<Keeper> = keepers.iter().copied().filter(|k| !is_new(k)).collect();
        let mut no = Some(next);
        for (old, vote_key) in keys {
            let keeper = find(keepers, old)?;
            let given = no.ok_or(RekeyFault::NumbersUsedUp)?;
            after.push(Keeper {
                no: given,
                vote_key,
                ..*keeper
            });
            no = given.0.checked_add(1).map(KeeperNo);
        }
        Ok(after)
    }

    /// Checks all but that enough keepers signed.
    pub(super) fn check_unfinished(
        &self,
        club: &ClubId,
        keepers: &[Keeper],
    ) -> Result<(), RekeyFault> {
        let keys = self.named(keepers)?;
        check_keys(&keys, keepers)?;
        self.check_signatures(club, &keys, keepers)
    }

    /// Whether so many of these keepers signed that it holds, if their signatures are true.
    #[must_use]
    pub fn is_whole(&self, keepers: &[Keeper]) -> bool {
        self.signers(keepers).len() >= quorum(keepers.len())
    }

    /// Takes over what other keepers signed of the same keys.
    pub fn add_signatures(&mut self, other: &Self) {
        let (
            NewKeys::Several { signatures, .. },
            NewKeys::Several {
                signatures: more, ..
            },
        ) = (&mut self.keys, &other.keys)
        else {
            return;
        };
        for (keeper, signature) in more {
            if let Err(place) = signatures.binary_search_by_key(keeper, |(known, _)| *known) {
                signatures.insert(place, (*keeper, *signature));
            }
        }
    }

    fn check_signatures(
        &self,
        club: &ClubId,
        keys: &[(KeeperNo, PublicKey)],
        keepers: &[Keeper],
    ) -> Result<(), RekeyFault> {
        let signatures = match (&self.keys, keepers) {
            (NewKeys::Sole { signature, .. }, [sole, ..]) => vec![(sole.no, *signature)],
            (NewKeys::Several { signatures, .. }, _) => signatures.clone(),
            (NewKeys::Sole { .. }, []) => Vec::new(),
        };
        check_order(signatures.iter().map(|(keeper, _)| *keeper))?;
        let message = rekey_message(club, self.height, &self.parent, keys);
        for (keeper, signature) in signatures {
            if !is_signed(&find(keepers, keeper)?.identity, &message, &signature) {
                return Err(RekeyFault::Signature { keeper });
            }
        }
        Ok(())
    }

    /// Returns how many bytes it takes behind a header's flag.
    pub(super) fn bytes_len(&self) -> usize {
        self.to_bytes().len().saturating_sub(1)
    }

    /// Returns the flag of a header and what follows it: fixed width, little endian.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let flag = match &self.keys {
            NewKeys::Sole { .. } => Self::SOLE,
            NewKeys::Several { .. } => Self::SEVERAL,
        };
        let mut bytes = vec![flag];
        bytes.extend(self.height.0.to_le_bytes());
        bytes.extend(self.parent.0);
        let count = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        match &self.keys {
            NewKeys::Sole { key, signature } => {
                bytes.extend(key.0);
                bytes.extend(signature.0);
            }
            NewKeys::Several { keys, signatures } => {
                bytes.push(count(keys.len()));
                for (keeper, key) in keys {
                    bytes.extend(keeper.0.to_le_bytes());
                    bytes.extend(key.0);
                }
                bytes.push(count(signatures.len()));
                for (keeper, signature) in signatures {
                    bytes.extend(keeper.0.to_le_bytes());
                    bytes.extend(signature.0);
                }
            }
        }
        bytes
    }

    /// Returns what these bytes say; no signature is checked.
    ///
    /// # Errors
    /// [`CodecFault::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        let mut reader = Reader(bytes);
        let rekey = Self::read(&mut reader)?.ok_or(CodecFault::Malformed)?;
        if reader.0.is_empty() {
            Ok(rekey)
        } else {
            Err(CodecFault::Malformed)
        }
    }

    /// Takes the flag of a header off, and what it announces.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, CodecFault> {
        let [flag] = reader.take()?;
        if flag == Self::NONE {
            return Ok(None);
        }
        let height = Height(u64::from_le_bytes(reader.take()?));
        let parent = BlockId(reader.take()?);
        let keys = match flag {
            Self::SOLE => NewKeys::Sole {
                key: PublicKey(reader.take()?),
                signature: SignatureBytes(reader.take()?),
            },
            Self::SEVERAL => NewKeys::Several {
                keys: reader.numbered(PublicKey)?,
                signatures: reader.numbered(SignatureBytes)?,
            },
            _ => return Err(CodecFault::Malformed),
        };
        Ok(Some(Self {
            height,
            parent,
            keys,
        }))
    }
}

impl Reader<'_> {
    /// Takes a count off, and so many values, each of a keeper; more than there can be keepers are
    /// refused.
    fn numbered<const N: usize, T>(
        &mut self,
        value: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<(KeeperNo, T)>, CodecFault> {
        let [count] = self.take()?;
        if usize::from(count) > KEEPERS_MAX {
            return Err(CodecFault::Malformed);
        }
        let mut all = Vec::new();
        for _ in 0..count {
            let keeper = KeeperNo(u16::from_le_bytes(self.take()?));
            all.push((keeper, value(self.take()?)));
        }
        Ok(all)
    }
}

impl ClubState {
    /// Returns who decides the next block: the keepers, with new vote keys if it gives any.
    ///
    /// # Errors
    /// [`RekeyFault`] if these new keys do not hold.
    pub fn deciders(&self, rekey: Option<&Rekey>) -> Result<Vec<Keeper>, RekeyFault> {
        let Some(rekey) = rekey else {
            return Ok(self.keepers.clone());
        };
        self.check_place(rekey.height, rekey.parent)?;
        rekey.keepers_after(&self.club, &self.keepers, self.keeping.next)
    }

    /// Checks that what a keeper says of new keys is about the newest block.
    pub(super) fn check_place(&self, height: Height, parent: BlockId) -> Result<(), RekeyFault> {
        if (height, parent) == (self.height, self.tip) {
            return Ok(());
        }
        let (found, expected) = (parent, self.tip);
        Err(RekeyFault::Parent { found, expected })
    }

    /// Returns the word of a hosted club's keeper that it votes with another key from the next block
    /// on.
    #[must_use]
    pub fn sign_rekey(&self, key: PublicKey, identity: &SigningKey) -> Rekey {
        let keys = self.keepers.iter().map(|sole| (sole.no, key));
        let keys: Vec<_> = keys.collect();
        let message = rekey_message(&self.club, self.height, &self.tip, &keys);
        let signature = SignatureBytes(identity.sign(&message).to_bytes());
        Rekey {
            height: self.height,
            parent: self.tip,
            keys: NewKeys::Sole { key, signature },
        }
    }

    /// Returns the number that the next keeper or the next new vote key gets.
    #[must_use]
    pub const fn next_keeper_no(&self) -> KeeperNo {
        self.keeping.next
    }
}

fn check_keys(keys: &[(KeeperNo, PublicKey)], keepers: &[Keeper]) -> Result<(), RekeyFault> {
    check_order(keys.iter().map(|(keeper, _)| *keeper))?;
    for (place, (keeper, key)) in keys.iter().enumerate() {
        find(keepers, *keeper)?;
        check_key(key, *keeper, keepers)?;
        if keys.iter().take(place).any(|(_, earlier)| earlier == key) {
            return Err(RekeyFault::Key { keeper: *keeper });
        }
    }
    let left = keepers.len().saturating_sub(keys.len());
    let quorum = quorum(keepers.len());
    if left >= quorum {
        return Err(RekeyFault::NotNeeded { left, quorum });
    }
    Ok(())
}

/// Checks that a new key is one, and not in use.
pub(super) fn check_key(
    key: &PublicKey,
    keeper: KeeperNo,
    keepers: &[Keeper],
) -> Result<(), RekeyFault> {
    let uses = |keeper: &Keeper| [keeper.identity, keeper.vote_key].contains(key);
    if key_of(key).is_none() || keepers.iter().any(uses) {
        return Err(RekeyFault::Key { keeper });
    }
    Ok(())
}

pub(super) fn find(keepers: &[Keeper], number: KeeperNo) -> Result<&Keeper, RekeyFault> {
    let mut keepers = keepers.iter();
    let found = keepers.find(|keeper| keeper.no == number);
    found.ok_or(RekeyFault::UnknownKeeper { keeper: number })
}

pub(super) fn check_order(numbers: impl Iterator<Item = KeeperNo>) -> Result<(), RekeyFault> {
    let mut last = None;
    for keeper in numbers {
        if last.is_some_and(|last| keeper <= last) {
            return Err(RekeyFault::Order { keeper });
        }
        last = Some(keeper);
    }
    Ok(())
}
