//! What strategies bet, and when.

use super::{Strategy, repeated};
use crate::craps::{Action, BetKey, Dice, SeatNo, Table, TableRules};
use crate::ledger::Chips;

const SEAT: SeatNo = SeatNo::FIRST;

/// Plays the dice with a strategy and returns its actions before each roll and after the last.
fn played(strategy: Strategy, rolls: &[(u8, u8)]) -> Vec<Vec<String>> {
    let mut table = Table::new(TableRules::default()).unwrap();
    table.sit(SEAT).unwrap();
    let mut plans = Vec::new();
    let (purse, unit) = (Chips::new(10_000), Chips::new(10));
    for dice in rolls.iter().map(Some).chain([None]) {
        let plan = strategy.plan(&table, SEAT, purse, unit, &mut |_| 0);
        table.act_all(SEAT, &plan, purse).unwrap();
        plans.push(plan.iter().map(words).collect());
        if let Some((a, b)) = dice {
            table.roll(Dice::new(*a, *b).unwrap());
        }
    }
    plans
}

fn words(action: &Action) -> String {
    match action {
        Action::Place { bet, amount } => format!("{bet} {amount}"),
        Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => {
            format!("{action:?}")
        }
    }
}

#[test]
fn pass_odds_takes_five_times_odds_behind_a_six_and_nothing_twice() {
    assert_eq!(
        played(Strategy::PassOdds, &[(2, 4), (1, 2), (3, 3)]),
        [
            vec!["pass 10"],
            vec!["pass_odds 50"],
            vec![],
            vec!["pass 10"]
        ]
    );
}

/// On the come-out, with a point of 4, and after a 9.
#[test]
fn each_simple_strategy_bets_what_its_name_says() {
    for (strategy, come_out, point, after) in [
        (Strategy::Pass, "pass 10", "", ""),
        (Strategy::Dont, "dont_pass 10", "", ""),
        (Strategy::Come, "pass 10", "come 10", "come 10"),
        (
            Strategy::DontCome,
            "dont_pass 10",
            "dont_come 10",
            "dont_come 10",
        ),
        (Strategy::Place68, "pass 10", "place_6 12, place_8 12", ""),
        (
            Strategy::IronCross,
            "pass 10",
            "field 10, place_5 10, place_6 12, place_8 12",
            "field 10",
        ),
        (Strategy::Field, "field 10", "field 10", "field 10"),
        (
            Strategy::Hardways,
            "",
            "hard_4 10, hard_6 10, hard_8 10, hard_10 10",
            "",
        ),
        (
            Strategy::Inside,
            "",
            "place_5 10, place_6 12, place_8 12, place_9 10",
            "",
        ),
        (
            Strategy::Across,
            "",
            "place_4 10, place_5 10, place_6 12, place_8 12, place_9 10, place_10 10",
            "",
        ),
    ] {
        let plans = played(strategy, &[(2, 2), (4, 5)]);
        let plans: Vec<String> = plans.iter().map(|plan| plan.join(", ")).collect();
        assert_eq!(plans, [come_out, point, after], "{strategy:?}");
    }
}

#[test]
fn a_molly_has_three_numbers_with_odds_at_most() {
    assert_eq!(
        played(Strategy::ThreePointMolly, &[(2, 2), (2, 3), (4, 4), (4, 5)]),
        [
            vec!["pass 10"],
            vec!["pass_odds 30", "come 10"],
            vec!["come 10", "come_odds@5 40"],
            vec!["come_odds@8 50"],
            vec![],
        ]
    );
}

#[test]
fn placed_sixes_are_raised_to_the_stake_that_loses_no_fraction() {
    assert_eq!(
        played(Strategy::Place68, &[(4, 5)]),
        [vec!["pass 10"], vec!["place_6 12", "place_8 12"]]
    );
}

#[test]
fn the_dark_side_lays_six_times_and_keeps_a_bet_in_the_box() {
    assert_eq!(
        played(Strategy::DontOdds, &[(2, 2), (1, 1)]),
        [vec!["dont_pass 10"], vec!["dont_pass_odds 60"], vec![]]
    );
    assert_eq!(
        played(Strategy::DontCome, &[(2, 2), (2, 3), (3, 3)]),
        [
            ["dont_pass 10"],
            ["dont_come 10"],
            ["dont_come 10"],
            ["dont_come 10"]
        ]
    );
}

