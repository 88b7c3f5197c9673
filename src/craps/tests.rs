//! Whole tables: the rule book's examples, its bet table, and what must hold for every bet.

mod commission;
mod examples;
mod frozen;
mod house;
mod invariants;
mod largest;
mod outlook;
mod play;
mod properties;
mod rule_book;
mod script;
mod seats;
mod shared;
mod told;
mod variations;

use super::{
    Action, BetKey, BetSet, Dice, Refusal, RollResult, SeatNo, Table, TableRules, WorkingFlag,
};
use crate::ledger::Chips;

/// Rules under which everything is offered and anybody may shoot.
fn open_rules() -> TableRules {
    TableRules {
        shooter_needs_line_bet: false,
        offered: BetSet::all(),
        ..TableRules::default()
    }
}

fn key(name: &str) -> BetKey {
    name.parse().unwrap()
}

fn dice(a: u8, b: u8) -> Dice {
    Dice::new(a, b).unwrap()
}

fn seat(number: u8) -> SeatNo {
    SeatNo::new(number).unwrap()
}

fn place(bet: &str, amount: u64) -> Action {
    Action::Place {
        bet: key(bet),
        amount: Chips::new(amount),
    }
}

/// One player, who shoots, and his balance.
struct Solo {
    table: Table,
    balance: u64,
}

impl Solo {
    fn new(rules: TableRules) -> Self {
        let mut table = Table::new(rules).unwrap();
        table.sit(SeatNo::FIRST).unwrap();
        Self {
            table,
            balance: 1000,
        }
    }

    fn act(&mut self, action: Action) -> Result<(), Refusal> {
        let flow = self
            .table
            .act(SeatNo::FIRST, &action, Chips::new(self.balance))?;
        self.balance = self.balance - flow.paid.get() + flow.returned.get();
        Ok(())
    }

    fn place(&mut self, bet: &str, amount: u64) -> Result<(), Refusal> {
        self.act(place(bet, amount))
    }

    fn call(&mut self, bet: &str, how: WorkingFlag) -> Result<(), Refusal> {
        self.act(Action::Working { bet: key(bet), how })
    }

    fn take_down(&mut self, bet: &str) -> Result<(), Refusal> {
        self.act(Action::TakeDown { bet: key(bet) })
    }

    fn reduce(&mut self, bet: &str, by: u64) -> Result<(), Refusal> {
        self.act(Action::Reduce {
            bet: key(bet),
            by: Chips::new(by),
        })
    }

    fn roll(&mut self, a: u8, b: u8) -> RollResult {
        let result = self.table.roll(dice(a, b));
        self.balance += result.seats[0].credit.get();
        result
    }

    fn stake(&self, bet: &str) -> u64 {
        self.table
            .bet(SeatNo::FIRST, key(bet))
            .map_or(0, |bet| bet.stake.get())
    }
}

/// Plays bets and rolls written like `pass 10, 4-4, pass_odds 50, 5-3` on a table that offers every bet,
/// with a bankroll of 1000, and returns the balance. `+bet` calls a bet on, `-bet` off, `!bet` takes it
/// down, `~bet 10` must be refused.
fn balance_after(script: &str) -> u64 {
    played(script).balance
}

fn played(script: &str) -> Solo {
    played_by(open_rules(), script).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Like [`played`], by other rules; says where the script can't be played.
fn played_by(rules: TableRules, script: &str) -> Result<Solo, String> {
    let mut solo = Solo::new(rules);
    for word in script.split(", ") {
        let with_amount = |text: &str| {
            let (bet, amount) = text.split_once(' ').unwrap();
            place(bet, amount.parse().unwrap())
        };
        let done = if let Some(bet) = word.strip_prefix('+') {
            solo.call(bet, WorkingFlag::On)
        } else if let Some(bet) = word.strip_prefix('-') {
            solo.call(bet, WorkingFlag::Off)
        } else if let Some(bet) = word.strip_prefix('!') {
            solo.take_down(bet)
        } else if let Some(bet) = word.strip_prefix('~') {
            if solo.act(with_amount(bet)).is_ok() {
                return Err(format!("{word}: taken"));
            }
            Ok(())
        } else if word.contains(' ') {
            solo.act(with_amount(word))
        } else {
            let (a, b) = word.split_once('-').unwrap();
            solo.roll(a.parse().unwrap(), b.parse().unwrap());
            Ok(())
        };
        done.map_err(|refusal| format!("{word}: {refusal:?}"))?;
    }
    Ok(solo)
}
