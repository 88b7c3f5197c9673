//! Keepers of a shared club agree on new vote keys: what each of them says and believes.

use ed25519_dalek::SigningKey;

use super::*;
use crate::club::{BlockId, ClubState, KeyOffer, Rekey, RekeyFault};
use crate::consensus::view::Voting;
use crate::consensus::{ForkKind, LogRecord};

/// The kit's identity key of a member.
fn identity(member: u16) -> SigningKey {
    SigningKey::from_bytes(&[u8::try_from(member).unwrap() + 1; 32])
}

fn new_key(number: u16) -> PublicKey {
    let seed = [200 + u8::try_from(number).unwrap(); 32];
    PublicKey(Identity::from_seed(&seed).public_key().0)
}

const ALL: [u16; 4] = [0, 1, 2, 3];

fn numbers(of: &[u16]) -> Vec<KeeperNo> {
    of.iter().copied().map(KeeperNo).collect()
}

fn offer_of(state: &ClubState, keeper: u16, with: &[u16]) -> KeyOffer {
    let (no, key) = (KeeperNo(keeper), new_key(keeper));
    state.offer_key(no, key, numbers(with), &identity(keeper))
}

fn offered(state: &ClubState, keeper: u16) -> Message {
    Message::KeyOffer(Box::new(offer_of(state, keeper, &ALL)))
}

/// New keys of these keepers, signed by those.
fn word(state: &ClubState, of: &[u16], signers: &[u16]) -> Rekey {
    let keys: Vec<_> = of.iter().map(|no| (KeeperNo(*no), new_key(*no))).collect();
    let sign = |no: &u16| state.sign_new_keys(keys.clone(), KeeperNo(*no), &identity(*no));
    let mut words = signers.iter().map(sign);
    let mut first = words.next().unwrap();
    for more in words {
        first.add_signatures(&more);
    }
    first
}

fn told(state: &ClubState, of: &[u16], signers: &[u16]) -> Message {
    Message::NewKeys(Box::new(word(state, of, signers)))
}

fn asking(with: &[u16], signed: Option<Rekey>) -> Asking {
    Asking {
        keeper: KeeperNo(1),
        key: new_key(1),
        with: numbers(with),
        identity: identity(1),
        signed,
    }
}

fn ask(world: &mut World, asking: Asking) {
    let outputs = world.machine.ask_for_keys(world.now, asking);
    world.outputs = outputs.unwrap();
}

/// Keeper 1 of four, whose log is lost, linked to the others.
fn lost() -> (World, ClubState) {
    let log = KeptLog::Lost("the log is gone".to_owned());
    let mut world = World::start(4, Some(1), log);
    world.link(&[0, 2, 3]);
    let state = world.club.state.clone();
    (world, state)
}

/// What of new keys the last answer has remembered.
fn kept(world: &World) -> Vec<Rekey> {
    let outputs = world.outputs.iter().filter_map(|output| match output {
        Output::KeepSigned(rekey) => Some(Rekey::clone(rekey)),
        _ => None,
    });
    outputs.collect()
}

fn is_distrusted(world: &World) -> bool {
    let distrusts = |output: &Output| matches!(output, Output::Distrust { .. });
    world.outputs.iter().any(distrusts)
}

