//! When the bots move: after a thought as long as a person's, or at once.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::club::TableNo;
use crate::ledger::MemberNo;
use rand_xoshiro::Xoshiro256StarStar;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Which bots still think about which roll, and until when.
#[derive(Debug)]
pub(crate) struct Thoughts {
    pace: Duration,
    random: Xoshiro256StarStar,
    /// The roll a bot last thought about, and when the thought ends; `None` once it has moved.
    of: BTreeMap<(TableNo, MemberNo), (u64, Option<Duration>)>,
}

impl Thoughts {
    /// `pace` is how long a thought takes on average, zero for none; `seed` drives what bots choose,
    /// never a secret.
    pub(crate) fn new(pace: Duration, seed: u64) -> Self {
        Self {
            pace,
            random: Xoshiro256StarStar::seed_from_u64(seed),
            of: BTreeMap::new(),
        }
    }

    /// Lets a bot think about a roll, unless it does or did.
    pub(crate) fn begin(&mut self, table: TableNo, bot: MemberNo, roll: u64, now: Duration) {
        if self
            .of
            .get(&(table, bot))
            .is_some_and(|(thought, _)| *thought == roll)
        {
            return;
        }
        let spread = u64::try_from(self.pace.as_millis()).unwrap_or(u64::MAX);
        let extra = Duration::from_millis(self.below(spread));
        let until = now.saturating_add(self.pace / 2).saturating_add(extra);
        self.of.insert((table, bot), (roll, Some(until)));
    }

    /// Whether a bot still thinks about a roll.
    pub(crate) fn is_thinking(&self, table: TableNo, bot: MemberNo, roll: u64) -> bool {
        self.of
            .get(&(table, bot))
            .is_some_and(|(thought, until)| *thought == roll && until.is_some())
    }

    /// Notes that a bot has moved.
    pub(crate) fn end(&mut self, table: TableNo, bot: MemberNo, roll: u64) {
        self.of.insert((table, bot), (roll, None));
    }

    /// Forgets a bot that left.
    pub(crate) fn forget(&mut self, table: TableNo, bot: MemberNo) {
        self.of.remove(&(table, bot));
    }

    /// Returns when the next thought ends.
    pub(crate) fn next_end(&self) -> Option<Duration> {
        self.of.values().filter_map(|(_, until)| *until).min()
    }

    /// Returns who has thought long enough.
    pub(crate) fn ended(&self, now: Duration) -> Vec<(TableNo, MemberNo)> {
        let ended = self
            .of
            .iter()
            .filter(|(_, (_, until))| until.is_some_and(|until| until <= now));
        ended.map(|(who, _)| *who).collect()
    }

    /// Returns a number below `bound`, every one equally likely within 2^-40.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.random.next_u64() % bound
        }
    }
}
