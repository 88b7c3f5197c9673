//! Games in which keepers lost their vote keys, and proofs of two histories that came of it.

use super::shared::{certify, excerpt_of, keeper_past, rolled, written};
use super::{Rule, broken};
use crate::club::kit::*;
use crate::club::limits::BLOCK_BYTES_MAX;
use crate::club::{
    Block, ClubState, Height, KeeperNo, MemberKind, Rekey, TimeMs, build, build_with,
};
use crate::consensus::{CertifiedHeader, ForkKind, ForkProof};
use crate::transcript::excerpt::Fork;
use crate::transcript::{KeeperPast, Writer, verify};

/// A hosted club: a roll, a new key of the host, a roll under it, four keepers, and three of them
/// with new keys.
pub(super) fn game() -> TestClub {
    let terms = charter(10_000_000, 10_000);
    let mut club = TestClub::seated(terms, 4, MemberKind::Person, 3);
    rolled(&mut club, &[0, 1]);
    rekey(&mut club, &[0], &[0]);
    rolled(&mut club, &[0, 2]);
    club.grow(4);
    rekey(&mut club, &[0, 1, 3], &[0, 1, 2]);
    rolled(&mut club, &[1]);
    club
}

fn rekey(club: &mut TestClub, lost: &[u32], signers: &[u32]) {
    let version = u8::from(club.state.is_shared()) + 1;
    let word = club.rekey_word(version, lost, signers);
    club.rekey(&word).unwrap();
}

pub(super) fn sample() -> Vec<u8> {
    written(&game())
}

#[test]
fn a_game_goes_on_under_new_keys_whole_and_from_any_height() {
    let club = game();
    let numbers: Vec<_> = club
        .state
        .keepers()
        .iter()
        .map(|keeper| keeper.no.0)
        .collect();
    // 0 lost its log and came back as 1; 2, 3 and 4 came, and 1, 2 and 4 lost theirs.
    assert_eq!(numbers, [3, 5, 6, 7]);
    let verified = verify(sample().as_slice()).unwrap();
    assert_eq!(verified.state, club.state);
    assert_eq!(verified.rolls.get(&TABLE), Some(&3));
    for from in 1..club.blocks.len() {
        let verified = verify(excerpt_of(&club, from).as_slice()).unwrap();
        assert_eq!(verified.state, club.state, "from {from}");
    }
}

/// The game up to the height before its first new key, and that of the block that holds it.
fn before_rekey() -> (TestClub, usize) {
    let mut club = game();
    let is_rekey = |block: &Block| block.header.rekey.is_some();
    let at = club.blocks.iter().position(is_rekey).unwrap();
    club.blocks.truncate(at);
    club.state = club
        .blocks
        .iter()
        .fold(club.genesis.clone(), |state, block| {
            crate::club::apply(&state, block).unwrap().state
        });
    (club, at)
}

fn decided(before: &ClubState, block: &Block) -> CertifiedHeader {
    CertifiedHeader {
        header: block.header.clone(),
        certificate: certify(before, block),
    }
}

fn file_of(club: &TestClub, proof: &ForkProof) -> Vec<u8> {
    Writer::fork(club.genesis.charter(), &keeper_past(club), proof)
}

/// Two new keys of the host for one height.
fn two_rekeys() -> (TestClub, [Rekey; 2]) {
    let (club, _) = before_rekey();
    let words = [1, 2].map(|version| club.rekey_word(version, &[0], &[0]));
    (club, words)
}

pub(super) fn rekeys() -> Vec<u8> {
    let (club, [one, other]) = two_rekeys();
    file_of(&club, &ForkProof::of_rekeys(one, other))
}

/// A new key of the host, and a block two heights later that the old one decided: somebody held it.
fn late_block() -> (TestClub, Rekey, CertifiedHeader) {
    let (club, _) = before_rekey();
    let word = club.rekey_word(1, &[0], &[0]);
    let mut branch = club.clone();
    branch.wait(1_000);
    let before = branch.state.clone();
    branch.wait(1_000);
    let block = decided(&before, branch.blocks.last().unwrap());
    (club, word, block)
}

pub(super) fn old_keys() -> Vec<u8> {
    let (club, word, block) = late_block();
    file_of(&club, &ForkProof::of_old_keys(word, block))
}

#[test]
fn two_new_keys_for_one_height_are_a_proof() {
    let (club, [one, other]) = two_rekeys();
    let Fork { proof, signed_both } = verify(rekeys().as_slice()).unwrap().fork.unwrap();
    assert!(matches!(proof.kind(), ForkKind::Rekeys(_)));
    assert_eq!(proof.height(), club.state.height().next());
    assert_eq!(signed_both, club.state.keepers());
    // The order in which they came makes no other proof, and neither do the blocks they came in.
    assert_eq!(ForkProof::of_rekeys(other.clone(), one.clone()), proof);
    let blocks = [&one, &other].map(|word| {
        let time = TimeMs(club.state.time().0 + 1);
        let built = build_with(
            Some(word),
            BLOCK_BYTES_MAX,
            &club.state,
            time,
            KeeperNo(1),
            Vec::new(),
        );
        decided(&club.state, &built.unwrap().block)
    });
    let [first, second] = blocks;
    assert_eq!(ForkProof::new(first, second), proof);

    // One of them twice, of two heights, and one that the founder did not sign.
    let refused = |one: &Rekey, other: &Rekey| {
        let proof = ForkProof::of_rekeys(one.clone(), other.clone());
        broken(&file_of(&club, &proof))
    };
    assert_eq!(refused(&one, &one), (1, Rule::Fork));
    let mut later = club.clone();
    later.wait(1_000);
    let later = later.rekey_word(2, &[0], &[0]);
    assert_eq!(refused(&one, &later), (1, Rule::Fork));
    let forged = club.rekey_word(2, &[0], &[1]);
    assert_eq!(refused(&one, &forged), (1, Rule::Rekey));
}