#[test]
fn a_keeper_signs_once_when_all_have_offered_and_votes_when_a_quorum_has_signed() {
    let (mut world, state) = lost();
    ask(&mut world, asking(&ALL, None));
    let all = vec![0, 2, 3];
    assert_eq!(world.sent(), [(all.clone(), offered(&state, 1))]);
    let first = world.armed(Timer::Offer).unwrap();
    world.hear(0, &offered(&state, 0));
    let height = state.height();
    let keeper = KeeperNo(0);
    assert_eq!(world.alarms(), [&Alarm::KeysAsked { keeper, height }]);
    // The same again is nothing new; the own one comes back from others.
    for known in [0, 1] {
        world.hear(2, &offered(&state, known));
        assert!(world.alarms().is_empty() && world.sent().is_empty());
    }
    world.hear(2, &offered(&state, 2));
    // Nobody who is waited for is signed without; what others signed doesn't change that.
    world.hear(0, &told(&state, &ALL, &[0, 2]));
    assert_eq!((world.sent(), kept(&world)), (vec![], vec![]));
    // What may be lost is said again, ever more seldom.
    world.step(Input::Timer(Timer::Offer));
    assert_eq!(world.sent().len(), 3);
    assert_eq!(world.armed(Timer::Offer), Some(2 * first));

    // That of keeper 3 comes by another one.
    world.hear(0, &offered(&state, 3));
    let own = word(&state, &ALL, &[1]);
    assert_eq!(kept(&world), std::slice::from_ref(&own));
    let place = |wanted: &dyn Fn(&Output) -> bool| world.outputs.iter().position(wanted);
    let is_kept = place(&|output| matches!(output, Output::KeepSigned(_)));
    let is_sent = place(&|output| matches!(output, Output::Send { .. }));
    assert!(is_kept < is_sent, "durable before it is said");
    assert_eq!(world.sent(), [(all, Message::NewKeys(Box::new(own)))]);
    assert_eq!(world.machine.whole_word(), None);
    world.hear(0, &told(&state, &ALL, &[0]));
    assert_eq!(world.machine.whole_word(), None, "two are no quorum");
    world.hear(0, &told(&state, &ALL, &[0, 3]));
    let whole = world.machine.whole_word().unwrap().clone();
    assert_eq!(whole, word(&state, &ALL, &[0, 1, 3]));

    // Its engine begins with what an earlier run said under the new key.
    let records = vec![LogRecord(vec![7])];
    let height = state.height().next();
    let log = KeptLog::Kept {
        height,
        records: records.clone(),
    };
    let engine = Box::new(world.script.clone());
    let outputs = world
        .machine
        .rekey_from(world.now, whole.clone(), KeeperNo(5), (engine, log));
    world.outputs = outputs.unwrap();
    assert_eq!(world.script.told(), [Told::Begin(height, 4, records)]);
    let whole = Message::NewKeys(Box::new(whole));
    assert_eq!(world.sent(), [(vec![0, 2, 3], whole.clone())]);
    assert_eq!(world.machine.whole_word(), None);
    // Whoever still asks is told.
    world.hear(2, &offered(&state, 2));
    assert_eq!(world.sent(), [(vec![2], whole)]);
}

#[test]
fn a_keeper_that_has_not_signed_takes_what_a_quorum_of_others_did() {
    let (mut world, state) = lost();
    world.hear(0, &told(&state, &ALL, &[0, 2, 3]));
    assert_eq!(world.machine.whole_word(), None, "its player did not ask");
    ask(&mut world, asking(&ALL, None));
    // Another list is not what its player asked for.
    world.hear(0, &told(&state, &[1, 2, 3], &[0, 2, 3]));
    assert_eq!(world.machine.whole_word(), None);
    world.hear(0, &told(&state, &ALL, &[0, 2, 3]));
    assert_eq!(kept(&world), [word(&state, &ALL, &[0, 2, 3])]);
    assert!(world.machine.whole_word().is_some());
}

#[test]
fn nobody_signs_two_lists_above_one_block_not_after_a_restart_either() {
    let (mut world, state) = lost();
    // An earlier run signed for three, and was not asked for all.
    let signed = word(&state, &[0, 1, 2], &[1]);
    let other = world
        .machine
        .ask_for_keys(world.now, asking(&ALL, Some(signed.clone())));
    assert_eq!(other.unwrap_err(), NoRekey::Signed);
    ask(&mut world, asking(&[0, 1, 2], Some(signed.clone())));
    let said = Message::NewKeys(Box::new(signed));
    assert!(world.sent().iter().any(|(_, message)| *message == said));
    for keeper in [0, 2, 3] {
        world.hear(keeper.into(), &offered(&state, keeper));
    }
    world.hear(0, &told(&state, &ALL, &[0, 2, 3]));
    assert_eq!((kept(&world), world.machine.whole_word()), (vec![], None));
    let other = world.machine.ask_for_keys(world.now, asking(&ALL, None));
    assert_eq!(other.unwrap_err(), NoRekey::Signed);
    // What was signed above an earlier block binds nobody.
    let (mut world, state) = lost();
    let mut earlier = word(&state, &[0, 1, 2], &[1]);
    earlier.parent = BlockId([9; 32]);
    ask(&mut world, asking(&ALL, Some(earlier)));
}

#[test]
fn what_cant_be_remembered_is_not_stood_by() {
    let (mut world, state) = lost();
    ask(&mut world, asking(&ALL, None));
    for keeper in [0, 2, 3] {
        world.hear(keeper.into(), &offered(&state, keeper));
    }
    assert_eq!(kept(&world).len(), 1);
    world.step(Input::LogFailed("the disk is full".to_owned()));
    world.hear(0, &told(&state, &ALL, &[0, 2]));
    assert_eq!(world.machine.whole_word(), None);
    world.step(Input::Timer(Timer::Offer));
    assert_eq!((world.sent(), world.armed(Timer::Offer)), (vec![], None));
}

