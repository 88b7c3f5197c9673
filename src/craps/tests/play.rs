//! Windows, contracts, flags and limits of bets, and what they come to (rule book, sections 4 to 6).

use super::{Solo, balance_after, dice, key, open_rules, place, played, seat};
use crate::craps::catalogue::{Phases, Window};
use crate::craps::{
    Action, Barred, BetState, Dice, OddsLimit, Outcome, Phase, Puck, Refusal, ShooterLeaves, Table,
    TableRules, WorkingFlag,
};
use crate::ledger::Chips;

#[test]
fn a_new_come_bet_takes_the_place_of_the_one_that_just_won() {
    let mut solo = played("4-4, come 10, 3-3, come 20");
    let result = solo.roll(5, 1);
    let outcomes: Vec<_> = result.seats[0]
        .decisions
        .iter()
        .map(|it| it.outcome)
        .collect();
    let to = crate::craps::BoxNumber::Six;
    assert_eq!(
        outcomes,
        [
            Outcome::Win {
                pays: Chips::new(10)
            },
            Outcome::Moved { to }
        ]
    );
    assert_eq!((solo.balance, solo.stake("come@6")), (990, 20));
}

#[test]
fn side_bets_can_be_made_only_in_their_window() {
    let at = |script: &str, bet: &str| played(script).place(bet, 5).err();
    let closed = |window| Some(Refusal::WindowClosed { window });
    let (hand, seven) = (Window::NewHand, Window::NewHandOrAfterSeven);
    assert_eq!(at("pass 1", "fire"), None);
    assert_eq!(at("1-2", "fire"), closed(hand));
    assert_eq!(at("3-4", "fire"), closed(hand));
    assert_eq!(at("4-4, 3-4", "fire"), None);
    assert_eq!(at("3-4", "ats_all"), None);
    assert_eq!(at("3-4, 1-2", "ats_all"), closed(seven));
    assert_eq!(at("4-4, 4-4", "ats_all"), closed(seven));
    let (now, allowed) = (Phase::Point, Phases::ComeOut);
    assert_eq!(
        at("4-4", "ats_all"),
        Some(Refusal::WrongPhase { now, allowed })
    );
    assert_eq!(at("1-2", "muggsy"), None);
}

#[test]
fn a_side_bet_is_a_contract_from_its_first_roll_also_on_a_come_out() {
    let mut solo = played("seven_point 5, ats_small 5");
    solo.reduce("ats_small", 2).unwrap();
    solo.roll(3, 4);
    assert_eq!(solo.place("seven_point", 5), Err(Refusal::Contract));
    assert_eq!(solo.take_down("seven_point"), Err(Refusal::Contract));
    assert_eq!(solo.roll(4, 4).seats[0].credit.get(), 40);
}

#[test]
fn light_flat_bets_become_contracts_and_dark_ones_may_come_down_with_their_odds() {
    let mut solo = played("pass 10, dont_pass 10, 4-4, come 10, dont_come 10");
    for refused in ["pass", "dont_pass"] {
        let (now, allowed) = (Phase::Point, Phases::ComeOut);
        let refusal = solo.place(refused, 1).unwrap_err();
        assert_eq!(refusal, Refusal::WrongPhase { now, allowed });
    }
    assert_eq!(solo.take_down("pass"), Err(Refusal::Contract));
    assert_eq!(
        solo.call("pass", WorkingFlag::Off),
        Err(Refusal::AlwaysWorks)
    );
    solo.reduce("come", 4).unwrap();
    solo.roll(4, 5);
    assert_eq!(solo.reduce("come@9", 1), Err(Refusal::Contract));
    assert_eq!(solo.place("dont_come@9", 1), Err(Refusal::OnlyByDice));
    solo.place("dont_come_odds@9", 60).unwrap();
    solo.place("dont_pass_odds", 60).unwrap();
    let before = solo.balance;
    solo.reduce("dont_pass", 5).unwrap();
    assert_eq!(
        (solo.stake("dont_pass_odds"), solo.balance),
        (30, before + 5 + 30)
    );
    solo.take_down("dont_come@9").unwrap();
    assert_eq!(
        (solo.stake("dont_come_odds@9"), solo.balance),
        (0, before + 5 + 30 + 10 + 60)
    );
}

