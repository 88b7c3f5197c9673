//! What the rest of the program sees: one consistent picture, renewed when something in it changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::silence::Silence;
use super::{Machine, Output};
use crate::club::{Header, Height, Keeper, TableNo};
use crate::consensus::view::{ChainView, KeeperSeen, Voting, lacks};
use crate::consensus::{KeeperSet, OrderStep};
use crate::dice::Slot;
use crate::ledger::MemberNo;

/// What the newest picture shows, as far as it changes between blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Watch {
    shown: Moving,
    /// How far the clock of another keeper was ahead of this node's, in milliseconds, by its newest
    /// block that came at once.
    offset: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Moving {
    /// An attempt after the first one: that one is over too soon to be shown.
    attempt: Option<(Height, u32)>,
    behind: u64,
    /// How many blocks each linked keeper lacks, by member.
    lacking: Vec<(MemberNo, u64)>,
    linked: Vec<MemberNo>,
    openings: BTreeMap<TableNo, BTreeMap<Slot, u16>>,
}

impl Machine {
    /// Returns a picture of the chain after the newest durable block.
    #[must_use]
    pub fn view(&self) -> Arc<ChainView> {
        let state = &self.state;
        let keepers = KeeperSet::new(state.keepers());
        let (quorum, faults) = keepers.map_or((0, 0), |set| (set.quorum(), set.faults()));
        let status = self.post.engine().map(crate::consensus::Orderer::status);
        let status = status.filter(|_| self.post.running.is_some());
        let keeps = |number| state.keeper(number).is_some();
        let voting = match (&self.post.silent, self.post.own) {
            (Some(Silence::Retired(why)), _) => Voting::Retired(why.clone()),
            (Some(Silence::Stopped(why)), _) => Voting::Stopped(why.clone()),
            (None, Some(number)) if keeps(number) => Voting::Votes(number),
            (None, Some(_) | None) => Voting::Follows,
        };
        Arc::new(ChainView {
            club: *state.club(),
            height: state.height(),
            tip: state.tip(),
            time: state.time(),
            root: state.state_root(),
            round: status.as_ref().map_or(0, |status| status.round),
            step: status
                .as_ref()
                .map_or(OrderStep::Idle, |status| status.step),
            turn: status.as_ref().and_then(|status| status.proposer),
            proposer: self.proposer,
            certificate: self.certificate.clone(),
            keepers: state
                .keepers()
                .iter()
                .map(|keeper| self.seen(keeper))
                .collect(),
            quorum,
            faults,
            voting,
            behind: self.behind(),
            clock_offset: self.watch.offset,
            condition: self.condition.clone(),
            openings: self.held_openings(),
            accusations: self.accusations(),
            proofs: self.proofs.kept.clone(),
            host: self.host.conduct(),
            state: Arc::clone(state),
        })
    }

    fn seen(&self, keeper: &Keeper) -> KeeperSeen {
        let peer = self.peers.find(keeper.member);
        let signed = self.certificate.as_ref().is_some_and(|certificate| {
            let mut signers = certificate.signatures.iter();
            signers.any(|(number, _)| *number == keeper.no)
        });
        KeeperSeen {
            keeper: *keeper,
            is_self: self.post.own == Some(keeper.no),
            is_linked: peer.is_some(),
            signed_newest: signed,
            heard: peer.and_then(|peer| peer.heard),
            height: peer.map(|peer| peer.height),
        }
    }

    pub(super) fn publish(&mut self) {
        self.watch.shown = self.moving();
        let view = self.view();
        self.outputs.push(Output::View(view));
    }

    fn moving(&self) -> Moving {
        let status = self.post.engine().map(crate::consensus::Orderer::status);
        let attempt = status.and_then(|status| Some((status.height?, status.round)));
        let peers = self.peers.all();
        Moving {
            attempt: attempt.filter(|(_, round)| *round > 0),
            behind: self.behind(),
            lacking: self.lagging(),
            linked: peers.map(|(member, _)| member).collect(),
            openings: self.held_openings(),
        }
    }

    fn lagging(&self) -> Vec<(MemberNo, u64)> {
        let keepers = self.state.keepers().iter();
        let lagging = keepers.filter_map(|keeper| {
            let known = self.peers.find(keeper.member)?.height;
            Some((keeper.member, lacks(self.state.height(), known)))
        });
        lagging.filter(|(_, lacks)| *lacks > 0).collect()
    }

    /// Shows what changed without a block.
    pub(super) fn show_changes(&mut self) {
        if self.watch.shown != self.moving() {
            self.publish();
        }
    }

    /// Compares the clock of a new block's proposer with this node's.
    pub(super) fn note_offset(&mut self, header: &Header) {
        let others = self.post.number() != Some(header.proposer);
        if others {
            let (theirs, own) = (header.time.0, self.now.unix.0);
            self.watch.offset = i64::try_from(i128::from(theirs) - i128::from(own)).ok();
        }
    }
}
