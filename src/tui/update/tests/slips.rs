//! What one key does to several bets, and keys that are about a bet that is not in focus.

use crate::craps::Refusal as Rule;
use crate::ledger::Chips;
use crate::tui::action::Action;
use crate::tui::keymap;
use crate::tui::overlay::{Overlay, Question};
use crate::tui::update::kit::{Player, key};
use crate::tui::why::Why;

fn said(player: &Player) -> String {
    let note = player.model.event_row.shown().unwrap();
    crate::tui::text::note(note, &player.model)
}

fn stakes(player: &Player, bets: &[&str]) -> Vec<u64> {
    bets.iter().map(|bet| player.stake(bet)).collect()
}

const NUMBERS: [&str; 3] = ["place_5", "place_6", "place_9"];

fn on_three_numbers() -> Player {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.plays("5");
    player.plays("6");
    player.plays("9");
    player
}

#[test]
fn undo_takes_back_all_that_one_key_did() {
    let mut player = on_three_numbers();
    player.plays("X y");
    assert_eq!(stakes(&player, &NUMBERS), [0, 0, 0]);
    assert_eq!(said(&player), "3 bets down, 32 back: confirmed.");
    player.plays("u");
    assert_eq!(stakes(&player, &NUMBERS), [10, 12, 10]);
    assert_eq!(said(&player), "3 bets up for 32: confirmed.");
    player.plays("U");
    assert_eq!(
        stakes(&player, &NUMBERS),
        [0, 0, 0],
        "and redo does it again"
    );
    player.plays("u");
    player.roll(3, 4);
    player.plays("p");
    player.roll(4, 4);
    player.plays("z");
    assert_eq!(
        stakes(&player, &NUMBERS),
        [0, 0, 0],
        "the last slip was pass alone"
    );
    player.roll(3, 4);
    player.plays("p");
    player.plays("f");
    player.plays("y");
    player.roll(4, 4);
    assert_eq!(stakes(&player, &["pass", "field", "yo"]), [10, 0, 0]);
    player.plays("z");
    assert_eq!(stakes(&player, &["field", "yo"]), [10, 10]);
    player.plays("u");
    assert_eq!(stakes(&player, &["pass", "field", "yo"]), [10, 0, 0]);
    player.plays("U");
    assert_eq!(stakes(&player, &["field", "yo"]), [10, 10]);
}

#[test]
fn a_slip_that_costs_more_than_there_is_asks_and_says_what_is_lacking() {
    let mut player = on_three_numbers();
    player.roll(3, 4);
    player.plays("p");
    player.roll(4, 4);
    player.model.slip.last = NUMBERS.map(|bet| (key(bet), Chips::new(10))).to_vec();
    player.balance = Chips::new(25);
    player.show();
    player.keys("z");
    assert_eq!(player.sent(), vec![]);
    let Some(Overlay::Confirm(dialog)) = player.model.overlay() else {
        panic!("{:?}", player.model.overlay())
    };
    assert_eq!(dialog.question, Question::Repeat);
    let buf = player.drawn();
    assert!(buf.contains("you lack 5"), "{buf}");
    assert!(buf.contains("2 of the 3 bets, for 20"), "{buf}");
    player.keys("Esc");
    assert_eq!(player.sent(), vec![]);
    player.plays("z y");
    assert_eq!(stakes(&player, &NUMBERS), [10, 10, 0]);
    assert_eq!(
        said(&player),
        "Again place 5 10, place 6 10: confirmed. No chips for: place 9."
    );
    player.keys("z");
    let (need, have) = (Chips::new(10), Chips::new(5));
    assert_eq!(player.why(), Some(&Why::RepeatTooDear { need, have }));
}

#[test]
fn digits_after_the_key_for_an_amount_are_never_bets() {
    let mut player = Player::seated();
    player.keys("g b = 5");
    player.after(300);
    assert_eq!(player.sent(), vec![]);
    player.keys("Enter");
    let Some(Overlay::Amount(dialog)) = player.model.overlay() else {
        panic!("{:?}", player.model.overlay())
    };
    let bet = dialog.bet;
    player.keys("2 0 Enter");
    player.settle();
    assert_eq!(player.model.stake(bet).get(), 20, "{bet}");
    assert_eq!(player.model.overlays, vec![]);
}

