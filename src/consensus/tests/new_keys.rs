//! A shared club of whose keepers too few can vote: they agree on new vote keys, each at its own node.

use std::collections::BTreeSet;
use std::fs;

use super::cluster::{Cluster, key_of};
use super::*;
use crate::club::{KeeperNo, PublicKey};
use crate::consensus::machine::NoRekey;

/// A keeper's own answer, without waiting.
async fn ask(cluster: &Cluster, member: u32, despite: &[u32]) -> Result<KeeperNo, NoSuccessor> {
    let despite = despite.iter().copied().map(MemberNo);
    let identity = key_of(member).signing_key().clone();
    let chain = cluster.chain(member);
    chain.succeed(identity, despite.collect()).await
}

/// Asks until every member that runs has said what it holds.
async fn ask_for_keys(cluster: &Cluster, member: u32, despite: &[u32]) -> KeeperNo {
    loop {
        match ask(cluster, member, despite).await {
            Ok(number) => return number,
            Err(NoSuccessor::Unheard { .. } | NoSuccessor::Refused(NoRekey::Behind { .. })) => {
                tokio::task::yield_now().await;
            }
            Err(why) => panic!("keeper of member {member}: {why}"),
        }
    }
}

/// Ends these nodes, and removes their vote logs.
async fn lose_logs(cluster: &mut Cluster, members: &[u32]) {
    for member in members {
        cluster.stop(*member).await;
        for log in cluster.logs(*member) {
            fs::remove_file(log).unwrap();
        }
    }
}

fn is_retired(cluster: &Cluster, member: u32) -> bool {
    matches!(cluster.voting(member), Voting::Retired(_))
}

fn vote_keys(cluster: &Cluster, member: u32) -> Vec<(u16, PublicKey)> {
    let state = &cluster.view(member).state;
    let keepers = state.keepers().iter();
    keepers.map(|one| (one.no.0, one.vote_key)).collect()
}

/// Waits until every keeper votes under these numbers, and the club decides and agrees, after starts too.
async fn goes_on(cluster: &mut Cluster, numbers: &[(u32, u16)]) {
    for again in [false, true] {
        for (member, number) in numbers {
            if again {
                cluster.stop(*member).await;
                cluster.start(*member).await;
            }
            cluster.until_votes(*member, *number).await;
        }
        for (member, _) in numbers {
            cluster.decide(*member, Body::Nothing).await;
        }
        cluster.agree().await;
    }
}

#[tokio::test(start_paused = true)]
async fn four_keepers_that_lost_their_logs_agree_on_new_keys_and_the_club_goes_on() {
    let mut cluster = Cluster::shared(1).await;
    cluster.decide(4, Body::Nothing).await;
    cluster.all_reached().await;
    let before = vote_keys(&cluster, 4);
    lose_logs(&mut cluster, &[0, 1, 2, 3]).await;
    for member in 0..4 {
        cluster.start(member).await;
        assert!(is_retired(&cluster, member));
    }
    let height = cluster.view(4).height;
    for member in 0..4 {
        // Three would do for a block, but whoever is waited for must ask too.
        assert_eq!(cluster.view(4).height, height);
        let number = ask_for_keys(&cluster, member, &[]).await;
        assert_eq!(number, KeeperNo(4 + u16::try_from(member).unwrap()));
    }
    goes_on(&mut cluster, &[(0, 4), (1, 5), (2, 6), (3, 7)]).await;
    let after = vote_keys(&cluster, 4);
    assert_eq!(
        after.iter().map(|(no, _)| *no).collect::<Vec<_>>(),
        [4, 5, 6, 7]
    );
    let old: BTreeSet<_> = before.iter().map(|(_, key)| key).collect();
    assert!(after.iter().all(|(_, key)| !old.contains(key)));
    for member in 0..4 {
        for keeper in 0..4 {
            assert!(
                !cluster.has_vote_key(member, keeper).await,
                "no old key stays"
            );
        }
    }
}

