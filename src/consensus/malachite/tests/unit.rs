//! One engine, told what others might say.

use proptest::prelude::*;

use super::super::codec::{self, Heard};
use super::super::context::{Candidate, Proposal, Vote, nil_or};
use super::net::{CLUB, block, engine, keepers, key, logged};
use crate::club::{Block, BlockId, Evidence, Height, KeeperNo, SignatureBytes};
use crate::consensus::limits::{AHEAD_PROPOSALS_MAX, AHEAD_VOTES_MAX};
use crate::consensus::orderer::{
    Act, LogRecord, OrderEvent, OrderStatus, OrderStep, Orderer, StopReason, TimerToken, Verdict,
};
use crate::consensus::{Certificate, MalachiteOrderer, precommit};
use crate::identity::Signer as _;
use arc_malachitebft_core_types::{Round, SignedMessage, VoteType};

/// Returns the message of a vote that keeper `number` signed.
pub(super) fn vote(
    number: u16,
    kind: VoteType,
    height: u64,
    round: u32,
    id: Option<BlockId>,
) -> Vec<u8> {
    let vote = Vote {
        kind,
        height: Height(height),
        round: Round::new(round),
        block: nil_or(id),
        keeper: KeeperNo(number),
    };
    let signature = key(number).sign(&vote.statement().message(&CLUB));
    Heard::Vote(SignedMessage::new(vote, SignatureBytes(signature))).encode()
}

pub(super) fn proposal(number: u16, round: u32, polka: Option<u32>, block: &Block) -> Vec<u8> {
    let proposal = Proposal {
        height: block.header.height,
        round: Round::new(round),
        candidate: Candidate::new(block.clone()),
        polka: polka.into(),
        keeper: KeeperNo(number),
    };
    let signature = key(number).sign(&proposal.statement().message(&CLUB));
    Heard::Proposal(SignedMessage::new(proposal, SignatureBytes(signature))).encode()
}

fn certificate(block: &Block, round: u32, numbers: &[u16]) -> Certificate {
    let (height, id) = (block.header.height, block.id());
    let sign = |number: &u16| {
        let keeper = KeeperNo(*number);
        let message = precommit(&CLUB, height, round, &id, keeper);
        (keeper, SignatureBytes(key(*number).sign(&message)))
    };
    Certificate {
        height,
        round,
        block: id,
        signatures: numbers.iter().map(sign).collect(),
    }
}

/// Tells an engine what the second keeper passes on.
fn hear(engine: &mut MalachiteOrderer, bytes: Vec<u8>) -> Vec<Act> {
    let from = KeeperNo(1);
    engine.step(OrderEvent::Message { from, bytes })
}

fn judge(engine: &mut MalachiteOrderer, block: &Block, verdict: Verdict) -> Vec<Act> {
    let block = block.id();
    engine.step(OrderEvent::Verdict { block, verdict })
}

fn started(count: u16, number: u16) -> MalachiteOrderer {
    let mut engine = engine(count, number, 0);
    engine.begin(Height(1), &keepers(count), Vec::new());
    engine
}

/// Returns the votes that are sent, as (whether it is a precommit, block).
fn votes(acts: &[Act]) -> Vec<(bool, Option<BlockId>)> {
    let mut votes = Vec::new();
    for act in acts {
        if let Act::Send { bytes, .. } = act
            && let Some(Heard::Vote(vote)) = Heard::decode(bytes)
        {
            let block = vote.message.statement().block;
            votes.push((vote.kind == VoteType::Precommit, block));
        }
    }
    votes
}

fn stop(acts: &[Act]) -> Option<&StopReason> {
    match acts {
        [Act::Stop(reason)] => Some(reason),
        _ => None,
    }
}

#[test]
fn a_message_that_is_heard_again_is_logged_and_held_once() {
    let mut engine = started(4, 0);
    let heard = vote(2, VoteType::Prevote, 1, 0, None);
    let first = hear(&mut engine, heard.clone());
    assert!(first.iter().any(|act| matches!(act, Act::Log(_))));
    for _ in 0..3 {
        assert_eq!(hear(&mut engine, heard.clone()), []);
    }
    let held = engine.held(0);
    let copies = held.iter().filter(|message| **message == heard);
    assert_eq!(copies.count(), 1);
}

