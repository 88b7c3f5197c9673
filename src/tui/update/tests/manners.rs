//! Small manners: what was typed stays, a question before something is lost, and messages where they
//! belong.

use std::sync::Arc;

use crate::gaming::{Intent, StartView, Strategy};
use crate::ledger::Chips;
use crate::state::lifecycle::ApplicationState as S;
use crate::tui::field::TextField;
use crate::tui::input::Chord;
use crate::tui::message::Msg;
use crate::tui::model::{Pane, Screen};
use crate::tui::note::Note;
use crate::tui::overlay::{FirstRunDialog, FirstRunStage, Overlay};
use crate::tui::update::kit::{GAME, Player, key, lifecycle};
use crate::tui::why::Why;

fn first_page(player: &Player) -> &FirstRunDialog {
    match player.model.overlay() {
        Some(Overlay::FirstRun(page)) => page,
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_that_are_no_letters_say_what_they_are_on_the_first_page() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::Mining {
        tried: 0,
        expected: 9,
    }));
    player.after(150);
    player.keys("?");
    assert_eq!(player.why(), Some(&Why::NoQuestionMark));
    assert_eq!(first_page(&player).name.text(), "lucky-otter");
    player.keys("Esc");
    let words = crate::tui::text::note(player.model.event_row.shown().unwrap(), &player.model);
    assert!(words.contains("Enter plays, Ctrl-C quits"), "{words}");
    player.take(Msg::Key(Chord::ctrl('u')));
    assert!(first_page(&player).name.is_empty());
    player.take(Msg::Key(Chord::ctrl('u')));
    assert_eq!(player.why(), Some(&Why::FieldEmpty));
    player.types("ana");
    assert_eq!(first_page(&player).name.text(), "ana");
}

#[test]
fn a_typed_name_replaces_the_one_that_was_drawn() {
    let first_start = || {
        let mut player = Player::in_lobby();
        player.take(Msg::Start(StartView::NameNeeded));
        player.after(150);
        player
    };
    let mut player = first_start();
    assert!(first_page(&player).name.is_selected());
    player.types("Ana");
    assert_eq!(first_page(&player).name.text(), "Ana");
    let mut player = first_start();
    player.take(Msg::Paste("Bo".into()));
    assert_eq!(first_page(&player).name.text(), "Bo");
    let mut player = first_start();
    player.types("abcdefghijklmnopq");
    let name = first_page(&player).name.text();
    assert_eq!(name, "abcdefghijklmnop", "as long as --name may be");
    assert_eq!(player.why(), Some(&Why::FieldFull { limit: 16 }));
    let mut player = first_start();
    player.keys("Tab Enter");
    let begin = |effect: &crate::tui::message::Effect| matches!(effect, crate::tui::message::Effect::App(crate::tui::link::AppCommand::Begin { name, .. }) if name == "lucky-otter");
    assert!(
        player.effects.iter().any(begin),
        "left alone it is the name"
    );
}

#[test]
fn a_bot_with_bets_is_sent_away_after_a_question_and_one_without_at_once() {
    let with_bot = |at_risk: u64| {
        let mut player = Player::seated();
        let mut view = (**player.model.table.as_ref().unwrap()).clone();
        let mut bot = view.seats[0].clone();
        bot.seat = crate::craps::SeatNo::new(1).unwrap();
        bot.strategy = Some(Strategy::ALL[0]);
        bot.you = false;
        bot.at_risk = Chips::new(at_risk);
        view.seats.push(bot);
        player.take(Msg::Table(Some(Arc::new(view))));
        player
    };
    let seat = crate::craps::SeatNo::new(1).unwrap();
    let away = Intent::RemoveBot { game: GAME, seat };
    let mut player = with_bot(0);
    player.keys("n");
    assert_eq!(player.sent()[0].1, away);
    let mut player = with_bot(60);
    player.keys("n Esc");
    assert_eq!(player.sent(), vec![]);
    player.keys("n y");
    assert_eq!(player.sent()[0].1, away);
}

#[test]
fn a_message_stays_on_its_screen_and_news_of_the_table_on_its_two() {
    let mut player = Player::seated();
    player.keys("+");
    assert!(matches!(
        player.model.event_row.shown(),
        Some(Note::Unit(_))
    ));
    player.keys("g b");
    assert_eq!(player.model.event_row.shown(), None);
    player.roll(2, 4);
    player.keys("g t");
    assert!(matches!(
        player.model.event_row.shown(),
        Some(Note::Rolled(_))
    ));
    player.keys("g h");
    assert_eq!(player.model.event_row.shown(), None);
}

