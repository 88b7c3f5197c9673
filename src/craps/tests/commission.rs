//! The commission on buy and lay bets: paid, held, used up and given back (rule book, section 5.2).

use super::{Solo, key, open_rules, place, seat};
use crate::craps::{Table, TableRules, VigTiming};
use crate::ledger::Chips;

#[test]
fn commission_upfront_is_paid_with_the_stake_and_given_back_with_it() {
    let mut solo = Solo::new(TableRules {
        vig_timing: VigTiming::Upfront,
        ..open_rules()
    });
    solo.roll(5, 5);
    solo.place("buy_4", 20).unwrap();
    assert_eq!(solo.balance, 1000 - 21);
    solo.place("buy_4", 40).unwrap();
    assert_eq!(
        (solo.balance, solo.table.at_risk(seat(0)).get()),
        (1000 - 63, 63)
    );
    solo.roll(2, 2);
    assert_eq!((solo.balance, solo.stake("buy_4")), (937 + 120 - 3, 60));
    solo.reduce("buy_4", 20).unwrap();
    assert_eq!(solo.balance, 1054 + 20 + 1);
    solo.take_down("buy_4").unwrap();
    assert_eq!(solo.balance, 1075 + 42);
    solo.place("lay_4", 40).unwrap();
    solo.roll(3, 4);
    assert_eq!(solo.balance, 1117 - 41 + 60);
}

#[test]
fn a_decision_tells_the_commission_it_used_up() {
    let used = |vig_timing, bet: &str, stake, roll: (u8, u8)| {
        let mut solo = Solo::new(TableRules {
            vig_timing,
            ..open_rules()
        });
        solo.roll(5, 5);
        solo.place(bet, stake).unwrap();
        solo.roll(roll.0, roll.1).seats[0].decisions[0]
            .commission
            .get()
    };
    for (bet, stake, roll, on_win, upfront) in [
        ("buy_4", 60, (2, 2), 3, 3),
        ("buy_4", 60, (3, 4), 0, 3),
        ("lay_4", 120, (3, 4), 3, 3),
        ("lay_4", 120, (2, 2), 0, 3),
        ("place_6", 60, (3, 3), 0, 0),
    ] {
        let found = [VigTiming::OnWin, VigTiming::Upfront].map(|it| used(it, bet, stake, roll));
        assert_eq!(found, [on_win, upfront], "{bet} {roll:?}");
    }
}

#[test]
fn a_smallest_commission_above_the_win_leaves_nothing_and_is_held_only_as_far_as_it_was_paid() {
    let rules = |vig_timing| TableRules {
        vig_timing,
        vig_min: Chips::new(5),
        ..open_rules()
    };
    let mut on_win = Solo::new(rules(VigTiming::OnWin));
    on_win.place("lay_4", 4).unwrap();
    on_win.roll(3, 4);
    assert_eq!(on_win.balance, 1000, "2 less 5 is nothing, and 4 come back");
    let mut upfront = Solo::new(rules(VigTiming::Upfront));
    upfront.roll(5, 5);
    upfront.place("buy_4", 2).unwrap();
    assert_eq!(upfront.balance, 1000 - 7);
    upfront.roll(2, 2);
    assert_eq!(upfront.balance, 993, "4 go into the next commission of 5");
    upfront.reduce("buy_4", 1).unwrap();
    assert_eq!(upfront.balance, 994, "4 are held, 5 are due for the rest");
    upfront.place("buy_4", 1).unwrap();
    assert_eq!(upfront.balance, 994 - 1 - 1);
    upfront.take_down("buy_4").unwrap();
    assert_eq!(upfront.balance, 992 + 2 + 5);
}

#[test]
fn a_bet_brought_down_from_an_empty_chair_gives_back_stake_and_commission_and_frees_the_seat() {
    let rules = TableRules {
        vig_timing: VigTiming::Upfront,
        ..open_rules()
    };
    let mut table = Table::new(rules).unwrap();
    table.sit(seat(0)).unwrap();
    for (bet, amount) in [("buy_4", 20), ("field", 5)] {
        let act = table.act(seat(0), &place(bet, amount), Chips::new(100));
        act.unwrap();
    }
    table.stand_leaving_bets(seat(0)).unwrap();
    assert_eq!(table.bring_down(seat(0), key("buy_4")), Chips::new(21));
    assert_eq!(table.bring_down(seat(0), key("buy_4")), Chips::ZERO);
    assert_eq!(table.seats().collect::<Vec<_>>(), [seat(0)]);
    assert_eq!(table.bring_down(seat(0), key("field")), Chips::new(5));
    assert_eq!(table.seats().count(), 0);
}
