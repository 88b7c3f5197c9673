//! A host whose vote key must not sign any more, and the key that follows it.

use std::collections::BTreeSet;
use std::fs;

use super::cluster::Cluster;
use super::*;
use crate::club::KeeperNo;
use crate::consensus::machine::NoRekey;
use crate::consensus::open::read_blocks;

/// Nobody is gone on without.
fn waiting_for_all() -> BTreeSet<MemberNo> {
    BTreeSet::new()
}

fn retired(cluster: &Cluster) -> String {
    match cluster.voting(0) {
        Voting::Retired(why) => why,
        other @ (Voting::Follows | Voting::Votes(_) | Voting::Stopped(_)) => panic!("{other:?}"),
    }
}

/// Asks until every member that runs has said what it holds.
async fn succeed(cluster: &Cluster) -> KeeperNo {
    loop {
        let chain = cluster.chain(0);
        match chain
            .succeed(founder().signing_key().clone(), waiting_for_all())
            .await
        {
            Ok(number) => return number,
            Err(NoSuccessor::Unheard { .. } | NoSuccessor::Refused(NoRekey::Behind { .. })) => {
                tokio::task::yield_now().await;
            }
            Err(why) => panic!("{why}"),
        }
    }
}

/// Checks that the club goes on with its host's new key, on every node, after a start, for whoever
/// comes new, and for whoever has nothing but the blocks.
async fn goes_on(cluster: &mut Cluster, newcomer: u32) {
    cluster.until_votes(0, 1).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.decide(1, Body::Nothing).await;
    cluster.agree().await;
    cluster.stop(0).await;
    cluster.start(0).await;
    cluster.until_votes(0, 1).await;
    assert!(!cluster.has_vote_key(0, 0).await, "no old key stays");
    cluster.admit(newcomer).await;
    cluster.start(newcomer).await;
    cluster.decide(newcomer, Body::Nothing).await;
    cluster.agree().await;

    let tip = cluster.view(0).height;
    let read = read_blocks(&cluster.store(1).0, cluster.club, Height(1), tip).await;
    let blocks = read.unwrap();
    let rekeys = blocks.iter().filter(|one| one.block.header.rekey.is_some());
    assert_eq!(rekeys.count(), 1);
    let pairs = blocks.iter().map(|one| (&one.block, &one.certificate));
    let verified = verify_chain(cluster.charter().clone(), pairs).unwrap();
    assert_eq!(verified.state_root(), cluster.view(0).root);
    let [keeper] = verified.keepers() else {
        panic!("{:?}", verified.keepers());
    };
    assert_eq!((keeper.no, keeper.member), (KeeperNo(1), MemberNo(0)));
}

