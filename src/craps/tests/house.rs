//! House variations that are settings (rule book, section 9).

use super::{dice, key, open_rules, place, seat};
use crate::craps::limits::{BET_MAX, PRICE_MAX, SINGLE_PRICE_MIN};
use crate::craps::{
    Ratio, Refusal, RulesError, ShooterLeaves, SinglePayouts, Table, TableRules, catalogue,
};
use crate::ledger::Chips;

const RICH: Chips = Chips::new(1_000_000);

fn alone(rules: TableRules) -> Table {
    let mut table = Table::new(rules).unwrap();
    table.sit(seat(0)).unwrap();
    table
}

#[test]
fn a_pass_bet_is_raised_after_the_point_only_where_the_house_allows_it() {
    for raise_pass in [false, true] {
        let mut table = alone(TableRules {
            raise_pass,
            ..open_rules()
        });
        table.act(seat(0), &place("pass", 10), RICH).unwrap();
        table.roll(dice(2, 2));
        let raised = table.act(seat(0), &place("pass", 5), RICH);
        assert_eq!(raised.is_ok(), raise_pass);
        let dont = table.act(seat(0), &place("dont_pass", 5), RICH);
        assert!(matches!(dont, Err(Refusal::WrongPhase { .. })));
        let credit = table.roll(dice(1, 3)).seats[0].credit.get();
        assert_eq!(credit, if raise_pass { 30 } else { 20 });
        table.roll(dice(2, 2));
        let new = table.act(seat(0), &place("pass", 5), RICH);
        assert!(new.is_err(), "there is none to raise");
    }
}

/// What a stake wins on a roll at 14:1 and 29:1.
#[test]
fn single_numbers_and_what_combines_them_go_by_the_price_of_the_house() {
    let rules = TableRules {
        singles: SinglePayouts { easy: 14, hard: 29 },
        ..open_rules()
    };
    for (bet, stake, (a, b), credit) in [
        ("aces", 1, (1, 1), 30),
        ("boxcars", 1, (6, 6), 30),
        ("ace_deuce", 1, (1, 2), 15),
        ("yo", 1, (5, 6), 15),
        ("c_and_e", 2, (5, 6), 15),
        ("c_and_e", 2, (6, 6), 8),
        ("horn", 4, (1, 1), 30),
        ("horn", 4, (5, 6), 15),
        ("horn_high_2", 5, (1, 1), 60),
        ("horn_high_2", 5, (6, 6), 30),
        ("horn_high_11", 5, (5, 6), 30),
        ("horn_high_11", 5, (1, 2), 15),
        ("world", 5, (6, 6), 30),
        ("world", 5, (1, 2), 15),
        ("hop_1_1", 1, (1, 1), 31),
    ] {
        let mut table = alone(rules.clone());
        table.act(seat(0), &place(bet, stake), RICH).unwrap();
        let result = table.roll(dice(a, b));
        assert_eq!(result.seats[0].credit.get(), credit, "{bet}");
    }
    let low = TableRules {
        singles: SinglePayouts { easy: 4, hard: 29 },
        ..open_rules()
    };
    assert!(matches!(
        low.validate(),
        Err(RulesError::Price {
            pays: 4,
            least: 5,
            ..
        })
    ));
}

#[test]
fn one_roll_bets_that_win_stay_up_only_where_the_house_has_it_so() {
    for stay in [false, true] {
        let mut table = alone(TableRules {
            one_roll_winners_stay_up: stay,
            ..open_rules()
        });
        for (bet, stake) in [("field", 5), ("yo", 1), ("hop_5_6", 1), ("world", 5)] {
            table.act(seat(0), &place(bet, stake), RICH).unwrap();
        }
        let wins = 5 + 15 + 15 + 11;
        let stakes = if stay { 0 } else { 5 + 1 + 1 + 5 };
        assert_eq!(table.roll(dice(5, 6)).seats[0].credit.get(), wins + stakes);
        assert_eq!(table.bets(seat(0)).count(), if stay { 4 } else { 0 });
        // A push gives world back; the rest loses.
        let credit = table.roll(dice(3, 4)).seats[0].credit.get();
        assert_eq!(credit, if stay { 5 } else { 0 });
        assert_eq!(table.bets(seat(0)).count(), 0);
    }
    assert_eq!(catalogue().len(), 140);
}

fn three(leaves: ShooterLeaves) -> Table {
    let mut table = Table::new(TableRules {
        shooter_leaves: leaves,
        ..open_rules()
    })
    .unwrap();
    for number in [0, 1, 2] {
        table.sit(seat(number)).unwrap();
    }
    table.roll(dice(2, 2));
    table.act(seat(2), &place("place_6", 6), RICH).unwrap();
    table
}

