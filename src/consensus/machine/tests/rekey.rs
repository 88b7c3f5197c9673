//! A host without its log goes on under a new key, and every way to break its word is proven.

use ed25519_dalek::SigningKey;

use super::*;
use crate::club::limits::BLOCK_BYTES_MAX;
use crate::club::{Rekey, RekeyFault, SignatureBytes, build_with};
use crate::consensus::view::Voting;
use crate::consensus::{Decision, ForkKind, ForkProof, Rejection};

/// The identity key of the kit's founder.
fn founder() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn new_key(version: u8) -> Identity {
    Identity::from_seed(&[50 + version; 32])
}

fn word(state: &ClubState, version: u8) -> Rekey {
    state.sign_rekey(PublicKey(new_key(version).public_key().0), &founder())
}

/// Signs a block with a key under a keeper's number.
fn certify_with(block: &Block, number: u16, key: &Identity) -> Certificate {
    let mut certificate = certify(block, &[number]);
    let (keeper, height) = (KeeperNo(number), block.header.height);
    let message = precommit(&block.header.club, height, 0, &block.id(), keeper);
    certificate.signatures = vec![(keeper, SignatureBytes(key.sign(&message)))];
    certificate
}

/// The next block of a state, with new vote keys, decided by them.
fn rekeyed(state: &ClubState, version: u8) -> Message {
    let word = word(state, version);
    let time = TimeMs(state.time().0 + 1_000);
    let number = state.next_keeper_no();
    let block = build_with(
        Some(&word),
        BLOCK_BYTES_MAX,
        state,
        time,
        number,
        Vec::new(),
    )
    .unwrap()
    .block;
    let certificate = certify_with(&block, number.0, &new_key(version));
    Message::Block { block, certificate }
}

/// A host that lost its log, and two blocks that a guest holds.
fn lost() -> (World, Vec<Block>) {
    let log = KeptLog::Lost("the log is gone".to_owned());
    let mut world = World::start(1, Some(0), log);
    let blocks = vec![world.next_block(), world.next_block()];
    (world, blocks)
}