#[test]
fn arrows_reach_every_transition_that_is_kept() {
    let mut path = vec![S::Initializing, S::ServicesStarting, S::Running];
    for _ in 0..200 {
        path.extend([S::Degraded, S::Running]);
    }
    let mut player = Player::in_lobby();
    player.take(Msg::Lifecycle(lifecycle(&path)));
    player.keys("g h Tab");
    assert_eq!(player.model.pane, Pane::Lifecycle);
    let newest = player.model.lifecycle.sequence;
    for _ in 0..255 {
        player.keys("Down");
    }
    assert_eq!(player.why(), None);
    assert_eq!(player.model.rows.transition, Some(newest - 255));
    player.keys("Down");
    assert_eq!(player.why(), Some(&Why::EndOfList));
    assert!(player.is_on(Screen::Health));
}

#[test]
fn a_typed_amount_is_bet_and_one_that_cannot_be_becomes_the_nearest() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.keys("Up =");
    let bet = player.model.spot;
    player.keys("3 x");
    assert_eq!(player.why(), Some(&Why::NotANumber));
    player.keys("0 Enter");
    assert_eq!(player.why(), Some(&Why::NotANumber), "3x0 is not 30");
    player.keys("Backspace Backspace 0 Enter");
    player.settle();
    assert_eq!(
        (player.model.stake(bet).get(), player.is_on(Screen::Table)),
        (30, true)
    );
    let open = |player: &Player| match player.model.overlay() {
        Some(Overlay::Amount(dialog)) => {
            let offer = dialog.offer.map(Chips::get);
            (dialog.amount.text().to_owned(), offer)
        }
        other => panic!("{other:?}"),
    };
    player.keys("= 9 9 9 9 9 9 9 9 9");
    assert_eq!(player.why(), None);
    player.keys("9");
    assert_eq!(player.why(), Some(&Why::FieldFull { limit: 9 }));
    player.take(Msg::Paste("12".into()));
    assert_eq!(player.why(), Some(&Why::FieldFull { limit: 9 }));
    player.keys("Enter");
    assert!(player.rule().is_some());
    let kept = ("999999999".to_owned(), Some(470));
    assert_eq!(open(&player), kept, "500 is the most, and 30 stand");
    player.keys("Backspace");
    assert_eq!(open(&player).1, None, "another amount is judged anew");
    player.keys("Enter Enter");
    player.settle();
    assert_eq!(player.model.stake(bet).get(), 500);
    // Where no amount is legal the field says so, and keeps the digits from being bets.
    player.keys("p =");
    assert!(player.rule().is_some());
    player.keys("2 5 Enter");
    player.after(300);
    assert!(player.rule().is_some());
    assert_eq!((player.sent(), open(&player).0), (vec![], "25".to_owned()));
    player.keys("Esc a");
    player.types("horn");
    player.keys("Tab = 6 Enter");
    assert!(player.rule().is_some(), "horn is four bets in one");
    player.keys("Enter");
    player.settle();
    assert_eq!(player.stake("horn"), 4);
}

#[test]
fn ten_on_the_six_is_told_that_twelve_pays_in_full() {
    let mut player = Player::seated();
    let told = |player: &Player| {
        let note = player.model.event_row.shown().unwrap();
        crate::tui::text::note(note, &player.model).contains("12 would pay in full")
    };
    player.model.spot = key("place_6");
    player.keys("= 1 0 Enter");
    player.after(300);
    player.settle();
    assert!(told(&player));
    player.keys("- - 6 6");
    player.after(300);
    player.settle();
    assert_eq!((player.stake("place_6"), told(&player)), (12, false));
}

#[test]
fn a_lock_that_can_not_be_made_is_never_left_out() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::NameNeeded));
    player.after(150);
    player.keys("Down Down Down Down Down Space Tab");
    // Longer than what the field takes.
    let Some(Overlay::FirstRun(page)) = player.model.overlays.last_mut() else {
        panic!("the first page")
    };
    page.passphrase = TextField::new(&"x".repeat(1_025), 2_000);
    page.again = page.passphrase.clone();
    player.keys("Enter");
    let bytes_max = 1_024;
    assert_eq!(player.why(), Some(&Why::PassphraseTooLong { bytes_max }));
    assert_eq!(player.effects, vec![]);
    assert_eq!(first_page(&player).stage, FirstRunStage::Choosing);
}
