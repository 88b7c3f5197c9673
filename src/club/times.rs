//! How long a table waits for its players and their secrets.

use serde::{Deserialize, Serialize};

use super::ids::TimeMs;

/// The time-outs of one table, in milliseconds of block time, chosen when it is opened; at least
/// four times the slow round trips of its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollTimes {
    /// `T_bet`: how long bets stay open without the shooter's word, once there is one that works.
    pub bet: u32,
    /// `T_min`: how long nobody can be rolled past who has not said that the bets are made.
    pub ready: u32,
    /// `T_seal`: how long a roll waits for the seal of a seat with a working bet.
    pub seal: u32,
    /// `T_open`: how long a keeper waits, by its own timer, for the openings of the seats.
    pub open: u32,
    /// `T_close`: after how long a locked roll is closed without the openings that are missing.
    pub close: u32,
}

impl RollTimes {
    /// For nodes in one room or one data centre.
    pub const LAN: Self = Self {
        bet: 20_000,
        ready: 5_000,
        seal: 3_000,
        open: 3_000,
        close: 6_000,
    };

    /// For nodes anywhere.
    pub const INTERNET: Self = Self {
        bet: 20_000,
        ready: 5_000,
        seal: 5_000,
        open: 5_000,
        close: 10_000,
    };

    /// For nodes that reach each other by Bluetooth.
    pub const BLE: Self = Self {
        bet: 30_000,
        ready: 5_000,
        seal: 8_000,
        open: 8_000,
        close: 16_000,
    };

    /// The shortest that each may be.
    pub const SHORTEST: u32 = 100;

    /// The longest that each may be: ten minutes.
    pub const LONGEST: u32 = 600_000;

    /// Whether each lies within its bounds, players have time before the bets close, and keepers
    /// open before the roll does.
    #[must_use]
    pub fn are_valid(&self) -> bool {
        let all = [self.bet, self.ready, self.seal, self.open, self.close];
        let range = Self::SHORTEST..=Self::LONGEST;
        all.iter().all(|time| range.contains(time))
            && self.ready <= self.bet
            && self.open < self.close
    }
}

impl TimeMs {
    /// Returns the time so many milliseconds later.
    #[must_use]
    pub fn after(self, millis: u32) -> Self {
        Self(self.0.saturating_add(u64::from(millis)))
    }
}
