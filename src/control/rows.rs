//! What the running node tells, and what `--json` prints: the keys are a contract with scripts.

use serde::{Deserialize, Serialize};

use crate::clock::UnixMillis;
use crate::consensus::ClubHealth;
use crate::coordination::ServiceHealthReport;
use crate::gaming::ClubView;
use crate::state::lifecycle::LifecycleView;

/// One row of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Row {
    /// See [`HealthRow`].
    Health(HealthRow),
    /// See [`BalanceRow`].
    Balance(BalanceRow),
    /// See [`HistoryRow`].
    History(HistoryRow),
    /// See [`PlayEvent`].
    Event(PlayEvent),
    /// See [`TranscriptRow`].
    Transcript(TranscriptRow),
}

/// A part of a transcript on its way to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TranscriptRow {
    /// The next bytes, in hex.
    Piece(String),
    /// All pieces were there.
    End(ExportRow),
}

/// A game that was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRow {
    /// The table's id in hex.
    pub table: String,
    /// The club's id in hex.
    pub club: String,
    /// The height whose state the file begins with; 0 is the charter.
    #[serde(default)]
    pub begins: u64,
    /// The newest block of the file.
    pub height: u64,
}

/// What a player has in one club.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceRow {
    /// The club's id in hex.
    pub club: String,
    /// Free chips.
    pub balance: u64,
    /// Chips on the tables.
    pub at_risk: u64,
    /// Chips of the club itself.
    pub treasury: u64,
    /// All chips of the club.
    pub supply: u64,
    /// The height of the block after which that is so.
    pub height: u64,
}

impl From<&ClubView> for BalanceRow {
    fn from(club: &ClubView) -> Self {
        Self {
            club: club.club.to_string(),
            balance: club.balance.get(),
            at_risk: club.at_risk.get(),
            treasury: club.treasury.get(),
            supply: club.supply.get(),
            height: club.height.0,
        }
    }
}

/// One roll that this node saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Its number at the table, from 1.
    pub roll: u64,
    /// The table's id in hex.
    pub table: String,
    /// The dice, 1 to 6 each.
    pub dice: [u8; 2],
    /// Their sum.
    pub total: u8,
    /// The point before the roll; none on a come-out.
    pub point_before: Option<u8>,
    /// The shooter's name.
    pub shooter: String,
    /// What the player's bets won less what they lost.
    pub net: i64,
    /// The player's free chips after it; none if it had no seat.
    pub balance: Option<u64>,
}

/// How the node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthRow {
    /// The label of the node, `node_id` of its settings.
    pub node: String,
    /// The lifecycle.
    pub lifecycle: LifecycleRow,
    /// The club's chain; nothing while it does not run.
    #[serde(default)]
    pub club: Option<Box<ClubHealth>>,
    /// The whole and every service.
    #[serde(flatten)]
    pub report: ServiceHealthReport,
}

/// Where the application is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleRow {
    /// The state's name.
    pub state: String,
    /// How many transitions there were.
    pub sequence: u64,
    /// Why it is in this state.
    pub reason: String,
    /// Since when.
    pub since: UnixMillis,
}

impl From<&LifecycleView> for LifecycleRow {
    fn from(view: &LifecycleView) -> Self {
        Self {
            state: view.state.to_string(),
            sequence: view.sequence,
            reason: view.reason.to_string(),
            since: view.since,
        }
    }
}

/// Something that happened, as `bot --json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum PlayEvent {
    /// There is a table.
    Table {
        /// Milliseconds since the start.
        t: u64,
        /// Its id in hex.
        id: String,
        /// Its name.
        name: String,
    },
    /// The player took a seat.
    Seated {
        /// Milliseconds since the start.
        t: u64,
        /// The table's id in hex.
        table: String,
        /// The seat.
        seat: u8,
    },
    /// The player left the seat; contracts stay until they are decided.
    Stood {
        /// Milliseconds since the start.
        t: u64,
        /// The table's id in hex.
        table: String,
    },
    /// A bet changed its state.
    Bet {
        /// Milliseconds since the start.
        t: u64,
        /// The bet's number.
        id: u64,
        /// What is bet on, as `come@6`.
        bet: String,
        /// Chips.
        amount: u64,
        /// How far it is; confirmed only when it is on disk here.
        state: BetState,
        /// Why it was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// The name of the refusal, for scripts, as `above_maximum`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
    /// The dice fell; told only when it is on disk here.
    Roll {
        /// Milliseconds since the start.
        t: u64,
        /// The table's id in hex.
        table: String,
        /// The roll's number at the table, from 1.
        roll: u64,
        /// The dice.
        dice: [u8; 2],
        /// The block that closed it.
        height: u64,
        /// The player's free chips after it; none if it has no seat.
        balance: Option<u64>,
    },
    /// The application changed its state.
    Lifecycle {
        /// Milliseconds since the start.
        t: u64,
        /// The state before.
        from: String,
        /// The state now.
        to: String,
        /// Why.
        reason: String,
    },
    /// The player is done.
    End {
        /// Milliseconds since the start.
        t: u64,
        /// Rolls played.
        rolls: u64,
        /// The newest block.
        height: u64,
        /// The state's root at that height, in hex.
        state_root: String,
        /// The player's free chips.
        balance: u64,
        /// The player's chips that are still on tables.
        at_risk: u64,
        /// Why it is done.
        reason: EndReason,
    },
}

/// Why a player is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndReason {
    /// All rolls that were asked for are played.
    Rolls,
    /// A signal came.
    Stopped,
    /// The chips do not pay the next bet, and none is at risk.
    Broke,
    /// Something failed; standard error says what.
    Failed,
}

/// How far a bet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BetState {
    /// On its way.
    Sent,
    /// On the chain and on disk.
    Confirmed,
    /// Without effect.
    Refused,
    /// No answer came in time; the table shows later what became of it.
    Unknown,
}
