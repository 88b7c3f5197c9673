//! Whole networks of keepers.

use arc_malachitebft_core_types::VoteType;

use super::net::{AfterCrash, CLUB, Links, Net, block, key};
use super::unit::{proposal, vote};
use crate::identity::Signer as _;

const SECOND: u64 = 1_000_000;

fn calm() -> Links {
    Links {
        delay: 5_000,
        ..Links::default()
    }
}

#[test]
fn four_keepers_go_on_without_one_and_take_it_back() {
    let mut net = Net::new(4, 1, calm());
    for _ in 0..8 {
        // Four hops: proposal, prevotes, precommits, and the last vote may be the own one.
        assert!(net.one(SECOND).unwrap() <= 20_000);
    }
    net.kill(3);
    let mut slowest = 0;
    for _ in 0..40 {
        slowest = slowest.max(net.one(2 * SECOND).unwrap());
    }
    // Its turn is skipped after the time for a proposal.
    assert!((400_000..700_000).contains(&slowest), "{slowest}");
    net.boot(3);
    net.order(49);
    net.run_until(net.now + 2 * SECOND);
    assert!(net.nodes.iter().all(|node| node.chain.len() == 49));
    for _ in 0..4 {
        net.one(SECOND).unwrap();
    }
    let votes = net.nodes[0].chain.iter().rev().take(4);
    let of_the_third = votes.filter(|(_, certificate)| {
        let mut signers = certificate.signatures.iter();
        signers.any(|(keeper, _)| keeper.0 == 3)
    });
    assert!(of_the_third.count() > 0);
    assert_eq!((net.forks, net.conflicts), (0, 0));
}

#[test]
fn half_of_the_keepers_decide_nothing_and_little_is_sent_until_the_others_are_back() {
    let mut net = Net::new(4, 2, calm());
    for _ in 0..4 {
        net.one(SECOND).unwrap();
    }
    net.kill(2);
    net.kill(3);
    let (before, spent) = (net.nodes[0].chain.len(), net.bytes);
    net.order(5);
    net.run_until(net.now + 60 * SECOND);
    assert_eq!(net.nodes[0].chain.len(), before);
    assert!(net.bytes - spent < 200_000, "{}", net.bytes - spent);
    net.boot(2);
    net.boot(3);
    let back = net.now;
    net.run_until(back + SECOND);
    assert!(net.nodes.iter().all(|node| node.chain.len() == before + 1));
    assert!(net.first_decided[&5] - back < SECOND);
}

#[test]
fn a_block_that_is_invalid_gets_no_votes_and_the_next_proposer_decides() {
    for count in [4, 7] {
        let mut net = Net::new(count, 3, calm());
        // Height 1 is the second keeper's turn.
        net.bad.insert(1);
        net.one(3 * SECOND).unwrap();
        let (block, certificate) = &net.nodes[0].chain[0];
        assert_eq!((block.header.proposer.0, certificate.round), (2, 1));
    }
}

#[test]
fn lost_repeated_and_reordered_messages_delay_but_never_fork() {
    // Loss in per cent, and within how many milliseconds 19 of 20 heights are decided.
    let cases = [(0, 130), (5, 800), (20, 1_500), (40, u64::MAX)];
    for (count, heights) in [(4, 20), (7, 20), (16, 10)] {
        for (loss, limit) in cases {
            let links = Links {
                delay: 20_000,
                jitter: 20_000,
                loss,
                repeat: 10,
            };
            let mut net = Net::new(count, loss + u64::from(count), links);
            let mut times = Vec::new();
            for _ in 0..heights {
                times.extend(net.one(30 * SECOND));
            }
            assert_eq!((net.forks, net.conflicts), (0, 0), "{count} {loss}");
            times.sort_unstable();
            if loss < 40 {
                assert_eq!(times.len(), heights, "{count} keepers, loss {loss}");
                let slow = times[(heights * 19).div_ceil(20) - 1] / 1_000;
                assert!(slow <= limit, "{count} keepers, loss {loss}: {times:?}");
            }
        }
    }
}

#[test]
fn a_decision_takes_no_more_messages_bytes_and_records_than_were_measured() {
    // Keepers; messages and their bytes on all links; records and their bytes of one log, in which
    // a block stands twice: in the proposal, and in the verdict on it.
    let bounds = [
        (1, 0, 0, 0, 0),
        (4, 30, 3_400, 9, 1_200),
        (7, 96, 10_500, 14, 1_800),
        (16, 510, 53_800, 29, 3_500),
    ];
    for (count, messages, bytes, records, log) in bounds {
        let mut net = Net::new(count, 4, calm());
        for _ in 0..16 {
            net.one(SECOND).unwrap();
        }
        net.run_until(net.now + SECOND);
        let each = |all: u64| all.div_ceil(16);
        let logs = |all: u64| all.div_ceil(16 * u64::from(count));
        let found = [
            each(net.messages),
            each(net.bytes),
            logs(net.logged.0),
            logs(net.logged.1),
        ];
        for (found, bound) in found.into_iter().zip([messages, bytes, records, log]) {
            let what = format!("{count} keepers: {found} where {bound} is the most");
            assert!(found <= bound, "{what}");
        }
    }
}