#[test]
fn a_block_of_the_old_key_after_the_new_one_is_a_proof() {
    let (club, word, block) = late_block();
    let Fork { proof, signed_both } = verify(old_keys().as_slice()).unwrap().fork.unwrap();
    assert!(matches!(proof.kind(), ForkKind::OldKeys { .. }));
    assert_eq!(proof.height(), club.state.height().next());
    assert_eq!(signed_both, club.state.keepers());

    let refused = |word: &Rekey, block: &CertifiedHeader| {
        let proof = ForkProof::of_old_keys(word.clone(), block.clone());
        broken(&file_of(&club, &proof))
    };
    // The newest block before it is no breach, and neither is one of the new key.
    let parent = club.blocks.last().unwrap();
    let mut before = club.genesis.clone();
    for block in &club.blocks[..club.blocks.len() - 1] {
        before = crate::club::apply(&before, block).unwrap().state;
    }
    assert_eq!(refused(&word, &decided(&before, parent)), (1, Rule::Fork));
    let time = TimeMs(club.state.time().0 + 1);
    let built = build_with(
        Some(&word),
        BLOCK_BYTES_MAX,
        &club.state,
        time,
        KeeperNo(1),
        Vec::new(),
    )
    .unwrap();
    let new = decided(&club.state, &built.block);
    assert_eq!(refused(&word, &new), (1, Rule::Fork));
    let after = &built.applied.state;
    let next = build(after, TimeMs(time.0 + 1), KeeperNo(1), Vec::new()).block;
    assert_eq!(
        refused(&word, &decided(after, &next)),
        (1, Rule::Certificate)
    );
    // A word that the founder did not give.
    let forged = club.rekey_word(1, &[0], &[1]);
    assert_eq!(refused(&forged, &block), (1, Rule::Rekey));
    // Two blocks of the new key for one height are two blocks.
    let other = build_with(
        Some(&word),
        BLOCK_BYTES_MAX,
        &club.state,
        TimeMs(time.0 + 1),
        KeeperNo(1),
        Vec::new(),
    );
    let proof = ForkProof::new(new, decided(&club.state, &other.unwrap().block));
    let file = file_of(&club, &proof);
    let fork = verify(file.as_slice()).unwrap().fork.unwrap();
    assert!(matches!(fork.proof.kind(), ForkKind::Blocks(_)));
    assert_eq!(fork.signed_both[0].no, KeeperNo(1));
}

#[test]
fn new_keys_without_the_word_of_their_keepers_verify_nowhere() {
    let club = game();
    let is_rekey = |block: &Block| block.header.rekey.is_some();
    let at = club.blocks.iter().position(is_rekey).unwrap();
    let record = u64::try_from(at + 1).unwrap();
    // The block with a word of somebody else's, certified by the key that it names.
    let (before, _) = before_rekey();
    let forged = before.rekey_word(1, &[0], &[1]);
    let mut block = club.blocks[at].clone();
    block.header.rekey = Some(Box::new(forged));
    let (mut writer, mut file) = Writer::begin(club.genesis.charter());
    let mut state = club.genesis.clone();
    for good in &club.blocks[..at] {
        file.extend(writer.block(good, &certify(&state, good)));
        state = crate::club::apply(&state, good).unwrap().state;
    }
    let mut certificate = certify(&state, &club.blocks[at]);
    certificate.block = block.id();
    let mut rest = writer.clone();
    let mut bent = file.clone();
    bent.extend(rest.block(&block, &certificate));
    bent.extend(rest.end());
    assert_eq!(broken(&bent), (record, Rule::Rekey));
    // An excerpt whose past leaves the new key out: nobody knows it then.
    let mut beginning = crate::transcript::Beginning {
        state: club.state.clone(),
        decided: CertifiedHeader {
            header: club.blocks.last().unwrap().header.clone(),
            certificate: certify(
                &club.blocks[..club.blocks.len() - 1]
                    .iter()
                    .fold(club.genesis.clone(), |state, block| {
                        crate::club::apply(&state, block).unwrap().state
                    }),
                club.blocks.last().unwrap(),
            ),
        },
        past: keeper_past(&club),
    };
    let file = |beginning: &crate::transcript::Beginning| {
        let (writer, mut file) = Writer::begin_at(beginning);
        file.extend(writer.end());
        file
    };
    verify(file(&beginning).as_slice()).unwrap();
    beginning.past = KeeperPast::default();
    assert_eq!(broken(&file(&beginning)), (0, Rule::Certificate));
    assert_eq!(Height(u64::try_from(at).unwrap()), before.state.height());
}
