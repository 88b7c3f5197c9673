//! What a member's node holds against the host of a hosted club: openings that it held, and that
//! the host's closes left out. Nobody votes there, so this is all that watches the host.

use std::collections::{BTreeSet, VecDeque};

use super::{Alarm, Machine};
use crate::club::{Applied, Block, ClubEvent, Keeper, Phase, RollRecord};
use crate::consensus::limits::{HOST_ROLLS, LEFT_OUT_MAX};
use crate::consensus::view::{HostConduct, LeftOut};
use crate::dice::Slot;

/// The newest rolls that this host closed: whether each left out an opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HostWatch {
    rolls: VecDeque<bool>,
    newest: Option<LeftOut>,
    /// Whether this node seals no more until its player says go on.
    is_doubted: bool,
}

impl HostWatch {
    fn note(&mut self, left_out: bool) -> (usize, usize) {
        self.rolls.push_back(left_out);
        while self.rolls.len() > HOST_ROLLS {
            self.rolls.pop_front();
        }
        let times = self.rolls.iter().filter(|left_out| **left_out).count();
        self.is_doubted |= times >= LEFT_OUT_MAX;
        (times, self.rolls.len())
    }

    pub(super) fn conduct(&self) -> HostConduct {
        HostConduct {
            left_out: self.rolls.iter().filter(|left_out| **left_out).count(),
            rolls: self.rolls.len(),
            newest: self.newest.clone(),
            is_doubted: self.is_doubted,
        }
    }
}

impl Machine {
    /// Looks at the rolls that a block of the host's closes, however it comes: whose openings this
    /// node holds by then that do not count. While the link to the host was down, for a part of the
    /// time that the roll was locked, nobody can tell who is to blame, and nobody is.
    pub(super) fn watch_host(&mut self, block: &Block, applied: &Applied) {
        let [host] = self.state.keepers() else {
            return;
        };
        let host: Keeper = *host;
        if self.seat.number() == Some(host.no) || block.header.proposer != host.no {
            return;
        }
        let Some(linked) = self.peers.find(host.member).map(|peer| peer.since) else {
            return;
        };
        let rolled = applied.events.iter().filter_map(ClubEvent::rolled);
        for record in rolled {
            let table = self.state.table(record.table);
            let locked = table.and_then(|table| self.locks.since(table));
            if locked.is_none_or(|locked| linked > locked) {
                continue;
            }
            let slots = self.state.left_out(record, &self.held_of(record));
            let (times, rolls) = self.host.note(!slots.is_empty());
            if slots.is_empty() {
                continue;
            }
            let left_out = LeftOut {
                host: host.member,
                table: record.table,
                roll: record.roll,
                slots,
                times,
                rolls,
            };
            self.host.newest = Some(left_out.clone());
            self.outputs
                .push(super::Output::Alarm(Alarm::LeftOut(left_out)));
        }
    }

    /// The player says go on: the host's past is forgotten.
    pub(super) fn trust_host(&mut self) {
        self.host = HostWatch::default();
        self.publish();
    }

    /// The slots of a roll whose valid openings this node holds, on the chain or not.
    fn held_of(&self, record: &RollRecord) -> BTreeSet<Slot> {
        let table = self.state.table(record.table);
        let Some((table, Phase::Locked(locked))) = table.map(|table| (table, &table.phase)) else {
            return BTreeSet::new();
        };
        let sealed = locked.seals.keys().copied();
        let held = sealed.filter(|slot| {
            let opened = locked.openings.contains_key(slot);
            opened || self.opening_of(table, locked, *slot).is_some()
        });
        held.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(left_out: impl Fn(usize) -> bool, rolls: usize) -> HostWatch {
        let mut watch = HostWatch::default();
        for roll in 0..rolls {
            watch.note(left_out(roll));
        }
        watch
    }

    #[test]
    fn a_host_is_doubted_after_three_of_twenty_rolls_until_the_player_says_go_on() {
        let two = watched(|roll| roll % 10 == 0, 60).conduct();
        assert_eq!((two.left_out, two.rolls, two.is_doubted), (2, 20, false));
        let mut three = watched(|roll| [0, 9, 19].contains(&roll), 20);
        let conduct = three.conduct();
        assert_eq!((conduct.left_out, conduct.is_doubted), (3, true));
        // Better rolls later don't take the question away.
        for _ in 0..HOST_ROLLS {
            three.note(false);
        }
        let conduct = three.conduct();
        assert_eq!((conduct.left_out, conduct.is_doubted), (0, true));
    }
}
