//! Situations that are made on purpose, in whole clubs.

use std::collections::BTreeMap;

use super::super::founding::TABLE;
use super::super::node::Node;
use super::super::tester::Event;
use super::*;
use crate::club::{KeeperChange, KeeperNo};
use crate::consensus::limits::WAITING_PER_MEMBER_MAX;
use crate::consensus::{KeeperSet, MemoryVoteLog, StoredBlock, Voting};

/// Five minutes, in milliseconds.
const FIVE_MINUTES: i64 = 300_000;

fn club_of(keepers: usize, faults: &str, seed: u64) -> StateChaosTester {
    let mut tester = StateChaosTester::new(config(keepers, faults, 1_000, seed)).unwrap();
    step_until(&mut tester, |tester| tester.facts.rolls() >= 1);
    tester
}

/// Lets blocks be decided, so many at least.
fn go_on(tester: &mut StateChaosTester, blocks: u64) {
    let wanted = Height(tester.facts.height().0 + blocks);
    step_until(tester, |tester| tester.facts.height() >= wanted);
}

#[test]
fn a_shared_club_has_really_grown_from_one_keeper() {
    for keepers in [4, 7] {
        let tester = StateChaosTester::new(config(keepers, "", 1, 1)).unwrap();
        let node = &tester.nodes[0];
        let mut store = node.open_store().unwrap();
        let rows = store.blocks(node.club, Height(1), 10).unwrap();
        let blocks = rows
            .iter()
            .map(|(_, row)| StoredBlock::from_bytes(row).unwrap());
        let votes: Vec<_> = blocks
            .map(|stored| stored.certificate.signatures.len())
            .collect();
        let quorum = KeeperSet::new(tester.facts.chain.keepers())
            .unwrap()
            .quorum();
        // The founder alone decides that it is alone no more.
        assert_eq!(votes, [1, 1, 1, quorum]);
        assert_eq!(tester.facts.chain.keepers().len(), keepers);
    }
}

#[test]
fn a_clock_five_minutes_off_on_one_keeper_stops_nobody_and_its_node_is_told() {
    for off in [FIVE_MINUTES, -FIVE_MINUTES] {
        let mut tester = club_of(4, "", 7);
        tester.nodes[3].clock_ahead = off;
        let rolls = tester.facts.rolls();
        step_until(&mut tester, |tester| tester.facts.rolls() >= rolls + 4);
        let view = &tester.nodes[3].running.as_ref().unwrap().view;
        let told = view.clock_offset.unwrap();
        assert!((told + off).abs() < 10_000, "{off}: {told}");
        assert_eq!(tester.facts.violations, []);
    }
}

#[test]
fn clocks_five_minutes_off_on_two_of_four_keepers_slow_the_club_and_do_not_stop_it() {
    let mut tester = club_of(4, "", 8);
    let before = tester.now;
    go_on(&mut tester, 6);
    let usual = tester.now.saturating_sub(before);
    for node in [2, 3] {
        tester.nodes[node].clock_ahead = FIVE_MINUTES;
    }
    let before = tester.now;
    for _ in 0..6 {
        go_on(&mut tester, 1);
    }
    assert!(tester.now.saturating_sub(before) > usual);
    assert_eq!(tester.facts.violations, []);
}

#[test]
fn a_keeper_that_says_two_things_is_accused_pays_and_is_taken_out() {
    let mut tester = club_of(7, "byzantine=1", 9);
    let liar = tester
        .nodes
        .iter()
        .position(|node| node.lies.is_some())
        .unwrap();
    let number = KeeperNo(u16::try_from(liar).unwrap());
    let put_up = tester.facts.chain.keeper_bond(KeeperNo(0));
    assert!(!put_up.is_zero());
    step_until(&mut tester, |tester| {
        tester.facts.chain.keepers().len() == 6
    });
    let chain = &tester.facts.chain;
    assert!(chain.keeper(number).is_none());
    let member = tester.nodes[liar].member();
    assert!(chain.ledger().account(member).unwrap().bond.is_zero());
    let kept = chain
        .ledger()
        .account(MemberNo(u32::from(number.0 == 1) + 1))
        .unwrap();
    assert!(kept.bond > chain.keeper_bond(number));
    go_on(&mut tester, 4);
    assert_eq!(tester.facts.violations, []);
    assert_eq!(tester.facts.conflicting_votes, 0);
}