#[test]
fn of_chips_that_run_out_only_the_new_ones_are_counted() {
    let mut player = Player::seated();
    player.balance = Chips::new(345);
    player.show();
    player.keys("+ + s s s s");
    let (have, need) = (Chips::new(45), Chips::new(100));
    assert_eq!(player.rule(), Some(&Rule::Insufficient { have, need }));
    let words = said(&player);
    assert!(
        words.starts_with("Any seven takes 100 more, and you have 45."),
        "{words}"
    );
}

#[test]
fn a_hint_of_what_the_rules_refuse_is_dimmed() {
    let mut player = Player::seated();
    let dim = |player: &Player, action: Action| {
        let hints = keymap::hints(&player.model);
        let hint = hints.iter().find(|hint| hint.info.action == action);
        hint.map(|hint| hint.dim)
    };
    let keys = [Action::Main, Action::TakeDown, Action::Working];
    player.plays("p");
    assert_eq!(
        keys.map(|key| dim(&player, key)),
        [Some(false), Some(false), Some(true)]
    );
    player.roll(4, 4);
    assert_eq!(
        keys.map(|key| dim(&player, key)),
        [Some(true); 3],
        "a contract"
    );
    player.plays("6");
    assert_eq!(keys.map(|key| dim(&player, key)), [Some(false); 3]);
    player.keys("H");
    assert_eq!(dim(&player, Action::PickFour), Some(false));
    assert_eq!(dim(&player, Action::PickFive), None, "no pair makes a five");
}

#[test]
fn odds_from_the_come_box_go_behind_the_bet_that_moved_from_it() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.plays("c");
    player.roll(3, 1);
    player.plays("o");
    assert_eq!(player.stake("come_odds@4"), 10, "and not behind pass");
    player.keys("Esc");
    player.plays("c");
    player.roll(5, 4);
    player.plays("c");
    player.roll(4, 6);
    player.keys("o");
    assert_eq!(player.why(), Some(&Why::NoOddsBehind(Some(key("come")))));
    let words = said(&player);
    assert!(words.contains("yours are on 4, 9 and 10"), "{words}");
    // The arrows lead there.
    player.keys("x Del Right Down");
    assert_eq!(player.model.spot, key("come@4"));
    player.keys("Right Right Right Right o");
    player.after(300);
    player.settle();
    assert_eq!(player.stake("come_odds@9"), 10);
}

#[test]
fn leaving_the_seat_says_what_comes_back_and_what_stays() {
    let mut player = Player::seated();
    player.keys("e");
    player.settle();
    let mut player = on_three_numbers();
    player.keys("e");
    let drawn = player.drawn();
    assert!(
        drawn.contains("3 bets come down, 32 back to you."),
        "{drawn}"
    );
    assert!(
        drawn.contains("stays, 10 in all, until the next rolls here decide."),
        "{drawn}"
    );
    assert!(!drawn.contains("0 contracts"), "{drawn}");
}

#[test]
fn an_empty_slip_offers_only_what_the_table_takes() {
    let mut player = Player::seated_at(crate::craps::TableRules {
        min_bet: Chips::new(15),
        ..Player::rules()
    });
    let drawn = player.drawn();
    assert!(
        drawn.contains("A larger unit [+], then pass [p]"),
        "{drawn}"
    );
    player.keys("+");
    assert!(
        player.drawn().contains("Pass [p] puts 25"),
        "{}",
        player.drawn()
    );
    player.balance = Chips::ZERO;
    player.show();
    let drawn = player.drawn();
    assert!(drawn.contains("[G] gives you 1,000 new ones."), "{drawn}");
}

#[test]
fn more_chips_on_a_bet_that_is_off_say_so() {
    let mut player = on_three_numbers();
    player.plays("6 w");
    player.plays("6");
    assert_eq!(
        said(&player),
        "Place 6 12: confirmed. It is off by you, and on again by [w]."
    );
    let buf = player.drawn();
    assert!(buf.contains("off 36"), "the box on the felt: {buf}");
    assert!(buf.contains("off (you)"), "the slip: {buf}");
}
