//! The pictures that the README shows.

use std::path::Path;

use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::model::Screen;

use super::{draw, svg::svg};

/// File, state, screen and size of a picture.
type Picture = (&'static str, &'static str, Option<Screen>, (u16, u16));

const PICTURES: [Picture; 12] = [
    ("table", "many-bets", None, (120, 40)),
    ("table-small", "point-on", None, (80, 24)),
    ("lobby", "lobby", None, (80, 24)),
    ("bets", "point-on", Some(Screen::Bets), (80, 24)),
    ("health", "degraded", None, (80, 24)),
    ("history", "many-bets", Some(Screen::History), (80, 24)),
    ("proof", "proof", None, (80, 24)),
    ("log", "many-bets", Some(Screen::Log), (80, 24)),
    ("first-run", "first-run", None, (80, 24)),
    ("help", "help", None, (80, 24)),
    ("quit", "quit", None, (80, 24)),
    ("too-small", "point-on", None, (44, 9)),
];

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a developer asks for new pictures"
)]
fn pictures_show_the_screens_as_they_are() {
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screens");
    let update = std::env::var_os("UPDATE_SCREENS").is_some();
    for (file, state, screen, size) in PICTURES {
        let mut model = fixture::state(state).unwrap();
        if let Some(screen) = screen {
            fixture::show(&mut model, screen);
        }
        let picture = svg(&draw(&model, caps, size), &format!("BitCraps: {file}"));
        let path = folder.join(file).with_extension("svg");
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &picture).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == picture,
            "{} is old: run with UPDATE_SCREENS=1",
            path.display()
        );
    }
}
