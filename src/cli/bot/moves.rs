//! What the player does next, from the picture of its table. Pure: the only chance is the seeded
//! generator, so that the same seed and the same dice make the same bets.

use rand_xoshiro::Xoshiro256StarStar;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::craps::{Action, BetId, BetKey, SeatNo};
use crate::gaming::{RollPhase, TableView};
use crate::ledger::Chips;
use crate::strategy::Strategy;

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// Nothing until the table changes.
    Wait,
    /// Make these bets.
    Bet(Vec<Action>),
    /// Throw, or say that the bets are made.
    Roll,
    /// Leave: no bet that the strategy or the dice want can be paid, and none is in play.
    Broke,
}

/// A strategy at one seat, and what it has done for the next roll.
#[derive(Debug)]
pub(super) struct Mind {
    strategy: Strategy,
    unit: Chips,
    random: Xoshiro256StarStar,
    /// The roll that bets were planned for.
    planned: Option<u64>,
    /// The roll that was asked for, and whether this seat had the dice.
    asked: Option<(u64, bool)>,
    /// The roll that waits for a bet of anybody.
    unseen: Option<u64>,
}

impl Mind {
    /// `unit` is the size of a flat bet in chips; `seed` drives choices, never a secret.
    pub(super) fn new(strategy: Strategy, unit: Chips, seed: u64) -> Self {
        Self {
            strategy,
            unit,
            random: Xoshiro256StarStar::seed_from_u64(seed),
            planned: None,
            asked: None,
            unseen: None,
        }
    }

    /// Returns the size of a flat bet in chips.
    pub(super) const fn unit(&self) -> Chips {
        self.unit
    }

    /// Returns the next move, and counts it as made.
    pub(super) fn next(&mut self, view: &TableView) -> Move {
        let (Some(seat), RollPhase::Betting { .. }) = (view.me, view.phase) else {
            return Move::Wait;
        };
        if self.planned != Some(view.roll) {
            self.planned = Some(view.roll);
            let mut wanted_of = self.random.clone();
            let plan = self.plan(view, seat, view.balance);
            if !plan.is_empty() {
                return Move::Bet(plan);
            }
            if view.table.at_risk(seat).is_zero() {
                std::mem::swap(&mut self.random, &mut wanted_of);
                let wanted = self.plan(view, seat, Chips::new(u64::MAX));
                self.random = wanted_of;
                if !wanted.is_empty() {
                    return Move::Broke;
                }
            }
        }
        if self.unseen.take() == Some(view.roll) {
            return self.line_bet(view, seat);
        }
        let ask = (view.roll, view.table.shooter() == Some(seat));
        if self.asked == Some(ask) {
            return Move::Wait;
        }
        self.asked = Some(ask);
        Move::Roll
    }

    /// Notes that the bets had no effect and are to be planned anew.
    pub(super) const fn bet_again(&mut self) {
        self.planned = None;
    }

    /// Notes that the roll was not taken and is to be asked for anew.
    pub(super) const fn roll_again(&mut self) {
        self.asked = None;
    }

    /// Notes that nobody has a bet that the roll would touch.
    pub(super) const fn roll_is_unseen(&mut self, roll: u64) {
        self.unseen = Some(roll);
        self.asked = None;
    }

    /// The bet that a shooter owes the table where the strategy has none for this roll.
    fn line_bet(&self, view: &TableView, seat: SeatNo) -> Move {
        let rules = view.table.rules();
        let amount = self.unit.max(rules.min_bet).min(rules.max_bet);
        BetKey::new(BetId::PASS, None)
            .filter(|bet| {
                let placed = view.table.can_place(seat, *bet, amount, view.balance);
                placed.is_ok()
            })
            .map_or(Move::Broke, |bet| {
                Move::Bet(vec![Action::Place { bet, amount }])
            })
    }

    fn plan(&mut self, view: &TableView, seat: SeatNo, purse: Chips) -> Vec<Action> {
        let random = &mut self.random;
        let mut below = |bound: u64| random.next_u64().checked_rem(bound).unwrap_or(0);
        self.strategy
            .plan(&view.table, seat, purse, self.unit, &mut below)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Mind, Move, SeatNo};
    use crate::craps::{Dice, Table, TableRules};
    use crate::gaming::{ClubKind, RollPhase, TableView};
    use crate::ledger::Chips;
    use crate::shown::Shown;
    use crate::strategy::Strategy;

    fn view(table: &Table, roll: u64, balance: u64) -> TableView {
        TableView {
            game: crate::club::GameId([1; 32]),
            name: Shown::new("practice", 24),
            club: Shown::new("solo", 24),
            kind: ClubKind::Solo,
            height: crate::club::Height(roll),
            table: Arc::new(table.clone()),
            roll,
            phase: RollPhase::Betting { sealed: 1, of: 1 },
            missing: Vec::new(),
            closes: None,
            waits: None,
            seats: Vec::new(),
            me: SeatNo::new(0),
            balance: Chips::new(balance),
            treasury_free: Chips::new(1_000_000),
            history: Vec::new(),
            placed: Arc::default(),
            seen: [0; 13],
        }
    }

