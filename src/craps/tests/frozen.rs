//! Bets that miss rolls: what they are worth must not change.

use proptest::prelude::*;

use super::{dice, key, open_rules, seat};
use crate::craps::{
    Action, BetId, BetKey, BoxNumber, Decision, Dice, Outcome, Puck, Refusal, Table,
};
use crate::ledger::Chips;

fn two_seats() -> Table {
    let mut table = Table::new(open_rules()).unwrap();
    table.sit(seat(0)).unwrap();
    table.sit(seat(1)).unwrap();
    table
}

fn place(table: &mut Table, bet: BetKey, amount: u64) -> Result<(), Refusal> {
    let amount = Chips::new(amount);
    let bet = Action::Place { bet, amount };
    table.act(seat(1), &bet, Chips::new(1_000_000)).map(|_| ())
}

#[test]
fn a_frozen_line_bet_across_a_seven_out_keeps_its_own_point() {
    let mut table = two_seats();
    place(&mut table, key("pass"), 10).unwrap();
    table.roll(dice(2, 2));
    let missed = table.roll_except(dice(3, 4), &[seat(1)]);
    assert!(missed.seven_out);
    assert!(missed.seats.iter().all(|result| result.seat != seat(1)));
    assert_eq!(table.puck(), Puck::Off);
    assert_eq!(
        table.puck_of(seat(1), key("pass")),
        Puck::On(BoxNumber::Four)
    );
    let down = Action::TakeDown { bet: key("pass") };
    let refused = table.act(seat(1), &down, Chips::ZERO);
    assert_eq!(refused, Err(Refusal::Contract), "its point is on");
    place(&mut table, key("pass_odds"), 30).unwrap();
    assert!(place(&mut table, key("pass_odds"), 1).is_err(), "3 x on 4");

    // An 11 on the table's come-out wins nothing for a bet that is on its point.
    let eleven = table.roll(dice(5, 6));
    assert!(
        eleven
            .seats
            .iter()
            .all(|result| result.decisions.is_empty())
    );
    table.roll(dice(3, 3));
    assert_eq!(table.puck(), Puck::On(BoxNumber::Six));
    let four = table.roll(dice(1, 3));
    let mine = four
        .seats
        .iter()
        .find(|result| result.seat == seat(1))
        .unwrap();
    assert_eq!(mine.credit, Chips::new(10 + 10 + 30 + 60));
    assert_eq!(table.puck(), Puck::On(BoxNumber::Six), "not its own roll");
    assert_eq!(
        table.puck_of(seat(1), key("pass_odds")),
        Puck::On(BoxNumber::Six),
        "the next bet goes by the table"
    );
}

/// What the roll did to the bet, or to what it moved to.
fn decision(table: &Table, result: &[Decision], bet: &mut BetKey) -> Option<Decision> {
    let found = result.iter().find(|made| made.key == *bet).copied()?;
    if let Outcome::Moved { to } = found.outcome {
        *bet = bet.moved_to(to);
        assert!(table.bet(seat(1), *bet).is_some());
        return None;
    }
    Some(found)
}

fn rolls() -> impl Strategy<Value = Vec<(Dice, bool)>> {
    let die = 1..=6_u8;
    let roll = (die.clone(), die, any::<bool>());
    prop::collection::vec(roll.prop_map(|(a, b, seen)| (dice(a, b), seen)), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// The twin sits at a table that never had the rolls which the bet missed.
    #[test]
    fn a_bet_that_missed_rolls_is_decided_as_at_a_table_without_them(
        first in prop::option::of(4..=10_u8),
        rolls in rolls(),
    ) {
        for bet in BetId::all() {
            let numbers = BoxNumber::ALL.map(Some);
            let number = numbers.into_iter().chain([None]).find(|n| BetKey::new(bet, *n).is_some());
            let Some(mut bet) = number.and_then(|number| BetKey::new(bet, number)) else {
                continue;
            };
            let mut table = two_seats();
            if let Some(point) = first.and_then(BoxNumber::of) {
                table.roll(dice(point.value() / 2, point.value() - point.value() / 2));
            }
            if place(&mut table, bet, 60).is_err() {
                continue;
            }
            let mut twin = table.clone();
            for (dice, seen) in &rolls {
                if !seen {
                    let before = table.at_risk(seat(1));
                    let liability = table.liability(seat(1));
                    table.roll_except(*dice, &[seat(1)]);
                    prop_assert_eq!(table.at_risk(seat(1)), before);
                    prop_assert_eq!(table.liability(seat(1)), liability);
                    continue;
                }
                let of = |table: &mut Table, bet: &mut BetKey| {
                    let result = table.roll(*dice);
                    let mut seats = result.seats.iter();
                    let mine = seats.find(|result| result.seat == seat(1)).unwrap();
                    decision(table, &mine.decisions, bet)
                };
                let mut also = bet;
                let (mine, twins) = (of(&mut table, &mut bet), of(&mut twin, &mut also));
                prop_assert_eq!(mine, twins, "{}", bet);
                if mine.is_some() {
                    break;
                }
                prop_assert_eq!(table.state_of(seat(1), bet), twin.state_of(seat(1), bet));
            }
        }
    }
}
