//! Keepers that change while everything else goes wrong: one goes, and the node of a member that kept
//! nothing comes in its place, under a key of its own.

use std::sync::Arc;
use std::time::Duration;

use super::config::FaultKind;
use super::network::NodeNo;
use super::tester::StateChaosTester;
use crate::club::{Body, KeeperChange, KeeperNo, SignatureBytes, vote_key_message};
use crate::identity::{Identity, Signer as _};
use crate::ledger::MemberNo;

/// How long a change may take before another one is tried.
const WITHIN: Duration = Duration::from_mins(2);

/// The node of the founder, who plays and is never swapped.
const FOUNDER: NodeNo = 0;

/// A change that is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swap {
    out: KeeperNo,
    /// Who comes.
    node: NodeNo,
    member: MemberNo,
    until: Duration,
}

impl Swap {
    const fn change(self) -> KeeperChange {
        KeeperChange::Swap {
            out: self.out,
            member: self.member,
        }
    }
}

impl StateChaosTester {
    /// Begins to swap an honest keeper for another honest member, so that the club bears as much as
    /// before. Tells whether there are two such.
    pub(super) fn begin_swap(&mut self) -> bool {
        if self.swap.is_some() {
            return false;
        }
        let chain = &self.facts.chain;
        let (mut going, mut coming) = (Vec::new(), Vec::new());
        for (node, at) in self.nodes.iter().enumerate() {
            match chain.keeper_of(at.member()) {
                Some(keeper) if node != FOUNDER && at.lies.is_none() => going.push(keeper.no),
                None if at.is_whole() => coming.push(node),
                Some(_) | None => {}
            }
        }
        if going.is_empty() || coming.is_empty() {
            return false;
        }
        let out = going.swap_remove(self.random.index(going.len()));
        let node = coming.swap_remove(self.random.index(coming.len()));
        let key = Identity::from_seed(&self.random.bytes());
        let member = self.member(node);
        if let Some(at) = self.nodes.get_mut(node) {
            at.candidate = Some(Arc::new(key));
        }
        self.swap = Some(Swap {
            out,
            node,
            member,
            until: self.now + WITHIN,
        });
        self.push_swap();
        true
    }

    /// Has the next thing proposed that the change lacks: the word of who comes, and then the change,
    /// which the keepers approve when they see it.
    pub(super) fn push_swap(&mut self) {
        let Some(swap) = self.swap else {
            return;
        };
        let chain = &self.facts.chain;
        let is_made = chain.keeper_of(swap.member).is_some();
        if is_made || chain.keeper(swap.out).is_none() || self.now > swap.until {
            if is_made {
                *self.counts.entry(FaultKind::Keepers).or_default() += 1;
            }
            self.swap = None;
            return;
        }
        let change = swap.change();
        if chain
            .open_changes()
            .iter()
            .any(|open| open.change == change)
        {
            return;
        }
        let is_ready = chain.readiness(swap.member).is_some();
        let node = if is_ready { FOUNDER } else { swap.node };
        let Some(at) = self.nodes.get_mut(node) else {
            return;
        };
        let (Some(running), candidate) = (&mut at.running, &at.candidate) else {
            return;
        };
        if !running.player.is_content() {
            return;
        }
        if is_ready {
            running.player.wish(Body::ChangeKeepers { change });
        } else if let Some(key) = candidate {
            let state = &running.view.state;
            let message = vote_key_message(&at.club, swap.member);
            running.player.wish(Body::KeeperReady {
                vote_key: key.public_key(),
                proof: SignatureBytes(key.sign(&message)),
                height: state.height(),
                state_root: state.state_root(),
            });
        }
    }

    /// Lets a node vote whose key the club has taken in.
    pub(super) fn take_post(&mut self, node: NodeNo) {
        let now = self.now;
        let outputs = self.nodes.get_mut(node).and_then(|at| at.take_post(now));
        if let Some(outputs) = outputs {
            self.execute(node, outputs);
        }
    }
}
