//! The table: its state, and questions about it.

use serde::{Deserialize, Serialize};

use super::bet::{BetState, PlacedBet};
use super::catalogue::{ContractFrom, Lasts};
use super::dice::{BoxNumber, Dice, Puck};
use super::key::{BetId, BetKey, SeatNo};
use super::price::plus;
use super::refusal::Refusal;
use super::resolve::{is_on, most_win};
use super::rules::{RulesError, TableRules};
use crate::ledger::Chips;

/// A whole craps table: rules, puck, dice, players and bets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub(super) rules: TableRules,
    pub(super) puck: Puck,
    /// Rolls of the current hand so far.
    pub(super) hand_rolls: u64,
    pub(super) rolls: u64,
    pub(super) last_dice: Option<Dice>,
    /// Seated players, in joining order: clockwise (section 3).
    pub(super) circle: Vec<SeatNo>,
    pub(super) shooter: Option<SeatNo>,
    /// Whom the dice wait for.
    pub(super) wait: Option<Wait>,
    /// Seats with a player or with bets that one left behind, by number.
    pub(super) seats: Vec<Seat>,
}

/// The shooter left while a point was on, and everyone's bets wait for him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wait {
    /// Where he sat.
    pub(super) for_seat: SeatNo,
    /// Who gets the dice if he is waited for no longer: the next player clockwise.
    pub(super) next: SeatNo,
}

/// The bets of one seat, by key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seat {
    pub(super) number: SeatNo,
    pub(super) bets: Vec<(BetKey, PlacedBet)>,
}

impl Seat {
    pub(super) fn at_risk(&self) -> Chips {
        self.bets
            .iter()
            .fold(Chips::ZERO, |sum, (_, bet)| plus(sum, bet.at_risk()))
    }

    pub(super) fn find(&self, key: BetKey) -> Result<usize, usize> {
        self.bets.binary_search_by_key(&key, |(key, _)| *key)
    }

    pub(super) fn get(&self, key: BetKey) -> Option<&PlacedBet> {
        self.bets.get(self.find(key).ok()?).map(|(_, bet)| bet)
    }

    /// The puck that a bet goes by, or would: the table's, unless this bet, or the flat bet that it
    /// goes behind, has missed a roll.
    pub(super) fn puck_of(&self, key: BetKey, table: Puck) -> Puck {
        let behind = || self.get(key.flat()?);
        let bet = self.get(key).or_else(behind);
        bet.map_or(table, |bet| bet.puck(table))
    }

    /// The number that odds are on, or would be.
    pub(super) fn number_of(&self, key: BetKey, table: Puck) -> Option<BoxNumber> {
        key.number().or(self.puck_of(key, table).point())
    }

    pub(super) fn get_mut(&mut self, key: BetKey) -> Option<&mut PlacedBet> {
        let place = self.find(key).ok()?;
        self.bets.get_mut(place).map(|(_, bet)| bet)
    }

    /// Puts a bet up, in place of the one that has this key.
    pub(super) fn put(&mut self, key: BetKey, bet: PlacedBet) {
        if let Some(standing) = self.get_mut(key) {
            *standing = bet;
        } else {
            let place = self.bets.partition_point(|(other, _)| *other < key);
            self.bets.insert(place, (key, bet));
        }
    }

    /// Removes a bet; returns the chips that were at risk with it.
    pub(super) fn remove(&mut self, key: BetKey) -> Chips {
        match self.find(key) {
            Ok(place) => self.bets.remove(place).1.at_risk(),
            Err(_) => Chips::ZERO,
        }
    }
}

impl Table {
    /// Opens a table with nobody at it, the puck off and a new hand.
    ///
    /// # Errors
    /// [`RulesError`] if no table can play by the rules.
    pub fn new(rules: TableRules) -> Result<Self, RulesError> {
        rules.validate()?;
        Ok(Self {
            rules,
            puck: Puck::Off,
            hand_rolls: 0,
            rolls: 0,
            last_dice: None,
            circle: Vec::new(),
            shooter: None,
            wait: None,
            seats: Vec::new(),
        })
    }

    /// Returns the rules.
    #[must_use]
    pub const fn rules(&self) -> &TableRules {
        &self.rules
    }

    /// Returns the puck.
    #[must_use]
    pub const fn puck(&self) -> Puck {
        self.puck
    }

    /// Returns the puck that a bet of a seat goes by, or would: the table's, unless this bet, or the
    /// flat bet that it goes behind, has missed a roll.
    #[must_use]
    pub fn puck_of(&self, seat: SeatNo, key: BetKey) -> Puck {
        let entry = self.seat(seat);
        entry.map_or(self.puck, |entry| entry.puck_of(key, self.puck))
    }

    /// Returns how many rolls the current hand has had: 0 before its first come-out roll.
    #[must_use]
    pub const fn hand_rolls(&self) -> u64 {
        self.hand_rolls
    }

    /// Returns how many rolls the table has had.
    #[must_use]
    pub const fn roll_count(&self) -> u64 {
        self.rolls
    }

    /// Returns the last roll, if there was one.
    #[must_use]
    pub const fn last_dice(&self) -> Option<Dice> {
        self.last_dice
    }

    /// Returns who has the dice; `None` while nobody sits here, or all wait for who left with them.
    #[must_use]
    pub const fn shooter(&self) -> Option<SeatNo> {
        self.shooter
    }

