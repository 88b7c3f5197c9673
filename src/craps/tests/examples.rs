//! The worked examples of the rule book, section 10, by their number there.

use super::{Refusal, balance_after, played};

#[test]
fn worked_examples_come_out_as_the_rule_book_says() {
    let examples = [
        (1, "pass 10, 3-4", 1010),
        (1, "pass 10, 1-2", 990),
        (2, "pass 10, 4-4, pass_odds 50, 5-3", 1070),
        (3, "dont_pass 10, 6-6", 1000),
        (3, "dont_pass 10, 2-2, dont_pass_odds 60, 6-1", 1040),
        (4, "3-3, come 10, 5-4, come_odds@9 20, 4-2, 2-5", 990),
        (
            4,
            "3-3, come 10, 5-4, come_odds@9 20, 4-2, +come_odds@9, 2-5",
            970,
        ),
        (4, "3-3, come 10, 5-4, come_odds@9 20, 4-2, 6-3", 1010),
        (
            4,
            "3-3, come 10, 5-4, come_odds@9 20, 4-2, +come_odds@9, 6-3",
            1040,
        ),
        (5, "pass 5, 3-3, come 10, 3-4", 1005),
        (6, "4-4, place_6 10, 5-1", 1001),
        (6, "4-4, place_6 12, 5-1, !place_6", 1014),
        (7, "5-5, buy_4 25, 1-3, !buy_4", 1049),
        (7, "5-5, buy_4 10, 1-3, !buy_4", 1019),
        (8, "lay_4 41, 3-4", 1019),
        (9, "hard_6 10, 3-4, !hard_6", 1000),
        (9, "hard_6 10, +hard_6, 3-4", 990),
        (10, "horn 8, 5-6", 1024),
        (10, "horn 8, 1-1", 1054),
        (10, "world 5, 6-1", 1000),
        (11, "place_6 12, 3-4, 1-5, !place_6", 1000),
        (11, "place_6 12, 3-4, 1-5, 2-4, !place_6", 1014),
        (12, "ats_small 5, 1-1, 1-2, 1-3, 6-6, 1-4, 2-4", 1150),
        (
            13,
            "fire 5, 2-2, 1-3, 1-3, 1-3, 1-4, 2-3, 1-5, 3-3, 2-6, 4-4, 4-5, 1-6",
            1120,
        ),
        (14, "4-4, yes_6 100, 3-3", 1117),
        (14, "no_3 100, 3-4", 1032),
    ];
    for (number, script, balance) in examples {
        assert_eq!(balance_after(script), balance, "example {number}: {script}");
    }
}

#[test]
fn odds_and_stake_multiples_are_refused_with_what_is_allowed() {
    let mut solo = played("pass 10, 4-4");
    let refusal = solo.place("pass_odds", 51).unwrap_err();
    assert!(
        matches!(refusal, Refusal::OddsLimit { most, .. } if most.get() == 50),
        "{refusal:?}"
    );
    let refusal = solo.place("horn", 6).unwrap_err();
    let Refusal::StakeMultiple {
        nearest,
        multiple: 4,
        ..
    } = refusal
    else {
        panic!("{refusal:?}")
    };
    assert_eq!((nearest.0.get(), nearest.1.get()), (4, 8));
}