#[test]
fn a_keeper_alone_decides_at_once_without_log_message_or_timer() {
    let mut engine = engine(1, 0, 0);
    for height in 1..4 {
        let acts = engine.begin(Height(height), &keepers(1), Vec::new());
        assert!(
            matches!(acts[..], [Act::NeedBlock { round: 0, .. }]),
            "{acts:?}"
        );
        let block = block(height, 0, height, true);
        let event = OrderEvent::Block {
            height: Height(height),
            round: 0,
            block: block.clone(),
        };
        let acts = engine.step(event);
        let certificate = certificate(&block, 0, &[0]);
        assert_eq!(acts, [Act::Decided { block, certificate }]);
        assert_eq!(engine.status(), OrderStatus::default());
        assert!(engine.held(0).is_empty());
    }
}

#[test]
fn an_engine_serves_its_own_number_and_key_and_goes_only_forward() {
    let begin = |number, last, at, count| {
        let mut engine = engine(4, number, last);
        let acts = engine.begin(Height(at), &keepers(count), Vec::new());
        stop(&acts).cloned()
    };
    assert_eq!(begin(0, 4, 5, 4), None);
    let (served, found) = (KeeperNo(8), 4);
    let others = Some(StopReason::OtherKeepers { served, found });
    assert_eq!(begin(8, 4, 5, 4), others);
    assert!(matches!(
        begin(0, 5, 5, 4),
        Some(StopReason::OutOfPlace { .. })
    ));
    let mut engine = started(1, 0);
    let block = block(2, 0, 0, true);
    let (height, round) = (Height(2), 0);
    let acts = engine.step(OrderEvent::Block {
        height,
        round,
        block,
    });
    assert!(matches!(stop(&acts), Some(StopReason::OutOfPlace { .. })));
    assert!(engine.status().stopped);
    assert_eq!(engine.step(OrderEvent::Timer(TimerToken(1))), []);
}

#[test]
fn a_proposal_is_judged_once_and_its_verdict_is_logged_before_the_vote() {
    let mut engine = started(4, 0);
    assert_eq!(engine.status().proposer, Some(KeeperNo(1)));
    let block = block(1, 1, 5, true);
    // Not by whose turn it isn't, and not with a false signature.
    assert_eq!(hear(&mut engine, proposal(2, 0, None, &block)), []);
    let mut forged = proposal(1, 0, None, &block);
    forged[8] ^= 1;
    assert_eq!(hear(&mut engine, forged), []);
    let acts = hear(&mut engine, proposal(1, 0, None, &block));
    let (round, fresh) = (0, true);
    let asked = Act::Judge {
        block: block.clone(),
        round,
        fresh,
    };
    assert_eq!(acts, [asked]);
    assert_eq!(hear(&mut engine, proposal(1, 0, None, &block)), []);
    let acts = judge(&mut engine, &block, Verdict::Valid);
    assert_eq!(votes(&acts), [(false, Some(block.id()))]);
    let first_send = acts.iter().position(|act| matches!(act, Act::Send { .. }));
    let last_log = acts.iter().rposition(|act| matches!(act, Act::Log(_)));
    assert!(last_log < first_send);
    assert_eq!(logged(&acts).len(), 3, "verdict, proposal and vote");
    assert_eq!(engine.status().step, OrderStep::Prevote);
    assert_eq!(engine.status().voted, [KeeperNo(0)]);
    assert_eq!(engine.held(0).len(), 2);
    assert!(engine.held(1).is_empty());
}

