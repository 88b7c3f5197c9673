//! Blocks that are larger than they may be get no vote, and their proposals are no messages.

use super::*;
use crate::club::limits::{BLOCK_BYTES_MAX, BLOCK_COMMANDS_MAX, COMMAND_BYTES_MAX};

/// A block of keeper 0 in which nothing but its size is wrong.
fn block_of(world: &World, bodies: Vec<Body>) -> Block {
    let command = |(waiting, body)| world.club.command(5, waiting, body);
    let commands = (0..).zip(bodies).map(command).collect();
    let time = club::TimeMs(START);
    club::build_without_limits(&world.club.state, time, KeeperNo(0), commands)
}

fn admit(name: usize) -> Body {
    Body::Admit {
        key: PublicKey([1; 32]),
        name: "x".repeat(name),
        kind: MemberKind::Bot,
    }
}

/// What a keeper says when its engine asks for a verdict on a block, and to the operator.
fn judged(block: Block) -> (Verdict, Vec<String>) {
    let world = World::judging(block, true);
    let told = world.script.told();
    let Some(Told::Event(OrderEvent::Verdict { verdict, .. })) = told.last() else {
        panic!("{told:?}");
    };
    let why = world.alarms().into_iter().map(|alarm| match alarm {
        Alarm::VotedDown { why, .. } => why.clone(),
        other => panic!("{other:?}"),
    });
    (*verdict, why.collect())
}

#[test]
fn a_block_that_is_too_large_gets_no_vote_and_its_proposal_is_no_message() {
    let world = World::keeper();
    let cases = [
        (
            vec![Body::Nothing; BLOCK_COMMANDS_MAX],
            vec![Body::Nothing; BLOCK_COMMANDS_MAX + 1],
            "257 commands, at most 256 are allowed",
        ),
        (
            vec![admit(COMMAND_BYTES_MAX - 200)],
            vec![admit(COMMAND_BYTES_MAX)],
            "bytes, at most 4096 are allowed",
        ),
        (
            vec![admit(3_000); 20],
            vec![admit(3_000); 22],
            "bytes, at most 65536 are allowed",
        ),
    ];
    for (fitting, too_large, expected) in cases {
        assert_eq!(
            judged(block_of(&world, fitting)),
            (Verdict::Valid, Vec::new()),
            "{expected}"
        );
        let block = block_of(&world, too_large);
        let fault = Block::from_bytes(&block.to_bytes()).unwrap_err();
        let (verdict, why) = judged(block.clone());
        assert_eq!(verdict, Verdict::Invalid, "{expected}");
        assert_eq!(why.len(), 1);
        assert!(why[0].contains(expected), "{why:?}");
        assert!(fault.to_string().contains(expected), "{fault}");
        // With a true certificate either: nobody stores it.
        let certificate = certify(&block, &[0, 1, 2]);
        let bytes = Message::Block { block, certificate }.to_bytes();
        assert!(Message::from_bytes(&bytes).is_err(), "{expected}");
    }
    assert_eq!(BLOCK_BYTES_MAX, 65_536);
}
