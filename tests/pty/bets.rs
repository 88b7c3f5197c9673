//! Bets that can't be: each is refused in words that say what would work, and costs nothing.

use crate::player::{Books, Home, Player};

/// Presses keys, and waits for the words that refuse them; the money is as before.
fn refused(home: &Home, player: &mut Player, keys: &str, words: &str) {
    let header = player.header();
    refused_in_dialog(home, player, keys, words);
    assert_eq!(player.header(), header, "{keys:?}");
}

/// A dialog may lie over the header.
fn refused_in_dialog(home: &Home, player: &mut Player, keys: &str, words: &str) {
    let books = home.books();
    player.terminal.send(keys);
    player.terminal.wait_for(words);
    assert_eq!(home.books(), books, "{keys:?}");
}

#[test]
fn bets_of_nothing_too_much_or_at_the_wrong_time_are_refused_and_cost_nothing() {
    let home = Home::new().set("BITCRAPS_TABLE_BOTS", "0");
    let mut player = home.play();
    let no = |player: &mut Player, keys, words| refused(&home, player, keys, words);
    let no_rule = |player: &mut Player, keys, words| refused_in_dialog(&home, player, keys, words);
    // Nothing and less than nothing.
    no(&mut player, "---", "1 is the smallest unit");
    no_rule(
        &mut player,
        "C\x7f\x7f-",
        "Chips are whole numbers. Type digits alone, 1 or more",
    );
    no_rule(
        &mut player,
        "\r",
        "Smallest bet is a whole number of 1 to 500",
    );
    no_rule(
        &mut player,
        "\x7f0\r",
        "Smallest bet is a whole number of 1 to 500",
    );
    no_rule(
        &mut player,
        "99999999999999999999",
        "An amount has at most 10 digits",
    );
    no_rule(&mut player, "\r", "is above the largest of 500");
    player.terminal.send("\x1b");
    player.terminal.wait("the rules to close", |screen| {
        (!screen.contents().contains("Rules of this table")).then_some(())
    });
    // Too early.
    no(
        &mut player,
        "r",
        "The dice roll when a bet would see them, and nobody has one. Pass makes one [p].",
    );
    no(&mut player, "c", "Come is for when a point is on");
    no(&mut player, "o", "Odds");
    // Over the limit: what fits is kept, and only the press beyond it is refused.
    player.terminal.send("++++pppppp");
    player.terminal.wait_for("stops at 500, and this makes 600");
    player.terminal.send("\t");
    player.terminal.wait_for("Pass line 500: confirmed");
    // Too late.
    player.line_bet();
    while player.header().point.is_none() {
        player.roll();
        player.line_bet();
    }
    no(
        &mut player,
        "p",
        "Pass line is for the come-out, and the point is",
    );
    let before = player.header();
    player.roll();
    assert_eq!(player.header().roll, before.roll + 1);
}

#[test]
fn a_bet_over_the_balance_is_refused_and_what_there_is_can_be_bet() {
    let home = Home::new()
        .set("BITCRAPS_TABLE_BOTS", "0")
        .set("BITCRAPS_TABLE_MAX_BET", "20000");
    let mut player = home.play();
    let keys = format!("++{}", "p".repeat(101));
    let words = "takes 100 more, and you have 0. A smaller unit costs less";
    player.terminal.send(&keys);
    player.terminal.wait_for(words);
    player.terminal.send("\t");
    player.terminal.wait_for("Pass line 10,000: confirmed");
    let Books {
        balance, at_risk, ..
    } = home.books();
    assert_eq!((balance, at_risk), (0, 10_000));
}