#[test]
fn a_block_refused_for_now_may_be_valid_in_a_later_attempt() {
    let mut engine = started(4, 0);
    let block = block(1, 1, 5, true);
    let id = Some(block.id());
    hear(&mut engine, proposal(1, 0, None, &block));
    let acts = judge(&mut engine, &block, Verdict::Invalid);
    assert_eq!(votes(&acts), [(false, None)]);
    for number in 1..4 {
        hear(&mut engine, vote(number, VoteType::Prevote, 1, 0, id));
        hear(&mut engine, vote(number, VoteType::Precommit, 1, 1, None));
    }
    assert_eq!(engine.status().round, 1);
    // A quorum would have taken it in the first attempt: local rules don't apply any more.
    let acts = hear(&mut engine, proposal(2, 1, Some(0), &block));
    assert!(
        matches!(
            acts[..],
            [Act::Judge {
                fresh: false,
                round: 1,
                ..
            }]
        ),
        "{acts:?}"
    );
    let acts = judge(&mut engine, &block, Verdict::Valid);
    assert_eq!(votes(&acts), [(false, id)]);
}

#[test]
fn who_says_two_things_is_accused_with_a_proof() {
    let mut engine = started(4, 0);
    let (good, other) = (block(1, 1, 5, true), block(1, 1, 6, true));
    let id = Some(good.id());
    for block in [&good, &other] {
        hear(&mut engine, proposal(1, 0, None, block));
        judge(&mut engine, block, Verdict::Valid);
    }
    // A third one proves nothing new.
    assert_eq!(
        hear(&mut engine, proposal(1, 0, None, &block(1, 1, 7, true))),
        []
    );
    hear(&mut engine, vote(3, VoteType::Prevote, 1, 0, None));
    hear(&mut engine, vote(3, VoteType::Prevote, 1, 0, id));
    let mut acts = Vec::new();
    for number in 1..4 {
        hear(&mut engine, vote(number, VoteType::Prevote, 1, 0, id));
        acts.extend(hear(
            &mut engine,
            vote(number, VoteType::Precommit, 1, 0, id),
        ));
    }
    let accused = |act: &Act| {
        if let Act::Accuse(evidence) = act {
            Some(*evidence)
        } else {
            None
        }
    };
    let accused: Vec<Evidence> = acts.iter().filter_map(accused).collect();
    let whom: Vec<_> = accused.iter().map(|evidence| evidence.keeper().0).collect();
    assert_eq!(whom, [3, 1]);
    for evidence in accused {
        let key = key(evidence.keeper().0).public_key();
        assert!(evidence.is_proof(&CLUB, &key));
    }
    assert!(matches!(acts.last(), Some(Act::Decided { .. })));
}

#[test]
fn messages_for_the_next_height_wait_for_it_within_limits() {
    let mut engine = engine(4, 0, 0);
    let block = block(1, 1, 5, true);
    assert_eq!(hear(&mut engine, proposal(1, 0, None, &block)), []);
    for time in 6..10 {
        let another = super::net::block(1, 1, time, true);
        assert_eq!(hear(&mut engine, proposal(1, 0, None, &another)), []);
    }
    for round in 0..200 {
        assert_eq!(
            hear(&mut engine, vote(2, VoteType::Prevote, 1, round, None)),
            []
        );
    }
    assert_eq!(engine.ahead.len(), AHEAD_PROPOSALS_MAX + AHEAD_VOTES_MAX);
    hear(&mut engine, vote(2, VoteType::Prevote, 2, 0, None));
    assert_eq!(engine.ahead.len(), AHEAD_PROPOSALS_MAX + AHEAD_VOTES_MAX);
    let acts = engine.begin(Height(1), &keepers(4), Vec::new());
    assert!(acts.iter().any(|act| matches!(act, Act::Judge { .. })));
    assert!(engine.status().voted.contains(&KeeperNo(2)));
}

#[test]
fn an_engine_that_followed_keeps_what_comes_for_the_height_after() {
    // Idle, or at work on a height that others decided without it.
    for mut engine in [engine(4, 0, 0), started(4, 0)] {
        hear(&mut engine, vote(1, VoteType::Prevote, 2, 0, None));
        engine.leave(Height(4));
        assert_eq!(engine.ahead.len(), 0);
        assert_eq!(engine.status().height, None);
        hear(&mut engine, vote(2, VoteType::Prevote, 5, 0, None));
        hear(&mut engine, vote(2, VoteType::Prevote, 4, 0, None));
        engine.begin(Height(5), &keepers(4), Vec::new());
        assert_eq!(engine.status().voted, [KeeperNo(2)]);
        let old = engine.begin(Height(4), &keepers(4), Vec::new());
        assert!(stop(&old).is_some());
    }
}