#[test]
fn keepers_that_want_other_lists_sign_none() {
    let (mut world, state) = lost();
    ask(&mut world, asking(&ALL, None));
    for keeper in [0, 2] {
        world.hear(keeper.into(), &offered(&state, keeper));
    }
    let three = offer_of(&state, 3, &[1, 2, 3]);
    world.hear(3, &Message::KeyOffer(Box::new(three.clone())));
    assert_eq!(kept(&world), []);
    // Its player thinks better of it. What others pass on is older than that.
    world.hear(3, &offered(&state, 3));
    assert_eq!(kept(&world), [word(&state, &ALL, &[1])]);
    let (mut world, state) = lost();
    world.hear(3, &offered(&state, 3));
    world.hear(0, &Message::KeyOffer(Box::new(three)));
    ask(&mut world, asking(&ALL, None));
    for keeper in [0, 2] {
        world.hear(keeper.into(), &offered(&state, keeper));
    }
    assert_eq!(kept(&world).len(), 1);
}

#[test]
fn what_is_forged_is_not_taken_and_its_sender_distrusted() {
    let (mut world, state) = lost();
    ask(&mut world, asking(&ALL, None));
    let bent = |bend: &dyn Fn(&mut KeyOffer)| {
        let mut offer = offer_of(&state, 2, &ALL);
        bend(&mut offer);
        Message::KeyOffer(Box::new(offer))
    };
    let mut one = word(&state, &ALL, &[0, 2, 3]);
    one.keys = match word(&state, &ALL, &[0]).keys {
        crate::club::NewKeys::Several { keys, signatures } => {
            let (_, signature) = signatures[0];
            let signatures = [0, 2, 3].map(|no| (KeeperNo(no), signature)).to_vec();
            crate::club::NewKeys::Several { keys, signatures }
        }
        sole @ crate::club::NewKeys::Sole { .. } => sole,
    };
    let forged = [
        // Another key, list, or keeper than was signed for.
        bent(&|offer| offer.key = new_key(9)),
        bent(&|offer| offer.with = numbers(&[1, 2, 3])),
        bent(&|offer| offer.keeper = KeeperNo(3)),
        // Signed, and wrong by itself.
        Message::KeyOffer(Box::new(offer_of(&state, 2, &[0, 1]))),
        Message::KeyOffer(Box::new(offer_of(&state, 2, &[2, 1]))),
        Message::KeyOffer(Box::new(offer_of(&state, 2, &[2, 9]))),
        Message::KeyOffer(Box::new(state.offer_key(
            KeeperNo(2),
            state.keepers()[2].vote_key,
            numbers(&ALL),
            &identity(2),
        ))),
        // One signature in three names; one key for a club of four.
        Message::NewKeys(Box::new(one)),
        told(&state, &[0], &[0]),
        Message::NewKeys(Box::new(state.sign_rekey(new_key(0), &identity(0)))),
    ];
    for message in forged {
        world.hear(2, &message);
        assert!(is_distrusted(&world), "{message:?}");
        assert_eq!(kept(&world), []);
        assert_eq!(world.machine.whole_word(), None);
    }
    // A guest has no word in it.
    world.link(&[4]);
    world.hear(4, &offered(&state, 2));
    for keeper in [0, 3] {
        world.hear(keeper.into(), &offered(&state, keeper));
    }
    assert_eq!(kept(&world), []);
    world.hear(2, &offered(&state, 2));
    assert_eq!(kept(&world).len(), 1);
}

#[test]
fn a_keeper_that_holds_a_later_block_is_followed_before_anything_is_signed() {
    let (mut world, state) = lost();
    ask(&mut world, asking(&ALL, None));
    let block = world.next_block();
    let later = world.club.state.clone();
    for keeper in [0, 2] {
        world.hear(keeper.into(), &offered(&state, keeper));
    }
    // Keeper 3 offers above its own newest block.
    world.hear(3, &offered(&later, 3));
    world.hear(0, &offered(&state, 3));
    assert_eq!(kept(&world), []);
    world.step(Input::Timer(Timer::Want));
    world.hear(3, &message_of(&block, &[0, 2, 3]));
    assert!(world.writes());
    world.step(Input::Written(Ok(())));
    // All before it is void, and the own offer is made again.
    let again = (vec![0, 2, 3], offered(&later, 1));
    assert!(world.sent().contains(&again), "{:?}", world.sent());
    world.hear(0, &offered(&state, 0));
    let wants_help = |output: &Output| matches!(output, Output::SendBlocks { .. });
    assert!(world.outputs.iter().any(wants_help), "{:?}", world.outputs);
    for keeper in [0, 2, 3] {
        world.hear(keeper.into(), &offered(&later, keeper));
    }
    assert_eq!(kept(&world), [word(&later, &ALL, &[1])]);
}

