//! Pictures of the club and its tables for screens: immutable, replaced whole, newest wins.
//!
//! A view holds what one height of the chain says, and the words for people already made harmless
//! ([`Shown`]). What is legal and what it pays is asked of the [`craps::Table`] inside.

use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::club::{self, ClubId, GameId, Height, KeeperChange, StateRoot};
use crate::craps::{self, BetKey, Decision, Dice, Puck, SeatNo, TableRules};
use crate::gaming::Strategy;
use crate::ledger::Chips;
use crate::shown::Shown;

/// How many past rolls of a table a view carries, newest first.
pub const HISTORY_ROLLS_MAX: usize = 200;

/// Who keeps the club's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClubKind {
    /// Yours alone: you and your bots.
    Solo,
    /// Of several people, kept by its founder alone: it pauses while the founder is away.
    Hosted,
    /// Kept by several: it goes on while enough of them do.
    Shared {
        /// Keepers.
        keepers: usize,
        /// How many of them decide a block.
        decide: usize,
    },
}

/// One keeper of a club.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperView {
    /// Who.
    pub name: Shown,
    /// Whether it is me.
    pub you: bool,
    /// Whether it is proven that it signed two things for one place.
    pub accused: bool,
}

/// A change of keepers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeepersWanted {
    /// These would keep the club beside its founder.
    Grow(Vec<Shown>),
    /// One more keeper.
    Add(Shown),
    /// One keeper less.
    Remove(Shown),
    /// One keeper for another.
    Swap {
        /// Who goes.
        out: Shown,
        /// Who comes.
        come: Shown,
    },
    /// The founder alone.
    Shrink,
}

/// A change of keepers that gathers approvals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeView {
    /// The change as it is on the chain: what an approval names.
    pub change: KeeperChange,
    /// What would change.
    pub wanted: KeepersWanted,
    /// Whether proven misconduct opened it, and no keeper.
    pub by_misconduct: bool,
    /// Keepers that approve.
    pub have: usize,
    /// How many it takes.
    pub need: usize,
    /// Whether mine is still asked for.
    pub asks_you: bool,
}

/// One club as this node sees it at one height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClubView {
    /// Which club.
    pub club: ClubId,
    /// Its name.
    pub name: Shown,
    /// Who keeps its chain.
    pub kind: ClubKind,
    /// Its keepers, by number.
    pub keepers: Vec<KeeperView>,
    /// Changes of keepers that gather approvals, the oldest first.
    pub changes: Vec<ChangeView>,
    /// Whether the host left out openings so often that this node seals no more until I say go on.
    pub host_doubted: bool,
    /// Until when I may not sit down, since I withheld secrets.
    pub banned_until: Option<UnixMillis>,
    /// The height that all values here belong to.
    pub height: Height,
    /// The state's root at that height.
    pub state_root: StateRoot,
    /// Chips of the club itself.
    pub treasury: Chips,
    /// All chips there are.
    pub supply: Chips,
    /// My free chips.
    pub balance: Chips,
    /// My chips on the tables.
    pub at_risk: Chips,
    /// The chips that I may draw because I have none left, or why not.
    pub new_chips: Result<Chips, club::Refusal>,
    /// Members, bots included.
    pub members: usize,
    /// My name.
    pub me: Shown,
    /// Its tables.
    pub tables: Vec<TableSummary>,
}

/// A table as the lobby lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSummary {
    /// Which table.
    pub game: GameId,
    /// Its name.
    pub name: Shown,
    /// People seated.
    pub people: usize,
    /// Bots seated.
    pub bots: usize,
    /// Seats there are.
    pub seats_max: u8,
    /// Its rules.
    pub rules: TableRules,
    /// The puck.
    pub puck: Puck,
    /// Whether I sit there.
    pub seated: bool,
}

/// Where the next roll stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollPhase {
    /// Bets are taken; `sealed` of `of` contributors have sealed their secret.
    Betting {
        /// Contributors with a seal.
        sealed: usize,
        /// Contributors.
        of: usize,
    },
    /// Bets are fixed; `opened` of `of` sealed secrets are open.
    Locked {
        /// Openings on the chain.
        opened: usize,
        /// Sealed contributors.
        of: usize,
    },
}

/// One table as this node sees it at one height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableView {
    /// Which table.
    pub game: GameId,
    /// Its name.
    pub name: Shown,
    /// The club's name.
    pub club: Shown,
    /// Who keeps the club's chain.
    pub kind: ClubKind,
    /// The height that all values here belong to.
    pub height: Height,
    /// The rules' own picture: bets, puck, shooter; ask it what is legal.
    pub table: Arc<craps::Table>,
    /// The number of the next roll, from 1.
    pub roll: u64,
    /// Where that roll stands.
    pub phase: RollPhase,
    /// Whose seal or opening it lacks, in the order of the roster.
    pub missing: Vec<Shown>,
    /// When betting ends at the latest, by the time of blocks; `None` while nothing times it.
    pub closes: Option<UnixMillis>,
    /// Whose return the dice wait for, and everybody's bets with them.
    pub waits: Option<WaitView>,
    /// Who sits here, in the order of the circle.
    pub seats: Vec<SeatView>,
    /// My seat.
    pub me: Option<SeatNo>,
    /// My free chips.
    pub balance: Chips,
    /// What the treasury can still promise to winners.
    pub treasury_free: Chips,
    /// Past rolls, newest first, at most [`HISTORY_ROLLS_MAX`].
    pub history: Vec<Arc<RollView>>,
    /// What I put on spots here in the last blocks before this start, oldest first: a screen that ended
    /// while it sent may not have heard of it.
    pub placed: Arc<[Placed]>,
    /// How often each total is among the rolls of `history`, by total (0 and 1 stay zero).
    pub seen: [u64; 13],
}