#[test]
#[expect(clippy::too_many_lines, reason = "the way of one host, step by step")]
fn a_host_without_its_log_follows_its_guests_and_goes_on_under_a_new_key() {
    let (mut world, blocks) = lost();
    assert!(matches!(world.machine.view().voting, Voting::Retired(_)));
    assert_eq!(blocks[1].header.height, Height(8));
    world.link(&[4]);
    let (height, block) = (Height(8), blocks[1].id());
    world.hear(4, &Message::Tip { height, block });
    let own = MemberNo(0);
    let behind = Err(NoRekey::Behind { blocks: 2 });
    assert_eq!(world.machine.rekey_place(own), behind);
    for block in &blocks {
        world.hear(4, &message_of(block, &[0]));
        assert_eq!(world.machine.rekey_place(own), Err(NoRekey::Busy));
        world.step(Input::Written(Ok(())));
    }
    let place = world.machine.rekey_place(own).unwrap();
    let expected = RekeyPlace {
        height,
        parent: block,
        number: KeeperNo(1),
        unheard: Vec::new(),
    };
    assert_eq!(place, expected);
    // The old key signs nothing, and nothing is taken meanwhile.
    let command = world.command(0, Body::Nothing);
    world.step(Input::Propose(vec![command]));
    let is_closed = |output: &Output| {
        let Output::Settle { decision, .. } = output else {
            return false;
        };
        matches!(decision, Decision::Rejected(Rejection::Closed { .. }))
    };
    assert!(world.outputs.iter().any(is_closed));
    assert_eq!(world.script.told(), []);

    let state = world.club.state.clone();
    let (good, now) = (word(&state, 1), world.now);
    // What does not hold changes nothing.
    let forged = state.sign_rekey(
        PublicKey(new_key(1).public_key().0),
        &SigningKey::from_bytes(&[2; 32]),
    );
    let script = || -> Box<dyn Orderer> { Box::new(Script::default()) };
    let refused = world.machine.rekey(now, forged, KeeperNo(1), script());
    let keeper = KeeperNo(0);
    let fault = NoRekey::Fault(RekeyFault::Signature { keeper });
    assert_eq!(refused.unwrap_err(), fault);
    let number = KeeperNo(0);
    let refused = world.machine.rekey(now, good.clone(), number, script());
    assert_eq!(refused.unwrap_err(), NoRekey::NotNamed { number });

    // The block with the new key is made at once.
    let token = TimerToken(1);
    let after = Duration::from_secs(1);
    let (height, round, within) = (Height(9), 0, Duration::ZERO);
    world.script.will(vec![
        Act::Arm { token, after },
        Act::NeedBlock {
            height,
            round,
            within,
        },
    ]);
    let engine = Box::new(world.script.clone());
    let outputs = world.machine.rekey(now, good.clone(), KeeperNo(1), engine);
    world.outputs = outputs.unwrap();
    let told = world.script.told();
    let [
        Told::Begin(Height(9), 1, log),
        Told::Event(OrderEvent::Block { block, .. }),
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!(*log, []);
    assert_eq!(block.header.rekey.as_deref(), Some(&good));
    assert_eq!(block.header.proposer, KeeperNo(1));
    assert_eq!(block.commands, []);
    let again = world.machine.rekey(now, good, KeeperNo(1), script());
    assert_eq!(again.unwrap_err(), NoRekey::Busy, "never two of them");

    let certificate = certify_with(block, 1, &new_key(1));
    let block = block.clone();
    world.script.will(vec![Act::Decided {
        block: block.clone(),
        certificate: certificate.clone(),
    }]);
    world.step(Input::Timer(Timer::Engine(token)));
    assert!(world.writes() && world.sent().is_empty());
    world.step(Input::Written(Ok(())));
    let view = world.machine.view();
    assert_eq!(view.voting, Voting::Votes(KeeperNo(1)));
    assert_eq!((view.height, view.keepers.len()), (Height(9), 1));
    let sent = world.sent();
    let told = Message::Block { block, certificate };
    assert!(sent.contains(&(vec![4], told)), "{sent:?}");
    let number = KeeperNo(1);
    let can_vote = Err(NoRekey::CanVote { number });
    assert_eq!(world.machine.rekey_place(own), can_vote);
}

#[test]
fn a_guest_follows_a_new_key_and_believes_nobody_elses() {
    let mut world = World::guest(1);
    world.link(&[4]);
    let state = world.club.state.clone();
    let Message::Block { block, certificate } = rekeyed(&state, 1) else {
        panic!("no block");
    };
    let distrusts = |output: &Output| matches!(output, Output::Distrust { .. });
    // A word that the founder did not give; one that is for another block; a false certificate.
    let mut forged = block.clone();
    let stranger = SigningKey::from_bytes(&[2; 32]);
    let key = PublicKey(new_key(1).public_key().0);
    forged.header.rekey = Some(Box::new(state.sign_rekey(key, &stranger)));
    let with_forged = certify_with(&forged, 1, &new_key(1));
    world.hear(
        4,
        &Message::Block {
            block: forged,
            certificate: with_forged,
        },
    );
    assert!(world.outputs.iter().any(distrusts) && !world.writes());
    world.hear(
        4,
        &Message::Block {
            certificate: certify_with(&block, 1, &new_key(2)),
            block: block.clone(),
        },
    );
    assert!(world.outputs.iter().any(distrusts) && !world.writes());
    assert!(!world.is_halted());
    world.hear(4, &Message::Block { block, certificate });
    assert!(world.writes());
    world.step(Input::Written(Ok(())));
    let keepers = world.machine.view().state.keepers().to_vec();
    assert_eq!((keepers[0].no, keepers[0].vote_key), (KeeperNo(1), key));
}

/// Whether a node has stopped and told everybody of this kind of proof.
fn told_proof(world: &World, is_kind: impl Fn(&ForkKind) -> bool) -> ForkProof {
    assert!(world.is_halted());
    assert!(matches!(world.alarms()[..], [Alarm::Fork(_)]));
    let sent = world.sent();
    let [(_, Message::Fork(proof))] = &sent[..] else {
        panic!("{sent:?}");
    };
    assert!(is_kind(proof.kind()), "{proof:?}");
    ForkProof::clone(proof)
}

/// Another guest at the same height takes the proof as it came.
fn is_passed_on(proof: &ForkProof) {
    let mut world = World::guest(1);
    world.link(&[4, 5]);
    world.hear(4, &Message::Fork(Box::new(proof.clone())));
    assert!(world.is_halted());
}

#[test]
fn whoever_holds_a_later_block_of_the_old_key_has_the_proof() {
    let is_kind = |kind: &ForkKind| matches!(kind, ForkKind::OldKeys { .. });
    // The old key's block came first, then the new key for the same height.
    let mut world = World::guest(1);
    world.link(&[0, 4]);
    let before = world.club.state.clone();
    let blocks = [world.next_block(), world.next_block()];
    for block in &blocks {
        world.hear(0, &message_of(block, &[0]));
        world.step(Input::Written(Ok(())));
    }
    world.hear(0, &rekeyed(&before, 1));
    is_passed_on(&told_proof(&world, is_kind));

    // The new key came first, then a block of the old one: for the same height, or the next.
    for old in blocks {
        let mut world = World::guest(1);
        world.link(&[0, 4]);
        world.hear(0, &rekeyed(&before, 1));
        world.step(Input::Written(Ok(())));
        assert!(!world.is_halted());
        world.hear(4, &message_of(&old, &[0]));
        is_passed_on(&told_proof(&world, is_kind));
    }
}

#[test]
fn two_new_keys_for_one_block_stop_every_node_that_sees_both() {
    let mut world = World::guest(1);
    world.link(&[0, 4]);
    let before = world.club.state.clone();
    world.hear(0, &rekeyed(&before, 1));
    world.step(Input::Written(Ok(())));
    // The same again is nothing new.
    world.hear(4, &rekeyed(&before, 1));
    assert!(!world.is_halted());
    world.hear(4, &rekeyed(&before, 2));
    let is_kind = |kind: &ForkKind| matches!(kind, ForkKind::Rekeys(_));
    is_passed_on(&told_proof(&world, is_kind));
}

#[test]
fn another_block_for_the_height_makes_new_keys_void() {
    let (mut world, blocks) = lost();
    world.link(&[4]);
    let state = world.machine.view().state.clone();
    let (now, engine) = (world.now, Box::new(world.script.clone()));
    let outputs = world
        .machine
        .rekey(now, word(&state, 1), KeeperNo(1), engine);
    world.outputs = outputs.unwrap();
    assert_eq!(world.script.told().len(), 1);
    // A guest shows up with a block of the old key before the new one decided anything.
    world.hear(4, &message_of(&blocks[0], &[0]));
    assert!(world.writes());
    world.step(Input::Written(Ok(())));
    let view = world.machine.view();
    assert_eq!(
        (view.height, view.voting.clone()),
        (Height(7), Voting::Follows)
    );
    // Above it there is a place for others.
    let place = world.machine.rekey_place(MemberNo(0)).unwrap();
    assert_eq!((place.height, place.parent), (Height(7), view.tip));
}