#[test]
fn every_honest_keeper_that_saw_both_reports_two_votes_and_two_proposals() {
    for count in [4, 7] {
        let mut net = Net::new(count, 6, calm());
        net.one(SECOND).unwrap();
        net.order(2);
        // The proposer of the first attempt, and another one.
        let (proposer, voter) = (2, count - 1);
        let (one, other) = (block(2, proposer, 1, true), block(2, proposer, 2, true));
        for block in [&one, &other] {
            net.say(proposer, 2, &proposal(proposer, 0, None, block));
            let id = Some(block.id());
            net.say(voter, 2, &vote(voter, VoteType::Precommit, 2, 0, id));
        }
        net.run_until(net.now + 10 * SECOND);
        assert_eq!(net.forks, 0);
        for number in (0..count).filter(|number| ![proposer, voter].contains(number)) {
            let node = net.node(number);
            assert!(node.chain.len() >= 2);
            let mut whom: Vec<u16> = Vec::new();
            for evidence in &node.accused {
                let keeper = evidence.keeper().0;
                assert!(evidence.is_proof(&CLUB, &key(keeper).public_key()));
                whom.push(keeper);
            }
            whom.sort_unstable();
            whom.dedup();
            assert_eq!(whom, [proposer, voter], "keeper {number} of {count}");
        }
    }
}

/// Crashes keepers at random moments, and inside steps, until there were `crashes`.
fn crashing(seed: u64, crashes: u32, after: AfterCrash, whom: &[u16]) -> Net {
    let links = Links {
        delay: 2_000,
        jitter: 6_000,
        loss: 2,
        repeat: 2,
    };
    let mut net = Net::new(4, seed, links);
    net.crash = Some((0, after));
    let mut events = 0_u64;
    let mut height = 0;
    while net.crashes < crashes && events < 60_000 {
        height = height.max(net.nodes.iter().map(|node| node.chain.len()).max().unwrap());
        net.order(u64::try_from(height).unwrap() + 1);
        events += 1;
        let moment = events.is_multiple_of(97);
        let victim = whom[usize::try_from(events / 97).unwrap() % whom.len()];
        if moment && net.all_up() {
            net.crash(victim);
        }
        // One at a time also inside a step, so that the others can go on.
        let inside = if net.all_up() && whom.len() > 1 { 2 } else { 0 };
        net.crash = Some((inside, after));
        net.step(net.now + SECOND);
    }
    assert_eq!(net.forks, 0);
    net
}

/// That the node of a lost log gives its key up is decided outside the engine:
/// `a_keeper_whose_log_is_lost_never_signs_with_that_key_again` runs whole nodes.
#[test]
fn a_crashed_keeper_that_replays_its_log_never_contradicts_itself() {
    let net = crashing(11, 500, AfterCrash::Replayed, &[0, 1, 2, 3]);
    assert_eq!((net.crashes, net.conflicts), (500, 0));
    let decided = net.nodes[0].chain.len();
    assert!(decided > 100, "{decided}");

    // The detector works: without their logs they do contradict themselves.
    let net = crashing(11, 200, AfterCrash::Dropped, &[0, 1, 2, 3]);
    assert!(net.conflicts > 0);
}

#[test]
fn an_idle_club_has_no_timer_and_sends_nothing() {
    for count in [1, 4, 7] {
        let mut net = Net::new(count, 5, calm());
        for _ in 0..3 {
            net.one(SECOND).unwrap();
        }
        net.run_until(net.now + SECOND);
        let sent = net.messages;
        assert!(net.nodes.iter().all(|node| node.timers.is_empty()));
        net.run_until(net.now + 3_600 * SECOND);
        assert_eq!(net.messages, sent);
        assert_eq!(sent == 0, count == 1);
        assert!(net.nodes.iter().all(|node| node.chain.len() == 3));
    }
}

#[test]
fn equal_seeds_give_equal_runs_and_others_do_not() {
    let run = |seed| {
        let net = crashing(seed, 10, AfterCrash::Replayed, &[0, 1, 2, 3]);
        net.hash()
    };
    assert_eq!(run(21), run(21));
    assert_ne!(run(21), run(22));
}
