//! Ways between screens, and what draws nothing.

use crate::gaming::StartView;
use crate::tui::caps::{ColourDepth, DecidedBy};
use crate::tui::message::Msg;
use crate::tui::model::{Pane, Screen};
use crate::tui::why::Why;

use crate::tui::update::kit::Player;

#[test]
fn escape_goes_back_where_a_screen_was_opened_and_never_away_from_the_table() {
    let mut player = Player::seated();
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    assert_eq!(player.why(), Some(&Why::NothingToClose));
    player.keys("g h l Esc");
    assert!(
        player.is_on(Screen::Health),
        "the log was opened from health"
    );
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    player.keys("g l g y Esc");
    assert!(
        player.is_on(Screen::Lobby),
        "the history was opened from the lobby"
    );
    player.keys("Esc");
    assert_eq!(player.why(), Some(&Why::NothingToClose));
}

#[test]
fn the_same_view_again_draws_nothing() {
    let mut player = Player::seated();
    player.draws = 0;
    player.show();
    player.take(Msg::Health(player.model.health.clone()));
    player.take(Msg::Log(player.model.log.clone()));
    player.take(Msg::Lifecycle(player.model.lifecycle.clone()));
    player.take(Msg::Start(StartView::Idle));
    player.take(Msg::Timer);
    player.take(Msg::Lagged(3));
    assert_eq!(player.draws, 0);
}

#[test]
fn colours_turn_unless_they_were_decided_outside() {
    let mut player = Player::seated();
    player.keys("T");
    assert_eq!(player.model.caps.colours, ColourDepth::Sixteen);
    player.keys("T");
    assert_eq!(player.model.caps.colours, ColourDepth::Mono);
    assert_eq!(player.effects.len(), 2, "each is kept");
    player.model.surroundings.no_color = true;
    player.keys("T T");
    assert_eq!(
        player.why(),
        Some(&Why::ColoursFixed(DecidedBy::Environment))
    );
}

#[test]
fn screens_are_gone_to_and_come_back_from() {
    let mut player = Player::seated();
    for (keys, screen, pane) in [
        ("g l", Screen::Lobby, Pane::Tables),
        ("g b", Screen::Bets, Pane::Slip),
        ("Tab", Screen::Bets, Pane::Offers),
        ("g h", Screen::Health, Pane::Services),
        ("g y", Screen::History, Pane::Rolls),
        ("g o", Screen::Log, Pane::Lines),
        ("Esc", Screen::History, Pane::Rolls),
        ("g t", Screen::Table, Pane::Felt),
        ("Tab", Screen::Table, Pane::Slip),
        ("Esc", Screen::Table, Pane::Felt),
    ] {
        player.keys(keys);
        assert_eq!(
            (player.model.screen, player.model.pane),
            (screen, pane),
            "{keys}"
        );
    }
    player.keys("Esc");
    assert_eq!(player.why(), Some(&Why::NothingToClose));
}
