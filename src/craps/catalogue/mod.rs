//! The catalogue: every bet as a row of data (rule book, sections 4.3 and 7).

mod build;
mod rows;

use super::dice::{BoxNumber, Phase};
use super::price::{Price, Ratio};
use super::roll_set::RollSet;

/// Returns all bets, in the order of the rule book; a [`super::BetId`] is a place in it.
#[must_use]
pub const fn catalogue() -> &'static [BetInfo] {
    &rows::ROWS
}

/// One bet: what it is called, when it may be made and changed, and what decides it.
#[derive(Clone, Copy, Debug)]
pub struct BetInfo {
    /// Its name in files and on the wire, as in `place_6`.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// The family it is drawn with.
    pub family: Family,
    /// The total it is about, if it is about one.
    pub number: Option<u8>,
    /// What decides it.
    pub rule: Rule,
    /// When it may be made and changed.
    pub terms: Terms,
    /// The stake is a multiple of this many chips.
    pub stake_multiple: u16,
    /// A stake that is a multiple of this loses no fraction of a chip when it wins (5.5).
    pub exact_multiple: u16,
    /// Whether tables offer it unless told otherwise.
    pub offered: bool,
    /// A remark for people.
    pub note: Option<&'static str>,
}

/// Bets that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Pass, don't pass, come, don't come (7.1).
    Line,
    /// Odds behind a flat bet (7.2).
    Odds,
    /// Place to win (7.3).
    Place,
    /// Buy (7.3).
    Buy,
    /// Lay (7.3).
    Lay,
    /// Place to lose (7.3).
    PlaceLose,
    /// Put (7.3).
    Put,
    /// Big 6 and big 8 (7.3).
    Big,
    /// Hardways (7.4).
    Hardway,
    /// The field (7.5).
    Field,
    /// One-roll propositions (7.6).
    Proposition,
    /// Hops (7.7).
    Hop,
    /// Yes: a total before 7 (7.8).
    Yes,
    /// No: 7 before a total (7.8).
    No,
    /// Next: a total on the next roll (7.8).
    Next,
    /// Bets on the whole hand or until a seven (7.9).
    Side,
    /// Side bets on one roll (7.9).
    SideOneRoll,
}

impl Family {
    /// Whether the table's `min_bet` holds for it; all others start at one chip (4.2).
    #[must_use]
    pub const fn has_table_minimum(self) -> bool {
        match self {
            Self::Line
            | Self::Place
            | Self::Buy
            | Self::Lay
            | Self::PlaceLose
            | Self::Put
            | Self::Big
            | Self::Field => true,
            Self::Odds
            | Self::Hardway
            | Self::Proposition
            | Self::Hop
            | Self::Yes
            | Self::No
            | Self::Next
            | Self::Side
            | Self::SideOneRoll => false,
        }
    }
}

/// What decides a bet. Six kinds cover the whole catalogue.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// A come-out, then a number against 7, at even money (7.1).
    Line(Side),
    /// Odds: the flat bet's number against 7, at the fair price (7.2).
    Odds {
        /// The side of the flat bet.
        side: Side,
    },
    /// Decided by the next roll: a prize, a push, or else lost (7.5 to 7.7, next).
    OneRoll {
        /// What wins; no roll is in two prizes.
        prizes: &'static [Prize],
        /// What pushes.
        pushes: RollSet,
    },
    /// Some rolls against others; all the rest leave it up (7.3, 7.4, yes and no).
    Race {
        /// What wins.
        wins: RollSet,
        /// What loses.
        loses: RollSet,
        /// The price of a win.
        price: Price,
        /// The commission, if there is one.
        vig: Option<VigBase>,
    },
    /// Progress until a seven (7.9).
    HandLong(HandLong),
    /// The come-out roll and perhaps the next one (7.9: muggsy, point-7, 7-point).
    TwoRolls {
        /// What a 7 on the come-out does.
        seven: First,
        /// What a box number on the come-out does; 2, 3, 11 and 12 lose.
        point: First,
    },
}

/// Who a flat bet is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Wins with the number.
    Light,
    /// Wins with the 7.
    Dark,
}

/// Rolls that win, and the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prize {
    /// The rolls.
    pub on: RollSet,
    /// What they pay.
    pub price: Price,
}

/// What the commission is a twentieth of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VigBase {
    /// The stake (buy).
    Stake,
    /// The unrounded win (lay).
    Win,
}

