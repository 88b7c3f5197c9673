//! How long the engine waits for its peers. Local settings: keepers need not agree on them.

use std::time::Duration;

use crate::club::limits::{BLOCK_BYTES_MAX, BLOCK_BYTES_RADIO};

/// How patient a keeper is; its slowest link to another keeper decides. Too short costs attempts,
/// too long costs waiting for keepers that are gone; neither is ever unsafe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaceTimeouts {
    /// All keepers on one machine or one local network; measured.
    #[default]
    Local,
    /// Over the internet or a relay.
    Internet,
    /// Over Bluetooth Low Energy.
    Radio,
}

/// The rebroadcast pause grows to this many times its first length, no further: beyond that,
/// whoever comes back would wait too long to hear what is missing.
const REBROADCAST_GROWTH_MAX: u32 = 4;

/// Milliseconds: how long first, and how much more with each attempt.
struct Row {
    propose: (u32, u32),
    vote: (u32, u32),
    rebroadcast: u32,
    longest: u32,
}

impl PaceTimeouts {
    const fn row(self) -> Row {
        match self {
            Self::Local => Row {
                propose: (400, 200),
                vote: (200, 100),
                rebroadcast: 150,
                longest: 8_000,
            },
            Self::Internet => Row {
                propose: (1_500, 500),
                vote: (500, 250),
                rebroadcast: 400,
                longest: 20_000,
            },
            Self::Radio => Row {
                propose: (3_000, 1_000),
                vote: (1_500, 500),
                rebroadcast: 1_000,
                longest: 30_000,
            },
        }
    }

    /// Returns how long the proposal of attempt `round` is awaited.
    #[must_use]
    pub fn propose(self, round: u32) -> Duration {
        self.grown(self.row().propose, round)
    }

    /// Returns how long more votes of attempt `round` are awaited when a quorum disagrees.
    #[must_use]
    pub fn vote(self, round: u32) -> Duration {
        self.grown(self.row().vote, round)
    }

    /// Returns the pause before own messages of an attempt are sent again, for the `times`-th time
    /// from 0.
    #[must_use]
    pub fn rebroadcast(self, times: u32) -> Duration {
        let first = self.row().rebroadcast;
        self.grown((first, first), times.min(REBROADCAST_GROWTH_MAX - 1))
    }

    /// Returns how many bytes a block of this keeper's may have: what the link carries in good time.
    #[must_use]
    pub const fn block_bytes(self) -> usize {
        match self {
            Self::Local | Self::Internet => BLOCK_BYTES_MAX,
            Self::Radio => BLOCK_BYTES_RADIO,
        }
    }

    fn grown(self, (first, more): (u32, u32), times: u32) -> Duration {
        let millis = first.saturating_add(more.saturating_mul(times));
        Duration::from_millis(millis.min(self.row().longest).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the design: propose, more with each attempt, vote, more, rebroadcast, cap, in
    /// milliseconds; and the bytes of a block.
    #[test]
    fn each_kind_of_link_has_the_times_of_the_table() {
        let table = [
            (PaceTimeouts::Local, [400, 200, 200, 100, 150, 8_000], 64),
            (
                PaceTimeouts::Internet,
                [1_500, 500, 500, 250, 400, 20_000],
                64,
            ),
            (
                PaceTimeouts::Radio,
                [3_000, 1_000, 1_500, 500, 1_000, 30_000],
                8,
            ),
        ];
        for (pace, expected, kibibytes) in table {
            let [propose, more, vote, more_votes, again, cap] = expected.map(Duration::from_millis);
            let found = [
                pace.propose(0),
                pace.propose(1),
                pace.vote(0),
                pace.vote(1),
                pace.rebroadcast(0),
                pace.propose(1_000),
            ];
            let expected = [propose, propose + more, vote, vote + more_votes, again, cap];
            assert_eq!(found, expected, "{pace:?}");
            assert_eq!(pace.rebroadcast(100), 4 * pace.rebroadcast(0), "{pace:?}");
            assert_eq!(pace.block_bytes(), kibibytes * 1_024, "{pace:?}");
        }
        assert_eq!(PaceTimeouts::default(), PaceTimeouts::Local);
    }

    #[test]
    fn patience_grows_with_each_attempt_up_to_its_cap() {
        let millis = Duration::from_millis;
        let local = PaceTimeouts::Local;
        assert_eq!(
            (local.propose(0), local.propose(2)),
            (millis(400), millis(800))
        );
        assert_eq!((local.vote(0), local.vote(3)), (millis(200), millis(500)));
        let repeats: Vec<_> = (0..6).map(|times| local.rebroadcast(times)).collect();
        assert_eq!(repeats, [150, 300, 450, 600, 600, 600].map(millis));
        let caps = [
            (local, 8),
            (PaceTimeouts::Internet, 20),
            (PaceTimeouts::Radio, 30),
        ];
        for (pace, seconds) in caps {
            let longest = [pace.propose(u32::MAX), pace.vote(u32::MAX)];
            assert_eq!(longest, [Duration::from_secs(seconds); 2], "{pace:?}");
        }
    }
}
