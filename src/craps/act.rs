//! What a player does between rolls, and why not (rule book, section 4).

use super::action::{Action, CashFlow};
use super::bet::{PlacedBet, WorkingFlag};
use super::catalogue::{BetInfo, Family, Rule, Window};
use super::key::{BetId, BetKey, SeatNo};
use super::price::{commission, minus, plus};
use super::refusal::Refusal;
use super::rules::TableRules;
use super::table::{Seat, Table};
use crate::ledger::Chips;

impl Table {
    /// Does one action of a seat that has so much in its balance.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn act(
        &mut self,
        seat: SeatNo,
        action: &Action,
        balance: Chips,
    ) -> Result<CashFlow, Refusal> {
        if !self.is_seated(seat) {
            return Err(Refusal::NotSeated);
        }
        match *action {
            Action::Place { bet, amount } => self.place(seat, bet, amount, balance),
            Action::TakeDown { bet } => self.take_down(seat, bet),
            Action::Reduce { bet, by } => self.reduce(seat, bet, by),
            Action::Working { bet, how } => self.set_working(seat, bet, how),
        }
    }

    /// Does all actions of a slip in order, or none. What one brings down pays for the next.
    ///
    /// # Errors
    /// The place of the first action that is refused, and why.
    pub fn act_all(
        &mut self,
        seat: SeatNo,
        actions: &[Action],
        balance: Chips,
    ) -> Result<CashFlow, (usize, Refusal)> {
        let mut table = self.clone();
        let (mut left, mut total) = (balance, CashFlow::default());
        for (place, action) in actions.iter().enumerate() {
            let flow = table
                .act(seat, action, left)
                .map_err(|refusal| (place, refusal))?;
            left = plus(minus(left, flow.paid), flow.returned);
            total = CashFlow {
                paid: plus(total.paid, flow.paid),
                returned: plus(total.returned, flow.returned),
            };
        }
        *self = table;
        Ok(total)
    }

    /// Checks that a bet of a seat may be made or increased now, whatever the amount.
    pub(super) fn may_place(&self, seat: &Seat, key: BetKey) -> Result<(), Refusal> {
        let info = key.info();
        if !self.rules.offered.contains(key.bet()) {
            return Err(Refusal::NotOffered);
        }
        if info.family == Family::Line && key.number().is_some() {
            return Err(Refusal::OnlyByDice);
        }
        let standing = seat.get(key);
        let (now, allowed) = (seat.puck_of(key, self.puck).phase(), info.terms.place);
        let is_raised = self.rules.raise_pass && key.bet() == BetId::PASS && standing.is_some();
        if !allowed.allows(now) && !is_raised {
            return Err(Refusal::WrongPhase { now, allowed });
        }
        let window = info.terms.window;
        if !self.is_open(window) {
            return Err(Refusal::WindowClosed { window });
        }
        if standing.is_some_and(|bet| bet.has_rolled) {
            return Err(Refusal::Contract);
        }
        match key.flat() {
            Some(flat) if seat.get(flat).is_none() => Err(Refusal::NoFlatBet { flat }),
            Some(_) | None => Ok(()),
        }
    }

    fn is_open(&self, window: Window) -> bool {
        let after_seven = self.last_dice.is_some_and(|dice| dice.total() == 7);
        match window {
            Window::Any => true,
            Window::NewHand => self.hand_rolls == 0,
            Window::NewHandOrAfterSeven => self.hand_rolls == 0 || after_seven,
        }
    }

    fn place(
        &mut self,
        seat: SeatNo,
        key: BetKey,
        amount: Chips,
        balance: Chips,
    ) -> Result<CashFlow, Refusal> {
        let entry = self.seat(seat).ok_or(Refusal::NotSeated)?;
        let (bet, paid) = self.bet_after(entry, key, amount, balance)?;
        if let Some(entry) = self.seat_mut(seat) {
            entry.put(key, bet);
        }
        Ok(CashFlow {
            paid,
            returned: Chips::ZERO,
        })
    }

    /// Checks that a seat with so much in its balance may place so much, and changes nothing.
    ///
    /// # Errors
    /// The [`Refusal`] that [`Table::act`] would return.
    pub fn can_place(
        &self,
        seat: SeatNo,
        key: BetKey,
        amount: Chips,
        balance: Chips,
    ) -> Result<(), Refusal> {
        let entry = self.seat(seat).filter(|_| self.is_seated(seat));
        let entry = entry.ok_or(Refusal::NotSeated)?;
        self.bet_after(entry, key, amount, balance).map(|_| ())
    }

    /// Returns the bet that there would be, and what it would take from the balance.
    fn bet_after(
        &self,
        seat: &Seat,
        key: BetKey,
        amount: Chips,
        balance: Chips,
    ) -> Result<(PlacedBet, Chips), Refusal> {
        self.may_place(seat, key)?;
        if amount.is_zero() {
            return Err(Refusal::ZeroAmount);
        }
        let fresh = || {
            let mut bet = PlacedBet::default();
            bet.go_by(seat.puck_of(key, self.puck), self.puck);
            bet
        };
        let before = seat.get(key).copied().unwrap_or_else(fresh);
        // An amount near the end of 64 bits is above every limit, so saturating tells no lie.
        let stake = before
            .stake
            .checked_add(amount)
            .unwrap_or(Chips::new(u64::MAX));
        self.check_stake(seat, key, stake)?;
        let commission = held_commission(&self.rules, key.info(), stake);
        let need = plus(amount, minus(commission, before.commission));
        if need > balance {
            return Err(Refusal::Insufficient {
                have: balance,
                need,
            });
        }
        let bet = PlacedBet {
            stake,
            commission,
            ..before
        };
        Ok((bet, need))
    }

    /// Returns the most odds that may stand behind a flat bet of a seat, in chips: nothing without
    /// one, `None` if the bet isn't odds or there is no number to put them on.
    #[must_use]
    pub fn most_odds(&self, seat: SeatNo, key: BetKey) -> Option<Chips> {
        self.odds_most_under(&self.rules, self.seat(seat)?, key)
    }

    /// Checks a stake against the limits, the odds limit and the bet's multiple.
    fn check_stake(&self, seat: &Seat, key: BetKey, stake: Chips) -> Result<(), Refusal> {
        let info = key.info();
        let (least, most) = self.rules.stake_limits(info);
        if stake < least {
            return Err(Refusal::BelowMinimum { stake, least });
        }
        if stake > most {
            return Err(Refusal::AboveMaximum { stake, most });
        }
        if let Some(most) = self.odds_most_under(&self.rules, seat, key)
            && stake > most
        {
            let flat = key.flat().and_then(|flat| seat.get(flat));
            let flat = flat.map_or(Chips::ZERO, |bet| bet.stake);
            return Err(Refusal::OddsLimit { stake, most, flat });
        }
        check_multiple(info, stake)
    }

    /// Returns the most odds behind a seat's flat bet under some rules; `None` if these aren't odds.
    pub(super) fn odds_most_under(
        &self,
        rules: &TableRules,
        seat: &Seat,
        key: BetKey,
    ) -> Option<Chips> {
        let Rule::Odds { side } = key.info().rule else {
            return None;
        };
        let flat = seat.get(key.flat()?).map_or(Chips::ZERO, |bet| bet.stake);
        let number = seat.number_of(key, self.puck)?;
        Some(rules.odds.most(side, number, flat))
    }

    /// Brings a bet down that its player can't, or need not, take down: one that has won, and
    /// nobody is there or able to cover it again. Returns the chips that were at risk with it.
    pub fn bring_down(&mut self, seat: SeatNo, key: BetKey) -> Chips {
        let returned = self.seat_mut(seat).map(|entry| entry.remove(key));
        self.drop_empty_seats();
        returned.unwrap_or_default()
    }

    fn take_down(&mut self, seat: SeatNo, key: BetKey) -> Result<CashFlow, Refusal> {
        self.may_reduce(seat, key)?;
        let mut returned = Chips::ZERO;
        let odds = key.odds();
        if let Some(entry) = self.seat_mut(seat) {
            returned = odds.map_or(Chips::ZERO, |odds| entry.remove(odds));
            returned = plus(returned, entry.remove(key));
        }
        Ok(CashFlow {
            paid: Chips::ZERO,
            returned,
        })
    }

    fn reduce(&mut self, seat: SeatNo, key: BetKey, by: Chips) -> Result<CashFlow, Refusal> {
        let before = self.may_reduce(seat, key)?;
        if by.is_zero() {
            return Err(Refusal::ZeroAmount);
        }
        if by >= before.stake {
            return Err(Refusal::ReduceTooMuch {
                stake: before.stake,
            });
        }
        let stake = minus(before.stake, by);
        let (least, _) = self.rules.stake_limits(key.info());
        if stake < least {
            return Err(Refusal::BelowMinimum { stake, least });
        }
        check_multiple(key.info(), stake)?;
        // Less is held than was due where a win was too small to pay the next commission.
        let held = held_commission(&self.rules, key.info(), stake).min(before.commission);
        let mut returned = minus(before.at_risk(), plus(stake, held));
        if let Some(entry) = self.seat_mut(seat) {
            entry.put(
                key,
                PlacedBet {
                    stake,
                    commission: held,
                    ..before
                },
            );
        }
        if let Some(odds) = key.odds() {
            returned = plus(returned, self.trim_odds(seat, odds));
        }
        Ok(CashFlow {
            paid: Chips::ZERO,
            returned,
        })
    }

    /// Brings down the part of odds that is above the limit of a reduced flat bet.
    fn trim_odds(&mut self, seat: SeatNo, odds: BetKey) -> Chips {
        let most = self
            .seat(seat)
            .and_then(|entry| self.odds_most_under(&self.rules, entry, odds));
        let (Some(most), Some(entry)) = (most, self.seat_mut(seat)) else {
            return Chips::ZERO;
        };
        let Some(bet) = entry.get_mut(odds) else {
            return Chips::ZERO;
        };
        let returned = minus(bet.stake, most);
        bet.stake = bet.stake.min(most);
        returned
    }

    /// Checks that a bet may be reduced or taken down, and returns it.
    fn may_reduce(&self, seat: SeatNo, key: BetKey) -> Result<PlacedBet, Refusal> {
        let bet = *self.bet(seat, key).ok_or(Refusal::NoSuchBet)?;
        if self.is_contract(key, &bet) {
            return Err(Refusal::Contract);
        }
        let (now, allowed) = (self.puck_of(seat, key).phase(), key.info().terms.take_down);
        if allowed.allows(now) {
            Ok(bet)
        } else {
            Err(Refusal::WrongPhase { now, allowed })
        }
    }

    fn set_working(
        &mut self,
        seat: SeatNo,
        key: BetKey,
        how: WorkingFlag,
    ) -> Result<CashFlow, Refusal> {
        let entry = self.seat_mut(seat).ok_or(Refusal::NotSeated)?;
        let bet = entry.get_mut(key).ok_or(Refusal::NoSuchBet)?;
        if !key.info().terms.can_turn_off {
            return Err(Refusal::AlwaysWorks);
        }
        bet.working = how;
        Ok(CashFlow::default())
    }

    fn seat_mut(&mut self, seat: SeatNo) -> Option<&mut Seat> {
        let index = self.seat_index(seat).ok()?;
        self.seats.get_mut(index)
    }
}

/// The commission that a stake has to be paid with.
fn held_commission(rules: &TableRules, info: &BetInfo, stake: Chips) -> Chips {
    match info.rule {
        Rule::Race {
            price,
            vig: Some(base),
            ..
        } if rules.pays_vig_upfront(info) => commission(stake, price.at(rules), base, rules),
        Rule::Race { .. }
        | Rule::Line(_)
        | Rule::Odds { .. }
        | Rule::OneRoll { .. }
        | Rule::HandLong(_)
        | Rule::TwoRolls { .. } => Chips::ZERO,
    }
}

fn check_multiple(info: &BetInfo, stake: Chips) -> Result<(), Refusal> {
    let multiple = info.stake_multiple;
    let rest = stake.get().checked_rem(u64::from(multiple)).unwrap_or(0);
    if rest == 0 {
        return Ok(());
    }
    let below = minus(stake, Chips::new(rest));
    let above = plus(below, Chips::new(u64::from(multiple)));
    Err(Refusal::StakeMultiple {
        stake,
        multiple,
        nearest: (below, above),
    })
}
