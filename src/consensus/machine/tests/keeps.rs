//! A keeper among others.

use super::*;
use crate::club::limits::{ACTIONS_MAX, BLOCK_BYTES_MAX, BLOCK_BYTES_RADIO};
use crate::club::{Height, NewSeal, TableNo, TimeMs};
use crate::consensus::limits::{RESEND_AFTER, SEALS_GATHER, WAKES_MAX, WAKES_WITHIN};
use crate::consensus::orderer::StopReason;
use crate::consensus::{Decision, Voting};
use crate::craps::{Action, BetId, BetKey};
use crate::dice::Slot;
use crate::ledger::Chips;
use crate::storage::StoreError;

fn send(again: bool) -> Act {
    Act::Send {
        to: None,
        height: Height(7),
        again,
        bytes: vec![5],
    }
}

fn record(byte: u8) -> LogRecord {
    LogRecord(vec![byte])
}

/// What an answer does with log, store and links, in order.
fn kinds(outputs: &[Output]) -> Vec<&'static str> {
    let kinds = outputs.iter().filter_map(|output| match output {
        Output::Log(_) => Some("log"),
        Output::ResetLog(_) => Some("reset"),
        Output::Write(_) => Some("write"),
        Output::Send { .. } => Some("send"),
        Output::Decided(_) => Some("decided"),
        Output::Settle { .. } => Some("settle"),
        _ => None,
    });
    kinds.collect()
}

#[test]
fn what_is_signed_is_logged_before_it_is_sent_and_the_rest_with_it() {
    let mut world = World::keeper();
    world.link(&[0, 2, 3, 4]);
    world.script.will(vec![send(false), Act::Log(record(1))]);
    let command = world.command(1, Body::Nothing);
    world.step(Input::Propose(vec![command]));
    // The command goes to the keepers, the vote behind its record.
    assert_eq!(kinds(&world.outputs), ["reset", "log", "send", "send"]);
    let (to, message) = world.sent().pop().unwrap();
    assert_eq!(to, [0, 2, 3]);
    assert!(matches!(message, Message::Engine { again: false, .. }));

    // Nothing goes out, so nothing need be durable; then all of it at once.
    world.script.will(vec![Act::Log(record(2))]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert_eq!(kinds(&world.outputs), [""; 0]);
    world.script.will(vec![Act::Log(record(3)), send(true)]);
    world.hear(2, &message);
    let Some(Output::Log(records)) = world.outputs.first() else {
        panic!("{:?}", world.outputs);
    };
    assert_eq!(*records, [record(2), record(3)]);

    // A log that fails: never a vote again, but the node follows on.
    world.step(Input::LogFailed("full".to_owned()));
    assert!(matches!(world.alarms()[..], [Alarm::Unlogged(_)]));
    world.script.told();
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0, 2, 3]));
    assert!(world.writes());
    assert_eq!(world.script.told(), []);
}