    /// Returns the seat that the dice wait for: its player left them while a point was on, and this
    /// table's bets wait then ([`super::ShooterLeaves::BetsWait`]). Who sits down there has the dice
    /// again; [`Table::end_wait`] gives them to the next player instead.
    #[must_use]
    pub fn waits_for(&self) -> Option<SeatNo> {
        self.wait.map(|wait| wait.for_seat)
    }

    /// Returns the seated players clockwise, which is the order they joined in.
    #[must_use]
    pub fn circle(&self) -> &[SeatNo] {
        &self.circle
    }

    /// Whether somebody sits there.
    #[must_use]
    pub fn is_seated(&self, seat: SeatNo) -> bool {
        self.circle.contains(&seat)
    }

    /// Returns the lowest seat that has neither a player nor bets that one left behind.
    #[must_use]
    pub fn free_seat(&self) -> Option<SeatNo> {
        SeatNo::all().find(|seat| self.seat(*seat).is_none())
    }

    /// Returns the seats that have a player or bets that one left behind, by number.
    pub fn seats(&self) -> impl Iterator<Item = SeatNo> {
        self.seats.iter().map(|seat| seat.number)
    }

    /// Returns the bets of a seat, by key.
    pub fn bets(&self, seat: SeatNo) -> impl Iterator<Item = (BetKey, &PlacedBet)> {
        self.seat(seat)
            .into_iter()
            .flat_map(|seat| seat.bets.iter().map(|(key, bet)| (*key, bet)))
    }

    /// Returns one bet of a seat.
    #[must_use]
    pub fn bet(&self, seat: SeatNo, key: BetKey) -> Option<&PlacedBet> {
        self.seat(seat)?.get(key)
    }

    /// Returns the chips that a seat has on the table: stakes, and commission paid upfront that is
    /// still held.
    #[must_use]
    pub fn at_risk(&self, seat: SeatNo) -> Chips {
        self.seat(seat).map_or(Chips::ZERO, Seat::at_risk)
    }

    /// Returns the most that the house can still lose to a seat's bets: the sum of the best that each
    /// can do. A bet that stays up counts with one win.
    #[must_use]
    pub fn liability(&self, seat: SeatNo) -> Chips {
        self.bets(seat).fold(Chips::ZERO, |sum, (key, bet)| {
            plus(sum, most_win(&self.rules, bet.puck(self.puck), key, bet))
        })
    }

    /// Whether the next roll touches a bet of a seat; no bet never works.
    #[must_use]
    pub fn is_working(&self, seat: SeatNo, key: BetKey) -> bool {
        self.bet(seat, key)
            .is_some_and(|bet| is_on(&self.rules, bet.puck(self.puck), key, bet.working))
    }

    /// Returns in one word what a bet does on the next roll; `None` if there is no such bet.
    #[must_use]
    pub fn state_of(&self, seat: SeatNo, key: BetKey) -> Option<BetState> {
        let bet = self.bet(seat, key)?;
        let is_box = matches!(key.bet(), BetId::COME | BetId::DONT_COME) && key.number().is_none();
        let puck = bet.puck(self.puck);
        Some(if !is_on(&self.rules, puck, key, bet.working) {
            BetState::Off
        } else if is_box || key.info().terms.lasts == Lasts::OneRoll {
            BetState::NextRoll
        } else if self.is_contract(key, bet) {
            BetState::Contract
        } else {
            BetState::Works
        })
    }

    /// Whether a bet has to stay up as it is.
    pub(super) fn is_contract(&self, key: BetKey, bet: &PlacedBet) -> bool {
        match key.info().terms.contract {
            ContractFrom::Never => false,
            ContractFrom::PointEstablished => bet.puck(self.puck).point().is_some(),
            ContractFrom::MovedToNumber => key.number().is_some(),
            ContractFrom::Placed => true,
            ContractFrom::FirstRoll => bet.has_rolled,
        }
    }

    /// Checks that a seat may roll the dice now (section 3).
    ///
    /// # Errors
    /// [`Refusal::NotTheShooter`], or [`Refusal::ShooterNeedsLineBet`] on a come-out without one.
    pub fn can_roll(&self, seat: SeatNo) -> Result<(), Refusal> {
        if self.shooter != Some(seat) {
            return Err(Refusal::NotTheShooter {
                shooter: self.shooter,
            });
        }
        self.can_shoot(seat)
    }

    pub(super) fn can_shoot(&self, seat: SeatNo) -> Result<(), Refusal> {
        let least = self.rules.min_bet;
        let has_line_bet = || {
            self.bets(seat).any(|(key, bet)| {
                matches!(key.bet(), BetId::PASS | BetId::DONT_PASS) && bet.stake >= least
            })
        };
        if self.puck == Puck::Off && self.rules.shooter_needs_line_bet && !has_line_bet() {
            return Err(Refusal::ShooterNeedsLineBet { least });
        }
        Ok(())
    }

    pub(super) fn seat(&self, seat: SeatNo) -> Option<&Seat> {
        self.seats.get(self.seat_index(seat).ok()?)
    }

    pub(super) fn seat_index(&self, seat: SeatNo) -> Result<usize, usize> {
        self.seats.binary_search_by_key(&seat, |seat| seat.number)
    }
}
