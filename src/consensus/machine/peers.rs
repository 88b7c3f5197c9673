//! The nodes whose links are up, and what goes to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Machine, Output};
use crate::clock::UnixMillis;
use crate::club::Height;
use crate::consensus::limits::{ANSWER_GAP, PEERS_MAX};
use crate::consensus::wire::Message;
use crate::ledger::MemberNo;

/// One node whose link is up.
#[derive(Debug, Default)]
pub(super) struct Peer {
    /// The newest height that it speaks of. Nobody has checked it.
    pub(super) height: Height,
    /// When it was heard last.
    pub(super) heard: Option<UnixMillis>,
    /// Since when the link is up.
    pub(super) since: Duration,
    /// When it was answered last.
    answered: Option<Duration>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Peers(BTreeMap<MemberNo, Peer>);

impl Peers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn find(&self, member: MemberNo) -> Option<&Peer> {
        self.0.get(&member)
    }

    pub(super) fn find_mut(&mut self, member: MemberNo) -> Option<&mut Peer> {
        self.0.get_mut(&member)
    }

    pub(super) fn add(&mut self, member: MemberNo, now: Duration) -> bool {
        if self.0.len() >= PEERS_MAX && !self.0.contains_key(&member) {
            return false;
        }
        let peer = Peer {
            since: now,
            ..Peer::default()
        };
        self.0.insert(member, peer);
        true
    }

    pub(super) fn remove(&mut self, member: MemberNo) {
        self.0.remove(&member);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (MemberNo, &Peer)> {
        self.0.iter().map(|(member, peer)| (*member, peer))
    }

    /// Returns those that say to be at `height` or above.
    pub(super) fn at_least(&self, height: Height) -> impl Iterator<Item = (MemberNo, Height)> {
        let all = self.all().map(|(member, peer)| (member, peer.height));
        all.filter(move |(_, at)| *at >= height)
    }

    /// Tells whether a peer may be answered, and counts it as answered.
    pub(super) fn may_answer(&mut self, member: MemberNo, now: Duration) -> bool {
        let Some(peer) = self.0.get_mut(&member) else {
            return false;
        };
        let may = peer
            .answered
            .is_none_or(|last| now.saturating_sub(last) >= ANSWER_GAP);
        if may {
            peer.answered = Some(now);
        }
        may
    }
}

impl Machine {
    /// Sends a message to those of these members whose links are up.
    pub(super) fn send(&mut self, to: Vec<MemberNo>, message: &Message) {
        let mut to = to;
        to.retain(|member| self.peers.find(*member).is_some());
        if !to.is_empty() {
            let bytes = Arc::from(message.to_bytes());
            self.outputs.push(Output::Send { to, bytes });
        }
    }

    pub(super) fn is_keeper(&self, member: MemberNo) -> bool {
        self.state
            .keepers()
            .iter()
            .any(|keeper| keeper.member == member)
    }

    pub(super) fn everybody(&self) -> Vec<MemberNo> {
        self.peers.all().map(|(member, _)| member).collect()
    }

    pub(super) fn linked_keepers(&self) -> Vec<MemberNo> {
        let mut linked = self.everybody();
        linked.retain(|member| self.is_keeper(*member));
        linked
    }

    pub(super) fn linked_followers(&self) -> Vec<MemberNo> {
        let mut linked = self.everybody();
        linked.retain(|member| !self.is_keeper(*member));
        linked
    }
}