#[test]
fn a_decided_block_is_written_before_anybody_hears_of_it() {
    let mut world = World::keeper();
    world.link(&[0, 4]);
    let command = world.command(1, Body::Nothing);
    let id = command.id(world.machine.club());
    let (height, round) = (Height(7), 0);
    let need = |within| Act::NeedBlock {
        height,
        round,
        within,
    };
    world.script.will(vec![need(Duration::ZERO)]);
    let token = TimerToken(1);
    let after = Duration::from_secs(1);
    world.script.will(vec![Act::Arm { token, after }]);
    world.step(Input::Propose(vec![command]));
    let told = world.script.told();
    let [
        Told::Begin(Height(7), 4, _),
        Told::Event(OrderEvent::Block { block, .. }),
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    let certificate = certify(block, &[1, 2, 3]);
    let decided = Act::Decided {
        block: block.clone(),
        certificate,
    };
    world
        .script
        .will(vec![Act::Log(record(1)), send(false), decided]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert_eq!(kinds(&world.outputs), ["reset", "log", "send", "write"]);
    let disarm = |output: &Output| matches!(output, Output::Disarm(Timer::Engine(_)));
    assert!(world.outputs.iter().any(disarm));
    assert_eq!(world.machine.view().height, Height(6));

    // A failing disk shows nothing either.
    let path = "store".into();
    world.step(Input::Written(Err(StoreError::Full { path })));
    assert_eq!(kinds(&world.outputs), [""; 0]);
    let after = world.armed(Timer::Retry).unwrap();
    world.pass(after);
    world.step(Input::Timer(Timer::Retry));
    assert_eq!(kinds(&world.outputs), ["write"]);
    world.step(Input::Written(Ok(())));
    assert_eq!(
        kinds(&world.outputs),
        ["reset", "decided", "settle", "send"]
    );
    assert_eq!(world.machine.fate(&id), Some(Decision::Decided(Height(7))));
    // The proposer sends the block to those who don't vote.
    let [(to, Message::Block { .. })] = &world.sent()[..] else {
        panic!("{:?}", world.sent());
    };
    assert_eq!(*to, [4]);
    // With nothing left to do, nothing begins.
    assert_eq!(world.script.told().len(), 1);
}

/// Lets the engine decide a block of one command of `member`.
fn decide(world: &mut World, member: u32, keepers: &[u16]) {
    let command = world.command(member, Body::Nothing);
    let need = Act::NeedBlock {
        height: Height(7),
        round: 0,
        within: Duration::ZERO,
    };
    world.script.will(vec![Act::Log(record(1)), need]);
    world.step(Input::Propose(vec![command]));
    let Some(Told::Event(OrderEvent::Block { block, .. })) = world.script.told().pop() else {
        panic!("no block was handed in");
    };
    let certificate = certify(&block, keepers);
    let decided = Act::Decided { block, certificate };
    world.script.will(vec![send(false), decided]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert!(world.writes(), "{:?}", world.outputs);
}

#[test]
fn the_log_turns_to_a_height_before_its_first_record() {
    let mut world = World::keeper();
    world.link(&[0, 2, 3]);
    decide(&mut world, 1, &[1, 2, 3]);
    // Another command waits for the next height.
    let command = world.club.command(1, 1, Body::Nothing);
    world.step(Input::Propose(vec![command]));
    world.script.will(vec![Act::Log(record(2)), send(false)]);
    world.step(Input::Written(Ok(())));
    let order = kinds(&world.outputs);
    assert_eq!(order, ["reset", "log", "decided", "settle", "send"]);
}

#[test]
fn a_follower_is_reminded_of_the_newest_block_until_it_has_it() {
    let mut world = World::keeper();
    world.link(&[0, 4, 5]);
    decide(&mut world, 1, &[1, 2, 3]);
    world.step(Input::Written(Ok(())));
    let first = world.armed(Timer::Remind).unwrap();
    let block = world.machine.view().tip;
    let height = Height(7);
    let tip = Message::Tip { height, block };
    world.hear(4, &tip);
    world.pass(first);
    world.step(Input::Timer(Timer::Remind));
    assert_eq!(world.sent(), [(vec![5], tip.clone())]);
    assert_eq!(world.armed(Timer::Remind), Some(2 * first));
    world.hear(5, &tip);
    let disarm = |output: &Output| matches!(output, Output::Disarm(Timer::Remind));
    assert!(world.outputs.iter().any(disarm));
}

#[test]
fn blocks_that_break_a_rule_are_invalid_and_bad_clocks_only_delay() {
    let verdict = |block: Block, ahead: i64, round, fresh| {
        let mut world = World::keeper();
        world.now.unix.0 = START.checked_add_signed(-ahead).unwrap();
        world.link(&[0]);
        let message = world.engine(1, false);
        world.script.will(Vec::new());
        world.hear(0, &message);
        world.script.will(vec![Act::Judge {
            block,
            round,
            fresh,
        }]);
        world.hear(0, &message);
        let told = world.script.told();
        let Some(Told::Event(OrderEvent::Verdict { verdict, .. })) = told.last() else {
            panic!("{told:?}");
        };
        *verdict
    };
    let block = World::keeper().block_by(0, START, vec![(5, Body::Nothing)]);
    // Milliseconds ahead of the voter's clock, attempt, and whether it is taken then.
    let cases = [
        (0, 0, true),
        (10_000, 0, true),
        (10_001, 0, false),
        (10_001, 1, true),
        (20_001, 1, false),
        (300_000, 5, true),
        (-30_000, 0, true),
        (-30_001, 0, false),
        (-30_001, 1, true),
        (-300_000, 4, true),
    ];
    for (offset, round, taken) in cases {
        let expected = if taken {
            Verdict::Valid
        } else {
            Verdict::Invalid
        };
        assert_eq!(
            verdict(block.clone(), offset, round, true),
            expected,
            "{offset}, {round}"
        );
        // A quorum took it before: its time is judged no more.
        assert_eq!(verdict(block.clone(), offset, round, false), Verdict::Valid);
    }
    let changes: [fn(&mut Block); 7] = [
        |block| block.header.state_root.0[0] ^= 1,
        |block| block.header.next_keepers_hash[0] ^= 1,
        |block| block.header.parent.0[0] ^= 1,
        |block| block.header.height = Height(8),
        |block| block.header.proposer = KeeperNo(9),
        |block| block.commands.clear(),
        |block| {
            block.commands[0].sequence += 1;
            block.header.commands_root = club::commands_root(&block.commands);
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut block = block.clone();
        change(&mut block);
        assert_eq!(
            verdict(block, 0, 0, false),
            Verdict::Invalid,
            "change {number}"
        );
    }
}

#[test]
fn a_block_that_breaks_the_rules_is_voted_down_with_the_reason() {
    let mut block = World::keeper().block_by(0, START, vec![(5, Body::Nothing)]);
    block.header.state_root.0[0] ^= 1;
    let (height, proposer) = (block.header.height, block.header.proposer);
    let world = World::judging(block, false);
    let told = world.outputs.iter().find_map(|output| match output {
        Output::Alarm(Alarm::VotedDown {
            height,
            proposer,
            why,
        }) => Some((*height, *proposer, why.clone())),
        _ => None,
    });
    let (at, by, why) = told.expect("the operator is told");
    assert_eq!((at, by), (height, proposer));
    assert!(!why.is_empty());
}

#[test]
fn others_wake_a_keeper_but_not_for_nothing_all_the_time() {
    let mut world = World::keeper();
    world.link(&[0, 2, 4]);
    assert_eq!(world.script.told(), [], "it sleeps");
    let guest = world.engine(1, false);
    world.hear(4, &guest);
    assert_eq!(world.script.told(), [], "a guest is no keeper");

    // What no engine reads, or what it says of another height, wakes nobody either.
    for bytes in [vec![], vec![1, 9]] {
        let (height, again) = (Height(7), false);
        world.hear(
            0,
            &Message::Engine {
                height,
                again,
                bytes,
            },
        );
        assert_eq!(world.script.told(), []);
        let distrusts = |output: &Output| matches!(output, Output::Distrust { .. });
        assert!(world.outputs.iter().any(distrusts));
    }

    let mut begun = 0;
    for _ in 0..WAKES_MAX + 2 {
        let told = hears_and_decides(&mut world, 0);
        // The engine gets the message in any case, and before it begins.
        assert!(matches!(told[0], Told::Event(OrderEvent::Message { .. })));
        begun += told.len() - 1;
    }
    assert_eq!(begun, WAKES_MAX);
    assert_eq!(hears_and_decides(&mut world, 2).len(), 2, "who else wakes");
    world.pass(WAKES_WITHIN);
    assert_eq!(hears_and_decides(&mut world, 0).len(), 2, "it is forgotten");
}

/// Lets a keeper speak of the next height; an empty block is decided if that height is begun.
fn hears_and_decides(world: &mut World, from: u32) -> Vec<Told> {
    let message = world.engine(1, false);
    world.hear(from, &message);
    let told = world.script.told();
    if told.len() > 1 {
        let block = world.block_by(0, world.now.unix.0, Vec::new());
        let certificate = certify(&block, &[0, 2, 3]);
        world.script.will(vec![Act::Decided { block, certificate }]);
        world.hear(from, &message);
        world.step(Input::Written(Ok(())));
        world.script.told();
        world.pass(Duration::from_millis(5));
    }
    told
}

fn seal() -> Body {
    Body::Seal {
        table: TableNo(0),
        epoch: 0,
        roll: 1,
        slot: Slot(0),
        seal: NewSeal {
            seal: [1; 32],
            stir: 0,
        },
    }
}

#[test]
fn seals_gather_while_others_are_linked() {
    let mut world = World::keeper();
    let command = world.command(1, seal());
    world.step(Input::Propose(vec![command]));
    assert_eq!(world.script.told().len(), 1, "nobody else can add one");

    let mut world = World::keeper();
    world.link(&[0]);
    let command = world.command(1, seal());
    world.step(Input::Propose(vec![command]));
    assert_eq!(world.script.told(), []);
    assert_eq!(world.armed(Timer::Gather), Some(SEALS_GATHER));
    world.step(Input::Timer(Timer::Gather));
    assert_eq!(world.script.told().len(), 1);

    let mut world = World::keeper();
    world.link(&[0]);
    let commands = vec![world.command(1, seal()), world.command(2, Body::Nothing)];
    world.step(Input::Propose(commands));
    assert_eq!(world.script.told().len(), 1, "anything else wakes at once");
}

#[test]
fn a_command_goes_to_each_keeper_once_and_again_while_it_waits() {
    let mut world = World::keeper();
    world.link(&[0, 2, 4, 5]);
    let command = world.command(4, Body::Nothing);
    world.hear(4, &Message::Command(command.clone()));
    assert_eq!(
        world.sent(),
        [(vec![0, 2], Message::Command(command.clone()))]
    );
    for from in [4, 0, 5] {
        world.hear(from, &Message::Command(command.clone()));
        assert_eq!(world.sent(), [], "it is known");
    }
    let from_keeper = world.command(5, Body::Nothing);
    world.hear(0, &Message::Command(from_keeper));
    assert_eq!(world.sent(), [], "keepers tell each other themselves");

    let own = world.command(1, Body::Nothing);
    world.step(Input::Propose(vec![own.clone()]));
    assert_eq!(world.sent(), [(vec![0, 2], Message::Command(own.clone()))]);
    assert_eq!(world.armed(Timer::Resend), Some(RESEND_AFTER));
    world.step(Input::Timer(Timer::Resend));
    assert_eq!(world.sent(), [(vec![0, 2], Message::Command(own.clone()))]);
    world.link(&[3]);
    assert!(world.sent().contains(&(vec![3], Message::Command(own))));
}

#[test]
fn again_is_answered_with_what_is_held_or_stored_and_seldom() {
    let mut world = World::keeper();
    world.link(&[0, 2]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    world.script.0.lock().unwrap().held = vec![vec![10], vec![11], vec![12]];
    let held = |bytes: u8| Message::Engine {
        height: Height(7),
        again: false,
        bytes: vec![bytes],
    };
    // The message speaks of attempt 1.
    let again = world.engine(1, true);
    world.hear(0, &again);
    assert_eq!(world.sent(), [(vec![0], held(11)), (vec![0], held(12))]);
    world.hear(0, &again);
    assert_eq!(world.sent(), []);
    world.hear(2, &again);
    assert_eq!(world.sent().len(), 2);
    world.pass(Duration::from_millis(100));

    let answers = |world: &World| {
        let answers = world.outputs.iter().filter_map(|output| match output {
            Output::SendBlocks { to, from } => Some((to.0, from.0)),
            _ => None,
        });
        answers.collect::<Vec<_>>()
    };
    let old = |again| Message::Engine {
        height: Height(5),
        again,
        bytes: vec![1],
    };
    world.hear(0, &old(false));
    assert_eq!(answers(&world), [], "a late vote is no question");
    for expected in [&[(0, 5)][..], &[]] {
        world.hear(0, &old(true));
        assert_eq!(answers(&world), expected);
    }
    world.hear(2, &Message::Want { from: Height(3) });
    assert_eq!(answers(&world), [(2, 3)]);
    world.pass(Duration::from_millis(100));
    world.hear(2, &Message::Want { from: Height(7) });
    assert_eq!(answers(&world), [], "it is not there");
    // A new link hears of the attempt that is under way.
    world.link(&[3]);
    let sent: Vec<_> = world
        .sent()
        .into_iter()
        .map(|(_, message)| message)
        .collect();
    assert!(matches!(sent[0], Message::Tip { .. }));
    // What it said itself comes first: it may have started with an old log.
    let own = Message::Engine {
        height: Height(7),
        again: false,
        bytes: vec![20, 3],
    };
    assert_eq!(sent[1..], [own, held(10), held(11), held(12)]);
}

#[test]
fn what_the_log_holds_decides_whether_the_key_may_sign() {
    let kept = |height, records: &[u8]| KeptLog::Kept {
        height: Height(height),
        records: records.iter().map(|byte| record(*byte)).collect(),
    };
    // The height of the log, its records; which records the engine replays at the start.
    let cases = [
        (kept(7, &[1, 2]), Some(vec![record(1), record(2)])),
        (kept(7, &[]), None),
        (kept(6, &[1, 2]), None),
        (kept(9, &[1]), None),
        (kept(9, &[]), None),
    ];
    for (log, replayed) in cases {
        let ahead = matches!(&log, KeptLog::Kept { height, .. } if height.0 > 7);
        let mut world = World::start(4, Some(1), log);
        world.link(&[0]);
        let begun = replayed.map(|log| Told::Begin(Height(7), 4, log));
        let begins = begun.is_some();
        assert_eq!(world.script.told(), Vec::from_iter(begun));
        let message = world.engine(1, false);
        world.hear(0, &message);
        let told = world.script.told().len();
        assert_eq!(
            told,
            if ahead {
                0
            } else if begins {
                1
            } else {
                2
            }
        );
        if ahead {
            // The store was put back: it follows up to the log's height before it votes.
            for height in 7..9 {
                let block = world.next_block();
                assert_eq!(block.header.height, Height(height));
                world.hear(0, &message_of(&block, &[0, 2, 3]));
                assert!(world.writes());
                world.step(Input::Written(Ok(())));
            }
            let message = world.engine(1, false);
            world.hear(0, &message);
            assert!(!world.script.told().is_empty());
        }
    }
    let mut world = World::start(4, Some(1), KeptLog::Lost("gone".to_owned()));
    assert!(matches!(world.alarms()[..], [Alarm::Retired(_)]));
    assert_eq!(
        world.machine.view().voting,
        Voting::Retired("gone".to_owned())
    );
    world.link(&[0]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert_eq!(world.script.told(), []);
}

/// Whether the newest answer retires the key.
fn retires(world: &World) -> bool {
    matches!(world.alarms()[..], [Alarm::Retired(_)])
}

#[test]
fn a_certificate_with_a_signature_that_the_log_lacks_retires_the_key() {
    // Its log has no word of this height, but the keepers have its signature under the block.
    let mut world = World::keeper();
    world.link(&[0]);
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0, 1, 2]));
    assert!(retires(&world) && world.writes(), "it follows all the same");
    world.step(Input::Written(Ok(())));
    assert!(matches!(world.machine.view().voting, Voting::Retired(_)));
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert_eq!(world.script.told(), []);

    // It did vote at this height, and the engine, which knows what it signed, has nothing to say.
    let mut world = World::keeper();
    world.link(&[0]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0, 1, 2]));
    assert!(!retires(&world) && world.writes());
    // The same after its engine stopped at that height.
    let mut world = World::keeper();
    world.link(&[0]);
    let height = Height(7);
    world.script.will(Vec::new());
    let stopped = vec![Act::Stop(StopReason::Diverged { height })];
    world.script.will(stopped);
    let message = world.engine(1, false);
    world.hear(0, &message);
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0, 1, 2]));
    assert!(!retires(&world) && world.writes());
    // Below the height of its log the records are gone, as they should be.
    let log = KeptLog::Kept {
        height: Height(8),
        records: vec![record(1)],
    };
    let mut world = World::start(4, Some(1), log);
    world.link(&[0]);
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0, 1, 2]));
    assert!(!retires(&world) && world.writes());
    world.step(Input::Written(Ok(())));
    // At that height they are there, and are replayed.
    assert!(matches!(
        world.script.told()[..],
        [Told::Begin(Height(8), 4, _)]
    ));
}

