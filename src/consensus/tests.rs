mod chain;
pub(crate) mod cluster;
mod crash;
mod disk;
mod keeping;
mod mempool;
mod new_keys;
mod proofs;
mod restored;
mod succession;
mod votes;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redb::StorageBackend;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::limits::PROPOSE_TIMEOUT;
use super::*;
use crate::clock::{Clock, UnixMillis};
use crate::club::{
    Body, Charter, ClubId, Command, Height, MemberKind, RollTimes, Settings, SignedCharter,
    TableTerms, TimeMs,
};
use crate::craps::TableRules;
use crate::identity::{Identity, SeededEntropy, Signer as _, StorageKey};
use crate::ledger::{Chips, MemberNo};
use crate::storage::{MemoryDisk, Secrets, Store, StoreHandle};

/// A clock that stands still between questions: each costs a millisecond.
#[derive(Debug)]
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.now().0)
    }
}

fn identity(number: u8) -> Identity {
    Identity::from_seed(&[number; 32])
}

/// The founder: member 0.
fn founder() -> Identity {
    identity(1)
}

fn terms() -> Terms {
    Terms {
        name: "The back room".to_owned(),
        founder_name: "Ann".to_owned(),
        supply: Charter::DEFAULT_SUPPLY,
        grant: Charter::DEFAULT_GRANT,
        settings: Settings::solo(),
        founded: TimeMs(1_000_000),
    }
}

/// A store with its secrets, on some disk.
struct Site {
    store: StoreHandle,
    secrets: Secrets,
}

impl Site {
    fn on<B: StorageBackend + Clone>(disk: &B) -> Self {
        let disk = disk.clone();
        let store = Store::on_medium(move || disk.clone()).unwrap();
        let (store, _serving) = StoreHandle::in_virtual_time(store);
        let entropy = Arc::new(SeededEntropy::new(5));
        let key = StorageKey::from_bytes([6; 32]);
        let secrets = Secrets::new(store.clone(), key, entropy);
        Self { store, secrets }
    }

    async fn found(&self) -> ClubId {
        found_club(&self.store, &self.secrets, &founder(), terms())
            .await
            .unwrap()
    }

    async fn open(&self, club: ClubId) -> Result<OpenedClub, OpenClubError> {
        open_club(
            &self.store,
            &VoteKeys::without_logs(self.secrets.clone()),
            club,
        )
        .await
    }

    async fn start(&self, club: ClubId) -> Node {
        let opened = self.open(club).await.unwrap();
        let next = opened.state().member(MemberNo::FOUNDER).unwrap().sequence + 1;
        let clock = Arc::new(TestClock(AtomicU64::new(2_000_000)));
        let (chain, service) = Chain::new(opened, self.store.clone(), clock, PROPOSE_TIMEOUT);
        let cancel = CancellationToken::new();
        let running = TaskTracker::new().spawn(service.run(cancel.clone()));
        Node {
            chain,
            next,
            cancel,
            running,
        }
    }

    async fn charter(&self, club: ClubId) -> SignedCharter {
        SignedCharter::from_bytes(&self.store.club(club).await.unwrap().charter).unwrap()
    }

    /// Returns every block of a club.
    async fn blocks(&self, club: ClubId) -> Vec<StoredBlock> {
        let mut blocks = Vec::new();
        loop {
            let next = Height(u64::try_from(blocks.len()).unwrap() + 1);
            let rows = self.store.blocks(club, next, 64).await.unwrap();
            if rows.is_empty() {
                return blocks;
            }
            blocks.extend(
                rows.iter()
                    .map(|(_, bytes)| StoredBlock::from_bytes(bytes).unwrap()),
            );
        }
    }
}

/// A running chain, and the founder who uses it.
struct Node {
    chain: DistributedStateManager,
    /// The founder's next number.
    next: u64,
    cancel: CancellationToken,
    running: JoinHandle<()>,
}

impl Node {
    /// Signs the founder's next command.
    fn sign(&mut self, body: Body) -> Command {
        self.next += 1;
        self.sign_as(&founder(), 0, self.next - 1, body)
    }

    fn sign_as(&self, key: &Identity, member: u32, sequence: u64, body: Body) -> Command {
        let not_after = TimeMs(self.chain.view().time.0 + 10_000_000);
        Command::sign(
            key.signing_key(),
            &self.chain.club(),
            MemberNo(member),
            sequence,
            not_after,
            body,
        )
    }

    /// Proposes the founder's next command, which must be decided.
    async fn must(&mut self, body: Body) -> Height {
        let command = self.sign(body);
        let decision = self.chain.propose(command).await;
        let Decision::Decided(height) = decision else {
            panic!("{decision:?}");
        };
        height
    }

    async fn stop(self) {
        self.cancel.cancel();
        self.running.await.unwrap();
    }
}

fn admit(number: u8) -> Body {
    Body::Admit {
        key: identity(number).public_key(),
        name: format!("Bot {number}"),
        kind: MemberKind::Bot,
    }
}

fn create_table() -> Body {
    Body::CreateTable(TableTerms {
        name: "Table".to_owned(),
        rules: TableRules::default(),
        seats_max: 8,
        min_players: 1,
        bond: Chips::ZERO,
        times: RollTimes::LAN,
    })
}