#[test]
fn the_dice_pass_on_or_wait_for_the_shooter_who_left_with_a_point_on() {
    let mut table = three(ShooterLeaves::DicePassOn);
    table.stand(seat(0)).unwrap();
    assert_eq!((table.shooter(), table.waits_for()), (Some(seat(1)), None));

    let mut table = three(ShooterLeaves::BetsWait);
    table.stand(seat(0)).unwrap();
    assert_eq!((table.shooter(), table.waits_for()), (None, Some(seat(0))));
    assert!(table.can_roll(seat(1)).is_err() && table.offer_dice().is_err());
    assert!(table.bet(seat(2), key("place_6")).is_some());
    let mut came_back = table.clone();
    came_back.sit(seat(5)).unwrap();
    assert_eq!(came_back.shooter(), None, "somebody else is no help");
    came_back.sit(seat(0)).unwrap();
    assert_eq!(
        (came_back.shooter(), came_back.waits_for()),
        (Some(seat(0)), None)
    );
    let mut given_up = table.clone();
    given_up.stand(seat(1)).unwrap();
    given_up.end_wait();
    assert_eq!(
        (given_up.shooter(), given_up.waits_for()),
        (Some(seat(2)), None)
    );
    // A roll is the end of waiting; on the come-out nobody waits.
    table.roll(dice(3, 4));
    assert_eq!((table.shooter(), table.waits_for()), (Some(seat(2)), None));
    table.stand(seat(2)).unwrap();
    assert_eq!((table.shooter(), table.waits_for()), (Some(seat(1)), None));
}

#[test]
fn an_empty_table_waits_for_nobody() {
    let mut table = alone(TableRules {
        shooter_leaves: ShooterLeaves::BetsWait,
        ..open_rules()
    });
    table.roll(dice(2, 2));
    table.stand(seat(0)).unwrap();
    assert_eq!((table.shooter(), table.waits_for()), (None, None));
    table.sit(seat(1)).unwrap();
    assert_eq!(table.shooter(), Some(seat(1)));

    let mut table = three(ShooterLeaves::BetsWait);
    for number in [0, 1, 2] {
        table.stand(seat(number)).unwrap();
    }
    assert_eq!((table.shooter(), table.waits_for()), (None, None));
}

#[test]
fn rules_are_valid_up_to_their_bounds_and_no_further() {
    type Change = fn(&mut TableRules);
    let valid: [(&str, Change); 11] = [
        ("one amount", |it| {
            (it.min_bet, it.max_bet) = (it.side_bet_max, it.side_bet_max);
        }),
        ("largest bet", |it| it.max_bet = Chips::new(BET_MAX)),
        ("side bets of one", |it| it.side_bet_max = Chips::new(1)),
        ("field of 3", |it| (it.field_2, it.field_12) = (3, 3)),
        ("rate", |it| it.vig_rate = Ratio::new(999, 1_000)),
        ("no rate", |it| {
            it.yes_no_next_commission = Ratio::new(0, 1);
        }),
        ("vig_min", |it| it.vig_min = Chips::new(BET_MAX)),
        ("no vig_min", |it| it.vig_min = Chips::ZERO),
        ("dearest fire", |it| it.fire.six = PRICE_MAX),
        ("cheapest hop", |it| it.hops.easy = 1),
        ("cheapest yo", |it| it.singles.easy = SINGLE_PRICE_MIN),
    ];
    for (what, change) in valid {
        let mut rules = open_rules();
        change(&mut rules);
        assert_eq!(rules.validate(), Ok(()), "{what}");
    }
    let invalid: [(&str, Change); 17] = [
        ("no least bet", |it| it.min_bet = Chips::ZERO),
        ("least above largest", |it| it.min_bet = Chips::new(10_001)),
        ("largest bet", |it| it.max_bet = Chips::new(BET_MAX + 1)),
        ("no side bets", |it| it.side_bet_max = Chips::ZERO),
        ("side above largest", |it| {
            it.side_bet_max = Chips::new(10_001);
        }),
        ("field 2 of 1", |it| it.field_2 = 1),
        ("field 12 of 4", |it| it.field_12 = 4),
        ("all of it", |it| it.vig_rate = Ratio::new(20, 20)),
        ("too fine", |it| it.vig_rate = Ratio::new(1, 1_001)),
        ("nothing's part", |it| {
            it.yes_no_next_commission = Ratio::new(1, 0);
        }),
        ("vig_min", |it| it.vig_min = Chips::new(BET_MAX + 1)),
        ("free fire", |it| it.fire.five = 0),
        ("fire too dear", |it| it.fire.four = PRICE_MAX + 1),
        ("small too dear", |it| it.ats.small = PRICE_MAX + 1),
        ("free tall", |it| it.ats.tall = 0),
        ("free hop", |it| it.hops.hard = 0),
        ("yo too cheap", |it| {
            it.singles.easy = SINGLE_PRICE_MIN - 1;
        }),
    ];
    for (what, change) in invalid {
        let mut rules = open_rules();
        change(&mut rules);
        assert!(rules.validate().is_err(), "{what}");
        assert!(Table::new(rules).is_err(), "{what}");
    }
}

#[test]
fn a_house_that_stops_waiting_gives_the_dice_to_the_next_player_at_once() {
    let mut table = three(ShooterLeaves::BetsWait);
    table.stand(seat(0)).unwrap();
    let mut raised = table.rules().clone();
    raised.max_bet = Chips::new(20_000);
    table.change_rules(raised.clone()).unwrap();
    assert_eq!(table.waits_for(), Some(seat(0)), "another change");
    raised.shooter_leaves = ShooterLeaves::DicePassOn;
    table.change_rules(raised).unwrap();
    assert_eq!((table.shooter(), table.waits_for()), (Some(seat(1)), None));
}
