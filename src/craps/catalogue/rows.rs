//! The rows of the catalogue, in the order of the rule book.

use super::build::{
    COME, DONT_COME, DONT_PASS, FREE, MIDWAY_EASY, MIDWAY_HARD, OFF_AT_COME_OUT, PASS, POINT_ODDS,
    big, buy, double, easy, field, fixed, hand, hard, hop, lay, line, next, no, odds, on_easy,
    on_hard, on_next, place, place_lose, priced, prize, proposition, put, repeater, side_one_roll,
    then, two_rolls, until_seven, yes,
};
use super::{BetInfo, First, Notes, Prize, Side};
use crate::craps::price::Price;
use crate::craps::roll_set::RollSet;

macro_rules! behind {
    ($flat:literal) => {
        concat!(
            "Only behind an established ",
            $flat,
            " bet, within the odds limit; comes back to the player whenever the flat bet is \
             resolved while the odds are off, or is taken down."
        )
    };
}

/// All bets.
pub(super) static ROWS: [BetInfo; 140] = [
    line("pass", "Pass line", Side::Light, PASS).alias(&["pass_line"]),
    line("dont_pass", "Don't pass", Side::Dark, DONT_PASS)
        .alias(&["dont"])
        .note("After the point may be reduced or taken down, never increased or put back."),
    line("come", "Come", Side::Light, COME).note(
        "Until it moves to a number it may be changed freely. Flat part works on every \
             roll, come-out included.",
    ),
    line("dont_come", "Don't come", Side::Dark, DONT_COME)
        .note("Once on a number: reduce or take down at any time, never increase."),
    odds("pass_odds", "Odds on pass", Side::Light, POINT_ODDS)
        .exact(10)
        .note(behind!("pass")),
    odds(
        "dont_pass_odds",
        "Odds on don't pass",
        Side::Dark,
        POINT_ODDS,
    )
    .exact(6)
    .note(behind!("dont_pass")),
    odds("come_odds", "Odds on come", Side::Light, OFF_AT_COME_OUT)
        .exact(10)
        .note(behind!("come")),
    odds("dont_come_odds", "Odds on don't come", Side::Dark, FREE)
        .exact(6)
        .note(behind!("dont_come")),
    odds("put_odds", "Odds on put", Side::Light, OFF_AT_COME_OUT)
        .exact(10)
        .note(behind!("put")),
    place("place_4", "Place 4 to win", 4, 9, 5).exact(5),
    place("place_5", "Place 5 to win", 5, 7, 5).exact(5),
    place("place_6", "Place 6 to win", 6, 7, 6).exact(6),
    place("place_8", "Place 8 to win", 8, 7, 6).exact(6),
    place("place_9", "Place 9 to win", 9, 7, 5).exact(5),
    place("place_10", "Place 10 to win", 10, 9, 5).exact(5),
    buy("buy_4", "Buy 4", 4).exact(20),
    buy("buy_5", "Buy 5", 5).exact(20),
    buy("buy_6", "Buy 6", 6).exact(20),
    buy("buy_8", "Buy 8", 8).exact(20),
    buy("buy_9", "Buy 9", 9).exact(20),
    buy("buy_10", "Buy 10", 10).exact(20),
    lay("lay_4", "Lay 4", 4).exact(40),
    lay("lay_5", "Lay 5", 5).exact(30),
    lay("lay_6", "Lay 6", 6).exact(24),
    lay("lay_8", "Lay 8", 8).exact(24),
    lay("lay_9", "Lay 9", 9).exact(30),
    lay("lay_10", "Lay 10", 10).exact(40),
    place_lose("place_lose_4", "Place 4 to lose", 4, 5, 11)
        .exact(11)
        .optional(),
    place_lose("place_lose_5", "Place 5 to lose", 5, 5, 8)
        .exact(8)
        .optional(),
    place_lose("place_lose_6", "Place 6 to lose", 6, 4, 5)
        .exact(5)
        .optional(),
    place_lose("place_lose_8", "Place 8 to lose", 8, 4, 5)
        .exact(5)
        .optional(),
    place_lose("place_lose_9", "Place 9 to lose", 9, 5, 8)
        .exact(8)
        .optional(),
    place_lose("place_lose_10", "Place 10 to lose", 10, 5, 11)
        .exact(11)
        .optional(),
    put("put_4", "Put 4", 4),
    put("put_5", "Put 5", 5),
    put("put_6", "Put 6", 6),
    put("put_8", "Put 8", 8),
    put("put_9", "Put 9", 9),
    put("put_10", "Put 10", 10),
    big("big_6", "Big 6", 6),
    big("big_8", "Big 8", 8),
    hard("hard_4", "Hard 4", 2, 7),
    hard("hard_6", "Hard 6", 3, 9),
    hard("hard_8", "Hard 8", 4, 9),
    hard("hard_10", "Hard 10", 5, 7),
    field(
        "field",
        "Field",
        &[
            prize(&[3, 4, 9, 10, 11], 1, 1),
            priced(&[2], Price::Field2),
            priced(&[12], Price::Field12),
        ],
    )
    .note("12 pays 2:1 by default, 3:1 with field_12 = 3."),
    proposition("any_seven", "Any seven", &[prize(&[7], 4, 1)]).alias(&["big_red"]),
    proposition("any_craps", "Any craps", &[prize(&[2, 3, 12], 7, 1)]),
    proposition("aces", "Aces (2)", &[on_hard(&[2], 1, 1)]).alias(&["snake_eyes", "two"]),
    proposition("ace_deuce", "Ace-deuce (3)", &[on_easy(&[3], 1, 1)]).alias(&["three"]),
    proposition("yo", "Yo (11)", &[on_easy(&[11], 1, 1)]).alias(&["eleven"]),
    proposition("boxcars", "Boxcars (12)", &[on_hard(&[12], 1, 1)]).alias(&["midnight", "twelve"]),
    proposition(
        "c_and_e",
        "Craps and eleven (C&E)",
        &[prize(&[2, 3, 12], 3, 1), on_easy(&[11], 1, 2)],
    )
    .exact(2)
    .multiple(2),
    proposition(
        "horn",
        "Horn",
        &[on_hard(&[2, 12], 1, 4), on_easy(&[3, 11], 1, 4)],
    )
    .exact(4)
    .multiple(4),
    proposition(
        "horn_high_2",
        "Horn high 2",
        &[
            on_hard(&[2], 2, 5),
            on_easy(&[3], 1, 5),
            on_easy(&[11], 1, 5),
            on_hard(&[12], 1, 5),
        ],
    )
    .exact(5)
    .multiple(5),
    proposition(
        "horn_high_3",
        "Horn high 3",
        &[
            on_hard(&[2], 1, 5),
            on_easy(&[3], 2, 5),
            on_easy(&[11], 1, 5),
            on_hard(&[12], 1, 5),
        ],
    )
    .exact(5)
    .multiple(5),
    proposition(
        "horn_high_11",
        "Horn high 11",
        &[
            on_hard(&[2], 1, 5),
            on_easy(&[3], 1, 5),
            on_easy(&[11], 2, 5),
            on_hard(&[12], 1, 5),
        ],
    )
    .exact(5)
    .multiple(5),
    proposition(
        "horn_high_12",
        "Horn high 12",
        &[
            on_hard(&[2], 1, 5),
            on_easy(&[3], 1, 5),
            on_easy(&[11], 1, 5),
            on_hard(&[12], 2, 5),
        ],
    )
    .exact(5)
    .multiple(5),
    proposition(
        "world",
        "World (whirl)",
        &[on_hard(&[2, 12], 1, 5), on_easy(&[3, 11], 1, 5)],
    )
    .pushes(RollSet::SEVEN)
    .exact(5)
    .multiple(5)
    .alias(&["whirl"]),
    hop("hop_1_1", "Hop 1-1", &[double(1)]),
    hop("hop_1_2", "Hop 1-2", &[easy(1, 2)]),
    hop("hop_1_3", "Hop 1-3", &[easy(1, 3)]),
    hop("hop_1_4", "Hop 1-4", &[easy(1, 4)]),
    hop("hop_1_5", "Hop 1-5", &[easy(1, 5)]),
    hop("hop_1_6", "Hop 1-6", &[easy(1, 6)]),
    hop("hop_2_2", "Hop 2-2", &[double(2)]),
    hop("hop_2_3", "Hop 2-3", &[easy(2, 3)]),
    hop("hop_2_4", "Hop 2-4", &[easy(2, 4)]),
    hop("hop_2_5", "Hop 2-5", &[easy(2, 5)]),
    hop("hop_2_6", "Hop 2-6", &[easy(2, 6)]),
    hop("hop_3_3", "Hop 3-3", &[double(3)]),
    hop("hop_3_4", "Hop 3-4", &[easy(3, 4)]),
    hop("hop_3_5", "Hop 3-5", &[easy(3, 5)]),
    hop("hop_3_6", "Hop 3-6", &[easy(3, 6)]),
    hop("hop_4_4", "Hop 4-4", &[double(4)]),
    hop("hop_4_5", "Hop 4-5", &[easy(4, 5)]),
    hop("hop_4_6", "Hop 4-6", &[easy(4, 6)]),
    hop("hop_5_5", "Hop 5-5", &[double(5)]),
    hop("hop_5_6", "Hop 5-6", &[easy(5, 6)]),
    hop("hop_6_6", "Hop 6-6", &[double(6)]),
    yes("yes_2", "Yes 2 (2 before 7)", 2).exact(25),
    yes("yes_3", "Yes 3 (3 before 7)", 3).exact(50),
    yes("yes_4", "Yes 4 (4 before 7)", 4).exact(25),
    yes("yes_5", "Yes 5 (5 before 7)", 5).exact(100),
    yes("yes_6", "Yes 6 (6 before 7)", 6).exact(125),
    yes("yes_8", "Yes 8 (8 before 7)", 8).exact(125),
    yes("yes_9", "Yes 9 (9 before 7)", 9).exact(100),
    yes("yes_10", "Yes 10 (10 before 7)", 10).exact(25),
    yes("yes_11", "Yes 11 (11 before 7)", 11).exact(50),
    yes("yes_12", "Yes 12 (12 before 7)", 12).exact(25),
    no("no_2", "No 2 (7 before 2)", 2).exact(300),
    no("no_3", "No 3 (7 before 3)", 3).exact(150),
    no("no_4", "No 4 (7 before 4)", 4).exact(100),
    no("no_5", "No 5 (7 before 5)", 5).exact(75),
    no("no_6", "No 6 (7 before 6)", 6).exact(60),
    no("no_8", "No 8 (7 before 8)", 8).exact(60),
    no("no_9", "No 9 (7 before 9)", 9).exact(75),
    no("no_10", "No 10 (7 before 10)", 10).exact(100),
    no("no_11", "No 11 (7 before 11)", 11).exact(150),
    no("no_12", "No 12 (7 before 12)", 12).exact(300),
    next("next_2", "Next 2", 2, &[on_next(2)]).exact(10),
    next("next_3", "Next 3", 3, &[on_next(3)]).exact(50),
    next("next_4", "Next 4", 4, &[on_next(4)]).exact(50),
    next("next_5", "Next 5", 5, &[on_next(5)]).exact(25),
    next("next_6", "Next 6", 6, &[on_next(6)]).exact(250),
    next("next_7", "Next 7", 7, &[on_next(7)]).exact(10),
    next("next_8", "Next 8", 8, &[on_next(8)]).exact(250),
    next("next_9", "Next 9", 9, &[on_next(9)]).exact(25),
    next("next_10", "Next 10", 10, &[on_next(10)]).exact(50),
    next("next_11", "Next 11", 11, &[on_next(11)]).exact(50),
    next("next_12", "Next 12", 12, &[on_next(12)]).exact(10),
    hand(
        "fire",
        "Fire bet",
        Notes::DifferentPoints,
        &[(4, Price::Fire4), (5, Price::Fire5), (6, Price::Fire6)],
    )
    .at_once()
    .note("6 is paid at once; 4 and 5 at the seven-out; 0-3 lose at the seven-out."),
    until_seven(
        "ats_small",
        "Small (2-6)",
        Notes::Totals(&[2, 3, 4, 5, 6]),
        &[(5, Price::AtsSmall)],
    )
    .alias(&["bonus_small"]),
    until_seven(
        "ats_tall",
        "Tall (8-12)",
        Notes::Totals(&[8, 9, 10, 11, 12]),
        &[(5, Price::AtsTall)],
    )
    .alias(&["bonus_tall"]),
    until_seven(
        "ats_all",
        "All (2-12 but 7)",
        Notes::Totals(&[2, 3, 4, 5, 6, 8, 9, 10, 11, 12]),
        &[(10, Price::AtsAll)],
    )
    .alias(&["bonus_all", "make_em_all"]),
    repeater(
        "repeater_2",
        "Repeater 2 (2 times)",
        2,
        2,
        &[(2, fixed(40, 1))],
    ),
    repeater(
        "repeater_3",
        "Repeater 3 (3 times)",
        3,
        3,
        &[(3, fixed(50, 1))],
    ),
    repeater(
        "repeater_4",
        "Repeater 4 (4 times)",
        4,
        4,
        &[(4, fixed(65, 1))],
    ),
    repeater(
        "repeater_5",
        "Repeater 5 (5 times)",
        5,
        5,
        &[(5, fixed(80, 1))],
    ),
    repeater(
        "repeater_6",
        "Repeater 6 (6 times)",
        6,
        6,
        &[(6, fixed(90, 1))],
    ),
    repeater(
        "repeater_8",
        "Repeater 8 (6 times)",
        8,
        6,
        &[(6, fixed(90, 1))],
    ),
    repeater(
        "repeater_9",
        "Repeater 9 (5 times)",
        9,
        5,
        &[(5, fixed(80, 1))],
    ),
    repeater(
        "repeater_10",
        "Repeater 10 (4 times)",
        10,
        4,
        &[(4, fixed(65, 1))],
    ),
    repeater(
        "repeater_11",
        "Repeater 11 (3 times)",
        11,
        3,
        &[(3, fixed(50, 1))],
    ),
    repeater(
        "repeater_12",
        "Repeater 12 (2 times)",
        12,
        2,
        &[(2, fixed(40, 1))],
    ),
    until_seven(
        "hot_roller",
        "Hot roller",
        Notes::Pairs,
        &[
            (2, fixed(5, 1)),
            (3, fixed(10, 1)),
            (4, fixed(20, 1)),
            (5, fixed(50, 1)),
            (6, fixed(200, 1)),
        ],
    )
    .note("House pay table. 6 completed is paid at once, the rest at the seven."),
    until_seven(
        "twice_hard",
        "Twice hard",
        Notes::HardTwice,
        &[(1, fixed(15, 1))],
    )
    .note("House pay table."),
    hand(
        "ride_line",
        "Ride the line",
        Notes::PassWins { top: 11 },
        &[
            (2, fixed(0, 1)),
            (3, fixed(1, 1)),
            (4, fixed(2, 1)),
            (5, fixed(4, 1)),
            (6, fixed(6, 1)),
            (7, fixed(8, 1)),
            (8, fixed(15, 1)),
            (9, fixed(20, 1)),
            (10, fixed(25, 1)),
            (11, fixed(50, 1)),
        ],
    )
    .note("0 to 1 win loses, exactly 2 is a push (pays 0:1)."),
    two_rolls(
        "muggsy",
        "Muggsy's corner (7-point-7)",
        First::Wins(fixed(2, 1)),
        then(RollSet::SEVEN, 3),
    )
    .alias(&["seven_point_seven"]),
    hand(
        "replay",
        "Replay",
        Notes::SamePoint,
        &[
            (1, fixed(70, 1)),
            (2, fixed(95, 1)),
            (3, fixed(100, 1)),
            (4, fixed(120, 1)),
            (5, fixed(500, 1)),
            (6, fixed(1000, 1)),
        ],
    )
    .note("times 4 means four or more. The single best event is paid at the seven-out."),
    until_seven(
        "different_doubles",
        "Different doubles",
        Notes::Doubles,
        &[
            (3, fixed(4, 1)),
            (4, fixed(8, 1)),
            (5, fixed(15, 1)),
            (6, fixed(100, 1)),
        ],
    )
    .note("6 is paid at once, the rest at the seven."),
    hand(
        "hot_shooter",
        "Hot shooter jackpot",
        Notes::Rolls { top: 51 },
        &[
            (8, fixed(0, 1)),
            (16, fixed(2, 1)),
            (24, fixed(4, 1)),
            (32, fixed(6, 1)),
            (40, fixed(11, 1)),
            (45, fixed(29, 1)),
            (51, fixed(99, 1)),
        ],
    )
    .optional()
    .note("Counts the seven-out roll. 8-15 rolls is a push; 2-7 loses."),
    hand(
        "sharp_shooter",
        "Sharp shooter",
        Notes::Points { top: 10 },
        &[
            (3, fixed(6, 1)),
            (4, fixed(10, 1)),
            (5, fixed(20, 1)),
            (6, fixed(30, 1)),
            (7, fixed(60, 1)),
            (8, fixed(100, 1)),
            (9, fixed(200, 1)),
            (10, fixed(300, 1)),
        ],
    )
    .optional()
    .note("House pay table. Points made, repeats counted."),
    side_one_roll(
        "low_dice",
        "Low dice",
        &[prize(&[3, 4, 5, 6], 1, 1), prize(&[2], 5, 1)],
    )
    .optional(),
    side_one_roll(
        "high_dice",
        "High dice",
        &[prize(&[8, 9, 10, 11], 1, 1), prize(&[12], 5, 1)],
    )
    .optional(),
    side_one_roll("over_7", "Over 7", &[prize(&[8, 9, 10, 11, 12], 1, 1)]).optional(),
    side_one_roll("under_7", "Under 7", &[prize(&[2, 3, 4, 5, 6], 1, 1)]).optional(),
    side_one_roll(
        "midway",
        "Midway",
        &[
            Prize {
                on: MIDWAY_EASY,
                price: fixed(1, 1),
            },
            Prize {
                on: MIDWAY_HARD,
                price: fixed(2, 1),
            },
        ],
    )
    .optional(),
    two_rolls(
        "point_seven",
        "Point-7",
        First::Loses,
        then(RollSet::SEVEN, 7),
    )
    .optional(),
    two_rolls(
        "seven_point",
        "7-Point",
        then(RollSet::BOX, 7),
        First::Loses,
    )
    .optional(),
];
