//! A node that follows what others decide.

use super::*;
use crate::club::Height;
use crate::consensus::limits::{AHEAD_MAX, WANT_PAUSE, WANT_TIMEOUT};
use crate::consensus::{Decision, Rejection};

const QUORUM: [u16; 3] = [0, 2, 3];

fn tip(height: u64) -> Message {
    Message::Tip {
        height: Height(height),
        block: BlockId([9; 32]),
    }
}

fn wanted(world: &World) -> Vec<(u32, u64)> {
    let sent = world.sent().into_iter();
    let wanted = sent.filter_map(|(to, message)| match message {
        Message::Want { from } => Some((to[0], from.0)),
        _ => None,
    });
    wanted.collect()
}

#[test]
fn a_node_that_lacks_blocks_asks_in_turn_and_follows_to_the_tip() {
    let mut world = World::guest(4);
    world.link(&[0, 2, 3]);
    let blocks: Vec<Block> = (0..3).map(|_| world.next_block()).collect();
    world.hear(2, &tip(9));
    assert_eq!(wanted(&world), [(2, 7)]);
    assert_eq!(world.machine.view().behind, 3);
    world.hear(0, &tip(9));
    assert_eq!(wanted(&world), [], "one question at a time");
    // It does not answer: the next one is asked.
    let after = world.armed(Timer::Want);
    assert_eq!(after, None);
    world.pass(WANT_TIMEOUT);
    world.step(Input::Timer(Timer::Want));
    assert_eq!(wanted(&world), [(0, 7)]);

    // In any order, but only from whom it asked.
    world.hear(0, &message_of(&blocks[2], &QUORUM));
    world.hear(3, &message_of(&blocks[1], &QUORUM));
    assert!(!world.writes());
    world.hear(0, &message_of(&blocks[0], &QUORUM));
    assert!(world.writes());
    world.step(Input::Written(Ok(())));
    assert_eq!(world.machine.view().height, Height(7));
    assert!(!world.writes());
    world.hear(3, &message_of(&blocks[1], &QUORUM));
    assert!(world.writes());
    world.step(Input::Written(Ok(())));
    assert!(world.writes(), "the third one waited for it");
    assert_eq!(world.sent(), [], "only the last one is acknowledged");
    world.step(Input::Written(Ok(())));
    let (height, block) = (Height(9), blocks[2].id());
    let here = Message::Tip { height, block };
    assert_eq!(world.sent(), [(vec![0], here)]);
    let view = world.machine.view();
    assert_eq!((view.height, view.behind), (Height(9), 0));
    assert_eq!(view.root, world.club.state.state_root());
    world.pass(WANT_PAUSE);
    world.step(Input::Timer(Timer::Want));
    assert_eq!(wanted(&world), [], "there is nothing more to want");
}

#[test]
fn no_more_blocks_wait_than_one_answer_holds_and_the_rest_are_asked_for_again() {
    let mut world = World::guest(4);
    world.link(&[0, 2]);
    let bound = usize::try_from(AHEAD_MAX).unwrap();
    let blocks: Vec<Block> = (0..bound + 3).map(|_| world.next_block()).collect();
    let last = blocks.last().unwrap().header.height;
    world.hear(0, &tip(last.0));
    assert_eq!(wanted(&world), [(0, 7)]);
    for block in blocks.iter().skip(1) {
        world.hear(0, &message_of(block, &QUORUM));
        assert!(!world.writes());
    }
    // The first one, and what was kept behind it; the two that were too far ahead were not.
    world.hear(0, &message_of(&blocks[0], &QUORUM));
    let mut asked = Vec::new();
    while world.writes() {
        world.step(Input::Written(Ok(())));
        asked.extend(wanted(&world));
    }
    let reached = Height(7 + AHEAD_MAX);
    assert_eq!(world.machine.view().height, reached);
    assert_eq!(world.machine.view().behind, 2);
    for _ in 0..2 {
        world.pass(WANT_TIMEOUT);
        world.step(Input::Timer(Timer::Want));
        asked.extend(wanted(&world));
    }
    assert!(
        asked.iter().any(|(_, from)| *from == reached.next().0),
        "{asked:?}"
    );
    for block in &blocks[bound + 1..] {
        world.hear(0, &message_of(block, &QUORUM));
        world.step(Input::Written(Ok(())));
    }
    assert_eq!(world.machine.view().height, last);
    assert_eq!(world.machine.view().root, world.club.state.state_root());
}

#[test]
fn the_newest_block_alone_is_awaited_before_it_is_asked_for() {
    let mut world = World::guest(4);
    world.link(&[0]);
    world.hear(0, &tip(7));
    assert_eq!(wanted(&world), []);
    assert_eq!(world.armed(Timer::Want), Some(WANT_PAUSE));
    world.step(Input::Timer(Timer::Want));
    assert_eq!(wanted(&world), [(0, 7)]);
}

#[test]
fn a_block_without_its_quorum_is_refused_and_its_sender_distrusted() {
    let mut world = World::guest(4);
    world.link(&[0, 2]);
    let block = world.next_block();
    let mut forged = certify(&block, &QUORUM);
    forged.signatures[1].1 = forged.signatures[0].1;
    let short = certify(&block, &[0, 2]);
    for certificate in [forged, short] {
        let block = block.clone();
        world.hear(0, &Message::Block { block, certificate });
        let distrusts = |output: &Output| matches!(output, Output::Distrust { .. });
        assert!(world.outputs.iter().any(distrusts));
        assert!(!world.writes());
    }
    world.hear(2, &message_of(&block, &QUORUM));
    assert!(world.writes());
}