/// A bet that collects something until a seven.
#[derive(Clone, Copy, Debug)]
pub struct HandLong {
    /// What it notes of each roll.
    pub notes: Notes,
    /// Which seven ends it.
    pub ends: Ends,
    /// Least score and its price, rising; a lower score loses, a price of 0 is a push.
    pub tiers: &'static [(u8, Price)],
    /// Whether the highest score is paid at once.
    pub at_once: bool,
}

/// What a hand-long bet notes, and how that is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notes {
    /// Different totals of a list; the score is their number.
    Totals(&'static [u8]),
    /// How often one total came, up to a number of times.
    Repeats {
        /// The total.
        total: u8,
        /// Times needed.
        times: u8,
    },
    /// Different doubles.
    Doubles,
    /// All pairs of a box number; the score is how many box numbers are complete.
    Pairs,
    /// A hard total twice with no easy roll of it in between; the score is 1 then.
    HardTwice,
    /// Different points made.
    DifferentPoints,
    /// All points made, counted up to a top.
    Points {
        /// Where counting stops.
        top: u8,
    },
    /// Pass line wins: come-out 7 and 11, and points made, counted up to a top.
    PassWins {
        /// Where counting stops.
        top: u8,
    },
    /// The same point made three or four times; the score is the rank of the best such event.
    SamePoint,
    /// Rolls, the seven-out included, counted up to a top.
    Rolls {
        /// Where counting stops.
        top: u8,
    },
}

/// Which seven ends a hand-long bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Any 7.
    Seven,
    /// Only a seven-out.
    SevenOut,
}

/// What the first of two rolls does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// It loses.
    Loses,
    /// It wins at once.
    Wins(Price),
    /// It leads to a second roll, which wins or else loses.
    Then(Prize),
}

/// When a bet may be made, changed and switched (4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// When it may be made or increased.
    pub place: Phases,
    /// When it may be reduced or taken down.
    pub take_down: Phases,
    /// Which part of a hand it may be made in.
    pub window: Window,
    /// From when on it may not come down.
    pub contract: ContractFrom,
    /// Whether it can be turned off and on.
    pub can_turn_off: bool,
    /// Whether it works on the come-out unless told otherwise.
    pub on_at_come_out: bool,
    /// What becomes of the stake after a win.
    pub after_win: AfterWin,
    /// How long it lasts.
    pub lasts: Lasts,
}

/// Phases in which something is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phases {
    /// Never.
    Never,
    /// On the come-out only.
    ComeOut,
    /// While a point is on only.
    Point,
    /// Always.
    Both,
}

impl Phases {
    /// Whether a phase is one of them.
    #[must_use]
    pub const fn allows(self, phase: Phase) -> bool {
        match self {
            Self::Never => false,
            Self::ComeOut => matches!(phase, Phase::ComeOut),
            Self::Point => matches!(phase, Phase::Point),
            Self::Both => true,
        }
    }
}

/// The part of a hand in which a bet may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Any roll of the allowed phases.
    Any,
    /// Only while the hand has had no roll (window H).
    NewHand,
    /// Window H, or the puck is off and the last roll was a 7 (window S).
    NewHandOrAfterSeven,
}

/// When a bet becomes a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContractFrom {
    /// Never.
    Never,
    /// Once a point is on (pass).
    PointEstablished,
    /// Once it is on a number (come).
    MovedToNumber,
    /// At once (put).
    Placed,
    /// From the first roll it sees; it can't be increased then either (side bets).
    FirstRoll,
}

/// What becomes of the stake after a win.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterWin {
    /// It is returned with the win.
    Returned,
    /// It stays up.
    StaysUp,
}

/// How long a bet lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// One roll.
    OneRoll,
    /// One or two rolls.
    TwoRolls,
    /// Until its own rolls decide it.
    UntilDecided,
    /// Until a seven-out.
    Hand,
    /// Until any 7.
    UntilSeven,
}

/// Returns the fair price of a number against 7 for odds (7.2).
#[must_use]
pub const fn odds_price(side: Side, number: BoxNumber) -> Ratio {
    use BoxNumber::{Eight, Five, Four, Nine, Six, Ten};
    match (side, number) {
        (Side::Light, Four | Ten) => Ratio::new(2, 1),
        (Side::Light, Five | Nine) => Ratio::new(3, 2),
        (Side::Light, Six | Eight) => Ratio::new(6, 5),
        (Side::Dark, Four | Ten) => Ratio::new(1, 2),
        (Side::Dark, Five | Nine) => Ratio::new(2, 3),
        (Side::Dark, Six | Eight) => Ratio::new(5, 6),
    }
}
