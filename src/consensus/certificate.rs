//! Certificates: what proves that the keepers decided a block.

use serde::{Deserialize, Serialize};

use super::KeeperSet;
use crate::club::{BlockId, ClubId, Height, KeeperNo, SignatureBytes, Statement, StatementKind};

/// Signatures of a quorum over one block at one height and attempt. It lies beside the block and
/// never in it: honest nodes may hold different ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The height.
    pub height: Height,
    /// The attempt at this height that succeeded, from 0.
    pub round: u32,
    /// The block.
    pub block: BlockId,
    /// Who signed, by rising number.
    pub signatures: Vec<(KeeperNo, SignatureBytes)>,
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is for another block.
    #[error("the certificate is for another block")]
    OtherBlock,
    /// Too few keepers signed.
    #[error("{found} keepers signed, {need} must")]
    TooFew {
        /// How many signed.
        found: usize,
        /// How many must.
        need: usize,
    },
    /// The signatures are not in rising order, or one keeper signed twice.
    #[error("the signature of keeper {number} is out of order")]
    Order {
        /// The keeper.
        number: KeeperNo,
    },
    /// Somebody signed who is no keeper at this height.
    #[error("{number} is no keeper at this height")]
    NotAKeeper {
        /// The number.
        number: KeeperNo,
    },
    /// A signature is false.
    #[error("the signature of keeper {number} is false")]
    Signature {
        /// The keeper.
        number: KeeperNo,
    },
}

impl Certificate {
    /// Checks that a quorum of `keepers` signed this block of this club.
    ///
    /// # Errors
    /// [`CertificateFault`].
    pub fn verify(
        &self,
        club: &ClubId,
        keepers: &KeeperSet,
        height: Height,
        block: BlockId,
    ) -> Result<(), CertificateFault> {
        if self.height != height || self.block != block {
            return Err(CertificateFault::OtherBlock);
        }
        let (found, need) = (self.signatures.len(), keepers.quorum());
        if found < need {
            return Err(CertificateFault::TooFew { found, need });
        }
        let mut last = None;
        for (number, signature) in &self.signatures {
            let number = *number;
            if last.is_some_and(|last| number <= last) {
                return Err(CertificateFault::Order { number });
            }
            last = Some(number);
            let keeper = keepers
                .find(number)
                .ok_or(CertificateFault::NotAKeeper { number })?;
            let message = precommit(club, self.height, self.round, &self.block, number);
            if !keeper.vote_key.verify(&message, &signature.0) {
                return Err(CertificateFault::Signature { number });
            }
        }
        Ok(())
    }
}

/// Returns what a keeper signs to decide a block.
#[must_use]
pub fn precommit(
    club: &ClubId,
    height: Height,
    round: u32,
    block: &BlockId,
    keeper: KeeperNo,
) -> [u8; 32] {
    let statement = Statement {
        kind: StatementKind::Precommit,
        height,
        round,
        block: Some(*block),
        polka: None,
        keeper,
    };
    statement.message(club)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::keepers::tests::keeper;
    use crate::identity::{Identity, Signer as _};

    const CLUB: ClubId = ClubId([1; 32]);
    const BLOCK: BlockId = BlockId([2; 32]);

    fn key(number: u16) -> Identity {
        Identity::from_seed(&[u8::try_from(number).unwrap() + 1; 32])
    }

    fn signed(numbers: &[u16]) -> Certificate {
        let sign = |number: &u16| {
            let number = KeeperNo(*number);
            let message = precommit(&CLUB, Height(9), 3, &BLOCK, number);
            (number, SignatureBytes(key(number.0).sign(&message)))
        };
        Certificate {
            height: Height(9),
            round: 3,
            block: BLOCK,
            signatures: numbers.iter().map(sign).collect(),
        }
    }

    #[test]
    fn only_a_quorum_of_keepers_certifies() {
        use CertificateFault::{NotAKeeper, Order, OtherBlock, Signature, TooFew};
        let keepers: Vec<_> = (0..4).map(|n| keeper(n, key(n).public_key())).collect();
        let keepers = KeeperSet::new(&keepers).unwrap();
        let check =
            |certificate: &Certificate| certificate.verify(&CLUB, &keepers, Height(9), BLOCK);
        check(&signed(&[0, 1, 2, 3])).unwrap();
        check(&signed(&[0, 2, 3])).unwrap();
        assert_eq!(check(&signed(&[0, 2])), Err(TooFew { found: 2, need: 3 }));
        assert_eq!(
            check(&signed(&[0, 2, 2])),
            Err(Order {
                number: KeeperNo(2)
            })
        );
        assert_eq!(
            check(&signed(&[2, 1, 3])),
            Err(Order {
                number: KeeperNo(1)
            })
        );
        assert_eq!(
            check(&signed(&[0, 2, 4])),
            Err(NotAKeeper {
                number: KeeperNo(4)
            })
        );

        // Each field is signed: a signature doesn't fit anything else.
        let false_one = Err(Signature {
            number: KeeperNo(0),
        });
        let other_round = Certificate {
            round: 4,
            ..signed(&[0, 2, 3])
        };
        assert_eq!(check(&other_round), false_one);
        let elsewhere = signed(&[0, 2, 3]).verify(&ClubId([9; 32]), &keepers, Height(9), BLOCK);
        assert_eq!(elsewhere, false_one);
        let mut swapped = signed(&[0, 2, 3]);
        swapped.signatures[0].1 = swapped.signatures[1].1;
        assert_eq!(check(&swapped), false_one);
        let good = signed(&[0, 2, 3]);
        assert_eq!(
            good.verify(&CLUB, &keepers, Height(8), BLOCK),
            Err(OtherBlock)
        );
        assert_eq!(
            good.verify(&CLUB, &keepers, Height(9), BlockId([3; 32])),
            Err(OtherBlock)
        );
    }
}
