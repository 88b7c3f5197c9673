//! From the first start to a decided point, and back on another day.

use crate::player::{Header, Home, Player, Shown};

#[test]
fn a_first_start_leads_to_a_hand_that_the_second_start_goes_on_with() {
    let home = Home::new().set("BITCRAPS_PROOF_BITS", "12");
    let mut player = first_start(&home);
    let mut shown = Vec::new();
    loop {
        player.line_bet();
        let roll = player.roll();
        let point = shown.last().and_then(|last: &Shown| last.header.point);
        let is_decided = point.is_some() && roll.header.point.is_none();
        shown.push(roll);
        // What the screen shows is what scripts are told while it runs.
        let books = home.books();
        assert_eq!(
            (books.balance, books.at_risk),
            (roll.header.chips, roll.header.at_risk)
        );
        if is_decided {
            break;
        }
    }
    while player.header().point.is_none() {
        player.line_bet();
        shown.push(player.roll());
    }
    let rolls = home.rolls();
    let told: Vec<_> = rolls.iter().map(|roll| (roll.number, roll.dice)).collect();
    let seen: Vec<_> = shown.iter().map(|roll| (roll.number, roll.dice)).collect();
    assert_eq!(told, seen);
    for (roll, after) in rolls.iter().zip(&shown) {
        assert_eq!(roll.balance, after.header.chips, "{roll:?}");
    }
    let changed: i64 = rolls.iter().map(|roll| roll.net).sum();
    let last = player.header();
    let chips = i64::try_from(last.chips + last.at_risk).unwrap();
    assert_eq!(chips, 10_000 + changed);

    let left = quit_with_bets(&mut player);
    let mut again = home.play();
    assert_eq!(again.header(), left);
    assert_eq!(home.rolls(), rolls);
}

#[test]
fn making_an_identity_shows_how_far_it_is_and_can_be_given_up() {
    // More work than any machine does meanwhile.
    let home = Home::new().set("BITCRAPS_PROOF_BITS", "32");
    let mut terminal = home.client(&[]);
    let tried = |screen: &vt100::Screen| {
        let text = screen.contents();
        let (before, _) = text.split_once(" keys tried")?;
        let count = before.split_whitespace().next_back()?.replace(',', "");
        count.parse::<u64>().ok()
    };
    let first = terminal.wait("a count", |screen| tried(screen).filter(|count| *count > 0));
    terminal.wait("more tries", |screen| {
        tried(screen).filter(|count| *count > first)
    });
    terminal.press_until("\t", "the focus on quit", |screen| {
        screen.contents().contains(">[ Quit ]")
    });
    terminal.send("\r");
    let before = terminal.before();
    let end = terminal.end();
    assert_eq!((end.code, end.modes), (0, before), "{}", end.text);
    assert!(!home.data("identity.key").exists());
}

/// Chooses a name while the identity is being made, and takes a seat.
fn first_start(home: &Home) -> Player {
    let mut terminal = home.client(&["--reduced-motion"]);
    terminal.wait_for("Welcome");
    // A dialog that opened by itself takes no keys at first.
    terminal.press_until("\x7f", "an empty name", |screen| {
        screen.contents().contains("[ _ ")
    });
    terminal.send("ana");
    terminal.wait_for("[ ana_ ");
    terminal.wait_for("Your identity is made.");
    terminal.send("\r");
    let mut player = Player::sit(terminal);
    assert_eq!(
        player.header(),
        Header {
            point: None,
            roll: 1,
            chips: 10_000,
            at_risk: 0
        }
    );
    player
}

/// Quits, first staying after all, then for good; returns what the first row said.
fn quit_with_bets(player: &mut Player) -> Header {
    let header = player.header();
    assert!(header.at_risk > 0, "{header:?}");
    let terminal = &mut player.terminal;
    terminal.send("q");
    terminal.wait_for("Leave the seat and quit");
    terminal.wait_for("Leaving the seat: ");
    terminal.send("\x1b");
    terminal.wait("the dialog to close", |screen| {
        (!screen.contents().contains("Leave the seat")).then_some(())
    });
    terminal.send("q");
    terminal.wait_for("Leave the seat and quit");
    terminal.send("y");
    let before = terminal.before();
    let end = terminal.end();
    assert_eq!((end.code, end.modes), (0, before));
    header
}
