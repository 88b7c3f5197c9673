//! Messages between nodes.

use proptest::prelude::*;

use super::*;
use crate::club::kit::{self, TestClub};
use crate::club::{Block, BlockId, KeeperNo, KeyOffer, NewKeys, PublicKey, Rekey, SignatureBytes};
use crate::consensus::limits::{ENGINE_BYTES_MAX, MESSAGE_BYTES_MAX};
use crate::consensus::wire::Message;

fn certificate(block: &Block) -> Certificate {
    Certificate {
        height: block.header.height,
        round: 3,
        block: block.id(),
        signatures: vec![(KeeperNo(0), SignatureBytes([7; 64]))],
    }
}

/// A keeper's offer together with so many.
fn offer(with: u16) -> KeyOffer {
    KeyOffer {
        height: Height(2),
        parent: BlockId([3; 32]),
        keeper: KeeperNo(0),
        key: PublicKey([1; 32]),
        with: (0..with).map(KeeperNo).collect(),
        signature: SignatureBytes([7; 64]),
    }
}

/// One message of each kind.
fn messages() -> Vec<Message> {
    let club = TestClub::founded(kit::charter(1_000_000, 100), 3, MemberKind::Bot, 1);
    let [one, other] = [0, 1].map(|number| {
        let block = &club.blocks[number];
        CertifiedHeader {
            header: block.header.clone(),
            certificate: certificate(block),
        }
    });
    let block = club.blocks[0].clone();
    vec![
        Message::Command(club.command(0, 0, Body::Nothing)),
        Message::Engine {
            height: Height(300),
            again: true,
            bytes: vec![9; 40],
        },
        Message::Want { from: Height(1) },
        Message::Block {
            certificate: certificate(&block),
            block,
        },
        Message::Tip {
            height: Height(2),
            block: BlockId([3; 32]),
        },
        Message::Fork(Box::new(ForkProof::new(one, other))),
        Message::KeyOffer(Box::new(offer(16))),
        Message::NewKeys(Box::new(Rekey {
            height: Height(2),
            parent: BlockId([3; 32]),
            keys: NewKeys::Several {
                keys: (0..16)
                    .map(|no| (KeeperNo(no), PublicKey([1; 32])))
                    .collect(),
                signatures: vec![(KeeperNo(0), SignatureBytes([7; 64]))],
            },
        })),
    ]
}

#[test]
fn a_message_has_one_encoding_and_nothing_may_follow_it() {
    for message in messages() {
        let bytes = message.to_bytes();
        assert_eq!(Message::from_bytes(&bytes), Ok(message.clone()));
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(Message::from_bytes(&longer).is_err(), "{message:?}");
        for length in 0..bytes.len() {
            assert!(
                Message::from_bytes(&bytes[..length]).is_err(),
                "{message:?}"
            );
        }
        let mut other_version = bytes;
        other_version[0] += 1;
        assert!(Message::from_bytes(&other_version).is_err());
    }
    // A longer form of the height 1.
    assert!(Message::from_bytes(&[2, 2, 1]).is_ok());
    assert!(Message::from_bytes(&[2, 2, 0x81, 0]).is_err());
}

#[test]
fn a_message_over_the_limit_is_refused() {
    let engine = |bytes| Message::Engine {
        height: Height(1),
        again: false,
        bytes: vec![0; bytes],
    };
    let refused = |message: &Message| Message::from_bytes(&message.to_bytes()).is_err();
    assert!(!refused(&engine(ENGINE_BYTES_MAX)));
    assert!(refused(&engine(ENGINE_BYTES_MAX + 1)));
    assert!(Message::from_bytes(&vec![1; MESSAGE_BYTES_MAX + 1]).is_err());
}

proptest! {
    #[test]
    fn whatever_bytes_come_only_canonical_ones_are_taken(
        kind in 0..6_usize,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut bytes = messages()[kind].to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for bytes in [bytes, noise] {
            if let Ok(message) = Message::from_bytes(&bytes) {
                prop_assert_eq!(message.to_bytes(), bytes);
            }
        }
    }
}

#[test]
fn an_offer_names_no_more_keepers_than_there_can_be() {
    let bytes = Message::KeyOffer(Box::new(offer(17))).to_bytes();
    assert!(Message::from_bytes(&bytes).is_err());
}
