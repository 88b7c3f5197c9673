//! New vote keys where the old ones are lost.

use super::chain::played;
use crate::club::kit::*;
use crate::club::*;
use crate::ledger::{Chips, MemberNo};

fn hosted() -> TestClub {
    TestClub::seated(charter(10_000_000, 10_000), 2, MemberKind::Person, 3)
}

/// Members 0 to 3 keep the club.
fn shared() -> TestClub {
    let mut club = TestClub::seated(charter(10_000_000, 10_000), 4, MemberKind::Person, 3);
    club.grow(4);
    club
}

fn key(member: u32, version: u8) -> PublicKey {
    public(&vote_key(member, version))
}

#[test]
fn a_host_goes_on_under_a_new_key_with_a_new_number() {
    let mut club = hosted();
    let (before, epoch) = (club.state.keepers()[0], club.table().epoch);
    assert!(!club.table().seals().is_empty());
    let word = club.rekey_word(1, &[0], &[0]);
    club.rekey(&word).unwrap();
    let after = club.state.keepers().to_vec();
    let expected = Keeper {
        no: KeeperNo(1),
        vote_key: key(0, 1),
        ..before
    };
    assert_eq!(after, [expected]);
    let event = ClubEvent::Rekeyed {
        came: vec![expected],
        left: vec![before],
    };
    assert!(club.events.contains(&event));
    // The secrets went with the log: every seal is dead, and play goes on with new ones.
    assert_eq!(club.table().epoch, epoch + 1);
    assert!(club.table().seals().is_empty());
    club.seal_all(TABLE);
    club.roll_until_betting();
    // The old number proposes nothing any more, and the next new key gets a third one.
    let time = TimeMs(club.state.time().0 + 1);
    let stale = build(&club.state, time, before.no, Vec::new()).block;
    let found = before.no;
    assert_eq!(
        apply(&club.state, &stale),
        Err(BlockFault::Proposer { found })
    );
    let again = club.rekey_word(2, &[0], &[0]);
    club.rekey(&again).unwrap();
    assert_eq!(club.state.keepers()[0].no, KeeperNo(2));
}

