//! Watching for two blocks at one height.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Alarm, Machine};
use crate::club::{BlockId, ClubId, ClubState, Header, Height, Keeper, KeeperNo, Rekey};
use crate::consensus::limits::RECENT_MAX;
use crate::consensus::wire::Message;
use crate::consensus::{
    Certificate, CertifiedHeader, DecidedBlock, ForkFault, ForkKind, ForkProof, StoredBlock,
};
use crate::ledger::MemberNo;

#[derive(Debug)]
struct Entry {
    id: BlockId,
    block: CertifiedHeader,
    before: Arc<Before>,
}

/// Who was to decide a block, as the one before it left them.
#[derive(Debug)]
struct Before {
    keepers: Vec<Keeper>,
    /// The number that the next new key gets.
    next: KeeperNo,
}

impl Before {
    fn of(state: &ClubState) -> Self {
        Self {
            keepers: state.keepers().to_vec(),
            next: state.next_keeper_no(),
        }
    }

    fn verify(&self, proof: &ForkProof, club: &ClubId) -> Result<(), ForkFault> {
        proof.verify(club, &self.keepers, self.next).map(drop)
    }
}

/// The newest durable blocks, as far as it is known who decided them.
#[derive(Debug, Default)]
pub(super) struct Recent(BTreeMap<Height, Entry>);

impl Recent {
    /// Returns the newest blocks before a state, back to the last change of keepers.
    pub(super) fn of(state: &ClubState, newest: &[StoredBlock]) -> Self {
        let mut recent = Self::default();
        let before = Arc::new(Before::of(state));
        let now = state.keepers_hash();
        let with_parent = newest.iter().zip(newest.iter().skip(1)).rev();
        for (parent, stored) in with_parent.take(RECENT_MAX) {
            if parent.block.header.next_keepers_hash != now {
                break;
            }
            let (header, certificate) = (&stored.block.header, &stored.certificate);
            recent.add(header, certificate, Arc::clone(&before));
        }
        recent
    }

    fn add(&mut self, header: &Header, certificate: &Certificate, before: Arc<Before>) {
        let entry = Entry {
            id: header.id(),
            block: CertifiedHeader {
                header: header.clone(),
                certificate: certificate.clone(),
            },
            before,
        };
        self.0.insert(header.height, entry);
        while self.0.len() > RECENT_MAX {
            self.0.pop_first();
        }
    }

    /// Whether this node has another block at a height.
    pub(super) fn differs(&self, height: Height, block: BlockId) -> bool {
        self.0.get(&height).is_some_and(|entry| entry.id != block)
    }
}

impl Machine {
    /// Remembers a durable block, which the keepers of the state before it decided.
    pub(super) fn note_recent(&mut self, before: &ClubState, decided: &DecidedBlock) {
        let before = Arc::new(Before::of(before));
        let header = &decided.block.header;
        self.recent.add(header, &decided.certificate, before);
    }

    /// Looks if a block, which the keepers of its height did not decide, is one that keys signed
    /// after others took their place: the proof that they broke their word.
    pub(super) fn compare_with_old_keys(&mut self, header: &Header, certificate: &Certificate) {
        let found = self.recent.0.values().find_map(|entry| {
            let rekey = entry.block.header.rekey.as_ref()?;
            let block = CertifiedHeader {
                header: header.clone(),
                certificate: certificate.clone(),
            };
            let proof = ForkProof::of_old_keys(Rekey::clone(rekey), block);
            let verified = entry.before.verify(&proof, self.state.club());
            verified.is_ok().then_some(proof)
        });
        if let Some(proof) = found {
            self.forked(Box::new(proof));
        }
    }

    /// Compares a block that came with this node's own at its height.
    pub(super) fn compare(&mut self, header: Header, certificate: Certificate) {
        let height = header.height;
        let other = CertifiedHeader {
            header,
            certificate,
        };
        if let Some(landing) = &self.landing
            && landing.height() == height
        {
            let proof = ForkProof::new(landing.certified(), other);
            return self.check_fork(None, Box::new(proof));
        }
        if let Some(entry) = self.recent.0.get(&height) {
            let proof = ForkProof::new(entry.block.clone(), other);
            self.check_fork(None, Box::new(proof));
        }
    }

    /// Checks a proof that another node sent, or that this one put together: then the two blocks
    /// are mostly the same, and prove nothing.
    pub(super) fn check_fork(&mut self, from: Option<MemberNo>, proof: Box<ForkProof>) {
        let height = proof.height();
        let club = *self.state.club();
        let verified = if height == self.state.height().next() {
            Some(Before::of(&self.state).verify(&proof, &club))
        } else {
            let entry = self.recent.0.get(&height);
            entry.map(|entry| entry.before.verify(&proof, &club))
        };
        match (verified, from) {
            (Some(Ok(())), _) => self.forked(proof),
            (Some(Err(_)), Some(from)) => {
                self.distrust(from, "its proof of a fork proves nothing");
            }
            // Too long ago, or too far ahead, to know who decided it; or no fork at all.
            (None, _) | (Some(Err(_)), None) => {}
        }
    }

    /// Stops, and tells everybody why.
    pub(super) fn forked(&mut self, proof: Box<ForkProof>) {
        let height = proof.height();
        let why = match proof.kind() {
            ForkKind::Blocks(_) => {
                format!("two different blocks were decided for height {height}")
            }
            ForkKind::Rekeys(_) => {
                format!("keepers gave themselves two new vote keys each at height {height}")
            }
            ForkKind::OldKeys { .. } => format!(
                "keepers decided a block with vote keys that were to sign no more from height {height} on"
            ),
        };
        self.send(self.everybody(), &Message::Fork(proof.clone()));
        self.fork = Some(proof.clone());
        self.halt(why, Alarm::Fork(proof));
    }
}
