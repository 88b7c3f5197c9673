//! A roll of the dice for the whole table (rule book, section 6).

use serde::{Deserialize, Serialize};

use super::bet::PlacedBet;
use super::catalogue::{ContractFrom, Family};
use super::dice::{BoxNumber, Dice, Puck};
use super::key::{BetId, BetKey, SeatNo};
use super::price::{plus, signed};
use super::resolve::{Verdict, judge, win_of};
use super::rules::TableRules;
use super::seats::clockwise;
use super::table::{Seat, Table};
use crate::ledger::Chips;

/// What a roll did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollResult {
    /// The dice.
    pub dice: Dice,
    /// The puck before the roll, which decided everything.
    pub before: Puck,
    /// The puck after it.
    pub after: Puck,
    /// Whether the hand ended.
    pub seven_out: bool,
    /// The number of this roll in its hand, from 1.
    pub hand_rolls: u64,
    /// Who had the dice.
    pub shooter_before: Option<SeatNo>,
    /// Who has them now.
    pub shooter_after: Option<SeatNo>,
    /// Every seat with a player or bets that saw the roll: the shooter first, then clockwise, then
    /// seats of players who left.
    pub seats: Vec<SeatResult>,
}

/// What a roll did to one seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatResult {
    /// The seat.
    pub seat: SeatNo,
    /// The bets that were decided or moved, in the order of resolution.
    pub decisions: Vec<Decision>,
    /// What its balance gets, all decisions together, in chips.
    pub credit: Chips,
}

/// What a roll did to one bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The bet as it was before the roll.
    pub key: BetKey,
    /// Its stake, in chips.
    pub stake: Chips,
    /// What became of it.
    pub outcome: Outcome,
    /// The commission that this decision used up, in chips: taken from the win, or paid upfront.
    pub commission: Chips,
    /// Whether the stake is still on the table: moved, or won and left up.
    pub stays_up: bool,
    /// What the balance gets, in chips: win and stake, as far as they come back.
    pub credit: Chips,
    /// What the seat is better off by, in chips, with the commission that stood beside the stake;
    /// negative if it is worse off.
    pub net: i64,
}

/// What became of a bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It won.
    Win {
        /// What the win paid on top of the stake, commission taken off, in chips.
        pays: Chips,
    },
    /// It lost.
    Lose,
    /// A tie.
    Push,
    /// It was off, and came back because its flat bet was decided.
    Return,
    /// The dice put it on a number.
    Moved {
        /// The number.
        to: BoxNumber,
    },
}

impl RollResult {
    /// Returns a result to be filled by [`Table::roll_into`].
    #[must_use]
    pub const fn empty(dice: Dice) -> Self {
        Self {
            dice,
            before: Puck::Off,
            after: Puck::Off,
            seven_out: false,
            hand_rolls: 0,
            shooter_before: None,
            shooter_after: None,
            seats: Vec::new(),
        }
    }
}

impl SeatResult {
    const fn empty(seat: SeatNo) -> Self {
        Self {
            seat,
            decisions: Vec::new(),
            credit: Chips::ZERO,
        }
    }
}

impl Table {
    /// Rolls the dice: decides every bet against the puck as it is, then moves the puck, and after a
    /// seven-out the dice. Whether anybody may roll now is asked of [`Table::can_roll`] before.
    pub fn roll(&mut self, dice: Dice) -> RollResult {
        let mut result = RollResult::empty(dice);
        self.roll_into(dice, &mut result);
        result
    }

    /// Rolls the dice like [`Table::roll`] for all seats but those whose bets are frozen. Their bets
    /// miss the roll: each stays as it is and goes by a puck of its own from then on, which only the
    /// rolls that it sees move, until it is decided. So one fair roll is swapped for the next one.
    pub fn roll_except(&mut self, dice: Dice, frozen: &[SeatNo]) -> RollResult {
        let mut result = RollResult::empty(dice);
        self.roll_for(dice, frozen, &mut result);
        result
    }

    /// Rolls the dice like [`Table::roll`] and writes into a result whose buffers are used again.
    pub fn roll_into(&mut self, dice: Dice, result: &mut RollResult) {
        self.roll_for(dice, &[], result);
    }

    fn roll_for(&mut self, dice: Dice, frozen: &[SeatNo], result: &mut RollResult) {
        let before = self.puck;
        self.end_wait();
        self.hand_rolls = self.hand_rolls.saturating_add(1);
        self.rolls = self.rolls.saturating_add(1);
        self.last_dice = Some(dice);
        result.dice = dice;
        result.before = before;
        result.seven_out = before.is_seven_out(dice);
        result.hand_rolls = self.hand_rolls;
        result.shooter_before = self.shooter;
        self.settle_seats(dice, frozen, &mut result.seats);
        self.puck = before.after(dice);
        if result.seven_out {
            self.hand_rolls = 0;
            self.shooter = self
                .shooter
                .and_then(|shooter| self.next_clockwise(shooter));
        }
        self.drop_empty_seats();
        result.after = self.puck;
        result.shooter_after = self.shooter;
    }

