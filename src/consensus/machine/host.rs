//! What a member's node holds against the host of a hosted club: openings that it held, and that
//! the host's closes left out. Nobody votes there, so this is all that watches the host.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Alarm, Machine, Output};
use crate::club::{
    Applied, Block, ClubEvent, CodecFault, Keeper, Phase, ProvenOpening, RollRecord,
};
use crate::consensus::limits::{HOST_ROLLS, LEFT_OUT_MAX};
use crate::consensus::versioned;
use crate::consensus::view::{HostConduct, LeftOut};
use crate::dice::Slot;
use crate::ledger::MemberNo;

/// The form of what is remembered.
const VERSION: u8 = 1;

/// The newest rolls: whether each left out an opening.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rolls(VecDeque<bool>);

impl Rolls {
    fn note(&mut self, left_out: bool) {
        self.0.push_back(left_out);
        while self.0.len() > HOST_ROLLS {
            self.0.pop_front();
        }
    }

    /// In how many of how many.
    fn count(&self) -> (usize, usize) {
        let times = self.0.iter().filter(|left_out| **left_out).count();
        (times, self.0.len())
    }
}

/// What this host's closes left out. A node remembers it over its restarts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostWatch {
    rolls: Rolls,
    /// The same for each member that was left out, of the rolls that it sealed: who is left out
    /// twice may not sit for a while, and the rolls of the others meanwhile say nothing about it.
    members: BTreeMap<MemberNo, Rolls>,
    newest: Option<LeftOut>,
    /// Whether this node seals no more until its player says go on.
    is_doubted: bool,
}

impl HostWatch {
    /// Takes in a roll: who sealed, and whose opening was left out.
    fn note(&mut self, sealed: impl Iterator<Item = MemberNo>, left_out: &BTreeSet<MemberNo>) {
        self.rolls.note(!left_out.is_empty());
        for member in sealed {
            let is_left_out = left_out.contains(&member);
            if is_left_out || self.members.contains_key(&member) {
                self.members.entry(member).or_default().note(is_left_out);
            }
        }
        self.members.retain(|_, rolls| rolls.count().0 > 0);
        self.is_doubted |= self.count().0 >= LEFT_OUT_MAX;
    }

    /// In how many of the newest rolls the host left out an opening, or in how many of a member's
    /// that member's: whichever is more.
    fn count(&self) -> (usize, usize) {
        let members = self.members.values().map(Rolls::count);
        members.chain([self.rolls.count()]).max().unwrap_or((0, 0))
    }

    /// Whether nothing is held against the host, so that there is nothing to remember.
    fn is_clean(&self) -> bool {
        self.count().0 == 0 && !self.is_doubted
    }