/// Two of four can vote, and give up their keys with the others.
#[tokio::test(start_paused = true)]
async fn keepers_that_can_vote_join_those_that_can_not_only_when_too_few_are_left() {
    let mut cluster = Cluster::shared(0).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.all_reached().await;
    lose_logs(&mut cluster, &[2, 3]).await;
    cluster.start(2).await;
    cluster.start(3).await;
    let can_vote = |asked: Result<KeeperNo, NoSuccessor>| {
        matches!(asked, Err(NoSuccessor::Refused(NoRekey::CanVote { .. })))
    };
    assert!(can_vote(ask(&cluster, 0, &[]).await));
    ask_for_keys(&cluster, 2, &[]).await;
    assert!(can_vote(ask(&cluster, 0, &[]).await), "three are left");
    ask_for_keys(&cluster, 3, &[]).await;
    for member in [0, 1] {
        while can_vote(ask(&cluster, member, &[]).await) {
            tokio::task::yield_now().await;
        }
        ask_for_keys(&cluster, member, &[]).await;
    }
    goes_on(&mut cluster, &[(0, 4), (1, 5), (2, 6), (3, 7)]).await;
}

#[tokio::test(start_paused = true)]
async fn three_go_on_without_the_fourth_which_keeps_its_key() {
    let mut cluster = Cluster::shared(0).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.all_reached().await;
    cluster.stop(3).await;
    lose_logs(&mut cluster, &[0, 1, 2]).await;
    for member in 0..3 {
        cluster.start(member).await;
    }
    let unheard = ask(&cluster, 0, &[]).await;
    let Err(NoSuccessor::Unheard { members }) = unheard else {
        panic!("{unheard:?}");
    };
    assert!(members.contains(&MemberNo(3)), "{members:?}");
    // Two are no quorum, whatever they say.
    let few = ask(&cluster, 0, &[1, 2, 3]).await;
    assert!(
        matches!(
            few,
            Err(NoSuccessor::Refused(NoRekey::Fault(
                crate::club::RekeyFault::TooFew { found: 1, need: 3 }
            )))
        ),
        "{few:?}"
    );
    for member in 0..3 {
        ask_for_keys(&cluster, member, &[3]).await;
    }
    goes_on(&mut cluster, &[(0, 4), (1, 5), (2, 6)]).await;
    cluster.start(3).await;
    cluster.until_votes(3, 3).await;
    cluster.stop(0).await;
    goes_on(&mut cluster, &[(1, 5), (2, 6), (3, 3)]).await;
}

/// What they agreed on outlives their nodes: it is asked for again with the same keys, and no other list is
/// signed.
#[tokio::test(start_paused = true)]
async fn nodes_that_end_while_they_agree_take_it_up_again() {
    let mut cluster = Cluster::shared(0).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.all_reached().await;
    lose_logs(&mut cluster, &[0, 1, 2, 3]).await;
    for member in 0..4 {
        cluster.start(member).await;
    }
    for member in 0..4 {
        ask_for_keys(&cluster, member, &[]).await;
    }
    // Wherever each of them is by now.
    for member in 0..4 {
        cluster.kill(member).await;
    }
    for member in 0..4 {
        cluster.start(member).await;
    }
    for member in 0..4 {
        if is_retired(&cluster, member) {
            let other = ask(&cluster, member, &[(member + 1) % 4]).await;
            assert!(other.is_err(), "{other:?}");
        }
    }
    for member in 0..4 {
        loop {
            let voting = cluster.voting(member);
            let asked = ask(&cluster, member, &[]).await;
            let is_in_turn = matches!(voting, Voting::Retired(_));
            if asked.is_ok() || !is_in_turn {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    goes_on(&mut cluster, &[(0, 4), (1, 5), (2, 6), (3, 7)]).await;
}

/// A keeper that holds a later block is heard first, and its word is about that one.
#[tokio::test(start_paused = true)]
async fn keepers_take_up_what_a_later_one_holds_before_they_agree() {
    let mut cluster = Cluster::shared(0).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.all_reached().await;
    cluster.stop(3).await;
    // The others decide more.
    let later = cluster.decide(0, Body::Nothing).await;
    cluster.all_reached().await;
    lose_logs(&mut cluster, &[0, 1, 2]).await;
    for log in cluster.logs(3) {
        fs::remove_file(log).unwrap();
    }
    // The one that is behind asks first.
    cluster.start(3).await;
    let alone = ask(&cluster, 3, &[]).await;
    assert!(
        matches!(alone, Err(NoSuccessor::Unheard { .. })),
        "{alone:?}"
    );
    for member in 0..3 {
        cluster.start(member).await;
    }
    cluster.all_reached().await;
    for member in [3, 0, 1, 2] {
        ask_for_keys(&cluster, member, &[]).await;
    }
    goes_on(&mut cluster, &[(0, 4), (1, 5), (2, 6), (3, 7)]).await;
    assert!(cluster.view(3).height > later);
}
