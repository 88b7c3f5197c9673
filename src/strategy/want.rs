//! The language: a situation, a bet, an amount.

use super::player::Player;
use crate::craps::{Action, BetId, BetKey, BoxNumber, Puck, SeatNo, Table};
use crate::ledger::Chips;

/// One wish of a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// The situation it applies in.
    pub when: When,
    /// What to bet.
    pub pick: Pick,
    /// How much.
    pub amount: Amount,
}

/// When a want applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before a come-out roll.
    ComeOut,
    /// While a point is on.
    PointOn,
    /// Before every roll.
    Always,
}

/// Which bet a want is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// This one.
    Bet(BetKey),
    /// A new bet in the come or don't come box while fewer than so many stand on numbers.
    Box {
        /// Come or don't come.
        bet: BetId,
        /// How many may stand on numbers already, less one.
        numbers_max: usize,
    },
    /// These odds behind each come or don't come bet that is on a number.
    OddsBehind {
        /// Come or don't come.
        flat: BetId,
        /// Its odds.
        odds: BetId,
    },
}

/// How much a want is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// One unit, raised to the next stake that pays without losing a fraction.
    Unit,
    /// All the odds that the table allows behind the flat bet and the purse can pay.
    FullOdds,
}

impl Want {
    /// Makes the wish come true as far as the table takes it; tells `done` each action.
    pub fn play(&self, table: &mut Table, player: &mut Player, done: &mut impl FnMut(Action)) {
        let point_on = table.puck() != Puck::Off;
        let applies = match self.when {
            When::ComeOut => !point_on,
            When::PointOn => point_on,
            When::Always => true,
        };
        if !applies {
            return;
        }
        match self.pick {
            Pick::Bet(key) => self.bet(key, table, player, done),
            Pick::Box { bet, numbers_max } => {
                let standing = standing(table, player.seat, bet).count();
                if standing < numbers_max
                    && let Some(key) = BetKey::new(bet, None)
                {
                    self.bet(key, table, player, done);
                }
            }
            Pick::OddsBehind { flat, odds } => {
                for number in BoxNumber::ALL {
                    if is_up(table, player.seat, flat, number)
                        && let Some(key) = BetKey::new(odds, Some(number))
                    {
                        self.bet(key, table, player, done);
                    }
                }
            }
        }
    }

    fn bet(
        &self,
        key: BetKey,
        table: &mut Table,
        player: &mut Player,
        done: &mut impl FnMut(Action),
    ) {
        if table.bet(player.seat, key).is_some() {
            return;
        }
        let amount = match self.amount {
            Amount::Unit => stake(table, key, player.unit),
            Amount::FullOdds => match table.most_odds(player.seat, key) {
                Some(most) => most.min(player.purse),
                None => return,
            },
        };
        let action = Action::Place { bet: key, amount };
        if player.act(table, &action) {
            done(action);
        }
    }
}

/// The numbers that a come or don't come bet of a seat is on.
fn standing(table: &Table, seat: SeatNo, flat: BetId) -> impl Iterator<Item = BoxNumber> {
    BoxNumber::ALL
        .into_iter()
        .filter(move |number| is_up(table, seat, flat, *number))
}

fn is_up(table: &Table, seat: SeatNo, flat: BetId, number: BoxNumber) -> bool {
    BetKey::new(flat, Some(number)).is_some_and(|key| table.bet(seat, key).is_some())
}

/// The unit, raised to the next multiple that pays without losing a fraction and to the minimum.
pub(super) fn stake(table: &Table, key: BetKey, unit: Chips) -> Chips {
    let (least, most) = table.rules().stake_limits(key.info());
    let multiple = u64::from(key.info().exact_multiple.max(1));
    let wanted = unit.get().max(least.get());
    let raised = wanted.div_ceil(multiple).saturating_mul(multiple);
    if raised <= most.get() {
        Chips::new(raised)
    } else {
        Chips::new(wanted.min(most.get()))
    }
}

/// Returns what makes the bets of an earlier slip stand again, as far as the table takes them in
/// this order, and how many of them it does not take. Bets that stand are topped up, never reduced.
#[must_use]
pub fn repeated(
    table: &Table,
    seat: SeatNo,
    balance: Chips,
    slip: &[(BetKey, Chips)],
) -> (Vec<Action>, usize) {
    let mut trial = table.clone();
    let mut player = Player {
        seat,
        purse: balance,
        unit: Chips::ZERO,
    };
    let (mut actions, mut left_out) = (Vec::new(), 0_usize);
    for (bet, amount) in slip.iter().copied() {
        let standing = trial.bet(seat, bet).map_or(Chips::ZERO, |bet| bet.stake);
        let missing = amount.checked_sub(standing).unwrap_or(Chips::ZERO);
        if missing.is_zero() {
            continue;
        }
        let amount = missing;
        let action = Action::Place { bet, amount };
        if player.act(&mut trial, &action) {
            actions.push(action);
        } else {
            left_out = left_out.saturating_add(1);
        }
    }
    (actions, left_out)
}
