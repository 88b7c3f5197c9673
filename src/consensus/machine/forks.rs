//! Watching for two blocks at one height.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Alarm, Machine};
use crate::club::{BlockId, ClubState, Header, Height};
use crate::consensus::limits::RECENT_MAX;
use crate::consensus::wire::Message;
use crate::consensus::{
    Certificate, CertifiedHeader, DecidedBlock, ForkProof, KeeperSet, StoredBlock,
};
use crate::ledger::MemberNo;

#[derive(Debug)]
struct Entry {
    id: BlockId,
    block: CertifiedHeader,
    /// Those who decided it.
    keepers: Arc<KeeperSet>,
}

/// The newest durable blocks, as far as it is known who decided them.
#[derive(Debug, Default)]
pub(super) struct Recent(BTreeMap<Height, Entry>);

impl Recent {
    /// Returns the newest blocks before a state, back to the last change of keepers.
    pub(super) fn of(state: &ClubState, newest: &[StoredBlock]) -> Self {
        let mut recent = Self::default();
        let Ok(keepers) = KeeperSet::new(state.keepers()).map(Arc::new) else {
            return recent;
        };
        let now = state.keepers_hash();
        let with_parent = newest.iter().zip(newest.iter().skip(1)).rev();
        for (parent, stored) in with_parent.take(RECENT_MAX) {
            if parent.block.header.next_keepers_hash != now {
                break;
            }
            let keepers = Arc::clone(&keepers);
            recent.add(stored.block.header, stored.certificate.clone(), keepers);
        }
        recent
    }

    fn add(&mut self, header: Header, certificate: Certificate, keepers: Arc<KeeperSet>) {
        let entry = Entry {
            id: header.id(),
            block: CertifiedHeader {
                header,
                certificate,
            },
            keepers,
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
        if let Ok(keepers) = KeeperSet::new(before.keepers()) {
            let certificate = decided.certificate.clone();
            let header = decided.block.header;
            self.recent.add(header, certificate, Arc::new(keepers));
        }
    }

    /// Compares a block that came with this node's own at its height.
    pub(super) fn compare(&mut self, header: Header, certificate: Certificate) {
        let other = CertifiedHeader {
            header,
            certificate,
        };
        if let Some(landing) = &self.landing
            && landing.height() == header.height
        {
            let proof = ForkProof::new(landing.certified(), other);
            return self.check_fork(None, Box::new(proof));
        }
        if let Some(entry) = self.recent.0.get(&header.height) {
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
            let keepers = KeeperSet::new(self.state.keepers()).ok();
            keepers.map(|keepers| proof.verify(&club, &keepers))
        } else {
            let entry = self.recent.0.get(&height);
            entry.map(|entry| proof.verify(&club, &entry.keepers))
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
    fn forked(&mut self, proof: Box<ForkProof>) {
        let height = proof.height();
        let why = format!("two different blocks were decided for height {height}");
        self.send(self.everybody(), &Message::Fork(proof.clone()));
        self.fork = Some(proof.clone());
        self.halt(why, Alarm::Fork(proof));
    }
}