#[test]
fn odds_switched_off_in_the_point_phase_come_back_with_their_flat_bet() {
    assert_eq!(
        balance_after("pass 10, 4-4, pass_odds 20, -pass_odds, 5-3"),
        1010
    );
    assert_eq!(
        balance_after("pass 10, 4-4, pass_odds 20, -pass_odds, 3-4"),
        990
    );
}

#[test]
fn a_flag_lasts_until_it_is_changed_or_the_bet_is_gone() {
    let mut solo = played("4-4, hard_6 10, -hard_6, 1-5");
    assert_eq!((solo.balance, solo.stake("hard_6")), (990, 10));
    solo.call("hard_6", WorkingFlag::Default).unwrap();
    assert_eq!(
        solo.table.state_of(seat(0), key("hard_6")),
        Some(BetState::Works)
    );
    solo.roll(4, 4);
    assert_eq!(
        solo.table.state_of(seat(0), key("hard_6")),
        Some(BetState::Off)
    );
    assert_eq!(
        solo.call("hard_8", WorkingFlag::On),
        Err(Refusal::NoSuchBet)
    );
}

#[test]
fn stakes_stay_within_the_limits_of_table_and_family() {
    let rules = TableRules {
        min_bet: Chips::new(5),
        max_bet: Chips::new(100),
        side_bet_max: Chips::new(25),
        ..open_rules()
    };
    let mut solo = Solo::new(rules);
    let chips = Chips::new;
    let below = |stake| {
        Err(Refusal::BelowMinimum {
            stake: chips(stake),
            least: chips(5),
        })
    };
    let above = |stake, most| {
        Err(Refusal::AboveMaximum {
            stake: chips(stake),
            most: chips(most),
        })
    };
    assert_eq!(solo.place("pass", 4), below(4));
    assert_eq!(solo.place("pass", 0), Err(Refusal::ZeroAmount));
    assert_eq!(solo.place("fire", 26), above(26, 25));
    assert_eq!(solo.place("pass", u64::MAX), above(u64::MAX, 100));
    for (bet, amount) in [
        ("pass", 100),
        ("hop_1_2", 1),
        ("hard_6", 1),
        ("yes_6", 1),
        ("fire", 1),
    ] {
        solo.place(bet, amount).unwrap();
    }
    assert_eq!(solo.place("pass", 1), above(101, 100));
    assert_eq!(solo.reduce("pass", 96), below(4));
    assert_eq!(
        solo.reduce("pass", 100),
        Err(Refusal::ReduceTooMuch { stake: chips(100) })
    );
    solo.roll(4, 4);
    solo.place("pass_odds", 500).unwrap();
    let need = Refusal::Insufficient {
        have: chips(solo.balance),
        need: chips(100),
    };
    solo.place("come", 100).unwrap();
    solo.place("place_5", 100).unwrap();
    solo.place("place_6", 100).unwrap();
    assert!(
        matches!(
            solo.place("place_8", 100),
            Err(Refusal::Insufficient { .. })
        ),
        "{need:?}"
    );
}

#[test]
fn a_slip_is_taken_as_a_whole_or_not_at_all() {
    let mut table = Table::new(open_rules()).unwrap();
    table.sit(seat(0)).unwrap();
    let take_down = Action::TakeDown {
        bet: key("place_6"),
    };
    table
        .act(seat(0), &place("place_6", 60), Chips::new(60))
        .unwrap();
    let before = table.clone();
    let too_much = [take_down, place("place_8", 60), place("field", 1)];
    let refusal = Refusal::Insufficient {
        have: Chips::ZERO,
        need: Chips::new(1),
    };
    assert_eq!(
        table.act_all(seat(0), &too_much, Chips::ZERO),
        Err((2, refusal))
    );
    assert_eq!(table, before);
    let flow = table.act_all(seat(0), &too_much[..2], Chips::ZERO).unwrap();
    assert_eq!((flow.paid, flow.returned), (Chips::new(60), Chips::new(60)));
}

