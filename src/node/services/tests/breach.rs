//! A ledger that does not add up, from the real chain to the row of the real service.

use super::*;
use crate::club::kit::{Figure, falsified};
use crate::club::{Body, Command};
use crate::consensus::Decision;
use crate::ledger::MemberNo;

#[tokio::test]
async fn a_broken_ledger_makes_the_consensus_unavailable_with_cause_and_remedy() {
    let disk = MemoryDisk::default();
    let store = Store::on_medium(move || disk.clone()).unwrap();
    let (store, _thread) = StoreHandle::spawn(store).unwrap();
    let entropy = Arc::new(SeededEntropy::new(5));
    let secrets = Secrets::new(store.clone(), StorageKey::from_bytes([6; 32]), entropy);
    let player = Identity::from_seed(&[1; 32]);
    let opened = solo(&store, &secrets, &player).await;
    let club = *opened.state().club();
    let minted = falsified(opened.state(), Figure::Treasury, u64::MAX / 2);
    let real: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let second = Duration::from_secs(1);
    let opened = opened.with_state(minted);
    let (chain, turning) = Chain::new(opened, store.clone(), Arc::clone(&real), second);
    let clock = Arc::new(ManualClock::default());
    let consensus = consensus::Running {
        manager: chain.clone(),
        heart: heart(&clock),
    };
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
    drop(tasks.spawn(turning.run(cancel.clone())));

    let not_after = TimeMs(real.now().0 + 60_000);
    let body = Body::Nothing;
    let command = Command::sign(
        player.signing_key(),
        &club,
        MemberNo::FOUNDER,
        1,
        not_after,
        body,
    );
    let decision = chain.propose(command).await;
    assert!(matches!(decision, Decision::Unknown(_)), "{decision:?}");
    let probe = loop {
        let probe = consensus.probe().await;
        if probe.status != HealthStatus::Healthy {
            break probe;
        }
    };
    assert_eq!(probe.status, HealthStatus::Unavailable, "{probe:?}");
    let trouble = probe.trouble.unwrap_or_default();
    assert!(trouble.contains("the ledger is broken"), "{trouble}");
    let remedy = probe.remedy.unwrap_or_default();
    assert!(remedy.contains("put a backup back"), "{remedy}");
    let stored = store.club(club).await.unwrap();
    assert_eq!(stored.height.0, 0, "no block was written");
    cancel.cancel();
    tasks.close();
    tasks.wait().await;
}