    /// Returns what is remembered, as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        versioned::encode(VERSION, self)
    }

    /// Returns what was remembered.
    ///
    /// # Errors
    /// [`CodecFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        let watch: Self = versioned::decode(VERSION, bytes)?;
        let all = watch.members.values().chain([&watch.rolls]);
        if all.into_iter().all(|rolls| rolls.0.len() <= HOST_ROLLS) {
            Ok(watch)
        } else {
            Err(CodecFault::Malformed)
        }
    }

    pub(super) fn conduct(&self) -> HostConduct {
        let (left_out, rolls) = self.count();
        HostConduct {
            left_out,
            rolls,
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
        if self.post.number() == Some(host.no) || block.header.proposer != host.no {
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
            let openings = &record.proof.openings;
            let is_left_out = |opening: &&ProvenOpening| slots.contains(&opening.slot);
            let left_out = openings.iter().filter(is_left_out);
            let left_out = left_out.map(|opening| opening.member).collect();
            let sealed = openings.iter().map(|opening| opening.member);
            let was_clean = self.host.is_clean();
            self.host.note(sealed, &left_out);
            let (times, rolls) = self.host.count();
            if slots.is_empty() {
                self.remember_host(was_clean);
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
            self.remember_host(was_clean);
            self.outputs.push(Output::Alarm(Alarm::LeftOut(left_out)));
        }
    }

    /// Has it remembered what the host left out, unless there was nothing and still is not.
    fn remember_host(&mut self, was_clean: bool) {
        if !(was_clean && self.host.is_clean()) {
            let row = self.host.to_bytes();
            self.outputs.push(Output::RememberHost(row));
        }
    }

    /// Takes up what an earlier run remembered of the host.
    pub(super) fn recall_host(&mut self, watch: HostWatch) {
        self.host = watch;
        self.publish();
    }

    /// The player says go on: the host's past is forgotten.
    pub(super) fn trust_host(&mut self) {
        let was_clean = self.host.is_clean();
        self.host = HostWatch::default();
        self.remember_host(was_clean);
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

    const ONE: MemberNo = MemberNo(1);
    const TWO: MemberNo = MemberNo(2);

    /// Rolls of these members, each with whom it left out.
    fn watched(rolls: &[(&[MemberNo], &[MemberNo])]) -> HostWatch {
        let mut watch = HostWatch::default();
        for (sealed, left_out) in rolls {
            watch.note(sealed.iter().copied(), &left_out.iter().copied().collect());
        }
        watch
    }

    fn figures(watch: &HostWatch) -> (usize, usize, bool) {
        let conduct = watch.conduct();
        (conduct.left_out, conduct.rolls, conduct.is_doubted)
    }

    #[test]
    fn a_host_is_doubted_after_three_of_twenty_rolls_until_the_player_says_go_on() {
        let both: &[MemberNo] = &[ONE, TWO];
        let rolls = |left_out: &dyn Fn(usize) -> bool, count| {
            // Another one each time.
            let whom = |roll: usize| {
                if roll.is_multiple_of(2) {
                    &[ONE][..]
                } else {
                    &[TWO]
                }
            };
            let of = |roll| (both, if left_out(roll) { whom(roll) } else { &[] });
            watched(&(0..count).map(of).collect::<Vec<_>>())
        };
        let two = rolls(&|roll| [40, 51].contains(&roll), 60);
        assert_eq!(figures(&two), (2, 20, false));
        let mut three = rolls(&|roll| [0, 9, 19].contains(&roll), 20);
        assert_eq!(figures(&three), (3, 20, true));
        // Better rolls later don't take the question away.
        for _ in 0..HOST_ROLLS {
            three.note(both.iter().copied(), &BTreeSet::new());
        }
        assert_eq!(figures(&three), (0, 20, true));
        assert_eq!(three.members, BTreeMap::new());
    }

    #[test]
    fn what_is_remembered_comes_back_as_it_was() {
        let left_out: (&[MemberNo], &[MemberNo]) = (&[ONE, TWO], &[ONE]);
        for rolls in [0, 1, 3] {
            let watch = watched(&vec![left_out; rolls]);
            assert_eq!(HostWatch::from_bytes(&watch.to_bytes()), Ok(watch));
        }
        let mut long = HostWatch::default();
        long.rolls.0.extend([true; HOST_ROLLS + 1]);
        for bytes in [&long.to_bytes()[..], &[], &[9, 0, 0, 0, 0]] {
            assert_eq!(HostWatch::from_bytes(bytes), Err(CodecFault::Malformed));
        }
    }

    #[test]
    fn rolls_that_somebody_who_was_left_out_may_not_play_do_not_make_it_forgotten() {
        let left_out: (&[MemberNo], &[MemberNo]) = (&[ONE, TWO], &[ONE]);
        let without: (&[MemberNo], &[MemberNo]) = (&[TWO], &[]);
        let mut rolls = vec![left_out, left_out];
        rolls.extend([without; 100]);
        assert_eq!(figures(&watched(&rolls)), (2, 2, false));
        rolls.push(left_out);
        assert_eq!(figures(&watched(&rolls)), (3, 3, true));
    }
}
