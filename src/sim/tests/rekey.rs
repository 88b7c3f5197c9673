//! A host loses its disk with everything on it.

use super::*;
use crate::club::limits::BLOCK_BYTES_MAX;
use crate::club::{KeeperNo, Rekey, build_with};
use crate::consensus::machine::NoRekey;
use crate::consensus::wire::Message;
use crate::consensus::{
    ChainCondition, KeeperSet, MalachiteOrderer, MemoryVoteLog, PaceTimeouts, Voting, precommit,
};
use crate::identity::{Identity, Signer as _};
use crate::sim::disk::SimDisk;
use crate::sim::founding::TABLE;

const HOST: NodeNo = 0;

/// A hosted club between two rolls whose host has a new disk with the founding on it.
fn host_with_a_new_disk(seed: u64) -> StateChaosTester {
    let config = config(1, "", 1_000, seed);
    let mut tester = StateChaosTester::new(config.clone()).unwrap();
    step_until(&mut tester, |tester| {
        let is_locked = tester.facts.chain.table(TABLE).unwrap().is_locked();
        tester.facts.rolls() >= 2 && !is_locked
    });
    tester.nodes[HOST].end();
    let member = tester.member(HOST);
    for other in 1..tester.nodes.len() {
        tester.feed(other, Input::Unlinked { member });
    }
    // What is founded follows from the seed.
    let founded = Founded::new(&config, &mut Random::new(config.seed)).unwrap();
    let host = &mut tester.nodes[HOST];
    host.disk = SimDisk::default();
    host.lost_log = Some("the disk is new".to_owned());
    host.has_lost_key = true;
    let mut store = host.open_store().unwrap();
    for answer in store.write(&founded.writes) {
        answer.unwrap();
    }
    drop(store);
    tester.facts.forgets(HOST);
    tester.start(HOST);
    tester
}

fn view(tester: &StateChaosTester, node: NodeNo) -> Arc<crate::consensus::ChainView> {
    Arc::clone(&tester.nodes[node].running.as_ref().unwrap().view)
}

/// Gives the host a new key, as its shell does.
fn rekey(tester: &mut StateChaosTester, key: &Arc<Identity>) -> (ClubState, Rekey) {
    let state = ClubState::clone(&view(tester, HOST).state);
    let place = tester.nodes[HOST].running.as_ref().unwrap();
    let place = place.machine.rekey_place(MemberNo::FOUNDER).unwrap();
    assert_eq!(place.unheard, []);
    let number = place.number;
    let host = &mut tester.nodes[HOST];
    let word = state.sign_rekey(key.public_key(), host.person.identity.signing_key());
    let keepers = KeeperSet::new(&state.deciders(Some(&word)).unwrap()).unwrap();
    let engine = MalachiteOrderer::new(
        host.club,
        number,
        Arc::clone(key) as _,
        state.height(),
        &keepers,
        PaceTimeouts::Local,
    );
    let next = state.height().next();
    host.log = Some(MemoryVoteLog::new(&host.club, &key.public_key(), next));
    host.person.vote = Some((number, Arc::clone(key)));
    (host.lost_log, host.has_lost_key) = (None, false);
    let now = crate::consensus::machine::Now {
        unix: crate::clock::UnixMillis(state.time().0 + 1_000),
        monotonic: tester.now,
    };
    let machine = &mut host.running.as_mut().unwrap().machine;
    let outputs = machine.rekey(now, word.clone(), number, Box::new(engine));
    tester.execute(HOST, outputs.unwrap());
    (state, word)
}

/// Scenario 13 of the design: the old key never signs, and the club goes on from the members' tip.
#[test]
fn a_host_that_lost_its_disk_goes_on_from_its_guests_tip_under_a_new_key() {
    for seed in 1..=seeds() {
        let mut tester = host_with_a_new_disk(seed);
        let tip = tester.facts.height();
        let machine = &tester.nodes[HOST].running.as_ref().unwrap().machine;
        assert!(matches!(
            machine.rekey_place(MemberNo::FOUNDER),
            Err(NoRekey::Busy | NoRekey::Behind { .. }) | Ok(_)
        ));
        step_until(&mut tester, |tester| view(tester, HOST).height == tip);
        // It follows and says so; nothing is decided, however long its guests ask.
        assert!(matches!(view(&tester, HOST).voting, Voting::Retired(_)));
        let later = tester.now + Duration::from_secs(20);
        step_until(&mut tester, |tester| tester.now >= later);
        assert_eq!(tester.facts.height(), tip);

        let old = tester.facts.chain.keepers()[0];
        let key = Arc::new(Identity::from_seed(&[77; 32]));
        rekey(&mut tester, &key);
        let rolls = tester.facts.rolls();
        step_until(&mut tester, |tester| tester.facts.rolls() >= rolls + 2);
        let keeper = tester.facts.chain.keepers()[0];
        assert_eq!((keeper.no, keeper.member), (KeeperNo(1), old.member));
        assert_eq!(keeper.vote_key, key.public_key());
        assert_eq!(view(&tester, HOST).voting, Voting::Votes(KeeperNo(1)));
        for node in 1..tester.nodes.len() {
            let height = view(&tester, node).height;
            assert!(height > tip, "node {node} stays at {height}");
        }
        // It starts again with what is on its disk, and plays on.
        tester.crash(HOST);
        let rolls = tester.facts.rolls();
        step_until(&mut tester, |tester| tester.facts.rolls() > rolls);
        assert_eq!(tester.facts.violations, []);
    }
}

/// The second half of scenario 13: a copy of the host's node does the same a second time.
#[test]
fn a_second_new_key_for_one_block_stops_every_guest_with_the_proof() {
    let mut tester = host_with_a_new_disk(1);
    let tip = tester.facts.height();
    step_until(&mut tester, |tester| view(tester, HOST).height == tip);
    let key = Arc::new(Identity::from_seed(&[77; 32]));
    let (before, _) = rekey(&mut tester, &key);
    step_until(&mut tester, |tester| {
        (1..tester.nodes.len()).all(|node| view(tester, node).height > tip)
    });
    assert_eq!(tester.facts.violations, []);

    let other = Identity::from_seed(&[78; 32]);
    let founder = tester.nodes[HOST].person.identity.signing_key().clone();
    let word = before.sign_rekey(other.public_key(), &founder);
    let time = TimeMs(before.time().0 + 1_000);
    let number = before.next_keeper_no();
    let block = build_with(
        Some(&word),
        BLOCK_BYTES_MAX,
        &before,
        time,
        number,
        Vec::new(),
    )
    .unwrap()
    .block;
    let message = precommit(before.club(), block.header.height, 0, &block.id(), number);
    let certificate = crate::consensus::Certificate {
        height: block.header.height,
        round: 0,
        block: block.id(),
        signatures: vec![(number, crate::club::SignatureBytes(other.sign(&message)))],
    };
    let bytes = Message::Block { block, certificate }.to_bytes();
    let from = tester.member(HOST);
    tester.feed(1, Input::Message { from, bytes });
    let is_stopped = |tester: &StateChaosTester, node| match &view(tester, node).condition {
        ChainCondition::Halted(why) => why.contains("two new vote keys"),
        ChainCondition::Working | ChainCondition::StoreFails(_) => false,
    };
    assert!(is_stopped(&tester, 1));
    // It tells the others, and nobody goes on.
    step_until(&mut tester, |tester| {
        (0..tester.nodes.len()).all(|node| is_stopped(tester, node))
    });
}
