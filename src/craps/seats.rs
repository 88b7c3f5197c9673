//! Sitting down, standing up, and who has the dice (rule book, section 3).

use serde::{Deserialize, Serialize};

use super::bet::PlacedBet;
use super::catalogue::Family;
use super::dice::Puck;
use super::house::ShooterLeaves;
use super::key::{BetKey, SeatNo};
use super::price::plus;
use super::refusal::Refusal;
use super::rules::TableRules;
use super::table::{Seat, Table, Wait};
use crate::ledger::Chips;

/// The chips of a player who stood up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// Came down with him.
    pub returned: Chips,
    /// Stay on the table until the dice decide them; they are settled for the same seat.
    pub left_behind: Chips,
}

impl Table {
    /// Seats a player, last in the circle. The first at a table gets the dice.
    ///
    /// A seat with bets left behind is open again only to their owner; [`Table::free_seat`] passes
    /// over it, and who owns what is the caller's to know.
    ///
    /// # Errors
    /// [`Refusal::AlreadySeated`].
    pub fn sit(&mut self, seat: SeatNo) -> Result<(), Refusal> {
        if self.is_seated(seat) {
            return Err(Refusal::AlreadySeated);
        }
        if let Err(place) = self.seat_index(seat) {
            self.seats.insert(
                place,
                Seat {
                    number: seat,
                    bets: Vec::new(),
                },
            );
        }
        self.circle.push(seat);
        if self.waits_for() == Some(seat) {
            self.wait = None;
        }
        if self.wait.is_none() {
            self.shooter.get_or_insert(seat);
        }
        Ok(())
    }

    /// Stands a player up: what may come down comes down, contract bets and the odds behind them
    /// stay. A shooter's dice go to the next player, or with a point on wait for him to come back if
    /// the house has it so; the point and the hand stay as they are. An empty table waits for nobody:
    /// the next to sit down has the dice.
    ///
    /// # Errors
    /// [`Refusal::NotSeated`].
    pub fn stand(&mut self, seat: SeatNo) -> Result<Stood, Refusal> {
        self.leave(seat, true)
    }

    /// Stands a player up with all his bets left behind: who withholds his part of a locked roll.
    ///
    /// # Errors
    /// [`Refusal::NotSeated`].
    pub fn stand_leaving_bets(&mut self, seat: SeatNo) -> Result<Stood, Refusal> {
        self.leave(seat, false)
    }

    fn leave(&mut self, seat: SeatNo, takes_bets: bool) -> Result<Stood, Refusal> {
        let Some(place) = self.circle.iter().position(|other| *other == seat) else {
            return Err(Refusal::NotSeated);
        };
        let next = self.next_clockwise(seat).filter(|next| *next != seat);
        self.give_up_dice(seat, next);
        self.circle.remove(place);
        let coming_down: Vec<BetKey> = if takes_bets {
            self.bets(seat)
                .filter(|(key, bet)| self.leaves(seat, *key, bet))
                .map(|bet| bet.0)
                .collect()
        } else {
            Vec::new()
        };
        let mut stood = Stood::default();
        if let Ok(index) = self.seat_index(seat)
            && let Some(entry) = self.seats.get_mut(index)
        {
            entry.bets.retain(|(key, bet)| {
                let comes_down = coming_down.contains(key);
                let pile = if comes_down {
                    &mut stood.returned
                } else {
                    &mut stood.left_behind
                };
                *pile = plus(*pile, bet.at_risk());
                !comes_down
            });
        }
        self.drop_empty_seats();
        Ok(stood)
    }

    /// Passes on what a leaving player has of the dice: that he shoots, or would be the next to.
    fn give_up_dice(&mut self, seat: SeatNo, next: Option<SeatNo>) {
        self.wait = self.wait.and_then(|wait| {
            let next = if wait.next == seat { next? } else { wait.next };
            Some(Wait { next, ..wait })
        });
        if self.shooter != Some(seat) {
            return;
        }
        let bets_wait = self.rules.shooter_leaves == ShooterLeaves::BetsWait;
        match next {
            Some(next) if bets_wait && self.puck != Puck::Off => {
                let for_seat = seat;
                self.wait = Some(Wait { for_seat, next });
                self.shooter = None;
            }
            next => self.shooter = next,
        }
    }

