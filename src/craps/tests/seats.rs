//! Who sits, who shoots, and who leaves what behind (rule book, section 3).

use super::{dice, key, place, seat};
use crate::craps::{Phase, Refusal, Stood, Table, TableRules};
use crate::ledger::Chips;

const RICH: Chips = Chips::new(1_000_000);

/// A table where a shooter needs a line bet, with so many players.
fn table_of(players: u8) -> Table {
    let mut table = Table::new(TableRules::default()).unwrap();
    for number in 0..players {
        table.sit(seat(number)).unwrap();
    }
    table
}

fn bet(table: &mut Table, number: u8, bet: &str, amount: u64) {
    table.act(seat(number), &place(bet, amount), RICH).unwrap();
}

#[test]
fn only_a_seven_out_makes_the_dice_go_round() {
    let mut table = table_of(3);
    for (a, b, shooter) in [
        (3, 4, 0),
        (1, 2, 0),
        (4, 4, 0),
        (5, 3, 0),
        (4, 4, 0),
        (3, 4, 1),
    ] {
        table.roll(dice(a, b));
        assert_eq!(table.shooter(), Some(seat(shooter)), "after {a}-{b}");
    }
    for shooter in [2, 0] {
        table.roll(dice(4, 4));
        assert!(table.roll(dice(3, 4)).seven_out);
        assert_eq!(table.shooter(), Some(seat(shooter)));
    }
    assert_eq!((table.hand_rolls(), table.roll_count()), (0, 10));
}

#[test]
fn a_come_out_takes_a_line_bet_of_the_shooter_and_a_point_does_not() {
    let mut table = table_of(2);
    let refusal = table.can_roll(seat(0)).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::ShooterNeedsLineBet {
            least: Chips::new(1)
        }
    );
    let refusal = table.can_roll(seat(1)).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::NotTheShooter {
            shooter: Some(seat(0))
        }
    );
    assert_eq!(table.offer_dice(), Err(Refusal::NobodyElseCanShoot));
    bet(&mut table, 1, "dont_pass", 5);
    assert_eq!(table.offer_dice(), Ok(seat(1)));
    assert_eq!(table.can_roll(seat(1)), Ok(()));
    table.roll(dice(4, 4));
    assert_eq!(table.pass_dice(seat(1)), Ok(seat(0)));
    assert_eq!(table.can_roll(seat(0)), Ok(()), "the point is on");
}

#[test]
fn a_new_shooter_takes_over_the_point_and_the_progress_of_the_hand() {
    let mut table = table_of(2);
    bet(&mut table, 1, "fire", 5);
    bet(&mut table, 1, "pass", 10);
    let fire_before = |table: &Table| *table.bet(seat(1), key("fire")).unwrap();
    for (a, b) in [(2, 2), (1, 3), (4, 4)] {
        table.roll(dice(a, b));
    }
    let fire = fire_before(&table);
    assert!(fire.has_rolled && fire.progress != 0, "{fire:?}");
    let left = table.stand(seat(0)).unwrap();
    assert_eq!(left, Stood::default());
    assert_eq!(
        (table.shooter(), table.puck().phase()),
        (Some(seat(1)), Phase::Point)
    );
    assert_eq!((fire_before(&table), table.hand_rolls()), (fire, 3));
    assert_eq!(table.pass_dice(seat(1)), Err(Refusal::NobodyElseCanShoot));
}

#[test]
fn who_leaves_takes_down_what_may_come_down_and_the_rest_is_settled_for_his_seat() {
    let mut table = table_of(2);
    bet(&mut table, 0, "pass", 10);
    bet(&mut table, 1, "dont_pass", 10);
    table.roll(dice(4, 4));
    for (number, name, amount) in [
        (0, "pass_odds", 20),
        (0, "place_6", 12),
        (0, "come", 5),
        (1, "dont_pass_odds", 12),
        (1, "field", 3),
    ] {
        bet(&mut table, number, name, amount);
    }
    let stood = table.stand(seat(0)).unwrap();
    assert_eq!(
        stood,
        Stood {
            returned: Chips::new(17),
            left_behind: Chips::new(30)
        }
    );
    assert_eq!(table.free_seat(), Some(seat(2)), "his bets keep his seat");
    assert_eq!(
        table.act(seat(0), &place("field", 1), RICH),
        Err(Refusal::NotSeated)
    );
    let stood = table.stand(seat(1)).unwrap();
    assert_eq!(
        stood,
        Stood {
            returned: Chips::new(25),
            left_behind: Chips::ZERO
        }
    );
    assert_eq!((table.shooter(), table.circle().len()), (None, 0));
    let result = table.roll(dice(5, 3));
    let credits: Vec<_> = result
        .seats
        .iter()
        .map(|at| (at.seat.get(), at.credit.get()))
        .collect();
    assert_eq!(credits, [(0, 10 + 10 + 20 + 24)]);
    assert_eq!(table.seats().count(), 0);
    table.sit(seat(5)).unwrap();
    assert_eq!((table.shooter(), table.hand_rolls()), (Some(seat(5)), 2));
}

#[test]
fn who_is_stood_up_for_withholding_gets_nothing_back() {
    let mut table = table_of(1);
    bet(&mut table, 0, "place_6", 12);
    let stood = table.stand_leaving_bets(seat(0)).unwrap();
    assert_eq!(
        stood,
        Stood {
            returned: Chips::ZERO,
            left_behind: Chips::new(12)
        }
    );
    assert_eq!(table.stand(seat(0)), Err(Refusal::NotSeated));
}

#[test]
fn results_list_the_shooter_first_then_clockwise_and_decisions_in_the_rule_books_order() {
    let mut table = table_of(3);
    for number in [0, 1] {
        bet(&mut table, number, "pass", 5);
    }
    bet(&mut table, 1, "ats_small", 5);
    table.roll(dice(3, 3));
    table.pass_dice(seat(0)).unwrap();
    for name in [
        "come",
        "pass_odds",
        "place_8",
        "hard_8",
        "field",
        "hop_1_1",
        "yes_8",
        "lay_8",
    ] {
        bet(&mut table, 1, name, 5);
    }
    let result = table.roll(dice(6, 1));
    let seats: Vec<_> = result.seats.iter().map(|at| at.seat.get()).collect();
    assert_eq!(seats, [1, 2, 0]);
    let order: Vec<_> = result.seats[0]
        .decisions
        .iter()
        .map(|decision| decision.key.to_string())
        .collect();
    assert_eq!(
        order,
        [
            "field",
            "hop_1_1",
            "hard_8",
            "place_8",
            "lay_8",
            "yes_8",
            "come",
            "pass",
            "pass_odds",
            "ats_small"
        ]
    );
}

#[test]
fn a_seat_is_written_as_its_number() {
    assert_eq!(format!("{} {:>3}", seat(7), seat(15)), "7  15");
}
