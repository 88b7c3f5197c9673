//! First runs, passphrases and names.

use crate::gaming::{Intent, StartView};
use crate::identity::Passphrase;
use crate::tui::keymap;
use crate::tui::link::AppCommand;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::{FirstRunField, FirstRunStage, Overlay};
use crate::tui::schedule::UiTime;
use crate::tui::text;
use crate::tui::update::update;
use crate::tui::why::Why;

use crate::tui::update::kit::{GAME, Player, empty_model, running};

#[test]
fn a_first_start_with_a_given_name_asks_nothing_and_can_be_quit() {
    let mut player = Player::in_lobby();
    player.model.has_name = true;
    let mining = StartView::Mining {
        tried: 10,
        expected: 100,
    };
    player.take(Msg::Start(mining));
    player.after(150);
    player.keys("a Esc Enter");
    assert_eq!(player.effects, vec![], "nothing is chosen, nothing is sent");
    player.keys("Tab Enter");
    let quits = [Effect::App(AppCommand::CancelMining), Effect::Quit];
    assert_eq!(player.effects, quits);
    player.take(Msg::Start(StartView::Starting { service: "storage" }));
    assert!(player.model.overlays.is_empty());
}

/// Returns the words of the lowest row, by key.
fn hints(model: &Model) -> Vec<(String, String)> {
    let all = keymap::hints(model).into_iter();
    let said = all.map(|hint| {
        let key = model.keymap.first(hint.info.action);
        (key, text::hint(hint.info, model))
    });
    said.collect()
}

fn hint(key: &str, words: &str) -> (String, String) {
    (key.to_owned(), words.to_owned())
}

#[test]
fn what_waits_for_the_identity_offers_only_keys_that_do_something() {
    let mut player = Player::in_lobby();
    player.model.has_name = true;
    let mining = StartView::Mining {
        tried: 126_976,
        expected: 67_108_864,
    };
    player.take(Msg::Start(mining.clone()));
    player.after(150);
    let waiting = [hint("Tab", "to the button"), hint("Ctrl-C", "quit")];
    assert_eq!(
        hints(&player.model),
        waiting,
        "there is nothing to play yet"
    );
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::BeginsByItself));
    player.keys("Tab");
    assert!(hints(&player.model).contains(&hint("Enter", "quit")));

    let mut player = Player::in_lobby();
    player.take(Msg::Start(mining));
    player.after(150);
    assert_eq!(hints(&player.model)[0], hint("Enter", "play"));
    player.keys("Enter");
    let chosen = [hint("Esc", "back to the choices"), hint("Ctrl-C", "quit")];
    assert_eq!(hints(&player.model), chosen);
}

#[test]
fn an_arrow_goes_from_button_to_button_and_presses_none() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::NameNeeded));
    player.after(150);
    let field = |player: &Player| match player.model.overlay() {
        Some(Overlay::FirstRun(page)) => (page.field, page.stage),
        _ => panic!("the first page is gone"),
    };
    let choosing = |field| (field, FirstRunStage::Choosing);
    while field(&player) != choosing(FirstRunField::Play) {
        player.keys("Down");
    }
    player.keys("Left");
    assert_eq!(field(&player), choosing(FirstRunField::Play));
    player.keys("Right");
    assert_eq!(field(&player), choosing(FirstRunField::Cancel));
    player.keys("Right");
    assert_eq!(field(&player), choosing(FirstRunField::Cancel));
    player.keys("Left Right Left");
    assert_eq!(field(&player), choosing(FirstRunField::Play));
    assert_eq!(
        player.effects,
        vec![],
        "nothing was begun, nothing was quit"
    );
}

#[test]
fn two_keys_lead_from_the_first_start_to_a_bet() {
    let mut model = empty_model();
    let mut take = |msg: Msg, now: u64| update(&mut model, msg, UiTime(now));
    let mining = StartView::Mining {
        tried: 10,
        expected: 100,
    };
    take(Msg::Start(mining), 0);
    let effects = take(Msg::Key(crate::tui::update::kit::chord("Enter")), 200);
    assert_eq!(
        effects,
        vec![Effect::Draw],
        "the identity is still being made"
    );
    // An impatient key changes nothing of what was chosen.
    take(Msg::Key(crate::tui::update::kit::chord("r")), 250);
    let effects = take(Msg::Start(StartView::NameNeeded), 300);
    let begin = AppCommand::Begin {
        name: "lucky-otter".into(),
        passphrase: None,
    };
    assert!(effects.contains(&Effect::App(begin)));
    assert!(matches!(effects[1], Effect::App(AppCommand::Save(_))));
    take(Msg::Start(StartView::Ready), 400);
    take(Msg::Lifecycle(running()), 500);
    let table = Player::in_lobby();
    let effects = take(Msg::Club(table.model.club.clone()), 600);
    assert!(effects.iter().any(|effect| {
        matches!(effect, Effect::Send(_, Intent::Sit { game }) if *game == GAME)
    }));
    assert_eq!(model.screen, Screen::Table);
    assert!(model.overlays.is_empty());
}

