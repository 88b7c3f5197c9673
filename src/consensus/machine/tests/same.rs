//! Equal inputs give equal outputs.

use proptest::prelude::*;

use super::*;

/// One input, by numbers; two blocks and a fork of the first are at hand.
fn input(world: &World, blocks: &[Message], kind: u8, member: u32) -> Input {
    let from = MemberNo(member);
    let message = |message: &Message| Input::Message {
        from,
        bytes: message.to_bytes(),
    };
    match kind {
        0 => Input::Linked { member: from },
        1 => Input::Unlinked { member: from },
        2 => Input::Propose(vec![world.command(member, Body::Nothing)]),
        3 => message(&Message::Command(world.command(member, Body::Nothing))),
        4 => message(&world.engine(1, false)),
        5 => message(&world.engine(1, true)),
        6 => message(&world.engine(3, true)),
        7 => message(&blocks[0]),
        8 => message(&blocks[1]),
        9 => message(&blocks[2]),
        10 => message(&Message::Want { from: Height(1) }),
        11 => Input::Timer(Timer::Want),
        12 => Input::Timer(Timer::Resend),
        13 => Input::Message {
            from,
            bytes: vec![kind],
        },
        _ => Input::Written(Ok(())),
    }
}

fn play(steps: &[(u8, u32)], keeps: bool) -> (Vec<String>, Option<Height>) {
    let mut world = if keeps {
        World::keeper()
    } else {
        World::guest(4)
    };
    let fork = world.club.clone();
    let (one, two) = (world.next_block(), world.next_block());
    world.club = fork.clone();
    let other = world.block_by(3, START + 7, vec![(4, Body::Nothing)]);
    world.club = fork;
    let blocks = [one, two, other].map(|block| message_of(&block, &[0, 2, 3]));
    let mut all = Vec::new();
    let mut writing = false;
    let mut height = None;
    for (kind, member) in steps {
        let input = input(&world, &blocks, *kind, *member);
        if matches!(input, Input::Written(_)) && !writing {
            continue;
        }
        writing &= !matches!(input, Input::Written(_));
        world.step(input);
        writing |= world.writes();
        height = height.max(Some(world.machine.view().height));
        world.pass(Duration::from_millis(40));
        all.push(format!("{:?} {:?}", world.outputs, world.script.told()));
    }
    (all, height)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_inputs_have_the_same_outputs(
        steps in prop::collection::vec((0..18_u8, 0..7_u32), 1..60),
        keeps in any::<bool>(),
    ) {
        let (one, height) = play(&steps, keeps);
        let (other, _) = play(&steps, keeps);
        prop_assert_eq!(one, other);
        prop_assert!(height <= Some(Height(8)));
    }
}
