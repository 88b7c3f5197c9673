//! Nodes whose data directory was put back from a backup, as its mark says.

use std::collections::BTreeSet;

use super::cluster::Cluster;
use super::*;
use crate::club::{KeeperChange, KeeperNo};
use crate::consensus::vote_keys::{NOTE_BYTES_MAX, VoteKeyError};

const WHY: &str = "put back from the backup of Monday";

/// Leaves the mark that whoever puts a data directory back leaves.
async fn mark(cluster: &Cluster, member: u32) -> std::path::PathBuf {
    let files = cluster.open_files(member);
    let mark = files.votes.restored_mark(&cluster.club).unwrap();
    crate::files::write_atomic(&mark, WHY.as_bytes()).unwrap();
    files.close().await;
    mark
}

#[tokio::test(start_paused = true)]
async fn a_keeper_that_was_put_back_never_signs_with_that_key_again() {
    let mut cluster = Cluster::shared(0).await;
    cluster.decide(3, Body::Nothing).await;
    cluster.stop(3).await;
    let mark = mark(&cluster, 3).await;
    // Its log is whole, and nobody holds anything that it lacks.
    for _ in 0..2 {
        cluster.start(3).await;
        assert_eq!(cluster.voting(3), Voting::Retired(WHY.to_owned()));
        assert!(!mark.exists(), "the mark is about one key");
        cluster.decide(0, Body::Nothing).await;
        cluster.reached(3).await;
        let certificate = cluster.view(3).certificate.clone().unwrap();
        let mut signers = certificate.signatures.iter();
        assert!(signers.all(|(signer, _)| *signer != KeeperNo(3)));
        cluster.stop(3).await;
    }
    cluster.start(3).await;
    cluster.make_ready(3).await;
    let change = KeeperChange::Swap {
        out: KeeperNo(3),
        member: MemberNo(3),
    };
    cluster.change([0, 1, 2], change).await;
    cluster.until_votes(3, 4).await;
    // The new key is none of the backup's.
    cluster.stop(3).await;
    cluster.start(3).await;
    cluster.until_votes(3, 4).await;
    cluster.agree().await;
}

/// Its blocks are its log, so that a store from a backup counts as a lost one.
#[tokio::test(start_paused = true)]
async fn a_host_that_was_put_back_goes_on_under_a_new_key_only() {
    let mut cluster = Cluster::hosted(1).await;
    cluster.all_reached().await;
    cluster.stop(1).await;
    cluster.stop(0).await;
    let mark = mark(&cluster, 0).await;
    cluster.start(0).await;
    assert_eq!(cluster.voting(0), Voting::Retired(WHY.to_owned()));
    assert!(!mark.exists());
    let command = cluster.sign(0, Body::Nothing);
    let decision = cluster.chain(0).propose(command).await;
    assert!(
        matches!(decision, Decision::Rejected(Rejection::Closed { .. })),
        "{decision:?}"
    );
    let chain = cluster.chain(0).clone();
    let despite = BTreeSet::from([MemberNo(1)]);
    let number = chain.succeed(founder().signing_key().clone(), despite);
    assert_eq!(number.await.unwrap(), KeeperNo(1));
    cluster.until_votes(0, 1).await;
    cluster.stop(0).await;
    cluster.start(0).await;
    cluster.until_votes(0, 1).await;
    cluster.start(1).await;
    cluster.decide(0, Body::Nothing).await;
    cluster.agree().await;
}

/// A key that asked to keep the club may have kept it since the backup.
#[tokio::test(start_paused = true)]
async fn a_member_that_was_put_back_asks_to_keep_the_club_with_another_key() {
    let mut cluster = Cluster::shared(1).await;
    let key = |body: Body| {
        let Body::KeeperReady { vote_key, .. } = body else {
            panic!("{body:?}");
        };
        vote_key
    };
    let member = MemberNo(4);
    let before = key(cluster.chain(4).make_ready(member).await.unwrap());
    for (is_marked, is_same) in [(false, true), (true, false)] {
        cluster.stop(4).await;
        if is_marked {
            mark(&cluster, 4).await;
        }
        cluster.start(4).await;
        let after = key(cluster.chain(4).make_ready(member).await.unwrap());
        assert_eq!(after == before, is_same);
    }
}

/// Makes a file as long as nobody would write it.
fn lengthen(path: &std::path::Path) {
    let options = std::fs::OpenOptions::new().append(true).open(path);
    options.unwrap().set_len(64 << 20).unwrap();
}

/// A key with a note beside it stays silent, however long the note is, and no more of it is read.
#[tokio::test(start_paused = true)]
async fn what_is_noted_beside_a_key_is_read_as_far_as_a_note_can_be_long() {
    let mut cluster = Cluster::hosted(0).await;
    cluster.stop(0).await;
    let mark = mark(&cluster, 0).await;
    lengthen(&mark);
    let reason = |cluster: &Cluster| {
        let Voting::Retired(why) = cluster.voting(0) else {
            panic!("{:?}", cluster.voting(0));
        };
        assert!(why.starts_with(WHY));
        why.len()
    };
    cluster.start(0).await;
    assert_eq!(reason(&cluster), NOTE_BYTES_MAX);
    cluster.stop(0).await;
    let folder = mark.parent().unwrap();
    let files = std::fs::read_dir(folder).unwrap();
    let mut notes = files.map(|file| file.unwrap().path());
    let retired = notes.find(|path| path.extension().is_some_and(|end| end == "retired"));
    lengthen(&retired.unwrap());
    cluster.start(0).await;
    assert_eq!(reason(&cluster), NOTE_BYTES_MAX);
    cluster.stop(0).await;

    let signed = mark.with_extension("signed");
    crate::files::write_atomic(&signed, &[]).unwrap();
    lengthen(&signed);
    let files = cluster.open_files(0);
    let fault = files.votes.signed(&cluster.club).await.unwrap_err();
    let VoteKeyError::Log { source, .. } = fault else {
        panic!("{fault}");
    };
    let bytes = NOTE_BYTES_MAX + 1;
    let expected = format!("{bytes} bytes, at most {NOTE_BYTES_MAX} are allowed");
    assert_eq!(source.to_string(), expected);
    files.close().await;
}