#[test]
fn a_keeper_that_withholds_its_openings_pays_and_nobody_else_is_found_missing() {
    let mut tester = club_of(4, "", 22);
    // Its engine is honest, so nothing else costs it anything.
    tester.running(3).unwrap().player.lies = Some(Arc::default());
    let liar = tester.member(3);
    step_until_for(&mut tester, Duration::from_mins(5), |tester| {
        !tester.facts.withheld.is_empty()
    });
    let missing: Vec<_> = tester.facts.withheld.keys().collect();
    assert_eq!(missing, [&liar]);
    assert!(tester.facts.withheld[&liar] > 0, "it pays nothing");
    let rolls = tester.facts.rolls();
    step_until(&mut tester, |tester| tester.facts.rolls() >= rolls + 2);
    assert_eq!(tester.facts.violations, []);
}

#[test]
fn a_partition_that_heals_in_the_middle_of_a_keeper_change_leaves_one_history() {
    let mut tester = club_of(5, "", 10);
    let keeper = KeeperNo(4);
    let change = KeeperChange::Remove { keeper };
    let approve = |tester: &mut StateChaosTester, node| {
        let change = change.clone();
        let running = tester.running(node).unwrap();
        running.player.wish(Body::ChangeKeepers { change });
    };
    approve(&mut tester, 0);
    approve(&mut tester, 1);
    step_until(&mut tester, |tester| {
        let mut open = tester.facts.chain.open_changes().iter();
        open.any(|open| open.approvals.len() == 2)
    });
    // Neither side has a quorum, and each has half of the missing approvals.
    tester.part(vec![3, 4]);
    approve(&mut tester, 2);
    approve(&mut tester, 3);
    let height = tester.facts.height();
    pass(&mut tester, Duration::from_secs(20));
    assert!(tester.facts.height().0 <= height.0 + 1);
    tester.join();
    step_until(&mut tester, |tester| {
        tester.facts.chain.keepers().len() == 4
    });
    go_on(&mut tester, 4);
    assert_eq!(tester.facts.violations, []);
    assert_eq!(tester.facts.forks, 0);
}

#[test]
fn of_a_lost_bet_and_nothing_under_its_number_exactly_one_is_decided() {
    for is_bet_first in [false, true] {
        let mut tester = club_of(1, "", 11);
        let bet = loop {
            let now = tester.now;
            let proposal = tester.nodes[1].look(now).unwrap();
            if let Some(command) = proposal.commands.into_iter().next() {
                break command;
            }
            tester.step();
        };
        let person = &tester.nodes[1].person;
        let (key, club) = (person.identity.signing_key(), tester.nodes[1].club);
        let (member, number) = (person.member, bet.sequence);
        let nothing = Command::sign(key, &club, member, number, bet.not_after, Body::Nothing);
        let both = [&bet, &nothing].map(|command| command.id(&club));
        let (first, second) = if is_bet_first {
            (bet, nothing)
        } else {
            (nothing, bet)
        };
        // One waits at the host before the other comes.
        tester.feed(0, Input::Propose(vec![first]));
        tester.feed(1, Input::Propose(vec![second]));
        step_until(&mut tester, |tester| {
            tester.facts.chain.member(member).unwrap().sequence >= number
        });
        go_on(&mut tester, 4);
        let decided = both.map(|id| tester.facts.commands.contains_key(&id));
        assert_eq!(decided, [is_bet_first, !is_bet_first]);
        assert_eq!(tester.facts.violations, []);
    }
}