#[test]
fn a_keeper_with_a_bluetooth_link_proposes_small_blocks() {
    for (pace, bytes_max) in [
        (PaceTimeouts::Local, BLOCK_BYTES_MAX),
        (PaceTimeouts::Internet, BLOCK_BYTES_MAX),
        (PaceTimeouts::Radio, BLOCK_BYTES_RADIO),
    ] {
        let mut world = World::start_paced(1, Some(0), KeptLog::empty(Height(7)), pace);
        let (height, round, within) = (Height(7), 0, Duration::ZERO);
        world.script.will(vec![Act::NeedBlock {
            height,
            round,
            within,
        }]);
        let (bet, amount) = (
            BetKey::new(BetId::find("pass").unwrap(), None),
            Chips::new(1),
        );
        let place = Action::Place {
            bet: bet.unwrap(),
            amount,
        };
        let slip = Body::Bets {
            table: TableNo(0),
            roll: 1,
            actions: vec![place; ACTIONS_MAX],
        };
        let slips = (0..20).map(|ahead| world.club.command(1, ahead, slip.clone()));
        let slips: Vec<_> = slips.collect();
        world.step(Input::Propose(slips.clone()));
        let told = world.script.told();
        let Some(Told::Event(OrderEvent::Block { block, .. })) = told.last() else {
            panic!("{told:?}");
        };
        let (found, one) = (block.to_bytes().len(), slips[0].to_bytes().len());
        assert!(found <= bytes_max, "{pace:?}: {found}");
        let is_full = found + one > bytes_max || block.commands.len() == slips.len();
        assert!(is_full, "{pace:?}: {found}");
        assert_eq!(
            block.commands.len() < slips.len(),
            pace == PaceTimeouts::Radio
        );
    }
}

