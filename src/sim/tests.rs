use std::sync::Arc;
use std::time::Duration;

use super::facts::Facts;
use super::founding::Founded;
use super::network::NodeNo;
use super::random::Random;
use super::tester::Stage;
use super::*;
use crate::club::planted::{Planted, plant};
use crate::club::{Body, ClubState, Command, Height, Refusal, StateRoot, TimeMs};
use crate::consensus::machine::{Input, Output};
use crate::consensus::{DecidedBlock, Decision};
use crate::ledger::MemberNo;

mod host;
mod rekey;
mod scenarios;

/// Every fault that needs no liar.
const ALL: &str =
    "crash,partition,loss=0.05,delay,duplicate,reorder,disk,bitflip,memory,corrupt,clock";

/// How many seeds each run of this file tries, unless the environment says more.
const SEEDS: u64 = 2;

type Bite = fn(&mut Vec<Output>, &mut u64);

/// A bug that is planted in a node, or in all: it changes what the machine wants done.
#[derive(Debug)]
pub(super) struct Bug {
    node: Option<NodeNo>,
    bite: Bite,
    bites: u64,
}

impl Bug {
    pub(super) fn bite(&mut self, node: NodeNo, outputs: &mut Vec<Output>) {
        if self.node.is_none_or(|bitten| bitten == node) {
            (self.bite)(outputs, &mut self.bites);
        }
    }
}

fn config(keepers: usize, faults: &str, rolls: u64, seed: u64) -> ChaosConfig {
    let faults = if faults.is_empty() {
        Faults::default()
    } else {
        faults.parse().unwrap()
    };
    ChaosConfig {
        keepers,
        seed,
        rolls,
        faults,
        seconds: None,
    }
}

fn run(config: ChaosConfig) -> ChaosTestResults {
    StateChaosTester::new(config).unwrap().run()
}

fn seeds() -> u64 {
    crate::tests::asked_for("BITCRAPS_SIM_SEEDS", SEEDS)
}

#[test]
fn a_club_holds_together_through_every_fault() {
    for seed in 1..=seeds() {
        let changes =
            "crash,partition,loss=0.05,delay,duplicate,reorder,disk,memory,corrupt,clock,keepers";
        for (keepers, faults, liar) in [
            (1, ALL, ""),
            (4, ALL, ",byzantine=1"),
            (4, changes, ",byzantine=1"),
        ] {
            let config = config(keepers, &format!("{faults}{liar}"), 3, seed);
            let wanted: Vec<_> = config.faults.kinds().collect();
            let results = run(config);
            assert!(results.ok, "{}\n{results:#?}", results.command);
            assert!(results.rolls >= 3);
            for kind in wanted {
                assert!(results.faults[&kind] > 0, "{}", kind.name());
            }
        }
    }
}

#[test]
fn the_same_seed_repeats_everything_and_another_one_does_not() {
    let faulty = |seed| run(config(4, "crash,loss=0.1,byzantine=1", 2, seed));
    let first = faulty(5);
    assert_eq!(first, faulty(5));
    assert_ne!(first.trace, faulty(6).trace);
}

#[test]
fn without_faults_every_probe_is_good() {
    let results = run(config(4, "", 3, 1));
    assert!(results.ok, "{results:#?}");
    assert_eq!(results.probes_failed, 0);
    assert!((results.availability - 1.0).abs() < f64::EPSILON);
    assert_eq!((results.degraded_ms, results.unavailable_ms), (0, 0));
    assert_eq!(results.faults.len(), 0);
}

/// Lets things happen until `done` says so, or for a virtual minute.
fn step_until(tester: &mut StateChaosTester, done: impl Fn(&StateChaosTester) -> bool) {
    step_until_for(tester, Duration::from_mins(1), done);
}

fn step_until_for(
    tester: &mut StateChaosTester,
    time: Duration,
    done: impl Fn(&StateChaosTester) -> bool,
) {
    let end = tester.now + time;
    while !done(tester) {
        let (heights, rolls, counts) = (tester.heights(), tester.facts.rolls(), &tester.counts);
        assert!(
            tester.now < end,
            "it takes more than {time:?}: {heights:?}, {rolls} rolls, {counts:?}"
        );
        tester.step();
    }
}

/// Lets so much time pass.
fn pass(tester: &mut StateChaosTester, time: Duration) {
    let end = tester.now + time;
    while tester.now < end {
        tester.step();
    }
}

