//! What a small window leaves of long words, and keys that say what they do wherever they are pressed.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::logs::{LogLine, LogView};
use crate::shown::Shown;
use crate::tui::fixture;
use crate::tui::input::{Chord, Key, message};
use crate::tui::message::Msg;
use crate::tui::model::Screen;
use crate::tui::overlay::{ExplainDialog, FailedChoice, FailedDialog, Failure, Overlay};
use crate::tui::update::kit::{Player, key};
use crate::tui::why::Why;

#[test]
fn an_explained_bet_is_read_to_its_end_in_the_smallest_window() {
    let mut player = Player::seated();
    player.take(Msg::Resize(60, 16));
    for bet in ["ats_all", "fire", "place_6", "horn"] {
        let dialog = ExplainDialog::new(key(bet));
        player.model.overlays = vec![Overlay::Explain(dialog)];
        let mut seen = player.drawn();
        player.keys("Down");
        let scrolls = player.why().is_none();
        while player.why() != Some(&Why::EndOfList) {
            seen.push_str(&player.drawn());
            player.keys("Down");
        }
        assert!(seen.contains("In the long run"), "{bet}: {seen}");
        let when = crate::words::when(key(bet).bet());
        let last = when.split_whitespace().next_back().unwrap_or_default();
        assert!(seen.contains(last), "{bet}: {last} in {seen}");
        assert_eq!(seen.contains("more below"), scrolls, "{bet}: {seen}");
        assert!(!seen.contains("0000"), "no endless fraction: {seen}");
        player.keys("Esc");
        assert_eq!(player.model.overlays, vec![]);
    }
}

#[test]
fn a_list_that_goes_on_says_so() {
    let mut player = Player::seated();
    player.keys("b");
    assert!(!player.drawn().contains("more below"), "{}", player.drawn());
    player.take(Msg::Resize(60, 16));
    assert!(
        player.drawn().contains("4 more below"),
        "{}",
        player.drawn()
    );
}

#[test]
fn the_puck_that_is_off_covers_no_name() {
    let mut player = Player::seated();
    for columns in 72..=220 {
        for rows in [24, 40, 60] {
            player.take(Msg::Resize(columns, rows));
            let drawn = player.drawn();
            assert!(drawn.contains("[OFF]"), "{columns}x{rows}: {drawn}");
            assert!(drawn.contains("DON'T COME "), "{columns}x{rows}: {drawn}");
        }
    }
}

#[test]
fn large_stakes_push_a_hint_off_the_felt_whole() {
    let mut player = Player::seated();
    assert!(player.drawn().contains("all [a]"));
    player.keys("+ +");
    player.plays("H 4");
    player.plays("H 6");
    player.plays("H 8");
    let drawn = player.drawn();
    assert!(
        drawn.contains("8 100") && !drawn.contains("all~"),
        "{drawn}"
    );
}

#[test]
fn a_long_line_of_the_log_is_there_to_its_end() {
    let mut player = Player::in_lobby();
    let mut lines = fixture::log().lines;
    let path = "x".repeat(70);
    let mut long = LogLine::clone(&lines[0]);
    long.text = Shown::new(&format!("opened /data/{path}/store, the-end"), 500);
    lines.push(Arc::new(long));
    player.take(Msg::Log(Arc::new(LogView { lines, older: 0 })));
    player.keys("g o");
    for size in [(60, 16), (80, 24), (200, 60)] {
        player.take(Msg::Resize(size.0, size.1));
        let drawn = player.drawn();
        assert!(drawn.contains("the-end"), "{drawn}");
        let shown = drawn.matches('x').count();
        assert!(shown >= 70, "{shown} of the path: {drawn}");
    }
    player.keys("/ s t o r e Enter");
    assert!(!player.model.log_filter.search.is_empty());
    player.keys("Esc");
    assert!(player.model.log_filter.search.is_empty());
    assert!(
        player.is_on(Screen::Log),
        "the search ends before the screen does"
    );
    player.keys("Esc");
    assert!(!player.is_on(Screen::Log));
}

#[test]
fn function_keys_say_that_they_do_nothing() {
    let event = Event::Key(KeyEvent::new(KeyCode::F(5), KeyModifiers::NONE));
    let chord = Chord::plain(Key::Function(5));
    assert!(matches!(message(&event), Some(Msg::Key(key)) if key == chord));
    let mut player = Player::seated();
    player.take(Msg::Key(chord));
    assert_eq!(player.why(), Some(&Why::NoSuchKey(chord)));
    assert_eq!(chord.to_string(), "F5");
}

#[test]
fn help_opens_over_the_page_of_what_stopped_with_its_keys_alone() {
    let mut player = Player::seated();
    let stopped = Overlay::Failed(FailedDialog {
        failure: Failure::Emergency,
        choice: FailedChoice::default(),
    });
    player.model.overlays = vec![stopped.clone()];
    player.keys("?");
    assert!(matches!(player.model.overlay(), Some(Overlay::Help(_))));
    let drawn = player.drawn();
    for words in ["q         quit", "Enter     main action"] {
        assert!(drawn.contains(words), "{drawn}");
    }
    assert!(
        !drawn.contains("don't pass") && !drawn.contains("Help: "),
        "{drawn}"
    );
    player.keys("Esc");
    assert_eq!(player.model.overlays, vec![stopped]);
}

#[test]
fn help_is_read_to_its_last_line_in_the_smallest_window() {
    let mut player = Player::seated();
    for size in [(60, 16), (200, 60)] {
        player.take(Msg::Resize(size.0, size.1));
        player.keys("?");
        for _ in 0..40 {
            player.keys("PgDn");
        }
        assert_eq!(player.why(), Some(&Why::EndOfList));
        let last = crate::craps::BetId::all().last().map(|bet| bet.info().name);
        let picture = player.drawn();
        assert!(picture.contains(last.unwrap()), "{picture}");
        player.keys("Esc");
    }
}
