//! The palette: every action by its words, done as its key does it.

use crate::tui::action::{ACTIONS, Action};
use crate::tui::input::Chord;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::Screen;
use crate::tui::overlay::Overlay;
use crate::tui::palette;
use crate::tui::update::kit::Player;
use crate::tui::why::Why;

fn is_open(player: &Player) -> bool {
    matches!(player.model.overlay(), Some(Overlay::Palette(_)))
}

#[test]
fn a_few_letters_and_enter_do_what_a_key_does() {
    let mut player = Player::seated();
    player.keys(":");
    assert!(is_open(&player));
    player.types("pass line");
    player.keys("Enter");
    assert!(!is_open(&player));
    player.after(300);
    player.settle();
    assert_eq!(player.stake("pass"), 10);
    // Its name finds it as well, and another screen is a row like any other.
    player.keys(":");
    player.types("go.health");
    player.keys("Enter");
    assert_eq!(player.model.screen, Screen::Health);
    player.keys(": Esc");
    assert_eq!(
        (player.model.overlay(), player.model.screen),
        (None, Screen::Health)
    );
}

#[test]
fn its_field_takes_every_key_that_types_something() {
    let mut player = Player::seated();
    player.keys(":");
    // Each of them starts something on the table.
    player.types("pdcxr?:q jk");
    let Some(Overlay::Palette(dialog)) = player.model.overlay() else {
        panic!("{:?}", player.model.overlay());
    };
    assert_eq!(dialog.search.text(), "pdcxr?:q jk");
    assert!(player.drawn().contains("No action matches."));
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::NothingChosen));
    assert!(is_open(&player));
    player.take(Msg::Key(Chord::ctrl('c')));
    player.take(Msg::Key(Chord::ctrl('c')));
    assert!(player.effects.contains(&Effect::Quit));
}

#[test]
fn what_can_not_be_done_now_stands_below_dimmed_and_says_why() {
    let mut player = Player::seated();
    player.keys(":");
    let rows = palette::rows(&player.model, "");
    assert_eq!(rows.len(), ACTIONS.len() - 1, "all but itself");
    let first_late = rows.iter().position(|row| row.when.is_err()).unwrap();
    assert!(rows.iter().skip(first_late).all(|row| row.when.is_err()));
    let when = |action: Action| {
        let row = rows.iter().find(|row| row.info.action == action).unwrap();
        row.when.clone()
    };
    assert_eq!(when(Action::Redo), Err(Why::NothingToRedo));
    let lobby = Err(Why::Elsewhere(Action::NewTable.info().places));
    assert_eq!(when(Action::NewTable), lobby);
    assert_eq!(when(Action::Pass), Ok(()));
    assert_eq!(when(Action::GoLog), Ok(()));
    // A refusal leaves the palette open, and names the way.
    player.types("another table");
    let drawn = player.drawn();
    assert!(
        drawn.contains("lobby.new_table: This is only for lobby. Go there first [g l]."),
        "{drawn}"
    );
    player.keys("Enter");
    assert_eq!(player.why(), lobby.err().as_ref());
    assert!(is_open(&player));
    // What it lies over decides, never the palette itself.
    player.keys("Esc");
    assert_eq!(player.model.overlays, []);
    player.keys(":");
    let rows = palette::rows(&player.model, "back");
    let back = rows
        .iter()
        .find(|row| row.info.action == Action::Back)
        .unwrap();
    assert_eq!(back.when, Err(Why::NothingToClose));
}

#[test]
fn arrows_go_through_the_list_and_typing_starts_at_its_top() {
    let mut player = Player::seated();
    player.keys(":");
    player.types("place");
    let rows = palette::rows(&player.model, "place");
    player.keys("Down Down Up");
    let Some(Overlay::Palette(dialog)) = player.model.overlay() else {
        panic!("{:?}", player.model.overlay());
    };
    assert_eq!(dialog.chosen, Some(rows[1].info.action));
    player.keys("PgUp Up");
    assert_eq!(player.why(), Some(&Why::EndOfList));
    player.types(" 8");
    player.keys("Enter");
    player.after(300);
    player.settle();
    assert_eq!(player.stake("place_8"), 12);
}
