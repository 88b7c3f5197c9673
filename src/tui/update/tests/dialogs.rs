//! Dialogs, seats and quitting.

use crate::club::Refusal as ClubRefusal;
use crate::gaming::{Intent, Refusal, Reply, StartView};
use crate::ledger::Chips;
use crate::tui::action::Action;
use crate::tui::keymap::hints;
use crate::tui::link::AppCommand;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::Screen;
use crate::tui::overlay::{Overlay, QuitChoice};
use crate::tui::why::Why;

use crate::tui::update::kit::{GAME, Player, key};

#[test]
fn quitting_asks_only_with_bets_at_risk_and_says_which_come_down() {
    let mut player = Player::seated();
    player.keys("q");
    assert_eq!(player.effects, vec![Effect::Quit]);

    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.plays("8");
    player.keys("q");
    assert!(matches!(
        player.model.overlay(),
        Some(Overlay::Quit(QuitChoice::Stay))
    ));
    let falls = player.model.what_comes_down();
    let names = |bets: &[(_, _)]| bets.iter().map(|(bet, _)| *bet).collect::<Vec<_>>();
    assert_eq!(names(&falls.down), vec![key("place_8")]);
    assert_eq!(names(&falls.stays), vec![key("pass")]);
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    player.keys("q Down Enter");
    assert_eq!(
        player.effects,
        vec![Effect::Send(
            crate::gaming::IntentId(3),
            Intent::Stand { game: GAME },
        )]
    );
    player.settle();
    assert_eq!(
        player.effects,
        vec![Effect::Quit],
        "only after the seat was left"
    );
}

#[test]
fn two_ctrl_c_within_two_seconds_quit_without_asking() {
    let mut player = Player::seated();
    player.plays("p");
    player.keys("Ctrl-C");
    player.after(2_001);
    player.keys("Ctrl-C");
    assert_eq!(player.effects, vec![]);
    player.after(2_000);
    player.keys("Ctrl-C");
    assert_eq!(player.effects, vec![Effect::Quit]);
}

#[test]
fn a_dialog_that_opens_by_itself_is_deaf_for_150_ms() {
    let mut player = Player::seated();
    player.plays("p");
    let failed = StartView::Failed {
        what: "storage".into(),
        hints: vec![],
    };
    player.take(Msg::Start(failed));
    player.after(149);
    player.keys("Enter");
    assert_eq!(player.effects, vec![]);
    player.after(1);
    player.keys("Enter");
    assert_eq!(player.effects, vec![Effect::App(AppCommand::Retry)]);
}

#[test]
fn a_seat_that_was_given_meanwhile_is_no_refusal() {
    let mut player = Player::in_lobby();
    player.keys("P");
    let (id, sit) = player.sent().remove(0);
    assert_eq!(sit, Intent::Sit { game: GAME });
    let seat = crate::craps::SeatNo::new(0).unwrap();
    let already = Refusal::Club(crate::club::Refusal::AlreadySeated { seat });
    player.take(Msg::Reply(id, Reply::Rejected(already)));
    assert_eq!(player.why(), None);
    assert!(player.model.pending.is_empty());
}

/// Whatever a question is about, `Enter` alone changes nothing, `y` does it, and so does going to its button.
#[test]
fn every_question_is_answered_with_no_by_enter_alone() {
    let clear = || {
        let mut player = Player::seated();
        player.plays("f");
        player
    };
    for (question, start) in [("X", clear as fn() -> Player), ("e", clear)] {
        let mut player = start();
        player.keys(&format!("{question} Enter"));
        assert!(player.model.overlays.is_empty());
        assert_eq!(player.sent(), vec![], "{question}");
        player.keys(&format!("{question} Right Left Enter"));
        assert_eq!(player.sent(), vec![], "{question}: back to keeping");
        player.keys(&format!("{question} y"));
        assert_eq!(player.sent().len(), 1, "{question} y");
        let mut player = start();
        player.keys(&format!("{question} Right Enter"));
        assert_eq!(player.sent().len(), 1, "{question}, on its button");
    }
}

#[test]
fn quitting_says_in_two_sentences_what_becomes_of_the_bets() {
    let mut player = Player::seated();
    player.plays("p");
    player.keys("q");
    let drawn = player.drawn();
    for words in [
        "Your bets stand: the club pauses until you are back",
        "Leaving the seat: 1 bet comes down, 10 back to you.",
    ] {
        assert!(drawn.contains(words), "{drawn}");
    }
    player.keys("Enter");
    player.roll(2, 4);
    player.keys("q");
    let drawn = player.drawn();
    let contract = "Leaving the seat: 1 contract stays, 10 in all, until the";
    assert!(drawn.contains(contract), "{drawn}");
    assert!(!drawn.contains("comes down"), "{drawn}");
}

#[test]
fn the_lobby_offers_the_way_to_the_seat_that_one_has() {
    let mut player = Player::in_lobby();
    assert!(player.drawn().contains("Enter sit down"));
    player.keys("P");
    player.settle();
    player.keys("g l");
    let drawn = player.drawn();
    assert!(drawn.contains("you have a seat"), "{drawn}");
    assert!(drawn.contains("Enter to your seat"), "{drawn}");
    assert!(!drawn.contains("Enter sit down"), "{drawn}");
}

