//! A keeper's word that it would give up its vote key for a new one, together with others: what comes
//! before the word of a quorum, [`Rekey`].

use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};

use super::charter::is_signed;
use super::hash::Domain;
use super::ids::{BlockId, ClubId, Height, KeeperNo, PublicKey, SignatureBytes};
use super::rekey::{NewKeys, Rekey, RekeyFault, check_key, check_order, find, rekey_message};
use super::state::ClubState;

/// What a keeper offers, signed with its identity key. It gives nobody a key: only when everybody who
/// shall get one has offered one, and for the same keepers, does each of them sign a [`Rekey`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyOffer {
    /// The height of the newest block that it holds.
    pub height: Height,
    /// That block.
    pub parent: BlockId,
    /// Who offers.
    pub keeper: KeeperNo,
    /// Its new vote key.
    pub key: PublicKey,
    /// The keepers that shall get new keys, itself among them, by rising number.
    pub with: Vec<KeeperNo>,
    /// The signature of its identity key.
    pub signature: SignatureBytes,
}

impl KeyOffer {
    fn message(&self, club: &ClubId) -> [u8; 32] {
        let mut with = Vec::new();
        for keeper in &self.with {
            with.extend(keeper.0.to_le_bytes());
        }
        Domain::KeyOffer.hash(&[
            &club.0,
            &self.height.0.to_le_bytes(),
            &self.parent.0,
            &self.keeper.0.to_le_bytes(),
            &self.key.0,
            &with,
        ])
    }
}

impl ClubState {
    /// Returns the offer of a keeper above the newest block.
    #[must_use]
    pub fn offer_key(
        &self,
        keeper: KeeperNo,
        key: PublicKey,
        with: Vec<KeeperNo>,
        identity: &SigningKey,
    ) -> KeyOffer {
        let mut offer = KeyOffer {
            height: self.height,
            parent: self.tip,
            keeper,
            key,
            with,
            signature: SignatureBytes([0; 64]),
        };
        let message = offer.message(&self.club);
        offer.signature = SignatureBytes(identity.sign(&message).to_bytes());
        offer
    }

    /// Checks an offer above the newest block.
    ///
    /// # Errors
    /// [`RekeyFault`].
    pub fn check_offer(&self, offer: &KeyOffer) -> Result<(), RekeyFault> {
        self.check_place(offer.height, offer.parent)?;
        let keeper = offer.keeper;
        check_order(offer.with.iter().copied())?;
        for named in &offer.with {
            find(&self.keepers, *named)?;
        }
        if !offer.with.contains(&keeper) {
            return Err(RekeyFault::UnknownKeeper { keeper });
        }
        check_key(&offer.key, keeper, &self.keepers)?;
        let identity = find(&self.keepers, keeper)?.identity;
        if is_signed(&identity, &offer.message(&self.club), &offer.signature) {
            Ok(())
        } else {
            Err(RekeyFault::Signature { keeper })
        }
    }

    /// Returns new vote keys of a shared club above the newest block, with the first signature of those
    /// that it takes to make them hold.
    #[must_use]
    pub fn sign_new_keys(
        &self,
        keys: Vec<(KeeperNo, PublicKey)>,
        keeper: KeeperNo,
        identity: &SigningKey,
    ) -> Rekey {
        let message = rekey_message(&self.club, self.height, &self.tip, &keys);
        let signature = SignatureBytes(identity.sign(&message).to_bytes());
        let signatures = vec![(keeper, signature)];
        Rekey {
            height: self.height,
            parent: self.tip,
            keys: NewKeys::Several { keys, signatures },
        }
    }

    /// Checks new vote keys of a shared club above the newest block, which a quorum need not have signed
    /// yet.
    ///
    /// # Errors
    /// [`RekeyFault`].
    pub fn check_new_keys(&self, rekey: &Rekey) -> Result<(), RekeyFault> {
        self.check_place(rekey.height, rekey.parent)?;
        rekey.check_unfinished(&self.club, &self.keepers)
    }
}
