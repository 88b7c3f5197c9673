//! Slips of bets, and what the treasury can cover.

use super::event::ClubEvent;
use super::ids::TableNo;
use super::limits::ACTIONS_MAX;
use super::refusal::Refusal;
use super::seats::standing;
use super::transition::Draft;
use crate::craps::{self, Action, SeatNo};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo, Movement, TokenLedger};

impl Draft {
    pub(super) fn bets(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
        actions: &[Action],
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        if actions.is_empty() || actions.len() > ACTIONS_MAX {
            return Err(Refusal::SlipSize { limit: ACTIONS_MAX });
        }
        let places = actions.iter().any(is_placing);
        if places && !table.seals().contains_key(&Slot(seat.get())) {
            return Err(Refusal::NoSeal);
        }
        let mut slip = Slip {
            game: table.game.clone(),
            movement: standing(&table.game, seat),
            seat,
            member,
            ledger: &self.state.ledger,
        };
        for (index, action) in actions.iter().enumerate() {
            slip.act(index, action)?;
        }
        let Slip { game, movement, .. } = slip;
        let mut table = table.clone();
        table.game = game;
        table.hear(seat, self.state.time);
        self.book(&[(member, movement)])?;
        self.put(table);
        self.events.push(ClubEvent::BetsTaken {
            table: number,
            seat,
            member,
            actions: actions.to_vec(),
            paid: movement.debit,
            returned: movement.credit,
        });
        Ok(())
    }
}

const fn is_placing(action: &Action) -> bool {
    match action {
        Action::Place { .. } => true,
        Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => false,
    }
}

/// A slip on its way: the game as its actions leave it, and what they move.
struct Slip<'a> {
    game: craps::Table,
    movement: Movement,
    seat: SeatNo,
    member: MemberNo,
    ledger: &'a TokenLedger,
}

impl Slip<'_> {
    fn act(&mut self, index: usize, action: &Action) -> Result<(), Refusal> {
        let next = self.after(action);
        let (game, movement) = next.map_err(|why| Refusal::Bet { index, why })?;
        if self.is_covered(&movement) {
            self.game = game;
            self.movement = movement;
            return Ok(());
        }
        let reserved = self.movement.reserved.after;
        let could_win = movement.reserved.after.checked_sub(reserved);
        let can_cover = self.ledger.free_after(&[(self.member, self.movement)]);
        Err(Refusal::TreasuryLimit {
            index,
            bet: action.bet(),
            can_cover: can_cover.unwrap_or(Chips::ZERO),
            could_win: could_win.unwrap_or(Chips::ZERO),
            most: self.most(action),
        })
    }

    /// The game and the movement after one more action.
    fn after(&self, action: &Action) -> Result<(craps::Table, Movement), craps::Refusal> {
        let mut game = self.game.clone();
        let mut movement = self.movement;
        let balance = self.ledger.balance(self.member);
        let funds = balance.checked_add(movement.credit);
        let have = funds.and_then(|funds| funds.checked_sub(movement.debit));
        let flow = game.act(self.seat, action, have.unwrap_or(Chips::ZERO))?;
        let overflow = Chips::new(u64::MAX);
        movement.debit = movement.debit.checked_add(flow.paid).unwrap_or(overflow);
        movement.credit = movement
            .credit
            .checked_add(flow.returned)
            .unwrap_or(overflow);
        movement.staked.after = game.at_risk(self.seat);
        movement.reserved.after = game.liability(self.seat);
        Ok((game, movement))
    }

    fn is_covered(&self, movement: &Movement) -> bool {
        self.ledger.free_after(&[(self.member, *movement)]).is_ok()
    }

    /// The largest amount of a bet that the treasury can cover: the liability rises with it.
    fn most(&self, action: &Action) -> Chips {
        let Action::Place { bet, amount } = *action else {
            return Chips::ZERO;
        };
        let step = u64::from(bet.info().stake_multiple).max(1);
        let amount_of = |steps: u64| Chips::new(steps.saturating_mul(step));
        let place = |steps| {
            let amount = amount_of(steps);
            self.after(&Action::Place { bet, amount })
        };
        let (mut covered, mut open) = (0, amount.get().checked_div(step).unwrap_or(0));
        while covered < open {
            let half = open.saturating_sub(covered) / 2;
            let middle = open.saturating_sub(half);
            // An amount below the table's minimum is refused, not short: go on upwards.
            if place(middle).is_ok_and(|(_, movement)| !self.is_covered(&movement)) {
                open = middle.saturating_sub(1);
            } else {
                covered = middle;
            }
        }
        match place(covered) {
            Ok(_) => amount_of(covered),
            Err(_below_minimum) => Chips::ZERO,
        }
    }
}