#[test]
fn a_certified_block_is_judged_and_decided() {
    let good = block(1, 1, 5, true);
    let tell = |engine: &mut MalachiteOrderer, certificate| {
        let block = good.clone();
        engine.step(OrderEvent::Certified { block, certificate })
    };
    let mut engine = started(4, 0);
    let refused = [Act::Refused { height: Height(1) }];
    assert_eq!(tell(&mut engine, certificate(&good, 3, &[1, 2])), refused);
    let of_another = certificate(&block(1, 1, 6, true), 3, &[1, 2, 3]);
    assert_eq!(tell(&mut engine, of_another), refused);
    let proof = certificate(&good, 3, &[1, 2, 3]);
    let acts = tell(&mut engine, proof.clone());
    let asks = |what: fn(&Act) -> bool| acts.iter().any(what);
    assert!(asks(|act| matches!(act, Act::Judge { fresh: false, .. })));
    // It is its turn in the attempt that succeeded without it.
    assert!(!asks(|act| matches!(act, Act::NeedBlock { .. })));
    let acts = judge(&mut engine, &good, Verdict::Valid);
    let (block, certificate) = (good.clone(), proof.clone());
    assert_eq!(acts.last(), Some(&Act::Decided { block, certificate }));

    // It holds the block already: nobody is asked again.
    let mut engine = started(4, 0);
    hear(&mut engine, proposal(1, 0, None, &good));
    judge(&mut engine, &good, Verdict::Valid);
    let acts = tell(&mut engine, proof.clone());
    assert!(matches!(acts.last(), Some(Act::Decided { .. })), "{acts:?}");

    // What the keepers certified and this node can't follow is an alarm.
    let mut engine = started(4, 0);
    tell(&mut engine, proof);
    let acts = judge(&mut engine, &good, Verdict::Invalid);
    assert!(matches!(
        stop(&acts),
        Some(StopReason::CertifiedInvalid { .. })
    ));
}

#[test]
fn a_log_that_contradicts_itself_stops_an_engine_for_its_height_alone() {
    let block = block(1, 1, 5, true);
    let log_of = |verdict| {
        let mut engine = started(4, 0);
        hear(&mut engine, proposal(1, 0, None, &block));
        logged(&judge(&mut engine, &block, verdict))
    };
    // The verdict of one run before the vote of another.
    let (mut log, other) = (log_of(Verdict::Valid), log_of(Verdict::Invalid));
    log[0] = other[0].clone();
    let mut engine = engine(4, 0, 0);
    let acts = engine.begin(Height(1), &keepers(4), log);
    let height = Height(1);
    assert_eq!(stop(&acts), Some(&StopReason::Diverged { height }));
    // It signs nothing more there, whatever is heard.
    let heard = hear(&mut engine, vote(2, VoteType::Prevote, 1, 0, None));
    assert_eq!(votes(&heard), []);
    engine.leave(height);
    let acts = engine.begin(Height(2), &keepers(4), Vec::new());
    assert_eq!(stop(&acts), None);
    assert!(!engine.status().stopped);
}

#[test]
fn a_statement_of_its_own_that_the_log_lacks_stops_an_engine_for_good() {
    let block = block(1, 1, 5, true);
    let id = Some(block.id());
    let mut engine = started(4, 0);
    let mut log = Vec::new();
    hear(&mut engine, proposal(1, 0, None, &block));
    log.extend(logged(&judge(&mut engine, &block, Verdict::Valid)));
    let own = vote(0, VoteType::Prevote, 1, 0, id);
    assert_eq!(hear(&mut engine, own.clone()), []);
    // Nobody else can make it stop.
    let mut forged = vote(0, VoteType::Prevote, 1, 0, None);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    hear(&mut engine, forged);
    assert!(!engine.status().stopped);

    let mut replayed = super::net::engine(4, 0, 0);
    let acts = replayed.begin(Height(1), &keepers(4), log);
    assert_eq!(
        votes(&acts),
        [(false, id)],
        "it says again what it had said"
    );
    assert_eq!(logged(&acts), []);
    assert!(acts.iter().any(|act| matches!(act, Act::Arm { .. })));
    assert_eq!(hear(&mut replayed, own.clone()), []);

    let mut without = started(4, 0);
    let acts = hear(&mut without, own);
    let reason = StopReason::KeyUsedElsewhere { height: Height(1) };
    assert_eq!(stop(&acts), Some(&reason));
    let acts = without.begin(Height(2), &keepers(4), Vec::new());
    assert_eq!(stop(&acts), Some(&reason));
}

