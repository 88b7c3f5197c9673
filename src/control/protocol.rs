//! What is said on the control socket.

use serde::{Deserialize, Serialize};

use super::line;
use super::rows::Row;
use crate::error::{Error, Kind};

/// The version of the lines; another one is refused.
pub const VERSION: u16 = 1;

/// What a command asks of the running node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Request {
    /// How every service is: one [`super::HealthRow`], or one for each change.
    Health {
        /// Whether to go on with each change.
        #[serde(default)]
        watch: bool,
    },
    /// A [`super::BalanceRow`] for each club.
    Balance,
    /// A [`super::HistoryRow`] for each roll up to the newest one, oldest first.
    History {
        /// Only rolls of the table of this id or name.
        #[serde(default)]
        table: Option<String>,
        /// Only the newest so many.
        #[serde(default)]
        last: Option<u64>,
    },
    /// The transcript of a table's game: [`super::TranscriptRow`]s.
    Transcript {
        /// The table, by id or name; the only one if there is no other.
        #[serde(default)]
        table: Option<String>,
        /// Only from the state at this height on.
        #[serde(default)]
        from: Option<u64>,
        /// Only the newest so many rolls of the table.
        #[serde(default)]
        last: Option<u64>,
    },
    /// Restart a service.
    ServiceRestart {
        /// Its name.
        name: String,
    },
    /// Stop a service.
    ServiceStop {
        /// Its name.
        name: String,
    },
    /// Freeze bets, cancel everything, wipe keys.
    EmergencyStop {
        /// Why; goes into the record.
        reason: String,
    },
    /// Leave an emergency stop.
    Reset,
    /// A [`super::PlayEvent`] for each thing that happens from now on.
    Subscribe,
    /// Take a seat at the table of this name or id.
    Sit {
        /// The table.
        table: String,
    },
    /// Make a bet at the table where the player sits, or raise it: one [`super::PlayEvent`], when it
    /// is decided and on disk.
    Bet {
        /// What is bet on, as `pass` or `come@6`.
        bet: String,
        /// Chips; those that a bet has already are not counted.
        amount: u64,
    },
    /// Take a bet down.
    TakeDown {
        /// The bet, as `place_6`.
        bet: String,
    },
    /// Throw the dice; who is not the shooter says: I am ready.
    Roll,
    /// Leave the seat.
    Stand,
}

/// A request as a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The version of the lines, [`VERSION`].
    pub v: u16,
    /// What the answers to it name.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub request: Request,
}

impl Ask {
    /// Returns the request of a line, with or without its end.
    ///
    /// # Errors
    /// What is wrong with it, and the id that the answer names: 0 if the line has none.
    pub fn from_line(line: &[u8]) -> Result<Self, (u64, Error)> {
        #[derive(Deserialize)]
        struct Head {
            v: u16,
            id: u64,
        }
        let wrong = |id: u64, message: String| {
            let hint = "a request is one line, as {\"v\":1,\"id\":1,\"do\":\"bet\",\"bet\":\"pass\",\
                        \"amount\":10}; numbers are whole and not below zero";
            (id, Error::new(Kind::Usage, message, hint))
        };
        // The version first: another one may have requests that mean nothing here.
        let head: Head = line::decode(line).map_err(|error| wrong(0, error.to_string()))?;
        if head.v != VERSION {
            let message = format!(
                "this node speaks version {VERSION} of the control lines, not {}",
                head.v
            );
            return Err(wrong(head.id, message));
        }
        line::decode(line).map_err(|error| wrong(head.id, error.to_string()))
    }
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// One more row.
    Row(Row),
    /// All rows were there.
    Done(bool),
    /// It was refused, or failed on the way.
    Error(WireError),
}

/// An answer as a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) v: u16,
    pub(super) id: u64,
    #[serde(flatten)]
    pub(super) answer: Answer,
}

/// An error on its way to another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// The exit code of its kind.
    pub code: u8,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

impl WireError {
    /// Returns the kind; an unknown code is a fault of the program.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let known = Kind::ALL.into_iter().find(|kind| kind.code() == self.code);
        known.unwrap_or(Kind::Internal)
    }
}

impl From<&Error> for WireError {
    fn from(error: &Error) -> Self {
        Self {
            code: error.kind().code(),
            message: error.to_string(),
            hints: error.hints().to_vec(),
        }
    }
}
