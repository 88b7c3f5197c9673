//! Coming back: the unsent slip and what was settled since are there after any end.

use std::fs;

use rustix::process::Signal;

use crate::player::{Home, Player};

/// A table that takes 250 on the pass line, and a player who pressed for 300: 200 stand, and the last
/// hundred waits with 50 offered. Returns once that is on disk.
fn with_a_bet_that_waits(home: &Home) -> Player {
    let mut player = home.play();
    player.terminal.send("++ppp");
    player.terminal.wait("the last hundred to wait", |screen| {
        let header = crate::player::Header::read(screen)?;
        (header.at_risk == 200).then_some(())
    });
    let file = home.data("slip.json");
    player.terminal.wait("the slip on disk", |_| {
        let text = fs::read_to_string(&file).ok()?;
        text.contains(r#"{"bet":"pass","chips":100,"sent":false,"refused":true"#)
            .then_some(())
    });
    player
}

fn home() -> Home {
    Home::new()
        .set("BITCRAPS_TABLE_BOTS", "0")
        .set("BITCRAPS_TABLE_MAX_BET", "250")
}

#[test]
fn the_unsent_slip_is_there_after_a_kill_and_one_key_sends_it() {
    let home = home();
    let mut player = with_a_bet_that_waits(&home);
    let before = player.header();
    assert_eq!(before.at_risk, 200);
    player.terminal.signal(Signal::KILL);
    assert_eq!(player.terminal.end().signal.as_deref(), Some("Killed"));

    let mut player = home.play();
    player
        .terminal
        .wait_for("1 bet that the table did not take waits in your slip.");
    assert_eq!(player.header(), before, "nothing went out by itself");
    player.terminal.send("\r");
    player
        .terminal
        .wait("the offered chips to stand", |screen| {
            let header = crate::player::Header::read(screen)?;
            (header.at_risk == 250).then_some(())
        });
    // It is on the table now, so the next start has nothing to keep.
    player.terminal.signal(Signal::TERM);
    assert!(player.terminal.end().code == 0);
    let text = fs::read_to_string(home.data("slip.json")).unwrap();
    assert!(text.contains(r#""bets":[]"#), "{text}");
}

#[test]
fn what_was_rolled_since_is_summed_and_a_damaged_slip_stops_nothing() {
    let home = home();
    let mut player = home.play();
    player.line_bet();
    player.roll();
    player.terminal.signal(Signal::TERM);
    assert!(player.terminal.end().code == 0);
    let before = home.rolls().len();
    let bot = [
        "bot",
        "--host",
        "--strategy",
        "field",
        "--rolls",
        "3",
        "--seed",
        "1",
    ];
    let (code, out, err) = home.run(&bot);
    assert_eq!(code, 0, "{out}{err}");
    let since: i64 = home.rolls()[before..].iter().map(|roll| roll.net).sum();
    let player = home.play();
    let said = match since {
        1.. => format!("you won {since}."),
        0 => "even.".to_owned(),
        _ => format!("you lost {}.", -since),
    };
    let said = format!("3 rolls since you were here: {said}");
    let mut terminal = player.terminal;
    terminal.wait_for(&said);
    terminal.signal(Signal::KILL);
    terminal.end();

    home.save("data/slip.json", b"{\"version\":1,\"tab");
    let mut terminal = home.client(&["--practice", "--reduced-motion"]);
    terminal.wait_for("The slip of last time can't be read");
    let mut player = Player::sit(terminal);
    let aside = fs::read(home.data("slip.json.set-aside")).unwrap();
    assert_eq!(aside, b"{\"version\":1,\"tab");
    player.terminal.signal(Signal::TERM);
    assert!(player.terminal.end().code == 0);
}