impl TableView {
    /// Returns my row among the seats.
    #[must_use]
    pub fn my_seat(&self) -> Option<&SeatView> {
        self.seats.iter().find(|seat| seat.you)
    }

    /// Returns the shooter's row.
    #[must_use]
    pub fn shooter(&self) -> Option<&SeatView> {
        self.seats.iter().find(|seat| seat.shooter)
    }
}

/// A bet of mine that a block took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The height of the block.
    pub height: Height,
    /// The spot.
    pub bet: BetKey,
    /// The chips that were added there.
    pub amount: Chips,
}

/// The shooter left with a point on, and this table's bets wait then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitView {
    /// Who left; unknown if nothing of that player's is left at the table.
    pub name: Option<Shown>,
}

/// One seat of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks of a seat that say nothing about each other"
)]
pub struct SeatView {
    /// Its number.
    pub seat: SeatNo,
    /// Who sits there.
    pub name: Shown,
    /// Whether a strategy plays it.
    pub strategy: Option<Strategy>,
    /// Whether it is mine.
    pub you: bool,
    /// Whether it has the dice.
    pub shooter: bool,
    /// Whether it said that it is ready for the roll.
    pub ready: bool,
    /// Whether bets of it were frozen in a roll and go by a puck of their own since.
    pub frozen: bool,
    /// Its chips on the table.
    pub at_risk: Chips,
    /// Its free chips.
    pub balance: Chips,
}

impl SeatView {
    /// Whether a strategy plays this seat.
    #[must_use]
    pub const fn is_bot(&self) -> bool {
        self.strategy.is_some()
    }
}

/// One roll that happened, from my side of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollView {
    /// Its number at the table, from 1.
    pub roll: u64,
    /// Its number in the hand, from 1.
    pub hand_roll: u64,
    /// What fell.
    pub dice: Dice,
    /// The puck before.
    pub before: Puck,
    /// The puck after.
    pub after: Puck,
    /// Whether it ended the hand.
    pub seven_out: bool,
    /// Who threw.
    pub shooter: Shown,
    /// Who has the dice now, if they moved.
    pub next_shooter: Option<Shown>,
    /// What my bets won less what they lost, commission included.
    pub net: i64,
    /// My free chips after it, if I had a seat: else the roll doesn't tell.
    pub balance: Option<Chips>,
    /// What became of my bets.
    pub decisions: Vec<Decision>,
    /// The block that closed it.
    pub height: Height,
    /// Secrets that counted.
    pub opened: usize,
    /// Secrets that were sealed.
    pub of: usize,
    /// Whose bets were frozen, since they were left out.
    pub left_out: Vec<Shown>,
    /// The block's time.
    pub at: UnixMillis,
    /// What the dice follow from.
    pub proof: Arc<DiceProof>,
}

/// What the dice of a roll follow from, for whoever wants to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiceProof {
    /// The roll on the chain: [`club::RollRecord::verify`] computes its dice again.
    pub record: club::RollRecord,
    /// The names of its contributors, in the order of its openings.
    pub names: Vec<Shown>,
}

/// Something that happened at a table, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GameEvent {
    /// The dice fell.
    Rolled(Arc<RollView>),
    /// Somebody sat down.
    Seated {
        /// Who.
        name: Shown,
        /// Whether it is me.
        you: bool,
    },
    /// Somebody stood up.
    Stood {
        /// Who.
        name: Shown,
        /// Whether it is me.
        you: bool,
    },
    /// The dice went to somebody without a seven-out.
    DicePassed {
        /// Who has them now.
        to: Shown,
        /// Whether it is me.
        you: bool,
    },
    /// The table's rules changed.
    RulesChanged,
    /// The host closed a roll without openings that this node held.
    LeftOut {
        /// Whose.
        names: Vec<Shown>,
        /// In how many of the newest rolls the host did so.
        times: usize,
        /// How many rolls those are.
        rolls: usize,
        /// Whether this node seals no more until its player says go on.
        stops: bool,
    },
    /// A locked roll was given up: too many secrets were withheld. Bets stand.
    Abandoned {
        /// Which.
        roll: u64,
        /// Who withheld.
        withheld: Vec<Shown>,
    },
    /// A change of keepers has one more approval, or was just opened.
    ChangeOpen(ChangeView),
    /// The club has other keepers from now on.
    KeepersChanged {
        /// Who came.
        came: Vec<Shown>,
        /// Who left.
        left: Vec<Shown>,
    },
    /// It is proven that a keeper signed two things for one place.
    Accused {
        /// Who.
        name: Shown,
        /// Whether it is me.
        you: bool,
        /// What went from its bond to the treasury.
        forfeited: Chips,
    },
}

/// How far the start has come: phase one (identity) and phase two (services).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StartView {
    /// Nothing has begun.
    #[default]
    Idle,
    /// A new identity is being looked for.
    Mining {
        /// Keys tried.
        tried: u64,
        /// Keys that are needed on average.
        expected: u64,
    },
    /// The keystore is locked and wants its passphrase; the sentence says why it asks.
    PassphraseNeeded {
        /// How many were given that don't open it.
        refused: u32,
        /// Why the keyring was of no help, if the settings let it be asked.
        keyring: Option<Shown>,
    },
    /// The identity is there; a new player has still to choose a name.
    NameNeeded,
    /// A service is being started.
    Starting {
        /// Which.
        service: &'static str,
    },
    /// Everything mandatory runs.
    Ready,
    /// The start failed.
    Failed {
        /// What stopped, and why.
        what: Shown,
        /// What to do about it.
        hints: Vec<Shown>,
    },
}