#[test]
fn a_certificate_with_a_signature_that_the_log_lacks_stops_an_engine_for_good() {
    let good = block(1, 1, 5, true);
    let tell = |engine: &mut MalachiteOrderer, signers: &[u16]| {
        let (block, certificate) = (good.clone(), certificate(&good, 2, signers));
        engine.step(OrderEvent::Certified { block, certificate })
    };
    // Its own name without its key is no word of its own.
    let mut engine = started(4, 0);
    let mut forged = certificate(&good, 2, &[0, 1, 2]);
    forged.signatures[0].1.0[0] ^= 1;
    let block = good.clone();
    let certificate = forged;
    let acts = engine.step(OrderEvent::Certified { block, certificate });
    assert_eq!(acts, [Act::Refused { height: Height(1) }]);
    assert!(!engine.status().stopped);
    let reason = StopReason::KeyUsedElsewhere { height: Height(1) };
    assert_eq!(stop(&tell(&mut engine, &[0, 1, 2])), Some(&reason));
    // What it signed itself is no news: it decides with the others.
    let mut engine = started(4, 0);
    let id = Some(good.id());
    hear(&mut engine, proposal(1, 0, None, &good));
    judge(&mut engine, &good, Verdict::Valid);
    for voter in [1, 2] {
        hear(&mut engine, vote(voter, VoteType::Prevote, 1, 0, id));
    }
    let proof = super::unit::certificate(&good, 0, &[0, 1, 2]);
    let acts = engine.step(OrderEvent::Certified {
        block: good.clone(),
        certificate: proof,
    });
    assert!(matches!(acts.last(), Some(Act::Decided { .. })), "{acts:?}");
}

#[test]
fn a_keeper_is_told_what_it_said_last_alone_and_nobody_elses_word() {
    let block = block(1, 1, 5, true);
    let id = Some(block.id());
    let mut engine = started(4, 0);
    assert_eq!(engine.last_said_by(KeeperNo(2)), Vec::<Vec<u8>>::new());
    let of_the_first = vote(2, VoteType::Prevote, 1, 0, None);
    let of_the_third = [
        vote(2, VoteType::Prevote, 1, 2, id),
        vote(2, VoteType::Precommit, 1, 2, id),
    ];
    hear(&mut engine, of_the_first.clone());
    assert_eq!(engine.last_said_by(KeeperNo(2)), [of_the_first]);
    hear(&mut engine, of_the_third[0].clone());
    hear(&mut engine, vote(3, VoteType::Prevote, 1, 3, id));
    hear(&mut engine, of_the_third[1].clone());
    assert_eq!(engine.last_said_by(KeeperNo(2)), of_the_third);
    // The proposal of an attempt is among it.
    hear(&mut engine, proposal(1, 0, None, &block));
    judge(&mut engine, &block, Verdict::Valid);
    assert_eq!(
        engine.last_said_by(KeeperNo(1)),
        [proposal(1, 0, None, &block)]
    );
}

