//! What a refusal leaves behind: the stake that stands, the chips that fit, the focus, and nothing
//! after it has been read.

use crate::craps::{BetState, Refusal as Rule};
use crate::gaming::Reply;
use crate::ledger::Chips;
use crate::tui::message::Msg;
use crate::tui::model::{Pane, Screen};
use crate::tui::note::Note;
use crate::tui::update::kit::{Player, key, placed, placed_for};
use crate::tui::why::Why;

/// A player with a refused 100 beside the 10 that stand on the six.
fn refused_beside_a_stake() -> Player {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.plays("6");
    player.keys("+ + 6");
    player.after(300);
    let (id, _) = player.sent()[0];
    let refusal = crate::club::Refusal::TreasuryLimit {
        index: 0,
        bet: key("place_6"),
        can_cover: Chips::new(20),
        could_win: Chips::new(128),
        most: Chips::new(12),
    };
    let refusal = crate::gaming::Refusal::Club(refusal);
    player.take(Msg::Reply(id, Reply::Rejected(refusal)));
    player
}

fn waits(player: &Player) -> bool {
    player.model.slip.waiting_on(key("place_6")).is_some()
}

#[test]
fn a_refused_addition_stands_beside_the_stake() {
    let player = refused_beside_a_stake();
    let row = player.model.slip_rows()[&key("place_6")].clone();
    assert_eq!(row.stands, Chips::new(12));
    assert_eq!(row.waiting.unwrap().amount, Chips::new(102));
}

#[test]
fn a_refused_line_goes_with_esc_the_clear_key_the_next_press_and_the_next_roll() {
    let mut player = refused_beside_a_stake();
    player.keys("Esc");
    assert!(!waits(&player) && player.is_on(Screen::Table));
    assert_eq!(player.model.event_row.shown(), Some(&Note::Dismissed(1)));
    player.keys("Esc");
    assert_eq!(
        player.why(),
        Some(&crate::tui::why::Why::NothingToClose),
        "nothing was left to dismiss"
    );

    let mut player = refused_beside_a_stake();
    player.plays("Del");
    assert_eq!((player.stake("place_6"), waits(&player)), (0, false));

    let mut player = refused_beside_a_stake();
    player.keys("- - 6");
    assert!(!waits(&player));

    let mut player = refused_beside_a_stake();
    player.keys("X y");
    assert!(!waits(&player));

    let mut player = refused_beside_a_stake();
    player.roll(2, 3);
    assert!(!waits(&player));
    assert_eq!(player.stake("place_6"), 12);
}

#[test]
fn the_clear_key_asks_nothing_when_only_refused_bets_are_there() {
    let mut player = Player::seated();
    player.keys("- - p");
    player.after(300);
    assert!(player.model.slip.waiting_on(key("pass")).is_some());
    player.keys("X");
    assert!(player.model.slip.waiting.is_empty() && player.model.overlays.is_empty());
}

#[test]
fn a_bet_after_the_lock_waits_for_one_roll_and_says_so_then() {
    let mut player = Player::seated();
    player.plays("p");
    player.locked = true;
    player.show();
    player.keys("f");
    player.locked = false;
    player.roll(4, 5);
    let waiting = player.model.slip.waiting_on(key("field")).unwrap();
    assert_eq!(waiting.why, Why::CameLate);
    player.roll(4, 6);
    assert!(player.model.slip.waiting.is_empty());
}

#[test]
fn undo_of_a_take_down_brings_back_the_stake_and_that_it_was_off() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.plays("6");
    player.plays("w");
    let state = |player: &Player| {
        let seat = player.model.seat().unwrap().1;
        (
            player.stake("place_6"),
            player.table.state_of(seat, key("place_6")),
        )
    };
    let off = (12, Some(BetState::Off));
    assert_eq!(state(&player), off);
    player.plays("Del");
    assert_eq!(state(&player), (0, None));
    player.plays("u");
    assert_eq!(state(&player), off);
    player.plays("U");
    assert_eq!(state(&player), (0, None), "and redo takes it down again");
    player.plays("u");
    assert_eq!(state(&player), off);
    player.plays("u");
    assert_eq!(
        state(&player),
        (12, Some(BetState::Works)),
        "then the call itself is undone"
    );
}