#[test]
fn without_a_quorum_nothing_is_decided_and_little_is_said() {
    for (keepers, gone) in [(4, 2), (7, 3)] {
        let mut tester = club_of(keepers, "", 12);
        tester.part((keepers - gone..keepers).collect());
        let (height, sent) = (tester.facts.height(), tester.network.bytes);
        pass(&mut tester, Duration::from_mins(1));
        // One block may have been under way.
        assert!(tester.facts.height().0 <= height.0 + 1);
        let nodes = u64::try_from(tester.nodes.len()).unwrap();
        let each = (tester.network.bytes - sent) / (nodes * (nodes - 1));
        assert!(each < 60_000, "{each} bytes a link in a minute");
        tester.join();
        go_on(&mut tester, 2);
        assert_eq!(tester.facts.violations, []);
    }
}

#[test]
fn two_of_four_keepers_are_down_for_a_minute_and_the_club_resumes_within_a_second() {
    for seed in [15, 16, 17] {
        let mut tester = club_of(4, "", seed);
        // Nothing else waits for an answer.
        tester.stage = Stage::Quiet(tester.now);
        pass(&mut tester, Duration::from_secs(2));
        for node in [2, 3] {
            tester.lose_power(node);
        }
        let (height, before) = (tester.facts.height(), tester.network.bytes);
        let asked = [0, 1, 4].map(|node| {
            let command = lasting(&tester, node);
            let id = command.id(&tester.nodes[node].club);
            tester.feed(node, Input::Propose(vec![command]));
            id
        });
        tester.stage = Stage::Faults;
        pass(&mut tester, Duration::from_mins(1));
        assert_eq!(tester.facts.height(), height);
        let spent = tester.network.bytes - before;
        assert!(spent < 400_000, "{spent} bytes");
        let timers = tester.nodes.iter().filter_map(|node| node.running.as_ref());
        assert!(timers.map(|running| running.timers.len()).max().unwrap() <= 6);

        let back = tester.now;
        for node in [2, 3] {
            tester.start(node);
        }
        step_until(&mut tester, |tester| tester.facts.height() > height);
        let after = tester.now.saturating_sub(back);
        assert!(after < Duration::from_secs(1), "seed {seed}: {after:?}");
        // Each once: settlement is checked at each block.
        step_until(&mut tester, |tester| {
            let decided = |id| {
                tester
                    .facts
                    .commands
                    .get(id)
                    .is_some_and(|(_, taken)| *taken)
            };
            asked.iter().all(decided)
        });
        go_on(&mut tester, 4);
        assert_eq!(tester.facts.violations, []);
    }
}

#[test]
fn three_of_four_keepers_go_on_and_the_one_that_was_cut_off_follows_and_votes_again() {
    let mut tester = club_of(4, "", 18);
    tester.part(vec![3]);
    let (height, rolls) = (tester.facts.height(), tester.facts.rolls());
    step_until(&mut tester, |tester| tester.facts.rolls() >= rolls + 3);
    let cut_off = &tester.nodes[3].running.as_ref().unwrap().view;
    assert!(cut_off.height.0 <= height.0 + 1);
    assert!(tester.facts.height().0 > height.0 + 6);
    tester.join();
    step_until(&mut tester, |tester| {
        let view = &tester.nodes[3].running.as_ref().unwrap().view;
        let certificate = view.certificate.as_ref().unwrap();
        let signers = certificate.signatures.iter().map(|(number, _)| *number);
        view.height == tester.facts.height() && signers.clone().any(|number| number.0 == 3)
    });
    go_on(&mut tester, 4);
    assert_eq!(tester.facts.violations, []);
    assert_eq!(tester.facts.forks, 0);
}

#[test]
fn a_bit_that_flips_on_a_disk_is_found_or_changes_nothing() {
    let tester = club_of(1, "", 13);
    let node = &tester.nodes[1];
    let state = &node.running.as_ref().unwrap().view.state;
    let mut random = Random::new(13);
    let mut found = 0;
    for _ in 0..200 {
        let mut other = Node::new(node.person.clone(), node.club, state.height().next());
        other.disk = node.disk.copy();
        other.disk.flip(random.index(1 << 30));
        other.disk.restore_power(&mut random);
        let opened = other.open_store().map_err(|error| error.to_string());
        match opened.and_then(|mut store| other.read(&mut store)) {
            Ok(kept) => {
                assert_eq!(kept.state.state_root(), state.state_root());
                let tip = kept.newest.last().unwrap().block.id();
                assert_eq!(tip, state.tip());
            }
            Err(_) => found += 1,
        }
    }
    assert!(found > 0);
}

