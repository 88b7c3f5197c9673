//! Players, windows, contracts, flags and limits (rule book, sections 3 to 5).

use super::{Solo, balance_after, dice, key, open_rules, place, played, seat};
use crate::craps::catalogue::{Phases, Window};
use crate::craps::{
    Action, Barred, BetState, Dice, OddsLimit, Outcome, Phase, Puck, Refusal, Stood, Table,
    TableRules, VigTiming, WorkingFlag,
};

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
fn the_outlook_counts_every_roll_once_and_nets_what_the_roll_then_does() {
    let script = "pass 10, 3-3, pass_odds 20, place_6 12, come 5, hard_6 2, hop_2_4 1, dont_come 3";
    let outlook = played(script).table.outlook(seat(0));
    let ways: u32 = outlook.rows.iter().map(|row| row.rolls.ways()).sum();
    assert_eq!(ways, 36);
    let sixes: Vec<_> = outlook.rows.iter().filter(|row| row.total == 6).collect();
    assert_eq!(sixes.len(), 3, "hard, 2-4, and the other easy way differ");
    for row in &outlook.rows {
        for roll in row.rolls.iter() {
            let mut solo = played(script);
            let worth = |solo: &Solo| solo.balance + solo.table.at_risk(seat(0)).get();
            let before = worth(&solo);
            let result = solo.roll(roll.a(), roll.b());
            assert_eq!(result.seats[0].decisions, row.decisions);
            assert_eq!(
                worth(&solo).cast_signed() - before.cast_signed(),
                row.net,
                "{roll}"
            );
        }
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
fn hand_long_bets_show_what_they_have() {
    let solo = played("ats_all 5, hot_roller 5, fire 5, ride_line 5, 1-3, 2-2, 1-1, 5-6");
    let shown = |bet: &str| {
        let collected = solo
            .table
            .bet(seat(0), key(bet))
            .unwrap()
            .collected(key(bet).bet());
        collected.map(|it| (it.score, it.numbers))
    };
    assert_eq!(shown("ats_all"), Some((3, vec![2, 4, 11])));
    assert_eq!(shown("hot_roller"), Some((1, vec![4])));
    assert_eq!(shown("fire"), Some((1, vec![4])));
    assert_eq!(shown("ride_line"), Some((2, vec![])));
    assert_eq!(
        solo.table.quote(seat(0), key("fire")).available,
        Err(Refusal::WindowClosed {
            window: Window::NewHand,
        })
    );
}

#[test]
fn a_quote_names_the_room_that_is_left_and_why_there_is_none() {
    let solo = played("pass 10, 4-4, pass_odds 20");
    let quote = solo.table.quote(seat(0), key("pass_odds"));
    assert_eq!(
        (quote.standing.get(), quote.most.get(), &quote.available),
        (20, 30, &Ok(()))
    );
    assert_eq!(quote.pays[0].price.to_string(), "6:5");
    assert_eq!(quote.edge.percent, "0.0000");
    let quote = solo.table.quote(seat(0), key("horn"));
    assert_eq!((quote.least.get(), quote.most.get()), (4, 10_000));
    let quote = solo.table.quote(seat(0), key("dont_pass_odds"));
    let flat = key("dont_pass");
    assert_eq!(
        (quote.most.get(), quote.available),
        (0, Err(Refusal::NoFlatBet { flat }))
    );
    assert_eq!(
        solo.table.quote(seat(3), key("field")).available,
        Err(Refusal::NotSeated)
    );
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