#[test]
fn a_header_with_a_new_key_takes_136_bytes_more_and_has_one_form() {
    let mut club = hosted();
    let plain = club.blocks.last().unwrap().header.clone();
    assert_eq!(plain.to_bytes().len(), Header::BYTES);
    club.rekey(&club.rekey_word(1, &[0], &[0])).unwrap();
    let header = club.blocks.last().unwrap().header.clone();
    let bytes = header.to_bytes();
    assert_eq!(bytes.len(), Header::BYTES + 136);
    assert_eq!(bytes.len(), header.bytes_len());
    assert_eq!(Header::from_bytes(&bytes), Ok(header));
    for length in 0..bytes.len() {
        assert!(Header::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Header::from_bytes(&longer).is_err());
    let mut unknown = bytes;
    unknown[Header::BYTES - 1] = 3;
    assert!(Header::from_bytes(&unknown).is_err());

    let mut club = shared();
    club.rekey(&club.rekey_word(1, &[0, 1, 3], &[0, 2, 3]))
        .unwrap();
    let header = club.blocks.last().unwrap().header.clone();
    let bytes = header.to_bytes();
    assert_eq!(bytes.len(), header.bytes_len());
    assert_eq!(Header::from_bytes(&bytes), Ok(header));
    // A count of more keepers than there can be takes no memory.
    let mut many = bytes;
    many[Header::BYTES + 40] = 17;
    assert_eq!(Header::from_bytes(&many), Err(CodecFault::Malformed));
}

#[test]
fn a_new_key_holds_only_above_the_newest_block_and_by_the_founders_word() {
    let mut club = hosted();
    let good = club.rekey_word(1, &[0], &[0]);
    // Somebody else's word, or that of the lost vote key.
    let by_guest = club.rekey_word(1, &[0], &[1]);
    let keeper = KeeperNo(0);
    let refused = Err(RekeyFault::Signature { keeper });
    assert_eq!(club.rekey(&by_guest), refused);
    let by_vote_key = club.state.sign_rekey(key(0, 1), &vote_key(0, 0));
    assert_eq!(club.rekey(&by_vote_key), refused);
    // The signature covers the key.
    let mut swapped = good.clone();
    if let NewKeys::Sole { key: of, .. } = &mut swapped.keys {
        *of = key(0, 2);
    }
    assert_eq!(club.rekey(&swapped), refused);
    // A key that is in use, and bytes that are none.
    for bad in [
        club.state.keepers()[0].vote_key,
        club.state.keepers()[0].identity,
        PublicKey([2; 32]),
    ] {
        let founder = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let word = club.state.sign_rekey(bad, &founder);
        assert_eq!(club.rekey(&word), Err(RekeyFault::Key { keeper }));
    }
    // One that was good a block ago, and one of another club.
    club.must(0, Body::Nothing);
    let (found, expected) = (good.parent, club.state.tip());
    let late = Err(RekeyFault::Parent { found, expected });
    assert_eq!(club.rekey(&good), late);
    let other = played().rekey_word(1, &[0], &[0]);
    assert!(matches!(club.rekey(&other), Err(RekeyFault::Parent { .. })));
    // A block that carries such a word is refused as a whole.
    let time = TimeMs(club.state.time().0 + 1);
    let mut block = build(&club.state, time, KeeperNo(0), Vec::new()).block;
    block.header.rekey = Some(Box::new(good));
    assert_eq!(
        apply(&club.state, &block),
        Err(BlockFault::Rekey(RekeyFault::Parent { found, expected }))
    );
    // Forms are not mixed.
    let several = Rekey {
        keys: NewKeys::Several {
            keys: vec![(KeeperNo(0), key(0, 1))],
            signatures: Vec::new(),
        },
        ..club.rekey_word(1, &[0], &[0])
    };
    let form = Err(RekeyFault::Form { keepers: 1 });
    assert_eq!(club.rekey(&several), form);
}

#[test]
fn a_shared_club_takes_new_keys_by_the_word_of_a_quorum() {
    let mut club = shared();
    let before = club.state.keepers().to_vec();
    let bonds: Vec<Chips> = before
        .iter()
        .map(|keeper| club.state.keeper_bond(keeper.no))
        .collect();
    let word = club.rekey_word(1, &[0, 1, 3], &[0, 2, 3]);
    club.rekey(&word).unwrap();
    let after = club.state.keepers();
    let numbers: Vec<_> = after.iter().map(|keeper| keeper.no.0).collect();
    let members: Vec<_> = after.iter().map(|keeper| keeper.member.0).collect();
    assert_eq!(numbers, [2, 4, 5, 6]);
    assert_eq!(members, [2, 0, 1, 3]);
    assert_eq!(after[0], before[2]);
    for keeper in &after[1..] {
        assert_eq!(keeper.vote_key, key(keeper.member.0, 1));
    }
    // What they put up stays put up.
    let bond = |member: usize| {
        let keeper = club
            .state
            .keeper_of(MemberNo(u32::try_from(member).unwrap()));
        club.state.keeper_bond(keeper.unwrap().no)
    };
    assert_eq!((0..4).map(bond).collect::<Vec<_>>(), bonds);
    club.seal_all(TABLE);
    club.roll_until_betting();
}

type NamedKeys = Vec<(KeeperNo, PublicKey)>;

#[test]
fn what_a_quorum_did_not_sign_or_does_not_need_is_refused() {
    let mut club = shared();
    let refused = |club: &mut TestClub, lost: &[u32], signers: &[u32]| {
        let word = club.rekey_word(1, lost, signers);
        club.rekey(&word).unwrap_err()
    };
    assert_eq!(
        refused(&mut club, &[0, 1], &[0, 1]),
        RekeyFault::TooFew { found: 2, need: 3 }
    );
    // Three of four decide: who lost a single key is swapped by a decided command.
    assert_eq!(
        refused(&mut club, &[0], &[0, 1, 2]),
        RekeyFault::NotNeeded { left: 3, quorum: 3 }
    );
    let keeper = KeeperNo(0);
    for (lost, signers) in [(&[1, 0][..], &[0, 1, 2][..]), (&[0, 1], &[1, 0, 2])] {
        let order = RekeyFault::Order { keeper };
        assert_eq!(refused(&mut club, lost, signers), order);
    }
    let keeper = KeeperNo(1);
    assert_eq!(
        refused(&mut club, &[0, 1], &[0, 1, 1]),
        RekeyFault::Order { keeper }
    );
    // One key for two, and a stranger.
    let word = club.rekey_word(1, &[0, 1], &[0, 1, 2]);
    let bent = |bend: &dyn Fn(&mut NamedKeys)| {
        let mut word = word.clone();
        if let NewKeys::Several { keys, .. } = &mut word.keys {
            bend(keys);
        }
        club.clone().rekey(&word).unwrap_err()
    };
    assert_eq!(
        bent(&|keys| keys[1].1 = keys[0].1),
        RekeyFault::Key { keeper }
    );
    let stranger = KeeperNo(9);
    assert_eq!(
        bent(&|keys| keys[1].0 = stranger),
        RekeyFault::UnknownKeeper { keeper: stranger }
    );
    assert_eq!(
        bent(&|keys| keys[1].1 = key(1, 7)),
        RekeyFault::Signature {
            keeper: KeeperNo(0)
        }
    );
    let sole = club.state.sign_rekey(key(0, 1), &vote_key(0, 0));
    assert_eq!(club.rekey(&sole), Err(RekeyFault::Form { keepers: 4 }));
}

#[test]
fn a_locked_roll_outlives_its_hosts_key_and_is_given_up_without_its_secret() {
    let mut club = hosted();
    club.must(1, club.bets(vec![place("field", 10)]));
    assert_eq!(club.lock(TABLE), Ok(()));
    let roll = club.table().roll;
    club.rekey(&club.rekey_word(1, &[0], &[0])).unwrap();
    assert!(club.table().is_locked());
    assert_eq!(club.table().roll, roll);
    // The host can't open: the others' openings are taken, but nothing closes until the day is over.
    club.must(1, club.open_body(TABLE, crate::dice::Slot(1)));
    club.wait(24 * 3_600_000);
    assert!(club.events.iter().any(|event| matches!(
        event,
        ClubEvent::Abandoned { roll: given_up, .. } if *given_up == roll
    )));
    assert_eq!(club.table().roll, roll + 1);
}