#[test]
fn odds_that_come_down_with_their_flat_bet_are_undone_after_it() {
    let mut player = Player::seated();
    player.plays("d");
    player.roll(4, 4);
    player.keys("Down");
    player.plays("o");
    let stakes = |player: &Player| (player.stake("dont_pass"), player.stake("dont_pass_odds"));
    assert_eq!(stakes(&player), (10, 12));
    player.keys("d");
    player.plays("Del");
    assert_eq!(stakes(&player), (0, 0));
    player.keys("u");
    assert!(
        matches!(player.rule(), Some(Rule::WrongPhase { .. })),
        "don't pass is for the come-out, and says so: {:?}",
        player.why()
    );
}

#[test]
fn of_keys_pressed_fast_what_fits_is_kept_and_only_the_one_beyond_is_refused() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.keys("+ o o o");
    assert!(
        matches!(player.rule(), Some(Rule::OddsLimit { stake, .. }) if *stake == Chips::new(75))
    );
    assert_eq!(player.model.slip.laid.unwrap().amount, Chips::new(50));
    assert!(
        player.model.slip.waiting.is_empty(),
        "nothing more has room"
    );
    player.after(300);
    assert_eq!(player.sent()[0].1, placed_for(2, "pass_odds", 50));
    // The 50 have no answer yet, and count.
    player.keys("o");
    assert!(matches!(player.rule(), Some(Rule::OddsLimit { .. })));
    player.after(300);
    assert_eq!(player.sent(), vec![]);
}

#[test]
fn what_still_fits_of_a_refused_press_is_offered_beside_the_laid_chips() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.keys("o o + o o");
    let laid = player.model.slip.laid.unwrap().amount;
    assert_eq!(
        laid,
        Chips::new(45),
        "10 + 10 + 25, and 25 more are too many"
    );
    player.keys("Enter");
    player.after(300);
    player.settle();
    assert_eq!(player.stake("pass_odds"), 50);
}

#[test]
fn a_small_unit_is_summed_up_to_the_smallest_bet() {
    let mut player = Player::seated();
    player.keys("- - p p p p p");
    player.after(300);
    assert_eq!(player.sent()[0].1, placed("pass", 5));
}

#[test]
fn a_bet_that_is_refused_at_once_leaves_the_focus_where_it_was_or_on_itself() {
    let mut player = Player::seated();
    player.plays("p");
    player.plays("f");
    player.roll(4, 4);
    // A number that buys nothing: the focus does not go to the first line of the slip.
    player.keys("c");
    player.after(300);
    player.settle();
    let focus = player.model.bet_in_focus();
    player.keys("a");
    player.types("fire");
    let fire = Some(key("fire"));
    assert_eq!(player.model.bet_in_focus(), fire);
    player.keys("Enter");
    assert!(player.rule().is_some(), "{:?}", player.why());
    assert_eq!(player.model.bet_in_focus(), fire, "in the list it stays");
    player.keys("Esc");
    assert_eq!(
        (player.model.bet_in_focus(), player.model.pane),
        (focus, Pane::Felt)
    );
}

#[test]
fn a_refusal_that_comes_late_does_not_move_the_choice_in_the_list() {
    let mut player = Player::seated();
    player.keys("a");
    player.types("yo");
    player.keys("Enter");
    player.after(300);
    let (id, _) = player.sent()[0];
    for _ in 0..2 {
        player.keys("Backspace");
    }
    player.types("horn");
    let chosen = player.model.bet_in_focus();
    assert_eq!(chosen, Some(key("horn")));
    let why = crate::gaming::Refusal::Club(crate::club::Refusal::Bet {
        index: 0,
        why: Rule::NotOffered,
    });
    player.take(Msg::Reply(id, Reply::Rejected(why)));
    assert_eq!(player.model.bet_in_focus(), chosen);
    assert!(matches!(
        player.model.event_row.shown(),
        Some(Note::Refused { offer: None, .. })
    ));
}

#[test]
fn a_refused_number_of_the_small_box_moves_no_focus() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.keys("f Del");
    // Every chip is on the line.
    player.balance = Chips::new(3);
    player.show();
    player.keys("B 4");
    assert!(matches!(player.rule(), Some(Rule::Insufficient { .. })));
    assert_eq!(player.model.bet_in_focus(), Some(key("field")));
}
