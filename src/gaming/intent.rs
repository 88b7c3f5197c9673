//! What the screen asks for, and the answers.

use std::collections::BTreeSet;

use crate::club::{self, GameId, Height, KeeperChange, TableTerms};
use crate::craps::{Action, SeatNo, TableRules};
use crate::gaming::Strategy;
use crate::ledger::MemberNo;
use crate::shown::Shown;

/// The number of one intent, so that its answer finds the bet that it was about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(pub u64);

/// What a player wants at a table. Nothing has happened until the answer says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A slip of bets and changes, taken whole or refused whole.
    Bets {
        /// The table.
        game: GameId,
        /// For which roll, as the player saw it: what comes too late is refused.
        roll: u64,
        /// What to do, in order.
        actions: Vec<Action>,
    },
    /// The shooter throws; anybody else says: I am ready.
    Roll {
        /// The table.
        game: GameId,
        /// Which roll, as the player saw it: what comes too late is refused.
        roll: u64,
    },
    /// The shooter gives the dice on.
    PassDice {
        /// The table.
        game: GameId,
        /// Which roll, as the player saw it: what comes too late is refused.
        roll: u64,
    },
    /// Take a seat.
    Sit {
        /// The table.
        game: GameId,
    },
    /// Leave the seat.
    Stand {
        /// The table.
        game: GameId,
    },
    /// Seat a bot (in a club of one's own).
    AddBot {
        /// The table.
        game: GameId,
        /// How it plays.
        strategy: Strategy,
    },
    /// Make a bot stand up.
    RemoveBot {
        /// The table.
        game: GameId,
        /// Its seat.
        seat: SeatNo,
    },
    /// Change the table's limits and rules: in a club of one's own at every table, elsewhere the
    /// founder's word alone, whoever opened the table.
    ChangeRules {
        /// The table.
        game: GameId,
        /// The rules wanted.
        rules: Box<TableRules>,
    },
    /// Draw the club's grant again, since nothing is left.
    NewChips,
    /// Open another table, as long as the club has fewer than it may have.
    CreateTable(Box<TableTerms>),
    /// Say that this node is ready to keep the club: nobody becomes a keeper without it.
    KeepClub,
    /// Open a change of keepers, or approve the one that is open.
    ChangeKeepers(KeeperChange),
    /// Go on with a host that left out openings: seal again.
    TrustHost,
    /// Let the club that this node hosts go on under a new vote key, since the old one must not sign
    /// any more; see [`DistributedStateManager::succeed`](crate::consensus::DistributedStateManager::succeed).
    NewVoteKey {
        /// Members whose nodes are not waited for.
        despite: BTreeSet<MemberNo>,
    },
}

impl Intent {
    /// Returns the table that it is about, if it is about one.
    #[must_use]
    pub const fn game(&self) -> Option<GameId> {
        match self {
            Self::Bets { game, .. }
            | Self::Roll { game, .. }
            | Self::PassDice { game, .. }
            | Self::Sit { game }
            | Self::Stand { game }
            | Self::AddBot { game, .. }
            | Self::RemoveBot { game, .. }
            | Self::ChangeRules { game, .. } => Some(*game),
            Self::NewChips
            | Self::CreateTable(_)
            | Self::KeepClub
            | Self::ChangeKeepers(_)
            | Self::TrustHost
            | Self::NewVoteKey { .. } => None,
        }
    }
}

/// The answer to one intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It is on the chain and on this node's disk.
    Decided(Height),
    /// It had no effect.
    Rejected(Refusal),
    /// No answer in time; asking again with the same id is safe.
    Unknown,
    /// What worked on it ended before it answered, and nobody knows: it may be decided. Asking again
    /// may do it a second time; the views tell what holds.
    Lost,
}

/// Why an intent had no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The club's rules refused it.
    Club(club::Refusal),
    /// The part of the program that answers is not running.
    NotRunning {
        /// Its name.
        service: &'static str,
        /// What it is doing, in a word: starting, failed, stopped.
        state: &'static str,
        /// The cause.
        why: String,
    },
    /// More intents wait than are kept.
    QueueFull {
        /// How many are kept.
        limit: usize,
    },
    /// This node can't do that for its club now.
    NotReady {
        /// Why.
        why: String,
    },
    /// The player sits at another table, and one table is played at a time.
    SeatedElsewhere {
        /// Which.
        table: Shown,
    },
    /// This seat is not played by a bot.
    NotABot {
        /// The seat.
        seat: SeatNo,
    },
    /// The command was dropped before any block could take it.
    Dropped {
        /// Why.
        why: String,
    },
}

impl Refusal {
    /// Returns the action of a slip that was refused, if it names one.
    #[must_use]
    pub fn action_of<'a>(&self, asked: &'a Intent) -> Option<&'a Action> {
        let (
            Self::Club(
                club::Refusal::Bet { index, .. } | club::Refusal::TreasuryLimit { index, .. },
            ),
            Intent::Bets { actions, .. },
        ) = (self, asked)
        else {
            return None;
        };
        actions.get(*index)
    }
}

impl From<club::Refusal> for Refusal {
    fn from(why: club::Refusal) -> Self {
        Self::Club(why)
    }
}