    fn settle_seats(&mut self, dice: Dice, frozen: &[SeatNo], results: &mut Vec<SeatResult>) {
        let (rules, puck, circle) = (&self.rules, self.puck, &self.circle);
        let mut filled = 0_usize;
        let mut settle = |seat: &mut Seat| {
            if frozen.contains(&seat.number) {
                for (_, bet) in &mut seat.bets {
                    bet.go_by(bet.puck(puck), puck.after(dice));
                }
                return;
            }
            if results.len() <= filled {
                results.push(SeatResult::empty(seat.number));
            }
            if let Some(result) = results.get_mut(filled) {
                result.seat = seat.number;
                result.decisions.clear();
                result.credit = settle_seat(rules, puck, seat, dice, &mut result.decisions);
            }
            filled = filled.saturating_add(1);
        };
        for number in clockwise(circle, self.shooter) {
            let place = self.seats.binary_search_by_key(&number, |seat| seat.number);
            if let Some(seat) = place.ok().and_then(|place| self.seats.get_mut(place)) {
                settle(seat);
            }
        }
        let gone = |seat: &&mut Seat| !circle.contains(&seat.number);
        self.seats.iter_mut().filter(gone).for_each(settle);
        results.truncate(filled);
    }
}

/// Decides all bets of a seat; returns what its balance gets.
pub(super) fn settle_seat(
    rules: &TableRules,
    puck: Puck,
    seat: &mut Seat,
    dice: Dice,
    decisions: &mut Vec<Decision>,
) -> Chips {
    let mut credit = Chips::ZERO;
    let mut moved = [None, None];
    seat.bets.retain_mut(|(key, bet)| {
        let own = bet.puck(puck);
        let verdict = judge(rules, own, *key, bet, dice);
        if bet.own_puck.is_some() {
            bet.go_by(own.after(dice), puck.after(dice));
        }
        if let Verdict::Moves(number) = verdict {
            let place = usize::from(key.bet() == BetId::DONT_COME);
            if let Some(place) = moved.get_mut(place) {
                *place = Some((key.moved_to(number), *bet));
            }
        }
        let Some(decision) = settle(rules, *key, bet, verdict) else {
            return true;
        };
        bet.own_puck = None;
        decisions.push(decision);
        credit = plus(credit, decision.credit);
        decision.stays_up && !matches!(decision.outcome, Outcome::Moved { .. })
    });
    // The number is free by now: a bet that was on it has just been decided (step 5 before 6).
    for (key, bet) in moved.into_iter().flatten() {
        seat.put(key, bet);
    }
    if decisions.len() > 1 {
        decisions.sort_unstable_by_key(|decision| (step(decision.key), decision.key));
    }
    credit
}

/// Carries a verdict out on one bet; `None` if it was not decided.
fn settle(
    rules: &TableRules,
    key: BetKey,
    bet: &mut PlacedBet,
    verdict: Verdict,
) -> Option<Decision> {
    let info = key.info();
    let had = signed(bet.at_risk());
    let lost = Decision {
        key,
        stake: bet.stake,
        outcome: Outcome::Lose,
        commission: bet.commission,
        stays_up: false,
        credit: Chips::ZERO,
        net: 0,
    };
    let decision = match verdict {
        Verdict::Stays => return None,
        Verdict::Notes(progress) => {
            bet.progress = progress;
            bet.has_rolled = info.terms.contract == ContractFrom::FirstRoll;
            return None;
        }
        Verdict::Wins(price) => {
            let stays_up = rules.stays_up_after_win(info);
            let (pays, vig) = win_of(rules, info, bet.stake, price, stays_up);
            let commission = if stays_up {
                if rules.pays_vig_upfront(info) {
                    bet.commission = vig;
                }
                vig
            } else {
                plus(vig, bet.commission)
            };
            let credit = if stays_up {
                pays
            } else {
                plus(bet.stake, pays)
            };
            Decision {
                outcome: Outcome::Win { pays },
                commission,
                stays_up,
                credit,
                ..lost
            }
        }
        Verdict::Loses => lost,
        Verdict::Pushes => Decision {
            outcome: Outcome::Push,
            credit: bet.stake,
            ..lost
        },
        Verdict::ComesBack => Decision {
            outcome: Outcome::Return,
            credit: bet.stake,
            ..lost
        },
        Verdict::Moves(to) => Decision {
            outcome: Outcome::Moved { to },
            stays_up: true,
            ..lost
        },
    };
    let has = if decision.stays_up {
        bet.at_risk()
    } else {
        Chips::ZERO
    };
    let has = signed(plus(decision.credit, has));
    Some(Decision {
        net: has.saturating_sub(had),
        ..decision
    })
}

/// The step of section 6 that decides a bet.
fn step(key: BetKey) -> u8 {
    match key.info().family {
        Family::Hardway => 3,
        Family::Place
        | Family::Buy
        | Family::Lay
        | Family::PlaceLose
        | Family::Put
        | Family::Big
        | Family::Yes
        | Family::No => 4,
        Family::Line | Family::Odds if key.number().is_some() => 5,
        Family::Line if matches!(key.bet(), BetId::COME | BetId::DONT_COME) => 6,
        Family::Line | Family::Odds => 7,
        Family::Side => 8,
        Family::SideOneRoll | Family::Field | Family::Proposition | Family::Hop | Family::Next => 2,
    }
}
