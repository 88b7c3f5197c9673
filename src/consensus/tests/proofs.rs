//! Keepers that break the rules on real chains: what is kept, who is told, and what stops.

use std::fs;

use super::cluster::{Cluster, key_of};
use super::*;
use crate::club::{self, Block, ClubState, KeeperNo, SignatureBytes, StateRoot, StatementKind};
use crate::consensus::wire::Message;
use crate::gaming::{ConsensusGameManager, GameLinks, GameSettings, ManagerParts};
use crate::storage::Write;
use crate::transcript::verify;

/// Returns a block without commands on top of a state, so many milliseconds after it.
fn block_after(state: &ClubState, proposer: u16, later: u64) -> Block {
    let time = TimeMs(state.time().0 + later);
    club::build(state, time, KeeperNo(proposer), Vec::new()).block
}

/// Returns a block as its sole keeper certifies it.
fn certified(block: Block, key: &Identity) -> Message {
    let (keeper, height) = (KeeperNo(0), block.header.height);
    let message = precommit(&block.header.club, height, 0, &block.id(), keeper);
    let certificate = Certificate {
        height,
        round: 0,
        block: block.id(),
        signatures: vec![(keeper, SignatureBytes(key.sign(&message)))],
    };
    Message::Block { block, certificate }
}

/// Returns how a keeper proposes a block at the next height of a state.
fn proposal(state: &ClubState, number: u16, key: &Identity, later: u64) -> Message {
    let keepers = KeeperSet::new(state.keepers()).unwrap();
    let (keeper, next) = (KeeperNo(number), state.height().next());
    assert_eq!(keepers.proposer(next, 0).no, keeper);
    let (club, key) = (*state.club(), Arc::new(key.clone()));
    let pace = PaceTimeouts::Local;
    let mut engine = MalachiteOrderer::new(club, keeper, key, state.height(), &keepers, pace);
    engine.begin(next, &keepers, Vec::new());
    let acts = engine.step(OrderEvent::Block {
        height: next,
        round: 0,
        block: block_after(state, number, later),
    });
    let said = acts.into_iter().find_map(|act| {
        let Act::Send { bytes, .. } = act else {
            return None;
        };
        let said = MalachiteOrderer::said_by(&bytes, keeper);
        let is_proposal = said.first()?.0.kind == StatementKind::Proposal;
        is_proposal.then_some(bytes)
    });
    Message::Engine {
        height: next,
        again: false,
        bytes: said.unwrap(),
    }
}

/// Lets a member's game manager run on its node.
fn play(cluster: &Cluster, member: u32, cancel: &CancellationToken) {
    let (store, secrets) = cluster.store(member);
    let (_, run) = ConsensusGameManager::new(ManagerParts {
        chain: cluster.chain(member).clone(),
        store,
        secrets,
        player: key_of(member),
        storage_key: StorageKey::from_bytes([6; 32]),
        past: Vec::new(),
        placed: Vec::new(),
        links: GameLinks::new(),
        clock: Arc::clone(&cluster.clock),
        settings: GameSettings {
            table_name: "practice".to_owned(),
            rules: TableRules::default(),
            seats_max: 8,
            bots: Vec::new(),
            pace: Duration::ZERO,
            seed: 1,
        },
    })
    .unwrap();
    TaskTracker::new().spawn(run(cancel.clone()));
}

