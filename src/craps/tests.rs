//! The worked examples of the rule book, section 10.

use super::{Action, BetKey, BetSet, Dice, Refusal, SeatNo, Table, TableRules};
use crate::ledger::Chips;

/// A table with one player who may do anything, and his balance.
struct Solo {
    table: Table,
    balance: u64,
}

fn key(name: &str) -> BetKey {
    name.parse().unwrap()
}

impl Solo {
    fn new() -> Self {
        let rules = TableRules {
            shooter_needs_line_bet: false,
            offered: BetSet::all(),
            ..TableRules::default()
        };
        let mut table = Table::new(rules).unwrap();
        table.sit(SeatNo::new(0).unwrap()).unwrap();
        Self {
            table,
            balance: 1000,
        }
    }

    fn act(&mut self, action: Action) -> Result<(), Refusal> {
        let flow = self
            .table
            .act(SeatNo::new(0).unwrap(), &action, Chips::new(self.balance))?;
        self.balance = self.balance - flow.paid.get() + flow.returned.get();
        Ok(())
    }

    fn place(&mut self, bet: &str, amount: u64) -> Result<(), Refusal> {
        self.act(Action::Place {
            bet: key(bet),
            amount: Chips::new(amount),
        })
    }

    fn roll(&mut self, a: u8, b: u8) -> u64 {
        let result = self.table.roll(Dice::new(a, b).unwrap());
        self.balance += result.seats[0].credit.get();
        self.balance
    }
}

#[test]
fn full_pass_odds_pay_six_to_five_on_the_eight() {
    let mut solo = Solo::new();
    solo.place("pass", 10).unwrap();
    solo.roll(4, 4);
    assert!(
        matches!(solo.place("pass_odds", 51), Err(Refusal::OddsLimit { most, .. }) if most == Chips::new(50))
    );
    solo.place("pass_odds", 50).unwrap();
    assert_eq!(solo.roll(5, 3), 1070);
}
