//! What a table tells of its bets before a roll: quotes, outlooks, and what side bets have.

use super::{Solo, dice, key, played, seat};
use crate::craps::catalogue::Window;
use crate::craps::{BetState, Refusal};

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
fn a_table_tells_its_last_roll_and_what_each_bet_does_on_the_next() {
    let solo = played("pass 10, hard_6 5, lay_4 20, 4-4, come 5, dont_come 5, field 1, place_5 5");
    let told = |solo: &Solo, bet: &str| {
        let (state, works) = (
            solo.table.state_of(seat(0), key(bet)),
            solo.table.is_working(seat(0), key(bet)),
        );
        assert_eq!(works, state.is_some_and(|it| it != BetState::Off), "{bet}");
        state
    };
    assert_eq!(told(&solo, "pass"), Some(BetState::Contract));
    for bet in ["hard_6", "lay_4", "place_5"] {
        assert_eq!(told(&solo, bet), Some(BetState::Works), "{bet}");
    }
    for bet in ["come", "dont_come", "field"] {
        assert_eq!(told(&solo, bet), Some(BetState::NextRoll), "{bet}");
    }
    assert_eq!(told(&solo, "place_6"), None);
    assert_eq!(solo.table.last_dice(), Some(dice(4, 4)));
    let mut solo = solo;
    solo.roll(6, 3);
    assert_eq!(told(&solo, "come@9"), Some(BetState::Contract));
    assert_eq!(told(&solo, "dont_come@9"), Some(BetState::Works));
    solo.roll(5, 3);
    for bet in ["hard_6", "place_5"] {
        assert_eq!(told(&solo, bet), Some(BetState::Off), "{bet}");
    }
    assert_eq!(told(&solo, "lay_4"), Some(BetState::Works));
    assert_eq!(solo.table.last_dice(), Some(dice(5, 3)));
}