#[tokio::test(start_paused = true)]
async fn a_keeper_that_proposes_two_blocks_is_accused_once_and_the_proof_is_kept() {
    let mut cluster = Cluster::shared(0).await;
    while cluster.view(1).height.next().0 % 4 != 3 {
        cluster.decide(1, Body::Nothing).await;
    }
    cluster.all_reached().await;
    cluster.stop(3).await;
    let key = cluster.vote_key(3, 3).await;
    let state = Arc::clone(&cluster.view(1).state);
    let bond = state.keeper_bond(KeeperNo(3));
    assert!(bond > Chips::ZERO);
    let after = cluster.clock.now().0.saturating_sub(state.time().0).max(1);
    let two = [after, after + 1].map(|later| proposal(&state, 3, &key, later));
    cluster.say(3, 0..3, &two).await;
    for member in 0..3 {
        cluster
            .until(member, |view| {
                view.accusations.len() == 1 && view.proofs.kept == 1
            })
            .await;
    }
    assert!(!cluster.view(1).state.is_accused(KeeperNo(3)));

    // One of the members' nodes tells the club by itself, and the others see that it did.
    let cancel = CancellationToken::new();
    for member in 0..3 {
        play(&cluster, member, &cancel);
    }
    for member in 0..3 {
        let is_known = |view: &ChainView| view.state.is_accused(KeeperNo(3));
        cluster.until(member, is_known).await;
        let view = cluster.view(member);
        assert!(view.accusations.is_empty());
        assert_eq!(view.state.keeper_bond(KeeperNo(3)), Chips::ZERO);
    }
    cluster.decide(1, Body::Nothing).await;
    cluster.decide(2, Body::Nothing).await;
    let (store, _) = cluster.store(1);
    let rows = store.blocks(cluster.club, Height(1), 64).await.unwrap();
    let blocks = rows.iter().map(|(_, row)| StoredBlock::from_bytes(row));
    let accusing = blocks.flat_map(|stored| stored.unwrap().block.commands);
    let accusing = accusing.filter(|command| matches!(command.body, Body::Accuse { .. }));
    assert_eq!(accusing.count(), 1);
    cancel.cancel();

    // A row that can't be read is told and left, and the club opens.
    let junk = Write::Misconduct {
        club: cluster.club,
        proof: b"junk".to_vec(),
    };
    store.write(junk).await.unwrap();
    drop(store);
    cluster.stop(1).await;
    cluster.start(1).await;
    cluster.until(1, |view| view.proofs.unreadable == 1).await;
    assert_eq!(cluster.view(1).proofs.kept, 1);
    cluster.decide(1, Body::Nothing).await;
    cluster.agree().await;
    let (store, _) = cluster.store(1);
    assert_eq!(store.misconduct(cluster.club).await.unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_statement_of_ones_own_that_the_log_lacks_retires_the_key_for_ever() {
    let mut cluster = Cluster::shared(0).await;
    while cluster.view(1).height.next().0 % 4 != 3 {
        cluster.decide(1, Body::Nothing).await;
    }
    cluster.all_reached().await;
    cluster.stop(3).await;
    let key = cluster.vote_key(3, 3).await;
    cluster.start(3).await;
    cluster.until_votes(3, 3).await;
    let state = Arc::clone(&cluster.view(3).state);
    let after = cluster.clock.now().0.saturating_sub(state.time().0).max(1);
    // As a keeper passes it on that heard it from a copy of the data directory.
    let said = proposal(&state, 3, &key, after);
    cluster.say(0, 3..4, &[said]).await;
    for _ in 0..2 {
        let is_retired = |view: &ChainView| matches!(&view.voting, Voting::Retired(why) if why.contains("not in its vote log"));
        cluster.until(3, is_retired).await;
        cluster.decide(1, Body::Nothing).await;
        cluster.agree().await;
        cluster.stop(3).await;
        cluster.start(3).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_certified_block_with_another_root_halts_the_club_now_and_at_every_start() {
    let mut cluster = Cluster::hosted(1).await;
    cluster.all_reached().await;
    cluster.stop(0).await;
    let key = cluster.vote_key(0, 0).await;
    let before = cluster.view(1);
    let mut wrong = block_after(&before.state, 0, 1_000);
    wrong.header.state_root = StateRoot([7; 32]);
    cluster.say(0, 1..2, &[certified(wrong, &key)]).await;
    let is_halted = |view: &ChainView| {
        matches!(&view.condition, ChainCondition::Halted(why) if why.contains("wrong"))
            && view.proofs.kept == 1
    };
    cluster.until(1, is_halted).await;
    let view = cluster.view(1);
    assert_eq!((view.height, view.root), (before.height, before.root));
    let command = cluster.sign(1, Body::Nothing);
    let decision = cluster.chain(1).propose(command).await;
    assert!(
        matches!(decision, Decision::Rejected(Rejection::Closed { .. })),
        "{decision:?}"
    );
    cluster.stop(1).await;
    cluster.start(1).await;
    cluster.until(1, is_halted).await;
}

#[tokio::test(start_paused = true)]
async fn a_fork_halts_the_club_and_its_proof_is_a_file_that_verify_accepts() {
    let mut cluster = Cluster::hosted(1).await;
    cluster.all_reached().await;
    let before = Arc::clone(&cluster.view(1).state);
    let height = cluster.decide(0, Body::Nothing).await;
    cluster.reached(1).await;
    cluster.stop(0).await;
    let key = cluster.vote_key(0, 0).await;
    let other = block_after(&before, 0, 5);
    assert_eq!(other.header.height, height);
    cluster.say(0, 1..2, &[certified(other, &key)]).await;
    for _ in 0..2 {
        cluster.until(1, |view| view.proofs.file.is_some()).await;
        let view = cluster.view(1);
        let ChainCondition::Halted(why) = &view.condition else {
            panic!("{:?}", view.condition);
        };
        assert!(why.contains("two different blocks"), "{why}");
        assert_eq!(view.proofs.kept, 1);
        let file = view.proofs.file.clone().unwrap();
        let verified = verify(fs::File::open(file).unwrap()).unwrap();
        let fork = verified.fork.unwrap();
        assert_eq!(fork.proof.height(), height);
        let signed: Vec<_> = fork.signed_both.iter().map(|keeper| keeper.no.0).collect();
        assert_eq!(signed, [0]);
        // It stays stopped, and writes the file again if need be.
        cluster.stop(1).await;
        fs::remove_dir_all(cluster.folder(1).join("proofs")).unwrap();
        cluster.start(1).await;
    }
}

#[test]
fn a_kept_proof_has_one_form() {
    let club = crate::club::kit::TestClub::founded(
        crate::club::kit::charter(1_000_000, 100),
        2,
        MemberKind::Bot,
        1,
    );
    let [one, other] = [0, 1].map(|at: usize| {
        let block = club.blocks[at].clone();
        let Message::Block { block, certificate } = certified(block, &founder()) else {
            panic!("a block");
        };
        (block, certificate)
    });
    let header = |(block, certificate): &(Block, Certificate)| CertifiedHeader {
        header: block.header.clone(),
        certificate: certificate.clone(),
    };
    let (block, certificate) = one.clone();
    let proofs = [
        Misconduct::Fork(Box::new(ForkProof::new(header(&one), header(&other)))),
        Misconduct::WrongBlock {
            block: Box::new(block),
            certificate,
        },
    ];
    for proof in proofs {
        let bytes = proof.to_bytes();
        assert_eq!(Misconduct::from_bytes(&bytes), Ok(proof));
        for length in 0..bytes.len() {
            assert!(Misconduct::from_bytes(&bytes[..length]).is_err());
        }
        assert!(Misconduct::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    }
}