#[test]
fn the_bonus_is_bet_before_a_hand_and_after_a_come_out_seven() {
    let all = vec!["pass 10", "ats_small 10", "ats_tall 10", "ats_all 10"];
    assert_eq!(
        played(Strategy::Bonus, &[(3, 4), (2, 2), (1, 3), (3, 4)]),
        [all.clone(), all.clone(), vec![], vec!["pass 10"], all]
    );
}

#[test]
fn a_short_purse_takes_the_odds_it_can_pay() {
    let mut table = Table::new(TableRules::default()).unwrap();
    table.sit(SEAT).unwrap();
    let plan = |table: &Table, purse| {
        let (purse, unit) = (Chips::new(purse), Chips::new(10));
        Strategy::PassOdds.plan(table, SEAT, purse, unit, &mut |_| 0)
    };
    assert_eq!(plan(&table, 9), []);
    let pass = plan(&table, 17);
    table.act_all(SEAT, &pass, Chips::new(17)).unwrap();
    table.roll(Dice::new(3, 3).unwrap());
    let odds = plan(&table, 7);
    assert_eq!(odds.iter().map(words).collect::<Vec<_>>(), ["pass_odds 7"]);
}

#[test]
fn every_strategy_bets_and_plans_only_what_the_table_takes() {
    let rolls = [
        (2, 4),
        (4, 4),
        (5, 6),
        (3, 4),
        (1, 1),
        (6, 6),
        (3, 6),
        (4, 5),
        (1, 6),
    ];
    for strategy in Strategy::ALL {
        let bets = played(strategy, &rolls).concat().len();
        assert!(bets > 0, "{strategy} never bet");
    }
}

#[test]
fn a_random_bet_is_each_legal_bet_with_the_same_chance() {
    let mut table = Table::new(TableRules::default()).unwrap();
    table.sit(SEAT).unwrap();
    let mut asked = Vec::new();
    let chosen = |wanted: u64, asked: &mut Vec<u64>| {
        let mut random = |below| {
            asked.push(below);
            u64::from(below != wanted)
        };
        let purse = Chips::new(10_000);
        Strategy::Random.plan(&table, SEAT, purse, Chips::new(10), &mut random)
    };
    // The n-th legal bet is kept with chance 1/n, and every later one keeps it by not being drawn.
    let first = chosen(1, &mut asked);
    let count = u64::try_from(asked.len()).unwrap();
    assert_eq!(asked, (1..=count).collect::<Vec<_>>());
    assert!(count > 60, "{count} bets");
    let last = chosen(count, &mut asked);
    assert_eq!(words(&first[0]), "pass 10");
    assert_ne!(first, last);
}

#[test]
fn a_repeated_slip_tops_up_what_stands_and_counts_what_is_refused() {
    let mut table = Table::new(TableRules::default()).unwrap();
    table.sit(SEAT).unwrap();
    let bet = |id: &str, amount| (id.parse::<BetKey>().unwrap(), Chips::new(amount));
    let place = |(bet, amount)| Action::Place { bet, amount };
    table
        .act(SEAT, &place(bet("field", 4)), Chips::new(4))
        .unwrap();
    let slip = [
        bet("field", 10),
        bet("come", 5),
        bet("pass", 20),
        bet("yo", 50),
        bet("aces", 4),
    ];
    let (actions, left_out) = repeated(&table, SEAT, Chips::new(30), &slip);
    assert_eq!(
        actions.iter().map(words).collect::<Vec<_>>(),
        ["field 6", "pass 20", "aces 4"]
    );
    assert_eq!(left_out, 2);
}

#[test]
fn names_read_back_and_an_unknown_one_lists_all() {
    for strategy in Strategy::ALL {
        assert_eq!(strategy.name().parse(), Ok(strategy));
        let word = serde_json::to_value(strategy).unwrap();
        assert_eq!(word, strategy.name());
    }
    let error = "molly".parse::<Strategy>().unwrap_err().to_string();
    assert!(error.contains("three-point-molly"), "{error}");
}