#[test]
fn a_height_without_records_leaves_the_log_alone() {
    let mut world = World::start(1, Some(0), KeptLog::empty(Height(7)));
    let block = world.next_block();
    let certificate = certify(&block, &[0]);
    world.script.will(vec![Act::Decided { block, certificate }]);
    let command = world.club.command(3, 0, Body::Nothing);
    world.step(Input::Propose(vec![command]));
    assert_eq!(kinds(&world.outputs), ["write"]);
    world.step(Input::Written(Ok(())));
    assert!(!kinds(&world.outputs).contains(&"reset"));
}

#[test]
fn an_engine_that_stops_leaves_the_height_to_the_others() {
    let reason = |height| StopReason::Diverged { height };
    let mut world = World::keeper();
    world.link(&[0]);
    world.script.will(Vec::new());
    world.script.will(vec![Act::Stop(reason(Height(7)))]);
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert!(matches!(world.alarms()[..], [Alarm::EngineStopped { .. }]));
    world.script.told();
    world.hear(0, &message);
    assert_eq!(world.script.told(), [], "nothing more at this height");
    let block = world.next_block();
    world.hear(0, &message_of(&block, &[0, 2, 3]));
    world.step(Input::Written(Ok(())));
    let message = world.engine(1, false);
    world.hear(0, &message);
    assert_eq!(world.script.told().len(), 2, "it votes on the next one");
    assert_eq!(world.machine.view().time, TimeMs(START));
}