#[test]
fn a_lock_takes_the_same_passphrase_twice_and_shows_none_of_it() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::NameNeeded));
    player.after(150);
    player.keys("Down Down Down Down Down Space Tab");
    player.types("open sesame");
    player.keys("Tab");
    player.types("open sesam");
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::PassphrasesDiffer));
    assert!(!format!("{:?}", player.model).contains("sesam"));
    player.keys("e Enter");
    let secret = Passphrase::new("open sesame").unwrap();
    let begin = AppCommand::Begin {
        name: "lucky-otter".into(),
        passphrase: Some(secret),
    };
    assert_eq!(player.effects.last(), Some(&Effect::App(begin)));
}

#[test]
fn the_first_page_refuses_an_empty_name_and_can_be_cancelled() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::Mining {
        tried: 0,
        expected: 9,
    }));
    player.after(150);
    for _ in 0.."lucky-otter".len() {
        player.keys("Backspace");
    }
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::NameEmpty));
    player.keys("Esc");
    assert_eq!(player.why(), Some(&Why::NothingToClose));
    while !matches!(player.model.overlay(), Some(Overlay::FirstRun(page)) if page.field == FirstRunField::Cancel)
    {
        player.keys("Tab");
    }
    player.keys("Enter");
    assert_eq!(
        player.effects,
        vec![Effect::App(AppCommand::CancelMining), Effect::Quit]
    );
}

#[test]
fn a_wrong_passphrase_says_so_and_asks_again() {
    let mut player = Player::in_lobby();
    let needed = |refused| {
        Msg::Start(StartView::PassphraseNeeded {
            refused,
            keyring: None,
        })
    };
    player.take(needed(0));
    player.after(150);
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::PassphraseEmpty));
    player.types("guess");
    player.keys("Enter");
    let guess = Passphrase::new("guess").unwrap();
    assert_eq!(player.effects, vec![Effect::App(AppCommand::Unlock(guess))]);
    let asks_again = |player: &Player| matches!(player.model.overlay(), Some(Overlay::Unlock(dialog)) if dialog.wrong && !dialog.trying && dialog.passphrase.is_empty());
    player.take(needed(1));
    assert!(asks_again(&player));
    player.types("another guess");
    player.keys("Enter");
    assert!(!asks_again(&player), "it is being tried");
    player.take(needed(2));
    assert!(asks_again(&player), "also after the second one");
    player.take(Msg::Start(StartView::Ready));
    assert!(player.model.overlays.is_empty());
}

#[test]
fn line_mode_is_chosen_by_keys_and_play_goes_on_in_lines_at_once() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::Mining {
        tried: 0,
        expected: 9,
    }));
    player.after(150);
    player.keys("Down Down Down Down Space");
    assert!(player.model.settings.line_mode);
    player.keys("Space");
    assert!(!player.model.settings.line_mode, "and back");
    player.keys("Space Enter");
    assert_eq!(player.effects, [Effect::GoToLines]);
    // What was chosen is begun with and remembered, in lines as on the screen.
    crate::tui::line::prepare(&mut player.model);
    player.effects.clear();
    player.take(Msg::Start(StartView::NameNeeded));
    let [Effect::App(AppCommand::Save(settings)), Effect::App(then)] = player.effects.as_slice()
    else {
        panic!("{:?}", player.effects);
    };
    assert!(settings.line_mode);
    let begin = AppCommand::Begin {
        name: "lucky-otter".into(),
        passphrase: None,
    };
    assert_eq!(*then, begin);
}

#[test]
fn a_refused_page_stays_on_the_screen_also_with_line_mode_chosen() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::NameNeeded));
    player.after(150);
    for _ in 0.."lucky-otter".len() {
        player.keys("Backspace");
    }
    player.keys("Down Down Down Down Space Enter");
    assert_eq!(player.why(), Some(&Why::NameEmpty));
    assert_eq!(player.effects, vec![]);
}
