//! Forgeries: whole files, well signed, that break one rule.

use super::{Rule, VOTE_KEY, broken, certify, game, records, written};
use crate::club::kit::TestClub;
use crate::club::{Block, StateRoot, TimeMs, commands_root};
use crate::transcript::Writer;

/// What is changed in a block.
type Change = fn(&mut Block);

/// The game with its last block changed; the keeper signs what it is given, as a cheating host
/// would.
fn with_last(change: impl FnOnce(&mut Block, &TestClub)) -> (u64, Rule) {
    let club = game();
    let mut blocks = club.blocks.clone();
    let last = blocks.last_mut().unwrap();
    let height = last.header.height.0;
    change(last, &club);
    let (record, rule) = broken(&written(club.genesis.charter(), &blocks));
    assert_eq!(record, height);
    (record, rule)
}

#[test]
fn a_host_that_signs_what_it_likes_is_found_out() {
    let cases: [(Rule, Change); 9] = [
        (Rule::StateRoot, |block| {
            block.header.state_root = StateRoot([1; 32]);
        }),
        (Rule::NextKeepers, |block| {
            block.header.next_keepers_hash = [1; 32];
        }),
        (Rule::Parent, |block| block.header.parent.0[0] ^= 1),
        (Rule::Time, |block| block.header.time = TimeMs(5)),
        (Rule::Command, |block| block.commands[0].signature.0[0] ^= 1),
        // Another seal for the next roll than the player signed.
        (Rule::Command, |block| block.commands[0].sequence += 1),
        (Rule::Command, |block| {
            block.commands[0].not_after = TimeMs(5);
        }),
        // A command left out: the rest gives another state.
        (Rule::StateRoot, |block| drop(block.commands.pop())),
        (Rule::Command, |block| {
            let again = block.commands[0].clone();
            block.commands.push(again);
        }),
    ];
    for (number, (rule, change)) in cases.into_iter().enumerate() {
        let (_, found) = with_last(|block, _| {
            change(block);
            block.header.commands_root = commands_root(&block.commands);
        });
        assert_eq!(found, rule, "case {number}");
    }
    let (_, found) = with_last(|block, _| drop(block.commands.pop()));
    assert_eq!(found, Rule::CommandsRoot);
}

#[test]
fn a_block_signed_by_nobody_or_by_another_is_refused() {
    let club = game();
    let forge = |at: usize, change: &dyn Fn(&mut crate::consensus::Certificate, &Block)| {
        let (mut writer, mut file) = Writer::begin(club.genesis.charter());
        for (index, block) in club.blocks.iter().enumerate() {
            let mut certificate = certify(block, VOTE_KEY);
            if index == at {
                change(&mut certificate, block);
            }
            file.extend(writer.block(block, &certificate));
        }
        file.extend(writer.end());
        broken(&file)
    };
    for at in [0, club.blocks.len() - 1] {
        let wrong = (u64::try_from(at).unwrap() + 1, Rule::Certificate);
        let other_key = forge(at, &|certificate, block| {
            *certificate = certify(block, [9; 32]);
        });
        assert_eq!(other_key, wrong);
        assert_eq!(
            forge(at, &|certificate, _| certificate.signatures.clear()),
            wrong
        );
        assert_eq!(forge(at, &|certificate, _| certificate.round = 1), wrong);
        let other_block = forge(at, &|certificate, _| certificate.block.0[0] ^= 1);
        assert_eq!(other_block, wrong);
    }
}

#[test]
fn a_charter_of_somebody_else_does_not_found_the_club() {
    let club = game();
    let mut forged = club.genesis.charter().clone();
    forged.charter.supply = crate::ledger::Chips::new(20_000_000);
    let file = written(&forged, &club.blocks);
    assert_eq!(broken(&file), (0, Rule::Charter));
    // Well signed, but by another founder: the blocks are of another club.
    let other = crate::club::kit::charter(9_000_000, 10_000);
    let file = written(&other, &club.blocks);
    assert_eq!(broken(&file), (1, Rule::Certificate));
    assert_eq!(records(&file).len(), club.blocks.len() + 2);
}