#[test]
fn guests_vanish_one_by_one_and_the_host_goes_on_until_they_return() {
    let mut tester = StateChaosTester::new(config(1, "", 1_000, 3)).unwrap();
    step_until(&mut tester, |tester| tester.facts.rolls() >= 2);
    for gone in [vec![1], vec![1, 2]] {
        tester.join();
        tester.part(gone);
        let height = tester.facts.height();
        step_until(&mut tester, |tester| tester.facts.height() > height);
    }
    tester.join();
    let rolls = tester.facts.rolls();
    step_until(&mut tester, |tester| tester.facts.rolls() >= rolls + 2);
    assert_eq!(tester.facts.violations, []);
}

/// Lets everything happen that will happen; tells how many messages that took.
fn drain(tester: &mut StateChaosTester) -> u64 {
    let (before, end) = (tester.network.sent, tester.now + Duration::from_secs(30));
    while tester.has_more() {
        assert!(tester.now < end, "it goes on");
        tester.step();
    }
    tester.network.sent - before
}

#[test]
fn an_idle_club_says_nothing_and_waits_for_nothing_until_a_command_comes() {
    for keepers in [1, 4] {
        let mut tester = StateChaosTester::new(config(keepers, "", 1, 1)).unwrap();
        // Nobody plays.
        tester.stage = Stage::Over;
        drain(&mut tester);
        // Whenever the hour is over, nothing is said before the command, and no timer runs.
        let running = |tester: &StateChaosTester| {
            let running = tester.nodes.iter().filter_map(|node| node.running.as_ref());
            let running = running.map(|running| (running.view.height, running.timers.len()));
            running.collect::<Vec<_>>()
        };
        let height = tester.facts.height();
        let all = tester.nodes.len();
        assert_eq!(running(&tester), vec![(height, 0); all]);
        tester.now += Duration::from_hours(1);
        let founder = &tester.nodes[0];
        let view = &founder.running.as_ref().unwrap().view;
        let time = TimeMs(view.time.0 + 4_000_000);
        let sequence = view.state.member(MemberNo::FOUNDER).unwrap().sequence + 1;
        let key = founder.person.identity.signing_key();
        let command = Command::sign(
            key,
            &founder.club,
            MemberNo::FOUNDER,
            sequence,
            time,
            Body::Nothing,
        );
        tester.feed(0, Input::Propose(vec![command]));
        // What is said ends, and nothing is left to happen: no message, no timer.
        assert!(drain(&mut tester) > 0);
        assert_eq!(running(&tester), vec![(height.next(), 0); all]);
        assert_eq!(tester.facts.violations, []);
    }
}

#[test]
fn a_command_that_is_asked_for_a_hundred_times_has_one_effect() {
    let mut tester = StateChaosTester::new(config(1, "", 1_000, 4)).unwrap();
    step_until(&mut tester, |tester| tester.facts.rolls() >= 1);
    let proposal = loop {
        step_until(&mut tester, StateChaosTester::has_more);
        let now = tester.now;
        let proposal = tester.nodes[1].look(now).unwrap();
        if !proposal.commands.is_empty() {
            break proposal;
        }
        tester.step();
    };
    for _ in 0..100 {
        tester.feed(1, Input::Propose(proposal.commands.clone()));
    }
    let rolls = tester.facts.rolls();
    step_until(&mut tester, |tester| tester.facts.rolls() >= rolls + 2);
    // Settlement is checked at each block: no command is decided twice.
    assert_eq!(tester.facts.violations, []);
}

/// Changes the `nth` block that is shown.
fn in_block(outputs: &mut [Output], bites: &mut u64, change: impl Fn(&mut DecidedBlock)) {
    for output in outputs {
        if let Output::Decided(decided) = output {
            *bites += 1;
            if *bites == 3 {
                let mut changed = DecidedBlock::clone(decided);
                change(&mut changed);
                *decided = Arc::new(changed);
            }
        }
    }
}