#[test]
fn nodes_whose_disks_or_logs_are_damaged_begin_anew_and_never_vote_under_the_old_key() {
    let mut rebuilt = 0;
    let mut retired = 0;
    for (keepers, seed) in [(1, 19), (4, 20), (7, 21)] {
        let mut tester = club_of(keepers, "bitflip", seed);
        let rolls = tester.facts.rolls();
        step_until_for(&mut tester, Duration::from_mins(30), |tester| {
            let flips = tester.counts.get(&FaultKind::Bitflip);
            tester.facts.rolls() >= rolls + 2 && flips.is_some_and(|flips| *flips >= 4)
        });
        tester.config.rolls = tester.facts.rolls();
        let lost = tester.nodes.iter().filter(|node| node.has_lost_key);
        retired += lost.filter(|node| node.person.vote.is_some()).count();
        let results = tester.run();
        assert!(results.ok, "{results:#?}");
        assert_eq!(results.conflicting_votes, 0);
        rebuilt += results.rebuilt;
    }
    assert!(rebuilt > 0, "no damage was found");
    assert!(retired > 0, "no keeper lost its key");
}

/// Gives a node that is down the log that it had before.
fn put_log_back(tester: &mut StateChaosTester, node: NodeNo, log: &MemoryVoteLog) {
    tester.nodes[node].log = Some(log.clone());
    tester.nodes[node].has_lost_key = true;
    tester.start(node);
}

fn is_retired(tester: &StateChaosTester, node: NodeNo) -> bool {
    let running = tester.nodes[node].running.as_ref();
    running.is_some_and(|running| matches!(running.view.voting, Voting::Retired(_)))
}

/// Its store is the newest, and its log is that of before the height that is under way, in which the
/// others are past the attempts in which it has spoken.
#[test]
fn a_keeper_with_an_old_log_is_told_what_it_said_and_retires_its_key() {
    for seed in 30..33 {
        let mut tester = club_of(4, "", seed);
        tester.stage = Stage::Quiet(tester.now);
        pass(&mut tester, Duration::from_secs(2));
        let old = tester.nodes[2].log.clone().unwrap();
        // All three of a quorum must agree, and by their clocks they don't for some attempts.
        tester.part(vec![3]);
        tester.nodes[2].clock_ahead = FIVE_MINUTES;
        let wanted = lasting(&tester, 0);
        tester.feed(0, Input::Propose(vec![wanted]));
        let round = |tester: &StateChaosTester, node: NodeNo| {
            let running = tester.nodes[node].running.as_ref().unwrap();
            running.machine.view().round
        };
        step_until(&mut tester, |tester| {
            round(tester, 0) >= 2 && round(tester, 2) < round(tester, 0)
        });
        tester.lose_power(2);
        pass(&mut tester, Duration::from_secs(10));
        put_log_back(&mut tester, 2, &old);
        step_until(&mut tester, |tester| is_retired(tester, 2));
        tester.nodes[2].clock_ahead = 0;
        tester.stage = Stage::Faults;
        tester.join();
        go_on(&mut tester, 2);
        assert!(is_retired(&tester, 2), "seed {seed}");
        assert_eq!(tester.facts.conflicting_votes, 0);
        assert_eq!(tester.facts.violations, [], "seed {seed}");
    }
}

/// Disk and log come from one copy, and all that was decided since has its signature.
#[test]
fn a_keeper_whose_whole_disk_was_put_back_finds_its_signature_and_retires_its_key() {
    let mut tester = club_of(4, "", 33);
    let node = &tester.nodes[2];
    let (disk, old) = (node.disk.copy(), node.log.clone().unwrap());
    go_on(&mut tester, 6);
    tester.lose_power(2);
    tester.facts.forgets(2);
    tester.nodes[2].disk = disk;
    put_log_back(&mut tester, 2, &old);
    step_until(&mut tester, |tester| is_retired(tester, 2));
    go_on(&mut tester, 6);
    let height = tester.facts.height();
    step_until(&mut tester, |tester| {
        let running = tester.nodes[2].running.as_ref().unwrap();
        running.view.height >= height
    });
    assert!(is_retired(&tester, 2));
    assert_eq!(tester.facts.conflicting_votes, 0);
    assert_eq!(tester.facts.violations, []);
}

