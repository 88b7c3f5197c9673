//! Tables with several players against a second program, which was written from the rule book alone: who
//! has the dice, who is waited for, and what everybody has, after every roll.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Action, BetKey, BetSet, SeatNo, Table, TableRules, WorkingFlag, dice, seat};
use crate::craps::BoxNumber;
use crate::ledger::Chips;

const TABLES: &str = include_str!("../../../tests/data/shared_tables.jsonl");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    id: String,
    rules: TableRules,
    banks: Vec<u64>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    ops: Vec<Op>,
    /// None if nobody may roll.
    roll: Option<(u8, u8)>,
    after: After,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Op {
    seat: u8,
    #[serde(rename = "op")]
    does: String,
    bet: Option<BetKey>,
    amount: Option<Chips>,
    by: Option<Chips>,
    how: Option<WorkingFlag>,
    /// "reject" if it must be refused.
    expect: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    point: Option<u8>,
    hand_rolls: u64,
    shooter: Option<u8>,
    waits: Option<u8>,
    circle: Vec<u8>,
    seats: Vec<Has>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Has {
    bankroll: u64,
    bets: BTreeMap<BetKey, Chips>,
}

impl Op {
    /// Does it; returns whether it was taken.
    fn happens(&self, table: &mut Table, balance: &mut u64) -> bool {
        let at = seat(self.seat);
        match self.does.as_str() {
            "sit" => table.sit(at).is_ok(),
            "stand" | "stand_leaving" => {
                let stood = if self.does == "stand" {
                    table.stand(at)
                } else {
                    table.stand_leaving_bets(at)
                };
                *balance += stood.as_ref().map_or(0, |stood| stood.returned.get());
                stood.is_ok()
            }
            "pass_dice" => table.pass_dice(at).is_ok(),
            "end_wait" => {
                table.end_wait();
                true
            }
            "offer" => table.offer_dice().is_ok(),
            _ => {
                let flow = table.act(at, &self.action(), Chips::new(*balance));
                let (paid, returned) = flow.map_or_else(
                    |_refused| (0, 0),
                    |flow| (flow.paid.get(), flow.returned.get()),
                );
                *balance = *balance - paid + returned;
                flow.is_ok()
            }
        }
    }

    fn action(&self) -> Action {
        let bet = self.bet.unwrap();
        match self.does.as_str() {
            "place" => Action::Place {
                bet,
                amount: self.amount.unwrap(),
            },
            "reduce" => Action::Reduce {
                bet,
                by: self.by.unwrap(),
            },
            "take_down" => Action::TakeDown { bet },
            "working" => Action::Working {
                bet,
                how: self.how.unwrap(),
            },
            other => panic!("{other}"),
        }
    }
}

fn after(table: &Table, balances: &[u64]) -> After {
    let has = |(number, bankroll): (SeatNo, &u64)| Has {
        bankroll: *bankroll,
        bets: table
            .bets(number)
            .map(|(key, bet)| (key, bet.stake))
            .collect(),
    };
    After {
        point: table.puck().point().map(BoxNumber::value),
        hand_rolls: table.hand_rolls(),
        shooter: table.shooter().map(SeatNo::get),
        waits: table.waits_for().map(SeatNo::get),
        circle: table.circle().iter().map(|seat| seat.get()).collect(),
        seats: SeatNo::all().zip(balances).map(has).collect(),
    }
}

#[test]
fn every_shared_table_comes_out_as_the_other_program_has_it() {
    let (mut waited, mut refused) = (0, 0);
    for line in TABLES.lines() {
        let shared: Shared = serde_json::from_str(line).unwrap();
        let mut balances = shared.banks;
        let mut table = Table::new(TableRules {
            offered: BetSet::all(),
            ..shared.rules
        })
        .unwrap();
        for (place, step) in shared.steps.iter().enumerate() {
            for op in &step.ops {
                let before = table.clone();
                let balance = &mut balances[usize::from(op.seat)];
                let taken = op.happens(&mut table, balance);
                let at = format!("{}, step {place}: {op:?}", shared.id);
                assert_eq!(taken, op.expect.is_none(), "{at}");
                assert!(taken || table == before, "refused with an effect: {at}");
                refused += u32::from(!taken);
            }
            if let Some((a, b)) = step.roll {
                table.can_roll(table.shooter().unwrap()).unwrap();
                for settled in table.roll(dice(a, b)).seats {
                    balances[usize::from(settled.seat.get())] += settled.credit.get();
                }
            }
            let found = after(&table, &balances);
            assert_eq!(found, step.after, "{}, step {place}", shared.id);
            waited += u32::from(found.waits.is_some());
        }
    }
    assert!(waited > 5 && refused > 1000, "{waited} {refused}");
}