#[test]
fn every_planted_bug_is_caught_by_its_invariant() {
    let bugs: [(Invariant, Bite); 7] = [
        (Invariant::Traffic, |outputs, _| {
            let said = outputs.iter();
            let said = said.filter(|output| matches!(output, Output::Send { .. }));
            let said: Vec<_> = said.cloned().collect();
            outputs.extend(said.iter().cycle().take(said.len() * 100).cloned());
        }),
        (Invariant::Agreement, |outputs, bites| {
            for output in outputs {
                if let Output::View(view) = output {
                    *bites += 1;
                    if *bites == 3 {
                        Arc::make_mut(view).root = StateRoot([9; 32]);
                    }
                }
            }
        }),
        (Invariant::Validity, |outputs, bites| {
            in_block(outputs, bites, |decided| {
                decided.certificate.signatures.clear();
            });
        }),
        (Invariant::Settlement, |outputs, bites| {
            in_block(outputs, bites, |decided| {
                for (_, outcome) in &mut decided.outcomes {
                    *outcome = match outcome {
                        Ok(()) => Err(Refusal::NotLocked),
                        Err(_) => Ok(()),
                    };
                }
            });
        }),
        (Invariant::Lifecycle, |outputs, _| {
            let mut again: Vec<_> = outputs.clone();
            again.retain(|output| matches!(output, Output::Decided(_)));
            outputs.extend(again);
        }),
        (Invariant::Durability, |outputs, _| {
            for output in outputs {
                if let Output::Settle { decision, .. } = output {
                    *decision = Decision::Decided(Height(9_999));
                }
            }
        }),
        // The host never makes anything durable, so nothing goes on.
        (Invariant::Progress, |outputs, _| {
            outputs.retain(|output| !matches!(output, Output::Write(_)));
        }),
    ];
    for (invariant, bite) in bugs {
        let mut config = config(1, "", 2, 1);
        config.seconds = Some(20);
        let mut tester = StateChaosTester::new(config).unwrap();
        let node = Some(0);
        tester.bug = Some(Bug {
            node,
            bite,
            bites: 0,
        });
        let results = tester.run();
        assert!(!results.ok);
        let caught = |violation: &Violation| violation.invariant == invariant;
        assert!(
            results.violations.iter().any(caught),
            "{invariant:?}: {:#?}",
            results.violations
        );
    }
}

/// The first who shows a block is the host; what a guest holds as proof is a proof too.
#[test]
fn a_wrong_certificate_is_caught_on_every_node() {
    let mut tester = StateChaosTester::new(config(1, "", 1_000, 1)).unwrap();
    tester.bug = Some(Bug {
        node: Some(1),
        bite: |outputs, bites| {
            in_block(outputs, bites, |decided| {
                decided.certificate.signatures.clear();
            });
        },
        bites: 0,
    });
    step_until(&mut tester, |tester| !tester.facts.violations.is_empty());
    let [caught] = &tester.facts.violations[..] else {
        panic!("{:#?}", tester.facts.violations);
    };
    assert_eq!(caught.invariant, Invariant::Validity);
    assert!(caught.what.starts_with("node 1 shows"), "{}", caught.what);
}

#[test]
fn a_node_that_stays_behind_is_caught() {
    let mut tester = StateChaosTester::new(config(1, "", 2, 1)).unwrap();
    step_until(&mut tester, |tester| tester.facts.rolls() >= 2);
    tester.bug = Some(Bug {
        node: Some(1),
        bite: |outputs, _| outputs.retain(|output| !matches!(output, Output::Write(_))),
        bites: 0,
    });
    let results = tester.run();
    let caught = |violation: &Violation| violation.invariant == Invariant::Convergence;
    assert!(results.violations.iter().any(caught), "{results:#?}");
}

/// A guest of a club of four keepers.
const GUEST: NodeNo = 5;

/// Returns a command of a member's that lasts for an hour.
fn lasting(tester: &StateChaosTester, node: NodeNo) -> Command {
    let at = &tester.nodes[node];
    let state = &at.running.as_ref().unwrap().view.state;
    let number = state.member(at.member()).unwrap().sequence + 1;
    let until = TimeMs(state.time().0 + 3_600_000);
    let key = at.person.identity.signing_key();
    Command::sign(key, &at.club, at.member(), number, until, Body::Nothing)
}