#[test]
fn keepers_are_swapped_one_after_another_and_the_club_goes_on() {
    let mut tester = club_of(4, "keepers,crash", 23);
    let before: Vec<_> = tester.facts.chain.keepers().to_vec();
    step_until_for(&mut tester, Duration::from_mins(10), |tester| {
        tester.counts.get(&FaultKind::Keepers) >= Some(&3)
    });
    let after = tester.facts.chain.keepers().to_vec();
    assert_eq!((before.len(), after.len()), (4, 4));
    assert!(
        after
            .iter()
            .filter(|keeper| before.contains(keeper))
            .count()
            < 3
    );
    // Who came votes, and who went does not: the newest certificates are theirs.
    let height = tester.facts.height();
    go_on(&mut tester, 8);
    let newcomers = after.iter().filter(|keeper| !before.contains(keeper));
    let newcomers: Vec<_> = newcomers.map(|keeper| keeper.no).collect();
    let node = &tester.nodes[0].running.as_ref().unwrap();
    let view = &node.view;
    assert!(view.height > height);
    let signed = view.certificate.as_ref().unwrap().signatures.iter();
    let known = signed
        .clone()
        .all(|(number, _)| view.state.keeper(*number).is_some() || newcomers.contains(number));
    assert!(known);
    tester.config.rolls = tester.facts.rolls();
    let results = tester.run();
    assert!(results.ok, "{results:#?}");
    assert_eq!(results.conflicting_votes, 0);
}

#[test]
fn clubs_of_seven_keepers_bear_two_liars_and_every_other_fault() {
    let results = run(config(7, &format!("{ALL},byzantine=2"), 1, 14));
    assert!(results.ok, "{}\n{results:#?}", results.command);
    assert!(results.faults[&FaultKind::Byzantine] > 0);
}

/// The block that locks it, and the one that closes it: nothing but somebody's command for something else
/// makes another one while it is locked.
#[test]
fn a_roll_of_four_keepers_costs_two_blocks() {
    let mut tester = club_of(4, "", 31);
    let (first, rolls) = (tester.facts.height(), tester.facts.rolls());
    let mut locked = BTreeMap::new();
    while tester.facts.rolls() < rolls + 12 {
        let table = tester.facts.chain.table(TABLE).unwrap();
        locked.insert(tester.facts.height(), table.is_locked());
        tester.step();
    }
    let node = &tester.nodes[0];
    let mut store = node.open_store().unwrap();
    let (mut locks, mut closes) = (0, 0);
    for height in first.0..first.0 + u64::try_from(locked.len()).unwrap() - 2 {
        let next = Height(height + 1);
        let rows = store.blocks(node.club, next, 1).unwrap();
        let stored = StoredBlock::from_bytes(&rows[0].1).unwrap();
        let mut commands = stored.block.commands.iter();
        assert!(commands.len() > 0, "block {next} is for nothing");
        let is_open = |command: &Command| matches!(command.body, Body::Open { .. });
        match (locked[&Height(height)], locked[&next]) {
            (false, true) => locks += 1,
            (true, false) => closes += 1,
            (true, true) => {
                let others = commands.any(|command| !is_open(command));
                assert!(others, "block {next} has openings alone and closes nothing");
            }
            (false, false) => {
                let seals = commands.all(|command| matches!(command.body, Body::Seal { .. }));
                assert!(!seals, "block {next} is for seals alone");
            }
        }
    }
    assert!(closes >= 10 && locks >= closes, "{locks} {closes}");
    assert_eq!(tester.facts.violations, []);
}