    fn table() -> Table {
        let rules = TableRules {
            shooter_needs_line_bet: false,
            ..TableRules::default()
        };
        let mut table = Table::new(rules).unwrap();
        table.sit(SeatNo::new(0).unwrap()).unwrap();
        table
    }

    /// The slips that a mind makes over fixed dice, each also played.
    fn slips(seed: u64) -> Vec<String> {
        let mut mind = Mind::new(Strategy::Random, Chips::new(10), seed);
        let (mut table, seat) = (table(), SeatNo::new(0).unwrap());
        let dice = [
            (2, 4),
            (4, 4),
            (5, 6),
            (3, 4),
            (1, 1),
            (6, 6),
            (3, 6),
            (1, 6),
        ];
        let mut slips = Vec::new();
        for ((a, b), roll) in dice.into_iter().cycle().take(40).zip(1..) {
            let now = view(&table, roll, 10_000);
            if let Move::Bet(slip) = mind.next(&now) {
                table.act_all(seat, &slip, now.balance).unwrap();
                slips.push(format!("{slip:?}"));
            }
            assert_eq!(mind.next(&view(&table, roll, 10_000)), Move::Roll);
            assert_eq!(mind.next(&view(&table, roll, 10_000)), Move::Wait);
            table.roll(Dice::new(a, b).unwrap());
        }
        slips
    }

    #[test]
    fn the_same_seed_makes_the_same_bets_and_another_seed_others() {
        assert_eq!(slips(7), slips(7));
        assert_ne!(slips(7), slips(8));
    }

    #[test]
    fn who_cannot_pay_the_next_bet_leaves_but_not_while_bets_stand() {
        let mut mind = Mind::new(Strategy::Field, Chips::new(100), 0);
        let mut table = table();
        assert_eq!(mind.next(&view(&table, 1, 99)), Move::Broke);
        let Move::Bet(slip) = mind.next(&view(&table, 2, 100)) else {
            panic!("100 chips pay 100");
        };
        table
            .act_all(SeatNo::new(0).unwrap(), &slip, Chips::new(100))
            .unwrap();
        assert_eq!(mind.next(&view(&table, 3, 0)), Move::Roll);
    }

    #[test]
    fn a_strategy_that_wants_nothing_yet_rolls_without_a_bet() {
        let mut mind = Mind::new(Strategy::Hardways, Chips::new(10), 0);
        assert_eq!(mind.next(&view(&table(), 1, 0)), Move::Roll);
    }

    #[test]
    fn a_roll_that_nobody_has_a_bet_in_gets_a_line_bet_once() {
        let mut mind = Mind::new(Strategy::Hardways, Chips::new(10), 0);
        let bare = table();
        let now = view(&bare, 1, 10);
        assert_eq!(mind.next(&now), Move::Roll);
        mind.roll_is_unseen(1);
        let Move::Bet(slip) = mind.next(&now) else {
            panic!("10 chips pay the line");
        };
        let mut table = bare.clone();
        table.act_all(SeatNo::FIRST, &slip, now.balance).unwrap();
        assert_eq!(table.at_risk(SeatNo::FIRST), Chips::new(10));
        assert_eq!(mind.next(&view(&table, 1, 0)), Move::Roll);
        assert_eq!(mind.next(&view(&table, 1, 0)), Move::Wait);
        // Who can't pay it leaves.
        mind.roll_is_unseen(2);
        assert_eq!(mind.next(&view(&bare, 2, 9)), Move::Broke);
    }

    #[test]
    fn who_gets_the_dice_after_saying_ready_still_has_to_throw() {
        let (mut table, other) = (table(), SeatNo::new(1).unwrap());
        table.sit(other).unwrap();
        let mut mind = Mind::new(Strategy::Hardways, Chips::new(10), 0);
        let before = TableView {
            me: Some(other),
            ..view(&table, 1, 100)
        };
        assert_eq!(mind.next(&before), Move::Roll);
        assert_eq!(mind.next(&before), Move::Wait);
        table.pass_dice(SeatNo::new(0).unwrap()).unwrap();
        let after = TableView {
            table: Arc::new(table),
            ..before
        };
        assert_eq!(mind.next(&after), Move::Roll);
    }

    #[test]
    fn nothing_is_done_while_the_dice_are_locked_or_without_a_seat() {
        let mut mind = Mind::new(Strategy::Field, Chips::new(10), 0);
        let open = view(&table(), 1, 100);
        let locked = TableView {
            phase: RollPhase::Locked { opened: 0, of: 1 },
            ..open.clone()
        };
        assert_eq!(mind.next(&locked), Move::Wait);
        assert_eq!(mind.next(&TableView { me: None, ..open }), Move::Wait);
    }
}
