//! Blocks that are larger than they may be, and right in all else: signed, numbered, with roots that
//! hold.

use crate::club::kit::*;
use crate::club::limits::{BLOCK_BYTES_MAX, BLOCK_COMMANDS_MAX, COMMAND_BYTES_MAX};
use crate::club::*;
use crate::ledger::MemberNo;

fn club() -> TestClub {
    TestClub::founded(charter(100_000, 10_000), 0, MemberKind::Bot, 5)
}

/// A command of exactly so many bytes: the rules refuse so long a name, but it has its place in a block.
fn command_of(club: &TestClub, bytes: usize, waiting: u64) -> Command {
    let command = |name: usize| {
        let body = Body::Admit {
            key: PublicKey([1; 32]),
            name: "x".repeat(name),
            kind: MemberKind::Bot,
        };
        club.command(0, waiting, body)
    };
    let rest = command(bytes).to_bytes().len() - bytes;
    let command = command(bytes - rest);
    assert_eq!(command.to_bytes().len(), bytes);
    command
}

fn block_of(club: &TestClub, commands: Vec<Command>) -> Block {
    let time = TimeMs(club.state.time().0 + 1);
    build_without_limits(&club.state, time, KeeperNo(0), commands)
}

/// Both ways in which a block comes to a node: as bytes, and as what it is asked to vote for.
fn assert_refused(club: &TestClub, block: &Block, fault: CodecFault) {
    assert_eq!(Block::from_bytes(&block.to_bytes()), Err(fault));
    assert_eq!(apply(&club.state, block), Err(BlockFault::Form(fault)));
}

fn assert_taken(club: &TestClub, block: &Block) {
    assert_eq!(Block::from_bytes(&block.to_bytes()).as_ref(), Ok(block));
    let applied = apply(&club.state, block).unwrap();
    let last = block.commands.last().unwrap().sequence;
    assert_eq!(applied.state.member(MemberNo(0)).unwrap().sequence, last);
}

#[test]
fn a_block_of_one_command_too_many_is_refused() {
    let club = club();
    let mut all: Vec<_> = (0..=u64::try_from(BLOCK_COMMANDS_MAX).unwrap())
        .map(|waiting| club.command(0, waiting, Body::Nothing))
        .collect();
    let block = block_of(&club, all.clone());
    assert!(block.to_bytes().len() < BLOCK_BYTES_MAX);
    let fault = CodecFault::TooManyCommands {
        commands: 257,
        limit: 256,
    };
    assert_refused(&club, &block, fault);
    all.pop();
    assert_taken(&club, &block_of(&club, all));
}

#[test]
fn a_block_with_a_command_of_one_byte_too_many_is_refused() {
    let club = club();
    let fault = CodecFault::TooLarge {
        bytes: 4 * 1024 + 1,
        limit: 4 * 1024,
    };
    let long = command_of(&club, COMMAND_BYTES_MAX + 1, 0);
    assert_eq!(Command::from_bytes(&long.to_bytes()), Err(fault));
    // Behind one that is short enough: each is looked at.
    let long = command_of(&club, COMMAND_BYTES_MAX + 1, 1);
    let short = command_of(&club, COMMAND_BYTES_MAX, 0);
    let block = block_of(&club, vec![short.clone(), long]);
    assert_refused(&club, &block, fault);
    assert_taken(&club, &block_of(&club, vec![short]));
}

#[test]
fn a_block_of_one_byte_too_many_is_refused() {
    let club = club();
    // As many that its count takes two bytes, and one that fills it to the last.
    let filled = |bytes: usize| {
        let mut all: Vec<_> = (0..200)
            .map(|waiting| command_of(&club, 310, waiting))
            .collect();
        let left = bytes - block_of(&club, all.clone()).to_bytes().len();
        all.push(command_of(&club, left, 200));
        let block = block_of(&club, all);
        assert_eq!(block.to_bytes().len(), bytes);
        block
    };
    let fault = CodecFault::TooLarge {
        bytes: 64 * 1024 + 1,
        limit: 64 * 1024,
    };
    assert_refused(&club, &filled(BLOCK_BYTES_MAX + 1), fault);
    assert_taken(&club, &filled(BLOCK_BYTES_MAX));
}

/// What the blocks above are made by makes the same ones as any proposer, as long as they fit.
#[test]
fn blocks_without_limits_are_those_of_a_proposer_while_they_fit() {
    let club = club();
    let all: Vec<_> = (0..3)
        .map(|waiting| command_of(&club, 300, waiting))
        .collect();
    let time = TimeMs(club.state.time().0 + 1);
    let built = build(&club.state, time, KeeperNo(0), all.clone());
    assert_eq!(built.block, block_of(&club, all));
}