#[test]
fn a_certified_block_that_breaks_the_rules_halts_with_the_evidence() {
    let mut world = World::guest(4);
    world.link(&[0]);
    let mut block = world.next_block();
    block.header.state_root.0[0] ^= 1;
    world.hear(0, &message_of(&block, &QUORUM));
    assert!(world.is_halted() && !world.writes());
    let [Alarm::WrongBlock { block: kept, .. }] = world.alarms()[..] else {
        panic!("{:?}", world.alarms());
    };
    assert_eq!(**kept, block);
    assert!(matches!(
        world.machine.view().condition,
        ChainCondition::Halted(_)
    ));
}

#[test]
fn two_blocks_for_one_height_stop_a_node_and_are_passed_on() {
    let start = || {
        let mut world = World::guest(1);
        world.link(&[0, 4]);
        let fork = world.club.clone();
        let one = world.next_block();
        world.hear(0, &message_of(&one, &[0]));
        (world, fork, one)
    };
    for durable in [true, false] {
        let (mut world, fork, one) = start();
        if durable {
            world.step(Input::Written(Ok(())));
        }
        world.club = fork;
        let other = world.block_by(0, START + 1, vec![(4, Body::Nothing)]);
        let other_branch = world.next_block();

        // The same block again proves nothing, and neither does one that nobody certified.
        world.hear(4, &message_of(&one, &[0]));
        world.hear(4, &message_of(&other, &[1]));
        assert!(!world.is_halted());
        if durable {
            // A block on the other branch: what lies below it is asked for.
            world.hear(4, &message_of(&other_branch, &[0]));
            assert_eq!(wanted(&world), [(4, 7)]);
        }
        world.hear(4, &message_of(&other, &[0]));
        assert!(world.is_halted());
        let sent = world.sent();
        let [(to, Message::Fork(proof))] = &sent[..] else {
            panic!("{sent:?}");
        };
        assert_eq!(*to, [0, 4]);
        assert!(matches!(world.alarms()[..], [Alarm::Fork(_)]));
        // Whoever is linked later hears of it too.
        world.link(&[5]);
        assert_eq!(world.sent()[0], (vec![5], Message::Fork(proof.clone())));

        // Another guest, who saw one of them, or none, believes the proof alone.
        let (mut guest, ..) = start();
        guest.step(Input::Written(Ok(())));
        let mut newcomer = World::guest(1);
        newcomer.link(&[4]);
        for world in [&mut guest, &mut newcomer] {
            world.hear(4, &Message::Fork(proof.clone()));
            assert!(world.is_halted());
        }
    }
}

#[test]
fn a_tip_that_differs_is_looked_into() {
    let mut world = World::guest(1);
    world.link(&[0, 4]);
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0]));
    world.step(Input::Written(Ok(())));
    let block = block.id();
    let height = Height(7);
    world.hear(4, &Message::Tip { height, block });
    assert_eq!(wanted(&world), []);
    world.hear(4, &tip(7));
    assert_eq!(wanted(&world), [(4, 7)]);
}

#[test]
fn a_guest_sends_its_commands_to_the_host_and_hears_their_fate() {
    let mut world = World::guest(1);
    let command = world.command(4, Body::Nothing);
    let id = command.id(world.machine.club());
    let closed = |world: &World| {
        world.outputs.iter().any(|output| {
            let Output::Settle { decision, .. } = output else {
                return false;
            };
            matches!(decision, Decision::Rejected(Rejection::Closed { .. }))
        })
    };
    world.link(&[5]);
    world.step(Input::Propose(vec![command.clone()]));
    assert!(closed(&world), "the host is away");
    world.link(&[0]);
    world.step(Input::Propose(vec![command.clone()]));
    assert_eq!(world.sent(), [(vec![0], Message::Command(command.clone()))]);
    // The link breaks and comes back.
    let member = MemberNo(0);
    world.step(Input::Unlinked { member });
    world.step(Input::Timer(Timer::Resend));
    assert_eq!(world.sent(), []);
    world.step(Input::Linked { member });
    assert!(world.sent().contains(&(vec![0], Message::Command(command))));

    let block = world.block_by(0, START, vec![(4, Body::Nothing)]);
    world.hear(0, &message_of(&block, &[0]));
    world.step(Input::Written(Ok(())));
    assert_eq!(world.decided().map(|decided| decided.id), Some(block.id()));
    assert_eq!(world.machine.fate(&id), Some(Decision::Decided(Height(7))));
    // The host hears that the block is here.
    let (height, block) = (Height(7), block.id());
    let here = Message::Tip { height, block };
    assert_eq!(world.sent(), [(vec![0], here)]);
    // Nothing waits any more.
    world.step(Input::Timer(Timer::Resend));
    assert_eq!(world.sent(), []);
    assert_eq!(world.armed(Timer::Resend), None);
}

#[test]
fn a_keeper_whose_attempt_hangs_takes_the_block_that_a_quorum_certified() {
    let mut world = World::keeper();
    world.link(&[0]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    world.script.told();
    let block = world.next_block();
    // The engine doesn't agree; a quorum does.
    world.script.will(vec![Act::Refused { height: Height(7) }]);
    world.hear(0, &message_of(&block, &QUORUM));
    let told = world.script.told();
    assert!(matches!(
        told[..],
        [Told::Event(OrderEvent::Certified { .. })]
    ));
    assert!(world.writes());
    // It keeps what comes for the next height from now on.
    assert_eq!(world.script.0.lock().unwrap().left, Height(7));
    world.step(Input::Written(Ok(())));
    assert_eq!(world.machine.view().height, Height(7));
    let next = world.next_block();
    world.hear(0, &message_of(&next, &QUORUM));
    assert_eq!(world.script.0.lock().unwrap().left, Height(8));
}
