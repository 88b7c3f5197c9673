//! A host that does not hear what its guests hear.

use super::*;
use crate::consensus::HostConduct;
use crate::consensus::wire::Message;
use crate::sim::founding::TABLE;

const VICTIM: NodeNo = 1;
const WITNESS: NodeNo = 2;

/// Eleven minutes, in milliseconds: longer than the ban for the second time.
const AFTER_BAN: i64 = 660_000;

/// Takes the host off the list of those to whom a node sends its openings: what a host does that
/// drops them, as the others see it.
fn deaf_host(outputs: &mut Vec<Output>, bites: &mut u64) {
    for output in outputs {
        if let Output::Send { to, bytes } = output
            && let Ok(Message::Command(command)) = Message::from_bytes(bytes)
            && matches!(command.body, Body::Open { .. })
        {
            *bites += 1;
            to.retain(|member| *member != MemberNo::FOUNDER);
        }
    }
}

fn conduct(tester: &StateChaosTester, node: NodeNo) -> HostConduct {
    tester.nodes[node]
        .running
        .as_ref()
        .unwrap()
        .view
        .host
        .clone()
}

#[test]
fn members_see_each_time_a_host_leaves_out_an_opening_that_they_held() {
    let mut tester = StateChaosTester::new(config(1, "", 1_000, 2)).unwrap();
    step_until(&mut tester, |tester| tester.facts.rolls() >= 2);
    // An honest host is blamed for nothing.
    for node in [VICTIM, WITNESS] {
        let conduct = conduct(&tester, node);
        assert_eq!((conduct.left_out, conduct.newest), (0, None));
        assert!(conduct.rolls > 0);
    }
    tester.bug = Some(Bug {
        node: Some(VICTIM),
        bite: deaf_host,
        bites: 0,
    });
    let blamed = |tester: &StateChaosTester| conduct(tester, VICTIM).left_out == 1;
    step_until(&mut tester, blamed);
    let victim = tester.member(VICTIM);
    for node in [VICTIM, WITNESS] {
        step_until(&mut tester, |tester| conduct(tester, node).left_out == 1);
        let seen = conduct(&tester, node).newest.unwrap();
        assert_eq!((seen.host, seen.table), (MemberNo::FOUNDER, TABLE));
        assert_eq!((seen.times, seen.slots.len()), (1, 1));
        assert!(!conduct(&tester, node).is_doubted);
    }
    // The host itself has nothing to say about it, and nobody stops.
    assert_eq!(conduct(&tester, 0).rolls, 0);
    assert_eq!(tester.facts.violations, []);
    let table = tester.facts.chain.table(TABLE).unwrap();
    assert_eq!(table.present_seat_of(victim), None, "it stood up");
    // It sits down again and is left out again; after its ban the third time is the last one.
    step_until(&mut tester, |tester| conduct(tester, VICTIM).left_out == 2);
    assert!(!conduct(&tester, VICTIM).is_doubted);
    for node in &mut tester.nodes {
        node.clock_ahead = AFTER_BAN;
    }
    step_until(&mut tester, |tester| {
        [VICTIM, WITNESS].map(|node| conduct(tester, node).is_doubted) == [true; 2]
    });
    assert_eq!(conduct(&tester, VICTIM).newest.unwrap().times, 3);
    assert_eq!(tester.facts.violations, []);
    // It is remembered over a crash.
    let before = conduct(&tester, WITNESS);
    tester.lose_power(WITNESS);
    tester.start(WITNESS);
    assert_eq!(conduct(&tester, WITNESS), before);
    // Its player says go on.
    tester.feed(WITNESS, Input::TrustHost);
    assert_eq!(conduct(&tester, WITNESS), HostConduct::default());
}
