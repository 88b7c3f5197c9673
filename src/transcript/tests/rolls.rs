//! The second look at rolls: its own books against what a club could claim.

use super::super::audit::Audit;
use super::super::fault::Wrong;
use super::{Rule, game};
use crate::club::{self, Applied, Block, Body, ClubEvent, RollRecord};

/// Every block of the game with its effects.
fn applied() -> Vec<(Block, Applied)> {
    let club = game();
    let mut state = club.genesis.clone();
    let mut all = Vec::new();
    for block in club.blocks {
        let applied = club::apply(&state, &block).unwrap();
        state = applied.state.clone();
        all.push((block, applied));
    }
    all
}

fn run(blocks: &[(Block, Applied)]) -> Result<(), Wrong> {
    let mut audit = Audit::default();
    blocks
        .iter()
        .try_for_each(|(block, applied)| audit.block(block, applied))
}

fn record(applied: &mut Applied) -> Option<&mut RollRecord> {
    applied.events.iter_mut().find_map(|event| {
        if let ClubEvent::Rolled(record) = event {
            Some(&mut **record)
        } else {
            None
        }
    })
}

/// What is changed in a record.
type Change = fn(&mut RollRecord);

#[test]
fn a_roll_that_claims_anything_else_than_was_signed_is_named_by_its_rule() {
    let cases: [(Rule, Change); 10] = [
        (Rule::Lock, |record| record.roll += 1),
        (Rule::Club, |record| record.proof.club.0[0] ^= 1),
        (Rule::Lock, |record| record.proof.lock_hash[0] ^= 1),
        (Rule::Lock, |record| record.proof.parent[0] ^= 1),
        (Rule::Roster, |record| record.proof.epoch += 1),
        (Rule::Link, |record| record.proof.link_before[0] ^= 1),
        (Rule::Seal, |record| record.proof.openings[0].seal[0] ^= 1),
        // A contributor that opened is said to have withheld.
        (Rule::Counted, |record| {
            record.proof.openings[1].opened = None;
        }),
        (Rule::Close, |record| record.proof.close_hash[0] ^= 1),
        (Rule::Seed, |record| record.proof.seed[0] ^= 1),
    ];
    let good = applied();
    run(&good).unwrap();
    for (number, (rule, change)) in cases.into_iter().enumerate() {
        let mut forged = good.clone();
        let (_, last) = forged.last_mut().unwrap();
        change(record(last).unwrap());
        assert_eq!(run(&forged).unwrap_err().rule, rule, "case {number}");
    }
}

#[test]
fn a_seal_that_nobody_signed_before_the_lock_is_missed() {
    let mut blocks = applied();
    let seals = |body: &Body| matches!(body, Body::Seal { .. });
    for (block, _) in &mut blocks {
        for command in &mut block.commands {
            if seals(&command.body) {
                command.body = Body::Nothing;
            }
        }
    }
    let wrong = run(&blocks).unwrap_err();
    assert_eq!((wrong.rule, wrong.found.as_str()), (Rule::Seal, "none"));
}

#[test]
fn an_opening_needs_a_lock_of_an_earlier_block() {
    let mut blocks = applied();
    let is_lock = |(_, applied): &(Block, Applied)| {
        let mut events = applied.events.iter();
        events.any(|event| matches!(event, ClubEvent::Locked { .. }))
    };
    let lock = blocks.iter().rposition(is_lock).unwrap();
    blocks.remove(lock);
    let wrong = run(&blocks).unwrap_err();
    assert_eq!(wrong.rule, Rule::Opening);
    assert_eq!(wrong.found, "no such lock in an earlier block");
}

#[test]
fn an_opening_that_no_keeper_saw_does_not_count() {
    let mut blocks = applied();
    let (block, _) = blocks.last_mut().unwrap();
    for command in &mut block.commands {
        if let Body::Open { seen, .. } = &mut command.body {
            *seen = 0;
        }
    }
    let wrong = run(&blocks).unwrap_err();
    assert_eq!(wrong.rule, Rule::Counted);
    assert_eq!(
        (wrong.expected.as_str(), wrong.found.as_str()),
        ("slots 0", "slots 0, 1")
    );
}