#[test]
fn a_keeper_gives_up_a_key_that_can_vote_only_when_too_few_others_can() {
    let mut world = World::keeper();
    world.link(&[0, 2, 3]);
    let state = world.club.state.clone();
    let number = KeeperNo(1);
    let refused = |world: &mut World| {
        let refused = world.machine.ask_for_keys(world.now, asking(&ALL, None));
        assert_eq!(refused.unwrap_err(), NoRekey::CanVote { number });
        assert_eq!(world.machine.view().voting, Voting::Votes(number));
    };
    refused(&mut world);
    world.hear(0, &offered(&state, 0));
    refused(&mut world);
    world.hear(2, &offered(&state, 2));
    ask(&mut world, asking(&ALL, None));
    let alarms = world.alarms();
    assert!(matches!(alarms[..], [Alarm::Retired(_)]), "{alarms:?}");
    let is_alarm = |output: &Output| matches!(output, Output::Alarm(_));
    let is_sent = |output: &Output| matches!(output, Output::Send { .. });
    let place = |wanted: &dyn Fn(&Output) -> bool| world.outputs.iter().position(wanted);
    assert!(
        place(&is_alarm) < place(&is_sent),
        "retired before it is said"
    );
    // It votes no more, whatever the others say.
    world.script.told();
    let message = world.engine(1, false);
    world.hear(0, &message);
    let command = world.command(0, Body::Nothing);
    world.step(Input::Propose(vec![command]));
    assert_eq!(world.script.told(), []);
}

/// Returns a keeper that goes on under the new keys of all four, and these keys.
fn succeeded() -> (World, ClubState, Rekey) {
    let (mut world, state) = lost();
    ask(&mut world, asking(&ALL, None));
    world.hear(0, &told(&state, &ALL, &[0, 2, 3]));
    let whole = world.machine.whole_word().unwrap().clone();
    let engine = Box::new(world.script.clone());
    let log = KeptLog::empty(state.height().next());
    let begun = world
        .machine
        .rekey_from(world.now, whole.clone(), KeeperNo(5), (engine, log));
    begun.unwrap();
    (world, state, whole)
}

#[test]
fn two_lists_that_both_hold_prove_that_keepers_signed_twice() {
    let (mut world, state, _) = succeeded();
    // The same keys by other signatures, and others that do not hold yet, prove nothing.
    world.hear(0, &told(&state, &ALL, &[0, 1, 2]));
    world.hear(0, &told(&state, &[0, 1, 2], &[0, 2]));
    assert!(!world.is_halted());
    world.hear(0, &told(&state, &[0, 2, 3], &[0, 2, 3]));
    assert!(world.is_halted());
    let [Alarm::Fork(proof)] = world.alarms()[..] else {
        panic!("{:?}", world.alarms());
    };
    assert!(matches!(proof.kind(), ForkKind::Rekeys(_)));
    let signed = proof.verify(state.club(), state.keepers(), state.next_keeper_no());
    let signed: Vec<_> = signed.unwrap().iter().map(|keeper| keeper.no.0).collect();
    assert_eq!(signed, [0, 2, 3]);
}

/// A block of the old keys, or of other new ones, is not what the new keys decide.
#[test]
fn a_block_that_other_keys_are_to_decide_gets_no_vote() {
    let (mut world, state, whole) = succeeded();
    world.script.told();
    let others = word(&state, &[0, 1, 2], &[0, 1, 2]);
    let by_others = word(&state, &ALL, &[0, 1, 2]);
    for (rekey, proposer, is_good) in [
        (None, 0, false),
        (Some(others), 4, false),
        (Some(by_others), 4, true),
        (Some(whole), 4, true),
    ] {
        let time = crate::club::TimeMs(state.time().0.max(world.now.unix.0) + 1);
        let max = crate::club::limits::BLOCK_BYTES_MAX;
        let number = KeeperNo(proposer);
        let built = club::build_with(rekey.as_ref(), max, &state, time, number, Vec::new());
        let block = built.unwrap().block;
        world.script.will(vec![Act::Judge {
            block: block.clone(),
            round: 0,
            fresh: false,
        }]);
        let next = world.engine(1, false);
        world.hear(0, &next);
        let verdict = world.script.told().into_iter().find_map(|told| match told {
            Told::Event(OrderEvent::Verdict { verdict, .. }) => Some(verdict),
            _ => None,
        });
        let expected = if is_good {
            Verdict::Valid
        } else {
            Verdict::Invalid
        };
        assert_eq!(verdict, Some(expected), "{:?}", block.header.rekey);
    }
}

#[test]
fn too_few_and_a_host_are_not_asked() {
    let (mut world, _) = lost();
    let few = world.machine.ask_for_keys(world.now, asking(&[1, 2], None));
    let fault = RekeyFault::TooFew { found: 2, need: 3 };
    assert_eq!(few.unwrap_err(), NoRekey::Fault(fault));
    let log = KeptLog::Lost("the log is gone".to_owned());
    let mut world = World::start(1, Some(0), log);
    let host = world.machine.ask_for_keys(world.now, asking(&ALL, None));
    let fault = RekeyFault::Form { keepers: 1 };
    assert_eq!(host.unwrap_err(), NoRekey::Fault(fault));
}