#[tokio::test(start_paused = true)]
async fn a_host_whose_store_was_put_back_stops_until_its_founder_gives_it_a_new_key() {
    let mut cluster = Cluster::hosted(1).await;
    cluster.all_reached().await;
    cluster.stop(1).await;
    cluster.stop(0).await;
    cluster.put_back_below_the_log(0).await;
    cluster.start(0).await;
    let why = retired(&cluster);
    assert!(why.contains("put back"), "{why}");
    let command = cluster.sign(0, Body::Nothing);
    let decision = cluster.chain(0).propose(command).await;
    let Decision::Rejected(Rejection::Closed { why: told }) = decision else {
        panic!("{decision:?}");
    };
    assert!(told.contains(&why), "{told}");

    // A member that has not been heard may hold a later block.
    let refused = cluster
        .chain(0)
        .succeed(founder().signing_key().clone(), waiting_for_all())
        .await;
    let Err(NoSuccessor::Unheard { members }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(members, [MemberNo(1)]);
    // Nor does somebody else's word count, whoever is gone on without.
    let everybody = BTreeSet::from([MemberNo(1)]);
    let stranger = cluster
        .chain(0)
        .succeed(identity(2).signing_key().clone(), everybody)
        .await;
    assert!(
        matches!(
            stranger,
            Err(NoSuccessor::Refused(NoRekey::Fault(
                crate::club::RekeyFault::Signature { .. }
            )))
        ),
        "{stranger:?}"
    );
    assert_eq!(retired(&cluster), why, "a refused word changes nothing");

    cluster.start(1).await;
    assert_eq!(succeed(&cluster).await, KeeperNo(1));
    goes_on(&mut cluster, 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_host_goes_on_without_a_member_that_its_founder_names() {
    let mut cluster = Cluster::hosted(1).await;
    cluster.all_reached().await;
    cluster.stop(1).await;
    cluster.stop(0).await;
    cluster.put_back_below_the_log(0).await;
    cluster.start(0).await;
    let named = BTreeSet::from([MemberNo(1)]);
    let number = cluster
        .chain(0)
        .succeed(founder().signing_key().clone(), named)
        .await;
    assert_eq!(number.unwrap(), KeeperNo(1));
    cluster.start(1).await;
    goes_on(&mut cluster, 2).await;
}

/// Copies what a host has on its disk.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_whose_whole_folder_was_put_back_learns_it_from_a_guest_and_retires_its_key() {
    let mut cluster = Cluster::hosted(1).await;
    cluster.stop(0).await;
    let backup = tempfile::tempdir().unwrap();
    copy(&cluster.folder(0), backup.path());
    cluster.start(0).await;
    for _ in 0..3 {
        cluster.decide(0, Body::Nothing).await;
    }
    cluster.all_reached().await;
    let tip = cluster.view(1).height;
    cluster.stop(0).await;
    fs::remove_dir_all(cluster.folder(0)).unwrap();
    copy(backup.path(), &cluster.folder(0));

    cluster.start(0).await;
    cluster.until(0, |view| view.height == tip).await;
    let why = retired(&cluster);
    assert!(why.contains("put back"), "{why}");
    let command = cluster.sign(0, Body::Nothing);
    let decision = cluster.chain(0).propose(command).await;
    assert!(
        matches!(decision, Decision::Rejected(Rejection::Closed { .. })),
        "{decision:?}"
    );
    // Though nothing is missing any more, no start forgets it.
    cluster.stop(1).await;
    cluster.stop(0).await;
    cluster.start(0).await;
    assert_eq!(cluster.view(0).height, tip);
    assert_eq!(retired(&cluster), why);
    cluster.start(1).await;
    assert_eq!(succeed(&cluster).await, KeeperNo(1));
    goes_on(&mut cluster, 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_that_can_vote_has_no_successor() {
    let mut cluster = Cluster::hosted(3).await;
    let refused = cluster
        .chain(0)
        .succeed(founder().signing_key().clone(), waiting_for_all())
        .await;
    assert!(
        matches!(
            refused,
            Err(NoSuccessor::Refused(NoRekey::CanVote {
                number: KeeperNo(0)
            }))
        ),
        "{refused:?}"
    );
    cluster.grow().await;
    let refused = cluster
        .chain(0)
        .succeed(founder().signing_key().clone(), waiting_for_all())
        .await;
    assert!(
        matches!(
            refused,
            Err(NoSuccessor::Refused(NoRekey::CanVote {
                number: KeeperNo(0)
            }))
        ),
        "{refused:?}"
    );
    // Nor have keys that this node's player does not hold.
    let stranger = cluster
        .chain(0)
        .succeed(identity(9).signing_key().clone(), waiting_for_all())
        .await;
    assert!(
        matches!(stranger, Err(NoSuccessor::NoKeeper)),
        "{stranger:?}"
    );
    let chain = cluster.chain(0).clone();
    cluster.stop(0).await;
    let refused = chain
        .succeed(founder().signing_key().clone(), waiting_for_all())
        .await;
    assert!(matches!(refused, Err(NoSuccessor::Ended)), "{refused:?}");
}