#[test]
fn seats_are_taken_and_left_and_bots_are_added() {
    let mut player = Player::in_lobby();
    player.keys("P");
    player.settle();
    assert!(player.model.seat().is_some() && player.is_on(Screen::Table));
    player.keys("t");
    assert_eq!(player.why(), Some(&Why::Seated));
    player.keys("n");
    assert_eq!(player.why(), Some(&Why::NoBots));
    player.keys("b Down Enter");
    let sent = player.sent();
    assert!(
        matches!(sent[0].1, Intent::AddBot { strategy, .. } if strategy == crate::gaming::Strategy::ALL[1])
    );
    player.plays("p");
    player.keys("e Esc");
    assert_eq!(player.sent(), vec![]);
    player.keys("e Enter");
    assert_eq!(player.sent(), vec![], "one Enter too many keeps the seat");
    player.keys("e y");
    player.settle();
    assert_eq!(
        (player.model.seat().is_none(), player.balance.get()),
        (true, 1_000)
    );
    player.keys("p");
    assert_eq!(player.why(), Some(&Why::NotSeated));
}

#[test]
fn the_lowest_row_says_which_keys_a_dialog_takes_and_no_others() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    let row = |player: &mut Player, keys: &str| {
        player.keys(keys);
        let hints = hints(&player.model);
        let words: Vec<String> = hints
            .iter()
            .map(|hint| crate::tui::text::hint(hint.info, &player.model))
            .collect();
        player.keys("Esc");
        words.join("|")
    };
    assert_eq!(row(&mut player, "Up ="), "bet it|close");
    assert_eq!(row(&mut player, "i"), "close|close");
    assert_eq!(
        row(&mut player, "H x"),
        "hard 4|hard 6|hard 8|hard 10|close",
        "a wrong key changes nothing of it; what has no hard way is not there"
    );
    assert_eq!(
        row(&mut player, "q"),
        "stay|quit now|choose|stay|next answer"
    );
    assert_eq!(
        row(&mut player, "e"),
        "keep|stand up|choose|keep|next answer"
    );
    let dim = |player: &Player, action: Action| {
        hints(&player.model)
            .iter()
            .any(|hint| hint.info.action == action && !hint.dim)
    };
    let mut player = Player::seated();
    assert!(dim(&player, Action::Main));
    player.keys("Tab");
    assert!(
        !dim(&player, Action::Main),
        "an empty slip has no bet in focus"
    );
}

#[test]
fn new_chips_are_for_who_has_none_left_and_nothing_at_risk() {
    let mut player = Player::seated();
    let has_chips = |player: &Player| {
        let why = player.why();
        matches!(
            why,
            Some(Why::Game(Refusal::Club(ClubRefusal::HasChips { .. })))
        )
    };
    player.keys("G");
    assert!(has_chips(&player), "{:?}", player.why());
    player.plays("f");
    player.balance = Chips::ZERO;
    player.show();
    player.keys("G");
    assert!(has_chips(&player), "{:?}", player.why());
    player.roll(3, 4);
    for screen in ["g l", "g b", "g t"] {
        player.keys(screen);
        let shown = hints(&player.model);
        let hint = shown
            .iter()
            .find(|hint| hint.info.action == Action::NewChips);
        assert!(hint.is_some_and(|hint| !hint.dim), "{screen}");
    }
    player.plays("G");
    assert_eq!(player.balance, Chips::new(1_000));
    player.keys("G");
    assert!(has_chips(&player), "{:?}", player.why());
}

#[test]
fn any_of_several_bots_can_be_sent_away() {
    use crate::tui::input::{Chord, Key};
    let mut model = crate::tui::fixture::state("point-on").unwrap();
    let mut press = |key: Key| {
        let msg = Msg::Key(Chord::plain(key));
        crate::tui::update::update(&mut model, msg, crate::tui::schedule::UiTime(0))
    };
    let chosen = |effects: &[Effect]| {
        effects.iter().find_map(|effect| {
            if let Effect::Send(_, Intent::RemoveBot { seat, .. }) = effect {
                Some(seat.get())
            } else {
                None
            }
        })
    };
    press(Key::Char('n'));
    assert_eq!(
        chosen(&press(Key::Enter)),
        None,
        "it asks, and says what becomes of its bets"
    );
    let effects = press(Key::Char('y'));
    assert_eq!(
        chosen(&effects),
        Some(2),
        "the last one that sat down is the first in the list"
    );
    press(Key::Char('n'));
    press(Key::Down);
    press(Key::Enter);
    let effects = press(Key::Char('y'));
    assert_eq!(chosen(&effects), Some(1));
    press(Key::Char('n'));
    press(Key::Char(' '));
    press(Key::Char(' '));
    press(Key::Esc);
    assert_eq!(chosen(&press(Key::Enter)), None, "kept");
}