    /// Whether a bet comes down with a player who leaves: odds go the way of their flat bet.
    fn leaves(&self, seat: SeatNo, key: BetKey, bet: &PlacedBet) -> bool {
        match key.flat() {
            Some(flat) => self
                .bet(seat, flat)
                .is_none_or(|bet| !self.is_contract(flat, bet)),
            None => key.info().family == Family::Odds || !self.is_contract(key, bet),
        }
    }

    /// Gives the dice to the next player clockwise, as a shooter may after any roll.
    ///
    /// # Errors
    /// [`Refusal::NotTheShooter`], or [`Refusal::NobodyElseCanShoot`] if he is alone.
    pub fn pass_dice(&mut self, seat: SeatNo) -> Result<SeatNo, Refusal> {
        if self.shooter != Some(seat) {
            return Err(Refusal::NotTheShooter {
                shooter: self.shooter,
            });
        }
        let next = self.next_clockwise(seat).filter(|next| *next != seat);
        let next = next.ok_or(Refusal::NobodyElseCanShoot)?;
        self.shooter = Some(next);
        Ok(next)
    }

    /// Gives the dice that wait for who left with them to the next player clockwise. Does nothing
    /// while they wait for nobody.
    pub fn end_wait(&mut self) {
        if let Some(wait) = self.wait.take() {
            self.shooter = Some(wait.next);
        }
    }

    /// Offers the dice round the circle when a roll is due and the shooter lacks the line bet that a
    /// come-out takes: the first player clockwise who may shoot gets them. They stay with a shooter
    /// who may.
    ///
    /// # Errors
    /// [`Refusal::NobodyElseCanShoot`]: the table waits.
    pub fn offer_dice(&mut self) -> Result<SeatNo, Refusal> {
        let shooter = self.shooter.ok_or(Refusal::NobodyElseCanShoot)?;
        let able = self
            .clockwise_from(shooter)
            .find(|seat| self.can_shoot(*seat).is_ok());
        let able = able.ok_or(Refusal::NobodyElseCanShoot)?;
        self.shooter = Some(able);
        Ok(able)
    }

    /// Changes the rules between rolls. While bets stand, only limits, odds, offers and the shooter's
    /// line bet can change, and only so that every standing bet stays legal.
    ///
    /// # Errors
    /// [`Refusal::InvalidRules`], or [`Refusal::BetStands`] with the first bet in the way.
    pub fn change_rules(&mut self, rules: TableRules) -> Result<(), Refusal> {
        rules.validate().map_err(|_invalid| Refusal::InvalidRules)?;
        let same_terms = self.rules.with_limits_of(&rules) == rules;
        for seat in &self.seats {
            for (key, bet) in &seat.bets {
                let (least, most) = rules.stake_limits(key.info());
                let most_odds = self.odds_most_under(&rules, seat, *key).unwrap_or(most);
                let is_legal = rules.offered.contains(key.bet())
                    && (least..=most.min(most_odds)).contains(&bet.stake);
                if !same_terms || !is_legal {
                    return Err(Refusal::BetStands {
                        seat: seat.number,
                        bet: *key,
                    });
                }
            }
        }
        self.rules = rules;
        if self.rules.shooter_leaves == ShooterLeaves::DicePassOn {
            self.end_wait();
        }
        Ok(())
    }

    /// Returns the players from one on, clockwise and once round.
    pub(super) fn clockwise_from(&self, seat: SeatNo) -> impl Iterator<Item = SeatNo> {
        clockwise(&self.circle, Some(seat))
    }

    /// Returns the player after one, who is himself if he is alone.
    pub(super) fn next_clockwise(&self, seat: SeatNo) -> Option<SeatNo> {
        let mut round = self.clockwise_from(seat);
        let first = round.next()?;
        Some(round.next().unwrap_or(first))
    }

    /// Forgets seats that have neither a player nor bets.
    pub(super) fn drop_empty_seats(&mut self) {
        let circle = &self.circle;
        self.seats
            .retain(|seat| !seat.bets.is_empty() || circle.contains(&seat.number));
    }
}

/// Returns the players of a circle from one on, or else from the first, clockwise and once round.
pub(super) fn clockwise(circle: &[SeatNo], from: Option<SeatNo>) -> impl Iterator<Item = SeatNo> {
    let place = circle.iter().position(|other| Some(*other) == from);
    let place = place.unwrap_or(0);
    let (before, on) = circle.split_at_checked(place).unwrap_or_default();
    on.iter().chain(before).copied()
}
