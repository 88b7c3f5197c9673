//! Games that are whole, and what must not pass for one.

mod damage;
mod forgery;
mod mutations;
mod rekey;
mod rolls;
mod shared;
mod vectors;

use std::path::Path;

use super::record::{Kind, Running, preamble};
use super::verify::Verified;
use super::{Fault, Rule, Stopped, Writer, verify};
use crate::club::kit::{TABLE, TestClub, charter, place};
use crate::club::{Block, MemberKind, SignatureBytes, SignedCharter};
use crate::consensus::{Certificate, precommit};
use crate::identity::{Identity, Signer as _};
use crate::tests::check_published;

/// What the founder's node votes with in the clubs of the kit.
const VOTE_KEY: [u8; 32] = [200; 32];

/// How many rolls the sample has.
const ROLLS: u64 = 3;

/// The game of the sample: the founder and a bot, a bet each, three rolls.
fn game() -> TestClub {
    let mut club = TestClub::seated(charter(10_000_000, 10_000), 1, MemberKind::Bot, 3);
    for _ in 0..ROLLS {
        let bets = |member| {
            (
                member,
                club.bets(vec![place("field", 10 + u64::from(member))]),
            )
        };
        let bodies = vec![bets(0), bets(1)];
        let taken = club.decide(bodies);
        assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        club.roll();
    }
    club
}

/// Signs a block as the keeper whose key grows from `seed`.
fn certify(block: &Block, seed: [u8; 32]) -> Certificate {
    let header = &block.header;
    let message = precommit(&header.club, header.height, 0, &block.id(), header.proposer);
    let signature = SignatureBytes(Identity::from_seed(&seed).sign(&message));
    Certificate {
        height: header.height,
        round: 0,
        block: block.id(),
        signatures: vec![(header.proposer, signature)],
    }
}

/// Writes the game of some blocks.
fn written<'a>(charter: &SignedCharter, blocks: impl IntoIterator<Item = &'a Block>) -> Vec<u8> {
    let (mut writer, mut file) = Writer::begin(charter);
    for block in blocks {
        file.extend(writer.block(block, &certify(block, VOTE_KEY)));
    }
    file.extend(writer.end());
    file
}

fn sample() -> Vec<u8> {
    let club = game();
    written(club.genesis.charter(), &club.blocks)
}

/// A record with its kind and payload.
type Record = (Kind, Vec<u8>);

/// Takes a file apart.
fn records(file: &[u8]) -> Vec<Record> {
    let kinds = Kind::ALL;
    let mut rest = &file[6..];
    let mut records = Vec::new();
    while let [number, a, b, c, d, tail @ ..] = rest {
        let kind = kinds.into_iter().find(|kind| kind.number() == *number);
        let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap();
        let (payload, after) = tail.split_at(length);
        records.push((kind.unwrap(), payload.to_vec()));
        rest = after;
    }
    records
}

fn frame((kind, payload): &Record) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    [&[kind.number()], length.as_slice(), payload].concat()
}

/// Puts records together again, with a last record that fits them.
fn assembled(records: &[Record]) -> Vec<u8> {
    let mut running = Running::new();
    let mut file = preamble().to_vec();
    for (kind, payload) in records {
        let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
        running.add(*kind, length, payload);
        file.extend(frame(&(*kind, payload.clone())));
    }
    file.extend(frame(&(Kind::Footer, running.footer())));
    file
}

/// What is wrong with a file.
fn fault(verdict: Result<Verified, Stopped>) -> Fault {
    match verdict {
        Err(Stopped::Wrong(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

/// The record and the rule.
fn broken(file: &[u8]) -> (u64, Rule) {
    let fault = fault(verify(file));
    (fault.record, fault.wrong.rule)
}

#[test]
fn a_whole_game_gives_the_state_that_its_players_had() {
    let club = game();
    let verified = verify(written(club.genesis.charter(), &club.blocks).as_slice()).unwrap();
    assert_eq!(verified.state, club.state);
    assert_eq!(verified.rolls.get(&TABLE), Some(&ROLLS));
    let commands: usize = club.blocks.iter().map(|block| block.commands.len()).sum();
    assert_eq!(usize::try_from(verified.commands).unwrap(), commands);
    // A game that is still played ends at any block, also between lock and close.
    for end in 0..club.blocks.len() {
        verify(written(club.genesis.charter(), &club.blocks[..end]).as_slice()).unwrap();
    }
}

/// To make the files anew after a change of what is hashed or signed:
/// `UPDATE_TRANSCRIPT=1 cargo test --lib transcript::`
#[test]
fn the_samples_that_are_kept_are_what_this_program_writes() {
    let folder = Path::new("tests/data/transcripts");
    for (name, sample) in [
        ("solo.bcgt", sample()),
        ("shared.bcgt", shared::sample()),
        ("excerpt.bcgt", shared::excerpt()),
        ("fork.bcgt", shared::fork()),
        ("rekey.bcgt", rekey::sample()),
        ("old_keys.bcgt", rekey::old_keys()),
    ] {
        check_published(&folder.join(name), &sample, "UPDATE_TRANSCRIPT");
    }
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let mut names: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Rule::ALL.len());
}