#[test]
fn rules_change_only_as_far_as_standing_bets_stay_legal() {
    let mut solo = played("pass 10, 4-4, pass_odds 50");
    let changed = |change: fn(&mut TableRules)| {
        let mut rules = open_rules();
        change(&mut rules);
        rules
    };
    let stands = |bet: &str| {
        Err(Refusal::BetStands {
            seat: seat(0),
            bet: key(bet),
        })
    };
    let table = &mut solo.table;
    assert_eq!(
        table.change_rules(changed(|it| it.min_bet = Chips::new(11))),
        stands("pass")
    );
    assert_eq!(
        table.change_rules(changed(|it| it.odds = OddsLimit::Two)),
        stands("pass_odds")
    );
    assert_eq!(
        table.change_rules(changed(|it| it.field_12 = 3)),
        stands("pass")
    );
    assert_eq!(
        table.change_rules(changed(|it| it.min_bet = Chips::ZERO)),
        Err(Refusal::InvalidRules)
    );
    assert_eq!(table.rules(), &open_rules());
    assert_eq!(
        table.change_rules(changed(|it| it.max_bet = Chips::new(20_000))),
        Ok(())
    );
}

#[test]
fn limits_odds_offers_and_what_a_shooter_needs_may_change_while_bets_stand() {
    let changes: [fn(&mut TableRules); 8] = [
        |rules| rules.min_bet = Chips::new(5),
        |rules| rules.max_bet = Chips::new(500),
        |rules| rules.side_bet_max = Chips::new(50),
        |rules| rules.odds = OddsLimit::Hundred,
        |rules| rules.shooter_needs_line_bet = true,
        |rules| rules.offered.remove(key("field").bet()),
        |rules| rules.raise_pass = true,
        |rules| rules.shooter_leaves = ShooterLeaves::BetsWait,
    ];
    for (place, change) in changes.iter().enumerate() {
        let mut solo = played("pass 10, 4-4, pass_odds 50");
        let mut rules = TableRules {
            side_bet_max: Chips::new(100),
            ..open_rules()
        };
        solo.table.change_rules(rules.clone()).unwrap();
        change(&mut rules);
        assert_ne!(solo.table.rules(), &rules, "{place}");
        assert_eq!(solo.table.change_rules(rules.clone()), Ok(()), "{place}");
        assert_eq!(solo.table.rules(), &rules, "{place}");
    }
}

#[test]
fn a_point_made_more_often_than_the_dearest_price_asks_still_pays_that_price() {
    for times in [3, 4, 5, 8, 9] {
        let points = ", 2-2, 1-3".repeat(times);
        let balance = balance_after(&format!("replay 1{points}, 5-5, 3-4"));
        let pays = if times == 3 { 120 } else { 1000 };
        assert_eq!(balance, 1000 + pays, "{times} times");
    }
}

#[test]
fn the_barred_two_pushes_and_the_twelve_wins() {
    for (a, b, balance) in [(1, 1, 1000), (6, 6, 1010)] {
        let mut solo = Solo::new(TableRules {
            bar: Barred::Two,
            ..open_rules()
        });
        solo.place("dont_pass", 10).unwrap();
        solo.roll(a, b);
        assert_eq!(solo.balance, balance);
    }
}

#[test]
fn a_hand_long_bet_with_a_score_that_pays_nothing_is_a_tie() {
    let mut solo = played("ride_line 5, 3-4, 5-6, 4-4");
    let result = solo.roll(3, 4);
    let outcomes: Vec<_> = result.seats[0]
        .decisions
        .iter()
        .map(|it| it.outcome)
        .collect();
    assert_eq!((outcomes, solo.balance), (vec![Outcome::Push], 1000));
}

#[test]
fn results_are_the_same_whether_buffers_are_new_or_used() {
    let (mut one, mut other) = (played("pass 10"), played("pass 10"));
    let mut result = crate::craps::RollResult::empty(dice(1, 1));
    for roll in [(4, 4), (3, 3), (2, 6), (1, 1)] {
        let roll = Dice::new(roll.0, roll.1).unwrap();
        one.table.roll_into(roll, &mut result);
        assert_eq!(other.table.roll(roll), result);
    }
    assert_eq!(one.table.puck(), Puck::Off);
}
