//! Keys of the player's own: pressed, and shown wherever a key is shown.

use std::path::Path;
use std::sync::Arc;

use crate::tui::input::{Chord, Key};
use crate::tui::keymap::Keymap;
use crate::tui::message::Msg;
use crate::tui::update::kit::Player;
use crate::tui::why::Why;

fn with_keys(text: &str) -> Player {
    let mut player = Player::seated();
    player.model.keymap = Arc::new(Keymap::of_text(Path::new("keys.toml"), text).unwrap());
    player
}

#[test]
fn a_player_s_own_keys_work_and_are_what_every_screen_shows() {
    let mut player = with_keys(
        "bet.pass = [\"ctrl-p\"]\nhelp = [\"f1\"]\nback = [\"ctrl-x\"]\nmain = [\"ctrl-e\"]\n\
         bet.come = [\"C\"]\ntable.rules = [\"%\"]\nslip.undo = [\"!\"]\n",
    );
    let drawn = player.drawn();
    assert!(drawn.contains("PASS [Ctrl-P]"), "{drawn}");
    assert!(drawn.contains(" F1 help"), "{drawn}");
    player.take(Msg::Key(Chord::char('p')));
    assert_eq!(player.why(), Some(&Why::NoSuchKey(Chord::char('p'))));
    assert!(player.drawn().contains("Help lists the keys [F1]"));
    player.take(Msg::Key(Chord::ctrl('p')));
    player.after(300);
    player.settle();
    assert_eq!(player.stake("pass"), 10);
    // Words of refusals name the player's keys too.
    player.roll(2, 2);
    player.take(Msg::Key(Chord::ctrl('p')));
    player.take(Msg::Key(Chord::char('C')));
    player.after(300);
    player.settle();
    assert_eq!(player.stake("come"), 10);
    player.take(Msg::Key(Chord::plain(Key::Function(1))));
    let help = player.drawn();
    assert!(help.contains("Ctrl-X close"), "{help}");
    player.types("pass line");
    let found = player.drawn();
    assert!(found.contains("Ctrl-P    pass line"), "{found}");
    player.take(Msg::Key(Chord::ctrl('x')));
    assert!(player.model.overlays.is_empty());
}