/// Two keepers of four that hear only each other try in vain to decide a block of one of them; both
/// lose their power and begin the same height again, so that nobody can tell them what they signed.
fn crash_without_quorum(bug: Option<Bug>) -> Facts {
    let mut tester = StateChaosTester::new(config(4, "", 1_000, 6)).unwrap();
    step_until(&mut tester, |tester| tester.facts.rolls() >= 1);
    // From here on: what was logged before is replayed for ever.
    tester.bug = bug;
    // Without a quorum the first attempt never ends, so its proposer must be among the two.
    let mut pairs = [vec![2, 3], vec![1, 3], vec![1, 2]].into_iter();
    let (proposer, other) = loop {
        tester.join();
        pass(&mut tester, Duration::from_secs(1));
        tester.part(pairs.next().unwrap());
        pass(&mut tester, Duration::from_secs(1));
        let heights = tester.heights();
        let proposes = |node: &usize| (heights[*node] + 1) % 4 == u64::try_from(*node).unwrap();
        if let Some(proposer) = (0..4).find(proposes) {
            let linked = |other: &usize| tester.network.are_linked(proposer, *other);
            let mut others = (0..4).filter(|other| *other != proposer);
            break (proposer, others.find(linked).unwrap());
        }
    };
    for _ in 0..2 {
        tester.crash(proposer);
        tester.crash(other);
        // Both are back before anything is wanted.
        pass(&mut tester, Duration::from_secs(7));
        let wanted = lasting(&tester, GUEST);
        tester.feed(proposer, Input::Propose(vec![wanted]));
        pass(&mut tester, Duration::from_secs(5));
    }
    tester.facts
}

#[test]
fn keepers_that_forget_what_they_signed_are_caught() {
    let facts = crash_without_quorum(None);
    assert_eq!((facts.conflicting_votes, facts.violations.len()), (0, 0));
    let forgets: Bite = |outputs, _| outputs.retain(|output| !matches!(output, Output::Log(_)));
    let facts = crash_without_quorum(Some(Bug {
        node: None,
        bite: forgets,
        bites: 0,
    }));
    assert!(facts.conflicting_votes > 0);
    assert_eq!(facts.violations[0].invariant, Invariant::Votes);
}

/// What these watch over is decided by the club's own rules, so that the bugs are planted there.
#[test]
fn every_bug_that_is_planted_into_the_rules_is_caught_by_its_invariant() {
    let bugs = [
        (
            Planted::ChipsFromNowhere,
            Invariant::Conservation,
            "chips, not",
        ),
        (
            Planted::StakeWithoutBet,
            Invariant::Conservation,
            "chips lie on the felt",
        ),
        (
            Planted::RollStaysLocked,
            Invariant::Settlement,
            "settled again",
        ),
        (Planted::RollNumberTwice, Invariant::Openings, "opened"),
        (
            Planted::CommandTwice,
            Invariant::Settlement,
            "is decided at",
        ),
    ];
    for (bug, invariant, words) in bugs {
        for keepers in [1, 4] {
            let mut tester = StateChaosTester::new(config(keepers, "", 1_000, 1)).unwrap();
            let caught = |violation: &Violation| {
                violation.invariant == invariant && violation.what.contains(words)
            };
            step_until(&mut tester, |tester| tester.facts.rolls() >= 1);
            assert_eq!(tester.facts.violations, []);
            let planted = plant(bug);
            step_until(&mut tester, |tester| {
                tester.facts.violations.iter().any(caught)
            });
            drop(planted);
        }
    }
}

#[test]
fn lists_of_faults_are_read_and_refused_with_the_reason() {
    let list = "crash,loss=0.05,byzantine=2";
    let faults: Faults = list.parse().unwrap();
    assert_eq!(faults.to_string(), list);
    assert_eq!(faults.millionths(FaultKind::Loss), 50_000);
    assert_eq!(faults.liars(), 2);
    for wrong in [
        "loss",
        "loss=0",
        "loss=2",
        "loss=x",
        "byzantine",
        "byzantine=0",
        "crash=1",
    ] {
        let refused = wrong.parse::<Faults>().unwrap_err();
        assert!(matches!(refused, ConfigFault::Value { .. }), "{wrong}");
    }
    for wrong in ["", "crsh", "crash,,disk"] {
        let refused = wrong.parse::<Faults>().unwrap_err();
        assert!(matches!(refused, ConfigFault::Unknown { .. }), "{wrong}");
    }
    let twice = "disk,crash,disk".parse::<Faults>();
    assert_eq!(twice, Err(ConfigFault::Twice { kind: "disk" }));
    let with = |keepers, faults: &str| config(keepers, faults, 1, 1).check();
    assert_eq!(with(7, "byzantine=2"), Ok(()));
    assert!(matches!(
        with(4, "byzantine=2"),
        Err(ConfigFault::Liars { most: 1, .. })
    ));
    assert!(matches!(
        with(1, "byzantine=1"),
        Err(ConfigFault::Liars { most: 0, .. })
    ));
    let found = 1;
    assert_eq!(with(1, "keepers"), Err(ConfigFault::Swaps { found }));
    for keepers in [0, 2, 3, 17] {
        let found = keepers;
        assert_eq!(with(keepers, ""), Err(ConfigFault::Keepers { found }));
    }
}