#[test]
fn a_log_of_another_height_keeper_or_club_is_refused() {
    let block = block(1, 1, 5, true);
    let mut engine = started(4, 0);
    hear(&mut engine, proposal(1, 0, None, &block));
    let log = logged(&judge(&mut engine, &block, Verdict::Valid));
    let begin = |at: u64, log: &[LogRecord]| {
        let mut engine = super::net::engine(4, 0, at - 1);
        let acts = engine.begin(Height(at), &keepers(4), log.to_vec());
        stop(&acts).cloned()
    };
    assert_eq!(begin(1, &log), None);
    let (record, height) = (0, Height(2));
    assert_eq!(begin(2, &log), Some(StopReason::Log { record, height }));
    let height = Height(1);
    let mut damaged = log.clone();
    damaged[2].0.push(0);
    assert_eq!(
        begin(1, &damaged),
        Some(StopReason::Log { record: 2, height })
    );
    // Its own vote with a signature that its key didn't make, as for another club.
    let mut elsewhere = log;
    let last = elsewhere[2].0.len() - 1;
    elsewhere[2].0[last] ^= 1;
    assert_eq!(
        begin(1, &elsewhere),
        Some(StopReason::Log { record: 2, height })
    );
}

#[test]
fn a_proposer_that_crashed_before_it_proposed_is_asked_for_a_block_after_the_replay() {
    let keepers = keepers(4);
    // The second keeper's turn; somebody's vote is all that its log holds.
    let other = LogRecord(vote(2, VoteType::Prevote, 1, 0, None));
    let mut engine = super::net::engine(4, 1, 0);
    let acts = engine.begin(Height(1), &keepers, vec![other]);
    let asked = |acts: &[Act]| acts.iter().any(|act| matches!(act, Act::NeedBlock { .. }));
    assert!(asked(&acts));
    let block = block(1, 1, 5, true);
    let (height, round) = (Height(1), 0);
    let acts = engine.step(OrderEvent::Block {
        height,
        round,
        block,
    });
    let mut engine = super::net::engine(4, 1, 0);
    let acts = engine.begin(Height(1), &keepers, logged(&acts));
    assert!(!asked(&acts), "it has proposed");
    assert_eq!(votes(&acts).len(), 1);
}

#[test]
fn a_vote_takes_a_hundred_bytes_and_has_one_encoding() {
    let bytes = vote(3, VoteType::Precommit, 300, 0, Some(BlockId([4; 32])));
    assert_eq!(bytes.len(), 103);
    assert_eq!(Heard::decode(&bytes).unwrap().encode(), bytes);
    for length in 0..bytes.len() {
        assert!(Heard::decode(&bytes[..length]).is_none());
    }
    let followed = [&bytes[..], &[0]].concat();
    assert!(Heard::decode(&followed).is_none());
    // The keeper's number, written in more bytes than it takes.
    let mut longer = bytes.clone();
    let place = 1 + 1 + 2 + 1 + 33;
    assert_eq!(longer[place], 3);
    longer.splice(place..=place, [0x83, 0]);
    assert!(Heard::decode(&longer).is_none());
}

/// A list of `count` signatures in a certificate of votes.
fn many(count: u8) -> Vec<u8> {
    let mut bytes = vec![2, 1, 0];
    bytes.extend([4; 32]);
    bytes.push(count);
    for keeper in 0..count {
        bytes.push(keeper);
        bytes.extend([9; 64]);
    }
    bytes
}

#[test]
fn a_certificate_names_at_most_sixteen_keepers() {
    assert!(Heard::decode(&many(16)).is_some());
    assert!(Heard::decode(&many(17)).is_none());
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_dropped(
        seed in 0_u8..6,
        noise in proptest::collection::vec(any::<u8>(), 0..300),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let good = block(1, 1, 5, true);
        let mut bytes = match seed {
            0 => noise,
            1 => [vec![seed], noise].concat(),
            2 => proposal(1, 0, None, &good),
            3 => vote(2, VoteType::Precommit, 1, 0, None),
            4 => many(4),
            _ => [vec![3, 1, 0, 1, 4], noise].concat(),
        };
        if !bytes.is_empty() {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(heard) = Heard::decode(&bytes) {
            prop_assert_eq!(heard.encode(), bytes.clone());
        }
        if let Some(input) = codec::replayed(Height(1), &bytes) {
            prop_assert_eq!(codec::record(&input), Some(bytes.clone()));
        }
        let mut engine = started(4, 0);
        hear(&mut engine, bytes.clone());
        prop_assert!(!engine.status().stopped);
        super::net::engine(4, 0, 0).begin(Height(1), &keepers(4), vec![LogRecord(bytes)]);
    }
}