/// A seed once failed by this: whoever hears nobody says its words again each 0.6 s, and each time is
/// sent all that is held of the height. That is more than one answer a second, and has a bound.
#[test]
fn a_keeper_that_is_heard_and_hears_nobody_is_sent_no_more_than_two_answers_a_second() {
    let mut tester = club_of(4, "", 34);
    tester.stage = Stage::Quiet(tester.now);
    pass(&mut tester, Duration::from_secs(2));
    tester.network.deafen(3);
    // The others must all agree, and by their clocks they don't for many attempts.
    for (node, hours) in [(1, 1), (2, 3)] {
        tester.nodes[node].clock_ahead = hours * 12 * FIVE_MINUTES;
    }
    let wanted = lasting(&tester, 0);
    for node in [0, 3] {
        tester.feed(node, Input::Propose(vec![wanted.clone()]));
    }
    tester.stage = Stage::Faults;
    tester.agenda.put(tester.now, Event::Probe);
    let height = tester.facts.height();
    let mut attempts = 0;
    step_until_for(&mut tester, Duration::from_mins(5), |tester| {
        tester.facts.height() > height
    });
    for node in 0..3 {
        let running = tester.nodes[node].running.as_ref().unwrap();
        let certificate = running.view.certificate.as_ref().unwrap();
        attempts = attempts.max(certificate.round);
    }
    // One answer for all these attempts is some seventy messages; and there are no three in a second.
    let told = tester.busiest.messages;
    assert!(attempts >= 8, "only {attempts} attempts");
    assert!((100..200).contains(&told), "{told} messages in a second");
    assert_eq!(tester.facts.violations, []);
    tester.network.let_hear(3);
    for node in [1, 2] {
        tester.nodes[node].clock_ahead = 0;
    }
    step_until(&mut tester, |tester| {
        tester.heights()[3] == tester.facts.height().0
    });
    assert_eq!(tester.facts.violations, []);
}

/// Nothing is decided, and a guest asks for more than may wait.
#[test]
fn a_full_waiting_list_refuses_the_newest_and_the_club_decides_the_rest_once_it_can() {
    let mut tester = club_of(4, "", 35);
    tester.stage = Stage::Quiet(tester.now);
    pass(&mut tester, Duration::from_secs(2));
    tester.part(vec![2, 3]);
    let first = lasting(&tester, GUEST);
    let person = &tester.nodes[GUEST].person;
    let (key, club) = (person.identity.signing_key(), tester.nodes[GUEST].club);
    let last = u64::try_from(WAITING_PER_MEMBER_MAX).unwrap() + 5;
    let commands: Vec<Command> = (0..last)
        .map(|nth| {
            let number = first.sequence + nth;
            Command::sign(
                key,
                &club,
                person.member,
                number,
                first.not_after,
                Body::Nothing,
            )
        })
        .collect();
    let ids: Vec<_> = commands.iter().map(|command| command.id(&club)).collect();
    // Its own list and that of a keeper which hears it.
    for node in [GUEST, 0] {
        for command in &commands {
            tester.feed(node, Input::Propose(vec![command.clone()]));
        }
        let machine = &tester.nodes[node].running.as_ref().unwrap().machine;
        let waiting: Vec<_> = ids.iter().map(|id| machine.waits(id)).collect();
        let (kept, refused) = waiting.split_at(WAITING_PER_MEMBER_MAX);
        assert!(kept.iter().all(|waits| *waits), "node {node}: {waiting:?}");
        assert!(!refused.contains(&true), "node {node}: {waiting:?}");
    }
    tester.join();
    let (kept, refused) = ids.split_at(WAITING_PER_MEMBER_MAX);
    step_until(&mut tester, |tester| {
        let decided = |id| matches!(tester.facts.commands.get(id), Some((_, true)));
        kept.iter().all(decided)
    });
    pass(&mut tester, Duration::from_secs(2));
    let decided = |id| tester.facts.commands.contains_key(id);
    assert!(!refused.iter().any(decided));
    let height = tester.facts.height().0;
    assert!(tester.heights().iter().all(|at| *at == height));
    assert_eq!(tester.facts.violations, []);
}
